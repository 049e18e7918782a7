"""Small edits of good data: whatever they make of an input or a stored snapshot, it is refused, or it is whole.

What is refused raises the library's own error, of one line, and changes nothing. What is taken can be stepped,
explained, stored and loaded again. Random profiles and histories give the good data; edits change keys, values, types
and texts.

python tests/property/mutations.py --count 20000 --jobs 2
"""

from __future__ import annotations

import argparse
import copy
import json
import subprocess
import sys
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent), str(HERE.parent.parent / "src")]

from driver import Case, dump  # noqa: E402
from random_cases import new_case  # noqa: E402

import journeykit as jk  # noqa: E402
from journeykit.plain import LONGEST_LINE  # noqa: E402

__all__ = ["PER_CASE", "breaches"]

Path_ = tuple[Any, ...]
PER_CASE = 20
"""How many inputs and how many snapshots are edited of one history: making a profile takes longer than all of them."""

ODD: tuple[Any, ...] = (
    None, True, False, 0, 1, -1, 12, 0.5, -0.0, 1e308, 10**14, 10**16, 10**30, "", " ", "account", "main",
    "workstream:", "workstream:main", "contract:A", "2026-02-30", "2026-01-05", "2026-01-05T09:00Z",
    "2026-01-05T09:00:00", "0001-01-01", "9999-12-31", "9999-12-31T23:59:59+00:00", "0001-01-01T00:00:00+14:00",
    "3 months", "1000 years", "P1Y", "74%", "12", "UTC", "localtime", "Europe/Atlantis", "a\nb", "\x1b[31m", "\u202e",
    "\ud800", "\0", "\u00e9", "x" * 300, "x" * 100_000, [], [None], [[]], {}, {"x": None}, {"x": {"y": [1]}}, {"": 1},
)  # fmt: skip
"""Values that are put in the place of others."""

_WHOSE = frozenset({"kind", "account", "layout", "fingerprint", "profile"})
"""Keys that are edited more rarely: nothing else is looked at where they are wrong."""

SIGNS = "a Z0.:-+*_\n\0\x1b\u202e\u00fc\ud83d"


