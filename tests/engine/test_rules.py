"""The rules of movement R1 to R16, held against two programs: the engine, and the reference interpreter.

Small cases stand in ``cases/rules/*.yaml``, one file a rule; what they expect was worked out by hand from
``docs/explanation/rules.md``. A case names a profile of its file, inputs as JSON objects (``account`` is filled in),
how far time goes on afterwards (``until``), and what is expected:

- ``positions``: ``region subject`` -> path at the end; null for nothing there.
- ``records``: of all kinds named there, exactly these, in this order; each says only the keys that matter.
- ``never``: kinds of records of which there is none.
- ``refused``: the codes of the inputs refused, in order; without it nothing may be refused.

R2, R3, R10 and R16 speak of the engine as a program and have tests of their own below.
"""

from __future__ import annotations

import json
import re
import threading
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml

import folders
import journeykit as jk
from journeykit.engine.inputs import parse_input
from journeykit.errors import InputError, SnapshotError
from journeykit.language.catalog import read_text
from journeykit.language.model.profile import Profile
from reference import Reference, Refused
from told import told

CASES = folders.CASES / "rules"
Line = dict[str, Any]


class _Json(yaml.SafeLoader):
    """YAML as profiles have it: dates and instants stay text, ``no`` and ``off`` are words."""


_Json.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in found if not tag.endswith((":timestamp", ":bool"))]
    for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Json.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("true|false"), ["t", "f"])


@cache
def table(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), _Json)
    return found


@cache
def profile_of(path: Path, name: str) -> Profile:
    return read_text(table(path)["profiles"][name], file=f"{path.name}:{name}")


@cache
def machine_of(path: Path, name: str) -> jk.Machine:
    return jk.compile_profile(profile_of(path, name))


class Played:
    """What a history did."""

    def __init__(self) -> None:
        self.records: list[Line] = []
        self.positions: dict[str, str] = {}
        self.refused: list[str] = []


def play_reference(path: Path, name: str, lines: Iterable[Line]) -> Played:
    played, journey = Played(), Reference(profile_of(path, name))
    for line in lines:
        try:
            journey.send(parse_input(line))
        except (InputError, Refused) as refusal:
            played.refused.append(refusal.code)
    played.records = [plain(record) for record in journey.records]
    played.positions = {f"{region} {subject}": leaf for (region, subject), leaf in journey.positions().items()}
    return played


def play_engine(path: Path, name: str, lines: Iterable[Line]) -> Played:
    played, machine = Played(), machine_of(path, name)
    snapshot = None
    for line in lines:
        try:
            outcome = jk.step(machine, snapshot, parse_input(line))
        except InputError as refusal:
            played.refused.append(refusal.code)
        else:
            snapshot = outcome.snapshot
            played.records += [plain(told(record)) for record in outcome.records]
    if snapshot is not None:
        played.positions = {f"{region} {subject}": leaf for (region, subject), leaf in snapshot.positions.items()}
    return played


Play = Callable[[Path, str, Iterable[Line]], Played]


def lines_of(case: dict[str, Any]) -> list[Line]:
    """The JSON lines of a case; ``until`` is a last tick."""
    lines = [{"account": "acme", **line} for line in case["inputs"]]
    if "until" in case:
        lines.append({"account": "acme", "kind": "tick", "at": case["until"]})
    return lines


def plain(value: Any) -> Any:
    """As the cases write it: instants as ``2026-01-05T03:00Z``."""
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z").replace(":00Z", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if hasattr(value, "items"):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value


def fits(record: Line, expected: Line) -> bool:
    """Whether a record says all that is expected of it; data are compared key by key."""
    for key, value in expected.items():
        if key == "verdicts":
            if [list(pair) for pair in value.items()] != record["verdicts"]:
                return False
        elif key == "because":
            if [list(reason) for reason in record["because"]] != value:
                return False
        elif key in ("data", "not"):
            for part, item in value.items():
                if (record["data"].get(part) == item) is (key == "not"):
                    return False
        elif record[key] != value:
            return False
    return True


def all_cases() -> list[Any]:
    found = []
    for path in sorted(CASES.glob("*.yaml")):
        for case in table(path)["cases"]:
            found.append(pytest.param(path, case, id=f"{case['rule']} {case['name']}"))
    return found


