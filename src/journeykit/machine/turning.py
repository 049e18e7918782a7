"""The instants at which criteria turn by time alone (rules R9 and R10)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from journeykit.dates import Period, first_instant, shift
from journeykit.language.expressions import (
    Age,
    Aggregate,
    And,
    Arithmetic,
    Compare,
    Const,
    Covered,
    DaysUntil,
    Derived,
    Expr,
    Negative,
    Not,
    Or,
    Reached,
)
from journeykit.language.profile import Criterion
from journeykit.machine.clockwork import since
from journeykit.machine.context import Context, within
from journeykit.machine.guards import value
from journeykit.machine.layout import Instant, Valuer

__all__ = ["criteria_turns", "turns"]

_TICK = timedelta(microseconds=1)
_DAY = timedelta(days=1)


def criteria_turns(criteria: tuple[Criterion, ...], context: Context) -> dict[object, Instant]:
    """When criteria turn next by time alone: closures that yield the next instant after now, or None, by what they
    are about.
    """
    found: dict[object, Instant] = {}
    for criterion in criteria:
        found |= criteria_turns(criterion.members, context)
        if criterion.expr is not None:
            found |= turns(criterion.expr, context)
    return found


def turns(expr: Expr, context: Context) -> dict[object, Instant]:
    """The same for one expression."""
    key = (expr, context.kind, context.track if context.asked else "")
    match expr:
        case Compare(op, Age() as node, Const(period, _)):
            del op
            return {key: _age_turn(since(node, context), period)}
        case Compare(op, DaysUntil(fact), Const(period, _)):
            return {key: _day_turn(value(fact, context), period)}
        case Reached(name, _):
            return {key: _once(context.places.due(name))}
        case Covered():
            return {expr: context.places.cover_turn}
        case Aggregate(_, kind, item):
            return {(kind, about): _over(kind, inner) for about, inner in turns(item, context.of(kind)).items()}
        case Derived(name, kind, _):
            rule = context.profile.derived[name]
            inner = within(context, kind)
            if rule.criterion is not None:
                return criteria_turns((rule.criterion,), inner)
            return {} if rule.expr is None else turns(rule.expr, inner)
    found: dict[object, Instant] = {}
    for part in _parts(expr):
        found |= turns(part, context)
    return found


def _parts(expr: Expr) -> Iterator[Expr]:
    match expr:
        case And(items) | Or(items):
            yield from items
        case Not(item) | Negative(item):
            yield item
        case Compare(_, left, right) | Arithmetic(_, left, right):
            yield left
            yield right


def _next(state: Any, *instants: datetime) -> datetime | None:
    return min((at for at in instants if at > state.now), default=None)


def _age_turn(since: Instant, period: Period) -> Instant:
    def turn(state: Any, row: Any) -> datetime | None:
        entered = since(state, row)
        if entered is None:
            return None
        at = shift(entered, period, state.zone)
        return _next(state, at, at + _TICK)

    return turn


def _day_turn(day: Valuer, period: Period) -> Instant:
    def turn(state: Any, row: Any) -> datetime | None:
        until: date | None = day(state, row)
        if until is None:
            return None
        target = period.subtract(until)
        return _next(state, first_instant(target, state.zone), first_instant(target + _DAY, state.zone))

    return turn


def _once(due: Instant) -> Instant:
    def turn(state: Any, row: Any) -> datetime | None:
        at = due(state, row)
        return at if at is not None and at > state.now else None

    return turn


def _over(kind: str, inner: Instant) -> Instant:
    def turn(state: Any, row: Any) -> datetime | None:
        return min(
            (at for other in state.rows.values() if other.kind == kind and (at := inner(state, other)) is not None),
            default=None,
        )

    return turn
