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
from journeykit.machine.closures import Standing
from journeykit.machine.countdown import CountdownTable, Timer
from journeykit.machine.machine import Machine
from journeykit.machine.snapshot import Row, Snapshot
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
    machine: Machine, state: Snapshot, within: str | Period | None = None, labels: Labels | None = None
) -> tuple[Due, ...]:
    """Every date to come and not yet fired, soonest first; the grace of a term that nobody means to sign for, only once
    the end has come.

    ``within`` a period: only what falls on one of the days up to so long from the journey's present. With ``labels``
    the words of what is expected say these instead of names.

    Raises:
        InputError: ``bad_shape``: ``within`` is no period.
    """
    last = None if within is None else _period(within).add(local_day(state.now, state.zone))
    found = [
        _due(machine, state, row, timer, labels)
        for place, row in enumerate(state.rows.values())
        for timer in sorted(timers_of(machine, state, row, place), key=lambda timer: timer[:4])
        if not _is_idle(machine, state, row, timer)
    ]
    return tuple(sorted((due for due in found if last is None or due.on <= last), key=_by_day))


def overdue(machine: Machine, state: Snapshot, labels: Labels | None = None) -> tuple[Due, ...]:
    """What fell due and is still open, longest ago first.

    Milestones and cadences whose work is still not done, ends of terms that nobody renewed, those who are stuck, and
    feeds that are down or were never heard, contracts whose end nobody knows.
    """
    found = [
        _due(machine, state, row, timer, labels)
        for place, row in enumerate(state.rows.values())
        for timer in _open_timers(machine, state, row, place)
    ]
    lacking = [row for row in state.rows.values() if _lacks_end(machine, state, row)]
    found += [_without_end(machine, state, row, labels) for row in lacking]
    return tuple(sorted(found, key=_by_day))


def _is_idle(machine: Machine, state: Snapshot, row: Row, timer: DueTimer) -> bool:
    """Whether this is the grace of a term still to end that renews by itself, or that is to be over then."""
    countdown, term = machine.countdown, row.term
    if countdown is None or term is None or timer.name != "grace_over" or not isinstance(timer.thing, Timer):
        return False
    end = countdown.end_of(row)
    ends = None if end is None else countdown.named["end"].due_at(end, state, row)
    if ends is None or ends <= state.now:
        return False
    over = term.notice_at is not None or countdown.at_end(state, row) == "cancel"
    return over or countdown.rolls(state, row)


def _lacks_end(machine: Machine, state: Snapshot, row: Row) -> bool:
    """Whether a contract has no end that anybody knows, and is not without one on purpose."""
    countdown = machine.countdown
    if countdown is None or not countdown.timers or row.term is None or row.config.ended:
        return False
    return countdown.end_of(row) is None and not countdown.is_open_ended(state, row)


def _without_end(machine: Machine, state: Snapshot, row: Row, labels: Labels | None) -> Due:
    """Whoever begins the work for a renewal has to find out when that is."""
    countdown = machine.countdown
    assert countdown is not None
    assert row.term is not None
    fact = Names(machine.profile, labels).known(countdown.end)
    what = f"nobody knows when it ends ({fact}), so none of its dates falls due"
    role = next((one.milestone.role for one in countdown.timers if one.milestone and one.milestone.role), "")
    day, occasion = local_day(row.opened_at, state.zone), str(row.term.renewals)
    where = row.opened_at, day, state.account, row.key, countdown.track
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


def _due(machine: Machine, state: Snapshot, row: Row, timer: DueTimer, labels: Labels | None) -> Due:
    day, name = local_day(timer.at, state.zone), timer.name
    track: str | None = None
    match timer.thing:
        case Timer() as date_of_countdown:
            assert machine.countdown is not None
            track = machine.countdown.track
            day = _day_of(machine.countdown, state, row, date_of_countdown) or day
        case CadenceTable() as table:
            track, name = table.region.track, table.cadence.name
        case Standing() as standing:
            track, name = standing.leaf.region.track, "stuck"
    return Due(timer.at, day, state.account, row.key, track, name, *expected(machine, state, row, timer, labels))


def _day_of(countdown: CountdownTable, state: Snapshot, row: Row, timer: Timer) -> date | None:
    """The day of a date: of a milestone that fired in this window the day on which it did, wherever the end is now."""
    end, fired = countdown.end_of(row), () if row.term is None else row.term.fired
    days = [day for name, _, day in fired if name == timer.name and timer.milestone is not None]
    return max(days, default=None) or (None if end is None else timer.due_on(end, state, row))


def _open_timers(machine: Machine, state: Snapshot, row: Row, place: int) -> Iterator[DueTimer]:
    """The timers of a row that have fired, or were past when it was opened, and whose matter is not settled."""
    zone = state.zone
    for feed in machine.feeds if row is state.account_row else ():
        known = row.feeds.get(feed.name)
        at = shift(row.opened_at if known is None else known[1], feed.down_after, zone)
        if (known is None or known[2]) and at <= state.now:
            yield DueTimer(at, place, -1, 0, row.key, feed.name, feed)
    if row.config.ended:
        return
    yield from _open_dates(machine, state, row, place)
    for index, after in row.config.stuck:
        standing = row.places[index]
        if standing.stuck:
            yield DueTimer(after(standing.entered[0], zone), place, 0, 0, row.key, "stuck", standing)
    for table in row.config.beats:
        anchor, count, _ = anchor_of(state, row, table.ident)
        if count:
            at = first_instant(table.cadence.every.add(anchor, count), zone)
            timer = DueTimer(at, place, 0, 0, row.key, table.ident, table)
            if not expected(machine, state, row, timer).done:
                yield timer


def _open_dates(machine: Machine, state: Snapshot, row: Row, place: int) -> Iterator[DueTimer]:
    countdown = machine.countdown
    if countdown is None or row.term is None or row.term.counting_from is None or countdown.end_of(row) is None:
        return
    days = {timer.name: (timer, _day_of(countdown, state, row, timer)) for timer in countdown.timers}
    instants = {name: timer.instant(day, state.zone) for name, (timer, day) in days.items() if day is not None}
    come = {name: at for name, at in instants.items() if at <= state.now}
    for timer in countdown.timers:
        waits = missing(state, row, timer) if timer.milestone is not None else timer.name in ("end", "grace_over")
        if timer.name == "end" and "grace_over" in come:
            waits = False  # said once
        if waits and timer.name in come:
            yield DueTimer(come[timer.name], place, 0, 0, row.key, timer.name, timer)
