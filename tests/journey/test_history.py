"""Replaying one account: the lines in order of time, what is refused left out, and the same end as a live journey."""

from __future__ import annotations

import copy
import pickle
import random
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

import pytest

import journeykit as jk

load = cache(jk.load)
MAIN = "workstream:main"


def lines(*entries: dict[str, Any], account: str = "acme") -> list[jk.Input]:
    return [jk.parse_input({"account": account, **entry}) for entry in entries]


def observed(at: str, score: Any, **more: Any) -> dict[str, Any]:
    return {"kind": "observe", "at": at, "facts": {"health_score": score}, **more}


BEGIN = {"kind": "begin", "at": "2025-01-06", "profile": "smb", "timezone": "Asia/Tokyo"}
YEAR = (
    BEGIN,
    {
        "kind": "open",
        "at": "2025-01-06",
        "subject": "contract:C-1",
        "facts": {"contract_start": "2025-01-06", "contract_end": "2026-01-05"},
    },
    observed("2025-01-07", 82, id="o-1"),
    {"kind": "observe", "at": "2025-01-20T10:00+09:00", "subject": MAIN, "facts": {"core_users_trained": True}},
    {"kind": "signal", "at": "2025-02-01", "subject": MAIN, "signal": "champion_left"},
    observed("2025-02-03", 30, id="o-2"),
    {"kind": "confirm", "at": "2025-03-01", "subject": MAIN, "confirmation": "champion_in_place", "by": "customer"},
    observed("2025-03-02", 90, id="o-3"),
)


def live(*entries: dict[str, Any], until: Any = None) -> jk.Journey:
    first, *rest = lines(*entries)
    one = jk.Journey(load("smb"), account="acme", at=first.at, timezone=first.data.get("timezone"), id=first.id)
    for entry in rest:
        one.send(entry)
    if until is not None:
        one.advance(until)
    return one


@pytest.mark.parametrize("until", [None, "2025-03-02", "2025-12-31", datetime(2026, 3, 1, 12, tzinfo=UTC)])
def test_a_replay_ends_where_a_live_journey_ends(until: Any) -> None:
    history = jk.replay(load("smb"), lines(*YEAR), until=until)
    one = live(*YEAR, until=until)
    assert history.snapshot is not None
    assert history.snapshot.to_dict() == one.snapshot.to_dict()
    assert history.records == one.records
    assert history.refused == ()
    assert len(history.inputs) == len(YEAR)


@pytest.mark.parametrize("seed", range(4))
def test_the_order_of_the_lines_makes_no_difference(seed: int) -> None:
    """Of two lines of one instant the first stays first, so those keep their order; all others are shuffled."""
    shuffled = list(YEAR[2:])
    random.Random(seed).shuffle(shuffled)
    for order in ([*YEAR[:2], *shuffled], [*shuffled, *YEAR[:2]]):
        assert jk.replay(load("smb"), lines(*order)).records == live(*YEAR).records


def test_lines_of_one_instant_stay_in_their_order() -> None:
    history = jk.replay(load("smb"), lines(BEGIN, observed("2025-02-01", 30), observed("2025-02-01", 90)))
    assert history.snapshot is not None
    assert history.snapshot.subjects["account"].facts["health_score"][0] == 90


def test_what_is_refused_is_left_out_and_told_by_its_place() -> None:
    bad = (
        observed("2025-01-09", "high"),
        {"kind": "observe", "at": "2025-01-06", "facts": {"mood": 1}},
        {"kind": "signal", "at": "2025-01-12", "signal": "nothing"},
        {"kind": "open", "at": "2025-06-01", "subject": "contract:C-1"},  # time passes before it is refused
        BEGIN | {"at": "2025-01-08"},
    )
    mixed = [bad[0], *YEAR[:3], bad[1], *YEAR[3:], *bad[2:]]
    history = jk.replay(load("smb"), lines(*mixed))
    assert history.records == live(*YEAR).records
    assert history.snapshot is not None
    assert history.snapshot.to_dict() == live(*YEAR).snapshot.to_dict()
    told = {(refused.number, refused.error.code) for refused in history.refused}
    assert told == {
        (0, "wrong_type"),
        (4, "unknown_name"),
        (10, "unknown_name"),
        (11, "subject_taken"),
        (12, "already_begun"),
    }
    for refused in history.refused:
        assert refused.number is not None
        assert refused.input is not None
        assert refused.input.data == lines(*mixed)[refused.number].data


