"""Inputs that must be refused, or that say nothing: each with its own kind of fault."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from typing import Any

from journeykit.language.model.profile import Profile

__all__ = ["mistake"]

Line = dict[str, Any]
Maker = Callable[[Profile, Random, str], Line]


def mistake(profile: Profile, rng: Random, now: datetime, subjects: list[str]) -> Line:
    """A line with one fault, but for its account and id."""
    subject = rng.choice(subjects)
    line = rng.choice(_MAKERS)(profile, rng, subject)
    if subject != "account" and "subject" not in line and rng.random() < 0.5:
        line["subject"] = subject
    line.setdefault("at", now.isoformat())
    if line["at"] == "past":
        line["at"] = (now - timedelta(days=rng.choice((1, 30)), seconds=1)).isoformat()
    if line["at"] == "future":  # whatever else is said in between, it stays too far away
        line["at"] = (now + timedelta(days=365 * rng.choice((130, 900)), seconds=1)).isoformat()
    return line


def _wrong_role(profile: Profile, rng: Random, subject: str) -> Line:
    word = rng.choice(list(profile.confirmations.values()))
    by = rng.choice([*profile.roles, "nobody"])
    return {"kind": "confirm", "confirmation": word.name, "by": by, "subject": subject}


def _wrong_kind_of_subject(profile: Profile, rng: Random, subject: str) -> Line:
    return {"kind": "observe", "subject": subject, "facts": {rng.choice(list(profile.facts)): rng.choice((True, 50))}}


def _no_subject(profile: Profile, rng: Random, subject: str) -> Line:
    return {"kind": "signal", "signal": rng.choice(list(profile.signals))}


def _bad_value(profile: Profile, rng: Random, subject: str) -> Line:
    rule = rng.choice(list(profile.facts.values()))
    value = rng.choice(
        (-1, 101, 1.5, "30", "soon", "2026-02-30", [], None, True, "purple", float("nan"), 10**30, *_ODD)
    )
    return {"kind": "observe", "subject": subject, "facts": {rule.name: value}}


def _half_good(profile: Profile, rng: Random, subject: str) -> Line:
    """A good fact and an unknown one: nothing of it may stay."""
    good = [
        rule.name for rule in profile.facts.values() if rule.type == "boolean" and rule.kind == subject.split(":")[0]
    ]
    return {
        "kind": "observe",
        "subject": subject,
        "facts": {good[0]: True, "no_such_fact": 1} if good else {"no_such_fact": 1},
    }


def _handoff(profile: Profile, rng: Random, subject: str) -> Line:
    moves = [move.id for track in profile.tracks.values() for place in track.walk() for move in place.moves]
    moves += [move.id for track in profile.tracks.values() for move in track.moves]
    what = rng.choice(("offered", "accepted", "declined", "refused"))
    return {
        "kind": "handoff",
        "subject": subject,
        "move": rng.choice([*moves, "nowhere.exit"]),
        "what": what,
        "by": rng.choice(list(profile.roles)),
    }


def _place(profile: Profile, rng: Random, subject: str) -> Line:
    track = rng.choice([*profile.tracks, "no_track"])
    return {
        "kind": "place",
        "subject": subject,
        "track": track,
        "to": rng.choice(("p0", "p0.nowhere", "p9", "")),
        "by": "csm",
    }


def _waive(profile: Profile, rng: Random, subject: str) -> Line:
    track = rng.choice(list(profile.tracks.values()))
    names = [criterion.id for place in track.walk() for move in place.moves for criterion in move.when]
    return {
        "kind": "waive",
        "subject": subject,
        "criterion": rng.choice([*names, "no.such"]),
        "by": rng.choice(list(profile.roles)),
    }


def _retract(profile: Profile, rng: Random, subject: str) -> Line:
    return {
        "kind": "retract",
        "subject": subject,
        "confirmation": rng.choice(list(profile.confirmations)),
        "by": rng.choice(list(profile.roles)),
    }


_ODD: tuple[Any, ...] = (
    *(12, -11, 10.5, 2e15, -(10**15) - 1, float("inf"), "74%", "3", "true", "2026-05-01T00:00", "2026-05-01T09:00"),
    *("20260501", "2026-05-01T00:00Z", "half \ud83d", "cut\0", 101, 3.0, {"a": 1}, [[1]]),
)
"""Values that a system hands over, most of which are none of the fact's."""

