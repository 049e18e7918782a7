"""Handoffs: taking in what each side says, and telling which gates are ready and wait for one (rule R7)."""

from __future__ import annotations

from journeykit.engine.inputs import Input
from journeykit.engine.macrostep import Macrostep
from journeykit.engine.refusals import not_known, of_kind, role_of
from journeykit.engine.trace import Trace
from journeykit.errors import InputError
from journeykit.language.model.paths import inside
from journeykit.machine.entries import SaidHandoff
from journeykit.machine.snapshot import NO_NAMES, Subject
from journeykit.machine.tables import MoveTable

__all__ = ["look_at_gates", "take_handoff"]


def take_handoff(macro: Macrostep, entry: Input) -> None:
    """Take in what one side says: declining forgets what was said, and an offer does not undo an acceptance.

    Raises:
        InputError: ``unknown_move``, ``not_there`` where the subject does not stand in the declaring place,
            ``wrong_role``, ``unknown_name``, ``unknown_subject`` or ``wrong_subject``.
    """
    ident, what = entry.data["move"], entry.data["what"]
    move = macro.machine.moves.get(ident)
    gates = {name: other for name, other in macro.machine.moves.items() if other.handoff is not None}
    if move is None or move.handoff is None:
        raise InputError("unknown_move", f"{not_known('move', ident, gates)} (moves with a handoff)")
    by = role_of(macro, entry)
    expected = move.handoff.giver if what == "offered" else move.handoff.receiver
    if by != expected:
        raise InputError("wrong_role", f"by: a handoff of {ident!r} is {what} by {expected}, not by {by}")
    subject = macro.subject(entry.subject)
    track = macro.machine.profile.tracks[move.track]
    of_kind(macro, "move", ident, track.per, subject.kind)
    stands = (s for s in subject.positions if s.leaf.region.track == move.track and inside(s.leaf.path, move.owner))
    if next(stands, None) is None:
        raise InputError("not_there", f"move: {subject.key!r} does not stand in {move.track}.{move.owner}")
    subject = macro.snapshot.writable(subject)
    said = subject.handoffs.get(ident)
    if what == "declined":
        subject.handoffs = {name: kept for name, kept in subject.handoffs.items() if name != ident}
    elif what == "accepted" or said is None or said.what != "accepted":
        subject.handoffs = {**subject.handoffs, ident: SaidHandoff(what, macro.snapshot.now, by)}
    macro.look_again(subject)  # no topic names a handoff


def look_at_gates(macro: Macrostep) -> None:
    """Record once that a gate's criteria are met and its handoff is missing, and once that they are not met any more.

    This is asked when a step has come to rest: a gate that opens and is passed within one step was never waiting.
    """
    snapshot = macro.snapshot
    keys, macro.gated = macro.gated, NO_NAMES
    for key in [key for key in snapshot.subjects if key in keys] if len(keys) > 1 else keys:
        subject = snapshot.subjects.get(key)
        if subject is None:
            continue
        for position in subject.positions:
            for table in position.leaf.gates:
                _look_at_gate(macro, subject.key, table)


def _look_at_gate(macro: Macrostep, key: str, table: MoveTable) -> None:
    snapshot = macro.snapshot
    subject = snapshot.subjects[key]
    ident = table.move.id
    verdict = table.ready(snapshot, subject)
    if macro.trace is not None and (table.here is None or table.here(snapshot, subject)):
        macro.trace.note(Trace.ask, macro.trace.seen(snapshot), key, ("gate", ident), table.ready, table.asks)
    said = subject.handoffs.get(ident)
    if verdict is True and ident not in subject.ready and (said is None or said.what != "accepted"):
        snapshot.writable(subject).ready |= {ident}
        _tell(macro, "ready", subject, table)
    elif verdict is False and ident in subject.ready:
        snapshot.writable(subject).ready -= {ident}
        _tell(macro, "not_ready", subject, table)


def _tell(macro: Macrostep, kind: str, subject: Subject, table: MoveTable) -> None:
    judgement = table.judge(macro.snapshot, subject, kind == "ready")
    macro.record(kind, subject.key, table.region, table.move.id, judgement=judgement)
