"""A contract's terms: their dates, amendments, notice and the start of the next (rules R8 and R11)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, tzinfo
from functools import lru_cache

from journeykit.dates import Period, first_instant, local_day
from journeykit.engine.macrostep import Macrostep
from journeykit.machine.countdown import CountdownTable
from journeykit.machine.snapshot import Subject
from journeykit.machine.tables import Leaf
from journeykit.machine.term import Ends, MovedEnd, Term, Window, intern_paths

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


def observe_start(macro: Macrostep, subject: Subject, start: date) -> None:
    """The start date was observed: cover runs from the first term's start on."""
    term = _term(subject)
    if term.covered_from is None or term.covered_in == term.renewals:
        subject.term = term.but(covered_from=start, covered_in=term.renewals)
        macro.touch("#term", subject)


def observe_end(macro: Macrostep, subject: Subject, end: date, old: date | None) -> None:
    """The end date was observed: the countdown starts, or the running term is amended."""
    term = subject.term = _term(subject).but(observed_end=end, since=0, by_notice=False)
    if term.counting_from is None:
        start_countdown(macro, subject)
    elif old != end:
        _amend(macro, subject, term, old, end)
    macro.touch("#term", subject)
    macro.redue.add(subject.key)


def start_countdown(macro: Macrostep, subject: Subject, *, leaving: bool = False) -> None:
    """Start counting, where the end is known; what is already past stands in one late start, unless it is leaving."""
    countdown = macro.machine.countdown
    end = macro.end_date(subject)
    if countdown is None or end is None:
        return
    snapshot = macro.snapshot
    counting_from = _first_day_from(snapshot.now, snapshot.zone)
    began = counting_from.toordinal()
    past = [one.timer.name for one in countdown.layout(end, snapshot, subject) if one.day and one.fires_from < began]
    subject.term = _term(subject).but(counting_from=counting_from)
    macro.redue.add(subject.key)
    inside = None if countdown.late_inside is None else countdown.late_inside(snapshot, subject)
    late = bool(past) if inside is None else local_day(snapshot.now, snapshot.zone) > inside.subtract(end)
    if late and not leaving:
        macro.record("late_start", subject.key, countdown.track, subject.key, data={"milestones": tuple(past)})


@lru_cache(maxsize=4_096)
def _first_day_from(now: datetime, zone: tzinfo) -> date:
    """The first day that has not begun before an instant."""
    day = local_day(now, zone)
    if first_instant(day, zone) < now:
        return _DAY.add(day)
    before = _DAY.subtract(day)
    return before if first_instant(before, zone) >= now else day  # a day that does not exist begins with the next


def _amend(macro: Macrostep, subject: Subject, term: Term, old: date | None, end: date) -> None:
    countdown = macro.machine.countdown
    assert countdown is not None
    data: dict[str, object] = {"from": old, "to": end}
    back = next((window for window in reversed(term.aside) if window.has_had(end)), None)
    of_no_window = frozenset(mark for mark in term.fired if not countdown.named[mark.name].in_window)
    ends = term.ends if old is None else (*term.ends, MovedEnd(old, term.visited))
    present = Window(ends, term.fired - of_no_window, term.visited)
    if back is not None and not present.has_had(end):
        aside = (*(window for window in term.aside if window is not back), present)
        fired = back.fired | of_no_window
        subject.term = term.but(ends=_without(back.ends, end), fired=fired, visited=back.visited, aside=aside)
        macro.anew.add(subject.key)
        data["restored"] = True
    elif _reopens(macro, subject, old, end):
        visited = next((one.visited for one in ends if one.end == end), ())  # work done while this was the end is done
        subject.term = term.but(ends=(), fired=of_no_window, visited=visited, aside=(*term.aside, present))
        macro.anew.add(subject.key)
        data["reopened"] = True
    else:
        subject.term = term.but(ends=_without(ends, end))
    macro.record("amended", subject.key, countdown.track or None, countdown.end, data=data)


