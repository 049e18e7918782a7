"""Explanations of one track of one subject: why it stands there, what each move is missing, what falls due next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any, Literal, NamedTuple

from journeykit.answers.cooling import CoolingReaction, cooling
from journeykit.answers.display_names import Names
from journeykit.answers.due_list import Due, overdue, upcoming
from journeykit.answers.explain_text import tell
from journeykit.answers.pace import Pace, pace_of, typical_of
from journeykit.answers.plain_parts import plain_parts
from journeykit.answers.readings import Reading, Witness, met_since
from journeykit.answers.taken_back import TakenBack, taken_back
from journeykit.dates import Period, Range, shift
from journeykit.engine.records import Record
from journeykit.engine.view import SubjectView, View
from journeykit.errors import InputError
from journeykit.language.expressions.tree import Confirmed, Derived, Expr
from journeykit.language.expressions.walk import own_nodes
from journeykit.language.model.profile import Criterion, Move, MoveKind
from journeykit.machine.criteria.context import Context, within
from journeykit.machine.criteria.guards import own_test
from journeykit.machine.criteria.verdicts import RESULTS, Judged, Result, judged_of
from journeykit.machine.snapshot import Position
from journeykit.machine.subject_meant import did_you_mean, known_ones, subject_meant
from journeykit.machine.tables import BranchTable, MoveTable
from journeykit.naming.labels import Labels
from journeykit.plain import short_form

__all__ = ["Explanation", "HandoffState", "Point", "PositionReport", "PossibleMove", "Reading", "Success", "explain"]

HandoffState = Literal["not offered", "offered", "accepted", "accepts by itself"]
"""How the handoff of a possible move stands."""


@dataclass(frozen=True, slots=True)
class Point:
    """One criterion, or group of criteria, and how it stands.

    Attributes:
        id, name: the criterion's id, such as ``value.onboarding.success.go_live``, and its own name, ``go_live``.
        result: ``met``, ``not met``, ``unknown`` or ``waived``.
        required: the criterion as written; ``any of``, ``all of`` or ``at least n of`` a group; ``over`` for a branch.
        label, source: its label, and the place in a guide or handbook that it comes from, or None.
        readings: the values that it read.
        awaits: the confirmations that are missing, with the roles that may give them: ``customer or sales: signed``.
        waivable_by: the role that may waive it, or None.
        parts: the members of a group, the criteria of derived names that it reads, or the success of a branch.
        held: how long it must be met without a break, or None.
        met_since: since when it has been met, as far as that counts for ``held``, or None.
        held_until: the instant at which ``held`` is fulfilled, or was, or None.
    """

    id: str
    name: str
    result: Result
    required: str
    label: str | None = None
    source: str | None = None
    readings: tuple[Reading, ...] = ()
    awaits: tuple[str, ...] = ()
    waivable_by: str | None = None
    parts: tuple[Point, ...] = ()
    held: Period | None = None
    met_since: datetime | None = None
    held_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class PossibleMove:
    """A move that can be taken from where the subject stands, once what it asks for is met.

    Attributes:
        move: the move's id, such as ``value.onboarding.exit``.
        kind: its kind, such as ``advance`` or ``regress``.
        to: the path of its target, as written in the profile.
        points: its criteria, and how they stand.
        upon: the signal that it waits for, or None.
        handoff: (giver, receiver, how it stands), or None; it stands as ``not offered``, ``offered``, ``accepted`` or
            ``accepts by itself``.
        cooling_until: the instant at which its cooldown ends, or None if it is not cooling down.
    """

    move: str
    kind: MoveKind
    to: str
    points: tuple[Point, ...]
    upon: str | None = None
    handoff: tuple[str, str, HandoffState] | None = None
    cooling_until: datetime | None = None

    @property
    def missing(self) -> tuple[Point, ...]:
        """The points that are neither met nor waived."""
        return tuple(point for point in self.points if point.result not in ("met", "waived"))


@dataclass(frozen=True, slots=True)
class PositionReport:
    """A position: where the subject stands in one region, and since when.

    Attributes:
        region, path: the region's name, and the path of the leaf.
        since: the instant at which the leaf was entered.
        placed: True if somebody placed the subject there by hand.
        stuck: True if it has been in the outermost stage for that stage's ``stuck_after``.
        pace: the time in the outermost stage against what is typical of it: ``on track``, ``behind`` (beyond its upper
            end; never where that is open, as in ``120+ days``) or ``stuck``; else None where nothing is typical.
        typical: how long a stay in the outermost stage typically takes, or None.
    """

    region: str
    path: str
    since: datetime
    placed: bool
    stuck: bool
    pace: Pace | None = None
    typical: Range | None = None


@dataclass(frozen=True, slots=True)
class Success:
    """The success of a place where the subject stands: the place's path, and how each criterion stands."""

    path: str
    points: tuple[Point, ...]

    @property
    def met(self) -> int:
        """The number of points that are met or waived."""
        return sum(point.result in ("met", "waived") for point in self.points)


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything about one track of one subject: ``str()`` tells it to people, :meth:`to_dict` to programs.

    Instants are aware datetimes in UTC; the text tells them as days of the account's zone.

    Attributes:
        account, timezone: the account's id, and the name of the zone in which it counts its days.
        track, subject: the track's name, and the subject's key, such as ``contract:C-1`` or ``account``.
        at: the journey's present.
        positions: where the subject stands: first in the track's own region, then in its branches.
        success: the success of each place where it stands, outermost first; only places that have one.
        moves: the moves that can be taken from there, for each position in the order of choice (rule R5).
        last: the record of the last move or placing in this track, if the given records have one.
        due: the dates of this track that are still to come, soonest first.
        overdue: the dates of this track that fell due and are still open, longest ago first.
        taken_back: what was taken back after it had allowed a move to where the subject still stands.
        cooling: the reactions of the subject that fired lately and are cooling down.
    """

    account: str
    timezone: str
    track: str
    subject: str
    at: datetime
    positions: tuple[PositionReport, ...]
    success: tuple[Success, ...]
    moves: tuple[PossibleMove, ...]
    last: Record | None
    due: tuple[Due, ...]
    overdue: tuple[Due, ...] = ()
    taken_back: tuple[TakenBack, ...] = ()
    cooling: tuple[CoolingReaction, ...] = ()
    _names: Names | None = field(default=None, repr=False, compare=False)  # which the text uses

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON data: instants and days as ISO text, periods as profiles write them."""
        return {one.name: plain_parts(getattr(self, one.name)) for one in fields(self) if one.name != "_names"}

    def __repr__(self) -> str:
        return short_form("Explanation", self.account, self.track, self.subject, *[p.path for p in self.positions[:1]])

    def __str__(self) -> str:
        assert self._names is not None
        return tell(self, self._names)


