"""A resolved profile: what an author wrote, after inheritance, with every name found and every expression typed.

It is plain frozen data, in the order of declaration. Paths of places are dotted and start below the track
(``onboarding.delivery.technical``); ids of moves and criteria have the track in front (``value.onboarding.exit``).
``at`` is always the location in the text, and ``label``, ``source`` and ``instead_of`` are for people alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from journeykit.dates import Period, Range
from journeykit.errors import Location
from journeykit.language.expressions.tree import Expr
from journeykit.language.model.notes import Cited, Instead, Note, Written
from journeykit.language.model.overview import in_one_line, overview
from journeykit.language.text.nodes import Node
from journeykit.language.vocabulary import Confirmation, FactRule, Feed, Kind, Role, Signal

__all__ = [
    "ENDINGS",
    "BandRule",
    "Cadence",
    "Cited",
    "Confirmation",
    "Countdown",
    "Criterion",
    "DerivedRule",
    "FactRule",
    "Feed",
    "Handoff",
    "Instead",
    "Kind",
    "Milestone",
    "Move",
    "Note",
    "Opening",
    "Profile",
    "Reaction",
    "Role",
    "Signal",
    "Stage",
    "Track",
    "Value",
    "Written",
]

MoveKind = Literal["advance", "regress", "skip", "recover", "renew", "churn", "win_back", "move"]
Declared = Literal["next", "exit", "regress", "moves", "track"]
Group = Literal["is", "all", "any", "at_least"]

ENDINGS = ("by_hand", "automatically", "once", "evergreen", "cancel")
"""What may follow the end of a term (rule R11)."""


@dataclass(frozen=True, slots=True)
class Criterion:
    """One named criterion: an expression (``group == "is"``) or a group of criteria.

    Attributes:
        id: unique in the profile; what ``waive`` and verdicts name.
        text: what it asks, as it was written; empty for a group.
        members: the criteria of a group, which is judged by Kleene's rules over them.
        needed: how many members a group ``at_least`` needs.
        waivable_by: the role that may waive it (rule R13), if any.
        held: how long it has to be so, without a break, before it is met; None for at once.
    """

    id: str
    name: str
    group: Group
    at: Location
    expr: Expr | None = None
    text: str = ""
    members: tuple[Criterion, ...] = ()
    needed: int = 0
    waivable_by: str | None = None
    label: str | None = None
    source: str | None = None
    held: Period | None = None
    instead_of: Instead = ()

    def walk(self) -> Iterator[Criterion]:
        """Yield itself, then its members at any depth, in order."""
        yield self
        for member in self.members:
            yield from member.walk()


@dataclass(frozen=True, slots=True)
class Value:
    """A value that may come from a fact: that of ``fact`` where it is named and known, else ``default``."""

    default: Any
    fact: str | None = None
    source: str | None = None
    instead_of: Instead = ()


@dataclass(frozen=True, slots=True)
class Handoff:
    """The roles of a handoff (rule R7); with ``automatic`` the receiver is the product, which accepts by itself."""

    giver: str
    receiver: str
    automatic: bool = False


@dataclass(frozen=True, slots=True)
class Opening:
    """A subject that a move or a reaction opens (rule R12).

    ``named`` is a template for its id: ``{...}`` is filled from what the signal carries, ``{subject}`` by the opener's
    id. With ``unless_open`` nothing is opened while one that was opened from here is open and under way.
    """

    kind: str
    named: str | None = None
    unless_open: bool = False


@dataclass(frozen=True, slots=True)
class Move:
    """One move from place to place.

    Attributes:
        id: the track, the owner and the name, such as ``value.onboarding.exit`` or ``renewal.overdue``.
        declared: under which key: a place's ``exit``, ``regress`` or ``moves``, or the ``track``'s moves; ``next`` for
            a step giving way to the next one, which nobody writes.
        owner: the path of the declaring place, empty for a track's move.
        sources: the paths at which, or inside which, it may be taken; ``open`` and ``any`` are spelled out.
        to: the path of its target, as written (not yet the leaf).
        order: its number in the profile's order of declaration, from 0; reactions count too.
        upon: the signal it waits for, or None; with ``upon_account`` it is the account's, heard by another subject.
        when: criteria that must all be met; empty where nothing is asked.
        asks_again: facts and confirmations that are asked again from this move on (rule R8).
        closes: whether it closes the subject.
        do: names of actions for the host program.
        anywhere: whether it was declared ``from: any``, so that it also leaves an ``end`` at any depth.
        cooldown: how long after taking it a subject does not take it again.
    """

    id: str
    track: str
    name: str
    kind: MoveKind
    declared: Declared
    owner: str
    sources: tuple[str, ...]
    to: str
    order: int
    at: Location
    upon: str | None = None
    upon_account: bool = False
    when: tuple[Criterion, ...] = ()
    handoff: Handoff | None = None
    asks_again: tuple[str, ...] = ()
    opens: tuple[Opening, ...] = ()
    closes: bool = False
    begins_term: bool = False
    do: tuple[str, ...] = ()
    source: str | None = None
    anywhere: bool = False
    cooldown: Period | None = None


@dataclass(frozen=True, slots=True)
class Stage:
    """A place: a stage, or a step or branch inside one.

    Attributes:
        counts_as: which of the six stages of the customer's way it is; that of the track if not written.
        stuck_after: how long after entering it a subject counts as stuck; computed from ``typical`` if not written.
        branches: the places of ``side_by_side``.
        end: what has come out, where the place is an end; else None.
        moves: its own regressions, moves, and exit or giving way, in order of choice (rule R5).
        activities, watch, stalls: what to do there, which figures to watch, why accounts stay too long.
        cited: the sources of ``goal``, ``typical`` and ``stuck_after``.
    """

    name: str
    path: str
    at: Location
    label: str | None = None
    goal: str | None = None
    counts_as: str | None = None
    typical: Range | None = None
    stuck_after: Period | None = None
    success: tuple[Criterion, ...] = ()
    steps: tuple[Stage, ...] = ()
    branches: tuple[Stage, ...] = ()
    end: str | None = None
    moves: tuple[Move, ...] = ()
    source: str | None = None
    activities: tuple[Note, ...] = ()
    watch: tuple[Note, ...] = ()
    stalls: tuple[Note, ...] = ()
    cited: tuple[Cited, ...] = ()

    def walk(self) -> Iterator[Stage]:
        """Yield itself, then every place inside it, depth first, in order."""
        yield self
        for part in self.steps + self.branches:
            yield from part.walk()

    def is_success(self, criterion: Criterion) -> bool:
        """Tell whether a criterion of a move asks for this place's whole success (rule R6: ``success: all``)."""
        return criterion.group == "all" and criterion.name == "success" and criterion.members == self.success


