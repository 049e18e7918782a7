"""The law of feeds: one that is down makes what it carries unknown, and moves nobody."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any

from driver import Case, Run, play, take
from profile_parts import criteria_of, inside

from journeykit.language.expressions import tree as ex
from journeykit.language.model.profile import Criterion, Profile
from journeykit.machine.snapshot import Snapshot

__all__ = ["down_feeds_move_nobody"]

Line = dict[str, Any]
JUST_BEFORE = timedelta(microseconds=1)


def down_feeds_move_nobody(case: Case) -> str | None:
    """Nobody moves because a feed goes down; while it is down, what reads only what it carries is unknown."""
    rng = Random(case.seed)
    for feed in case.profile.feeds:
        blind = {one.id for one in _carried_criteria(case.profile, feed)}
        cut = rng.randrange(len(case.lines))
        rest = (_without(line, feed, case.profile) for line in case.lines[cut:])
        silent = case.lines[:cut] + [line for line in rest if line]
        unheard = play(case.machine, silent)
        for run in (case.run, unheard):
            found = _while_down(run.all_records(), feed, blind)
            if found:
                return f"{feed} (not heard from line {cut} on): {found}"
        found = _going_down(case, unheard, feed)
        if found:
            return f"{feed}, not heard from line {cut} on: {found}"
    return None


def _without(line: Line, feed: str, profile: Profile) -> Line | None:
    """A line without what a feed carries; None where nothing is left of it."""
    if line.get("feed") == feed or (line["kind"] == "signal" and _signal_feed(line["signal"], profile) == feed):
        return None
    if "facts" not in line:
        return line
    rules = profile.facts
    kept = {name: value for name, value in line["facts"].items() if name not in rules or rules[name].feed != feed}
    return line | {"facts": kept} if kept or line["kind"] == "open" else None


def _signal_feed(name: str, profile: Profile) -> str | None:
    return profile.signals[name].feed if name in profile.signals else None


def _while_down(records: list[Line], feed: str, blind: set[str]) -> str | None:
    """A record whose cause is the feed's going down but for the one that says so; a verdict on what is unknown."""
    down = False
    for record in records:
        if record["cause"] == f"feed {feed}" and record["kind"] != "feed":
            return f"it does more than say that it is down: {record}"
        if record["kind"] == "feed" and record["name"] == feed:
            down = not record["data"]["up"]
        for criterion, result in record["verdicts"]:
            if down and criterion in blind and result not in ("unknown", "waived"):
                return f"{criterion} reads only what is not heard, but is {result!r} in {record}"
    return None


def _going_down(case: Case, run: Run, feed: str) -> str | None:
    """Somebody moves at the instant at which the feed goes down, and nobody does if it is heard just before."""
    for before, records in zip(run.snapshots, run.records[1:], strict=False):
        found = before and _who_moves(case, before, records, feed)
        if found:
            return found
    end = run.snapshot
    if end is None:
        return None
    _, records, _ = take(case.machine, end, _line("tick", end.now + timedelta(days=40)))
    return _who_moves(case, end, records, feed)


def _who_moves(case: Case, before: Snapshot, records: list[Line], feed: str) -> str | None:
    down = next((one["at"] for one in records if one["cause"] == f"feed {feed}"), None)
    if down is None or not _moves(case, before, [], down):
        return None
    heard = datetime.fromisoformat(down) - JUST_BEFORE
    if heard < before.now or _moves(case, before, [_line("feed", heard, feed=feed)], down):
        return None
    return f"it moves somebody by going down at {down}"


def _moves(case: Case, snapshot: Snapshot | None, lines: list[Line], until: str) -> list[Line]:
    """What moves at an instant."""
    records: list[Line] = []
    for line in [*lines, _line("tick", datetime.fromisoformat(until))]:
        snapshot, made, _ = take(case.machine, snapshot, line)
        records += made
    return [record for record in records if record["kind"] == "moved" and record["at"] == until]


def _line(kind: str, at: datetime, **data: str) -> Line:
    return {"kind": kind, "account": "acme", "at": at.isoformat(), **data}


# ---------------------------------------------------------------------- what a feed carries


def _carried_criteria(profile: Profile, feed: str) -> Iterator[Criterion]:
    """The criteria that read what a feed carries and nothing else."""
    for criterion in criteria_of(profile):
        for one in inside(criterion):
            if one.expr is not None and _carried(one.expr, profile, feed):
                yield one


def _carried(expr: ex.Expr, profile: Profile, feed: str) -> bool:
    """Whether every leaf of an expression (but for constants beside it) comes from a feed."""
    match expr:
        case ex.Fact(name, _, _):
            return profile.facts[name].feed == feed
        case ex.Unsettled(signal, _) | ex.Quiet(signal, _, _) | ex.Seen(signal, _, _):
            return profile.signals[signal].feed == feed
        case ex.And(items) | ex.Or(items):
            return all(_carried(item, profile, feed) for item in items)
        case ex.Not(item) | ex.Negative(item) | ex.DaysUntil(item):
            return _carried(item, profile, feed)
        case ex.Compare(_, left, right) | ex.Arithmetic(_, left, right):
            sides = [side for side in (left, right) if not isinstance(side, ex.Const)]
            return bool(sides) and all(_carried(side, profile, feed) for side in sides)
        case ex.Band(name, _, _):
            return _carried(profile.bands[name].of, profile, feed)
        case ex.Derived(name, _, _):
            rule = profile.derived[name]
            if rule.criterion is None:
                return rule.expr is not None and _carried(rule.expr, profile, feed)
            leaves = [one.expr for one in inside(rule.criterion) if one.expr is not None]
            return all(_carried(leaf, profile, feed) for leaf in leaves)
    return False
