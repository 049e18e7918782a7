"""Periods, ranges of periods, and instants in a zone. No other module imports ``dateutil``.

Four rules hold everywhere.

- Periods are *anchored*: the k-th is the anchor moved by k periods in one go, never the last result moved once more.
  (31 January plus one month twice is 28 March, plus two months is 31 March.) Months are counted first, then days; a day
  that a month does not have becomes its last.
- Instants are aware and in UTC; days are days of somebody's zone.
- Clocks jump. A local time that is skipped (a gap) is later by the gap: 02:30 becomes 03:30. Of one that comes twice (a
  fold) the first is meant. A day whose midnight is skipped begins right after the jump. A day that never was, such as
  30 December 2011 in Apia, begins and ends where the day after it begins.
- What would leave the calendar (years 1 to 9999) stays at its edge, so that the "no end" dates of other systems, such
  as 9999-12-31, never fail.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache

from dateutil.relativedelta import relativedelta

from journeykit.plain import near
from journeykit.zones import zone

__all__ = [
    "UTC",
    "Mover",
    "Period",
    "Range",
    "first_instant",
    "instant_after",
    "local_day",
    "mover",
    "parse_instant",
    "shift",
    "zone",
]

_LONGEST_YEARS = 1000
_LONGEST_TEXT = 60
_FIRST, _LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
_UNITS = {"day": (0, 1), "week": (0, 7), "month": (1, 0), "year": (12, 0)}
_PART = re.compile(r"(\d+)\s*([A-Za-z]+)", re.ASCII)
_PARTS = re.compile(r"\d+\s*[A-Za-z]+(?:\s+\d+\s*[A-Za-z]+)*", re.ASCII)
_ISO = re.compile(r"P(?=\d)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Period:
    """A length of calendar time in whole months and days; a year is 12 months, a week 7 days.

    90 days are not 3 months, so periods have no order: compare their ``span``.
    """

    months: int
    days: int

    @classmethod
    def parse(cls, text: str) -> Period:
        """Read ``90 days``, ``3 months``, ``1 year 6 months``, ``2 weeks`` or ISO 8601 (``P1Y6M``).

        Raises:
            ValueError: the text is no period, names a unit twice, or is longer than 1000 years.
        """
        text = text.strip()
        if len(text) > _LONGEST_TEXT:
            raise ValueError(f"{text[:40]!r}... is too long for a period")
        iso = _ISO.fullmatch(text)
        if iso:
            years, months, weeks, days = (int(part or "0") for part in iso.groups())
            return cls._checked(years * 12 + months, weeks * 7 + days, text)
        if not _PARTS.fullmatch(text):
            raise ValueError(_why_no_period(text))
        months = days = 0
        seen: list[str] = []
        for amount, word in _PART.findall(text):
            unit = _unit(word, text)
            if unit in seen:
                raise ValueError(f"{text!r} says {unit}s twice; write each unit once, as in '1 year 6 months'")
            seen.append(unit)
            months += int(amount) * _UNITS[unit][0]
            days += int(amount) * _UNITS[unit][1]
        return cls._checked(months, days, text)

    @classmethod
    def _checked(cls, months: int, days: int, text: str) -> Period:
        if months > _LONGEST_YEARS * 12 or days > _LONGEST_YEARS * 366:
            raise ValueError(f"the period {text[:40]!r} is longer than {_LONGEST_YEARS} years")
        return cls(months, days)

    def __str__(self) -> str:
        """Return the canonical text, which ``parse`` reads back: ``1 year 6 months``, ``90 days``."""
        years, months = divmod(self.months, 12)
        parts = [_counted(n, unit) for n, unit in ((years, "year"), (months, "month"), (self.days, "day")) if n]
        return " ".join(parts) or "0 days"

    def iso(self) -> str:
        """Return the period in ISO 8601: ``P1Y6M``, ``P90D``."""
        years, months = divmod(self.months, 12)
        parts = "".join(f"{n}{unit}" for n, unit in ((years, "Y"), (months, "M"), (self.days, "D")) if n)
        return f"P{parts or '0D'}"

    def __bool__(self) -> bool:
        return bool(self.months or self.days)

    def add(self, day: date, times: int = 1) -> date:
        """Return ``day`` moved by ``times`` periods in one go; a day that a month does not have becomes its last.

        Raises:
            TypeError: ``day`` is a datetime; use ``shift`` for instants.
        """
        if type(day) is not date:
            raise TypeError(f"a period is added to a date, got {day!r}; use shift() for instants")
        return _moved(day, self.months * times, self.days * times)

    def subtract(self, day: date, times: int = 1) -> date:
        """Return ``day`` moved back by ``times`` periods in one go, as ``add`` does with ``-times``."""
        return self.add(day, -times)

    def one_and_a_half(self) -> Period:
        """Return a period half as long again: half a month is 15 days, half a day rounds up."""
        half, odd = divmod(self.months, 2)
        return Period(self.months + half, self.days + (self.days + 1) // 2 + 15 * odd)

    def span(self) -> tuple[int, int]:
        """Return the fewest and the most days it can cover, whatever day it starts on: 3 months are 89 to 92."""
        fewest, most = _span_of_months(self.months)
        return fewest + self.days, most + self.days


@dataclass(frozen=True, slots=True)
class Range:
    """A range from one period to another, such as ``3..6 months``; ``open_ended`` is the ``+`` of ``60..120+ days``."""

    low: Period
    high: Period
    open_ended: bool = False

    @classmethod
    def parse(cls, text: str) -> Range:
        """Read ``3..6 months``, ``60..120+ days``, ``6 months`` or ``6+ months``.

        Raises:
            ValueError: the text is no range, or it runs from long to short.
        """
        if len(text) > 2 * _LONGEST_TEXT:
            raise ValueError(f"{text[:40]!r}... is too long for a range of periods")
        left, dots, right = text.strip().partition("..")
        if dots and not (left.strip() and right.strip()):
            raise ValueError(
                f"the range {text!r} has only one end; write '3..6 months', or '6+ months' for an open end"
            )
        plus = re.fullmatch(r"(.*\d)\s*\+(\s*[A-Za-z]+)", right if dots else left)
        last = plus[1] + plus[2] if plus else (right if dots else left)
        if "+" in last or ".." in last:
            raise ValueError(f"{text!r} is not a range of periods; write '3..6 months', '60..120+ days' or '6+ months'")
        high = Period.parse(last)
        low = high
        if dots:
            # A bare number on the left takes the unit of the right: "3..6 months".
            unit = re.sub(r"^\s*\d+\s*", " ", last)
            low = Period.parse(left.strip() + unit if left.strip().isdecimal() else left)
        if low.span()[0] > high.span()[1]:
            raise ValueError(f"the range {text!r} runs from long to short; write the shorter period first")
        return cls(low, high, plus is not None)

    def __str__(self) -> str:
        """Return a text that ``parse`` reads back."""
        plus = "+" if self.open_ended else ""
        for divisor, unit in ((12, "year"), (1, "month"), (0, "day")):
            low, high = (_in_unit(period, divisor) for period in (self.low, self.high))
            if low is not None and high is not None:
                words = "" if low == high else f"{low}.."
                return f"{words}{high}{plus} {unit}{'' if high == 1 else 's'}"
        before = "" if self.low == self.high else f"{self.low}.."
        return before + re.sub(r"(\d+)(\D*)$", rf"\g<1>{plus}\2", str(self.high))

    def stuck_after(self) -> Period:
        """Return how long a subject may stay before it counts as stuck.

        That is 1.5 times the upper end, or the upper end itself where the range is open-ended.
        """
        return self.high if self.open_ended else self.high.one_and_a_half()


def _counted(n: int, unit: str) -> str:
    return f"{n} {unit}" if n == 1 else f"{n} {unit}s"


def _in_unit(period: Period, divisor: int) -> int | None:
    """Return how often a unit of ``divisor`` months (a day, if it is 0) makes up the period; None if not exactly."""
    if not divisor:
        return period.days if not period.months else None
    return period.months // divisor if period.months and not period.days and period.months % divisor == 0 else None


def _unit(word: str, text: str) -> str:
    unit = word.lower().removesuffix("s")
    if unit in _UNITS:
        return unit
    meant = near(unit, _UNITS)
    advice = f"did you mean {meant[0]}s?" if meant else "use days, weeks, months or years"
    raise ValueError(f"{word!r} in {text[:40]!r} is not a unit of calendar time; {advice}")


def _why_no_period(text: str) -> str:
    shown = repr(text[:40])
    if re.fullmatch(r"\d+", text):
        return f"a period needs a unit: write '{text[:12]} days' instead of {shown}"
    if re.match(r"P[\dYMWD]*T", text):
        return f"{shown} counts hours or less; a period has whole days, weeks, months or years"
    if re.match(r"\d+[.,]\d", text):
        return f"{shown} is a fraction; a period has whole days, weeks, months or years"
    return f"{shown} is not a period; write '90 days', '3 months', '1 year 6 months' or 'P1Y6M'"


def _moved(day: date, months: int, days: int) -> date:
    """Return the day moved by months, then by days; beyond the calendar, its first or last day."""
    try:
        if not months:
            return day + timedelta(days=days)
        moved: date = day + relativedelta(months=months, days=days)
    except (ValueError, OverflowError):
        # Only the sign matters: it tells beyond which edge the day would lie.
        return date.max if months * 30 + days > 0 else date.min
    return moved


@lru_cache(maxsize=256)
def _span_of_months(months: int) -> tuple[int, int]:
    """Return the fewest and the most days of so many months, over the 400 years after which the calendar repeats.

    Counting from firsts of a month is enough: from a day that the last month does not have it is no fewer days.
    """
    firsts = _firsts_of_months()
    cycles, rest = divmod(months, len(firsts))
    ends = [*firsts[rest:], *(first + _CYCLE for first in firsts[:rest])]
    covered = [end - first for first, end in zip(firsts, ends, strict=True)]
    return min(covered) + cycles * _CYCLE, max(covered) + cycles * _CYCLE


_CYCLE = 146_097
"""Days of the 400 years after which the calendar repeats."""


@lru_cache(maxsize=1)
def _firsts_of_months() -> list[int]:
    """Return the day numbers of the firsts of all months of one cycle, from January of a year divisible by 400."""
    return [date(2000 + year, month, 1).toordinal() for year in range(400) for month in range(1, 13)]


@lru_cache(maxsize=65_536)
def first_instant(day: date, zone: tzinfo) -> datetime:
    """Return the first instant of a day in a zone, in UTC: what begins on a date begins here.

    It is midnight, and where midnight comes twice, the first. Where the clock skips midnight, or the whole day, it is
    the first instant after the jump, such as 01:00.
    """
    midnight = datetime.combine(day, time())
    try:
        late = midnight.replace(tzinfo=zone).astimezone(UTC)
        if late.astimezone(zone).replace(tzinfo=None) == midnight:
            return late
        early = midnight.replace(tzinfo=zone, fold=1).astimezone(UTC)
    except OverflowError:
        return _edge(midnight)
    # Midnight lies in a gap: the jump is after ``early`` and not after ``late``; bisect to the second.
    low, high = 0, int((late - early).total_seconds())
    while high - low > 1:
        middle = (low + high) // 2
        there = (early + timedelta(seconds=middle)).astimezone(zone).replace(tzinfo=None)
        low, high = (low, middle) if there >= midnight else (middle, high)
    return early + timedelta(seconds=high)


def instant_after(day: date, zone: tzinfo) -> datetime:
    """Return the first instant after a day, in UTC: what ends on a date ends here, for the last day still counts.

    It is the first instant of the next day; for a day that never was, it is that day's own. The last day of the
    calendar has no next one, and ends with the calendar.
    """
    return _LAST if day == date.max else first_instant(day + timedelta(days=1), zone)


def local_day(at: datetime, zone: tzinfo) -> date:
    """Return the date in the zone at an instant."""
    try:
        return at.astimezone(zone).date()
    except OverflowError:
        return _edge(at).date()


@lru_cache(maxsize=65536)
def shift(at: datetime, period: Period, zone: tzinfo, times: int = 1) -> datetime:
    """Return an instant moved by ``times`` periods in one go, in UTC: its local day moves, its local time stays.

    A local time that the clock skips on the new day is later by what is skipped; of one that comes twice there the
    first is meant. Moved by nothing, an instant stays itself, also where it is the second of two.
    """
    day: date = at.date()
    try:
        local = at.astimezone(zone)
        day = _moved(local.date(), period.months * times, period.days * times)
        fold = local.fold if day == local.date() else 0
        return datetime.combine(day, local.time().replace(fold=fold), zone).astimezone(UTC)
    except OverflowError:
        return _edge(day)


Mover = Callable[[datetime, tzinfo], datetime]
"""A function that moves an aware instant, in a zone, by one fixed period; the result is in UTC."""


@lru_cache(maxsize=1024)
def mover(period: Period) -> Mover:
    """Return ``shift`` by one period as a function with a cache of its own: ``mover(period)(at, zone)``."""

    @lru_cache(maxsize=16_384)
    def move(at: datetime, zone: tzinfo) -> datetime:
        return shift(at, period, zone)

    return move


def _edge(near: date) -> datetime:
    # Only days near an edge come here, so the half of the calendar tells which one.
    return _LAST if near.year > 5000 else _FIRST


class NaiveInstantError(ValueError):
    """An instant without a zone, so that nobody knows which instant it is."""


def parse_instant(value: str | date | datetime) -> datetime | date:
    """Return an aware instant in UTC, or a plain date as it is.

    Args:
        value: a datetime, a date, or ISO 8601 text of either.

    Raises:
        NaiveInstantError: the instant has no zone.
        ValueError: the value is neither, or lies outside of the calendar.
    """
    if isinstance(value, str):
        value = _read_instant(value)
    if not isinstance(value, date):
        raise ValueError(f"an instant or a date was expected, got {value!r}")  # noqa: TRY004 (a wrong input, not a bug)
    try:
        if not isinstance(value, datetime):
            return date(value.year, value.month, value.day)
        if value.utcoffset() is None:
            raise NaiveInstantError(
                f"the instant {value.isoformat()} has no zone; "
                f"add one, as in '{value:%Y-%m-%dT%H:%M}+00:00', or give a plain date"
            )
        if type(value) is not datetime:  # Other libraries derive from datetime; inside there are only plain ones.
            value = datetime.combine(value.date(), value.time(), value.tzinfo)
        return value.astimezone(UTC)
    except (OverflowError, TypeError, AttributeError):
        raise ValueError(f"{_as_said(value)} is outside of the calendar, the years 1 to 9999 in UTC") from None


def _as_said(value: date) -> str:
    """Return a date or datetime as it is written; those of other libraries that have no day are named as they are."""
    try:
        return value.isoformat()
    except (TypeError, ValueError, AttributeError):
        return str(value)


def _read_instant(text: str) -> date | datetime:
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
        if _DAY.match(text):
            return datetime.fromisoformat(text)
    except ValueError as error:
        why = "its offset is a day or more" if "offset" in str(error) else error
        raise ValueError(f"{text[:60]!r} is not a date or an instant: {why}") from None
    raise ValueError(f"{text[:60]!r} is not a date or an instant; write '2026-01-05' or '2026-01-05T09:30:00+00:00'")
