"""Laws about time: ticks may be spread in any way, and an end that is moved may be moved back."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from differences import first_difference
from driver import Case, plain_record, play, positions, take

from journeykit.engine.inputs import Input
from journeykit.engine.step import step
from journeykit.errors import InputError
from journeykit.machine.snapshot import Snapshot
from journeykit.machine.snapshot_to_dict import to_dict

__all__ = ["spread_makes_no_difference", "there_and_back"]

Line = dict[str, Any]
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
HOURLY = 60 * 24
"""Hourly ticks of a history at most."""
YEARS = timedelta(days=1827)
FUTURE = timedelta(days=800)
LOOKS = 8
"""Inputs after which ends are moved."""
DAILY = 1500
"""Daily ticks of a history at most; they go on for a while after its last input."""


# ---------------------------------------------------------------------- ticks


def spread_makes_no_difference(case: Case) -> str | None:
    """No ticks, hourly ones over two months, daily ones: after one jump of five years it is all the same."""
    quiet = [line for line in case.lines if line["kind"] != "tick"]
    run = play(case.machine, quiet)
    presents = [snapshot.now if snapshot else None for snapshot in run.snapshots]
    known = [at for at in presents if at is not None]
    if not known:
        return None
    first, last = known[0], known[-1]
    end = last + YEARS
    rng = Random(case.seed)
    start = first + (end - first) * rng.choice((0, rng.random() / 4, rng.random()))
    hourly = [start + HOUR * at for at in range(HOURLY)]
    days = min(DAILY, (last - first).days + 400)
    spreads = {"hourly": hourly, "daily": [first + DAY * at for at in range(days)]}
    assert run.snapshot is not None
    snapshot, last_records = _tick(case, run.snapshot, end)
    records = [*run.all_records(), *last_records]
    for name, ticks in spreads.items():
        other, after = _ticked(case, quiet, presents, ticks, end)
        found = (
            first_difference(f"records without and with {name} ticks", records, other)
            or first_difference(f"positions without and with {name} ticks", positions(snapshot), positions(after))
            or first_difference(f"snapshots without and with {name} ticks", to_dict(snapshot), to_dict(after))
        )
        if found:
            return found
    return None


def _ticked(
    case: Case, lines: list[Line], presents: list[datetime | None], ticks: list[datetime], end: datetime
) -> tuple[list[Line], Snapshot]:
    """All records of a history with ticks between its inputs, and after them up to an end."""
    snapshot: Snapshot | None = None
    records: list[Line] = []
    ahead = iter([*(tick for tick in ticks if tick < end), end])
    tick = next(ahead)
    for line, present in zip(lines, presents, strict=True):
        while snapshot is not None and present is not None and tick < present:
            snapshot, made = _tick(case, snapshot, tick)
            records += made
            tick = next(ahead)
        snapshot, made, _ = take(case.machine, snapshot, line)
        records += made
    assert snapshot is not None
    for at in (tick, *ahead):
        snapshot, made = _tick(case, snapshot, at)
        records += made
    return records, snapshot


def _tick(case: Case, snapshot: Snapshot, at: datetime) -> tuple[Snapshot, list[Line]]:
    """A tick, unless it is too late for it or it is refused for an endless loop."""
    if at < snapshot.now:
        return snapshot, []
    try:
        outcome = step(case.machine, snapshot, Input("tick", "acme", at))
    except InputError:
        return snapshot, []
    return outcome.snapshot, [plain_record(record) for record in outcome.records]


# ---------------------------------------------------------------------- there and back


def there_and_back(case: Case) -> str | None:
    """The end of a contract, moved to another day and back within one instant, leaves the future as it was."""
    rng = Random(case.seed)
    kind = case.profile.term_kind
    if kind is None or kind.term is None:
        return None
    looked_at = set(rng.sample(range(len(case.lines)), min(LOOKS, len(case.lines))))
    for at, snapshot in enumerate(case.run.snapshots):
        if snapshot is None or at not in looked_at:
            continue
        for row in snapshot.subjects.values():
            end = row.facts.get(kind.term[1])
            if row.kind != kind.name or end is None or row.term.met_over:
                continue  # of one met over, another end lets actions be recorded again (R11)
            if end[0] not in row.term.past_ends:
                day = end[0] + timedelta(days=rng.choice((1, -1, 30, 90, 181, 365, 400, 730, -90)))
                found = _moved_back(case, snapshot, row.key, kind.term[1], end[0], day)
                if found:
                    return f"after line {at}: {row.key} from {end[0]} to {day} and back: {found}"
    return None


def _moved_back(case: Case, snapshot: Snapshot, key: str, name: str, old: date, day: date) -> str | None:
    """Compares with the end observed anew, as it was; where the other end let something happen, there is no law."""
    until = snapshot.now + FUTURE
    still, told, _ = take(case.machine, snapshot, _observe(snapshot, key, name, old))
    there, first, _ = take(case.machine, snapshot, _observe(snapshot, key, name, day))
    back, second, refused = take(case.machine, there, _observe(snapshot, key, name, old))
    if refused:
        return None  # an end that no input may say, such as one that notice set before the first start
    assert still is not None
    assert there is not None
    assert back is not None
    if told or [record["kind"] for record in first] != ["amended"] or _reacted(still) != _reacted(there):
        return None
    kinds = [record["kind"] for record in second]
    if kinds.count("amended") != 1:
        return f"moving it back does not amend it once: {second}"
    if _asks_for_moved_ends(case) and _moved_ends(still) != _moved_ends(there):
        return None  # that an end moved, there and back, is what some move asks for
    if _held(still) != _held(back):
        return None  # what must be met for a while was not, at the other end; so it counts anew, and may react
    if kinds != ["amended"]:
        return f"moving it back does more than amend it: {second}"
    plain, expected = _tick(case, still, until)
    other, found = _tick(case, back, until)
    return first_difference("records (left as it was)", _bare(expected), _bare(found)) or first_difference(
        "positions (left as it was)", positions(plain), positions(other)
    )


def _observe(snapshot: Snapshot, key: str, name: str, day: date) -> Line:
    at = snapshot.now.isoformat()
    return {"kind": "observe", "account": "acme", "at": at, "subject": key, "facts": {name: day.isoformat()}}


def _reacted(snapshot: Snapshot) -> list[Any]:
    """Which conditions are met, so that they would not make anybody react again."""
    return [(row.key, row.reacted) for row in snapshot.subjects.values()]


def _held(snapshot: Snapshot) -> list[Any]:
    return [(row.key, row.held) for row in snapshot.subjects.values()]


def _asks_for_moved_ends(case: Case) -> bool:
    return any("EndMoved(" in repr(track) for track in case.profile.tracks.values())


def _moved_ends(snapshot: Snapshot) -> list[Any]:
    return [(row.key, row.term.end_moved_in) for row in snapshot.subjects.values() if row.term is not None]


def _bare(records: list[Line]) -> list[Line]:
    return [{key: value for key, value in record.items() if key != "n"} for record in records]
