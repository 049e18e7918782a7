"""Cadences: from which day one counts, when it falls due next, and where it counts anew (rule R9)."""

from __future__ import annotations

from datetime import date, datetime

from journeykit.dates import local_day
from journeykit.engine.macrostep import Work
from journeykit.machine.snapshot import Row, Snapshot
from journeykit.machine.tables import CadenceTable, Leaf

__all__ = ["anchor_anew", "anchor_of", "next_beat"]


def anchor_of(state: Snapshot, row: Row, cadence: str) -> tuple[date, int, datetime]:
    """From which day a cadence counts, how often it fell due, and since when it may be done for the next time."""
    return row.beats.get(cadence) or (local_day(row.opened_at, state.frame.zone), 0, row.opened_at)


def next_beat(state: Snapshot, row: Row, table: CadenceTable) -> datetime | None:
    """Return when a cadence falls due next; None at the edge of the calendar."""
    anchor, count, _ = anchor_of(state, row, table.ident)
    return table.beat(anchor, count + 1, state.frame.zone)


def anchor_anew(work: Work, row: Row, old: Leaf, new: Leaf) -> None:
    """A track that left a place where a cadence rests, such as an end, counts it anew."""
    state = work.state
    here = {
        table.ident: (local_day(state.now, state.zone), 0, state.now)
        for table in row.config.kind.cadences
        if old in table.rests and new not in table.rests
    }
    if here:
        row.beats = {**row.beats, **here}
