"""Snapshots stored and read back: nothing is lost on the way, and nothing broken comes in."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

import journeykit as jk

load = cache(jk.load)
Raw = dict[str, Any]
NAMES = ("base", "enterprise", "mid_market", "smb", "product_led")
MAIN = "workstream:main"


def lively(name: str) -> jk.Journey:
    """A journey with something of everything: words, a handoff, signals, masks, marks, a waiver, a closed subject."""
    one = jk.Journey(load(name), account="acme", at="2025-01-06", timezone="Asia/Tokyo", attributes={"tier": [1, None]})
    facts = one.machine.profile.facts
    contract = {"contract_start": "2025-01-06", "contract_end": "2026-01-05", "notice_period": "45 days"}
    one.open("contract:C-1", facts={key: value for key, value in contract.items() if key in facts})
    one.observe(health_score=82, usage_trend=3.5, open_major_issues=0)
    one.observe(MAIN, at="2025-02-01T10:00:00+09:00", id="x-1", core_users_trained=True, active_seat_ratio=0.5)
    one.confirm("go_live", by="customer", subject=MAIN, evidence="mail of 2 February")
    if (move := one.machine.moves.get("value.onboarding.exit")) and move.handoff and not move.handoff.automatic:
        one.handoff("value.onboarding.exit", "offered", by=move.handoff.giver, subject=MAIN)
    if "advocacy.not_yet.success.renewed_once" in one.machine.waivable:
        one.waive("advocacy.not_yet.success.renewed_once", by="our_sponsor", why="their reference is worth it")
    one.signal("champion_left", subject=MAIN, at="2025-03-01")
    one.signal("budget_cut")
    one.signal("new_team_interest")
    one.open("workstream:extra")
    one.close("workstream:extra", reason="merged into main")
    one.place("retention", "at_risk", by="csm", why="a bad meeting")
    one.advance("2025-11-10")
    one.observe("contract:C-1", at="2025-11-11", contract_end="2026-12-31")
    return one


def stored(one: jk.Journey) -> Raw:
    raw: Raw = json.loads(json.dumps(one.snapshot.to_dict(), allow_nan=False))
    return raw


@cache
def enterprise() -> Raw:
    return stored(lively("enterprise"))


@pytest.mark.parametrize("name", NAMES)
def test_there_and_back(name: str) -> None:
    one = lively(name)
    raw = stored(one)
    again = jk.load_snapshot(one.machine, raw)
    assert stored(jk.Journey.load(one.machine, again)) == raw
    assert again.positions == one.positions
    assert again.due == one.snapshot.due
    tick = jk.parse_input({"kind": "tick", "account": "acme", "at": "2027-03-01"})
    here, there = jk.step(one.machine, one.snapshot, tick), jk.step(one.machine, again, tick)
    assert here.records == there.records
    assert here.snapshot.to_dict() == there.snapshot.to_dict()


def test_what_is_stored_here_has_something_of_everything() -> None:
    """The cases below break parts of it; a part that is not there could not be broken."""
    raw = enterprise()
    fields = {field for row in raw["subjects"] for field, found in row.items() if found}
    assert fields >= {"confirmations", "waived", "signals", "handoffs", "bands", "asked_again", "term", "opener"}
    assert raw["closed"]
    assert next(row["term"] for row in raw["subjects"] if "term" in row)["aside"]


def test_a_snapshot_of_another_meaning_is_refused() -> None:
    with pytest.raises(jk.SnapshotError, match=r"'acme'.*'enterprise'.*another meaning.*'smb'.*replay the account"):
        jk.load_snapshot(load("smb"), enterprise())
    with pytest.raises(jk.SnapshotError, match="another meaning"):
        jk.Journey.load(load("smb"), lively("enterprise").snapshot)


def account(raw: Raw) -> Raw:
    return next(row for row in raw["subjects"] if row["key"] == "account")


def main(raw: Raw) -> Raw:
    return next(row for row in raw["subjects"] if row["key"] == MAIN)


def contract(raw: Raw) -> Raw:
    return next(row for row in raw["subjects"] if row["key"] == "contract:C-1")


def fact(row: Raw, name: str, place: int, value: Any) -> None:
    row["facts"][name][place] = value


BREAKS: dict[str, Callable[[Raw], Any]] = {
    "layout": lambda raw: raw.update(layout=1),
    "account empty": lambda raw: raw.update(account=""),
    "account a list": lambda raw: raw.update(account=["acme"]),
    "account unprintable": lambda raw: raw.update(account="ac\x1bme"),
    "account huge": lambda raw: raw.update(account="a" * 1_000_000),
    "row huge": lambda raw: main(raw).update(key="workstream:" + "m" * 1_000_000),
    "profile missing": lambda raw: raw.pop("profile"),
    "fingerprint a number": lambda raw: raw.update(fingerprint=7),
    "unknown key": lambda raw: raw.update(colour="red"),
    "timezone unknown": lambda raw: raw.update(timezone="Mars/Olympus"),
    "timezone huge": lambda raw: raw.update(timezone="E" * 1_000_000),
    "timezone a path": lambda raw: raw.update(timezone="../../etc/localtime"),
    "timezone no text": lambda raw: raw.update(timezone=None),
    "began_at naive": lambda raw: raw.update(began_at="2025-01-06T00:00:00"),
    "began_at a date": lambda raw: raw.update(began_at="2025-01-06"),
    "began_at at the edge": lambda raw: raw.update(began_at="0001-01-01T00:00:00+14:00"),
    "now naive": lambda raw: raw.update(now="2026-01-01T00:00:00"),
    "now before began_at": lambda raw: raw.update(now="2024-01-01T00:00:00+00:00"),
    "now a number": lambda raw: raw.update(now=1736121600),
    "now huge": lambda raw: raw.update(now="2" * 1_000_000),
    "attributes a list": lambda raw: raw.update(attributes=[1]),
    "count negative": lambda raw: raw.update(count=-1),
    "count a fraction": lambda raw: raw.update(count=1.5),
    "count a boolean": lambda raw: raw.update(count=True),
    "count beyond reason": lambda raw: raw.update(count=10**5000),
    "unnamed a mapping": lambda raw: raw.update(unnamed={}),
    "unnamed holds nothing": lambda raw: raw.update(unnamed=[None]),
    "closed of no kind": lambda raw: raw["closed"].update({"robot:x": [0, raw["now"], None, None]}),
    "closed account": lambda raw: raw["closed"].update({"account": [0, raw["now"], None, None]}),
    "closed without id": lambda raw: raw["closed"].update({"workstream:": [0, raw["now"], None, None]}),
    "closed and open": lambda raw: raw["closed"].update({MAIN: [0, raw["now"], None, None]}),
    "closed in the future": lambda raw: raw["closed"].update({"workstream:x": [0, "2031-01-01T00:00:00Z", None, None]}),
    "closed too short": lambda raw: raw["closed"].update({"workstream:x": [0]}),
    "closed reason": lambda raw: raw["closed"].update({"workstream:x": [0, raw["now"], 5, None]}),
    "closed into no text": lambda raw: raw["closed"].update({"workstream:x": [0, raw["now"], None, 5]}),
    "closed covers a workstream": lambda raw: raw["closed"].update(
        {"workstream:x": [0, raw["now"], None, MAIN, ["2025-01-06", "2026-01-05"]]}
    ),
    "closed covers without into": lambda raw: raw["closed"].update(
        {"contract:x": [0, raw["now"], None, None, ["2025-01-06", "2026-01-05"]]}
    ),
    "closed covers one day": lambda raw: raw["closed"].update(
        {"contract:x": [0, raw["now"], None, "contract:C-1", ["2025-01-06"]]}
    ),
    "closed covers an instant": lambda raw: raw["closed"].update(
        {"contract:x": [0, raw["now"], None, "contract:C-1", [raw["now"], "2026-01-05"]]}
    ),
    "end moved in no track": lambda raw: contract(raw)["term"].update(end_moved_in=["value"]),
    "end moved in a text": lambda raw: contract(raw)["term"].update(end_moved_in="renewal"),
    "subjects missing": lambda raw: raw.pop("subjects"),
    "subjects a mapping": lambda raw: raw.update(subjects={}),
    "subjects empty": lambda raw: raw.update(subjects=[]),
    "subjects hold text": lambda raw: raw["subjects"].append("account"),
    "subjects hold nothing": lambda raw: raw["subjects"].append(None),
    "subjects without the account": lambda raw: raw["subjects"].remove(account(raw)),
    "account not first": lambda raw: raw["subjects"].reverse(),
    "row twice": lambda raw: raw["subjects"].append(copy.deepcopy(main(raw))),
    "row of no kind": lambda raw: main(raw).update(key="robot:main"),
    "row without id": lambda raw: main(raw).update(key="workstream:"),
    "row without colon": lambda raw: main(raw).update(key="workstream"),
    "row key an object": lambda raw: main(raw).update(key={}),
    "account with id": lambda raw: account(raw).update(key="account:x"),
    "row unknown key": lambda raw: main(raw).update(words_={}),
    "row without facts": lambda raw: main(raw).pop("facts"),
    "opened in the future": lambda raw: main(raw).update(opened_at="2031-01-01T00:00:00Z"),
    "opened before the beginning": lambda raw: main(raw).update(opened_at="2024-12-31T00:00:00Z"),
    "opener a text": lambda raw: main(raw).update(opener="account"),
    "opener unknown": lambda raw: main(raw).update(opener=["account", "reactions.nothing"]),
    "opener unhashable": lambda raw: main(raw).update(opener=["account", []]),
    "fact unknown": lambda raw: main(raw)["facts"].update(colour=["red", raw["now"], raw["now"], "observe"]),
    "fact of another kind": lambda raw: main(raw)["facts"].update(account(raw)["facts"]),
    "fact of wrong type": lambda raw: fact(account(raw), "health_score", 0, "high"),
    "fact out of range": lambda raw: fact(account(raw), "health_score", 0, 101),
    "fact not finite": lambda raw: fact(account(raw), "health_score", 0, float("nan")),
    "fact beyond reason": lambda raw: fact(account(raw), "usage_trend", 0, [10**5000]),
    "fact period broken": lambda raw: fact(contract(raw), "notice_period", 0, "45 moons"),
    "fact date broken": lambda raw: fact(contract(raw), "contract_end", 0, "2026-02-30"),
    "fact too short": lambda raw: account(raw)["facts"].update(health_score=[82]),
    "fact null": lambda raw: account(raw)["facts"].update(health_score=None),
    "fact since naive": lambda raw: fact(account(raw), "health_score", 1, "2025-01-06T00:00:00"),
    "fact since after seen": lambda raw: fact(main(raw), "core_users_trained", 1, "2025-06-01T00:00:00Z"),
    "fact seen after now": lambda raw: fact(main(raw), "core_users_trained", 2, "2031-06-01T00:00:00Z"),
    "fact cause": lambda raw: fact(main(raw), "core_users_trained", 3, 5),
    "word unknown": lambda raw: main(raw)["confirmations"].update(nothing=[raw["now"], "customer", None]),
    "word of another kind": lambda raw: main(raw)["confirmations"].update(
        choice_reaffirmed=[raw["now"], "customer", None]
    ),
    "word by the wrong role": lambda raw: main(raw)["confirmations"].update(go_live=[raw["now"], "csm", None]),
    "word evidence": lambda raw: main(raw)["confirmations"].update(go_live=[raw["now"], "customer", {}]),
    "word in the future": lambda raw: main(raw)["confirmations"].update(
        go_live=["2031-01-01T00:00:00Z", "customer", None]
    ),
    "words a list": lambda raw: main(raw).update(words=["go_live"]),
    "waived unknown": lambda raw: account(raw)["waived"].update({"value.nothing": [raw["now"], "csm", None]}),
    "waived in another kind": lambda raw: main(raw).update(waived=account(raw)["waived"]),
    "waived by the wrong role": lambda raw: account(raw)["waived"].update(
        {"advocacy.not_yet.success.renewed_once": [raw["now"], "csm", None]}
    ),
    "signal unknown": lambda raw: account(raw)["signals"].update(nothing=[raw["now"], True]),
    "signal not a flag": lambda raw: account(raw)["signals"].update(budget_cut=[raw["now"], 1]),
    "handoff unknown": lambda raw: main(raw)["handoffs"].update({"value.nothing": ["offered", raw["now"], "csm"]}),
    "handoff of a move without": lambda raw: main(raw)["handoffs"].update(
        {"value.ended": ["offered", raw["now"], "csm"]}
    ),
    "handoff declined": lambda raw: main(raw)["handoffs"]["value.onboarding.exit"].__setitem__(0, "declined"),
    "handoff by the wrong side": lambda raw: main(raw)["handoffs"]["value.onboarding.exit"].__setitem__(0, "accepted"),
    "band unknown": lambda raw: account(raw)["bands"].update(mood="green"),
    "band without level": lambda raw: account(raw)["bands"].update(health="blue"),
    "band of another kind": lambda raw: main(raw).update(bands={"health": "green"}),
    "masks of no track": lambda raw: main(raw)["asked_again"].update(nothing=["plan_agreed"]),
    "masks of another kind": lambda raw: main(raw)["asked_again"].update(renewal=["proposal_sent"]),
    "masks of what no move asks": lambda raw: main(raw)["asked_again"].update(value=["use_cases"]),
    "masks a text": lambda raw: main(raw)["asked_again"].update(value="plan_agreed"),
    "ready unknown": lambda raw: main(raw).update(ready=["value.nothing"]),
    "ready without handoff": lambda raw: main(raw).update(ready=["value.ended"]),
    "ready unhashable": lambda raw: main(raw).update(ready=[[]]),
    "reacted unknown": lambda raw: account(raw).update(reacted=["nothing"]),
    "reacted upon a signal": lambda raw: account(raw).update(reacted=["team_interest"]),
    "reacted of another kind": lambda raw: account(raw).update(reacted=["bundling"]),
    "place unknown": lambda raw: main(raw)["positions"][0].__setitem__(1, "onboarding.nowhere"),
    "place no leaf": lambda raw: main(raw)["positions"][0].__setitem__(1, "onboarding"),
    "place in no region": lambda raw: main(raw)["positions"][0].__setitem__(0, "nothing"),
    "place of another kind": lambda raw: main(raw).update(places=account(raw)["positions"]),
    "place unhashable": lambda raw: main(raw)["positions"][0].__setitem__(0, []),
    "places missing one": lambda raw: account(raw)["positions"].pop(),
    "places empty": lambda raw: main(raw).update(places=[]),
    "places twice": lambda raw: main(raw)["positions"].append(main(raw)["positions"][0]),
    "branches missing": lambda raw: main(raw)["positions"][0].__setitem__(1, "onboarding.delivery"),
    "branch without its step": lambda raw: main(raw)["positions"].append(
        ["value.onboarding.delivery.enablement", "onboarding.delivery.enablement", [raw["now"]], False, False]
    ),
    "entered too few": lambda raw: main(raw)["positions"][0].__setitem__(2, [raw["now"]]),
    "entered out of order": lambda raw: main(raw)["positions"][0].__setitem__(2, [raw["now"], raw["began_at"]]),
    "entered in the future": lambda raw: main(raw)["positions"][0].__setitem__(2, ["2031-01-01T00:00:00Z"] * 2),
    "entered naive": lambda raw: main(raw)["positions"][0].__setitem__(2, ["2025-03-01T00:00:00"] * 2),
    "stuck a text": lambda raw: main(raw)["positions"][0].__setitem__(3, "no"),
    "placed a number": lambda raw: main(raw)["positions"][0].__setitem__(4, 0),
    "term missing": lambda raw: contract(raw).pop("term"),
    "term of a workstream": lambda raw: main(raw).update(term=contract(raw)["term"]),
    "term a list": lambda raw: contract(raw).update(term=[]),
    "term unknown key": lambda raw: contract(raw)["term"].update(colour=1),
    "term without window": lambda raw: contract(raw)["term"].pop("window"),
    "renewals negative": lambda raw: contract(raw)["term"].update(renewals=-1),
    "anchor broken": lambda raw: contract(raw)["term"].update(anchor=["soon", "1 year"]),
    "anchor of no length": lambda raw: contract(raw)["term"].update(anchor=["2025-01-06", "a while"]),
    "anchor too short": lambda raw: contract(raw)["term"].update(anchor=["2025-01-06"]),
    "past ends broken": lambda raw: contract(raw)["term"].update(past_ends=["soon"]),
    "ended with what belongs to no term": lambda raw: contract(raw)["term"].update(ended_with={"x": 1}),
    "covered too short": lambda raw: contract(raw)["term"].update(covered=[None]),
    "covered in a term to come": lambda raw: contract(raw)["term"].update(covered=["2025-01-06", 3]),
    "visited unknown": lambda raw: contract(raw)["term"].update(visited=["nowhere"]),
    "visited a text": lambda raw: contract(raw)["term"].update(visited="waiting"),
    "window of an unknown timer": lambda raw: contract(raw)["term"].update(
        window=[[["2026-01-05", []]], [["x", "2026-01-05", "2026-01-05"]]]
    ),
    "window stood in nowhere": lambda raw: contract(raw)["term"].update(window=[[["2026-01-05", ["nowhere"]]], []]),
    "aside without its places": lambda raw: contract(raw)["term"].update(aside=[[[], []]]),
    "window marked for no end": lambda raw: contract(raw)["term"].update(
        window=[[], [["prepare", "2029-01-05", "2028-07-09"]]]
    ),
    "window with a broken date": lambda raw: contract(raw)["term"].update(window=[[["2026-13-05", []]], []]),
    "window flat": lambda raw: contract(raw)["term"].update(window=[["2026-01-05", []]]),
    "aside marked for no end": lambda raw: contract(raw)["term"].update(
        aside=[[[], [["prepare", "2026-01-05", "2025-07-09"]], []]]
    ),
    "notice a text": lambda raw: contract(raw)["term"].update(notice="given"),
    "notice in the future": lambda raw: contract(raw)["term"].update(notice=["2031-01-01T00:00:00Z", False]),
    "window marked without a day": lambda raw: contract(raw)["term"]["window"][1].append(["end", "2026-12-31"]),
    "earliest end no date": lambda raw: contract(raw)["term"].update(earliest_end="soon"),
    "earliest end a flag": lambda raw: contract(raw)["term"].update(earliest_end=False),
    "counting from an instant": lambda raw: contract(raw)["term"].update(counting_from="2025-01-06T00:00:00Z"),
    "fired without counting": lambda raw: contract(raw)["term"].update(counting_from=None),
    "begun too short": lambda raw: contract(raw)["term"].update(begun=[False]),
    "begun no flags": lambda raw: contract(raw)["term"].update(begun=[0, 1]),
}


TIMED = """\
profile: timed
version: "1"
roles: {member: {side: customer}, coach: {side: us}}
feeds: {door: {down_after: 30 days}}
facts: {account: {fit: {type: boolean}, calm: {type: boolean}}}
signals: {entered: {feed: door}, reviewed: {}}
derived: {steady: {is: calm, held: 60 days}}
reactions: {greeted: {upon: entered, do: [wave], cooldown: 1 month}, seen: {upon: reviewed, do: [wave]}}
tracks:
  skill:
    cadences: {review: {every: 1 month, done_by: reviewed}}
    stages:
      learning: {exit: {to: playing, when: {fit: {is: fit, held: 14 days}}}}
      playing: {regress: {tired: {when: {unfit: not fit}, to: learning, cooldown: 30 days}}}
    moves: {rest: {from: [playing], to: learning, when: {steady: steady, gone: {quiet: entered, for: 21 days}}}}
