"""The fold of a log: one input after another, into a snapshot that is written in place (rule R3).

``step`` copies what it writes, so that the snapshot it was given stays as it was. A replay needs only the last snapshot
and can spare the copies. What it may not spare is rule R2: a refused input changes nothing. There are three cases:

- *Refused before anything was written.* Nearly all refusals are: inputs are checked whole before they are written
  (``intake``). Only the snapshot's present has moved, and is moved back.
- *Something falls due by the input's instant.* Then time passes before the input is judged, and a refusal must not
  leave that behind. Such an input is taken on a copy, which takes the snapshot's place only if all went well.
- *Failed half way*, such as in an endless loop, or by a bug. Subjects are half written, and nobody knows which. The
  account is folded anew from the inputs taken so far: slow, rare, and sure to be right, since the truth is the log.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from journeykit.engine.inputs import Input
from journeykit.engine.macrostep import Macrostep
from journeykit.engine.records import Record
from journeykit.engine.step import begin, take
from journeykit.engine.trace import Trace
from journeykit.errors import InputError
from journeykit.machine.machine import Machine
from journeykit.machine.snapshot import SETTLED, Snapshot

__all__ = ["Fold", "TracedFold"]


class Fold:
    """A fold of one account's inputs; equals :func:`~journeykit.step` in a loop, without a copy for each input.

    Attributes:
        records: the records made so far.

    Args:
        machine: the machine of the account's profile.
        taken: the inputs taken so far. The caller adds each input to it once ``take`` has returned, and not before: the
            fold reads it when it must start over.
        not_after: inputs after this instant are refused.
    """

    __slots__ = ("_machine", "_macro", "_not_after", "_taken", "_trace", "records")

    def __init__(self, machine: Machine, taken: Sequence[Input], not_after: datetime | None = None) -> None:
        self._trace: Trace | None = None
        self._machine = machine
        self._not_after = not_after
        self._taken = taken
        self._macro: Macrostep | None = None
        self.records: list[Record] = []

    @property
    def now(self) -> datetime | None:
        """The account's present; None before it has begun."""
        return None if self._macro is None else self._macro.snapshot.now

    def finish(self) -> Snapshot | None:
        """Return the snapshot, which nobody writes any more; None where the account never began."""
        if self._macro is None:
            return None
        self._macro.snapshot.fresh = SETTLED
        return self._macro.snapshot

    def take(self, entry: Input) -> None:
        """Take one input, whose ``at`` is an instant and no date.

        Raises:
            InputError: the input was refused; the fold is as it was.
        """
        macro = self._macro
        if macro is None:
            records: list[Record] = []
            self._go_on_with(begin(self._machine, entry, records, self._not_after, self._trace), records)
            return
        snapshot = macro.snapshot
        if snapshot.due is not None and snapshot.due <= entry.at:
            self._take_on_a_copy(snapshot, entry)
            return
        made, before = len(self.records), snapshot.now
        try:
            take(macro, entry, self._not_after)
        except InputError:
            if len(self.records) == made:  # what fails after writing has moved somebody first, on the record
                snapshot.now = before
            else:
                self._fold_again(made)
            raise
        except BaseException:  # an interrupt, too, may come half way
            self._fold_again(made)
            raise

    def _take_on_a_copy(self, snapshot: Snapshot, entry: Input) -> None:
        # Time passes before the input is judged, and a refusal must not leave that behind.
        records: list[Record] = []
        copied = snapshot.copy()
        take(Macrostep(self._machine, copied, records, self._trace), entry, self._not_after)
        self._go_on_with(copied, records)

    def _go_on_with(self, snapshot: Snapshot, records: list[Record]) -> None:
        snapshot.fresh = None if self._trace is None else set()  # a trace may look later at what is there now
        self.records += records
        self._macro = Macrostep(self._machine, snapshot, self.records, self._trace)

    def _fold_again(self, made: int) -> None:
        """Fold the account anew from the inputs taken so far, and drop the records after the first ``made``."""
        again = Fold(self._machine, self._taken)
        for entry in self._taken:
            again.take(entry)
        del self.records[made:]
        assert again._macro is not None
        self._macro = Macrostep(self._machine, again._macro.snapshot, self.records, self._trace)


class TracedFold(Fold):
    """A fold that tells a trace what each input made it ask and do; of a refused one nothing."""

    __slots__ = ()

    def __init__(
        self, machine: Machine, taken: Sequence[Input], not_after: datetime | None = None, *, trace: Trace
    ) -> None:
        super().__init__(machine, taken, not_after)
        self._trace = trace

    def take(self, entry: Input) -> None:
        """Take one input, as a fold does.

        Raises:
            InputError: the input was refused; the fold and its trace are as they were.
        """
        assert self._trace is not None
        told = self._trace.mark()
        try:
            super().take(entry)
        except BaseException:
            self._trace.back_to(told)
            raise
