"""Moves compiled: for every leaf the moves that may be taken there, what each asks, and where it leads (R5 to R7).

The order of ``Leaf.moves`` is the order of choice; the chart decides it (``statechart``), as it does what is left and
entered.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from journeykit.language.model.paths import inside
from journeykit.language.model.profile import Criterion, Move, Profile, Stage, Track
from journeykit.machine.closures import Test
from journeykit.machine.cooldowns import cooldown
from journeykit.machine.criteria.answers import Questions
from journeykit.machine.criteria.context import Context
from journeykit.machine.criteria.guards import criteria_test
from journeykit.machine.criteria.judgements import judge_of
from journeykit.machine.criteria.three_valued import all_tests
from journeykit.machine.criteria.turning_points import criteria_turns
from journeykit.machine.criteria.verdicts import judged_of
from journeykit.machine.leaves import Board
from journeykit.machine.listeners import Listening
from journeykit.machine.snapshot import Snapshot, Subject
from journeykit.machine.tables import BranchTable, Leaf, MoveTable, RegionTable, Route
from journeykit.machine.topic_names import EVERYTHING, entered, moved_in
from journeykit.machine.topics import Read, criteria_reads, time_reads
from journeykit.plain import FrozenDict
from journeykit.statechart.order_of_choice import order_of_choice
from journeykit.statechart.regions import Coordinator

__all__ = ["compile_moves"]

_Known = dict[tuple[str, str, tuple[str, ...]], MoveTable]
"""The tables of a track by (region, id of the move, sources inside branches): leaves that ask the same share one."""


def compile_moves(track: Track, context: Context, board: Board, coordinator: Coordinator, listening: Listening) -> None:
    """Fill in the moves of every leaf of a track."""
    moves = _Moves(track, context, board, coordinator, listening)
    for region in board.regions.values():
        if region.track == track.name:
            for leaf in region.leaves.values():
                moves.fill(leaf)


class _Moves:
    def __init__(
        self, track: Track, context: Context, board: Board, coordinator: Coordinator, listening: Listening
    ) -> None:
        self.profile: Profile = context.profile
        self.moves = {move.id: move for move in track.all_moves()}
        self.rank = {move.id: place for place, move in enumerate(order_of_choice(track))}
        self.context = context
        self.board = board
        self.coordinator = coordinator
        self.listening = listening
        self.tables: _Known = {}

    def fill(self, leaf: Leaf) -> None:
        region = leaf.region
        sources: dict[str, list[str]] = {}
        for transition in self.coordinator.candidates(region.name, leaf.path):
            sources.setdefault(transition.id, []).append(transition.source)
        candidates = [self._candidate(leaf, ident, found) for ident, found in sources.items()]
        leaf.moves = tuple(candidates)
        leaf.level = tuple(table for table in candidates if table.move.upon is None)
        leaf.reads = self.listening.by_topic(candidates, region.kind)
        # Whoever enters a leaf has never been judged for its moves, so entering its region judges all of them.
        leaf.reads[EVERYTHING] = leaf.reads[entered(region.name)] = leaf.level
        gates = [t for t in candidates if t.move.handoff is not None and not t.move.handoff.automatic]
        leaf.gates = tuple(sorted(gates, key=lambda table: table.move.order))
        if leaf.gates:
            leaf.gate_topics = frozenset(
                {EVERYTHING, entered(region.name)}.union(*(table.topics for table in leaf.gates))
            )
        leaf.turns = tuple(dict(chain.from_iterable(table.turns.items() for table in candidates)).values())
        leaf.clocked = bool(leaf.turns) or leaf.stuck_after is not None or leaf.ends
        leaf.renew = next((table for table in candidates if table.move.kind == "renew"), None)

    def _candidate(self, leaf: Leaf, ident: str, sources: list[str]) -> MoveTable:
        held = any(inside(leaf.path, source) for source in sources)
        inner = () if held else tuple(sources)
        key = (leaf.region.name, ident, inner)
        if key not in self.tables:
            self.tables[key] = self._table(self.moves[ident], leaf.region, inner)
        table = self.tables[key]
        table.routes[leaf] = self._route(leaf, table.move)
        return table

    def _table(self, move: Move, region: RegionTable, inner: tuple[str, ...]) -> MoveTable:
        context = self.context
        at_track = Read(moved_in(region.track), context.kind, False)
        tests = [criteria_test(move.when, context)]
        read = list(criteria_reads(move.when, context.kind, self.profile))
        here = self._here(region.track, move, inner)
        if here is not None:
            tests.insert(0, here)
            read.append(at_track)
        asked = move.when
        branches = self._asked_branches(region.track, move)
        over = tuple(self._branch(region.track, branch) for branch in branches)
        if branches:
            tests += [branch.over for branch in over]
            of_branches = tuple(chain.from_iterable(map(_success_of, branches)))
            read += [at_track, *criteria_reads(of_branches, context.kind, self.profile)]
            asked += of_branches
        turns = criteria_turns(asked, context)
        if move.cooldown is not None:
            cooled, cooled_at = cooldown(move.id, move.cooldown)
            tests.append(cooled)
            turns["cooldown", move.id] = cooled_at
        timed = time_reads(asked, context.kind, self.profile)
        topics = self.listening.note(read, context.kind, timed, turning=bool(turns))
        ready = all_tests(tests)
        judged = judged_of(move.when, context)
        judge = judge_of(move.when, judged, context, branches)
        rank, guard = self.rank[move.id], _with_handoff(move, ready)
        asks = Questions(asked, context)
        return MoveTable(move, rank, region.name, here, ready, guard, judged, judge, asks, topics, turns, over)

    def _here(self, track: str, move: Move, inner: tuple[str, ...]) -> Test | None:
        """Return the test that the subject stands at a source inside a branch; None where the leaf itself says so."""
        if not inner:
            return None
        leaves = {
            leaf for source in inner for leaf in self.board.inside(track, source) if self._may_leave(leaf, move, source)
        }
        return lambda snapshot, subject: any(position.leaf in leaves for position in subject.positions)

    def _may_leave(self, leaf: Leaf, move: Move, source: str) -> bool:
        """Tell whether a move may leave a leaf: an ``end`` is left only by what names it, or by ``from: any`` (R12)."""
        stages = self.board.stages
        ends = (place for place in leaf.chain if stages[leaf.region.track, place].end is not None)
        return move.anywhere or all(inside(source, end) for end in ends)

    def _asked_branches(self, track: str, move: Move) -> tuple[Stage, ...]:
        """Return the branches that must be over: those of the move's place, if it asks for its success (R6)."""
        stage = self.board.stages.get((track, move.owner))
        if stage is None or not stage.branches:
            return ()
        asks = any(map(stage.is_success, move.when))
        return stage.branches if asks else ()

    def _branch(self, track: str, branch: Stage) -> BranchTable:
        """Compile a branch: it is over at an ``end``, or when its success and that of its own branches are met (R6)."""
        region = self.board.regions[f"{track}.{branch.path}"]
        inner = tuple(self._branch(track, one) for one in branch.branches)
        tests = [criteria_test(branch.success, self.context)] if branch.success else []
        tests += [one.over for one in inner]
        done = all_tests(tests) if tests else None

        def over(snapshot: Snapshot, subject: Subject) -> bool | None:
            for position in subject.positions:
                if position.leaf.region is region and position.leaf.ends:
                    return True
            return False if done is None else done(snapshot, subject)

        return BranchTable(branch.path, over, inner)

    def _route(self, leaf: Leaf, move: Move) -> Route:
        region = leaf.region
        plan = self.coordinator.plan(region.name, leaf.path, move.to)
        route = Route(
            leaf=region.leaves[plan.leaf],
            kept=len(leaf.chain) - len(plan.exited),
            left=plan.exited,
            closes=frozenset(self.coordinator.closed_by(region.name, leaf.path)),
            starts=self.board.starts(plan),
        )
        told = (("left_open", self._left_open(move, leaf)), ("asks_again", tuple(move.asks_again)))
        more = {name: names for name, names in told if names}
        route.data = FrozenDict({"kind": move.kind, "at": route.at, **more})
        return route

    def _left_open(self, move: Move, leaf: Leaf) -> tuple[str, ...]:
        """Return the steps that an exit leaves unfinished: those of its stage from the one of the leaf on (R6)."""
        owner = self.board.stages.get((leaf.region.track, move.owner))
        if owner is None or move.declared != "exit":
            return ()
        steps = [step.path for step in owner.steps]
        at = next((place for place, path in enumerate(steps) if inside(leaf.path, path)), None)
        return () if at is None else tuple(steps[at:])


def _with_handoff(move: Move, ready: Test) -> Test:
    """Compile what a move asks with its handoff: accepted, unless the receiver accepts by itself (R7)."""
    if move.handoff is None or move.handoff.automatic:
        return ready
    ident = move.id

    def accepted(snapshot: Snapshot, subject: Subject) -> bool | None:
        said = subject.handoffs.get(ident)
        if said is None or said.what != "accepted":
            return False
        return ready(snapshot, subject)

    return accepted


def _success_of(branch: Stage) -> Iterator[Criterion]:
    """Yield the criteria of a branch's success, with those of its own branches."""
    yield from branch.success
    for inner in branch.branches:
        yield from _success_of(inner)
