"""What is noted at the beginning of each microstep: the levels of bands, and since when held criteria are met (R5)."""

from __future__ import annotations

from journeykit.engine.macrostep import Macrostep
from journeykit.machine.bands import BandTable
from journeykit.machine.criteria.held import Hold
from journeykit.machine.snapshot import Subject

__all__ = ["measure", "note_held"]


def measure(macro: Macrostep, subject: Subject, bands: tuple[BandTable, ...]) -> None:
    """Give each band the level of the number that it measures now; while that is unknown, it keeps its last level.

    The level depends on the last one (``BandTable.level``): only below a level's start by more than the margin is it
    left. So levels are kept in the snapshot, and measured before any guard of the microstep reads them.
    """
    snapshot = macro.snapshot
    for table in bands:
        number = table.measured(snapshot, subject)
        held = subject.bands.get(table.rule.name)
        level = held if number is None else table.level(number, held)
        if level is not None and level != held:
            subject = snapshot.writable(subject)
            subject.bands = {**subject.bands, table.rule.name: level}


def note_held(macro: Macrostep, subject: Subject, holds: tuple[Hold, ...]) -> None:
    """Note since when held criteria have been met without a break; not met and unknown are both a break."""
    snapshot = macro.snapshot
    for hold in holds:
        met = hold.test(snapshot, subject) is True
        if met is (hold.key in subject.held):
            continue
        subject = snapshot.writable(subject)
        if met:
            subject.held = {**subject.held, hold.key: snapshot.now}
            macro.wake(hold.topic, subject)  # it changes nothing yet, but there is a new instant at which it will
        else:
            subject.held = {key: since for key, since in subject.held.items() if key != hold.key}