def _without(ends: Ends, end: date) -> Ends:
    return tuple(one for one in ends if one.end != end)


def _reopens(macro: Macrostep, subject: Subject, old: date | None, end: date) -> bool:
    """Whether the window had opened and now lies ahead again."""
    today = local_day(macro.snapshot.now, macro.snapshot.zone)
    if today >= _first_day(macro, subject, end):
        return False
    countdown = macro.machine.countdown
    assert countdown is not None
    fired_for = {for_end for name, for_end, _ in _term(subject).fired if countdown.named[name].in_window}
    if end in fired_for:
        return False  # what fired for this very end did so in another zone, by which its day had come
    return bool(fired_for) or (old is not None and _first_day(macro, subject, old) <= today)


def _first_day(macro: Macrostep, subject: Subject, end: date) -> date:
    """The day of the first milestone; without any, of the notice deadline; else the end."""
    countdown = macro.machine.countdown
    assert countdown is not None
    counted = [timer for timer in countdown.timers if timer.in_window]
    days = [timer.due_on(end, macro.snapshot, subject) for timer in counted]
    if not days and "notice" in countdown.named:
        days = [countdown.named["notice"].due_on(end, macro.snapshot, subject)]
    return min((day for day in days if day is not None), default=end)


def notice(macro: Macrostep, subject: Subject, *, given: bool) -> None:
    """Notice is given or taken back: of this contract, or where the account speaks of every one.

    Given again it counts only where it was late before, and is in time now.
    """
    countdown = macro.machine.countdown
    assert countdown is not None
    for other in [subject] if subject.kind == countdown.kind else list(macro.snapshot.subjects.values()):
        if other.kind != countdown.kind:
            continue
        term, late = _term(other), given and _is_late(macro, other, countdown)
        if (term.notice_at is not None) != given or (given and term.notice_late and not late):
            _notice(macro, macro.snapshot.writable(other), given=given, late=late)


def _is_late(macro: Macrostep, subject: Subject, countdown: CountdownTable) -> bool:
    """Whether the last day for notice, or without one the end, is over."""
    snapshot, end = macro.snapshot, macro.end_date(subject)
    deadline = countdown.named.get("notice") or countdown.named.get("end")
    due = deadline.due_at(end, snapshot, subject) if deadline is not None and end is not None else None
    return due is not None and due <= snapshot.now


def _notice(macro: Macrostep, subject: Subject, *, given: bool, late: bool) -> None:
    countdown = macro.machine.countdown
    assert countdown is not None
    snapshot = macro.snapshot
    subject.term = _term(subject).but(notice_at=snapshot.now if given else None, notice_late=late)
    data = {"given": given, "late": late}
    macro.record("notice", subject.key, countdown.track, str(countdown.given_by), data=data)
    if given and countdown.is_open_ended(snapshot, subject):
        _set_end(macro, subject, countdown, snapshot.now)
    elif not given and _term(subject).by_notice:
        _take_end_back(macro, subject, countdown)


def heed_notice(macro: Macrostep, subject: Subject) -> None:
    """What follows the end has become known: notice that stands ends a term that turns out to be open-ended."""
    countdown, term = macro.machine.countdown, _term(subject)
    if countdown is not None and term.notice_at is not None and countdown.is_open_ended(macro.snapshot, subject):
        _set_end(macro, subject, countdown, term.notice_at)


def _set_end(macro: Macrostep, subject: Subject, countdown: CountdownTable, given_at: datetime) -> None:
    """Notice in an open-ended term says when it ends; one that has not begun, not before the day before it does."""
    snapshot = macro.snapshot
    end = local_day(given_at, snapshot.zone)
    if countdown.notice_period is not None:
        end = countdown.notice_period(snapshot, subject).add(end)
    start = subject.facts.get(countdown.start)
    if start is not None:
        end = max(end, _DAY.subtract(start[0]))
    _date(macro, subject, countdown.end, end)
    subject.term = _term(subject).but(observed_end=end, since=0, by_notice=True)
    start_countdown(macro, subject, leaving=True)
    _moved_by_notice(macro, subject, countdown, None, end)


