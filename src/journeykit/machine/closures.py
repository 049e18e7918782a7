"""What machine and journey share: where somebody stands, and the shapes of compiled closures."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

__all__ = ["NO_ENTRIES", "NO_NAMES", "Instant", "Position", "Test", "Valuer", "by_position", "never"]

by_position = tuple.__new__
"""A named tuple by its values in order: half the time of calling its class, where very many are made."""

NO_NAMES: frozenset[str] = frozenset()
NO_ENTRIES: dict[Any, Any] = {}
"""The shared empty mapping of fresh rows: never written to; whoever writes puts a new one in its place."""


class Position(NamedTuple):
    """Where a subject stands in one region: the compiled leaf, and when each place down to it was entered."""

    leaf: Any
    entered: tuple[datetime, ...]
    stuck: bool = False
    placed: bool = False


Test = Callable[[Any, Any], "bool | None"]
"""A compiled criterion: (snapshot, row) -> met, not met or unknown (None)."""
Valuer = Callable[[Any, Any], Any]
"""A compiled value: (snapshot, row) -> the value, or None for unknown."""


def never(snapshot: Any, subject: Any) -> None:
    """An instant that is not asked for: the dates of a contract wake its own row anyway."""
    del snapshot, subject


Instant = Callable[[Any, Any], "datetime | None"]
"""A compiled instant: when something falls due or next turns, or None."""
