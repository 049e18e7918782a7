"""Inputs as plain data: what is written is read again, and what a step took is what a host logs."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone
from functools import cache
from typing import Any

import pytest

import journeykit as jk
from journeykit.plain import plain

load = cache(jk.load)
AT = datetime(2026, 2, 3, 9, 30, tzinfo=UTC)

WRITTEN: list[tuple[jk.Input, dict[str, Any]]] = [
    (jk.Input("tick", "acme", AT), {"kind": "tick", "account": "acme", "at": "2026-02-03T09:30:00+00:00"}),
    (
        jk.Input("tick", "acme", date(2026, 2, 3), "t-1"),
        {"kind": "tick", "account": "acme", "at": "2026-02-03", "id": "t-1"},
    ),
    (
        jk.Input(
            "open",
            "acme",
            date(2026, 2, 3),
            None,
            "contract:C-1",
            {
                "facts": {"ends": date(2026, 12, 31), "notice": jk.Period.parse("1 year 6 months"), "n": 2.5},
                "renewals": 0,
            },
        ),
        {
            "kind": "open",
            "account": "acme",
            "at": "2026-02-03",
            "subject": "contract:C-1",
            "facts": {"ends": "2026-12-31", "notice": "1 year 6 months", "n": 2.5},
            "renewals": 0,
        },
    ),
    (
        jk.Input("open", "acme", AT, None, "contract:C-1", {"facts": {}}),
        {"kind": "open", "account": "acme", "at": "2026-02-03T09:30:00+00:00", "subject": "contract:C-1", "facts": {}},
    ),
    (
        jk.Input("close", "acme", AT, "c", "contract:C-1", {"reason": None, "into": "contract:C-2"}),
        {
            "kind": "close",
            "account": "acme",
            "at": "2026-02-03T09:30:00+00:00",
            "id": "c",
            "subject": "contract:C-1",
            "into": "contract:C-2",
        },
    ),
    (
        jk.Input("begin", "acme", AT, None, "account", {"profile": "smb", "attributes": {"size": (1, 2), "since": AT}}),
        {
            "kind": "begin",
            "account": "acme",
            "at": "2026-02-03T09:30:00+00:00",
            "profile": "smb",
            "attributes": {"size": [1, 2], "since": "2026-02-03T09:30:00+00:00"},
        },
    ),
]


@pytest.mark.parametrize(("entry", "raw"), WRITTEN)
def test_an_input_is_written_and_read(entry: jk.Input, raw: dict[str, Any]) -> None:
    assert entry.to_dict() == raw
    assert list(raw)[:3] == ["kind", "account", "at"]
    through_json = json.loads(json.dumps(entry.to_dict()))
    assert through_json == raw
    data = {key: plain(value) for key, value in entry.data.items() if value is not None}
    assert jk.parse_input(through_json) == jk.Input.from_dict(through_json) == entry._replace(data=data)


TOKYO = timezone(timedelta(hours=9))
BEGIN = {"profile": "smb", "timezone": "America/Sao_Paulo"}


@pytest.mark.parametrize(
    ("at", "taken"),
    [
        (date(2026, 2, 3), datetime(2026, 2, 3, 3, tzinfo=UTC)),
        (datetime(2026, 2, 3, 9, tzinfo=TOKYO), datetime(2026, 2, 3, tzinfo=UTC)),
        (AT, AT),
    ],
)
def test_an_outcome_says_what_was_taken(at: date, taken: datetime) -> None:
    """A date is an instant in the zone of the account, that of the begin one in the zone that it names itself."""
    machine = load("smb")
    begin = jk.Input("begin", "acme", at, "b", "account", BEGIN)
    first = jk.step(machine, None, begin)
    assert first.taken == begin._replace(at=taken)
    assert first.taken.at.tzinfo is UTC  # type: ignore[union-attr]
    facts = {"facts": {"health_score": 30}}
    entry = jk.Input("observe", "acme", at, "o", "account", facts)
    outcome = jk.step(machine, first.snapshot, entry)
    assert outcome.taken == entry._replace(at=taken)
    assert outcome.taken.at.tzinfo is UTC  # type: ignore[union-attr]
    assert outcome.taken.data is facts


def test_the_day_of_a_change_of_zone_is_one_of_the_zone_before_it() -> None:
    machine = load("smb")
    begun = jk.step(machine, None, jk.Input("begin", "acme", date(2026, 1, 5), None, "account", BEGIN)).snapshot
    moved = jk.step(
        machine, begun, jk.Input("zone", "acme", date(2026, 2, 3), None, "account", {"timezone": "Asia/Tokyo"})
    )
    assert moved.taken.at == datetime(2026, 2, 3, 3, tzinfo=UTC)
    later = jk.step(machine, moved.snapshot, jk.Input("tick", "acme", date(2026, 2, 4)))
    assert later.taken.at == datetime(2026, 2, 3, 15, tzinfo=UTC)


def test_a_journey_logs_what_was_taken() -> None:
    journey = jk.Journey(load("smb"), account="acme", at="2026-01-05", timezone="America/Sao_Paulo", id="b")
    journey.observe(at="2026-02-03", health_score=30, id="o")
    assert [entry.at for entry in journey.inputs] == [
        datetime(2026, month, day, 3, tzinfo=UTC) for month, day in ((1, 5), (2, 3))
    ]
    log = [json.dumps(entry.to_dict()) for entry in journey.inputs]
    history = jk.replay(journey.machine, log)
    assert history.records == journey.records
    loaded = jk.Journey.load(journey.machine, journey.snapshot.to_dict(), inputs=log)
    assert loaded.inputs == journey.inputs
    assert loaded.observe(at="2026-02-03T03:00Z", health_score=30, id="o") == ()
    with pytest.raises(jk.InputError, match="not a JSON object"):
        jk.Journey.load(journey.machine, journey.snapshot, inputs=[*log, "{"])
