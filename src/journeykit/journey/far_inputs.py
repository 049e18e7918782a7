"""Inputs far after all others, whose year is mistyped, told by the others where many are at hand (rule R15).

Before a ``begin`` there is no present to hold it against, so it would be taken, and all else of the account be refused
for it. And a heartbeat for all accounts would be refused by each of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time
from operator import itemgetter
from typing import NamedTuple

from journeykit.engine.future import SURELY_NEAR, too_far
from journeykit.engine.inputs import EVERY_ACCOUNT, Input
from journeykit.errors import InputError

__all__ = ["Times", "far_begin", "times_of"]


class Times(NamedTuple):
    """When the inputs of many accounts were.

    Attributes:
        last_year: the year of the last, without those more than 100 years after all before them; None of no inputs.
        middle: the instant in the middle; None where all of them lie so near that it says nothing.
        far: those for all accounts that none can take: more than 10 years after all before them.
    """

    last_year: int | None
    middle: datetime | None
    far: tuple[Input, ...]


def times_of(inputs: Iterable[Input], beside: Iterable[date] = ()) -> Times:
    """Look at when inputs were, and others of which only the day is known; days are read in UTC."""
    entries, days = list(inputs), list(beside)
    years = {entry.at.year for entry in entries} | {day.year for day in days}
    if not years or max(years) - min(years) < SURELY_NEAR:  # nearly always
        return Times(max(years, default=None), None, ())
    found: list[tuple[datetime, Input | None]] = [(_instant(entry.at), entry) for entry in entries]
    found += [(_instant(day), None) for day in days]
    found.sort(key=itemgetter(0))
    before, last = found[0][0], _middle([at for at, _ in found])
    middle, far = last, []
    for at, entry in found:
        if last < at and not too_far(at, last, UTC, time_alone=True):
            last = at
        if entry is not None and entry.account == EVERY_ACCOUNT and too_far(at, before, UTC):
            far.append(entry)
        else:
            before = at
    return Times(last.year, middle, tuple(far))


def far_begin(entries: Sequence[Input], middle_of_all: datetime | None) -> tuple[int, InputError] | None:
    """Return the place of an account's begin and its refusal, where it lies too far after the other inputs.

    Args:
        entries: the inputs of one account, in order, their ``at`` instants.
        middle_of_all: the instant in the middle of the inputs of all accounts; None where it does not matter.
    """
    place = next((place for place, entry in enumerate(entries) if entry.kind == "begin"), None)
    if place is None or (place == 0 and middle_of_all is None):
        return None  # what comes after it cannot tell
    at = _instant(entries[place].at)
    others = [_instant(one.at) for one in entries if one.kind != "begin" and one.account != EVERY_ACCOUNT]
    if others and too_far(at, _middle(others), UTC):
        if middle_of_all is None and len(others) == 1:
            return None  # of two that contradict each other, either may be the wrong one
        if middle_of_all is not None and not too_far(at, middle_of_all, UTC):
            return None  # it is the other inputs of the account that are out of place
        middle, years, whose = _middle(others), 10, "this account"
    elif middle_of_all is not None and too_far(at, middle_of_all, UTC, time_alone=True):
        middle, years, whose = middle_of_all, 100, "all accounts"
    else:
        return None
    return place, InputError(
        "in_the_future",
        f"at: {at.isoformat()}, at which this account begins, is more than {years} years after the other inputs of "
        f"{whose}, such as one of {middle.isoformat()}; send the right year",
    )


def _middle(ats: Sequence[datetime]) -> datetime:
    """Return the instant in the middle of those in order; of an even number, the later one."""
    return ats[len(ats) // 2]


def _instant(at: datetime | date) -> datetime:
    if not isinstance(at, datetime):
        return datetime.combine(at, time(), UTC)
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)  # one without a zone is refused later
