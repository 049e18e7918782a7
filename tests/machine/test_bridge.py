"""``machine.statechart``: a live machine of ``transitions`` for a track. ``property`` holds it against ``explain``."""

from __future__ import annotations

import sys
from typing import Any

import pytest
from transitions.extensions.nesting import HierarchicalMachine

import journeykit as jk

TEXT = """
profile: garden
version: "1"
roles: {csm: {side: us}, sales: {side: us}}
subjects: {site: {}}
facts: {account: {ready: {type: boolean}, built: {type: boolean}}, site: {open: {type: boolean}}}
signals: {stop: {}}
tracks:
  value:
    stages:
      work:
        exit: {to: done, when: {r: ready}, handoff: {giver: csm, receiver: sales}, cooldown: 30 days}
        steps:
          build:
            success: {b: built}
            side_by_side:
              technical: {success: {b: built}, steps: {install: {success: {r: ready}}, tidy: {}}}
              people: {success: {b: built}, moves: {halt: {upon: stop, to: paused}}}
          last: {}
      paused: {moves: {back: {upon: stop, to: work}}}
      done: {moves: {back: {upon: stop, to: work}}}
  opening: {per: site, stages: {shut: {exit: {to: open, when: {o: open}}}, open: {end: open}}}
"""


@pytest.fixture(scope="module")
def machine() -> jk.Machine:
    return jk.compile_profile(jk.read_text(TEXT))


@pytest.fixture
def journey(machine: jk.Machine) -> jk.Journey:
    return jk.Journey(machine, "acme", at="2026-01-05")


def test_it_stands_where_the_subject_stands(machine: jk.Machine, journey: jk.Journey) -> None:
    chart = machine.statechart("value", journey.snapshot)
    assert isinstance(chart, HierarchicalMachine)
    assert chart.state == "work.build"
    assert machine.statechart("value.work.build.technical", journey.snapshot).state == "technical.install"
    journey.place("value", "paused", at="2026-01-06", by="csm", why="to try")
    assert machine.statechart("value", journey.snapshot).state == "paused"


def test_each_thing_that_a_move_asks_guards_it(machine: jk.Machine, journey: jk.Journey) -> None:
    def may(move: str) -> bool:
        return bool(machine.statechart("value", journey.snapshot).may_trigger(move))

    assert not may("value.work.exit")
    journey.observe(at="2026-01-06", ready=True)
    assert not may("value.work.exit")  # its criteria are met, nobody accepted
    journey.handoff("value.work.exit", "accepted", at="2026-01-07", by="sales")
    assert journey.positions["value", "account"] == "done"
    journey.signal("stop", at="2026-01-08")
    journey.handoff("value.work.exit", "accepted", at="2026-01-09", by="sales")
    assert not may("value.work.exit")  # it cools down
    assert may("value.work.build.people.halt")  # as if the signal came
    assert not may("value.work.build.next")


def test_triggering_moves_the_machine_and_no_journey(machine: jk.Machine, journey: jk.Journey) -> None:
    chart = machine.statechart("value", journey.snapshot)
    assert not chart.trigger("value.work.exit")
    assert chart.trigger("value.work.build.people.halt")
    assert chart.state == "paused"
    assert journey.positions["value", "account"] == "work.build"
    assert chart.trigger("value.paused.back")
    assert chart.state == "work.build"


def test_without_a_snapshot_nothing_is_guarded(machine: jk.Machine) -> None:
    chart = machine.statechart("value")
    assert chart.state == "work.build"
    assert chart.trigger("value.work.exit")
    assert chart.state == "done"


def test_a_subject_goes_by_key_or_id(machine: jk.Machine, journey: jk.Journey) -> None:
    journey.open("site:north", at="2026-01-06")
    assert machine.statechart("opening", journey.snapshot).state == "shut"
    journey.open("site:south", at="2026-01-06")
    journey.observe(at="2026-01-07", subject="site:south", open=True)
    for name, state in (("north", "shut"), ("site:south", "open")):
        assert machine.statechart("opening", journey.snapshot, subject=name).state == state


REFUSED = {
    "no such track": (("valeu",), {}, "unknown_place", "there are value, value.work.build.technical"),
    "no name": (([],), {}, "unknown_place", "\\[\\] is no track or branch"),
    "no subject": (("opening", "now"), {}, "unknown_subject", "no site is open"),
    "no such subject": (("value", "now"), {"subject": "contract:C-1"}, "unknown_subject", "is not the account itself"),
    "no snapshot": (("value",), {"subject": "account"}, "bad_shape", "give one"),
    "not there": (("value.work.build.people", "paused"), {}, "not_there", "'account' does not stand in"),
    "no such engine": (("value",), {"graph": "paint"}, "bad_shape", "expected graphviz, mermaid"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_does_not_fit_is_named(machine: jk.Machine, journey: jk.Journey, name: str) -> None:
    asked, more, code, says = REFUSED[name]
    args: list[Any] = list(asked)
    if args[1:2] == ["paused"]:
        journey.place("value", "paused", at="2026-01-06", by="csm", why="to try")
    args[1:2] = [journey.snapshot] * len(args[1:2])
    with pytest.raises(jk.InputError, match=says) as refused:
        machine.statechart(*args, **more)
    assert refused.value.code == code


def test_an_equal_machine_takes_the_snapshot(journey: jk.Journey) -> None:
    journey.observe(at="2026-01-06", ready=True)
    equal = jk.compile_profile(jk.read_text(TEXT))
    chart = equal.statechart("value", journey.snapshot)
    assert chart.state == "work.build"
    assert chart.may_trigger("value.work.build.people.halt")


def test_a_key_goes_before_an_id(machine: jk.Machine, journey: jk.Journey) -> None:
    journey.open("site:x", at="2026-01-06")
    journey.open("site:site:x", at="2026-01-06")
    journey.observe(at="2026-01-07", subject="site:x", open=True)
    assert machine.statechart("opening", journey.snapshot, subject="site:x").state == "open"


def test_a_foreign_snapshot_is_refused(machine: jk.Machine, journey: jk.Journey) -> None:
    other = jk.compile_profile(jk.read_text(TEXT.replace("30 days", "31 days")))
    with pytest.raises(jk.SnapshotError, match="another meaning"):
        other.statechart("value", journey.snapshot)
    stray: Any = journey
    with pytest.raises(jk.SnapshotError, match=r"expected a Snapshot, such as journey\.snapshot, not Journey"):
        machine.statechart("value", stray)


def test_diagrams_show_where_it_stands_and_what_moves_ask(machine: jk.Machine, journey: jk.Journey) -> None:
    journey.place("value", "paused", at="2026-01-06", by="csm", why="to try")
    drawn = str(machine.statechart("value", journey.snapshot, graph="mermaid").get_graph().source)
    assert "Class paused s_active" in drawn
    assert "stateDiagram-v2" in drawn
    assert "work --> done: value.work.exit [r, handoff to sales]" in drawn
    assert "[*] --> work" in drawn  # where it begins, not where it stands
    pytest.importorskip("graphviz")
    assert "value.work.exit" in machine.statechart("value", journey.snapshot, graph="graphviz").get_graph().source


def test_a_missing_package_is_named_with_its_extra(machine: jk.Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "graphviz", None)
    with pytest.raises(jk.JourneykitError, match=r"graphviz: pip install 'journeykit\[diagrams\]'"):
        machine.statechart("value", graph="graphviz")
