"""What falls due, fired level-triggered, in order, each as a whole step (rules R9 to R11)."""

from __future__ import annotations

from datetime import datetime

from journeykit.errors import InputError
from journeykit.journey import rest
from journeykit.journey.due import DueTimer, timers_of
from journeykit.journey.snapshot import Row
from journeykit.journey.work import Work
from journeykit.machine.countdown import Timer

__all__ = ["LIMIT", "fire_due"]

LIMIT = 5_000
"""Timers and turns at one instant after which time itself is taken to stand still: a daily term, 13 years overdue."""


def fire_due(work: Work, until: datetime) -> None:
    """Fire all that falls due up to an instant, and look again at what turned by time."""
    state = work.state
    late = 0
    while state.due is not None and state.due <= until:
        if state.due > state.now:
            state.now, late = state.due, 0
        late += 1
        if late > LIMIT:
            raise InputError(
                "endless_loop",
                f"more than {LIMIT} dates fall due at {state.now.isoformat()} alone; "
                "is a contract's end far in the past, or its term a slip?",
            )
        now = state.now
        found: list[DueTimer] = []
        for place, row in enumerate(state.rows.values()):
            if row.due is not None and row.due <= now:
                found += [due for due in timers_of(work.machine, state, row, place) if due.at <= now]
                work.dirty.setdefault(row.key, []).append("#time")
                work.redue.add(row.key)
        if not found:
            work.begin(None, "time")
            rest.run(work)
            continue
        found.sort(key=lambda due: due[:4])
        _fire(work, found[0])


def _fire(work: Work, due: DueTimer) -> None:
    state = work.state
    row = state.writable(state.rows[due.key])
    work.redue.add(row.key)
    if due.timer is None:
        assert due.standing is not None
        track = due.standing.leaf.region.track
        row.places = tuple(s._replace(stuck=True) if s is due.standing else s for s in row.places)
        work.begin(None, f"stuck {track}.{due.name}")
        work.record("stuck", row.key, track, due.name, data={"due": due.at})
        rest.run(work)
        return
    _fire_date(work, row, due, due.timer)


def _fire_date(work: Work, row: Row, due: DueTimer, timer: Timer) -> None:
    countdown = work.machine.countdown
    term = row.term
    assert countdown is not None
    assert term is not None
    end = countdown.end_of(row)
    assert end is not None
    row.term = term.but(fired=term.fired | {(timer.name, end)})
    work.begin(None, f"milestone {countdown.track}.{timer.name}")
    work.record("milestone", row.key, countdown.track, timer.name, data={"due": due.at})
    work.touch("#term", row)
    if (
        timer.name == "end"
        and countdown.automatically(work.state, row)
        and (term.notice_at is None or term.notice_late)
    ):
        for standing in row.places:
            renew = standing.leaf.renew
            if standing.leaf.region.name == countdown.track and renew is not None:
                work.forced = (row.key, countdown.track, renew)
                work.dirty.setdefault(row.key, []).append("#time")
    rest.run(work)
    if timer.milestone is not None:
        _check_slipped(work, due.key, timer)


def _check_slipped(work: Work, key: str, timer: Timer) -> None:
    milestone, countdown = timer.milestone, work.machine.countdown
    row = work.state.rows.get(key)
    if row is None or row.term is None or milestone is None or countdown is None:
        return
    missing = []
    if milestone.work:
        inside = tuple(f"{path}." for path in milestone.work)
        if not any(f"{path}.".startswith(inside) for path in row.term.visited):
            missing.append("work")
    if timer.needs is not None and timer.needs(work.state, row) is not True:
        missing.append("needs")
    if missing:
        work.record("slipped", key, countdown.track, milestone.name, data={"missing": tuple(missing)})