def explain(
    view: View,
    track: str,
    subject: str | None = None,
    records: Iterable[Record] = (),
    labels: Labels | None = None,
) -> Explanation:
    """Explain one track of one subject.

    Args:
        view: the account's machine and snapshot.
        track: the track's name.
        subject: the subject's key (``workstream:main``) or bare id (``main``); needless for a track of the account, or
            where only one subject is open.
        records: the account's records so far, for the last move and for what was taken back after a move.
        labels: the labels that the text, its points and its dates use for things; profile names if not given.

    Raises:
        InputError: ``unknown_place``: there is no such track. ``unknown_subject``: no such subject is open, or several
            are and none is named. The message lists what there is.
    """
    found = _subject(view, track, subject)
    standing = found.positions_in(track)
    names = Names(view.machine.profile, labels)
    asker = _Asker(found, track, Witness(found, view.machine.contexts[track]), names)
    paths = dict.fromkeys(path for position in standing for path in position.leaf.chain)
    tables = [table for position in standing for table in position.leaf.moves]
    records = tuple(records)
    told = [record for record in records if record.kind in ("moved", "placed") and record.subject == found.key]
    mine = (found.key, track)
    return Explanation(
        account=view.account,
        timezone=view.zone_name,
        track=track,
        subject=found.key,
        at=view.now,
        positions=tuple(_position(view, position) for position in standing),
        success=tuple(Success(path, points) for path in paths if (points := asker.success(path))),
        moves=tuple(asker.move(table) for table in tables if table.here is None or found.ask(table.here)),
        last=next((record for record in reversed(told) if _of(record, track)), None),
        due=tuple(due for due in upcoming(view, labels=labels) if (due.subject, due.track) == mine),
        overdue=tuple(due for due in overdue(view, labels) if (due.subject, due.track) == mine),
        taken_back=tuple(taken_back(found, track, records)),
        cooling=tuple(cooling(found)),
        _names=names,
    )


def _of(record: Record, track: str) -> bool:
    return record.track is not None and (record.track == track or record.track.startswith(f"{track}."))


def _subject(view: View, track: str, asked: str | None) -> SubjectView:
    tracks = view.machine.profile.tracks
    if track not in tracks:
        hint = did_you_mean(str(track), tracks)
        raise InputError(
            "unknown_place", f"track: {track!r} is not in this profile; {hint}tracks: {known_ones(tracks)}"
        )
    kind = tracks[track].per
    subjects = {subject.key: subject for subject in view.of_kind(kind)}
    return subjects[subject_meant(subjects, asked, kind)]


def _position(view: View, position: Position) -> PositionReport:
    leaf = position.leaf
    return PositionReport(
        region=leaf.region.name,
        path=leaf.path,
        since=position.entered[-1],
        placed=position.placed,
        stuck=position.stuck,
        pace=pace_of(view, position),
        typical=typical_of(view.machine, position),
    )


def _handoff(move: Move, subject: SubjectView) -> tuple[str, str, HandoffState] | None:
    if move.handoff is None:
        return None
    said = subject.handoff(move.id)
    how = "accepts by itself" if move.handoff.automatic else said.what if said else "not offered"
    return move.handoff.giver, move.handoff.receiver, how


class _Bench(NamedTuple):
    """Criteria ready to be judged, the context they are judged in, and whether a group around them is waived."""

    judged: tuple[Judged, ...]
    context: Context
    waived: bool = False


