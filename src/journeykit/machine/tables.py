"""The compiled tables that a step reads: leaves, moves, reactions, and what listens to which topic.

A step judges only what reads something that changed; why that is enough stands in ``topics``. Here is how it finds
those few. Each ``Leaf`` indexes its moves by the topics they read, each ``KindTable`` its reactions, bands and held
criteria. A subject stands at a handful of leaves, which make its ``Config``; asked for the topics that changed, a
``Config`` answers with a ``Look``: all that this subject has to judge, in the order of choice. Subjects that stand the
same share a ``Config``, and the same topics change together again and again, so every look is made once and kept.

Tables are immutable once compiled, but for such caches.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from operator import attrgetter
from typing import Any, NamedTuple

from journeykit.dates import Mover, Period, first_instant, mover
from journeykit.language.model.profile import Cadence, Move, Reaction
from journeykit.machine.bands import BandTable
from journeykit.machine.closures import Instant, Test, never
from journeykit.machine.criteria.answers import Questions
from journeykit.machine.criteria.held import Hold
from journeykit.machine.criteria.judgements import Judge
from journeykit.machine.criteria.verdicts import Judged, Verdict
from journeykit.machine.snapshot import NO_NAMES, Position, Snapshot, Subject
from journeykit.machine.topic_names import entered, moved_in
from journeykit.plain import FrozenDict

__all__ = [
    "BranchTable",
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
"""The most looks that a configuration keeps, and beginnings a kind, and dates a cadence. Few topics change together, so
this is hardly ever reached; what comes after it is made anew each time."""


@dataclass(slots=True, eq=False)
class Route:
    """The effect of taking a move from one leaf (rule R6).

    Attributes:
        leaf: the leaf at which it ends, in the same region.
        kept: how many places of the old leaf's ``chain``, from the outermost, are not left.
        left: paths of the places left.
        closes: names of the child regions that end.
        starts: the leaves at which child regions start.
        data: what the record of the move says of it: its kind, ``at``, what is left unfinished and asked again.
    """

    leaf: Leaf
    kept: int
    left: tuple[str, ...]
    closes: frozenset[str]
    starts: tuple[Leaf, ...]
    data: Mapping[str, Any] = field(default_factory=dict)

    @property
    def at(self) -> Mapping[str, str]:
        """The leaves entered, by region."""
        return FrozenDict({leaf.region.name: leaf.path for leaf in (self.leaf, *self.starts)})


class BranchTable(NamedTuple):
    """A branch that a move asks to be over (rule R6): its path, the test, and the branches inside that it asks too."""

    path: str
    over: Test
    branches: tuple[BranchTable, ...]


@dataclass(slots=True, eq=False)
class MoveTable:
    """A move compiled, shared by the leaves of a region from which it may be taken in the same way.

    Attributes:
        rank: its place in its track's order of choice; the lowest goes first (R5).
        region: name of the region that it moves.
        here: tests that a source inside a branch holds the subject; None where the leaf itself says so.
        ready: tests all that it asks but for its handoff.
        guard: tests that and the handoff: met where the move may be taken, its signal aside.
        judged: its criteria, ready to be shown on the record.
        judge: judges what it asks, for the record.
        asks: its criteria, with those of branches that must be over, to be answered one by one for a trace.
        topics: all that it reads.
        turns: the instants at which it turns by time alone, by what they are about.
        branches: those that must be over.
        routes: by leaf, what taking it there does.
    """

    move: Move
    rank: int
    region: str
    here: Test | None
    ready: Test
    guard: Test
    judged: tuple[Judged, ...]
    judge: Judge
    asks: Questions
    topics: frozenset[str]
    turns: dict[object, Instant]
    branches: tuple[BranchTable, ...] = ()
    routes: dict[Leaf, Route] = field(default_factory=dict)

    def verdicts(self, snapshot: Snapshot, subject: Subject) -> tuple[Verdict, ...]:
        """Judge each of its criteria for the record."""
        return tuple([judged.verdict(snapshot, subject) for judged in self.judged])


@dataclass(slots=True, eq=False)
class Leaf:
    """A place at which a subject can stand in a region, with everything that can be asked of it there.

    Attributes:
        chain: paths of the places from the region's outermost down to it.
        parent: path of the leaf around its region, empty in a track's own region.
        ends: whether it or a place around it (in its region) has an ``end``.
        stuck_after: how long a stay in its outermost stage may last; only in a track's own region.
        moves, level: all moves that may be taken from here, in order of choice; those that wait for no signal.
        reads: by topic, the moves to judge when it changed; those that wait for a signal stand under ``>signal`` or
            ``>account.signal`` alone.
        gates, gate_topics: moves with a handoff that a person must accept; what their readiness reads.
        turns: the instants at which its moves turn by time alone.
        renew: the move by which a term renews by itself (R11).
        clocked: whether anything about it falls due or turns by time, so that who comes or goes is due anew.
    """

    region: RegionTable
    path: str
    chain: tuple[str, ...]
    parent: str
    ends: bool
    stuck_after: Period | None = None
    moves: tuple[MoveTable, ...] = ()
    level: tuple[MoveTable, ...] = ()
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
    """A region: a track's own, or that of a branch.

    Attributes:
        track, kind: names of its track, and of the kind of subject that the track belongs to.
        parent: path of the leaf that a branch lives in; empty in a track's own region.
        order: its place among all regions.
        start, starts: the leaf at which it starts, and those at which child regions start with it.
        topic, at_topic: ``!region``, upon which all its level moves are judged; ``@track``, upon which its readers are.
    """

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
        self.topic = entered(self.name)
        self.at_topic = moved_in(self.track)


@dataclass(slots=True, eq=False)
class ReactionTable:
    """A reaction compiled: the test of all that it asks, what it reads, when that turns by time, and its judgement.

    ``asks``: its criteria, to be answered one by one for a trace; ``cooled`` tells that its cooldown is over; None
    where it has none.
    """

    reaction: Reaction
    test: Test
    topics: frozenset[str]
    turns: dict[object, Instant]
    judge: Judge
    asks: Questions
    cooled: Test | None = None


@dataclass(slots=True, eq=False)
class CadenceTable:
    """A cadence of a track: ``ident`` is ``track.name``, ``number`` its place among the cadences of its track.

    ``rests``: the leaves of the track at which nothing of it falls due; ``known``, ``days``: caches of its dates.
    """

    ident: str
    region: RegionTable
    number: int
    cadence: Cadence
    rests: frozenset[Leaf]
    known: dict[tuple[date, int, tzinfo], datetime | None] = field(default_factory=dict)
    days: dict[tuple[date, int], date] = field(default_factory=dict)

    def day(self, anchor: date, number: int) -> date:
        """Return the day of date ``number`` (from 1) counted from an anchor; at the edge of the calendar, its last."""
        found = self.days.get((anchor, number))
        if found is None:
            found = self.cadence.every.add(anchor, number)
            if len(self.days) < _KEPT:
                self.days[anchor, number] = found
        return found

    def falls_due(self, anchor: date, number: int, zone: tzinfo) -> datetime | None:
        """Return the instant of date ``number`` (from 1) counted from an anchor (rule R9).

        Each is counted from the anchor in one go, so that months of different lengths do not add up to a drift. None at
        the edge of the calendar, where there is no next one.
        """
        key = (anchor, number, zone)
        if key in self.known:
            return self.known[key]
        day = self.day(anchor, number)
        at = first_instant(day, zone) if day < date.max else None
        if len(self.known) < _KEPT:
            self.known[key] = at
        return at


@dataclass(slots=True, eq=False)
class KindTable:
    """All that the subjects of one kind have in common.

    Attributes:
        tracks: the tracks' own regions, as declared.
        reactions: as declared; ``reads``: by topic, those to judge when it changed.
        turns: the instants at which reactions, held criteria and bands turn by time alone.
        holds: the held criteria to note; ``noting``: by topic, those to note anew when it changed.
        measuring: by topic, the bands to measure anew when it changed.
        cadences: of all its tracks.
        beginnings: a cache, see ``beginning``.
        starts_at: the path of the leaf at which each region starts, by name.
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
    starts_at: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.starts_at = FrozenDict({leaf.region.name: leaf.path for leaf in self._starts()})

    def beginning(self, now: datetime) -> tuple[Position, ...]:
        """Return the positions of a subject that starts now; those that start together share them until they move."""
        found = self.beginnings.get(now)
        if found is None:
            found = tuple(Position(leaf, (now,) * len(leaf.chain)) for leaf in self._starts())
            if len(self.beginnings) < _KEPT:
                self.beginnings[now] = found
        return found

    def _starts(self) -> list[Leaf]:
        return [leaf for region in self.tracks for leaf in (region.start, *region.starts) if leaf is not None]


