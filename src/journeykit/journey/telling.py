"""Explanations told to people, as text."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

from journeykit.dates import local_day, zone

if TYPE_CHECKING:
    from journeykit.journey.explain import Explanation, Point, Reading, Way

__all__ = ["tell"]

_MARKS = {"met": "[x]", "not met": "[ ]", "unknown": "[?]", "waived": "[w]"}
_INVISIBLE = {"Cc", "Cf", "Cs", "Zl", "Zp"}


def tell(explanation: Explanation) -> str:
    """The explanation as indented text, most important first."""
    lines = _Teller(zone(explanation.timezone)).lines(explanation)
    return "\n".join(_clean(line) for line in lines)


def _clean(line: str) -> str:
    """Without control characters: ids and reasons come from outside, and must not move anybody's cursor."""
    return "".join("\N{REPLACEMENT CHARACTER}" if unicodedata.category(c) in _INVISIBLE else c for c in line)


class _Teller:
    """Says instants as days of one zone."""

    def __init__(self, zone_info: tzinfo) -> None:
        self.zone = zone_info

    def day(self, at: datetime) -> str:
        return local_day(at, self.zone).isoformat()

    def lines(self, explanation: Explanation) -> Iterator[str]:
        whose = "" if explanation.subject == "account" else f" of {explanation.subject}"
        yield f"{explanation.account}, {explanation.track}{whose}, as of {self.day(explanation.at)}"
        for position in explanation.positions:
            days = (local_day(explanation.at, self.zone) - local_day(position.since, self.zone)).days
            notes = [f"since {self.day(position.since)} ({days} day{'' if days == 1 else 's'})"]
            notes += ["placed by hand"] * position.placed + ["stuck"] * position.stuck
            yield f"  at {position.path}, {', '.join(notes)}"
        yield from self.last(explanation)
        shown = {point.id for way in explanation.ways for each in way.points for point in (each, *each.parts)}
        for success in explanation.success:
            if not shown.issuperset(point.id for point in success.points):
                yield f"  success of {success.path}: {success.met} of {len(success.points)} met"
                for point in success.points:
                    yield from self.point(point, "    ")
        for way in explanation.ways:
            yield from self.way(way)
        for due in explanation.due:
            yield f"  due {due.on.isoformat()}: {due.name} ({due.what})"

    def last(self, explanation: Explanation) -> Iterator[str]:
        record = explanation.last
        if record is None:
            return
        way = f"{record.source} -> {record.target} on {self.day(record.at)}"
        if record.kind == "placed":
            why = f": {record.data['why']}" if record.data.get("why") else ""
            yield f"  placed by {record.data['by']} {way}{why} ({record.cause})"
        else:
            yield f"  moved {way} ({record.name}; {record.cause})"

    def way(self, way: Way) -> Iterator[str]:
        asked = [part for point in way.points for part in (point.parts if point.required == "all of" else (point,))]
        met = sum(part.result in ("met", "waived") for part in asked)
        count = f"{met} of {len(asked)} met" if asked else "nothing asked"
        upon = f", waits for {way.upon}" if way.upon else ""
        yield f"  {way.move} ({way.kind}) -> {way.to}: {count}{upon}"
        for point in way.points:
            yield from self.point(point, "    ")
        if way.handoff is not None:
            giver, receiver, how = way.handoff
            mark = "[x]" if how in ("accepted", "accepts by itself") else "[ ]"
            yield f"    {mark} handoff {giver} -> {receiver}: {how}"

    def point(self, point: Point, indent: str) -> Iterator[str]:
        title = f"{point.name}: " if point.name else ""
        notes = [self.reading(reading) for reading in point.readings]
        notes += [f"awaits the word of {awaited}" for awaited in point.awaits]
        if point.waivable_by and point.result not in ("met", "waived"):
            notes.append(f"{point.waivable_by} may waive it")
        if point.source and point.source != "default":
            notes.append(point.source)
        tail = f"  ({'; '.join(notes)})" if notes else ""
        yield f"{indent}{_MARKS[point.result]} {title}{point.required}{tail}"
        for part in point.parts:
            yield from self.point(part, indent + "  ")

    def reading(self, reading: Reading) -> str:
        whose = f"{reading.subject}: " if reading.subject else ""
        return whose + self._said(reading)

    def _said(self, reading: Reading) -> str:
        """One reading in words, by its sort."""
        name, value = reading.name, reading.value
        match reading.sort:
            case "band":
                return f"{name} is {'unknown' if value is None else value}"
            case "date" | "cover":
                return f"{name} is on {value}" if value is not None else f"{name} has no date yet"
            case "subjects":
                return f"holds for {value} of {reading.source} {name}{'' if reading.source == '1' else 's'}"
        if reading.since is None:
            return f"{name}: never"
        when = self.day(reading.since)
        source = f", {reading.source}" if reading.source else ""
        if reading.asked_again:
            return f"{name} must be given anew, last on {when}{source}"
        match reading.sort:
            case "place":
                return f"{name} at {value} since {when}"
            case "signal":
                return f"{name} since {when}" if value else f"{name} of {when} is settled"
            case "word":
                return f"{name} was given on {when}{source}"
        return f"{name} is {_value(value)} since {when}{source}"


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:.15g}" if isinstance(value, float) else str(value)