"""


@cache
def timed_machine() -> jk.Machine:
    return jk.compile_profile(jk.read_text(TIMED))


@cache
def timed() -> Raw:
    """A snapshot with all that is kept for time's sake: what holds, what cools down, cadences, feeds."""
    one = jk.Journey(timed_machine(), account="ada", at="2026-01-05", timezone="Europe/Lisbon")
    one.observe(fit=True, calm=True)
    one.signal("entered")
    one.observe(at="2026-01-25", fit=False)
    one.observe(at="2026-02-06", fit=True)
    return stored(one)


def test_what_is_kept_for_times_sake_comes_back() -> None:
    raw = timed()
    row = account(raw)
    assert {name: sorted(row[name]) for name in ("held", "cooled", "cadences", "feeds")} == {
        "held": ["derived.steady", "skill.learning.exit.fit"],
        "cooled": ["greeted", "skill.playing.tired"],
        "cadences": ["skill.review"],
        "feeds": ["door"],
    }
    assert row["feeds"]["door"][2] is True
    again = jk.load_snapshot(timed_machine(), raw)
    assert again.to_dict() == raw
    tick = jk.parse_input({"kind": "tick", "account": "ada", "at": "2026-06-01"})
    kinds = [record.kind for record in jk.step(timed_machine(), again, tick).records]
    assert {"moved", "cadence", "slipped"} <= set(kinds)


