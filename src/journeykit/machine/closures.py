"""What machine and journey share: where somebody stands, and the shapes of compiled closures."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from journeykit.machine.snapshot import Snapshot, Subject

__all__ = ["Instant", "Test", "Valuer", "by_position", "never"]

by_position = tuple.__new__
"""A named tuple by its values in order: half the time of calling its class, where very many are made."""

Test = Callable[[Snapshot, Subject], bool | None]
"""A compiled criterion: (snapshot, row) -> met, not met or unknown (None)."""
Valuer = Callable[[Snapshot, Subject], Any]
"""A compiled value: (snapshot, row) -> the value, or None for unknown."""


def never(snapshot: Snapshot, subject: Subject) -> None:
    """An instant that is not asked for: the dates of a contract wake its own row anyway."""
    del snapshot, subject


Instant = Callable[[Snapshot, Subject], datetime | None]
"""A compiled instant: when something falls due or next turns, or None."""
