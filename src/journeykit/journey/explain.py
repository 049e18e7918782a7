"""Why a subject stands where it stands, what is missing for each possible move, and what falls due next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from journeykit.errors import InputError
from journeykit.journey.inputs import plain
from journeykit.journey.records import Record
from journeykit.journey.snapshot import Row, Snapshot
from journeykit.journey.telling import tell
from journeykit.journey.upcoming import Due, upcoming
from journeykit.language.expressions import ACCOUNT, Band, Confirmed, Derived, Fact, Unsettled
from journeykit.language.profile import Criterion, Move
from journeykit.machine.layout import Standing
from journeykit.machine.machine import Machine
from journeykit.machine.tables import Judged, MoveTable, nodes

__all__ = ["Explanation", "Point", "Position", "Reading", "Way", "explain"]


@dataclass(frozen=True, slots=True)
class Reading:
    """One value that a criterion read.

    Attributes:
        value: None while it is unknown; of a word, whether it was given; of a signal, whether it is unsettled.
        since: since when it has this value; None where it was never given.
        seen_at: when it was last observed.
        source: the input it came from; of a word, the role that gave it.
        sort: ``fact``, ``band``, ``word`` or ``signal``.
        asked_again: whether it was given once and must be given anew to count in this track.
    """

    name: str
    value: Any
    since: datetime | None = None
    seen_at: datetime | None = None
    source: str | None = None
    sort: str = "fact"
    asked_again: bool = False


@dataclass(frozen=True, slots=True)
class Point:
    """How one criterion stands: ``result`` is ``met``, ``not met``, ``unknown`` or ``waived``.

    ``required`` is the criterion as written; ``awaits`` names the roles whose word is missing; ``parts`` are the
    members of a group, or of the derived names that it reads.
    """

    id: str
    name: str
    result: str
    required: str
    label: str | None = None
    source: str | None = None
    readings: tuple[Reading, ...] = ()
    awaits: tuple[str, ...] = ()
    waivable_by: str | None = None
    parts: tuple[Point, ...] = ()


@dataclass(frozen=True, slots=True)
class Way:
    """A possible move from here. ``handoff``: (giver, receiver, how it stands), where it has one."""

    move: str
    kind: str
    to: str
    points: tuple[Point, ...]
    upon: str | None = None
    handoff: tuple[str, str, str] | None = None

    @property
    def missing(self) -> tuple[Point, ...]:
        """The criteria that are neither met nor waived."""
        return tuple(point for point in self.points if point.result not in ("met", "waived"))


@dataclass(frozen=True, slots=True)
class Position:
    """A place held: since when, whether somebody placed it there by hand, and whether it is stuck."""

    region: str
    path: str
    since: datetime
    placed: bool
    stuck: bool


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything about one track of one subject. ``str()`` tells it to people, :meth:`to_dict` to programs.

    Instants are in UTC; the text says them as days of the account's ``timezone``.
    """

    account: str
    timezone: str
    track: str
    subject: str
    at: datetime
    positions: tuple[Position, ...]
    ways: tuple[Way, ...]
    last: Record | None
    due: tuple[Due, ...]

    def to_dict(self) -> dict[str, Any]:
        """The explanation as plain JSON data."""
        found = _plain(self)
        assert isinstance(found, dict)
        return found

    def __str__(self) -> str:
        return tell(self)


def explain(
    machine: Machine, state: Snapshot, track: str, subject: str | None = None, records: Iterable[Record] = ()
) -> Explanation:
    """Explain one track of one subject.

    Args:
        track: name of the track.
        subject: key (``workstream:main``) or bare id (``main``); needless for a track of the account, or where only one
            is open.
        records: the account's records, from which the last move is told.

    Raises:
        InputError: ``unknown_place`` or ``unknown_subject``, naming what there is.
    """
    row = _row(machine, state, track, subject)
    standings = [standing for standing in row.places if standing.leaf.region.track == track]
    asker = _Asker(machine, state, row, track)
    moves = [table for standing in standings for table in standing.leaf.moves]
    told = [record for record in records if record.kind in ("moved", "placed") and record.subject == row.key]
    return Explanation(
        account=state.account,
        timezone=state.frame.zone_name,
        track=track,
        subject=row.key,
        at=state.now,
        positions=tuple(_position(standing) for standing in standings),
        ways=tuple(asker.way(table) for table in moves if table.here is None or table.here(state, row)),
        last=next((record for record in reversed(told) if _of(record, track)), None),
        due=tuple(due for due in upcoming(machine, state) if due.subject == row.key and due.track == track),
    )


def _of(record: Record, track: str) -> bool:
    return record.track is not None and (record.track == track or record.track.startswith(f"{track}."))


def _row(machine: Machine, state: Snapshot, track: str, subject: str | None) -> Row:
    tracks = machine.profile.tracks
    if track not in tracks:
        raise InputError("unknown_place", f"track: {track!r} is not in this profile; tracks: {', '.join(tracks)}")
    kind = tracks[track].per
    rows = [row for row in state.rows.values() if row.kind == kind]
    if kind == ACCOUNT and subject in (None, ACCOUNT):
        return rows[0]
    for row in rows:
        if subject in (row.key, row.id):
            return row
    if subject is None and len(rows) == 1:
        return rows[0]
    known = ", ".join(row.key for row in rows) or "none"
    raise InputError("unknown_subject", f"subject: {track!r} has no {subject!r}; open: {known}")


