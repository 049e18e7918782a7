"""The work of one step: the snapshot being written, the records made so far, and which subjects must look again.

At rest no move is enabled. So after a change only what reads the change can have become enabled, and nothing else is
judged. A change is named by a *topic* (``machine.topics`` lists them): the name of a fact, confirmation or signal, a
track in which somebody moved, the term of a contract. ``Machine.topics`` knows the readers of each: the subject that
holds it (*near*), the open subjects of some kinds wherever they are (*far*), and whether due instants depend on it
(*dues*). Four more topics name no value that changed: ``*`` (judge everything), ``!region`` (a position in this region
changed: judge all that may be taken from the new leaf), ``>signal`` or ``>account.signal`` (a signal is present), and
``#time`` (something turned by time alone).

A change can ask for three things, which are kept apart because most changes ask for one only:

- ``dirty``: judge in the next microstep. ``Config.look`` says what a topic asks to judge where the subject stands.
- ``redue``: compute the subject's next due instant anew, once the step is at rest. ``due_dates`` says when this may be
  left out.
- ``gated``: look at the subject's gates, once the step is at rest.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from journeykit.engine.inputs import Input
from journeykit.engine.records import NOTHING, Record
from journeykit.machine.closures import by_position
from journeykit.machine.criteria.verdicts import Verdict
from journeykit.machine.machine import Machine
from journeykit.machine.snapshot import Snapshot, Subject
from journeykit.machine.subject_meant import not_open
from journeykit.machine.tables import Topic
from journeykit.machine.topic_names import EVERYTHING

__all__ = ["Macrostep"]

NOBODY = Topic(near=False, far=(), dues=False)
"""The readers of a topic that nothing in the profile reads."""


class Macrostep:
    """The work of one step. The same object serves the next step after ``begin``.

    Attributes:
        machine: the machine of the account's profile.
        snapshot: the snapshot being written; a subject is written only as ``snapshot.writable(subject)`` returns it.
        out: the records made so far.
        entry: the input of this step; None for a timer or time alone.
        dirty: subject key -> topics to be judged in the next microstep.
        redue: keys of the subjects whose next due instant must be computed anew.
        anew: keys of the contracts in which a term or a window began in this step.
        gated: keys of the subjects whose gates must be looked at once the step is at rest.
        signal: the signal of this input as (name, subject key), until the step is at rest; else None.
        acted: True once anything moved or reacted in this step.
        newborn: keys of the subjects opened in this microstep, whose tracks start with the next.
        origin: the source that facts given in this step keep: the input's id, or its kind where it has none.
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
        self.machine: Machine = machine
        self.snapshot: Snapshot = snapshot
        self.out: list[Record] = out
        self.dirty: dict[str, list[str]] = {}
        self.redue: set[str] = set()
        self.anew: set[str] = set()
        self.gated: set[str] = set()
        self.signal: tuple[str, str] | None = None
        self.acted: bool = False
        self.newborn: tuple[str, ...] = ()
        self.entry: Input | None = None
        self._cause: str | None = None
        self.origin: str = ""

    def begin(self, entry: Input | None, cause: str | None = None) -> None:
        """Begin a step: of an input, or of a timer or time alone, which ``cause`` then names in words."""
        self.entry = entry
        self._cause = cause
        self.acted = False
        self.origin = (cause or "") if entry is None else entry.id or entry.kind

    @property
    def cause(self) -> str:
        """The cause of the present step, in words: ``observe I-7``, ``milestone renewal.prepare``, ``time``."""
        if self._cause is None:  # put together only where a record asks for it: most inputs make none
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
        """Put one more thing on the record; the arguments are the attributes of :class:`Record`."""
        snapshot = self.snapshot
        snapshot.count += 1
        account = snapshot.frame.account
        ident = f"{account}/{snapshot.count}"
        cause = self._cause or self.cause
        told = (ident, account, snapshot.now, kind, subject, track, name, source, target, cause, verdicts, data)
        self.out.append(by_position(Record, told))

    @property
    def carries(self) -> Mapping[str, Any]:
        """The values that the signal of this input carries, by name; empty where the input is no signal."""
        found: Mapping[str, Any] = {} if self.entry is None else self.entry.data.get("carries") or {}
        return found

    def touch(self, topic: str, subject: Subject, *, redue: bool = False) -> None:
        """Have all readers of a topic judge again in the next microstep, because it changed.

        Args:
            topic: the topic that changed.
            subject: the subject that holds it.
            redue: compute the readers' due instants anew, though the topic alone does not ask for it: something may
                now turn sooner than they know.
        """
        listeners = self.machine.topics.get(topic)
        if listeners is None:
            return
        near, far, dues = listeners
        dues = dues or redue
        if near:
            # Where it stands it may have nothing to judge by this topic, and still something that turns by it.
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
        """Have the readers of a topic compute their due instants anew: it is as before, but turns at a new instant."""
        near, far, _ = self.machine.topics.get(topic, NOBODY)
        if near:
            self.redue.add(subject.key)
        self.redue.update(other.key for other in self.snapshot.subjects.values() if other.kind in far)

    def look_again(self, subject: Subject, topic: str = EVERYTHING) -> None:
        """Have a subject judge all that it can do (``*``), or all that one of its regions can (``!region``)."""
        self._mark(subject.key, topic)

    def _mark(self, key: str, topic: str) -> None:
        topics = self.dirty.get(key)
        if topics is None:
            self.dirty[key] = [topic]
        else:
            topics.append(topic)

    def subject(self, key: str) -> Subject:
        """Return the open subject of a key.

        Raises:
            InputError: ``unknown_subject``, naming the open ones.
        """
        subject = self.snapshot.subjects.get(key)
        if subject is None:
            snapshot = self.snapshot
            over = " (it was closed)" if key in snapshot.closed else ""
            raise not_open(key, snapshot.subjects, note=over)
        return subject

    def end_date(self, subject: Subject) -> date | None:
        """Return the end date of a contract's running term; None while it is unknown, or where nothing has terms."""
        countdown = self.machine.countdown
        return None if countdown is None else countdown.end_of(subject)
