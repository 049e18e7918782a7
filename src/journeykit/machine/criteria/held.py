"""Criteria that must be met for a while (``held``): their marks, and the instant at which the time is over.

Since when something has been met cannot be computed from the present, so subjects keep it: a *mark* in
``Subject.held``, the instant since which the criterion has been met without a break. Marks are noted at the beginning
of each microstep, after bands are measured and before moves are chosen (rule R5). What is newly met gets a mark of that
instant; what is not met or unknown loses its mark, for either breaks the time.

Who keeps the mark depends on who may see the criterion differently. One of a move, a success or a reaction is kept by
the subject it is judged for. One of a derived name is kept once, by the subject whose name it is, however many read it;
but in a track that may ask something of it again (R8), what is asked again is unknown and breaks the time there and
nowhere else, so every subject in that track keeps a mark of its own besides. A subject that is opened takes over the
account's marks, or what has been met for years would look new to it.

The time is over at the mark plus the period, in the account's zone. In a move or a success it counts from entering the
place at the earliest, else a criterion met all along would carry a subject through a place at once. A new mark
changes no verdict yet, only the instant to wake up at: that is what its topic tells (``%criterion``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from journeykit.dates import mover
from journeykit.language.expressions.tree import ACCOUNT, Age
from journeykit.language.model.profile import Criterion
from journeykit.language.model.references import names_of
from journeykit.machine.closures import Instant, Test
from journeykit.machine.criteria.ages_and_days import since
from journeykit.machine.criteria.context import Context
from journeykit.machine.snapshot import Snapshot, Subject

__all__ = [
    "Hold",
    "held_test",
    "held_turn",
    "mark_of",
]


@dataclass(slots=True, eq=False)
class Hold:
    """A held criterion as subjects of one kind note it.

    Attributes:
        key: the key of its mark in ``Subject.held``.
        topic: the topic that tells of a new mark.
        test: tests what it asks, without the time.
        topics: all that it reads, upon which it is noted anew.
        inherits: the key of the account's mark that a newly opened subject takes over, if any.
    """

    key: str
    topic: str
    test: Test
    topics: frozenset[str]
    inherits: str | None = None


def mark_of(criterion: Criterion, context: Context) -> tuple[str, bool]:
    """Return the key of a criterion's mark as the context sees it, and whether the account keeps it."""
    if not context.leaves.is_derived(criterion.id):
        return criterion.id, False
    if context.asked and not context.asked.isdisjoint(names_of(criterion, context.profile)):
        return f"{context.track}/{criterion.id}", False
    return criterion.id, context.kind == ACCOUNT


def held_test(judge: Test, criterion: Criterion, context: Context) -> Test:
    """Compile a held criterion: met once what ``judge`` asks has been met for long enough, and not met until then.

    It is not met or unknown as long as ``judge`` says so.
    """
    enough = _enough(criterion, context)

    def held(snapshot: Snapshot, subject: Subject) -> bool | None:
        verdict = judge(snapshot, subject)
        if verdict is not True:
            return verdict
        at = enough(snapshot, subject)
        return at is not None and at <= snapshot.now

    return held


def held_turn(criterion: Criterion, context: Context) -> Instant:
    """Return a closure for the instant at which a held criterion has been met for long enough, if that lies ahead."""
    enough = _enough(criterion, context)

    def turn(snapshot: Snapshot, subject: Subject) -> datetime | None:
        at = enough(snapshot, subject)
        return at if at is not None and at > snapshot.now else None

    return turn


def _enough(criterion: Criterion, context: Context) -> Instant:
    """Return a closure for the instant at which the time is over: counted from the mark, or from entering if later."""
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
        if entering:  # the outermost source that holds counts
            entered = next((at for each in entering if (at := each(snapshot, subject)) is not None), None)
            if entered is None:
                return None
            mark = max(mark, entered)
        return move(mark, snapshot.frame.zone)

    return enough
