"""Going from place to place, opening and closing: what a chosen move or reaction does to the snapshot."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from journeykit.dates import local_day
from journeykit.engine import terms
from journeykit.engine.inputs import fit_for_an_id
from journeykit.engine.macrostep import Work
from journeykit.language.model.profile import Move, Opening, Reaction
from journeykit.machine.closures import Standing
from journeykit.machine.snapshot import Row, Term, intern_paths
from journeykit.machine.tables import Leaf, MoveTable, Route, Verdict

_ASKED = re.compile(r"\{(\w+)\}")

__all__ = ["close", "go", "open_subject", "open_templates", "relocate", "stand_anew", "start_tracks"]


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
        terms.begin_term(work, row, rolled=automatic)
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
        _anchor_cadences(work, row, standing.leaf, leaf)
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
        _visit(work, row, (leaf, *route.starts))


def _anchor_cadences(work: Work, row: Row, old: Leaf, new: Leaf) -> None:
    """A track that left a place where a cadence rests, such as an end, counts it anew."""
    state = work.state
    here = {
        table.ident: (local_day(state.now, state.zone), 0, state.now)
        for table in row.config.kind.cadences
        if old in table.rests and new not in table.rests
    }
    if here:
        row.beats = {**row.beats, **here}


def _order(standing: Standing) -> int:
    order: int = standing.leaf.region.order
    return order


def _enter(leaf: Leaf, now: datetime, placed: bool = False) -> Standing:
    return Standing(leaf, (now,) * len(leaf.chain), False, placed)


def _visit(work: Work, row: Row, leaves: Iterable[Leaf]) -> None:
    countdown = work.machine.countdown
    if row.term is not None and countdown is not None:
        seen = row.term.visited
        paths = [leaf.path for leaf in leaves if leaf.region.track == countdown.track and leaf.path not in seen]
        if paths:
            row.term = row.term.but(visited=intern_paths((*seen, *paths)))


def stand_anew(work: Work) -> None:
    """Where a contract stands when the step has come to rest, it stands in the term or window that began in it."""
    for key in work.anew:
        row = work.state.rows.get(key)
        if row is not None:
            row = work.state.writable(row)
            _visit(work, row, [standing.leaf for standing in row.places])
    work.anew.clear()


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


def start_tracks(work: Work, row: Row) -> None:
    """All tracks of a subject start at their first places."""
    places = work.machine.kinds[row.kind].beginning(work.state.now)
    row.places = places
    row.config = work.machine.config(row.kind, tuple([standing.leaf for standing in places]))
    for hold in row.config.kind.holds:
        if hold.inherits is not None and hold.inherits in work.state.rows["account"].held:
            row.held = {**row.held, hold.key: work.state.rows["account"].held[hold.inherits]}
    _visit(work, row, [standing.leaf for standing in places])
    work.touch(f"+{row.kind}", row)
    work.look_again(row)
    work.redue.add(row.key)


def open_subject(work: Work, key: str, opener: tuple[str, str] | None, renewals: int = 0) -> Row | None:
    """A subject is open from now on. A taken key opens nothing, on the record."""
    state = work.state
    data: dict[str, Any] = {"opener": opener[0] if opener else None}
    if key in state.rows or key in state.closed:
        work.record("opened", key, None, key, data={**data, "taken": True})
        return None
    kind = work.machine.kinds[key.partition(":")[0]].name
    row = Row(key, kind, state.now)
    row.opener = opener
    if work.machine.countdown is not None and kind == work.machine.countdown.kind:
        row.term = Term(renewals)
    state.rows[key] = row
    if state.fresh is not None:
        state.fresh.add(key)
    work.record("opened", key, None, key, data=data)
    return row


def open_templates(
    work: Work, row: Row, name: str, ident: str, opens: tuple[Opening, ...], carries: Mapping[str, Any]
) -> None:
    """What a reaction or a move opens, by its templates."""
    state = work.state
    for opening in opens:
        if opening.unless_open and _still_open(work, opening.kind, ident):
            continue
        number = state.openings.get(ident, 0) + 1
        state.openings = {**state.openings, ident: number}
        chosen = _fill(opening.named, {**carries, "subject": row.id}) or f"{name}-{number}"
        opened = open_subject(work, f"{opening.kind}:{chosen}", (row.key, ident))
        if opened is not None:
            start_tracks(work, opened)
            work.newborn += (opened.key,)


def _fill(template: str | None, values: Mapping[str, Any]) -> str | None:
    """A template filled in one pass; None where there is none, the signal does not say what it asks for, or no id
    comes of it.
    """
    if template is None or any(name not in values for name in _ASKED.findall(template)):
        return None
    filled = _ASKED.sub(lambda found: str(values[found[1]]), template)
    return filled if fit_for_an_id(filled) else None


def _still_open(work: Work, kind: str, ident: str) -> bool:
    return any(
        row.kind == kind
        and row.opener is not None
        and row.opener[1] == ident
        and (row.key in work.newborn or not row.config.ended)
        for row in work.state.rows.values()
    )


def close(work: Work, row: Row, reason: str | None, into: str | None = None) -> None:
    """A subject is over, or goes on in another: positions and timers go, counts stay."""
    state = work.state
    del state.rows[row.key]
    renewals = row.term.renewals if row.term is not None else 0
    state.closed = {**state.closed, row.key: (renewals, state.now, reason, into)}
    work.dirty.pop(row.key, None)
    work.redue.discard(row.key)
    work.redue.add("account")
    work.touch(f"+{row.kind}", row)
    work.dirty.pop(row.key, None)
    data = {"reason": reason} if into is None else {"reason": reason, "into": into}
    work.record("closed", row.key, None, row.key, data=data)


def react(work: Work, row: Row, reaction: Reaction, carries: Mapping[str, Any]) -> None:
    """A reaction does what it says."""
    open_templates(work, row, reaction.name, f"reactions.{reaction.name}", reaction.opens, carries)
    for action in reaction.do:
        work.record("action", row.key, None, action, data={"from": reaction.name})
