"""The shapes of compiled closures: criteria, values and instants as functions of a snapshot and one of its subjects.

A profile is compiled to such closures once; a step calls them and never walks an expression.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, Final, Protocol, TypeVar

from journeykit.machine.snapshot import Snapshot, Subject

__all__ = ["Instant", "Test", "Valuer", "by_position", "never"]

Made = TypeVar("Made", bound=tuple[Any, ...])


class _ByPosition(Protocol):
    def __call__(self, cls: type[Made], values: Iterable[Any], /) -> Made: ...


by_position: Final[_ByPosition] = tuple.__new__
"""``by_position(cls, values)``: a named tuple from its values in order, in half the time of calling its class."""

Test = Callable[[Snapshot, Subject], bool | None]
"""A compiled criterion: (snapshot, subject) -> met (True), not met (False) or unknown (None)."""
Valuer = Callable[[Snapshot, Subject], Any]
"""A compiled value: (snapshot, subject) -> the value, or None for unknown."""


def never(snapshot: Snapshot, subject: Subject) -> None:
    """Return None: the instant of a contract's own date, at which ``CountdownTable.next_of`` wakes it anyway.

    Known by identity: ``Config`` leaves it out of what it asks.
    """
    del snapshot, subject


Instant = Callable[[Snapshot, Subject], datetime | None]
"""A compiled instant: (snapshot, subject) -> when something falls due or next turns, in UTC, or None for never."""
