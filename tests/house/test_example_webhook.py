"""``examples/crm_webhook.py``: all or nothing, once and only once."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import journeykit as jk
from examples.crm_webhook import connect, hand_out, handle, nightly

EVENTS = [
    {"kind": "begin", "account": "acme", "at": "2026-01-05", "id": "1", "profile": "smb"},
    {"kind": "observe", "account": "acme", "at": "2026-02-02", "id": "2", "facts": {"health_score": 80}},
    {"kind": "observe", "account": "acme", "at": "2026-03-02", "id": "3", "facts": {"open_major_issues": 4}},
]
INTERVENE = EVENTS[-1]


class Host:
    """What the CRM does: it writes down what it was told to do."""

    def __init__(self) -> None:
        self.done: list[tuple[str, str]] = []

    def __call__(self, ident: str, account: str, name: str) -> None:
        assert ident.startswith(f"{account}/")
        self.done.append((account, name))


@pytest.fixture
def database() -> sqlite3.Connection:
    return connect(":memory:")


@pytest.fixture(scope="module")
def machine() -> jk.Machine:
    return jk.load("smb")


def rows(database: sqlite3.Connection, table: str) -> list[tuple]:
    return database.execute(f"SELECT * FROM {table}").fetchall()


def everything(database: sqlite3.Connection) -> dict[str, list[tuple]]:
    return {table: rows(database, table) for table in ("inputs", "snapshots", "records")}


def test_an_event_is_stored_with_what_it_did(database: sqlite3.Connection, machine: jk.Machine) -> None:
    host = Host()
    assert all(handle(database, machine, event, host) for event in EVENTS)
    assert host.done == [("acme", "intervene")]
    log = [row[-1] for row in rows(database, "inputs")]
    assert [(entry["id"], entry["at"]) for entry in map(json.loads, log)] == [
        ("1", "2026-01-05T00:00:00+00:00"),
        ("2", "2026-02-02T00:00:00+00:00"),
        ("3", "2026-03-02T00:00:00+00:00"),
    ]
    history = jk.replay(machine, log)
    assert history.records == jk.replay(machine, EVENTS).records
    assert [row[0] for row in rows(database, "records")] == [record.id for record in history.records]
    (stored,) = rows(database, "snapshots")
    assert jk.load_snapshot(machine, json.loads(stored[1])).positions == history.snapshot.positions


def test_the_same_event_twice_acts_once(database: sqlite3.Connection, machine: jk.Machine) -> None:
    host = Host()
    for event in EVENTS:
        handle(database, machine, event, host)
    before = everything(database)
    assert handle(database, machine, dict(reversed(INTERVENE.items())), host) is False
    assert host.done == [("acme", "intervene")]
    assert everything(database) == before


@pytest.mark.parametrize(
    ("event", "code"),
    [
        (INTERVENE | {"facts": {"open_major_issues": 5}}, "conflict"),
        (
            {"kind": "observe", "account": "acme", "at": "2026-01-01", "id": "4", "facts": {"health_score": 31}},
            "time_runs_back",
        ),
        ({"kind": "observe", "account": "acme", "at": "2026-04-01", "facts": {"health_score": 31}}, "no_id"),
        (
            {"kind": "observe", "account": "acme", "at": "2026-04-01", "id": "4", "facts": {"helth_score": 31}},
            "unknown_name",
        ),
    ],
)
def test_a_refused_event_changes_nothing(
    database: sqlite3.Connection, machine: jk.Machine, event: dict, code: str
) -> None:
    host = Host()
    for good in EVENTS:
        handle(database, machine, good, host)
    before = everything(database)
    with pytest.raises(jk.InputError) as refusal:
        handle(database, machine, event, host)
    assert refusal.value.code == code
    assert everything(database) == before
    assert not database.in_transaction


def test_a_fault_of_the_database_leaves_nothing_half_done(database: sqlite3.Connection, machine: jk.Machine) -> None:
    host = Host()
    handle(database, machine, EVENTS[0], host)
    database.execute("CREATE TRIGGER fail BEFORE INSERT ON records BEGIN SELECT RAISE(ABORT, 'disk full'); END")
    before = everything(database)
    with pytest.raises(sqlite3.IntegrityError, match="disk full"):
        handle(database, machine, INTERVENE, host)
    assert everything(database) == before
    database.execute("DROP TRIGGER fail")
    assert handle(database, machine, INTERVENE, host)
    assert host.done == [("acme", "intervene")]


def test_after_a_crash_an_action_is_handed_out_again(database: sqlite3.Connection, machine: jk.Machine) -> None:
    def crash(ident: str, account: str, name: str) -> None:
        raise ConnectionError

    handle(database, machine, EVENTS[0], crash)
    with pytest.raises(ConnectionError):
        handle(database, machine, INTERVENE, crash)
    host = Host()
    hand_out(database, host)
    hand_out(database, host)
    assert host.done == [("acme", "intervene")]


CONTRACT = {
    "kind": "open",
    "account": "acme",
    "at": "2026-03-03",
    "id": "4",
    "subject": "contract:C-1",
    "facts": {"contract_start": "2026-03-03", "contract_end": "2027-03-02"},
}


def test_a_night_wakes_those_for_whom_something_falls_due(database: sqlite3.Connection, machine: jk.Machine) -> None:
    """Night after night there is the same on record, at each of them, as where everybody is looked at every night."""
    host, sleeper = Host(), EVENTS[0] | {"account": "sleeper"}
    for event in [*EVENTS, CONTRACT, sleeper]:
        handle(database, machine, event, host)
    log = [row[-1] for row in rows(database, "inputs") if row[0] == "acme"]
    nights = [datetime(2026, 3, 4, 4, tzinfo=UTC) + timedelta(days=7 * week) for week in range(60)]
    woken = []
    for night in nights:
        woken.append(nightly(database, machine, night, host))
        assert nightly(database, machine, night, host) == 0
        found = database.execute("SELECT id FROM records WHERE account = 'acme'").fetchall()
        assert {row[0] for row in found} == {one.id for one in jk.replay(machine, log, until=night).records}
    assert 0 in woken
    assert max(woken) > 0
    (late,) = database.execute(
        "SELECT count(*) FROM snapshots WHERE wakes_at <= ?", (nights[-1].isoformat(),)
    ).fetchone()
    assert late == 0


def test_what_comes_in_on_the_day_is_not_late_after_the_night(
    database: sqlite3.Connection, machine: jk.Machine
) -> None:
    handle(database, machine, EVENTS[0], Host())
    nightly(database, machine, datetime(2026, 3, 4, 4, 30, tzinfo=UTC), Host())
    assert handle(database, machine, INTERVENE | {"at": "2026-03-04"}, Host())


def test_the_demonstration(root: Path) -> None:
    done = subprocess.run(
        [sys.executable, "examples/crm_webhook.py"], cwd=root, capture_output=True, text=True, check=True
    )
    assert done.stdout.count("intervene") == 1
    assert done.stdout.splitlines()[-2:] == ["crm-3 known already", "to be woken on 2026-05-05"]


def test_it_stays_short(root: Path) -> None:
    assert len((root / "examples/crm_webhook.py").read_text(encoding="utf-8").splitlines()) < 130
