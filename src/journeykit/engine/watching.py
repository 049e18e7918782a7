"""Write a trace: what a step that is watched tells of itself (``trace``).

Nothing here decides anything, and nothing here is called where no trace is given: a step looks once at each point where
it may have something to tell. Moves and reactions are told when all of a microstep are chosen and none is applied yet.
What they ask is asked once more for it, which finds the same: none of what choosing writes changes a guard of the same
microstep (``microsteps``).
"""

from __future__ import annotations

from collections.abc import Iterable

from journeykit.engine.choosing import Chosen
from journeykit.engine.due_dates import DueTimer, timers_of
from journeykit.engine.macrostep import Macrostep
from journeykit.engine.trace import Trace
from journeykit.language.model.profile import Feed
from journeykit.machine.criteria.judgements import Judgement
from journeykit.machine.machine import Machine
from journeykit.machine.snapshot import Position, Subject
from journeykit.machine.tables import CadenceTable, Look, MoveTable, ReactionTable
from journeykit.machine.timer import Timer

__all__ = ["watch_choice", "watch_dues", "watch_fired", "watch_needs", "watch_renewal"]


def watch_choice(
    macro: Macrostep,
    trace: Trace,
    looks: Iterable[tuple[str, Look]],
    moves: list[Chosen],
    reactions: list[tuple[Subject, ReactionTable, Judgement]],
) -> None:
    """Tell what a microstep asked of whom, and what was chosen."""
    snapshot = macro.snapshot
    taken: set[tuple[str, object]] = {(subject.key, table) for subject, table, _ in reactions}
    closed: set[str] = set()
    for key, _, table, _ in moves:
        if key not in closed:  # one that a move before it closes goes nowhere
            taken.add((key, table))
        if table.move.closes:
            closed.add(key)
    for key, look in looks:
        subject = snapshot.subjects[key]
        for _, tables in look.regions:
            for table in tables:
                if table.here is not None and not table.here(snapshot, subject):
                    continue
                met = table.guard(snapshot, subject)
                answers = table.asks.answers(snapshot, subject)
                trace.ask(snapshot.now, key, "move", table.move.id, met, answers, taken=(key, table) in taken)
                if met:
                    break  # those after it were not looked at
        for asking in look.reactions:
            answers, found = asking.asks.answers(snapshot, subject), asking.test(snapshot, subject)
            name, fires = asking.reaction.name, (key, asking) in taken
            trace.ask(snapshot.now, key, "reaction", name, found, answers, taken=fires)


def watch_renewal(macro: Macrostep, trace: Trace, subject: Subject, table: MoveTable) -> None:
    """Tell that the end of a term takes a move."""
    snapshot = macro.snapshot
    answers, met = table.asks.answers(snapshot, subject), table.guard(snapshot, subject)
    trace.ask(snapshot.now, subject.key, "move", table.move.id, met, answers, taken=True)


def watch_needs(macro: Macrostep, trace: Trace, key: str, timer: Timer) -> None:
    """Tell what a milestone that fired found of what it needs, where its contract is still open."""
    snapshot, countdown = macro.snapshot, macro.machine.countdown
    subject = snapshot.subjects.get(key)
    if subject is None or timer.needs is None or timer.asks is None or countdown is None:
        return
    answers, met = timer.asks.answers(snapshot, subject), timer.needs(snapshot, subject)
    trace.ask(snapshot.now, key, "needs", f"{countdown.track}.{timer.name}", met, answers)


def watch_fired(macro: Macrostep, trace: Trace, due: DueTimer) -> None:
    """Tell that a timer fires."""
    trace.fired(macro.snapshot.now, due.key, _name(macro.machine, due), due.at)


def watch_dues(macro: Macrostep, trace: Trace) -> None:
    """Tell what became of the timers of the subjects whose due instants are computed anew, and which dates apply."""
    machine, snapshot = macro.machine, macro.snapshot
    countdown = machine.countdown
    for key in [key for key in snapshot.subjects if key in macro.redue]:
        subject = snapshot.subjects[key]
        trace.waits(snapshot.now, key, {_name(machine, due): due.at for due in timers_of(machine, snapshot, subject)})
        if countdown is None or subject.term is None:
            continue
        for timer in countdown.conditional(snapshot, subject):
            assert timer.when is not None
            assert timer.asks_when is not None
            answers, met = timer.asks_when.answers(snapshot, subject), timer.when(snapshot, subject)
            trace.applies(snapshot.now, key, f"{countdown.track}.{timer.name}", met, answers)
    trace.waits_for_none_of(snapshot.now, snapshot.subjects)


def _name(machine: Machine, due: DueTimer) -> str:
    match due.thing:
        case Timer():
            assert machine.countdown is not None
            return f"milestone {machine.countdown.track}.{due.name}"
        case CadenceTable():
            return f"cadence {due.name}"
        case Feed():
            return f"feed {due.name}"
        case Position() as position:
            return f"stuck {position.leaf.region.track}.{due.name}"
