"""Bands: the level of a number, measured at the beginning of each microstep (rule R5)."""

from __future__ import annotations

from journeykit.engine.macrostep import Macrostep
from journeykit.machine.snapshot import Subject
from journeykit.machine.tables import BandTable

__all__ = ["measure"]


def measure(macro: Macrostep, subject: Subject, bands: tuple[BandTable, ...]) -> None:
    """Give each band the level of the number that it measures now; while that is unknown, it keeps its last level.

    The level depends on the last one (``BandTable.level``): only below a level's start by more than the margin is it
    left. So levels are kept in the snapshot, and measured before any guard of the microstep reads them.
    """
    snapshot = macro.snapshot
    for table in bands:
        number = table.measured(snapshot, subject)
        held = subject.bands.get(table.rule.name)
        level = held if number is None else table.level(number, held)
        if level is not None and level != held:
            subject = snapshot.writable(subject)
            subject.bands = {**subject.bands, table.rule.name: level}
