"""What falls due, computed from the snapshot each time (rule R10)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from journeykit.dates import shift
from journeykit.engine.cadences import next_date
from journeykit.language.model.profile import Feed
from journeykit.machine.closures import by_position
from journeykit.machine.countdown import Timer
from journeykit.machine.entries import SEEN_AT, VALUE
from journeykit.machine.machine import Machine
from journeykit.machine.snapshot import Position, Snapshot, Subject
from journeykit.machine.tables import CadenceTable

__all__ = ["DueTimer", "given_at", "missing", "next_due", "timers_of"]


_FEEDS = -1
"""The timers of feeds come before all tracks of the account."""
_STUCK, _CADENCES = 1000, 1001
"""Stuck timers come after the countdown of their track, its cadences after those."""


class DueTimer(NamedTuple):
    """A timer of one row: when it falls due, and its place in the order of things that fall due at one instant.

    ``thing`` is what falls due: a date of the countdown, the place where somebody gets stuck, a cadence, or a feed.
    """

    at: datetime
    subject: int
    track: int
    place: int
    key: str
    name: str
    thing: Timer | Position | CadenceTable | Feed


def timers_of(
    machine: Machine, snapshot: Snapshot, subject: Subject, place: int = 0, until: datetime | None = None
) -> list[DueTimer]:
    """The timers of a row that did not fire yet: all of them, or those due by an instant."""
    found = (
        [timer for timer in _feeds(machine, snapshot, subject, place) if not until or timer.at <= until]
        if subject.feeds
        else []
    )
    config, countdown = subject.config, machine.countdown
    if config.ended:
        return found
    if subject.term is not None and countdown is not None and countdown.timers:
        order = machine.regions[countdown.track].order
        for number, timer, _, at, _ in countdown.waiting(snapshot, subject, until):
            assert at is not None
            found.append(by_position(DueTimer, (at, place, order, number, subject.key, timer.name, timer)))
    for index, after in config.stuck:
        position = subject.positions[index]
        at = after(position.entered[0], snapshot.frame.zone)
        if not position.stuck and (until is None or at <= until):
            leaf = position.leaf
            found.append(DueTimer(at, place, leaf.region.order, _STUCK, subject.key, leaf.chain[0], position))
    for table in config.cadences:
        at = next_date(snapshot, subject, table)
        if at is not None and (until is None or at <= until):
            order = _CADENCES + table.number
            found.append(by_position(DueTimer, (at, place, table.region.order, order, subject.key, table.ident, table)))
    return found


def _feeds(machine: Machine, snapshot: Snapshot, subject: Subject, place: int) -> Iterator[DueTimer]:
    for number, feed in enumerate(machine.feeds):
        known = subject.feeds.get(feed.name)
        if known is not None and not known.is_down:
            at = shift(known.heard_at, feed.down_after, snapshot.frame.zone)
            yield DueTimer(at, place, _FEEDS, number, subject.key, feed.name, feed)


def next_due(machine: Machine, snapshot: Snapshot, subject: Subject) -> tuple[datetime | None, datetime | None]:
    """When something of this row falls due or turns next, and when something turns by time alone."""
    first: datetime | None = None
    turns_at: datetime | None = None
    if subject.term is not None and machine.countdown is not None:
        first, turns_at = machine.countdown.next_of(snapshot, subject)
    for turn in subject.config.turns:
        at = turn(snapshot, subject)
        if at is not None and (turns_at is None or at < turns_at):
            turns_at = at
    if subject.config.stuck or subject.config.cadences or subject.feeds:
        first = _soonest_of_others(machine, snapshot, subject, first)
    if first is None or (turns_at is not None and turns_at < first):
        first = turns_at
    return first, turns_at


def _soonest_of_others(
    machine: Machine, snapshot: Snapshot, subject: Subject, first: datetime | None
) -> datetime | None:
    """The soonest timer, given that of the countdown."""
    config = subject.config
    for timer in _feeds(machine, snapshot, subject, 0) if subject.feeds else ():
        if first is None or timer.at < first:
            first = timer.at
    if config.ended:
        return first
    for index, after in config.stuck:
        position = subject.positions[index]
        if not position.stuck:
            at = after(position.entered[0], snapshot.frame.zone)
            if first is None or at < first:
                first = at
    for table in config.cadences:
        falls_due = next_date(snapshot, subject, table)
        if falls_due is not None and (first is None or falls_due < first):
            first = falls_due
    return first


def missing(snapshot: Snapshot, subject: Subject, timer: Timer) -> tuple[str, ...]:
    """What a milestone asks for and is not done: its ``work``, its ``needs``."""
    found = []
    if timer.milestone is not None and subject.term is not None:
        if timer.work and timer.work.isdisjoint(subject.term.visited):
            found.append("work")
        if timer.needs is not None and timer.needs(snapshot, subject) is not True:
            found.append("needs")
    return tuple(found)


def given_at(machine: Machine, snapshot: Snapshot, subject: Subject, name: str) -> datetime | None:
    """When a signal was last seen, a word given that still stands, or a boolean fact last observed true."""
    holder = subject if machine.profile.kind_of(name) == subject.kind else snapshot.subjects["account"]
    seen, said, fact = holder.signals.get(name), holder.confirmations.get(name), holder.facts.get(name)
    if seen is not None or said is not None:
        return seen.at if seen is not None else said.at if said is not None else None
    return fact[SEEN_AT] if fact is not None and fact[VALUE] is True else None
