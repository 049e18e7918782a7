"""Histories: an account's inputs folded into its snapshot and records (rule R3)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple

from journeykit.dates import first_instant, zone
from journeykit.errors import InputError
from journeykit.journey.inputs import Input
from journeykit.journey.log import Log
from journeykit.journey.records import Record
from journeykit.journey.rules import begin, take
from journeykit.journey.snapshot import Snapshot
from journeykit.journey.work import Work
from journeykit.machine.machine import Machine

__all__ = ["History", "Refused", "in_order", "replay"]


class Refused(NamedTuple):
    """An input that was left out, and why."""

    entry: Input
    error: InputError


class History(NamedTuple):
    """One account's journey so far.

    Attributes:
        inputs: the inputs taken, in order; refused: those left out.
        snapshot: where it stands; None when it never began.
        records: what happened.
    """

    account: str
    machine: Machine
    inputs: tuple[Input, ...]
    snapshot: Snapshot | None
    records: tuple[Record, ...]
    refused: tuple[Refused, ...]


def in_order(machine: Machine, inputs: Iterable[Input]) -> list[Input]:
    """Inputs of one account sorted by ``at``, stable; plain dates become instants in the zone that its ``begin`` names."""
    entries = list(inputs)
    if any(not isinstance(entry.at, datetime) for entry in entries):
        named = next((e.data.get("timezone") for e in entries if e.kind == "begin"), None) or machine.profile.timezone
        try:
            zone_info = zone(named)
        except ValueError:
            zone_info = zone(machine.profile.timezone)
        entries = [
            e if isinstance(e.at, datetime) else e._replace(at=first_instant(e.at, zone_info)) for e in entries
        ]
    entries.sort(key=lambda entry: entry.at)
    return entries


def replay(machine: Machine, inputs: Iterable[Input], until: datetime | date | None = None) -> History:
    """Fold inputs of one account, in order of ``at``; what is refused is left out, and the account goes on.

    Equals what the live journey would be after the same inputs. It owns the rows it writes, so it is faster than
    :func:`journeykit.step` in a loop.

    Args:
        machine: the machine of the account's profile.
        inputs: of one account, in any order; repeated deliveries of one id count once.
        until: let time pass up to this instant (a date: its first instant in the account's zone) after the last input;
            inputs after it are not looked at.
    """
    return _Fold(machine).run(in_order(machine, inputs), until)


class _Fold:
    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.log = Log()
        self.records: list[Record] = []
        self.refused: list[Refused] = []
        self.work: Work | None = None

    def run(self, entries: list[Input], until: datetime | date | None) -> History:
        account = entries[0].account if entries else ""
        for entry in entries:
            if until is not None and self._after(entry, until):
                break
            try:
                if not self.log.knows(entry):
                    self._take(entry)
                    self.log.append(entry)
            except InputError as refusal:
                self.refused.append(Refused(entry, refusal))
        snapshot = None
        if self.work is not None:
            snapshot = self.work.state
            if until is not None:
                self._pass_time(account, until)
            snapshot = self.work.state
            snapshot.fresh = set()
        return History(
            account, self.machine, tuple(self.log.inputs), snapshot, tuple(self.records), tuple(self.refused)
        )

    def _after(self, entry: Input, until: datetime | date) -> bool:
        at = entry.at
        assert isinstance(at, datetime)
        if not isinstance(until, datetime):
            zone_info = zone(self.machine.profile.timezone) if self.work is None else self.work.state.zone
            until = first_instant(until, zone_info)
        return at > until

    def _pass_time(self, account: str, until: datetime | date) -> None:
        assert self.work is not None
        state = self.work.state
        at = until if isinstance(until, datetime) else first_instant(until, state.zone)
        if at > state.now:
            self._take(Input("tick", account, at))

    def _take(self, entry: Input) -> None:
        work = self.work
        if work is None:
            records: list[Record] = []
            state = begin(self.machine, entry, records)
            state.fresh = None
            self.records += records
            self.work = Work(self.machine, state, self.records)
            return
        state = work.state
        if state.due is not None and state.due <= entry.at:
            self._take_on_a_copy(work, entry)
            return
        made, before = len(self.records), state.now
        try:
            take(work, entry)
        except InputError:
            if len(self.records) == made:
                state.now = before  # refused before anything was written
            else:
                self._fold_again(made)
            raise
        except BaseException:
            self._fold_again(made)
            raise

    def _take_on_a_copy(self, work: Work, entry: Input) -> None:
        """Time passes before the input is judged: a refusal must not leave that behind, so the copy is kept only if it is taken."""
        records: list[Record] = []
        state = work.state.copy()
        take(Work(self.machine, state, records), entry)
        state.fresh = None
        self.records += records
        self.work = Work(self.machine, state, self.records)

    def _fold_again(self, made: int) -> None:
        """A step failed half way in rows of our own: fold the account anew from the inputs taken so far."""
        again = _Fold(self.machine)
        for entry in self.log.inputs:
            again._take(entry)
        del self.records[made:]
        assert again.work is not None
        self.work = Work(self.machine, again.work.state, self.records)
