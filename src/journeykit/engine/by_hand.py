"""What people decide themselves: placing a subject, letting a criterion go and taking that back (rule R13)."""

from __future__ import annotations

from journeykit.engine.inputs import Input
from journeykit.engine.macrostep import Work
from journeykit.engine.refusals import given_by, not_known, of_kind, role_of, unknown
from journeykit.engine.transition import relocate
from journeykit.errors import InputError
from journeykit.language.model.paths import inside
from journeykit.machine.closures import Standing
from journeykit.machine.snapshot import Row
from journeykit.machine.tables import Leaf, Route

__all__ = ["place", "take_waiver_back", "waive"]


def place(work: Work, entry: Input) -> None:
    """Put a subject where a person says it stands, whatever the guards."""
    profile = work.machine.profile
    track = profile.tracks.get(entry.data["track"])
    if track is None:
        raise InputError("unknown_place", not_known("track", entry.data["track"], profile.tracks))
    target = entry.data["to"]
    paths = [stage.path for stage in track.walk()]
    if target not in paths:
        raise InputError("unknown_place", not_known("to", target, paths))
    by = role_of(work, entry)
    row = work.row(entry.subject)
    of_kind(work, "track", track.name, track.per, row.kind)
    row = work.state.writable(row)
    standing, route = _route(work, row, track.name, target)
    source = standing.leaf.path
    data = {"by": by, "why": entry.data.get("why")}
    work.record("placed", row.key, standing.leaf.region.name, source, source, route.leaf.path, data=data)
    relocate(work, row, standing, route, placed=True)


def _route(work: Work, row: Row, track: str, target: str) -> tuple[Standing, Route]:
    """How to get from where a subject stands to any place of a track: in the innermost region that stands and holds
    it.
    """
    coordinator = work.machine.coordinator
    holding = [
        standing
        for standing in row.places
        if standing.leaf.region.track == track and inside(target, _root(standing.leaf))
    ]
    standing = holding[-1]
    leaf: Leaf = standing.leaf
    region = leaf.region
    plan = coordinator.plan(region.name, leaf.path, target)
    starts = tuple(work.machine.regions[start.region].leaves[start.leaf] for start in plan.starts)
    closes = frozenset(coordinator.closed_by(region.name, leaf.path))
    return standing, Route(region.leaves[plan.leaf], len(leaf.chain) - len(plan.exited), plan.exited, closes, starts)


def _root(leaf: Leaf) -> str:
    return leaf.chain[0] if leaf.parent else ""


def waive(work: Work, entry: Input) -> None:
    """Let a criterion go, by the role that may."""
    ident = entry.data["criterion"]
    found = work.machine.waivable.get(ident)
    if found is None:
        said = not_known("criterion", ident, work.machine.waivable)
        raise InputError("not_waivable", f"{said} (criteria that may be waived)")
    criterion, kind = found
    by = role_of(work, entry)
    if by != criterion.waivable_by:
        raise InputError("wrong_role", f"by: {ident!r} may be waived by {criterion.waivable_by}, not by {by}")
    row = work.row(entry.subject)
    of_kind(work, "criterion", ident, kind, row.kind)
    row = work.state.writable(row)
    why = entry.data.get("why")
    row.waived = {**row.waived, ident: (work.state.now, by, why)}
    work.record("waived", row.key, None, ident, data={"by": by, "why": why})
    work.touch(f"~{ident}", row)


def take_waiver_back(work: Work, entry: Input, name: str, by: str) -> None:
    """Take a waiver back, by the role that gave it."""
    if name not in work.machine.waivable:
        raise unknown("criterion", name, work.machine.waivable)
    row = work.row(entry.subject)
    given_by(row.waived.get(name), name, by)
    row = work.state.writable(row)
    row.waived = {ident: waiver for ident, waiver in row.waived.items() if ident != name}
    work.record("retracted", row.key, None, name, data={"by": by})
    work.touch(f"~{name}", row)
