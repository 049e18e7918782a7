"""Running to rest: microsteps of choosing and applying until nothing moves (rules R5 to R7)."""

from __future__ import annotations

from journeykit.engine.bands import measure
from journeykit.engine.contracts.terms import stand_anew
from journeykit.engine.due_dates import next_due
from journeykit.engine.handoffs import look_at_gates
from journeykit.engine.macrostep import Macrostep
from journeykit.engine.subjects import react
from journeykit.engine.transition import go
from journeykit.errors import InputError
from journeykit.language.expressions.tree import ACCOUNT
from journeykit.machine.criteria.held import Hold
from journeykit.machine.criteria.verdicts import Verdict
from journeykit.machine.snapshot import Position, Subject
from journeykit.machine.tables import Look, MoveTable, ReactionTable

__all__ = ["LIMIT", "run"]

LIMIT = 100
"""Microsteps after which a step is an endless loop."""


Chosen = tuple[str, Position, MoveTable, tuple[Verdict, ...]]
"""A move chosen on the snapshot as it stood at the start of the microstep: row key, where it stood, the move, and how
its criteria stood."""


def run(macro: Macrostep) -> None:
    """Microsteps until nothing moves; then gates, what was heard in vain, and the next due instants."""
    dirty = macro.dirty
    if dirty:
        steps = 0
        while dirty:
            steps += 1
            if steps > LIMIT:
                raise InputError(
                    "endless_loop", f"more than {LIMIT} microsteps without coming to rest: {_last_moves(macro)}"
                )
            macro.dirty = {}
            _microstep(macro, dirty)
            dirty = macro.dirty
        if macro.gated:
            look_at_gates(macro)
    if macro.anew:
        stand_anew(macro)
    if macro.signal is not None:
        _heard(macro)
    if macro.redue:
        _compute_due(macro)


def _microstep(macro: Macrostep, dirty: dict[str, list[str]]) -> None:
    subjects = macro.snapshot.subjects
    moves: list[Chosen] = []
    reactions: list[tuple[Subject, ReactionTable]] = []
    looks: list[tuple[str, Look]] = []
    for key in dirty if len(dirty) == 1 else [key for key in subjects if key in dirty]:
        subject = subjects.get(key)
        if subject is None:
            continue
        look = subject.config.look(dirty[key])
        looks.append((key, look))
        if look.bands:  # all of them first, since any subject may read the account's
            measure(macro, subject, look.bands)
    for key, look in looks:
        if look.gated:
            macro.gated.add(key)
        if look.holds:
            _note(macro, subjects[key], look.holds)
        if look.regions:
            _choose(macro, subjects[key], look, moves)
        for table in look.reactions:
            if _fires(macro, subjects[key], table):
                reactions.append((subjects[key], table))
    if moves or reactions:
        macro.acted = True
        macro.newborn = ()
        for chosen in moves:
            go(macro, *chosen)
        for subject, table in reactions:  # also of a subject that a move of this microstep closed
            react(macro, subject, table.reaction, macro.carries if table.reaction.upon else {})


def _note(macro: Macrostep, subject: Subject, holds: tuple[Hold, ...]) -> None:
    """Note since when held criteria are met; what is not met any more, or unknown, breaks the time."""
    snapshot = macro.snapshot
    for hold in holds:
        met = hold.test(snapshot, subject) is True
        if met is (hold.key in subject.held):
            continue
        subject = snapshot.writable(subject)
        if met:
            subject.held = {**subject.held, hold.key: snapshot.now}
            macro.wake(hold.topic, subject)
        else:
            subject.held = {key: since for key, since in subject.held.items() if key != hold.key}


def _choose(macro: Macrostep, subject: Subject, look: Look, moves: list[Chosen]) -> None:
    """At most one move in each region; one chosen in an outer region silences its child regions."""
    snapshot = macro.snapshot
    silenced: frozenset[str] = frozenset()
    for place, tables in look.regions:
        position = subject.positions[place]
        if silenced and position.leaf.region.name in silenced:
            continue
        for table in tables:
            if table.guard(snapshot, subject):
                moves.append((subject.key, position, table, table.verdicts(snapshot, subject)))
                silenced |= table.routes[position.leaf].closes
                break


def _fires(macro: Macrostep, subject: Subject, table: ReactionTable) -> bool:
    """Whether a reaction fires now: upon its signal, or when its condition becomes met; unknown keeps the last."""
    verdict = table.test(macro.snapshot, subject)
    name = table.reaction.name
    if table.reaction.upon is not None:
        return verdict is True
    if verdict is None or verdict == (name in subject.reacted):
        return False
    writable = macro.snapshot.writable(subject)
    writable.reacted = writable.reacted | {name} if verdict else writable.reacted - {name}
    return verdict


def _heard(macro: Macrostep) -> None:
    """A signal that moved nothing is on the record, with the verdicts of the moves that listened."""
    signal = macro.signal
    assert signal is not None
    macro.signal = None
    if macro.acted:
        return
    name, key = signal
    snapshot = macro.snapshot
    verdicts: list[Verdict] = []
    for subject in snapshot.subjects.values():
        if subject.key == key:
            topic = f">{name}"
        elif key == ACCOUNT:
            topic = f">account.{name}"
        else:
            continue
        for position in subject.positions:
            for table in sorted(position.leaf.reads.get(topic, ()), key=lambda table: table.move.order):
                if table.here is None or table.here(snapshot, subject):
                    verdicts += table.verdicts(snapshot, subject)
    macro.record("heard", key, None, name, verdicts=tuple(verdicts))


def _compute_due(macro: Macrostep) -> None:
    snapshot = macro.snapshot
    for key in macro.redue:
        subject = snapshot.subjects.get(key)
        if subject is not None:
            due, turns_at = next_due(macro.machine, snapshot, subject)
            if due != subject.due or turns_at != subject.turns_at:
                subject = snapshot.writable(subject)
                subject.due, subject.turns_at = due, turns_at
    macro.redue.clear()
    first = None
    for subject in snapshot.subjects.values():
        if subject.due is not None and (first is None or subject.due < first):
            first = subject.due
    snapshot.due = first


def _last_moves(macro: Macrostep) -> str:
    names = [record.name for record in macro.out if record.kind == "moved"][-4:]
    return " -> ".join(names)