def _position(standing: Standing) -> Position:
    leaf = standing.leaf
    return Position(leaf.region.name, leaf.path, standing.entered[-1], standing.placed, standing.stuck)


def _handoff(move: Move, row: Row) -> tuple[str, str, str] | None:
    if move.handoff is None:
        return None
    said = row.handoffs.get(move.id)
    how = said[0] if said else ("accepts by itself" if move.handoff.automatic else "not offered")
    return move.handoff.giver, move.handoff.receiver, how


@dataclass(frozen=True, slots=True)
class _Asker:
    """One subject of one track, for whom criteria are judged."""

    machine: Machine
    state: Snapshot
    row: Row
    track: str

    def way(self, table: MoveTable) -> Way:
        move = table.move
        points = tuple(self._point(criterion, table.judged) for criterion in move.when)
        return Way(move.id, move.kind, move.to, points, move.upon, _handoff(move, self.row))

    def _point(self, criterion: Criterion, judged: tuple[Judged, ...]) -> Point:
        if criterion.group != "is":
            return self._group(criterion, judged)
        assert criterion.expr is not None
        verdict = next(each for each in judged if each.criterion.id == criterion.id).verdict(self.state, self.row)
        found = list(nodes(criterion.expr))
        return Point(
            id=criterion.id,
            name=criterion.name,
            result=verdict.result,
            required=criterion.text,
            label=criterion.label,
            source=criterion.source,
            readings=tuple(self._readings(found, dict(verdict.evidence))),
            awaits=tuple(self._awaited(found)),
            waivable_by=criterion.waivable_by,
            parts=tuple(self._derived(found)),
        )

    def _group(self, criterion: Criterion, judged: tuple[Judged, ...]) -> Point:
        parts = tuple(self._point(member, judged) for member in criterion.members)
        waived = criterion.id in self.row.waived or criterion.id in self.state.rows[ACCOUNT].waived
        return Point(
            id=criterion.id,
            name=criterion.name,
            result="waived" if waived else _group_result(criterion, [part.result for part in parts]),
            required={"any": "any of", "all": "all of", "at_least": f"at least {criterion.needed} of"}[criterion.group],
            label=criterion.label,
            source=criterion.source,
            waivable_by=criterion.waivable_by,
            parts=parts,
        )

    def _derived(self, found: list[Any]) -> Iterator[Point]:
        for node in found:
            if isinstance(node, Derived):
                criterion = self.machine.profile.derived[node.name].criterion
                if criterion is not None:
                    yield self._point(criterion, self.machine.derived[self.track, node.name])

    def _awaited(self, found: list[Any]) -> Iterator[str]:
        for node in found:
            if not isinstance(node, Confirmed):
                continue
            if self._is_masked(node.word) or node.word not in self._holder(node).words:
                yield f"{' or '.join(self.machine.profile.confirmations[node.word].by)}: {node.word}"

    def _holder(self, node: Fact | Confirmed | Unsettled) -> Row:
        return self.row if node.kind == self.row.kind else self.state.rows[ACCOUNT]

    def _is_masked(self, name: str) -> bool:
        return name in self.row.masks.get(self.track, ())

    def _readings(self, found: list[Any], values: dict[str, Any]) -> Iterator[Reading]:
        for node in found:
            if isinstance(node, Fact):
                entry = self._holder(node).facts.get(node.name)
                again = entry is not None and self._is_masked(node.name)
                _, since, seen, source = entry or (None, None, None, None)
                yield Reading(node.name, values.get(node.name), since, seen, source, asked_again=again)
            elif isinstance(node, Band):
                yield Reading(node.name, values.get(node.name), sort="band")
            elif isinstance(node, Confirmed):
                said = self._holder(node).words.get(node.word)
                again = said is not None and self._is_masked(node.word)
                since, by = (said[0], said[1]) if said else (None, None)
                yield Reading(node.word, said is not None and not again, since, None, by, "word", again)
            elif isinstance(node, Unsettled):
                heard = self._holder(node).signals.get(node.signal)
                yield Reading(node.signal, heard is not None and heard[1], heard[0] if heard else None, sort="signal")


def _group_result(criterion: Criterion, results: list[str]) -> str:
    met = sum(result in ("met", "waived") for result in results)
    unknown = results.count("unknown")
    needed = {"any": 1, "all": len(results), "at_least": criterion.needed}[criterion.group]
    if met >= needed:
        return "met"
    return "unknown" if met + unknown >= needed else "not met"


def _plain(value: Any) -> Any:
    if hasattr(value, "__dataclass_fields__"):
        return {name: _plain(getattr(value, name)) for name in value.__dataclass_fields__}
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return {name: _plain(part) for name, part in value._asdict().items()}
    if isinstance(value, tuple | list):
        return [_plain(part) for part in value]
    return plain(value)
