"""From a profile to the tables that stepping reads: profile -> chart -> routes -> guards -> machine."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from os import PathLike
from typing import Any

from journeykit.errors import Finding, ProfileError
from journeykit.language import catalog
from journeykit.language import lint as words
from journeykit.language.expressions import ACCOUNT, Band, Fact
from journeykit.language.profile import Criterion, Move, Profile, Reaction, Stage, Track
from journeykit.machine import lint as structure
from journeykit.machine.chart import chart_of, inside
from journeykit.machine.clockwork import criteria_turns
from journeykit.machine.coordinator import Coordinator, Plan
from journeykit.machine.countdown import CountdownTable
from journeykit.machine.fingerprint import fingerprint
from journeykit.machine.guards import Context, criteria_test, test, value
from journeykit.machine.kleene import all_tests
from journeykit.machine.layout import Instant, Test
from journeykit.machine.machine import Machine, fact_checks
from journeykit.machine.tables import BandTable, Judged, KindTable, Leaf, MoveTable, ReactionTable, RegionTable, Route, Topic, nodes
from journeykit.machine.topics import Read, criteria_reads, reads, time_reads

__all__ = ["compile_profile", "load"]


def compile_profile(profile: Profile) -> Machine:
    """The machine of a profile.

    Raises:
        ProfileError: with every error that the lint of the words and of the structure found; warnings stay on the machine.
    """
    chart = chart_of(profile)
    findings: list[Finding] = [*words.lint(profile), *structure.lint(profile, chart)]
    errors = [finding for finding in findings if finding.severity == "error"]
    if errors:
        raise ProfileError(errors)
    return _Compiler(profile, Coordinator(chart)).machine(tuple(findings))


class _Compiler:
    def __init__(self, profile: Profile, coordinator: Coordinator) -> None:
        self.profile = profile
        self.coordinator = coordinator
        self.moves = {move.id: move for track in profile.tracks.values() for move in _moves(track)}
        self.stages = {(track.name, stage.path): stage for track in profile.tracks.values() for stage in track.walk()}
        counting = [track for track in profile.tracks.values() if track.countdown is not None]
        term = profile.term_kind
        self.countdown = CountdownTable(profile, term, counting[0] if counting else None) if term else None
        self.regions: dict[str, RegionTable] = {}
        self.topics: dict[str, list[tuple[Read, str]]] = {}
        self.timed_topics: set[str] = set()
        self.asked: dict[str, frozenset[str]] = {
            track.name: frozenset(chain.from_iterable(move.asks_again for move in _moves(track)))
            for track in profile.tracks.values()
        }

    def machine(self, findings: tuple[Finding, ...]) -> Machine:
        self._lay_out()
        self._compile_countdown()
        for track in self.profile.tracks.values():
            self._compile_track(track)
        kinds = {name: self._kind(name) for name in self.profile.kinds}
        return Machine(
            profile=self.profile,
            coordinator=self.coordinator,
            fingerprint=fingerprint(self.profile),
            findings=findings,
            regions=self.regions,
            kinds=kinds,
            topics={topic: self._topic(topic, found) for topic, found in self.topics.items()},
            countdown=self.countdown,
            checks=fact_checks(self.profile),
            bands=self._bands(),
            special=self._special(),
            derived=self._derived(),
            waivable=dict(self._waivable()),
            moves=self.moves,
        )

    # -- places: what guards ask of them (guards.Places) --

    def inside(self, track: str, path: str) -> Mapping[Leaf, int]:
        """Every leaf there or inside, with the depth at which the place stands in its chain (-1: around its region)."""
        return {
            leaf: leaf.chain.index(path) if path in leaf.chain else -1
            for region in self.regions.values()
            if region.track == track
            for leaf in region.leaves.values()
            if inside(leaf.path, path)
        }

    def due(self, name: str) -> Instant:
        assert self.countdown is not None
        return self.countdown.due(name)

    def reached(self, name: str) -> Test:
        assert self.countdown is not None
        return self.countdown.reached(name)

    def covered(self, state: Any) -> bool | None:
        result: bool | None = False
        if self.countdown is None:
            return result
        for row in state.rows.values():
            if row.kind == self.countdown.kind:
                found = self.countdown.covers(state, row)
                if found:
                    return True
                if found is None:
                    result = None
        return result

    def cover_turn(self, state: Any, row: Any) -> Any:
        if self.countdown is None:
            return None
        instants = (
            self.countdown.cover_instants(state, other)
            for other in state.rows.values()
            if other.kind == self.countdown.kind
        )
        return min((at for at in chain.from_iterable(instants) if at > state.now), default=None)

    # -- regions and leaves --

    def _lay_out(self) -> None:
        tracks = {region.name: self.profile.tracks[region.name] for region in self.coordinator.chart.regions}
        for top in self.coordinator.chart.regions:
            track = tracks[top.name]
            for region in top.nested():
                table = RegionTable(region.name, track.name, track.per, region.parent, len(self.regions))
                self.regions[region.name] = table
                for path in region.leaves():
                    table.leaves[path] = self._leaf(table, track, path, {place.path for place in region.walk()})
        for name, table in self.regions.items():
            plan = self.coordinator.start(name)
            table.start = table.leaves[plan.leaf]
            table.starts = self._starts(plan)

    def _leaf(self, table: RegionTable, track: Track, path: str, own: set[str]) -> Leaf:
        parts = path.split(".")
        downwards = (".".join(parts[:n]) for n in range(1, len(parts) + 1))
        places = tuple(place for place in downwards if place in own)
        ends = any(self.stages[track.name, place].end is not None for place in places)
        stuck_after = None if table.parent else self.stages[track.name, places[0]].stuck_after
        return Leaf(table, path, places, table.parent, ends, stuck_after)

    def _starts(self, plan: Plan) -> tuple[Leaf, ...]:
        return tuple(self.regions[start.region].leaves[start.leaf] for start in plan.starts)

    # -- moves --

    def _compile_track(self, track: Track) -> None:
        context = Context(self.profile, self, track.per, track.name, self.asked[track.name])
        tables: dict[tuple[str, str, tuple[str, ...]], MoveTable] = {}
        for region in self.regions.values():
            if region.track != track.name:
                continue
            for leaf in region.leaves.values():
                self._compile_leaf(leaf, context, tables)

    def _compile_leaf(self, leaf: Leaf, context: Context, tables: dict[tuple[str, str, tuple[str, ...]], MoveTable]) -> None:
        region = leaf.region
        sources: dict[str, list[str]] = {}
        for way in self.coordinator.candidates(region.name, leaf.path):
            sources.setdefault(way.id, []).append(way.source)
        candidates = []
        for ident, found in sources.items():
            held = any(inside(leaf.path, source) for source in found)
            inner = () if held else tuple(found)
            key = (region.name, ident, inner)
            if key not in tables:
                tables[key] = self._move(self.moves[ident], region, inner, context)
            tables[key].routes[leaf] = self._route(leaf, self.moves[ident])
            candidates.append(tables[key])
        leaf.moves = tuple(candidates)
        leaf.level = tuple(table for table in candidates if table.move.upon is None)
        leaf.rank = {table: place for place, table in enumerate(candidates)}
        leaf.reads = self._reads(candidates, region.kind)
        leaf.reads["*"] = leaf.reads[f"!{region.name}"] = leaf.level
        gates = [t for t in candidates if t.move.handoff is not None and not t.move.handoff.automatic]
        leaf.gates = tuple(sorted(gates, key=lambda table: table.move.order))
        if leaf.gates:
            leaf.gate_topics = frozenset({"*", f"!{region.name}"}.union(*(table.topics for table in leaf.gates)))
        leaf.turns = tuple(dict(chain.from_iterable(table.turns.items() for table in candidates)).values())
        leaf.clocked = bool(leaf.turns) or leaf.stuck_after is not None or leaf.ends
        leaf.renew = next((table for table in candidates if table.move.kind == "renew"), None)

    def _move(self, move: Move, region: RegionTable, inner: tuple[str, ...], context: Context) -> MoveTable:
        tests = [criteria_test(move.when, context)]
        read = list(criteria_reads(move.when, context.kind, self.profile))
        here = self._here(region.track, move, inner)
        if here is not None:
            tests.insert(0, here)
            read.append(Read(f"@{region.track}", context.kind, False))
        stage = self.stages.get((region.track, move.owner))
        if stage is not None and stage.branches and _asks_success(move, stage):
            tests += [self._over(region.track, branch, context) for branch in stage.branches]
            read += [Read(f"@{region.track}", context.kind, False)]
            for branch in stage.branches:
                read += criteria_reads(branch.success, context.kind, self.profile)
        turns = criteria_turns(self._asked_of(move, stage), context)
        timed = list(time_reads(self._asked_of(move, stage), context.kind, self.profile))
        topics = self._note(read, context.kind, timed, turning=bool(turns))
        ready = all_tests(tests)
        guard = _with_handoff(move, ready)
        judged = tuple(self._judged(found, around, context) for found, around in _leaves(move.when))
        return MoveTable(move, region.name, here, ready, guard, judged, topics, turns)

    def _here(self, track: str, move: Move, inner: tuple[str, ...]) -> Test | None:
        """Whether the subject stands at a source that lies inside a branch; None where the leaf itself says so."""
        if not inner:
            return None
        leaves = {leaf for source in inner for leaf in self.inside(track, source) if self._may_leave(leaf, move, source)}
        return lambda state, row: any(standing.leaf in leaves for standing in row.places)

    def _may_leave(self, leaf: Leaf, move: Move, source: str) -> bool:
        """Whether a move may leave a leaf: from a place with an end only what names it does (R12)."""
        ends = (place for place in leaf.chain if self.stages[leaf.region.track, place].end is not None)
        return move.anywhere or all(inside(source, end) for end in ends)

    def _asked_of(self, move: Move, stage: Stage | None) -> tuple[Criterion, ...]:
        """A move's criteria, with those of the branches whose being over it asks."""
        if stage is None or not stage.branches or not _asks_success(move, stage):
            return move.when
        return (*move.when, *chain.from_iterable(branch.success for branch in stage.branches))

    def _over(self, track: str, branch: Stage, context: Context) -> Test:
        """A branch is over when its success is met or it stands at an end."""
        region = self.regions[f"{track}.{branch.path}"]
        done = criteria_test(branch.success, context) if branch.success else None

        def over(state: Any, row: Any) -> bool | None:
            for standing in row.places:
                if standing.leaf.region is region and standing.leaf.ends:
                    return True
            return False if done is None else done(state, row)

        return over

    def _judged(self, criterion: Criterion, waivable: tuple[str, ...], context: Context) -> Judged:
        assert criterion.expr is not None
        read = {node.name: value(node, context) for node in nodes(criterion.expr) if isinstance(node, Fact | Band)}
        return Judged(criterion, test(criterion.expr, context), tuple(read.items()), waivable)

    def _route(self, leaf: Leaf, move: Move) -> Route:
        region = leaf.region
        plan = self.coordinator.plan(region.name, leaf.path, move.to)
        return Route(
            leaf=region.leaves[plan.leaf],
            kept=len(leaf.chain) - len(plan.exited),
            left=plan.exited,
            closes=frozenset(self.coordinator.closed_by(region.name, leaf.path)),
            starts=self._starts(plan),
            left_open=self._left_open(move, leaf),
        )

    def _left_open(self, move: Move, leaf: Leaf) -> tuple[str, ...]:
        """The steps never finished of a stage that its exit leaves: from the one it stands at on."""
        owner = self.stages.get((leaf.region.track, move.owner))
        if owner is None or move.declared != "exit":
            return ()
        steps = [step.path for step in owner.steps]
        at = next((place for place, path in enumerate(steps) if inside(leaf.path, path)), None)
        return () if at is None else tuple(steps[at:])

    # -- kinds, reactions, topics --

    def _reads(self, tables: Iterable[MoveTable | ReactionTable], kind: str) -> dict[str, tuple[Any, ...]]:
        """Topic -> those that must be judged when it changed: what waits for no signal by what it reads, the rest by its signal."""
        pairs: list[tuple[str, MoveTable | ReactionTable]] = []
        for table in tables:
            said = table.move if isinstance(table, MoveTable) else table.reaction
            if said.upon is None:
                pairs += [(topic, table) for topic in sorted(table.topics)]
                continue
            of_account = said.upon_account and kind != ACCOUNT
            topic = f">account.{said.upon}" if of_account else f">{said.upon}"
            self._note([Read(topic, ACCOUNT if of_account else kind, of_account)], kind, ())
            pairs.append((topic, table))
        return _index(pairs)

    def _kind(self, name: str) -> KindTable:
        context = Context(self.profile, self, name)
        reactions = tuple(
            self._reaction(reaction, context) for reaction in self.profile.reactions.values() if reaction.kind == name
        )
        level = [table for table in reactions if table.reaction.upon is None]
        return KindTable(
            name,
            tuple(region for region in self.regions.values() if region.kind == name and not region.parent),
            reactions,
            self._reads(reactions, name) | {"*": tuple(level)},
            tuple(dict(chain.from_iterable(table.turns.items() for table in reactions)).values()),
        )

    def _reaction(self, reaction: Reaction, context: Context) -> ReactionTable:
        turns = criteria_turns(reaction.when, context)
        timed = list(time_reads(reaction.when, context.kind, self.profile))
        topics = self._note(
            criteria_reads(reaction.when, context.kind, self.profile), context.kind, timed, turning=bool(turns)
        )
        judged = tuple(self._judged(found, around, context) for found, around in _leaves(reaction.when))
        return ReactionTable(reaction, criteria_test(reaction.when, context), topics, turns, judged)

    def _compile_countdown(self) -> None:
        if self.countdown is None:
            return
        track = self.countdown.track
        context = Context(self.profile, self, self.countdown.kind, track, self.asked.get(track, frozenset()))
        for timer in self.countdown.timers:
            if timer.milestone is not None and timer.milestone.needs is not None:
                timer.needs = criteria_test((timer.milestone.needs,), context)
        for name in self.countdown.reads:
            holder = self.profile.facts[name].kind
            dated = [Read(name, holder, holder != self.countdown.kind)]
            self._note(dated, self.countdown.kind, dated)
        term = [Read("#term", self.countdown.kind, False)]
        self._note(term, self.countdown.kind, term)

    def _derived(self) -> dict[str, tuple[Judged, ...]]:
        """Derived criteria ready to be shown, each in its own kind's context."""
        return {
            name: tuple(
                self._judged(found, around, Context(self.profile, self, rule.kind))
                for found, around in _leaves((rule.criterion,))
            )
            for name, rule in self.profile.derived.items()
            if rule.criterion is not None
        }

    def _bands(self) -> dict[str, tuple[BandTable, ...]]:
        pairs = []
        for rule in self.profile.bands.values():
            table = BandTable(rule, value(rule.of, Context(self.profile, self, rule.kind)))
            pairs += [(topic, table) for topic in sorted({r.topic for r in reads(rule.of, rule.kind, self.profile)})]
        return _index(pairs)

    def _special(self) -> frozenset[str]:
        """Names whose being given does more than change a value."""
        profile = self.profile
        names = {topic for rule in profile.bands.values() for topic, *_ in reads(rule.of, rule.kind, profile)}
        names |= {signal.settled_by for signal in profile.signals.values() if signal.settled_by}
        names |= set(chain.from_iterable(self.asked.values()))
        if self.countdown is not None:
            names |= self.countdown.reads | {str(self.countdown.given_by)}
        return frozenset(names)

    def _waivable(self) -> Iterator[tuple[str, tuple[Criterion, str]]]:
        """Criteria that a person may waive, with the kind of subject they are judged for."""
        found: list[tuple[tuple[Criterion, ...], str]] = []
        for track in self.profile.tracks.values():
            found += [(stage.success, track.per) for stage in track.walk()]
            found += [(move.when, track.per) for move in _moves(track)]
            milestones = track.countdown.milestones if track.countdown else ()
            found += [((milestone.needs,), track.per) for milestone in milestones if milestone.needs]
        found += [((rule.criterion,), rule.kind) for rule in self.profile.derived.values() if rule.criterion]
        found += [(reaction.when, reaction.kind) for reaction in self.profile.reactions.values()]
        for criteria, kind in found:
            for criterion in _all_of(criteria):
                if criterion.waivable_by is not None:
                    yield criterion.id, (criterion, kind)

    def _note(self, found: Iterable[Read], kind: str, timed: Iterable[Read], *, turning: bool = False) -> frozenset[str]:
        """Remember who reads what, and what of it decides when criteria turn by time; answers the topics."""
        noted = list(found)
        for read in noted:
            self.topics.setdefault(read.topic, []).append((read, kind))
        topics = frozenset(read.topic for read in noted)
        self.timed_topics.update(read.topic for read in timed)
        return topics | {"#time"} if turning else topics

    def _topic(self, topic: str, found: list[tuple[Read, str]]) -> Topic:
        near = any(not read.far for read, _ in found)
        far = tuple(sorted({kind for read, kind in found if read.far}))
        return Topic(near, far, topic in self.timed_topics)


