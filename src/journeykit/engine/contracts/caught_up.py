"""Catch up with the terms that were over when a contract first became known: met in mid-life (rule R11).

An import tells of contracts that have run for years, often by their first dates alone. What happened in the terms since
then, happened: the host acted on it, or nobody did. So these terms are counted, in one record, and nothing of them is
due any more. The running term is met as if the contract had been opened with its dates and that many renewals.

Where nothing renews a contract whose end and grace are over, its dates still take it to where it would stand by now,
and nothing is done about that either.
"""

from __future__ import annotations

from datetime import date

from journeykit.dates import instant_after
from journeykit.engine.contracts.terms import next_dates, start_countdown, term_of
from journeykit.engine.macrostep import Macrostep
from journeykit.machine.entries import VALUE
from journeykit.machine.snapshot import Subject
from journeykit.machine.topic_names import TERM

__all__ = ["catch_up", "is_met_over"]


def is_met_over(macro: Macrostep, subject: Subject) -> bool:
    """Tell whether a contract's end is over that is the first one known, and no countdown has started for it."""
    term, end = term_of(subject), macro.end_date(subject)
    return end is not None and term.counting_from is None and not term.past_ends and _is_over(macro, end)


def catch_up(macro: Macrostep, subject: Subject) -> None:
    """Go on to the running term of a contract met after its first known end, and start its countdown.

    This comes when all that was said with the end is taken, for what follows the end may be among it. Other contracts
    are left as they are.
    """
    if not is_met_over(macro, subject):
        return
    countdown, snapshot = macro.machine.countdown, macro.snapshot
    assert countdown is not None
    passed: list[date] = []
    end = macro.end_date(subject)
    while end is not None and _is_over(macro, end) and _rolled(macro, subject, end):
        passed.append(end)
        _go_on(macro, subject)
        end = macro.end_date(subject)
    term = term_of(subject)
    if passed:
        term = subject.term = term.but(past_ends=tuple(passed), plan=None)
        start = subject.facts[countdown.start][VALUE]
        data = {"renewals": term.renewals, "start": start, "end": end, "caught_up": len(passed)}
        macro.record("term", subject.key, None, countdown.end, data=data)
        for topic in (countdown.start, countdown.end, TERM):
            macro.touch(topic, subject)
    if end is not None and _is_over(macro, end):
        grace = countdown.named.get("grace_over")
        over = None if grace is None else grace.due_at(end, snapshot, subject)
        subject.term = term.but(met_over=over is None or over <= snapshot.now)
    start_countdown(macro, subject)
    macro.redue.add(subject.key)


def _rolled(macro: Macrostep, subject: Subject, end: date) -> bool:
    """Tell whether a term that is over renewed by itself: a notice given since came too late for it."""
    countdown, snapshot, term = macro.machine.countdown, macro.snapshot, term_of(subject)
    assert countdown is not None
    last = countdown.named.get("notice") or countdown.named.get("end")
    deadline = None if last is None else last.due_at(end, snapshot, subject)
    if term.notice_at is None or deadline is None or term.notice_at < deadline:
        return countdown.rolls(snapshot, subject)
    subject.term = term.but(notice_late=True)
    rolls = countdown.rolls(snapshot, subject)
    subject.term = term
    return rolls


def _go_on(macro: Macrostep, subject: Subject) -> None:
    """Put the dates of the next term in the place of those of one that is over; nobody looks at them in between."""
    countdown, now = macro.machine.countdown, macro.snapshot.now
    assert countdown is not None
    begins, ends, anchor = next_dates(macro, subject)
    subject.facts[countdown.start] = (begins, now, now, macro.cause)
    if ends is None:
        del subject.facts[countdown.end]
    else:
        subject.facts[countdown.end] = (ends, now, now, macro.cause)
    term = term_of(subject)
    subject.term = term.but(renewals=term.renewals + 1, anchor=anchor, rolled=True)


def _is_over(macro: Macrostep, end: date) -> bool:
    return instant_after(end, macro.snapshot.zone) <= macro.snapshot.now
