"""Measures everything in the table of README.md, in one process and one run: ``python benchmarks/run.py``."""

from __future__ import annotations

import argparse
import platform
import sys
from importlib.metadata import version
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import journeykit as jk
from benchmarks.clockwork import beside_timers, catch_up, four_contracts, quiet_year
from benchmarks.figures import compile_times, contract, fresh_account, import_times, replay_speed
from benchmarks.race import Histories, assert_equal_places, draw, peers_of, race
from benchmarks.stream import Walker

TIMELESS = Path(__file__).parent / "timeless.yaml"
SEGMENTS = ("base", "enterprise", "mid_market", "smb", "product_led")
PEERS = {"usual": "as people write it", "by name": "the same by name", "kindest": "in its kindest use"}


def main() -> None:
    """Measure and print."""
    options = _options()
    machine = jk.load("enterprise")
    walker = Walker(jk.load(TIMELESS), options.seed)
    versions = f"Python {platform.python_version()}, transitions {version('transitions')}"
    print(f"{versions}, {platform.machine()}, seed {options.seed}")
    histories = draw(walker, options.accounts, options.inputs)
    _print_race(walker, histories, options.rounds)
    _print_costs(machine)
    _print_growth(walker.machine, histories, options.grow)
    _print_time(machine, options.quiet, options.book)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accounts", type=int, default=200, help="accounts in the race (200)")
    parser.add_argument("--inputs", type=int, default=60, help="inputs an account (60)")
    parser.add_argument("--rounds", type=int, default=7, help="rounds of the race (7)")
    parser.add_argument(
        "--grow", type=int, nargs="*", default=[1_000, 10_000], help="accounts of the plain replay (1000 10000)"
    )
    parser.add_argument("--quiet", type=int, default=100_000, help="accounts of the quiet year (100000)")
    parser.add_argument("--book", type=int, default=1_000, help="accounts that catch up (1000)")
    parser.add_argument("--seed", type=int, default=7)
    return parser.parse_args()


def _print_race(walker: Walker, histories: Histories, rounds: int) -> None:
    peers = peers_of(walker.profile)
    assert_equal_places(walker, histories, peers)
    print(
        f"\n{len(histories.steps)} accounts, {histories.count} inputs, {histories.moved:.1%} of them move somebody;",
        end=" ",
    )
    print("all contenders end in the same places\n")
    result = race(walker, histories, peers, rounds)
    print(f"{'':34}{'µs/input':>10}{'inputs/s':>12}{'ratio live':>12}{'ratio replay':>14}")
    for name, title in {"live": "journeykit, live", "replay": "journeykit, in replay"}.items():
        print(f"{title:34}{result.micros[name]:10.2f}{1e6 / result.micros[name]:12,.0f}")
    for name, title in PEERS.items():
        ratios = result.ratios["live", name], result.ratios["replay", name]
        micros = result.micros[name]
        print(f"{'transitions, ' + title:34}{micros:10.2f}{1e6 / micros:12,.0f}{ratios[0]:11.1f}x{ratios[1]:13.1f}x")


def _print_costs(machine: jk.Machine) -> None:
    print()
    for title, cost in {"a fresh account": fresh_account(machine), "one contract more": contract(machine)}.items():
        print(f"{title:34}{cost.micros:10.1f} µs{cost.size:10,.0f} bytes")
    print()
    for name, (reading, compiling) in compile_times(SEGMENTS).items():
        print(f"{'load ' + name:34}{reading + compiling:10.1f} ms (read {reading:.1f}, compile {compiling:.1f})")
    imported, loaded = import_times()
    print(f"{'import journeykit':34}{imported:10.1f} ms")
    print(f"{'first load after it':34}{loaded:10.1f} ms")


def _print_growth(machine: jk.Machine, histories: Histories, sizes: list[int]) -> None:
    print()
    for accounts in sizes:
        speed = replay_speed(machine, histories.inputs, accounts)
        print(f"{f'replay of {accounts:,} accounts':34}{speed:10,.0f} inputs/s")


def _print_time(machine: jk.Machine, accounts: int, book: int) -> None:
    print()
    alone, beside, count = beside_timers(machine, inputs=2 * book)
    title = f"an input beside {count} live timers"
    print(f"{title:34}{beside:10.2f} µs{beside / alone:9.2f}x of {alone:.2f} µs without")
    seconds, fired = catch_up(machine, book, 10 * book)
    print(f"{f'catching up with {fired:,} dates':34}{seconds:10.2f} s")
    idle = four_contracts(machine, book)
    print(f"{'an account with four contracts':34}{idle.size:10,.0f} bytes")
    year = quiet_year(machine, accounts)
    dates = sum(year.fired.values())
    print(f"{f'{year.accounts:,} accounts, a quiet year':34}{year.seconds:10.1f} s", end="  ")
    by_name = ", ".join(f"{name} {count:,}" for name, count in year.fired.items())
    print(f"({dates:,} dates fired, {year.records:,} records: {by_name})")


if __name__ == "__main__":
    main()
