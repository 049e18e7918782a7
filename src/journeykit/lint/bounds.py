"""Bounds on one value: what several comparisons with constants leave possible."""

from __future__ import annotations

import math
from typing import Any

from journeykit.dates import Period
from journeykit.language.expressions.tree import Aggregate, CompareOp, Expr, Fact, Renewals

__all__ = ["Bounds"]


class Bounds:
    """The comparisons of one value with constants; ``possible`` tells whether some value may satisfy them all.

    It errs on one side only: what it calls impossible is impossible. Periods are compared by the days they can span.
    """

    __slots__ = ("_allowed", "_equal", "_highs", "_lows", "_unequal", "_whole")

    def __init__(self, value: Expr) -> None:
        self._whole = isinstance(value, Aggregate | Renewals) or (isinstance(value, Fact) and value.type == "integer")
        self._lows: list[tuple[Any, bool]] = []
        self._highs: list[tuple[Any, bool]] = []
        self._equal: list[Any] = []
        self._unequal: list[Any] = []
        self._allowed: frozenset[int] | None = None

    def add(self, op: CompareOp, constant: Any, order: tuple[str, ...]) -> None:
        """Take in ``value op constant``; ``order`` lists the values of a choice or band from lowest to highest."""
        if order and constant in order:
            at = order.index(constant)
            allowed = frozenset(i for i in range(len(order)) if compared(i, op, at))
            self._allowed = allowed if self._allowed is None else self._allowed & allowed
        elif op == "==":
            self._equal.append(constant)
            if not isinstance(constant, str | bool):
                self._lows.append((constant, False))
                self._highs.append((constant, False))
        elif op == "!=":
            self._unequal.append(constant)
        else:
            self._bound(op, constant)

    def _bound(self, op: CompareOp, constant: Any) -> None:
        strict = op in {"<", ">"}
        upper = op in {"<", "<="}
        if self._whole and isinstance(constant, int | float) and math.isfinite(constant):
            # Whole numbers have nothing in between: below 3 is at most 2.
            constant = math.ceil(constant) - 1 if upper and strict else constant
            constant = math.floor(constant) + 1 if not upper and strict else constant
            strict = False
        (self._highs if upper else self._lows).append((constant, strict))

    def possible(self) -> bool:
        """Tell whether some value may satisfy everything taken in."""
        if self._allowed is not None and not self._allowed:
            return False
        if any(same(one, other) for one in self._equal for other in self._unequal):
            return False
        texts = {value for value in self._equal if isinstance(value, str)}
        if len(texts) > 1:
            return False
        return not any(
            above(low, high) or (same(low, high) and (open_low or open_high))
            for low, open_low in self._lows
            for high, open_high in self._highs
        )


def compared(left: Any, op: CompareOp, right: Any) -> bool:
    """Return the answer of ``left op right`` for two plain values."""
    match op:
        case "<":
            return bool(left < right)
        case "<=":
            return bool(left <= right)
        case "==":
            return bool(left == right)
        case "!=":
            return bool(left != right)
        case ">=":
            return bool(left >= right)
        case ">":
            return bool(left > right)


def above(one: Any, other: Any) -> bool:
    """Tell whether a value surely lies above another one; False where they cannot be compared."""
    if isinstance(one, Period) and isinstance(other, Period):
        return one.span()[0] > other.span()[1]
    comparable = type(one) is type(other) or (_number(one) and _number(other))
    return comparable and bool(one > other)


def same(one: Any, other: Any) -> bool:
    """Tell whether two constants are surely the same value."""
    return bool(one == other)


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
