"""Routes inside one region: what is left and entered on the way from a leaf to a target.

No other module imports ``transitions``. Each region is one real ``HierarchicalMachine`` without concurrency, which
``transitions`` gets right; regions side by side are the work of ``regions``. A machine is driven through its public
interface by plain cursors, and no account is ever attached to it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from importlib import import_module
from operator import attrgetter
from typing import Any, Literal, NamedTuple, cast, get_args

from transitions import EventData
from transitions.extensions.nesting import HierarchicalMachine, NestedState

from journeykit.errors import InputError, MissingExtraError
from journeykit.language.model.paths import inside
from journeykit.statechart.chart import Place, Region

__all__ = ["Engine", "Judge", "RegionMachine", "RegionRoute", "Router", "build", "place_in"]

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

    separator: str = "."

    def enter(self, event_data: EventData) -> None:
        """Note the path; entering does nothing else."""
        cast("_Cursor", event_data.model).entered.append(self.name)

    def exit(self, event_data: EventData) -> None:
        """Note the path; leaving does nothing else."""
        cast("_Cursor", event_data.model).exited.append(self.name)


class _Dotted(NestedState):
    separator: str = "."


class _NotingMachine(HierarchicalMachine):
    state_cls: type[NestedState] = _NotedState


class RegionMachine(HierarchicalMachine):
    """A region as users of ``transitions`` expect it: a live machine whose triggers are the ids of moves.

    Its states are paths inside the region. A condition, where there is one, asks the compiled guard of a move on one
    frozen snapshot: ``may_trigger(id)`` tells whether the move may be taken there, its signal aside.
    """

    state_cls: type[NestedState] = _Dotted


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


Judge = Callable[[str, str], bool]
"""Tells whether a move, by its id, may be taken while the region stands at a leaf, by its path."""
Engine = Literal["graphviz", "mermaid"]


class _Guard:
    """The condition of one transition. Diagrams that show conditions call it by what the move asks."""

    def __init__(self, move: str, asks: str, prefix: str, judge: Judge) -> None:
        self.move = move
        self.prefix = prefix
        self.judge = judge
        self.__name__ = asks

    def __call__(self, event_data: EventData) -> bool:
        return self.judge(self.move, self.prefix + str(cast("RegionMachine", event_data.model).state))


def build(
    region: Region,
    at: str = "",
    judge: Judge | None = None,
    asks: Mapping[str, str] | None = None,
    graph: Engine | None = None,
) -> RegionMachine:
    """Return a fresh machine of one region, for users of ``transitions``.

    A source or target inside a child region becomes the leaf that holds it.

    Args:
        region: the region.
        at: path of the leaf at which the machine stands; its first leaf if not given.
        judge: tells whether a move may be taken; without it nothing is guarded.
        asks: by id of a move, what it asks in words.
        graph: the engine of the machine's diagrams; without it, it has none.

    Raises:
        InputError: ``bad_shape``: there is no such engine.
        MissingExtraError: the package of the engine is not installed.
    """
    prefix = f"{region.parent}." if region.parent else ""
    cut = len(prefix)
    kind = RegionMachine if graph is None else _graph_machine(graph)
    more: dict[str, Any] = (
        {} if graph is None else {"graph_engine": graph, "title": region.name, "show_conditions": judge is not None}
    )
    machine = kind(
        states=[_state(place) for place in region.places],
        initial=region.places[0].path[cut:],
        auto_transitions=False,
        send_event=True,
        name=region.name,
        **more,
    )
    for one in sorted(region.transitions, key=attrgetter("order")):
        source, target = place_in(region, one.source)[cut:], place_in(region, one.target)[cut:]
        guards: list[str | Callable[..., bool | None]] = []
        if judge is not None:
            guards.append(_Guard(one.id, (asks or {}).get(one.id, one.id), prefix, judge))
        machine.add_transition(one.id, source, target, conditions=guards)
    if at:
        machine.set_state(at[cut:])
    if graph is not None:
        machine.get_graph(force_new=True)  # the one made at first has no transitions, and shows its beginning
    return machine


def _graph_machine(graph: Engine) -> type[RegionMachine]:
    """Return the class of region machines that draw themselves."""
    if graph not in get_args(Engine):
        raise InputError("bad_shape", f"graph: expected {', '.join(get_args(Engine))}, not {graph!r}")
    if graph != "mermaid":  # that engine is part of the library itself
        try:
            import_module(graph)
        except ImportError:
            raise MissingExtraError(f"a statechart drawn by {graph}", graph, "diagrams") from None
    from transitions.extensions.diagrams import HierarchicalGraphMachine

    class RegionGraphMachine(HierarchicalGraphMachine, RegionMachine):  # type: ignore[misc]
        """A region that draws itself."""

        state_cls: type[NestedState] = _Dotted

    return RegionGraphMachine


def _state(place: Place) -> dict[str, Any]:
    state: dict[str, Any] = {"name": place.name, "final": place.final}
    if place.children:
        state["initial"] = place.children[0].name
        state["children"] = [_state(child) for child in place.children]
    return state
