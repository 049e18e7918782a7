"""What is said of a contract: for the running term, the next, or one that is over (rules R8 and R11).

Systems that hold contracts send whole records, each night, and people say a thing twice. What says the same again is an
*echo*: it is on the record (``repeated``) and changes nothing. Nobody marks it as such, so it is told by what it says:

- The end of a term that is over, or its start, where it is not that of the running term.
- What belongs to a term (facts and confirmations), if it says so itself (``term``: the end of the term that it is for).
  If it does not: where the running term's window has not opened yet, and the term before ended with just this. So last
  year's signature, countersigned in January, renews nothing, and one that is for this year says so, or comes when it is
  time to talk about it.

A start that is the day after the known end, with a later end, is no echo and no amendment, but the next term.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from journeykit.dates import local_day
from journeykit.engine.contracts.amendments import first_day
from journeykit.engine.contracts.caught_up import catch_up
from journeykit.engine.contracts.terms import ONE_DAY, begin_term, term_of
from journeykit.engine.evidence import give_fact
from journeykit.engine.macrostep import Macrostep
from journeykit.errors import InputError
from journeykit.machine.countdown import CountdownTable
from journeykit.machine.entries import VALUE
from journeykit.machine.snapshot import Subject
from journeykit.plain import plain

__all__ = ["check_term", "give_facts", "is_echo", "repeat"]

Facts = Sequence[tuple[str, Any]]
_NOTHING = object()


def check_term(macro: Macrostep, subject: Subject, said: object, facts: Mapping[str, Any]) -> date:
    """Return the end of the term that an input says it is for.

    Raises:
        InputError: ``bad_shape``: that is no date; ``wrong_subject``: nothing of what is said belongs to a term;
            ``unknown_name``: the contract has no term with this end.
    """
    try:
        end = said if isinstance(said, date) else date.fromisoformat(str(said))
    except ValueError:
        raise InputError("bad_shape", f"term: {said!r} is no date; write the end of the term, as 2026-12-31") from None
    countdown, term = macro.machine.countdown, subject.term
    if countdown is None or term is None or not any(_belongs(countdown, name) for name in facts):
        listed = ", ".join(facts)
        raise InputError("wrong_subject", f"term: nothing of this belongs to a term of {subject.key!r}: {listed}")
    running = macro.end_date(subject)
    if end not in (running, facts.get(countdown.end), *term.past_ends, *(one.end for one in term.ends)):
        known = ", ".join(map(str, term.past_ends[-3:])) or "none"
        raise InputError(
            "unknown_name",
            f"term: {subject.key!r} has no term that ends on {end}; the running one ends on {running}, before: {known}",
        )
    return end


def _belongs(countdown: CountdownTable, name: str) -> bool:
    return (
        name in (countdown.start, countdown.end) or name in countdown.term_facts or name in countdown.term_confirmations
    )


def is_echo(macro: Macrostep, subject: Subject, name: str, value: Any, of_term: date | None) -> bool:
    """Tell whether a fact or confirmation of the term says nothing of the running one.

    Args:
        macro: the work of this step.
        subject: the contract.
        name: of the fact or the confirmation.
        value: of the fact; True for a confirmation.
        of_term: the end of the term that it is said to be for, if it says so.
    """
    term, countdown = term_of(subject), macro.machine.countdown
    assert countdown is not None
    if of_term is not None:
        return of_term in term.past_ends and of_term != macro.end_date(subject)
    if name in subject.facts or name in subject.confirmations or term.ended_with.get(name, _NOTHING) != value:
        return False
    end = macro.end_date(subject)
    today = local_day(macro.snapshot.now, macro.snapshot.zone)
    return end is not None and today < first_day(macro, subject, end)


def repeat(macro: Macrostep, subject: Subject, name: str, value: Any, of_term: date | None) -> None:
    """Put an echo on the record; ``of_term`` is the end of the term that it is of, None for the one before."""
    past_ends = term_of(subject).past_ends
    of_term = of_term or (past_ends[-1] if past_ends else None)
    macro.record("repeated", subject.key, None, name, data={"value": plain(value), "term": of_term})


def give_facts(macro: Macrostep, subject: Subject, facts: Facts, of_term: date | None = None) -> None:
    """Take the facts of one input; ``subject`` is writable.

    Args:
        macro: the work of this step.
        subject: the subject that holds them.
        facts: (name, value), checked, in the order in which they are to be written.
        of_term: the end of the term that they are said to be for, if they say so.
    """
    countdown = macro.machine.countdown
    if subject.term is None or countdown is None:
        for name, value in facts:
            give_fact(macro, subject, name, value)
        return
    if subject.term.past_ends:
        facts = _without_past_dates(macro, subject, facts, of_term)
    dates = dict(facts)
    start, end = dates.get(countdown.start), dates.get(countdown.end)
    if start is not None and end is not None and _is_next(macro, subject, start, end):
        begin_term(macro, subject, said=(start, end))
    for name, value in facts:
        if name in countdown.term_facts and is_echo(macro, subject, name, value, of_term):
            repeat(macro, subject, name, value, of_term)
            continue
        if name == countdown.given_by:  # whether notice is late hangs on the term that runs by now
            catch_up(macro, subject)
        give_fact(macro, subject, name, value)
    catch_up(macro, subject)


def _is_next(macro: Macrostep, subject: Subject, start: date, end: date) -> bool:
    """Tell whether dates are those of the term after the running one, of a contract that goes on."""
    known = macro.end_date(subject)
    return known is not None and start == ONE_DAY.add(known) and end > known and not subject.config.ended


def _without_past_dates(macro: Macrostep, subject: Subject, facts: Facts, of_term: date | None) -> Facts:
    """Return the facts without the dates of terms that are over, which go on the record."""
    countdown = macro.machine.countdown
    assert countdown is not None
    given = []
    said = of_term if of_term is not None else dict(facts).get(countdown.end)
    over = _end_that_is_over(macro, subject, said)
    for name, value in facts:
        if (name == countdown.end and over) or (
            name == countdown.start and _is_past_start(subject, countdown, value, said_of_past=over is not None)
        ):
            repeat(macro, subject, name, value, over)
        else:
            given.append((name, value))
    return given


def _end_that_is_over(macro: Macrostep, subject: Subject, end: date | None) -> date | None:
    """Return an observed end if it is that of a term that is over, and not the known one."""
    return end if end in term_of(subject).past_ends and end != macro.end_date(subject) else None


def _is_past_start(subject: Subject, countdown: CountdownTable, start: date, *, said_of_past: bool) -> bool:
    """Tell whether an observed start is that of a term that is over: said with its end, or known as such."""
    term, known = term_of(subject), subject.facts.get(countdown.start)
    if not term.past_ends or (known is not None and known[VALUE] == start):
        return False
    return said_of_past or start == term.covered_from or ONE_DAY.subtract(start) in term.past_ends
