"""The typed tree of an expression, as it is once names and types were checked against a profile.

Nodes are plain frozen data that know no snapshot and no clock. The machine compiles them to closures; other code walks
them. What each node means is told exactly in docs/explanation/rules.md. Its ``kind`` is the kind of subject that has
what is named: that of the subject for which the expression is evaluated, or the account.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from journeykit.dates import Period

__all__ = [
    "Age",
    "Aggregate",
    "And",
    "Arithmetic",
    "At",
    "Band",
    "Compare",
    "Confirmed",
    "Const",
    "Covered",
    "DaysUntil",
    "Derived",
    "EndMoved",
    "Expr",
    "Fact",
    "HasDate",
    "Negative",
    "Not",
    "Or",
    "Placed",
    "Quiet",
    "Reached",
    "Renewals",
    "Seen",
    "Unsettled",
]

ACCOUNT = "account"
"""The kind of the account itself; its one subject has the key ``account``."""

CompareOp = Literal["<", "<=", "==", "!=", ">=", ">"]
MIRRORED: dict[CompareOp, CompareOp] = {"<": ">", "<=": ">=", "==": "==", "!=": "!=", ">=": "<=", ">": "<"}
"""``a op b`` says the same as ``b MIRRORED[op] a``."""

How = Literal["any_of", "all_of", "count_of"]


@dataclass(frozen=True, slots=True)
class Const:
    """A literal: a bool, int, float (``40%`` is 0.4 with type ``share``), str (text or choice), date or ``Period``."""

    value: Any
    type: str


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact. Unknown until observed, once stale, and while its feed is not up; ``type`` is its declared one."""

    name: str
    kind: str
    type: str


@dataclass(frozen=True, slots=True)
class Band:
    """A band: a number seen as one of ``levels`` (lowest first), with memory. Unknown while that number is unknown."""

    name: str
    kind: str
    levels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Derived:
    """A derived name; ``Profile.derived[name]`` says what it means."""

    name: str
    kind: str
    type: str


@dataclass(frozen=True, slots=True)
class Not:
    item: Expr


@dataclass(frozen=True, slots=True)
class And:
    items: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Or:
    items: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Compare:
    """``left op right``.

    Where one side is ``Age`` or ``DaysUntil`` it is always the left one, and the right a period ``Const``.
    Where choices or band levels are compared, ``order`` lists the values from lowest to highest; else it is empty.
    """

    op: CompareOp
    left: Expr
    right: Expr
    order: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Arithmetic:
    op: Literal["+", "-", "*", "/"]
    left: Expr
    right: Expr


@dataclass(frozen=True, slots=True)
class Negative:
    item: Expr


@dataclass(frozen=True, slots=True)
class Confirmed:
    """``confirmed(name)``: met while the confirmation ``word`` is given and lasts, else not met; never unknown."""

    word: str
    kind: str


@dataclass(frozen=True, slots=True)
class Unsettled:
    """``unsettled(signal)``: met from an occurrence until it is settled or no longer lasts, else not met.

    Unknown while the signal's feed is not up.
    """

    signal: str
    kind: str


@dataclass(frozen=True, slots=True)
class Quiet:
    """``{quiet: signal, for: period}``: met once the signal was not heard for that long while it could be heard.

    Unknown while the signal's feed is not up.
    """

    signal: str
    kind: str
    period: Period


@dataclass(frozen=True, slots=True)
class Seen:
    """``{seen: signal, within: period}``: met while its last occurrence is less than that long ago.

    Unknown while the signal's feed is not up.
    """

    signal: str
    kind: str
    period: Period


@dataclass(frozen=True, slots=True)
class At:
    """``at(track.path)``: met while the subject stands at that place or inside it."""

    track: str
    path: str
    kind: str


@dataclass(frozen=True, slots=True)
class Placed:
    """``placed_at(track.path)``: met while the subject stands at that place or inside it, and a person put it there."""

    track: str
    path: str
    kind: str


@dataclass(frozen=True, slots=True)
class Reached:
    """``reached(name)``: met once the date has come of a milestone, or of ``notice``, ``end`` or ``grace_over``.

    Unknown while that date is unknown.
    """

    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class HasDate:
    """``has_date(name)``: met where a term has the date of that name, not met where it is too short for it.

    That is: shorter than the ``for_terms`` of the milestone. Unknown while what the date is counted from is unknown.
    """

    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class Age:
    """``age(track.path)``: the time since the place was entered; unknown while the subject does not stand there.

    For ``age(account)``, the time since ``begin``, ``track`` and ``path`` are empty.
    """

    track: str
    path: str
    kind: str


@dataclass(frozen=True, slots=True)
class DaysUntil:
    """``days_until(date)``: the days from today, in the account's zone, to a date fact."""

    fact: Fact


@dataclass(frozen=True, slots=True)
class EndMoved:
    """``end_moved``: the end of the contract's term was observed with another value than before, where it stands.

    That is: since it entered the stage, or came to the end, at which it stands in the track that asks. ``fact`` is the
    date fact that ends its term.
    """

    fact: Fact


@dataclass(frozen=True, slots=True)
class Renewals:
    """``renewals``: how many terms came before this one.

    Where ``kind`` is the one that has terms, it is the subject's own number, else the sum over all contracts, closed
    ones included.
    """

    kind: str


@dataclass(frozen=True, slots=True)
class Covered:
    """``covered``: met while some open contract is in term or in grace."""


@dataclass(frozen=True, slots=True)
class Aggregate:
    """``any_of(kind, item)``, ``all_of(kind, item)`` or ``count_of(kind, item)`` over open subjects of ``kind``."""

    how: How
    kind: str
    item: Expr


Expr = (
    Const
    | Fact
    | Band
    | Derived
    | Not
    | And
    | Or
    | Compare
    | Arithmetic
    | Negative
    | Confirmed
    | Unsettled
    | Quiet
    | Seen
    | At
    | Placed
    | Reached
    | HasDate
    | Age
    | DaysUntil
    | EndMoved
    | Renewals
    | Covered
    | Aggregate
)