TIMED_BREAKS: dict[str, Callable[[Raw], Any]] = {
    "held unknown": lambda row: row["held"].update({"skill.nothing": row["opened_at"]}),
    "held a criterion that need not": lambda row: row["held"].update({"skill.playing.tired.unfit": row["opened_at"]}),
    "held naive": lambda row: row["held"].update({"skill.learning.exit.fit": "2026-01-05T00:00:00"}),
    "held in the future": lambda row: row["held"].update({"skill.learning.exit.fit": "2031-01-05T00:00:00Z"}),
    "cooled unknown": lambda row: row["cooled"].update({"skill.nothing": row["opened_at"]}),
    "cooled without a cooldown": lambda row: row["cooled"].update({"skill.learning.exit": row["opened_at"]}),
    "cooled a reaction without a cooldown": lambda row: row["cooled"].update(seen=row["opened_at"]),
    "cooled a list": lambda row: row.update(cooled=[]),
    "cooled in the future": lambda row: row["cooled"].update({"skill.playing.tired": "2031-01-05T00:00:00Z"}),
    "beats unknown": lambda row: row["cadences"].update({"skill.nothing": ["2026-01-05", 1, row["opened_at"]]}),
    "beats negative": lambda row: row["cadences"].update({"skill.review": ["2026-01-05", -1, row["opened_at"]]}),
    "beats from an instant": lambda row: row["cadences"].update(
        {"skill.review": [row["opened_at"], 1, row["opened_at"]]}
    ),
    "beats too short": lambda row: row["cadences"].update({"skill.review": ["2026-01-05", 1]}),
    "feeds unknown": lambda row: row["feeds"].update({"window": row["feeds"]["door"]}),
    "feeds not a flag": lambda row: row["feeds"]["door"].__setitem__(2, 1),
    "feeds in the future": lambda row: row["feeds"]["door"].__setitem__(1, "2031-01-05T00:00:00Z"),
    "feeds naive": lambda row: row["feeds"]["door"].__setitem__(0, "2026-01-05T00:00:00"),
}


