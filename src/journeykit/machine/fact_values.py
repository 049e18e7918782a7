"""Which raw values a fact takes, and what becomes of them."""

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
"""Turns a raw value into the fact's value, or raises ValueError with what was expected."""


def fact_checks(profile: Profile) -> dict[str, Check]:
    """A checker for each fact: an input's raw value becomes the fact's value, or a ValueError says what it may be."""
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
        kind = type(raw)
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
    """Contracts share their dates by the thousand: one date for all."""
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
    """The length of a term: without one, terms would follow each other for ever."""
    period = _duration(raw)
    if period.span()[0] <= 0:
        raise OutOfRangeError(f"expected the length of a term, longer than nothing, found {raw!r}")
    return period


def _text(raw: object) -> str:
    if isinstance(raw, str):
        return raw
    raise ValueError(f"expected text, found {raw!r}")
