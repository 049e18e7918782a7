"""The inputs of a live journey, a method for each kind.

Whom or what a call is about comes first and by position; everything else is named, so that no value is taken for
another one.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from journeykit.engine.inputs import HandoffSaid, InputKind
from journeykit.engine.records import Record
from journeykit.errors import InputError
from journeykit.foreign_values import found
from journeykit.language.expressions.tree import ACCOUNT
from journeykit.machine.machine import Machine
from journeykit.moments import Moment

__all__ = ["InputMethods", "When"]

When = datetime | date | str | None
"""An aware instant, a date, or either as ISO text; None for the present."""


def _together(key: str, given: object, named: dict[str, Any]) -> dict[str, Any]:
    """Return what a mapping and names give together; refuse what is no mapping."""
    if given is not None and not isinstance(given, Mapping):
        raise InputError("bad_shape", f"{key}: expected a mapping of names and values, found {found(given)}")
    return {**(given or {}), **named}


class _Unsaid(str):
    """The account, where no subject was said: it tells ``observe()`` from ``observe("account")``."""

    __slots__ = ()


_NOBODY_NAMED = _Unsaid(ACCOUNT)


class InputMethods(ABC):
    """The methods by which a journey takes things in; what they share is said of :class:`~journeykit.Journey`."""

    machine: Machine

    def open(
        self,
        subject: str,
        /,
        *,
        at: When = None,
        id: str | None = None,
        facts: Mapping[str, Any] | None = None,
        renewals: int | None = None,
        **named: Any,
    ) -> tuple[Record, ...]:
        """Open a subject, such as ``contract:C-1``: it exists from now on.

        The subject is a whole key, since its kind is new to the account. Facts known of it are given by name; those
        called ``at``, ``id``, ``facts`` or ``renewals`` only in the mapping ``facts``. ``renewals`` says how often a
        contract was renewed before. Refused as ``subject_taken`` if the key was ever opened, and for its facts as
        :meth:`observe` is.
        """
        data = {"facts": _together("facts", facts, named), "renewals": renewals}
        return self._take("open", data, at=at, id=id, subject=subject)

    def close(
        self,
        subject: str,
        *,
        reason: str | None = None,
        into: str | None = None,
        at: When = None,
        id: str | None = None,
    ) -> tuple[Record, ...]:
        """Close a subject: it is over. ``into`` is another open one of its kind in which it goes on, by key or bare id.

        Refused as ``wrong_subject`` for the account itself, or if ``into`` is no other subject of this kind.
        """
        return self._take("close", {"reason": reason, "into": into}, at=at, id=id, subject=subject)

    def observe(
        self,
        subject: str = _NOBODY_NAMED,
        /,
        *,
        at: When = None,
        id: str | None = None,
        facts: Mapping[str, Any] | None = None,
        term: date | str | None = None,
        **named: Any,
    ) -> tuple[Record, ...]:
        """Observe facts: they have these values now.

        Facts are given by name; those called ``at``, ``id``, ``term`` or ``facts`` only in the mapping ``facts``. What
        belongs to a term of a contract may say for which: ``term`` is the last day of that term. The subject may
        be given as ``subject=``, too; beside one that is given by position, ``subject=`` is a fact of that name. Of a
        share, 1 is the whole; a date may be ISO text; a duration is a ``Period`` or text such as ``90 days``. Refused
        as ``wrong_type`` or ``out_of_range`` if a value is not of the fact's type, or not between its bounds.
        """
        if subject is _NOBODY_NAMED:
            subject = named.pop("subject", ACCOUNT)
        data = {"facts": _together("facts", facts, named), "term": None if term is None else str(term)}
        return self._take("observe", data, at=at, id=id, subject=subject)

    def signal(
        self,
        name: str,
        /,
        *,
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
        data = {"signal": name, "carries": _together("carries", carries, named) or None}
        return self._take("signal", data, at=at, id=id, subject=subject)

    def confirm(
        self,
        confirmation: str,
        *,
        by: str,
        subject: str = "account",
        evidence: str | None = None,
        term: date | str | None = None,
        at: When = None,
        id: str | None = None,
    ) -> tuple[Record, ...]:
        """Give a confirmation, by a role that may; ``evidence`` says where it can be looked up.

        One that belongs to a term of a contract may say for which: ``term`` is the last day of that term. Refused as
        ``wrong_role`` if it is not for this role to give.
        """
        of_term = None if term is None else str(term)
        data = {"confirmation": confirmation, "by": by, "evidence": evidence, "term": of_term}
        return self._take("confirm", data, at=at, id=id, subject=subject)

    def retract(
        self, name: str, *, by: str, subject: str = "account", at: When = None, id: str | None = None
    ) -> tuple[Record, ...]:
        """Take back a confirmation, or a waiver (then ``name`` is the criterion's id), by the role that gave it.

        Refused as ``not_given`` if it does not stand, and as ``wrong_role`` if another role gave it.
        """
        key = "criterion" if name in self.machine.waivable else "confirmation"
        return self._take("retract", {key: name, "by": by}, at=at, id=id, subject=subject)

    def handoff(
        self,
        move: str,
        what: HandoffSaid,
        *,
        by: str,
        subject: str = "account",
        at: When = None,
        id: str | None = None,
    ) -> tuple[Record, ...]:
        """Say what one side of a handoff said (rule R7).

        ``move`` is the move's full id, such as ``value.onboarding.exit``; ``what`` is ``offered`` (by the giver),
        ``accepted`` or ``declined`` (by the receiver). Refused as ``unknown_move`` if no such move has a handoff, as
        ``not_there`` if the subject does not stand where the move is declared, and as ``wrong_role``.
        """
        return self._take("handoff", {"move": move, "what": what, "by": by}, at=at, id=id, subject=subject)

    def place(
        self,
        track: str,
        to: str,
        *,
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
        data = {"track": track, "to": to, "by": by, "why": why}
        return self._take("place", data, at=at, id=id, subject=subject)

    def waive(
        self,
        criterion: str,
        *,
        by: str,
        subject: str = "account",
        why: str | None = None,
        at: When = None,
        id: str | None = None,
    ) -> tuple[Record, ...]:
        """Waive a criterion, by its full id: it then counts like met and shows as waived (rule R13).

        Refused as ``not_waivable`` if nobody may waive it, and as ``wrong_role`` if this role may not.
        """
        return self._take("waive", {"criterion": criterion, "by": by, "why": why}, at=at, id=id, subject=subject)

    def term(
        self, subject: str, *, why: str | None = None, at: When = None, id: str | None = None
    ) -> tuple[Record, ...]:
        """Begin a new term of a contract that was agreed elsewhere; for other subjects refused as ``wrong_subject``."""
        return self._take("term", {"why": why}, at=at, id=id, subject=subject)

    def feed(self, name: str, *, at: When = None, id: str | None = None) -> tuple[Record, ...]:
        """Hear a feed: it is alive, whether it has anything to tell or not."""
        return self._take("feed", {"feed": name}, at=at, id=id)

    def zone(self, timezone: str, *, at: When = None, id: str | None = None) -> tuple[Record, ...]:
        """Count the days of the account in another zone from now on, by its IANA name (rule R9)."""
        return self._take("zone", {"timezone": timezone}, at=at, id=id)

    def advance(self, to: Moment | None = None) -> tuple[Record, ...]:
        """Let time pass, up to an instant or by a period; without either, up to the clock's present.

        ``to`` is an instant or date in the forms of ``at``, or a period from the journey's present, such as
        ``30 days``. What falls due on the way fires in order (rule R9).
        """
        return self._take("tick", {}, at=self._moment(to), id=None)

    # Left to the journey

    @abstractmethod
    def _take(
        self, kind: InputKind, data: dict[str, Any], *, at: When, id: str | None, subject: str = ACCOUNT
    ) -> tuple[Record, ...]:
        """Take in an input of the account; keys of ``data`` that are None were not given."""

    @abstractmethod
    def _moment(self, to: Moment | None) -> datetime | date:
        """Return the instant up to which time passes, None standing for the clock's present."""
