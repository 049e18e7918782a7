"""Guards that turn by time alone (rule R9); when they turn is told in ``turning``."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from journeykit.dates import Period, local_day, mover
from journeykit.language.expressions.tree import ACCOUNT, MIRRORED, Age, CompareOp
from journeykit.machine.closures import Test, Valuer
from journeykit.machine.criteria.context import Context
from journeykit.machine.criteria.three_valued import OPS
from journeykit.machine.snapshot import Snapshot, Subject

__all__ = ["age", "days_until", "since"]


def age(node: Age, op: CompareOp, period: Period, context: Context) -> Test:
    """``age(place) op period``: counted from entering the place, in the account's zone."""
    entering = since(node, context)
    judge, move = OPS[op], mover(period)

    def test(snapshot: Snapshot, subject: Subject) -> bool | None:
        entered = entering(snapshot, subject)
        return None if entered is None else judge(snapshot.now, move(entered, snapshot.frame.zone))

    return test


def days_until(day: Valuer, op: CompareOp, period: Period) -> Test:
    """``days_until(day) op period``: today against the day counted back, in the account's zone."""
    judge = OPS[MIRRORED[op]]

    def test(snapshot: Snapshot, subject: Subject) -> bool | None:
        until = day(snapshot, subject)
        return None if until is None else judge(local_day(snapshot.now, snapshot.zone), period.subtract(until))

    return test


def since(node: Age, context: Context) -> Callable[[Snapshot, Subject], datetime | None]:
    """Since when a subject stands at the place of an ``age``; None where it does not."""
    if not node.track:
        return lambda snapshot, subject: snapshot.began_at
    depths = context.leaves.inside(node.track, node.path)
    own = node.kind == context.kind and node.kind != ACCOUNT

    def entered_at(snapshot: Snapshot, subject: Subject) -> datetime | None:
        for position in (subject if own else snapshot.account_subject).positions:
            depth = depths.get(position.leaf)
            if depth is not None and depth >= 0:
                entered: datetime = position.entered[depth]
                return entered
        return None

    return entered_at
