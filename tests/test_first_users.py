"""What first users wrote, or wished to write: it works as they expected."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import journeykit as jk

EXPORT: list[dict[str, Any]] = [
    {"kind": "begin", "account": "acme", "at": "2026-01-05", "profile": "smb", "timezone": "America/Sao_Paulo"},
    {"kind": "begin", "account": "tern", "at": "2026-01-05", "profile": "enterprise", "attributes": {"owner": "ana"}},
    {"kind": "observe", "account": "acme", "at": "2026-02-02", "id": "o-1", "facts": {"open_major_issues": 4}},
    {"kind": "observe", "account": "tern", "at": "2026-02-02", "id": "o-2", "facts": {"health_score": 80}},
]


def test_the_obvious_call_makes_a_book(tmp_path: Path) -> None:
    """A list of dicts, the text of a path, a path, and what was read before: each gives the same book."""
    path = tmp_path / "export.jsonl"
    path.write_text("\n".join(map(json.dumps, EXPORT)), encoding="utf-8")
    books = [jk.replay_book(source) for source in (EXPORT, str(path), path, jk.read_inputs(path))]
    for book in books:
        assert list(book.accounts) == ["acme", "tern"]
        assert book.left_out == []
        assert book.records() == books[0].records()
    assert "intervene" in {record.name for record in books[0].records()}
    acme = [line for line in EXPORT if line["account"] == "acme"]
    assert jk.replay(jk.load("smb"), acme).records == books[0].accounts["acme"].records


def test_a_frame_is_refused_with_the_way_on() -> None:
    class DataFrame(list):  # type: ignore[type-arg]
        columns = ("kind", "account")

        def to_dict(self, orient: str) -> Any:
            raise AssertionError(orient)

    with pytest.raises(jk.InputError, match=r"a DataFrame; write df\..*to_dict\('records'\).*NaN") as caught:
        jk.replay_book(DataFrame(["kind", "account"]))
    assert caught.value.code == "bad_shape"


def test_a_page_is_made_of_what_was_stored() -> None:
    """Snapshot, inputs and records come from a database; explanations and timelines know the past again."""
    history = jk.replay(jk.load("smb"), [line for line in EXPORT if line["account"] == "acme"])
    assert history.snapshot is not None
    stored = json.dumps(history.snapshot.to_dict())
    log = [json.dumps(entry.to_dict()) for entry in history.inputs]
    page = jk.Journey.load(history.machine, json.loads(stored), inputs=log, records=history.records)
    assert page.explain("retention").last is not None
    assert len(page.timeline().past) > 0
    assert page.observe(at="2026-02-02", id="o-1", open_major_issues=4) == ()  # delivered again
    bare = jk.Journey.load(history.machine, json.loads(stored))
    assert bare.positions == page.positions


def test_the_machine_is_chosen_by_the_fingerprint() -> None:
    machines = {machine.fingerprint: machine for machine in map(jk.load, jk.segments())}
    for account, history in jk.replay_book(EXPORT).accounts.items():
        assert history.snapshot is not None
        raw = json.loads(json.dumps(history.snapshot.to_dict()))
        snapshot = jk.load_snapshot(machines[raw["fingerprint"]], raw)
        assert (snapshot.account, snapshot.profile) == (account, history.machine.name)
        assert snapshot.fingerprint == raw["fingerprint"]


def test_a_snapshot_says_who_it_is() -> None:
    acme, tern = (history.snapshot for history in jk.replay_book(EXPORT).accounts.values())
    assert acme is not None
    assert tern is not None
    assert (str(acme.zone), dict(acme.attributes)) == ("America/Sao_Paulo", {})
    assert acme.began_at == datetime(2026, 1, 5, 3, tzinfo=UTC)
    assert dict(tern.attributes) == {"owner": "ana"}


def test_a_column_says_whom_to_wake() -> None:
    """Of many account-nights few are woken, and the records are the same."""
    machine = jk.load("smb")
    begin = jk.parse_input(EXPORT[0])
    woken = asleep = jk.step(machine, None, begin).snapshot
    nights, wakes = [woken.now + timedelta(days=day, hours=4) for day in range(365)], 0
    for night in nights:
        tick = jk.Input("tick", "acme", night)
        every = jk.step(machine, woken, tick)
        at = jk.wakes_at(machine, asleep)
        found: tuple[jk.Record, ...] = ()
        if at is not None and at <= night:
            asleep, found, _ = jk.step(machine, asleep, tick)
            wakes += 1
        woken = every.snapshot
        assert found == every.records
    assert 0 < wakes < 40
