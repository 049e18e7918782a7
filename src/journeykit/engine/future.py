"""Inputs of the future, at which nothing can have happened yet (rule R15)."""

from __future__ import annotations

from datetime import datetime, tzinfo

from journeykit.dates import Period, shift
from journeykit.errors import InputError

__all__ = ["SURELY_NEAR", "check_not_after", "refuse_far", "refuse_later", "too_far"]

SURELY_NEAR = 9
"""An instant whose year in UTC is fewer years after the present's is not too far for any input: that is fast to ask."""
_YEARS, _YEARS_OF_TIME = 10, 100
_REACH, _REACH_OF_TIME = Period(_YEARS * 12, 0), Period(_YEARS_OF_TIME * 12, 0)
"""How far an input may lie after the journey's present, and how far time alone may pass at once (rule R15)."""


def too_far(at: datetime, now: datetime, zone: tzinfo, time_alone: bool = False) -> bool:
    """Tell whether an instant lies too far after the present for an input, or for time that passes alone (R15)."""
    years, reach = (_YEARS_OF_TIME, _REACH_OF_TIME) if time_alone else (_YEARS, _REACH)
    return at.year - now.year >= years - 1 and at > shift(now, reach, zone)  # a zone can move it into the year before


def refuse_far(kind: str, at: datetime, now: datetime, zone: tzinfo, key: str = "at") -> None:
    """Refuse an input that lies too far after the journey's present: its year is mistyped (rule R15).

    Raises:
        InputError: ``in_the_future``.
    """
    alone = kind == "tick"
    if too_far(at, now, zone, alone):
        raise InputError(
            "in_the_future",
            f"{key}: {at.isoformat()} is more than {_YEARS_OF_TIME if alone else _YEARS} years after the journey's "
            f"present, {now.isoformat()}; send the right year"
            + ("" if alone else f", or if both are right, first a tick, which may pass {_YEARS_OF_TIME} years"),
        )


def check_not_after(not_after: object) -> None:
    """Refuse a limit that is no instant.

    Raises:
        InputError: ``naive_instant``.
    """
    if not_after is not None and (not isinstance(not_after, datetime) or not_after.tzinfo is None):
        raise InputError("naive_instant", f"not_after: {not_after} is no aware datetime; give one, with its time zone")


def refuse_later(at: datetime, not_after: datetime) -> None:
    """Refuse an input of an instant at which nothing can have happened yet.

    Raises:
        InputError: ``in_the_future``: it lies after ``not_after``. ``naive_instant``: that has no zone.
    """
    check_not_after(not_after)
    if at > not_after:
        raise InputError(
            "in_the_future",
            f"at: {at.isoformat()} is after {not_after.isoformat()}, the latest that is taken (not_after, or a day "
            "after the clock's present); send when it happened",
        )
