"""Messages: one line, short and safe to print, whatever came in."""

from __future__ import annotations

import contextlib
import json
import pickle
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import journeykit as jk
from journeykit.cli import main
from journeykit.errors import Finding, JourneykitError, Location, MissingExtraError, UnknownKeyError
from journeykit.plain import LONGEST_LINE, near, one_line

LONG = "x" * 10_000_000
NASTY = (
    "a\n  line 99: forged",
    "a\r\nb",
    "\x1b[31mred\x1b[0m",
    "\x1b]0;title\x07",
    "a\u202egnp",
    "a\u2028b",
    "a\x85b",
    "a\0b",
    "\ud800",
    "\t\x0b\x0c",
    "\u2066a\u2069",
    "\ufeffa",
    LONG,
)
NAMES = [f"{value[:12]!r}" for value in NASTY]


def held(said: str) -> None:
    """The message is one line of printable signs, and not long."""
    assert len(said) <= LONGEST_LINE, len(said)
    assert said.splitlines() in ([said], [])
    assert not any(sign in said for sign in "\x1b\x00\u202e\u2066\u2028\ud800")


@given(st.text())
def test_one_line(text: str) -> None:
    said = one_line(text)
    held(said)
    assert len(said) == min(len(text), LONGEST_LINE)
    if text.isprintable() and len(text) <= LONGEST_LINE:
        assert said == text


@given(st.text(min_size=1), st.integers(1, 100_000))
def test_the_beginning_and_the_end_of_a_long_message_stay(text: str, times: int) -> None:
    said = one_line(f"account: {text * times}; write it shorter")
    held(said)
    assert said.startswith("account: ")
    assert said.endswith("; write it shorter")


@given(st.text(), st.text(), st.text())
def test_every_error_is_made_so(one: str, two: str, three: str) -> None:
    held(str(JourneykitError(one)))
    held(str(jk.SnapshotError(one)))
    held(str(jk.InputError("bad_shape", one)))
    held(jk.InputError("bad_shape", one).message)
    held(str(UnknownKeyError("unknown_account", one)))
    held(str(MissingExtraError(one, two, three)))
    found = [
        Finding("JK001", "error", Location(one, 1, 2), two, three, one),
        Finding("JK002", "error", Location(two), "", one),
    ]
    lines = str(jk.ProfileError(found)).splitlines()
    assert len(lines) == 2
    assert all(line.isprintable() or line for line in lines)
    assert {line.rsplit(" ", 1)[1] for line in lines} == {"[JK001]", "[JK002]"}


def test_errors_travel_between_processes() -> None:
    finding = Finding("JK001", "error", Location("x"), "a", "b", "c")
    for error in (
        jk.InputError("bad_shape", "x"),
        UnknownKeyError("unknown_account", "x"),
        jk.SnapshotError("x"),
        MissingExtraError("a", "b", "c"),
        jk.ProfileError([finding]),
    ):
        again = pickle.loads(pickle.dumps(error))
        assert (type(again), str(again)) == (type(error), str(error))


def test_a_name_is_not_looked_for_where_it_is_very_long() -> None:
    started = time.perf_counter()
    assert near(LONG, ["account"]) == []
    assert near("acount", ["account"]) == ["account"]
    assert near(7, ["account"]) == []
    assert time.perf_counter() - started < 1


def lines(value: str) -> list[dict[str, Any]]:
    """Inputs that are refused, each with the value somewhere else."""
    good = {"kind": "tick", "account": "acme", "at": "2025-02-01"}
    return [
        {**good, "kind": value},
        {**good, "at": value},
        {**good, value: 1},
        {**good, "kind": "observe", "facts": {}, "subject": value},
        {**good, "kind": "observe", "facts": {}, "subject": f"workstream:{value}"},
        {**good, "kind": "observe", "facts": {}, "subject": f"robot:{value}"},
        {**good, "layout": value},
        {**good, "kind": "observe", "facts": {value: 1}},
        {**good, "kind": "observe", "facts": {"health_score": value}},
        {**good, "kind": "signal", "signal": value},
        {**good, "kind": "confirm", "confirmation": value, "by": "customer"},
        {**good, "kind": "confirm", "confirmation": "go_live", "by": value},
        {**good, "kind": "place", "track": value, "to": "x", "by": "csm"},
        {**good, "kind": "place", "track": "value", "to": value, "by": "csm"},
        {**good, "kind": "waive", "criterion": value, "by": "csm"},
        {**good, "kind": "handoff", "move": value, "what": "offered", "by": "csm"},
        {**good, "kind": "handoff", "move": "x", "what": value, "by": "csm"},
        {**good, "kind": "zone", "timezone": value},
        {**good, "kind": "feed", "feed": value},
        {**good, "kind": "term", "subject": "contract:C-1", value: "x"},
        {**good, "kind": "close", "subject": value, "into": value},
    ]


@pytest.mark.parametrize("value", NASTY, ids=NAMES)
def test_no_input_makes_a_second_line(value: str) -> None:
    machine = jk.load("enterprise")
    begun = jk.Journey(machine, account="acme", at="2025-01-06").snapshot
    for line in lines(value):
        with pytest.raises(jk.InputError) as caught:
            jk.step(machine, begun, jk.parse_input(line))
        held(str(caught.value))
        held(caught.value.message)


@pytest.mark.parametrize("value", NASTY, ids=NAMES)
def test_no_snapshot_makes_a_second_line(value: str) -> None:
    machine = jk.load("enterprise")
    raw = jk.Journey(machine, account="acme", at="2025-01-06").snapshot.to_dict()
    for key in raw:
        for broken in ({**raw, key: value}, {**raw, key: {value: value}}, {**raw, key: [value]}, {**raw, value: 1}):
            try:
                jk.load_snapshot(machine, broken)
            except jk.SnapshotError as error:
                held(str(error))


@pytest.mark.parametrize("value", NASTY[:-1], ids=NAMES[:-1])
def test_the_command_line_tells_each_fault_in_a_line(
    value: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = tmp_path / "log.jsonl"
    begin = {"kind": "begin", "account": "acme", "at": "2025-01-06", "profile": "smb"}
    bad = lines(value)
    log.write_text("\n".join(json.dumps(line) for line in [begin, *bad]) + "\n", encoding="utf-8")
    assert main(["replay", str(log)]) == 1
    told = capsys.readouterr().err.splitlines()
    assert not any(line.startswith("  line 99") for line in told)
    for line in told:
        held(line[:LONGEST_LINE])


@pytest.mark.parametrize(
    "words",
    [
        ["replay"],
        ["explain", "--account", "acme"],
        ["explain", "--account"],
        ["due", "--role", "csm"],
        ["lint"],
        ["lint", "--explain"],
        ["show"],
        ["show", "smb", "--lang"],
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("value", [one for one in NASTY if "\0" not in one and "\ud800" not in one], ids=repr)
def test_no_option_makes_a_second_line(words: list[str], value: str, capsys: pytest.CaptureFixture[str]) -> None:
    value = value[:100_000]
    with contextlib.suppress(SystemExit):
        assert main([*words, value]) == 2
    told = capsys.readouterr().err.splitlines()
    last = told[-1]
    assert "journeykit" in last
    held(last[:LONGEST_LINE])
    assert len(last) < 2 * LONGEST_LINE
