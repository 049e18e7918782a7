"""An instant, a date or a period, wherever a call takes one: a journey's and a clock's advance, forecasts."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest

import journeykit as jk
from journeykit.dates import zone
from journeykit.moments import moment_of, parse_moment

ZONE = "America/Sao_Paulo"
NOW = datetime.fromisoformat("2026-01-31T10:00-03:00")
NAIVE = datetime(2026, 5, 1)  # noqa: DTZ001

MEANT: dict[str, tuple[Any, str]] = {
    "a period": ("30 days", "2026-03-02T13:00"),
    "months": ("1 month", "2026-02-28T13:00"),
    "in ISO": ("P1M", "2026-02-28T13:00"),
    "a Period": (jk.Period(0, 2), "2026-02-02T13:00"),
    "no time": ("0 days", "2026-01-31T13:00"),
    "a date": ("2026-02-01", "2026-02-01T03:00"),
    "a date as such": (date(2026, 2, 1), "2026-02-01T03:00"),
    "an instant": ("2026-02-01T09:00Z", "2026-02-01T09:00"),
    "in another zone": (datetime(2026, 2, 1, 9, tzinfo=timezone(timedelta(hours=2))), "2026-02-01T07:00"),
}
NOT_MEANT: dict[str, tuple[Any, str, str]] = {
    "no unit": ("30", "bad_shape", 'expected an instant, a date, or a period such as "30 days": .*needs a unit'),
    "hours": ("3 hours", "bad_shape", "not a unit of calendar time"),
    "a naive instant": ("2026-05-01T09:00", "naive_instant", 'has no zone.*, or a period such as "30 days"'),
    "a naive datetime": (NAIVE, "naive_instant", "has no zone"),
    "no day": ("2026-02-30", "bad_shape", "day is out of range"),
    "a number": (30, "bad_shape", 'or a period such as "30 days", found 30$'),
    "a timedelta": (timedelta(30), "bad_shape", "found datetime.timedelta"),
}


@pytest.fixture
def one() -> jk.Journey:
    return jk.Journey(jk.load("smb"), "acme", at=NOW, timezone=ZONE)


@pytest.mark.parametrize("name", MEANT)
def test_everybody_means_the_same(one: jk.Journey, name: str) -> None:
    said, text = MEANT[name]
    instant = datetime.fromisoformat(f"{text}+00:00")
    assert parse_moment(said, NOW, zone(ZONE)) == instant
    assert one.timeline(said).until == instant
    one.advance(said)
    assert one.now == instant
    assert jk.ManualClock(NOW, timezone=ZONE).advance(said) == instant


@pytest.mark.parametrize("name", NOT_MEANT)
def test_what_is_none_is_refused(one: jk.Journey, name: str) -> None:
    said, code, says = NOT_MEANT[name]
    with pytest.raises(ValueError, match=says):
        parse_moment(said, NOW, zone(ZONE))
    with pytest.raises(jk.InputError, match=f"^x: .*{says}") as caught:
        moment_of(said, NOW, zone(ZONE), "x")
    assert caught.value.code == code
    for call, key in ((one.advance, "to"), (one.forecast, "until"), (one.timeline, "until")):
        with pytest.raises(jk.InputError, match=f"^{key}: .*{says}") as caught:
            call(said)
        assert caught.value.code == code
    assert one.now == NOW
    clock = jk.ManualClock(NOW, timezone=ZONE)
    with pytest.raises(ValueError, match=says):  # a clock takes no inputs, and refuses none
        clock.advance(said)
    assert clock.now() == NOW


def test_a_journey_counts_from_its_own_present_and_a_clock_from_its(one: jk.Journey) -> None:
    clock = jk.ManualClock("2026-06-01")
    late = jk.Journey.load(one.machine, one.snapshot, clock=clock)
    late.advance("1 day")
    assert late.now == NOW + timedelta(days=1)
    clock.advance("1 day")
    late.advance()
    assert late.now == clock.now() == datetime.fromisoformat("2026-06-02T00:00Z")


def test_time_does_not_run_back(one: jk.Journey) -> None:
    with pytest.raises(jk.InputError) as caught:
        one.advance("2026-01-30")
    assert caught.value.code == "time_runs_back"
