"""A book of many accounts: lines of all of them in any order, each refusal with its line, nobody held up by another."""

from __future__ import annotations

import json
import random
import re
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import journeykit as jk

load = cache(jk.load)
ACCOUNTS = ("alder", "birch", "cedar", "elm")


def story(account: str, number: int, profile: str = "smb") -> list[dict[str, Any]]:
    end = f"2026-01-{number + 5:02}"
    lines: list[dict[str, Any]] = [
        {"kind": "begin", "at": "2025-01-06", "profile": profile},
        {
            "kind": "open",
            "at": "2025-01-06",
            "subject": "contract:C-1",
            "facts": {"contract_start": "2025-01-06", "contract_end": end},
        },
        {"kind": "observe", "at": f"2025-01-{number + 10}", "facts": {"health_score": 80 + number}},
        {"kind": "signal", "at": f"2025-02-{number + 10}", "signal": "budget_cut", "id": "s-1"},
    ]
    return [{"account": account, **line} for line in lines]


def text(entries: list[Any]) -> list[str]:
    return [entry if isinstance(entry, str) else json.dumps(entry) for entry in entries]


def everybody(profile: str = "smb") -> list[dict[str, Any]]:
    return [line for number, account in enumerate(ACCOUNTS) for line in story(account, number, profile)]


def test_accounts_do_not_touch_each_other() -> None:
    """Whatever order the lines of the accounts stand in, each ends like the replay of its own lines."""
    lines = everybody()
    books = [jk.replay_book(text(lines), until="2025-12-31")]
    for seed in range(3):
        mixed = list(enumerate(lines))
        random.Random(seed).shuffle(mixed)
        # lines of one account at one instant keep their order
        mixed.sort(key=lambda pair: pair[0] if pair[1]["at"] == "2025-01-06" else 0)
        books.append(jk.replay_book(text([line for _, line in mixed]), machines=load, until="2025-12-31"))
    for account in ACCOUNTS:
        own = [jk.parse_input(line) for line in lines if line["account"] == account]
        alone = jk.replay(load("smb"), own, until=date(2025, 12, 31))
        for book in books:
            assert book.left_out == []
            assert book.accounts[account].records == alone.records
            assert book.accounts[account].snapshot is not None
            assert book.accounts[account].snapshot.to_dict() == alone.snapshot.to_dict()  # type: ignore[union-attr]


def test_bad_lines_are_told_with_their_numbers() -> None:
    good = story("alder", 0)
    at = {"account": "alder", "at": "2025-03-01"}
    lines: list[Any] = [
        *good[:2],  # 1, 2
        "",  # 3: an empty line is no line
        "{broken",  # 4
        "[1, 2]",  # 5
        {"kind": "observe", **at},  # 6: without facts
        {"kind": "observe", **at, "facts": {"mood": 1}},  # 7
        {"kind": "signal", **at, "signal": "champion_left"},  # 8: of a workstream
        {"kind": "tick", "account": "alder", "at": "2025-03-01T09:00"},  # 9
        {"kind": "tick", "account": "", "at": "2025-03-01"},  # 10
        {"kind": "tick", "account": "nobody", "at": "2025-03-01"},  # 11: never begins
        *good[2:],  # 12, 13
        {"kind": "signal", **at, "signal": "budget_cut", "id": "s-1"},  # 14: its id stands for line 13
        good[3],  # 15: line 13 delivered again
        "   \n",  # 16
        {"kind": "feed", **at},  # 17: which one?
        {"kind": "feed", "feed": "weather", "account": "*", "at": "2025-03-01"},  # 18: no profile in use has it
        {"kind": "tick", "account": "*", "at": "2025-03-01"},  # 19: only a feed speaks for all
    ]
    book = jk.replay_book(text(lines))
    assert [(left.line, left.account, left.error.code) for left in book.left_out] == [
        (4, None, "bad_json"),
        (5, None, "bad_json"),
        (6, None, "bad_shape"),
        (7, "alder", "unknown_name"),
        (8, "alder", "wrong_subject"),
        (9, None, "naive_instant"),
        (10, None, "bad_shape"),
        (11, "nobody", "unknown_account"),
        (14, "alder", "conflict"),
        (17, None, "bad_shape"),
        (18, None, "unknown_name"),
        (19, None, "bad_shape"),
    ]
    assert list(book.accounts) == ["alder"]
    assert book.accounts["alder"].records == jk.replay_book(text(good)).accounts["alder"].records


