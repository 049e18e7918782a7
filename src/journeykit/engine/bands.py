"""Bands: the level of a number, measured at the beginning of each microstep (rule R5)."""

from __future__ import annotations

from journeykit.engine.macrostep import Work
from journeykit.machine.snapshot import Row
from journeykit.machine.tables import BandTable

__all__ = ["measure"]


def measure(work: Work, row: Row, bands: tuple[BandTable, ...]) -> None:
    """Bands take the level of what they measure now; while that is unknown they remember the last."""
    state = work.state
    for table in bands:
        number = table.measured(state, row)
        held = row.bands.get(table.rule.name)
        level = held if number is None else table.level(number, held)
        if level is not None and level != held:
            row = state.writable(row)
            row.bands = {**row.bands, table.rule.name: level}
