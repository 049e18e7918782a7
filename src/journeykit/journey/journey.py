"""``Journey``: one account going through one machine, live. It decides nothing itself; the rules do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from journeykit.answers.due_list import Due, upcoming
from journeykit.answers.explain import Explanation, explain
from journeykit.answers.forecast import forecast
from journeykit.answers.sentences import Happening
from journeykit.answers.timeline import Timeline, timeline
from journeykit.clock import Clock
from journeykit.dates import UTC, Period, first_instant, shift
from journeykit.engine.inputs import Input, InputKind, checked, instant_of, parse_input
from journeykit.engine.records import Record
from journeykit.engine.step import unlogged_step
from journeykit.engine.trace import Trace
from journeykit.engine.view import View
from journeykit.errors import InputError
from journeykit.foreign_values import found
from journeykit.journey.hooks import Hooks, OnRecord
from journeykit.journey.input_methods import InputMethods, When
from journeykit.journey.input_sources import Source, whole
from journeykit.journey.kept import Kept
from journeykit.journey.log import Log
from journeykit.language.expressions.tree import ACCOUNT
from journeykit.machine.machine import Machine
from journeykit.machine.positions import Positions
from journeykit.machine.snapshot import Snapshot
from journeykit.machine.subject_meant import own_id, subject_meant
from journeykit.moments import Moment, moment_of
from journeykit.naming.labels import Labels, labels
from journeykit.storage.read_snapshot import from_dict

__all__ = ["Journey"]

_AHEAD = Period(0, 1)
"""How far what comes in may be ahead of the journey's clock: other clocks run ahead, and days begin in the east."""


