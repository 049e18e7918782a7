"""The due dates of one account: what falls due next, and what fell due and is still open (rules R9 to R11)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from itertools import count
from typing import Any, NamedTuple

from journeykit.answers.display_names import Names
from journeykit.answers.expectations import expected
from journeykit.dates import UTC, Period, first_instant, local_day, shift
from journeykit.engine.due_dates import DueTimer
from journeykit.engine.view import SubjectView, View
from journeykit.errors import InputError
from journeykit.machine.countdown import Timer
from journeykit.machine.snapshot import Position
from journeykit.machine.tables import CadenceTable
from journeykit.naming.labels import Labels
from journeykit.plain import plain

__all__ = ["Due", "overdue", "period_within", "upcoming"]


class Due(NamedTuple):
    """A date that falls due, or that fell due and is still open.

    Attributes:
        at: the instant at which it falls due, an aware datetime in UTC. What ends on a day falls due at the first
            instant of the next one. Of ``end_unknown``: when the contract was opened; of ``after_end``: when the end
            was observed.
        on: its day in the account's zone; for what ends on a day (``notice``, ``end``, ``grace_over``), that day, which
            still counts.
        account: the account's id.
        subject: the subject's key, such as ``contract:C-1``, or ``account``.
        track: the track's name; None for a feed.
        name: the name of a milestone, a cadence or a feed, or one of ``notice``, ``end``, ``grace_over``, ``stuck``,
            ``end_unknown`` (a contract whose end nobody knows) and ``after_end`` (one that is over, with an end ahead
            that was observed after that).
        what: what is expected by then, in words.
        role: the role that sees to it; several as ``customer or sales``, empty for nobody.
        done: True if what it asks for is done already; what asks for nothing is never done.
        occasion: which one of its kind it is, the same when the date moves: how often the contract was renewed before
            (and of a milestone that comes ``again``, for which end), the number of the cadence's date, or the day from
            which the stay or the feed's silence counts.
    """

    at: datetime
    on: date
    account: str
    subject: str
    track: str | None
    name: str
    what: str
    role: str = ""
    done: bool = False
    occasion: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON data: the instant and the day as ISO text."""
        return {name: plain(value) for name, value in self._asdict().items()}

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Due:
        """Return what :meth:`to_dict` wrote.

        Raises:
            SnapshotError: something in the data is broken.
        """
        from journeykit import json_forms

        form = json_forms.read(json_forms.DueForm, raw, "due date")
        return cls(**dict(form))._replace(at=form.at.astimezone(UTC))

    @staticmethod
    def json_schema() -> dict[str, Any]:
        """Return the JSON Schema (draft 2020-12) of what :meth:`to_dict` writes."""
        from journeykit import json_forms

        return json_forms.DueForm.model_json_schema()


def upcoming(view: View, within: str | Period | None = None, labels: Labels | None = None) -> tuple[Due, ...]:
    """List every date that is still to fall due, soonest first.

    Within a period a cadence is listed with all its dates, however many these are; without one with the next alone,
    for it has no last. What later terms would bring is no date yet; a forecast tells of it.

    The end of grace is left out until the term has ended where the term renews by itself, is agreed to be over, or had
    notice given: nobody is expected to sign then.

    Args:
        view: where the account stands.
        within: a period such as ``30 days``: list only what falls on a day from the journey's present up to that much
            later, the last day included. Without it, list all, of each cadence the next.
        labels: the labels that ``what`` uses for things; profile names if not given.

    Raises:
        InputError: ``bad_shape``: ``within`` is no period.
    """
    last = None if within is None else period_within(within).add(local_day(view.now, view.zone))
    found = [
        due
        for subject in view.subjects
        for timer in subject.timers()
        if not _is_idle(subject, timer)
        for due in _dues_of(subject, timer, last, labels)
    ]
    return tuple(sorted(found, key=_by_day))


def _dues_of(subject: SubjectView, timer: DueTimer, last: date | None, labels: Labels | None) -> Iterator[Due]:
    """Yield a date up to the last day, and after one of a cadence those that follow it by then."""
    first = _due(subject, timer, labels)
    if last is None:
        yield first
    elif first.on <= last:
        yield first
        if isinstance(timer.thing, CadenceTable):
            yield from _that_follow(subject, timer, timer.thing, first, last, labels)


