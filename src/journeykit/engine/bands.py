"""Bands: the level of a number, measured at the beginning of each microstep (rule R5)."""

from __future__ import annotations

from journeykit.engine.macrostep import Macrostep
from journeykit.machine.snapshot import Subject
from journeykit.machine.tables import BandTable

__all__ = ["measure"]


def measure(macro: Macrostep, subject: Subject, bands: tuple[BandTable, ...]) -> None:
    """Bands take the level of what they measure now; while that is unknown they remember the last."""
    snapshot = macro.snapshot
    for table in bands:
        number = table.measured(snapshot, subject)
        held = subject.bands.get(table.rule.name)
        level = held if number is None else table.level(number, held)
        if level is not None and level != held:
            subject = snapshot.writable(subject)
            subject.bands = {**subject.bands, table.rule.name: level}
