"""Decisions of people: placing a subject, waiving a criterion, and taking a waiver back (rule R13)."""

from __future__ import annotations

from journeykit.engine.inputs import Input
from journeykit.engine.macrostep import Macrostep
from journeykit.engine.refusals import free_text, given_by, not_known, of_kind, role_of, unknown
from journeykit.engine.transition import relocate, undone
from journeykit.errors import InputError
from journeykit.language.model.paths import inside
from journeykit.machine.entries import Waiver
from journeykit.machine.snapshot import Position, Subject
from journeykit.machine.tables import Leaf, Route
from journeykit.machine.topic_names import waived

__all__ = ["place", "take_waiver_back", "waive"]


def place(macro: Macrostep, entry: Input) -> None:
    """Put a subject where a person says it stands, whatever the guards.

    Raises:
        InputError: ``unknown_place``, ``unknown_name``, ``unknown_subject`` or ``wrong_subject``.
    """
    profile = macro.machine.profile
    track = profile.tracks.get(entry.data["track"])
    if track is None:
        raise InputError("unknown_place", not_known("track", entry.data["track"], profile.tracks))
    target = entry.data["to"]
    paths = [stage.path for stage in track.walk()]
    if target not in paths:
        raise InputError("unknown_place", not_known("to", target, paths))
    by = role_of(macro, entry)
    subject = macro.subject(entry.subject)
    of_kind(macro, "track", track.name, track.per, subject.kind)
    why = free_text(entry, "why")
    subject = macro.snapshot.writable(subject)
    position, route = _route(macro, subject, track.name, target)
    source = position.leaf.path
    data = {"by": by, "why": why, "at": route.at, **undone(subject, track.name, route, target)}
    macro.record("placed", subject.key, position.leaf.region.name, source, source, route.leaf.path, data=data)
    relocate(macro, subject, position, route, placed=True)


def _route(macro: Macrostep, subject: Subject, track: str, target: str) -> tuple[Position, Route]:
    """Return the position to leave, and the route from it to any place of a track.

    It is the position in the innermost region that holds the place: a branch already running is moved alone, and the
    other branches stay.
    """
    coordinator = macro.machine.coordinator
    holding = [
        position
        for position in subject.positions
        if position.leaf.region.track == track and inside(target, _root(position.leaf))
    ]
    position = holding[-1]
    leaf: Leaf = position.leaf
    region = leaf.region
    plan = coordinator.plan(region.name, leaf.path, target)
    starts = tuple(macro.machine.regions[start.region].leaves[start.leaf] for start in plan.starts)
    closes = frozenset(coordinator.closed_by(region.name, leaf.path))
    return position, Route(region.leaves[plan.leaf], len(leaf.chain) - len(plan.exited), plan.exited, closes, starts)


def _root(leaf: Leaf) -> str:
    """Return the path of the branch that a leaf's region is; empty in a track's own region, which holds all."""
    return leaf.chain[0] if leaf.parent else ""


def waive(macro: Macrostep, entry: Input) -> None:
    """Waive a criterion, by the role that may.

    Raises:
        InputError: ``not_waivable``, ``wrong_role``, ``unknown_name``, ``unknown_subject`` or ``wrong_subject``.
    """
    ident = entry.data["criterion"]
    found = macro.machine.waivable.get(ident)
    if found is None:
        said = not_known("criterion", ident, macro.machine.waivable)
        raise InputError("not_waivable", f"{said} (criteria that may be waived)")
    criterion, kind = found
    by = role_of(macro, entry)
    if by != criterion.waivable_by:
        raise InputError("wrong_role", f"by: {ident!r} may be waived by {criterion.waivable_by}, not by {by}")
    subject = macro.subject(entry.subject)
    of_kind(macro, "criterion", ident, kind, subject.kind)
    why = free_text(entry, "why")
    subject = macro.snapshot.writable(subject)
    subject.waived = {**subject.waived, ident: Waiver(macro.snapshot.now, by, why)}
    macro.record("waived", subject.key, None, ident, data={"by": by, "why": why})
    macro.touch(waived(ident), subject)


def take_waiver_back(macro: Macrostep, entry: Input, name: str, by: str) -> None:
    """Take a waiver back, by the role that gave it.

    Raises:
        InputError: ``unknown_name``, ``unknown_subject``, ``not_given`` or ``wrong_role``.
    """
    if name not in macro.machine.waivable:
        raise unknown("criterion", name, macro.machine.waivable)
    subject = macro.subject(entry.subject)
    given_by(subject.waived.get(name), name, by)
    subject = macro.snapshot.writable(subject)
    subject.waived = {ident: waiver for ident, waiver in subject.waived.items() if ident != name}
    macro.record("retracted", subject.key, None, name, data={"by": by})
    macro.touch(waived(name), subject)
