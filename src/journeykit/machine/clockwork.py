"""Guards that turn by time alone, and the instants at which they turn (rules R9 and R10)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from journeykit.dates import Period, first_instant, local_day, shift
from journeykit.language.expressions import (
    ACCOUNT,
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
from journeykit.machine import guards
from journeykit.machine.kleene import OPS
from journeykit.machine.layout import Instant, Test, Valuer

if TYPE_CHECKING:
    from journeykit.machine.guards import Context

__all__ = ["age", "criteria_turns", "days_until", "earliest", "turns"]

_TICK = timedelta(microseconds=1)
_DAY = timedelta(days=1)
_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}


def age(node: Age, op: str, period: Period, context: Context) -> Test:
    """``age(place) op period``: counted from entering the place, in the account's zone."""
    since = _since(node, context)
    judge = OPS[op]

    def test(state: Any, row: Any) -> bool | None:
        entered = since(state, row)
        return None if entered is None else judge(state.now, shift(entered, period, state.zone))

    return test


def days_until(day: Valuer, op: str, period: Period) -> Test:
    """``days_until(day) op period``: today against the day counted back, in the account's zone."""
    judge = OPS[_MIRRORED[op]]

    def test(state: Any, row: Any) -> bool | None:
        until = day(state, row)
        return None if until is None else judge(local_day(state.now, state.zone), period.subtract(until))

    return test


def _since(node: Age, context: Context) -> Callable[[Any, Any], datetime | None]:
    if not node.track:
        return lambda state, row: state.began_at
    depths = context.places.inside(node.track, node.path)
    own = node.kind == context.kind and node.kind != ACCOUNT

    def since(state: Any, row: Any) -> datetime | None:
        for standing in (row if own else state.account_row).places:
            depth = depths.get(standing.leaf)
            if depth is not None and depth >= 0:
                entered: datetime = standing.entered[depth]
                return entered
        return None

    return since


def earliest(instants: list[Instant]) -> Instant:
    """The earliest of several instants that are not None."""

    def first(state: Any, row: Any) -> datetime | None:
        found = [at for instant in instants if (at := instant(state, row)) is not None]
        return min(found) if found else None

    return first


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
            return {key: _age_turn(_since(node, context), period)}
        case Compare(op, DaysUntil(fact), Const(period, _)):
            return {key: _day_turn(guards.value(fact, context), period)}
        case Reached(name, _):
            return {key: _once(context.places.due(name))}
        case Covered():
            return {expr: context.places.cover_turn}
        case Aggregate(_, kind, item):
            return {(kind, about): _over(kind, inner) for about, inner in turns(item, context.of(kind)).items()}
        case Derived(name, kind, _):
            rule = context.profile.derived[name]
            inner = guards.within(context, kind)
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
