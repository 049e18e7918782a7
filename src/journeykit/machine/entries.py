"""Entries of a snapshot: what a subject keeps of each fact, confirmation, signal, handoff, feed and cadence.

All instants are aware and in UTC; dates are days in the account's zone.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final, Literal, NamedTuple

__all__ = [
    "SEEN_AT",
    "SINCE",
    "SOURCE",
    "VALUE",
    "CadenceCount",
    "ClosedSubject",
    "FactEntry",
    "GivenConfirmation",
    "HeardFeed",
    "HeardSignal",
    "KnownFact",
    "Opener",
    "SaidHandoff",
    "Waiver",
]


FactEntry = tuple[Any, datetime, datetime, str]
"""A fact as a subject keeps it, with the places below. A plain tuple, since most inputs make one."""


VALUE: Final = 0
"""The fact's value."""
SINCE: Final = 1
"""The instant since which it has had this value."""
SEEN_AT: Final = 2
"""The instant of its last observation; an equal value counts."""
SOURCE: Final = 3
"""What gave it last: an input's id, or its kind where it has none; of a date set by a new term or notice, the cause."""


class GivenConfirmation(NamedTuple):
    """A confirmation that stands: the instant at which it was given, the role that gave it, its evidence."""

    at: datetime
    by: str
    evidence: str | None


class HeardSignal(NamedTuple):
    """The instant of a signal's last occurrence, and ``unsettled``: nothing has settled it since."""

    at: datetime
    unsettled: bool


class SaidHandoff(NamedTuple):
    """The last thing said of a handoff (``offered`` or ``accepted``; ``declined`` clears it), its instant and role."""

    what: Literal["offered", "accepted"]
    at: datetime
    by: str


class HeardFeed(NamedTuple):
    """A feed that was heard: the instant it last came up, the instant it was last heard, and whether it is down.

    ``is_down`` is set by the feed's timer, which makes the record; other timers of that instant may come before it, so
    whether a feed is up is asked of the instants too (``Board.feed_ends``).
    """

    up_since: datetime
    heard_at: datetime
    is_down: bool


class CadenceCount(NamedTuple):
    """A cadence's anchor, how often it fell due since, and the instant from which it may be done for its next date."""

    anchor: date
    number: int
    since: datetime


class Waiver(NamedTuple):
    """A criterion let go: the instant, the role that did so, and its reason."""

    at: datetime
    by: str
    why: str | None


class ClosedSubject(NamedTuple):
    """A closed subject: its renewals (0 without terms), the instant, the reason, the key of the one it went on in.

    ``covers``: the first and the last day that it covers, of a contract closed into another one (R11); else None.
    """

    renewals: int
    at: datetime
    reason: str | None
    into: str | None
    covers: tuple[date, date] | None = None


class Opener(NamedTuple):
    """The opener of a subject: the key of the subject that opened it, and the id of the move or reaction that did."""

    subject: str
    by: str


class KnownFact(NamedTuple):
    """A fact as last observed, in the order of ``FactEntry``: the form in which callers of the library read it."""

    value: Any
    since: datetime
    seen_at: datetime
    source: str
