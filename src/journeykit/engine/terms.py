"""A contract's terms: their dates, amendments, notice and the start of the next (rules R8 and R11)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, tzinfo
from functools import lru_cache

from journeykit.dates import Period, first_instant, local_day
from journeykit.engine.macrostep import Work
from journeykit.machine.countdown import CountdownTable
from journeykit.machine.snapshot import Ends, Row, Term, intern_paths
from journeykit.machine.tables import Leaf

__all__ = [
    "begin_term",
    "heed_notice",
    "notice",
    "observe_end",
    "observe_start",
    "stand_anew",
    "start_countdown",
    "visit",
]

_DAY = Period(0, 1)


def observe_start(work: Work, row: Row, start: date) -> None:
    """The start date was observed: cover runs from the first term's start on."""
    term = _term(row)
    if term.covered_from is None or term.covered_in == term.renewals:
        row.term = term.but(covered_from=start, covered_in=term.renewals)
        work.touch("#term", row)


def observe_end(work: Work, row: Row, end: date, old: date | None) -> None:
    """The end date was observed: the countdown starts, or the running term is amended."""
    term = row.term = _term(row).but(observed_end=end, since=0, by_notice=False)
    if term.counting_from is None:
        start_countdown(work, row)
    elif old != end:
        _amend(work, row, term, old, end)
    work.touch("#term", row)
    work.redue.add(row.key)


def start_countdown(work: Work, row: Row, *, leaving: bool = False) -> None:
    """Start counting, where the end is known; what is already past stands in one late start, unless it is leaving."""
    countdown = work.machine.countdown
    end = work.end_date(row)
    if countdown is None or end is None:
        return
    state = work.state
    counting_from = _first_day_from(state.now, state.zone)
    began = counting_from.toordinal()
    past = [one.timer.name for one in countdown.layout(end, state, row) if one.day and one.fires_from < began]
    row.term = _term(row).but(counting_from=counting_from)
    work.redue.add(row.key)
    inside = None if countdown.late_inside is None else countdown.late_inside(state, row)
    late = bool(past) if inside is None else local_day(state.now, state.zone) > inside.subtract(end)
    if late and not leaving:
        work.record("late_start", row.key, countdown.track, row.key, data={"milestones": tuple(past)})


@lru_cache(maxsize=4_096)
def _first_day_from(now: datetime, zone: tzinfo) -> date:
    """The first day that has not begun before an instant."""
    day = local_day(now, zone)
    if first_instant(day, zone) < now:
        return _DAY.add(day)
    before = _DAY.subtract(day)
    return before if first_instant(before, zone) >= now else day  # a day that does not exist begins with the next


def _amend(work: Work, row: Row, term: Term, old: date | None, end: date) -> None:
    countdown = work.machine.countdown
    assert countdown is not None
    data: dict[str, object] = {"from": old, "to": end}
    back = next((window for window in reversed(term.aside) if end in dict(window[0])), None)
    of_no_window = frozenset(mark for mark in term.fired if not countdown.named[mark[0]].in_window)
    ends = term.ends if old is None else (*term.ends, (old, term.visited))
    present = (ends, term.fired - of_no_window, term.visited)
    if back is not None and end not in dict(ends):
        aside = (*(window for window in term.aside if window is not back), present)
        fired = back[1] | of_no_window
        row.term = term.but(ends=_without(back[0], end), fired=fired, visited=back[2], aside=aside)
        work.anew.add(row.key)
        data["restored"] = True
    elif _reopens(work, row, old, end):
        visited = dict(ends).get(end, ())  # work done while this was the end is done
        row.term = term.but(ends=(), fired=of_no_window, visited=visited, aside=(*term.aside, present))
        work.anew.add(row.key)
        data["reopened"] = True
    else:
        row.term = term.but(ends=_without(ends, end))
    work.record("amended", row.key, countdown.track or None, countdown.end, data=data)


def _without(ends: Ends, end: date) -> Ends:
    return tuple(one for one in ends if one[0] != end)


def _reopens(work: Work, row: Row, old: date | None, end: date) -> bool:
    """Whether the window had opened and now lies ahead again."""
    today = local_day(work.state.now, work.state.zone)
    if today >= _first_day(work, row, end):
        return False
    countdown = work.machine.countdown
    assert countdown is not None
    fired_for = {for_end for name, for_end, _ in _term(row).fired if countdown.named[name].in_window}
    if end in fired_for:
        return False  # what fired for this very end did so in another zone, by which its day had come
    return bool(fired_for) or (old is not None and _first_day(work, row, old) <= today)


def _first_day(work: Work, row: Row, end: date) -> date:
    """The day of the first milestone; without any, of the notice deadline; else the end."""
    countdown = work.machine.countdown
    assert countdown is not None
    counted = [timer for timer in countdown.timers if timer.in_window]
    days = [timer.due_on(end, work.state, row) for timer in counted]
    if not days and "notice" in countdown.named:
        days = [countdown.named["notice"].due_on(end, work.state, row)]
    return min((day for day in days if day is not None), default=end)


def notice(work: Work, row: Row, *, given: bool) -> None:
    """Notice is given or taken back: of this contract, or where the account speaks of every one.

    Given again it counts only where it was late before, and is in time now.
    """
    countdown = work.machine.countdown
    assert countdown is not None
    for other in [row] if row.kind == countdown.kind else list(work.state.rows.values()):
        if other.kind != countdown.kind:
            continue
        term, late = _term(other), given and _is_late(work, other, countdown)
        if (term.notice_at is not None) != given or (given and term.notice_late and not late):
            _notice(work, work.state.writable(other), given=given, late=late)