def _that_follow(
    subject: SubjectView, timer: DueTimer, table: CadenceTable, first: Due, last: date, labels: Labels | None
) -> Iterator[Due]:
    """Yield the dates of a cadence after its next one, up to the last day or the edge of the calendar."""
    zone, (anchor, fired, _) = subject.view.zone, subject.cadence(table.ident)
    for ahead in count(1):
        at = table.falls_due(anchor, fired + 1 + ahead, zone)
        day = None if at is None else local_day(at, zone)
        if at is None or day is None or day > last:
            return
        wanted = expected(subject, timer._replace(at=at), labels, ahead=ahead)
        yield first._replace(at=at, on=day, what=wanted.what, done=wanted.done, occasion=wanted.occasion)


def overdue(view: View, labels: Labels | None = None) -> tuple[Due, ...]:
    """List what fell due and is still open, longest ago first.

    That is: milestones and cadences whose work is not done, terms that ended and were not renewed, subjects that are
    stuck, feeds that are down or were never heard, contracts whose end nobody knows, and those that are over and had an
    end observed since that lies ahead.

    Args:
        view: where the account stands.
        labels: the labels that ``what`` uses for things; profile names if not given.
    """
    found = [_due(subject, timer, labels) for subject in view.subjects for timer in _open_timers(subject)]
    found += [_without_end(subject, labels) for subject in view.subjects if _lacks_end(subject)]
    found += [_after_end(subject, labels) for subject in view.subjects if _runs_after_end(subject)]
    return tuple(sorted(found, key=_by_day))


def _is_idle(subject: SubjectView, timer: DueTimer) -> bool:
    """Tell whether a timer is the end of a grace that asks nothing of anybody yet.

    That is so before the end of a term that renews by itself, is agreed to be over, or had notice given.
    """
    countdown, term = subject.view.machine.countdown, subject.term
    if countdown is None or term is None or timer.name != "grace_over" or not isinstance(timer.thing, Timer):
        return False
    last_day = subject.day_of(countdown.named["end"])
    if last_day is None or countdown.named["end"].instant(last_day, subject.view.zone) <= subject.view.now:
        return False
    over = term.notice_at is not None or subject.ask(countdown.at_end) == "cancel"
    return over or subject.ask(countdown.rolls)


def _lacks_end(subject: SubjectView) -> bool:
    """Tell whether a contract that goes on has an unknown end without being open-ended (rule R11)."""
    countdown = subject.view.machine.countdown
    if countdown is None or not countdown.timers or subject.term is None or subject.has_ended:
        return False
    return subject.end is None and not subject.ask(countdown.is_open_ended)


def _without_end(subject: SubjectView, labels: Labels | None) -> Due:
    """Return the due date of a contract whose end is unknown, for the role of the first milestone that names one."""
    view, term = subject.view, subject.term
    countdown = view.machine.countdown
    assert countdown is not None
    assert term is not None
    fact = Names(view.machine.profile, labels).known(countdown.end)
    what = f"nobody knows when it ends ({fact}), so none of its dates falls due"
    role = next((one.milestone.role for one in countdown.timers if one.milestone and one.milestone.role), "")
    day, occasion = local_day(subject.opened_at, view.zone), str(term.renewals)
    where = subject.opened_at, day, view.account, subject.key, countdown.track
    return Due(*where, "end_unknown", what, role, done=False, occasion=occasion)


def _runs_after_end(subject: SubjectView) -> bool:
    """Tell whether a contract stands at an end in every track, and an end that lies ahead was observed since."""
    term, end = subject.term, subject.end
    if term is None or end is None or not subject.has_ended:
        return False
    tracks = {position.leaf.region.track for position in subject.positions}
    return tracks <= term.end_moved_in and local_day(subject.view.now, subject.view.zone) <= end


