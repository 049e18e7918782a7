"""Inputs that would never end, or that would spoil what is printed, are refused; the journey stays as it was."""

from __future__ import annotations

from typing import Any

import pytest

import journeykit as jk


@pytest.fixture(scope="module")
def machine() -> jk.Machine:
    return jk.load("enterprise")


@pytest.mark.parametrize(
    ("subject", "facts", "code"),
    [
        ("contract:C-1", {"contract_end": "2026-12-31", "auto_renews": True, "term_length": "0 days"}, "out_of_range"),
        ("contract:two\nlines", {}, "bad_shape"),
        ("contract:\x1b[2J", {}, "bad_shape"),
        ("contract:" + "x" * 300, {}, "bad_shape"),
    ],
)
def test_what_is_refused_changes_nothing(machine: jk.Machine, subject: str, facts: dict[str, Any], code: str) -> None:
    journey = jk.Journey(machine, account="acme", at="2026-01-05")
    before = journey.snapshot.to_dict()
    with pytest.raises(jk.InputError) as caught:
        journey.open(subject, facts=facts)
    assert caught.value.code == code
    assert journey.snapshot.to_dict() == before


ENDLESS = {"contract_end": "2001-03-01", "auto_renews": True, "term_length": "1 day"}
"""Terms of a day, an end of long ago: said of a contract that is known, each of them would come today."""


def test_an_endless_amendment_changes_nothing(machine: jk.Machine) -> None:
    journey = jk.Journey(machine, account="acme", at="2026-01-05")
    journey.open("contract:C-1", contract_end="2026-12-31")
    before = journey.snapshot.to_dict()
    with pytest.raises(jk.InputError) as caught:
        journey.observe("contract:C-1", facts=ENDLESS)
    assert caught.value.code == "endless_loop"
    assert journey.snapshot.to_dict() == before
    made = journey.open("contract:C-2", facts=ENDLESS)  # met in mid-life, they are over
    assert [record.data["caught_up"] for record in made if record.kind == "term"] == [9076]


def test_a_name_that_is_no_id_gives_way_to_the_day(machine: jk.Machine) -> None:
    journey = jk.Journey(machine, account="acme", at="2026-01-05")
    opened = [record.subject for record in journey.signal("merger", name="new\nco") if record.kind == "opened"]
    assert opened == ["workstream:merged-2026-01-05"]


def test_one_endless_line_does_not_stop_a_book(machine: jk.Machine) -> None:
    begin = {"kind": "begin", "at": "2026-01-05", "profile": "enterprise"}
    said = {"account": "one", "subject": "contract:C"}
    inputs = [
        jk.parse_input({**begin, "account": "one"}),
        jk.parse_input({**said, "kind": "open", "at": "2026-01-06", "facts": {"contract_end": "2026-12-31"}}),
        jk.parse_input({**said, "kind": "observe", "at": "2026-01-07", "facts": ENDLESS}),
        jk.parse_input({**begin, "account": "two"}),
    ]
    book = jk.replay_book(inputs, machines=machine)
    assert [left.error.code for left in book.left_out] == ["endless_loop"]
    assert list(book.accounts) == ["one", "two"]
    assert [row["path"] for row in book.positions() if row["subject"] == "contract:C"] == ["waiting"]


def test_a_term_of_no_length_is_found_when_the_profile_is_read() -> None:
    text = """
profile: sealed
subjects: {contract: {term: [starts, ends]}}
tracks:
  renewal:
    per: contract
    countdown: {renews: {term: 0 days}}
    stages: {waiting: {}}
"""
    with pytest.raises(jk.ProfileError, match="a term lasts"):
        jk.read_text(text)
