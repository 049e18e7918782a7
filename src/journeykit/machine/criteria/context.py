"""For whom an expression is compiled, and what its guards may ask about places and dates."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol

from journeykit.language.model.profile import Profile
from journeykit.machine.closures import Test
from journeykit.machine.snapshot import NO_NAMES, Snapshot, Subject

__all__ = ["Context", "Leaves", "within"]


class Leaves(Protocol):
    """What a guard must ask about places: which compiled leaves lie there or inside, and at which depth the place
    is.
    """

    def inside(self, track: str, path: str) -> Mapping[Any, int]:
        """The leaves at a place or inside it, each with the depth of the place in its chain."""

    def due(self, name: str) -> Callable[[Any, Any], Any]:
        """The closure that yields the instant of a date of the countdown."""

    def reached(self, name: str) -> Test:
        """The closure that judges whether that date has come."""

    def covered(self, snapshot: Snapshot) -> bool | None:
        """Whether some contract is in term or in grace."""

    def cover_turn(self, snapshot: Snapshot, subject: Subject) -> Any:
        """When that next changes by time alone."""

    def home_of(self, ident: str) -> tuple[str, tuple[str, ...]] | None:
        """The track and the places, outermost first, from entering which a held criterion counts; None for none."""

    def is_derived(self, ident: str) -> bool:
        """Whether a criterion is part of a derived name, which has no place and many readers."""

    def feed_ends(self, feed: str) -> Callable[[Any], Any]:
        """The closure that yields the instant at which a feed goes down, or None while it is not up."""


@dataclass(frozen=True, slots=True)
class Context:
    """For whom an expression is compiled: the profile, the kind of subject, the track that asks and what it asks
    again.
    """

    profile: Profile
    leaves: Leaves
    kind: str
    track: str = ""
    asked: frozenset[str] = NO_NAMES

    def of(self, kind: str) -> Context:
        """The same for the members of an aggregate, which no track asks again."""
        return replace(self, kind=kind, track="", asked=NO_NAMES)


def within(context: Context, kind: str) -> Context:
    """A derived name's context: its own kind of subject; the row stays the asker's, whose masks count for the
    account's names too.
    """
    return context if kind == context.kind else replace(context, kind=kind)
