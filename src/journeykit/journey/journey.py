"""``Journey``: one account going through one machine, live. It decides nothing itself; the rules do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from journeykit.answers.due_list import Due, upcoming
from journeykit.answers.explain import Explanation, explain
from journeykit.answers.forecast import Until, forecast
from journeykit.answers.sentences import Happening
from journeykit.answers.timeline import Timeline, timeline
from journeykit.clock import Clock
from journeykit.dates import Period, first_instant
from journeykit.engine.inputs import Input, checked, instant_of, parse_input
from journeykit.engine.records import Record
from journeykit.engine.step import unlogged_step
from journeykit.errors import InputError
from journeykit.journey.hooks import Hooks, OnRecord
from journeykit.journey.kept import Kept
from journeykit.journey.log import Log
from journeykit.machine.machine import Machine
from journeykit.machine.snapshot import Snapshot
from journeykit.naming.labels import Labels, labels
from journeykit.storage.read_snapshot import from_dict

__all__ = ["Journey"]

When = datetime | date | str | None
"""An aware instant, a date, or either as ISO text; None for the present."""


class Journey(Kept):
    """One account's journey, live: it keeps the snapshot, the records, and the log of inputs.

    A journey changes with what it takes in, and serves one thread; its machine never changes, and serves many journeys.

    Args:
        machine: the machine of the account's profile, from :func:`journeykit.load`.
        account: the account's id, printable text of at most 200 characters.
        at: when the journey begins; the clock's present if not given.
        timezone: the IANA name of the zone in which the account counts its days; the profile's if not given.
        attributes: anything else to remember of the account; it moves nobody.
        clock: where calls without ``at`` take the present from; without a clock they happen at the journey's present.
        id: the id of the ``begin`` input.
        on_record: is called with each new record, in order, once the journey stands where the input has brought it. If
            it raises, the input is taken all the same, and all records are handed out before the first error is raised.

    ``send``, and the methods from ``open`` to ``advance``, take something in. They return the records of what that made
    happen, in order, with those of the time that passed before it. They share these arguments:

        at: when it happened: an aware datetime, a date (its first instant in the account's zone), or either as text.
        id: your own id of it. The same call with the same id again does nothing and returns no records.
        subject: the key of an open subject, such as ``contract:C-1``; the account itself where it is not given.
        by: the name of the role that speaks.

    Raises:
        InputError: what was to be taken in is refused, and the journey stays as it was. Its ``code`` is ``bad_shape``
            (an argument is missing or of the wrong form), ``naive_instant`` (``at`` has no zone), ``time_runs_back``
            (``at`` is before the journey's present), ``conflict`` (the ``id`` was used with other content),
            ``unknown_name`` (the profile has no such fact, signal, confirmation, role, feed or kind of subject),
            ``unknown_subject`` (no such subject is open), ``wrong_subject`` (the name belongs to another kind of
            subject), ``endless_loop`` (the profile moves the subject in circles), or one that the method names.
    """

    def __init__(
        self,
        machine: Machine,
        account: str,
        at: When = None,
        timezone: str | None = None,
        attributes: Mapping[str, Any] | None = None,
        clock: Clock | None = None,
        id: str | None = None,
        on_record: OnRecord | None = None,
    ) -> None:
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
            data["attributes"] = dict(attributes)
        self.send(Input("begin", account, self._instant(at), id, "account", data))

    @classmethod
    def load(
        cls,
        machine: Machine,
        snapshot: Mapping[str, Any] | Snapshot,
        inputs: Iterable[Input] = (),
        records: Iterable[Record] = (),
        clock: Clock | None = None,
        on_record: OnRecord | None = None,
    ) -> Journey:
        """Go on from a stored snapshot.

        Args:
            machine: the machine of the account's profile.
            snapshot: the snapshot, or the JSON data that its ``to_dict()`` made.
            inputs: the inputs taken so far, if repeated deliveries are to be recognised.
            records: the records made so far, for explanations and timelines.
            clock: where calls without ``at`` take the present from.
            on_record: is called with each record made from now on.

        Raises:
            SnapshotError: the snapshot is broken, or belongs to a machine of another meaning (rule R16).
        """
        read = snapshot if isinstance(snapshot, Snapshot) else from_dict(machine, snapshot)
        if read.fingerprint != machine.fingerprint:
            raise machine.other_meaning(repr(read.account), repr(read.profile))
        self = cls.__new__(cls)
        self.machine = machine
        self.account = read.account
        self._clock = clock
        self._snapshot = read
        self._records = list(records)
        self._log = Log(inputs)
        self._hooks = Hooks(read.account, on_record)
        return self

    # Questions, which change nothing

    @property
    def positions(self) -> dict[tuple[str, str], str]:
        """The places where subjects stand: (region, subject key) -> path of the leaf, for all open subjects."""
        return self.snapshot.positions

    def explain(self, track: str, subject: str | None = None, lang: str | None = None) -> Explanation:
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
        """List what falls due, soonest first.

        The end of grace is left out until the term has ended where the term renews by itself, is agreed to be over, or
        had notice given: nobody is expected to sign then.

        Args:
            within: a period such as ``30 days``: list only what falls on a day from the present up to that much later,
                the last day included. Without it, list all.

        Raises:
            InputError: ``bad_shape``: ``within`` is no period.
        """
        return upcoming(self._view, within)

    def forecast(self, until: Until, lang: str | None = None) -> tuple[Happening, ...]:
        """Return what would happen up to an instant if no input came before it; nothing is changed.

        Args:
            until: an aware datetime, a date, a period from now such as ``1 year``, or either of the former as ISO text.
            lang: a language whose labels the words use for things; names if not given.

        Raises:
            InputError: ``bad_shape``, ``naive_instant``, or ``time_runs_back``: ``until`` is past.
            JourneykitError: there are no labels in that language, or a file of labels is at fault.
        """
        return forecast(self._view, until, self._labels(lang))

    def timeline(self, until: Until | None = None, lang: str | None = None) -> Timeline:
        """Return the account's story so far, what is overdue, and what falls due next.

        With ``until``, the :meth:`forecast` up to then stands instead of what falls due next. Arguments and errors are
        those of :meth:`forecast`.
        """
        return timeline(self._view, self._records, until, self._labels(lang))

    def _labels(self, lang: str | None) -> Labels | None:
        return None if lang is None else labels(self.machine.profile, lang)

    # Inputs, a method for each kind

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
        taken = self._resolved(entry)
        if self._log.knows(taken, entry.at):
            return ()
        outcome = unlogged_step(self.machine, self._snapshot, entry)
        begins, self._snapshot = self._snapshot is None, outcome.snapshot
        if begins:
            taken = self._resolved(entry)  # its day is one of the zone that it names itself
        self._records += outcome.records
        self._log.append(taken, entry.at)
        return outcome.records

    def open(
        self,
        /,
        subject: str,
        at: When = None,
        id: str | None = None,
        facts: Mapping[str, Any] | None = None,
        renewals: int | None = None,
        **named: Any,
    ) -> tuple[Record, ...]:
        """Open a subject, such as ``contract:C-1``: it exists from now on.

        Facts known of it are given by name; those called ``subject``, ``at``, ``id``, ``facts`` or ``renewals`` only in
        the mapping ``facts``. ``renewals`` says how often a contract was renewed before. Refused as ``subject_taken``
        if the key was ever opened, and for its facts as :meth:`observe` is.
        """
        return self._send("open", at, id, subject, {"facts": {**(facts or {}), **named}, "renewals": renewals})

    def close(
        self,
        subject: str,
        reason: str | None = None,
        into: str | None = None,
        at: When = None,
        id: str | None = None,
    ) -> tuple[Record, ...]:
        """Close a subject: it is over. ``into`` is the key of another open one of its kind in which it goes on.

        Refused as ``wrong_subject`` for the account itself, or if ``into`` is no other subject of this kind.
        """
        return self._send("close", at, id, subject, {"reason": reason, "into": into})

    def observe(
        self,
        /,
        subject: str = "account",
        at: When = None,
        id: str | None = None,
        facts: Mapping[str, Any] | None = None,
        **named: Any,
    ) -> tuple[Record, ...]:
        """Observe facts: they have these values now.

        Facts are given by name; those called ``subject``, ``at``, ``id`` or ``facts`` only in the mapping ``facts``. Of
        a share, 1 is the whole; a date may be ISO text; a duration is a ``Period`` or text such as ``90 days``. Refused
        as ``wrong_type`` or ``out_of_range`` if a value is not of the fact's type, or not between its bounds.
        """
        return self._send("observe", at, id, subject, {"facts": {**(facts or {}), **named}})

    def signal(
        self,
        name: str,
        /,
        subject: str = "account",
        at: When = None,
        id: str | None = None,
        carries: Mapping[str, Any] | None = None,
        **named: Any,
    ) -> tuple[Record, ...]:
        """Signal that something happened, by the name of the signal.

        What it carries is given by name (``signal("merger", name="newco")``); keys called ``subject``, ``at``, ``id``
        or ``carries`` only in the mapping ``carries``. Refused as ``wrong_type`` if a value has not the declared type.
        """
        return self._send("signal", at, id, subject, {"signal": name, "carries": {**(carries or {}), **named} or None})

    def confirm(
        self,
        word: str,
        by: str,
        subject: str = "account",
        evidence: str | None = None,
        at: When = None,
        id: str | None = None,
    ) -> tuple[Record, ...]:
        """Give a confirmation, by a role that may; ``evidence`` says where it can be looked up.

        Refused as ``wrong_role`` if it is not for this role to give.
        """
        return self._send("confirm", at, id, subject, {"confirmation": word, "by": by, "evidence": evidence})

    def retract(
        self, name: str, by: str, subject: str = "account", at: When = None, id: str | None = None
    ) -> tuple[Record, ...]:
        """Take back a confirmation, or a waiver (then ``name`` is the criterion's id), by the role that gave it.

        Refused as ``not_given`` if it does not stand, and as ``wrong_role`` if another role gave it.
        """
        key = "criterion" if name in self.machine.waivable else "confirmation"
        return self._send("retract", at, id, subject, {key: name, "by": by})

    def handoff(
        self, move: str, what: str, by: str, subject: str = "account", at: When = None, id: str | None = None
    ) -> tuple[Record, ...]:
        """Say what one side of a handoff said (rule R7).

        ``move`` is the move's full id, such as ``value.onboarding.exit``; ``what`` is ``offered`` (by the giver),
        ``accepted`` or ``declined`` (by the receiver). Refused as ``unknown_move`` if no such move has a handoff, as
        ``not_there`` if the subject does not stand where the move is declared, and as ``wrong_role``.
        """
        return self._send("handoff", at, id, subject, {"move": move, "what": what, "by": by})

    def place(
        self,
        track: str,
        to: str,
        by: str,
        subject: str = "account",
        why: str | None = None,
        at: When = None,
        id: str | None = None,
    ) -> tuple[Record, ...]:
        """Place a subject by hand at a stage or step of a track, whatever its criteria say (rule R13).

        ``to`` is the place's path in the track, such as ``onboarding.delivery``. Refused as ``unknown_place`` if there
        is no such track or place.
        """
        return self._send("place", at, id, subject, {"track": track, "to": to, "by": by, "why": why})

    def waive(
        self,
        criterion: str,
        by: str,
        subject: str = "account",
        why: str | None = None,
        at: When = None,
        id: str | None = None,
    ) -> tuple[Record, ...]:
        """Waive a criterion, by its full id: it then counts like met and shows as waived (rule R13).

        Refused as ``not_waivable`` if nobody may waive it, and as ``wrong_role`` if this role may not.
        """
        return self._send("waive", at, id, subject, {"criterion": criterion, "by": by, "why": why})

    def term(self, subject: str, why: str | None = None, at: When = None, id: str | None = None) -> tuple[Record, ...]:
        """Begin a new term of a contract that was agreed elsewhere; for other subjects refused as ``wrong_subject``."""
        return self._send("term", at, id, subject, {"why": why})

    def feed(self, name: str, at: When = None, id: str | None = None) -> tuple[Record, ...]:
        """Hear a feed: it is alive, whether it has anything to tell or not."""
        return self._send("feed", at, id, "account", {"feed": name})

    def zone(self, timezone: str, at: When = None, id: str | None = None) -> tuple[Record, ...]:
        """Count the days of the account in another zone from now on, by its IANA name (rule R9)."""
        return self._send("zone", at, id, "account", {"timezone": timezone})

    def advance(self, to: When = None) -> tuple[Record, ...]:
        """Let time pass up to ``to``, an instant or date in the forms of ``at``; without it, up to the clock's present.

        What falls due on the way fires in order (rule R9).
        """
        return self._send("tick", to, None, "account", {})

    # Inside

    def _send(self, kind: str, at: When, ident: str | None, subject: str, data: dict[str, Any]) -> tuple[Record, ...]:
        said = {key: value for key, value in data.items() if value is not None}
        return self.send(Input(kind, self.account, self._instant(at), ident, subject, said))

    def _instant(self, at: When) -> datetime | date:
        if at is None:
            return self._clock.now() if self._clock is not None else self.now
        try:
            return instant_of(at)
        except InputError as refusal:  # it never comes to ``send``, which tells of all others
            self._hooks.refused(refusal)
            raise

    def _resolved(self, entry: Input) -> Input:
        """Return the input with its date made an instant, so that the log is ordered by instants alone."""
        if isinstance(entry.at, datetime) or self._snapshot is None:
            return entry
        return entry._replace(at=first_instant(entry.at, self._snapshot.zone))
