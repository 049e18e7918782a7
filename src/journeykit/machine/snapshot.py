"""Where one account is, as data. A snapshot is the fold of the log; it keeps what cannot be computed (rule R10)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn, cast

from journeykit.machine.entries import (
    CadenceCount,
    ClosedSubject,
    FactEntry,
    GivenConfirmation,
    HeardFeed,
    HeardSignal,
    Opener,
    SaidHandoff,
    Waiver,
)
from journeykit.machine.snapshot_dict import to_dict
from journeykit.machine.term import Term

if TYPE_CHECKING:  # what stands here reads the tables of its machine, which in turn are typed by it
    from journeykit.machine.tables import Config, Leaf

__all__ = ["NO_ENTRIES", "NO_NAMES", "SETTLED", "Frame", "Position", "Snapshot", "Subject"]


NO_NAMES: frozenset[str] = frozenset()


NO_ENTRIES: dict[Any, Any] = {}
"""The shared empty mapping of fresh subjects: never written to; whoever writes puts a new one in its place."""


class Position(NamedTuple):
    """Where a subject stands in one region: the compiled leaf, and when each place down to it was entered."""

    leaf: Leaf
    entered: tuple[datetime, ...]
    stuck: bool = False
    placed: bool = False


class Subject:
    """One subject of an account, the account itself included.

    ``facts`` maps a name to (value, since when it has this value, when it was last seen, cause) and is the one
    container that is written to; every other container is replaced when it changes, so that copies may share it.

    ``held`` keeps since when held criteria are met; ``cooled`` when moves with a cooldown were taken; ``beats`` of a
    cadence (its anchor, how often it fell due, when it last did or was anchored), where that does not follow from the
    opening alone; ``feeds``, the account's, of a feed (when it came up, when last heard, whether it is told down).
    """

    __slots__ = (
        "asked_again",
        "bands",
        "cadences",
        "config",
        "confirmations",
        "cooled",
        "due",
        "facts",
        "feeds",
        "handoffs",
        "held",
        "key",
        "kind",
        "opened_at",
        "opener",
        "positions",
        "reacted",
        "ready",
        "signals",
        "term",
        "turns_at",
        "waived",
    )

    def __init__(self, key: str, kind: str, at: datetime, config: Config) -> None:
        self.key = key
        self.kind = kind
        self.opened_at = at
        self.opener: Opener | None = None
        self.facts: dict[str, FactEntry] = {}
        self.confirmations: dict[str, GivenConfirmation] = NO_ENTRIES
        self.signals: dict[str, HeardSignal] = NO_ENTRIES
        self.bands: dict[str, str] = NO_ENTRIES
        self.positions: tuple[Position, ...] = ()
        self.handoffs: dict[str, SaidHandoff] = NO_ENTRIES
        self.ready: frozenset[str] = NO_NAMES
        self.asked_again: dict[str, frozenset[str]] = NO_ENTRIES
        self.waived: dict[str, Waiver] = NO_ENTRIES
        self.reacted: frozenset[str] = NO_NAMES
        self.held: dict[str, datetime] = NO_ENTRIES
        self.cooled: dict[str, datetime] = NO_ENTRIES
        self.cadences: dict[str, CadenceCount] = NO_ENTRIES
        self.feeds: dict[str, HeardFeed] = NO_ENTRIES
        self.term: Term | None = None
        self.due: datetime | None = None
        self.turns_at: datetime | None = None
        self.config = config

    def copy(self) -> Subject:
        """A row to write on: its facts are its own, everything else is shared and replaced on change."""
        other = Subject.__new__(Subject)
        other.key = self.key
        other.kind = self.kind
        other.opened_at = self.opened_at
        other.opener = self.opener
        other.facts = self.facts.copy()
        other.confirmations = self.confirmations
        other.signals = self.signals
        other.bands = self.bands
        other.positions = self.positions
        other.handoffs = self.handoffs
        other.ready = self.ready
        other.asked_again = self.asked_again
        other.waived = self.waived
        other.reacted = self.reacted
        other.held = self.held
        other.cooled = self.cooled
        other.cadences = self.cadences
        other.feeds = self.feeds
        other.term = self.term
        other.due = self.due
        other.turns_at = self.turns_at
        other.config = self.config
        return other

    @property
    def id(self) -> str:
        """The subject's own id, without its kind."""
        return self.key.partition(":")[2] or self.key

    def __repr__(self) -> str:
        positions = ", ".join(position.leaf.path for position in self.positions)
        return f"<Row {self.key} at {positions or 'no place'}>"


