"""Entries of a snapshot: what a subject keeps of each fact, confirmation, signal, handoff, feed and cadence."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final, NamedTuple

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
"""What a subject keeps of a fact, at the places below. A plain tuple, since most inputs make one."""


VALUE: Final = 0
SINCE: Final = 1
SEEN_AT: Final = 2
SOURCE: Final = 3


class GivenConfirmation(NamedTuple):
    """A confirmation that stands: when it was given, by which role, on what evidence."""

    at: datetime
    by: str
    evidence: str | None


class HeardSignal(NamedTuple):
    """The last occurrence of a signal, and whether nothing has settled it since."""

    at: datetime
    unsettled: bool


class SaidHandoff(NamedTuple):
    """What was said of a handoff last (``offered`` or ``accepted``), when, and by which role."""

    what: str
    at: datetime
    by: str


class HeardFeed(NamedTuple):
    """A feed that was heard: since when it has been up, when it was last heard, whether it is on record as down."""

    up_since: datetime
    heard_at: datetime
    is_down: bool


class CadenceCount(NamedTuple):
    """From which day a cadence counts, how often it fell due, and since when it may be done for the next time."""

    anchor: date
    number: int
    since: datetime


class Waiver(NamedTuple):
    """A criterion let go: when, by which role, why."""

    at: datetime
    by: str
    why: str | None


class ClosedSubject(NamedTuple):
    """What is kept of a subject that was closed: its renewals, when, for which reason, in which other it goes on."""

    renewals: int
    at: datetime
    reason: str | None
    into: str | None


class Opener(NamedTuple):
    """What opened a subject: the key of the subject that did, and the id of its reaction or move."""

    subject: str
    by: str


class KnownFact(NamedTuple):
    """A fact as last observed: since when it has this value, when it was last seen, and by which input."""

    value: Any
    since: datetime
    seen_at: datetime
    source: str
