"""Stored files of every layout from the first that is kept: each is read on, and goes on as if it were written today.

The files in ``cases/stored`` were written by the journeykit that had the layout; none is ever written anew.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

import journeykit as jk
from folders import CASES
from journeykit.machine.snapshot_to_dict import LAYOUT

STORED = CASES / "stored"
SNAPSHOTS = {int(path.stem.rpartition("_")[2]): path for path in STORED.glob("snapshot_*.json")}
RECORDS = [json.loads(line) for line in (STORED / "records_1.jsonl").read_text(encoding="utf-8").splitlines()]


def machine() -> jk.Machine:
    return jk.load(STORED / "profile.yaml")


def raw_of(layout: int) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(SNAPSHOTS[layout].read_text(encoding="utf-8"))
    return found


def test_there_is_a_file_of_each_layout() -> None:
    assert sorted(SNAPSHOTS) == [*range(3, LAYOUT + 1)]


@pytest.mark.parametrize("layout", sorted(SNAPSHOTS))
def test_a_snapshot_of_any_layout_goes_on(layout: int) -> None:
    """What the older one called ``grow-1`` keeps its name; what opens from now on is named as it is now."""
    read = jk.load_snapshot(machine(), raw_of(layout))
    history = jk.replay(machine(), STORED / "inputs_1.jsonl")
    assert history.snapshot is not None
    ahead = [
        jk.step(machine(), one, jk.Input("tick", "acme", read.now.replace(year=2027)))
        for one in (read, history.snapshot)
    ]
    told = [[(r.kind, r.name, r.at) for r in one.records if not r.subject.startswith("opp")] for one in ahead]
    assert told[0] == told[1]
    assert told[0]
    signal = jk.parse_input({"kind": "signal", "account": "acme", "at": "2026-01-01", "id": "s-9", "signal": "grown"})
    assert "opportunity:grow-s-9" in [record.subject for record in jk.step(machine(), read, signal).records]
    assert read.to_dict()["layout"] == LAYOUT


def test_of_the_present_layout_nothing_is_lost() -> None:
    assert jk.load_snapshot(machine(), raw_of(LAYOUT)).to_dict() == raw_of(LAYOUT)


@pytest.mark.parametrize(
    ("layout", "way_on"), [(2, "replay"), (None, "replay"), ("5", "replay"), (True, "replay"), (LAYOUT + 1, "update")]
)
def test_a_snapshot_of_no_known_layout_is_refused_with_the_way_on(layout: object, way_on: str) -> None:
    with pytest.raises(jk.SnapshotError, match=f"layout.*{way_on}") as caught:
        jk.load_snapshot(machine(), {**raw_of(LAYOUT), "layout": layout})
    assert "\n" not in str(caught.value)


def test_stored_records_are_read_on() -> None:
    """They are those of a replay today, with the ids that they had."""
    records = [jk.Record.from_dict(raw) for raw in RECORDS]
    assert [record.to_dict() for record in records] == RECORDS
    history = jk.replay(machine(), STORED / "inputs_1.jsonl")
    assert [record.to_dict() for record in history.records] == RECORDS


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"layout": 2}, "layout 1, found 2; a later journeykit wrote it; update"),
        ({"layout": None}, "layout 1, found None; replay"),
        ({"at": "yesterday"}, "at: .*found 'yesterday'"),
        ({"kind": "actoin"}, "kind: .*found 'actoin'"),
        ({"n": "7"}, "n: .*found '7'"),
        ({"subject": "workstream:other"}, "id: .* not that of its content"),
        ({"nothing": 1}, "nothing: extra"),
        ({"data": {"end": {1, 2}}}, "no JSON data"),
    ],
)
def test_a_broken_record_is_refused(change: dict[str, Any], says: str) -> None:
    with pytest.raises(jk.SnapshotError, match=says) as caught:
        jk.Record.from_dict({**RECORDS[6], **change})
    assert "\n" not in str(caught.value)


def test_stored_inputs_are_read_on() -> None:
    inputs = jk.read_inputs(STORED / "inputs_1.jsonl")
    assert not inputs.left_out
    assert [jk.Input.from_dict(json.loads(json.dumps(entry.to_dict()))) for entry in inputs] == list(inputs)
    with pytest.raises(jk.InputError, match="a later journeykit"):
        jk.parse_input({**inputs[0].to_dict(), "layout": 2})