def _after_end(subject: SubjectView, labels: Labels | None) -> Due:
    """Return what is open of a contract that is over, though it is said to run: nobody's, until somebody takes it."""
    view, countdown, term = subject.view, subject.view.machine.countdown, subject.term
    assert countdown is not None
    assert term is not None
    known = subject.fact(countdown.end)
    assert known is not None
    fact = Names(view.machine.profile, labels).known(countdown.end)
    what = f"it was over when its end moved ({fact}: {known.value}): place it where it stands, or close it"
    where = known.since, local_day(known.since, view.zone), view.account, subject.key, countdown.track or None
    return Due(*where, "after_end", what, "", done=False, occasion=str(term.renewals))


def _by_day(due: Due) -> tuple[date, datetime]:
    # What ends on a day fires at the first instant of the next one, and still belongs to its own day.
    return due.on, due.at


def period_within(within: str | Period) -> Period:
    """Return the period up to which dates are asked for.

    Raises:
        InputError: ``bad_shape``: it is none.
    """
    if isinstance(within, Period):
        return within
    try:
        return Period.parse(str(within))
    except ValueError as fault:
        raise InputError("bad_shape", f'within: expected a period such as "30 days": {fault}') from None


def _due(subject: SubjectView, timer: DueTimer, labels: Labels | None) -> Due:
    view = subject.view
    day, name = local_day(timer.at, view.zone), timer.name
    track: str | None = None
    match timer.thing:
        case Timer() as date_of_countdown:
            assert view.machine.countdown is not None
            track = view.machine.countdown.track
            day = _day_of(subject, date_of_countdown) or day
        case CadenceTable() as table:
            track, name = table.region.track, table.cadence.name
        case Position() as position:
            track, name = position.leaf.region.track, "stuck"
    return Due(timer.at, day, view.account, subject.key, track, name, *expected(subject, timer, labels))


def _day_of(subject: SubjectView, timer: Timer) -> date | None:
    """Return the day of a date of the countdown; None while it is unknown.

    A milestone that fired in this window keeps the day for which it fired, wherever the end is now, but for one that
    fires anew for every end.
    """
    fired = () if subject.term is None or timer.each_end else subject.term.fired
    days = [day for name, _, day in fired if name == timer.name]
    return max(days, default=None) or subject.day_of(timer)


def _open_timers(subject: SubjectView) -> Iterator[DueTimer]:
    """Yield the timers whose instant has come and whose matter is still open.

    Some of them never fired, because they were past when the countdown started. The numbers that order timers do not
    matter here.
    """
    view, place = subject.view, subject.place
    for feed in view.machine.feeds if subject.is_account else ():
        known = view.feed(feed.name)
        # A new account's feed may take as long to be heard for the first time as it may be silent later.
        at = shift(subject.opened_at if known is None else known.heard_at, feed.down_after, view.zone)
        if (known is None or known.is_down) and at <= view.now:
            yield DueTimer(at, place, -1, 0, subject.key, feed.name, feed)
    if subject.has_ended:
        return
    yield from _open_dates(subject)
    for position, after in subject.stuck_after:
        if position.stuck:
            yield DueTimer(after(position.entered[0], view.zone), place, 0, 0, subject.key, "stuck", position)
    for table in subject.cadences:
        anchor, number, _ = subject.cadence(table.ident)
        # Only the last date that fell due can be open: what was missed before it is not owed.
        if number:
            at = first_instant(table.cadence.every.add(anchor, number), view.zone)
            timer = DueTimer(at, place, 0, 0, subject.key, table.ident, table)
            if not expected(subject, timer).done:
                yield timer


def _open_dates(subject: SubjectView) -> Iterator[DueTimer]:
    view, term = subject.view, subject.term
    countdown = view.machine.countdown
    if countdown is None or term is None or term.counting_from is None or subject.end is None:
        return
    days = {timer.name: (timer, _day_of(subject, timer)) for timer in countdown.timers}
    instants = {name: timer.instant(day, view.zone) for name, (timer, day) in days.items() if day is not None}
    come = {name: at for name, at in instants.items() if at <= view.now}
    for timer in countdown.timers:
        # A notice deadline that has passed is no longer open: nobody can keep it any more.
        waits: object = subject.missing(timer) if timer.milestone is not None else timer.name in ("end", "grace_over")
        if timer.name == "end" and "grace_over" in come:
            waits = False  # the end of grace says it already
        if waits and timer.name in come:
            yield DueTimer(come[timer.name], subject.place, 0, 0, subject.key, timer.name, timer)
