"""The example export: what make.py writes, replayed, without anything left out, and what it promises to show."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from journeykit.engine.records import Record
from journeykit.portfolio.book import Book, replay_book

FILE = "examples/export/export.jsonl"


@pytest.fixture(scope="module")
def lines(root: Path) -> list[str]:
    return (root / FILE).read_text(encoding="utf-8").splitlines()


@pytest.fixture(scope="module")
def book(lines: list[str]) -> Book:
    return replay_book(lines, until=date(2026, 1, 1))


def moved(book: Book, account: str) -> Iterator[Record]:
    return (record for record in book.accounts[account].records if record.kind == "moved")


def path(book: Book, account: str, region: str, subject: str = "account") -> str:
    where = (account, region, subject)
    rows = [row for row in book.positions() if (row["account"], row["region"], row["subject"]) == where]
    assert len(rows) == 1, rows
    return str(rows[0]["path"])


def test_the_file_is_what_the_program_writes(root: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "examples.export.make", "--check"], cwd=root, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout.strip()) == (0, "up to date")


def test_it_is_a_book_of_two_years_in_four_segments(lines: list[str], book: Book) -> None:
    days = [json.loads(line)["at"][:10] for line in lines]
    assert days == sorted(days)
    assert (days[0][:4], days[-1][:7]) == ("2024", "2025-12")
    segments = Counter(history.machine.profile.name for history in book.accounts.values())
    assert set(segments) == {"enterprise", "mid_market", "smb", "product_led"}
    assert sum(segments.values()) >= 40
    assert min(segments.values()) >= 8


def test_nothing_is_left_out(book: Book) -> None:
    assert [f"line {one.line}: {one.error}" for one in book.left_out] == []


SHOWN = {
    "a cycle": ("pellanova", "value.product_release"),
    "use that falls": ("pellanova", "value.usage_fell"),
    "back to the basics": ("jorvantis", "value.leadership_changed"),
    "a champion who left": ("hestercombe", "value.steady.champion_left"),
    "a skip": ("emberfold", "advocacy.spoke_up"),
    "an overdue renewal": ("lunderfell", "renewal.overdue"),
    "a demo of a competitor": ("marrowby", "renewal.competitor_demo"),
    "notice taken back": ("silverhythe", "renewal.stays"),
    "an extension": ("tamberlane", "renewal.called_off"),
    "a churn": ("umberleigh-tools", "retention.lapsed"),
    "a win-back": ("umberleigh-tools", "retention.won_back"),
    "a won expansion": ("nimblefern", "expansion.pursuing.exit"),
    "grace that ran out": ("hollinsend", "renewal.ran_out"),
    "a budget cut": ("rivermeadow-labs", "expansion.pursuing.budget_cut"),
    "silence": ("wetherlaw", "retention.fell_silent"),
}


@pytest.mark.parametrize("what", SHOWN)
def test_it_shows(what: str, book: Book) -> None:
    account, move = SHOWN[what]
    assert move in [record.name for record in moved(book, account)]


def test_overlap(book: Book) -> None:
    assert path(book, "dunmarrow", "value", "workstream:main") == "steady"
    assert path(book, "dunmarrow", "value", "workstream:operations").startswith("onboarding")
    assert path(book, "dunmarrow", "renewal", "contract:C-1") == "signing"


def test_a_merger_during_the_renewal(book: Book) -> None:
    records = book.accounts["kestrelmoor"].records
    opened = next(one.at for one in records if one.kind == "opened" and one.subject == "workstream:acquired")
    before = [one.target for one in moved(book, "kestrelmoor") if one.track == "renewal" and one.at < opened]
    after = [one.target for one in moved(book, "kestrelmoor") if one.track == "renewal" and one.at > opened]
    assert (before[-1], after[:2]) == ("negotiating", ["signing", "waiting"])


def test_a_late_signature_continues_the_term(book: Book) -> None:
    terms = [one.data for one in book.accounts["lunderfell"].records if one.kind == "term"]
    overdue = next(one for one in moved(book, "lunderfell") if one.name == "renewal.overdue")
    assert terms[0]["start"] <= overdue.at.date()


def test_silence_and_a_feed_that_broke(book: Book) -> None:
    silent, heard = book.accounts["wetherlaw"].records, book.accounts["pebbleworth"].records
    since = {
        name: max(one.at for one in book.accounts[name].inputs if one.data.get("signal") == "logged_in")
        for name in ("wetherlaw", "pebbleworth")
    }
    fell = [one.at for one in silent if one.name == "retention.fell_silent"]
    assert fell == [since["wetherlaw"] + timedelta(days=21)]
    assert path(book, "pebbleworth", "retention") == "healthy"
    down = [one.at for one in heard if one.kind == "feed" and not one.data["up"]]
    assert [one.date() for one in down] == [date(2025, 12, 25)]
    assert down[0] < since["pebbleworth"] + timedelta(days=21) < datetime(2025, 12, 31, tzinfo=UTC)


def test_two_contracts_brought_to_one_end(book: Book) -> None:
    records = [one for one in book.accounts["stonefleet"].records if one.subject.startswith("contract:")]
    (closed,) = [one for one in records if one.kind == "closed"]
    assert (closed.subject, closed.data["reason"], closed.data["into"]) == ("contract:C-2", "co-termed", "contract:C-1")
    after = [one for one in records if one.at > closed.at]
    assert {one.subject for one in after} == {"contract:C-1"}
    assert "renewal.renewed" in [one.name for one in after]


def test_regular_talks(book: Book) -> None:
    def done(account: str, name: str) -> list[bool]:
        records = book.accounts[account].records
        return [one.data["done"] for one in records if one.kind == "cadence" and one.name == name]

    assert all(done("brindlewick", "business_review"))
    assert not any(done("farrowgate", "business_review"))
    assert done("nettlestow", "check_in")[-4:] == [True, False, True, True], "one check-in came too late"


def test_automatic_renewals(book: Book) -> None:
    renewed = [one for one in moved(book, "mossbank-io") if one.name == "renewal.renewed"]
    assert len(renewed) == 8
    assert all(one.data.get("automatic") for one in renewed)


def test_a_word_withdrawn_and_a_waiver(book: Book) -> None:
    kinds = [one.kind for one in book.accounts["gillamoor"].records]
    assert kinds.index("ready") < kinds.index("not_ready")
    assert "waived" in [one.kind for one in book.accounts["applethwaite"].records]


def test_on_the_last_day_somebody_is_at_risk_stuck_and_in_grace(book: Book) -> None:
    assert path(book, "thornmere", "renewal", "contract:C-2") == "in_grace"
    assert path(book, "sablewick", "retention") == "at_risk"
    assert path(book, "farrowgate", "value", "workstream:main") == "onboarding.going_live"
    assert "stuck" in [one.kind for one in book.accounts["farrowgate"].records]
