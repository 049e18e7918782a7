"""What happened since the expect before, and how things stand now: what expectations look at."""

from __future__ import annotations

from datetime import date

from journeykit.dates import local_day
from journeykit.engine.records import Record
from journeykit.engine.view import SubjectView, View
from journeykit.errors import Location
from journeykit.journey.journey import Journey
from journeykit.machine.snapshot import Position
from journeykit.machine.subject_meant import did_you_mean
from journeykit.scenarios.faults import ScenarioError
from journeykit.scenarios.words import Vocabulary

__all__ = ["Since"]


class Since:
    """What one ``expect`` looks at.

    Attributes:
        journey: where things stand now.
        words: the names that may be used.
        records: what happened since the expect before.

    Args:
        mark: how many records there were at the expect before.
        hidden: the numbers of records that are not shown: what came every day and moved nobody.
    """

    def __init__(self, journey: Journey, words: Vocabulary, mark: int, hidden: frozenset[int]) -> None:
        self.journey = journey
        self.words = words
        self.view: View = View(words.machine, journey.snapshot)
        self.records: tuple[Record, ...] = tuple(one for one in journey.records[mark:] if one.n not in hidden)

    def subject(self, key: str) -> SubjectView | None:
        """Return an open subject, or None."""
        return next((one for one in self.view.subjects if one.key == key), None)

    def opened(self, key: str, at: Location) -> SubjectView:
        """Return an open subject; a fault where it is not open."""
        found = self.subject(key)
        if found is None:
            raise ScenarioError(at, f"{key} {self.not_open(key)}")
        return found

    def not_open(self, key: str) -> str:
        """Say of a subject that is not open what is known of it."""
        if key in self.journey.snapshot.closed:
            return "is closed"
        known = [one.key for one in self.view.subjects]
        return f"is not open; {did_you_mean(key, known)}open are {', '.join(known)}"

    def nowhere(self, region: str, key: str) -> str:
        """Say of a subject that does not stand in a region why."""
        track = region.partition(".")[0]
        around = self.position(track, key)
        return self.not_open(key) if around is None else f"nothing there; {track} stands at {around.leaf.path}"

    def position(self, region: str, key: str) -> Position | None:
        """Return where a subject stands in a region; None where it does not."""
        subject = self.subject(key)
        return next((one for one in subject.positions if one.leaf.region.name == region), None) if subject else None

    def moved(self, region: str, key: str) -> list[Record]:
        """Return the moves of a subject in a region and its branches."""
        return [
            one
            for one in self.records
            if one.kind == "moved" and one.subject == key and f"{one.track}.".startswith(f"{region}.")
        ]

    def told(self, record: Record) -> str:
        """Tell a record in a few words: ``2026-10-06 milestone propose (C-1)``."""
        return f"{record.on} {record.kind} {record.name} ({self.words.short(record.subject)})"

    def all_told(self, records: list[Record]) -> str:
        """Tell the first few of some records."""
        more = f" and {len(records) - 3} more" if len(records) > 3 else ""
        return "; ".join(map(self.told, records[:3])) + more if records else "none"

    @property
    def today(self) -> date:
        """The day of the scenario's present."""
        return local_day(self.view.now, self.view.zone)