def test_inputs_without_lines() -> None:
    entries = [jk.parse_input(line) for line in story("alder", 0)]
    stray = jk.Input("term", "alder", datetime(2025, 5, 1, tzinfo=UTC), subject="contract:C-9")
    book = jk.replay_book([*entries, stray, stray])
    assert [(left.line, left.account, left.error.code) for left in book.left_out] == [
        (5, "alder", "unknown_subject"),
        (6, "alder", "unknown_subject"),
    ]
    assert [left.input for left in book.left_out] == [stray, stray]
    assert len(book.accounts["alder"].inputs) == 4


@pytest.mark.parametrize("name", ["smbx", "../segments/smb.yaml", "/etc/passwd", ""])
def test_a_profile_that_is_not_shipped_holds_up_its_own_accounts_only(name: str) -> None:
    """What an input names is looked for among the shipped segments; no file is opened because data says so."""
    book = jk.replay_book(text([*story("alder", 0), *story("birch", 1, name), *story("cedar", 2, name)]))
    assert list(book.accounts) == ["alder"]
    assert {left.error.code for left in book.left_out} == {"unknown_profile"}
    assert [left.line for left in book.left_out] == list(range(5, 13))
    assert f"profile {name!r} cannot be used" in str(book.left_out[0].error)
    assert "enterprise" in str(book.left_out[0].error)


def test_machines_by_name_in_a_mapping() -> None:
    lines = [*story("alder", 0), *story("elm", 3, "nobody's")]
    book = jk.replay_book(text(lines), machines={"smb": load("smb")})
    assert list(book.accounts) == ["alder"]
    assert {str(left.error) for left in book.left_out} == {
        'profile "nobody\'s" cannot be used: no machine has this name; there are smb'
    }


def test_where_machines_come_from() -> None:
    asked = []

    def find(name: str) -> jk.Machine:
        asked.append(name)
        return {"ours": load("smb"), "theirs": load("enterprise")}[name]

    lines = [*story("alder", 0, "ours"), *story("birch", 1, "theirs"), *story("cedar", 2, "ours")]
    book = jk.replay_book(text([*lines, *story("elm", 3, "nobody's")]), machines=find)
    assert {account: history.machine.name for account, history in book.accounts.items()} == {
        "alder": "smb",
        "birch": "enterprise",
        "cedar": "smb",
    }
    assert sorted(asked) == ["nobody's", "ours", "theirs"]  # each is asked for once
    assert {left.account for left in book.left_out} == {"elm"}
    one_for_all = jk.replay_book(text(lines), machines=load("product_led"))
    assert {history.machine.name for history in one_for_all.accounts.values()} == {"product_led"}


def test_what_a_book_tells() -> None:
    book = jk.replay_book(text(everybody()), until="2025-09-01")
    records = book.records()
    assert sorted(record.at for record in records) == [record.at for record in records]
    assert len(records) == sum(len(history.records) for history in book.accounts.values())
    positions = book.positions()
    where = {(row["account"], row["subject"], row["region"]): row["path"] for row in positions}
    assert where["birch", "account", "retention"] == "at_risk"
    assert {row["profile"] for row in positions} == {"smb"}
    assert len(where) == len(positions) == sum(len(h.snapshot.positions) for h in book.accounts.values() if h.snapshot)
    due = book.due("1 year")
    assert {one.account for one in due} == set(ACCOUNTS)
    assert [one.at for one in due] == sorted(one.at for one in due)
    soon = book.due("60 days")
    assert soon == [one for one in due if one.on <= date(2025, 10, 31)]
    late = [one for one in book.due("60 days", late=True) if one not in soon]
    assert late
    assert all(one.on <= date(2025, 9, 1) for one in late)
    paces = {(row["account"], row["subject"], row["region"]): row["pace"] for row in positions}
    assert paces["birch", "workstream:main", "value"] == "stuck"
    assert paces["birch", "contract:C-1", "renewal"] is None


def test_a_feed_that_speaks_for_all(tmp_path: Path) -> None:
    """One heartbeat for every account whose profile has the feed; each account's log has it."""
    path = tmp_path / "fed.yaml"
    path.write_text(
        """\
profile: fed
version: "1"
feeds: {usage: {down_after: 3 days}}
facts: {account: {visits: {type: integer, feed: usage}}}
tracks: {mood: {stages: {good: {moves: {worse: {to: bad, when: {few: visits < 3}}}}, bad: {}}}}
""",
        encoding="utf-8",
    )
    begin = [{"kind": "begin", "account": name, "at": "2026-01-05", "profile": "fed"} for name in ("alder", "birch")]
    beat = {"kind": "feed", "feed": "usage", "account": "*", "at": "2026-01-06"}
    one = {"kind": "feed", "feed": "usage", "account": "birch", "at": "2026-01-08"}
    book = jk.replay_book(text([*begin, beat, one]), machines=load(path), until="2026-01-10")
    assert book.left_out == []
    assert [(record.account, record.data["up"]) for record in book.records() if record.kind == "feed"] == [
        ("alder", False)
    ]
    assert [(due.account, due.name, due.on) for due in book.due("30 days")] == [("birch", "usage", date(2026, 1, 11))]


