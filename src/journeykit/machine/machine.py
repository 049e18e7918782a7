"""The machine: a profile compiled, shared by all accounts and threads (rule R16).

It is immutable but for caches (``configs``, the looks in them, dates and beginnings), each of which gives the same
answer whoever asks first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

from journeykit.dates import Period
from journeykit.errors import Finding, SnapshotError
from journeykit.language.model.profile import Criterion, Feed, Move, Profile, Stage
from journeykit.machine.countdown import CountdownTable
from journeykit.machine.criteria.context import Context
from journeykit.machine.criteria.verdicts import Judged
from journeykit.machine.fact_checks import Check
from journeykit.machine.tables import Config, KindTable, RegionTable, Topic
from journeykit.statechart._transitions import build
from journeykit.statechart.regions import Coordinator

__all__ = ["Machine"]

WAY_ON = "replay the account's inputs with this machine to get a new one"
"""The advice that goes with a snapshot which a machine cannot take."""


@dataclass(slots=True, eq=False)
class Machine:
    """A compiled profile.

    Attributes:
        profile: the profile that it was compiled from.
        coordinator: answers of the chart about what is left and entered.
        fingerprint: a digest of its meaning, carried by every snapshot.
        findings: warnings of the lint.
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
    configs: dict[tuple[Any, ...], Config] = field(default_factory=dict)
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

    def config(self, kind: str, leaves: tuple[Any, ...]) -> Config:
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

    def statechart(self, track: str) -> Any:
        """Return a fresh ``transitions`` machine of one track, for people who know that library and for its diagrams.

        Its child regions (``side_by_side``) are not in it: they are machines of their own, named ``track.path``.

        Raises:
            KeyError: there is no such track or branch.
        """
        return build(self.coordinator.regions[track])

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
        return f"<Machine {self.profile.name} {self.profile.version} {self.fingerprint[:12]}>"