def _with_handoff(move: Move, ready: Test) -> Test:
    if move.handoff is None or move.handoff.automatic:
        return ready
    ident = move.id

    def accepted(state: Any, row: Any) -> bool | None:
        said = row.handoffs.get(ident)
        if said is None or said[0] != "accepted":
            return False
        return ready(state, row)

    return accepted


def _asks_success(move: Move, stage: Stage) -> bool:
    return any(c.group == "all" and c.name == "success" and c.members == stage.success for c in move.when)


def _moves(track: Track) -> Iterator[Move]:
    for stage in track.walk():
        yield from stage.moves
    yield from track.moves


def _leaves(
    criteria: tuple[Criterion, ...], around: tuple[str, ...] = ()
) -> Iterator[tuple[Criterion, tuple[str, ...]]]:
    """Leaf criteria in order, each with the ids of those that may be waived among it and the groups around it."""
    for criterion in criteria:
        waivable = around if criterion.waivable_by is None else (*around, criterion.id)
        if criterion.group == "is":
            yield criterion, waivable
        yield from _leaves(criterion.members, waivable)


def _all_of(criteria: tuple[Criterion, ...]) -> Iterator[Criterion]:
    for criterion in criteria:
        yield criterion
        yield from _all_of(criterion.members)


def _index(pairs: Iterable[tuple[Any, Any]]) -> dict[Any, tuple[Any, ...]]:
    found: dict[Any, list[Any]] = {}
    for key, item in pairs:
        found.setdefault(key, []).append(item)
    return {key: tuple(items) for key, items in found.items()}


def load(name_or_path: str | PathLike[str]) -> Machine:
    """Read, lint and compile a profile: a shipped segment by name, or a YAML file by path.

    Raises:
        ProfileError: with all faults, each with its place in the text.
    """
    return compile_profile(catalog.read(name_or_path))