@pytest.mark.parametrize("play", [play_reference, play_engine], ids=["reference", "engine"])
@pytest.mark.parametrize(("path", "case"), all_cases())
def test_case(path: Path, case: dict[str, Any], play: Play) -> None:
    expect = case["expect"]
    assert set(case) <= {"name", "rule", "profile", "inputs", "until", "expect"}
    assert set(expect) <= {"positions", "records", "never", "refused"}
    assert expect
    played = play(path, case["profile"], lines_of(case))
    assert played.refused == expect.get("refused", [])
    found = {name: played.positions.get(name) for name in expect.get("positions", {})}
    assert found == expect.get("positions", {})
    wanted = expect.get("records", [])
    kinds = {one["kind"] for one in wanted}
    shown = [record for record in played.records if record["kind"] in kinds]
    brief = [{key: value for key, value in record.items() if value and key != "account"} for record in shown]
    told = "\n".join(map(json.dumps, brief))
    assert len(shown) == len(wanted), told
    for record, one in zip(shown, wanted, strict=True):
        assert fits(record, one), f"expected {json.dumps(one)}\nfound\n{told}"
    assert not [record for record in played.records if record["kind"] in expect.get("never", [])]


def test_every_rule_has_its_cases() -> None:
    counts = Counter(case.values[1]["rule"] for case in all_cases())
    named = {"R2", "R3", "R10", "R16"}
    assert {rule for rule in (f"R{n}" for n in range(1, 17)) if counts[rule] < 2} <= named | {"R15"}
    assert counts.keys() <= {f"R{n}" for n in range(1, 17)} | {"words"}


@pytest.mark.parametrize(("path", "case"), all_cases())
def test_both_programs_say_the_same(path: Path, case: dict[str, Any]) -> None:
    """Not only what a case names: every record with every word of it, and every position."""
    right = play_reference(path, case["profile"], lines_of(case))
    found = play_engine(path, case["profile"], lines_of(case))
    assert found.records == right.records
    assert found.positions == right.positions
    assert found.refused == right.refused


# -- R2, R3, R9, R10 and R16: over the histories of all cases


def histories() -> list[Any]:
    """The cases as (machine, inputs that can be read), without those about what is late or somebody else's."""
    found = []
    for path, case in (case.values for case in all_cases()):
        if not {"time_runs_back", "unknown_account"} & set(case["expect"].get("refused", [])):
            found.append(pytest.param(path, case, id=f"{case['rule']} {case['name']}"))
    return found


def read(path: Path, case: dict[str, Any]) -> tuple[jk.Machine, list[jk.Input]]:
    entries = []
    for line in lines_of(case):
        try:
            entries.append(parse_input(line))
        except InputError:
            continue
    return machine_of(path, case["profile"]), entries


def fold(machine: jk.Machine, snapshot: Any, entries: Iterable[jk.Input]) -> tuple[Any, list[Any]]:
    """Input by input; refused ones are passed over."""
    records: list[Any] = []
    for entry in entries:
        try:
            outcome = jk.step(machine, snapshot, entry)
        except InputError:
            continue
        snapshot = outcome.snapshot
        records += outcome.records
    return snapshot, records


def through_json(machine: jk.Machine, snapshot: Any) -> Any:
    return jk.Journey.load(machine, json.loads(json.dumps(snapshot.to_dict()))).snapshot


@pytest.mark.parametrize(("path", "case"), histories())
def test_r2_a_step_leaves_the_old_snapshot_as_it_was_and_says_the_same_again(path: Path, case: dict[str, Any]) -> None:
    machine, entries = read(path, case)
    snapshot = None
    for entry in entries:
        before = None if snapshot is None else json.dumps(snapshot.to_dict())
        results: list[Any] = []
        for _ in range(2):
            try:
                outcome = jk.step(machine, snapshot, entry)
                results.append((json.dumps(outcome.snapshot.to_dict()), outcome.records, outcome.snapshot))
            except InputError as refusal:
                results.append((refusal.code, str(refusal), snapshot))
        assert (None if snapshot is None else json.dumps(snapshot.to_dict())) == before
        assert results[0][:2] == results[1][:2]
        snapshot = results[0][2]


def test_r2_a_refusal_after_time_has_passed_on_the_way_changes_nothing() -> None:
    """Milestones would fire before the input is looked at; it is refused, so they do not."""
    machine, snapshot = opened_contract()
    before = json.dumps(snapshot.to_dict())
    wrong = parse_input({"account": "acme", "kind": "observe", "at": "2026-11-15", "facts": {"no_such_fact": 1}})
    with pytest.raises(InputError):
        jk.step(machine, snapshot, wrong)
    assert json.dumps(snapshot.to_dict()) == before
    _, records = fold(machine, snapshot, [parse_input({"account": "acme", "kind": "tick", "at": "2026-11-15"})])
    assert [record.name for record in records if record.kind == "milestone"] == ["prepare", "notice"]


