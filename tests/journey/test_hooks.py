"""``on_record``: each new record, in order, once the journey has taken the input; and copies, which nobody hears of."""

from __future__ import annotations

import copy
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

import journeykit as jk

load = cache(jk.load)
MAIN = "workstream:main"
AGREED = {"plan_agreed": True, "success_criteria_agreed": True}


def begun(on_record: Callable[[jk.Record], object] | None = None) -> jk.Journey:
    return jk.Journey(load("enterprise"), account="acme", at="2026-01-05", on_record=on_record)


def test_each_record_is_handed_out_once_in_order() -> None:
    heard: list[jk.Record] = []
    one = begun(heard.append)
    assert tuple(heard) == one.records  # those of the beginning, too
    one.observe(MAIN, at="2026-02-02", facts=AGREED, id="I-7")
    one.observe(MAIN, at="2026-02-02", facts=AGREED, id="I-7")  # delivered again
    with pytest.raises(jk.InputError):
        one.observe(mood=3)
    one.send({"kind": "signal", "account": "acme", "at": "2026-02-04", "signal": "budget_cut"})
    one.advance("2027-01-01")
    assert tuple(heard) == one.records
    assert "moved" in {record.kind for record in heard}


def test_a_hook_sees_the_journey_where_the_input_has_brought_it() -> None:
    seen: list[tuple[str, str, int]] = []
    one = begun()
    one = jk.Journey.load(
        load("enterprise"),
        one.snapshot,
        inputs=one.inputs,
        records=one.records,
        on_record=lambda record: seen.append((record.name, one.positions["value", MAIN], len(one.inputs))),
    )
    assert seen == []  # what it was loaded with is not new
    one.observe(MAIN, at="2026-02-02", facts=AGREED)
    assert seen == [("value.onboarding.kickoff.next", "onboarding.delivery", 2)]


def test_a_hook_that_raises_loses_neither_input_nor_records() -> None:
    heard: list[str] = []

    def fails(record: jk.Record) -> None:
        heard.append(record.kind)
        if one is not None:
            raise ValueError(f"no {record.kind}")

    one: jk.Journey | None = None
    one = begun(fails)
    made = len(one.records)
    heard.clear()
    with pytest.raises(ValueError, match="no moved") as caught:
        one.signal("budget_cut", at="2026-02-04")
    new = one.records[made:]
    assert heard == [record.kind for record in new] == ["moved", "action"]
    assert caught.value.__notes__ == [f"and for {new[1].id}: ValueError: no action"]
    assert one.positions["retention", "account"] == "at_risk"
    assert len(one.inputs) == 2
    assert one.observe(health_score=50) == ()  # the next input is not disturbed


def test_an_interrupt_goes_through_at_once_and_no_record_is_lost() -> None:
    heard: list[str] = []

    def interrupted(record: jk.Record) -> None:
        heard.append(record.kind)
        if record.kind == "moved":
            raise KeyboardInterrupt

    one = begun(interrupted)
    heard.clear()
    with pytest.raises(KeyboardInterrupt):
        one.signal("budget_cut", at="2026-02-04")
    assert heard == ["moved"]
    one.observe(health_score=50)
    one.open("opportunity:O-1")
    assert heard == ["moved", "action", "opened"]


def test_a_hook_may_take_inputs_in() -> None:
    """They are taken at once; their records come after those that wait already, so that all come in order."""
    heard: list[tuple[str, str]] = []
    returned: list[tuple[jk.Record, ...]] = []

    def answers(record: jk.Record) -> None:
        heard.append((record.id, record.kind))
        if record.kind == "moved" and record.target == "at_risk":
            returned.append(one.open("opportunity:O-1"))
            assert one.positions["expansion", "opportunity:O-1"] == "pursuing.identified"

    one = jk.Journey.load(load("enterprise"), begun().snapshot, on_record=answers)
    first = one.signal("budget_cut", at="2026-02-04")
    assert [record.kind for record in first] == ["moved", "action"]
    assert heard == [(record.id, record.kind) for record in one.records]
    assert [record.kind for record in returned[0]] == ["opened"]
    assert one.records == (*first, *returned[0])


def test_a_hook_that_answers_itself_for_ever_is_stopped() -> None:
    """Where it stands, the account is at risk at once whenever somebody places it elsewhere."""
    answered: list[str] = []

    def answers(record: jk.Record) -> None:
        if record.kind == "moved":
            answered.append(record.id)
            one.place("retention", to="healthy", by="csm")

    one = jk.Journey.load(load("enterprise"), begun().snapshot, on_record=answers)
    with pytest.raises(jk.InputError, match="on_record: took in 1000 inputs") as caught:
        one.signal("budget_cut", at="2026-02-04")
    assert caught.value.code == "endless_loop"
    assert len(answered) == 1001
    assert len(one.inputs) == 1001
    answered.clear()
    with pytest.raises(jk.InputError):  # it counts afresh for the next input
        one.place("retention", to="healthy", by="csm")
    assert len(answered) == 1001


def test_what_a_hook_is_refused_reaches_the_caller_and_is_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", logger="journeykit")
    one = jk.Journey.load(load("enterprise"), begun().snapshot, on_record=lambda _: one.observe(mood=3))
    with pytest.raises(jk.InputError, match="'mood' is not in this profile"):
        one.observe(MAIN, at="2026-02-02", facts=AGREED)
    assert one.positions["value", MAIN] == "onboarding.delivery"
    assert len(caplog.records) == 1


@pytest.mark.parametrize("made", [copy.copy, copy.deepcopy, jk.Journey.copy], ids=["copy", "deepcopy", "method"])
def test_a_copy_is_a_journey_of_its_own(made: Callable[[jk.Journey], jk.Journey]) -> None:
    heard: list[jk.Record] = []
    clock = jk.ManualClock("2026-01-05")
    one = jk.Journey(load("enterprise"), "acme", clock=clock, id="b", on_record=heard.append)
    clock.advance(to="2026-02-03")
    one.observe(MAIN, at="2026-01-09", id="dated", facts={"plan_agreed": True})
    before: tuple[Any, ...] = (one.snapshot.to_dict(), one.records, one.inputs, tuple(heard))
    other = made(one)
    assert type(other) is jk.Journey
    assert (other.snapshot, other.records, other.inputs, other.machine) == (
        one.snapshot,
        one.records,
        one.inputs,
        one.machine,
    )
    other.observe(MAIN, at="2026-02-02", id="z", facts=AGREED)
    other.signal("budget_cut", at="2026-02-04")
    assert (one.snapshot.to_dict(), one.records, one.inputs, tuple(heard)) == before
    assert len(other.inputs) == len(one.inputs) + 2
    # The copy knows what was delivered before, read as it was then; the original has not heard of the copy's inputs.
    assert other.observe(MAIN, at="2026-01-09", id="dated", facts={"plan_agreed": True}) == ()
    one.observe(MAIN, at="2026-02-01", id="z", facts=AGREED)
    assert tuple(heard) == one.records
    clock.advance(to="2026-03-01")
    assert other.advance() == ()
    assert other.now == clock.now()


def test_a_copy_of_a_subclass_keeps_what_that_adds() -> None:
    class Ours(jk.Journey):
        owner = "nobody"

    one = Ours(load("enterprise"), "acme", at="2026-01-05")
    one.owner = "ada"
    other = one.copy()
    assert type(other) is Ours
    assert other.owner == "ada"
