"""What falls due, computed from the snapshot each time (rule R10)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, tzinfo
from functools import lru_cache
from typing import NamedTuple

from journeykit.dates import UTC, Period, first_instant, local_day, shift
from journeykit.journey.snapshot import Row, Snapshot
from journeykit.language.profile import Feed
from journeykit.machine.countdown import Timer
from journeykit.machine.layout import Standing
from journeykit.machine.machine import Machine
from journeykit.machine.tables import CadenceTable

__all__ = ["DueTimer", "anchor_of", "next_due", "timers_of"]


_FEEDS = -1
"""The timers of feeds come before all tracks of the account."""
_LAST = datetime.max.replace(tzinfo=UTC)
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
    last = until or _LAST
    found: list[DueTimer] = []
    if row.feeds:
        found += (timer for timer in _feeds(machine, state, row, place) if timer.at <= last)
    config, countdown = row.config, machine.countdown
    if config.ended:
        return found
    if row.term is not None and row.term.counting_from is not None and countdown is not None and countdown.timers:
        order = machine.regions[countdown.track].order
        for number, timer, _, at, _ in countdown.waiting(state, row):
            if at is not None and at <= last:
                found.append(DueTimer(at, place, order, number, row.key, timer.name, timer))
    for index, after in config.stuck:
        standing = row.places[index]
        at = shift(standing.entered[0], after, state.frame.zone)
        if not standing.stuck and at <= last:
            leaf = standing.leaf
            found.append(DueTimer(at, place, leaf.region.order, _STUCK, row.key, leaf.chain[0], standing))
    for at, table in _cadences(state, row) if config.kind.cadences else ():
        if at <= last:
            order = _CADENCES + table.number
            found.append(DueTimer(at, place, table.region.order, order, row.key, table.ident, table))
    return found


def _feeds(machine: Machine, state: Snapshot, row: Row, place: int) -> Iterator[DueTimer]:
    for number, feed in enumerate(machine.feeds):
        known = row.feeds.get(feed.name)
        if known is not None and not known[2]:
            at = shift(known[1], feed.down_after, state.frame.zone)
            yield DueTimer(at, place, _FEEDS, number, row.key, feed.name, feed)


def _cadences(state: Snapshot, row: Row) -> Iterator[tuple[datetime, CadenceTable]]:
    standing = {each.leaf.region.name: each.leaf for each in row.places}
    for table in row.config.kind.cadences:
        if standing[table.region.name].ends:
            continue
        anchor, count, _ = anchor_of(state, row, table.ident)
        at = _beat(anchor, table.cadence.every, count + 1, state.frame.zone)
        if at is not None:
            yield at, table


@lru_cache(maxsize=65_536)
def _beat(anchor: date, every: Period, number: int, zone: tzinfo) -> datetime | None:
    """When a cadence falls due for so many-th time; None at the edge of the calendar, where there is no next one."""
    day = every.add(anchor, number)
    return first_instant(day, zone) if day < date.max else None


def anchor_of(state: Snapshot, row: Row, cadence: str) -> tuple[date, int, datetime]:
    """From which day a cadence counts, how often it fell due, and since when it may be done for the next time."""
    return row.beats.get(cadence) or (local_day(row.opened_at, state.frame.zone), 0, row.opened_at)


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
    for at in _other_timers(machine, state, row):
        if first is None or at < first:
            first = at
    if first is None or (turns_at is not None and turns_at < first):
        first = turns_at
    return first, turns_at


def _other_timers(machine: Machine, state: Snapshot, row: Row) -> list[datetime]:
    """The instants of all timers of a row but those of the countdown."""
    config = row.config
    found = [timer.at for timer in _feeds(machine, state, row, 0)] if row.feeds else []
    if config.ended:
        return found
    for index, after in config.stuck:
        if not row.places[index].stuck:
            found.append(shift(row.places[index].entered[0], after, state.frame.zone))
    if config.kind.cadences:
        found += [at for at, _ in _cadences(state, row)]
    return found
