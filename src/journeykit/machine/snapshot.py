"""The snapshot: where one account stands, as data.

It is the fold of the account's log (rule R3) and keeps only what cannot be computed (R10), beside some caches. A step
leaves the old snapshot as it was (R2): it copies the snapshot, and each subject at the moment it is first written to.
"""

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
from journeykit.machine.positions import Positions
from journeykit.machine.record_ids import Occasion
from journeykit.machine.snapshot_text import in_one_line, text_of
from journeykit.machine.snapshot_to_dict import to_dict
from journeykit.machine.subject_meant import own_id
from journeykit.machine.term import Term

if TYPE_CHECKING:  # a snapshot refers to tables of its machine, which in turn are typed by snapshots
    from journeykit.machine.tables import Config, Leaf

__all__ = ["NO_ENTRIES", "NO_NAMES", "SETTLED", "Frame", "Position", "Snapshot", "Subject"]


_new = object.__new__
NO_NAMES: frozenset[str] = frozenset()


NO_ENTRIES: dict[Any, Any] = {}
"""The empty mapping that all fresh subjects share: never written to; a writer puts a new one in its place."""


class Position(NamedTuple):
    """A subject's position in one region.

    Attributes:
        leaf: the compiled leaf.
        entered: the instants at which the places of ``leaf.chain`` were entered, outermost first.
        stuck: whether this stay in the outermost stage is on record as stuck; kept until that stage is left.
        placed: whether it came here by hand (R13).
    """

    leaf: Leaf
    entered: tuple[datetime, ...]
    stuck: bool = False
    placed: bool = False


