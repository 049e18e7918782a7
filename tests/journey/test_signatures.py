"""Calls that cannot be misread: which parameters may be given by position, and nothing else may."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import journeykit as jk

J = "Journey."
POSITIONAL: dict[str, list[str]] = {
    "Journey": ["machine", "account"],
    J + "load": ["machine", "snapshot"],
    J + "explain": ["track", "subject"],
    J + "next_due": ["within"],
    J + "forecast": ["until"],
    J + "timeline": ["until"],
    J + "send": ["entry"],
    J + "open": ["subject"],
    J + "close": ["subject"],
    J + "observe": ["subject"],
    J + "signal": ["name"],
    J + "confirm": ["confirmation"],
    J + "retract": ["name"],
    J + "handoff": ["move", "what"],
    J + "place": ["track", "to"],
    J + "waive": ["criterion"],
    J + "term": ["subject"],
    J + "feed": ["name"],
    J + "zone": ["timezone"],
    J + "advance": ["to"],
    "Machine.statechart": ["track", "snapshot"],
    "ManualClock": ["at"],
    "ManualClock.advance": ["to"],
    "Book.due": ["within"],
    "load": ["name_or_path"],
    "read": ["name_or_path"],
    "read_text": ["text"],
    "compile_profile": ["profile"],
    "load_snapshot": ["machine", "raw"],
    "step": ["machine", "snapshot", "entry"],
    "wakes_at": ["machine", "snapshot"],
    **{f"{name}.from_dict": ["raw"] for name in ("Due", "Happening", "Input", "Reason", "Record", "Verdict")},
}
"""Every public call with parameters, and those of them that may be given by position."""

ELSEWHERE = {"parse_input", "replay", "replay_book", "read_inputs"}
"""How inputs are taken in has its own tests."""
INSIDE = {
    "Machine": {"config", "other_meaning"},
    "Snapshot": {"writable", "copy", "kept"},
    "Profile": {"kind_of"},
    "Trace": {
        *("mark", "back_to", "note", "seen"),  # what a step calls
        *("ask", "applies", "went", "waits", "waits_for_none_of", "fired"),  # what notes call when they are told
    },
}
"""Methods that ``docs/reference/python.md`` does not promise."""
VALUES = {"Inputs", "Period", "Range"}
"""Plain values, whose methods take what they work on and no more."""


def by_position(call: Callable[..., Any]) -> list[str]:
    parameters = inspect.signature(call).parameters.values()
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    assert all(one.kind is not inspect.Parameter.VAR_POSITIONAL for one in parameters)
    return [one.name for one in parameters if one.kind in kinds and one.name not in ("self", "cls")]


def calls() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Yield every public function, every class that is called to get at something, and every method."""
    for name in sorted(set(jk.__all__) - ELSEWHERE):
        thing = getattr(jk, name)
        if inspect.isfunction(thing):
            yield name, thing
        if not inspect.isclass(thing) or name in VALUES or name == "RegionMachine" or issubclass(thing, Exception):
            continue
        if name in ("Journey", "ManualClock", "SystemClock"):
            yield name, thing
        for method in dir(thing):
            found = inspect.getattr_static(thing, method)
            plain = inspect.isfunction(found) or isinstance(found, classmethod | staticmethod)
            if method[0] != "_" and plain and method not in INSIDE.get(name, ()):
                yield f"{name}.{method}", getattr(thing, method)


def test_every_public_call_is_in_the_table() -> None:
    assert {name for name, call in calls() if by_position(call)} == set(POSITIONAL)


@pytest.mark.parametrize("name", POSITIONAL)
def test_nothing_else_is_positional(name: str) -> None:
    assert by_position(dict(calls())[name]) == POSITIONAL[name]


@pytest.fixture
def acme() -> jk.Journey:
    return jk.Journey(jk.load("smb"), "acme", at="2026-01-05")


