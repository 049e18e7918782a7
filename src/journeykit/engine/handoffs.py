"""Handoffs: what each side said, and who is ready and waits for one (rule R7)."""

from __future__ import annotations

from journeykit.engine.inputs import Input
from journeykit.engine.macrostep import Work
from journeykit.engine.refusals import not_known, of_kind, role_of
from journeykit.errors import InputError
from journeykit.language.model.paths import inside
from journeykit.machine.tables import MoveTable

__all__ = ["look_at_gates", "take_handoff"]


def take_handoff(work: Work, entry: Input) -> None:
    """Take in what one side says. Declining forgets what was said; an offer does not undo an acceptance."""
    ident, what = entry.data["move"], entry.data["what"]
    move = work.machine.moves.get(ident)
    gates = {name: other for name, other in work.machine.moves.items() if other.handoff is not None}
    if move is None or move.handoff is None:
        raise InputError("unknown_move", f"{not_known('move', ident, gates)} (moves with a handoff)")
    by = role_of(work, entry)
    expected = move.handoff.giver if what == "offered" else move.handoff.receiver
    if by != expected:
        raise InputError("wrong_role", f"by: a handoff of {ident!r} is {what} by {expected}, not by {by}")
    row = work.row(entry.subject)
    track = work.machine.profile.tracks[move.track]
    of_kind(work, "move", ident, track.per, row.kind)
    stands = (s for s in row.places if s.leaf.region.track == move.track and inside(s.leaf.path, move.owner))
    if next(stands, None) is None:
        raise InputError("not_there", f"move: {row.key!r} does not stand in {move.track}.{move.owner}")
    row = work.state.writable(row)
    said = row.handoffs.get(ident)
    if what == "declined":
        row.handoffs = {name: kept for name, kept in row.handoffs.items() if name != ident}
    elif what == "accepted" or said is None or said[0] != "accepted":
        row.handoffs = {**row.handoffs, ident: (what, work.state.now, by)}
    work.look_again(row)


def look_at_gates(work: Work) -> None:
    """Say once that a gate's criteria are met and it waits for its handoff, and once that it is no longer so."""
    state = work.state
    keys, work.gated = work.gated, set()
    for key in [key for key in state.rows if key in keys] if len(keys) > 1 else keys:
        row = state.rows.get(key)
        if row is None:
            continue
        for standing in row.places:
            for table in standing.leaf.gates:
                _look_at_gate(work, row.key, table)


def _look_at_gate(work: Work, key: str, table: MoveTable) -> None:
    state = work.state
    row = state.rows[key]
    ident = table.move.id
    verdict = table.ready(state, row)
    said = row.handoffs.get(ident)
    if verdict is True and ident not in row.ready and (said is None or said[0] != "accepted"):
        state.writable(row).ready |= {ident}
        work.record("ready", key, table.region, ident, verdicts=table.verdicts(state, row))
    elif verdict is False and ident in row.ready:
        state.writable(row).ready -= {ident}
        work.record("not_ready", key, table.region, ident, verdicts=table.verdicts(state, row))
