"""What the log of the program is told: each move and each refusal once, whoever takes the input."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

import journeykit as jk

load = cache(jk.load)
BEGIN = {"kind": "begin", "account": "acme", "at": "2026-01-05", "profile": "enterprise"}
LINES: tuple[dict[str, Any], ...] = (
    BEGIN,
    {
        "kind": "observe",
        "at": "2026-02-02",
        "id": "I-7",
        "subject": "workstream:main",
        "facts": {"plan_agreed": True, "success_criteria_agreed": True},
    },
    {"kind": "observe", "at": "2026-02-03", "facts": {"mood": 3}},
    {"kind": "signal", "at": "2026-02-04", "signal": "budget_cut"},
    {
        "kind": "place",
        "at": "2026-02-05",
        "id": "a\nb\x1b[2J",
        "track": "advocacy",
        "to": "candidate",
        "by": "csm",
    },
)
MOVES = [
    "acme workstream:main value: onboarding.kickoff -> onboarding.delivery by value.onboarding.kickoff.next "
    "(observe I-7)",
    "acme account retention: healthy -> at_risk by retention.risk (signal)",
    "acme account advocacy: not_yet -> candidate by hand (place a�b�[2J)",
    "acme account advocacy: candidate -> suspended by advocacy.suspended (place a�b�[2J)",
]
REFUSED = "acme refused, unknown_name: facts: 'mood' is not in this profile; known: "


def inputs() -> list[jk.Input]:
    return [jk.parse_input({"account": "acme", **line}) for line in LINES]


def by_step() -> None:
    snapshot = None
    for entry in inputs():
        try:
            snapshot = jk.step(load("enterprise"), snapshot, entry)[0]
        except jk.InputError:
            continue


def by_journey() -> None:
    one = jk.Journey(load("enterprise"), account="acme", at="2026-01-05")
    for entry in inputs()[1:]:
        try:
            one.send(entry)
        except jk.InputError:
            continue


def by_methods() -> None:
    one = jk.Journey(load("enterprise"), account="acme", at="2026-01-05")
    one.observe("workstream:main", at="2026-02-02", id="I-7", plan_agreed=True, success_criteria_agreed=True)
    with pytest.raises(jk.InputError):
        one.observe(at="2026-02-03", mood=3)
    one.signal("budget_cut", at="2026-02-04")
    one.place("advocacy", to="candidate", by="csm", at="2026-02-05", id="a\nb\x1b[2J")


def by_replay() -> None:
    jk.replay(load("enterprise"), inputs())


def by_book() -> None:
    jk.replay_book([json.dumps({"account": "acme", **line}) for line in LINES])


WAYS: dict[str, Callable[[], None]] = {
    "step": by_step,
    "journey": by_journey,
    "methods": by_methods,
    "replay": by_replay,
    "book": by_book,
}


@pytest.mark.parametrize("way", WAYS)
def test_each_move_and_each_refusal_is_logged_once(way: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, logger="journeykit")
    WAYS[way]()
    told = [(record.levelname, record.getMessage()) for record in caplog.records if record.name == "journeykit"]
    assert [text for level, text in told if level == "DEBUG"] == MOVES
    (refusal,) = (text for level, text in told if level == "INFO")
    assert refusal.startswith(REFUSED)
    assert all(text.isprintable() for _, text in told)


@pytest.mark.parametrize("way", WAYS)
def test_info_tells_refusals_alone(way: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="journeykit")
    WAYS[way]()
    assert [record.levelname for record in caplog.records] == ["INFO"]


def test_what_is_only_tried_is_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    one = jk.Journey(load("enterprise"), account="acme", at="2026-01-05")
    one.open("contract:C-1", contract_start="2026-01-05", contract_end="2027-01-04")
    caplog.set_level(logging.DEBUG, logger="journeykit")
    assert any(happening.kind == "moved" for happening in one.forecast("1 year"))
    assert caplog.records == []


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda one: one.observe(mood=3, at="yesterday"), "acme refused, bad_shape: at: 'yesterday' is not a date"),
        (lambda one: one.send({"kind": "tick", "account": "bo", "at": "2026-03-01"}), "acme refused, unknown_account"),
        (lambda one: one.send({"kind": "to\nck"}), "acme refused, unknown_kind: kind: expected one of"),
        (lambda one: one.observe("mian", at="2026-03-01", plan_agreed=True), "acme refused, unknown_subject: subject"),
        (lambda one: one.close("contract:C-1", into="C-2"), "acme refused, unknown_subject: into"),
        (lambda one: one.advance("never"), "acme refused, bad_shape: to: "),
        (lambda one: one.observe("workstream:\x1b" + "x" * 9999, at="2026-03-01", mood=3), "acme refused, unknown_"),
    ],
)
def test_a_journey_logs_whatever_it_refuses(
    call: Callable[[jk.Journey], object], told: str, caplog: pytest.LogCaptureFixture
) -> None:
    one = jk.Journey(load("enterprise"), account="acme", at="2026-01-05")
    caplog.set_level(logging.DEBUG, logger="journeykit")
    with pytest.raises(jk.InputError):
        call(one)
    (line,) = (record.getMessage() for record in caplog.records)
    assert line.startswith(told)
    assert line.isprintable()
    assert len(line) <= 2000


def test_an_account_that_cannot_begin(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, logger="journeykit")
    with pytest.raises(jk.InputError):
        jk.Journey(load("enterprise"), account="acme", at="2026-01-05", timezone="Mars/Olympus")
    with pytest.raises(jk.InputError):
        jk.Journey(load("enterprise"), account="acme", at="never")
    assert [record.levelname for record in caplog.records] == ["INFO", "INFO"]


def test_a_book_logs_what_no_account_takes(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, logger="journeykit")
    lines = [
        "{broken",
        json.dumps({"kind": "tick", "account": "nobody", "at": "2026-01-05"}),
        json.dumps({**BEGIN, "account": "bolt", "profile": "none"}),
        json.dumps(BEGIN),
        json.dumps({"kind": "feed", "feed": "weather", "account": "*", "at": "2026-01-06"}),
    ]
    book = jk.replay_book(lines)
    told = [record.getMessage().partition(":")[0] for record in caplog.records]
    assert sorted(told) == [
        "bolt refused, unknown_profile",
        "no account refused, bad_json",
        "no account refused, unknown_name",
        "nobody refused, unknown_account",
    ]
    assert len(told) == len(book.left_out)


def test_nothing_is_printed_where_nobody_listens() -> None:
    """The library has a handler that does nothing, so that Python's last resort stays silent; the host decides."""
    script = (
        "import logging, journeykit as jk\n"
        "one = jk.Journey(jk.load('smb'), account='acme', at='2026-01-05')\n"
        "logging.getLogger('journeykit').setLevel('DEBUG')\n"
        "one.place('retention', to='at_risk', by='csm')\n"
        "try: one.observe(mood=3)\n"
        "except jk.InputError: pass\n"
        "print([type(h).__name__ for h in logging.getLogger('journeykit').handlers], logging.getLogger().handlers)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("['NullHandler'] []\n", "")
