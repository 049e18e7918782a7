"""One term of a contract: its end, what fired for it, and the windows that were set aside (rules R8 and R11).

A *window* begins with each term, and each milestone of the end fires once in it. An amended end may reopen it: then its
marks, and the paths where the contract stood in it, are set aside and restored should the end move back.
"""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

__all__ = ["Ends", "Mark", "MovedEnd", "Term", "Window", "intern_paths"]


@lru_cache(maxsize=4096)
def intern_paths(paths: tuple[str, ...]) -> tuple[str, ...]:
    """Return one tuple for equal paths: thousands of contracts visit a handful of different lists."""
    return paths


class Mark(NamedTuple):
    """A timer that fired: its name, the end of the term that it fired for, and its own day."""

    name: str
    end: date
    day: date


class MovedEnd(NamedTuple):
    """An end date that a window had, and the paths at which the contract had stood in it when that end was moved."""

    end: date
    visited: tuple[str, ...]


Ends = tuple[MovedEnd, ...]


class Window(NamedTuple):
    """A window set aside: the end dates it had, the marks of what fired in it, the paths where the contract stood."""

    ends: Ends
    fired: frozenset[Mark]
    visited: tuple[str, ...]

    def has_had(self, end: date) -> bool:
        """Tell whether the window had this end date at some time."""
        return any(one.end == end for one in self.ends)


class Term:
    """A contract's running term. Its start and end dates are facts of the contract; here is what those do not say.

    Immutable but for ``plan``, a cache: whoever changes a term makes another.

    Attributes:
        renewals: how many terms came before this one, those said at the opening included.
        observed_end, since: the end last observed (or given by notice), and how many terms began since.
        covered_from, covered_in: first day of unbroken cover, and the ``renewals`` of the term that said so.
        visited: paths of the leaves at which the contract stood in this window.
        ends: the other end dates that this window has had.
        fired: marks of the timers that fired in this term, but for windows set aside.
        aside: windows set aside.
        notice_at, notice_late: the instant at which standing notice was given, and whether it was after the deadline.
        counting_from: the first day that began no earlier than the countdown of this term; None before that starts,
            which it does once the end is known.
        plan: the dates as last computed, see ``CountdownTable``; None where what they are counted by changed.
        told: the ends for which any timer fired in an earlier term, once a term: what fires for the same end once
            more is told from that by counting (``record_ids``).
        rolled: whether this term began automatically.
        by_notice: whether its end was set by notice given in an open-ended term.
        end_moved_in: the tracks in which the end was observed with another value since the contract came to where it
            stands in them (``end_moved``).
    """

    __slots__ = (
        "aside",
        "by_notice",
        "counting_from",
        "covered_from",
        "covered_in",
        "end_moved_in",
        "ends",
        "fired",
        "notice_at",
        "notice_late",
        "observed_end",
        "plan",
        "renewals",
        "rolled",
        "since",
        "told",
        "visited",
    )

    def __init__(self, renewals: int = 0) -> None:
        self.renewals: int = renewals
        self.observed_end: date | None = None
        self.since: int = 0
        self.covered_from: date | None = None
        self.covered_in: int = 0
        self.visited: tuple[str, ...] = ()
        self.ends: Ends = ()
        self.fired: frozenset[Mark] = frozenset()
        self.aside: tuple[Window, ...] = ()
        self.notice_at: datetime | None = None
        self.notice_late: bool = False
        self.counting_from: date | None = None
        self.plan: Any = None
        self.told: tuple[date, ...] = ()
        self.rolled: bool = False
        self.by_notice: bool = False
        self.end_moved_in: frozenset[str] = frozenset()

    def marked(self, mark: Mark) -> Term:
        """Return a copy in which one more timer fired."""
        other = self.but()
        other.fired = self.fired | {mark}
        return other

    def all_told(self) -> tuple[date, ...]:
        """Return ``told`` as it is once this term is over."""
        marks = (*self.fired, *(mark for window in self.aside for mark in window.fired))
        return tuple(sorted((*self.told, *{mark.end for mark in marks}))) if marks else self.told

    def but(self, **changes: Any) -> Term:
        """Return a copy with some attributes changed."""
        other = Term.__new__(Term)
        other.renewals = self.renewals
        other.observed_end = self.observed_end
        other.since = self.since
        other.covered_from = self.covered_from
        other.covered_in = self.covered_in
        other.visited = self.visited
        other.ends = self.ends
        other.fired = self.fired
        other.aside = self.aside
        other.notice_at = self.notice_at
        other.notice_late = self.notice_late
        other.counting_from = self.counting_from
        other.plan = self.plan
        other.told = self.told
        other.rolled = self.rolled
        other.by_notice = self.by_notice
        other.end_moved_in = self.end_moved_in
        for name, value in changes.items():
            setattr(other, name, value)
        return other
