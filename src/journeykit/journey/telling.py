"""Explanations told to people, as text."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from journeykit.journey.explain import Explanation, Point, Way

__all__ = ["tell"]

_MARKS = {"met": "[x]", "not met": "[ ]", "unknown": "[?]", "waived": "[w]"}


def tell(explanation: Explanation) -> str:
    """The explanation as indented text, most important first."""
    return "\n".join(_lines(explanation))


def _lines(explanation: Explanation) -> Iterator[str]:
    whose = "" if explanation.subject == "account" else f" of {explanation.subject}"
    yield f"{explanation.account}, {explanation.track}{whose}, as of {_when(explanation.at)}"
    for position in explanation.positions:
        days = (explanation.at - position.since).days
        notes = [f"since {_when(position.since)} ({days} day{'' if days == 1 else 's'})"]
        notes += ["placed by hand"] * position.placed + ["stuck"] * position.stuck
        yield f"  at {position.path}, {', '.join(notes)}"
    last = explanation.last
    if last is not None:
        who = f" by {last.data['by']}" if last.kind == "placed" else ""
        why = f": {last.data['why']}" if last.kind == "placed" and last.data.get("why") else ""
        yield f"  {last.kind}{who} {last.source} -> {last.target} on {_when(last.at)}{why} ({last.name}; {last.cause})"
    for way in explanation.ways:
        yield from _way(way)
    for due in explanation.due:
        yield f"  due {due.on.isoformat()}: {due.name} ({due.what})"


def _way(way: Way) -> Iterator[str]:
    met = len(way.points) - len(way.missing)
    count = f"{met} of {len(way.points)} met" if way.points else "nothing asked"
    upon = f", waits for {way.upon}" if way.upon else ""
    yield f"  {way.move} ({way.kind}) -> {way.to}: {count}{upon}"
    for point in way.points:
        yield from _point(point, "    ")
    if way.handoff is not None:
        giver, receiver, how = way.handoff
        mark = "[x]" if how in ("accepted", "accepts by itself") else "[ ]"
        yield f"    {mark} handoff {giver} -> {receiver}: {how}"


def _point(point: Point, indent: str) -> Iterator[str]:
    title = f"{point.name}: " if point.name else ""
    notes = [_reading(reading) for reading in point.readings]
    notes += [f"awaits the word of {awaited}" for awaited in point.awaits]
    if point.waivable_by and point.result not in ("met", "waived"):
        notes.append(f"{point.waivable_by} may waive it")
    if point.source and point.source != "default":
        notes.append(point.source)
    tail = f"  ({'; '.join(notes)})" if notes else ""
    yield f"{indent}{_MARKS[point.result]} {title}{point.required}{tail}"
    for part in point.parts:
        yield from _point(part, indent + "  ")


def _reading(reading: Any) -> str:
    if reading.since is None:
        return f"{reading.name}: never" if reading.value in (None, False) else f"{reading.name} is {_value(reading.value)}"
    source = f", {reading.source}" if reading.source else ""
    if reading.value is None:
        return f"{reading.name} must be given anew, last on {_when(reading.since)}{source}"
    return f"{reading.name} is {_value(reading.value)} since {_when(reading.since)}{source}"


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _when(at: datetime) -> str:
    return at.strftime("%Y-%m-%d")
