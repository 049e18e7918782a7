"""Clocks for journeys and books. Only the code around a journey asks a clock; the core is told the time (R2)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Protocol

from journeykit import dates
from journeykit.dates import Period
from journeykit.moments import Moment, parse_moment

__all__ = ["Clock", "ManualClock", "SystemClock"]


class Clock(Protocol):
    """A source of the present."""

    def now(self) -> datetime:
        """Return the present as an aware datetime in UTC, never before an answer already given."""


class SystemClock:
    """The computer's clock. When it is set back, this one stands still until the old time is reached again."""

    def __init__(self) -> None:
        self._last = datetime.now(dates.UTC)

    def now(self) -> datetime:
        """Return the present in UTC, never before an answer already given."""
        self._last = max(self._last, datetime.now(dates.UTC))
        return self._last


class ManualClock:
    """A clock that moves only when told to: for tests, and for replaying the past.

    Args:
        at: where it starts: an aware datetime, ISO 8601 text, or a plain date, which means its first instant in
            ``timezone``.
        timezone: IANA name of the zone in which plain dates and periods are counted.
    """

    def __init__(self, at: str | date | datetime, *, timezone: str = "UTC") -> None:
        self._zone = dates.zone(timezone)
        self._now = self._instant(at)

    def now(self) -> datetime:
        """Return the present of this clock in UTC."""
        return self._now

    def advance(self, to: Moment | None = None, *, by: str | Period | None = None) -> datetime:
        """Move on, to an instant or by a period, and return the new present.

        A clock refuses nothing of a journey's, so what it cannot read is an ordinary ValueError, as for a ``Period``.

        Args:
            to: the instant to move to, in one of the forms in which the clock's start is given, or how far to move: a
                period, or its text such as ``11 months``.
            by: how far to move, for those who would rather name it; nothing else than a period is taken here.

        Raises:
            ValueError: both or none of the two are given, one cannot be read, or the clock would go back.
        """
        if (to is None) == (by is None):
            raise ValueError("advance a clock either to an instant or by a period")
        if to is not None:
            target = parse_moment(to, self._now, self._zone)
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
