"""What can be read off a typed tree without a profile: its type, its parts, its normal text, and what it reads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from journeykit.dates import Period
from journeykit.language.expressions.tree import (
    ACCOUNT,
    Age,
    Aggregate,
    And,
    Arithmetic,
    At,
    Band,
    Compare,
    Confirmed,
    Const,
    Covered,
    DaysUntil,
    Derived,
    EndMoved,
    Expr,
    Fact,
    HasDate,
    Negative,
    Not,
    Or,
    Placed,
    Quiet,
    Reached,
    Renewals,
    Seen,
    Unsettled,
)

__all__ = [
    "ALIKE",
    "NUMERIC",
    "arithmetic_type",
    "canonical",
    "own_nodes",
    "parts",
    "plain_type",
    "reads",
    "type_of",
    "walk",
]

NUMERIC = frozenset({"number", "share", "money", "ratio"})
"""Types to calculate with. A ``ratio`` is like divided by like: a number that may also be compared with a share."""

# The types of results. Sums and products are looked up with the two types in alphabetical order.
_SUMS = {
    ("number", "number"): "number",
    ("number", "ratio"): "ratio",
    ("ratio", "ratio"): "ratio",
    ("ratio", "share"): "share",
    ("share", "share"): "share",
    ("money", "money"): "money",
    ("money", "number"): "money",
}
_PRODUCTS = {
    ("number", "number"): "number",
    ("number", "ratio"): "number",
    ("number", "share"): "number",
    ("money", "number"): "money",
    ("money", "ratio"): "money",
    ("money", "share"): "money",
    ("ratio", "ratio"): "ratio",
    ("ratio", "share"): "share",
    ("share", "share"): "share",
}
_QUOTIENTS = {
    ("number", "number"): "ratio",
    ("number", "ratio"): "number",
    ("number", "share"): "number",
    ("money", "number"): "money",
    ("money", "ratio"): "money",
    ("money", "share"): "money",
    ("money", "money"): "ratio",
    ("ratio", "number"): "ratio",
    ("ratio", "ratio"): "ratio",
    ("ratio", "share"): "ratio",
    ("share", "number"): "share",
    ("share", "ratio"): "share",
    ("share", "share"): "ratio",
}


# The types of two sides that may be compared, in either order.
ALIKE = frozenset(
    {
        ("number", "number"),
        ("number", "ratio"),
        ("ratio", "ratio"),
        ("ratio", "share"),
        ("share", "share"),
        ("money", "money"),
        ("money", "number"),
        ("date", "date"),
        ("duration", "duration"),
        ("text", "text"),
    }
)


def plain_type(declared: str) -> str:
    """Return the type to calculate with: an ``integer`` is a number, all others are themselves."""
    return "number" if declared == "integer" else declared


def arithmetic_type(op: str, left: str, right: str) -> str | None:
    """Return the type of ``left op right``, given the types of its sides, or None where they do not go together."""
    if op == "/":
        return _QUOTIENTS.get((left, right))
    pair = (left, right) if left <= right else (right, left)
    return (_PRODUCTS if op == "*" else _SUMS).get(pair)


def type_of(expr: Expr) -> str:
    """Return the type of an expression: ``boolean number ratio share money date duration choice`` or ``text``."""
    match expr:
        case Const(type=declared) | Fact(type=declared) | Derived(type=declared):
            return plain_type(declared)
        case Band():
            return "choice"
        case Arithmetic(op, left, right):
            return arithmetic_type(op, type_of(left), type_of(right)) or "number"
        case Negative(item):
            return type_of(item)
        case Age() | DaysUntil():
            return "duration"
        case Renewals() | Aggregate(how="count_of"):
            return "number"
        case _:
            return "boolean"


def parts(expr: Expr) -> tuple[Expr, ...]:
    """Return the parts that an expression is directly made of, in the order of the text."""
    match expr:
        case Not(item) | Negative(item) | Aggregate(item=item):
            return (item,)
        case And(items) | Or(items):
            return items
        case Compare(left=left, right=right) | Arithmetic(left=left, right=right):
            return (left, right)
        case DaysUntil(fact) | EndMoved(fact):
            return (fact,)
        case _:
            return ()


def walk(expr: Expr) -> Iterator[Expr]:
    """Yield an expression and everything inside it, depth first, in the order of the text."""
    yield expr
    for part in parts(expr):
        yield from walk(part)


def own_nodes(expr: Expr) -> Iterator[Expr]:
    """Yield an expression and what is inside it, but not what an aggregate asks of other subjects."""
    yield expr
    if not isinstance(expr, Aggregate):
        for part in parts(expr):
            yield from own_nodes(part)


def reads(expr: Expr) -> frozenset[tuple[str, str]]:
    """Return what an expression reads, as (sort, name).

    The sorts are ``fact band derived word signal place milestone age until renewals covered end_moved subjects``. A
    ``word`` is a confirmation; a ``place`` and an ``age`` are named ``track.path``, the age of the account ``account``;
    ``until`` names the date fact (which is also read as a ``fact``), ``subjects`` the kind that an aggregate runs over;
    ``renewals``, ``covered`` and ``end_moved`` have an empty name (the last reads the date fact as well). Derived names
    are not followed.
    """
    return frozenset(found for part in walk(expr) if (found := _read(part)))


def _read(expr: Expr) -> tuple[str, str] | None:
    match expr:
        case Fact(name):
            return "fact", name
        case Band(name):
            return "band", name
        case Derived(name):
            return "derived", name
        case Confirmed(word):
            return "word", word
        case Unsettled(signal) | Quiet(signal) | Seen(signal):
            return "signal", signal
        case At(track, path) | Placed(track, path):
            return "place", f"{track}.{path}"
        case Reached(name) | HasDate(name):
            return "milestone", name
        case Age(track, path):
            return "age", f"{track}.{path}" if track else ACCOUNT
        case DaysUntil(fact):
            return "until", fact.name
        case Renewals():
            return "renewals", ""
        case Covered():
            return "covered", ""
        case EndMoved():
            return "end_moved", ""
        case Aggregate(_, kind):
            return "subjects", kind
        case _:
            return None


# How tightly each form binds, loosest first; a part that binds less tightly than its place asks for gets brackets.
_OR, _AND, _NOT, _COMPARE, _SUM, _PRODUCT, _SIGN, _ATOM = range(8)


def canonical(expr: Expr) -> str:
    """Return the normal text of an expression: single spaces, fewest brackets. Reading it back yields the same tree."""
    return _written(expr)[0]


def _written(expr: Expr) -> tuple[str, int]:
    match expr:
        case Or(items):
            return " or ".join(_inside(item, _AND) for item in items), _OR
        case And(items):
            return " and ".join(_inside(item, _NOT) for item in items), _AND
        case Not(item):
            return f"not {_inside(item, _NOT)}", _NOT
        case Compare(op, left, right):
            return f"{_inside(left, _SUM)} {op} {_inside(right, _SUM)}", _COMPARE
        case Arithmetic(op, left, right):
            level = _SUM if op in "+-" else _PRODUCT
            return f"{_inside(left, level)} {op} {_inside(right, level + 1)}", level
        case Negative(item):
            return f"-{_inside(item, _SIGN)}", _SIGN
        case _:
            return _atom(expr), _ATOM


def _inside(expr: Expr, level: int) -> str:
    text, own = _written(expr)
    return text if own >= level else f"({text})"


def _atom(expr: Expr) -> str:
    match expr:
        case Const(value, declared):
            return _literal(value, declared)
        case Fact(name) | Band(name) | Derived(name):
            return name
        case Confirmed(word):
            return f"confirmed({word})"
        case Unsettled(signal):
            return f"unsettled({signal})"
        case Quiet(signal, _, period):
            return f"quiet({signal}, {period})"
        case Seen(signal, _, period):
            return f"seen({signal}, {period})"
        case At(track, path):
            return f"at({track}.{path})"
        case Placed(track, path):
            return f"placed_at({track}.{path})"
        case Reached(name):
            return f"reached({name})"
        case HasDate(name):
            return f"has_date({name})"
        case Age(track, path):
            return f"age({track}.{path})" if track else f"age({ACCOUNT})"
        case DaysUntil(fact):
            return f"days_until({fact.name})"
        case Aggregate(how, kind, item):
            return f"{how}({kind}, {canonical(item)})"
        case Renewals():
            return "renewals"
        case Covered():
            return "covered"
        case EndMoved():
            return "end_moved"
        case _:
            raise TypeError(f"not an expression: {expr!r}")


def _literal(value: Any, declared: str) -> str:
    # Calculated with decimals: in binary 0.07 * 100 is not 7.
    if declared == "share":
        return f"{_digits(Decimal(repr(value)) * 100)}%"
    match value:
        case bool():
            return "true" if value else "false"
        case int() | float():
            return _digits(Decimal(repr(value)))
        case date():
            return value.isoformat()
        case Period():
            return str(value)
        case _ if declared == "choice" and re.fullmatch(r"[^\W\d]\w*", value) and value not in _WORDS:
            return str(value)
        case _:
            return f"'{value}'" if '"' in value else f'"{value}"'


_WORDS = frozenset({"and", "or", "not", "true", "false"})


def _digits(number: Decimal) -> str:
    """Write a number without an exponent and without superfluous zeros: 40, 0.5."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
