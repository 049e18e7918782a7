"""Periods, ranges, zones and instants."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journeykit import dates
from journeykit.dates import Period, Range

PERIODS = st.builds(Period, st.integers(0, 240), st.integers(0, 2000))
DAYS = st.dates(date(1950, 1, 1), date(2150, 12, 31))


@pytest.mark.parametrize(
    ("text", "months", "days", "normal", "iso"),
    [
        ("90 days", 0, 90, "90 days", "P90D"),
        ("1 day", 0, 1, "1 day", "P1D"),
        ("3 months", 3, 0, "3 months", "P3M"),
        ("2 weeks", 0, 14, "14 days", "P14D"),
        ("1 year 6 months", 18, 0, "1 year 6 months", "P1Y6M"),
        ("  12   Months ", 12, 0, "1 year", "P1Y"),
        ("1 month 2 weeks 3 days", 1, 17, "1 month 17 days", "P1M17D"),
        ("P1Y6M", 18, 0, "1 year 6 months", "P1Y6M"),
        ("P2W", 0, 14, "14 days", "P14D"),
        ("0 days", 0, 0, "0 days", "P0D"),
    ],
)
def test_a_period_is_read_and_written(text, months, days, normal, iso):
    period = Period.parse(text)
    assert period == Period(months, days)
    assert (str(period), period.iso()) == (normal, iso)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("90", "write '90 days'"),
        ("3 mnths", "did you mean months?"),
        ("3 hours", "use days, weeks, months or years"),
        ("1.5 months", "is a fraction"),
        ("PT5H", "counts hours"),
        ("P", "is not a period"),
        ("", "is not a period"),
        ("-3 days", "is not a period"),
        ("1 day 2 days", "twice"),
        ("2000 years", "longer than 1000 years"),
        ("1 day " * 50, "too long"),
        ("٣ days", "is not a period"),
    ],
)
def test_what_is_no_period_is_refused_with_advice(text, says):
    with pytest.raises(ValueError, match=r"\S") as refusal:
        Period.parse(text)
    assert says in str(refusal.value)


@given(PERIODS)
def test_a_period_survives_being_written(period):
    assert Period.parse(str(period)) == period
    assert Period.parse(period.iso()) == period


@pytest.mark.parametrize(
    ("day", "period", "times", "expected"),
    [
        (date(2026, 1, 31), "1 month", 1, date(2026, 2, 28)),
        (date(2026, 1, 31), "1 month", 2, date(2026, 3, 31)),
        (date(2024, 2, 29), "1 year", 1, date(2025, 2, 28)),
        (date(2024, 2, 29), "1 year", 4, date(2028, 2, 29)),
        (date(2026, 8, 31), "6 months", -1, date(2026, 2, 28)),
        (date(2026, 8, 31), "180 days", -1, date(2026, 3, 4)),
        (date(2026, 1, 31), "1 month 1 day", 1, date(2026, 3, 1)),
        (date(9999, 12, 31), "30 days", 1, date.max),
        (date(9999, 12, 1), "1 month", 1, date.max),
        (date(1, 1, 5), "1 month", -1, date.min),
        (date(1, 1, 5), "30 days", -1, date.min),
    ],
)
def test_periods_are_counted_from_the_anchor(day, period, times, expected):
    assert Period.parse(period).add(day, times) == expected
    assert Period.parse(period).subtract(day, -times) == expected


@given(DAYS, st.integers(0, 120), st.integers(0, 40), st.integers(0, 500))
def test_anchored_arithmetic_keeps_the_day_where_the_month_has_it(day, months, times, days):
    moved = Period(months, 0).add(day, times)
    assert (moved.year * 12 + moved.month) - (day.year * 12 + day.month) == months * times
    ends = (moved + timedelta(days=1)).day == 1
    assert moved.day == day.day or (moved.day < day.day and ends)
    assert Period(months, days).add(day) == Period(months, 0).add(day) + timedelta(days=days)


def test_a_period_is_not_added_to_an_instant():
    with pytest.raises(TypeError, match="shift"):
        Period(0, 1).add(datetime(2026, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("period", "span"),
    [
        ("3 months", (89, 92)),
        ("1 month", (28, 31)),
        ("1 year", (365, 366)),
        ("90 days", (90, 90)),
        ("1 month 2 days", (30, 33)),
        ("8 years", (2921, 2922)),
    ],
)
def test_the_days_that_a_period_can_span(period, span):
    assert Period.parse(period).span() == span


@given(DAYS, st.integers(0, 60), st.integers(0, 50))
def test_no_period_leaves_its_span(day, months, days):
    period = Period(months, days)
    fewest, most = period.span()
    assert fewest <= (period.add(day) - day).days <= most


@pytest.mark.parametrize(
    ("period", "longer"),
    [
        ("6 months", "9 months"),
        ("3 months", "4 months 15 days"),
        ("90 days", "135 days"),
        ("9 days", "14 days"),
        ("3 months 5 days", "4 months 23 days"),
    ],
)
def test_half_as_long_again(period, longer):
    assert str(Period.parse(period).one_and_a_half()) == longer


@pytest.mark.parametrize(
    ("text", "low", "high", "open_ended", "normal", "stuck"),
    [
        ("3..6 months", "3 months", "6 months", False, "3..6 months", "9 months"),
        ("60..120+ days", "60 days", "120 days", True, "60..120+ days", "120 days"),
        ("6 months", "6 months", "6 months", False, "6 months", "9 months"),
        ("6+ months", "6 months", "6 months", True, "6+ months", "6 months"),
        ("1..2 years", "1 year", "2 years", False, "1..2 years", "3 years"),
        ("6 months .. 1 year", "6 months", "1 year", False, "6..12 months", "1 year 6 months"),
        ("3 months..120+ days", "3 months", "120 days", True, "3 months..120+ days", "120 days"),
        ("0..1 day", "0 days", "1 day", False, "0..1 day", "2 days"),
    ],
)
def test_a_range_is_read_and_written(text, low, high, open_ended, normal, stuck):
    found = Range.parse(text)
    assert found == Range(Period.parse(low), Period.parse(high), open_ended)
    assert str(found) == normal
    assert str(found.stuck_after()) == stuck


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("6..3 months", "from long to short"),
        ("6 months+", "is not a range"),
        ("3..", "only one end"),
        ("..6 months", "only one end"),
        ("3..6..9 months", "is not a range"),
        ("3..6", "needs a unit"),
    ],
)
def test_what_is_no_range_is_refused(text, says):
    with pytest.raises(ValueError, match=says):
        Range.parse(text)


@given(PERIODS, PERIODS, st.booleans())
def test_a_range_survives_being_written(one, other, open_ended):
    low, high = sorted((one, other), key=Period.span)
    found = Range(low, high, open_ended)
    assert Range.parse(str(found)) == found


@pytest.mark.parametrize(
    ("zone", "day", "expected"),
    [
        ("UTC", date(2026, 1, 5), datetime(2026, 1, 5, tzinfo=UTC)),
        ("America/Sao_Paulo", date(2026, 1, 5), datetime(2026, 1, 5, 3, tzinfo=UTC)),
        # No midnight: the clock went from 23:59 to 01:00.
        ("America/Sao_Paulo", date(2018, 11, 4), datetime(2018, 11, 4, 3, tzinfo=UTC)),
        # Midnight in the middle of a gap, from 23:30 to 00:30.
        ("America/Toronto", date(1919, 3, 31), datetime(1919, 3, 31, 4, 30, tzinfo=UTC)),
        # A day that never was.
        ("Pacific/Apia", date(2011, 12, 30), datetime(2011, 12, 30, 10, tzinfo=UTC)),
        # Midnight twice: the first.
        ("America/Havana", date(2026, 11, 1), datetime(2026, 11, 1, 4, tzinfo=UTC)),
        ("Asia/Tokyo", date.min, datetime.min.replace(tzinfo=UTC)),
        ("America/Sao_Paulo", date.max, datetime(9999, 12, 31, 3, tzinfo=UTC)),
    ],
)
def test_the_first_instant_of_a_day(zone, day, expected):
    assert dates.first_instant(day, dates.zone(zone)) == expected


@given(
    st.dates(date(2000, 1, 1), date(2030, 12, 31)), st.sampled_from(["America/Sao_Paulo", "Pacific/Apia", "Asia/Gaza"])
)
def test_a_day_begins_where_its_date_first_shows(day, name):
    zone = ZoneInfo(name)
    first = dates.first_instant(day, zone)
    assert dates.local_day(first, zone) >= day
    assert dates.local_day(first - timedelta(seconds=1), zone) < day


def test_what_ends_on_a_day_ends_after_it():
    assert dates.instant_after(date(2026, 3, 1), UTC) == datetime(2026, 3, 2, tzinfo=UTC)
    assert dates.instant_after(date.max, UTC) == datetime.max.replace(tzinfo=UTC)


def test_the_day_in_a_zone():
    at = datetime(2026, 3, 2, 7, 30, tzinfo=UTC)
    assert dates.local_day(at, dates.zone("America/Los_Angeles")) == date(2026, 3, 1)
    assert dates.local_day(datetime.max.replace(tzinfo=UTC), dates.zone("Asia/Tokyo")) == date.max


@pytest.mark.parametrize(
    ("zone", "at", "period", "times", "expected"),
    [
        ("UTC", "2026-01-31T10:00+00:00", "1 month", 2, "2026-03-31T10:00+00:00"),
        # Over the start of summer time: the same wall clock, an hour earlier in UTC.
        ("Europe/Lisbon", "2026-03-28T10:00+00:00", "1 day", 1, "2026-03-29T09:00+00:00"),
        # Into the gap from 01:00 to 02:00: later by the gap.
        ("Europe/Lisbon", "2026-03-28T01:30+00:00", "1 day", 1, "2026-03-29T01:30+00:00"),
        # Into the fold from 01:00 to 02:00: the first of the two.
        ("Europe/Lisbon", "2026-10-24T00:30+00:00", "1 day", 1, "2026-10-25T00:30+00:00"),
        # The second of two, moved by nothing: itself. Moved onto: the first.
        ("Europe/Lisbon", "2024-10-27T01:30+00:00", "0 days", 1, "2024-10-27T01:30+00:00"),
        ("Europe/Lisbon", "2024-10-28T01:30+00:00", "1 day", -1, "2024-10-27T00:30+00:00"),
        ("UTC", "9999-12-31T10:00+00:00", "1 day", 1, "9999-12-31T10:00+00:00"),
        ("America/Lima", "2024-06-16T03:00+00:00", "1000 years", 8, "9999-12-31T23:59:59.999999+00:00"),
        ("Asia/Tokyo", "9000-06-16T16:00+00:00", "1000 years", -9, "0001-01-01T00:00+00:00"),
    ],
)
def test_instants_move_by_local_time(zone, at, period, times, expected):
    moved = dates.shift(datetime.fromisoformat(at), Period.parse(period), dates.zone(zone), times)
    assert moved == datetime.fromisoformat(expected)
    assert moved.tzinfo is UTC


def test_a_zone_by_name():
    assert dates.zone("UTC") is UTC
    assert dates.zone("Europe/Lisbon") is dates.zone("Europe/Lisbon")


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("America/SaoPaulo", "did you mean 'America/Sao_Paulo'?"),
        ("utc", "did you mean 'UTC'?"),
        ("America", "there is no zone"),
        ("../etc/passwd", "there is no zone"),
        ("", "there is no zone"),
    ],
)
def test_what_is_no_zone_is_refused(name, says):
    with pytest.raises(ValueError, match=r"\S") as refusal:
        dates.zone(name)
    assert says in str(refusal.value)


class _Stamp(datetime):
    """As other libraries derive from datetime."""


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("2026-01-05", date(2026, 1, 5)),
        ("2026-01-05T09:30:00Z", datetime(2026, 1, 5, 9, 30, tzinfo=UTC)),
        ("2026-01-05T09:30-03:00", datetime(2026, 1, 5, 12, 30, tzinfo=UTC)),
        (date(2026, 1, 5), date(2026, 1, 5)),
        (datetime(2026, 1, 5, 9, tzinfo=timezone(timedelta(hours=2))), datetime(2026, 1, 5, 7, tzinfo=UTC)),
        (_Stamp(2026, 1, 5, 9, tzinfo=UTC), datetime(2026, 1, 5, 9, tzinfo=UTC)),
    ],
)
def test_an_instant_is_read(given, expected):
    found = dates.parse_instant(given)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("2026-01-05T09:30", "has no zone"),
        (datetime(2026, 1, 5, 9, 30, tzinfo=UTC).replace(tzinfo=None), "has no zone"),
        ("2026-02-30", "is not a date or an instant"),
        ("20260105", "write '2026-01-05'"),
        ("soon", "is not a date or an instant"),
        ("", "is not a date or an instant"),
        ("0001-01-01T00:00+05:00", "outside of the calendar"),
        (20260105, "was expected"),
        (None, "was expected"),
    ],
)
def test_what_is_no_instant_is_refused(given, says):
    with pytest.raises(ValueError, match=says):
        dates.parse_instant(given)
