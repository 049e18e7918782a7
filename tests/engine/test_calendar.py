"""The calendar against answers that others worked out, and the laws of days, zones and instants."""

from __future__ import annotations

import csv
import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from folders import CASES
from journeykit.dates import Period, first_instant, instant_after, local_day, parse_instant, shift, zone
from journeykit.machine.next_term import end_after

TABLE = CASES / "calendar.csv"
LINES = TABLE.read_text(encoding="utf-8").splitlines()
HEAD = [line for line in LINES if line.startswith("#")]
ROWS = list(csv.DictReader(line for line in LINES if not line.startswith("#")))

DAYS = st.dates(date(1970, 1, 1), date(2037, 12, 31))
INSTANTS = st.integers(0, 2**31).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))  # 1970 to 2038
# Every zone of this machine, and more often those of the table, whose clocks do what is rare.
ZONES = st.sampled_from(sorted({row["zone"] for row in ROWS} - {""})) | st.sampled_from(sorted(available_timezones()))
PERIODS = st.builds(Period, st.integers(0, 30), st.integers(0, 400))


def answer(row):
    """What journeykit says to a question of the table, in the words of the table."""
    period, k, anchor = Period.parse(row["period"]), int(row["k"]), parse_instant(row["anchor"])
    if row["what"] == "date":
        return period.add(anchor, k).isoformat()
    if row["what"] == "term":
        return last_day(anchor, period, k).isoformat()
    where = zone(row["zone"])
    if row["what"] == "instant":
        found = shift(anchor, period, where, k)
    else:
        found = {"begins": first_instant, "ends": instant_after}[row["what"]](period.add(anchor, k), where)
    assert found.tzinfo is UTC
    return found.isoformat().replace("+00:00", "Z")


def last_day(start, length, k):
    """The last day of the k-th term, each told by the one before, as a contract that renews by itself goes on."""
    end, counted = length.add(start, 1) - timedelta(days=1), None
    for _ in range(k - 1):
        begins = end + timedelta(days=1)
        end, anchor = end_after(end, length, counted, start)
        start, counted = begins, (anchor, length)
    return end


@pytest.mark.parametrize("row", ROWS, ids=lambda row: " ".join(list(row.values())[:5]))
def test_the_calendar_is_as_others_say(row):
    assert answer(row) == row["expected"], row["note"]


def test_the_table_is_wide_and_names_its_sources():
    sources = dict(re.findall(r"^# (\w+): (.+)", "\n".join(HEAD), re.MULTILINE))
    assert {row["source"] for row in ROWS} == set(sources) == {"java", "hand"}
    assert re.search(r"OpenJDK \d+\.\S+ .*; tz database 20\d\d[a-z]", sources["java"])
    assert len(ROWS) >= 1200
    assert sum(row["what"] == "term" for row in ROWS) >= 200
    assert len({row["zone"] for row in ROWS if "/" in row["zone"] and not row["zone"].startswith("Etc/")}) >= 14
    assert {row["what"] for row in ROWS} == {"date", "instant", "begins", "ends", "term"}
    questions = [tuple(row.values())[:5] for row in ROWS]
    assert len(set(questions)) == len(questions)


def test_the_table_asks_of_no_rule_yet_to_be_made():
    ruled = [row for row in ROWS if row["zone"] not in ("", "UTC") and not row["zone"].startswith("Etc/")]
    assert max(row["expected"] for row in ruled) < "2025"


@given(INSTANTS, ZONES)
def test_a_day_begins_no_later_than_any_instant_of_it(at, name):
    where = zone(name)
    assert first_instant(local_day(at, where), where) <= at


@given(DAYS, ZONES)
def test_days_follow_one_another(day, name):
    where = zone(name)
    first, after = first_instant(day, where), instant_after(day, where)
    assert local_day(first, where) >= day > local_day(first - timedelta(microseconds=1), where)
    assert after == first_instant(day + timedelta(days=1), where)
    # A day that never was is over where it begins, and only such a day.
    assert (first == after) == (local_day(first, where) > day)
    assert first <= after


@given(INSTANTS, PERIODS, ZONES, st.integers(0, 24))
def test_more_periods_never_lead_further_back(at, period, name, times):
    where = zone(name)
    assert shift(at, period, where, 0) == at
    assert shift(at, period, where, times) <= shift(at, period, where, times + 1)
    assert shift(at, period, where, -times - 1) <= shift(at, period, where, -times)


@given(INSTANTS, PERIODS, ZONES, st.integers(-24, 24))
def test_an_instant_is_moved_as_its_day_is(at, period, name, times):
    where = zone(name)
    moved, local = shift(at, period, where, times).astimezone(where), at.astimezone(where)
    wanted = datetime.combine(period.add(local.date(), times), local.time())
    # The same local time, or later by what the clock skipped.
    assert moved.replace(tzinfo=None) - wanted in (timedelta(), _skipped(wanted, where))


def _skipped(wanted, where):
    before, after = (wanted.replace(tzinfo=where, fold=fold).utcoffset() for fold in (0, 1))
    return max(after - before, timedelta())


@given(DAYS, st.integers(1, 30), st.integers(0, 40), st.integers(-40, 40))
def test_the_kth_is_counted_from_the_anchor(day, months, days, times):
    index = day.year * 12 + day.month - 1 + months * times
    first = date(index // 12, index % 12 + 1, 1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    there = first.replace(day=min(day.day, last.day)) + timedelta(days=days * times)
    assert Period(months, days).add(day, times) == there
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    assert shift(noon, Period(months, days), UTC, times).date() == there


@pytest.mark.parametrize("name", ["UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kathmandu"])
@given(at=st.datetimes(timezones=st.just(UTC)), day=st.dates(), period=PERIODS, times=st.integers(-9999, 9999))
def test_nothing_leaves_the_calendar(name, at, day, period, times):
    where = zone(name)
    moved = shift(at, period, where, times)
    assert (moved > at) <= (times > 0)
    assert (moved < at) <= (times < 0)
    assert first_instant(day, where) <= instant_after(day, where)
    assert date.min <= local_day(at, where) <= date.max
