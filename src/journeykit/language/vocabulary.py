"""The vocabulary of a resolved profile: who acts, on what, what can be observed, what happens, what is said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from journeykit.dates import Period
from journeykit.errors import Location

__all__ = ["Confirmation", "FactRule", "Feed", "Kind", "Role", "Signal"]


@dataclass(frozen=True, slots=True)
class Role:
    """Somebody who acts, on our side or the customer's."""

    name: str
    side: Literal["us", "customer"]
    played_by: str | None = None


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of subject. ``term``: the (start, end) date facts of the one kind that has terms."""

    name: str
    opens_with: str | None = None
    term: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class FactRule:
    """What a fact may be. ``per_term`` facts belong to the term kind and start afresh with each term.

    It is unknown once it was not observed for ``stale_after``, and while its ``feed`` is not up.
    """

    name: str
    kind: str
    type: str
    at: Location
    per_term: bool = False
    between: tuple[float, float] | None = None
    of: tuple[str, ...] = ()
    measures: Literal["outcome", "activity", "status"] | None = None
    label: str | None = None
    source: str | None = None
    feed: str | None = None
    stale_after: Period | None = None


@dataclass(frozen=True, slots=True)
class Feed:
    """Where facts and signals come from. It is up from being heard until it was not heard for ``down_after``."""

    name: str
    down_after: Period
    at: Location
    label: str | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Signal:
    """Something that happens. It is unsettled for at most as long as it ``lasts``."""

    name: str
    kind: str
    at: Location
    carries: Mapping[str, str]
    settled_by: str | None = None
    label: str | None = None
    feed: str | None = None
    lasts: Period | None = None


@dataclass(frozen=True, slots=True)
class Confirmation:
    """Words on the record: any one role of ``by`` may give them. ``per_term`` words are ungiven when a term begins.

    A word counts for as long as it ``lasts``.
    """

    name: str
    kind: str
    by: tuple[str, ...]
    at: Location
    per_term: bool = False
    label: str | None = None
    lasts: Period | None = None
