"""The clocks that a shell may ask."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from journeykit import clock, dates
from journeykit.clock import ManualClock, SystemClock
from journeykit.dates import Period


def test_the_system_clock_is_aware_and_never_goes_back(monkeypatch):
    system = SystemClock()
    before = system.now()
    assert before.tzinfo is UTC

    class Earlier(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime(2000, 1, 1, tzinfo=tz)

    monkeypatch.setattr(clock, "datetime", Earlier)
    assert system.now() == before


def test_a_manual_clock_stands_still_until_it_is_moved():
    manual = ManualClock("2026-01-31T10:00+00:00")
    assert manual.now() == manual.now() == datetime(2026, 1, 31, 10, tzinfo=UTC)
    assert manual.advance(by="1 month") == datetime(2026, 2, 28, 10, tzinfo=UTC)
    assert manual.advance(to=datetime(2026, 3, 1, tzinfo=UTC)) == manual.now()
    assert manual.advance(by=Period(0, 2)) == datetime(2026, 3, 3, tzinfo=UTC)
    assert manual.advance(to=manual.now()) == manual.now()


def test_a_date_means_its_first_instant_in_the_zone():
    manual = ManualClock(date(2026, 1, 5), timezone="America/Sao_Paulo")
    assert manual.now() == dates.first_instant(date(2026, 1, 5), dates.zone("America/Sao_Paulo"))
    assert manual.advance(to="2026-01-06") == datetime(2026, 1, 6, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"to": "2025-12-31"}, "does not go back"),
        ({"to": "2026-01-05T10:00"}, "has no zone"),
        ({"by": "3"}, "needs a unit"),
        ({}, "either"),
        ({"to": "2026-02-01", "by": "1 day"}, "either"),
    ],
)
def test_a_manual_clock_refuses(asked, says):
    manual = ManualClock("2026-01-05")
    with pytest.raises(ValueError, match=says):
        manual.advance(**asked)
    assert manual.now() == datetime(2026, 1, 5, tzinfo=UTC)


def test_a_naive_start_is_refused():
    with pytest.raises(ValueError, match="has no zone"):
        ManualClock("2026-01-05T00:00")