@dataclass(frozen=True, slots=True)
class _Asker:
    """One subject, for which the criteria of one track are judged."""

    subject: SubjectView
    track: str
    witness: Witness
    names: Names

    def move(self, table: MoveTable) -> PossibleMove:
        """Return a move, and how what it asks for stands."""
        move = table.move
        bench = _Bench(table.judged, self.witness.context)
        points = tuple(self._point(criterion, bench) for criterion in move.when)
        if table.branches:
            # The success of a step with branches is that of its branches too, and may have no criteria of its own.
            asked = tuple(point for point in points if point.parts or point.required != "all of")
            points = (*asked, *map(self._branch, table.branches))
        return PossibleMove(
            move.id, move.kind, move.to, points, move.upon, _handoff(move, self.subject), self._cooling(move)
        )

    def success(self, path: str) -> tuple[Point, ...]:
        """Return the criteria of the success of a place, and how they stand."""
        stage, context = self.subject.view.machine.stages[self.track, path], self.witness.context
        bench = _Bench(judged_of(stage.success, context), context)
        return tuple(self._point(criterion, bench) for criterion in stage.success)

    def _cooling(self, move: Move) -> datetime | None:
        taken = self.subject.taken_at(move.id)
        if taken is None or move.cooldown is None:
            return None
        view = self.subject.view
        over = shift(taken, move.cooldown, view.zone)
        return over if over > view.now else None

    def _branch(self, branch: BranchTable) -> Point:
        """Return a branch as a point: whether it is over, with its success and the branches inside it as parts."""
        ident, name = f"{self.track}.{branch.path}", branch.path.rpartition(".")[2]
        label = self.names.of("stages", ident) if self.names.labelled else None
        parts = (*self.success(branch.path), *map(self._branch, branch.branches))
        return Point(ident, name, RESULTS[self.subject.ask(branch.over)], "over", label, parts=parts)

    def _point(self, criterion: Criterion, bench: _Bench) -> Point:
        return self._leaf(criterion, bench) if criterion.group == "is" else self._group(criterion, bench)

    def _leaf(self, criterion: Criterion, bench: _Bench) -> Point:
        assert criterion.expr is not None
        judged = next(each for each in bench.judged if each.criterion.id == criterion.id)
        met, enough = self._held(criterion, bench)
        return Point(
            id=criterion.id,
            name=criterion.name,
            result=self.subject.ask(judged.verdict).result,
            required=criterion.text,
            label=self.names.point(criterion),
            source=criterion.source,
            readings=tuple(dict.fromkeys(self.witness.readings(criterion.expr))),
            awaits=tuple(self._awaited(criterion.expr)),
            waivable_by=criterion.waivable_by,
            parts=tuple(self._derived(criterion.expr)),
            held=criterion.held,
            met_since=met,
            held_until=enough,
        )

    def _group(self, criterion: Criterion, bench: _Bench) -> Point:
        subject, account = self.subject, self.subject.view.account_subject
        waived = bench.waived or subject.is_waived(criterion.id) or account.is_waived(criterion.id)
        parts = tuple(self._point(member, bench._replace(waived=waived)) for member in criterion.members)
        met, enough = self._held(criterion, bench)
        # What must hold turns by time, which the results of its members do not show.
        if criterion.held is None:
            result = _group_result(criterion, [part.result for part in parts])
        else:
            result = RESULTS[subject.ask(own_test(criterion, bench.context))]
        return Point(
            id=criterion.id,
            name=criterion.name,
            result="waived" if waived else result,
            required={"any": "any of", "all": "all of", "at_least": f"at least {criterion.needed} of"}[criterion.group],
            label=self.names.point(criterion),
            source=criterion.source,
            waivable_by=criterion.waivable_by,
            parts=parts,
            held=criterion.held,
            met_since=met,
            held_until=enough,
        )

    def _held(self, criterion: Criterion, bench: _Bench) -> tuple[datetime | None, datetime | None]:
        """Return since when what must hold has been met, and when that is enough."""
        if criterion.held is None:
            return None, None
        met = met_since(criterion, bench.context, self.subject)
        return met, None if met is None else shift(met, criterion.held, self.subject.view.zone)

    def _derived(self, expr: Expr) -> Iterator[Point]:
        for node in own_nodes(expr):
            if isinstance(node, Derived):
                rule = self.subject.view.machine.profile.derived[node.name]
                if rule.criterion is not None:
                    context = within(self.witness.context, rule.kind)
                    yield self._point(
                        rule.criterion, _Bench(self.subject.view.machine.derived[self.track, node.name], context)
                    )

    def _awaited(self, expr: Expr) -> Iterator[str]:
        for node in own_nodes(expr):
            if isinstance(node, Confirmed) and not self.witness.counts(node):
                yield f"{' or '.join(self.subject.view.machine.profile.confirmations[node.word].by)}: {node.word}"


def _group_result(criterion: Criterion, results: list[Result]) -> Result:
    met = sum(result in ("met", "waived") for result in results)
    unknown = results.count("unknown")
    needed = {"any": 1, "all": len(results), "at_least": criterion.needed}[criterion.group]
    if met >= needed:
        return "met"
    return "unknown" if met + unknown >= needed else "not met"