def test_equal_lines_are_told_apart() -> None:
    """Inputs made by hand may share everything; each refusal still names its own place."""
    machine = load("smb")
    instant = datetime(2025, 1, 7, tzinfo=UTC)
    stray = jk.Input("tick", "other", instant)
    history = jk.replay(machine, [*lines(BEGIN), jk.Input("tick", "acme", instant), stray, stray])
    assert [refused.number for refused in history.refused] == [2, 3]
    assert len(history.inputs) == 2


def test_an_id_counts_once() -> None:
    again = jk.replay(load("smb"), lines(*YEAR, *YEAR[2:3], YEAR[5]))
    assert again.records == live(*YEAR).records
    assert again.refused == ()
    assert len(again.inputs) == len(YEAR)
    other = jk.replay(load("smb"), lines(*YEAR, observed("2025-04-01", 10, id="o-1")))
    assert [(refused.number, refused.error.code) for refused in other.refused] == [(8, "conflict")]
    assert other.records == live(*YEAR).records


@pytest.mark.parametrize(
    ("until", "score", "now"),
    [
        ("2025-02-03", 30, "2025-02-02T15:00"),  # that day begins in Tokyo, and the line of that instant counts
        (date(2025, 2, 3), 30, "2025-02-02T15:00"),
        ("2025-02-02", 82, "2025-02-01T15:00"),
        ("2025-02-02T14:59:59Z", 82, "2025-02-02T14:59:59"),
        (datetime(2025, 2, 2, 15, tzinfo=UTC), 30, "2025-02-02T15:00"),
        ("2025-02-03T00:00+09:00", 30, "2025-02-02T15:00"),
        ("2027-01-01", 90, "2026-12-31T15:00"),
    ],
)
def test_until(until: Any, score: int, now: str) -> None:
    history = jk.replay(load("smb"), lines(*YEAR), until=until)
    assert history.snapshot is not None
    assert history.snapshot.now == datetime.fromisoformat(f"{now}+00:00")
    assert history.snapshot.subjects["account"].facts["health_score"][0] == score


def test_until_before_the_beginning() -> None:
    """The day is one of the account's zone, also before it has begun."""
    before = jk.replay(load("smb"), lines(*YEAR), until="2025-01-05")
    assert (before.snapshot, before.records, before.inputs, before.refused) == (None, (), (), ())
    begun = jk.replay(load("smb"), lines(*YEAR), until="2025-01-06")
    assert begun.snapshot is not None
    assert len(begun.inputs) == 2


@pytest.mark.parametrize(
    ("until", "code"),
    [
        ("2025-02-03T00:00", "naive_instant"),
        (datetime(2025, 2, 3), "naive_instant"),  # noqa: DTZ001
        ("soon", "bad_shape"),
        (20250203, "bad_shape"),
    ],
)
def test_until_must_be_clear(until: Any, code: str) -> None:
    for run in (lambda: jk.replay(load("smb"), lines(*YEAR), until=until), lambda: jk.replay_book([], until=until)):
        with pytest.raises(jk.InputError, match=r"^until: ") as caught:
            run()
        assert caught.value.code == code


def test_a_naive_instant_made_by_hand_is_left_out() -> None:
    naive = jk.Input("tick", "acme", datetime(2025, 1, 8))  # noqa: DTZ001
    history = jk.replay(load("smb"), [*lines(BEGIN), naive])
    assert [(refused.number, refused.error.code) for refused in history.refused] == [(1, "naive_instant")]
    assert history.snapshot is not None


def test_without_a_beginning_there_is_no_journey() -> None:
    history = jk.replay(load("smb"), lines(*YEAR[1:]))
    assert history.snapshot is None
    assert {refused.error.code for refused in history.refused} == {"unknown_account"}
    assert jk.replay(load("smb"), []).snapshot is None


def test_a_zone_that_is_none_spoils_its_begin_only() -> None:
    history = jk.replay(load("smb"), lines(BEGIN | {"timezone": "Mars"}, BEGIN | {"timezone": "Europe/Lisbon"}))
    assert [(refused.number, refused.error.code) for refused in history.refused] == [(0, "bad_shape")]
    assert history.snapshot is not None


def test_the_rest_of_the_log_can_follow_live() -> None:
    half = jk.replay(load("smb"), lines(*YEAR[:4]))
    assert half.snapshot is not None
    kept = half.snapshot.to_dict()
    one = jk.Journey.load(half.machine, half.snapshot, inputs=half.inputs, records=half.records)
    for entry in lines(*YEAR[4:]):
        one.send(entry)
    assert one.records == live(*YEAR).records
    assert one.snapshot.to_dict() == live(*YEAR).snapshot.to_dict()
    assert half.snapshot.to_dict() == kept  # going on left it as it was


