"""The neutral chart: regions, places and transitions, with no notion of customers.

A profile becomes a chart (``chart_of``), and so does any other structural statechart (``assemble``); what reads a chart
cannot tell which it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter

from journeykit.language.model.paths import inside
from journeykit.language.model.profile import Move, Profile, Stage, Track
from journeykit.statechart.order_of_choice import order_of_choice

__all__ = ["Chart", "Place", "Region", "Transition", "assemble", "chart_of", "choices", "upwards"]


@dataclass(frozen=True, slots=True)
class Place:
    """A state of the chart, which may hold others.

    Attributes:
        path: dotted, from the outermost region down.
        children: places inside it in the same region; entering it enters the first.
        regions: child regions that run while it holds; a place that has them is a leaf of its own region.
        final: True for an end, which only a transition from there or from inside leaves.
    """

    path: str
    children: tuple[Place, ...] = ()
    regions: tuple[Region, ...] = ()
    final: bool = False

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.path.rpartition(".")[2]

    def walk(self) -> Iterator[Place]:
        """Yield itself, then the places inside it in the same region, depth first."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True)
class Transition:
    """A transition from one source.

    Attributes:
        id: the move's id; a move with several sources has one transition for each of them, all with the same id.
        source: path of the place from which, or from inside which, it may be taken, also from inside a child region.
        target: path of its target, which may lie inside a child region of another leaf.
        order: its place in the order of choice; of several that may be taken, the lowest goes first.
    """

    id: str
    source: str
    target: str
    order: int


@dataclass(frozen=True, slots=True)
class Region:
    """A set of places of which one leaf holds.

    Attributes:
        name: unique in the chart.
        parent: path of the leaf it lives in, empty for a track.
        places: its outermost places; the first is where it starts.
        transitions: those that belong to it and to none of its child regions.
    """

    name: str
    parent: str
    places: tuple[Place, ...]
    transitions: tuple[Transition, ...] = ()

    def walk(self) -> Iterator[Place]:
        """Yield every place of this region, depth first, without those of child regions."""
        for place in self.places:
            yield from place.walk()

    def leaves(self) -> tuple[str, ...]:
        """Return the paths of the places without children, in order."""
        return tuple(place.path for place in self.walk() if not place.children)

    def nested(self) -> Iterator[Region]:
        """Yield itself, then its child regions at any depth, in order."""
        yield self
        for place in self.walk():
            for region in place.regions:
                yield from region.nested()


@dataclass(frozen=True, slots=True)
class Chart:
    """Concurrent regions. Paths are unique inside one of them (child regions included), names over the whole chart."""

    regions: tuple[Region, ...]

    def walk(self) -> Iterator[Region]:
        """Yield every region, a child region after its parent."""
        for region in self.regions:
            yield from region.nested()


def upwards(path: str) -> Iterator[str]:
    """Yield the path, then the path of every place around it, innermost first."""
    while path:
        yield path
        path = path.rpartition(".")[0]


def choices(region: Region, leaf: str) -> tuple[Transition, ...]:
    """Return the transitions of a region that may be taken while it stands at a leaf, in order of choice.

    A transition whose source lies inside a child region of the leaf is among them.
    """
    ends = [place.path for place in region.walk() if place.final and inside(leaf, place.path)]
    found: dict[tuple[str, str], Transition] = {}
    for transition in sorted(region.transitions, key=attrgetter("order")):
        held = inside(leaf, transition.source)
        if not (held or inside(transition.source, leaf)) or not all(inside(transition.source, end) for end in ends):
            continue  # a place with an end is left only by what names it
        # Of two sources of one move that both hold, the first will do.
        found.setdefault((transition.id, "" if held else transition.source), transition)
    return tuple(found.values())


def assemble(name: str, places: Sequence[Place], transitions: Iterable[Transition]) -> Region:
    """Return a region made of places, whose child regions must not have transitions yet.

    Each transition goes to the innermost region that holds both its source and its target.
    """
    bare = Region(name, "", tuple(places))
    branches = {place.path: region.name for region in bare.nested() if region.parent for place in region.places}
    homes: dict[str, list[Transition]] = {}
    for transition in transitions:
        homes.setdefault(home_of(branches, name, transition.source, transition.target), []).append(transition)
    return _with_transitions(bare, homes)


def home_of(branches: dict[str, str], root: str, source: str, target: str) -> str:
    """Return the name of the innermost region that holds both paths.

    ``branches`` maps the root place of each child region to the region's name; ``root`` is the outermost region's name.
    """
    for place in upwards(source):
        if place in branches and inside(target, place):
            return branches[place]
    return root


def chart_of(profile: Profile) -> Chart:
    """Return the chart of a profile: one region for a track, one child region for a branch."""
    return Chart(tuple(_region_of(track) for track in profile.tracks.values()))


def _region_of(track: Track) -> Region:
    places = tuple(_place_of(track.name, stage) for stage in track.stages)
    transitions = [
        Transition(move.id, source, move.to, order)
        for order, move in enumerate(order_of_choice(track))
        for source in _sources(track, move)
    ]
    return assemble(track.name, places, transitions)


def _sources(track: Track, move: Move) -> tuple[str, ...]:
    """Return the move's sources. One declared ``from: any`` also leaves nested ends, but not those in branches."""
    if not move.anywhere:
        return move.sources
    branches = [branch.path for stage in track.walk() for branch in stage.branches]
    ends = [stage.path for stage in track.walk() if stage.end is not None and stage.path not in move.sources]
    return move.sources + tuple(end for end in ends if not any(inside(end, branch) for branch in branches))


def _place_of(track: str, stage: Stage) -> Place:
    children = tuple(_place_of(track, step) for step in stage.steps)
    regions = tuple(
        Region(f"{track}.{branch.path}", stage.path, (_place_of(track, branch),)) for branch in stage.branches
    )
    return Place(stage.path, children, regions, stage.end is not None)


def _with_transitions(region: Region, homes: dict[str, list[Transition]]) -> Region:
    places = tuple(_place_with_transitions(place, homes) for place in region.places)
    return replace(region, places=places, transitions=tuple(homes.get(region.name, ())))


def _place_with_transitions(place: Place, homes: dict[str, list[Transition]]) -> Place:
    children = tuple(_place_with_transitions(child, homes) for child in place.children)
    return replace(
        place, children=children, regions=tuple(_with_transitions(region, homes) for region in place.regions)
    )
