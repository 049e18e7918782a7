"""Run scenario files: each case on each of its profiles, each with a verdict of its own."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from journeykit.engine.records import Record
from journeykit.errors import JourneykitError, Location, ProfileError
from journeykit.language.catalog import names
from journeykit.language.text.nodes import Node
from journeykit.machine.compiler import load
from journeykit.machine.machine import Machine
from journeykit.scenarios.emptiness import is_empty
from journeykit.scenarios.failure_text import told
from journeykit.scenarios.faults import ScenarioError, unknown
from journeykit.scenarios.model import Case
from journeykit.scenarios.playing import Player
from journeykit.scenarios.scenario_reader import ENDING, read_scenarios

__all__ = ["Chosen", "Result", "Runner", "files_of"]

Verdict = Literal["passed", "failed", "fault", "empty"]
_EMPTY = (
    "this tests nothing: it passes whatever moves, falls due or is asked; "
    "expect a position, a move or a date that the profile decides"
)
_WORDS = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")


@dataclass(frozen=True, slots=True)
class Result:
    """The verdict on one case on one profile.

    Attributes:
        title: the scenario's title, with the row's name in brackets.
        profile: the profile's name; empty where none was reached.
        at: the place in the file that the verdict is about.
        verdict: ``passed``, ``failed`` (not as expected), ``fault`` (cannot be meant) or ``empty`` (tests nothing).
        said: what is wrong, in one line.
        lines: further lines.
        proves: the ids of what it proves.
    """

    title: str
    profile: str
    at: Location
    verdict: Verdict
    said: str = ""
    lines: tuple[str, ...] = ()
    proves: tuple[str, ...] = ()

    @property
    def called(self) -> str:
        """Its title with its profile: ``a second signature (enterprise)``."""
        return f"{self.title} ({self.profile})" if self.profile else self.title


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which cases are meant: those whose title has a text in it, and those with a tag; None for all."""

    text: str | None = None
    tag: str | None = None

    def named(self, title: str) -> bool:
        """Tell whether a title has the text in it."""
        return self.text is None or self.text.casefold() in title.casefold()

    def has(self, title: str, tags: tuple[str, ...]) -> bool:
        """Tell whether a case is meant."""
        return self.named(title) and (self.tag is None or self.tag in tags)


class Runner:
    """A run over files; each profile is compiled once."""

    def __init__(self, chosen: Chosen) -> None:
        self._chosen = chosen
        self._machines: dict[str, Machine | ProfileError] = {}
        self._cited: dict[str, frozenset[str]] = {}

    def run(self, file: str, tell: Callable[[str], None] | None = None) -> Iterator[Result]:
        """Yield the verdicts of a file, in order.

        Args:
            file: the path of a scenario file.
            tell: where given, the stories are told to it, and expectations are not looked at.
        """
        try:
            found = read_scenarios(file)
        except ScenarioError as fault:
            yield Result("", "", fault.at, "fault", fault.message)
            return
        except ProfileError as error:
            for finding in error.findings:
                hint = f"; {finding.hint}" if finding.hint else ""
                yield Result("", "", finding.at, "fault", f"{finding.message}{hint} [{finding.code}]")
            return
        for title, at, said in found.broken:
            if self._chosen.named(title):  # nobody knows which tags it would have
                yield Result(title, "", at, "fault", said)
        for case in found.cases:
            if not self._chosen.has(case.title, case.tags):
                continue
            for name, at in case.profiles:
                yield self._judge(case, name, at, tell)

    def _judge(self, case: Case, name: str, at: Location, tell: Callable[[str], None] | None) -> Result:
        proves = tuple(said for said, _ in case.proves)
        machine = self._machine(name)
        if isinstance(machine, ProfileError):
            first = str(machine).splitlines()[0]
            more = len(machine.findings) - 1
            also = f" (and {more} more; journeykit lint says all)" if more else ""
            return Result(case.title, name, at, "fault", f"the profile cannot be used: {first}{also}", proves=proves)
        shown = machine.profile.name
        try:
            self._check_proves(case, name, machine)
            if tell is not None:
                _tell(case, machine, tell)
                return Result(case.title, shown, case.at, "passed", proves=proves)
            player = Player(case, machine)
            mismatches = player.play()
            if mismatches:
                first_at = mismatches[0].at
                said = f"expect at line {first_at.line}, on {player.today}:"
                return Result(case.title, shown, first_at, "failed", said, told(mismatches, player), proves)
            if is_empty(case, machine):
                return Result(case.title, shown, case.at, "empty", _EMPTY, proves=proves)
        except ScenarioError as fault:
            return Result(case.title, shown, fault.at, "fault", fault.message, proves=proves)
        except JourneykitError as error:
            return Result(case.title, shown, case.at, "fault", str(error), proves=proves)
        return Result(case.title, shown, case.at, "passed", proves=proves)

    def _machine(self, name: str) -> Machine | ProfileError:
        if name not in self._machines:
            try:
                self._machines[name] = load(name if name in names() else Path(name))
            except ProfileError as error:
                self._machines[name] = error
        return self._machines[name]

    def _check_proves(self, case: Case, name: str, machine: Machine) -> None:
        """Refuse an id that no ``source:`` of the profile cites."""
        if not case.proves:
            return
        if name not in self._cited:
            tree = machine.profile.tree
            self._cited[name] = frozenset(_cited(tree)) if tree is not None else frozenset()
        for said, at in case.proves:
            if said not in self._cited[name]:
                message = f'proves: no source in {machine.profile.name} cites "{said}"'
                raise unknown(at, message, said, self._cited[name])


def _cited(node: Node) -> Iterator[str]:
    value = node.value
    pairs: list[tuple[str, Node]] = list(node.beside.items())
    if isinstance(value, dict):
        pairs += value.items()
    for key, item in pairs:
        if key == "source" and isinstance(item.value, str):
            yield from _WORDS.findall(item.value)
        elif key == "instead_of" and isinstance(item.value, dict):
            yield from item.value
        yield from _cited(item)
    for item in value if isinstance(value, list) else ():
        yield from _cited(item)


def _tell(case: Case, machine: Machine, tell: Callable[[str], None]) -> None:
    """Tell a story: what happened in each step, without looking at what is expected."""
    tell(f"{case.title} ({machine.profile.name})")

    def on_step(node: Node, player: Player, made: tuple[Record, ...]) -> None:
        said = ", ".join(key for key in node.value if key != "expect") if isinstance(node.value, dict) else ""
        tell(f"  {player.today}  line {node.at.line}: {said or 'expect'}")
        for one in made:
            ends = f"  {one.source or 'nowhere'} -> {one.target}" if one.target else ""
            tell(f"      {one.on} {one.kind} {one.name} ({player.words.short(one.subject)}){ends}")

    player = Player(case, machine, expecting=False, on_step=on_step)
    player.play()
    for (region, key), path in player.journey.positions.items():
        tell(f"  at the end: {region} {player.words.short(key)}: {path}")


def files_of(path: str) -> list[str]:
    """Return the scenario files that a path means: itself, or all in a folder and below.

    Raises:
        JourneykitError: there is none.
    """
    given = Path(path)
    if given.is_dir():
        found = sorted(str(one) for one in given.rglob(f"*{ENDING}"))
        if not found:
            raise JourneykitError(f"{path}: no scenario file (*{ENDING}) in this folder")
        return found
    if not given.is_file():
        raise JourneykitError(f"{path}: no such file or folder")
    if not path.endswith(ENDING):
        raise JourneykitError(f"{path}: no scenario file; its name must end in {ENDING}")
    return [path]
