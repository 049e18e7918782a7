"""Laws about hosts: what they log says the same again, and woken in time they miss nothing."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from differences import first_difference
from driver import Case, plain_record, play, snapshots_differ, take

from journeykit.engine.due_dates import wakes_at
from journeykit.engine.inputs import Input, parse_input
from journeykit.engine.step import step
from journeykit.errors import InputError
from journeykit.journey.history import replay
from journeykit.machine.snapshot import Snapshot
from reference.order import as_taken

__all__ = ["order_of_elsewhere", "taken_inputs_say_the_same", "woken_in_time"]

Line = dict[str, Any]
DAY = timedelta(days=1)
LOOKS = 300
"""Days at most on which the two hosts are compared."""
AFTER = 400
"""Days after the last input that are among them."""
END = datetime.max.replace(tzinfo=UTC)


def taken_inputs_say_the_same(case: Case) -> str | None:
    """The inputs as they were taken, stored as text: read, and folded or replayed, they give the same once more."""
    snapshot: Snapshot | None = None
    log: list[str] = []
    records: list[Line] = []
    for line in case.lines:
        said = parse_input(line) if _parses(line) else None
        if said is None:
            continue
        try:
            outcome = step(case.machine, snapshot, said)
        except InputError:
            continue
        snapshot, taken = outcome.snapshot, outcome.taken
        if not isinstance(taken.at, datetime) or taken.at.tzinfo is not UTC or taken._replace(at=said.at) != said:
            return f"{line} was taken as {taken}"
        log.append(json.dumps(taken.to_dict()))
        records += [plain_record(record) for record in outcome.records]
    folded = play(case.machine, [json.loads(line) for line in log])
    history = replay(case.machine, log)
    return (
        first_difference("refusals of what was taken", [None] * len(log), folded.refusals)
        or first_difference("records of what was taken", records, folded.all_records())
        or snapshots_differ("snapshot of what was taken", snapshot, folded.snapshot)
        or first_difference("records of its replay", records, [plain_record(one) for one in history.records])
        or snapshots_differ("snapshot of its replay", snapshot, history.snapshot)
    )


def order_of_elsewhere(case: Case) -> str | None:
    """A file in any order is taken in the order of the reference: what opens first in its instant, all else as it came.

    Instants are made rough, so that many inputs share one.
    """
    rng = Random(case.seed)
    run = case.run
    taken = [line for line, refusal in zip(case.lines, run.refusals, strict=True) if refusal is None]
    entries = [step_at_noon(parse_input(line)) for line in taken if line["account"] in ("acme", "*")]
    rng.shuffle(entries)
    lines = [json.dumps(entry.to_dict()) for entry in entries]
    history = replay(case.machine, lines)
    told = play(case.machine, [entry.to_dict() for entry in as_taken(entries)])
    return first_difference(
        "records of a file in another order", told.all_records(), [plain_record(one) for one in history.records]
    ) or snapshots_differ("snapshot of a file in another order", told.snapshot, history.snapshot)


def step_at_noon(entry: Input) -> Input:
    """Return an input as of noon of its day in UTC, without its id, since another may have it at another time."""
    at = datetime(entry.at.year, entry.at.month, entry.at.day, 12, tzinfo=UTC)
    return entry._replace(at=at, id=None)


def _parses(line: Line) -> bool:
    try:
        parse_input(line)
    except InputError:
        return False
    return True


def woken_in_time(case: Case) -> str | None:
    """A host that lets time pass only where ``wakes_at`` has come knows on each day what one knows that always does."""
    quiet = [line for line in case.lines if line["kind"] != "tick"]
    presents = [snapshot.now if snapshot else None for snapshot in play(case.machine, quiet).snapshots]
    known = [at for at in presents if at is not None]
    if not known:
        return None
    rng = Random(case.seed)
    days = [known[0] + DAY * at for at in range((known[-1] - known[0]).days + AFTER)]
    ahead = sorted(rng.sample(days, min(LOOKS, len(days))), reverse=True)
    wake = rng.choice((_then, _date_by_date))
    daily: Snapshot | None = None
    woken: Snapshot | None = None
    for line, present in zip([*quiet, None], [*presents, END], strict=True):
        while ahead and daily is not None and woken is not None and present is not None and ahead[-1] < present:
            day = ahead.pop()
            daily, expected, _ = take(case.machine, daily, _tick(day))
            woken, found = wake(case, woken, day)
            if expected != found:
                return first_difference(f"records by {day} of a host that is woken ({wake.__name__})", expected, found)
        if line is not None:
            daily, expected, _ = take(case.machine, daily, line)
            woken, found, _ = take(case.machine, woken, line)
            if expected != found:
                return first_difference(f"records of {line} at a host that is woken", expected, found)
    return None


def _then(case: Case, snapshot: Snapshot, day: datetime) -> tuple[Snapshot, list[Line]]:
    """One tick on the day itself, if anything may have fallen due by then."""
    at = wakes_at(case.machine, snapshot)
    if at is None or at > day:
        return snapshot, []
    after, records, _ = take(case.machine, snapshot, _tick(day))
    assert after is not None
    return after, records


def _date_by_date(case: Case, snapshot: Snapshot, day: datetime) -> tuple[Snapshot, list[Line]]:
    """A tick at each instant at which something may fall due."""
    records: list[Line] = []
    while (at := wakes_at(case.machine, snapshot)) is not None and at <= day:
        after, made, refusal = take(case.machine, snapshot, _tick(at))
        assert after is not None
        snapshot = after
        records += made
        if refusal is not None:
            break
    return snapshot, records


def _tick(at: datetime) -> Line:
    return Input("tick", "acme", at).to_dict()
