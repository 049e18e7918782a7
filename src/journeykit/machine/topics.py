"""Topics: names of what can change, by which a step finds what is worth judging again.

A *topic* names something that criteria read of a subject, or tells a subject what to judge; ``topic_names`` lists them.

Why is it enough to judge what reads a changed topic? A step ends at rest: no move may be taken, and no condition of a
reaction has newly become met. Closures are pure, so a verdict changes only with what they read of the snapshot, or
with time. For the former, ``reads`` has a case for every expression that looks at the snapshot, and whatever writes
such a thing touches its topic (``Macrostep.touch``). For the latter, ``criteria.turning_points`` has a case for every
expression that turns by time, and the subject wakes up at that instant with ``TIME``. What cannot have been at rest is
judged as a whole: the region of a leaf just entered, and the whole subject when it starts, when
evidence is asked again, when a side of a handoff speaks and when the zone changes.

A topic too many costs time; one too few is a move not taken. The reference interpreter of the tests judges everything
after every change, and that both agree on thousands of random journeys is the proof that none is missing.

``time_reads`` yields less than ``criteria_reads``: what decides *when* the same criteria turn by time. When one of
these topics changes, its readers have their due instants computed anew (``Topic.dues``). That a fact goes stale and a
feed goes down is left out: an observation or a heartbeat only moves that instant further away, and waking up too early
is harmless. When a fact is fresh again or a feed up again, the engine asks for it (``redue`` of ``Macrostep.touch``).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

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
from journeykit.language.expressions.walk import parts
from journeykit.language.model.paths import expressions_of
from journeykit.language.model.profile import Criterion, Profile
from journeykit.machine.topic_names import TERM, became_met, date_came, feed_came_up, moved_in, opened_or_closed, waived

__all__ = ["Read", "criteria_reads", "reads", "time_reads", "timed_reads"]


class Read(NamedTuple):
    """One thing that a criterion reads.

    ``holder``: the kind of subject that has it; ``far``: whether it is read for other subjects than the one that has
    it, as a workstream reads a fact of the account, and an aggregate those of its members.
    """

    topic: str
    holder: str
    far: bool


def criteria_reads(criteria: tuple[Criterion, ...], kind: str, profile: Profile) -> Iterator[Read]:
    """Yield all reads of criteria that are judged for subjects of ``kind``."""
    for criterion in criteria:
        if criterion.waivable_by is not None:
            yield Read(waived(criterion.id), kind, False)
            yield Read(waived(criterion.id), ACCOUNT, kind != ACCOUNT)
        yield from _marks(criterion, kind)
        yield from criteria_reads(criterion.members, kind, profile)
        if criterion.expr is not None:
            yield from reads(criterion.expr, kind, profile)


def _marks(criterion: Criterion, kind: str) -> Iterator[Read]:
    """Yield a held criterion's own topic, whether the subject that asks keeps its mark or the account does."""
    if criterion.held is not None:
        yield Read(became_met(criterion.id), kind, False)
        yield Read(became_met(criterion.id), ACCOUNT, kind != ACCOUNT)


def _feed(feed: str | None, kind: str) -> Iterator[Read]:
    if feed is not None:
        yield Read(feed_came_up(feed), ACCOUNT, kind != ACCOUNT)


