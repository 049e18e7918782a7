"""The dates of a running term observed: its cover, its end, and what becomes of its window (rules R8 and R11)."""

from __future__ import annotations

from datetime import date

from journeykit.dates import local_day
from journeykit.engine.contracts.terms import start_countdown, term_of
from journeykit.engine.macrostep import Macrostep
from journeykit.machine.snapshot import Subject
from journeykit.machine.term import Ends, MovedEnd, Term, Window

__all__ = ["amend", "observe_end", "observe_start"]


def observe_start(macro: Macrostep, subject: Subject, start: date) -> None:
    """The start date was observed: cover runs from the first term's start on."""
    term = term_of(subject)
    if term.covered_from is None or term.covered_in == term.renewals:
        subject.term = term.but(covered_from=start, covered_in=term.renewals)
        macro.touch("#term", subject)


def observe_end(macro: Macrostep, subject: Subject, end: date, old: date | None) -> None:
    """The end date was observed: the countdown starts, or the running term is amended."""
    term = subject.term = term_of(subject).but(observed_end=end, since=0, by_notice=False)
    if term.counting_from is None:
        start_countdown(macro, subject)
    elif old != end:
        amend(macro, subject, term, old, end)
    macro.touch("#term", subject)
    macro.redue.add(subject.key)


def amend(macro: Macrostep, subject: Subject, term: Term, old: date | None, end: date) -> None:
    """Move the end of the running term, and set aside, reopen or restore its window."""
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
    fired_for = {for_end for name, for_end, _ in term_of(subject).fired if countdown.named[name].in_window}
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