class Subject:
    """One subject of an account, the account itself included.

    ``facts`` is the one container that is written to; every other is replaced when it changes, so that copies may share
    it. Instants are aware and in UTC.

    Attributes:
        key, kind: ``workstream:main`` and ``workstream``; the account has ``account`` for both.
        opened_at, opener: the instant of its opening; what opened it, or None where an input did.
        facts, confirmations, signals, bands: by name; a band's entry is its level, remembered while it is unknown.
        positions: one for each region that it stands in, in the order of regions.
        handoffs, cooled: by id of a move: what was said last, and the instant at which it was last taken; of those with
            a cooldown alone, reactions (by name, when they last fired) among them.
        ready: ids of the moves that are on record as ready (R7).
        asked_again: by track, the names asked again and not given since (R8).
        waived: by id of a criterion.
        reacted: names of the reactions whose condition was met when it was last known (R12).
        held: the instants since which held criteria are met without a break, by ``mark_of``.
        cadences: by ``track.name``, where that does not follow from the opening alone.
        feeds: the account's, by name, of those heard at least once.
        term: the running term; None but for contracts.
        due: no later than the next instant at which something of it falls due or turns by time; a cache.
        turns_at: no later than the next instant at which something of it turns by time; a cache.
        config: all that its positions and its kind listen to.
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
        self.key: str = key
        self.kind: str = kind
        self.opened_at: datetime = at
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
        self.config: Config = config

    def copy(self) -> Subject:
        """Return a subject to write on: its facts are its own, everything else is shared and replaced on change."""
        other = _new(Subject)
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
        """The subject's own id, without its kind; the account's is ``account``."""
        return own_id(self.key)

    def __repr__(self) -> str:
        positions = ", ".join(position.leaf.path for position in self.positions)
        return f"<Subject {self.key} at {positions or 'no place'}>"


class Frame(NamedTuple):
    """The part of a snapshot that hardly ever changes: only a ``zone`` input replaces it.

    ``attributes`` is what the account's ``begin`` said of it.
    """

    account: str
    profile: str
    fingerprint: str
    zone_name: str
    zone: tzinfo
    began_at: datetime
    attributes: Mapping[str, Any] = NO_ENTRIES


SETTLED = cast("set[str]", frozenset())
"""The value of ``fresh`` once a step is over: it cannot be added to, so that writing without a copy fails at once."""


class Snapshot:
    """One account's journey at one instant.

    Programs may rely on ``account``, ``profile``, ``fingerprint``, ``now``, ``zone``, ``began_at``, ``attributes``,
    ``due``, ``positions`` and ``to_dict``; the rest is inside.

    Attributes:
        frame: what never changes, but for the zone.
        now: the account's present.
        subjects: open subjects by key, in the order of their opening, the account first.
        account_subject: the account among them.
        closed: by key, what is kept of the closed ones.
        count: how many records were made, which numbers the next.
        unnamed: the causes without an id of their own that were on the record at its present instant, the last of
            them, which knows those before it; of another instant, it is over and says nothing (``record_ids``).
        due: the soonest ``due`` of its subjects; a cache.
        fresh: keys of subjects that are this snapshot's own to write; None in a replay, which owns them all.
    """

    __slots__ = ("account_subject", "closed", "count", "due", "frame", "fresh", "now", "subjects", "unnamed")

    def __init__(self, frame: Frame) -> None:
        self.frame: Frame = frame
        self.now: datetime = frame.began_at
        self.subjects: dict[str, Subject] = {}
        self.account_subject: Subject
        self.closed: dict[str, ClosedSubject] = NO_ENTRIES
        self.count: int = 0
        self.unnamed: Occasion | None = None
        self.due: datetime | None = None
        self.fresh: set[str] | None = set()

    def copy(self) -> Snapshot:
        """Return a snapshot to step on: it shares its subjects until ``writable`` hands one out."""
        other = _new(Snapshot)
        other.frame = self.frame
        other.now = self.now
        other.subjects = self.subjects.copy()
        other.account_subject = self.account_subject
        other.closed = self.closed
        other.count = self.count
        other.unnamed = self.unnamed
        other.due = self.due
        other.fresh = set()
        return other

    def kept(self) -> Snapshot:
        """Return it as it stands, to be looked at later: from now on, subjects are copied before they are written."""
        other = self.copy()
        other.fresh = SETTLED
        self.fresh = set()
        return other

    @property
    def account(self) -> str:
        """The account's id."""
        return self.frame.account

    @property
    def profile(self) -> str:
        """The name of the account's profile."""
        return self.frame.profile

    @property
    def fingerprint(self) -> str:
        """The fingerprint of the machine that made it (R16)."""
        return self.frame.fingerprint

    @property
    def zone(self) -> tzinfo:
        """The account's time zone."""
        return self.frame.zone

    @property
    def began_at(self) -> datetime:
        """The instant of the account's ``begin``."""
        return self.frame.began_at

    @property
    def attributes(self) -> Mapping[str, Any]:
        """The attributes that ``begin`` gave the account."""
        return self.frame.attributes

    def writable(self, subject: Subject) -> Subject:
        """Return the subject to write on: a copy of the one given, made once a step, or in a replay that one itself.

        Nothing else hands out subjects to write (R2). The copy takes the place of the one given in this snapshot.
        """
        fresh = self.fresh
        if fresh is None:
            return subject
        key = subject.key
        if key in fresh:
            return self.subjects.get(key, subject)  # a caller that still holds the old one gets the copy, too
        fresh.add(key)
        other = self.subjects[key] = subject.copy()
        if subject is self.account_subject:
            self.account_subject = other
        return other

    def to_dict(self) -> dict[str, Any]:
        """Return the snapshot as JSON data, which ``load_snapshot(machine, data)`` reads."""
        return to_dict(self)

    @property
    def positions(self) -> Positions:
        """The paths of all leaves at which open subjects stand, by (name of the region, key of the subject)."""
        return Positions(
            ((position.leaf.region.name, subject.key), position.leaf.path)
            for subject in self.subjects.values()
            for position in subject.positions
        )

    def __copy__(self) -> Snapshot:
        """Return the snapshot itself: nobody changes one."""
        return self

    def __deepcopy__(self, memo: object) -> Snapshot:
        """Return the snapshot itself: a copy would drag along a second set of its machine's tables."""
        return self

    def __reduce__(self) -> NoReturn:
        """Refuse: a snapshot refers to the tables of its machine, which cannot be pickled."""
        raise TypeError(
            "a snapshot cannot be pickled: keep snapshot.to_dict(), and read it with load_snapshot(machine, data)"
        )

    __repr__ = in_one_line
    __str__ = text_of