class Edit:
    """Edits plain data: ``made`` returns a copy with one to three small changes."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng

    def made(self, raw: Any) -> Any:
        raw = copy.deepcopy(raw)
        for _ in range(self.rng.choice((1, 1, 1, 2, 3))):
            paths = [path for path in _paths(raw) if path and (path[0] not in _WHOSE or self.rng.random() < 0.15)]
            if paths:
                self._change(raw, self.rng.choice(paths))
        return raw

    def _change(self, raw: Any, path: Path_) -> None:
        *above, last = path
        holder = raw
        for key in above:
            holder = holder[key]
        old, roll = holder[last], self.rng.random()
        if roll < 0.08:
            del holder[last]
        elif roll < 0.14 and isinstance(holder, dict):
            holder[self._text(str(last))] = holder.pop(last)
        elif roll < 0.16 and isinstance(holder, dict):
            holder[self._text(str(last))] = copy.deepcopy(old)
        elif roll < 0.2 and isinstance(holder, list):
            holder.insert(last, copy.deepcopy(self.rng.choice(holder)))
        elif roll < 0.35:
            holder[last] = self._like(old, [_at(raw, one) for one in _paths(raw) if one])
        elif roll < 0.5:
            holder[last] = self._like(old, ODD)
        else:
            holder[last] = self._near(old)

    def _like(self, old: Any, others: Sequence[Any]) -> Any:
        """One of some values, mostly of the type of the old one."""
        same = [one for one in others if type(one) is type(old)] if self.rng.random() < 0.75 else []
        return copy.deepcopy(self.rng.choice(same or others))

    def _near(self, value: Any) -> Any:
        """A value of the same type, a little off."""
        if isinstance(value, bool):
            return not value
        if isinstance(value, int | float):
            return self.rng.choice((value + 1, value - 1, -value, value * 100, value / 100, float(value), str(value)))
        if isinstance(value, str):
            return self._later(value) if self.rng.random() < 0.5 else self._text(value)
        return [value] if self.rng.random() < 0.5 else copy.deepcopy(self.rng.choice(ODD))

    def _later(self, text: str) -> str:
        """A date or an instant moved; any other text edited."""
        days = timedelta(days=self.rng.choice((-4000, -400, -31, -1, 1, 2, 31, 400, 4000)))
        try:
            if len(text) == len("2026-01-05"):
                return (date.fromisoformat(text) + days).isoformat()
            return (datetime.fromisoformat(text) + days).isoformat()
        except (ValueError, OverflowError):
            return self._text(text)

    def _text(self, text: str) -> str:
        place = self.rng.randint(0, len(text))
        sign = self.rng.choice(SIGNS)
        return self.rng.choice(
            (text[:place] + sign + text[place:], text[:place] + text[place + 1 :], text.upper(), text * 2, text[:place])
        )


def _paths(raw: Any, path: Path_ = ()) -> list[Path_]:
    inner = raw.items() if isinstance(raw, dict) else enumerate(raw) if isinstance(raw, list) else ()
    return [path, *(deeper for key, value in inner for deeper in _paths(value, (*path, key)))]


def _at(raw: Any, path: Path_) -> Any:
    for key in path:
        raw = raw[key]
    return raw


# ---------------------------------------------------------------------- what must hold


def breaches(seed: int, count: int = PER_CASE) -> Iterator[str]:
    """Yield what is broken by edits of the inputs and the snapshots of one random history."""
    rng = Random(seed)
    case = new_case(seed, rng.randint(1, 4), rng.randint(5, 40))
    if case is None or not case.lines:
        return
    edit = Edit(rng)
    for _ in range(count):
        at = rng.randrange(len(case.lines))
        before = case.run.snapshots[at - 1] if at else None
        line = edit.made(case.lines[at])
        yield from _judged(f"seed {seed}, input {line!r:.2000}", lambda b=before, x=line: input_breach(case, b, x, rng))  # type: ignore[misc]
        after = case.run.snapshots[at]
        if after is not None:
            raw = edit.made(json.loads(dump(after)))
            told = f"seed {seed}, snapshot {json.dumps(raw):.20000}"
            yield from _judged(told, lambda x=raw: snapshot_breach(case, x, rng))  # type: ignore[misc]


def _judged(what: str, judge: Callable[[], str | None]) -> Iterator[str]:
    try:
        breach = judge()
    except Exception:  # noqa: BLE001 - whatever goes wrong is what we look for
        breach = traceback.format_exc(limit=-6)
    if breach is not None:
        yield f"{what}\n{breach}"


def input_breach(case: Case, before: jk.Snapshot | None, line: Any, rng: Random) -> str | None:
    """What is broken by an input: given as a mapping, or as the JSON text of one."""
    was = dump(before) if rng.random() < 0.1 else None
    try:
        entry = jk.parse_input(json.dumps(line) if rng.random() < 0.3 else line)
        outcome = jk.step(case.machine, before, entry)
    except jk.InputError as refusal:
        if was is not None and dump(before) != was:
            return "refused, but the snapshot is another"
        return _one_line(str(refusal)) or _one_line(refusal.message)
    again = json.loads(json.dumps(entry.to_dict(), allow_nan=False))
    if jk.parse_input(again).to_dict() != entry.to_dict():
        return f"the input is another once it was written: {again}"
    for record in outcome.records:
        json.dumps(record.to_dict(), allow_nan=False).encode()
        str(record)
    return _whole(case.machine, outcome.snapshot, rng)


def snapshot_breach(case: Case, raw: Any, rng: Random) -> str | None:
    """What is broken by a stored snapshot."""
    try:
        snapshot = jk.load_snapshot(case.machine, raw)
    except jk.SnapshotError as refusal:
        return _one_line(str(refusal))
    try:
        line = rng.choice(case.lines)
        jk.step(case.machine, snapshot, jk.parse_input(line))
    except jk.InputError:
        pass
    return _whole(case.machine, snapshot, rng)


def _one_line(said: str) -> str | None:
    if len(said) > LONGEST_LINE or len(said.splitlines()) != 1 or any(sign in said for sign in "\0\x1b\u202e\ud83d"):
        return f"the message is not one short line: {said!r:.1000}"
    return None


def _whole(machine: jk.Machine, snapshot: jk.Snapshot, rng: Random) -> str | None:
    """What is broken of a snapshot that was taken: it must be stored and loaded, stepped and explained."""
    raw = snapshot.to_dict()
    text = json.dumps(raw, allow_nan=False)
    text.encode()
    loaded = jk.load_snapshot(machine, json.loads(text))
    if dump(loaded) != dump(snapshot):
        return "stored and loaded, it is another"
    journey = jk.Journey.load(machine, loaded)
    region, subject = rng.choice(list(snapshot.positions) or [(None, None)])  # type: ignore[list-item]
    if region is not None and region in machine.profile.tracks:
        str(journey.explain(region, subject))
    journey.next_due("1 year")
    str(journey)
    journey.forecast(_later(snapshot.now, 100))
    tick = {"kind": "tick", "account": snapshot.account, "at": _later(snapshot.now, 400).isoformat()}
    stepped = jk.step(machine, loaded, jk.parse_input(tick)).snapshot
    jk.load_snapshot(machine, json.loads(json.dumps(stepped.to_dict(), allow_nan=False)))
    return None


def _later(at: datetime, days: int) -> datetime:
    last = datetime.max.replace(tzinfo=UTC)
    return at + timedelta(days=days) if at < last - timedelta(days=days + 1) else last


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--from", dest="start", type=int, default=0)
    parser.add_argument("--count", type=int, default=20_000, help="edits of inputs, and as many of snapshots")
    parser.add_argument("--jobs", type=int, default=1, help="processes, each with its share of the seeds")
    parser.add_argument("--stop", type=int, default=5, help="stop after so many failures")
    options = parser.parse_args()
    seeds = range(options.start, options.start + -(-options.count // PER_CASE))
    if options.jobs > 1:
        share = -(-len(seeds) // options.jobs)
        running = [
            subprocess.Popen(
                [sys.executable, __file__, f"--from={first}", f"--count={share * PER_CASE}", f"--stop={options.stop}"]
            )
            for first in range(seeds.start, seeds.stop, share)
        ]
        return max(process.wait() for process in running)
    kinds: Counter[str] = Counter()
    for seed in seeds:
        for breach in breaches(seed):
            kind = breach.strip().splitlines()[-1][:120]
            kinds[kind] += 1
            if kinds[kind] <= 1:
                print(f"==== {breach}\n", flush=True)
        if len(kinds) >= options.stop:
            break
    print(f"{len(seeds)} histories, {sum(kinds.values())} failures of {len(kinds)} kinds")
    for kind, times in kinds.most_common():
        print(f"  {times:5}  {kind}")
    return 1 if kinds else 0


if __name__ == "__main__":
    sys.exit(main())