def _take_end_back(macro: Macrostep, subject: Subject, countdown: CountdownTable) -> None:
    """The notice that ended an open-ended term is taken back: it has no end again."""
    end = macro.end_date(subject)
    _date(macro, subject, countdown.end, None)
    subject.term = _term(subject).but(
        observed_end=None, since=0, by_notice=False, counting_from=None, ends=(), fired=frozenset(), aside=()
    )
    _moved_by_notice(macro, subject, countdown, end, None)


def _moved_by_notice(
    macro: Macrostep, subject: Subject, countdown: CountdownTable, old: date | None, new: date | None
) -> None:
    macro.record("amended", subject.key, countdown.track, countdown.end, data={"from": old, "to": new, "notice": True})
    macro.touch("#term", subject)
    macro.redue.add(subject.key)


def begin_term(macro: Macrostep, subject: Subject, *, rolled: bool = False) -> None:
    """The next term begins: what belongs to the term is ungiven, dates move on, the countdown starts afresh.

    One that follows an ``evergreen`` end has no end itself. ``rolled``: it begins automatically.
    """
    countdown = macro.machine.countdown
    assert countdown is not None
    term = _term(subject)
    since = term.since + 1
    end = macro.end_date(subject)
    begins = ends = None
    if end is not None and term.observed_end is not None:
        begins = _DAY.add(end)
        # the length of a term is asked before anything is ungiven
        ends = countdown.term(macro.snapshot, subject).add(term.observed_end, since)
    if end is not None and countdown.at_end(macro.snapshot, subject) == "evergreen":
        ends, since, term = None, 0, term.but(observed_end=None)
    _ungive(macro, subject, countdown)
    for name, day in ((countdown.start, begins), (countdown.end, ends)):
        _date(macro, subject, name, day)
    subject.term = term.but(
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
    macro.anew.add(subject.key)
    macro.record(
        "term", subject.key, None, countdown.end, data={"renewals": term.renewals + 1, "start": begins, "end": ends}
    )
    start_countdown(macro, subject)
    macro.touch("#term", subject)
    macro.redue.add(subject.key)


def _ungive(macro: Macrostep, subject: Subject, countdown: CountdownTable) -> None:
    """The facts and words of the term are not known any more."""
    for name in countdown.term_facts:
        if subject.facts.pop(name, None) is not None:
            macro.touch(name, subject)
    if subject.confirmations:
        for name in countdown.term_confirmations:
            macro.touch(name, subject)
        subject.confirmations = {
            name: said for name, said in subject.confirmations.items() if name not in countdown.term_confirmations
        }


def _date(macro: Macrostep, subject: Subject, name: str, day: date | None) -> None:
    """One of the dates with which a term begins; an end that was unknown leaves them unknown."""
    if day is None:
        subject.facts.pop(name, None)
    else:
        subject.facts[name] = (day, macro.snapshot.now, macro.snapshot.now, macro.cause)
    macro.touch(name, subject)


def _term(subject: Subject) -> Term:
    assert subject.term is not None
    return subject.term


def visit(macro: Macrostep, subject: Subject, leaves: Iterable[Leaf]) -> None:
    """Remember that a contract stood at these leaves in its running window, for the milestones that ask for it."""
    countdown = macro.machine.countdown
    if subject.term is not None and countdown is not None:
        seen = subject.term.visited
        paths = [leaf.path for leaf in leaves if leaf.region.track == countdown.track and leaf.path not in seen]
        if paths:
            subject.term = subject.term.but(visited=intern_paths((*seen, *paths)))


def stand_anew(macro: Macrostep) -> None:
    """Where a contract stands when the step has come to rest, it stands in the term or window that began in it."""
    for key in macro.anew:
        subject = macro.snapshot.subjects.get(key)
        if subject is not None:
            subject = macro.snapshot.writable(subject)
            visit(macro, subject, [position.leaf for position in subject.positions])
    macro.anew.clear()
