"""Whether a scenario tests anything: an empty one passes whatever the profile says.

Three hollow machines: the *still* one moves nobody and reacts to nothing, in the *frozen* one no date falls due, the
*open* one opens every gate and refuses nobody. A scenario that passes on all three expects nothing of the profile.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from journeykit.errors import JourneykitError
from journeykit.machine.closures import Test
from journeykit.machine.machine import Machine
from journeykit.machine.snapshot import Snapshot, Subject
from journeykit.machine.tables import Leaf, MoveTable, ReactionTable
from journeykit.scenarios.faults import ScenarioError
from journeykit.scenarios.model import Case
from journeykit.scenarios.playing import Player

__all__ = ["is_empty"]


def is_empty(case: Case, machine: Machine) -> bool:
    """Tell whether a scenario that passes would pass on the still, the frozen and the open machine alike.

    The machine must be the caller's own: it is hollow for that long, and as it was after it.
    """
    with _still(machine):
        if not _passes(case, machine):
            return False
    if not _passes(case, machine, frozen=True):
        return False
    return all(_passes_open(case, machine, by) for by in (_each_move, _each_region))


def _passes(case: Case, machine: Machine, *, frozen: bool = False) -> bool:
    try:
        return not Player(case, machine, frozen=frozen).play()
    except (ScenarioError, JourneykitError):
        return False


def _passes_open(case: Case, machine: Machine, by: Callable[[MoveTable], str]) -> bool:
    """Let what is given stand, then open every gate: who stood still in the real machine has moved before step one."""
    try:
        player = Player(case, machine, refusing=False)
        with _open(machine, by):
            player.look_again()
            return not player.play()
    except (ScenarioError, JourneykitError):
        return False


@contextmanager
def _still(machine: Machine) -> Iterator[None]:
    moves, leaves, reactions = _moves(machine), list(_leaves(machine)), _reactions(machine)
    guards = [table.guard for table in moves]
    renewing = [leaf.renew for leaf in leaves]
    tests = [table.test for table in reactions]
    for table in moves:
        table.guard = _never
    for leaf in leaves:
        leaf.renew = None
    for reaction in reactions:
        reaction.test = _never
    try:
        yield
    finally:
        for table, guard in zip(moves, guards, strict=True):
            table.guard = guard
        for leaf, renew in zip(leaves, renewing, strict=True):
            leaf.renew = renew
        for reaction, test in zip(reactions, tests, strict=True):
            reaction.test = test


@contextmanager
def _open(machine: Machine, by: Callable[[MoveTable], str]) -> Iterator[None]:
    """Open the gates, but let a subject take each move, or one in each region, once at an instant, or none would rest.

    With each move once it goes far, and may come back to where it was; with one in each region it does not.
    """
    moves = _moves(machine)
    guards = [table.guard for table in moves]
    taken: set[tuple[object, ...]] = set()
    for table in moves:
        table.guard = _once(table, by(table), taken)
    try:
        yield
    finally:
        for table, guard in zip(moves, guards, strict=True):
            table.guard = guard


def _never(snapshot: Snapshot, subject: Subject) -> bool:
    del snapshot, subject
    return False


def _each_move(table: MoveTable) -> str:
    return table.move.id


def _each_region(table: MoveTable) -> str:
    return table.region


def _once(table: MoveTable, what: str, taken: set[tuple[object, ...]]) -> Test:
    def opened(snapshot: Snapshot, subject: Subject) -> bool | None:
        asked = (what, subject.key, snapshot.now)
        if asked in taken or (table.here is not None and not table.here(snapshot, subject)):
            return False
        taken.add(asked)
        return True

    return opened


def _leaves(machine: Machine) -> Iterator[Leaf]:
    for region in machine.regions.values():
        yield from region.leaves.values()


def _moves(machine: Machine) -> list[MoveTable]:
    return list(dict.fromkeys(table for leaf in _leaves(machine) for table in leaf.moves))


def _reactions(machine: Machine) -> list[ReactionTable]:
    return [table for kind in machine.kinds.values() for table in kind.reactions]
