"""Keys of what journeykit opens by itself: a CRM reads them from the records, and so does this program.

A story speaks of the first opportunity that the reaction ``growth`` opened as ``opportunity:growth-1``. The key that it
has is made by the journey (``opportunity:growth-<id of the input>``), so the story is played, and each such name is
replaced by the key of what was opened so far.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import journeykit as jk

__all__ = ["with_keys"]

Line = dict[str, Any]


def with_keys(lines: list[Line], segment: str) -> Iterator[Line]:
    """Yield the inputs of one account, in order, with the keys that subjects have."""
    machine = jk.load(segment)
    keys: dict[str, str] = {}
    opened: Counter[str] = Counter()
    snapshot = None
    for line in lines:
        if snapshot is not None:  # what time opened by then has its key before the line is read
            tick = jk.parse_input({"kind": "tick", "account": line["account"], "at": line["at"]})
            snapshot, *_ = outcome = jk.step(machine, snapshot, tick)
            _note(outcome.records, keys, opened)
        one = {**line, "subject": keys.get(line["subject"], line["subject"])} if "subject" in line else line
        yield one
        try:
            snapshot, *_ = outcome = jk.step(machine, snapshot, jk.parse_input(one))
        except jk.InputError:  # some lines are wrong, and show how that looks
            continue
        _note(outcome.records, keys, opened)


def _note(records: Sequence[jk.Record], keys: dict[str, str], opened: Counter[str]) -> None:
    """Note what was opened, by the name that the stories have for it."""
    for record in records:
        if record.kind == "opened" and "from" in record.data:
            told = f"{record.subject.partition(':')[0]}:{record.data['from'].rpartition('.')[2]}"
            opened[told] += 1
            keys[f"{told}-{opened[told]}"] = record.subject
            if record.subject.startswith("workstream:") and record.data["opener"].startswith("opportunity:"):
                keys[f"workstream:{_told(keys, record.data['opener'])}"] = record.subject


def _told(keys: dict[str, str], opportunity: str) -> str:
    """What a story calls an opportunity by, for the workstream that is named after it."""
    return next(told for told, key in keys.items() if key == opportunity).partition(":")[2]
