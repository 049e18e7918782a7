"""One term of a contract: its end, what fired for it, and the windows that were set aside (rules R8 and R11)."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

__all__ = ["Ends", "Mark", "MovedEnd", "Term", "Window", "intern_paths"]


@lru_cache(maxsize=4096)
def intern_paths(paths: tuple[str, ...]) -> tuple[str, ...]:
    """The same tuple for the same paths: what thousands of contracts visited is a handful of lists."""
    return paths


class Mark(NamedTuple):
    """That a timer fired: its name, the end of the term that it fired for, and its own day."""

    name: str
    end: date
    day: date


class MovedEnd(NamedTuple):
    """An end date that a window has had, and where the contract had stood in the window when that end was moved."""

    end: date
    visited: tuple[str, ...]


Ends = tuple[MovedEnd, ...]


class Window(NamedTuple):
    """A window that was left: the end dates it had, what fired in it, and where the contract stood in it."""

    ends: Ends
    fired: frozenset[Mark]
    visited: tuple[str, ...]

    def has_had(self, end: date) -> bool:
        """Tell whether an end was one of its ends."""
        return any(one.end == end for one in self.ends)


class Term:
    """One contract's running term. Immutable in use: whoever changes it makes another.

    Attributes:
        renewals: how many terms began after the first.
        observed_end, since: the end last observed, and how many terms began since.
        covered_from, covered_in: first day of unbroken cover, and the number of the term that said so.
        visited: paths of the leaves at which it stood in this window.
        ends: the other end dates that this window has had; fired: marks, see ``Mark``; aside: windows set aside.
        notice_at, notice_late: when notice was given this term, and whether that was after its deadline.
        counting_from: the first day that began when the countdown of this term had started (its end was known), or
        None.
        plan: its dates as they were last counted (a cache, see ``CountdownTable.layout``).
        rolled: whether this term was begun automatically; by_notice: whether its end was set by notice given.
    """

    __slots__ = (
        "aside",
        "by_notice",
        "counting_from",
        "covered_from",
        "covered_in",
        "ends",
        "fired",
        "notice_at",
        "notice_late",
        "observed_end",
        "plan",
        "renewals",
        "rolled",
        "since",
        "visited",
    )

    def __init__(self, renewals: int = 0) -> None:
        self.renewals = renewals
        self.observed_end: date | None = None
        self.since = 0
        self.covered_from: date | None = None
        self.covered_in = 0
        self.visited: tuple[str, ...] = ()
        self.ends: Ends = ()
        self.fired: frozenset[Mark] = frozenset()
        self.aside: tuple[Window, ...] = ()
        self.notice_at: datetime | None = None
        self.notice_late = False
        self.counting_from: date | None = None
        self.plan: Any = None
        self.rolled = False
        self.by_notice = False

    def marked(self, mark: Mark) -> Term:
        """A copy in which one more timer fired."""
        other = self.but()
        other.fired = self.fired | {mark}
        return other

    def but(self, **changes: Any) -> Term:
        """A copy with some attributes changed."""
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
        other.rolled = self.rolled
        other.by_notice = self.by_notice
        for name, value in changes.items():
            setattr(other, name, value)
        return other
