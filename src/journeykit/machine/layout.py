"""The little that guards need to know of a journey: what rows and snapshots look like to whoever only reads them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from datetime import date, datetime, tzinfo
from typing import Any, NamedTuple, Protocol

__all__ = ["NO_ENTRIES", "NO_NAMES", "Instant", "RowView", "Standing", "StateView", "Test", "Valuer"]

NO_NAMES: frozenset[str] = frozenset()
NO_ENTRIES: dict[Any, Any] = {}
"""The shared empty mapping of fresh rows: never written to; whoever writes puts a new one in its place."""


class Standing(NamedTuple):
    """Where a subject stands in one region: the compiled leaf, and when each place down to it was entered."""

    leaf: Any
    entered: tuple[datetime, ...]
    stuck: bool = False
    placed: bool = False


class TermView(Protocol):
    """What guards read of a contract's term."""

    renewals: int
    covered_from: date | None


class RowView(Protocol):
    """One subject. ``facts`` maps a name to (value, since, seen, cause)."""

    key: str
    kind: str
    facts: dict[str, tuple[Any, datetime, datetime, str]]
    words: Mapping[str, Any]
    signals: Mapping[str, tuple[datetime, bool]]
    bands: Mapping[str, str]
    masks: Mapping[str, AbstractSet[str]]
    waived: Mapping[str, Any]
    handoffs: Mapping[str, tuple[str, datetime, str]]
    places: tuple[Standing, ...]
    term: Any
    config: Any


class StateView(Protocol):
    """One account's journey."""

    now: datetime
    began_at: datetime
    zone: tzinfo
    account_row: Any
    rows: dict[str, Any]
    closed: Mapping[str, Any]


Test = Callable[[Any, Any], "bool | None"]
"""A compiled criterion: (snapshot, row) -> met, not met or unknown (None)."""
Valuer = Callable[[Any, Any], Any]
"""A compiled value: (snapshot, row) -> the value, or None for unknown."""
Instant = Callable[[Any, Any], "datetime | None"]
"""A compiled instant: when something falls due or next turns, or None."""
