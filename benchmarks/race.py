"""The race: one stream of parsed inputs through journeykit, live and in replay, and through both peers, in rounds.

A round takes every contender through the same histories; speeds are compared within a round, and the median of the
rounds' ratios is reported. Processor time is measured, so that a busy computer disturbs less. Before anything is
measured, all contenders must leave every account in the same places.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from statistics import median
from time import process_time
from typing import Any

import journeykit as jk
from benchmarks.guards import Facts
from benchmarks.peers import ByName, Kindest, Usual
from benchmarks.stream import OPENING, SUBJECTS, Step, Walker, opening
from journeykit.language.model.profile import Profile

__all__ = ["Histories", "Peers", "Result", "assert_equal_places", "draw", "peers_of", "race"]

Peers = Mapping[str, Usual | Kindest]
OURS = ("live", "replay")
REPEATS = 5
"""How often a round repeats our own contenders, which are too quick to be timed once."""


@dataclass(frozen=True, slots=True)
class Histories:
    """The same histories twice: as inputs with their opening, and as the steps of a peer without it."""

    inputs: list[list[jk.Input]]
    steps: list[list[Step]]
    moved: float

    @property
    def count(self) -> int:
        """How many inputs are timed: the openings are not."""
        return sum(map(len, self.steps))


@dataclass(frozen=True, slots=True)
class Result:
    """Microseconds an input by contender (median), and the median ratio of each peer to each of our ways."""

    micros: dict[str, float]
    ratios: dict[tuple[str, str], float]


def peers_of(profile: Profile) -> Peers:
    """The machines of the other side."""
    return {"usual": Usual(profile), "by name": ByName(profile), "kindest": Kindest(profile)}


def draw(walker: Walker, accounts: int, length: int) -> Histories:
    """Draw histories and tell what part of their inputs moves somebody."""
    inputs, steps, moved = [], [], 0
    for number in range(accounts):
        entries, said = walker.history(number, length)
        start = opening(entries[0].account, walker.profile.name)
        records = jk.replay(walker.machine, start + entries).records
        moved += len({record.cause for record in records if record.kind == "moved" and record.at > start[0].at})
        inputs.append(start + entries)
        steps.append(list(walker.steps(said)))
    return Histories(inputs, steps, moved / (accounts * length))


def assert_equal_places(walker: Walker, histories: Histories, peers: Peers) -> None:
    """All contenders leave every account in the same places.

    Raises:
        AssertionError: names the first account that ends elsewhere.
    """
    for entries, steps in zip(histories.inputs, histories.steps, strict=True):
        replayed = _places(jk.replay(walker.machine, entries).snapshot)
        snapshot = None
        for entry in entries:
            snapshot = jk.step(walker.machine, snapshot, entry).snapshot
        ends = {"live": _places(snapshot)}
        for name, peer in peers.items():
            model: Any = peer.add()
            _drive(peer, model, peer.start(), steps)
            ends[name] = peer.places(model)
        for name, places in ends.items():
            account = entries[0].account
            assert places == replayed, f"{account}: replay ends at {sorted(replayed)}, {name} at {sorted(places)}"


def race(walker: Walker, histories: Histories, peers: Peers, rounds: int) -> Result:
    """Time every contender in every round."""
    count = histories.count
    contenders: dict[str, Callable[[], float]] = {
        "live": lambda: _live(walker.machine, histories),
        "replay": lambda: _replay(walker.machine, histories),
    }
    contenders |= {name: partial(_peer, peer, histories) for name, peer in peers.items()}
    rows: list[dict[str, float]] = []
    for _ in range(rounds):
        row = {}
        for name, run in contenders.items():
            gc.collect()
            times = REPEATS if name in OURS else 1
            row[name] = median(run() for _ in range(times)) / count * 1e6
        rows.append(row)
    return Result(
        micros={name: median(row[name] for row in rows) for name in contenders},
        ratios={(ours, peer): median(row[peer] / row[ours] for row in rows) for ours in OURS for peer in peers},
    )


def _live(machine: jk.Machine, histories: Histories) -> float:
    """One input at a time through the pure ``step``, each snapshot kept, as a host with a store does it."""
    step = jk.step
    spent = 0.0
    for entries in histories.inputs:
        snapshot = None
        for entry in entries[:OPENING]:
            snapshot = step(machine, snapshot, entry).snapshot
        rest = entries[OPENING:]
        start = process_time()
        for entry in rest:
            snapshot = step(machine, snapshot, entry).snapshot
        spent += process_time() - start
    return spent


def _replay(machine: jk.Machine, histories: Histories) -> float:
    """Whole accounts at once; what their openings cost is measured beside them and taken off."""
    start = process_time()
    for entries in histories.inputs:
        jk.replay(machine, entries)
    whole = process_time() - start
    start = process_time()
    for entries in histories.inputs:
        jk.replay(machine, entries[:OPENING])
    return whole - (process_time() - start)


def _peer(peer: Usual | Kindest, histories: Histories) -> float:
    accounts = [(peer.add(), peer.start()) for _ in histories.steps]
    start = process_time()
    for (account, facts), steps in zip(accounts, histories.steps, strict=True):
        _drive(peer, account, facts, steps)
    return process_time() - start


def _drive(peer: Usual | Kindest, account: Any, facts: Facts, steps: list[Step]) -> None:
    send = peer.send
    for names, write, drop in steps:
        for key in drop:
            facts.pop(key, None)
        facts.update(write)
        send(account, names, facts)


def _places(snapshot: jk.Snapshot | None) -> set[str]:
    """The leaves of the subjects in the stream, each with its track in front; branches are not compared."""
    assert snapshot is not None
    at = snapshot.positions.items()
    return {f"{region}.{path}" for (region, subject), path in at if subject in SUBJECTS.values() and "." not in region}
