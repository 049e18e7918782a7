"""The typed tree of an expression: what the parser yields after names and types were checked against a profile.

Nodes are plain frozen data. They know no snapshot and no clock: ``closures`` turns them into functions for the
engine, and
whoever wants to may walk them (the reference interpreter of the tests does).
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
    "Expr",
    "Fact",
    "Negative",
    "Not",
    "Or",
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
    """A literal. ``value``: bool, int, float (``40%`` is 0.4 with type ``share``), str (text or a choice), date,
    Period.
    """

    value: Any
    type: str


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact by name; ``kind`` is the subject kind that holds it. Unknown until observed."""

    name: str
    kind: str
    type: str


@dataclass(frozen=True, slots=True)
class Band:
    """A band by name: a choice with memory. ``levels`` from lowest to highest. Unknown while what it measures is
    unknown.
    """

    name: str
    kind: str
    levels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Derived:
    """A derived name; its meaning is ``Profile.derived[name]``, evaluated for the subject of kind ``kind``."""

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
    """``left op right``. Where one side is ``Age`` or ``DaysUntil`` it is always the left one, and the right a period
    ``Const``.

    ``order`` lists the choice values from lowest to highest when choices or band levels are compared, else it is empty.
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
    """``confirmed(word)``: met once the word is given, else not met (unknown never)."""

    word: str
    kind: str


@dataclass(frozen=True, slots=True)
class Unsettled:
    """``unsettled(signal)``: met while its last occurrence was not settled, else not met."""

    signal: str
    kind: str


@dataclass(frozen=True, slots=True)
class Quiet:
    """``{quiet: signal, for: period}``: nothing of the kind was heard for that long, while one could have heard it."""

    signal: str
    kind: str
    period: Period


@dataclass(frozen=True, slots=True)
class Seen:
    """``{seen: signal, within: period}``: it happened less than that long ago."""

    signal: str
    kind: str
    period: Period


@dataclass(frozen=True, slots=True)
class At:
    """``at(track.path)``: met when the subject of kind ``kind`` stands there or inside it. ``path`` is from the
    track's root.
    """

    track: str
    path: str
    kind: str


@dataclass(frozen=True, slots=True)
class Reached:
    """``reached(name)``: a milestone of the subject's countdown, or ``notice``, ``end`` or ``grace_over``."""

    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class Age:
    """``age(track.path)`` or ``age(account)`` (then ``track`` and ``path`` are empty). Unknown where the subject does
    not stand there.
    """

    track: str
    path: str
    kind: str


@dataclass(frozen=True, slots=True)
class DaysUntil:
    """``days_until(date)``: from today in the account's zone to a date fact."""

    fact: Fact


@dataclass(frozen=True, slots=True)
class Renewals:
    """``renewals``: of the subject itself when ``kind`` is the term kind, else the sum over all contracts, closed
    ones included.
    """

    kind: str


@dataclass(frozen=True, slots=True)
class Covered:
    """``covered``: some contract is in term or in grace today."""


@dataclass(frozen=True, slots=True)
class Aggregate:
    """``any_of(kind, expr)``, ``all_of(kind, expr)``, ``count_of(kind, expr)`` over the open subjects of ``kind``."""

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
    | Reached
    | Age
    | DaysUntil
    | Renewals
    | Covered
    | Aggregate
)
