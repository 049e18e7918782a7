"""The work of one step: the snapshot being written, the records made, and who must look again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from journeykit.engine.inputs import Input
from journeykit.engine.records import NOTHING, Record
from journeykit.errors import InputError
from journeykit.machine.closures import by_position
from journeykit.machine.criteria.verdicts import Verdict
from journeykit.machine.machine import Machine
from journeykit.machine.snapshot import Snapshot, Subject
from journeykit.machine.tables import Topic

__all__ = ["Macrostep"]

NOBODY = Topic(near=False, far=(), dues=False)


class Macrostep:
    """What one step works with.

    Attributes:
        state: the snapshot being written; rows are written only after ``state.writable(row)``.
        out: the records made so far.
        dirty: row key -> topics to be looked at in the next microstep.
        redue: keys of rows whose next due instant must be computed anew.
        anew: keys of rows in which a term or a window began in this step.
        gated: keys of rows whose gates must be looked at once the step has come to rest.
        signal: the signal of this input until it was heard, as (name, row key).
        acted: whether anything moved or reacted since the input.
        newborn: keys of the subjects opened in this microstep, whose tracks start with the next.
        origin: where a value comes from: the input's id, or its kind where it has none.
    """

    __slots__ = (
        "_cause",
        "acted",
        "anew",
        "dirty",
        "entry",
        "gated",
        "machine",
        "newborn",
        "origin",
        "out",
        "redue",
        "signal",
        "snapshot",
    )

    def __init__(self, machine: Machine, snapshot: Snapshot, out: list[Record]) -> None:
        self.machine = machine
        self.snapshot = snapshot
        self.out = out
        self.dirty: dict[str, list[str]] = {}
        self.redue: set[str] = set()
        self.anew: set[str] = set()
        self.gated: set[str] = set()
        self.signal: tuple[str, str] | None = None
        self.acted = False
        self.newborn: tuple[str, ...] = ()
        self.entry: Input | None = None
        self._cause: str | None = None
        self.origin = ""

    def begin(self, entry: Input | None, cause: str | None = None) -> None:
        """A new step begins: of an input, of a timer, or of time alone."""
        self.entry = entry
        self._cause = cause
        self.acted = False
        self.origin = (cause or "") if entry is None else entry.id or entry.kind

    @property
    def cause(self) -> str:
        """Why the present step happens, in words."""
        if self._cause is None:
            entry = self.entry
            assert entry is not None
            self._cause = entry.kind if entry.id is None else f"{entry.kind} {entry.id}"
        return self._cause

    def record(
        self,
        kind: str,
        subject: str,
        track: str | None,
        name: str,
        source: str | None = None,
        target: str | None = None,
        verdicts: tuple[Verdict, ...] = (),
        data: Any = NOTHING,
    ) -> None:
        """Put one more thing on the record."""
        snapshot = self.snapshot
        snapshot.count += 1
        account = snapshot.frame.account
        ident = f"{account}/{snapshot.count}"
        cause = self._cause or self.cause
        told = (ident, account, snapshot.now, kind, subject, track, name, source, target, cause, verdicts, data)
        self.out.append(by_position(Record, told))

    @property
    def carries(self) -> Mapping[str, Any]:
        """What the signal of this input carries; nothing where it is none."""
        found: Mapping[str, Any] = {} if self.entry is None else self.entry.data.get("carries") or {}
        return found

    def touch(self, topic: str, subject: Subject, *, redue: bool = False) -> None:
        """Something named ``topic`` of this row changed: whoever reads it looks again.

        ``redue``: something may now turn sooner for its readers than they know.
        """
        listeners = self.machine.topics.get(topic)
        if listeners is None:
            return
        near, far, dues = listeners
        dues = dues or redue
        if near:
            if topic in subject.config.listens:
                self._mark(subject.key, topic)
            if dues:
                self.redue.add(subject.key)
        if far:
            for other in self.snapshot.subjects.values():
                if other.kind in far and not (near and other is subject):
                    if topic in other.config.listens:
                        self._mark(other.key, topic)
                    if dues:
                        self.redue.add(other.key)

    def wake(self, topic: str, subject: Subject) -> None:
        """Whoever reads ``topic`` has a new instant at which it turns, though it says the same as before."""
        near, far, _ = self.machine.topics.get(topic, NOBODY)
        if near:
            self.redue.add(subject.key)
        self.redue.update(other.key for other in self.snapshot.subjects.values() if other.kind in far)

    def look_again(self, subject: Subject, topic: str = "*") -> None:
        """Judge all that this row can do (``*``), or all that one of its regions can (``!region``)."""
        self._mark(subject.key, topic)

    def _mark(self, key: str, topic: str) -> None:
        topics = self.dirty.get(key)
        if topics is None:
            self.dirty[key] = [topic]
        else:
            topics.append(topic)

    def subject(self, key: str) -> Subject:
        """The open subject of that key.

        Raises:
            InputError: ``unknown_subject``, naming the open ones.
        """
        subject = self.snapshot.subjects.get(key)
        if subject is None:
            snapshot = self.snapshot
            over = " (it was closed)" if key in snapshot.closed else ""
            known = ", ".join(snapshot.subjects)
            raise InputError("unknown_subject", f"subject: {key!r} is not open{over}; open ones: {known}")
        return subject

    def end_date(self, subject: Subject) -> date | None:
        """The end date of a contract's running term, where known."""
        countdown = self.machine.countdown
        return None if countdown is None else countdown.end_of(subject)
