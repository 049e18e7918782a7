"""Amend the running term of a contract: a date of it is observed, and its window may change (rules R8 and R11).

Milestones fire once in a *window*, and not once for each end, because ends move. An end put off by a fortnight must not
have everything prepared again. An end put off by a year must: that is another negotiation, and last year's proposal is
not next year's. So a window holds what belongs together: the marks of the milestones that fired, the places where the
contract stood (which is the work that milestones ask for), and every end that the term has had in the meantime. When a
known end moves, one of three things happens.

*The window stays.* That is the rule: what has fired stays fired, what was done stays done, and all that has not fired
falls due by the new end.

*It is set aside, and a new one opens* (``reopened``), where today lies before the first milestone of the new end: all
that the new end asks for is still to come, and none of it has been done. This holds only if the window had begun: a
milestone fired in it, or its first day has come without one, since the contract was recorded late. A window that has
not begun has nothing to set aside, and stays. There are two exceptions, both for an end that the window has had before:

- If a milestone fired for this very end, the window stays. Its day had come, be it by a zone or a period that no longer
  counts, and no milestone fires twice for one end.
- What the contract had done by the time this end was moved away is done in the new window, too. After a slip of the
  keyboard is put right, what was done before the slip counts; places entered only because of the slip do not.

*It is set aside, and an older one comes back* (``restored``), where the new end is one that the older window had, and
the present one had not: an extension fell through, or a slip is put right. What fired then must not fire again, and the
work of then is done. This is asked before reopening, for the end that comes back may lie ahead as well. Of several such
windows it is the one last left. Windows set aside are kept as long as the term runs, so an end may go to and fro.

In a window that is new or came back, where the contract stands counts once the step has come to rest (``stand_anew``):
the amendment itself usually moves it, and a place left in that very step belongs to the window before.

Some marks belong to no window, and stay whatever becomes of it. A milestone counted from another date (``of``) fires
once in a term; ``notice``, ``end``, ``grace_over`` and milestones with ``again`` fire once for every end that they come
to. A window's days are those of its milestones' dates, whether these apply (``when``) or not.
"""

from __future__ import annotations

from datetime import date

from journeykit.dates import local_day
from journeykit.engine.contracts.caught_up import is_met_over
from journeykit.engine.contracts.terms import start_countdown, term_of
from journeykit.engine.macrostep import Macrostep
from journeykit.machine.cover_and_grace import covers
from journeykit.machine.snapshot import Subject
from journeykit.machine.term import Ends, MovedEnd, Term, Window
from journeykit.machine.topic_names import TERM

__all__ = ["amend", "first_day", "observe_end", "observe_start"]


def observe_start(macro: Macrostep, subject: Subject, start: date, old: date | None) -> None:
    """Take an observed start of the running term: cover runs from the first start that is known.

    The term that told of it may correct it; a later term begins inside the cover and does not move its beginning. Nor
    does a start that lies ahead take away cover that the known term gives today: the next term is agreed on early. The
    first start, while none was known, is held against ends observed later; any other shows that starts are amended.

    Args:
        macro: the work of this step.
        subject: the contract, writable.
        start: the start observed, another than before.
        old: the start known before; None where it was unknown.
    """
    term, end, today = term_of(subject), macro.end_date(subject), local_day(macro.snapshot.now, macro.snapshot.zone)
    earliest = start if old is None and term.earliest_end in (None, start) else date.min
    if earliest != term.earliest_end:
        term = subject.term = term.but(earliest_end=earliest)
    if term.covered_from is not None and term.covered_from <= today < start:
        countdown = macro.machine.countdown
        assert countdown is not None
        if end is None or covers(countdown, macro.snapshot, subject):
            return
    if term.covered_from is None or term.covered_in == term.renewals:
        subject.term = term.but(covered_from=start, covered_in=term.renewals)
        macro.touch(TERM, subject)