MADE_BY_HAND: dict[str, tuple[dict[str, Any], str]] = {
    "no facts": ({"kind": "observe"}, "facts: missing"),
    "facts are None": ({"kind": "observe", "data": {"facts": None}}, "facts: expected a mapping, found None"),
    "nobody confirms": ({"kind": "confirm", "data": {"confirmation": "go_live"}}, "by: missing"),
    "no target": ({"kind": "place", "data": {"track": "value", "by": "csm"}}, "to: missing"),
    "a signal that is no text": ({"kind": "signal", "data": {"signal": []}}, "signal: expected text"),
}


@pytest.mark.parametrize("name", MADE_BY_HAND)
def test_r2_an_input_made_by_hand_is_refused_for_its_shape(name: str) -> None:
    what, says = MADE_BY_HAND[name]
    begun = parse_input({"kind": "begin", "account": "acme", "at": "2026-01-05", "profile": "smb"})
    machine = jk.load("smb")
    snapshot = jk.step(machine, None, begun).snapshot
    entry = jk.Input(**{"account": "acme", "at": snapshot.now, **what})
    with pytest.raises(InputError, match=says) as caught:
        jk.step(machine, snapshot, entry)
    assert caught.value.code == "bad_shape"
    history = jk.replay(machine, [begun, entry])
    assert [one.error.code for one in history.refused] == ["bad_shape"]
    assert history.snapshot is not None
    assert history.snapshot.to_dict() == snapshot.to_dict()


@pytest.mark.parametrize(("path", "case"), histories())
def test_r3_a_replay_is_the_live_journey(path: Path, case: dict[str, Any]) -> None:
    machine, entries = read(path, case)
    snapshot, records = fold(machine, None, entries)
    history = jk.replay(machine, entries)
    assert history.snapshot is not None
    assert list(history.records) == records
    assert history.snapshot.to_dict() == snapshot.to_dict()


@pytest.mark.parametrize(("path", "case"), histories())
def test_r3_a_snapshot_and_the_rest_of_the_log_are_the_whole(path: Path, case: dict[str, Any]) -> None:
    machine, entries = read(path, case)
    whole, records = fold(machine, None, entries)
    for cut in range(1, len(entries)):
        snapshot, first = fold(machine, None, entries[:cut])
        snapshot, second = fold(machine, through_json(machine, snapshot), entries[cut:])
        assert first + second == records
        assert snapshot.to_dict() == whole.to_dict()


def test_r3_the_log_is_ordered_by_instant_then_arrival_and_refused_lines_are_reported() -> None:
    machine = machine_of(CASES / "r01_inputs.yaml", "shop")
    subject = {"account": "acme", "subject": "workstream:main", "kind": "observe"}
    lines = [
        {**subject, "at": "2026-01-09", "facts": {"live": False}},
        {**subject, "at": "2026-01-07", "facts": {"live": True}},
        {**subject, "at": "2026-01-08", "facts": {"alive": True}},
        {**subject, "at": "2026-01-09", "facts": {"live": True}},
        {"account": "acme", "kind": "begin", "at": "2026-01-05", "profile": "shop"},
    ]
    history = jk.replay(machine, [parse_input(line) for line in lines], until=date(2026, 1, 10))
    moved = [(record.at.day, record.target) for record in history.records if record.kind == "moved"]
    assert moved == [(7, "two"), (9, "one"), (9, "two")]
    assert [refused.error.code for refused in history.refused] == ["unknown_name"]
    assert history.snapshot is not None
    assert history.snapshot.now.day == 10


