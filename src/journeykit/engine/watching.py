"""Note for a trace what a step asks and does (``trace``), and tell it once the trace is read.

Nothing here decides anything, and nothing here is called where no trace is given: a step looks once at each point where
it may have something to tell. Moves and reactions are noted when all of a microstep are chosen and none is applied yet.
What they ask is asked once more of the snapshot as it stood then, which finds the same: none of what choosing writes
changes a guard of the same microstep (``microsteps``).
"""

from __future__ import annotations

from journeykit.engine.choosing import Chosen
from journeykit.engine.due_dates import DueTimer, timers_of
from journeykit.engine.macrostep import Macrostep
from journeykit.engine.trace import Trace
from journeykit.language.model.profile import Feed
from journeykit.machine.criteria.judgements import Judgement
from journeykit.machine.machine import Machine
from journeykit.machine.snapshot import Position, Snapshot, Subject
from journeykit.machine.tables import CadenceTable, Look, MoveTable, ReactionTable
from journeykit.machine.timer import Timer

__all__ = ["timer_name", "watch_choice", "watch_dues", "watch_fired", "watch_needs", "watch_renewal"]

Looks = list[tuple[str, Look]]
Reactions = list[tuple[Subject, ReactionTable, Judgement]]


def watch_choice(macro: Macrostep, trace: Trace, looks: Looks, moves: list[Chosen], reactions: Reactions) -> None:
    """Note what a microstep asks of whom, and what was chosen."""
    for _, look in looks:
        if look.regions or look.reactions:
            trace.note(_tell_choice, trace.seen(macro.snapshot), looks, moves, reactions)
            break


def _tell_choice(trace: Trace, seen: Snapshot, looks: Looks, moves: list[Chosen], reactions: Reactions) -> None:
    taken = _taken(moves, reactions)
    for key, look in looks:
        subject = seen.subjects[key]
        for _, tables in look.regions:
            for table in tables:
                if table.here is not None and not table.here(seen, subject):
                    continue
                chosen = (key, table) in taken
                if trace.ask(seen, key, ("move", table.move.id), table.guard, table.asks, taken=chosen):
                    break  # those after it were not looked at
        for one in look.reactions:
            trace.ask(seen, key, ("reaction", one.reaction.name), one.test, one.asks, taken=(key, one) in taken)


def _taken(moves: list[Chosen], reactions: Reactions) -> set[tuple[str, object]]:
    """Return what goes of what was chosen, as (key of the subject, table): not what an earlier move closes."""
    taken: set[tuple[str, object]] = {(subject.key, table) for subject, table, _ in reactions}
    closed: set[str] = set()
    for key, _, table, _ in moves:
        if key not in closed:
            taken.add((key, table))
        if table.move.closes:
            closed.add(key)
    return taken


def watch_renewal(macro: Macrostep, trace: Trace, key: str, table: MoveTable) -> None:
    """Note that the end of a term takes a move."""
    trace.note(_tell_renewal, trace.seen(macro.snapshot), key, table)


def _tell_renewal(trace: Trace, seen: Snapshot, key: str, table: MoveTable) -> None:
    trace.ask(seen, key, ("move", table.move.id), table.guard, table.asks, taken=True)


def watch_needs(macro: Macrostep, trace: Trace, key: str, timer: Timer) -> None:
    """Note what a milestone that fired asks of what it needs, where its contract is still open."""
    countdown = macro.machine.countdown
    if timer.needs is not None and countdown is not None and key in macro.snapshot.subjects:
        name = f"{countdown.track}.{timer.name}"
        trace.note(Trace.ask, trace.seen(macro.snapshot), key, ("needs", name), timer.needs, timer.asks)


def watch_fired(macro: Macrostep, trace: Trace, due: DueTimer) -> None:
    """Note that a timer fires."""
    trace.note(Trace.fired, macro.snapshot.now, due.key, timer_name(macro.machine, due), due.at)


def watch_dues(macro: Macrostep, trace: Trace) -> None:
    """Note whose due instants are computed anew, for what became of their timers, and of which dates apply."""
    trace.note(_tell_dues, trace.seen(macro.snapshot), macro.machine, frozenset(macro.redue))


def _tell_dues(trace: Trace, seen: Snapshot, machine: Machine, keys: frozenset[str]) -> None:
    for key in [key for key in seen.subjects if key in keys]:
        subject = seen.subjects[key]
        trace.waits(seen.now, key, {timer_name(machine, due): due.at for due in timers_of(machine, seen, subject)})
        countdown = machine.countdown
        if countdown is None or subject.term is None:
            continue
        for timer in countdown.conditional(seen, subject):
            assert timer.when is not None
            assert timer.asks_when is not None
            trace.applies(seen, key, f"{countdown.track}.{timer.name}", timer.when, timer.asks_when)
    trace.waits_for_none_of(seen.now, seen.subjects)


def timer_name(machine: Machine, due: DueTimer) -> str:
    """Return the name of a timer, as its records say it in their ``cause``."""
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
