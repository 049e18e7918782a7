"""What a criterion reads, as topics: names whose change makes it worth judging again.

A topic is the name of a fact, word or signal; ``@track`` (somebody moved there), ``+kind`` (a subject was opened or
closed), ``#term`` (the dates or the count of a contract changed, or whether it stands at an end), ``#date`` (one of
its dates had its turn), ``^feed`` (it came up), ``~criterion`` (it was waived) or ``%criterion`` (a held one became
met).
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
    Expr,
    Fact,
    Negative,
    Not,
    Or,
    Quiet,
    Reached,
    Renewals,
    Seen,
    Unsettled,
)
from journeykit.language.expressions.walk import parts
from journeykit.language.model.paths import expressions_of
from journeykit.language.model.profile import Criterion, Profile

__all__ = ["Read", "criteria_reads", "reads", "time_reads", "timed_reads"]


class Read(NamedTuple):
    """A topic, the kind of subject that holds it, and whether it is read from another subject than its holder."""

    topic: str
    holder: str
    far: bool


def criteria_reads(criteria: tuple[Criterion, ...], kind: str, profile: Profile) -> Iterator[Read]:
    """All that criteria judged for subjects of ``kind`` read."""
    for criterion in criteria:
        if criterion.waivable_by is not None:
            yield Read(f"~{criterion.id}", kind, False)
            yield Read(f"~{criterion.id}", ACCOUNT, kind != ACCOUNT)
        yield from _marks(criterion, kind)
        yield from criteria_reads(criterion.members, kind, profile)
        if criterion.expr is not None:
            yield from reads(criterion.expr, kind, profile)


def _marks(criterion: Criterion, kind: str) -> Iterator[Read]:
    """A held criterion's own topic, whether the asking row keeps since when it is met, or the account's."""
    if criterion.held is not None:
        yield Read(f"%{criterion.id}", kind, False)
        yield Read(f"%{criterion.id}", ACCOUNT, kind != ACCOUNT)


def _feed(feed: str | None, kind: str) -> Iterator[Read]:
    if feed is not None:
        yield Read(f"^{feed}", ACCOUNT, kind != ACCOUNT)


def reads(expr: Expr, kind: str, profile: Profile) -> Iterator[Read]:
    """All that one expression reads."""
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
        case At(track, _, holder):
            yield Read(f"@{track}", holder, holder != kind)
        case Age(track, _, holder) if track:
            yield Read(f"@{track}", holder, holder != kind)
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
        case Reached(name, holder):
            yield Read("#term", holder, holder != kind)
            yield Read(f"#{name}", holder, holder != kind)
        case Renewals(holder) if term is not None:
            yield Read("#term", term.name, holder != term.name)
            yield Read(f"+{term.name}", term.name, True)
        case Covered() if term is not None:
            yield from (Read(topic, term.name, True) for topic in ("#term", "#end", f"+{term.name}"))
        case Aggregate(_, of, item):
            yield Read(f"+{of}", of, True)
            yield from (Read(found.topic, found.holder, True) for found in reads(item, of, profile))
        case And() | Or() | Not() | Compare() | Arithmetic() | Negative():
            for part in parts(expr):
                yield from reads(part, kind, profile)


def time_reads(criteria: tuple[Criterion, ...], kind: str, profile: Profile) -> Iterator[Read]:
    """What decides *when* criteria turn by time: the reads of those parts alone that turn by time."""
    for criterion in criteria:
        yield from _marks(criterion, kind)
        yield from time_reads(criterion.members, kind, profile)
        if criterion.expr is not None:
            yield from timed_reads(criterion.expr, kind, profile)


def _turns(expr: Expr, profile: Profile) -> bool:
    """Whether anything in an expression turns by time, which not everything that does so reads a name for."""
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
    """The same for one expression."""
    match expr:
        case Reached(_, holder):
            yield Read("#term", holder, holder != kind)  # that its date had its turn moves no instant
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
            if _turns(item, profile):
                yield Read(f"+{of}", of, True)
            yield from (Read(found.topic, found.holder, True) for found in timed_reads(item, of, profile))
        case And() | Or() | Not() | Compare() | Arithmetic() | Negative():
            for part in parts(expr):
                yield from timed_reads(part, kind, profile)
