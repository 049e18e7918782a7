"""What falls due next, for people and programs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import NamedTuple

from journeykit.answers.display_names import Names
from journeykit.answers.expectations import expected
from journeykit.dates import Period, first_instant, local_day, shift
from journeykit.engine.cadences import anchor_of
from journeykit.engine.due_dates import DueTimer, missing, timers_of
from journeykit.errors import InputError
from journeykit.machine.countdown import CountdownTable, Timer
from journeykit.machine.machine import Machine
from journeykit.machine.snapshot import Position, Snapshot, Subject
from journeykit.machine.tables import CadenceTable
from journeykit.naming.labels import Labels

__all__ = ["Due", "overdue", "upcoming"]


class Due(NamedTuple):
    """Something that falls due.

    Attributes:
        at: the instant, in UTC; ``on`` is its day in the account's zone (of what *ends* on a date, the last day that
            counts).
        track: the name of its track; None of a feed.
        name: a milestone, ``notice``, ``end``, ``grace_over``, ``stuck``, a cadence, or a feed; ``end_unknown`` of a
            contract whose end nobody knows.
        what: what is expected by then, in words.
        role: who sees to it; several as ``customer or sales``, nobody as nothing.
        done: whether what is asked for is done already.
        occasion: which one of its kind it is: the number of the term, of a cadence's date, or the day it counts from.
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


def upcoming(
    machine: Machine, snapshot: Snapshot, within: str | Period | None = None, labels: Labels | None = None
) -> tuple[Due, ...]:
    """Every date to come and not yet fired, soonest first; the grace of a term that nobody means to sign for, only once
    the end has come.

    ``within`` a period: only what falls on one of the days up to so long from the journey's present. With ``labels``
    the words of what is expected say these instead of names.

    Raises:
        InputError: ``bad_shape``: ``within`` is no period.
    """
    last = None if within is None else _period(within).add(local_day(snapshot.now, snapshot.zone))
    found = [
        _due(machine, snapshot, subject, timer, labels)
        for place, subject in enumerate(snapshot.subjects.values())
        for timer in sorted(timers_of(machine, snapshot, subject, place), key=lambda timer: timer[:4])
        if not _is_idle(machine, snapshot, subject, timer)
    ]
    return tuple(sorted((due for due in found if last is None or due.on <= last), key=_by_day))


def overdue(machine: Machine, snapshot: Snapshot, labels: Labels | None = None) -> tuple[Due, ...]:
    """What fell due and is still open, longest ago first.

    Milestones and cadences whose work is still not done, ends of terms that nobody renewed, those who are stuck, and
    feeds that are down or were never heard, contracts whose end nobody knows.
    """
    found = [
        _due(machine, snapshot, subject, timer, labels)
        for place, subject in enumerate(snapshot.subjects.values())
        for timer in _open_timers(machine, snapshot, subject, place)
    ]
    lacking = [subject for subject in snapshot.subjects.values() if _lacks_end(machine, snapshot, subject)]
    found += [_without_end(machine, snapshot, subject, labels) for subject in lacking]
    return tuple(sorted(found, key=_by_day))


def _is_idle(machine: Machine, snapshot: Snapshot, subject: Subject, timer: DueTimer) -> bool:
    """Whether this is the grace of a term still to end that renews by itself, or that is to be over then."""
    countdown, term = machine.countdown, subject.term
    if countdown is None or term is None or timer.name != "grace_over" or not isinstance(timer.thing, Timer):
        return False
    end = countdown.end_of(subject)
    ends = None if end is None else countdown.named["end"].due_at(end, snapshot, subject)
    if ends is None or ends <= snapshot.now:
        return False
    over = term.notice_at is not None or countdown.at_end(snapshot, subject) == "cancel"
    return over or countdown.rolls(snapshot, subject)


def _lacks_end(machine: Machine, snapshot: Snapshot, subject: Subject) -> bool:
    """Whether a contract has no end that anybody knows, and is not without one on purpose."""
    countdown = machine.countdown
    if countdown is None or not countdown.timers or subject.term is None or subject.config.ended:
        return False
    return countdown.end_of(subject) is None and not countdown.is_open_ended(snapshot, subject)


