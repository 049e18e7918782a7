"""One term of a contract: its end, what fired for it, and the windows that were set aside (rules R8 and R11).

A *window* begins with each term, and each milestone of the end fires once in it. An amended end may reopen it: then its
marks, and the paths where the contract stood in it, are set aside and restored should the end move back.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from journeykit.machine.next_term import Anchor

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
        anchor: what this term was counted by (``next_term``); None in a first one.
        past_ends: the ends of the terms before, as far as they were known when each was over.
        ended_with: by name, the facts and confirmations of the term with which the term before ended; given once more
            before this one's window opens, they are echoes. A confirmation stands there as True.
        earliest_end: the start first observed, before which no end is taken (R1); the calendar's first day once another
            start was observed; None until one is. A start that a term's beginning set is not observed.
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
        met_over: whether it was over, grace included, when its end first became known: it goes where it would stand by
            now, and nothing is done about it.
        end_moved_in: the tracks in which the end was observed with another value since the contract came to where it
            stands in them (``end_moved``).
    """

    __slots__ = (
        "anchor",
        "aside",
        "by_notice",
        "counting_from",
        "covered_from",
        "covered_in",
        "earliest_end",
        "end_moved_in",
        "ended_with",
        "ends",
        "fired",
        "met_over",
        "notice_at",
        "notice_late",
        "past_ends",
        "plan",
        "renewals",
        "rolled",
        "told",
        "visited",
    )

    def __init__(self, renewals: int = 0) -> None:
        self.renewals: int = renewals
        self.anchor: Anchor | None = None
        self.past_ends: tuple[date, ...] = ()
        self.ended_with: Mapping[str, Any] = {}
        self.earliest_end: date | None = None
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
        self.met_over: bool = False
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

    def next(self, begins: date | None, **said: Any) -> Term:
        """Return the term after this one, of which nothing has happened yet; ``begins`` is its first day."""
        other = Term(self.renewals + 1)
        other.told = self.all_told()
        other.earliest_end = self.earliest_end
        # Cover that is known to have begun goes on; else it begins with the first term of which anybody knows when.
        known = self.covered_from is not None
        other.covered_from = self.covered_from if known else begins
        other.covered_in = self.covered_in if known else other.renewals
        for name, value in said.items():
            setattr(other, name, value)
        return other

    def but(self, **changes: Any) -> Term:
        """Return a copy with some attributes changed."""
        other = Term.__new__(Term)
        other.renewals = self.renewals
        other.anchor = self.anchor
        other.past_ends = self.past_ends
        other.ended_with = self.ended_with
        other.earliest_end = self.earliest_end
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
        other.met_over = self.met_over
        other.end_moved_in = self.end_moved_in
        for name, value in changes.items():
            setattr(other, name, value)
        return other
