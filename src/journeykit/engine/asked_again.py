"""Old evidence is asked again by a move, and counts again once it is given anew (rule R8)."""

from __future__ import annotations

from journeykit.engine.macrostep import Macrostep
from journeykit.language.expressions.tree import ACCOUNT
from journeykit.language.model.profile import Move
from journeykit.machine.snapshot import Subject

__all__ = ["ask_again", "count_again"]


def ask_again(macro: Macrostep, subject: Subject, move: Move) -> None:
    """Hide what a move asks again from its track, for this subject, until it is given anew (see ``evidence``)."""
    names = subject.asked_again.get(move.track, frozenset()) | set(move.asks_again)
    subject.asked_again = {**subject.asked_again, move.track: names}
    macro.look_again(subject)  # no value changed, so no topic tells of it
    if subject.term is not None:
        macro.redue.add(subject.key)  # a milestone that is overdue may apply now


def count_again(macro: Macrostep, subject: Subject, name: str) -> None:
    """Let a name that is given anew count again, in every track that asked for it again (rule R8).

    A name of the account may have been asked again by tracks of any subject, each for itself.
    """
    snapshot = macro.snapshot
    subjects = snapshot.subjects.values() if subject.kind == ACCOUNT else (subject,)
    for other in subjects:
        if other.asked_again and any(name in names for names in other.asked_again.values()):
            writable = snapshot.writable(other)
            writable.asked_again = {
                track: names - {name} for track, names in writable.asked_again.items() if names != {name}
            }
            macro.touch(name, other)
            if other is not subject:
                macro.look_again(other)
