"""The laws that hold for every profile that compiles and every history, as functions to the first breach or None."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from differences import first_difference
from driver import Case, Run, dump, load, parsed, plain_record, play, snapshots_differ, take, tree
from faults import PlannedError, failing_at
from histories import tell
from laws_cover import cover_is_one_truth
from laws_feeds import down_feeds_move_nobody
from laws_hosts import order_of_elsewhere, taken_inputs_say_the_same, woken_in_time
from laws_moving import no_bounce, unknown_moves_nobody
from laws_records import acted_on_once, ids_are_their_own, late_lines_rename_nothing
from laws_time import spread_makes_no_difference, there_and_back
from laws_timers import no_timer_out_of_turn, zones_fire_nothing_twice
from laws_trace import watching_changes_nothing
from laws_worklist import worklists_are_whole
from oracle import Oracle

from journeykit.answers.due_list import upcoming
from journeykit.answers.explain import explain
from journeykit.engine.inputs import parse_input
from journeykit.engine.step import step
from journeykit.engine.view import View
from journeykit.errors import InputError
from journeykit.journey.history import replay
from journeykit.journey.journey import Journey
from journeykit.machine.snapshot import Snapshot

__all__ = ["LAWS", "Law"]

Law = Callable[[Case], str | None]
Line = dict[str, Any]


# ---------------------------------------------------------------------- the oracle


def engine_equals_reference(case: Case) -> str | None:
    """Positions, records and refusal codes are the reference interpreter's, after every input."""
    oracle = Oracle(case.profile)
    run = case.run
    for at, line in enumerate(case.lines):
        records = run.records[at]
        expected, expected_refusal = oracle.take(line)
        where = f"line {at} {json.dumps(line)}\n  (left engine, right reference)"
        found = (
            first_difference(f"{where} refusal", run.refusals[at], expected_refusal)
            or first_difference(f"{where} records", records, expected)
            or first_difference(f"{where} positions", dict(sorted(run.positions[at].items())), oracle.positions())
        )
        if found:
            return f"{found}\n  engine records:\n{_listed(records)}\n  reference records:\n{_listed(expected)}"
    return None


def _listed(records: list[Line]) -> str:
    return "\n".join(f"    {json.dumps(record, default=str)}" for record in records)


# ---------------------------------------------------------------------- the log


def replay_equals_live(case: Case) -> str | None:
    """A replay in place ends where stepping one by one ended, with the same records; what came twice counts once."""
    live = case.run
    rng = Random(case.seed)
    twice = [line for line in case.lines for _ in range(2 if "id" in line and rng.random() < 0.3 else 1)]
    inputs = [entry for entry in parsed(twice) if entry.account in ("acme", "*")]
    history = replay(case.machine, inputs)
    return (
        first_difference("records of a replay", live.all_records(), [plain_record(one) for one in history.records])
        or snapshots_differ("snapshot of a replay", live.snapshot, history.snapshot)
        or _journey_equals(case, twice, live)
    )


def _journey_equals(case: Case, lines: list[Line], live: Run) -> str | None:
    """The same with a journey that is handed one input after the other."""
    journey: Journey | None = None
    records: list[Line] = []
    for line in lines:
        try:
            if journey is None:
                outcome = step(case.machine, None, parse_input(line))
                records += [plain_record(one) for one in outcome.records]
                journey = Journey.load(case.machine, outcome.snapshot, inputs=[parse_input(line)])
            else:
                records += [plain_record(one) for one in journey.send(line)]
        except InputError:
            continue
    found = first_difference("records of a journey", live.all_records(), records)
    return found or snapshots_differ("its snapshot", live.snapshot, journey.snapshot if journey else None)


def snapshot_and_rest(case: Case) -> str | None:
    """Stored and loaded at any cut, a journey goes on as if nothing had been."""
    whole = case.run
    cuts = sorted(Random(case.seed).sample(range(len(case.lines)), min(6, len(case.lines))))
    for cut in cuts:
        stored = dump(whole.snapshots[cut - 1] if cut else None)
        loaded = load(case.machine, stored)
        if dump(loaded) != stored:
            return first_difference(f"cut {cut}: loading changed the snapshot", json.loads(stored), tree(loaded))
        rest = play(case.machine, case.lines[cut:], loaded)
        found = (
            first_difference(f"cut {cut}: records", whole.records[cut:], rest.records)
            or first_difference(f"cut {cut}: refusals", whole.refusals[cut:], rest.refusals)
            or snapshots_differ(f"cut {cut}: snapshot", whole.snapshot, rest.snapshot)
        )
        if found:
            return found
    return None


