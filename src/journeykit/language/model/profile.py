"""A resolved profile: what an author wrote, after inheritance, with every name found and every expression typed.

This is the noun between the text and the machine. It is plain frozen data; places keep their order of declaration.
Paths of places are dotted and start at the track's root (``onboarding.delivery.technical``); ids of moves and
criteria have the track in front (``value.onboarding.exit``, ``value.onboarding.success.go_live``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from journeykit.dates import Period, Range
from journeykit.errors import Location
from journeykit.language.expressions.tree import Expr
from journeykit.language.model.notes import Cited, Instead, Note, Written
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
"""What may follow the end of a term."""


@dataclass(frozen=True, slots=True)
class Criterion:
    """One named criterion: an expression (``group == "is"``) or a group of criteria.

    ``id`` is unique in the profile and is what ``waive`` and verdicts name. A group is met by Kleene's rules over its
    ``members``; ``at_least`` needs ``needed`` of them. With ``held`` it is met once it has been so for that long.
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
    """A value that may come from a fact: the fact's value where it is known, else ``default``."""

    default: Any
    fact: str | None = None
    source: str | None = None
    instead_of: Instead = ()


@dataclass(frozen=True, slots=True)
class Handoff:
    """Who gives and who receives. ``automatic``: the receiver is played by the product and accepts by itself."""

    giver: str
    receiver: str
    automatic: bool = False


@dataclass(frozen=True, slots=True)
class Opening:
    """A subject that a move or a reaction opens. ``named`` is a template over what the signal carries and
    ``{subject}``.
    """

    kind: str
    named: str | None = None
    unless_open: bool = False


@dataclass(frozen=True, slots=True)
class Move:
    """One way from place to place.

    Attributes:
        id: ``track`` + owner + name, such as ``value.onboarding.exit`` or ``renewal.overdue``.
        declared: where it stands: a step giving way to the ``next``, a stage's ``exit``, its ``regress``, its
        ``moves``, or the ``track``.
        owner: path of the declaring place, empty for a track's move.
        sources: paths from which (there or inside) it may be taken, resolved: ``open`` and ``any`` are spelled out.
        anywhere: whether it was declared ``from: any``, so that it also leaves what stands at an ``end`` of any depth.
        to: path of its target, as written (not yet the leaf).
        upon: the signal it waits for, or None; ``upon_account`` says that the account's own signal is meant.
        when: all of these must be met; empty means nothing is asked.
        cooldown: once taken, a subject does not take it again for so long.
        order: place in the whole profile's order of declaration.
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
    """A stage or a step (nested stage).

    ``moves``: its own regressions, moves, exit and its giving way, in order of choice. ``activities``, ``watch``,
    ``stalls``: what to do there, which figures to watch, why accounts stay. ``cited``: where ``goal``, ``typical`` and
    ``stuck_after`` come from.
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
        """Itself, then everything inside it, depth first, in order."""
        yield self
        for part in self.steps + self.branches:
            yield from part.walk()

    def is_success(self, criterion: Criterion) -> bool:
        """Tell whether a criterion asks for this place's whole success (rule R6: ``success: all``)."""
        return criterion.group == "all" and criterion.name == "success" and criterion.members == self.success


@dataclass(frozen=True, slots=True)
class Milestone:
    """A date counted back from the end of the term, or from the date fact ``of``. ``work``: places one of which must
    have been visited this term. ``role``: who sees to it.
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


@dataclass(frozen=True, slots=True)
class Countdown:
    """The set of dates of one contract term.

    ``to`` is the date fact counted to; milestones stand in order of declaration. ``notice`` is the notice period (None:
    no notice deadline), ``given_by`` the signal, word or boolean fact that gives it. ``grace`` None: none.
    ``at_end`` says what follows the end, one of ``ENDINGS``; where it is None, ``automatically`` says whether the term
    renews by itself. ``started_late``: within how long before the end a countdown counts as started late (None:
    whenever a milestone was past).
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
    """What is due again and again: every ``every`` from a subject's opening on, done when ``done_by`` was given.

    ``rests_at``: stages in which nothing of it falls due, as at an end of the track; it counts anew from leaving them.
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
    """One concurrent region, for the account or for each subject of kind ``per``."""

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
        """Every stage and step, depth first, in order."""
        for stage in self.stages:
            yield from stage.walk()

    def all_moves(self) -> tuple[Move, ...]:
        """Return every move, those of its places first, in order of declaration, which is the order of choice (R5)."""
        return tuple(move for stage in self.walk() for move in stage.moves) + self.moves


@dataclass(frozen=True, slots=True)
class BandRule:
    """Levels over a number: (name, start), lowest first; a level is left downwards only ``margin`` below its start."""

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
    """Upon a signal, or when a condition becomes met: opens subjects and names actions, for subjects of ``kind``."""

    name: str
    kind: str
    at: Location
    order: int
    upon: str | None = None
    upon_account: bool = False
    when: tuple[Criterion, ...] = ()
    opens: tuple[Opening, ...] = ()
    do: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Profile:
    """Everything an author said, resolved. ``kinds`` always has ``account`` first; mappings keep the order of the
    text.

    ``tree`` is the text it was resolved from, after inheritance: each value with its place and its source. ``written``
    names the files it came from, the profile's own first.
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
        """The kind of subject that a fact, signal or word belongs to.

        Raises:
            KeyError: there is no such name.
        """
        rule = self.facts.get(name) or self.signals.get(name) or self.confirmations[name]
        return rule.kind

    @property
    def term_kind(self) -> Kind | None:
        """The one kind of subject that has terms (contracts), if any."""
        return next((kind for kind in self.kinds.values() if kind.term), None)
