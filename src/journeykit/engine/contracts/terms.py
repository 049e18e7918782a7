"""The running term of a contract: starting its countdown, beginning the next, noting where it stood (R8, R11)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, tzinfo
from functools import lru_cache

from journeykit.dates import Period, first_instant, local_day
from journeykit.engine.macrostep import Macrostep
from journeykit.machine.countdown import CountdownTable, Timer
from journeykit.machine.snapshot import NO_NAMES, Subject
from journeykit.machine.tables import Leaf
from journeykit.machine.term import Term, intern_paths
from journeykit.machine.topic_names import TERM

__all__ = ["ONE_DAY", "begin_term", "set_date", "stand_anew", "start_countdown", "term_of", "visit"]

ONE_DAY = Period(0, 1)
"""The period between the end of one term and the start of the next."""


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


def begin_term(macro: Macrostep, subject: Subject, *, rolled: bool = False, by: str | None = None) -> None:
    """Begin the next term: what belongs to the term is ungiven, its dates move on, its countdown starts afresh.

    A term that follows an ``evergreen`` end has no end itself.

    Args:
        macro: the work of this step.
        subject: the contract, writable.
        rolled: the end of the old term began it automatically; ``once`` then does not do so again.
        by: the id of the move that begins it; None where an input does.
    """
    countdown = macro.machine.countdown
    assert countdown is not None
    term = term_of(subject)
    since = term.since + 1
    end = macro.end_date(subject)
    begins = ends = None
    if end is not None and term.observed_end is not None:
        begins = ONE_DAY.add(end)
        # The length may be a fact of the term, so it is asked before anything is ungiven. All terms are counted from
        # the end last observed: one added to the other, monthly terms from 31 January would end on the 28th for ever.
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
        told=term.all_told(),
        notice_at=None,
        notice_late=False,
        counting_from=None,
        plan=None,
        rolled=rolled,
        by_notice=False,
        covered_from=term.covered_from or begins,
        covered_in=term.covered_in if term.covered_from else term.renewals + 1,
    )
    macro.anew |= {subject.key}
    data: dict[str, object] = {"renewals": term.renewals + 1, "start": begins, "end": ends}
    macro.record("term", subject.key, None, countdown.end, data=data if by is None else {**data, "from": by})
    start_countdown(macro, subject)
    macro.touch(TERM, subject)
    macro.redue.add(subject.key)


def _ungive(macro: Macrostep, subject: Subject, countdown: CountdownTable) -> None:
    """Take away the facts and confirmations that belong to the term."""
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
