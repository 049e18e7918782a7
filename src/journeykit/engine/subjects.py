"""Subjects: opened by an input, a move or a reaction, named, started and closed; and what reactions do (rule R12)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from journeykit.dates import local_day
from journeykit.engine.contracts.terms import visit
from journeykit.engine.inputs import fit_for_an_id
from journeykit.engine.macrostep import Macrostep
from journeykit.engine.trace import Trace
from journeykit.language.expressions.tree import ACCOUNT
from journeykit.language.model.profile import Move, Opening, Reaction
from journeykit.machine.criteria.judgements import NOT_JUDGED, Judgement
from journeykit.machine.entries import ClosedSubject, Opener
from journeykit.machine.snapshot import Subject
from journeykit.machine.tables import NO_CONFIG
from journeykit.machine.term import Term
from journeykit.machine.topic_names import opened_or_closed

__all__ = ["close", "open_subject", "open_templates", "react", "start_tracks"]


_ASKED = re.compile(r"\{(\w+)\}")


def start_tracks(macro: Macrostep, subject: Subject) -> None:
    """Start all tracks of a subject at their first places; it is judged in the next microstep."""
    positions = macro.machine.kinds[subject.kind].beginning(macro.snapshot.now)
    subject.positions = positions
    subject.config = macro.machine.config(subject.kind, tuple([position.leaf for position in positions]))
    for hold in subject.config.kind.holds:
        # A criterion about the account has been met for as long as it has, however new this subject is.
        if hold.inherits is not None and hold.inherits in macro.snapshot.account_subject.held:
            subject.held = {**subject.held, hold.key: macro.snapshot.account_subject.held[hold.inherits]}
    if macro.trace is not None:
        for track, paths in _places(subject).items():
            macro.trace.note(Trace.went, macro.snapshot.now, subject.key, track, (), paths)
    visit(macro, subject, [position.leaf for position in positions])
    macro.touch(opened_or_closed(subject.kind), subject)
    macro.look_again(subject)
    macro.redue.add(subject.key)


def _places(subject: Subject) -> dict[str, tuple[str, ...]]:
    """Return the paths of the places where a subject stands, by track, in the order of its positions."""
    found: dict[str, tuple[str, ...]] = {}
    for leaf in (position.leaf for position in subject.positions):
        found[leaf.region.track] = found.get(leaf.region.track, ()) + leaf.chain
    return found


def open_subject(
    macro: Macrostep, key: str, opener: Opener | None, renewals: int = 0, by: str | None = None
) -> Subject | None:
    """Open a subject from now on and return it; ``start_tracks`` starts it.

    A taken key (a closed subject keeps its own) opens nothing: that is on the record, and None is returned.

    Args:
        macro: the work of this step.
        key: the subject's key, of a kind that the profile has.
        opener: the subject that opens it, and by which move or reaction; None where an input does.
        renewals: how many terms a contract had before, not counting the one it is opened in.
        by: the id of the move, or the name of the reaction, that opens it; None where an input does.
    """
    snapshot = macro.snapshot
    data: dict[str, Any] = {"opener": opener.subject if opener else None}
    if by is not None:
        data["from"] = by
    if key in snapshot.subjects or key in snapshot.closed:
        macro.record("opened", key, None, key, data={**data, "taken": True})
        return None
    kind = macro.machine.kinds[key.partition(":")[0]].name
    subject = Subject(key, kind, snapshot.now, NO_CONFIG)
    subject.opener = opener
    if macro.machine.countdown is not None and kind == macro.machine.countdown.kind:
        subject.term = Term(renewals)
    snapshot.subjects[key] = subject
    if snapshot.fresh is not None:
        snapshot.fresh.add(key)
    macro.record("opened", key, None, key, data={**data, "at": macro.machine.kinds[kind].starts_at})
    return subject


def open_templates(
    macro: Macrostep, subject: Subject, by: Move | Reaction, opens: tuple[Opening, ...], carries: Mapping[str, Any]
) -> None:
    """Open what a reaction or a move opens.

    Args:
        macro: the work of this step.
        subject: the subject that reacts or moves.
        by: the reaction or the move.
        opens: the openings, as written.
        carries: the values of the signal that caused it, by name; empty where no signal did.
    """
    ident, told = (f"reactions.{by.name}", by.name) if isinstance(by, Reaction) else (by.id, by.id)
    for opening in opens:
        if opening.unless_open and _still_open(macro, opening.kind, ident):
            continue
        filled = _fill(opening.named, {**carries, "subject": subject.id})
        key = _free_key(macro, opening.kind, by.name) if filled is None else f"{opening.kind}:{filled}"
        opened = open_subject(macro, key, Opener(subject.key, ident), by=told)
        if opened is not None:
            start_tracks(macro, opened)
            macro.newborn += (opened.key,)


def _free_key(macro: Macrostep, kind: str, name: str) -> str:
    """Return a key that is free, made of the name of what opens and of what made it do so.

    That is the id of the input; where there is none, the local day. A count would do for one reading of the log, and
    name another subject in the next, once a line came in late: a signed order would then reach the wrong one.
    """
    snapshot, entry = macro.snapshot, macro.entry
    said = entry.id if entry is not None else None
    stem = f"{kind}:{name}-{said}"
    if said is None or not fit_for_an_id(stem):
        stem = f"{kind}:{name}-{local_day(snapshot.now, snapshot.zone).isoformat()}"
    key, number = stem, 1
    while key in snapshot.subjects or key in snapshot.closed:
        number += 1
        key = stem + _letters(number)
    return key


def _letters(number: int) -> str:
    """Return 2 as ``b``, 3 as ``c``, 26 as ``z``, 27 as ``aa``: what tells one from the first of its name."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("a") + rest) + letters
    return letters


