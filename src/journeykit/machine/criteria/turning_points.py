"""The instants at which criteria turn by time alone (rules R9 and R10).

For every expression whose verdict time can change there is a closure that yields the next instant, after now, at which
it may. A subject wakes up at the soonest of them, so too early is harmless, and too late would be a turn missed. They
are keyed by what they are about: what several moves ask is computed once.

What moves these instants, so that they must be computed anew, stands in ``topics.time_reads``.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from journeykit.dates import UTC, Period, first_instant, instant_after, mover
from journeykit.language.expressions.tree import (
    Age,
    Aggregate,
    Band,
    Compare,
    Const,
    Covered,
    DaysUntil,
    Derived,
    Expr,
    Reached,
)
from journeykit.language.expressions.walk import parts
from journeykit.language.model.profile import Criterion
from journeykit.machine.closures import Instant, Valuer, never
from journeykit.machine.criteria.ages_and_days import since
from journeykit.machine.criteria.context import Context, within
from journeykit.machine.criteria.freshness import instants
from journeykit.machine.criteria.guards import value
from journeykit.machine.criteria.held import held_turn
from journeykit.machine.snapshot import Snapshot, Subject

__all__ = ["asked_turns", "criteria_turns", "turns"]

_TICK = timedelta(microseconds=1)
_LAST = datetime.max.replace(tzinfo=UTC)


def criteria_turns(criteria: tuple[Criterion, ...], context: Context) -> dict[object, Instant]:
    """Return the closures for the instants at which criteria turn next by time alone, by what they are about.

    Each yields an instant after now, or None. Held criteria turn besides once they have been met for long enough.
    """
    found: dict[object, Instant] = {}
    for criterion in criteria:
        found |= asked_turns(criterion, context)
        if criterion.held is not None:
            found["held", criterion.id, context.track if context.asked else ""] = held_turn(criterion, context)
    return found


def asked_turns(criterion: Criterion, context: Context) -> dict[object, Instant]:
    """Return the closures for the instants at which what one criterion asks turns next, whether it is held or not."""
    found = criteria_turns(criterion.members, context)
    return found if criterion.expr is None else found | turns(criterion.expr, context)


def turns(expr: Expr, context: Context) -> dict[object, Instant]:
    """Return the closures for the instants at which one expression turns next by time alone."""
    key = (expr, context.kind, context.track if context.asked else "")
    match expr:
        case Compare(op, Age() as node, Const(period, _)):
            return {key: _age_turn(since(node, context), period, op)}
        case Compare(op, DaysUntil(fact), Const(period, _)):
            return {key: _day_turn(value(fact, context), period, op)} | instants(fact, context)
        case Reached(name, holder):
            # A contract wakes at its own dates anyway; whoever counts contracts has to be woken for them.
            own = holder == context.kind and not context.counted
            return {key: never if own else context.leaves.due(name)}
        case Covered():
            return {expr: context.leaves.cover_turn}
        case Aggregate(_, kind, item):
            return {(kind, about): _over(kind, inner) for about, inner in turns(item, context.of(kind)).items()}
        case Derived(name, kind, _):
            rule = context.profile.derived[name]
            inner = within(context, kind)
            if rule.criterion is not None:
                return criteria_turns((rule.criterion,), inner)
            return {} if rule.expr is None else turns(rule.expr, inner)
        case Band(name, kind, _):
            return turns(context.profile.bands[name].of, within(context, kind))
    found = instants(expr, context)
    for part in parts(expr):
        found |= turns(part, context)
    return found


def _age_turn(since: Instant, period: Period, op: str) -> Instant:
    """Return a closure for the instant at which an age reaches a period, or just after it, when it is beyond."""
    move = mover(period)
    just_after = timedelta(0) if op in (">=", "<") else _TICK

    def turn(snapshot: Snapshot, subject: Subject) -> datetime | None:
        entered = since(snapshot, subject)
        if entered is None:
            return None
        at = move(entered, snapshot.frame.zone)
        at = at + just_after if at < _LAST else at
        return at if at > snapshot.now else None

    return turn


def _day_turn(day: Valuer, period: Period, op: str) -> Instant:
    """Return a closure for the instant at which a number of days left is reached, or fallen below.

    So many days are left from the first instant of a day on, and fewer from that of the next.
    """
    turns_on = instant_after if op in ("<", ">=") else first_instant

    def turn(snapshot: Snapshot, subject: Subject) -> datetime | None:
        until: date | None = day(snapshot, subject)
        if until is None:
            return None
        at = turns_on(period.subtract(until), snapshot.zone)
        return at if at > snapshot.now else None

    return turn


def _over(kind: str, inner: Instant) -> Instant:
    """Return a closure for the soonest of the instants of all open subjects of a kind."""
    if inner is never:
        return never

    def turn(snapshot: Snapshot, subject: Subject) -> datetime | None:
        first: datetime | None = None
        for other in snapshot.subjects.values():
            if other.kind == kind:
                at = inner(snapshot, other)
                if at is not None and (first is None or at < first):
                    first = at
        return first

    return turn
