"""The trace of a journey: who was asked what with which answers, what was entered and left, and what timers did.

Records tell what happened. A trace also tells what did not: the moves that were looked at and stayed, how each of their
criteria stood then, the dates that were waited for in vain. It is collected where somebody gives one to a step, and
costs nothing where nobody does; it changes nothing in what a step yields (rule R2). How a step writes it, says
``watching``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, NamedTuple

from journeykit.machine.closures import Test, by_position
from journeykit.machine.criteria.answers import Answer, Questions
from journeykit.machine.criteria.verdicts import RESULTS, Result
from journeykit.machine.snapshot import Snapshot

__all__ = ["Answer", "Asked", "AskedSort", "TimerEvent", "TimerNews", "Trace", "TraceEntry", "Went"]

AskedSort = Literal["move", "gate", "reaction", "needs", "when"]
"""What asks: a move about to be taken, a gate that may wait for its handoff, a reaction, or a milestone: what it needs
once it has fired, and whether it applies (``when``)."""

Asker = tuple[AskedSort, str]
"""What asks: its sort and its name."""

_NOTED = 10_000
"""The most that is noted before it is worked out though nobody has read it: each note may keep a snapshot."""

TimerEvent = Literal["armed", "re-armed", "cancelled", "fired"]
"""What became of a timer: it has an instant to wait for, has another one, will not fire after all, or fired."""


class Asked(NamedTuple):
    """One thing was asked of a subject.

    Attributes:
        at: when, aware and in UTC.
        subject: the subject's key.
        sort: what asks, an :data:`AskedSort`.
        name: the id of the move, for a gate that of its move, the name of the reaction, or ``track.milestone``.
        result: what came of it as a whole: ``met``, ``not met`` or ``unknown``. For a move with a handoff that waits
            for a person, it is met once that is accepted, too; of a gate, what is said of the handoff counts nothing.
        taken: whether the move was taken, or the reaction fired. The end of a term that renews by itself takes a move
            whatever was answered. False for all else.
        answers: how each criterion stood, an :class:`Answer` with ``criterion`` (its id) and ``result``: its own ones
            and those in their groups, of a move that asks for a success also those of the branches, and those of the
            derived names that they read, in the order of the text, depth first. In an aggregate, each different answer
            of the subjects it runs over.
    """

    at: datetime
    subject: str
    sort: AskedSort
    name: str
    result: Result
    taken: bool
    answers: tuple[Answer, ...]


class Went(NamedTuple):
    """A subject went from place to place in one track: moved, placed by a person, opened or closed.

    Attributes:
        at: when, aware and in UTC.
        subject: the subject's key.
        track: the track's name.
        left: paths of the places left, of any depth, those in branches that stopped included.
        entered: paths of the places entered, those in branches that started included. A place left and entered at once
            stands in both.
    """

    at: datetime
    subject: str
    track: str
    left: tuple[str, ...]
    entered: tuple[str, ...]


class TimerNews(NamedTuple):
    """Something became of a timer.

    Attributes:
        at: when, aware and in UTC.
        subject: the key of the timer's subject; the account's for feeds.
        event: a :data:`TimerEvent`. A feed that is heard again is put off, which is no news.
        name: the timer as records name it in ``cause``: ``milestone renewal.prepare`` (so also ``notice``, ``end`` and
            ``grace_over``), ``stuck value.onboarding``, ``cadence value.review`` or ``feed usage``.
        due: the instant for which it waits or waited, aware and in UTC; of one that fired, for which it was due.
    """

    at: datetime
    subject: str
    event: TimerEvent
    name: str
    due: datetime


TraceEntry = Asked | Went | TimerNews
"""One entry of a trace."""


class Trace:
    """What one account's journey was asked, where it went, and what its timers did, in order.

    Give the same one to every step of one account. An input that is refused leaves nothing in it.

    A step only notes what there is to tell, with the snapshot as it stood then; what each criterion answered is worked
    out when the entries are read. So watching costs little, and who reads none of it pays for none.
    """

    __slots__ = ("_applies", "_entries", "_last", "_noted", "_waiting")

    def __init__(self) -> None:
        self._entries: list[TraceEntry] = []
        self._noted: list[tuple[Callable[..., object], tuple[Any, ...]]] = []
        self._last: Snapshot | None = None
        # Both follow from the entries; they are kept so that only what changed is told.
        self._waiting: dict[str, dict[str, datetime]] = {}
        self._applies: dict[tuple[str, str], tuple[Answer, ...]] = {}

    @property
    def entries(self) -> Sequence[TraceEntry]:
        """The entries so far, each an :class:`Asked`, a :class:`Went` or a :class:`TimerNews`."""
        if self._noted:
            noted, self._noted = self._noted, []
            for tell, what in noted:
                tell(self, *what)
        return self._entries

    def __iter__(self) -> Iterator[TraceEntry]:
        """Iterate over the entries."""
        return iter(self.entries)

    def __len__(self) -> int:
        """Return the number of entries."""
        return len(self.entries)

    def __bool__(self) -> bool:
        """Return True: a trace without entries is one all the same."""
        return True

    def __repr__(self) -> str:
        return f"<Trace of {len(self)} entries>"

    # What a step notes

    def mark(self) -> int:
        """Return how much is noted, to go back to."""
        if len(self._noted) > _NOTED:
            self.entries  # noqa: B018 -- works out what was noted, so that no more than so many snapshots are kept
        return len(self._noted)

    def back_to(self, mark: int) -> None:
        """Forget what was noted since a mark: it did not come to be."""
        del self._noted[mark:]

    def note(self, tell: Callable[..., object], *what: Any) -> None:
        """Note something to be told when the entries are read: ``tell`` is called with the trace and ``what``."""
        self._noted.append((tell, what))

    def seen(self, snapshot: Snapshot) -> Snapshot:
        """Return a snapshot as it stands now, to be looked at later."""
        last = self._last
        if (
            last is None
            or last.now != snapshot.now
            or last.frame is not snapshot.frame
            or last.closed is not snapshot.closed
            or last.subjects != snapshot.subjects
        ):
            last = self._last = snapshot.kept()
        return last

    # What is told when the entries are read

    def ask(self, seen: Snapshot, key: str, asker: Asker, test: Test, asks: Questions, *, taken: bool = False) -> bool:
        """Tell what was asked of a subject, and return whether it was met; ``asker`` is its sort and its name."""
        subject, (sort, name) = seen.subjects[key], asker
        found, answers = test(seen, subject), asks.answers(seen, subject)
        self._entries.append(by_position(Asked, (seen.now, key, sort, name, RESULTS[found], taken, answers)))
        return found is True

    def applies(self, seen: Snapshot, key: str, name: str, test: Test, asks: Questions) -> None:
        """Tell whether a milestone with ``when`` applies, if that stands otherwise than it did."""
        answers = asks.answers(seen, seen.subjects[key])
        if self._applies.get((key, name)) != answers:
            self._applies[key, name] = answers
            self.ask(seen, key, ("when", name), test, asks)

    def went(
        self, at: datetime, subject: str, track: str, left: tuple[str, ...] = (), entered: tuple[str, ...] = ()
    ) -> None:
        """Tell that a subject left places of a track and entered others."""
        self._entries.append(Went(at, subject, track, left, entered))

    def waits(self, at: datetime, subject: str, found: Mapping[str, datetime]) -> None:
        """Tell for which timers a subject waits now: by name, the instant at which each falls due."""
        known = self._waiting.setdefault(subject, {})
        if known == found:
            return
        for name in [name for name in known if name not in found]:
            self._entries.append(TimerNews(at, subject, "cancelled", name, known.pop(name)))
        for name, due in found.items():
            if name not in known:
                self._entries.append(TimerNews(at, subject, "armed", name, due))
            elif known[name] != due and not name.startswith("feed "):
                self._entries.append(TimerNews(at, subject, "re-armed", name, due))
            known[name] = due

    def waits_for_none_of(self, at: datetime, subjects: Mapping[str, object]) -> None:
        """Tell that subjects which are not among the open ones wait for nothing any more."""
        for key in [key for key, known in self._waiting.items() if known and key not in subjects]:
            self.waits(at, key, {})

    def fired(self, at: datetime, subject: str, name: str, due: datetime) -> None:
        """Tell that a timer fired."""
        self._waiting.setdefault(subject, {}).pop(name, None)
        self._entries.append(TimerNews(at, subject, "fired", name, due))
