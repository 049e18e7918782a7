"""How a stay in a stage compares with what is typical of it: on track, behind, stuck."""

from __future__ import annotations

from datetime import datetime

from journeykit.dates import Range, shift
from journeykit.engine.view import View
from journeykit.machine.machine import Machine
from journeykit.machine.snapshot import Position

__all__ = ["behind_at", "pace_of", "typical_of"]


def typical_of(machine: Machine, position: Position) -> Range | None:
    """What is typical of the outermost stage that somebody stands in; None in a branch, and at an end."""
    leaf = position.leaf
    return None if leaf.parent or leaf.ends else machine.stages[leaf.region.track, leaf.chain[0]].typical


def behind_at(view: View, position: Position) -> datetime | None:
    """When somebody falls behind who stays in the stage: at the upper end of what is typical, unless that is open."""
    typical = typical_of(view.machine, position)
    if typical is None or typical.open_ended:
        return None
    return shift(position.entered[0], typical.high, view.zone)


def pace_of(view: View, position: Position) -> str | None:
    """``on track``, ``behind`` or ``stuck``; None where nothing is typical and nobody is stuck."""
    if position.stuck:
        return "stuck"
    if typical_of(view.machine, position) is None:
        return None
    at = behind_at(view, position)
    return "behind" if at is not None and at <= view.now else "on track"
