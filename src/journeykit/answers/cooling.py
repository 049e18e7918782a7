"""Reactions that fired lately, and until when they do not fire again (rule R12)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from journeykit.dates import shift
from journeykit.engine.view import SubjectView

__all__ = ["CoolingReaction", "cooling"]


@dataclass(frozen=True, slots=True)
class CoolingReaction:
    """A reaction that is cooling down: its name, and the instant from which on it may fire again for the subject."""

    reaction: str
    until: datetime


def cooling(subject: SubjectView) -> Iterator[CoolingReaction]:
    """Yield the reactions of a subject that are cooling down, as declared."""
    view = subject.view
    for reaction in view.machine.profile.reactions.values():
        fired = None if reaction.cooldown is None else subject.taken_at(reaction.name)
        if reaction.cooldown is not None and fired is not None:
            until = shift(fired, reaction.cooldown, view.zone)
            if until > view.now:
                yield CoolingReaction(reaction.name, until)
