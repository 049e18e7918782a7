"""The running term of a contract: its countdown starts, the next one begins, where it stood is remembered (R8, R11)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, tzinfo
from functools import lru_cache

from journeykit.dates import Period, first_instant, local_day
from journeykit.engine.macrostep import Macrostep
from journeykit.machine.countdown import CountdownTable
from journeykit.machine.snapshot import Subject
from journeykit.machine.tables import Leaf
from journeykit.machine.term import Term, intern_paths

__all__ = ["ONE_DAY", "begin_term", "set_date", "stand_anew", "start_countdown", "term_of", "visit"]

ONE_DAY = Period(0, 1)


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
    subject.term = term_of(subject).but(counting_from=counting_from)
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
        return ONE_DAY.add(day)
    before = ONE_DAY.subtract(day)
    return before if first_instant(before, zone) >= now else day  # a day that does not exist begins with the next


def begin_term(macro: Macrostep, subject: Subject, *, rolled: bool = False) -> None:
    """The next term begins: what belongs to the term is ungiven, dates move on, the countdown starts afresh.

    One that follows an ``evergreen`` end has no end itself. ``rolled``: it begins automatically.
    """
    countdown = macro.machine.countdown
    assert countdown is not None
    term = term_of(subject)
    since = term.since + 1
    end = macro.end_date(subject)
    begins = ends = None
    if end is not None and term.observed_end is not None:
        begins = ONE_DAY.add(end)
        # the length of a term is asked before anything is ungiven
        ends = countdown.term(macro.snapshot, subject).add(term.observed_end, since)
    if end is not None and countdown.at_end(macro.snapshot, subject) == "evergreen":
        ends, since, term = None, 0, term.but(observed_end=None)
    _ungive(macro, subject, countdown)
    for name, day in ((countdown.start, begins), (countdown.end, ends)):
        set_date(macro, subject, name, day)
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


def set_date(macro: Macrostep, subject: Subject, name: str, day: date | None) -> None:
    """One of the dates with which a term begins; an end that was unknown leaves them unknown."""
    if day is None:
        subject.facts.pop(name, None)
    else:
        subject.facts[name] = (day, macro.snapshot.now, macro.snapshot.now, macro.cause)
    macro.touch(name, subject)


def term_of(subject: Subject) -> Term:
    """Return the term of a subject that has one."""
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
