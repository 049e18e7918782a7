"""Runs public statechart scripts (``NAME.scxml`` with ``NAME.json``) through the engine, as profiles.

``python tests/conformance/scion.py FOLDER`` turns every chart under the folder into a profile, compiles it,
sends the events of its script to a live journey, and prints ``agreeing/all``, then each chart that differs with its
reason, and each that the profile language cannot say. Structural charts are what it reads: states, nesting, concurrency
and events, no executable content. Every state becomes a stage, a step or a branch, every transition a move upon a
signal, one for each event of the script that it matches.
"""

from __future__ import annotations

import json
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

import journeykit as jk

XMLNS = "{http://www.w3.org/2005/07/scxml}"
STATES = ("state", "parallel", "final")
NEVER = {"never": "never"}
"""A success that is never met: a step waits for its moves alone."""

DEVIATIONS = {
    "more-parallel/test3b": "regions are isolated: a move inside one branch leaves its sisters where they stand",
    "more-parallel/test5": "regions are isolated: each branch takes its own move, neither starts the other afresh",
    "more-parallel/test6b": "regions are isolated: a move inside one branch leaves its sisters where they stand",
}
"""Charts whose script expects what we do not want, with the reason."""


class UnsayableError(Exception):
    """A chart says what the profile language does not, or is no chart at all; the message says what."""


@dataclass
class Chart:
    """A chart as the text of a profile.

    Attributes:
        events: the names that its script sends, each with the signal that stands for it.
        ids: by path of a place, the id of its state.
        paths: by id of a state, the path of its place.
        names: by state, the name of its place.
    """

    events: dict[str, str]
    ids: dict[str, str] = field(default_factory=dict)
    paths: dict[str, str] = field(default_factory=dict)
    names: dict[ET.Element, str] = field(default_factory=dict)
    count: int = 0

    def profile(self, root: ET.Element) -> str:
        """Return the YAML of a document."""
        if root.tag != f"{XMLNS}scxml":
            raise UnsayableError(f"no SCXML document: its root is {root.tag}")
        if root.find(f"{XMLNS}transition") is not None:
            raise UnsayableError("a transition outside of all states")
        self._name(root, "")
        said = {
            "profile": "chart",
            "version": "1",
            "facts": {"account": {"never": {"type": "boolean"}}},
            "signals": {name: {} for name in self.events.values()},
            "tracks": {"chart": {"stages": self._places(root)}},
        }
        return yaml.safe_dump(said, sort_keys=False)

    def _name(self, element: ET.Element, prefix: str) -> None:
        for child in states_in(element):
            self.names[child] = f"s{len(self.paths)}"
            path = f"{prefix}{self.names[child]}"
            ident = child.get("id") or path
            if ident in self.paths:
                raise UnsayableError(f"the id {ident!r} stands twice")
            self.paths[ident], self.ids[path] = path, ident
            self._name(child, f"{path}.")

    def _places(self, element: ET.Element) -> dict[str, Any]:
        """Return the places in a state that are not side by side; the first is where it starts."""
        children = list(states_in(element))
        first = initial_of(element)
        if first and first not in {child.get("id") for child in children}:
            raise UnsayableError(f"the initial state {first!r} is no child of its state")
        if first:
            children.sort(key=lambda child: child.get("id") != first)
        return {self.names[child]: self._place(child) for child in children}

    def _place(self, element: ET.Element) -> dict[str, Any]:
        place: dict[str, Any] = {"success": NEVER}
        children = list(states_in(element))
        if element.tag == f"{XMLNS}parallel" and len(children) > 1:
            place["side_by_side"] = {self.names[child]: self._place(child) for child in children}
        elif children:
            place["steps"] = self._places(element)
        transitions = element.findall(f"{XMLNS}transition")
        if transitions and element.tag == f"{XMLNS}final":
            raise UnsayableError("a transition out of a final state")
        moves = {name: move for one in transitions for name, move in self._moves(one)}
        return place | ({"moves": moves} if moves else {})

    def _moves(self, transition: ET.Element) -> Iterator[tuple[str, dict[str, str]]]:
        """One move for each event of the script that a transition matches."""
        events, target = transition.get("event"), (transition.get("target") or "").split()
        if not events:
            raise UnsayableError("a transition without an event")
        if len(transition):
            raise UnsayableError("executable content in a transition")
        if transition.get("cond"):
            raise UnsayableError("a transition with a condition in another language")
        if len(target) != 1 or target[0] not in self.paths:
            raise UnsayableError(f"a transition with {'no' if not target else 'several or unknown'} targets")
        descriptors = events.split()
        if any(one.startswith(("done.", "error.")) for one in descriptors):
            raise UnsayableError("a transition upon an event that a chart raises itself")
        for name, signal in self.events.items():
            if any(matches(one, name) for one in descriptors):
                yield f"m{self.count}", {"upon": signal, "to": self.paths[target[0]]}
                self.count += 1