def reads(expr: Expr, kind: str, profile: Profile) -> Iterator[Read]:
    """Yield all reads of one expression that is judged for subjects of ``kind``."""
    term = profile.term_kind
    match expr:
        case Fact(name, holder, _):
            yield Read(name, holder, holder != kind)
            yield from _feed(profile.facts[name].feed, kind)
        case Confirmed(name, holder):
            yield Read(name, holder, holder != kind)
        case Unsettled(name, holder) | Quiet(name, holder) | Seen(name, holder):
            yield Read(name, holder, holder != kind)
            yield from _feed(profile.signals[name].feed, kind)
        case At(track, _, holder) | Placed(track, _, holder) | Age(track, _, holder) if track:
            yield Read(moved_in(track), holder, holder != kind)
        case Band(name, _, _):
            yield from reads(profile.bands[name].of, kind, profile)
        case Derived(name, _, _):
            rule = profile.derived[name]
            if rule.criterion is not None:
                yield from criteria_reads((rule.criterion,), kind, profile)
            elif rule.expr is not None:
                yield from reads(rule.expr, kind, profile)
        case DaysUntil(fact):
            yield from reads(fact, kind, profile)
        case EndMoved(fact):
            yield Read(TERM, fact.kind, fact.kind != kind)
        case HasDate(name, holder) | Reached(name, holder):
            yield Read(TERM, holder, holder != kind)
            if isinstance(expr, Reached):
                yield Read(date_came(name), holder, holder != kind)
        case Renewals(holder) if term is not None:
            yield Read(TERM, term.name, holder != term.name)
            yield Read(opened_or_closed(term.name), term.name, True)
        case Covered() if term is not None:
            yield from (Read(topic, term.name, True) for topic in (TERM, date_came("end"), opened_or_closed(term.name)))
        case Aggregate(_, of, item):
            yield Read(opened_or_closed(of), of, True)
            yield from (Read(found.topic, found.holder, True) for found in reads(item, of, profile))
        case And() | Or() | Not() | Compare() | Arithmetic() | Negative():
            for part in parts(expr):
                yield from reads(part, kind, profile)


def time_reads(criteria: tuple[Criterion, ...], kind: str, profile: Profile) -> Iterator[Read]:
    """Yield the reads that decide *when* criteria turn by time: those of the parts that do."""
    for criterion in criteria:
        yield from _marks(criterion, kind)
        yield from time_reads(criterion.members, kind, profile)
        if criterion.expr is not None:
            yield from timed_reads(criterion.expr, kind, profile)


def _turns(expr: Expr, profile: Profile) -> bool:
    """Tell whether anything in an expression turns by time, also where ``timed_reads`` yields nothing for it."""
    match expr:
        case Age() | DaysUntil() | Reached() | Covered() | Quiet() | Seen():
            return True
        case Fact(name):
            return profile.facts[name].stale_after is not None or profile.facts[name].feed is not None
        case Confirmed(name):
            return profile.confirmations[name].lasts is not None
        case Unsettled(name):
            return profile.signals[name].lasts is not None or profile.signals[name].feed is not None
        case Band(name):
            return _turns(profile.bands[name].of, profile)
        case Derived(name, _, _):
            rule = profile.derived[name]
            if rule.criterion is not None:
                return _holds(rule.criterion) or any(_turns(each, profile) for each in expressions_of(rule.criterion))
            return rule.expr is not None and _turns(rule.expr, profile)
        case Aggregate(_, _, item):
            return _turns(item, profile)
        case And() | Or() | Not() | Compare() | Arithmetic() | Negative():
            return any(_turns(part, profile) for part in parts(expr))
    return False


def _holds(criterion: Criterion) -> bool:
    return criterion.held is not None or any(map(_holds, criterion.members))


def timed_reads(expr: Expr, kind: str, profile: Profile) -> Iterator[Read]:
    """Yield the reads that decide *when* one expression turns by time."""
    match expr:
        case Reached(_, holder):
            yield Read(TERM, holder, holder != kind)  # not ``#name``: that its date had its turn moves no instant
        case Age() | DaysUntil() | Covered() | Quiet() | Seen():
            yield from reads(expr, kind, profile)
        case Confirmed(name) if profile.confirmations[name].lasts is not None:
            yield from reads(expr, kind, profile)
        case Unsettled(name) if profile.signals[name].lasts is not None:
            yield from reads(expr, kind, profile)
        case Derived(name, _, _):
            rule = profile.derived[name]
            if rule.criterion is not None:
                yield from time_reads((rule.criterion,), kind, profile)
            elif rule.expr is not None:
                yield from timed_reads(rule.expr, kind, profile)
        case Aggregate(_, of, item):
            if _turns(item, profile):  # then a member that comes or goes may be the next to turn
                yield Read(opened_or_closed(of), of, True)
            yield from (Read(found.topic, found.holder, True) for found in timed_reads(item, of, profile))
        case And() | Or() | Not() | Compare() | Arithmetic() | Negative():
            for part in parts(expr):
                yield from timed_reads(part, kind, profile)