PLACES = """
profile: places
version: "1"
facts: {account: {seats: {type: integer}}}
tracks: {value: {stages: {one: {exit: {to: two, when: {many: seats > 1}}}, two: {}}}}
"""


@pytest.mark.parametrize(
    ("begin", "lines", "refused"),
    [
        # said before the move, at its very instant: midnight in Apia
        (
            "Pacific/Apia",
            [
                ("observe", "2026-08-21", {"facts": {"seats": 3}}),
                ("zone", "2026-08-21", {"timezone": "Asia/Kathmandu"}),
            ],
            [],
        ),
        (
            "Pacific/Apia",
            [
                ("observe", "2026-08-21", {"facts": {"seats": 3}}),
                ("zone", "2026-08-20T11:00:00Z", {"timezone": "Asia/Kathmandu"}),
                ("observe", "2026-08-21", {"facts": {"seats": 4}}),
            ],
            [],
        ),
        # the day of the change itself is read in the zone before it: midnight in Kathmandu
        ("Asia/Kathmandu", [("zone", "2026-03-11", {"timezone": "America/Sao_Paulo"})], []),
        # said after the move, a day that begins after it by the new zone alone
        (
            "Australia/Lord_Howe",
            [
                ("zone", "2026-09-21T00:00:00Z", {"timezone": "America/Santiago"}),
                ("observe", "2026-09-21", {"facts": {"seats": 5}}),
            ],
            [],
        ),
        # said before the move west, a day that would lie after it by the new zone
        (
            "Australia/Lord_Howe",
            [
                ("observe", "2026-09-21", {"facts": {"seats": 5}}),
                ("zone", "2026-09-21T06:00:00Z", {"timezone": "America/Santiago"}),
            ],
            [],
        ),
    ],
)
def test_a_day_is_read_in_the_zone_of_then_live_and_in_a_replay(begin, lines, refused):
    machine = jk.compile_profile(jk.read_text(PLACES))
    entries = [jk.Input("begin", "acme", date(2026, 1, 1), None, "account", {"profile": "places", "timezone": begin})]
    entries += [jk.Input(kind, "acme", date_or_instant(at), None, "account", data) for kind, at, data in lines]
    live, codes = None, []
    for entry in entries:
        try:
            live = jk.step(machine, live, entry).snapshot
        except jk.InputError as refusal:
            codes.append(refusal.code)
    history = jk.replay(machine, entries)
    assert codes == refused
    assert [one.error.code for one in history.refused] == refused
    assert history.snapshot.to_dict() == live.to_dict()


def test_a_change_of_the_zone_that_is_delivered_twice_counts_once():
    machine = jk.compile_profile(jk.read_text(PLACES))
    begin = jk.Input("begin", "acme", date(2026, 1, 1), "b", "account", {"profile": "places", "timezone": "UTC"})
    moved = jk.Input("zone", "acme", date(2026, 3, 11), "z", "account", {"timezone": "Asia/Kathmandu"})
    history = jk.replay(machine, [begin, moved, moved])
    assert not history.refused
    assert [one.at for one in history.records if one.kind == "amended"] == [datetime(2026, 3, 11, tzinfo=UTC)]


def date_or_instant(text):
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)


def test_snapshots_and_machines_are_shared_and_do_not_travel() -> None:
    machine = load("enterprise")
    one = jk.Journey(machine, account="acme", at="2026-01-05")
    one.open("contract:C-1", contract_start="2026-01-05", contract_end="2026-12-31")
    late = jk.Input("tick", "acme", date(2027, 3, 1))
    expected = jk.step(machine, one.snapshot, late)
    for copied in (copy.copy(one.snapshot), copy.deepcopy(one.snapshot), copy.deepcopy({"kept": one.snapshot})["kept"]):
        found = jk.step(machine, copied, late)
        assert found.records == expected.records
        assert found.snapshot.to_dict() == expected.snapshot.to_dict()
    other, stood = copy.deepcopy((machine, one.snapshot))
    assert jk.step(other, stood, late).records == expected.records
    with pytest.raises(TypeError, match="to_dict"):
        pickle.dumps(one.snapshot)
    with pytest.raises(TypeError, match="load its profile"):
        pickle.dumps(machine)


def test_refusals_travel_from_one_process_to_another() -> None:
    refused = jk.InputError("unknown_subject", "no such subject")
    again = pickle.loads(pickle.dumps(refused))
    assert (type(again), again.code, again.message) == (jk.InputError, "unknown_subject", "no such subject")
    with pytest.raises(jk.ProfileError) as caught:
        jk.read_text("profile: p\ntracks: {}\n")
    again = pickle.loads(pickle.dumps(caught.value))
    assert (again.findings, str(again)) == (caught.value.findings, str(caught.value))
