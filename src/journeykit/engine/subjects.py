"""Subjects: opened by an input, a move or a reaction, named, started and closed; and what reactions do (rule R12)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from journeykit.engine.contracts.terms import visit
from journeykit.engine.inputs import fit_for_an_id
from journeykit.engine.macrostep import Macrostep
from journeykit.language.expressions.tree import ACCOUNT
from journeykit.language.model.profile import Opening, Reaction
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
    visit(macro, subject, [position.leaf for position in positions])
    macro.touch(opened_or_closed(subject.kind), subject)
    macro.look_again(subject)
    macro.redue.add(subject.key)


def open_subject(macro: Macrostep, key: str, opener: Opener | None, renewals: int = 0) -> Subject | None:
    """Open a subject from now on and return it; ``start_tracks`` starts it.

    A taken key (a closed subject keeps its own) opens nothing: that is on the record, and None is returned.

    Args:
        macro: the work of this step.
        key: the subject's key, of a kind that the profile has.
        opener: the subject that opens it, and by which move or reaction; None where an input does.
        renewals: how many terms a contract had before, not counting the one it is opened in.
    """
    snapshot = macro.snapshot
    data: dict[str, Any] = {"opener": opener.subject if opener else None}
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
    macro.record("opened", key, None, key, data=data)
    return subject


def open_templates(
    macro: Macrostep, subject: Subject, name: str, ident: str, opens: tuple[Opening, ...], carries: Mapping[str, Any]
) -> None:
    """Open what a reaction or a move opens, by its templates.

    Args:
        macro: the work of this step.
        subject: the subject that reacts or moves.
        name: the name of the reaction or move, from which ids are made where the template gives none.
        ident: the id by which openings are counted: a move's id, or ``reactions.name``.
        opens: the openings, as written.
        carries: the values of the signal that caused it, by name; empty where no signal did.
    """
    snapshot = macro.snapshot
    for opening in opens:
        if opening.unless_open and _still_open(macro, opening.kind, ident):
            continue
        number = snapshot.openings.get(ident, 0) + 1
        snapshot.openings = {**snapshot.openings, ident: number}
        chosen = _fill(opening.named, {**carries, "subject": subject.id}) or f"{name}-{number}"
        opened = open_subject(macro, f"{opening.kind}:{chosen}", Opener(subject.key, ident))
        if opened is not None:
            start_tracks(macro, opened)
            macro.newborn += (opened.key,)


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


def close(macro: Macrostep, subject: Subject, reason: str | None, into: str | None = None) -> None:
    """Close a subject, which is over or goes on in another (``into``, a key): positions and timers go, counts stay."""
    snapshot = macro.snapshot
    del snapshot.subjects[subject.key]
    renewals = subject.term.renewals if subject.term is not None else 0
    snapshot.closed = {**snapshot.closed, subject.key: ClosedSubject(renewals, snapshot.now, reason, into)}
    macro.dirty.pop(subject.key, None)
    macro.redue.discard(subject.key)
    macro.redue.add(ACCOUNT)  # so that the snapshot's next due instant is computed anew, without this subject's
    macro.touch(opened_or_closed(subject.kind), subject)  # which may mark the closed subject as well
    macro.dirty.pop(subject.key, None)
    data = {"reason": reason} if into is None else {"reason": reason, "into": into}
    macro.record("closed", subject.key, None, subject.key, data=data)


def react(macro: Macrostep, subject: Subject, reaction: Reaction, carries: Mapping[str, Any]) -> None:
    """Do what a reaction says: open subjects, then name its actions on the record for the host to carry out."""
    open_templates(macro, subject, reaction.name, f"reactions.{reaction.name}", reaction.opens, carries)
    for action in reaction.do:
        macro.record("action", subject.key, None, action, data={"from": reaction.name})