def states_in(element: ET.Element) -> Iterator[ET.Element]:
    """The child elements that are states."""
    for child in element:
        if child.tag == f"{XMLNS}history":
            raise UnsayableError("a history state")
        if child.tag in {f"{XMLNS}{kind}" for kind in ("invoke", "send", "raise", "script", "datamodel")}:
            raise UnsayableError(f"executable content: {child.tag.removeprefix(XMLNS)}")
        if child.tag in {f"{XMLNS}{kind}" for kind in ("onentry", "onexit")} and len(child):
            raise UnsayableError("executable content on entry or exit")
        if child.tag in {f"{XMLNS}{kind}" for kind in STATES}:
            yield child


def initial_of(element: ET.Element) -> str:
    """The id of the state in which a state starts, where it says so."""
    said = element.get("initial") or ""
    inner = element.find(f"{XMLNS}initial/{XMLNS}transition")
    said = said or (inner.get("target", "") if inner is not None else "")
    if len(said.split()) > 1:
        raise UnsayableError("several initial states")
    return said


def matches(descriptor: str, event: str) -> bool:
    """Whether an event descriptor of SCXML matches the name of an event: by the words between its dots."""
    if descriptor == "*":
        return True
    wanted = descriptor.removesuffix(".*").removesuffix(".").split(".")
    return event.split(".")[: len(wanted)] == wanted


class Run:
    """One run of a chart: a live journey by its profile."""

    def __init__(self, root: ET.Element, events: list[str]) -> None:
        names = dict.fromkeys(events)
        self.chart = Chart({name: f"e{number}" for number, name in enumerate(names)})
        try:
            machine = jk.compile_profile(jk.read_text(self.chart.profile(root)))
        except jk.ProfileError as error:
            raise UnsayableError(f"its profile is refused: {error.findings[0].message}") from None
        self.journey = jk.Journey(machine, account="chart", at="2026-01-05")

    def send(self, event: str) -> None:
        """Take one event."""
        self.journey.signal(self.chart.events[event])

    def leaves(self) -> set[str]:
        """Ids of the states that hold and have no concurrency inside them."""
        paths = set(self.journey.positions.values())
        return {self.chart.ids[path] for path in paths if not any(other.startswith(f"{path}.") for other in paths)}


def event_name(said: object) -> str:
    """The name of an event as a script says it."""
    if isinstance(said, str):
        return said
    raise TypeError(f"an event is called {said!r}, which is no text")


def agrees(folder: Path, name: str) -> bool:
    """Whether a chart goes through its script as the script says.

    Raises:
        UnsayableError: the profile language cannot say it, or it is no chart with a script.
    """
    try:
        # The charts are read from a folder that the caller trusts.
        root = ET.parse(folder / f"{name}.scxml").getroot()
        script = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
        lines = [(line["event"]["name"], set(line["nextConfiguration"])) for line in script["events"]]
        initial = set(script["initialConfiguration"])
        events = [event_name(event) for event, _ in lines]
    except (OSError, ET.ParseError, ValueError, LookupError, TypeError) as error:
        raise UnsayableError(f"no chart with a script: {type(error).__name__}: {error}") from None
    try:
        run = Run(root, events)
    except RecursionError:
        raise UnsayableError("states too deep inside each other") from None
    if run.leaves() != initial:
        return False
    for event, expected in lines:
        run.send(event)
        if run.leaves() != expected:
            return False
    return True


def names_in(folder: Path) -> list[str]:
    """Names of the charts under a folder, such as ``parallel/test0``."""
    return sorted(path.relative_to(folder).as_posix().removesuffix(".scxml") for path in folder.rglob("*.scxml"))


def deviation(name: str) -> str | None:
    """Why a chart is to differ, if it is; the folder may be given from further up."""
    return next((why for chart, why in DEVIATIONS.items() if f"/{name}".endswith(f"/{chart}")), None)


@dataclass
class Report:
    """How the charts of a folder went: those that agree, those that differ, and those that cannot be said, with why."""

    agreeing: list[str] = field(default_factory=list)
    differing: list[str] = field(default_factory=list)
    unsayable: dict[str, str] = field(default_factory=dict)


def report_of(folder: Path) -> Report:
    """Run every chart under a folder."""
    report = Report()
    for name in names_in(folder):
        try:
            (report.agreeing if agrees(folder, name) else report.differing).append(name)
        except UnsayableError as reason:
            report.unsayable[name] = str(reason)
    return report


def main(arguments: list[str]) -> int:
    """Print the count and what differs; 0 when exactly the written deviations differ."""
    if len(arguments) != 1 or not Path(arguments[0]).is_dir():
        print("usage: python tests/conformance/scion.py FOLDER (of NAME.scxml with NAME.json)", file=sys.stderr)
        return 2
    report = report_of(Path(arguments[0]))
    if not (report.agreeing or report.differing or report.unsayable):
        print(f"no chart (NAME.scxml) under {arguments[0]}", file=sys.stderr)
        return 2
    print(f"{len(report.agreeing)}/{len(report.agreeing) + len(report.differing)}")
    for name in report.differing:
        print(f"{name}: {deviation(name) or 'NOT EXPECTED'}")
    for name, reason in report.unsayable.items():
        print(f"{name}: not run: {reason}")
    surprises = [name for name in report.differing if not deviation(name)]
    return 1 if surprises or any(map(deviation, report.agreeing)) else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