@pytest.mark.parametrize("name", TIMED_BREAKS)
def test_what_is_kept_for_times_sake_is_looked_at(name: str) -> None:
    raw = copy.deepcopy(timed())
    TIMED_BREAKS[name](account(raw))
    with pytest.raises(jk.SnapshotError, match="replay the account's inputs with this machine") as caught:
        jk.load_snapshot(timed_machine(), raw)
    assert "Error:" not in str(caught.value), "this fault was not thought of"


@pytest.mark.parametrize("name", BREAKS)
def test_a_broken_snapshot_is_refused_with_the_way_on(name: str) -> None:
    raw = copy.deepcopy(enterprise())
    BREAKS[name](raw)
    with pytest.raises(jk.SnapshotError, match="replay the account's inputs with this machine") as caught:
        jk.load_snapshot(load("enterprise"), raw)
    assert len(str(caught.value)) < 600
    assert "Error:" not in str(caught.value), "this fault was not thought of"


@pytest.mark.parametrize("raw", [None, [], "snapshot", 5, {}, {"layout": 1}, {"layout": []}])
def test_what_is_no_snapshot_is_refused(raw: Any) -> None:
    with pytest.raises(jk.SnapshotError, match="replay"):
        jk.load_snapshot(load("enterprise"), raw)


OTHERS: tuple[Any, ...] = (None, True, -1, 1.5, "", "x", "2025-01-06T00:00:00", [], [None], {}, {"x": None}, 10**30)


def parts(raw: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The paths of all values in plain data."""
    inner = raw.items() if isinstance(raw, dict) else enumerate(raw) if isinstance(raw, list) else ()
    return [path, *(deeper for key, value in inner for deeper in parts(value, (*path, key)))]


@pytest.mark.parametrize("other", OTHERS, ids=repr)
def test_any_part_replaced_is_read_or_refused_but_never_fails(other: Any) -> None:
    """Whatever stands in place of whatever part: a snapshot that can go on, or a ``SnapshotError``."""
    machine = load("enterprise")
    tick = {"kind": "tick", "account": "acme", "at": "2028-01-01"}
    refused = 0
    for path in parts(enterprise())[1:]:
        raw = copy.deepcopy(enterprise())
        holder = raw
        for key in path[:-1]:
            holder = holder[key]
        holder[path[-1]] = other
        try:
            snapshot = jk.load_snapshot(machine, raw)
        except jk.SnapshotError:
            refused += 1
            continue
        if snapshot.account == "acme":
            jk.step(machine, snapshot, jk.parse_input(tick))
    assert refused > 100
