"""How a stay in a stage compares with what is typical of it: on track, behind, stuck."""

from __future__ import annotations

from datetime import datetime

from journeykit.dates import Range, shift
from journeykit.machine.closures import Standing
from journeykit.machine.machine import Machine
from journeykit.machine.snapshot import Snapshot

__all__ = ["behind_at", "pace_of", "typical_of"]


def typical_of(machine: Machine, standing: Standing) -> Range | None:
    """What is typical of the outermost stage that somebody stands in; None in a branch, and at an end."""
    leaf = standing.leaf
    return None if leaf.parent or leaf.ends else machine.stages[leaf.region.track, leaf.chain[0]].typical


def behind_at(machine: Machine, state: Snapshot, standing: Standing) -> datetime | None:
    """When somebody falls behind who stays in the stage: at the upper end of what is typical, unless that is open."""
    typical = typical_of(machine, standing)
    if typical is None or typical.open_ended:
        return None
    return shift(standing.entered[0], typical.high, state.zone)


def pace_of(machine: Machine, state: Snapshot, standing: Standing) -> str | None:
    """``on track``, ``behind`` or ``stuck``; None where nothing is typical and nobody is stuck."""
    if standing.stuck:
        return "stuck"
    if typical_of(machine, standing) is None:
        return None
    at = behind_at(machine, state, standing)
    return "behind" if at is not None and at <= state.now else "on track"
