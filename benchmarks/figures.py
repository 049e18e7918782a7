"""The other figures: what an account costs, how long a profile takes, how replay grows with the number of accounts."""

from __future__ import annotations

import gc
import subprocess
import sys
import tracemalloc
from collections.abc import Callable
from statistics import median
from time import process_time
from typing import NamedTuple

import journeykit as jk
from benchmarks.stream import START

__all__ = ["Cost", "compile_times", "contract", "fresh_account", "import_times", "kept", "replay_speed", "timed"]


class Cost(NamedTuple):
    """What one more costs: time, and memory that stays (``tracemalloc``, records not kept)."""

    micros: float
    size: float


def fresh_account(machine: jk.Machine, count: int = 2_000) -> Cost:
    """An account begun, with its first workstream, as a snapshot in memory."""
    begins = [_begin(machine, number) for number in range(count)]

    def run() -> list[jk.Snapshot]:
        return [jk.step(machine, None, entry).snapshot for entry in begins]

    return Cost(timed(run) / count * 1e6, kept(run) / count)


def contract(machine: jk.Machine, count: int = 2_000) -> Cost:
    """One contract more, with its dates: what opening it takes, and what it adds to a snapshot."""
    entries = [(_begin(machine, number), _open(number)) for number in range(count)]

    def begun() -> list[jk.Snapshot]:
        return [jk.step(machine, None, begin).snapshot for begin, _ in entries]

    def opened() -> list[jk.Snapshot]:
        return [jk.step(machine, snapshot, more).snapshot for snapshot, (_, more) in zip(begun(), entries, strict=True)]

    return Cost((timed(opened) - timed(begun)) / count * 1e6, (kept(opened) - kept(begun)) / count)


def compile_times(names: tuple[str, ...], times: int = 5) -> dict[str, tuple[float, float]]:
    """Milliseconds by profile: to read it with the lint of words, to compile it with that of charts."""
    found = {}
    for name in names:
        reading, compiling = [], []
        for _ in range(times):
            start = process_time()
            profile = jk.read(name)
            reading.append(process_time() - start)
            start = process_time()
            jk.compile_profile(profile)
            compiling.append(process_time() - start)
        found[name] = (median(reading) * 1e3, median(compiling) * 1e3)
    return found


def import_times(times: int = 7) -> tuple[float, float]:
    """Milliseconds in a fresh interpreter, best of several: ``import journeykit``, and the first ``load`` after it."""
    program = (
        "from time import perf_counter as now; a = now(); import journeykit; b = now(); "
        "journeykit.load('enterprise'); print(b - a, now() - b)"
    )
    runs = []
    for _ in range(times):
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)  # noqa: S603
        runs.append([float(part) * 1e3 for part in done.stdout.split()])
    return min(first for first, _ in runs), min(second for _, second in runs)


def replay_speed(machine: jk.Machine, drawn: list[list[jk.Input]], accounts: int, rounds: int = 3) -> float:
    """Inputs a second, openings included, over accounts that repeat the drawn histories under their own names."""
    book = [
        [entry._replace(account=f"copy-{number}", data=dict(entry.data)) for entry in drawn[number % len(drawn)]]
        for number in range(accounts)
    ]
    count = sum(map(len, book))
    speeds = []
    for _ in range(rounds):
        gc.collect()
        start = process_time()
        for entries in book:
            jk.replay(machine, entries)
        speeds.append(count / (process_time() - start))
    return median(speeds)


def _begin(machine: jk.Machine, number: int) -> jk.Input:
    account = f"account-{number:05}"
    data = {"profile": machine.profile.name, "timezone": "UTC"}
    return jk.Input("begin", account, START, f"{account}/begin", "account", data)


def _open(number: int) -> jk.Input:
    account = f"account-{number:05}"
    facts = {"contract_start": "2026-01-05", "contract_end": "2027-01-04"}
    return jk.Input("open", account, START, f"{account}/contract", "contract:C-1", {"facts": facts})


def timed(run: Callable[[], object]) -> float:
    """Seconds of our own processor time, median of five."""
    times = []
    for _ in range(5):
        gc.collect()
        start = process_time()
        run()
        times.append(process_time() - start)
    return median(times)


def kept(run: Callable[[], list[jk.Snapshot]]) -> int:
    """Bytes that stay allocated while what ``run`` returns is kept; inputs and names were made before."""
    gc.collect()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    found = run()
    gc.collect()
    after = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert found
    return after - before