_PLAIN: tuple[Line, ...] = (
    {"kind": "tick", "id": "half \ud83d"},
    {"kind": "tick", "id": 7},
    {"kind": "close", "subject": "contract:A", "reason": "sold \ud83d"},
    {"kind": "signal", "signal": "a_sig_0", "carries": {"name": "\ud83d"}},
    {"kind": "observe", "facts": {"no_such_fact": 1}},
    {"kind": "observe", "facts": {}},
    {"kind": "observe", "at": "past", "facts": {}},
    {"kind": "tick", "at": "past"},
    {"kind": "observe", "at": "future", "facts": {}},
    {"kind": "open", "at": "future", "subject": "workstream:main"},
    {"kind": "tick", "at": "future"},
    {"kind": "tick", "at": "9999-12-31"},
    {"kind": "tick", "at": "20260501"},
    {"kind": "tick", "at": "2026-05-01T10:00:00"},
    {"kind": "tick", "at": "yesterday"},
    {"kind": "tick", "extra": 1},
    {"kind": "signal", "signal": "no_such_signal"},
    {"kind": "signal", "signal": "a_sig_0", "carries": {"nobody": 1}},
    {"kind": "open", "subject": "spaceship:one"},
    {"kind": "open", "subject": "workstream:"},
    {"kind": "open", "subject": "workstream:a b"},
    {"kind": "open", "subject": "workstream:main"},
    {"kind": "open", "subject": "contract:A", "facts": {"end_on": "never"}},
    {"kind": "close", "subject": "contract:Z"},
    {"kind": "close"},
    {"kind": "observe", "subject": "contract:Z", "facts": {"c_boolean_0": True}},
    {"kind": "term", "subject": "workstream:main"},
    {"kind": "term", "subject": "contract:Z"},
    {"kind": "begin", "profile": "another"},
    {"kind": "feed"},
    {"kind": "feed", "feed": "no_such_feed"},
    {"kind": "feed", "feed": "no_such_feed", "account": "*"},
    {"kind": "feed", "feed": "feed_0", "subject": "workstream:main"},
    {"kind": "tick", "account": "*"},
    {"kind": "zone"},
    {"kind": "zone", "timezone": "Europe/Atlantis"},
    {"kind": "zone", "timezone": 3},
    {"kind": "zone", "timezone": "localtime"},
    {"kind": "zone", "timezone": "right/Europe/Lisbon"},
    {"kind": "open", "subject": "workstream:R", "renewals": 1},
    {"kind": "open", "subject": "contract:R", "renewals": -1},
    {"kind": "open", "subject": "contract:R", "renewals": True},
    {"kind": "open", "subject": "contract:R", "renewals": 1001},
    {"kind": "close", "subject": "contract:A", "into": "contract:A"},
    {"kind": "close", "subject": "contract:A", "into": "contract:Z"},
    {"kind": "close", "subject": "contract:A", "into": "workstream:main"},
    {"kind": "dance"},
    {"kind": "tick", "account": "stranger"},
)


def _plain(profile: Profile, rng: Random, subject: str) -> Line:
    return dict(rng.choice(_PLAIN))


_MAKERS: tuple[Maker, ...] = (
    _wrong_role,
    _wrong_kind_of_subject,
    _no_subject,
    _bad_value,
    _half_good,
    _handoff,
    _place,
    _waive,
    _retract,
    _plain,
    _plain,
    _plain,
)
