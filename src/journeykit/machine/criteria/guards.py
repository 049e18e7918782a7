"""Guards: typed expressions compiled to closures over (snapshot, subject) in three values.

True is met, False not met, None unknown. Closures nest as the expression does. Each is built for the track that asks,
since a track may ask for old evidence again (rule R8): names in ``Context.asked`` are then unknown or not given for
that track and subject, until they are given anew.
"""

from __future__ import annotations

import operator
import sys
from collections.abc import Callable
from typing import Any

from journeykit.dates import Period
from journeykit.language.expressions.tree import (
    MIRRORED,
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
from journeykit.language.model.profile import Criterion
from journeykit.machine.closures import Test, Valuer
from journeykit.machine.criteria import ages_and_days, freshness, known_values
from journeykit.machine.criteria.context import Context, within
from journeykit.machine.criteria.freshness import own as _own
from journeykit.machine.criteria.held import held_test
from journeykit.machine.criteria.three_valued import (
    OPS,
    aggregate,
    all_tests,
    any_test,
    at_least,
    compare_periods,
    count,
    count_compare,
    negation,
    tally_of,
)
from journeykit.machine.criteria.waivers import waivable_test
from journeykit.machine.snapshot import Snapshot, Subject

__all__ = ["asked_test", "criteria_test", "criterion_test", "own_test", "test", "value"]

_MATHS: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}

_MOST = sys.float_info.max
"""The largest number that is counted with; what lies beyond it either way is unknown."""


def criteria_test(criteria: tuple[Criterion, ...], context: Context) -> Test:
    """Compile all of several criteria; over none: met."""
    return all_tests([criterion_test(criterion, context) for criterion in criteria])


def criterion_test(criterion: Criterion, context: Context) -> Test:
    """Compile one criterion or group; a waived one counts as met (R13)."""
    return waivable_test(criterion, own_test(criterion, context))


def own_test(criterion: Criterion, context: Context) -> Test:
    """Compile one criterion or group as it stands, whether or not it is waived: what it asks, and for how long."""
    judge = asked_test(criterion, context)
    return judge if criterion.held is None else held_test(judge, criterion, context)


def asked_test(criterion: Criterion, context: Context) -> Test:
    """Compile what one criterion or group asks, whether or not it is held."""
    if criterion.group == "is":
        assert criterion.expr is not None
        return test(criterion.expr, context)
    members = [criterion_test(member, context) for member in criterion.members]
    if criterion.group == "all":
        return all_tests(members)
    if criterion.group == "any":
        return any_test(members)
    return at_least(members, criterion.needed)


def test(expr: Expr, context: Context) -> Test:
    """Compile a boolean expression to the closure that judges it."""
    match expr:
        case And(items):
            return all_tests([test(item, context) for item in items])
        case Or(items):
            return _either(items, context)
        case Not(item):
            return negation(test(item, context))
        case Compare():
            return _compare(expr, context)
        case Confirmed(confirmation, kind):
            return known_values.confirmed(confirmation, kind, context)
        case Unsettled():
            return freshness.unsettled(expr, context)
        case Quiet():
            return freshness.quiet(expr, context)
        case Seen():
            return freshness.seen(expr, context)
        case At(track, path, kind):
            return _at(track, [path], kind, context)
        case Placed():
            return _placed(expr, context)
        case EndMoved():
            return _end_moved(context.track)
        case Reached(name, _):
            return context.leaves.reached(name)
        case HasDate(name, _):
            return context.leaves.has_date(name)
        case Covered():
            covered = context.leaves.covered
            return lambda snapshot, subject: covered(snapshot)
        case Aggregate(how, kind, item) if how != "count_of":
            return aggregate(how, kind, test(item, context.of(kind)))
        case Derived(name, kind, _):
            rule = context.profile.derived[name]
            if rule.criterion is not None:
                return criterion_test(rule.criterion, within(context, kind))
    return value(expr, context)


def _either(items: tuple[Expr, ...], context: Context) -> Test:
    """Compile any of several; standing at one of several places of a track becomes one question."""
    positions: dict[tuple[str, str], list[str]] = {}
    tests: list[Test] = []
    for item in items:
        if isinstance(item, At):
            positions.setdefault((item.track, item.kind), []).append(item.path)
        else:
            tests.append(test(item, context))
    return any_test([*(_at(track, paths, kind, context) for (track, kind), paths in positions.items()), *tests])


