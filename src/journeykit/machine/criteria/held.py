"""Criteria that must be met for a while (``held``): where it is noted since when they are, and when that is enough.

Every row notes, at the beginning of each microstep, since when the held criteria that it may judge have been met
without a break. What a derived name asks is noted by the subject whose name it is, and besides by every row in a track
that may ask something of it again (rule R8), which sees it in its own way.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from journeykit.dates import mover
from journeykit.language.expressions.tree import ACCOUNT, Age
from journeykit.language.model.profile import Criterion
from journeykit.language.model.references import names_of
from journeykit.machine.closures import Instant, Test
from journeykit.machine.criteria.ages import since
from journeykit.machine.criteria.context import Context
from journeykit.machine.snapshot import Snapshot, Subject

__all__ = ["Hold", "held_test", "held_turn", "mark_of", "topic_of"]


@dataclass(slots=True, eq=False)
class Hold:
    """A held criterion as rows of one kind note it.

    Attributes:
        key: under which a row keeps the instant since which it is met.
        test: what it asks, without the time.
        topics: names whose change makes it worth noting again.
        inherits: the account's key, from which a subject that is opened takes over; None for none.
    """

    key: str
    topic: str
    test: Test
    topics: frozenset[str]
    inherits: str | None = None


def topic_of(criterion: Criterion) -> str:
    """The topic that tells that a held criterion became met: whoever reads it has a new instant to wake up at."""
    return f"%{criterion.id}"


def mark_of(criterion: Criterion, context: Context) -> tuple[str, bool]:
    """Under which key a row keeps since when a criterion is met, and whether that is the account's row."""
    if not context.leaves.is_derived(criterion.id):
        return criterion.id, False
    if context.asked and not context.asked.isdisjoint(names_of(criterion, context.profile)):
        return f"{context.track}/{criterion.id}", False
    return criterion.id, context.kind == ACCOUNT


def held_test(judge: Test, criterion: Criterion, context: Context) -> Test:
    """Met once what ``judge`` asks has been met for long enough; unknown and not met as it says."""
    enough = _enough(criterion, context)

    def held(snapshot: Snapshot, subject: Subject) -> bool | None:
        verdict = judge(snapshot, subject)
        if verdict is not True:
            return verdict
        at = enough(snapshot, subject)
        return at is not None and at <= snapshot.now

    return held


def held_turn(criterion: Criterion, context: Context) -> Instant:
    """When a held criterion has been met for long enough, as long as that lies ahead."""
    enough = _enough(criterion, context)

    def turn(snapshot: Snapshot, subject: Subject) -> datetime | None:
        at = enough(snapshot, subject)
        return at if at is not None and at > snapshot.now else None

    return turn


def _enough(criterion: Criterion, context: Context) -> Instant:
    """The instant at which it has been met for long enough: counted from becoming met, or from entering if later."""
    period = criterion.held
    assert period is not None
    move = mover(period)
    key, of_account = mark_of(criterion, context)
    track, paths = context.leaves.home_of(criterion.id) or ("", ())
    entering = [since(Age(track, path, context.kind), context) for path in paths]

    def enough(snapshot: Snapshot, subject: Subject) -> datetime | None:
        mark: datetime | None = (snapshot.account_subject if of_account else subject).held.get(key)
        if mark is None:
            return None
        if entering:
            entered = next((at for each in entering if (at := each(snapshot, subject)) is not None), None)
            if entered is None:
                return None
            mark = max(mark, entered)
        return move(mark, snapshot.frame.zone)

    return enough