def _fill(template: str | None, values: Mapping[str, Any]) -> str | None:
    """Return a template filled in; None where there is none, a value for it is missing, or no id comes of it.

    It is filled in one pass: a value with braces in it is text from outside, and no template.
    """
    if template is None or any(name not in values for name in _ASKED.findall(template)):
        return None
    filled = _ASKED.sub(lambda found: str(values[found[1]]), template)
    return filled if fit_for_an_id(filled) else None


def _still_open(macro: Macrostep, kind: str, ident: str) -> bool:
    # One opened in this microstep has not started yet, so it stands at no end, even if its first place will be one.
    return any(
        subject.kind == kind
        and subject.opener is not None
        and subject.opener.by == ident
        and (subject.key in macro.newborn or not subject.config.ended)
        for subject in macro.snapshot.subjects.values()
    )


def close(
    macro: Macrostep, subject: Subject, reason: str | None, into: str | None = None, by: str | None = None
) -> None:
    """Close a subject, which is over or goes on in another (``into``, a key): positions and timers go, counts stay.

    ``by`` is the id of the move that closes it.
    """
    snapshot = macro.snapshot
    if macro.trace is not None:
        for track, paths in _places(subject).items():
            macro.trace.note(Trace.went, snapshot.now, subject.key, track, paths)
    del snapshot.subjects[subject.key]
    renewals = subject.term.renewals if subject.term is not None else 0
    covers = None if into is None else _cover_left(macro, subject)
    snapshot.closed = {**snapshot.closed, subject.key: ClosedSubject(renewals, snapshot.now, reason, into, covers)}
    macro.dirty.pop(subject.key, None)
    macro.redue.discard(subject.key)
    macro.redue.add(ACCOUNT)  # so that the snapshot's next due instant is computed anew, without this subject's
    macro.touch(opened_or_closed(subject.kind), subject)  # which may mark the closed subject as well
    macro.dirty.pop(subject.key, None)
    told = {"into": into, "from": by}
    data = {"reason": reason} | {name: said for name, said in told.items() if said is not None}
    macro.record("closed", subject.key, None, subject.key, data=data)


def _cover_left(macro: Macrostep, subject: Subject) -> tuple[date, date] | None:
    """Return the days that a contract closed into another covers: its own, to the end of its term, without grace."""
    term, end = subject.term, macro.end_date(subject)
    if term is None or term.covered_from is None or end is None or subject.config.ended:
        return None
    return term.covered_from, end


def react(
    macro: Macrostep, subject: Subject, reaction: Reaction, judgement: Judgement, carries: Mapping[str, Any]
) -> None:
    """Do what a reaction says: open subjects, then name its actions on the record for the host to carry out."""
    macro.judgement = judgement
    open_templates(macro, subject, reaction, reaction.opens, carries)
    for action in () if subject.term is not None and subject.term.met_over else reaction.do:
        macro.record("action", subject.key, None, action, data={"from": reaction.name})
    macro.judgement = NOT_JUDGED
