"""Going from place to place, opening and closing: what a chosen move or reaction does to the snapshot."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from journeykit.engine.cadences import anchor_anew
from journeykit.engine.macrostep import Work
from journeykit.engine.subjects import close, open_templates
from journeykit.engine.terms import begin_term, visit
from journeykit.language.model.profile import Move
from journeykit.machine.closures import Standing
from journeykit.machine.snapshot import Row
from journeykit.machine.tables import Leaf, MoveTable, Route, Verdict

__all__ = ["go", "relocate"]


def go(
    work: Work,
    key: str,
    standing: Standing,
    table: MoveTable,
    verdicts: tuple[Verdict, ...],
    *,
    automatic: bool = False,
) -> None:
    """Take a chosen move, with all that it causes."""
    found = work.state.rows.get(key)
    if found is None:
        return  # a move of the same microstep closed the subject
    row = work.state.writable(found)
    move = table.move
    route = table.routes[standing.leaf]
    data: dict[str, Any] = {"kind": move.kind}
    if route.left_open:
        data["left_open"] = route.left_open
    if automatic:
        data["automatic"] = True
    work.record("moved", key, table.region, move.id, standing.leaf.path, route.leaf.path, verdicts, data)
    if row.handoffs and move.id in row.handoffs:
        row.handoffs = {ident: said for ident, said in row.handoffs.items() if ident != move.id}
    relocate(work, row, standing, route)
    if row.ready and move.id in row.ready:
        row.ready -= {move.id}
    if move.cooldown is not None:
        row.cooled = {**row.cooled, move.id: work.state.now}
        work.redue.add(key)
    if move.asks_again:
        _ask_again(work, row, move)
    if move.begins_term and row.term is not None:
        begin_term(work, row, rolled=automatic)
    if move.opens:
        open_templates(work, row, move.name, move.id, move.opens, work.carries if move.upon else {})
    if move.closes:
        close(work, row, None)
    for action in move.do:
        work.record("action", key, table.region, action, data={"from": move.id})


def relocate(work: Work, row: Row, standing: Standing, route: Route, *, placed: bool = False) -> None:
    """Leave what the route leaves and enter what it enters; branches close and start with the leaf around them."""
    now = work.state.now
    leaf, kept = route.leaf, route.kept
    entered = standing.entered[:kept] + (now,) * (len(leaf.chain) - kept)
    there = Standing(leaf, entered, standing.stuck and kept > 0, placed)
    if route.closes or route.starts:
        places = [there if old is standing else old for old in row.places if old.leaf.region.name not in route.closes]
        places += [_enter(start, now, placed) for start in route.starts]
        places.sort(key=_order)
        row.places = tuple(places)
    elif len(row.places) == 1:
        row.places = (there,)
    else:
        row.places = tuple(there if old is standing else old for old in row.places)
    if row.config.kind.cadences:
        anchor_anew(work, row, standing.leaf, leaf)
    ended, beats = row.config.ended, row.config.beats
    row.config = work.machine.config(row.kind, tuple([standing.leaf for standing in row.places]))
    if row.term is not None and row.config.ended != ended:
        work.touch("#term", row)
    if row.handoffs or row.ready:
        _forget_left(row, standing.leaf.region.track, route)
    work.touch(leaf.region.at_topic, row)
    work.look_again(row, leaf.region.topic)
    if leaf.clocked or standing.leaf.clocked or route.starts or route.closes or row.config.beats != beats:
        work.redue.add(row.key)
    for start in route.starts:
        work.look_again(row, start.region.topic)
    if row.term is not None:
        visit(work, row, (leaf, *route.starts))


def _order(standing: Standing) -> int:
    order: int = standing.leaf.region.order
    return order


def _enter(leaf: Leaf, now: datetime, placed: bool = False) -> Standing:
    return Standing(leaf, (now,) * len(leaf.chain), False, placed)


def _forget_left(row: Row, track: str, route: Route) -> None:
    """Acceptances last until the declaring place is left; so does being ready."""
    gone = tuple(f"{track}.{path}." for path in route.left)

    def stays(ident: str) -> bool:
        return not ident.startswith(gone) if gone else True

    row.handoffs = {ident: said for ident, said in row.handoffs.items() if stays(ident)}
    row.ready = frozenset(ident for ident in row.ready if stays(ident))


def _ask_again(work: Work, row: Row, move: Move) -> None:
    names = row.masks.get(move.track, frozenset()) | set(move.asks_again)
    row.masks = {**row.masks, move.track: names}
    work.look_again(row)
