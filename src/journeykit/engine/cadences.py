"""Cadences: the day from which one counts, its next date, and where it begins to count anew (rule R9)."""

from __future__ import annotations

from datetime import datetime

from journeykit.dates import local_day
from journeykit.engine.macrostep import Macrostep
from journeykit.machine.entries import CadenceCount
from journeykit.machine.snapshot import Snapshot, Subject
from journeykit.machine.tables import CadenceTable, Leaf

__all__ = ["anchor_anew", "anchor_of", "next_date"]


def anchor_of(snapshot: Snapshot, subject: Subject, cadence: str) -> CadenceCount:
    """Return how a cadence (``track.name``) counts: its anchor, how often it fell due, since when it may be done.

    A subject keeps this only once something fell due or was anchored anew; before, it follows from the opening.
    """
    return subject.cadences.get(cadence) or CadenceCount(
        local_day(subject.opened_at, snapshot.frame.zone), 0, subject.opened_at
    )


def next_date(snapshot: Snapshot, subject: Subject, table: CadenceTable) -> datetime | None:
    """Return the instant at which a cadence falls due next; None at the edge of the calendar."""
    anchor, count, _ = anchor_of(snapshot, subject, table.ident)
    return table.falls_due(anchor, count + 1, snapshot.frame.zone)


def anchor_anew(macro: Macrostep, subject: Subject, old: Leaf, new: Leaf) -> None:
    """Count cadences anew from today where their track has left a place in which they rest, such as an end."""
    snapshot = macro.snapshot
    here = {
        table.ident: CadenceCount(local_day(snapshot.now, snapshot.zone), 0, snapshot.now)
        for table in subject.config.kind.cadences
        if old in table.rests and new not in table.rests
    }
    if here:
        subject.cadences = {**subject.cadences, **here}