@pytest.mark.parametrize("play", [play_reference, play_engine], ids=["reference", "engine"])
@pytest.mark.parametrize(("path", "case"), [one for one in all_cases() if "until" in one.values[1]])
def test_r9_how_often_anyone_ticks_makes_no_difference(path: Path, case: dict[str, Any], play: Play) -> None:
    lines = lines_of(case)
    ticking: list[Line] = []
    first, last = (date.fromisoformat(line["at"][:10]) for line in (lines[0], lines[-1]))
    often = max(timedelta(days=1), (last - first) // 40)
    for line, after in pairwise(lines):
        ticking.append(line)
        day, last = (date.fromisoformat(one["at"][:10]) for one in (line, after))
        while (day := day + often) < last:
            ticking.append({"account": "acme", "kind": "tick", "at": f"{day}T12:34:56+00:00"})
    ticking.append(lines[-1])
    assert len(ticking) > len(lines)
    assert play(path, case["profile"], ticking).records == play(path, case["profile"], lines).records


def opened_contract() -> tuple[jk.Machine, Any]:
    machine = machine_of(CASES / "r11_milestones.yaml", "renewal")
    opened = {"kind": "open", "at": "2026-01-01", "subject": "contract:C", "facts": {"ends_on": "2026-12-31"}}
    lines = [{"kind": "begin", "at": "2026-01-01", "profile": "renewal"}, opened]
    return machine, fold(machine, None, [parse_input({"account": "acme", **line}) for line in lines])[0]


def test_r10_due_dates_stand_in_no_snapshot_but_for_the_next_as_a_cache() -> None:
    _, snapshot = opened_contract()
    text = json.dumps(snapshot.to_dict())
    assert "2026-12-31" in text
    for day in ("2026-11-01", "2026-11-02", "2026-12-01", "2027-01-01", "2027-01-10", "2027-01-11"):
        assert day not in text


@pytest.mark.parametrize("cache", [None, "2026-03-01T00:00:00+00:00", "2030-01-01T00:00:00+00:00"])
def test_r10_the_cache_is_never_truth(cache: str | None) -> None:
    machine, snapshot = opened_contract()
    raw = json.loads(json.dumps(snapshot.to_dict()))
    assert snapshot.due is not None
    assert not any("due" in row for row in raw["subjects"])
    for row in raw["subjects"]:
        row.update({} if cache is None else {"due": cache})
    tick = parse_input({"account": "acme", "kind": "tick", "at": "2026-12-05"})
    expected = jk.step(machine, snapshot, tick).records
    assert jk.step(machine, jk.Journey.load(machine, raw).snapshot, tick).records == expected


def test_r10_a_due_date_follows_the_facts_it_is_computed_from() -> None:
    machine = machine_of(CASES / "r09_timers.yaml", "clock")
    opened = {"kind": "open", "at": "2026-01-10", "subject": "contract:C", "facts": {"ends_on": "2026-12-31"}}
    amended = {"kind": "observe", "at": "2026-01-11", "subject": "contract:C", "facts": {"ends_on": "2026-05-31"}}
    lines = [{"kind": "begin", "at": "2026-01-05", "profile": "clock"}, opened, amended]
    snapshot, _ = fold(machine, None, [parse_input({"account": "acme", **line}) for line in lines])
    _, records = fold(machine, snapshot, [parse_input({"account": "acme", "kind": "tick", "at": "2026-05-02"})])
    dates = [(record.name, record.at.date().isoformat()) for record in records if record.kind == "milestone"]
    assert dates == [("prepare", "2026-05-01"), ("decide", "2026-05-01")]


def test_r16_one_machine_serves_all_accounts_and_threads() -> None:
    path = CASES / "r11_milestones.yaml"
    cases = [case.values[1] for case in all_cases() if case.values[0] == path]
    machine = machine_of(path, "renewal")
    alone = [fold(machine, None, read(path, case)[1])[1] for case in cases]
    together: dict[int, list[list[Any]]] = {}

    def work(number: int) -> None:
        together[number] = [fold(machine, None, read(path, case)[1])[1] for case in cases]

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [together.get(number) for number in range(4)] == [alone] * 4


LABELLED = """
profile: labelled
version: "1"
facts: {account: {good: {type: boolean, label: LABEL}}}
tracks:
  value:
    stages:
      one: {success: {good: good}, exit: {to: two}}
      two: {moves: {back: {when: {bad: CRITERION}, to: one}}}
"""


def test_r16_a_snapshot_fits_machines_of_its_meaning_only() -> None:
    def machine(label: str, criterion: str) -> jk.Machine:
        return jk.compile_profile(
            read_text(LABELLED.replace("LABEL", label).replace("CRITERION", criterion), file="labelled")
        )

    first = machine("Good", "not good")
    begin = parse_input({"account": "acme", "kind": "begin", "at": "2026-01-05", "profile": "labelled"})
    snapshot = jk.step(first, None, begin).snapshot
    tick = parse_input({"account": "acme", "kind": "tick", "at": "2026-01-06"})
    renamed = machine("Very good", "not good")
    assert renamed.fingerprint == first.fingerprint
    assert jk.step(renamed, through_json(renamed, snapshot), tick).snapshot.positions == snapshot.positions
    changed = machine("Good", "not good and age(account) > 1 day")
    assert changed.fingerprint != first.fingerprint
    with pytest.raises(SnapshotError):
        jk.Journey.load(changed, snapshot.to_dict())
    with pytest.raises(SnapshotError):
        jk.step(changed, snapshot, tick)