def ticks_make_no_difference(case: Case) -> str | None:
    """Ticks strewn between the inputs change neither the records nor the places."""
    rng = Random(case.seed)
    quiet = [line for line in case.lines if line["kind"] != "tick"]
    ticked: list[Line] = []
    instants = _instants(play(case.machine, quiet))
    for at, line in enumerate(quiet):
        ticked.append(line)
        between = sorted(_between(rng, instants[at], instants[at + 1]))
        ticked += [_tick(instant) for instant in between]
    end = _tick(instants[-1] + timedelta(days=200))
    few, many = play(case.machine, [*quiet, end]), play(case.machine, [*ticked, end])
    return (
        first_difference("records without and with ticks", few.all_records(), many.all_records())
        or first_difference("positions without and with ticks", few.positions[-1], many.positions[-1])
        or snapshots_differ("snapshots without and with ticks", few.snapshot, many.snapshot)
    )


def _instants(run: Run) -> list[datetime]:
    """The journey's present after each line, and once more the last."""
    found = [snapshot.now if snapshot else datetime(2020, 1, 1, tzinfo=UTC) for snapshot in run.snapshots]
    return [*found, found[-1]]


def _between(rng: Random, low: datetime, high: datetime) -> Iterator[datetime]:
    for _ in range(rng.choice((0, 0, 1, 2, 4))):
        yield low + (high - low) * rng.choice((0, 1, rng.random(), rng.random()))


def accounts_do_not_touch(case: Case) -> str | None:
    """Two accounts interleaved on one machine do what each does alone."""
    other = tell(case.profile, case.seed + 1, len(case.lines), "other")
    streams = {"acme": list(case.lines), "other": other}
    alone = {"acme": case.run, "other": play(case.machine, other)}
    together: dict[str, Run] = {name: Run() for name in streams}
    queue = {name: iter(lines) for name, lines in streams.items()}
    rng = Random(case.seed)
    while queue:
        name = rng.choice(sorted(queue))
        line = next(queue[name], None)
        if line is None:
            del queue[name]
            continue
        run = together[name]
        run.snapshot, records, refusal = take(case.machine, run.snapshot, line)
        run.records.append(records)
        run.refusals.append(refusal)
    for name in streams:
        found = (
            first_difference(f"{name}: refusals", alone[name].refusals, together[name].refusals)
            or first_difference(f"{name}: records", alone[name].records, together[name].records)
            or snapshots_differ(f"{name}: snapshot", alone[name].snapshot, together[name].snapshot)
        )
        if found:
            return found
    return None


def next_due_tells_the_truth(case: Case) -> str | None:
    """What is said to fall due next does so at that instant and not before, if nothing else moves anybody meanwhile."""
    for at, line in enumerate(case.lines):
        snapshot = case.run.snapshots[at]
        if snapshot is None or at % 4:
            continue
        for track in case.profile.tracks.values():
            for row in snapshot.subjects.values():
                if row.kind == track.per:
                    str(explain(View(case.machine, snapshot), track.name, row.key))
        found = _first_due(case, snapshot)
        if found:
            return f"after line {at} {line}: {found}"
    return None


