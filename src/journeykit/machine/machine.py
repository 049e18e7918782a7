"""The machine: a profile compiled, shared by all accounts and threads (rule R16).

It is immutable but for caches (``configs``, the looks in them, dates, beginnings, answers), each of which gives the
same answer whoever asks first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NoReturn

from journeykit.dates import Period
from journeykit.errors import Finding, InputError, SnapshotError
from journeykit.language.model.profile import Criterion, Feed, Move, Profile, Stage
from journeykit.machine.bridge import live_statechart, region_of, subject_of
from journeykit.machine.countdown import CountdownTable
from journeykit.machine.criteria.context import Context
from journeykit.machine.criteria.verdicts import Judged
from journeykit.machine.fact_checks import Check
from journeykit.machine.snapshot import Snapshot
from journeykit.machine.tables import Config, KindTable, Leaf, RegionTable, Topic
from journeykit.plain import short_form
from journeykit.statechart._transitions import Engine, RegionMachine
from journeykit.statechart.regions import Coordinator

__all__ = ["Machine"]

WAY_ON = "replay the account's inputs with this machine to get a new one"
"""The advice that goes with a snapshot which a machine cannot take."""


@dataclass(slots=True, eq=False)
class Machine:
    """A compiled profile. Programs may rely on ``name``, ``profile``, ``fingerprint``, ``findings`` and ``statechart``.

    Attributes:
        profile: the profile that it was compiled from.
        fingerprint: a digest of its meaning, carried by every snapshot.
        findings: warnings of the lint.
        coordinator: inside, as all that follows: answers of the chart about what is left and entered.
        regions, kinds: the tables by name; child regions follow the one around them.
        topics: by topic, who must look again when it changed.
        countdown: the contracts' dates; None where no kind of subject has terms.
        checks, checks_of: the checks of facts by name, and by kind of subject and name.
        special: names whose being given does more than change a value.
        derived: by (track that asks, name), the leaf criteria of a derived name, ready to be shown.
        waivable: by id of a criterion, the criterion and the kind of subject it is judged for.
        moves, contexts, stages: moves by id, contexts by track, stages by (track, path).
        settlers: by name, the signals that its being given settles.
        configs: by kind and leaves, the configurations met so far; a cache.
        feeds, carried, stale: the feeds as declared; by fact or signal, the feed that carries it; by fact, the period
            after which it goes stale.
        renewing: what the moves of the countdown's track ask that renew a term.
    """

    profile: Profile
    coordinator: Coordinator
    fingerprint: str
    findings: tuple[Finding, ...]
    regions: Mapping[str, RegionTable]
    kinds: Mapping[str, KindTable]
    topics: Mapping[str, Topic]
    countdown: CountdownTable | None
    checks: Mapping[str, Check]
    special: frozenset[str]
    derived: Mapping[tuple[str, str], tuple[Judged, ...]]
    waivable: Mapping[str, tuple[Criterion, str]]
    moves: Mapping[str, Move]
    contexts: Mapping[str, Context]
    stages: Mapping[tuple[str, str], Stage]
    settlers: dict[str, tuple[str, ...]] = field(default_factory=dict)
    configs: dict[tuple[str, tuple[Leaf, ...]], Config] = field(default_factory=dict)
    checks_of: dict[str, dict[str, Check]] = field(default_factory=dict)
    feeds: tuple[Feed, ...] = ()
    carried: dict[str, str] = field(default_factory=dict)
    stale: dict[str, Period] = field(default_factory=dict)
    renewing: tuple[Criterion, ...] = ()

    def __post_init__(self) -> None:
        self.feeds = tuple(self.profile.feeds.values())
        self.carried = {fact.name: fact.feed for fact in self.profile.facts.values() if fact.feed is not None}
        self.carried |= {one.name: one.feed for one in self.profile.signals.values() if one.feed is not None}
        self.stale = {fact.name: fact.stale_after for fact in self.profile.facts.values() if fact.stale_after}
        if self.countdown is not None and self.countdown.track:
            moves = self.profile.tracks[self.countdown.track].all_moves()
            self.renewing = tuple(criterion for move in moves if move.kind == "renew" for criterion in move.when)
        self.checks_of = {kind: {} for kind in self.kinds}
        for name, rule in self.profile.facts.items():
            self.checks_of[rule.kind][name] = self.checks[name]
        for signal in self.profile.signals.values():
            if signal.settled_by is not None:
                self.settlers[signal.settled_by] = (*self.settlers.get(signal.settled_by, ()), signal.name)

    def config(self, kind: str, leaves: tuple[Leaf, ...]) -> Config:
        """Return the configuration of a subject of a kind that stands at these leaves; each is made once."""
        found = self.configs.get((kind, leaves))
        if found is None:
            table = self.kinds[kind]
            topics = set(table.reads) | set(table.noting) | set(table.measuring)
            topics = topics.union(*(leaf.reads for leaf in leaves), *(leaf.gate_topics for leaf in leaves))
            found = self.configs[kind, leaves] = Config(table, leaves, frozenset(topics))
        return found

    @property
    def name(self) -> str:
        """The profile's name."""
        return self.profile.name

    @property
    def version(self) -> str:
        """The profile's version."""
        return self.profile.version

    def statechart(
        self,
        track: str,
        snapshot: Snapshot | None = None,
        *,
        subject: str | None = None,
        graph: Engine | None = None,
    ) -> RegionMachine:
        """Return a live ``HierarchicalMachine`` of one track, for people who know ``transitions``.

        Its states are the places, its triggers the ids of the moves. With a snapshot it stands where the subject
        stands, and each transition is guarded by what its move asks on that very snapshot: ``may_trigger(id)`` is True
        where the criteria are met, the handoff is accepted and the cooldown is over; of a move upon a signal, as if
        that came. Triggering it moves this machine and nothing else; no journey takes part.

        A step whose parts are ``side_by_side`` is one state; each of its branches is a machine of its own, by the name
        ``track.path``.

        Args:
            track: the name of a track, or of a branch.
            snapshot: where an account stands. Without it the machine stands at its beginning, and nothing is guarded.
            subject: the subject that is meant, by its key or id; needless where only one is open.
            graph: the engine for its diagrams, such as ``"mermaid"`` or ``"graphviz"``; then it has ``get_graph()``.

        Raises:
            InputError: ``unknown_place``, ``unknown_subject``, ``not_there`` for a branch that does not run, or
                ``bad_shape``: a subject without a snapshot, an engine that there is not.
            SnapshotError: it is no snapshot, or one of another meaning.
            MissingExtraError: the package that draws it is not installed.
        """
        table = region_of(self.regions, track)
        found = None
        if snapshot is not None:
            given: object = snapshot
            if not isinstance(given, Snapshot):
                said = type(given).__name__
                raise SnapshotError(f"snapshot: expected a Snapshot, such as journey.snapshot, not {said}")
            if snapshot.fingerprint != self.fingerprint:
                raise self.other_meaning(repr(snapshot.account), repr(snapshot.profile))
            found = subject_of(snapshot, table, subject)
        elif subject is not None:
            raise InputError("bad_shape", "subject: a subject is looked for in a snapshot; give one")
        return live_statechart(self.coordinator.regions[track], snapshot, found, graph)

    def other_meaning(self, account: str, profile: str) -> SnapshotError:
        """Return the refusal of a snapshot of ``account`` that a ``profile`` of another meaning made (rule R16)."""
        return SnapshotError(
            f"snapshot of {account}: made by profile {profile} with another meaning than {self.name!r} has now; "
            f"{WAY_ON}"
        )

    def __copy__(self) -> Machine:
        """Return the machine itself: nobody changes one."""
        return self

    def __deepcopy__(self, memo: object) -> Machine:
        """Return the machine itself: snapshots refer to these very tables."""
        return self

    def __reduce__(self) -> NoReturn:
        """Refuse: a machine is made of closures, which cannot be pickled."""
        raise TypeError("a machine cannot be pickled: load its profile in the other process")

    def __repr__(self) -> str:
        return short_form("Machine", self.profile.name, self.profile.version, self.fingerprint[:12])

    def __str__(self) -> str:
        number = len(self.findings)
        said = f"{number} finding{'' if number == 1 else 's'} of the lint"
        return f"{self.profile}\nfingerprint: {self.fingerprint}, {said}"
