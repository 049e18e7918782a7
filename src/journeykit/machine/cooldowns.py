"""Cooldowns: a move is not taken again too soon (rule R5), and a reaction does not fire again too soon (rule R12)."""

from __future__ import annotations

from datetime import datetime

from journeykit.dates import Period, mover
from journeykit.machine.closures import Instant, Test
from journeykit.machine.snapshot import Snapshot, Subject

__all__ = ["cooldown"]


def cooldown(ident: str, period: Period) -> tuple[Test, Instant]:
    """Compile the test that the cooldown of a move or reaction is over, and the instant at which it will be.

    ``ident`` is a move's id or a reaction's name, which no move has for its id: theirs begin with a track and a dot.
    """
    move = mover(period)

    def cooled(snapshot: Snapshot, subject: Subject) -> bool:
        taken = subject.cooled.get(ident)
        return taken is None or bool(move(taken, snapshot.frame.zone) <= snapshot.now)

    def over(snapshot: Snapshot, subject: Subject) -> datetime | None:
        taken = subject.cooled.get(ident)
        at = None if taken is None else move(taken, snapshot.frame.zone)
        return at if at is not None and at > snapshot.now else None

    return cooled, over
