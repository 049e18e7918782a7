"""How time goes on in a random history: ties, seconds, a year at once, and the instants that matter to a contract."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, tzinfo
from random import Random

__all__ = ["Pace"]

LAST_DAY = date(2035, 1, 1)


class Pace:
    """The present of a history. ``ends`` are the end dates that are known, by subject."""

    def __init__(self, rng: Random, tz: tzinfo) -> None:
        self.rng = rng
        self.tz = tz
        self.now = datetime(2025, 1, 1, tzinfo=UTC) + timedelta(days=rng.randint(0, 500), seconds=rng.randint(0, 86399))
        self.ends: dict[str, date] = {}
        self.day: tuple[datetime, date] | None = None

    @property
    def today(self) -> date:
        """The local date."""
        return self.now.astimezone(self.tz).date()

    def written(self) -> str:
        """The present, as a plain date where it is a day's first instant, in UTC or with another offset."""
        if self.day and self.day[0] == self.now and self.rng.random() < 0.6:
            return self.day[1].isoformat()
        if self.rng.random() < 0.2:
            return self.now.astimezone(self.tz).isoformat()
        return self.now.isoformat()

    def pause(self) -> None:
        """Time goes on: often not at all, now and then by a year, or to about a date that matters."""
        roll = self.rng.random()
        if roll < 0.4:
            return
        if roll < 0.5:
            step = timedelta(seconds=self.rng.choice((0.000001, 1, 59, 3600)))
        elif roll < 0.65:
            step = timedelta(hours=self.rng.randint(1, 30))
        elif roll < 0.8:
            step = timedelta(days=self.rng.randint(1, 20))
        elif roll < 0.94:
            self._leap()
            return
        else:
            step = timedelta(days=self.rng.choice((40, 80, 100, 370)))
        self.now += step

    def _leap(self) -> None:
        """Next to a date counted from some end: its first instant, an instant before, or the next day's."""
        days = [
            end - timedelta(days=self.rng.choice((0, -1, 14, 30, 60, 90, 91, 120, 180, -15, -31)))
            for end in self.ends.values()
        ]
        days = [day for day in days if self.now.date() < day < LAST_DAY]
        if not days:
            return
        day = self.rng.choice(days)
        midnight = datetime(day.year, day.month, day.day, tzinfo=self.tz).astimezone(UTC)
        at = midnight + timedelta(seconds=self.rng.choice((0, 0, -1, 1, 7200)))
        if at >= self.now:
            self.now = at
            self.day = (midnight, day)
