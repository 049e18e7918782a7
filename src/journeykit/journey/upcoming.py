"""What falls due next, for people and programs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import NamedTuple

from journeykit.dates import Period, local_day, shift
from journeykit.errors import InputError
from journeykit.journey.due import DueTimer, timers_of
from journeykit.journey.snapshot import Row, Snapshot
from journeykit.machine.machine import Machine

__all__ = ["Due", "upcoming"]


class Due(NamedTuple):
    """Something that falls due.

    Attributes:
        at: the instant, in UTC; ``on`` is its day in the account's zone (of what *ends* on a date, the last day that
            counts).
        name: a milestone, ``notice``, ``end``, ``grace_over``, or ``stuck``.
        what: what is expected by then, in words.
    """

    at: datetime
    on: date
    account: str
    subject: str
    track: str
    name: str
    what: str


def upcoming(machine: Machine, state: Snapshot, within: str | Period | None = None) -> tuple[Due, ...]:
    """Every date to come and not yet fired, soonest first; at most ``within`` a period from the journey's present.

    Raises:
        InputError: ``bad_shape``: ``within`` is no period.
    """
    until = None if within is None else shift(state.now, _period(within), state.zone)
    found = [
        _due(machine, state, row, timer)
        for place, row in enumerate(state.rows.values())
        for timer in _sorted(timers_of(machine, state, row, place))
        if until is None or timer.at <= until
    ]
    return tuple(sorted(found, key=lambda due: due.at))


def _period(within: str | Period) -> Period:
    if isinstance(within, Period):
        return within
    try:
        return Period.parse(str(within))
    except ValueError as fault:
        raise InputError("bad_shape", f'within: expected a period such as "30 days": {fault}') from None


def _sorted(timers: Iterator[DueTimer]) -> list[DueTimer]:
    return sorted(timers, key=lambda timer: timer[:4])


def _due(machine: Machine, state: Snapshot, row: Row, timer: DueTimer) -> Due:
    if timer.timer is None:
        assert timer.standing is not None
        leaf = timer.standing.leaf
        what = f"stuck in {leaf.chain[0]}, if it is still there after {leaf.stuck_after}"
        day = local_day(timer.at, state.zone)
        return Due(timer.at, day, state.account, row.key, leaf.region.track, "stuck", what)
    countdown = machine.countdown
    assert countdown is not None
    end = countdown.end_of(row)
    assert end is not None
    day = timer.timer.due_on(end, state, row) or local_day(timer.at, state.zone)
    what = _expected(machine, state, row, timer)
    return Due(timer.at, day, state.account, row.key, countdown.track, timer.name, what)


def _expected(machine: Machine, state: Snapshot, row: Row, timer: DueTimer) -> str:
    countdown = machine.countdown
    assert countdown is not None
    milestone = timer.timer.milestone if timer.timer is not None else None
    if milestone is not None:
        wanted = [f"work {' or '.join(milestone.work)}"] if milestone.work else []
        if milestone.needs is not None:
            wanted.append(f"needs {milestone.needs.text or milestone.needs.name}")
        return ", ".join(wanted) or milestone.label or milestone.name
    if timer.name == "notice":
        return f"last day to give notice ({countdown.given_by})" if countdown.given_by else "last day to give notice"
    if timer.name == "end":
        given = row.term is not None and row.term.notice_at is not None and not row.term.notice_late
        renews = countdown.automatically(state, row) and not given
        return "the term ends; it renews automatically" if renews else "the term ends"
    return "last day of grace"
