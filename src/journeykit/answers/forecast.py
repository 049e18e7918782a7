"""Forecasts: what would happen to an account if no input came.

They are the records of the real engine, stepped ahead by ticks, and between them what only stops counting on the way.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import takewhile
from typing import NamedTuple

from journeykit.answers.display_names import Names
from journeykit.answers.explain_text import value_text
from journeykit.answers.pace import behind_at, typical_of
from journeykit.answers.sentences import Happening, HappeningKind, in_words
from journeykit.dates import local_day, shift
from journeykit.engine.future import refuse_far
from journeykit.engine.inputs import Input
from journeykit.engine.view import SubjectView, View
from journeykit.errors import InputError
from journeykit.language.model.profile import Feed
from journeykit.moments import Moment, moment_of
from journeykit.naming.labels import Labels

__all__ = ["forecast", "until_of"]


def forecast(view: View, until: Moment, labels: Labels | None = None) -> tuple[Happening, ...]:
    """Return what would happen up to an instant if no input came before it, in order; the snapshot stays as it is.

    The happenings that are records are exactly those which a tick to that instant makes. Between them stand those that
    make no record: facts and signals that turn ``unknown``, signals and confirmations that have ``lapsed``, and stays
    that fall ``behind`` what is typical.

    Args:
        view: where the account stands.
        until: an aware datetime, a date (its first instant in the account's zone), a period from the journey's present,
            or one of these as text.
        labels: the labels that the words use for things; profile names if not given.

    Raises:
        InputError: ``bad_shape``: ``until`` is none of these. ``naive_instant``: it has no zone. ``time_runs_back``: it
            is past. ``in_the_future``: it is more than 100 years away.
    """
    end = until_of(view, until)
    names = Names(view.machine.profile, labels)
    found: list[Happening] = []
    while True:
        ahead = [lapse for lapse in _lapses(view, names) if view.now < lapse.at <= end]
        at = _next_stop(view, ahead, end)
        outcome = view.after(Input("tick", view.account, at))
        # What a new term ungives at this very instant does not lapse. Lapses are compared without their words.
        then = View(view.machine, outcome.snapshot)
        still = {lapse[:5] for lapse in _lapses(then, names)}
        lapsed = [lapse.told(view) for lapse in ahead if lapse.at == at and lapse[:5] in still]
        told = [in_words(view, record, ahead=True, labels=labels) for record in outcome.records]
        found += _in_order(told, lapsed, at)
        view = then
        if at == end:
            return tuple(found)


def _next_stop(view: View, ahead: list[_Lapse], end: datetime) -> datetime:
    """Return the instant to step to next: that of the next lapse, or when the engine may do something, if sooner."""
    due = view.due_at if view.due_at is not None and view.due_at > view.now else end
    return min(end, due, *(lapse.at for lapse in ahead))


def _in_order(told: list[Happening], lapsed: list[Happening], at: datetime) -> list[Happening]:
    """Return in order: a feed that goes down, what stops counting at that instant, then what that sets off."""
    first = list(takewhile(lambda one: one.at < at or one.kind == "feed", told))
    return [*first, *lapsed, *told[len(first) :]]


def until_of(view: View, until: Moment) -> datetime:
    """Return the instant that is meant, aware and in UTC.

    Raises:
        InputError: ``bad_shape``: it is neither instant, date nor period; ``naive_instant``: it has no zone;
            ``time_runs_back``: it is past; ``in_the_future``: it is more than 100 years away.
    """
    end = moment_of(until, view.now, view.zone, "until")
    if end < view.now:
        raise InputError(
            "time_runs_back",
            f"until: {end.isoformat()} is before the journey's present, {view.now.isoformat()}; it is known already",
        )
    refuse_far("tick", end, view.now, view.zone, "until")
    return end


class _Lapse(NamedTuple):
    """What stops counting from an instant on, or a stay that takes longer than is typical from then on."""

    at: datetime
    subject: str
    track: str | None
    kind: HappeningKind
    name: str
    what: str

    def told(self, view: View) -> Happening:
        day = local_day(self.at, view.zone)
        return Happening(self.at, day, view.account, self.subject, self.track, self.kind, self.name, self.what)


def _lapses(view: View, names: Names) -> Iterator[_Lapse]:
    """Yield everything that stops counting by time alone, by subject, whether that lies ahead or behind."""
    feeds = {feed.name: _down(view, feed) for feed in view.machine.feeds}
    for subject in view.subjects:
        yield from _facts(subject, feeds, names)
        yield from _signals(subject, feeds, names)
        for name, given in subject.confirmations():
            lasts = view.machine.profile.confirmations[name].lasts
            if lasts is not None:
                what = f"the confirmation {names.known(name)} of {local_day(given.at, view.zone)} lasts no longer"
                yield _Lapse(shift(given.at, lasts, view.zone), subject.key, None, "lapsed", name, what)
        for position in () if subject.has_ended else subject.positions:
            at = behind_at(view, position)
            if at is not None and not position.stuck:
                leaf = position.leaf
                place = names.place(leaf.region.track, leaf.chain[0])
                what = f"falls behind in {place}: longer there than the typical {typical_of(view.machine, position)}"
                yield _Lapse(at, subject.key, leaf.region.track, "behind", leaf.chain[0], what)


def _down(view: View, feed: Feed) -> datetime | None:
    """Return when a feed goes down, or went; None if it was never heard."""
    known = view.feed(feed.name)
    return None if known is None else shift(known.heard_at, feed.down_after, view.zone)


def _facts(subject: SubjectView, feeds: Mapping[str, datetime | None], names: Names) -> Iterator[_Lapse]:
    zone = subject.view.zone
    for name, known in subject.facts():
        rule = subject.view.machine.profile.facts[name]
        stale = None if rule.stale_after is None else shift(known.seen_at, rule.stale_after, zone)
        down = feeds[rule.feed] if rule.feed is not None else None
        if rule.feed is not None and down is None:
            continue  # it was never known
        first = min((at for at in (stale, down) if at is not None), default=None)
        if first is not None:
            why = "is stale" if first == stale else f"feed {names.of('feeds', rule.feed or '')} is down"
            value = names.choice(name, known.value) or value_text(known.value, rule.type)
            what = f"{names.known(name)} turns unknown ({why}); it was {value} on {local_day(known.seen_at, zone)}"
            yield _Lapse(first, subject.key, None, "unknown", name, what)


def _signals(subject: SubjectView, feeds: Mapping[str, datetime | None], names: Names) -> Iterator[_Lapse]:
    zone = subject.view.zone
    for name, rule in subject.view.machine.profile.signals.items():
        if rule.kind != subject.kind:
            continue
        down = feeds[rule.feed] if rule.feed is not None else None
        if down is not None:
            feed = names.of("feeds", rule.feed or "")
            what = f"whether {names.known(name)} happens turns unknown (feed {feed} is down)"
            yield _Lapse(down, subject.key, None, "unknown", name, what)
        heard = subject.signal(name)
        if heard is not None and heard.unsettled and rule.lasts is not None:
            at = shift(heard.at, rule.lasts, zone)
            if down is None or at < down:
                what = f"{names.known(name)} of {local_day(heard.at, zone)} lasts no longer"
                yield _Lapse(at, subject.key, None, "lapsed", name, what)