@pytest.mark.parametrize(
    "call",
    [
        lambda acme: acme.confirm("go_live", "customer"),
        lambda acme: acme.confirm("go_live"),  # by whom?
        lambda acme: acme.confirm(word="go_live", by="customer"),
        lambda acme: acme.retract("go_live", "customer"),
        lambda acme: acme.place("value", "steady", "csm"),
        lambda acme: acme.waive("value.onboarding.success.go_live", "csm"),
        lambda acme: acme.handoff("value.onboarding.exit", "accepted", "csm"),
        lambda acme: acme.observe("workstream:main", "2026-01-06"),
        lambda acme: acme.open("contract:C-1", "2026-01-06"),
        lambda acme: acme.open(subject="contract:C-1"),
        lambda acme: acme.close("contract:C-1", "a reason"),
        lambda acme: acme.signal("merger", "account"),
        lambda acme: acme.term("contract:C-1", "2026-01-06"),
        lambda acme: acme.feed("usage", "2026-01-06"),
        lambda acme: acme.zone("UTC", "2026-01-06"),
        lambda acme: acme.advance("2026-01-06", "2026-01-07"),
        lambda acme: acme.explain("value", "main", "pt"),
        lambda acme: acme.forecast("30 days", "pt"),
        lambda acme: acme.timeline("30 days", "pt"),
        lambda acme: acme.machine.statechart("value", acme.snapshot, "main"),
        lambda acme: jk.Journey(acme.machine, "bolt", "2026-01-05"),
        lambda acme: jk.Journey.load(acme.machine, acme.snapshot, acme.inputs),
        lambda _: jk.ManualClock("2026-01-05", "Europe/Lisbon"),
        lambda _: jk.ManualClock("2026-01-05").advance("2026-01-06", "1 day"),
        lambda _: jk.read_text("profile: p", "p.yaml"),
    ],
)
def test_a_call_that_could_be_misread_is_a_type_error(acme: jk.Journey, call: Any) -> None:
    before = acme.inputs
    with pytest.raises(TypeError):
        call(acme)
    assert acme.inputs == before


FACTS = """\
profile: p
version: "1"
subjects: {team: {opens_with: main}, site: {opens_with: north}}
facts: {WHOSE: {subject: {type: text}}, team: {m: {type: integer}}, site: {n: {type: integer}}}
tracks: {t: {stages: {a: {}}, never_ends: true}}
"""


def journey_where_it_is_of(whose: str) -> jk.Journey:
    text = FACTS.replace("team: {m", "team: {subject: {type: text}, m").replace("WHOSE: {subject: {type: text}}, ", "")
    if whose == "account":
        text = FACTS.replace("WHOSE", whose)
    return jk.Journey(jk.compile_profile(jk.read_text(text)), "acme", at="2026-01-05")


def test_a_fact_called_subject_is_not_stolen() -> None:
    one = journey_where_it_is_of("team")
    one.observe("main", subject="who we are", m=1)
    assert one.inputs[-1].subject == "team:main"
    assert one.inputs[-1].data["facts"] == {"m": 1, "subject": "who we are"}
    one.observe(subject="main", m=3)  # nobody is named by position: this names whom it is about
    assert one.inputs[-1].subject == "team:main"
    assert one.inputs[-1].data["facts"] == {"m": 3}
    one.open("team:new", subject="a new one")
    assert one.inputs[-1].data["facts"] == {"subject": "a new one"}
    assert {type(entry.subject) for entry in one.inputs} == {str}


def test_nor_is_one_of_the_account() -> None:
    one = journey_where_it_is_of("account")
    for call in (lambda: one.observe("account", subject="it"), lambda: one.observe(facts={"subject": "it"})):
        call()
        assert (one.inputs[-1].subject, one.inputs[-1].data["facts"]) == ("account", {"subject": "it"})
    with pytest.raises(jk.InputError, match="'it' is not open"):
        one.observe(subject="it")
