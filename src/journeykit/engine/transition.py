"""Apply a chosen move: go from place to place, with all that the move causes (rules R6 to R8).

What is left, entered, closed and started between two places was settled when the profile was compiled: a ``Route``
holds it for each move and each leaf from which the move may be taken. Here it is written into the snapshot, for moves
(``go``) and for placing by hand (``relocate`` alone).
"""

from __future__ import annotations

from datetime import datetime
from itertools import chain
from typing import Any

from journeykit.engine.asked_again import ask_again
from journeykit.engine.cadences import anchor_anew
from journeykit.engine.contracts.terms import begin_term, count_on, visit
from journeykit.engine.macrostep import Macrostep
from journeykit.engine.subjects import close, open_templates
from journeykit.engine.trace import Trace
from journeykit.language.model.paths import inside
from journeykit.language.model.profile import Move
from journeykit.machine.closures import by_position
from journeykit.machine.criteria.judgements import NOT_JUDGED, Judgement
from journeykit.machine.snapshot import Position, Subject
from journeykit.machine.tables import Leaf, MoveTable, Route
from journeykit.machine.topic_names import TERM
from journeykit.plain import FrozenDict

__all__ = ["go", "relocate", "undone"]


def go(
    macro: Macrostep,
    key: str,
    position: Position,
    table: MoveTable,
    judgement: Judgement,
    *,
    automatic: bool = False,
) -> None:
    """Take a chosen move, with all that it causes, in the order of the record (rule R14).

    Args:
        macro: the work of this step.
        key: the key of the subject that moves.
        position: its position when the move was chosen.
        table: the move.
        judgement: how its criteria stood when it was chosen.
        automatic: the end of a term takes the move, by which the term renews, whatever its criteria say.
    """
    found = macro.snapshot.subjects.get(key)
    if found is None:
        return  # a move of the same microstep closed the subject
    subject = macro.snapshot.writable(found)
    move = table.move
    route = table.routes[position.leaf]
    macro.judgement = judgement
    data = {**route.data, "automatic": True} if automatic else route.data
    if route.closes or subject.handoffs:
        data = {**data, **undone(subject, position.leaf.region.track, route, move.to, move)}
    macro.record("moved", key, table.region, move.id, position.leaf.path, route.leaf.path, data)
    if subject.handoffs and move.id in subject.handoffs:  # an acceptance is good for one move (R7)
        subject.handoffs = {ident: said for ident, said in subject.handoffs.items() if ident != move.id}
    relocate(macro, subject, position, route)
    if subject.ready and move.id in subject.ready:
        subject.ready -= {move.id}
    if move.cooldown is not None:
        subject.cooled = {**subject.cooled, move.id: macro.snapshot.now}
        macro.redue.add(key)
    if move.asks_again:
        ask_again(macro, subject, move)
    if move.begins_term and subject.term is not None:
        begin_term(macro, subject, rolled=automatic, by=move.id)
    if move.opens:  # a move that waited for no signal must not read one that came in the same step
        open_templates(macro, subject, move, move.opens, macro.carries if move.upon else {})
    if move.closes:
        close(macro, subject, None, by=move.id)
    for action in () if subject.term is not None and subject.term.met_over else move.do:
        macro.record("action", key, table.region, action, data={"from": move.id})
    macro.judgement = NOT_JUDGED


