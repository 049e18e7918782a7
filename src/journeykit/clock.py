"""Where the present comes from. Only the shell around a journey asks a clock; the core is told what time it is."""

from __future__ import annotations

from datetime import date, datetime
from typing import Protocol

from journeykit import dates
from journeykit.dates import Period

__all__ = ["Clock", "ManualClock", "SystemClock"]


class Clock(Protocol):
    """Anything that says what time it is."""

    def now(self) -> datetime:
        """The present, aware and in UTC; it never goes back."""


class SystemClock:
    """The computer's clock, held still while somebody sets it back."""

    def __init__(self) -> None:
        self._last = datetime.now(dates.UTC)

    def now(self) -> datetime:
        """The present, never before an answer already given."""
        self._last = max(self._last, datetime.now(dates.UTC))
        return self._last


class ManualClock:
    """A clock that moves only when told to: for tests, and for going through the past.

    A plain date means its first instant in ``timezone``, and periods are counted in that zone's local time.
    """

    def __init__(self, at: str | date | datetime, timezone: str = "UTC") -> None:
        self._zone = dates.zone(timezone)
        self._now = self._instant(at)

    def now(self) -> datetime:
        """The present of this clock."""
        return self._now

    def advance(self, to: str | date | datetime | None = None, by: str | Period | None = None) -> datetime:
        """Move on, to an instant or by a period; going back is refused. Returns the new present."""
        if (to is None) == (by is None):
            raise ValueError("advance a clock either to an instant or by a period")
        if to is not None:
            target = self._instant(to)
        else:
            period = by if isinstance(by, Period) else Period.parse(str(by))
            target = dates.shift(self._now, period, self._zone)
        if target < self._now:
            raise ValueError(f"a clock does not go back: it is {self._now.isoformat()}, asked for {target.isoformat()}")
        self._now = target
        return target

    def _instant(self, value: str | date | datetime) -> datetime:
        moment = dates.parse_instant(value)
        return moment if isinstance(moment, datetime) else dates.first_instant(moment, self._zone)
