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
from datetime import date, datetime
from typing import Any

from journeykit.engine.inputs import Input
from journeykit.engine.records import NOTHING, Record, made_by
from journeykit.engine.trace import Trace
from journeykit.machine.closures import by_position
from journeykit.machine.criteria.judgements import NOT_JUDGED, Judgement
from journeykit.machine.machine import Machine
from journeykit.machine.record_ids import Occasion
from journeykit.machine.snapshot import NO_NAMES, Snapshot, Subject
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
        judgement: that of the move or reaction being applied, whose reasons all that it causes has.
        trace: where the step tells what it asks, and where it goes; None where nobody wants to know.
        origin: the source that facts given in this step keep: the input's id, or its kind where it has none.
    """

    __slots__ = (
        "_cause",
        "_due_at",
        "_first",
        "_made",
        "_names",
        "_occasion",
        "_whence",
        "acted",
        "anew",
        "dirty",
        "entry",
        "gated",
        "judgement",
        "machine",
        "newborn",
        "origin",
        "out",
        "redue",
        "signal",
        "snapshot",
        "trace",
    )

    # Set by ``begin`` and by the first record of a step, before anybody reads them: each input makes one of these.
    acted: bool
    entry: Input | None
    origin: str
    _cause: str | None
    _whence: str
    _due_at: datetime | None
    _occasion: str | Occasion
    _made: dict[tuple[object, ...], int]
    _names: set[str] | None
    _first: int

    def __init__(self, machine: Machine, snapshot: Snapshot, out: list[Record], trace: Trace | None = None) -> None:
        self.machine: Machine = machine
        self.snapshot: Snapshot = snapshot
        self.out: list[Record] = out
        self.trace: Trace | None = trace
        self.dirty: dict[str, list[str]] = {}
        self.redue: set[str] = set()
        self.anew: frozenset[str] = NO_NAMES
        self.gated: frozenset[str] = NO_NAMES
        self.signal: tuple[str, str] | None = None
        self.newborn: tuple[str, ...] = ()
        self.judgement: Judgement = NOT_JUDGED

    def begin(self, entry: Input) -> None:
        """Begin the step of an input."""
        self.entry = entry
        self._cause = None
        self._first = -1
        self.acted = False
        self.origin = entry.id or entry.kind

    def begin_timed(self, cause: str, whence: str = "", due_at: datetime | None = None) -> None:
        """Begin the step of a timer, or of time alone.

        Args:
            cause: the timer, or time alone, in words.
            whence: of a timer, what tells it from others of the same words (``record_ids``).
            due_at: the instant at which the timer fell due.
        """
        self.entry = None
        self._cause = self.origin = cause
        self._first = -1
        self.acted = False
        self._whence = whence
        self._due_at = due_at

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
        data: Any = NOTHING,
        judgement: Judgement | None = None,
    ) -> None:
        """Put one more thing on the record; the arguments are the attributes of :class:`Record`."""
        snapshot, out = self.snapshot, self.out
        frame = snapshot.frame
        count = snapshot.count = snapshot.count + 1
        if self._first < 0:
            entry, self._first, self._names = self.entry, len(out), None
            if entry is None:
                occasion = self._whence or self._unnamed()
            else:
                self._due_at = None
                occasion = "" if entry.id is not None else self._unnamed()
            self._occasion = occasion
        elif name in (names := self._names or self._begin_names()):
            occasion = self._told_apart(kind, subject, track, name, data)
        else:
            occasion = self._occasion
            names.add(name)
        version, cause = self.machine.profile.version, self._cause or self.cause
        # fmt: off
        told = (
            count, frame.account, frame.profile, version, snapshot.now, kind, subject, track, name, source, target,
            cause, data, self._due_at, occasion, frame.zone_name, judgement or self.judgement,
        )
        # fmt: on
        out.append(by_position(Record, told))

    def _begin_names(self) -> set[str]:
        self._made, self._names = {}, {self.out[self._first].name}
        return self._names

    def _told_apart(
        self, kind: str, subject: str, track: str | None, name: str, data: Mapping[str, Any]
    ) -> str | Occasion:
        """Return the occasion of what this step may have put on the record before; only counting tells it from that.

        Records are counted when a name comes again, which is rare but for an account with many subjects.
        """
        made, since = self._made, self.out[self._first :]
        if not made and not any(record.kind == kind and record.name == name for record in since):
            return self._occasion
        for record in since:
            before = (record.kind, record.name, record.subject, record.track, made_by(record.kind, record.data))
            made[before] = made.get(before, 0) + 1
        self._first = len(self.out)
        times = made.get((kind, name, subject, track, made_by(kind, data)), 0) + 1
        return self._occasion if times == 1 else f"{self._occasion} x{times}"

    def _unnamed(self) -> Occasion:
        """Return what tells the cause of a step without an id from others of the same words at this instant."""
        entry, snapshot = self.entry, self.snapshot
        before = snapshot.unnamed
        if before is not None and before.at != snapshot.now:
            before = None
        snapshot.unnamed = Occasion(snapshot.now, before, entry)
        return snapshot.unnamed

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
                self.dirty.setdefault(subject.key, []).append(topic)
            if dues:
                self.redue.add(subject.key)
        if far:
            for other in self.snapshot.subjects.values():
                if other.kind in far and not (near and other is subject):
                    if topic in other.config.listens:
                        self.dirty.setdefault(other.key, []).append(topic)
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
        self.dirty.setdefault(subject.key, []).append(topic)

    def subject(self, key: str, said_as: str = "subject") -> Subject:
        """Return the open subject of a key, which the input says as ``said_as``.

        Raises:
            InputError: ``unknown_subject``, naming the open ones.
        """
        subject = self.snapshot.subjects.get(key)
        if subject is None:
            snapshot = self.snapshot
            over = " (it was closed)" if key in snapshot.closed else ""
            raise not_open(key, snapshot.subjects, note=over, said_as=said_as)
        return subject

    def end_date(self, subject: Subject) -> date | None:
        """Return the end date of a contract's running term; None while it is unknown, or where nothing has terms."""
        countdown = self.machine.countdown
        return None if countdown is None else countdown.end_of(subject)