_rank = attrgetter("rank")


class Look(NamedTuple):
    """All that a subject has to judge when some topics changed.

    Attributes:
        regions: (index of the position, moves in order of choice), outer regions first.
        reactions: as declared.
        gated: whether a gate reads the topics.
        bands, holds: those to measure and to note anew.
    """

    regions: tuple[tuple[int, tuple[MoveTable, ...]], ...]
    reactions: tuple[ReactionTable, ...]
    gated: bool
    bands: tuple[BandTable, ...] = ()
    holds: tuple[Hold, ...] = ()


@dataclass(slots=True, eq=False)
class Config:
    """A configuration: all that a subject's leaves and its kind listen to, shared by all that stand the same.

    Attributes:
        leaves: of its positions, in their order.
        listens: the topics upon which it has anything to judge.
        looks: a cache, see ``look``.
        turns: the instants at which anything of it turns by time alone.
        stuck: (index of the position, mover of the entry to the instant) where the subject may get stuck.
        cadences: those that run, since they do not rest where their track stands.
        ended: whether every track stands at an ``end``, so that timers have stopped (R12).
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
        """Return what these topics ask to judge; each answer is kept."""
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
                regions.append((place, tuple(sorted(moves, key=_rank))))
        reactions = {table for topic in topics for table in self.kind.reads.get(topic, ())}
        gated = any(leaf.gates and not leaf.gate_topics.isdisjoint(topics) for leaf in self.leaves)
        holds = dict.fromkeys(hold for topic in topics for hold in self.kind.noting.get(topic, ()))
        bands = dict.fromkeys(band for topic in topics for band in self.kind.measuring.get(topic, ()))
        in_order = tuple(sorted(reactions, key=lambda table: table.reaction.order))
        return Look(tuple(regions), in_order, gated, tuple(bands), tuple(holds))


NO_CONFIG = Config(KindTable(""), (), NO_NAMES)
"""The configuration of a subject whose tracks have not started: it listens to nothing."""


class Topic(NamedTuple):
    """The readers of one topic, who must look again when it changed.

    Attributes:
        near: whether the subject that it changed for must.
        far: the kinds of which all subjects must.
        dues: whether it decides when something turns by time, so that they must compute their due instants anew.
    """

    near: bool
    far: tuple[str, ...]
    dues: bool
