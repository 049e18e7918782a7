"""The same profile as machines of ``transitions``, in three uses, each kinder to it than the one before.

* *As people write it* (``Usual``): one ``HierarchicalMachine`` for everybody, its tracks as parallel regions, one
  model an account. A signal is a trigger of its own; what is a matter of criteria listens to one trigger,
  ``changed``, which is sent after every input and again until nothing moves.
* *The same by name* (``ByName``): a trigger for each fact, word and signal, to which only those moves listen that
  read it; ``changed`` is sent only after something moved.
* *In its kindest use* (``Kindest``): one ``HierarchicalMachine`` a track, with a trigger for each name, and one small
  model an account and track; whoever drives them knows which machines know a trigger and asks no other.

All leave their models undecorated (``trigger_event``), log nothing, keep no record, arm no timer and explain nothing.

The branches of a step are left out: ``transitions`` 0.9.3 raises ``ValueError`` for a trigger that nobody takes while
a model stands in parallel places inside parallel places. The step is then one place, as for every other track of the
profile, and it is left when the criteria of its branches are met. So the peers have one or two regions less to keep.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from transitions.extensions import HierarchicalMachine
from transitions.extensions.nesting import NestedState

from benchmarks.guards import RENEWALS, Facts, Guard, Translator
from benchmarks.stream import PLACED
from journeykit.language.model.profile import Criterion, Move, Profile, Stage, Track

__all__ = ["CHANGED", "ByName", "Kindest", "Peer", "Usual"]

CHANGED = "changed"
ROOT = "journey"

logging.getLogger("transitions").setLevel(logging.CRITICAL)


class _Place(NestedState):
    separator = "."


class _Machine(HierarchicalMachine):
    state_cls = _Place


class _Model:
    """An account, or one track of it: nothing but where it stands."""

    __slots__ = ("state",)

    def __init__(self, state: Any) -> None:
        self.state = state


class Peer:
    """What both uses share: how the moves of a profile become transitions.

    ``add()`` makes an account, ``send(account, names, facts)`` lets it hear of an input already written to ``facts``.
    """

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        self.translator = Translator(profile)
        self.read_places = {
            name
            for track in profile.tracks.values()
            for move in _moves(track)
            for name in self.translator.reads(move.when)
            if name.startswith("at/")
        }

        self.starts = {name: _first_leaf(track.stages[0]) for name, track in profile.tracks.items()} | dict([PLACED])

    def start(self) -> Facts:
        """The facts of a fresh account."""
        return {f"at/{track}": leaf for track, leaf in self.starts.items()}

    def ways(self, track: Track) -> list[dict[str, Any]]:
        """The transitions of a track, in order of choice, as ``add_transition`` takes them."""
        places = {place.path: place for place in track.walk()}
        inside = {part.path for place in places.values() for branch in place.branches for part in branch.walk()}
        found = []
        for move in sorted(_moves(track), key=lambda move: ({"churn": 0, "regress": 1}.get(move.kind, 2), move.order)):
            if move.owner in inside:
                continue
            conditions = [self._guard(move, places)]
            if move.handoff is not None and not move.handoff.automatic:
                conditions.append(_accepted(f"accepted:{move.id}"))
            for trigger in self.triggers(move, places):
                for source in move.sources:
                    to = _target(move.to, places)
                    after = self._after(move, _first_leaf(places[to]))
                    way = {"trigger": trigger, "source": source, "dest": to, "conditions": conditions, "after": after}
                    found.append(way)
        return found

    def _guard(self, move: Move, places: dict[str, Stage]) -> Guard:
        """A step with branches gives way when it and all its branches are over."""
        return self.translator.all(_asked(move, places), move.track)

    def triggers(self, move: Move, places: dict[str, Stage]) -> list[str]:
        """What a move listens to."""
        return self.by_name(move, places)

    def by_name(self, move: Move, places: dict[str, Stage]) -> list[str]:
        """A trigger for each thing the move reads, and ``changed``."""
        if move.upon is not None:
            return [move.upon]
        names = [name for name in self.translator.reads(_asked(move, places)) if not _of_a_move(name)]
        if move.handoff is not None:
            names.append(f"accepted:{move.id}")
        return [*sorted(names), CHANGED]

    def _after(self, move: Move, leaf: str) -> list[Callable[[Facts], None]]:
        """What a move changes besides the place: old evidence, the acceptance it used up, and a term that began."""
        gone = [f"{move.track}/{name}" for name in move.asks_again]
        if move.handoff is not None:
            gone.append(f"accepted:{move.id}")
        term: list[str] = []
        if move.begins_term:
            fresh = [rule.name for rule in self.profile.facts.values() if rule.per_term]
            fresh += [rule.name for rule in self.profile.confirmations.values() if rule.per_term]
            term = [key for name in fresh for key in self.translator.keys(name)]
        where = f"at/{move.track}" if f"at/{move.track}" in self.read_places else ""
        if not (gone or term or where or move.begins_term):
            return []

        def after(facts: Facts) -> None:
            for key in gone:
                facts.pop(key, None)
            if where:
                facts[where] = leaf
            if move.begins_term:
                for key in term:
                    facts.pop(key, None)
                facts[RENEWALS] = facts.get(RENEWALS, 0) + 1

        return [after]


class Usual(Peer):
    """One machine, every track a parallel region of it; one trigger for everything that is a matter of criteria."""

    def __init__(self, profile: Profile) -> None:
        super().__init__(profile)
        tracks = [_track_state(track) for track in profile.tracks.values()]
        self.machine = _machine([{"name": ROOT, "parallel": tracks}], ROOT)
        for track in profile.tracks.values():
            _add(self.machine, self.ways(track), f"{ROOT}.{track.name}.")
        self.initial = [f"{ROOT}.{track}.{leaf}" for track, leaf in self.starts.items()]

    def add(self) -> _Model:
        """A new account."""
        return _Model(list(self.initial))

    def triggers(self, move: Move, _places: dict[str, Stage]) -> list[str]:
        """A signal is a trigger; all criteria share one."""
        return [CHANGED if move.upon is None else move.upon]

    def send(self, account: _Model, names: tuple[str, ...], facts: Facts) -> None:
        """The signal, if it is one; then look at the criteria until nothing moves."""
        if names[0] in self.machine.events:
            self.machine.trigger_event(account, names[0], facts)
        self.settle(account, None, facts)

    def settle(self, account: _Model, before: Any, facts: Facts) -> None:
        """Look at the criteria until nothing moves: what ``trigger_event`` returns speaks of the last region only."""
        while account.state is not before:
            before = account.state
            self.machine.trigger_event(account, CHANGED, facts)

    def places(self, account: _Model) -> set[str]:
        """The leaves at which the account stands, each with its track in front."""
        return {leaf.removeprefix(f"{ROOT}.") for leaf in account.state}


class ByName(Usual):
    """The same machine with a trigger for each name."""

    def triggers(self, move: Move, places: dict[str, Stage]) -> list[str]:
        """One for each thing the move reads."""
        return self.by_name(move, places)

    def send(self, account: _Model, names: tuple[str, ...], facts: Facts) -> None:
        """Ask who listens to this name, or to one of several; after a move look at all criteria until nothing moves."""
        before = account.state
        self.machine.trigger_event(account, names[0] if len(names) == 1 else CHANGED, facts)
        self.settle(account, before, facts)


class Kindest(Peer):
    """One machine a track; only those that know an event are asked."""

    def __init__(self, profile: Profile) -> None:
        super().__init__(profile)
        self.machines: dict[str, _Machine] = {}
        for track in profile.tracks.values():
            machine = _machine([_state(stage) for stage in track.stages], _first_leaf(track.stages[0]))
            _add(machine, self.ways(track), "")
            self.machines[track.name] = machine
        self.hearing: dict[tuple[str, ...], list[tuple[str, _Machine, str]]] = {}
        self.everybody = [(track, machine, CHANGED) for track, machine in self.machines.items()]
        self.affected = {name: self._affected(name) for name in self.machines}

    def _hearing(self, names: tuple[str, ...]) -> list[tuple[str, _Machine, str]]:
        """Who knows any of these names, and which trigger it is sent: the one name it knows, or ``changed``."""
        found = []
        for track, machine in self.machines.items():
            known = [name for name in names if name in machine.events]
            if known:
                found.append((track, machine, known[0] if len(known) == 1 else CHANGED))
        return found

    def _affected(self, moved: str) -> list[tuple[str, _Machine, str]]:
        """Who may move because ``moved`` did: itself, and who reads its place or how often it renewed."""
        tracks = self.profile.tracks
        changed = {f"at/{moved}"} | {RENEWALS for move in _moves(tracks[moved]) if move.begins_term}
        reads = {
            name
            for name, track in tracks.items()
            for move in _moves(track)
            if changed & self.translator.reads(move.when)
        }
        return [(name, machine, CHANGED) for name, machine in self.machines.items() if name == moved or name in reads]

    def add(self) -> dict[str, _Model]:
        """A new account."""
        return {name: _Model(leaf) for name, leaf in self.starts.items()}

    def send(self, account: dict[str, _Model], names: tuple[str, ...], facts: Facts) -> None:
        """Ask the machines that know a name; after a move ask those it may affect, until nothing moves."""
        asked = self.hearing.get(names)
        if asked is None:
            asked = self.hearing[names] = self._hearing(names)
        while asked:
            moved = [
                track for track, machine, trigger in asked if machine.trigger_event(account[track], trigger, facts)
            ]
            asked = self.affected[moved[0]] if len(moved) == 1 else self.everybody if moved else []

    def places(self, account: dict[str, _Model]) -> set[str]:
        """The leaves at which the account stands, each with its track in front."""
        return {f"{name}.{model.state}" for name, model in account.items()}


def _first_leaf(stage: Stage) -> str:
    """Where one stands after entering a place; a step with branches counts as a leaf."""
    while stage.steps:
        stage = stage.steps[0]
    return stage.path


def _moves(track: Track) -> list[Move]:
    return [move for place in track.walk() for move in place.moves] + list(track.moves)


def _asked(move: Move, places: dict[str, Stage]) -> tuple[Criterion, ...]:
    """What a move asks; giving way asks for the success of the step's branches too."""
    if move.declared != "next":
        return move.when
    return move.when + tuple(criterion for branch in places[move.owner].branches for criterion in branch.success)


