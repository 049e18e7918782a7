"""The compiled tables that stepping reads: leaves, moves, reactions and who listens to what. Immutable once
compiled.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from typing import NamedTuple

from journeykit.dates import Mover, Period, first_instant, mover
from journeykit.language.model.profile import BandRule, Cadence, Move, Reaction
from journeykit.machine.closures import Instant, Test, Valuer, never
from journeykit.machine.criteria.held import Hold
from journeykit.machine.criteria.verdicts import Judged, Verdict
from journeykit.machine.snapshot import NO_NAMES, Position, Snapshot, Subject

__all__ = [
    "BandTable",
    "CadenceTable",
    "Config",
    "KindTable",
    "Leaf",
    "Look",
    "MoveTable",
    "ReactionTable",
    "RegionTable",
    "Route",
    "Topic",
]


_KEPT = 10_000
"""How many looks a configuration keeps, and beginnings a kind, and dates a cadence: the topics that change together are
few, and who comes later pays for itself."""


@dataclass(slots=True, eq=False)
class Route:
    """What taking a move from one leaf does: where it ends, how much of the way down is kept, which branches close
    and start.
    """

    leaf: Leaf
    kept: int
    left: tuple[str, ...]
    closes: frozenset[str]
    starts: tuple[Leaf, ...]
    left_open: tuple[str, ...] = ()


@dataclass(slots=True, eq=False)
class MoveTable:
    """A move compiled.

    ``guard`` judges its criteria and its handoff; ``ready`` its criteria alone; ``branches``: those that must be
    over, with the
    test of each; ``here`` whether a source inside a branch holds
    (None: the leaf itself says so).
    """

    move: Move
    region: str
    here: Test | None
    ready: Test
    guard: Test
    judged: tuple[Judged, ...]
    topics: frozenset[str]
    turns: dict[object, Instant]
    branches: tuple[tuple[str, Test], ...] = ()
    routes: dict[Leaf, Route] = field(default_factory=dict)

    def verdicts(self, snapshot: Snapshot, subject: Subject) -> tuple[Verdict, ...]:
        """Judge each of its criteria for the record."""
        return tuple([judged.verdict(snapshot, subject) for judged in self.judged])


@dataclass(slots=True, eq=False)
class Leaf:
    """A place where a subject can stand, with everything that can be asked of it there.

    Attributes:
        chain: paths of the places from the region's outermost down to it.
        parent: path of the leaf around its region, empty in a track's own region.
        ends: whether it or a place around it (in its region) has an ``end``.
        moves: all candidates in order of choice; ``level`` those that wait for no signal.
        reads: topic -> moves that must be judged when it changed; ``>signal`` and ``>account.signal`` for those that
        wait for one.
        clocked: whether anything about it falls due or turns by time.
        gates: moves with a handoff that a person must accept; ``gate_topics`` what their readiness reads.
    """

    region: RegionTable
    path: str
    chain: tuple[str, ...]
    parent: str
    ends: bool
    stuck_after: Period | None = None
    moves: tuple[MoveTable, ...] = ()
    level: tuple[MoveTable, ...] = ()
    rank: dict[MoveTable, int] = field(default_factory=dict)
    reads: dict[str, tuple[MoveTable, ...]] = field(default_factory=dict)
    gates: tuple[MoveTable, ...] = ()
    gate_topics: frozenset[str] = frozenset()
    turns: tuple[Instant, ...] = ()
    renew: MoveTable | None = None
    clocked: bool = False

    def __repr__(self) -> str:
        return f"<Leaf {self.region.name}:{self.path}>"


@dataclass(slots=True, eq=False)
class RegionTable:
    """A region: a track of its own, or a branch (then ``parent`` is the path of the leaf it lives in)."""

    name: str
    track: str
    kind: str
    parent: str
    order: int
    leaves: dict[str, Leaf] = field(default_factory=dict)
    start: Leaf | None = None
    starts: tuple[Leaf, ...] = ()
    topic: str = ""
    at_topic: str = ""

    def __post_init__(self) -> None:
        self.topic = f"!{self.name}"
        self.at_topic = f"@{self.track}"


@dataclass(slots=True, eq=False)
class ReactionTable:
    """A reaction compiled. ``test`` is None where it waits for a signal and asks nothing."""

    reaction: Reaction
    test: Test
    topics: frozenset[str]
    turns: dict[object, Instant]
    judged: tuple[Judged, ...]


@dataclass(slots=True, eq=False)
class BandTable:
    """A band compiled: ``measured`` yields the number that its levels divide."""

    rule: BandRule
    measured: Valuer

    def level(self, number: float, held: str | None) -> str:
        """The level that a number takes, given the level held until now."""
        rank = {name: place for place, (name, _) in enumerate(self.rule.levels)}
        reached = [place for place, (_, start) in enumerate(self.rule.levels) if number >= start]
        place = reached[-1] if reached else 0
        if held is not None and place < rank[held]:
            start = self.rule.levels[rank[held]][1]
            if number >= start - self.rule.margin:
                place = rank[held]
        return self.rule.levels[place][0]


@dataclass(slots=True, eq=False)
class CadenceTable:
    """A cadence of a track: ``ident`` is ``track.name``, ``number`` its place among the cadences of its track.

    ``rests``: the leaves of the track at which nothing of it falls due.
    """

    ident: str
    region: RegionTable
    number: int
    cadence: Cadence
    rests: frozenset[Leaf]
    known: dict[tuple[date, int, tzinfo], datetime | None] = field(default_factory=dict)

    def falls_due(self, anchor: date, number: int, zone: tzinfo) -> datetime | None:
        """When it falls due for so many-th time; None at the edge of the calendar, where there is no next one."""
        key = (anchor, number, zone)
        if key in self.known:
            return self.known[key]
        day = self.cadence.every.add(anchor, number)
        at = first_instant(day, zone) if day < date.max else None
        if len(self.known) < _KEPT:
            self.known[key] = at
        return at


@dataclass(slots=True, eq=False)
class KindTable:
    """All that the subjects of one kind have in common. ``noting``: topic -> the held criteria to note anew;
    ``measuring``: topic -> the bands to measure anew.
    """

    name: str
    tracks: tuple[RegionTable, ...] = ()
    reactions: tuple[ReactionTable, ...] = ()
    reads: Mapping[str, tuple[ReactionTable, ...]] = field(default_factory=dict)
    turns: tuple[Instant, ...] = ()
    holds: tuple[Hold, ...] = ()
    noting: Mapping[str, tuple[Hold, ...]] = field(default_factory=dict)
    measuring: Mapping[str, tuple[BandTable, ...]] = field(default_factory=dict)
    cadences: tuple[CadenceTable, ...] = ()
    beginnings: dict[datetime, tuple[Position, ...]] = field(default_factory=dict)

    def beginning(self, now: datetime) -> tuple[Position, ...]:
        """Where a subject that starts now stands. Kept: subjects that start together share it until they move."""
        found = self.beginnings.get(now)
        if found is None:
            starts = [leaf for region in self.tracks for leaf in (region.start, *region.starts) if leaf is not None]
            found = tuple(Position(leaf, (now,) * len(leaf.chain)) for leaf in starts)
            if len(self.beginnings) < _KEPT:
                self.beginnings[now] = found
        return found


class Look(NamedTuple):
    """What some topics ask a subject that stands so to judge.

    ``regions``: (place in the row, moves in order of choice), outer regions first; ``gated``: whether a gate reads
    them; ``bands`` are to be measured anew, ``holds`` to be noted anew.
    """

    regions: tuple[tuple[int, tuple[MoveTable, ...]], ...]
    reactions: tuple[ReactionTable, ...]
    gated: bool
    bands: tuple[BandTable, ...] = ()
    holds: tuple[Hold, ...] = ()


@dataclass(slots=True, eq=False)
class Config:
    """All that a subject's present leaves and its kind listen to, together; shared by all subjects that stand the same.

    ``turns``: what turns by time; ``stuck``: (place in the row, what moves its entry to the instant) where one may get
    stuck; ``beats``: the cadences that run, since they do not rest where their track stands; ``ended``: whether every
    track stands at an end.
    """

    kind: KindTable
    leaves: tuple[Leaf, ...]
    listens: frozenset[str]
    looks: dict[str | frozenset[str], Look] = field(default_factory=dict)
    turns: tuple[Instant, ...] = ()
    stuck: tuple[tuple[int, Mover], ...] = ()
    cadences: tuple[CadenceTable, ...] = ()
    ended: bool = False

    def __post_init__(self) -> None:
        turns = {id(turn): turn for turns in (*(leaf.turns for leaf in self.leaves), self.kind.turns) for turn in turns}
        self.turns = tuple(turn for turn in turns.values() if turn is not never)
        own = [(place, leaf) for place, leaf in enumerate(self.leaves) if not leaf.parent]
        self.ended = bool(own) and all(leaf.ends for _, leaf in own)
        self.cadences = tuple(table for table in self.kind.cadences if table.rests.isdisjoint(self.leaves))
        if not self.ended:
            self.stuck = tuple(
                (place, mover(leaf.stuck_after))
                for place, leaf in own
                if leaf.stuck_after is not None and not leaf.ends
            )

    def look(self, topics: list[str]) -> Look:
        """What these topics ask to judge. Kept: the same question has one answer."""
        key = topics[0] if len(topics) == 1 else frozenset(topics)
        found = self.looks.get(key)
        if found is None:
            found = self._look(set(topics))
            if len(self.looks) < _KEPT:
                self.looks[key] = found
        return found

    def _look(self, topics: set[str]) -> Look:
        regions = []
        for place, leaf in enumerate(self.leaves):
            moves = {table for topic in topics for table in leaf.reads.get(topic, ())}
            if moves:
                regions.append((place, tuple(sorted(moves, key=leaf.rank.__getitem__))))
        reactions = {table for topic in topics for table in self.kind.reads.get(topic, ())}
        gated = any(leaf.gates and not leaf.gate_topics.isdisjoint(topics) for leaf in self.leaves)
        holds = dict.fromkeys(hold for topic in topics for hold in self.kind.noting.get(topic, ()))
        bands = dict.fromkeys(band for topic in topics for band in self.kind.measuring.get(topic, ()))
        in_order = tuple(sorted(reactions, key=lambda table: table.reaction.order))
        return Look(tuple(regions), in_order, gated, tuple(bands), tuple(holds))


NO_CONFIG = Config(KindTable(""), (), NO_NAMES)
"""What a subject listens to before its tracks have started."""


class Topic(NamedTuple):
    """Who must look again when something named so changed: the same subject's row, all rows of some kinds; their due
    dates too.
    """

    near: bool
    far: tuple[str, ...]
    dues: bool
