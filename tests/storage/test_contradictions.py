"""Snapshots of which each part is well-formed, and which contradict themselves: refused, each with its place."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

import journeykit as jk

Raw = dict[str, Any]
MACHINE = jk.load("enterprise")
GATE = "value.onboarding.exit"
CADENCE, CADENCE_OF = next(
    (table.ident, key)
    for kind, key in (("account", "account"), ("workstream", "workstream:main"))
    for table in MACHINE.kinds[kind].cadences
)


@cache
def stored() -> Raw:
    """An account with a handoff offered, a contract whose end moved, a workstream closed into another."""
    one = jk.Journey(MACHINE, account="acme", at="2025-01-06", timezone="Pacific/Kiritimati")
    one.open("contract:C-1", contract_start="2025-01-06", contract_end="2026-01-05")
    one.observe("workstream:main", at="2025-02-01T10:00:00+09:00", core_users_trained=True)
    giver = one.machine.moves[GATE].handoff.giver  # type: ignore[union-attr]
    one.handoff(GATE, "offered", by=giver, subject="workstream:main")
    one.open("workstream:extra")
    one.close("workstream:extra", reason="merged", into="workstream:main")
    one.advance("2025-11-10")
    raw: Raw = json.loads(json.dumps(one.snapshot.to_dict()))
    return raw


def row(raw: Raw, key: str) -> Raw:
    found: Raw = next(one for one in raw["subjects"] if one["key"] == key)
    return found


def term(raw: Raw) -> Raw:
    found: Raw = row(raw, "contract:C-1")["term"]
    return found


def mark(raw: Raw, name: str, end: str, day: str) -> None:
    term(raw)["window"][1].append([name, end, day])


def somewhere_else(raw: Raw) -> None:
    """Stand at another place than the one that the handoff leaves."""
    main = row(raw, "workstream:main")
    inside = [entry for entry in main["positions"] if entry[0].startswith("value.")]
    main["positions"] = [entry for entry in main["positions"] if entry not in inside]
    main["positions"][0] = ["value", "ended", [raw["now"]], False, False]


CONTRADICTIONS: dict[str, tuple[Callable[[Raw], Any], str]] = {
    "the end fired before it came": (lambda raw: mark(raw, "end", "2026-01-05", "2026-01-05"), "end of 2026-01-05"),
    "it fires tomorrow, wherever": (lambda raw: mark(raw, "end", "2025-11-10", "2025-11-10"), "end of 2025-11-10"),
    "grace was over before it was": (lambda raw: mark(raw, "grace_over", "2026-01-05", "2026-02-04"), "lies ahead"),
    "an end marked for another day": (lambda raw: mark(raw, "end", "2026-01-05", "2025-10-01"), "marked for"),
    "counted from a day to come": (lambda raw: term(raw).update(counting_from="2025-11-13"), "counting_from"),
    "covered from a day to come": (lambda raw: term(raw).update(covered=["2025-12-01", 0]), "covered"),
    "notice without its word": (lambda raw: term(raw).update(notice=[raw["now"], False]), "was not given"),
    "late notice that nobody gave": (lambda raw: term(raw).update(notice=[None, True]), "was not given"),
    "a first term begun by an end": (lambda raw: term(raw).update(begun=[True, False, False]), "first term"),
    "stands elsewhere than the handoff": (somewhere_else, "does not stand there"),
    "stuck from the first day": (
        lambda raw: row(raw, "account")["positions"][0].__setitem__(slice(2, 4), [[raw["now"]], True]),
        "cannot be so yet",
    ),
    "fewer records than there must be": (lambda raw: raw.update(count=3), "count: 3 records"),
    "went on in nothing": (lambda raw: raw["closed"]["workstream:extra"].__setitem__(3, "workstream:x"), "never there"),
    "opened by nobody": (
        lambda raw: row(raw, "workstream:main").update(opener=["workstream:x", "reactions.team_interest"]),
        "never there",
    ),
    "a cadence of next year": (
        lambda raw: row(raw, CADENCE_OF).update(cadences={CADENCE: ["2025-01-06", 900, raw["now"]]}),
        "lies ahead",
    ),
}


@pytest.mark.parametrize("name", CONTRADICTIONS)
def test_a_snapshot_that_contradicts_itself_is_refused(name: str) -> None:
    broken, said = CONTRADICTIONS[name]
    raw = copy.deepcopy(stored())
    broken(raw)
    with pytest.raises(jk.SnapshotError, match="replay the account's inputs with this machine") as caught:
        jk.load_snapshot(MACHINE, raw)
    assert said in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1
    assert "Error:" not in str(caught.value), "this fault was not thought of"


def test_what_is_broken_here_loads_as_it_is() -> None:
    assert jk.load_snapshot(MACHINE, stored()).to_dict() == stored()


@pytest.mark.parametrize(
    "layout", [3.0, 5.0, True, "5", -5, 10**5000], ids=["3.0", "5.0", "true", "text", "minus", "huge"]
)
def test_a_layout_is_a_whole_number(layout: Any) -> None:
    with pytest.raises(jk.SnapshotError, match="layout") as caught:
        jk.load_snapshot(MACHINE, {**stored(), "layout": layout})
    assert len(str(caught.value).splitlines()) == 1