def _is_late(work: Work, row: Row, countdown: CountdownTable) -> bool:
    """Whether the last day for notice, or without one the end, is over."""
    state, end = work.state, work.end_date(row)
    deadline = countdown.named.get("notice") or countdown.named.get("end")
    due = deadline.due_at(end, state, row) if deadline is not None and end is not None else None
    return due is not None and due <= state.now


def _notice(work: Work, row: Row, *, given: bool, late: bool) -> None:
    countdown = work.machine.countdown
    assert countdown is not None
    state = work.state
    row.term = _term(row).but(notice_at=state.now if given else None, notice_late=late)
    data = {"given": given, "late": late}
    work.record("notice", row.key, countdown.track, str(countdown.given_by), data=data)
    if given and countdown.is_open_ended(state, row):
        _set_end(work, row, countdown, state.now)
    elif not given and _term(row).by_notice:
        _take_end_back(work, row, countdown)


def heed_notice(work: Work, row: Row) -> None:
    """What follows the end has become known: notice that stands ends a term that turns out to be open-ended."""
    countdown, term = work.machine.countdown, _term(row)
    if countdown is not None and term.notice_at is not None and countdown.is_open_ended(work.state, row):
        _set_end(work, row, countdown, term.notice_at)


def _set_end(work: Work, row: Row, countdown: CountdownTable, given_at: datetime) -> None:
    """Notice in an open-ended term says when it ends; one that has not begun, not before the day before it does."""
    state = work.state
    end = local_day(given_at, state.zone)
    if countdown.notice_period is not None:
        end = countdown.notice_period(state, row).add(end)
    start = row.facts.get(countdown.start)
    if start is not None:
        end = max(end, _DAY.subtract(start[0]))
    _date(work, row, countdown.end, end)
    row.term = _term(row).but(observed_end=end, since=0, by_notice=True)
    start_countdown(work, row, leaving=True)
    _moved_by_notice(work, row, countdown, None, end)


def _take_end_back(work: Work, row: Row, countdown: CountdownTable) -> None:
    """The notice that ended an open-ended term is taken back: it has no end again."""
    end = work.end_date(row)
    _date(work, row, countdown.end, None)
    row.term = _term(row).but(
        observed_end=None, since=0, by_notice=False, counting_from=None, ends=(), fired=frozenset(), aside=()
    )
    _moved_by_notice(work, row, countdown, end, None)


def _moved_by_notice(work: Work, row: Row, countdown: CountdownTable, old: date | None, new: date | None) -> None:
    work.record("amended", row.key, countdown.track, countdown.end, data={"from": old, "to": new, "notice": True})
    work.touch("#term", row)
    work.redue.add(row.key)


def begin_term(work: Work, row: Row, *, rolled: bool = False) -> None:
    """The next term begins: what belongs to the term is ungiven, dates move on, the countdown starts afresh.

    One that follows an ``evergreen`` end has no end itself. ``rolled``: it begins automatically.
    """
    countdown = work.machine.countdown
    assert countdown is not None
    term = _term(row)
    since = term.since + 1
    end = work.end_date(row)
    begins = ends = None
    if end is not None and term.observed_end is not None:
        begins = _DAY.add(end)
        # the length of a term is asked before anything is ungiven
        ends = countdown.term(work.state, row).add(term.observed_end, since)
    if end is not None and countdown.at_end(work.state, row) == "evergreen":
        ends, since, term = None, 0, term.but(observed_end=None)
    _ungive(work, row, countdown)
    for name, day in ((countdown.start, begins), (countdown.end, ends)):
        _date(work, row, name, day)
    row.term = term.but(
        renewals=term.renewals + 1,
        since=since,
        visited=(),
        ends=(),
        fired=frozenset(),
        aside=(),
        notice_at=None,
        notice_late=False,
        counting_from=None,
        plan=None,
        rolled=rolled,
        by_notice=False,
        covered_from=term.covered_from or begins,
        covered_in=term.covered_in if term.covered_from else term.renewals + 1,
    )
    work.anew.add(row.key)
    work.record(
        "term", row.key, None, countdown.end, data={"renewals": term.renewals + 1, "start": begins, "end": ends}
    )
    start_countdown(work, row)
    work.touch("#term", row)
    work.redue.add(row.key)


def _ungive(work: Work, row: Row, countdown: CountdownTable) -> None:
    """The facts and words of the term are not known any more."""
    for name in countdown.term_facts:
        if row.facts.pop(name, None) is not None:
            work.touch(name, row)
    if row.words:
        for name in countdown.term_words:
            work.touch(name, row)
        row.words = {name: said for name, said in row.words.items() if name not in countdown.term_words}


def _date(work: Work, row: Row, name: str, day: date | None) -> None:
    """One of the dates with which a term begins; an end that was unknown leaves them unknown."""
    if day is None:
        row.facts.pop(name, None)
    else:
        row.facts[name] = (day, work.state.now, work.state.now, work.cause)
    work.touch(name, row)


def _term(row: Row) -> Term:
    assert row.term is not None
    return row.term


def visit(work: Work, row: Row, leaves: Iterable[Leaf]) -> None:
    """Remember that a contract stood at these leaves in its running window, for the milestones that ask for it."""
    countdown = work.machine.countdown
    if row.term is not None and countdown is not None:
        seen = row.term.visited
        paths = [leaf.path for leaf in leaves if leaf.region.track == countdown.track and leaf.path not in seen]
        if paths:
            row.term = row.term.but(visited=intern_paths((*seen, *paths)))


def stand_anew(work: Work) -> None:
    """Where a contract stands when the step has come to rest, it stands in the term or window that began in it."""
    for key in work.anew:
        row = work.state.rows.get(key)
        if row is not None:
            row = work.state.writable(row)
            visit(work, row, [standing.leaf for standing in row.places])
    work.anew.clear()
