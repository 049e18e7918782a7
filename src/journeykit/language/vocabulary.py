"""The vocabulary of a resolved profile: roles, kinds of subject, feeds, facts, signals and confirmations.

Each entry has its ``name`` and, in ``at`` where it has one, the location of its declaration in the text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from journeykit.dates import Period
from journeykit.errors import Location

__all__ = ["SHARE_BOUNDS", "Confirmation", "FactRule", "Feed", "Kind", "Role", "Signal"]

SHARE_BOUNDS = (-10.0, 10.0)
"""What a share may be where its fact does not say: room for growth, and none for percentages as whole numbers."""


@dataclass(frozen=True, slots=True)
class Role:
    """Somebody who acts, on our ``side`` or the customer's.

    ``played_by`` is ``product`` where the product acts for the role: a handoff to it is accepted by itself (rule R7).
    """

    name: str
    side: Literal["us", "customer"]
    played_by: str | None = None


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of subject; the account is one, named ``account``.

    Attributes:
        opens_with: the id of a subject that every account begins with, if any.
        term: names of the date facts (start, end) of a term, both days included; only one kind of a profile has terms.
    """

    name: str
    opens_with: str | None = None
    term: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class FactRule:
    """A fact: who has it and which values it may take.

    Attributes:
        kind: the kind of subject that has it.
        type: ``number integer boolean share date duration money choice`` or ``text``.
        per_term: it belongs to the kind that has terms and is unknown again when a term begins (rule R8).
        between: the lowest and the highest value allowed, for what is counted; of a share always there.
        of: the values of a choice, from lowest to highest; else empty.
        measures: what it says something about, or None where the author did not say.
        feed: the feed it comes from, if any; while that is not up the fact is unknown.
        stale_after: how long after its last observation it is unknown again; None for never.
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
    """A source of facts and signals. It is up from an input of it on, until none came for ``down_after``."""

    name: str
    down_after: Period
    at: Location
    label: str | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Signal:
    """Something that happens to a subject, or to the account.

    Attributes:
        kind: the kind of subject it happens to.
        carries: what comes with it, each name with its type.
        settled_by: the signal, confirmation or boolean fact that settles it, if any.
        feed: the feed it comes from, if any.
        lasts: how long after its last occurrence it no longer counts as unsettled; None for until it is settled.
    """

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
    """Something that a role states and may take back.

    Attributes:
        kind: the kind of subject it is given for.
        by: the roles, any one of which may give it.
        per_term: it belongs to the kind that has terms and is ungiven when a term begins (rule R8).
        lasts: how long it counts from being given; None for until it is taken back.
    """

    name: str
    kind: str
    by: tuple[str, ...]
    at: Location
    per_term: bool = False
    label: str | None = None
    lasts: Period | None = None
