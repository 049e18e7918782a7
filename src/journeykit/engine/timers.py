"""Fire what falls due: level-triggered, in order, each as a whole step (rules R9 to R11).

*Level-triggered* means that a timer is no event, which could be missed: it is due from its instant on until it has
fired, no matter when somebody looks. So nothing is scheduled. All that is due now is computed, the first of it fires,
the journey runs to rest, and all is computed again; for what one timer does (a term begins, an end moves, a subject
closes) decides what else is due. The snapshot's present goes from one due instant to the next, and each step judges by
its own instant, so that ticking once a year makes the same records as ticking every hour.

A criterion that turns by time alone is looked at in the step of the first timer that falls due at the same instant
(but for a feed that goes down, whose step moves nobody), else in a step of its own, whose cause is ``time``.
"""

from __future__ import annotations

from datetime import datetime
from operator import itemgetter

from journeykit.engine import microsteps
from journeykit.engine.cadences import anchor_of
from journeykit.engine.contracts.renewal import renewing_move
from journeykit.engine.due_dates import DueTimer, timers_of
from journeykit.engine.feeds import lose_feed
from journeykit.engine.macrostep import Macrostep
from journeykit.engine.slips import given_at, missing
from journeykit.engine.transition import go
from journeykit.engine.watching import watch_fired, watch_needs, watch_renewal
from journeykit.errors import InputError
from journeykit.language.model.profile import Feed
from journeykit.machine.countdown import Timer
from journeykit.machine.criteria.judgements import NOT_JUDGED, written
from journeykit.machine.entries import CadenceCount
from journeykit.machine.snapshot import Position, Subject
from journeykit.machine.tables import CadenceTable
from journeykit.machine.term import Mark
from journeykit.machine.topic_names import TIME, date_came

__all__ = ["LIMIT", "fire_due"]

_ORDER = itemgetter(0, 1, 2, 3)
"""The order of what falls due: by instant, then by subject, by its track, and by the place in the track."""

LIMIT = 5_000
"""The number of timers and turns at one instant after which time counts as standing still: 13 years of daily terms."""


def fire_due(macro: Macrostep, until: datetime) -> None:
    """Fire all that falls due up to an instant, that included, and look again at what turned by time.

    Raises:
        InputError: ``endless_loop``, after ``LIMIT`` timers and turns at one instant.
    """
    snapshot = macro.snapshot
    late = 0
    while snapshot.due is not None and snapshot.due <= until:
        if snapshot.due > snapshot.now:
            snapshot.now, late = snapshot.due, 0
        late += 1
        if late > LIMIT:
            raise InputError(
                "endless_loop",
                f"more than {LIMIT} dates fall due at {snapshot.now.isoformat()} alone; "
                "is a contract's end far in the past, or its term or a cadence a slip?",
            )
        now = snapshot.now
        found: list[DueTimer] = []
        for place, subject in enumerate(snapshot.subjects.values()):
            if subject.due is not None and subject.due <= now:
                found += timers_of(macro.machine, snapshot, subject, place, until=now)
                if subject.turns_at is not None and subject.turns_at <= now:
                    macro.dirty.setdefault(subject.key, []).append(TIME)
                macro.redue.add(subject.key)
        if not found:  # something turned by time alone, or the subject woke up too early (see due_dates)
            macro.begin_timed("time")
            microsteps.run(macro)
            continue
        _fire(macro, found[0] if len(found) == 1 else min(found, key=_ORDER))


def _fire(macro: Macrostep, due: DueTimer) -> None:
    """Fire one timer. Each kind notes first that it has fired, so that it is not found due again."""
    subject = macro.snapshot.writable(macro.snapshot.subjects[due.key])
    macro.redue.add(subject.key)
    if macro.trace is not None:
        watch_fired(macro, macro.trace, due)
    match due.thing:
        case Timer() as timer:
            _fire_date(macro, subject, due, timer)
            if macro.trace is not None:
                watch_needs(macro, macro.trace, due.key, timer)
        case CadenceTable() as table:
            _fire_cadence(macro, subject, due, table)
        case Position() as position:
            track = position.leaf.region.track
            subject.positions = tuple(s._replace(stuck=True) if s is position else s for s in subject.positions)
            macro.begin_timed(f"stuck {track}.{due.name}", f"{due.key} {due.at.isoformat()}", due.at)
            macro.record("stuck", subject.key, track, due.name)
            microsteps.run(macro)
        case Feed() as feed:
            lose_feed(macro, subject, feed.name, due.at)


