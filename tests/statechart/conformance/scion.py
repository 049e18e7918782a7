"""Runs public statechart scripts (``NAME.scxml`` with ``NAME.json``) through our chart and coordinator.

``python tests/conformance/scion.py FOLDER`` runs every pair under the folder and prints ``passed/total`` and the names
that differ. A structural reader is all it needs: states, nesting, concurrency and plain events, no executable content.
"""

from __future__ import annotations

import json
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from journeykit.statechart.chart import Chart, Place, Region, Transition, assemble
from journeykit.statechart.regions import Coordinator, Plan

XMLNS = "{http://www.w3.org/2005/07/scxml}"
ROOT = "chart"

DEVIATIONS = {
    "more-parallel/test3b": "regions are isolated: a way inside one region leaves its sister regions where they stand",
    "more-parallel/test5": "regions are isolated: each region takes its own way, neither starts the other afresh",
    "more-parallel/test6b": "regions are isolated: a way inside one region leaves its sister regions where they stand",
}
"""Charts whose script expects what we do not want, with the reason."""


@dataclass
class Reader:
    """Collects places and ways from the elements of one chart."""

    paths: dict[str, str] = field(default_factory=dict)
    found: list[tuple[str, str, str]] = field(default_factory=list)
    events: dict[str, str] = field(default_factory=dict)

    def chart(self, root: ET.Element) -> Chart:
        """The chart of a document. Ways of a descendant stand before those of its ancestors, else in document order."""
        self._name(root, "")
        places = self._places(root)
        transitions = [
            Transition(name, self.paths[source], self.paths[target], priority=0, order=order)
            for order, (name, source, target) in enumerate(self.found)
        ]
        return Chart((assemble(ROOT, places, transitions),))

    def _name(self, element: ET.Element, prefix: str) -> None:
        for child in states_in(element):
            self.paths[child.attrib["id"]] = prefix + child.attrib["id"]
            self._name(child, f"{prefix}{child.attrib['id']}.")

    def _places(self, element: ET.Element) -> tuple[Place, ...]:
        first = element.get("initial", "")
        read = {child.attrib["id"]: self._place(child) for child in states_in(element)}
        if first and first not in read:
            raise ValueError(f"the initial state '{first}' is not a child of its state, which this reader expects")
        return tuple(sorted(read.values(), key=lambda place: place.name != first)) if first else tuple(read.values())

    def _place(self, element: ET.Element) -> Place:
        path = self.paths[element.attrib["id"]]
        inner = self._places(element)
        for transition in element.findall(f"{XMLNS}transition"):
            name = f"{element.attrib['id']}/{len(self.found)}"
            self.found.append((name, element.attrib["id"], transition.attrib["target"]))
            self.events[name] = transition.attrib["event"]
        if element.tag == f"{XMLNS}parallel":
            regions = tuple(Region(f"{ROOT}.{place.path}", path, (place,)) for place in inner)
            return Place(path, regions=regions)
        return Place(path, inner, final=element.tag == f"{XMLNS}final")


def states_in(element: ET.Element) -> Iterator[ET.Element]:
    """The child elements that are states."""
    return (child for child in element if child.tag in {f"{XMLNS}{kind}" for kind in ("state", "parallel", "final")})


class Run:
    """One run of a chart: which leaf each active region stands at."""

    def __init__(self, chart: Chart, events: dict[str, str]) -> None:
        self.coordinator = Coordinator(chart)
        self.events = events
        self.positions: dict[str, str] = {}
        for region in chart.regions:
            self._go(region.name, self.coordinator.start(region.name))

    def send(self, event: str) -> None:
        """Choose one way a region, drop what is silenced, then take all that is left."""
        chosen = []
        for region, leaf in self.positions.items():
            for transition in self.coordinator.candidates(region, leaf):
                if self.events[transition.id] == event and self.coordinator.holds(region, transition, self.positions):
                    chosen.append((region, transition))
                    break
        for region, transition in self.coordinator.settle(chosen):
            leaf = self.positions[region]
            for closed in self.coordinator.closed_by(region, leaf):
                del self.positions[closed]
            self._go(region, self.coordinator.plan(region, leaf, transition.target))

    def _go(self, region: str, plan: Plan) -> None:
        self.positions[region] = plan.leaf
        for start in plan.starts:
            self.positions[start.region] = start.leaf

    def leaves(self) -> set[str]:
        """Ids of the states that hold and have no concurrency inside them."""
        return {
            leaf.rpartition(".")[2]
            for region, leaf in self.positions.items()
            if not self.coordinator.closed_by(region, leaf)
        }


def agrees(folder: Path, name: str) -> bool:
    """Whether a chart goes through its script as the script says."""
    reader = Reader()
    # The charts are read from a folder that the caller trusts.
    chart = reader.chart(ET.parse(folder / f"{name}.scxml").getroot())
    script = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    run = Run(chart, reader.events)
    if run.leaves() != set(script["initialConfiguration"]):
        return False
    for line in script["events"]:
        run.send(line["event"]["name"])
        if run.leaves() != set(line["nextConfiguration"]):
            return False
    return True


def names_in(folder: Path) -> list[str]:
    """Names of the pairs under a folder, such as ``parallel/test0``."""
    charts = sorted(path.relative_to(folder).with_suffix("") for path in folder.rglob("*.scxml"))
    return [path.as_posix() for path in charts if (folder / path.with_suffix(".json")).exists()]


def differing(folder: Path) -> list[str]:
    """Names of the charts that do not go as their script says."""
    return [name for name in names_in(folder) if not agrees(folder, name)]


def main(arguments: list[str]) -> int:
    """Print the count and what differs; 0 when exactly the written deviations differ."""
    if len(arguments) != 1 or not Path(arguments[0]).is_dir():
        print("usage: python tests/conformance/scion.py FOLDER (of NAME.scxml with NAME.json)", file=sys.stderr)
        return 2
    folder = Path(arguments[0])
    names, wrong = names_in(folder), differing(folder)
    print(f"{len(names) - len(wrong)}/{len(names)}")
    for name in wrong:
        print(f"{name}: {DEVIATIONS.get(name, 'NOT EXPECTED')}")
    unexplained = set(wrong) ^ (DEVIATIONS.keys() & set(names))
    return 1 if unexplained else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