def observe_end(macro: Macrostep, subject: Subject, end: date, old: date | None) -> None:
    """Take an observed end of the running term: the countdown starts, or a known end is amended.

    An end equal to the known one amends nothing, and yet it was observed: one that notice had set stays where the
    notice is taken back. The countdown of a contract whose first known end is over starts once all that was said with
    it is taken (``caught_up``).

    Args:
        macro: the work of this step.
        subject: the contract, writable.
        end: the end observed.
        old: the end known before; None where it was unknown.
    """
    term = subject.term = term_of(subject).but(by_notice=False)
    if term.counting_from is None:
        if not is_met_over(macro, subject):
            start_countdown(macro, subject)
    elif old != end:
        term = subject.term = term.but(met_over=False)
        amend(macro, subject, term, old, end)
    macro.touch(TERM, subject)
    macro.redue.add(subject.key)


def amend(macro: Macrostep, subject: Subject, term: Term, old: date | None, end: date) -> None:
    """Move the end of the running term, and set aside, reopen or restore its window (see the head of this file).

    Args:
        macro: the work of this step.
        subject: the contract, writable, whose end fact is the new one already.
        term: its running term.
        old: the end before.
        end: the end from now on.
    """
    countdown = macro.machine.countdown
    assert countdown is not None
    data: dict[str, object] = {"from": old, "to": end}
    if subject.config.ended and local_day(macro.snapshot.now, macro.snapshot.zone) <= end:
        data["after_end"] = True  # it was over, and somebody says that it runs: what is signed for that comes late
        term = subject.term = term.but(ended_with={**term.ended_with, **dict.fromkeys(countdown.renewing, True)})
    # Of the windows set aside, the one last left that had this end.
    back = next((window for window in reversed(term.aside) if window.has_had(end)), None)
    of_no_window = frozenset(mark for mark in term.fired if not countdown.named[mark.name].in_window)
    ends = term.ends if old is None else (*term.ends, MovedEnd(old, term.visited))
    present = Window(ends, term.fired - of_no_window, term.visited)
    if back is not None and not present.has_had(end):
        aside = (*(window for window in term.aside if window is not back), present)
        fired = back.fired | of_no_window
        subject.term = term.but(ends=_without(back.ends, end), fired=fired, visited=back.visited, aside=aside)
        macro.anew |= {subject.key}
        data["restored"] = True
    elif _reopens(macro, subject, old, end):
        visited = next((one.visited for one in ends if one.end == end), ())
        subject.term = term.but(ends=(), fired=of_no_window, visited=visited, aside=(*term.aside, present))
        macro.anew |= {subject.key}
        data["reopened"] = True
    else:
        subject.term = term.but(ends=_without(ends, end))
    tracks = frozenset([position.leaf.region.track for position in subject.positions])
    subject.term = term_of(subject).but(end_moved_in=tracks)
    macro.record("amended", subject.key, countdown.track or None, countdown.end, data=data)


def _without(ends: Ends, end: date) -> Ends:
    """Return the other ends of a window whose present end is ``end``."""
    return tuple(one for one in ends if one.end != end)


def _reopens(macro: Macrostep, subject: Subject, old: date | None, end: date) -> bool:
    """Tell whether the window had begun, and all of it lies ahead again by the new end."""
    today = local_day(macro.snapshot.now, macro.snapshot.zone)
    if today >= first_day(macro, subject, end):
        return False
    countdown = macro.machine.countdown
    assert countdown is not None
    fired_for = {for_end for name, for_end, _ in term_of(subject).fired if countdown.named[name].in_window}
    if end in fired_for:
        return False  # its day had come, by a zone or a period that no longer counts
    return bool(fired_for) or (old is not None and first_day(macro, subject, old) <= today)


def first_day(macro: Macrostep, subject: Subject, end: date) -> date:
    """Return the day on which a window begins: of the first milestone, else of the notice deadline, else the end."""
    countdown = macro.machine.countdown
    assert countdown is not None
    counted = [timer for timer in countdown.timers if timer.in_window]
    dates = [timer.due_on(end, macro.snapshot, subject) for timer in counted]
    days = [day for day in dates if day is not None]
    if not days and "notice" in countdown.named:
        day = countdown.named["notice"].due_on(end, macro.snapshot, subject)
        return end if day is None else day
    return min(days, default=end)