def _fire_cadence(macro: Macrostep, subject: Subject, due: DueTimer, table: CadenceTable) -> None:
    """Fire one date of a cadence; the next is counted from the same anchor, so that nothing drifts or is skipped."""
    snapshot, cadence, track = macro.snapshot, table.cadence, table.region.track
    anchor, count, since = anchor_of(snapshot, subject, table.ident)
    given = given_at(macro.machine, snapshot, subject, cadence.done_by)
    done = given is not None and given >= since
    subject.cadences = {**subject.cadences, table.ident: CadenceCount(anchor, count + 1, due.at)}
    day = table.day(anchor, count + 1)
    macro.begin_timed(f"cadence {table.ident}", f"{due.key} {day.isoformat()}", due.at)
    data = {"number": count + 1, "done": done}
    macro.record("cadence", subject.key, track, cadence.name, data=data)
    microsteps.run(macro)
    if not done and due.key in snapshot.subjects:
        macro.record("slipped", due.key, track, cadence.name, data={"missing": ("done",)})


def _fire_date(macro: Macrostep, subject: Subject, due: DueTimer, timer: Timer) -> None:
    """Fire one date of a countdown: a milestone, ``notice``, ``end`` or ``grace_over``.

    What it asks for is looked at twice. Done before it fires, it is early; not done once its step has come to rest, it
    has slipped.
    """
    snapshot, countdown, term = macro.snapshot, macro.machine.countdown, subject.term
    assert countdown is not None
    assert term is not None
    end = countdown.end_of(subject)
    assert end is not None
    day = countdown.layout(end, snapshot, subject)[due.place].day
    assert day is not None
    data: dict[str, object] = {"end": end}
    lacking = missing(snapshot, subject, timer)
    if not lacking and _asks(timer):
        data["early"] = True
    renews = timer.name == "end" and countdown.rolls(snapshot, subject)
    renew = renewing_move(subject, countdown.track) if renews else None
    subject.term = term.marked(Mark(timer.name, end, day))
    whence = f"{due.key} {end.isoformat()}"
    if end in term.told:  # an earlier term had this very end
        whence += f" again {term.told.count(end)}"
    macro.begin_timed(f"milestone {countdown.track}.{timer.name}", whence, due.at)
    macro.record("milestone", subject.key, countdown.track, timer.name, data=data)
    macro.touch(date_came(timer.name), subject)
    if renew is not None:  # alone, and first: judged with the rest, cover would have a gap of one microstep
        position, table = renew
        if macro.trace is not None:
            watch_renewal(macro, macro.trace, due.key, table)
        judgement = written(table.verdicts(snapshot, subject))  # as they are: it is the end that moves it
        go(macro, subject.key, position, table, judgement, automatic=True)
    microsteps.run(macro)
    after = snapshot.subjects.get(due.key)  # a contract that its own step closed owes nothing more
    if macro.acted or timer.needs is not None or timer.when is not None:
        lacking = () if after is None else missing(snapshot, after, timer)
    if lacking:
        judgement = NOT_JUDGED
        if "needs" in lacking and timer.needs and timer.judge and after is not None:
            judgement = timer.judge(snapshot, after, timer.needs(snapshot, after))
        data = {"missing": lacking}
        macro.record("slipped", due.key, countdown.track, timer.name, data=data, judgement=judgement)


def _asks(timer: Timer) -> bool:
    """Tell whether a milestone asks for anything to be done by its date."""
    return timer.milestone is not None and bool(timer.milestone.work or timer.needs)
