"""What time costs: live timers beside an input, catching up, an idle account, a book of accounts over a quiet year."""

from __future__ import annotations

import gc
from collections import Counter
from datetime import date, timedelta
from statistics import median
from time import process_time
from typing import NamedTuple

import journeykit as jk
from benchmarks.figures import Cost, kept, timed
from benchmarks.stream import START

__all__ = ["Quiet", "beside_timers", "catch_up", "four_contracts", "quiet_year"]

Entry = jk.Input


def beside_timers(machine: jk.Machine, timers: int = 20, inputs: int = 2_000) -> tuple[float, float, int]:
    """Microseconds of an input that touches no timer, without and with live timers, and how many these are.

    The account that has none stands beside no contract; the other has as many contracts as bring that many dates.
    """
    plain = jk.step(machine, None, _begin(machine, 0)).snapshot
    busy = plain
    while sum(1 for due in _due(machine, busy) if due.track == "renewal") < timers:
        busy = jk.step(machine, busy, _open(0, len(busy.subjects), date(2027, 1, 4))).snapshot
    facts = [{"use_cases": number % 7} for number in range(inputs)]
    entries = [Entry("observe", "account-00000", START, None, "workstream:main", {"facts": one}) for one in facts]
    ratios: list[tuple[float, float]] = []
    for _ in range(7):
        ratios.append((_per_input(machine, plain, entries), _per_input(machine, busy, entries)))
    alone, beside = (median(one) for one in zip(*ratios, strict=True))
    return alone, beside, sum(1 for due in _due(machine, busy) if due.track == "renewal")


def _per_input(machine: jk.Machine, snapshot: jk.Snapshot, entries: list[Entry]) -> float:
    gc.collect()
    start = process_time()
    for entry in entries:
        snapshot = jk.step(machine, snapshot, entry).snapshot
    return (process_time() - start) / len(entries) * 1e6


def _due(machine: jk.Machine, snapshot: jk.Snapshot) -> tuple[jk.Due, ...]:
    return jk.Journey.load(machine, snapshot).next_due()


def catch_up(machine: jk.Machine, accounts: int = 1_000, timers: int = 10_000) -> tuple[float, int]:
    """Seconds to catch up with that many dates that fell due, in one jump an account, and how many there were."""
    snapshots = []
    each = -(-timers // accounts)
    for number in range(accounts):
        snapshot = jk.step(machine, None, _begin(machine, number)).snapshot
        place = 0
        while sum(1 for due in _due(machine, snapshot) if due.track == "renewal") < each and place < each:
            place += 1
            snapshot = jk.step(machine, snapshot, _open(number, place, date(2027, 1, 4))).snapshot
        snapshots.append(snapshot)
    ticks = [Entry("tick", snapshot.account, date(2027, 3, 1)) for snapshot in snapshots]

    def run() -> int:
        return sum(
            record.kind == "milestone"
            for snapshot, tick in zip(snapshots, ticks, strict=True)
            for record in jk.step(machine, snapshot, tick).records
        )

    return timed(run), run()


def four_contracts(machine: jk.Machine, count: int = 1_000) -> Cost:
    """An account at rest with its first workstream and four contracts with their dates, as a snapshot in memory."""
    entries = [
        [_begin(machine, number), *(_open(number, place, date(2027, 1, 4)) for place in range(1, 5))]
        for number in range(count)
    ]

    def run() -> list[jk.Snapshot]:
        found = []
        for begin, *opened in entries:
            snapshot = jk.step(machine, None, begin).snapshot
            for entry in opened:
                snapshot = jk.step(machine, snapshot, entry).snapshot
            found.append(snapshot)
        return found

    return Cost(timed(run) / count * 1e6, kept(run) / count)


class Quiet(NamedTuple):
    """A book of accounts over a year without inputs: seconds, what fired by name, records made, accounts."""

    seconds: float
    fired: Counter[str]
    records: int
    accounts: int


def quiet_year(machine: jk.Machine, accounts: int = 100_000) -> Quiet:
    """A year passes for accounts with one contract each, whose whole countdown lies in it; nobody says anything.

    The accounts are begun and their contracts opened before the clock starts, some thousands at a time.
    """
    fired: Counter[str] = Counter()
    records, spent = 0, 0.0
    for first in range(0, accounts, _CHUNK):
        numbers = range(first, min(first + _CHUNK, accounts))
        snapshots = [_with_contract(machine, number) for number in numbers]
        gc.collect()
        for snapshot in snapshots:
            tick = Entry("tick", snapshot.account, date(2027, 1, 5))
            start = process_time()
            made = jk.step(machine, snapshot, tick).records
            spent += process_time() - start
            records += len(made)
            fired.update(record.name for record in made if record.kind == "milestone")
    return Quiet(spent, fired, records, accounts)


_CHUNK = 2_000


def _with_contract(machine: jk.Machine, number: int) -> jk.Snapshot:
    begun = jk.step(machine, None, _begin(machine, number)).snapshot
    return jk.step(machine, begun, _open(number, 1, date(2026, 7, 6) + timedelta(days=number % 180))).snapshot


def _begin(machine: jk.Machine, number: int) -> Entry:
    account = f"account-{number:05}"
    data = {"profile": machine.profile.name, "timezone": "UTC"}
    return Entry("begin", account, START, None, "account", data)


def _open(number: int, place: int, ends: date) -> Entry:
    facts = {"contract_start": "2026-01-05", "contract_end": ends}
    return Entry("open", f"account-{number:05}", START, None, f"contract:C-{place}", {"facts": facts})
