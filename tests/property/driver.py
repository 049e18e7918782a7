"""The engine as the laws see it: one JSON line in, records or a refusal out."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from differences import first_difference
from oracle import plain_told

from journeykit.engine.inputs import Input, parse_input
from journeykit.engine.step import step
from journeykit.errors import InputError, ProfileError
from journeykit.language.catalog import read_text
from journeykit.language.model.profile import Profile
from journeykit.machine.compiler import compile_profile
from journeykit.machine.machine import Machine
from journeykit.machine.snapshot import Snapshot
from journeykit.machine.snapshot_to_dict import to_dict
from journeykit.storage.read_snapshot import from_dict
from told import told

__all__ = [
    "Case",
    "Run",
    "dump",
    "load",
    "make_profile",
    "plain_record",
    "play",
    "positions",
    "snapshots_differ",
    "take",
    "tree",
]

Line = dict[str, Any]


@dataclass
class Case:
    """One profile with one history; ``seed`` feeds whatever a law draws besides."""

    text: str
    lines: list[Line]
    seed: int = 0

    @cached_property
    def machine(self) -> Machine:
        return compile_profile(self.profile)

    @cached_property
    def profile(self) -> Profile:
        return make_profile(self.text)

    @cached_property
    def run(self) -> Run:
        """The whole history, played once for all the laws that ask for no more."""
        return play(self.machine, self.lines)

    def __str__(self) -> str:
        return self.text + "\n# inputs\n" + "\n".join(json.dumps(line) for line in self.lines)


@dataclass
class Run:
    """What a history did: per line its records, its refusal, the snapshot after it and where everything stood then."""

    records: list[list[Line]] = field(default_factory=list)
    refusals: list[str | None] = field(default_factory=list)
    snapshots: list[Snapshot | None] = field(default_factory=list)
    positions: list[dict[str, str]] = field(default_factory=list)
    snapshot: Snapshot | None = None
    """The last one."""

    def all_records(self) -> list[Line]:
        return [record for records in self.records for record in records]


def make_profile(text: str) -> Profile:
    """The profile of a text.

    Raises:
        ProfileError: where it does not compile.
    """
    return read_text(text, file="random.yaml")


def compiles(text: str) -> ProfileError | None:
    """Why a text does not compile, or None."""
    try:
        compile_profile(make_profile(text))
    except ProfileError as fault:
        return fault
    return None


def take(machine: Machine, snapshot: Snapshot | None, line: Line) -> tuple[Snapshot | None, list[Line], str | None]:
    """One line: the snapshot after it, its records as plain data, and the code of its refusal."""
    try:
        entry = parse_input(line)
        outcome = step(machine, snapshot, entry)
    except InputError as refusal:
        return snapshot, [], refusal.code
    return outcome.snapshot, [plain_record(record) for record in outcome.records], None


def play(machine: Machine, lines: list[Line], snapshot: Snapshot | None = None) -> Run:
    """A whole history, line by line."""
    run = Run(snapshot=snapshot)
    for line in lines:
        run.snapshot, records, refusal = take(machine, run.snapshot, line)
        run.records.append(records)
        run.refusals.append(refusal)
        run.snapshots.append(run.snapshot)
        run.positions.append(positions(run.snapshot))
    return run


def positions(snapshot: Snapshot | None) -> dict[str, str]:
    """Where everything stands, as ``region of subject: path``."""
    if snapshot is None:
        return {}
    return {f"{region} of {subject}": path for (region, subject), path in snapshot.positions.items()}


def dump(snapshot: Snapshot | None) -> str:
    """A snapshot as canonical text, every container in its own order."""
    return "nothing" if snapshot is None else json.dumps(to_dict(snapshot))


def tree(snapshot: Snapshot | None) -> Any:
    """A snapshot as a reader of its text finds it."""
    return None if snapshot is None else json.loads(dump(snapshot))


def snapshots_differ(name: str, left: Snapshot | None, right: Snapshot | None) -> str | None:
    """Where two snapshots differ first, or None."""
    return None if dump(left) == dump(right) else first_difference(name, tree(left), tree(right))


def load(machine: Machine, text: str) -> Snapshot | None:
    """The inverse of ``dump``."""
    return None if text == "nothing" else from_dict(machine, json.loads(text))


def plain_record(record: Any) -> Line:
    """A record as plain data, without the evidence of its verdicts, and where its reasons came from."""
    return plain_told(told(record))


def parsed(lines: list[Line]) -> list[Input]:
    """The inputs of those lines that can be parsed at all."""
    found = []
    for line in lines:
        try:
            found.append(parse_input(line))
        except InputError:
            continue
    return found
