"""What falls due, computed from the snapshot each time (rule R10)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from journeykit.dates import shift
from journeykit.journey.snapshot import Row, Snapshot
from journeykit.machine.countdown import Timer
from journeykit.machine.layout import Standing
from journeykit.machine.machine import Machine

__all__ = ["DueTimer", "next_due", "timers_of"]


_LAST = 1000
"""Stuck timers come after the countdown of their track."""


class DueTimer(NamedTuple):
    """A timer of one row: when it falls due, and its place in the order of things that fall due at one instant."""

    at: datetime
    subject: int
    track: int
    place: int
    key: str
    name: str
    timer: Timer | None
    standing: Standing | None


def timers_of(machine: Machine, state: Snapshot, row: Row, place: int = 0) -> Iterator[DueTimer]:
    """The timers of a row that did not fire yet, due or not."""
    config = row.config
    if config.ended:
        return
    countdown = machine.countdown
    if row.term is not None and row.term.counting_since is not None and countdown is not None and countdown.timers:
        end = countdown.end_of(row)
        order = machine.regions[countdown.track].order
        for number, timer in enumerate(countdown.timers):
            at = None if end is None else timer.due_at(end, state, row)
            if at is not None and end is not None and timer.pending(end, at, row.term):
                yield DueTimer(at, place, order, number, row.key, timer.name, timer, None)
    for index, after in config.stuck:
        standing = row.places[index]
        if not standing.stuck:
            at = shift(standing.entered[0], after, state.frame.zone)
            leaf = standing.leaf
            yield DueTimer(at, place, leaf.region.order, _LAST, row.key, leaf.chain[0], None, standing)


def next_due(machine: Machine, state: Snapshot, row: Row) -> datetime | None:
    """When something of this row falls due or turns next."""
    config = row.config
    first: datetime | None = None
    if config.stuck or row.term is not None:
        for timer in timers_of(machine, state, row):
            if first is None or timer.at < first:
                first = timer.at
    for turn in config.turns:
        at = turn(state, row)
        if at is not None and (first is None or at < first):
            first = at
    return first
