"""The text of an explanation, for people to read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, tzinfo
from functools import partial
from typing import TYPE_CHECKING

from journeykit.dates import local_day, zone
from journeykit.plain import printable

if TYPE_CHECKING:
    from journeykit.answers.display_names import Names
    from journeykit.answers.explain import Explanation, Point, PossibleMove, Reading
    from journeykit.answers.taken_back import TakenBack

__all__ = ["taken_back_text", "tell", "value_text"]

_MARKS = {"met": "[x]", "not met": "[ ]", "unknown": "[?]", "waived": "[w]"}


def tell(explanation: Explanation, names: Names) -> str:
    """Return an explanation as indented text, most important first."""
    lines = _Teller(zone(explanation.timezone), explanation.at, names).lines(explanation)
    return "\n".join(printable(line, keep="") for line in lines)


class _Teller:
    """The words of one explanation: instants as days of one zone, seen from one present, things by display names."""

    def __init__(self, zone_info: tzinfo, now: datetime, names: Names) -> None:
        self.zone = zone_info
        self.now = now
        self.names = names

    def day(self, at: datetime) -> str:
        return local_day(at, self.zone).isoformat()

    def lines(self, explanation: Explanation) -> Iterator[str]:
        """Yield the lines of the whole text."""
        whose = "" if explanation.subject == "account" else f" of {explanation.subject}"
        track = explanation.track
        place, title = partial(self.names.place, track), self.names.of("tracks", track)
        title += "" if title.casefold() == track else f" ({track})"
        yield f"{explanation.account}, {title}{whose}, as of {self.day(explanation.at)}"
        for position in explanation.positions:
            days = (local_day(explanation.at, self.zone) - local_day(position.since, self.zone)).days
            notes = [f"since {self.day(position.since)} ({days} day{'' if days == 1 else 's'})"]
            notes += ["placed by hand"] * position.placed
            if position.pace is not None:
                typical = f" (typical {position.typical})" if position.typical is not None else ""
                notes.append(f"{position.pace}{typical}")
            yield f"  at {place(position.path)}, {', '.join(notes)}"
        yield from self.last(explanation)
        yield from (f"  {taken_back_text(one, self.names, self.zone)}" for one in explanation.taken_back)
        # Success that a possible move asks for is told with that move.
        shown = {point.id for move in explanation.moves for each in move.points for point in (each, *each.parts)}
        for success in explanation.success:
            if not shown.issuperset(point.id for point in success.points):
                yield f"  success of {place(success.path)}: {success.met} of {len(success.points)} met"
                for point in success.points:
                    yield from self.point(point, "    ")
        for move in explanation.moves:
            yield from self.move(move, place(move.to))
        for head, dues in (("overdue since", explanation.overdue), ("due", explanation.due)):
            for due in dues:
                role = f"; {self.names.roles(due.role)}" if due.role else ""
                yield f"  {head} {due.on.isoformat()}: {self.names.date(due.name)} ({due.what}{role})"
        for one in explanation.cooling:
            yield f"  {self.names.of('reactions', one.reaction)}: not before {self.day(one.until)} (cooldown)"

    def last(self, explanation: Explanation) -> Iterator[str]:
        """Yield a line on how the subject came to where it stands, if that is on record."""
        record = explanation.last
        if record is None:
            return
        ends = (self.names.place(explanation.track, path) for path in (record.source, record.target) if path)
        path = f"{' -> '.join(ends)} on {self.day(record.at)}{self.names.set_back(record)}"
        if record.kind == "placed":
            why = f": {record.data['why']}" if record.data.get("why") else ""
            yield f"  placed by {self.names.roles(record.data['by'])} {path}{why} ({record.cause})"
        else:
            yield f"  moved {path} ({record.name}; {record.cause})"

    def move(self, move: PossibleMove, place: str) -> Iterator[str]:
        """Yield the lines of a possible move: how much of it is met, its criteria, its handoff."""
        # A group of which all are asked counts member by member.
        asked = [part for point in move.points for part in (point.parts if point.required == "all of" else (point,))]
        met = sum(part.result in ("met", "waived") for part in asked)
        count = f"{met} of {len(asked)} met" if asked else "nothing asked"
        upon = f", waits for {self.names.known(move.upon)}" if move.upon else ""
        if move.cooling_until is not None:
            upon += f", cooling down until {self.day(move.cooling_until)}"
        title = f"{move.move} ({move.kind}) -> {place}"
        if self.names.labelled:
            title = f"{self.names.moved(move.move)}-> {place} ({move.move}, {move.kind})"
        yield f"  {title}: {count}{upon}"
        for point in move.points:
            yield from self.point(point, "    ")
        if move.handoff is not None:
            giver, receiver, how = move.handoff
            mark = "[x]" if how in ("accepted", "accepts by itself") else "[ ]"
            roles = f"{self.names.of('roles', giver)} -> {self.names.of('roles', receiver)}"
            yield f"    {mark} handoff {roles}: {how}"

    def point(self, point: Point, indent: str) -> Iterator[str]:
        """Yield the line of a criterion with notes in brackets, then those of its parts, indented."""
        if self.names.labelled and [part.label for part in point.parts] == [point.label]:
            yield from self.point(point.parts[0], indent)  # a derived name with the same label
            return
        notes = [self.held(point)] if point.held is not None else []
        notes += [self.reading(reading, point) for reading in point.readings]
        notes += [f"awaits confirmation by {self.awaited(awaited)}" for awaited in point.awaits]
        if point.waivable_by and point.result not in ("met", "waived"):
            notes.append(f"{self.names.of('roles', point.waivable_by)} may waive it")
        if point.source and point.source != "default":
            notes.append(point.source)
        tail = f"  ({'; '.join(notes)})" if notes else ""
        yield f"{indent}{_MARKS[point.result]} {self.asked(point)}{tail}"
        for part in point.parts:
            yield from self.point(part, indent + "  ")

    def asked(self, point: Point) -> str:
        """Return what a criterion asks for: as it is written, or by its label, which says it by itself."""
        if not self.names.labelled or point.label is None:
            return f"{point.name}: {point.required}" if point.name else point.required
        return f"{point.label}: {point.required}" if point.parts and point.required.endswith(" of") else point.label

    def awaited(self, awaited: str) -> str:
        """Return the roles that may give a missing confirmation, without labels with its name."""
        roles, _, confirmation = awaited.partition(": ")
        return self.names.roles(roles) if self.names.labelled else f"{roles}: {confirmation}"

    def held(self, point: Point) -> str:
        """Return for how long a criterion must be met, and since when it has been."""
        if point.met_since is None or point.held_until is None:
            return f"must hold {point.held}"
        since = f"met since {self.day(point.met_since)}"
        if point.result in ("met", "waived"):
            return f"{since}, held {point.held}"
        return f"{since}, must hold {point.held}, until {self.day(point.held_until)}"

    def reading(self, reading: Reading, point: Point) -> str:
        """Return one reading, with whose it is; what the label of its criterion says already is left out."""
        if reading.subject:
            return f"{reading.subject}: {self._said(reading)}"
        said = self._said(reading)
        if not self.names.labelled or self.called(reading) != point.label:
            return said
        return said.removeprefix(f"{point.label}: ").removeprefix(f"{point.label} is ")

    def _said(self, reading: Reading) -> str:
        """Return one reading in words, by its sort."""
        name, value = self.called(reading), reading.value
        match reading.sort:
            case "band":
                return f"{name} is {'unknown' if value is None else self.names.choice(reading.name, value) or value}"
            case "date" | "cover":
                return f"{name} is on {value}" if value is not None else f"{name} has no date yet"
            case "subjects":
                if not self.names.english:  # the plural of a label is not known there
                    return f"holds for {value} of {reading.source} ({self.names.of('subjects', reading.name)})"
                return f"holds for {value} of {reading.source} {name}{'' if reading.source == '1' else 's'}"
            case "feed":
                heard = reading.seen_at
                return f"{name} was never heard" if heard is None else f"{name} not heard since {self.day(heard)}"
            case "quiet":
                return self._quiet(reading)
        if reading.since is None:
            return f"{name}: never"
        when = self.day(reading.since)
        if reading.asked_again:
            return f"{name} must be given anew, last on {when}{self._by(reading)}"
        match reading.sort:
            case "place":
                positions = ", ".join(self.names.place(reading.name, path) for path in str(value).split(", "))
                return f"{name} at {positions} since {when}"
            case "signal":
                return self._lasting(reading, f"{name} since {when}" if value else f"{name} of {when}", "is settled")
            case "seen":
                return self._lasting(reading, f"{name} last seen on {when}", "")
            case "confirmation":
                return self._lasting(reading, f"{name} was given on {when}{self._by(reading)}", "")
        return self._fact(reading, when)

    def called(self, reading: Reading) -> str:
        """Return the display name of what was read."""
        match reading.sort:
            case "feed":
                return self.names.of("feeds", reading.name)
            case "place":
                return self.names.of("tracks", reading.name)
            case "subjects":
                return self.names.of("subjects", reading.name).lower()
            case "date":
                return self.names.date(reading.name)
        return self.names.known(reading.name)

    def _by(self, reading: Reading) -> str:
        """Return the input that a reading came from, or the role that gave a confirmation, after a comma."""
        by_role = reading.sort == "confirmation" and reading.source
        said = self.names.of("roles", by_role) if by_role else reading.source
        return f", {said}" if said else ""

    def _lasting(self, reading: Reading, said: str, else_said: str) -> str:
        """Add until when something counts that counts only for a while."""
        if reading.until is None:
            return f"{said} {else_said}" if reading.value is False and else_said else said
        return f"{said}, {'counts' if reading.until > self.now else 'counted'} until {self.day(reading.until)}"

    def _quiet(self, reading: Reading) -> str:
        """Return since when a signal has not been heard, and from when on that is long enough."""
        last = f"last seen on {self.day(reading.since)}" if reading.since is not None else "never seen"
        if reading.value is None or reading.until is None:
            return f"{self.called(reading)} {last}"
        heard = reading.seen_at
        if heard is not None and heard != reading.since:
            last += f", listened for since {self.day(heard)}"
        when = f"{'quiet since' if reading.value else 'quiet from'} {self.day(reading.until)}"
        return f"{self.called(reading)} {last}, {when}"

    def _fact(self, reading: Reading, when: str) -> str:
        """Return the value of a fact, or the last one and why it does not count."""
        name = self.called(reading)
        if reading.value is not None or reading.seen_at is None:
            return f"{name} is {self._value(reading, reading.value)} since {when}{self._by(reading)}"
        was = f"{name} was {self._value(reading, reading.last)} on {self.day(reading.seen_at)}"
        if reading.until is None or reading.until > self.now:
            return was  # not stale: its feed is not up, as another note says
        return f"{was}, stale since {self.day(reading.until)}"

    def _value(self, reading: Reading, value: object) -> str:
        return self.names.choice(reading.name, value) or value_text(value, reading.type)


def taken_back_text(one: TakenBack, names: Names, zone_info: tzinfo) -> str:
    """Return what was taken back, by whom and on which day, and after the move of which day."""
    name = names.of("criteria", one.name) if "." in one.name else names.known(one.name)
    taken, moved = (local_day(at, zone_info).isoformat() for at in (one.at, one.moved_at))
    return f"{name} was taken back by {names.roles(one.by)} on {taken}, after the move of {moved}"


def value_text(value: object, type_name: str | None = None) -> str:
    """Return a value as people write it: ``true`` and ``false``, and shares in percent."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if type_name == "share" and isinstance(value, int | float):
        return f"{value * 100:.10g}%"
    return f"{value:.15g}" if isinstance(value, float) else str(value)
