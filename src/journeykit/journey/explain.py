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
    """One value that a criterion read: what it is, since when, and which input it came from. ``value`` None: unknown."""

    name: str
    value: Any
    since: datetime | None = None
    seen_at: datetime | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Point:
    """How one criterion stands: ``result`` is ``met``, ``not met``, ``unknown`` or ``waived``.

    ``required`` is the criterion as written; ``awaits`` names the roles whose word is missing; ``parts`` are the members of a
    group, or of the derived names that it reads.
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
    """Everything about one track of one subject. ``str()`` tells it to people, :meth:`to_dict` to programs."""

    account: str
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
        subject: key (``workstream:main``) or bare id (``main``); needless for a track of the account, or where only one is open.
        records: the account's records, from which the last move is told.

    Raises:
        InputError: ``unknown_place`` or ``unknown_subject``, naming what there is.
    """
    row = _row(machine, state, track, subject)
    standings = [standing for standing in row.places if standing.leaf.region.track == track]
    last = next(
        (r for r in reversed(list(records)) if r.kind in ("moved", "placed") and r.subject == row.key and _of(r, track)),
        None,
    )
    return Explanation(
        state.account,
        track,
        row.key,
        state.now,
        tuple(_position(standing) for standing in standings),
        tuple(
            _way(machine, state, row, t)
            for standing in standings
            for t in standing.leaf.moves
            if t.here is None or t.here(state, row)
        ),
        last,
        tuple(due for due in upcoming(machine, state) if due.subject == row.key and due.track == track),
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


def _way(machine: Machine, state: Snapshot, row: Row, table: MoveTable) -> Way:
    move = table.move
    judged = {each.criterion.id: each for each in table.judged}
    points = tuple(_point(machine, state, row, criterion, judged) for criterion in move.when)
    return Way(move.id, move.kind, move.to, points, move.upon, _handoff(move, row))


def _handoff(move: Move, row: Row) -> tuple[str, str, str] | None:
    if move.handoff is None:
        return None
    said = row.handoffs.get(move.id)
    how = said[0] if said else ("accepts by itself" if move.handoff.automatic else "not offered")
    return move.handoff.giver, move.handoff.receiver, how


def _point(machine: Machine, state: Snapshot, row: Row, criterion: Criterion, judged: dict[str, Judged]) -> Point:
    if criterion.group != "is":
        parts = tuple(_point(machine, state, row, member, judged) for member in criterion.members)
        waived = criterion.id in row.waived or criterion.id in state.rows[ACCOUNT].waived
        result = "waived" if waived else _group_result(criterion, [part.result for part in parts])
        wanted = {"any": "any of", "all": "all of", "at_least": f"at least {criterion.needed} of"}[criterion.group]
        return Point(criterion.id, criterion.name, result, wanted, criterion.label, criterion.source, parts=parts)
    assert criterion.expr is not None
    verdict = judged[criterion.id].verdict(state, row)
    found = list(nodes(criterion.expr))
    readings = tuple(_readings(state, row, found, dict(verdict.evidence)))
    awaits = tuple(
        f"{' or '.join(machine.profile.confirmations[node.word].by)}: {node.word}"
        for node in found
        if isinstance(node, Confirmed) and node.word not in _holder(state, row, node.kind).words
    )
    parts = tuple(_derived(machine, state, row, node) for node in found if isinstance(node, Derived))
    return Point(
        criterion.id,
        criterion.name,
        verdict.result,
        criterion.text,
        criterion.label,
        criterion.source,
        readings,
        awaits,
        criterion.waivable_by,
        tuple(part for part in parts if part is not None),
    )


def _derived(machine: Machine, state: Snapshot, row: Row, node: Derived) -> Point | None:
    criterion = machine.profile.derived[node.name].criterion
    if criterion is None:
        return None
    judged = {each.criterion.id: each for each in machine.derived[node.name]}
    return _point(machine, state, _holder(state, row, node.kind), criterion, judged)


def _group_result(criterion: Criterion, results: list[str]) -> str:
    met = sum(result in ("met", "waived") for result in results)
    unknown = results.count("unknown")
    needed = {"any": 1, "all": len(results), "at_least": criterion.needed}[criterion.group]
    if met >= needed:
        return "met"
    return "unknown" if met + unknown >= needed else "not met"


def _holder(state: Snapshot, row: Row, kind: str) -> Row:
    return row if kind == row.kind else state.rows[ACCOUNT]


def _readings(state: Snapshot, row: Row, found: list[Any], values: dict[str, Any]) -> Iterator[Reading]:
    for node in found:
        if isinstance(node, Fact):
            entry = _holder(state, row, node.kind).facts.get(node.name)
            if entry is None:
                yield Reading(node.name, None)
            else:  # asked again: the old value stands on the record, but it does not count here
                yield Reading(node.name, values.get(node.name), *entry[1:])
        elif isinstance(node, Band):
            yield Reading(node.name, values.get(node.name))
        elif isinstance(node, Confirmed):
            said = _holder(state, row, node.kind).words.get(node.word)
            yield Reading(node.word, said is not None, said[0] if said else None, None, said[1] if said else None)
        elif isinstance(node, Unsettled):
            seen = _holder(state, row, node.kind).signals.get(node.signal)
            yield Reading(node.signal, seen is not None and seen[1], seen[0] if seen else None)


def _plain(value: Any) -> Any:
    if hasattr(value, "__dataclass_fields__"):
        return {name: _plain(getattr(value, name)) for name in value.__dataclass_fields__}
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return {name: _plain(part) for name, part in value._asdict().items()}
    if isinstance(value, tuple | list):
        return [_plain(part) for part in value]
    return plain(value)
