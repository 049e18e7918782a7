"""How time goes on in a random history: ties, seconds, a year at once, and the instants that matter to somebody."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, tzinfo
from random import Random

__all__ = ["Pace"]

LAST_DAY = date(2035, 1, 1)
NEAR = (-0.000001, 0.000001)


class Pace:
    """The present of a history.

    ``ends`` are the end dates that are known, by subject; ``aims`` the instants at which something may turn.
    """

    def __init__(self, rng: Random, tz: tzinfo) -> None:
        self.rng = rng
        self.tz = tz
        self.now = datetime(2025, 1, 1, tzinfo=UTC) + timedelta(days=rng.randint(0, 500), seconds=rng.randint(0, 86399))
        self.ends: dict[str, date] = {}
        self.aims: list[datetime] = []
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
            self.leap()
            return
        else:
            step = timedelta(days=self.rng.choice((40, 80, 100, 370)))
        self.now += step

    def leap(self) -> None:
        """On to an instant that matters, or to just before or after it."""
        if self.rng.random() < 0.6 and self._aim():
            return
        self._near_an_end()

    def aim(self, at: datetime) -> None:
        """Something may turn at this instant."""
        if at.year < LAST_DAY.year:
            self.aims = [*self.aims[-11:], at.astimezone(UTC)]

    def _aim(self) -> bool:
        """On to an instant aimed at: sharp, or a microsecond, a second, some hours off."""
        ahead = [at for at in self.aims if at > self.now]
        if not ahead:
            return False
        at = self.rng.choice(ahead) + timedelta(seconds=self.rng.choice((0, 0, 0, *NEAR, -1, 1, 7200, 86400)))
        self.now = max(self.now, at)
        return True

    def pass_by(self, until: datetime) -> None:
        """On to an instant, or to just before or after it."""
        at = until + timedelta(seconds=self.rng.choice((0, 0, *NEAR)))
        self.now = max(self.now, at.astimezone(UTC))

    def _near_an_end(self) -> None:
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
