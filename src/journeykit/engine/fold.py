"""The fold of a log: one input after another into a snapshot that owns its subjects (rule R3)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from journeykit.engine.inputs import Input
from journeykit.engine.macrostep import Macrostep
from journeykit.engine.records import Record
from journeykit.engine.step import begin, take
from journeykit.errors import InputError
from journeykit.machine.machine import Machine
from journeykit.machine.snapshot import SETTLED, Snapshot

__all__ = ["Fold"]


class Fold:
    """Takes inputs of one account in order; equals :func:`~journeykit.step` in a loop, without a copy for each.

    Attributes:
        records: what happened so far.

    Args:
        machine: the machine of the account's profile.
        taken: the inputs taken so far; whoever drives the fold adds each to it once ``take`` has returned.
    """

    __slots__ = ("_machine", "_macro", "_taken", "records")

    def __init__(self, machine: Machine, taken: Sequence[Input]) -> None:
        self._machine = machine
        self._taken = taken
        self._macro: Macrostep | None = None
        self.records: list[Record] = []

    @property
    def now(self) -> datetime | None:
        """The account's present; None before it has begun."""
        return None if self._macro is None else self._macro.snapshot.now

    def finish(self) -> Snapshot | None:
        """Return the snapshot, no longer written to; None where the account never began."""
        if self._macro is None:
            return None
        self._macro.snapshot.fresh = SETTLED
        return self._macro.snapshot

    def take(self, entry: Input) -> None:
        """Take one input.

        Raises:
            InputError: it was refused; the fold is as it was.
        """
        macro = self._macro
        if macro is None:
            records: list[Record] = []
            self._go_on_with(begin(self._machine, entry, records), records)
            return
        snapshot = macro.snapshot
        if snapshot.due is not None and snapshot.due <= entry.at:
            self._take_on_a_copy(snapshot, entry)
            return
        made, before = len(self.records), snapshot.now
        try:
            take(macro, entry)
        except InputError:
            if len(self.records) == made:
                snapshot.now = before  # refused before anything was written
            else:
                self._fold_again(made)
            raise
        except BaseException:
            self._fold_again(made)
            raise

    def _take_on_a_copy(self, snapshot: Snapshot, entry: Input) -> None:
        # Time passes before the input is judged, and a refusal must not leave that behind.
        records: list[Record] = []
        copied = snapshot.copy()
        take(Macrostep(self._machine, copied, records), entry)
        self._go_on_with(copied, records)

    def _go_on_with(self, snapshot: Snapshot, records: list[Record]) -> None:
        snapshot.fresh = None
        self.records += records
        self._macro = Macrostep(self._machine, snapshot, self.records)

    def _fold_again(self, made: int) -> None:
        """Fold the account anew from the inputs taken so far: a step failed half way in subjects of our own."""
        again = Fold(self._machine, self._taken)
        for entry in self._taken:
            again.take(entry)
        del self.records[made:]
        assert again._macro is not None
        self._macro = Macrostep(self._machine, again._macro.snapshot, self.records)
