"""``Journey``: one account going through one machine. The only mutable class; it decides nothing (the rules do)."""

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
from journeykit.engine.step import step
from journeykit.errors import InputError
from journeykit.journey.log import Log
from journeykit.machine.machine import Machine
from journeykit.machine.snapshot import Snapshot
from journeykit.naming.labels import Labels, labels
from journeykit.storage.read import from_dict

__all__ = ["Journey"]

When = datetime | date | str | None


class Journey:
    """One account's journey: it keeps the log, the snapshot and the records, and knows what was delivered before.

    Args:
        machine: from :func:`journeykit.load`.
        account: the account's id.
        at: when the journey begins: an aware datetime, a date, or either as ISO text.
        timezone: the account's zone; the profile's where it is not given.
        attributes: anything else to remember of the account.
        clock: where ``now`` comes from for inputs without ``at``; without a clock they happen at the journey's present.
        id: the id of the ``begin``.

    Every method that takes something in returns the records it made, and raises ``InputError`` where it is refused; the
    journey then stays as it was. In all of them ``at`` is an aware datetime, or a date, which means its first instant
    in the account's zone, or either as ISO text; and an ``id`` makes a repeated call with the same content do nothing.
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
    ) -> None:
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
    ) -> Journey:
        """Go on from a stored snapshot.

        Args:
            inputs: those already taken, if repeated deliveries are to be known.
            records: those already made, for explanations.

        Raises:
            SnapshotError: the snapshot does not fit this machine.
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
        return self

    # -- what is --

    @property
    def snapshot(self) -> Snapshot:
        """Where the account stands."""
        assert self._snapshot is not None
        return self._snapshot

    @property
    def now(self) -> datetime:
        """The journey's present: the instant of the last input, or the time it was advanced to."""
        return self.snapshot.now

    @property
    def positions(self) -> dict[tuple[str, str], str]:
        """(region, subject) -> path of the place."""
        return self.snapshot.positions

    @property
    def records(self) -> tuple[Record, ...]:
        """Everything that happened, in order."""
        return tuple(self._records)

    @property
    def inputs(self) -> tuple[Input, ...]:
        """The inputs taken, in order."""
        return tuple(self._log.inputs)

    def explain(self, track: str, subject: str | None = None, lang: str | None = None) -> Explanation:
        """Why it stands where it stands in a track, what each move misses, what falls due; see :func:`explain`.

        With ``lang``, such as ``en`` or ``pt``, its text says labels in that language instead of names.
        """
        return explain(self.machine, self.snapshot, track, subject, self._records, self._labels(lang))

    def next_due(self, within: str | Period | None = None) -> tuple[Due, ...]:
        """What falls due, soonest first; ``within`` a period: only in the days up to so long from the present.

        The end of grace is among it only where somebody may still sign: not before the end of a term that renews by
        itself, is agreed to be over, or of which notice was given.
        """
        return upcoming(self.machine, self.snapshot, within)

    def forecast(self, until: Until, lang: str | None = None) -> tuple[Happening, ...]:
        """What would happen until an instant, a date, or a period from now, if nothing else did; nothing is changed."""
        return forecast(self.machine, self.snapshot, until, self._labels(lang))

    def timeline(self, until: Until | None = None, lang: str | None = None) -> Timeline:
        """The account's story so far, and what falls due next; with ``until``, what would happen up to then."""
        return timeline(self.machine, self.snapshot, self._records, until, self._labels(lang))

    def _labels(self, lang: str | None) -> Labels | None:
        return None if lang is None else labels(self.machine.profile, lang)

    # -- what happens --

    def send(self, entry: Input | Mapping[str, Any]) -> tuple[Record, ...]:
        """Take an input, or the JSON object of one. The same id with the same content again does nothing."""
        entry = checked(entry) if isinstance(entry, Input) else parse_input(entry)
        if self._log.knows(self._resolved(entry)):
            return ()
        outcome = step(self.machine, self._snapshot, entry)
        self._snapshot = outcome.snapshot
        self._records += outcome.records
        self._log.append(self._resolved(entry))
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
        """A subject exists from now on, such as ``contract:C-1``, with what is known of it.

        ``renewals`` says how often a contract was renewed before. Facts are given by name; those called ``subject``,
        ``at``, ``id``, ``renewals`` or ``facts`` only in the mapping ``facts``.
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
        """A subject is over; with ``into`` it goes on in another one of its kind, such as the contract it joins."""
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
        """Facts have these values now.

        Facts are given by name; those called ``subject``, ``at``, ``id`` or ``facts`` only in the mapping ``facts``.
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
        """Something happened.

        What it carries is given by name (``signal("merger", name="newco")``); keys called ``subject``, ``at``, ``id``
        or ``carries`` only in the mapping ``carries``.
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
        """A role gives its word."""
        return self._send("confirm", at, id, subject, {"confirmation": word, "by": by, "evidence": evidence})

    def retract(
        self, name: str, by: str, subject: str = "account", at: When = None, id: str | None = None
    ) -> tuple[Record, ...]:
        """Who gave a word, or a waiver (then ``name`` is the criterion's id), takes it back."""
        key = "criterion" if name in self.machine.waivable else "confirmation"
        return self._send("retract", at, id, subject, {key: name, "by": by})

    def handoff(
        self, move: str, what: str, by: str, subject: str = "account", at: When = None, id: str | None = None
    ) -> tuple[Record, ...]:
        """One side of a handoff speaks: ``offered``, ``accepted`` or ``declined``; ``move`` is the move's full id."""
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
        """A person says where the subject stands."""
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
        """A person lets a criterion go."""
        return self._send("waive", at, id, subject, {"criterion": criterion, "by": by, "why": why})

    def term(self, subject: str, why: str | None = None, at: When = None, id: str | None = None) -> tuple[Record, ...]:
        """A new term of a contract began, agreed elsewhere."""
        return self._send("term", at, id, subject, {"why": why})

    def feed(self, name: str, at: When = None, id: str | None = None) -> tuple[Record, ...]:
        """A feed is alive, whether it has anything to tell or not."""
        return self._send("feed", at, id, "account", {"feed": name})

    def zone(self, timezone: str, at: When = None, id: str | None = None) -> tuple[Record, ...]:
        """The account counts its days in another zone from now on."""
        return self._send("zone", at, id, "account", {"timezone": timezone})

    def advance(self, to: When = None) -> tuple[Record, ...]:
        """Let time pass; what falls due on the way fires in order."""
        return self._send("tick", to, None, "account", {})

    # -- how --

    def _send(self, kind: str, at: When, ident: str | None, subject: str, data: dict[str, Any]) -> tuple[Record, ...]:
        said = {key: value for key, value in data.items() if value is not None}
        return self.send(Input(kind, self.account, self._instant(at), ident, subject, said))

    def _instant(self, at: When) -> datetime | date:
        if at is None:
            return self._clock.now() if self._clock is not None else self.now
        return instant_of(at)

    def _resolved(self, entry: Input) -> Input:
        """The input with its date made an instant, so that the log is ordered by instants alone."""
        if isinstance(entry.at, datetime) or self._snapshot is None:
            return entry
        return entry._replace(at=first_instant(entry.at, self._snapshot.zone))

    def __repr__(self) -> str:
        return f"<Journey {self.account} by {self.machine.name} at {self.now.isoformat()}>"
