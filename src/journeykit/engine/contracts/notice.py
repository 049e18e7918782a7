"""Notice: given or taken back, in time or late, and the end that it sets where a term has none (rule R11).

Notice is late once its deadline has fallen due, and stays late wherever the end moves: else an extension would turn a
notice of last November into a cancellation of next year's term. Given once more, it is judged anew, but only where it
was late: a customer who says it again, in time, has given notice.

An open-ended term has no end until notice sets one, whichever becomes known first, the notice or that the term is
open-ended. Taken back, it takes the end along, unless the end has been observed since.
"""

from __future__ import annotations

from datetime import date, datetime

from journeykit.dates import local_day
from journeykit.engine.contracts.terms import ONE_DAY, set_date, start_countdown, term_of
from journeykit.engine.macrostep import Macrostep
from journeykit.machine.countdown import CountdownTable
from journeykit.machine.entries import VALUE
from journeykit.machine.snapshot import Subject
from journeykit.machine.topic_names import TERM

__all__ = ["give_notice", "heed_notice"]


def give_notice(macro: Macrostep, subject: Subject, *, given: bool) -> None:
    """Give notice or take it back.

    Given again, it counts only where it was late before and is in time now.

    Args:
        macro: the work of this step.
        subject: the contract, or the account for all its contracts.
        given: True to give notice, False to take it back.
    """
    countdown = macro.machine.countdown
    assert countdown is not None
    for other in [subject] if subject.kind == countdown.kind else list(macro.snapshot.subjects.values()):
        if other.kind != countdown.kind:
            continue
        term, late = term_of(other), given and _is_late(macro, other, countdown)
        if (term.notice_at is not None) != given or (given and term.notice_late and not late):
            _notice(macro, macro.snapshot.writable(other), given=given, late=late)


def _is_late(macro: Macrostep, subject: Subject, countdown: CountdownTable) -> bool:
    """Tell whether the deadline for notice is over; without one, whether the end is. With no end known, it never is."""
    snapshot, end = macro.snapshot, macro.end_date(subject)
    deadline = countdown.named.get("notice") or countdown.named.get("end")
    due = deadline.due_at(end, snapshot, subject) if deadline is not None and end is not None else None
    return due is not None and due <= snapshot.now


def _notice(macro: Macrostep, subject: Subject, *, given: bool, late: bool) -> None:
    """Write notice down and record it, then set the end of an open-ended term, or take back the end that it set."""
    countdown = macro.machine.countdown
    assert countdown is not None
    snapshot = macro.snapshot
    subject.term = term_of(subject).but(notice_at=snapshot.now if given else None, notice_late=late)
    data = {"given": given, "late": late}
    macro.record("notice", subject.key, countdown.track, str(countdown.given_by), data=data)
    if given and countdown.is_open_ended(snapshot, subject):
        _set_end(macro, subject, countdown, snapshot.now)
    elif not given and term_of(subject).by_notice:
        _take_end_back(macro, subject, countdown)


def heed_notice(macro: Macrostep, subject: Subject) -> None:
    """End a term that turns out to be open-ended and in which notice stands, now that what follows the end is known."""
    countdown, term = macro.machine.countdown, term_of(subject)
    if countdown is not None and term.notice_at is not None and countdown.is_open_ended(macro.snapshot, subject):
        _set_end(macro, subject, countdown, term.notice_at)


def _set_end(macro: Macrostep, subject: Subject, countdown: CountdownTable, given_at: datetime) -> None:
    """Set the end of an open-ended term: the local day of the notice plus the notice period.

    A term that has not begun yet ends no earlier than the day before its start: what ran before it is not cut.
    """
    snapshot = macro.snapshot
    end = local_day(given_at, snapshot.zone)
    if countdown.notice_period is not None:
        end = countdown.notice_period(snapshot, subject).add(end)
    start = subject.facts.get(countdown.start)
    if start is not None:
        end = max(end, ONE_DAY.subtract(start[VALUE]))
    set_date(macro, subject, countdown.end, end)
    subject.term = term_of(subject).but(by_notice=True)
    start_countdown(macro, subject, leaving=True)
    _moved_by_notice(macro, subject, countdown, None, end)


def _take_end_back(macro: Macrostep, subject: Subject, countdown: CountdownTable) -> None:
    """Take back the end that notice set: the countdown stops, and forgets what fired and the windows it had."""
    end, term = macro.end_date(subject), term_of(subject)
    set_date(macro, subject, countdown.end, None)
    told = term.all_told()
    subject.term = term_of(subject).but(
        by_notice=False,
        counting_from=None,
        ends=(),
        fired=frozenset(),
        aside=(),
        told=told,
    )
    _moved_by_notice(macro, subject, countdown, end, None)


def _moved_by_notice(
    macro: Macrostep, subject: Subject, countdown: CountdownTable, old: date | None, new: date | None
) -> None:
    macro.record("amended", subject.key, countdown.track, countdown.end, data={"from": old, "to": new, "notice": True})
    macro.touch(TERM, subject)
    macro.redue.add(subject.key)