class Journey(InputMethods, Kept):
    """One account's journey, live: it keeps the snapshot, the records, and the log of inputs.

    A journey changes with what it takes in, and serves one thread; its machine never changes, and serves many journeys.

    Args:
        machine: the machine of the account's profile, from :func:`journeykit.load`.
        account: the account's id, printable text of at most 200 characters.
        at: when the journey begins; the clock's present if not given.
        timezone: the IANA name of the zone in which the account counts its days; the profile's if not given.
        attributes: anything else to remember of the account; it moves nobody.
        clock: where calls without ``at`` take the present from; without a clock they happen at the journey's present.
            With a clock, nothing is taken that happened more than a day after its present; time may pass further.
        id: the id of the ``begin`` input.
        on_record: is called with each new record, in order, once the journey stands where the input has brought it. If
            it raises, the input is taken all the same, and all records are handed out before the first error is raised.
        trace: is told what the journey is asked, where it goes, and what its timers do.

    ``send``, and the methods from ``open`` to ``advance``, take something in. They return the records of what that made
    happen, in order, with those of the time that passed before it. They share these arguments:

        at: when it happened: an aware datetime, a date (its first instant in the account's zone), or either as text.
        id: your own id of it. The same call with the same id again does nothing and returns no records.
        subject: an open subject, by its key ``contract:C-1``, or by its bare id ``C-1`` where no other subject has it
            that is open at that time; the account itself where it is not given.
        by: the name of the role that speaks.

    Raises:
        InputError: what was to be taken in is refused, and the journey stays as it was. Its ``code`` is ``bad_shape``
            (an argument is missing or of the wrong form), ``naive_instant`` (``at`` has no zone), ``time_runs_back``
            (``at`` is before the journey's present), ``in_the_future`` (``at`` is more than 10 years after it, or more
            than a day after the clock's present; of ``advance``, more than 100 years), ``conflict`` (the ``id`` was
            used with other content), ``unknown_name`` (the profile has no such fact, signal, confirmation, role, feed
            or kind of subject), ``unknown_subject`` (no such subject is open, or several have this bare id),
            ``wrong_subject`` (the name belongs to another kind of subject), ``endless_loop`` (the profile moves the
            subject in circles), or one that the method names.
    """

    def __init__(
        self,
        machine: Machine,
        account: str,
        *,
        at: When = None,
        timezone: str | None = None,
        attributes: Mapping[str, Any] | None = None,
        clock: Clock | None = None,
        id: str | None = None,
        on_record: OnRecord | None = None,
        trace: Trace | None = None,
    ) -> None:
        self._trace = trace
        self._hooks = Hooks(account, on_record)
        self.machine = machine
        self.account = account
        self._clock = clock
        self._snapshot: Snapshot | None = None
        self._records: list[Record] = []
        self._log = Log()
        if at is None and clock is None:
            raise InputError("bad_shape", "at: missing; say when the journey begins, or give a clock")
        data: dict[str, Any] = {"profile": machine.profile.name}
        if timezone:
            data["timezone"] = timezone
        if attributes:
            data["attributes"] = attributes
        self.send(Input("begin", account, self._instant(at), id, "account", data))

    @classmethod
    def load(
        cls,
        machine: Machine,
        snapshot: Mapping[str, Any] | Snapshot,
        *,
        inputs: Source = (),
        records: Iterable[Record | Mapping[str, Any]] = (),
        clock: Clock | None = None,
        on_record: OnRecord | None = None,
        trace: Trace | None = None,
    ) -> Journey:
        """Go on from a stored snapshot.

        Args:
            machine: the machine of the account's profile.
            snapshot: the snapshot, or the JSON data that its ``to_dict()`` made.
            inputs: the inputs taken so far, if repeated deliveries are to be recognised; what ``to_dict`` made of them
                will do.
            records: the records made so far, for explanations and timelines; what ``to_dict`` made of them will do.
            clock: where calls without ``at`` take the present from.
            on_record: is called with each record made from now on.
            trace: is told what the journey is asked from now on, where it goes, and what its timers do.

        Raises:
            SnapshotError: the snapshot or a record is broken, or belongs to a machine of another meaning (rule R16).
            InputError: one of the inputs cannot be read.
        """
        read = snapshot if isinstance(snapshot, Snapshot) else from_dict(machine, snapshot)
        if read.fingerprint != machine.fingerprint:
            raise machine.other_meaning(repr(read.account), repr(read.profile))
        self = cls.__new__(cls)
        self.machine = machine
        self.account = read.account
        self._clock = clock
        self._snapshot = read
        self._records = [one if isinstance(one, Record) else Record.from_dict(one) for one in records]
        self._log = Log(whole(inputs))
        self._hooks = Hooks(read.account, on_record)
        self._trace = trace
        return self

    # Questions, which change nothing

    @property
    def positions(self) -> Positions:
        """The places where subjects stand: (region, subject key) -> path of the leaf, for all open subjects.

        Indexing also takes a bare id, ``positions["value", "main"]``, and the region alone where one subject stands in
        it, ``positions["value"]``; see :class:`~journeykit.Positions`.
        """
        return self.snapshot.positions

    def explain(self, track: str, subject: str | None = None, *, lang: str | None = None) -> Explanation:
        """Explain why a subject stands where it stands in a track, what each move is missing, and what falls due.

        Args:
            track: the track's name.
            subject: the subject's key or bare id; needless for a track of the account, or where only one is open.
            lang: a language such as ``en`` or ``pt``, whose labels the text uses for things; names if not given.

        Raises:
            InputError: ``unknown_place``: there is no such track. ``unknown_subject``: no such subject is open, or
                several are and none is named.
            JourneykitError: there are no labels in that language, or a file of labels is at fault.
        """
        return explain(self._view, track, subject, self._records, self._labels(lang))

    def next_due(self, within: str | Period | None = None) -> tuple[Due, ...]:
        """List what falls due, soonest first: within a period all of it, of each cadence every date.

        What later terms of a contract would bring is told by :meth:`forecast`. The end of grace is left out until the
        term has ended where the term renews by itself, is agreed to be over, or had notice given: nobody is expected to
        sign then.

        Args:
            within: a period such as ``30 days``: list only what falls on a day from the present up to that much later,
                the last day included. Without it, list all, but of each cadence, which has no last date, the next.

        Raises:
            InputError: ``bad_shape``: ``within`` is no period.
        """
        return upcoming(self._view, within)

    def forecast(self, until: Moment, *, lang: str | None = None) -> tuple[Happening, ...]:
        """Return what would happen up to an instant if no input came before it; nothing is changed.

        Args:
            until: an aware datetime, a date, a period from now such as ``1 year``, or either of the former as ISO text.
            lang: a language whose labels the words use for things; names if not given.

        Raises:
            InputError: ``bad_shape``, ``naive_instant``, or ``time_runs_back``: ``until`` is past.
            JourneykitError: there are no labels in that language, or a file of labels is at fault.
        """
        return forecast(self._view, until, self._labels(lang))

    def timeline(self, until: Moment | None = None, *, lang: str | None = None) -> Timeline:
        """Return the account's story so far, what is overdue, and what falls due next.

        With ``until``, the :meth:`forecast` up to then stands instead of what falls due next. Arguments and errors are
        those of :meth:`forecast`.
        """
        return timeline(self._view, self._records, until, self._labels(lang))

    def _labels(self, lang: str | None) -> Labels | None:
        return None if lang is None else labels(self.machine.profile, lang)

    # Inputs; each kind has a method of its own in InputMethods

    def send(self, entry: Input | Mapping[str, Any]) -> tuple[Record, ...]:
        """Take an input, or a mapping such as the JSON object of one (rule R1).

        The same id with the same content again does nothing and returns no records. An input may also be refused as
        ``unknown_kind``, ``unknown_account`` (it is another account's) or ``already_begun``.
        """
        try:
            if self._hooks.is_handing_out:
                self._hooks.answer()
            records = self._taken(entry)
        except InputError as refusal:
            self._hooks.refused(refusal)
            raise
        if records:
            self._hooks.took(records)
        return records

    def _taken(self, entry: Input | Mapping[str, Any]) -> tuple[Record, ...]:
        entry = checked(entry) if isinstance(entry, Input) else parse_input(entry)
        # Asked before the step: by now a repeated delivery may lie before the present, which a step refuses.
        if self._log.knows(self._resolved(entry), entry.at):
            return ()
        not_after = None if entry.kind == "tick" else self._not_after()  # who lets time pass need not have a reason
        outcome = unlogged_step(self.machine, self._snapshot, entry, not_after, self._trace)
        self._snapshot = outcome.snapshot
        self._records += outcome.records
        self._log.append(outcome.taken, entry.at)
        return outcome.records

    # Inside

    def _take(
        self, kind: InputKind, data: dict[str, Any], *, at: When, id: str | None, subject: str = ACCOUNT
    ) -> tuple[Record, ...]:
        said = {key: value for key, value in data.items() if value is not None}
        moment = self._instant(at)
        if kind != "open":  # which gives a subject its key
            subject = self._meant(subject, moment, id)
        if "into" in said:
            said["into"] = self._meant(said["into"], moment, id, "into")
        return self.send(Input(kind, self.account, moment, id, subject, said))

    def _meant(self, subject: Any, at: datetime | date, id: str | None, said_as: str = "subject") -> Any:
        """Return the key of the subject that is meant at an instant, given its key or its bare id.

        Whether a whole key is open is left to the rules; so is what is no text.
        """
        kind, colon, _ = str(subject).partition(":")
        if not isinstance(subject, str) or subject == ACCOUNT or (colon and kind in self.machine.kinds):
            return subject
        # Delivered again: the subject may be closed by now, or share its bare id with another one.
        known = self._log.by_id.get(str(id))
        for key in () if known is None else (known.subject, known.data.get("into")):
            if key is not None and own_id(key) == subject:
                return key
        view, moment = self._view, at if isinstance(at, datetime) else first_instant(at, self.snapshot.zone)
        with self._hooks:
            if view.due_at is not None and view.due_at <= moment:  # what falls due on the way may open it
                view = View(self.machine, view.after(Input("tick", self.account, moment)).snapshot)
            return subject_meant([one.key for one in view.subjects], subject, said_as=said_as)

    def _instant(self, at: When) -> datetime | date:
        if at is None:
            return self.now if self._clock is None else self._present()
        with self._hooks:
            return instant_of(at)

    def _present(self) -> datetime:
        """Return the clock's present; refuse what a clock of others may say instead."""
        assert self._clock is not None
        said: object = self._clock.now()
        if not isinstance(said, datetime) or said.tzinfo is None:
            raise InputError("naive_instant", f"clock: expected an aware datetime, found {found(said)}; return one")
        return said

    def _not_after(self) -> datetime | None:
        """Return the latest instant that can be meant: who has a clock knows what time it is, give or take a day."""
        return None if self._clock is None else shift(self._present(), _AHEAD, UTC)

    def _moment(self, to: Moment | None) -> datetime | date:
        if to is None:
            return self._instant(None)
        with self._hooks:
            return moment_of(to, self.now, self.snapshot.zone, "to")

    def _resolved(self, entry: Input) -> Input:
        """Return the input with its date made an instant, so that the log is ordered by instants alone."""
        if isinstance(entry.at, datetime) or self._snapshot is None:
            return entry
        return entry._replace(at=first_instant(entry.at, self._snapshot.zone))
