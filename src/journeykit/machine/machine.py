"""The machine: a profile compiled. Immutable, shared by all accounts and threads (rule R16)."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NoReturn

from journeykit.dates import Period
from journeykit.errors import Finding
from journeykit.language.model.profile import Criterion, FactRule, Feed, Move, Profile, Stage
from journeykit.machine.countdown import CountdownTable
from journeykit.machine.criteria.context import Context
from journeykit.machine.tables import Config, Judged, KindTable, RegionTable, Topic
from journeykit.statechart._transitions import build
from journeykit.statechart.regions import Coordinator

__all__ = ["Machine", "fact_checks"]

Check = Callable[[Any], Any]
"""Turns a raw value into the fact's value, or raises ValueError with what was expected."""


@dataclass(slots=True, eq=False)
class Machine:
    """A compiled profile.

    Attributes:
        profile: what it was compiled from.
        fingerprint: a digest of its meaning, carried by every snapshot.
        findings: warnings of the lint.
        special: names whose being given does more than change a value.
        derived: (track that asks, name) -> the leaf criteria of a derived one, ready to be shown.
        waivable: criterion id -> (criterion, kind of subject); moves: by id; contexts: by track; stages: by (track,
        path).
        regions, kinds, topics, countdown, checks, settlers: the tables that
            stepping reads.
        feeds, carried, stale: the feeds; which feed carries a fact or signal; after how long facts go stale.
    """

    profile: Profile
    coordinator: Coordinator
    fingerprint: str
    findings: tuple[Finding, ...]
    regions: Mapping[str, RegionTable]
    kinds: Mapping[str, KindTable]
    topics: Mapping[str, Topic]
    countdown: CountdownTable | None
    checks: Mapping[str, Check]
    special: frozenset[str]
    derived: Mapping[tuple[str, str], tuple[Judged, ...]]
    waivable: Mapping[str, tuple[Criterion, str]]
    moves: Mapping[str, Move]
    contexts: Mapping[str, Context]
    stages: Mapping[tuple[str, str], Stage]
    settlers: dict[str, tuple[str, ...]] = field(default_factory=dict)
    configs: dict[tuple[Any, ...], Config] = field(default_factory=dict)
    checks_of: dict[str, dict[str, Check]] = field(default_factory=dict)
    feeds: tuple[Feed, ...] = ()
    carried: dict[str, str] = field(default_factory=dict)
    stale: dict[str, Period] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.feeds = tuple(self.profile.feeds.values())
        self.carried = {fact.name: fact.feed for fact in self.profile.facts.values() if fact.feed is not None}
        self.carried |= {one.name: one.feed for one in self.profile.signals.values() if one.feed is not None}
        self.stale = {fact.name: fact.stale_after for fact in self.profile.facts.values() if fact.stale_after}
        self.checks_of = {kind: {} for kind in self.kinds}
        for name, rule in self.profile.facts.items():
            self.checks_of[rule.kind][name] = self.checks[name]
        for signal in self.profile.signals.values():
            if signal.settled_by is not None:
                self.settlers[signal.settled_by] = (*self.settlers.get(signal.settled_by, ()), signal.name)

    def config(self, kind: str, leaves: tuple[Any, ...]) -> Config:
        """What a subject of a kind that stands at these leaves listens to. Kept: the same question has one answer."""
        found = self.configs.get((kind, leaves))
        if found is None:
            table = self.kinds[kind]
            topics = set(table.reads) | set(table.noting) | set(table.measuring)
            topics = topics.union(*(leaf.reads for leaf in leaves), *(leaf.gate_topics for leaf in leaves))
            found = self.configs[kind, leaves] = Config(table, leaves, frozenset(topics))
        return found

    @property
    def name(self) -> str:
        """The profile's name."""
        return self.profile.name

    def statechart(self, track: str) -> Any:
        """A fresh ``transitions`` machine of one track, for people who know that library and for its diagrams.

        Its child regions (``side_by_side``) are not in it: they are machines of their own, named ``track.path``.

        Raises:
            KeyError: there is no such track or branch.
        """
        return build(self.coordinator.regions[track])

    def __copy__(self) -> Machine:
        """Itself: nobody changes a machine."""
        return self

    def __deepcopy__(self, memo: object) -> Machine:
        """Itself: snapshots stand on these very tables."""
        return self

    def __reduce__(self) -> NoReturn:
        """It is made of closures, which do not travel."""
        raise TypeError("a machine cannot be pickled: load its profile in the other process")

    def __repr__(self) -> str:
        return f"<Machine {self.profile.name} {self.profile.version} {self.fingerprint[:12]}>"


def fact_checks(profile: Profile) -> dict[str, Check]:
    """A checker for each fact: an input's raw value becomes the fact's value, or a ValueError says what it may be."""
    checks = {name: _check(rule) for name, rule in profile.facts.items()}
    for track in profile.tracks.values():
        term = track.countdown.term if track.countdown is not None else None
        if term is not None and term.fact is not None:
            checks[term.fact] = _some_time
    return checks


def _check(rule: FactRule) -> Check:
    if rule.type in ("number", "share", "money", "integer"):
        return _number(rule)
    simple: dict[str, Check] = {"boolean": _boolean, "date": _date, "duration": _duration, "text": _text}
    if rule.type in simple:
        return simple[rule.type]
    allowed = frozenset(rule.of)

    def choice(raw: Any) -> Any:
        if isinstance(raw, str) and raw in allowed:
            return raw
        raise ValueError(f"expected one of {', '.join(rule.of)}, found {raw!r}")

    return choice


def _number(rule: FactRule) -> Check:
    whole = rule.type == "integer"
    low, high = rule.between or (-math.inf, math.inf)
    word = {"integer": "a whole number", "share": "a share as a number, such as 0.7 for 70%"}.get(rule.type, "a number")

    def number(raw: Any) -> Any:
        kind = type(raw)
        if kind is not int and (kind is not float or not math.isfinite(raw) or (whole and raw % 1)):
            raise ValueError(f"expected {word}, found {raw!r}")
        if raw < low or raw > high:
            raise OverflowError(f"expected {word} between {low:g} and {high:g}, found {raw!r}")
        return raw

    return number


def _boolean(raw: Any) -> bool:
    if raw is True or raw is False:
        return bool(raw)
    raise ValueError(f"expected true or false, found {raw!r}")


@lru_cache(maxsize=16_384)
def _day(text: str) -> date:
    """Contracts share their dates by the thousand: one date for all."""
    return date.fromisoformat(text)


def _date(raw: Any) -> date:
    if isinstance(raw, str):
        try:
            return _day(raw)
        except ValueError:
            pass
    elif isinstance(raw, date) and not isinstance(raw, datetime):
        return raw
    raise ValueError(f"expected a date such as 2026-05-31, found {raw!r}")


def _duration(raw: Any) -> Period:
    if isinstance(raw, Period):
        return raw
    if isinstance(raw, str):
        return Period.parse(raw)
    raise ValueError(f"expected a period such as 60 days, found {raw!r}")


def _some_time(raw: Any) -> Period:
    """The length of a term: without one, terms would follow each other for ever."""
    period = _duration(raw)
    if period.span()[0] <= 0:
        raise OverflowError(f"expected the length of a term, longer than nothing, found {raw!r}")
    return period


def _text(raw: Any) -> str:
    if isinstance(raw, str):
        return raw
    raise ValueError(f"expected text, found {raw!r}")
