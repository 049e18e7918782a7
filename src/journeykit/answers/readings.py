"""Readings: the values that a criterion read, which are the evidence behind its verdict."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from journeykit.dates import Period, shift
from journeykit.engine.view import SubjectView
from journeykit.language.expressions import tree as ex
from journeykit.language.expressions.tree import Age
from journeykit.language.expressions.walk import own_nodes
from journeykit.language.model.profile import Criterion
from journeykit.machine.criteria.ages_and_days import since
from journeykit.machine.criteria.context import Context, within
from journeykit.machine.criteria.guards import test, value
from journeykit.machine.criteria.held import mark_of
from journeykit.machine.machine import Machine

__all__ = ["Reading", "ReadingSort", "Witness", "met_since"]

ReadingSort = Literal[
    "fact", "band", "confirmation", "signal", "quiet", "seen", "feed", "date", "place", "cover", "subjects"
]
"""What was read."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One value that a criterion read. Instants are aware datetimes in UTC.

    Attributes:
        name: of the fact, band, confirmation, signal, feed, date, track or kind of subject.
        value: what counts now, None while it is unknown; of a confirmation, whether it counts as given; of a signal,
            whether it is unsettled, quiet or seen; of a feed, False (it is not up); of a date, its day; of a track, the
            paths of the leaves where the subject stands; of a kind of subject, the number for which it holds.
        since: since when it has this value; of a signal or confirmation, when it came last; None if it was never given.
        seen_at: when it was last observed; of a feed, when it was last heard; of what must be quiet, since when it has
            been listened for.
        source: the input it came from; of a confirmation, the role that gave it; of a kind of subject, the number of
            those that are open.
        sort: ``fact``, ``band``, ``confirmation``, ``signal``, ``quiet``, ``seen``, ``feed``, ``date``,
            ``place``, ``cover`` (the end of a contract) or ``subjects``.
        asked_again: True if it was given once and must be given anew to count in this track (rule R8).
        subject: the key of the subject whose value it is, where that is not the asking subject or the account.
        type: of a fact, its type.
        last: of a fact, its last value, which does not count where ``value`` is None.
        until: when it stops counting, or stopped; of what must be quiet, from when on it is.
        period: how long it counts, or must be quiet.
    """

    name: str
    value: Any
    since: datetime | None = None
    seen_at: datetime | None = None
    source: str | None = None
    sort: ReadingSort = "fact"
    asked_again: bool = False
    subject: str | None = None
    type: str | None = None
    last: Any = None
    until: datetime | None = None
    period: Period | None = None


def met_since(criterion: Criterion, context: Context, subject: SubjectView) -> datetime | None:
    """Return since when a held criterion has been met without a break; None if it is not met.

    Time before its place was entered does not count: where that is later, it is the instant of entering.
    """
    key, of_account = mark_of(criterion, context)
    mark = (subject.view.account_subject if of_account else subject).held_since(key)
    track, paths = context.leaves.home_of(criterion.id) or ("", ())
    entered = (subject.ask(since(Age(track, path, context.kind), context)) for path in paths)
    # Places come outermost first: of a move's several sources, the outermost that holds the subject counts.
    first = next((at for at in entered if at is not None), None)
    if mark is None or (paths and first is None):
        return None
    return mark if first is None else max(mark, first)


@dataclass(frozen=True, slots=True)
class Witness:
    """One subject, whose values are read in the context of the track that asks."""

    subject: SubjectView
    context: Context

    @property
    def machine(self) -> Machine:
        """The machine of the subject's account."""
        return self.subject.view.machine

    def readings(self, expr: ex.Expr) -> Iterator[Reading]:
        """Yield everything that an expression reads; a feed that is not up comes once."""
        told: set[str] = set()
        for node in own_nodes(expr):
            for reading in self._reading(node):
                if reading.sort != "feed" or reading.name not in told:
                    yield reading
                told.add(reading.name)

    def holder(self, kind: str) -> SubjectView:
        """Return the subject that holds a name of some kind: the asking one, or the account."""
        return self.subject if kind == self.subject.kind else self.subject.view.account_subject

    def is_asked_again(self, name: str) -> bool:
        """Tell whether the track asked for this name again and has not been given it yet (rule R8)."""
        return self.subject.is_asked_again(name, self.context.track)

    def counts(self, node: ex.Confirmed) -> bool:
        """Tell whether a confirmation counts as given."""
        return self.subject.ask(test(node, self.context)) is True

    def _reading(self, node: ex.Expr) -> Iterator[Reading]:
        match node:
            case ex.Fact():
                yield from self._fact(node)
            case ex.Band(name, kind, _):
                yield Reading(name, self.subject.ask(value(node, within(self.context, kind))), sort="band")
                for each in own_nodes(self.machine.profile.bands[name].of):
                    if isinstance(each, ex.Fact):
                        yield from self._fact(each)
            case ex.Confirmed():
                yield self._confirmation(node)
            case ex.Unsettled() | ex.Quiet() | ex.Seen():
                yield self._signal(node)
                yield from self._feed(self.machine.profile.signals[node.signal].feed)
            case ex.Reached(name, _) | ex.HasDate(name, _) if self.machine.countdown is not None:
                yield Reading(name, self.subject.day_of(self.machine.countdown.named[name]), sort="date")
            case ex.At(track, _, kind) | ex.Placed(track, _, kind) | ex.Age(track, _, kind) if track:
                yield from self._places(track, kind)
            case ex.Covered():
                yield from self._cover()
            case ex.Aggregate():
                yield from self._members(node)

    def _fact(self, node: ex.Fact) -> Iterator[Reading]:
        rule = self.machine.profile.facts[node.name]
        entry = self.holder(node.kind).fact(node.name)
        last, since_when, seen, source = entry or (None, None, None, None)
        yield Reading(
            node.name,
            self.subject.ask(value(node, self.context)),
            since_when,
            seen,
            source,
            asked_again=entry is not None and self.is_asked_again(node.name),
            type=rule.type,
            last=last,
            until=self._after(seen, rule.stale_after),
            period=rule.stale_after,
        )
        yield from self._feed(rule.feed)

    def _feed(self, name: str | None) -> Iterator[Reading]:
        """Yield a feed that is not up, since that makes unknown all that it carries."""
        if name is None:
            return
        feed = self.machine.profile.feeds[name]
        up, heard, _ = self.subject.view.feed(name) or (None, None, False)
        until = self._after(heard, feed.down_after)
        if until is None or until <= self.subject.view.now:
            yield Reading(name, False, up, heard, sort="feed", until=until, period=feed.down_after)

    def _confirmation(self, node: ex.Confirmed) -> Reading:
        said = self.holder(node.kind).confirmation(node.word)
        at, by = (said.at, said.by) if said else (None, None)
        lasts = self.machine.profile.confirmations[node.word].lasts
        again = said is not None and self.is_asked_again(node.word)
        until = self._after(at, lasts)
        return Reading(node.word, self.counts(node), at, None, by, "confirmation", again, until=until, period=lasts)

    def _signal(self, node: ex.Unsettled | ex.Quiet | ex.Seen) -> Reading:
        """Return when a signal came last, and until when that counts, or from when on it is quiet."""
        holder = self.holder(node.kind)
        heard = holder.signal(node.signal)
        last = None if heard is None else heard.at
        found = self.subject.ask(test(node, self.context))
        if isinstance(node, ex.Unsettled):
            lasts = self.machine.profile.signals[node.signal].lasts
            unsettled = self._after(last, lasts) if heard is not None and heard.unsettled else None
            return Reading(node.signal, found, last, sort="signal", until=unsettled, period=lasts)
        if isinstance(node, ex.Seen):
            until = self._after(last, node.period)
            return Reading(node.signal, found, last, sort="seen", until=until, period=node.period)
        up = self.subject.view.feed(self.machine.profile.signals[node.signal].feed or "")
        listening = max(filter(None, (last or holder.opened_at, up.up_since if up else None)))
        until = self._after(listening, node.period)
        return Reading(node.signal, found, last, listening, sort="quiet", until=until, period=node.period)

    def _after(self, at: datetime | None, period: Period | None) -> datetime | None:
        return None if at is None or period is None else shift(at, period, self.subject.view.zone)

    def _places(self, track: str, kind: str) -> Iterator[Reading]:
        positions = self.holder(kind).positions_in(track)
        if positions:
            paths = ", ".join(each.leaf.path for each in positions)
            yield Reading(track, paths, max(each.entered[-1] for each in positions), sort="place")

    def _cover(self) -> Iterator[Reading]:
        countdown = self.machine.countdown
        if countdown is not None:
            for other in self.subject.view.of_kind(countdown.kind):
                yield Reading(countdown.end, other.end, sort="cover", subject=other.key)
            for key, last in self.subject.view.paid_until():
                yield Reading(countdown.end, last, sort="cover", subject=key)

    def _members(self, node: ex.Aggregate) -> Iterator[Reading]:
        """Yield for how many subjects an aggregate holds, then what was read of those that decide."""
        inner = self.context.of(node.kind)
        judge = test(node.item, inner)
        members = [(subject, subject.ask(judge)) for subject in self.subject.view.of_kind(node.kind)]
        met = sum(found is True for _, found in members)
        yield Reading(node.kind, met, source=str(len(members)), sort="subjects")
        # Those that decide: for all_of those that do not meet it, or may not; else those that do, or may.
        telling = (False, None) if node.how == "all_of" else (True, None)
        for subject, found in members:
            if found in telling:
                for reading in Witness(subject, inner).readings(node.item):
                    # A feed is the account's, whichever subject reads it.
                    yield (
                        reading if reading.sort == "feed" else replace(reading, subject=reading.subject or subject.key)
                    )
