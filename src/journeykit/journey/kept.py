"""What a journey keeps between two inputs: how it is read, copied and shown."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from journeykit.engine.inputs import Input
from journeykit.engine.records import Record
from journeykit.engine.trace import Trace
from journeykit.engine.view import View
from journeykit.journey.account_text import journey_in_one_line, journey_text
from journeykit.journey.hooks import Hooks
from journeykit.journey.log import Log
from journeykit.machine.machine import Machine
from journeykit.machine.snapshot import Snapshot

__all__ = ["Kept"]


class Kept:
    """The part of a journey that keeps its snapshot, its records, and the log of its inputs."""

    machine: Machine
    account: str
    _snapshot: Snapshot | None
    _records: list[Record]
    _log: Log
    _hooks: Hooks
    _trace: Trace | None

    @property
    def snapshot(self) -> Snapshot:
        """The account's snapshot: immutable; its ``to_dict()`` makes JSON data that :meth:`load` reads."""
        assert self._snapshot is not None
        return self._snapshot

    @property
    def now(self) -> datetime:
        """The journey's present, aware and in UTC: the instant of the last input, or the time it was advanced to."""
        return self.snapshot.now

    @property
    def records(self) -> tuple[Record, ...]:
        """Everything that happened, in order; of a loaded journey, after the records it was loaded with."""
        return tuple(self._records)

    @property
    def inputs(self) -> tuple[Input, ...]:
        """The inputs taken, in order, with dates made instants; of a loaded journey, after those it was loaded with."""
        return tuple(self._log.inputs)

    @property
    def _view(self) -> View:
        return View(self.machine, self.snapshot)

    def copy(self) -> Self:
        """Return a journey of its own that stands where this one stands, to see what would come of something.

        It has a log and records of its own; what either takes in is not seen by the other. It shares the machine and
        the clock. Nobody hears of it: ``on_record`` and ``trace`` are not copied, since a what-if must not
        call the host. ``copy.copy`` and ``copy.deepcopy`` do the same.
        """
        other = object.__new__(type(self))
        other.__dict__.update(self.__dict__)
        other._records = self._records.copy()
        other._log = self._log.copy()
        other._hooks = Hooks(self.account)
        other._trace = None
        return other

    def __copy__(self) -> Self:
        return self.copy()

    def __deepcopy__(self, memo: object) -> Self:
        return self.copy()

    def __repr__(self) -> str:
        return journey_in_one_line(self.account, self.machine, self._snapshot)

    def __str__(self) -> str:
        return repr(self) if self._snapshot is None else journey_text(self._view, self._snapshot)