@dataclass(frozen=True, slots=True)
class Milestone:
    """A date counted back from the end of the term, or from the date fact ``of``; ``role`` sees to it (rule R11).

    By then it must have stood in one of the places ``work`` in this window, or inside one, and ``needs`` be met. It
    applies while ``when`` is met, and has a date in terms of ``for_terms`` at least; ``again``: once for every end.
    """

    name: str
    before: Value
    at: Location
    work: tuple[str, ...] = ()
    needs: Criterion | None = None
    label: str | None = None
    source: str | None = None
    of: str | None = None
    role: str | None = None
    when: Criterion | None = None
    for_terms: Value | None = None
    again: bool = False


CLOSING_DATES = ("notice", "end", "grace_over")
"""The dates that a countdown has by itself, besides its milestones, in the order in which they come."""


@dataclass(frozen=True, slots=True)
class Countdown:
    """The dates of a contract's term, and what follows its end (rule R11).

    Attributes:
        to: the date fact counted to, the end of the term.
        notice: the notice period; None for no notice deadline.
        given_by: the signal, confirmation or boolean fact that gives notice.
        automatically: whether the term renews by itself, where ``at_end`` is None; None for no.
        term: the length of the next term; None for one year.
        grace: how long after the end a contract still counts as covered; None for not at all.
        at_end: what follows the end, one of ``ENDINGS``.
        started_late: within how long before the end a countdown counts as started late; None for once a date was past.
    """

    to: str
    milestones: tuple[Milestone, ...]
    at: Location
    notice: Value | None = None
    given_by: str | None = None
    automatically: Value | None = None
    term: Value | None = None
    grace: Value | None = None
    at_end: Value | None = None
    started_late: Value | None = None


