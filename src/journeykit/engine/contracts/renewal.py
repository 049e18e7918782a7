"""Automatic renewal: the move by which a term renews when its end comes (rule R11)."""

from __future__ import annotations

from journeykit.machine.snapshot import Position, Subject
from journeykit.machine.tables import MoveTable

__all__ = ["renewing_move"]


def renewing_move(subject: Subject, track: str) -> tuple[Position, MoveTable] | None:
    """Return the position and the move by which a term renews from where the contract stands; None where none does."""
    for position in subject.positions:
        if position.leaf.region.name == track and position.leaf.renew is not None:
            return position, position.leaf.renew
    return None
