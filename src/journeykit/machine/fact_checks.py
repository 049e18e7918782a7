"""Checks of facts: raw values of inputs (JSON or Python) become values of the fact's type, or are refused (rule R1).

A number stays a number, ``2026-05-31`` becomes a date, ``60 days`` a ``Period``; everything else is refused with a
message that says what was expected.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from journeykit.dates import Period
from journeykit.language.model.profile import FactRule, Profile

__all__ = ["Check", "OutOfRangeError", "fact_checks"]


class OutOfRangeError(ValueError):
    """A value of the right type that its fact does not allow."""


Check = Callable[[Any], Any]
"""A closure that turns a raw value into the fact's value, or raises ValueError with what was expected."""


def fact_checks(profile: Profile) -> dict[str, Check]:
    """Compile a check for each fact of a profile, by name.

    The fact by which a countdown's terms are long has a stricter check than its type.
    """
    checks = {name: _check(rule) for name, rule in profile.facts.items()}
    for track in profile.tracks.values():
        term = track.countdown.term if track.countdown is not None else None
        if term is not None and term.fact is not None:
            checks[term.fact] = _some_time
    return checks


def _check(rule: FactRule) -> Check:
    if rule.type in ("number", "share", "money", "integer"):
        return _number(rule)
    simple: dict[str, Check] = {"boolean": _boolean, "date": _date, "duration": _duration, "text": _text}
    if rule.type in simple:
        return simple[rule.type]
    allowed = frozenset(rule.of)

    def choice(raw: object) -> Any:
        if isinstance(raw, str) and raw in allowed:
            return raw
        raise ValueError(f"expected one of {', '.join(rule.of)}, found {raw!r}")

    return choice


def _number(rule: FactRule) -> Check:
    whole = rule.type == "integer"
    low, high = rule.between or (-math.inf, math.inf)
    word = {"integer": "a whole number", "share": "a share as a number, such as 0.7 for 70%"}.get(rule.type, "a number")

    def number(raw: Any) -> Any:
        kind = type(raw)  # its exact type, since True is an int to isinstance
        if kind is not int and (kind is not float or not math.isfinite(raw) or (whole and raw % 1)):
            raise ValueError(f"expected {word}, found {raw!r}")
        if raw < low or raw > high:
            raise OutOfRangeError(f"expected {word} between {low:g} and {high:g}, found {raw!r}")
        return raw

    return number


def _boolean(raw: object) -> bool:
    if raw is True or raw is False:
        return bool(raw)
    raise ValueError(f"expected true or false, found {raw!r}")


@lru_cache(maxsize=16_384)
def _day(text: str) -> date:
    """Parse a day; contracts share their days by the thousand, and all of them share one object."""
    return date.fromisoformat(text)


def _date(raw: object) -> date:
    if isinstance(raw, str):
        try:
            return _day(raw)
        except ValueError:
            pass
    elif isinstance(raw, date) and not isinstance(raw, datetime):
        return raw
    raise ValueError(f"expected a date such as 2026-05-31, found {raw!r}")


def _duration(raw: object) -> Period:
    if isinstance(raw, Period):
        return raw
    if isinstance(raw, str):
        return Period.parse(raw)
    raise ValueError(f"expected a period such as 60 days, found {raw!r}")


def _some_time(raw: object) -> Period:
    """Check the length of a term: with none, terms would follow each other at one instant for ever (R9)."""
    period = _duration(raw)
    if period.span()[0] <= 0:
        raise OutOfRangeError(f"expected the length of a term, longer than nothing, found {raw!r}")
    return period


def _text(raw: object) -> str:
    if isinstance(raw, str):
        return raw
    raise ValueError(f"expected text, found {raw!r}")