@dataclass(frozen=True, slots=True)
class Cadence:
    """Something due again and again: every ``every`` from a subject's opening on, done when ``done_by`` was given.

    In the stages of ``rests_at``, as at every end of the track, nothing falls due; it counts anew from leaving them.
    """

    name: str
    every: Period
    done_by: str
    at: Location
    role: str | None = None
    label: str | None = None
    source: str | None = None
    rests_at: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Track:
    """One of the tracks that go on at the same time, for the account or for each subject of the kind ``per``."""

    name: str
    per: str
    stages: tuple[Stage, ...]
    moves: tuple[Move, ...]
    at: Location
    never_ends: bool = False
    countdown: Countdown | None = None
    label: str | None = None
    goal: str | None = None
    source: str | None = None
    cadences: tuple[Cadence, ...] = ()
    activities: tuple[Note, ...] = ()
    watch: tuple[Note, ...] = ()
    stalls: tuple[Note, ...] = ()
    cited: tuple[Cited, ...] = ()

    def walk(self) -> Iterator[Stage]:
        """Yield every place, depth first, in order."""
        for stage in self.stages:
            yield from stage.walk()

    def all_moves(self) -> tuple[Move, ...]:
        """Return every move in order of declaration, those of its places first, each place before what is in it."""
        return tuple(move for stage in self.walk() for move in stage.moves) + self.moves


@dataclass(frozen=True, slots=True)
class BandRule:
    """Levels (name, start), lowest first, over the number ``of``; left downwards only ``margin`` below their start."""

    name: str
    kind: str
    of: Expr
    levels: tuple[tuple[str, float], ...]
    margin: float
    at: Location


@dataclass(frozen=True, slots=True)
class DerivedRule:
    """A named criterion (``criterion``) or a named number (``expr``), read for subjects of ``kind``."""

    name: str
    kind: str
    type: str
    at: Location
    criterion: Criterion | None = None
    expr: Expr | None = None


@dataclass(frozen=True, slots=True)
class Reaction:
    """What subjects of ``kind`` do upon a signal, or when ``when`` becomes met; not again during its ``cooldown``."""

    name: str
    kind: str
    at: Location
    order: int
    upon: str | None = None
    upon_account: bool = False
    when: tuple[Criterion, ...] = ()
    opens: tuple[Opening, ...] = ()
    do: tuple[str, ...] = ()
    cooldown: Period | None = None


@dataclass(frozen=True, slots=True)
class Profile:
    """Everything an author said, resolved. Mappings go by name, in the order of the text.

    Attributes:
        timezone: the zone of accounts that do not name theirs.
        kinds: the kinds of subject; ``account`` always comes first.
        parents: the names of the profiles it extends, the nearest first.
        written: the texts it came from, the profile's own first.
        tree: the merged tree it was resolved from, each value with its location and source.
    """

    name: str
    version: str
    at: Location
    timezone: str
    roles: Mapping[str, Role]
    kinds: Mapping[str, Kind]
    facts: Mapping[str, FactRule]
    bands: Mapping[str, BandRule]
    derived: Mapping[str, DerivedRule]
    signals: Mapping[str, Signal]
    confirmations: Mapping[str, Confirmation]
    reactions: Mapping[str, Reaction]
    tracks: Mapping[str, Track]
    title: str | None = None
    about: str | None = None
    parents: tuple[str, ...] = ()
    feeds: Mapping[str, Feed] = field(default_factory=dict)
    written: tuple[Written, ...] = ()
    tree: Node | None = field(default=None, repr=False, compare=False)

    def kind_of(self, name: str) -> str:
        """Return the kind of subject that a fact, signal or confirmation belongs to.

        Raises:
            KeyError: there is no such name.
        """
        rule = self.facts.get(name) or self.signals.get(name) or self.confirmations[name]
        return rule.kind

    @property
    def term_kind(self) -> Kind | None:
        """The one kind of subject that has terms (contracts), or None."""
        return next((kind for kind in self.kinds.values() if kind.term), None)

    __repr__ = in_one_line
    __str__ = overview