def _of_a_move(name: str) -> bool:
    return name == RENEWALS or name.startswith("at/")


def _target(path: str, places: dict[str, Stage]) -> str:
    """The target, or the step with branches around it, which is one place here."""
    parts = path.split(".")
    around = (".".join(parts[:depth]) for depth in range(1, len(parts)))
    return next((outer for outer in around if places[outer].branches), path)


def _state(stage: Stage) -> dict[str, Any]:
    if not stage.steps:
        return {"name": stage.name}
    return {"name": stage.name, "initial": stage.steps[0].name, "children": [_state(step) for step in stage.steps]}


def _track_state(track: Track) -> dict[str, Any]:
    stages = [_state(stage) for stage in track.stages]
    return {"name": track.name, "initial": track.stages[0].name, "children": stages}


def _machine(states: list[dict[str, Any]], initial: str) -> _Machine:
    return _Machine(
        model=None,
        states=states,
        initial=initial,
        auto_transitions=False,
        ignore_invalid_triggers=True,
        send_event=False,
    )


def _add(machine: _Machine, ways: list[dict[str, Any]], prefix: str) -> None:
    for way in ways:
        machine.add_transition(**way | {"source": prefix + way["source"], "dest": prefix + way["dest"]})


def _accepted(key: str) -> Guard:
    return lambda facts: key in facts
