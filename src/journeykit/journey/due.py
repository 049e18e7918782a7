"""What falls due, computed from the snapshot each time (rule R10)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from journeykit.dates import shift
from journeykit.journey.places import stands_at_end
from journeykit.journey.snapshot import Row, Snapshot
from journeykit.machine.countdown import Timer
from journeykit.machine.layout import Standing
from journeykit.machine.machine import Machine

__all__ = ["DueTimer", "next_due", "timers_of"]


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
    countdown = machine.countdown
    if stands_at_end(row):
        return
    if row.term is not None and countdown is not None and row.term.counting_since is not None and countdown.timers:
        end = countdown.end_of(row)
        order = machine.regions[countdown.track].order
        for number, timer in enumerate(countdown.timers):
            at = None if end is None else timer.due_at(end, state, row)
            if at is not None and end is not None and timer.pending(end, at, row.term):
                yield DueTimer(at, place, order, number, row.key, timer.name, timer, None)
    for standing in row.places:
        leaf = standing.leaf
        if leaf.stuck_after is not None and not standing.stuck and not leaf.ends:
            at = shift(standing.entered[0], leaf.stuck_after, state.zone)
            yield DueTimer(at, place, leaf.region.order, 1000, row.key, leaf.chain[0], None, standing)


def next_due(machine: Machine, state: Snapshot, row: Row) -> datetime | None:
    """When something of this row falls due or turns next."""
    instants = [due.at for due in timers_of(machine, state, row)]
    for turns in (*(standing.leaf.turns for standing in row.places), machine.kinds[row.kind].turns):
        instants += [at for turn in turns if (at := turn(state, row)) is not None]
    return min(instants, default=None)