def test_an_account_that_is_not_there() -> None:
    book = jk.replay_book(text([{"kind": "begin", "account": "acme", "at": "2026-01-05", "profile": "smb"}]))
    for kind in (jk.InputError, KeyError):
        with pytest.raises(kind) as caught:
            book.accounts["acm"]
        assert str(caught.value) == "account: 'acm' is not in this book; did you mean \"acme\"? there are acme"
        assert caught.value.code == "unknown_account"
    assert (book.accounts.get("acm"), "acm" in book.accounts) == (None, False)


def test_an_empty_book() -> None:
    for inputs in ([], ["", "\n"]):
        book = jk.replay_book(inputs)
        assert (book.accounts, book.left_out, book.records(), book.positions(), book.due("1 year")) == (
            {},
            [],
            [],
            [],
            [],
        )


BEGUN = ({"kind": "begin", "account": "elm", "at": "2026-01-05", "profile": "smb"},)
USED = {"kind": "signal", "account": "elm", "at": "2026-01-06", "signal": "logged_in"}
BEAT = {"kind": "feed", "account": "*", "at": "2026-01-06", "feed": "usage"}


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ((), "feed usage: never heard, .* no silence of logged_in for 21 days is seen \\(1 account\\); .*heartbeat"),
        ((USED,), "feed usage: no heartbeat, so it is down 3 days after its last signal, .* for 21 days is seen"),
        (({"kind": "begin", "account": "oak", "at": "2026-01-05", "profile": "enterprise"},), "\\(2 accounts\\)"),
        (
            ({"kind": "begin", "account": "oak", "at": "2026-01-05", "profile": "product_led"}, USED),
            "of logged_in for 21 days or logged_in for 10 days is seen \\(2 accounts\\)",
        ),
        ((BEAT,), None),
        ((USED, BEAT), None),
    ],
)
def test_a_book_whose_silences_nobody_can_see_says_so_once(more: tuple[dict[str, Any], ...], said: str | None) -> None:
    book = jk.replay_book([*BEGUN, *more])
    assert not book.left_out
    assert len(book.remarks) == (said is not None)
    if said is not None:
        [remark] = book.remarks
        assert re.search(said, remark)
        assert str(book).endswith(f"\nremark: {remark}")


FED = """
profile: fed
version: "1"
feeds: {tickets: {down_after: 3 days}, sales: {down_after: 30 days}}
facts: {account: {open: {type: integer, feed: tickets}}}
signals: {raised: {feed: tickets}, called: {feed: sales}, unasked: {}}
tracks:
  t:
    stages:
      calm: {moves: {loud: {to: loud, upon: unasked, when: {many: open > 3}}}}
      loud: {moves: {done: {to: calm, when: {quiet: {quiet: SIGNAL, for: 14 days}}}}}
"""


@pytest.mark.parametrize(
    ("signal", "lines", "said"),
    [
        ("unasked", (), ["feed tickets: never heard, so what is asked of it stays unknown (1 account)"]),
        ("raised", (), ["feed tickets: never heard, so what is asked of it stays unknown, and no silence of raised"]),
        # Observations of the feed's facts are a heartbeat; and one that stays up for longer than it must be quiet sees.
        ("raised", ({"kind": "observe", "facts": {"open": 2}},), []),
        (
            "called",
            ({"kind": "observe", "facts": {"open": 2}}, {"kind": "signal", "signal": "called"}),
            [],
        ),
    ],
)
def test_only_what_is_asked_of_a_feed_and_cannot_be_judged_is_told(
    signal: str, lines: tuple[dict[str, Any], ...], said: list[str]
) -> None:
    machine = jk.compile_profile(jk.read_text(FED.replace("SIGNAL", signal)))
    begin = {"kind": "begin", "account": "elm", "at": "2026-01-05", "profile": "fed"}
    more = [{"account": "elm", "at": f"2026-01-{6 + day:02}", **line} for day, line in enumerate(lines)]
    found = jk.replay_book([begin, *more], machines=machine).remarks
    assert len(found) == len(said)
    assert all(remark.startswith(start) for remark, start in zip(found, said, strict=True))
