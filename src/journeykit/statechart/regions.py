"""Concurrency, which is ours: regions side by side, child regions that start and end with a leaf, and who goes first.

All answers follow from the chart alone and hold for every account; nothing here changes after construction, except that
a route asked for the first time by hand is kept (under a lock).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from journeykit.language.model.paths import inside
from journeykit.statechart._transitions import Router, place_in
from journeykit.statechart.chart import Chart, Place, Region, Transition, choices, rank

__all__ = ["Coordinator", "Plan", "Start"]


class Start(NamedTuple):
    """A child region that starts: its name, the leaf it starts at and the places entered, outermost first."""

    region: str
    leaf: str
    entered: tuple[str, ...]


class Plan(NamedTuple):
    """What taking a way does.

    Attributes:
        leaf: where it ends.
        exited: what is left in the region, innermost first.
        entered: what is entered in the region, outermost first, ending with the leaf.
        starts: the child regions that start, each after the one around it.
    """

    leaf: str
    exited: tuple[str, ...]
    entered: tuple[str, ...]
    starts: tuple[Start, ...]


class Coordinator:
    """Answers for one chart: where regions start, what ways leave and enter, what may be taken and what goes first."""

    def __init__(self, chart: Chart) -> None:
        self.chart = chart
        self.regions: Mapping[str, Region] = {region.name: region for region in chart.walk()}
        self._routers = {name: Router(region) for name, region in self.regions.items()}
        self._places: dict[tuple[str, str], Place] = {
            (region.name, place.path): place for region in self.regions.values() for place in region.walk()
        }
        self._around = {name: frozenset(_around(chart, name)) for name in self.regions}
        self._homes = {
            (top.name, place.path): region.name
            for top in chart.regions
            for region in top.nested()
            for place in region.walk()
        }
        self._tops = {region.name: top.name for top in chart.regions for region in top.nested()}
        self._closed = {(r.name, leaf): self._inner(r.name, leaf) for r in self.regions.values() for leaf in r.leaves()}
        self._candidates = {
            (region.name, leaf): choices(region, leaf) for region in self.regions.values() for leaf in region.leaves()
        }
        self._plans: dict[tuple[str, str, str], Plan] = {}
        for (name, leaf), transitions in self._candidates.items():
            for transition in transitions:
                self.plan(name, leaf, transition.target)
        self._starts = {name: self._plan_start(name) for name in self.regions}

    def start(self, region: str) -> Plan:
        """How a region starts when nothing says where: at its first leaf, with the child regions of that leaf."""
        return self._starts[region]

    def plan(self, region: str, leaf: str, target: str) -> Plan:
        """What going from a leaf to a target does.

        The target may lie inside a child region of a leaf of this region: that child region then starts there and its
        sisters at their first places.
        """
        found = self._plans.get((region, leaf, target))
        if found is None:
            home = self.regions[region]
            route = self._routers[region].route(leaf, place_in(home, target))
            found = Plan(*route, self._start_children(region, route.leaf, target))
            self._plans[region, leaf, target] = found
        return found

    def closed_by(self, region: str, leaf: str) -> tuple[str, ...]:
        """Names of the child regions, at any depth, that end when the leaf is left."""
        return self._closed[region, leaf]

    def candidates(self, region: str, leaf: str) -> tuple[Transition, ...]:
        """The ways that may be taken while a region stands at a leaf, in order of choice.

        A way whose source lies inside a child region is among them; ``holds`` says whether it does stand there.
        """
        return self._candidates[region, leaf]

    def source_region(self, region: str, transition: Transition) -> str:
        """Name of the region in which the source of a way lies: its own region, or a child region of it."""
        return self._homes[self._tops[region], transition.source]

    def holds(self, region: str, transition: Transition, positions: Mapping[str, str]) -> bool:
        """Whether the source of a way holds, given the leaf of every region that is active."""
        standing = positions.get(self.source_region(region, transition))
        return standing is not None and inside(standing, transition.source)

    def settle(self, chosen: Iterable[tuple[str, Transition]]) -> tuple[tuple[str, Transition], ...]:
        """Those of the chosen ways that are not silenced, in the order given.

        Ways are granted by priority, then depth, then order; no region moves twice, and nothing moves
        inside a leaf that another way leaves.
        """
        asked = list(chosen)
        granted: set[str] = set()
        keep: set[int] = set()
        for at in sorted(range(len(asked)), key=lambda i: rank(asked[i][1])):
            region = asked[at][0]
            around = self._around[region]
            if region in granted or not around.isdisjoint(granted):
                continue
            if any(region in self._around[other] for other in granted):
                continue
            granted.add(region)
            keep.add(at)
        return tuple(pair for at, pair in enumerate(asked) if at in keep)

    def _inner(self, region: str, leaf: str) -> tuple[str, ...]:
        return tuple(inner.name for child in self._places[region, leaf].regions for inner in child.nested())

    def _plan_start(self, region: str) -> Plan:
        route = self._routers[region].start()
        return Plan(*route, self._start_children(region, route.leaf, route.leaf))

    def _start_children(self, region: str, leaf: str, target: str) -> tuple[Start, ...]:
        starts: list[Start] = []
        for child in self._places[region, leaf].regions:
            aimed = any(inside(target, place.path) for place in child.places)
            route = self._routers[child.name].start(place_in(child, target) if aimed else "")
            starts.append(Start(child.name, route.leaf, route.entered))
            starts.extend(self._start_children(child.name, route.leaf, target))
        return tuple(starts)


def _around(chart: Chart, name: str) -> list[str]:
    """The regions around a region."""
    return [r.name for r in chart.walk() if r.name != name and any(inner.name == name for inner in r.nested())]
