"""In which order inputs of one account from elsewhere are taken (R3): the plainest way to say it."""

from __future__ import annotations

from journeykit.engine.inputs import Input

__all__ = ["as_taken"]


def as_taken(entries: list[Input]) -> list[Input]:
    """By instant; within one what begins, and what opens before what speaks of its subject; else as they came."""
    found: list[Input] = []
    for at in sorted({entry.at for entry in entries}):
        came = [entry for entry in entries if entry.at == at]
        taken = [entry for entry in came if entry.kind == "begin"]
        for entry in came:
            for other in needed_by(entry, came):
                put(taken, other)
            put(taken, entry)
        found += taken
    return found


def needed_by(entry: Input, came: list[Input]) -> list[Input]:
    """The inputs that open what an input speaks of, the first for each, in the order in which they came."""
    if entry.kind in ("begin", "open"):
        return []
    first = {one.subject: one for one in reversed(came) if one.kind == "open"}
    return [
        one for one in came if one is first.get(one.subject) and one.subject in (entry.subject, entry.data.get("into"))
    ]


def put(taken: list[Input], entry: Input) -> None:
    if not any(one is entry for one in taken):
        taken.append(entry)
