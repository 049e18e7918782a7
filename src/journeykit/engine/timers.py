"""What falls due, fired level-triggered, in order, each as a whole step (rules R9 to R11)."""

from __future__ import annotations

from datetime import datetime
from operator import itemgetter

from journeykit.engine import microsteps as rest
from journeykit.engine.cadences import anchor_of
from journeykit.engine.due_dates import DueTimer, given_at, missing, timers_of
from journeykit.engine.feeds import lose_feed
from journeykit.engine.macrostep import Work
from journeykit.engine.transition import go
from journeykit.errors import InputError
from journeykit.language.model.profile import Feed
from journeykit.machine.closures import Standing
from journeykit.machine.countdown import Timer
from journeykit.machine.snapshot import Row
from journeykit.machine.tables import CadenceTable, MoveTable

__all__ = ["LIMIT", "fire_due"]

_ORDER = itemgetter(0, 1, 2, 3)
"""Of what falls due together: the instant, then the subject, its track, and the place in that."""

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
                "is a contract's end far in the past, or its term or a cadence a slip?",
            )
        now = state.now
        found: list[DueTimer] = []
        for place, row in enumerate(state.rows.values()):
            if row.due is not None and row.due <= now:
                found += timers_of(work.machine, state, row, place, until=now)
                if row.turns_at is not None and row.turns_at <= now:
                    work.dirty.setdefault(row.key, []).append("#time")
                work.redue.add(row.key)
        if not found:
            work.begin(None, "time")
            rest.run(work)
            continue
        _fire(work, found[0] if len(found) == 1 else min(found, key=_ORDER))


def _fire(work: Work, due: DueTimer) -> None:
    row = work.state.writable(work.state.rows[due.key])
    work.redue.add(row.key)
    match due.thing:
        case Timer() as timer:
            _fire_date(work, row, due, timer)
        case CadenceTable() as table:
            _fire_cadence(work, row, due, table)
        case Standing() as standing:
            track = standing.leaf.region.track
            row.places = tuple(s._replace(stuck=True) if s is standing else s for s in row.places)
            work.begin(None, f"stuck {track}.{due.name}")
            work.record("stuck", row.key, track, due.name, data={"due": due.at})
            rest.run(work)
        case Feed() as feed:
            lose_feed(work, row, feed.name)


def _fire_cadence(work: Work, row: Row, due: DueTimer, table: CadenceTable) -> None:
    """One date of a cadence; the next is counted from the same anchor, so that nothing drifts or is skipped."""
    state, cadence, track = work.state, table.cadence, table.region.track
    anchor, count, since = anchor_of(state, row, table.ident)
    given = given_at(work.machine, state, row, cadence.done_by)
    done = given is not None and given >= since
    row.beats = {**row.beats, table.ident: (anchor, count + 1, due.at)}
    work.begin(None, f"cadence {table.ident}")
    data = {"due": due.at, "number": count + 1, "done": done}
    work.record("cadence", row.key, track, cadence.name, data=data)
    rest.run(work)
    if not done and due.key in state.rows:
        work.record("slipped", due.key, track, cadence.name, data={"missing": ("done",)})


def _fire_date(work: Work, row: Row, due: DueTimer, timer: Timer) -> None:
    state, countdown, term = work.state, work.machine.countdown, row.term
    assert countdown is not None
    assert term is not None
    end = countdown.end_of(row)
    assert end is not None
    day = countdown.layout(end, state, row)[due.place].day
    assert day is not None
    data: dict[str, object] = {"due": due.at}
    lacking = missing(state, row, timer)
    if not lacking and _asks(timer):
        data["early"] = True
    renew = _renewal(row, countdown.track) if timer.name == "end" and countdown.rolls(state, row) else None
    row.term = term.marked((timer.name, end, day))
    work.begin(None, f"milestone {countdown.track}.{timer.name}")
    work.record("milestone", row.key, countdown.track, timer.name, data=data)
    work.touch(f"#{timer.name}", row)
    if renew is not None:
        standing, table = renew
        go(work, row.key, standing, table, table.verdicts(state, row), automatic=True)
    rest.run(work)
    after = state.rows.get(due.key)
    if work.acted or timer.needs is not None:
        lacking = () if after is None else missing(state, after, timer)
    if lacking:
        work.record("slipped", due.key, countdown.track, timer.name, data={"missing": lacking})


def _renewal(row: Row, track: str) -> tuple[Standing, MoveTable] | None:
    """The move by which a term renews, from where the contract stands. Taken alone, it leaves no gap in its cover."""
    for standing in row.places:
        if standing.leaf.region.name == track and standing.leaf.renew is not None:
            return standing, standing.leaf.renew
    return None


def _asks(timer: Timer) -> bool:
    """Whether a milestone asks for anything to be done by its date."""
    return timer.milestone is not None and bool(timer.milestone.work or timer.needs)
