"""Records: what they say, why, and by which id; and the JSON Schema of all that a host stores (rule R14)."""

from __future__ import annotations

import copy
import json
import pickle
from datetime import date
from functools import cache
from typing import Any

import jsonschema
import pytest

import journeykit as jk
from folders import CASES, ROOT

MAIN = "workstream:main"


def fallen(**facts: Any) -> jk.Record:
    """The fall of a healthy account into being at risk, by what is observed of it."""
    one = jk.Journey(jk.load("smb"), account="acme", at="2026-01-05")
    one.open("contract:C-1", contract_start="2026-01-05", contract_end="2027-01-04")
    one.observe(health_score=82, usage_trend=3, open_major_issues=0, id="calm")
    one.observe(at="2026-03-02", id="crm-9", facts=facts)
    one.advance("60 days")
    return next(record for record in one.records if record.name == "retention.risk")


@pytest.mark.parametrize(
    ("facts", "criterion", "name"),
    [
        ({"open_major_issues": 4}, "issues", "open_major_issues"),
        ({"health_score": 20}, "red", "health"),
    ],
)
def test_a_fall_says_which_of_its_reasons_it_was(facts: dict[str, Any], criterion: str, name: str) -> None:
    reasons = [one for one in fallen(**facts).because if one.criterion.endswith(criterion)]
    assert reasons
    assert reasons[0].name == name
    assert reasons[0].result == "met"
    values = [one for one in fallen(**facts).because if one.name in facts]
    assert [(one.value, one.source, one.since and one.since.date()) for one in values] == [
        (value, "crm-9", date(2026, 3, 2)) for value in facts.values()
    ]


def test_what_a_move_causes_has_its_reasons() -> None:
    one = jk.Journey(jk.load("smb"), account="acme", at="2026-01-05")
    one.observe(health_score=80, open_major_issues=4, at="2026-02-02", id="crm-3")
    moved = next(record for record in one.records if record.name == "retention.risk")
    action = next(record for record in one.records if record.kind == "action")
    assert action.because == moved.because != ()
    assert action.data["from"] == "retention.risk"
    assert action.verdicts == () != moved.verdicts


def test_a_record_says_its_day_where_the_account_is_and_when_it_was_due() -> None:
    one = jk.Journey(jk.load("smb"), account="acme", at="2026-01-05", timezone="America/Sao_Paulo")
    one.open("contract:C-1", at="2026-01-06", contract_start="2026-01-01", contract_end="2026-03-31")
    one.advance("2026-06-01")
    end = next(record for record in one.records if (record.kind, record.name) == ("milestone", "end"))
    assert (end.on, end.due_at, end.late) == (date(2026, 4, 1), end.at, False)
    assert end.data["end"] == date(2026, 3, 31)
    assert (end.segment, end.version) == ("smb", one.machine.profile.version)
    one.open("contract:C-2", at="2026-06-02", contract_start="2025-05-01", contract_end="2026-04-30")
    late = [record for record in one.records if record.subject == "contract:C-2" and record.late]
    assert ("milestone", "end") in {(record.kind, record.name) for record in late}
    assert all(record.due_at is not None and record.due_at < record.at for record in late)


def test_the_same_line_twice_at_one_instant_makes_two_records() -> None:
    one = jk.Journey(jk.load("smb"), account="acme", at="2026-01-05")
    line = {"kind": "signal", "account": "acme", "at": "2026-01-06", "signal": "merger", "carries": {"name": "n"}}
    for _ in range(2):
        one.send(line)
    ids = [record.id for record in one.records]
    assert len(set(ids)) == len(ids)
    loaded = jk.Journey.load(one.machine, json.loads(json.dumps(one.snapshot.to_dict())))
    again = loaded.send(line)
    assert again
    assert not {record.id for record in again} & set(ids), "a stop between two of them changes nothing"


def test_a_version_and_another_name_of_the_profile_change_no_id() -> None:
    text = (CASES / "stored" / "profile.yaml").read_text(encoding="utf-8")
    other = text.replace("profile: stored", "profile: renamed").replace('version: "1"', 'version: "2"')
    lines = (CASES / "stored" / "inputs_1.jsonl").read_text(encoding="utf-8")
    machines = [jk.compile_profile(jk.read_text(one)) for one in (text, other)]
    first, second = (jk.replay(machine, lines.replace('"stored"', f'"{machine.name}"')).records for machine in machines)
    assert [record.id for record in first] == [record.id for record in second]
    assert {record.version for record in second} == {"2"}


@cache
def export() -> tuple[jk.Record, ...]:
    return tuple(jk.replay_book(ROOT / "examples" / "export" / "export.jsonl").records())


def test_a_record_can_be_copied_pickled_and_stored() -> None:
    for record in export()[::7]:
        for again in (copy.deepcopy(record), pickle.loads(pickle.dumps(record)), jk.Record.from_dict(record.to_dict())):
            assert again.to_dict() == record.to_dict()
            assert again.id == record.id


def test_what_records_share_with_the_machine_cannot_be_changed() -> None:
    moved = next(record for record in export() if record.kind == "moved" and "stopped" not in record.data)
    for data in (moved.data, moved.data["at"]):
        with pytest.raises(TypeError, match="cannot be changed"):
            data["kind"] = "other"


def test_what_is_stored_fits_its_schema() -> None:
    book = jk.replay_book(ROOT / "examples" / "export" / "export.jsonl")
    history = book.accounts["bramblecote"]
    one = jk.Journey.load(history.machine, history.snapshot or {}, records=history.records)
    things: dict[Any, list[Any]] = {
        jk.Record: list(export()[::5]),
        jk.Input: [entry for each in book.accounts.values() for entry in each.inputs[::9]],
        jk.Due: book.due("1 year", late=True),
        jk.Happening: [*one.timeline("1 year").past, *one.timeline("1 year").to_come],
        jk.Verdict: [verdict for record in history.records for verdict in record.verdicts],
        jk.Reason: [reason for record in history.records for reason in record.because],
    }
    for kind, found in things.items():
        assert found, kind
        schema = jsonschema.Draft202012Validator(kind.json_schema())
        schema.check_schema(kind.json_schema())
        for thing in found:
            raw = json.loads(json.dumps(thing.to_dict()))
            schema.validate(raw)
            assert kind.from_dict(raw).to_dict() == raw
            assert not schema.is_valid({**raw, "nothing": 1})


def test_after_a_restart_the_page_is_whole() -> None:
    """Explanations and timelines of a journey loaded with stored records are those of the journey itself."""
    book = jk.replay_book(ROOT / "examples" / "export" / "export.jsonl")
    for history in book.accounts.values():
        assert history.snapshot is not None
        stored = [jk.Record.from_dict(json.loads(json.dumps(record.to_dict()))) for record in history.records]
        pages = [jk.Journey.load(history.machine, history.snapshot, records=one) for one in (history.records, stored)]
        assert str(pages[0].timeline()) == str(pages[1].timeline())
        for track in history.machine.profile.tracks.values():
            subject = {"account": "account", "workstream": MAIN}.get(track.per)
            if (track.name, subject) in pages[0].positions:
                assert len({str(page.explain(track.name, subject)) for page in pages}) == 1
