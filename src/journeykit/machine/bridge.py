"""A live ``transitions`` machine of one region, standing where a subject stands and guarded by what moves ask."""

from __future__ import annotations

from collections.abc import Mapping

from journeykit.errors import InputError
from journeykit.language.model.profile import Move
from journeykit.machine.snapshot import Snapshot, Subject
from journeykit.machine.subject_meant import did_you_mean, known_ones, subject_meant
from journeykit.machine.tables import RegionTable
from journeykit.statechart._transitions import Engine, RegionMachine, build
from journeykit.statechart.chart import Region

__all__ = ["live_statechart", "region_of", "subject_of"]


def live_statechart(
    region: Region, snapshot: Snapshot | None, subject: Subject | None, graph: Engine | None
) -> RegionMachine:
    """Return a machine of a region; with a snapshot and a subject guarded, and standing where that stands.

    Raises:
        InputError: ``not_there``: the subject stands at no place of this region.
        MissingExtraError: the package that draws it is not installed.
    """
    if snapshot is None or subject is None:
        return build(region, graph=graph)
    # The tables are those of the snapshot: an equal machine may have made it, and positions know their own leaves.
    here = next((one.leaf for one in subject.positions if one.leaf.region.name == region.name), None)
    if here is None:
        raise InputError("not_there", f"track: {subject.key!r} does not stand in {region.name}, which is a branch")
    table = here.region

    def judge(move: str, path: str) -> bool:
        leaf = table.leaves.get(path)
        tables = () if leaf is None else (one for one in leaf.moves if one.move.id == move)
        return any(one.guard(snapshot, subject) is True for one in tables)

    moves = {one.move.id: one.move for leaf in table.leaves.values() for one in leaf.moves}
    return build(region, here.path, judge, {ident: _asks(move) for ident, move in moves.items()}, graph)


def _asks(move: Move) -> str:
    """Return in a few words what a move asks, for diagrams that show conditions."""
    parts = [f"upon {move.upon}"] if move.upon else []
    parts += [one.name or one.text for one in move.when]
    if move.handoff is not None:
        parts.append(f"handoff to {move.handoff.receiver}")
    return ", ".join(parts) or "nothing"


def region_of(regions: Mapping[str, RegionTable], track: str) -> RegionTable:
    """Return a region by the name of its track, or of its branch.

    Raises:
        InputError: ``unknown_place``, naming what there is.
    """
    named: object = track
    table = regions.get(track) if isinstance(named, str) else None
    if table is None:
        hint = did_you_mean(str(track), regions)
        raise InputError(
            "unknown_place",
            f"track: {track!r} is no track or branch of this profile; {hint}there are {known_ones(regions)}",
        )
    return table


def subject_of(snapshot: Snapshot, table: RegionTable, asked: str | None) -> Subject:
    """Return the open subject that is meant, by its key or its id; needless where only one is open.

    Raises:
        InputError: ``unknown_subject``, naming the open ones.
    """
    keys = [key for key, one in snapshot.subjects.items() if one.kind == table.kind]
    return snapshot.subjects[subject_meant(keys, asked, table.kind)]
