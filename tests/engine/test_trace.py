"""Traces: what is asked of whom with which answers, where it goes, what timers do; and that nothing else is told."""

from __future__ import annotations

import copy
from functools import cache
from typing import Any

import pytest

import journeykit as jk

PROFILE = """
profile: watched
version: "1"
roles: {customer: {side: customer}, csm: {side: us}, sales: {side: us}}
subjects:
  workstream: {opens_with: main}
  contract: {term: [starts_on, ends_on]}
feeds: {usage: {down_after: 10 days}}
facts:
  account: {score: {type: number}, calm: {type: boolean}}
  workstream: {live: {type: boolean}, seats: {type: integer, feed: usage}}
  contract: {goes: {type: boolean}, asked: {type: boolean}}
signals: {called: {}}
confirmations: {agreed: {by: customer}}
derived:
  fine: {all: {scored: score >= 50, quiet: calm}}
  in_use: {any: {up: live, full: seats > 10}}
  all_in_use: all_of(workstream, in_use)
reactions: {cheer: {when: {well: fine}, do: [send_cake], cooldown: 30 days}}
tracks:
  mood:
    stages:
      start:
        moves:
          up: {when: {well: fine, agreed: {is: confirmed(agreed), waivable_by: csm}}, to: good}
          over: {when: {used: all_in_use}, to: good}
          call: {upon: called, when: {is_calm: calm}, to: good}
      good:
        stuck_after: 3 months
        moves:
          hand: {when: {scored: score >= 80}, handoff: {giver: csm, receiver: sales}, to: start}
  renewal:
    per: contract
    countdown:
      to: ends_on
      milestones:
        talk: {before: 60 days, needs: asked}
        remind: {before: 30 days, when: not goes}
    cadences: {}
    stages: {waiting: {moves: {due: {when: {now: reached(talk)}, to: talking}}}, talking: {}}
"""


@cache
def machine() -> jk.Machine:
    return jk.compile_profile(jk.read_text(PROFILE))


def line_of(entry: Any) -> str:
    """An entry in a line."""
    match entry:
        case jk.Asked(_, key, sort, name, result, taken, answers):
            said = ", ".join(f"{one.criterion} {one.result}" for one in answers)
            return f"{key} {sort} {name}: {result}{', taken' if taken else ''} [{said}]"
        case jk.Went(_, key, track, left, entered):
            return f"{key} in {track}: {' '.join(left)} -> {' '.join(entered)}"
    return f"{entry.subject} {entry.event} {entry.name} {entry.due:%Y-%m-%d}"


def played(*lines: dict[str, Any]) -> list[str]:
    """What the last of these inputs tells a trace; each is at a date, the account begins on 5 January."""
    trace = jk.Trace()
    journey = jk.Journey(machine(), "acme", at="2026-01-05", trace=trace)
    told = 0
    for line in lines:
        told = len(trace)
        journey.send({"account": "acme", **line})
    return [line_of(entry) for entry in trace.entries[told:]]


def observe(at: str, subject: str = "account", **facts: Any) -> dict[str, Any]:
    return {"kind": "observe", "at": at, "subject": subject, "facts": facts}


def confirm(at: str) -> dict[str, Any]:
    return {"kind": "confirm", "at": at, "confirmation": "agreed", "by": "customer"}


def tick(at: str) -> dict[str, Any]:
    return {"kind": "tick", "at": at}


