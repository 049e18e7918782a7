"""Running to rest: microsteps of choosing and applying until nothing moves (rules R5 to R7)."""

from __future__ import annotations

from journeykit.engine.bands import measure
from journeykit.engine.due_dates import next_due
from journeykit.engine.handoffs import look_at_gates
from journeykit.engine.macrostep import Work
from journeykit.engine.subjects import react
from journeykit.engine.terms import stand_anew
from journeykit.engine.transition import go
from journeykit.errors import InputError
from journeykit.language.expressions.tree import ACCOUNT
from journeykit.machine.closures import Standing
from journeykit.machine.criteria.held import Hold
from journeykit.machine.snapshot import Row
from journeykit.machine.tables import Look, MoveTable, ReactionTable, Verdict

__all__ = ["LIMIT", "run"]

LIMIT = 100
"""Microsteps after which a step is an endless loop."""


Chosen = tuple[str, Standing, MoveTable, tuple[Verdict, ...]]
"""A move chosen on the snapshot as it stood at the start of the microstep: row key, where it stood, the move, and how
its criteria stood."""


def run(work: Work) -> None:
    """Microsteps until nothing moves; then gates, what was heard in vain, and the next due instants."""
    dirty = work.dirty
    if dirty:
        steps = 0
        while dirty:
            steps += 1
            if steps > LIMIT:
                raise InputError(
                    "endless_loop", f"more than {LIMIT} microsteps without coming to rest: {_last_moves(work)}"
                )
            work.dirty = {}
            _microstep(work, dirty)
            dirty = work.dirty
        if work.gated:
            look_at_gates(work)
    if work.anew:
        stand_anew(work)
    if work.signal is not None:
        _heard(work)
    if work.redue:
        _compute_due(work)


def _microstep(work: Work, dirty: dict[str, list[str]]) -> None:
    rows = work.state.rows
    moves: list[Chosen] = []
    reactions: list[tuple[Row, ReactionTable]] = []
    looks: list[tuple[str, Look]] = []
    for key in dirty if len(dirty) == 1 else [key for key in rows if key in dirty]:
        row = rows.get(key)
        if row is None:
            continue
        look = row.config.look(dirty[key])
        looks.append((key, look))
        if look.bands:  # all of them first, since any subject may read the account's
            measure(work, row, look.bands)
    for key, look in looks:
        if look.gated:
            work.gated.add(key)
        if look.holds:
            _note(work, rows[key], look.holds)
        if look.regions:
            _choose(work, rows[key], look, moves)
        for table in look.reactions:
            if _fires(work, rows[key], table):
                reactions.append((rows[key], table))
    if moves or reactions:
        work.acted = True
        work.newborn = ()
        for chosen in moves:
            go(work, *chosen)
        for row, table in reactions:  # also of a subject that a move of this microstep closed
            react(work, row, table.reaction, work.carries if table.reaction.upon else {})


def _note(work: Work, row: Row, holds: tuple[Hold, ...]) -> None:
    """Note since when held criteria are met; what is not met any more, or unknown, breaks the time."""
    state = work.state
    for hold in holds:
        met = hold.test(state, row) is True
        if met is (hold.key in row.held):
            continue
        row = state.writable(row)
        if met:
            row.held = {**row.held, hold.key: state.now}
            work.wake(hold.topic, row)
        else:
            row.held = {key: since for key, since in row.held.items() if key != hold.key}


def _choose(work: Work, row: Row, look: Look, moves: list[Chosen]) -> None:
    """At most one move in each region; one chosen in an outer region silences its child regions."""
    state = work.state
    silenced: frozenset[str] = frozenset()
    for place, tables in look.regions:
        standing = row.places[place]
        if silenced and standing.leaf.region.name in silenced:
            continue
        for table in tables:
            if table.guard(state, row):
                moves.append((row.key, standing, table, table.verdicts(state, row)))
                silenced |= table.routes[standing.leaf].closes
                break


def _fires(work: Work, row: Row, table: ReactionTable) -> bool:
    """Whether a reaction fires now: upon its signal, or when its condition becomes met; unknown keeps the last."""
    verdict = table.test(work.state, row)
    name = table.reaction.name
    if table.reaction.upon is not None:
        return verdict is True
    if verdict is None or verdict == (name in row.reacted):
        return False
    writable = work.state.writable(row)
    writable.reacted = writable.reacted | {name} if verdict else writable.reacted - {name}
    return verdict


def _heard(work: Work) -> None:
    """A signal that moved nothing is on the record, with the verdicts of the moves that listened."""
    signal = work.signal
    assert signal is not None
    work.signal = None
    if work.acted:
        return
    name, key = signal
    state = work.state
    verdicts: list[Verdict] = []
    for row in state.rows.values():
        if row.key == key:
            topic = f">{name}"
        elif key == ACCOUNT:
            topic = f">account.{name}"
        else:
            continue
        for standing in row.places:
            for table in sorted(standing.leaf.reads.get(topic, ()), key=lambda table: table.move.order):
                if table.here is None or table.here(state, row):
                    verdicts += table.verdicts(state, row)
    work.record("heard", key, None, name, verdicts=tuple(verdicts))


def _compute_due(work: Work) -> None:
    state = work.state
    for key in work.redue:
        row = state.rows.get(key)
        if row is not None:
            due, turns_at = next_due(work.machine, state, row)
            if due != row.due or turns_at != row.turns_at:
                row = state.writable(row)
                row.due, row.turns_at = due, turns_at
    work.redue.clear()
    first = None
    for row in state.rows.values():
        if row.due is not None and (first is None or row.due < first):
            first = row.due
    state.due = first


def _last_moves(work: Work) -> str:
    names = [record.name for record in work.out if record.kind == "moved"][-4:]
    return " -> ".join(names)
