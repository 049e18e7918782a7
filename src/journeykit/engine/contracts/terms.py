"""The running term of a contract: starting its countdown, beginning the next, noting where it stood (R8, R11)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, tzinfo
from functools import lru_cache
from typing import Any

from journeykit.dates import Period, first_instant, local_day
from journeykit.engine.macrostep import Macrostep
from journeykit.engine.slips import missing
from journeykit.machine.countdown import CountdownTable, Timer
from journeykit.machine.entries import VALUE
from journeykit.machine.next_term import ONE_DAY, Anchor, end_after
from journeykit.machine.snapshot import NO_NAMES, Subject
from journeykit.machine.tables import Leaf
from journeykit.machine.term import Term, intern_paths
from journeykit.machine.topic_names import TERM

__all__ = [
    "ONE_DAY",
    "Dates",
    "begin_term",
    "count_on",
    "next_dates",
    "set_date",
    "stand_anew",
    "start_countdown",
    "term_of",
    "visit",
]

Dates = tuple[date, date]
"""The first and the last day of a term."""


def start_countdown(macro: Macrostep, subject: Subject, *, leaving: bool = False) -> None:
    """Start the countdown of the running term, where its end is known.

    Milestones and the notice deadline that are past by then will not fire. They stand together in one ``late_start``
    record, but for those that do not apply; where the profile says ``started_late``, that alone decides whether the
    record is made. None is made where notice has just set the end (``leaving``): nobody is late for a contract that
    goes.
    """
    countdown = macro.machine.countdown
    end = macro.end_date(subject)
    if countdown is None or end is None:
        return
    snapshot = macro.snapshot
    # Kept as a day, and compared with days: in another zone, what was past stays past (R9).
    counting_from = _first_day_from(snapshot.now, snapshot.zone)
    began = counting_from.toordinal()
    slots = [one for one in countdown.layout(end, snapshot, subject) if one.day and one.fires_from < began]
    subject.term = term_of(subject).but(counting_from=counting_from)
    past = [timer.name for timer in _applying(macro, subject, [slot.timer for slot in slots])]
    macro.redue.add(subject.key)
    inside = None if countdown.late_inside is None else countdown.late_inside(snapshot, subject)
    late = bool(past) if inside is None else local_day(snapshot.now, snapshot.zone) > inside.subtract(end)
    if late and not leaving:
        macro.record("late_start", subject.key, countdown.track, subject.key, data={"milestones": tuple(past)})


def count_on(macro: Macrostep, subject: Subject) -> None:
    """Go on with the countdown of a contract that left the ends at which it stood in every track.

    Milestones and the notice deadline that fell due while it stood there will not fire: nobody could have kept them.
    They stand together in one ``late_start`` record, if there are any. The end and the end of grace still fire.
    """
    countdown, term, snapshot = macro.machine.countdown, term_of(subject), macro.snapshot
    if countdown is None or term.counting_from is None:
        return
    counting_from = _first_day_from(snapshot.now, snapshot.zone)
    began = counting_from.toordinal()
    missed = sorted([slot for slot in countdown.waiting(snapshot, subject) if slot.fires_from < began])
    subject.term = term.but(counting_from=counting_from)
    macro.redue.add(subject.key)
    if missed:
        names = tuple([slot.timer.name for slot in missed])
        macro.record("late_start", subject.key, countdown.track, subject.key, data={"milestones": names})


def _applying(macro: Macrostep, subject: Subject, timers: list[Timer]) -> list[Timer]:
    """Return the timers that apply by all that the present input says.

    All facts of one input are taken together (R1), but some are written after the end, for what they set off hangs on
    it (see ``intake``). What is judged here knows them already. They are booleans and choices, whose values are
    written as they come.
    """
    if all(timer.when is None for timer in timers):
        return timers
    countdown, entry, now = macro.machine.countdown, macro.entry, macro.snapshot.now
    assert countdown is not None
    said = entry.data.get("facts") or {} if entry is not None and entry.subject == subject.key else {}
    later = {name: value for name, value in said.items() if name in (countdown.ending_fact, countdown.given_by)}
    facts, asked = subject.facts, subject.asked_again
    subject.facts = {**facts, **{name: (value, now, now, macro.origin) for name, value in later.items()}}
    subject.asked_again = {track: names - later.keys() for track, names in asked.items()}
    found = [timer for timer in timers if timer.applies(macro.snapshot, subject)]
    subject.facts, subject.asked_again = facts, asked
    return found


@lru_cache(maxsize=4_096)
def _first_day_from(now: datetime, zone: tzinfo) -> date:
    """Return the first day that begins no earlier than an instant."""
    day = local_day(now, zone)
    if first_instant(day, zone) < now:
        return ONE_DAY.add(day)
    before = ONE_DAY.subtract(day)
    return before if first_instant(before, zone) >= now else day  # a day that does not exist begins with the next


def begin_term(
    macro: Macrostep, subject: Subject, *, rolled: bool = False, by: str | None = None, said: Dates | None = None
) -> None:
    """Begin the next term: what belongs to the term is ungiven, its dates move on, its countdown starts afresh.

    Args:
        macro: the work of this step.
        subject: the contract, writable.
        rolled: the end of the old term began it automatically; ``once`` then does not do so again.
        by: the id of the move that begins it; None where an input does.
        said: its first and its last day, where an input says them.
    """
    countdown = macro.machine.countdown
    assert countdown is not None
    term = term_of(subject)
    begins, ends, anchor = next_dates(macro, subject)
    more: dict[str, Any] = {} if by is None else {"from": by}
    if said is not None:
        begins, ends, anchor = *said, anchor and (anchor[0], None)  # whatever these dates are, the next may fit again
        more = {"dates": True, **_what_was_there(macro, subject, countdown)}
    past_ends = _all_past(term, macro.end_date(subject))
    ended_with = _ungive(macro, subject, countdown)
    if by is None:  # whatever is signed for it comes late: it has begun
        ended_with |= dict.fromkeys(countdown.renewing, True)
    for name, day in ((countdown.start, begins), (countdown.end, ends)):
        set_date(macro, subject, name, day)
    subject.term = term.next(begins, anchor=anchor, past_ends=past_ends, ended_with=ended_with, rolled=rolled)
    macro.anew |= {subject.key}
    data = {"renewals": term.renewals + 1, "start": begins, "end": ends, **more}
    macro.record("term", subject.key, None, countdown.end, data=data)
    start_countdown(macro, subject)
    macro.touch(TERM, subject)
    macro.redue.add(subject.key)


def next_dates(macro: Macrostep, subject: Subject) -> tuple[date | None, date | None, Anchor | None]:
    """Return the first and the last day of the term that follows the running one, and what it is counted from.

    Both are unknown while the end is; a term that follows an ``evergreen`` end has no end itself. The length may be a
    fact of the term, so this is asked before anything is ungiven.
    """
    countdown, snapshot = macro.machine.countdown, macro.snapshot
    assert countdown is not None
    end = macro.end_date(subject)
    if end is None:
        return None, None, None
    if countdown.at_end(snapshot, subject) == "evergreen":
        return ONE_DAY.add(end), None, None
    length: Period = countdown.term(snapshot, subject)
    start = subject.facts.get(countdown.start)
    ends, day = end_after(end, length, term_of(subject).anchor, None if start is None else start[VALUE])
    return ONE_DAY.add(end), ends, (day, length)


def _all_past(term: Term, end: date | None) -> tuple[date, ...]:
    """Return the ends of the terms that are over once this one is: its own, and the earlier ones that it had."""
    if end is None:
        return term.past_ends
    had = [one.end for ends in (term.ends, *(window.ends for window in term.aside)) for one in ends if one.end < end]
    return tuple(sorted({*term.past_ends, *had, end}))


def _what_was_there(macro: Macrostep, subject: Subject, countdown: CountdownTable) -> dict[str, tuple[str, ...]]:
    """Return which milestones of the window lacked something, and what of the term was given, for the record."""
    snapshot = macro.snapshot
    lacking = [one.name for one in countdown.timers if one.in_window and missing(snapshot, subject, one)]
    given = [*countdown.term_facts, *countdown.term_confirmations]
    stood = [name for name in given if name in subject.facts or name in subject.confirmations]
    return {"missing": tuple(lacking), "given": tuple(stood)}


def _ungive(macro: Macrostep, subject: Subject, countdown: CountdownTable) -> dict[str, Any]:
    """Take away the facts and confirmations that belong to the term, and return with what it ended, by name.

    A notice that came late is no part of it: it stopped nothing, and given once more it is for the next term.
    """
    # What was not given in this term may still be repeated from the one before it.
    ended_with = {name: value for name, value in term_of(subject).ended_with.items() if name in countdown.term_facts}
    for name in countdown.term_facts:
        entry = subject.facts.pop(name, None)
        if entry is not None:
            ended_with[name] = entry[VALUE]
            macro.touch(name, subject)
    if subject.confirmations:
        for name in countdown.term_confirmations:
            macro.touch(name, subject)
            if name in subject.confirmations:
                ended_with[name] = True
        subject.confirmations = {
            name: said for name, said in subject.confirmations.items() if name not in countdown.term_confirmations
        }
    if countdown.given_by is not None and term_of(subject).notice_late:
        ended_with.pop(countdown.given_by, None)
    return ended_with


def set_date(macro: Macrostep, subject: Subject, name: str, day: date | None) -> None:
    """Set a date of the term that no input gives; None makes it unknown.

    That is no observation: a track that asks for the date again has not been given it (rule R8).
    """
    if day is None:
        subject.facts.pop(name, None)
    else:
        subject.facts[name] = (day, macro.snapshot.now, macro.snapshot.now, macro.cause)
    macro.touch(name, subject)


def term_of(subject: Subject) -> Term:
    """Return the running term of a contract."""
    assert subject.term is not None
    return subject.term


def visit(macro: Macrostep, subject: Subject, leaves: Iterable[Leaf]) -> None:
    """Note that a contract stood at these leaves in its present window, for the milestones that ask for work.

    Leaves of other tracks than the countdown's are left out.
    """
    countdown = macro.machine.countdown
    if subject.term is not None and countdown is not None:
        seen = subject.term.visited
        paths = [leaf.path for leaf in leaves if leaf.region.track == countdown.track and leaf.path not in seen]
        if paths:
            subject.term = subject.term.but(visited=intern_paths((*seen, *paths)))


def stand_anew(macro: Macrostep) -> None:
    """Note where contracts stand whose term or window began in this step, once the step has come to rest.

    A place left in the very step in which a window began belongs to what was before, so it does not count.
    """
    for key in macro.anew:
        subject = macro.snapshot.subjects.get(key)
        if subject is not None:
            subject = macro.snapshot.writable(subject)
            visit(macro, subject, [position.leaf for position in subject.positions])
    macro.anew = NO_NAMES