CONTRACT = {
    "kind": "open",
    "at": "2026-01-05",
    "subject": "contract:C-1",
    "facts": {"starts_on": "2026-01-01", "ends_on": "2026-12-31"},
}
WAIVED = {"kind": "waive", "at": "2026-01-07", "criterion": "mood.start.up.agreed", "by": "csm"}
OPENED = {"kind": "open", "at": "2026-01-07", "subject": "workstream:b", "facts": {"live": True}}
SAME = {"kind": "open", "at": "2026-01-08", "subject": "workstream:c", "facts": {"live": True}}
CALLED = {"kind": "signal", "signal": "called", "at": "2026-01-06"}
LIVE = observe("2026-01-06", "workstream:main", live=True)
SEATS = observe("2026-01-06", "workstream:main", seats=3)
CLOSED = {"kind": "close", "at": "2026-01-07", "subject": "contract:C-1"}
ACCEPTED = {"kind": "handoff", "at": "2026-01-08", "move": "mood.good.hand", "what": "accepted", "by": "sales"}
CASES: dict[str, tuple[list[dict[str, Any]], list[str]]] = {
    "every criterion answers, not only those up to the first that decides": (
        [observe("2026-01-06", score=40)],
        [
            "account move mood.start.up: not met "
            "[mood.start.up.well not met, derived.fine.scored not met, derived.fine.quiet unknown, "
            "mood.start.up.agreed not met]",
            "account reaction cheer: not met "
            "[reactions.cheer.well not met, derived.fine.scored not met, derived.fine.quiet unknown]",
        ],
    ),
    "a move that is taken, and what is asked where it leads": (
        [observe("2026-01-06", score=60, calm=True), confirm("2026-01-07")],
        [
            "account move mood.start.up: met, taken "
            "[mood.start.up.well met, derived.fine.scored met, derived.fine.quiet met, "
            "mood.start.up.agreed met]",
            "account in mood: start -> good",
            "account move mood.good.hand: not met [mood.good.hand.scored not met]",
            "account gate mood.good.hand: not met [mood.good.hand.scored not met]",
            "account armed stuck mood.good 2026-04-07",
        ],
    ),
    "a waived criterion": (
        [observe("2026-01-06", score=60, calm=True), WAIVED],
        [
            "account move mood.start.up: met, taken "
            "[mood.start.up.well met, derived.fine.scored met, derived.fine.quiet met, "
            "mood.start.up.agreed waived]",
            "account in mood: start -> good",
            "account move mood.good.hand: not met [mood.good.hand.scored not met]",
            "account gate mood.good.hand: not met [mood.good.hand.scored not met]",
            "account armed stuck mood.good 2026-04-07",
        ],
    ),
    "an aggregate: what its one subject answers": (
        [observe("2026-01-06", "workstream:main", live=False)],
        [
            "account move mood.start.over: unknown "
            "[mood.start.over.used unknown, derived.all_in_use unknown, derived.in_use.up not met, "
            "derived.in_use.full unknown]",
        ],
    ),
    "an aggregate: each different answer once": (
        [observe("2026-01-06", "workstream:main", live=False), OPENED, SAME],
        [
            "account move mood.start.over: unknown "
            "[mood.start.over.used unknown, derived.all_in_use unknown, derived.in_use.up not met, "
            "derived.in_use.full unknown, derived.in_use.up met]",
        ],
    ),
    "upon a signal, what waits for it alone": (
        [CALLED],
        [
            "account move mood.start.call: unknown [mood.start.call.is_calm unknown]",
        ],
    ),
    "a stuck timer fires once": (
        [LIVE, tick("2026-04-06")],
        [
            "account fired stuck mood.good 2026-04-06",
        ],
    ),
    "a gate is ready, and its move is not taken": (
        [LIVE, observe("2026-01-07", score=90)],
        [
            "account move mood.good.hand: not met [mood.good.hand.scored met]",
            "account reaction cheer: unknown "
            "[reactions.cheer.well unknown, derived.fine.scored met, derived.fine.quiet unknown]",
            "account gate mood.good.hand: met [mood.good.hand.scored met]",
        ],
    ),
    "a handoff accepted, and back into the same stage: its timer counts anew": (
        [LIVE, observe("2026-01-07", score=90), ACCEPTED],
        [
            "account move mood.good.hand: met, taken [mood.good.hand.scored met]",
            "account reaction cheer: unknown "
            "[reactions.cheer.well unknown, derived.fine.scored met, derived.fine.quiet unknown]",
            "account in mood: good -> start",
            "account move mood.start.up: not met "
            "[mood.start.up.well unknown, derived.fine.scored met, derived.fine.quiet unknown, "
            "mood.start.up.agreed not met]",
            "account move mood.start.over: met, taken "
            "[mood.start.over.used met, derived.all_in_use met, derived.in_use.up met, "
            "derived.in_use.full unknown]",
            "account in mood: start -> good",
            "account move mood.good.hand: not met [mood.good.hand.scored met]",
            "account gate mood.good.hand: met [mood.good.hand.scored met]",
            "account re-armed stuck mood.good 2026-04-08",
        ],
    ),
    "a contract opens: its dates are waited for, but for one of which nobody knows whether it applies": (
        [CONTRACT],
        [
            "contract:C-1 in renewal:  -> waiting",
            "contract:C-1 move renewal.waiting.due: not met [renewal.waiting.due.now not met]",
            "contract:C-1 armed milestone renewal.talk 2026-11-01",
            "contract:C-1 armed milestone renewal.end 2027-01-01",
            "contract:C-1 when renewal.remind: unknown [renewal.countdown.remind.when unknown]",
        ],
    ),
    "a milestone that does not apply": (
        [CONTRACT, observe("2026-01-06", "contract:C-1", goes=True)],
        [
            "contract:C-1 when renewal.remind: not met [renewal.countdown.remind.when not met]",
        ],
    ),
    "a milestone that applies from now on": (
        [CONTRACT, observe("2026-01-06", "contract:C-1", goes=False)],
        [
            "contract:C-1 armed milestone renewal.remind 2026-12-01",
            "contract:C-1 when renewal.remind: met [renewal.countdown.remind.when met]",
        ],
    ),
    "a milestone that does not apply any more": (
        [CONTRACT, observe("2026-01-06", "contract:C-1", goes=False), observe("2026-01-07", "contract:C-1", goes=True)],
        [
            "contract:C-1 cancelled milestone renewal.remind 2026-12-01",
            "contract:C-1 when renewal.remind: not met [renewal.countdown.remind.when not met]",
        ],
    ),
    "an end that moves": (
        [CONTRACT, observe("2026-01-06", "contract:C-1", ends_on="2027-01-10")],
        [
            "contract:C-1 move renewal.waiting.due: not met [renewal.waiting.due.now not met]",
            "contract:C-1 re-armed milestone renewal.talk 2026-11-11",
            "contract:C-1 re-armed milestone renewal.end 2027-01-11",
        ],
    ),
    "a milestone fires, and what it needs is not there": (
        [CONTRACT, tick("2026-11-02")],
        [
            "contract:C-1 fired milestone renewal.talk 2026-11-01",
            "contract:C-1 move renewal.waiting.due: met, taken [renewal.waiting.due.now met]",
            "contract:C-1 in renewal: waiting -> talking",
            "contract:C-1 needs renewal.talk: unknown [renewal.countdown.talk.needs unknown]",
        ],
    ),
    "a subject that is closed waits for nothing": (
        [CONTRACT, CLOSED],
        [
            "contract:C-1 in renewal: waiting -> ",
            "contract:C-1 cancelled milestone renewal.talk 2026-11-01",
            "contract:C-1 cancelled milestone renewal.end 2027-01-01",
        ],
    ),
    "a feed that is heard again is no news": (
        [SEATS, observe("2026-01-09", "workstream:main", seats=3)],
        [],
    ),
    "a feed that goes down": (
        [SEATS, tick("2026-01-16")],
        [
            "account fired feed usage 2026-01-16",
            "account move mood.start.over: unknown "
            "[mood.start.over.used unknown, derived.all_in_use unknown, derived.in_use.up unknown, "
            "derived.in_use.full unknown]",
        ],
    ),
    "a fact that is asked by nobody where the account stands": (
        [LIVE, confirm("2026-01-07")],
        [],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_what_the_last_input_tells(name: str) -> None:
    lines, expected = CASES[name]
    assert played(*lines) == expected


def watched(trace: jk.Trace) -> jk.Journey:
    journey = jk.Journey(machine(), "acme", at="2026-01-05", trace=trace)
    journey.observe(score=60, calm=True, at="2026-01-06")
    return journey


def test_what_is_refused_is_not_told() -> None:
    """Also where time has passed on the way to it."""
    trace = jk.Trace()
    journey = watched(trace)
    journey.confirm("agreed", by="customer", at="2026-01-07")
    told = [*trace]
    with pytest.raises(jk.InputError):
        journey.observe(no_such_fact=1, at="2026-12-01")
    assert [*trace] == told
    journey.advance("2026-12-01")
    assert line_of(trace.entries[len(told)]) == "account fired stuck mood.good 2026-04-07"


def test_a_replay_and_steps_tell_the_same() -> None:
    trace, again, stepped = jk.Trace(), jk.Trace(), jk.Trace()
    journey = watched(trace)
    jk.replay(machine(), journey.inputs, trace=again)
    snapshot = None
    for entry in journey.inputs:
        snapshot = jk.step(machine(), snapshot, entry, trace=stepped).snapshot
    assert [*trace] == [*again] == [*stepped]
    assert trace.entries


def test_read_late_it_tells_what_was_then() -> None:
    """Answers are worked out when they are read, from the snapshot as it stood when they were asked for."""
    early, late = jk.Trace(), jk.Trace()
    read = 0
    for trace in (early, late):
        journey = jk.Journey(machine(), "acme", at="2026-01-05", trace=trace)
        for day, score in enumerate((40, 60, 80), start=6):
            journey.observe(score=score, at=f"2026-01-{day:02}")
            read += len(early)
    assert read
    assert [*early] == [*late]


def test_a_copy_tells_nothing_and_a_loaded_journey_goes_on() -> None:
    trace = jk.Trace()
    journey = watched(trace)
    told = len(trace)
    for other in (journey.copy(), copy.deepcopy(journey)):
        other.confirm("agreed", by="customer", at="2026-01-07")
    journey.forecast("1 year")
    assert len(trace) == told
    loaded = jk.Journey.load(machine(), journey.snapshot.to_dict(), trace=trace)
    loaded.confirm("agreed", by="customer", at="2026-01-07")
    assert len(trace) > told


def test_the_end_of_a_term_takes_a_move_whatever_is_answered() -> None:
    trace = jk.Trace()
    journey = jk.Journey(jk.load("smb"), "acme", at="2026-01-05", trace=trace)
    journey.open("contract:C-1", contract_start="2026-01-05", contract_end="2026-12-31", auto_renews=True)
    journey.advance("2027-01-05")
    moved = [(one.at, one.name) for one in journey.records if one.kind == "moved"]
    taken = [(one.at, one.name) for one in trace if isinstance(one, jk.Asked) and one.sort == "move" and one.taken]
    assert moved == taken
    renewed = [one for one in trace if isinstance(one, jk.Asked) and one.taken and one.result != "met"]
    assert [one.name for one in renewed] == [one.name for one in journey.records if one.data.get("automatic")]
    assert renewed


def test_what_is_noted_is_worked_out_before_it_grows_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("journeykit.engine.trace._NOTED", 3)
    trace = jk.Trace()
    journey = watched(trace)
    for day in range(10, 20):
        journey.observe(score=day, at=f"2026-01-{day}")
        assert len(trace._noted) < 10
    assert len([one for one in trace if one.at.day > 9]) == 20


def test_a_trace_without_entries_is_one() -> None:
    assert jk.Trace()
    assert repr(jk.Trace()) == "<Trace of 0 entries>"
