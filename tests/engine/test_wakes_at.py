"""When a host must wake an account: never too late, and seldom for nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import pytest

import journeykit as jk

load = cache(jk.load)

CARE = """
profile: care
version: "1"
subjects: {contract: {term: [starts_on, ends_on]}}
facts: {account: {score: {type: number, stale_after: 10 days}}}
tracks:
  mood: {stages: {good: {moves: {worse: {when: {low: {is: score < 50, held: 3 days}}, to: bad}}}, bad: {}}}
  renewal:
    per: contract
    countdown: {to: ends_on, milestones: {prepare: {before: 30 days}}, grace: 5 days}
    stages: {waiting: {}}
"""


def care() -> jk.Journey:
    machine = jk.compile_profile(jk.read_text(CARE))
    return jk.Journey(machine, account="acme", at="2026-01-05T00:00Z", timezone="UTC")


def wakes(journey: jk.Journey) -> str | None:
    at = jk.wakes_at(journey.machine, journey.snapshot)
    if at is None:
        return None
    assert at.tzinfo is UTC
    return at.isoformat()[:10]


def test_never_where_time_alone_does_nothing() -> None:
    assert wakes(care()) is None


def test_what_is_held_and_what_goes_stale() -> None:
    journey = care()
    journey.observe(at="2026-01-06T00:00Z", score=30)
    assert wakes(journey) == "2026-01-09"  # held by then
    journey.advance("2026-01-09T00:00Z")
    assert journey.positions["mood", "account"] == "bad"
    assert wakes(journey) == "2026-01-16"  # the score goes stale


def test_the_dates_of_a_contract_one_after_the_other() -> None:
    journey = care()
    journey.open("contract:C-1", starts_on="2026-01-05", ends_on="2026-12-31")
    found = []
    while (at := jk.wakes_at(journey.machine, journey.snapshot)) is not None:
        assert at > journey.now
        found.append(
            (at.isoformat()[:10], [record.name for record in journey.advance(at) if record.kind == "milestone"])
        )
    assert [pair for pair in found if pair[1]] == [
        ("2026-12-01", ["prepare"]),
        ("2027-01-01", ["end"]),
        ("2027-01-06", ["grace_over"]),
    ]
    assert len(found) <= 4


def test_a_stored_snapshot_wakes_no_sooner() -> None:
    machine = load("smb")
    journey = jk.Journey(machine, account="acme", at="2026-01-05")
    journey.open("contract:C-1", contract_start="2026-01-05", contract_end="2026-12-31")
    stored = jk.load_snapshot(machine, journey.snapshot.to_dict())
    live, again = jk.wakes_at(machine, journey.snapshot), jk.wakes_at(machine, stored)
    assert live is not None
    assert again is not None
    assert journey.now < live <= again < journey.now + timedelta(days=365)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (
            lambda one: one.snapshot.to_dict(),
            "expected a Snapshot, found dict; read it with load_snapshot(machine, data)",
        ),
        (lambda one: one, "expected a Snapshot, found Journey; give its .snapshot"),
        (lambda _: None, "expected a Snapshot, found NoneType; read it with load_snapshot(machine, data)"),
        (lambda _: "{}", "expected a Snapshot, found str; read it with load_snapshot(machine, data)"),
    ],
)
def test_what_is_no_snapshot_is_refused_with_the_way_on(wrong: Any, said: str) -> None:
    journey = care()
    with pytest.raises(jk.SnapshotError) as caught:
        jk.wakes_at(journey.machine, wrong(journey))
    assert str(caught.value) == said


def test_a_snapshot_of_another_meaning_is_refused() -> None:
    journey = care()
    with pytest.raises(jk.SnapshotError, match="another meaning"):
        jk.wakes_at(load("smb"), journey.snapshot)


def test_at_the_end_of_the_calendar() -> None:
    machine = jk.compile_profile(jk.read_text(CARE))
    journey = jk.Journey(machine, account="acme", at="9999-01-05", timezone="UTC")
    journey.open("contract:C-1", at=datetime(9999, 12, 1, tzinfo=UTC), starts_on="9999-01-01", ends_on="9999-12-31")
    for _ in range(10):
        at = jk.wakes_at(journey.machine, journey.snapshot)
        if at is None:
            return
        journey.advance(at)
    raise AssertionError(f"{at} comes again and again")


LATER = """
profile: later
version: "1"
subjects: {contract: {term: [starts_on, ends_on]}}
facts: {contract: {asked: {type: boolean, stale_after: 4 days}}}
tracks:
  renewal:
    per: contract
    countdown:
      milestones:
        near: {before: 30 days, when: days_until(ends_on) <= 10 days}
        sure: {before: 30 days, when: {is: asked, held: 3 days}}
    stages: {waiting: {}}
"""


def test_what_lets_a_milestone_apply_by_time_alone() -> None:
    machine = jk.compile_profile(jk.read_text(LATER))
    journey = jk.Journey(machine, account="acme", at="2026-01-01T00:00Z", timezone="UTC")
    journey.open("contract:C-1", starts_on="2026-01-01", ends_on="2026-12-31")
    journey.advance("2026-12-05T00:00Z")
    journey.observe("contract:C-1", asked=True)
    assert wakes(journey) == "2026-12-08"  # held by then
    journey.advance("2026-12-08T00:00Z")
    assert [each.name for each in journey.records if each.kind == "milestone"] == ["sure"]
    while (at := wakes(journey)) is not None and at < "2026-12-21":
        journey.advance(jk.wakes_at(machine, journey.snapshot))
        assert [each.name for each in journey.records if each.kind == "milestone"] == ["sure"]
    assert at == "2026-12-21"
    journey.advance("2026-12-21T00:00Z")
    assert [(each.name, str(each.due_at)[:10]) for each in journey.records if each.name == "near"] == [
        ("near", "2026-12-01")
    ]


def test_a_stored_snapshot_wakes_for_what_is_overdue_and_may_apply() -> None:
    machine = jk.compile_profile(jk.read_text(LATER))
    journey = jk.Journey(machine, account="acme", at="2026-01-01T00:00Z", timezone="UTC")
    journey.open("contract:C-1", starts_on="2026-01-01", ends_on="2026-12-31")
    journey.advance("2026-12-05T00:00Z")
    journey.observe("contract:C-1", asked=True)
    again = jk.load_snapshot(machine, journey.snapshot.to_dict())
    assert jk.wakes_at(machine, again) == jk.wakes_at(machine, journey.snapshot)
