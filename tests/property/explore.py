"""Runs laws over a range of seeds in a plain loop, and shows failing cases, made small if asked.

python tests/property/explore.py --law engine --from 0 --count 2000 --shrink 30
python tests/property/explore.py --nested --law engine --count 2000
python tests/property/explore.py --rates --count 300        # how many random profiles compile, and why others do not
python tests/property/explore.py --coverage --count 300     # what the histories make happen
"""

from __future__ import annotations

import argparse
import gc
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from random import Random

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent), str(HERE.parent.parent / "src")]

import traceback  # noqa: E402

from driver import Case, compiles, play  # noqa: E402
from generators import profile_text  # noqa: E402
from laws import LAWS, Law  # noqa: E402
from nested import nested_case  # noqa: E402
from random_cases import new_case  # noqa: E402
from shrink import shrunk  # noqa: E402

from journeykit.errors import ProfileError  # noqa: E402


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--law", choices=[*LAWS, "all"], default="all")
    parser.add_argument("--from", dest="start", type=int, default=0)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--size", type=int, help="1 to 5; without it each seed has its own")
    parser.add_argument("--length", type=int, help="inputs of a history; without it each seed has its own")
    parser.add_argument("--shrink", type=float, default=0.0, metavar="SECONDS", help="make each failing case small")
    parser.add_argument("--jobs", type=int, default=1, help="processes, each with its share of the seeds")
    parser.add_argument("--stop", type=int, default=5, help="stop after so many failures")
    parser.add_argument("--nested", action="store_true", help="branches in branches, where moves exclude one another")
    parser.add_argument("--rates", action="store_true")
    parser.add_argument("--coverage", action="store_true")
    options = parser.parse_args()
    seeds = range(options.start, options.start + options.count)
    gc.set_threshold(20_000, 20, 20)  # a case is many small parts, all of them in use until it is judged
    if options.rates:
        return rates(seeds, options.size)
    if options.coverage:
        return coverage(seeds, options.size, options.length)
    return share_out(seeds, options) if options.jobs > 1 else explore(seeds, options)


def share_out(seeds: range, options: argparse.Namespace) -> int:
    """The same over several processes; the worst exit code."""
    share = -(-len(seeds) // options.jobs)
    passed = [f"--law={options.law}", f"--shrink={options.shrink}", f"--stop={options.stop}", f"--count={share}"]
    passed += ["--nested"] * options.nested
    running = [
        subprocess.Popen([sys.executable, __file__, *passed, f"--from={first}"])
        for first in range(seeds.start, seeds.stop, share)
    ]
    return max(process.wait() for process in running)


def sizes(seed: int, size: int | None, length: int | None) -> tuple[int, int]:
    """A seed's own size and length, unless they are given."""
    rng = Random(seed)
    own_size, own_length = rng.randint(1, 5), rng.randint(2, 60)
    return size or own_size, length or own_length


def explore(seeds: range, options: argparse.Namespace) -> int:
    laws = dict(LAWS) if options.law == "all" else {options.law: LAWS[options.law]}
    failures, started, ran = 0, time.monotonic(), 0
    for seed in seeds:
        size, length = sizes(seed, options.size, options.length)
        case = nested_case(seed) if options.nested else new_case(seed, size, length)
        if case is None:
            continue
        ran += 1
        for name, law in laws.items():
            breach = judge(law, case)
            if breach is None:
                continue
            failures += 1
            print(f"==== law {name}, seed {seed}, size {size}, length {length}: {breach}\n", flush=True)
            if options.shrink:
                kind = breach_kind(breach)
                small = shrunk(
                    case, lambda other, law=law, kind=kind: breach_kind(judge(law, other)) == kind, options.shrink
                )
                print(f"---- made small: {judge(law, small)}\n\n{small}\n", flush=True)
            if failures >= options.stop:
                print(f"stopped after {failures} failures in {ran} cases")
                return 1
    print(f"{ran} cases, {failures} failures, {time.monotonic() - started:.0f} s")
    return 1 if failures else 0


def judge(law: Law, case: Case) -> str | None:
    """The breach of a law, an unexpected error counted as one; None too where the case cannot be set up."""
    try:
        return law(case) if case.lines and case.machine else None
    except ProfileError:
        return None
    except Exception:  # noqa: BLE001 - whatever goes wrong is what we look for
        return traceback.format_exc(limit=-6)


def breach_kind(breach: str | None) -> str | None:
    """What must stay the same while a case is made small: that it raises, and what, or that it differs."""
    if breach is None:
        return None
    if breach.startswith("Traceback"):
        return breach.strip().splitlines()[-1].split(":")[0]
    return "differs"


def rates(seeds: range, size: int | None) -> int:
    total = good = 0
    codes: Counter[str] = Counter()
    samples: dict[str, str] = {}
    for seed in seeds:
        for one in [size] if size else range(1, 6):
            total += 1
            fault = compiles(profile_text(seed, one))
            if fault is None:
                good += 1
                continue
            for finding in fault.findings:
                if finding.severity == "error":
                    codes[finding.code] += 1
                    samples.setdefault(finding.code, f"seed {seed} size {one}: {finding}")
    print(f"{good} of {total} random profiles compile ({good / total:.0%})")
    for code, count in codes.most_common():
        print(f"  {code} {count:5}  {samples[code]}")
    return 0


def coverage(seeds: range, size: int | None, length: int | None) -> int:
    seen: Counter[str] = Counter()
    for seed in seeds:
        case = new_case(seed, *sizes(seed, size, length))
        if case is None:
            continue
        run = play(case.machine, case.lines)
        seen["cases"] += 1
        seen["lines"] += len(case.lines)
        for refusal in run.refusals:
            seen[f"refused {refusal}" if refusal else "taken"] += 1
        for record in run.all_records():
            seen[f"record {record['kind']}"] += 1
            for key in record["data"]:
                seen[f"record {record['kind']} with {key}"] += 1
            if record["kind"] == "moved":
                seen[f"moved {record['data']['kind']}"] += 1
                seen[f"moved because of {str(record['cause']).split(' ')[0]}"] += 1
            for _, result in record["verdicts"]:
                seen[f"verdict {result}"] += 1
    for name, count in sorted(seen.items()):
        print(f"{count:8}  {name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
