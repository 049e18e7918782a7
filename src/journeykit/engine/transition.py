"""Going from place to place, opening and closing: what a chosen move or reaction does to the snapshot."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from journeykit.engine.cadences import anchor_anew
from journeykit.engine.contracts.terms import begin_term, visit
from journeykit.engine.macrostep import Macrostep
from journeykit.engine.subjects import close, open_templates
from journeykit.language.model.profile import Move
from journeykit.machine.criteria.verdicts import Verdict
from journeykit.machine.snapshot import Position, Subject
from journeykit.machine.tables import Leaf, MoveTable, Route

__all__ = ["go", "relocate"]


def go(
    macro: Macrostep,
    key: str,
    position: Position,
    table: MoveTable,
    verdicts: tuple[Verdict, ...],
    *,
    automatic: bool = False,
) -> None:
    """Take a chosen move, with all that it causes."""
    found = macro.snapshot.subjects.get(key)
    if found is None:
        return  # a move of the same microstep closed the subject
    subject = macro.snapshot.writable(found)
    move = table.move
    route = table.routes[position.leaf]
    data: dict[str, Any] = {"kind": move.kind}
    if route.left_open:
        data["left_open"] = route.left_open
    if automatic:
        data["automatic"] = True
    macro.record("moved", key, table.region, move.id, position.leaf.path, route.leaf.path, verdicts, data)
    if subject.handoffs and move.id in subject.handoffs:
        subject.handoffs = {ident: said for ident, said in subject.handoffs.items() if ident != move.id}
    relocate(macro, subject, position, route)
    if subject.ready and move.id in subject.ready:
        subject.ready -= {move.id}
    if move.cooldown is not None:
        subject.cooled = {**subject.cooled, move.id: macro.snapshot.now}
        macro.redue.add(key)
    if move.asks_again:
        _ask_again(macro, subject, move)
    if move.begins_term and subject.term is not None:
        begin_term(macro, subject, rolled=automatic)
    if move.opens:
        open_templates(macro, subject, move.name, move.id, move.opens, macro.carries if move.upon else {})
    if move.closes:
        close(macro, subject, None)
    for action in move.do:
        macro.record("action", key, table.region, action, data={"from": move.id})


def relocate(macro: Macrostep, subject: Subject, position: Position, route: Route, *, placed: bool = False) -> None:
    """Leave what the route leaves and enter what it enters; branches close and start with the leaf around them."""
    now = macro.snapshot.now
    leaf, kept = route.leaf, route.kept
    entered = position.entered[:kept] + (now,) * (len(leaf.chain) - kept)
    there = Position(leaf, entered, position.stuck and kept > 0, placed)
    if route.closes or route.starts:
        positions = [
            there if old is position else old for old in subject.positions if old.leaf.region.name not in route.closes
        ]
        positions += [_enter(start, now, placed) for start in route.starts]
        positions.sort(key=_order)
        subject.positions = tuple(positions)
    elif len(subject.positions) == 1:
        subject.positions = (there,)
    else:
        subject.positions = tuple(there if old is position else old for old in subject.positions)
    if subject.config.kind.cadences:
        anchor_anew(macro, subject, position.leaf, leaf)
    ended, cadences = subject.config.ended, subject.config.cadences
    subject.config = macro.machine.config(subject.kind, tuple([position.leaf for position in subject.positions]))
    if subject.term is not None and subject.config.ended != ended:
        macro.touch("#term", subject)
    if subject.handoffs or subject.ready:
        _forget_left(subject, position.leaf.region.track, route)
    macro.touch(leaf.region.at_topic, subject)
    macro.look_again(subject, leaf.region.topic)
    if leaf.clocked or position.leaf.clocked or route.starts or route.closes or subject.config.cadences != cadences:
        macro.redue.add(subject.key)
    for start in route.starts:
        macro.look_again(subject, start.region.topic)
    if subject.term is not None:
        visit(macro, subject, (leaf, *route.starts))


def _order(position: Position) -> int:
    order: int = position.leaf.region.order
    return order


def _enter(leaf: Leaf, now: datetime, placed: bool = False) -> Position:
    return Position(leaf, (now,) * len(leaf.chain), False, placed)


def _forget_left(subject: Subject, track: str, route: Route) -> None:
    """Acceptances last until the declaring place is left; so does being ready."""
    gone = tuple(f"{track}.{path}." for path in route.left)

    def stays(ident: str) -> bool:
        return not ident.startswith(gone) if gone else True

    subject.handoffs = {ident: said for ident, said in subject.handoffs.items() if stays(ident)}
    subject.ready = frozenset(ident for ident in subject.ready if stays(ident))


def _ask_again(macro: Macrostep, subject: Subject, move: Move) -> None:
    names = subject.asked_again.get(move.track, frozenset()) | set(move.asks_again)
    subject.asked_again = {**subject.asked_again, move.track: names}
    macro.look_again(subject)
