"""The machine: a profile compiled. Immutable, shared by all accounts and threads (rule R16)."""

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
from journeykit.machine.fact_values import Check
from journeykit.machine.tables import Config, KindTable, RegionTable, Topic
from journeykit.statechart._transitions import build
from journeykit.statechart.regions import Coordinator

__all__ = ["Machine"]

WAY_ON = "replay the account's inputs with this machine to get a new one"
"""What to do with a snapshot that a machine cannot take."""


@dataclass(slots=True, eq=False)
class Machine:
    """A compiled profile.

    Attributes:
        profile: what it was compiled from.
        fingerprint: a digest of its meaning, carried by every snapshot.
        findings: warnings of the lint.
        special: names whose being given does more than change a value.
        derived: (track that asks, name) -> the leaf criteria of a derived one, ready to be shown.
        waivable: criterion id -> (criterion, kind of subject); moves: by id; contexts: by track; stages: by (track,
        path).
        regions, kinds, topics, countdown, checks, settlers: the tables that
            stepping reads.
        feeds, carried, stale: the feeds; which feed carries a fact or signal; after how long facts go stale.
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

    def __post_init__(self) -> None:
        self.feeds = tuple(self.profile.feeds.values())
        self.carried = {fact.name: fact.feed for fact in self.profile.facts.values() if fact.feed is not None}
        self.carried |= {one.name: one.feed for one in self.profile.signals.values() if one.feed is not None}
        self.stale = {fact.name: fact.stale_after for fact in self.profile.facts.values() if fact.stale_after}
        self.checks_of = {kind: {} for kind in self.kinds}
        for name, rule in self.profile.facts.items():
            self.checks_of[rule.kind][name] = self.checks[name]
        for signal in self.profile.signals.values():
            if signal.settled_by is not None:
                self.settlers[signal.settled_by] = (*self.settlers.get(signal.settled_by, ()), signal.name)

    def config(self, kind: str, leaves: tuple[Any, ...]) -> Config:
        """What a subject of a kind that stands at these leaves listens to. Kept: the same question has one answer."""
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
        """A fresh ``transitions`` machine of one track, for people who know that library and for its diagrams.

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
        """Itself: nobody changes a machine."""
        return self

    def __deepcopy__(self, memo: object) -> Machine:
        """Itself: snapshots stand on these very tables."""
        return self

    def __reduce__(self) -> NoReturn:
        """It is made of closures, which do not travel."""
        raise TypeError("a machine cannot be pickled: load its profile in the other process")

    def __repr__(self) -> str:
        return f"<Machine {self.profile.name} {self.profile.version} {self.fingerprint[:12]}>"
