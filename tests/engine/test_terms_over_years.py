"""Three books of contracts over ten years: every period as computed apart, whoever signs when and whatever is repeated.

Each contract renews by itself or is signed, early or in its window; its system sends the whole record again and again,
what it held before the renewal as well. Whatever happens, the k-th period is the one that the start gives.
"""

from __future__ import annotations

import os
from datetime import date, timedelta
from functools import cache
from random import Random

import pytest
from dateutil.relativedelta import relativedelta

import journeykit as jk

PROFILE = """
profile: book
version: "1"
roles: {customer: {side: customer}, sales: {side: us}}
subjects: {contract: {term: [starts_on, ends_on]}}
facts: {contract: {length: {type: duration}, renews: {type: boolean}}, term: {proposed: {type: boolean}}}
confirmations: {signed: {by: [customer, sales], per: term}}
tracks:
  renewal:
    per: contract
    countdown:
      to: ends_on
      milestones: {prepare: {before: 10 days}}
      renews: {automatically: {fact: renews, else: true}, term: {fact: length, else: 1 year}}
      grace: 20 days
    stages: {waiting: {}, over: {end: lost}}
    moves:
      renewed: {kind: renew, from: open, to: waiting, when: {signed: confirmed(signed)}, begins_term: true}
      ran_out: {kind: churn, from: open, to: over, when: {over: reached(grace_over)}}
"""
FIRST, YEARS = date(2023, 1, 1), 10
SIZE = int(os.environ.get("JOURNEYKIT_CONTRACTS", "60"))
"""How many contracts a book has here; ``make laws`` plays a thousand each."""


@cache
def machine() -> jk.Machine:
    return jk.compile_profile(jk.read_text(PROFILE))


def period(start: date, months: int, k: int) -> tuple[date, date]:
    """The k-th period, from 0, as another library computes it."""
    day = timedelta(days=1)
    return (
        start + relativedelta(months=k * months),
        start + relativedelta(months=(k + 1) * months) - day,
    )


def start_of(rng: Random) -> date:
    """Month ends and leap days more often than other days."""
    year, month = rng.choice((2023, 2024)), rng.randint(1, 12)
    last = (date(year, month, 1) + relativedelta(months=1)) - timedelta(days=1)
    return rng.choice((last, last, date(2024, 2, 29), last - timedelta(days=rng.randint(0, 27)), date(year, month, 1)))


def line(kind: str, at: date, **said: object) -> jk.Input:
    return jk.parse_input({"kind": kind, "account": "a", "at": at.isoformat(), "subject": "contract:C", **said})


