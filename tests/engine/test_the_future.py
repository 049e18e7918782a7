"""Inputs of the future: refused by step, by a journey with a clock and by replays, and nothing is changed (R15)."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

import journeykit as jk
from journeykit.cli import main

BEGIN = {"kind": "begin", "account": "acme", "at": "2026-01-05", "profile": "smb"}
FEEDS = jk.compile_profile(
    jk.read_text(
        'profile: fed\nversion: "1"\nfeeds: {usage: {down_after: 3 days}}\n'
        "facts: {account: {health_score: {type: number, feed: usage}}}\ntracks: {value: {stages: {one: {}}}}\n"
    )
)
NOW = datetime(2026, 2, 1, 12, tzinfo=UTC)


def line(at: object, kind: str = "observe", **more: Any) -> dict[str, Any]:
    data = {"facts": {"health_score": 50}} if kind == "observe" else {}
    return {"kind": kind, "account": "acme", "at": at, **data, **more}


def story(*ats: str) -> list[dict[str, Any]]:
    return [BEGIN, *(line(at) for at in ats)]


def codes(found: jk.History | jk.Book) -> list[tuple[int | None, str]]:
    if isinstance(found, jk.Book):
        return [(left.line, left.error.code) for left in found.left_out]
    return [(None if left.number is None else left.number + 1, left.error.code) for left in found.refused]


# -- step


@pytest.mark.parametrize(
    ("entry", "not_after", "taken"),
    [
        (line("2026-02-01T12:00Z"), NOW, True),
        (line("2026-02-01T12:00:00.000001Z"), NOW, False),
        (line("2026-02-01"), NOW, True),
        (line("2026-02-02"), NOW, False),
        (line("2026-02-01T14:00+02:00"), NOW, True),
        (line("2026-02-01T12:00Z"), NOW.astimezone(timezone(timedelta(hours=-9))), True),
        (line("2026-02-02", "tick"), NOW, False),
        (line("2036-01-05"), None, True),
        (line("2036-01-05T00:00:01Z"), None, False),
        (line("2036-01-05T00:00:01Z"), datetime(9999, 1, 1, tzinfo=UTC), False),
        (line("2126-01-05", "tick"), None, True),
        (line("2126-01-05T00:00:01Z", "tick"), None, False),
        (line("9999-12-31", "tick"), None, False),
    ],
)
def test_what_a_step_takes(entry: dict[str, Any], not_after: datetime | None, taken: bool) -> None:
    machine = jk.load("smb")
    snapshot = jk.step(machine, None, jk.parse_input(BEGIN)).snapshot
    before = json.dumps(snapshot.to_dict())
    if taken:
        jk.step(machine, snapshot, jk.parse_input(entry), not_after=not_after)
    else:
        with pytest.raises(jk.InputError, match="send") as caught:
            jk.step(machine, snapshot, jk.parse_input(entry), not_after=not_after)
        assert caught.value.code == "in_the_future"
    assert json.dumps(snapshot.to_dict()) == before


def test_a_begin_has_no_present_before_it_but_may_be_after_what_the_host_knows() -> None:
    machine, far = jk.load("smb"), jk.parse_input({**BEGIN, "at": "2926-01-05"})
    assert jk.step(machine, None, far).snapshot.now.year == 2926
    with pytest.raises(jk.InputError, match="is after 2026-02-01T12:00:00") as caught:
        jk.step(machine, None, far, not_after=NOW)
    assert caught.value.code == "in_the_future"


@pytest.mark.parametrize("wrong", [datetime(2026, 1, 5), date(2026, 1, 5), "2026-01-05"], ids=["naive", "date", "text"])  # noqa: DTZ001
def test_not_after_is_an_aware_datetime(wrong: Any) -> None:
    for call in (
        lambda: jk.step(jk.load("smb"), None, jk.parse_input(BEGIN), not_after=wrong),
        lambda: jk.replay(jk.load("smb"), [BEGIN], not_after=wrong),
        lambda: jk.replay_book([BEGIN], not_after=wrong),
    ):
        with pytest.raises(jk.InputError, match=r"not_after: 2026-01-05.*is no aware datetime") as caught:
            call()
        assert caught.value.code == "naive_instant"


def test_the_edge_of_the_calendar_is_not_far() -> None:
    one = jk.Journey(jk.load("smb"), account="acme", at="9995-01-05")
    one.observe(health_score=50, at="9999-12-31T23:59:59Z")
    assert one.now == datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)


# -- journeys with a clock


def test_a_clock_allows_a_day() -> None:
    clock = jk.ManualClock("2026-01-05T09:00Z")
    one = jk.Journey(jk.load("smb"), account="acme", clock=clock)
    before = one.snapshot.to_dict()
    for at in ("2026-01-06T09:00:01Z", "2026-01-07", "2035-01-05"):
        with pytest.raises(jk.InputError, match="a day after the clock's present") as caught:
            one.observe(health_score=50, at=at)
        assert caught.value.code == "in_the_future"
    assert one.snapshot.to_dict() == before
    one.observe(health_score=50, at="2026-01-06T09:00Z")
    clock.advance("2 days")
    again = jk.Journey.load(one.machine, one.snapshot, clock=clock)
    again.observe(health_score=60, at="2026-01-08")
    again.send(line("2026-01-08T09:00Z"))
    assert again.now == datetime(2026, 1, 8, 9, tzinfo=UTC)


def test_a_journey_with_a_clock_does_not_begin_in_the_future() -> None:
    with pytest.raises(jk.InputError, match="is after") as caught:
        jk.Journey(jk.load("smb"), account="acme", at="2926-01-05", clock=jk.SystemClock())
    assert caught.value.code == "in_the_future"


def test_who_lets_time_pass_may_look_ahead_of_the_clock() -> None:
    one = jk.Journey(jk.load("smb"), account="acme", clock=jk.ManualClock("2026-01-05"))
    one.advance("30 days")
    with pytest.raises(jk.InputError, match="more than 100 years after the journey's present") as caught:
        one.advance("101 years")
    assert caught.value.code == "in_the_future"
    for ask in (one.forecast, one.timeline):
        with pytest.raises(jk.InputError, match=r"until: .*more than 100 years"):
            ask("101 years")


# -- replays


@pytest.mark.parametrize(
    ("lines", "refused"),
    [
        (story("2026-01-06", "2926-01-20", "2026-01-07"), [(3, "in_the_future")]),
        (story("2026-01-06", "2036-01-07", "2026-01-08"), []),
        (story("2026-01-06", "2036-01-09", "2026-01-08"), [(3, "in_the_future")]),
        (story("9999-12-31", "2062-01-05", "2026-01-07"), [(2, "in_the_future"), (3, "in_the_future")]),
        ([*story("2050-01-01"), line("2045-01-01", "tick")], []),
        ([*story("2026-01-06"), line("2926-01-01", "tick")], [(3, "in_the_future")]),
        # The begin is out of place, not what else there is.
        (
            [{**BEGIN, "at": "2926-01-05"}, line("2026-01-06"), line("2026-01-06")],
            [(1, "in_the_future"), (2, "unknown_account"), (3, "unknown_account")],
        ),
        # Of two that contradict each other either may be wrong; of three, the one.
        ([{**BEGIN, "at": "2926-01-05"}, line("2026-01-06")], [(2, "unknown_account")]),
        (story("1926-01-01"), [(2, "unknown_account")]),
        (story("2006-01-01", "2026-02-01"), [(2, "unknown_account")]),
        ([{**BEGIN, "at": "2062-01-05"}, *story("2026-01-06", "2026-01-07")], [(1, "in_the_future")]),
        (
            [{**BEGIN, "at": "2926-01-05"}, line("2026-01-06"), line("2026-01-07"), line("2926-02-05")],
            [(1, "in_the_future"), (2, "unknown_account"), (3, "unknown_account"), (4, "unknown_account")],
        ),
        # These others are out of place, and not the begin.
        (story("1970-01-01", "2026-01-07", "2026-01-08"), [(2, "unknown_account")]),
        ([{**BEGIN, "at": "2926-01-05"}], []),
        ([{**BEGIN, "at": "2926-01-05"}, line("2926-01-06")], []),
    ],
)
def test_a_replay_compares_with_the_other_lines(lines: list[dict[str, Any]], refused: list[tuple[int, str]]) -> None:
    machine = jk.load("smb")
    history = jk.replay(machine, lines)
    assert sorted(codes(history)) == sorted(refused)
    book = jk.replay_book(lines)
    assert codes(book) == sorted(refused)
    # What was taken is a log: it is taken again, whole.
    again = jk.replay(machine, history.inputs)
    assert codes(again) == []
    assert again.records == history.records == book.accounts["acme"].records


def test_an_account_begun_too_late_is_told_and_the_others_go_on() -> None:
    """With one other line of its account, only those of all accounts tell which of the two is out of place."""
    tern = {"account": "tern"}
    good = [{**one, **tern} for one in story("2026-01-06", "2026-01-07", "2026-01-08")]
    alone = jk.replay_book([*good, {**BEGIN, "at": "2926-01-05"}])
    assert codes(alone) == [(5, "in_the_future")]
    assert alone.accounts["acme"].snapshot is None
    assert "2026-01-0" in alone.left_out[0].error.message
    two = jk.replay_book([*good, *story("1970-01-01")])
    assert codes(two) == [(6, "unknown_account")]
    assert two.accounts["acme"].snapshot is not None
    old = jk.replay_book([*good, {**BEGIN, "at": "1990-01-05"}, line("1990-02-01")])
    assert codes(old) == []
    records = jk.replay_book(good).accounts["tern"].records
    assert old.accounts["tern"].records == alone.accounts["tern"].records == two.accounts["tern"].records == records


def test_the_commands_agree_on_a_begin(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """``explain`` reads the lines of one account only, but those of the others still say which year is meant."""
    tern = [{**one, "account": "tern"} for one in story("2026-01-06", "2026-01-07", "2026-01-08")]
    for name, own, told in (
        ("late.jsonl", [{**BEGIN, "at": "2926-01-05"}], "no account 'acme' began there"),
        ("early.jsonl", story("1970-01-01"), "unknown_account"),
    ):
        path = tmp_path / name
        path.write_text("\n".join(json.dumps(one) for one in [*tern, *own]), encoding="utf-8")
        assert main(["replay", str(path)]) == 1
        replayed = capsys.readouterr()
        code = main(["explain", str(path), "--account", "acme"])
        explained = capsys.readouterr()
        assert told in explained.err
        assert ("in_the_future" in replayed.err, code) == ("in_the_future" in explained.err, 2 if "late" in name else 1)


def test_a_heartbeat_for_all_that_is_too_far_is_refused_once() -> None:
    lines = [{**one, "account": account} for account in "abc" for one in story("2026-01-06", "2026-01-07")]
    beats = [
        {"kind": "feed", "account": "*", "feed": "usage", "at": at}
        for at in ("2926-01-08", "2036-01-07", "2046-01-07T00:00:01Z", "2926-01-09")
    ]
    book = jk.replay_book([*lines, *beats], machines=FEEDS)
    assert codes(book) == [(line, "in_the_future") for line in (10, 12, 13)]
    assert [str(one.snapshot.now.date()) for one in book.accounts.values() if one.snapshot] == ["2036-01-07"] * 3


def test_a_limit_of_a_replay() -> None:
    lines = story("2026-01-06", "2026-02-01T12:00Z", "2026-02-01T12:00:01Z")
    assert codes(jk.replay(jk.load("smb"), lines, not_after=NOW)) == [(4, "in_the_future")]
    assert codes(jk.replay_book(lines, not_after=NOW)) == [(4, "in_the_future")]
    assert codes(jk.replay(jk.load("smb"), lines, not_after=NOW, until="2026-03-01")) == [
        (4, "in_the_future"),
        (None, "in_the_future"),
    ]


@pytest.mark.parametrize(
    "lines", [story("2026-01-06"), story("2026-01-06", "2926-01-07")], ids=["well", "out of place"]
)
def test_until_keeps_to_a_century_after_what_is_in_its_place(lines: list[dict[str, Any]]) -> None:
    century = jk.replay_book(lines, until="2126-01-06").accounts["acme"].snapshot
    assert century is not None
    assert century.now.year == 2126
    with pytest.raises(jk.InputError, match="more than 100 years after the last input") as caught:
        jk.replay_book(lines, until="2926-12-31")
    assert caught.value.code == "out_of_range"
    history = jk.replay(jk.load("smb"), lines, until="2926-12-31")
    assert codes(history)[-1] == (None, "in_the_future")
    assert history.snapshot is not None
    assert history.snapshot.now.year == 2026
