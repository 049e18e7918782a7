"""The board: all regions and leaves of a profile, laid out before anything that refers to them is compiled.

Guards are compiled against it: it answers what lies inside a place, and for contracts and feeds when they turn.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime

from journeykit.dates import mover
from journeykit.language.model.paths import HeldHome, held_homes, inside
from journeykit.language.model.profile import Feed, Profile, Stage, Track
from journeykit.machine.closures import Test, Valuer
from journeykit.machine.countdown import CountdownTable
from journeykit.machine.cover_and_grace import cover_turn, covered
from journeykit.machine.snapshot import Snapshot, Subject
from journeykit.machine.tables import Leaf, RegionTable
from journeykit.statechart.regions import Coordinator, Plan

__all__ = ["Board"]


class Board:
    """Every region of a profile with its leaves, at first without moves, and the countdown.

    Guards know it as the protocol ``criteria.context.Leaves``.

    Attributes:
        countdown: None where no kind of subject has terms.
        feeds: by name.
        derived: ids of the criteria of derived names, those inside groups too.
        homes: by id of a held criterion, the track and the places from entering which it counts.
        regions: by name, a child region after the one around it.
        stages: by (track, path), as written.
    """

    def __init__(self, profile: Profile, coordinator: Coordinator, countdown: CountdownTable | None) -> None:
        self.countdown = countdown
        self.feeds: Mapping[str, Feed] = profile.feeds
        self.derived: frozenset[str] = frozenset(
            one.id for rule in profile.derived.values() if rule.criterion for one in rule.criterion.walk()
        )
        self.homes: dict[str, HeldHome] = held_homes(profile)
        self.stages: dict[tuple[str, str], Stage] = {
            (track.name, stage.path): stage for track in profile.tracks.values() for stage in track.walk()
        }
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
        """Return the leaves at which child regions start in a plan."""
        return tuple(self.regions[start.region].leaves[start.leaf] for start in plan.starts)

    def inside(self, track: str, path: str) -> Mapping[Leaf, int]:
        """Map each leaf at a place or inside it to the place's index in its chain (-1: it is around the region)."""
        return {
            leaf: leaf.chain.index(path) if path in leaf.chain else -1
            for region in self.regions.values()
            if region.track == track
            for leaf in region.leaves.values()
            if inside(leaf.path, path)
        }

    def home_of(self, ident: str) -> tuple[str, tuple[str, ...]] | None:
        """Return the track and the places, outermost first, from entering which a held criterion counts, if any."""
        return self.homes.get(ident)

    def is_derived(self, ident: str) -> bool:
        """Tell whether a criterion is part of a derived name."""
        return ident in self.derived

    def feed_ends(self, feed: str) -> Callable[[Snapshot], datetime | None]:
        """Return a closure that yields the instant at which a feed goes down, or None while it is not up."""
        goes_down = mover(self.feeds[feed].down_after)

        def ends(snapshot: Snapshot) -> datetime | None:
            heard = snapshot.account_subject.feeds.get(feed)
            if heard is None or heard.is_down:
                return None
            at = goes_down(heard.heard_at, snapshot.frame.zone)
            return at if snapshot.now < at else None

        return ends

    def due(self, name: str) -> Callable[[Snapshot, Subject], datetime | None]:
        """Return a closure that yields the instant of a date still ahead at which no timer fires, or None."""
        assert self.countdown is not None
        return self.countdown.due(name)

    def reached(self, name: str) -> Test:
        """Return the closure that judges ``reached(name)``."""
        assert self.countdown is not None
        return self.countdown.reached(name)

    def has_date(self, name: str) -> Test:
        """Return the closure that judges ``has_date(name)``."""
        assert self.countdown is not None
        return self.countdown.has_date(name)

    def day(self, name: str) -> Valuer:
        """Return a closure that yields the day of a date of the countdown for the present end, or None."""
        countdown = self.countdown
        assert countdown is not None
        timer = countdown.named[name]

        def day(snapshot: Snapshot, subject: Subject) -> date | None:
            end = countdown.end_of(subject)
            return None if end is None else timer.due_on(end, snapshot, subject)

        return day

    def covered(self, snapshot: Snapshot) -> bool | None:
        """Judge ``covered``: any open contract is in term or in grace; unknown while none is and one might be."""
        return False if self.countdown is None else covered(self.countdown, snapshot)

    def cover_turn(self, snapshot: Snapshot, subject: Subject) -> datetime | None:
        """Return the next instant at which ``covered`` can turn by time alone, or None."""
        return None if self.countdown is None else cover_turn(self.countdown, snapshot)
