"""Moments as callers say them: an instant, a date, or a period from now, as values or as text."""

from __future__ import annotations

from datetime import date, datetime, tzinfo

from journeykit.dates import NaiveInstantError, Period, first_instant, parse_instant, shift
from journeykit.errors import InputError
from journeykit.foreign_values import as_own

__all__ = ["Moment", "moment_of", "parse_moment"]

Moment = datetime | date | Period | str
"""An aware instant, a date, a period from the present, or one of these as text."""


def parse_moment(said: Moment, now: datetime, zone: tzinfo) -> datetime:
    """Return the instant that is meant, aware and in UTC.

    Args:
        said: an aware datetime; a date, which means its first instant in the zone; a period from the present, counted
            in the zone; or one of these as text.
        now: the present.
        zone: the zone in which dates and periods are counted.

    Raises:
        NaiveInstantError: the instant has no zone.
        ValueError: it is none of these.
    """
    found: object = as_own(said)
    if not isinstance(found, str | date | Period):
        raise ValueError(  # noqa: TRY004 -- a wrong input, not a bug
            f'expected an instant such as 2026-05-01T09:00Z, a date, or a period such as "30 days", found {found!r}'
        )
    if isinstance(found, str) and not (found[:4].isdecimal() and found[4:5] == "-"):
        try:
            found = Period.parse(found)
        except ValueError as fault:
            raise ValueError(f'expected an instant, a date, or a period such as "30 days": {fault}') from None
    if isinstance(found, Period):
        return shift(now, found, zone)
    try:
        moment = parse_instant(found)
    except ValueError as fault:
        raise type(fault)(f'{fault}, or a period such as "30 days"') from None
    return moment if isinstance(moment, datetime) else first_instant(moment, zone)


def moment_of(said: Moment, now: datetime, zone: tzinfo, key: str) -> datetime:
    """Return the instant that is meant, as :func:`parse_moment` does; a refusal names it by ``key``.

    Raises:
        InputError: ``naive_instant`` of an instant without a zone, ``bad_shape`` of what is no moment.
    """
    try:
        return parse_moment(said, now, zone)
    except NaiveInstantError as fault:
        raise InputError("naive_instant", f"{key}: {fault}") from None
    except ValueError as fault:
        raise InputError("bad_shape", f"{key}: {fault}") from None
