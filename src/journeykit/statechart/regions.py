"""Concurrency: regions side by side, child regions that start and end with a leaf, and the choice of transitions (R5).

``transitions`` routes inside single regions; all that concerns several of them is decided here. The answers follow from
the chart alone and hold for every account. Nothing changes after construction, except that a route asked for the first
time by hand is kept (under a lock).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from journeykit.language.model.paths import inside
from journeykit.statechart._transitions import Router, place_in
from journeykit.statechart.chart import Chart, Place, Region, Transition, choices, rank

__all__ = ["Coordinator", "Plan", "Start"]


class Start(NamedTuple):
    """The start of a child region: its name, the leaf it starts at and the places entered, outermost first."""

    region: str
    leaf: str
    entered: tuple[str, ...]


class Plan(NamedTuple):
    """The effect of a transition.

    Attributes:
        leaf: the leaf it ends at.
        exited: the places left in the region, innermost first.
        entered: the places entered in the region, outermost first, ending with the leaf.
        starts: the child regions that start, each after the one around it.
    """

    leaf: str
    exited: tuple[str, ...]
    entered: tuple[str, ...]
    starts: tuple[Start, ...]


class Coordinator:
    """The answers for one chart: starts and routes of regions, candidates for a leaf, and which transition goes first.

    Its methods take regions by name, leaves and targets by path.
    """

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
        """Return how a region starts by itself: at its first leaf, with the child regions of that leaf."""
        return self._starts[region]

    def plan(self, region: str, leaf: str, target: str) -> Plan:
        """Return what going from a leaf to a target does (R6).

        The target may lie inside a child region of a leaf of this region: that child region then starts there, its
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
        """Return the names of the child regions, at any depth, that end when the leaf is left."""
        return self._closed[region, leaf]

    def candidates(self, region: str, leaf: str) -> tuple[Transition, ...]:
        """Return the transitions that may be taken while a region stands at a leaf, in order of choice.

        Those whose source lies inside a child region are among them; ``holds`` tells whether that region stands there.
        """
        return self._candidates[region, leaf]

    def source_region(self, region: str, transition: Transition) -> str:
        """Return the name of the region in which a transition's source lies: its own, or a child region of it."""
        return self._homes[self._tops[region], transition.source]

    def holds(self, region: str, transition: Transition, positions: Mapping[str, str]) -> bool:
        """Tell whether a transition's source holds, given the leaf of every active region in ``positions``."""
        standing = positions.get(self.source_region(region, transition))
        return standing is not None and inside(standing, transition.source)

    def settle(self, chosen: Iterable[tuple[str, Transition]]) -> tuple[tuple[str, Transition], ...]:
        """Return the chosen transitions that are not silenced (R5), in the order given.

        Transitions are granted by priority, then depth, then order. No region moves twice, and nothing moves inside a
        leaf that another transition leaves.

        Args:
            chosen: (region, transition) pairs.
        """
        asked = list(chosen)
        granted: set[str] = set()
        keep: set[int] = set()
        for at in sorted(range(len(asked)), key=lambda i: rank(asked[i][1])):
            region = asked[at][0]
            around = self._around[region]
            if region in granted or not around.isdisjoint(granted):
                continue
            # A child region was granted first, which the priorities of a profile's chart rule out.
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
    """Return the names of the regions around a region."""
    return [r.name for r in chart.walk() if r.name != name and any(inner.name == name for inner in r.nested())]
