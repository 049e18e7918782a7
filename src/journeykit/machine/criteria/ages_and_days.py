"""Guards of ``age`` and ``days_until``, which turn by time alone (rule R9).

The instants at which they turn stand in ``turning_points``.
"""

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
    """Compile ``age(place) op period``, counted from entering the place.

    The instant of entering is moved by the period and compared with now, since a period of months has no fixed length.
    """
    entering = since(node, context)
    judge, move = OPS[op], mover(period)

    def test(snapshot: Snapshot, subject: Subject) -> bool | None:
        entered = entering(snapshot, subject)
        return None if entered is None else judge(snapshot.now, move(entered, snapshot.frame.zone))

    return test


def days_until(day: Valuer, op: CompareOp, period: Period) -> Test:
    """Compile ``days_until(day) op period``: today, in the account's zone, is compared with the day counted back.

    Hence the mirrored operator: fewer days are left the later it is.
    """
    judge = OPS[MIRRORED[op]]

    def test(snapshot: Snapshot, subject: Subject) -> bool | None:
        until = day(snapshot, subject)
        return None if until is None else judge(local_day(snapshot.now, snapshot.zone), period.subtract(until))

    return test


def since(node: Age, context: Context) -> Callable[[Snapshot, Subject], datetime | None]:
    """Return a closure that yields the instant since which a subject stands at the place of an ``age``, or None.

    ``age(account)`` has no track: it counts from ``begin``.
    """
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
