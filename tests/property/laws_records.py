"""Laws of records: their ids are their own, outlive late lines, and let a host act once on each."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from random import Random
from typing import Any

from driver import Case, dump, load

from journeykit.engine.inputs import Input, parse_input
from journeykit.engine.records import Record, made_by
from journeykit.engine.step import step
from journeykit.errors import InputError
from journeykit.journey.history import replay

__all__ = ["acted_on_once", "ids_are_their_own", "late_lines_rename_nothing"]

Line = dict[str, Any]
Key = tuple[Any, ...]
LATE = 10
"""How many lines of a history come late, each in a replay of its own."""


def key(record: Record) -> Key:
    """What a record is, without its id: it is unchanged where this is the same.

    The cause is more than its words: of what a date made, whose date it is, and the end it was counted from; of an
    input without an id, its content. How often that was so before at the instant is left out.
    """
    whose = " ".join(str(record.occasion).split(" ")[: 2 if record.due_at else 1])
    by = made_by(record.kind, record.data)
    cause = (record.cause, whose, record.due_at)
    return record.subject, record.track, record.kind, record.name, by, *cause, record.at


def fires_again(record: Record) -> bool:
    """Whether a date made it that had fired for the same end in an earlier term: which is the first, others decide."""
    return " again " in str(record.occasion)


def ids_are_their_own(case: Case) -> str | None:
    """No two records of an account have one id, and each comes back from JSON as it was."""
    records = replay(case.machine, inputs_of(case)).records
    for ident, times in Counter(record.id for record in records).items():
        if times > 1:
            return f"{times} records are {ident}: {[str(record) for record in records if record.id == ident]}"
    for record in records:
        raw = json.loads(json.dumps(record.to_dict()))
        if Record.from_dict(raw).to_dict() != raw:
            return f"{record} comes back as {Record.from_dict(raw).to_dict()}, stored as {raw}"
    return None


def late_lines_rename_nothing(case: Case) -> str | None:
    """A line that comes in late leaves every record its id that is as it was."""
    entries = inputs_of(case)
    whole = replay(case.machine, entries).records
    for at in Random(case.seed).sample(range(1, len(entries)), min(LATE, len(entries) - 1)) if entries else ():
        before = replay(case.machine, [*entries[:at], *entries[at + 1 :]]).records
        found = renamed(before, whole)
        if found:
            return f"line {at}, {entries[at].to_dict()}, comes late: {found}"
    return None


def renamed(before: tuple[Record, ...], after: tuple[Record, ...]) -> str | None:
    """The first record that is the same in both, but for its id."""
    told: dict[Key, list[str]] = defaultdict(list)
    for record in before:
        if not fires_again(record):
            told[key(record)].append(record.id)
    seen: Counter[Key] = Counter()
    for record in after:
        place, same = seen[key(record)], told.get(key(record), [])
        if place < len(same) and same[place] != record.id and not fires_again(record):
            return f"{record} was {same[place]} and is {record.id}"
        seen[key(record)] += 1
    return None


class Host:
    """A host that keeps JSON text, and acts on each record whose id it has not acted on."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.log: list[str] = []
        self.state = "nothing"
        self.acted: dict[str, Key] = {}
        self.again: set[str] = set()
        self.most: Counter[Key] = Counter()

    def take(self, entry: Input) -> None:
        """Take one line; one that comes late is put in its place, and the account replayed."""
        snapshot = load(self.case.machine, self.state)  # it stopped since the last line, and knows what it stored
        try:
            outcome = step(self.case.machine, snapshot, entry)
        except InputError as refusal:
            if refusal.code != "time_runs_back":
                return
            kept = [parse_input(json.loads(one)) for one in self.log]
            history = replay(self.case.machine, [*kept, entry])
            self.log = [json.dumps(one.to_dict()) for one in history.inputs]
            self.state, records = dump(history.snapshot), history.records
        else:
            self.log.append(json.dumps(outcome.taken.to_dict()))
            self.state, records = dump(outcome.snapshot), outcome.records
        counts = Counter(key(record) for record in records)
        self.most = self.most | counts  # the most at any time of what is the same
        for record in records:
            stored = Record.from_dict(json.loads(json.dumps(record.to_dict())))
            self.acted.setdefault(stored.id, key(record))
            if fires_again(record):
                self.again.add(stored.id)


def acted_on_once(case: Case) -> str | None:
    """A host that stops after every line, and gets some lines late, acts once on everything that happened."""
    rng, host = Random(case.seed), Host(case)
    late = [entry for entry in inputs_of(case) if entry.kind != "begin" and rng.random() < 0.15]
    for entry in [*(one for one in inputs_of(case) if one not in late), *late]:
        host.take(entry)
    if not host.log:
        return None
    final = replay(case.machine, [parse_input(json.loads(one)) for one in host.log]).records
    for record in final:
        if record.id not in host.acted:
            return f"nobody acted on {record}"
    once = {ident: same for ident, same in host.acted.items() if ident not in host.again}
    for same, times in Counter(once.values()).items():
        if times > host.most[same]:
            return f"acted {times} times on {same}, which was there {host.most[same]} times"
    return None


def inputs_of(case: Case) -> list[Input]:
    """The inputs of a case that can be read and are taken, in the order in which they happened."""
    found: list[Input] = []
    snapshot = None
    for line in case.lines:
        try:
            outcome = step(case.machine, snapshot, parse_input(line))
        except InputError:
            continue
        snapshot = outcome.snapshot
        found.append(outcome.taken)
    return found
