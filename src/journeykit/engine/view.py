"""The one way to read a snapshot from outside: where a journey stands, what is known since when, what falls due.

Answers, tables and drawings read a snapshot through a :class:`View`, so that the engine may change how its parts are
kept. Two plain values are handed out as they are: a ``Position`` with its compiled leaf, and a contract's ``Term``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, tzinfo
from typing import TypeVar

from journeykit.dates import Mover, local_day
from journeykit.engine.cadences import anchor_of
from journeykit.engine.due_dates import DueTimer, timers_of
from journeykit.engine.inputs import Input
from journeykit.engine.slips import given_at, missing
from journeykit.engine.step import Outcome, unlogged_step
from journeykit.language.expressions.tree import ACCOUNT
from journeykit.machine.countdown import Timer
from journeykit.machine.entries import CadenceCount, GivenConfirmation, HeardFeed, HeardSignal, KnownFact, SaidHandoff
from journeykit.machine.machine import Machine
from journeykit.machine.snapshot import Position, Snapshot, Subject
from journeykit.machine.tables import CadenceTable
from journeykit.machine.term import Term

__all__ = ["SubjectView", "View"]

Found = TypeVar("Found")


class View:
    """A snapshot as its machine understands it. Instants are aware and in UTC, days those of the account's zone.

    Attributes:
        machine: the account's machine.
        account, profile: the account's id, and the name of its profile.
        now: the journey's present.
        zone, zone_name: the zone in which the account counts its days, and its name.
        subjects: the open subjects in the order of opening, the account first.
    """

    __slots__ = ("_snapshot", "account", "machine", "now", "profile", "subjects", "zone", "zone_name")

    def __init__(self, machine: Machine, snapshot: Snapshot) -> None:
        frame = snapshot.frame
        self._snapshot = snapshot
        self.machine: Machine = machine
        self.account: str = frame.account
        self.profile: str = frame.profile
        self.zone: tzinfo = frame.zone
        self.zone_name: str = frame.zone_name
        self.now: datetime = snapshot.now
        self.subjects: tuple[SubjectView, ...] = tuple(
            [SubjectView(self, snapshot, subject, place) for place, subject in enumerate(snapshot.subjects.values())]
        )

    @property
    def due_at(self) -> datetime | None:
        """An instant no later than the next at which something falls due or turns by time; None for never."""
        return self._snapshot.due

    @property
    def account_subject(self) -> SubjectView:
        """The account itself, as a subject."""
        return self.subjects[0]

    def after(self, entry: Input) -> Outcome:
        """Return what one input would yield. Nothing is changed.

        Raises:
            InputError: it would be refused.
        """
        return unlogged_step(self.machine, self._snapshot, entry)

    def of_kind(self, kind: str) -> tuple[SubjectView, ...]:
        """Return the open subjects of a kind, in the order of opening."""
        return tuple([subject for subject in self.subjects if subject.kind == kind])

    def feed(self, name: str) -> HeardFeed | None:
        """Return since when a feed is up and when it was last heard; None where it never was."""
        return self._snapshot.account_subject.feeds.get(name)

    def paid_until(self) -> Iterator[tuple[str, date]]:
        """Yield the key and the last day of every contract that covers today though it was closed (into another)."""
        today = local_day(self.now, self.zone)
        for key, closed in self._snapshot.closed.items():
            if closed.covers is not None and closed.covers[0] <= today <= closed.covers[1]:
                yield key, closed.covers[1]


class SubjectView:
    """One open subject of a view, the account itself included.

    Attributes:
        view: the whole that it belongs to.
        key: its key, such as ``workstream:main``; ``account`` of the account.
        kind: its kind.
        place: its number in the order of opening, from 0.
        positions: where it stands, regions in order of declaration, a branch after the region around it.
        term: the running term of a contract, with its marks: what fired, for which end, on which day; else None.
    """

    __slots__ = ("_snapshot", "_subject", "key", "kind", "place", "positions", "term", "view")

    def __init__(self, view: View, snapshot: Snapshot, subject: Subject, place: int) -> None:
        self._snapshot = snapshot
        self._subject = subject
        self.view: View = view
        self.place: int = place
        self.key: str = subject.key
        self.kind: str = subject.kind
        self.positions: tuple[Position, ...] = subject.positions
        self.term: Term | None = subject.term

    @property
    def id(self) -> str:
        """Its own id, without its kind."""
        return self._subject.id

    @property
    def opened_at(self) -> datetime:
        """The instant at which it was opened; of the account, that of its ``begin``."""
        return self._subject.opened_at

    @property
    def is_account(self) -> bool:
        """True for the account itself."""
        return self._subject.kind == ACCOUNT

    # Where it stands

    def positions_in(self, track: str) -> tuple[Position, ...]:
        """Return its positions in one track and its branches, the track's own region first."""
        return tuple([one for one in self._subject.positions if one.leaf.region.track == track])

    @property
    def has_ended(self) -> bool:
        """True where every track of it stands at an end, so that its timers have stopped (rule R12)."""
        return self._subject.config.ended

    @property
    def stuck_after(self) -> tuple[tuple[Position, Mover], ...]:
        """The positions that may get stuck, each with what makes (entered, zone) the instant from which it is stuck."""
        positions = self._subject.positions
        return tuple([(positions[place], after) for place, after in self._subject.config.stuck])

    # What is known of it

    def fact(self, name: str) -> KnownFact | None:
        """Return a fact as last observed, even if it is stale or asked again; None where it never was observed."""
        known = self._subject.facts.get(name)
        return None if known is None else KnownFact(*known)

    def facts(self) -> Iterator[tuple[str, KnownFact]]:
        """Yield every fact ever observed of it, by name."""
        return ((name, KnownFact(*known)) for name, known in self._subject.facts.items())

    def confirmation(self, name: str) -> GivenConfirmation | None:
        """Return a confirmation that was given and not taken back, whether it still lasts or not."""
        return self._subject.confirmations.get(name)

    def confirmations(self) -> Iterator[tuple[str, GivenConfirmation]]:
        """Yield every confirmation that was given and not taken back, by name."""
        return iter(self._subject.confirmations.items())

    def signal(self, name: str) -> HeardSignal | None:
        """Return the last occurrence of a signal; None where it never came."""
        return self._subject.signals.get(name)

    def handoff(self, move: str) -> SaidHandoff | None:
        """Return what was said last of the handoff of a move (its id); None where nothing was, or it was declined."""
        return self._subject.handoffs.get(move)

    def is_asked_again(self, name: str, track: str) -> bool:
        """Tell whether a track asked for a name again (rule R8), and no input has given it anew."""
        return name in self._subject.asked_again.get(track, ())

    def is_waived(self, criterion: str) -> bool:
        """Tell whether a criterion (its id) is waived."""
        return criterion in self._subject.waived

    def held_since(self, mark: str) -> datetime | None:
        """Return since when a held criterion has been met, by the key of its note; None where it is not met."""
        return self._subject.held.get(mark)

    def taken_at(self, move: str) -> datetime | None:
        """Return when what has a cooldown (a move's id, a reaction's name) was taken or fired last; None for never."""
        return self._subject.cooled.get(move)

    # Its term and what falls due

    @property
    def end(self) -> date | None:
        """The end date of the running term; None where it is unknown, or nothing has terms."""
        countdown = self.view.machine.countdown
        return None if countdown is None else countdown.end_of(self._subject)

    @property
    def cadences(self) -> tuple[CadenceTable, ...]:
        """The cadences that run where it stands."""
        return self._subject.config.cadences

    def cadence(self, ident: str) -> CadenceCount:
        """Return how a cadence counts, by its ``track.name``."""
        return anchor_of(self._snapshot, self._subject, ident)

    def timers(self) -> list[DueTimer]:
        """Return its timers that have not fired, in the order in which they will."""
        found = timers_of(self.view.machine, self._snapshot, self._subject, self.place)
        return sorted(found, key=lambda timer: timer[:4])

    def missing(self, timer: Timer) -> tuple[str, ...]:
        """Return what a milestone asks for that is not done: ``work``, ``needs``, both or nothing."""
        return missing(self._snapshot, self._subject, timer)

    def given_at(self, name: str) -> datetime | None:
        """Return when a signal, confirmation or boolean fact was last given, as a cadence's ``done_by`` reads it."""
        return given_at(self.view.machine, self._snapshot, self._subject, name)

    def day_of(self, timer: Timer) -> date | None:
        """Return the day of a date of the countdown, for the present end; None where it has none."""
        countdown, subject = self.view.machine.countdown, self._subject
        end = None if countdown is None else countdown.end_of(subject)
        return None if end is None else timer.due_on(end, self._snapshot, subject)

    def ask(self, question: Callable[[Snapshot, Subject], Found]) -> Found:
        """Return the answer of a compiled question (a guard, a value, an instant) for this subject."""
        return question(self._snapshot, self._subject)
