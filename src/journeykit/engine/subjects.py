"""Subjects: opened by an input, a move or a reaction, named, started, and closed (rule R12)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from journeykit.engine.inputs import fit_for_an_id
from journeykit.engine.macrostep import Work
from journeykit.engine.terms import visit
from journeykit.language.model.profile import Opening, Reaction
from journeykit.machine.snapshot import Row, Term

__all__ = ["close", "open_subject", "open_templates", "react", "start_tracks"]


_ASKED = re.compile(r"\{(\w+)\}")


def start_tracks(work: Work, row: Row) -> None:
    """All tracks of a subject start at their first places."""
    places = work.machine.kinds[row.kind].beginning(work.state.now)
    row.places = places
    row.config = work.machine.config(row.kind, tuple([standing.leaf for standing in places]))
    for hold in row.config.kind.holds:
        if hold.inherits is not None and hold.inherits in work.state.rows["account"].held:
            row.held = {**row.held, hold.key: work.state.rows["account"].held[hold.inherits]}
    visit(work, row, [standing.leaf for standing in places])
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