def value(expr: Expr, context: Context) -> Valuer:
    """Compile an expression to the closure that yields its value, or None while it is unknown."""
    match expr:
        case Const(constant, _):
            return lambda snapshot, subject: constant
        case Fact(name, kind, _):
            return known_values.fact_value(name, kind, context)
        case Band(name, kind, _):
            measured = value(context.profile.bands[name].of, within(context, kind))
            return known_values.band_level(name, kind, measured, context)
        case Arithmetic(op, left, right):
            return _arithmetic(op, value(left, context), value(right, context))
        case Negative(item):
            inner = value(item, context)
            return lambda snapshot, subject: None if (found := inner(snapshot, subject)) is None else -found
        case Renewals(kind):
            return _renewals(kind, context)
        case Aggregate("count_of", kind, item):
            return count(kind, test(item, context.of(kind)))
        case Derived(name, kind, _):
            rule = context.profile.derived[name]
            if rule.expr is not None:
                return value(rule.expr, within(context, kind))
    return test(expr, context)


def _at(track: str, paths: list[str], kind: str, context: Context) -> Test:
    leaves = frozenset(leaf for path in paths for leaf in context.leaves.inside(track, path))
    own = _own(kind, context)

    def at(snapshot: Snapshot, subject: Subject) -> bool:
        for position in (subject if own else snapshot.account_subject).positions:  # noqa: SIM110 -- a loop is quicker than any()
            if position.leaf in leaves:
                return True
        return False

    return at


def _placed(node: Placed, context: Context) -> Test:
    """Compile whether a person put the subject where it stands, at a place or inside it."""
    leaves, own = frozenset(context.leaves.inside(node.track, node.path)), _own(node.kind, context)

    def placed(snapshot: Snapshot, subject: Subject) -> bool:
        positions = (subject if own else snapshot.account_subject).positions
        return any(position.placed and position.leaf in leaves for position in positions)

    return placed


def _end_moved(track: str) -> Test:
    """Compile whether the end of a contract was observed anew, with another value, where it stands in a track."""

    def moved(snapshot: Snapshot, subject: Subject) -> bool:
        assert subject.term is not None
        return track in subject.term.end_moved_in

    return moved


def _arithmetic(op: str, left: Valuer, right: Valuer) -> Valuer:
    maths = _MATHS[op]

    def reckon(snapshot: Snapshot, subject: Subject) -> Any:
        one = left(snapshot, subject)
        two = right(snapshot, subject)
        if one is None or two is None or (op == "/" and not two):
            return None
        try:
            found = maths(one, two)
        except OverflowError:
            return None
        return found if -_MOST <= found <= _MOST else None  # not so what is infinite, or no number

    return reckon


def _compare(expr: Compare, context: Context) -> Test:
    left, right = expr.left, expr.right
    if isinstance(left, Age) and isinstance(right, Const):
        return ages_and_days.age(left, expr.op, right.value, context)
    if isinstance(left, DaysUntil) and isinstance(right, Const):
        return ages_and_days.days_until(value(left.fact, context), expr.op, right.value)
    for this, that, op in ((left, right, expr.op), (right, left, MIRRORED[expr.op])):
        if isinstance(this, Aggregate) and isinstance(that, Const):
            return count_compare(op, that.value, tally_of(this.kind, test(this.item, context.of(this.kind))))
    return _plain_compare(expr, value(left, context), value(right, context))


def _plain_compare(expr: Compare, left: Valuer, right: Valuer) -> Test:
    op = OPS[expr.op]
    rank: dict[str, int] | None = None
    if expr.order and expr.op not in ("==", "!="):
        rank = {level: place for place, level in enumerate(expr.order)}
        bare = left, right
        left, right = (lambda s, r, v=v: None if (x := v(s, r)) is None else rank[x] for v in bare)
    if isinstance(expr.right, Const) and not isinstance(expr.right.value, Period):
        constant = expr.right.value if rank is None else rank[expr.right.value]
        return lambda snapshot, subject: None if (found := left(snapshot, subject)) is None else op(found, constant)

    def compare(snapshot: Snapshot, subject: Subject) -> bool | None:
        one = left(snapshot, subject)
        two = right(snapshot, subject)
        if one is None or two is None:
            return None
        if isinstance(one, Period) and isinstance(two, Period):
            return compare_periods(expr.op, one, two)
        return op(one, two)

    return compare


def _renewals(kind: str, context: Context) -> Valuer:
    term = context.profile.term_kind
    if term is not None and kind == term.name:

        def own(snapshot: Snapshot, subject: Subject) -> int:
            assert subject.term is not None
            return subject.term.renewals

        return own

    def total(snapshot: Snapshot, subject: Subject) -> int:
        count = sum(other.term.renewals for other in snapshot.subjects.values() if other.term is not None)
        return count + sum(ended.renewals for ended in snapshot.closed.values())

    return total
