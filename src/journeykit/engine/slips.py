"""Slips: what a date asks for, and whether it was done by then (rules R9 and R11)."""

from __future__ import annotations

from datetime import datetime

from journeykit.machine.countdown import Timer
from journeykit.machine.entries import SEEN_AT, VALUE
from journeykit.machine.machine import Machine
from journeykit.machine.snapshot import Snapshot, Subject

__all__ = ["given_at", "missing"]


def missing(snapshot: Snapshot, subject: Subject, timer: Timer) -> tuple[str, ...]:
    """Return what a milestone asks for that is not done: ``work``, ``needs``, both or nothing.

    Work is done where the contract stood in one of the places in this window; needs that are unknown are not met. A
    milestone that does not apply as things stand asks for nothing.
    """
    found = []
    if timer.milestone is not None and subject.term is not None and timer.applies(snapshot, subject):
        if timer.work and timer.work.isdisjoint(subject.term.visited):
            found.append("work")
        if timer.needs is not None and timer.needs(snapshot, subject) is not True:
            found.append("needs")
    return tuple(found)


def given_at(machine: Machine, snapshot: Snapshot, subject: Subject, name: str) -> datetime | None:
    """Return when a name was last given; None where it was not.

    Given is a signal that was seen, a confirmation not taken back, or a boolean fact whose last value is true.
    """
    holder = subject if machine.profile.kind_of(name) == subject.kind else snapshot.account_subject
    seen, said, fact = holder.signals.get(name), holder.confirmations.get(name), holder.facts.get(name)
    if seen is not None or said is not None:
        return seen.at if seen is not None else said.at if said is not None else None
    return fact[SEEN_AT] if fact is not None and fact[VALUE] is True else None