def told(months: int, seed: int) -> tuple[date, list[jk.Input]]:
    """A contract's start, and all that is said of it in ten years."""
    rng = Random(f"{months} {seed}")
    start = start_of(rng)
    by_itself = rng.random() < 0.5
    length = {1: "1 month", 3: "3 months", 12: "1 year"}[months]
    first, last = period(start, months, 0)
    dates = {"starts_on": first.isoformat(), "ends_on": last.isoformat()}
    inputs = [jk.parse_input({"kind": "begin", "account": "a", "at": start.isoformat(), "profile": "book"})]
    inputs.append(line("open", start, facts={**dates, "length": length, "renews": by_itself}))
    for k in range(YEARS * 12 // months):
        first, last = period(start, months, k)
        now = {"starts_on": first.isoformat(), "ends_on": last.isoformat()}
        inputs += nights(rng, first, last, now, dates)
        if not by_itself:
            inputs += renewal(rng, last, period(start, months, k + 1))
        dates = now
    return start, inputs


def nights(rng: Random, first: date, last: date, now: dict[str, str], before: dict[str, str]) -> list[jk.Input]:
    """The whole record again: what it holds by now, or what it held before, with the words of then."""
    found = []
    days = sorted(first + timedelta(days=rng.randint(1, (last - first).days - 11)) for _ in range(rng.randint(0, 3)))
    for day in days if (last - first).days > 13 else ():
        held = rng.choice((now, before))
        found.append(line("observe", day, facts={**held, "proposed": True} if rng.random() < 0.5 else held))
        if rng.random() < 0.3:
            found.append(line("confirm", day, confirmation="signed", by="sales", term=before["ends_on"]))
    return [one for one in found if one.kind == "observe" or now != before]


def renewal(rng: Random, last: date, following: tuple[date, date]) -> list[jk.Input]:
    """Signed in the window, late in grace, or written over the record."""
    if rng.random() < 0.3:
        facts = {"starts_on": following[0].isoformat(), "ends_on": following[1].isoformat()}
        return [line("observe", last - timedelta(days=rng.randint(0, 8)), facts=facts)]
    day = last + timedelta(days=rng.choice((-9, -3, 0, 1)))
    more = {} if rng.random() < 0.5 else {"term": last.isoformat()}
    return [line("confirm", day, confirmation="signed", by="customer", **more)]


@pytest.mark.parametrize("months", [1, 3, 12], ids=["monthly", "quarterly", "yearly"])
def test_no_period_differs(months: int) -> None:
    wrong, periods = [], 0
    for seed in range(SIZE):
        start, inputs = told(months, seed)
        history = jk.replay(machine(), inputs, until=start + relativedelta(years=YEARS, days=5))
        assert history.refused == ()
        found = [(one.data["start"], one.data["end"]) for one in history.records if one.kind == "term"]
        wanted = [period(start, months, k) for k in range(1, len(found) + 1)]
        # A month without the day: the next period begins after the last one all the same.
        ends = [end for _, end in wanted]
        firsts = [period(start, months, 0)[1], *ends][: len(found)]
        expected = [(before + timedelta(days=1), end) for before, end in zip(firsts, ends, strict=True)]
        periods += len(found)
        if found != expected or len(found) < YEARS * 12 // months - 1:
            first = next((pair for pair in zip(found, expected, strict=False) if pair[0] != pair[1]), len(found))
            wrong.append((seed, start, first))
    assert periods > SIZE * 8
    assert not wrong, f"{len(wrong)} of {SIZE}: {wrong[:3]}"


def fresh(history: jk.History) -> list[tuple[object, ...]]:
    """What happened to the contract after its opening, but for the record that counts what was over."""
    return [
        (one.at, one.kind, one.name, one.source, one.target, {**one.data, "why": None})
        for one in history.records
        if one.subject == "contract:C" and "caught_up" not in one.data
    ]


@pytest.mark.parametrize("months", [1, 3, 12], ids=["monthly", "quarterly", "yearly"])
@pytest.mark.parametrize("over", [1, 2, 7])
def test_met_in_mid_life_is_opened_in_the_running_term(months: int, over: int) -> None:
    for seed in range(SIZE):
        start = start_of(Random(f"{months} {over} {seed}"))
        length = {1: "1 month", 3: "3 months", 12: "1 year"}[months]
        _, last = period(start, months, over)
        before, _ = period(start, months, over - 1)[1], None
        today = before + timedelta(days=1 + seed % 20)
        dates = [period(start, months, 0), (before + timedelta(days=1), last)]
        found = []
        for (first, end), renewals in zip(dates, (0, over), strict=True):
            facts = {"starts_on": first.isoformat(), "ends_on": end.isoformat(), "length": length}
            begun = jk.parse_input({"kind": "begin", "account": "a", "at": today.isoformat(), "profile": "book"})
            opened = line("open", today, facts=facts, renewals=renewals)
            found.append(jk.replay(machine(), [begun, opened], until=last))
        assert fresh(found[0]) == fresh(found[1]), start
        assert found[0].snapshot is not None
        assert found[1].snapshot is not None
        assert found[0].snapshot.positions == found[1].snapshot.positions
        assert [one.data["caught_up"] for one in found[0].records if "caught_up" in one.data] == [over]