def _first_due(case: Case, snapshot: Snapshot) -> str | None:
    dues = upcoming(View(case.machine, snapshot))
    until = dues[0].at if dues else snapshot.now + timedelta(days=1000)
    _, early, _ = take(case.machine, snapshot, _tick(until - timedelta(microseconds=1)))
    # Whether a milestone with ``when`` applies on its day is known on that day.
    unsure = {
        (track.name, milestone.name)
        for track in case.profile.tracks.values()
        for milestone in (track.countdown.milestones if track.countdown else ())
        if milestone.when
    }
    timers = [record for record in early if record["kind"] in ("milestone", "stuck")]
    timers = [record for record in timers if (record["track"], record["name"]) not in unsure]
    if any((due.track, due.name) in unsure for due in dues if due.at == until):
        return None
    if timers and all(record["kind"] in ("milestone", "stuck", "slipped") for record in early):
        return f"{timers[0]} was not among what was to fall due: {dues}"
    if dues and not early:
        _, records, _ = take(case.machine, snapshot, _tick(until))
        said = {(due.subject, due.track, due.name) for due in dues if due.at == until}
        made = {(record["subject"], record["track"], _due_name(record)) for record in records[:1]}
        if any((track, name) in unsure for _, track, name in made):
            return None  # at this very instant it came to apply, and its own date was sooner
        return None if made <= said and made else f"{said} fell due at {until}, but first came {records[:1]}"
    return None


def _due_name(record: Line) -> str:
    return "stuck" if record["kind"] == "stuck" else str(record["name"])


def _tick(at: datetime) -> Line:
    return {"kind": "tick", "account": "acme", "at": at.isoformat()}


# ---------------------------------------------------------------------- nothing half done


def refusal_changes_nothing(case: Case) -> str | None:
    """Neither a refused input nor a taken one touches the snapshot it was given."""
    snapshot: Snapshot | None = None
    for at, line in enumerate(case.lines):
        before = dump(snapshot)
        after, _, refusal = take(case.machine, snapshot, line)
        if dump(snapshot) != before:
            return first_difference(f"line {at} {line}: the old snapshot changed", json.loads(before), tree(snapshot))
        if refusal is not None and after is not snapshot:
            return f"line {at} {line}: refused ({refusal}), but another snapshot came back"
        snapshot = after
    return None


def fault_changes_nothing(case: Case) -> str | None:
    """A fault anywhere inside a step leaves the old snapshot as it was; the journey goes on as if it had not been."""
    rng = Random(case.seed)
    whole = case.run
    snapshot: Snapshot | None = None
    struck = set(rng.sample(range(len(case.lines)), min(5, len(case.lines))))
    for at, line in enumerate(case.lines):
        if at in struck:
            found = _strike(case, snapshot, line, rng)
            if found:
                return f"line {at} {json.dumps(line)}: {found}"
        snapshot, records, refusal = take(case.machine, snapshot, line)
        found = first_difference(f"line {at}: records after a fault", whole.records[at], records)
        found = found or first_difference(f"line {at}: refusal after a fault", whole.refusals[at], refusal)
        if found:
            return found
    return snapshots_differ("snapshot after faults", whole.snapshot, snapshot)


def _strike(case: Case, snapshot: Snapshot | None, line: Line, rng: Random) -> str | None:
    """Lets one step fail at several of its calls; says what changed by it."""
    before = dump(snapshot)
    calls = failing_at(None, lambda: take(case.machine, snapshot, line))
    for at in sorted(rng.sample(range(calls), min(8, calls))):
        with suppress(PlannedError):
            failing_at(at, lambda: take(case.machine, snapshot, line))
        if dump(snapshot) != before:
            return f"a fault at call {at} of {calls} changed the snapshot: " + str(
                first_difference("snapshot", json.loads(before), tree(snapshot))
            )
    return None


LAWS: dict[str, Law] = {
    "engine": engine_equals_reference,
    "replay": replay_equals_live,
    "snapshot": snapshot_and_rest,
    "ticks": ticks_make_no_difference,
    "due": next_due_tells_the_truth,
    "accounts": accounts_do_not_touch,
    "refused": refusal_changes_nothing,
    "fault": fault_changes_nothing,
    "unknown": unknown_moves_nobody,
    "bounce": no_bounce,
    "spread": spread_makes_no_difference,
    "timers": no_timer_out_of_turn,
    "back": there_and_back,
    "down": down_feeds_move_nobody,
    "zone": zones_fire_nothing_twice,
    "taken": taken_inputs_say_the_same,
    "elsewhere": order_of_elsewhere,
    "wakes": woken_in_time,
    "ids": ids_are_their_own,
    "late": late_lines_rename_nothing,
    "stops": acted_on_once,
    "worklist": worklists_are_whole,
    "cover": cover_is_one_truth,
    "trace": watching_changes_nothing,
}
