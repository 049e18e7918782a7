"""How things show themselves: ``repr`` in one short line whatever the data, ``str`` as text for people."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

import journeykit as jk
from journeykit.plain import in_short, printable

HOSTILE = "\x1b[2Jred\u202e\r\n" + "x" * 100_000
"""An id from outside: it clears the screen, turns the direction of reading, breaks the line, and never ends."""
LONGEST = 300
load = cache(jk.load)

LINES: tuple[dict[str, Any], ...] = (
    {"kind": "begin", "at": "2026-01-05", "profile": "enterprise", "timezone": "America/Sao_Paulo"},
    {
        "kind": "open",
        "at": "2026-01-05",
        "subject": "contract:C-1",
        "facts": {"contract_start": "2026-01-05", "contract_end": "2027-01-04"},
    },
    {"kind": "open", "at": "2026-01-05", "subject": "opportunity:O-1"},
    {"kind": "close", "at": "2026-01-07", "subject": "opportunity:O-1"},
    {
        "kind": "observe",
        "at": "2026-02-02",
        "id": "I-7",
        "subject": "workstream:main",
        "facts": {"plan_agreed": True, "success_criteria_agreed": True},
    },
    {"kind": "observe", "at": "2026-02-03", "facts": {"mood": 3}},
    {"kind": "signal", "at": "2026-02-04", "signal": "budget_cut"},
)


def inputs(account: str = "acme") -> list[jk.Input]:
    return [jk.parse_input({"account": account, **line}) for line in LINES]


@cache
def acme() -> jk.Journey:
    one = jk.Journey(load("enterprise"), account="acme", at="2026-01-05", timezone="America/Sao_Paulo")
    for entry in inputs()[1:]:
        if "mood" not in entry.data.get("facts", {}):
            one.send(entry)
    return one


@cache
def history() -> jk.History:
    return jk.replay(load("enterprise"), inputs())


@cache
def book(*accounts: str) -> jk.Book:
    return jk.replay_book([json.dumps({"account": name, **line}) for name in accounts for line in LINES])


def moved() -> jk.Record:
    return next(record for record in acme().records if record.kind == "moved")


SHORT: dict[str, tuple[Callable[[], Any], str]] = {
    "book": (lambda: book("acme", "bolt"), "<Book 2 accounts, 2 inputs left out>"),
    "book of one": (lambda: jk.replay_book([json.dumps({"account": "a", **LINES[0]})]), "<Book 1 account>"),
    "empty book": (jk.Book, "<Book 0 accounts>"),
    "history": (history, "<History acme by enterprise: 6 inputs, 8 records, 1 refused, now 2026-02-04T03:00Z>"),
    "history not begun": (
        lambda: jk.replay(load("smb"), inputs()[1:2]),
        "<History acme by smb: 0 inputs, 0 records, 1 refused, not begun>",
    ),
    "history of nobody": (
        lambda: jk.replay(load("smb"), []),
        "<History of no account by smb: 0 inputs, 0 records, 0 refused, not begun>",
    ),
    "profile": (lambda: load("smb").profile, "<Profile smb 1.0: 5 tracks, 48 moves>"),
    "machine": (lambda: load("smb"), f"<Machine smb 1.0 {load('smb').fingerprint[:12]}>"),
    "journey": (
        acme,
        "<Journey acme by enterprise at 2026-02-04T03:00Z: "
        "value onboarding.delivery; retention at_risk; renewal waiting; advocacy not_yet>",
    ),
    "snapshot": (
        lambda: acme().snapshot,
        "<Snapshot acme at 2026-02-04T03:00Z: "
        "value onboarding.delivery; retention at_risk; renewal waiting; advocacy not_yet>",
    ),
    "explanation": (
        lambda: acme().explain("value"),
        "<Explanation acme value workstream:main onboarding.delivery>",
    ),
    "timeline": (
        lambda: acme().timeline(),
        "<Timeline acme at 2026-02-04T03:00Z: 8 past, 1 overdue, 13 to come>",
    ),
    "record": (moved, "<Record moved value.onboarding.kickoff.next workstream:main 2026-02-02 acme>"),
}


@pytest.mark.parametrize("name", SHORT)
def test_the_short_form(name: str) -> None:
    make, shown = SHORT[name]
    assert repr(make()) == shown


def hostile_journey() -> jk.Journey:
    one = acme().copy()
    one.account = HOSTILE
    return one


def hostile_record() -> jk.Record:
    names = ("account", "subject", "track", "name", "source", "target", "cause")
    return moved()._replace(**dict.fromkeys(names, HOSTILE))


def hostile_snapshot() -> jk.Snapshot:
    found = acme().snapshot.copy()
    found.frame = found.frame._replace(account=HOSTILE, profile=HOSTILE)
    return found


def hostile_profile() -> jk.Profile:
    return replace(load("smb").profile, name=HOSTILE, version=HOSTILE, title=HOSTILE, about=HOSTILE)


OUTSIDE: dict[str, Callable[[], Any]] = {
    "book": lambda: jk.Book({HOSTILE: history()._replace(account=HOSTILE, snapshot=hostile_snapshot())}),
    "book of a thousand": lambda: jk.Book({f"{n}{HOSTILE}": history() for n in range(1000)}),
    "book that left all out": lambda: jk.replay_book([json.dumps({"account": HOSTILE, **line}) for line in LINES]),
    "book of broken lines": lambda: jk.replay_book([HOSTILE, HOSTILE]),
    "history": lambda: history()._replace(account=HOSTILE, snapshot=hostile_snapshot(), records=(hostile_record(),)),
    "history not begun": lambda: jk.replay(load("smb"), inputs(HOSTILE)),
    "profile": hostile_profile,
    "machine": lambda: replace(load("smb"), profile=hostile_profile()),
    "journey": hostile_journey,
    "snapshot": hostile_snapshot,
    "explanation": lambda: replace(acme().explain("value"), account=HOSTILE, subject=HOSTILE),
    "timeline": lambda: replace(acme().timeline(), account=HOSTILE),
    "record": hostile_record,
}


@pytest.mark.parametrize("name", OUTSIDE)
def test_what_comes_from_outside_stays_short_and_harmless(name: str) -> None:
    shown = OUTSIDE[name]()
    assert len(repr(shown)) < LONGEST
    assert repr(shown).isprintable()
    assert all(line.isprintable() for line in str(shown).split("\n"))
    assert str(shown) != repr(shown)


def thousand() -> jk.Journey:
    one = acme().copy()
    for number in range(1000):
        one.open(f"workstream:{'w' * 150}-{number}")
    return one


def test_a_thousand_subjects_stay_short() -> None:
    one = thousand()
    assert len(repr(one)) < LONGEST
    assert len(repr(one.snapshot)) < LONGEST
    assert "onboarding.kickoff (1000)" in repr(one)
    assert "and 993 more" in str(one.snapshot)


class Counted(dict[str, jk.History]):
    """The accounts of a book, with how often one of them was looked at."""

    looks = 0

    def values(self) -> Any:
        for one in super().values():
            self.looks += 1
            yield one


def test_a_large_book_is_told_at_once() -> None:
    """Its line looks at no account but to see that one of them was taken in; so 5,000 cost no more than one."""
    accounts = Counted({f"account {n}": history() for n in range(5000)})
    large = jk.Book(accounts, book("acme").left_out * 5000)
    assert repr(large) == "<Book 5,000 accounts, 5,000 inputs left out>"
    assert accounts.looks <= 1
    none_begun = jk.Book(dict.fromkeys(accounts, history()._replace(inputs=(), snapshot=None)), large.left_out)
    assert repr(none_begun).startswith("<Book 5,000 accounts; all 5,000 inputs left out, the first because ")


@pytest.mark.parametrize(
    ("lines", "shown"),
    [
        (["{"] * 945, "<Book 0 accounts; all 945 inputs left out, the first because not a JSON object: "),
        (["{"], "<Book 0 accounts; its one input left out, because not a JSON object: "),
        (
            [json.dumps({"account": "a\x07", **line}) for line in LINES],
            "<Book 1 account; all 7 inputs left out, the first because account: 'a\\x07' has characters",
        ),
    ],
)
def test_a_book_that_left_everything_out_says_why(lines: list[str], shown: str) -> None:
    assert repr(jk.replay_book(lines)).startswith(shown)


LONG: dict[str, tuple[Callable[[], Any], list[str]]] = {
    "book": (
        lambda: book("acme", "bolt"),
        [
            "2 accounts, 2 inputs left out",
            "  acme  enterprise  value onboarding.delivery; retention at_risk; renewal waiting; advocacy not_yet"
            "  next 2026-04-05 stuck (account)",
            "  line 6   acme  unknown_name  facts: 'mood' is not in this profile; known: ",
        ],
    ),
    "history": (
        history,
        [
            "acme (enterprise), as of 2026-02-04 (America/Sao_Paulo)",
            "  value      workstream:main  onboarding.delivery",
            "6 inputs, 8 records, 1 refused",
            "  2026-02-02  workstream:main  moved   value.onboarding.kickoff.next  "
            "onboarding.kickoff -> onboarding.delivery  (observe I-7)",
            "refused",
            "  input 5  unknown_name  facts: 'mood' is not in this profile",
        ],
    ),
    "history not begun": (
        lambda: jk.replay(load("smb"), inputs()[1:2]),
        ["acme (smb), not begun", "refused", "  input 0  unknown_account  account 'acme' has not begun"],
    ),
    "profile": (
        lambda: load("smb").profile,
        [
            "smb 1.0, extends base: Small and medium business",
            "  value, for every workstream",
            "    onboarding (delivery > going_live) > adoption (ramping > relearning > broad) > steady > ended [ended]",
            "  retention, for the account, never ends",
            "contracts: counted to contract_end, prepare 60 days before (in terms of at least 60 days), "
            "prepare_short 10 days before (if it applies), propose 30 days before (in terms of at least 60 days), "
            "done on the last day, notice 30 days before (or as notice_period says)",
            "cadences: check_in every month (retention)",
            "roles: ours csm, sales, implementation, marketing, our_sponsor, product; the customer's customer",
        ],
    ),
    "machine": (
        lambda: load("smb"),
        [
            "smb 1.0, extends base: Small and medium business",
            f"fingerprint: {load('smb').fingerprint}, 0 findings of the lint",
        ],
    ),
    "journey": (
        acme,
        [
            "acme (enterprise), as of 2026-02-04 (America/Sao_Paulo)",
            "  retention  account          at_risk  since 2026-02-04",
            "falls due next",
            "  2026-04-05  account          business_review  ",
            "  2026-07-08  contract:C-1     prepare          be at preparing or leaving (now waiting) [csm]",
            "  ... and 8 more",
        ],
    ),
    "snapshot": (
        lambda: acme().snapshot,
        [
            "  value      workstream:main  onboarding.delivery",
            "open: account, workstream:main, contract:C-1",
            "closed: opportunity:O-1",
            "known: 4 facts, 1 signal, 0 confirmations",
            "next due: nothing before 2026-04-05",
        ],
    ),
    "explanation": (lambda: acme().explain("value"), ["acme, value of workstream:main, as of 2026-02-04"]),
    "timeline": (lambda: acme().timeline(), ["acme, until 2026-02-04 (America/Sao_Paulo)", "to come"]),
    "record": (
        moved,
        [
            "2026-02-02  acme  workstream:main  moved value.onboarding.kickoff.next  "
            "onboarding.kickoff -> onboarding.delivery  (observe I-7)"
        ],
    ),
}


@pytest.mark.parametrize("name", LONG)
def test_the_long_form_is_text_for_people(name: str) -> None:
    make, shown = LONG[name]
    lines = [" ".join(line.split()) for line in str(make()).split("\n")]
    for start in (" ".join(start.split()) for start in shown):  # in this order, however wide the columns are
        assert any(line.startswith(start) for line in lines), start
        del lines[: next(n for n, line in enumerate(lines) if line.startswith(start)) + 1]
    assert not any(sign in str(make()) for sign in ("datetime.", "mappingproxy", "=(", "{'"))
    assert len(str(make())) < 10_000


def test_a_record_that_left_no_place_and_has_no_cause() -> None:
    bare = moved()._replace(source=None, cause="")
    assert str(bare).endswith("  nowhere -> onboarding.delivery")
    assert str(moved()._replace(source=None, target=None)).endswith("value.onboarding.kickoff.next  (observe I-7)")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a" * 60, "a" * 60),
        ("a" * 61, "a" * 59 + "…"),
        ("two\nlines", "two\N{REPLACEMENT CHARACTER}lines"),
        (12, "12"),
    ],
)
def test_texts_are_cut(text: object, shown: str) -> None:
    assert in_short(text) == shown
    assert printable(in_short(text), keep="") == shown
