"""Concurrency: regions side by side, child regions that start and end with a leaf, and the choice of transitions (R5).

``transitions`` routes inside single regions; all that concerns several of them is decided here. The answers follow from
the chart alone and hold for every account. Nothing changes after construction, except that a route asked for the first
time by hand is kept (under a lock).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from journeykit.language.model.paths import inside
from journeykit.statechart._transitions import Router, place_in
from journeykit.statechart.chart import Chart, Place, Region, Transition, choices

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
    """The answers for one chart: starts and routes of regions, and candidates for a leaf.

    Its methods take regions by name, leaves and targets by path.
    """

    def __init__(self, chart: Chart) -> None:
        self.chart = chart
        self.regions: Mapping[str, Region] = {region.name: region for region in chart.walk()}
        self._routers = {name: Router(region) for name, region in self.regions.items()}
        self._places: dict[tuple[str, str], Place] = {
            (region.name, place.path): place for region in self.regions.values() for place in region.walk()
        }
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

        Those whose source lies inside a child region are among them, whether or not that region stands there.
        """
        return self._candidates[region, leaf]

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
