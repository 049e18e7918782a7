"""What falls due, computed from the snapshot each time (rule R10)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from journeykit.dates import shift
from journeykit.engine.cadences import next_beat
from journeykit.language.model.profile import Feed
from journeykit.machine.closures import Standing, by_position
from journeykit.machine.countdown import Timer
from journeykit.machine.machine import Machine
from journeykit.machine.snapshot import Row, Snapshot
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
    thing: Timer | Standing | CadenceTable | Feed


def timers_of(
    machine: Machine, state: Snapshot, row: Row, place: int = 0, until: datetime | None = None
) -> list[DueTimer]:
    """The timers of a row that did not fire yet: all of them, or those due by an instant."""
    found = (
        [timer for timer in _feeds(machine, state, row, place) if not until or timer.at <= until] if row.feeds else []
    )
    config, countdown = row.config, machine.countdown
    if config.ended:
        return found
    if row.term is not None and countdown is not None and countdown.timers:
        order = machine.regions[countdown.track].order
        for number, timer, _, at, _ in countdown.waiting(state, row, until):
            assert at is not None
            found.append(by_position(DueTimer, (at, place, order, number, row.key, timer.name, timer)))
    for index, after in config.stuck:
        standing = row.places[index]
        at = after(standing.entered[0], state.frame.zone)
        if not standing.stuck and (until is None or at <= until):
            leaf = standing.leaf
            found.append(DueTimer(at, place, leaf.region.order, _STUCK, row.key, leaf.chain[0], standing))
    for table in config.beats:
        at = next_beat(state, row, table)
        if at is not None and (until is None or at <= until):
            order = _CADENCES + table.number
            found.append(by_position(DueTimer, (at, place, table.region.order, order, row.key, table.ident, table)))
    return found


def _feeds(machine: Machine, state: Snapshot, row: Row, place: int) -> Iterator[DueTimer]:
    for number, feed in enumerate(machine.feeds):
        known = row.feeds.get(feed.name)
        if known is not None and not known[2]:
            at = shift(known[1], feed.down_after, state.frame.zone)
            yield DueTimer(at, place, _FEEDS, number, row.key, feed.name, feed)


def next_due(machine: Machine, state: Snapshot, row: Row) -> tuple[datetime | None, datetime | None]:
    """When something of this row falls due or turns next, and when something turns by time alone."""
    first: datetime | None = None
    turns_at: datetime | None = None
    if row.term is not None and machine.countdown is not None:
        first, turns_at = machine.countdown.next_of(state, row)
    for turn in row.config.turns:
        at = turn(state, row)
        if at is not None and (turns_at is None or at < turns_at):
            turns_at = at
    if row.config.stuck or row.config.beats or row.feeds:
        first = _soonest_of_others(machine, state, row, first)
    if first is None or (turns_at is not None and turns_at < first):
        first = turns_at
    return first, turns_at


def _soonest_of_others(machine: Machine, state: Snapshot, row: Row, first: datetime | None) -> datetime | None:
    """The soonest timer, given that of the countdown."""
    config = row.config
    for timer in _feeds(machine, state, row, 0) if row.feeds else ():
        if first is None or timer.at < first:
            first = timer.at
    if config.ended:
        return first
    for index, after in config.stuck:
        standing = row.places[index]
        if not standing.stuck:
            at = after(standing.entered[0], state.frame.zone)
            if first is None or at < first:
                first = at
    for table in config.beats:
        beat = next_beat(state, row, table)
        if beat is not None and (first is None or beat < first):
            first = beat
    return first


def missing(state: Snapshot, row: Row, timer: Timer) -> tuple[str, ...]:
    """What a milestone asks for and is not done: its ``work``, its ``needs``."""
    found = []
    if timer.milestone is not None and row.term is not None:
        if timer.work and timer.work.isdisjoint(row.term.visited):
            found.append("work")
        if timer.needs is not None and timer.needs(state, row) is not True:
            found.append("needs")
    return tuple(found)


def given_at(machine: Machine, state: Snapshot, row: Row, name: str) -> datetime | None:
    """When a signal was last seen, a word given that still stands, or a boolean fact last observed true."""
    holder = row if machine.profile.kind_of(name) == row.kind else state.rows["account"]
    seen, said, fact = holder.signals.get(name), holder.words.get(name), holder.facts.get(name)
    if seen is not None or said is not None:
        return seen[0] if seen is not None else said[0] if said is not None else None
    return fact[2] if fact is not None and fact[0] is True else None
