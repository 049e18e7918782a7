"""Feeds that a book cannot hear: without heartbeats nobody's silence is seen, and nothing else would say so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from journeykit.engine.view import View
from journeykit.journey.history import History
from journeykit.language.expressions.tree import Expr, Fact, Quiet, Seen, Unsettled
from journeykit.language.expressions.walk import walk
from journeykit.language.model.paths import criteria_of, expressions_of
from journeykit.language.model.profile import Profile
from journeykit.language.vocabulary import Feed
from journeykit.machine.machine import Machine

__all__ = ["unheard_feeds"]


class _Asked(NamedTuple):
    """What a profile asks of a feed: of its facts and signals at all, and how long these must be quiet."""

    feed: Feed
    silences: tuple[Quiet, ...]
    has_facts: bool


def unheard_feeds(histories: Iterable[History]) -> Iterator[str]:
    """Yield a line for each feed of which no heartbeat came, where something is asked that cannot be judged so.

    That is a feed that was never heard at all in any account; and one that was heard through its signals alone, while
    some signal of it must be quiet for longer than the feed stays up: it is down by then, and the answer is unknown.
    """
    begun = [history for history in histories if history.machine.feeds and history.snapshot is not None]
    machines: dict[Machine, list[History]] = {}
    for history in begun:
        machines.setdefault(history.machine, []).append(history)
    feeds: dict[str, list[tuple[_Asked, list[History]]]] = {}
    for machine, found in machines.items():
        for asked in _asked(machine.profile):
            feeds.setdefault(asked.feed.name, []).append((asked, found))
    for name, users in feeds.items():
        found = [history for _, each in users for history in each]
        said = "" if any(_beats(history, name) for history in found) else _said([one for one, _ in users], name, found)
        if said:
            number = f"{len(found):,} account{'' if len(found) == 1 else 's'}"
            yield (
                f"feed {name}: {said} ({number}); with each delivery send a heartbeat, "
                f'{{"kind": "feed", "account": "*", "feed": "{name}", "at": ...}}'
            )


def _beats(history: History, feed: str) -> bool:
    return any(entry.kind == "feed" and entry.data["feed"] == feed for entry in history.inputs)


def _has_heard(history: History, feed: str) -> bool:
    return history.snapshot is not None and View(history.machine, history.snapshot).feed(feed) is not None


def _said(asked: list[_Asked], feed: str, histories: list[History]) -> str:
    """Return what cannot be judged without heartbeats; empty where all can."""
    if not any(_has_heard(history, feed) for history in histories):
        names = _names(quiet for one in asked for quiet in one.silences)
        return (
            f"never heard, so what is asked of it stays unknown{f', and no silence of {names} is seen' * bool(names)}"
        )
    deaf = [one for one in asked if not one.has_facts]
    names = _names(quiet for one in deaf for quiet in one.silences if _outlasts(quiet, one.feed))
    down = " or ".join(dict.fromkeys(str(one.feed.down_after) for one in deaf))
    return names and f"no heartbeat, so it is down {down} after its last signal, and no silence of {names} is seen"


def _outlasts(quiet: Quiet, feed: Feed) -> bool:
    return quiet.period.span()[0] > feed.down_after.span()[1]


def _names(quiet: Iterable[Quiet]) -> str:
    return " or ".join(dict.fromkeys(f"{one.signal} for {one.period}" for one in quiet))


def _asked(profile: Profile) -> Iterator[_Asked]:
    """Yield the feeds of which something is asked."""
    nodes = [node for expr in _expressions(profile) for node in walk(expr)]
    for feed in profile.feeds.values():
        carried = {fact.name for fact in profile.facts.values() if fact.feed == feed.name}
        signals = {signal.name for signal in profile.signals.values() if signal.feed == feed.name}
        silences = tuple(one for one in nodes if isinstance(one, Quiet) and one.signal in signals)
        asks = any(
            (isinstance(one, Fact) and one.name in carried)
            or (isinstance(one, Quiet | Seen | Unsettled) and one.signal in signals)
            for one in nodes
        )
        if asks:
            yield _Asked(feed, silences, bool(carried))


def _expressions(profile: Profile) -> Iterator[Expr]:
    for _, criterion in criteria_of(profile):
        yield from expressions_of(criterion)
    for rule in profile.derived.values():
        if rule.expr is not None:
            yield rule.expr
    for band in profile.bands.values():
        yield band.of
