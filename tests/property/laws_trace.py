"""The law of traces: watching changes nothing, and what a trace tells is what happened."""

from __future__ import annotations

from typing import Any

from differences import first_difference
from driver import Case, parsed, plain_record, snapshots_differ

from journeykit.engine.due_dates import timers_of
from journeykit.engine.inputs import parse_input
from journeykit.engine.step import step
from journeykit.engine.trace import Asked, TimerNews, Trace, Went
from journeykit.engine.watching import timer_name
from journeykit.errors import InputError
from journeykit.journey.history import replay
from journeykit.machine.machine import Machine
from journeykit.machine.snapshot import Snapshot

__all__ = ["watching_changes_nothing"]

OF_TIMERS = ("milestone", "cadence", "stuck")


def watching_changes_nothing(case: Case) -> str | None:
    """A watched journey does what one does that nobody watches, and its trace tells that and no other thing."""
    trace = Trace()
    snapshot: Snapshot | None = None
    records: list[Any] = []
    for at, line in enumerate(case.lines):
        before = tuple(trace)
        try:
            outcome = step(case.machine, snapshot, parse_input(line), trace=trace)
        except InputError as refusal:
            if case.run.refusals[at] != refusal.code or tuple(trace) != before:
                return f"line {at} {line}: refused ({refusal}), and the trace or the refusal is another"
            continue
        snapshot = outcome.snapshot
        records += outcome.records
        found = _stands(trace, case.machine, snapshot)
        if found:
            return f"line {at} {line}: {found}"
    return (
        first_difference("records while watched", case.run.all_records(), [plain_record(one) for one in records])
        or snapshots_differ("snapshot while watched", case.run.snapshot, snapshot)
        or _happened(trace, records)
        or _replayed(case, trace)
    )


def _stands(trace: Trace, machine: Machine, snapshot: Snapshot) -> str | None:
    """What was entered and not left is where everybody stands; what is armed is what everybody waits for."""
    places: dict[str, list[str]] = {}
    armed: dict[str, str] = {}
    for entry in trace:
        if isinstance(entry, Went):
            here = places.setdefault(f"{entry.track} of {entry.subject}", [])
            for path in entry.left:
                here.remove(path)
            here += entry.entered
        elif isinstance(entry, TimerNews):
            armed.pop(f"{entry.name} of {entry.subject}", None)
            if entry.event in ("armed", "re-armed"):
                armed[f"{entry.name} of {entry.subject}"] = _due(entry.name, entry.due)
    stands: dict[str, list[str]] = {}
    waits: dict[str, str] = {}
    for key, subject in snapshot.subjects.items():
        for position in subject.positions:
            stands.setdefault(f"{position.leaf.region.track} of {key}", []).extend(position.leaf.chain)
        for due in timers_of(machine, snapshot, subject):
            waits[f"{timer_name(machine, due)} of {key}"] = _due(timer_name(machine, due), due.at)
    told = {name: sorted(paths) for name, paths in places.items() if paths}
    return first_difference("places", {name: sorted(paths) for name, paths in stands.items()}, told) or (
        first_difference("timers", dict(sorted(waits.items())), dict(sorted(armed.items())))
    )


def _due(name: str, due: Any) -> str:
    return "put off each time" if name.startswith("feed ") else str(due)


def _happened(trace: Trace, records: list[Any]) -> str | None:
    """Each move taken and each timer fired is on the record, with the same verdicts, and nothing else is."""
    moved = [one for one in records if one.kind == "moved"]
    taken = [one for one in trace if isinstance(one, Asked) and one.sort == "move" and one.taken]
    fired = [
        f"{one.at} {one.subject} {one.cause}"
        for one in records
        if one.kind in OF_TIMERS or (one.kind == "feed" and not one.data["up"])
    ]
    told = [
        f"{one.at} {one.subject} {one.name}" for one in trace if isinstance(one, TimerNews) and one.event == "fired"
    ]
    return (
        first_difference("moves", [_move(one) for one in moved], [_move(one) for one in taken])
        or first_difference("timers fired", fired, told)
        or _verdicts(moved, taken)
        or _in_words(trace, records)
    )


def _in_words(trace: Trace, records: list[Any]) -> str | None:
    """Gates that are told on the record, and moves that heard a signal and stayed, were asked, with these answers."""
    answers: dict[str, set[tuple[str, str]]] = {}
    for entry in trace:
        if isinstance(entry, Asked):
            of = entry.name if entry.sort == "gate" else entry.sort
            answers.setdefault(f"{entry.at} {of}", set()).update(entry.answers)
    for one in records:
        of = {"ready": one.name, "not_ready": one.name, "heard": "move"}.get(one.kind)
        said = {verdict[:2] for verdict in one.verdicts} if of is not None else set()
        if said - answers.get(f"{one.at} {of}", set()):
            return f"{one}: not asked, or otherwise: {said - answers.get(f'{one.at} {of}', set())}"
    return None


def _move(one: Any) -> str:
    return f"{one.at} {one.subject} {one.name}"


def _verdicts(moved: list[Any], taken: list[Asked]) -> str | None:
    for record, asked in zip(moved, taken, strict=True):
        answers = set(asked.answers)
        lost = [one for one in record.verdicts if (one.criterion, one.result) not in answers]
        if lost:
            return f"{record}: the verdicts {lost} are none of the answers {asked.answers}"
    return None


def _replayed(case: Case, trace: Trace) -> str | None:
    again = Trace()
    snapshot = case.run.snapshot
    account = "" if snapshot is None else snapshot.account
    inputs = [entry for entry in parsed(case.lines) if entry.account in (account, "*")]
    replay(case.machine, inputs, trace=again)
    return first_difference("trace of a replay", [str(one) for one in trace], [str(one) for one in again])