def relocate(macro: Macrostep, subject: Subject, position: Position, route: Route, *, placed: bool = False) -> None:
    """Take one position of a subject along a route; branches close and start with the leaf around them.

    Args:
        macro: the work of this step.
        subject: the subject, writable.
        position: the position to leave, one of the subject's own.
        route: what is left and entered, and which branches close and start.
        placed: a person put the subject there.
    """
    now, track = macro.snapshot.now, position.leaf.region.track
    if macro.trace is not None:
        macro.trace.note(Trace.went, now, subject.key, track, *_places(subject, position, route))
    leaf, kept = route.leaf, route.kept
    # Places that are not left keep the instant at which they were entered: ages, and what must hold, count from it.
    # Being stuck is told once for each stay in the outermost stage, so its mark lasts as long as that.
    entered = position.entered[:kept] + (now,) * (len(leaf.chain) - kept)
    there = by_position(Position, (leaf, entered, position.stuck and kept > 0, placed))
    # The position to replace is found by identity. It is still the one on which the move was chosen: each region has at
    # most one move in a microstep, and none is chosen in a branch that another one closes.
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
    if subject.term is not None:
        _tell_term(macro, subject, position.leaf, route, ended=ended)
    if subject.handoffs or subject.ready:
        _forget_left(subject, track, route)
    # Two kinds of readers: criteria that ask where the subject stands (wherever they are), and the moves from the new
    # leaf, which were not judged before, so that no topic alone would find them.
    macro.touch(leaf.region.at_topic, subject)
    macro.look_again(subject, leaf.region.topic)
    if leaf.clocked or position.leaf.clocked or route.starts or route.closes or subject.config.cadences != cadences:
        macro.redue.add(subject.key)
    for start in route.starts:
        macro.look_again(subject, start.region.topic)
    if subject.term is not None:
        visit(macro, subject, (leaf, *route.starts))


def _places(subject: Subject, position: Position, route: Route) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the places that a route leaves and enters, those in branches that stop and start included."""
    stopped = [one.leaf.chain for one in subject.positions if one.leaf.region.name in route.closes]
    left = position.leaf.chain[route.kept :] + tuple(chain.from_iterable(stopped))
    return left, route.leaf.chain[route.kept :] + tuple(chain.from_iterable(start.chain for start in route.starts))


def _tell_term(macro: Macrostep, subject: Subject, left: Leaf, route: Route, *, ended: bool) -> None:
    """Tell a contract's term where it came to: that is what ``end_moved`` counts from, and an end stops its clock.

    ``ended``: whether it stood at an end in every track before; its config is that of the new place already.
    """
    term, leaf = subject.term, route.leaf
    assert term is not None
    track, came = leaf.region.track, not route.kept or (leaf.ends and not left.ends)
    if came and not leaf.region.parent and track in term.end_moved_in:
        subject.term = term.but(end_moved_in=term.end_moved_in - {track})
        macro.touch(TERM, subject)
    if subject.config.ended != ended:  # at an end in every track, a contract covers nobody
        macro.touch(TERM, subject)
        if ended:
            count_on(macro, subject)


def _order(position: Position) -> int:
    order: int = position.leaf.region.order
    return order


def _enter(leaf: Leaf, now: datetime, placed: bool = False) -> Position:
    return Position(leaf, (now,) * len(leaf.chain), False, placed)


def _forget_left(subject: Subject, track: str, route: Route) -> None:
    """Drop what was said and readiness of moves whose declaring place is left, or lies inside one that is (R7)."""
    subject.handoffs = {move: said for move, said in subject.handoffs.items() if not _is_left(move, track, route)}
    subject.ready = frozenset(move for move in subject.ready if not _is_left(move, track, route))


def _is_left(move: str, track: str, route: Route) -> bool:
    """Tell whether the place that declares a move is left, or lies in one: a move's id begins with track and path."""
    return any(move.startswith(f"{track}.{path}.") for path in route.left)


def undone(subject: Subject, track: str, route: Route, to: str, taken: Move | None = None) -> dict[str, Any]:
    """Return what a route undoes beside the places it leaves, for the record.

    That is: the branches that stop, those of them that are set back (by region, the leaf that was left), and the moves
    of which what was said of the handoff is forgotten (``taken``, the move itself, uses it up). No key stands there
    where there is nothing to tell. ``to`` is the target as written: a branch that holds it is meant, and not set back.
    """
    if not (route.closes or subject.handoffs):
        return {}
    stopping = [one.leaf for one in subject.positions if one.leaf.region.name in route.closes]
    anew = {leaf.region: leaf for leaf in route.starts if not inside(to, leaf.chain[0])}
    reset = {leaf.region.name: leaf.path for leaf in stopping if anew.get(leaf.region, leaf) is not leaf}
    said = [ident for ident in subject.handoffs if taken is None or ident != taken.id]
    stopped, forgotten = [leaf.region.name for leaf in stopping], [one for one in said if _is_left(one, track, route)]
    found = {"stopped": tuple(stopped), "reset": FrozenDict(reset), "forgotten": tuple(forgotten)}
    return {name: undone for name, undone in found.items() if undone}
