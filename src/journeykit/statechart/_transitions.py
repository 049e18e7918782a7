"""Routes inside one region: what is left and entered on the way from a leaf to a target.

No other module imports ``transitions``. Each region is one real ``HierarchicalMachine`` without concurrency, which
``transitions`` gets right; regions side by side are the work of ``regions``. A machine is driven through its public
interface by plain cursors, and no account is ever attached to it.
"""

from __future__ import annotations

import threading
from typing import Any, NamedTuple, cast

from transitions import EventData
from transitions.extensions.nesting import HierarchicalMachine, NestedState

from journeykit.language.model.paths import inside
from journeykit.statechart.chart import Place, Region

__all__ = ["RegionRoute", "Router", "build", "place_in"]

OUTSIDE = "(outside)"
"""The state of a cursor before it enters a region. No place can have this name."""


class RegionRoute(NamedTuple):
    """A route inside one region.

    Attributes:
        leaf: the leaf it ends at.
        exited: the places it leaves, innermost first.
        entered: the places it enters, outermost first, the leaf last.
    """

    leaf: str
    exited: tuple[str, ...]
    entered: tuple[str, ...]


class _NotedState(NestedState):
    """A state that notes on the cursor that it was entered or left."""

    separator = "."

    def enter(self, event_data: EventData) -> None:
        """Note the path; entering does nothing else."""
        cast("_Cursor", event_data.model).entered.append(self.name)

    def exit(self, event_data: EventData) -> None:
        """Note the path; leaving does nothing else."""
        cast("_Cursor", event_data.model).exited.append(self.name)


class _Dotted(NestedState):
    separator = "."


class _NotingMachine(HierarchicalMachine):
    state_cls = _NotedState


class RegionMachine(HierarchicalMachine):
    """A region as users of ``transitions`` expect it: its triggers are ids of moves, and nothing is guarded."""

    state_cls = _Dotted


class _Cursor:
    """The plain object that a machine moves about; it keeps what was entered and left."""

    __slots__ = ("entered", "exited", "state")

    def __init__(self, state: str) -> None:
        self.state = state
        self.entered: list[str] = []
        self.exited: list[str] = []


class Router:
    """The routes of one region, each asked of ``transitions`` once and then kept.

    Threads may share a router: the machine is only touched under a lock.
    """

    def __init__(self, region: Region) -> None:
        self._region = region.name
        self._prefix = f"{region.parent}." if region.parent else ""
        self._first = region.places[0].path
        self._places = frozenset(place.path for place in region.walk())
        self._leaves = frozenset(region.leaves())
        self._machine = _NotingMachine(
            model=None,
            states=[{"name": OUTSIDE}, *(_state(place) for place in region.places)],
            initial=OUTSIDE,
            auto_transitions=False,
            send_event=True,
        )
        self._asked: set[str] = set()
        self._known: dict[tuple[str, str], RegionRoute] = {}
        self._lock = threading.Lock()

    def route(self, leaf: str, target: str) -> RegionRoute:
        """Return the route from a leaf to a place of this region; an empty leaf means from outside.

        Raises:
            LookupError: the region has no such leaf or place.
        """
        found = self._known.get((leaf, target))
        if found is not None:
            return found
        with self._lock:
            found = self._known[leaf, target] = self._ask(leaf, target)
        return found

    def start(self, target: str = "") -> RegionRoute:
        """Return the route into this region: to its first leaf, or to the first leaf of ``target``."""
        return self.route("", target or self._first)

    def _ask(self, leaf: str, target: str) -> RegionRoute:
        if target not in self._places:
            raise LookupError(f"region '{self._region}' has no place '{target}'")
        if leaf and leaf not in self._leaves:
            raise LookupError(f"region '{self._region}' has no leaf '{leaf}'")
        cut = len(self._prefix)
        name = target[cut:]
        if target not in self._asked:
            # What is left and entered depends on the leaf and the target only (R6): one transition a target will do.
            self._machine.add_transition(name, "*", name)
            self._asked.add(target)
        cursor = _Cursor(leaf[cut:] if leaf else OUTSIDE)
        self._machine.trigger_event(cursor, name)
        exited = tuple(self._prefix + path for path in cursor.exited if path != OUTSIDE)
        route = RegionRoute(
            self._prefix + str(cursor.state), exited, tuple(self._prefix + path for path in cursor.entered)
        )
        if route.leaf not in self._leaves or not route.entered or route.entered[-1] != route.leaf:
            raise RuntimeError(f"the way from '{leaf}' to '{target}' in '{self._region}' ends at no leaf: {route}")
        return route


def place_in(region: Region, path: str) -> str:
    """Return the place of this region for a path: itself, or the leaf in whose child regions the path lies.

    Raises:
        LookupError: the path lies outside of this region.
    """
    best = ""
    for place in region.walk():
        if inside(path, place.path) and len(place.path) > len(best):
            best = place.path
    if not best:
        raise LookupError(f"region '{region.name}' has no place '{path}'")
    return best


def build(region: Region) -> HierarchicalMachine:
    """Return a fresh machine of one region, for diagrams and for users of ``transitions``.

    Nothing in it is guarded, and its names are paths inside the region. A source or target inside a child region
    becomes the leaf that holds it.
    """
    cut = len(region.parent) + 1 if region.parent else 0
    machine = RegionMachine(
        states=[_state(place) for place in region.places],
        initial=region.places[0].path[cut:],
        auto_transitions=False,
        name=region.name,
    )
    for transition in region.transitions:
        source, target = place_in(region, transition.source), place_in(region, transition.target)
        machine.add_transition(transition.id, source[cut:], target[cut:])
    return machine


def _state(place: Place) -> dict[str, Any]:
    state: dict[str, Any] = {"name": place.name, "final": place.final}
    if place.children:
        state["initial"] = place.children[0].name
        state["children"] = [_state(child) for child in place.children]
    return state
