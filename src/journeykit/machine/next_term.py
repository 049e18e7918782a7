"""The dates of the next term of a contract, counted from an anchor (rule R8).

A term begins on the day after the last one ends. When it ends is counted from an *anchor*, in one go: the k-th term
from it ends on *anchor + k terms - 1 day*. Counted from end to end, quarters from 1 April would lose a day in October;
counted from start to start, one month after the other, a contract from 31 January would begin on the 28th for ever.
"""

from __future__ import annotations

from bisect import bisect_left
from datetime import date
from functools import lru_cache

from journeykit.dates import Period

__all__ = ["ONE_DAY", "Anchor", "end_after"]

ONE_DAY = Period(0, 1)
"""The period between the end of one term and the start of the next."""

Anchor = tuple[date, Period | None]
"""The day that terms are counted from, and the length of the running one; None where its dates were said."""


@lru_cache(maxsize=65_536)
def end_after(end: date, length: Period, anchor: Anchor | None, start: date | None) -> tuple[date, date]:
    """Return the end of the term that follows one, and the day that it was counted from.

    Args:
        end: the end of the running term.
        length: of the next term, longer than nothing.
        anchor: what terms were counted by so far; None where none was.
        start: the first day of the running term; None while it is unknown.
    """
    first = ONE_DAY.add(end)
    if anchor is None or anchor[1] in (None, length):
        for day in (None if anchor is None else anchor[0], start):
            count = None if day is None else _terms_until(end, length, day)
            if day is not None and count is not None:
                return _last_day(day, length, count + 1), day
    return _last_day(first, length, 1), first


def _last_day(anchor: date, length: Period, count: int) -> date:
    """Return the last day of the ``count``-th term from an anchor."""
    return ONE_DAY.subtract(length.add(anchor, count))


def _terms_until(end: date, length: Period, anchor: date) -> int | None:
    """Return how many whole terms there are from an anchor to an end; None where they do not come out even."""
    if anchor > end:
        return None
    counts = range(1, (end - anchor).days + 2)  # a term has a day at least
    place = bisect_left(counts, end, key=lambda count: _last_day(anchor, length, count))
    return counts[place] if place < len(counts) and _last_day(anchor, length, counts[place]) == end else None