def _without_end(machine: Machine, snapshot: Snapshot, subject: Subject, labels: Labels | None) -> Due:
    """Whoever begins the work for a renewal has to find out when that is."""
    countdown = machine.countdown
    assert countdown is not None
    assert subject.term is not None
    fact = Names(machine.profile, labels).known(countdown.end)
    what = f"nobody knows when it ends ({fact}), so none of its dates falls due"
    role = next((one.milestone.role for one in countdown.timers if one.milestone and one.milestone.role), "")
    day, occasion = local_day(subject.opened_at, snapshot.zone), str(subject.term.renewals)
    where = subject.opened_at, day, snapshot.account, subject.key, countdown.track
    return Due(*where, "end_unknown", what, role, done=False, occasion=occasion)


def _by_day(due: Due) -> tuple[date, datetime]:
    """What ends on a day fires with the next one, and still belongs among what falls on it."""
    return due.on, due.at


def _period(within: str | Period) -> Period:
    if isinstance(within, Period):
        return within
    try:
        return Period.parse(str(within))
    except ValueError as fault:
        raise InputError("bad_shape", f'within: expected a period such as "30 days": {fault}') from None


def _due(machine: Machine, snapshot: Snapshot, subject: Subject, timer: DueTimer, labels: Labels | None) -> Due:
    day, name = local_day(timer.at, snapshot.zone), timer.name
    track: str | None = None
    match timer.thing:
        case Timer() as date_of_countdown:
            assert machine.countdown is not None
            track = machine.countdown.track
            day = _day_of(machine.countdown, snapshot, subject, date_of_countdown) or day
        case CadenceTable() as table:
            track, name = table.region.track, table.cadence.name
        case Position() as position:
            track, name = position.leaf.region.track, "stuck"
    return Due(
        timer.at, day, snapshot.account, subject.key, track, name, *expected(machine, snapshot, subject, timer, labels)
    )


def _day_of(countdown: CountdownTable, snapshot: Snapshot, subject: Subject, timer: Timer) -> date | None:
    """The day of a date: of a milestone that fired in this window the day on which it did, wherever the end is now."""
    end, fired = countdown.end_of(subject), () if subject.term is None else subject.term.fired
    days = [day for name, _, day in fired if name == timer.name and timer.milestone is not None]
    return max(days, default=None) or (None if end is None else timer.due_on(end, snapshot, subject))


def _open_timers(machine: Machine, snapshot: Snapshot, subject: Subject, place: int) -> Iterator[DueTimer]:
    """The timers of a row that have fired, or were past when it was opened, and whose matter is not settled."""
    zone = snapshot.zone
    for feed in machine.feeds if subject is snapshot.account_subject else ():
        known = subject.feeds.get(feed.name)
        at = shift(subject.opened_at if known is None else known[1], feed.down_after, zone)
        if (known is None or known[2]) and at <= snapshot.now:
            yield DueTimer(at, place, -1, 0, subject.key, feed.name, feed)
    if subject.config.ended:
        return
    yield from _open_dates(machine, snapshot, subject, place)
    for index, after in subject.config.stuck:
        position = subject.positions[index]
        if position.stuck:
            yield DueTimer(after(position.entered[0], zone), place, 0, 0, subject.key, "stuck", position)
    for table in subject.config.cadences:
        anchor, count, _ = anchor_of(snapshot, subject, table.ident)
        if count:
            at = first_instant(table.cadence.every.add(anchor, count), zone)
            timer = DueTimer(at, place, 0, 0, subject.key, table.ident, table)
            if not expected(machine, snapshot, subject, timer).done:
                yield timer


def _open_dates(machine: Machine, snapshot: Snapshot, subject: Subject, place: int) -> Iterator[DueTimer]:
    countdown = machine.countdown
    if (
        countdown is None
        or subject.term is None
        or subject.term.counting_from is None
        or countdown.end_of(subject) is None
    ):
        return
    days = {timer.name: (timer, _day_of(countdown, snapshot, subject, timer)) for timer in countdown.timers}
    instants = {name: timer.instant(day, snapshot.zone) for name, (timer, day) in days.items() if day is not None}
    come = {name: at for name, at in instants.items() if at <= snapshot.now}
    for timer in countdown.timers:
        waits = (
            missing(snapshot, subject, timer) if timer.milestone is not None else timer.name in ("end", "grace_over")
        )
        if timer.name == "end" and "grace_over" in come:
            waits = False  # said once
        if waits and timer.name in come:
            yield DueTimer(come[timer.name], place, 0, 0, subject.key, timer.name, timer)