class Frame(NamedTuple):
    """What hardly ever changes in a journey: whose it is, by which profile and meaning, in which zone, since when."""

    account: str
    profile: str
    fingerprint: str
    zone_name: str
    zone: tzinfo
    began_at: datetime
    attributes: Mapping[str, Any] = NO_ENTRIES


SETTLED = cast("set[str]", frozenset())
"""What ``fresh`` holds once a step is over: whoever steps on makes a copy first, and whoever does not fails at once."""


class Snapshot:
    """One account's journey at one instant.

    Attributes:
        frame: what never changes, but for the zone.
        now: its present.
        rows: open subjects by key, in the order of opening; ``closed``: key -> (renewals, when, reason, into).
        count: how many records were made; ``openings``: how many subjects each reaction or move opened.
        due: no later than when something falls due or turns next, a cache of the rows' own.
        fresh: keys of rows that are this snapshot's own to write; None in a replay, which owns them all.
    """

    __slots__ = ("account_subject", "closed", "count", "due", "frame", "fresh", "now", "openings", "subjects")

    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        self.now = frame.began_at
        self.subjects: dict[str, Subject] = {}
        self.account_subject: Subject
        self.closed: dict[str, ClosedSubject] = NO_ENTRIES
        self.count = 0
        self.openings: dict[str, int] = NO_ENTRIES
        self.due: datetime | None = None
        self.fresh: set[str] | None = set()

    def copy(self) -> Snapshot:
        """A snapshot to step on: its rows are shared until ``writable`` hands one out."""
        other = Snapshot.__new__(Snapshot)
        other.frame = self.frame
        other.now = self.now
        other.subjects = self.subjects.copy()
        other.account_subject = self.account_subject
        other.closed = self.closed
        other.count = self.count
        other.openings = self.openings
        other.due = self.due
        other.fresh = set()
        return other

    @property
    def account(self) -> str:
        """The account's id."""
        return self.frame.account

    @property
    def profile(self) -> str:
        """The name of the profile it follows."""
        return self.frame.profile

    @property
    def fingerprint(self) -> str:
        """The meaning of the machine that made it."""
        return self.frame.fingerprint

    @property
    def zone(self) -> tzinfo:
        """The account's time zone."""
        return self.frame.zone

    @property
    def began_at(self) -> datetime:
        """When the journey began."""
        return self.frame.began_at

    @property
    def attributes(self) -> Mapping[str, Any]:
        """What ``begin`` said of the account."""
        return self.frame.attributes

    def writable(self, subject: Subject) -> Subject:
        """The one function that hands out a row to write: a copy, or in a replay that owns its rows the row itself
        (R2).
        """
        fresh = self.fresh
        if fresh is None:
            return subject
        if subject.key in fresh:
            return self.subjects.get(subject.key, subject)  # who holds it as it was is handed the copy, too
        fresh.add(subject.key)
        other = subject.copy()
        self.subjects[subject.key] = other
        if subject is self.account_subject:
            self.account_subject = other
        return other

    def to_dict(self) -> dict[str, Any]:
        """The snapshot as JSON data; ``load_snapshot(machine, data)`` is the way back."""
        return to_dict(self)

    @property
    def positions(self) -> dict[tuple[str, str], str]:
        """(region, subject) -> path of the leaf, for all that is open."""
        return {
            (position.leaf.region.name, subject.key): position.leaf.path
            for subject in self.subjects.values()
            for position in subject.positions
        }

    def __copy__(self) -> Snapshot:
        """Itself: nobody changes a snapshot."""
        return self

    def __deepcopy__(self, memo: object) -> Snapshot:
        """Itself, and not another machine's tables with it."""
        return self

    def __reduce__(self) -> NoReturn:
        """It stands on the tables of its machine, which do not travel."""
        raise TypeError(
            "a snapshot cannot be pickled: keep snapshot.to_dict(), and read it with load_snapshot(machine, data)"
        )

    def __repr__(self) -> str:
        return f"<Snapshot {self.account} at {self.now.isoformat()}: {len(self.subjects)} subjects>"
