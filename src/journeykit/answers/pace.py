"""The pace of a stay in a stage, compared with what is typical of it: on track, behind or stuck."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from journeykit.dates import Range, shift
from journeykit.engine.view import View
from journeykit.machine.machine import Machine
from journeykit.machine.snapshot import Position

__all__ = ["Pace", "behind_at", "pace_of", "typical_of"]

Pace = Literal["on track", "behind", "stuck"]
"""A stay in a stage against what is typical of it."""


def typical_of(machine: Machine, position: Position) -> Range | None:
    """Return how long a stay in the outermost stage typically takes; None in a branch, at an end, or if not given."""
    leaf = position.leaf
    return None if leaf.parent or leaf.ends else machine.stages[leaf.region.track, leaf.chain[0]].typical


def behind_at(view: View, position: Position) -> datetime | None:
    """Return the instant from which a stay in this stage counts as behind.

    That is the upper end of what is typical, counted from entering the outermost stage; None where that end is open or
    nothing is typical.
    """
    typical = typical_of(view.machine, position)
    if typical is None or typical.open_ended:
        return None
    return shift(position.entered[0], typical.high, view.zone)


def pace_of(view: View, position: Position) -> Pace | None:
    """Return ``on track``, ``behind`` or ``stuck``; None where nothing is typical and the subject is not stuck."""
    if position.stuck:
        return "stuck"
    if typical_of(view.machine, position) is None:
        return None
    at = behind_at(view, position)
    return "behind" if at is not None and at <= view.now else "on track"
