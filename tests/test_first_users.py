"""What first users wrote, or wished to write: it works as they expected."""

from __future__ import annotations

import copy
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import journeykit as jk


def test_one_spelling_of_a_subject() -> None:
    j = jk.Journey(jk.load("smb"), account="t", at="2026-01-05", timezone="America/Sao_Paulo")
    place = j.explain("value", "main").positions[0].path
    assert j.positions["value", "main"] == j.positions["value", "workstream:main"] == place
    j.observe("main", at="2026-05-03", active_seat_ratio=0.5)
    assert j.inputs[-1].subject == "workstream:main"


def test_a_period_wherever_time_is_said() -> None:
    clock = jk.ManualClock("2026-01-05")
    j = jk.Journey(jk.load("smb"), account="t", clock=clock)
    ahead = j.forecast("30 days")
    made = j.advance("30 days")
    assert {record.at for record in made} <= {happening.at for happening in ahead}
    assert j.next_due("30 days") == j.next_due(within="30 days")
    clock.advance("11 months")
    j.advance()
    assert j.now == clock.now()


def test_the_types_that_come_back_have_names() -> None:
    j = jk.Journey(jk.load("smb"), account="t", at="2026-01-05")
    told = j.explain("value")
    assert isinstance(told.positions[0], jk.PositionReport)
    assert isinstance(told.moves[0], jk.PossibleMove)
    assert isinstance(told.moves[0].points[0], jk.Point)
    j.confirm("go_live", by="customer", subject="main", at="2026-01-06")
    assert {record.kind for record in j.records} <= set(jk.RECORD_KINDS)
    assert {entry.kind for entry in j.inputs} <= set(jk.KINDS)
    verdicts = [verdict for record in j.records for verdict in record.verdicts]
    assert all(isinstance(verdict, jk.Verdict) for verdict in verdicts)
    history = jk.replay(j.machine, [*j.inputs, j.inputs[1]._replace(id="again", data={"confirmation": "x", "by": "y"})])
    assert isinstance(history.refused[0], jk.Refused)
    book = jk.replay_book([j.inputs[1]])
    assert isinstance(book.left_out[0], jk.LeftOut)


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
    told = [json.loads(json.dumps(record.to_dict())) for record in history.records]
    page = jk.Journey.load(history.machine, json.loads(stored), inputs=log, records=told)
    assert [record.to_dict() for record in page.records] == told
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


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, jk.Journey.copy])
def test_a_what_if_leaves_the_original_alone(copied) -> None:
    m = jk.load("smb")
    j = jk.Journey(m, account="x", at="2026-01-05")
    w = copied(j)
    w.observe("workstream:main", at="2026-02-01", id="z", implementation_complete=True)
    assert (len(j.inputs), len(w.inputs)) == (1, 2)
    j.observe("workstream:main", at="2026-02-01", id="z", implementation_complete=True)
    assert len(j.inputs) == 2
    assert j.snapshot.to_dict() == w.snapshot.to_dict()


def test_a_fall_says_which_of_ten_reasons_it_was() -> None:
    j = jk.Journey(jk.load("smb"), account="t", at="2026-01-05")
    moved = next(record for record in j.observe(open_major_issues=4, id="crm-4") if record.kind == "moved")
    assert [(one.name, one.value, one.source) for one in moved.because if one.name == "open_major_issues"] == [
        ("open_major_issues", 4, "crm-4")
    ]
    last = j.explain("retention").last
    assert last is not None
    assert last.because == moved.because


def test_records_have_a_beginning_a_number_and_a_way_back() -> None:
    j = jk.Journey(jk.load("enterprise"), account="acme", at="2026-01-05")
    opened = next(record for record in j.records if record.subject == "workstream:main")
    assert opened.data["at"] == {"value": "onboarding.kickoff"}
    assert [record.n for record in j.records] == [*range(1, len(j.records) + 1)]
    assert [(record.segment, record.version) for record in j.records[:1]] == [("enterprise", j.machine.profile.version)]
    for thing in (*j.records, *j.next_due(), *j.forecast("1 year"), *j.inputs):
        raw = json.loads(json.dumps(thing.to_dict()))
        assert type(thing).from_dict(raw).to_dict() == raw


def test_a_signed_order_reaches_the_opportunity_that_it_names() -> None:
    """A line that comes late opens another one of its own, and takes no name."""
    lines = [
        {"kind": "begin", "account": "a", "at": "2026-01-05", "id": "l-1", "profile": "smb"},
        {"kind": "signal", "account": "a", "at": "2026-06-03", "id": "l-2", "signal": "business_growth"},
        {"kind": "confirm", "account": "a", "at": "2026-06-20", "id": "l-3", "subject": "opportunity:growth-l-2",
         "confirmation": "order_signed", "by": "customer"},
    ]  # fmt: skip
    late = {"kind": "signal", "account": "a", "at": "2026-05-01", "id": "l-4", "signal": "business_growth"}
    machine = jk.load("smb")
    assert jk.replay(machine, lines).refused == ()
    after = jk.replay(machine, [*lines, late])
    opened = [one.subject for one in after.records if one.kind == "opened" and one.data.get("from") == "growth"]
    assert opened == ["opportunity:growth-l-4"]
    # The order of June speaks of what did not come to be: it is told, and no other opportunity is won by it.
    assert [(one.input and one.input.id, one.error.code) for one in after.refused] == [("l-3", "unknown_subject")]
