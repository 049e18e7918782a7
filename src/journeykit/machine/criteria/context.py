"""The context of a compiled expression: who asks, and what its guards may ask about places, dates and feeds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from journeykit.language.model.profile import Profile
from journeykit.machine.closures import Instant, Test, Valuer
from journeykit.machine.snapshot import NO_NAMES, Snapshot, Subject

__all__ = ["Context", "Leaves", "within"]


class Leaves(Protocol):
    """The questions that guards ask of ``leaves.Board``: about places, dates of contracts, held criteria and feeds."""

    def inside(self, track: str, path: str) -> Mapping[Any, int]:  # tables of leaves hold criteria
        """Map each leaf at a place or inside it to the index of the place in its chain (-1: around its region)."""

    def due(self, name: str) -> Instant:
        """Return a closure that yields the instant of a date still ahead at which no timer fires, or None."""

    def reached(self, name: str) -> Test:
        """Return the closure that judges ``reached(name)``."""

    def has_date(self, name: str) -> Test:
        """Return the closure that judges ``has_date(name)``."""

    def day(self, name: str) -> Valuer:
        """Return the closure that yields the day of a date of the countdown for the present end, or None."""

    def covered(self, snapshot: Snapshot) -> bool | None:
        """Judge ``covered``: some open contract is in term or in grace."""

    def cover_turn(self, snapshot: Snapshot, subject: Subject) -> datetime | None:
        """Return the next instant at which ``covered`` can turn by time alone, or None."""

    def home_of(self, ident: str) -> tuple[str, tuple[str, ...]] | None:
        """Return the track and the places, outermost first, from entering which a held criterion counts, if any."""

    def is_derived(self, ident: str) -> bool:
        """Tell whether a criterion is part of a derived name, which has no place and many readers."""

    def feed_ends(self, feed: str) -> Callable[[Snapshot], datetime | None]:
        """Return a closure that yields the instant at which a feed goes down, or None while it is not up."""


@dataclass(frozen=True, slots=True)
class Context:
    """The subject and track for which an expression is compiled.

    Attributes:
        leaves: the board.
        kind: the kind of subject whose names the expression reads as its own.
        track: the track that asks; empty for derived names by themselves, reactions, bands and members of aggregates.
        asked: the names that any move of the track asks again (R8).
        counted: whether the expression is asked of the members of an aggregate, on behalf of another subject.
    """

    profile: Profile
    leaves: Leaves
    kind: str
    track: str = ""
    asked: frozenset[str] = NO_NAMES
    counted: bool = False

    def of(self, kind: str) -> Context:
        """Return the context for members of an aggregate, which are read as they stand: no track asks them again."""
        return replace(self, kind=kind, track="", asked=NO_NAMES, counted=True)


def within(context: Context, kind: str) -> Context:
    """Return the context of a derived name of a kind, as seen by the subject that asks.

    Only the kind changes. The closures are still given the subject that asks, and what its track asks again counts for
    the account's names, too (R8).
    """
    return context if kind == context.kind else replace(context, kind=kind)
