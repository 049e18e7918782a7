"""Cadences: from which day one counts, when it falls due next, and where it counts anew (rule R9)."""

from __future__ import annotations

from datetime import datetime

from journeykit.dates import local_day
from journeykit.engine.macrostep import Macrostep
from journeykit.machine.entries import CadenceCount
from journeykit.machine.snapshot import Snapshot, Subject
from journeykit.machine.tables import CadenceTable, Leaf

__all__ = ["anchor_anew", "anchor_of", "next_date"]


def anchor_of(snapshot: Snapshot, subject: Subject, cadence: str) -> CadenceCount:
    """From which day a cadence counts, how often it fell due, and since when it may be done for the next time."""
    return subject.cadences.get(cadence) or CadenceCount(
        local_day(subject.opened_at, snapshot.frame.zone), 0, subject.opened_at
    )


def next_date(snapshot: Snapshot, subject: Subject, table: CadenceTable) -> datetime | None:
    """Return when a cadence falls due next; None at the edge of the calendar."""
    anchor, count, _ = anchor_of(snapshot, subject, table.ident)
    return table.falls_due(anchor, count + 1, snapshot.frame.zone)


def anchor_anew(macro: Macrostep, subject: Subject, old: Leaf, new: Leaf) -> None:
    """A track that left a place where a cadence rests, such as an end, counts it anew."""
    snapshot = macro.snapshot
    here = {
        table.ident: CadenceCount(local_day(snapshot.now, snapshot.zone), 0, snapshot.now)
        for table in subject.config.kind.cadences
        if old in table.rests and new not in table.rests
    }
    if here:
        subject.cadences = {**subject.cadences, **here}
