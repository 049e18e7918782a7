"""Regions and leaves laid out, and what guards ask of them: what lies inside a place, the dates of all contracts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from journeykit.dates import mover
from journeykit.language.model.paths import held_homes, inside
from journeykit.language.model.profile import Profile, Track
from journeykit.machine.closures import Test
from journeykit.machine.countdown import CountdownTable
from journeykit.machine.snapshot import Snapshot, Subject
from journeykit.machine.tables import Leaf, RegionTable
from journeykit.statechart.regions import Coordinator, Plan

__all__ = ["Board"]


class Board:
    """Every region of a profile with its leaves, still without moves, and the countdown. Guards know it as ``Leaves``.

    Attributes:
        regions: by name, a child region after the one around it.
        stages: (track, path) -> the stage as written.
    """

    def __init__(self, profile: Profile, coordinator: Coordinator, countdown: CountdownTable | None) -> None:
        self.countdown = countdown
        self.feeds = profile.feeds
        self.derived = frozenset(
            one.id for rule in profile.derived.values() if rule.criterion for one in rule.criterion.walk()
        )
        self.homes = held_homes(profile)
        self.stages = {(track.name, stage.path): stage for track in profile.tracks.values() for stage in track.walk()}
        self.regions: dict[str, RegionTable] = {}
        for top in coordinator.chart.regions:
            track = profile.tracks[top.name]
            for region in top.nested():
                table = RegionTable(region.name, track.name, track.per, region.parent, len(self.regions))
                self.regions[region.name] = table
                own = {place.path for place in region.walk()}
                table.leaves.update((path, self._leaf(table, track, path, own)) for path in region.leaves())
        for name, table in self.regions.items():
            plan = coordinator.start(name)
            table.start = table.leaves[plan.leaf]
            table.starts = self.starts(plan)

    def _leaf(self, table: RegionTable, track: Track, path: str, own: set[str]) -> Leaf:
        parts = path.split(".")
        downwards = (".".join(parts[:n]) for n in range(1, len(parts) + 1))
        positions = tuple(place for place in downwards if place in own)
        ends = any(self.stages[track.name, place].end is not None for place in positions)
        stuck_after = None if table.parent else self.stages[track.name, positions[0]].stuck_after
        return Leaf(table, path, positions, table.parent, ends, stuck_after)

    def starts(self, plan: Plan) -> tuple[Leaf, ...]:
        """The leaves at which child regions start in a plan."""
        return tuple(self.regions[start.region].leaves[start.leaf] for start in plan.starts)

    def inside(self, track: str, path: str) -> Mapping[Leaf, int]:
        """Every leaf there or inside, with the depth at which the place stands in its chain (-1: around its region)."""
        return {
            leaf: leaf.chain.index(path) if path in leaf.chain else -1
            for region in self.regions.values()
            if region.track == track
            for leaf in region.leaves.values()
            if inside(leaf.path, path)
        }

    def home_of(self, ident: str) -> tuple[str, tuple[str, ...]] | None:
        """The track and the places, outermost first, from entering which a held criterion counts."""
        return self.homes.get(ident)

    def is_derived(self, ident: str) -> bool:
        """Whether a criterion is part of a derived name."""
        return ident in self.derived

    def feed_ends(self, feed: str) -> Callable[[Any], datetime | None]:
        """A closure that yields the instant at which a feed goes down, or None while it is not up."""
        goes_down = mover(self.feeds[feed].down_after)

        def ends(snapshot: Snapshot) -> datetime | None:
            heard = snapshot.account_subject.feeds.get(feed)
            if heard is None or heard.is_down:
                return None
            at = goes_down(heard.heard_at, snapshot.frame.zone)
            return at if snapshot.now < at else None

        return ends

    def due(self, name: str) -> Callable[[Snapshot, Subject], datetime | None]:
        """A closure that yields the instant of one date of the countdown."""
        assert self.countdown is not None
        return self.countdown.due(name)

    def reached(self, name: str) -> Test:
        """A closure that judges ``reached(name)``."""
        assert self.countdown is not None
        return self.countdown.reached(name)

    def covered(self, snapshot: Snapshot) -> bool | None:
        """Whether any open contract is in term or in grace; unknown only while none is and one might be."""
        result: bool | None = False
        if self.countdown is None:
            return result
        for subject in snapshot.subjects.values():
            if subject.kind == self.countdown.kind:
                found = self.countdown.covers(snapshot, subject)
                if found:
                    return True
                if found is None:
                    result = None
        return result

    def cover_turn(self, snapshot: Snapshot, subject: Subject) -> datetime | None:
        """When that can change next by time alone."""
        first: datetime | None = None
        if self.countdown is not None:
            for other in snapshot.subjects.values():
                at = self.countdown.cover_turn(snapshot, other) if other.kind == self.countdown.kind else None
                if at is not None and (first is None or at < first):
                    first = at
        return first
