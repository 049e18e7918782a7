"""Checks of facts: raw values of inputs (JSON or Python) become values of the fact's type, or are refused (rule R1).

A number stays a number, ``2026-05-31`` becomes a date, ``60 days`` a ``Period``; everything else is refused with a
message that says what was expected.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any

from journeykit.dates import Period
from journeykit.foreign_values import LARGEST, as_own, found, text_fault
from journeykit.language.model.profile import FactRule, Profile
from journeykit.language.vocabulary import SHARE_BOUNDS

__all__ = ["Check", "OutOfRangeError", "UnfitTextError", "day_of", "fact_checks", "value_check"]

_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[T ]00:00(?::00(?:\.0{1,9})?)?)?", re.ASCII)
_WHAT = {"integer": "a whole number", "share": "a share as a number, such as 0.7 for 70%"}
_NUMBER_TEXT = re.compile(r"[+-]?\d{1,15}(?:\.\d{1,15})?\s*(%?)", re.ASCII)
_TRUTHS = {"true": "true", "yes": "true", "false": "false", "no": "false"}


class OutOfRangeError(ValueError):
    """A value of the right type that its fact does not allow."""


class UnfitTextError(ValueError):
    """A text that cannot be stored."""


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


def value_check(type_name: str) -> Check:
    """Return the check of what a signal carries, of which no more is declared than its type."""
    if type_name in ("number", "share", "money", "integer"):
        return _number(type_name, SHARE_BOUNDS if type_name == "share" else None)
    return _SIMPLE[type_name]


def _check(rule: FactRule) -> Check:
    if rule.type in ("number", "share", "money", "integer"):
        return _number(rule.type, rule.between)
    if rule.type in _SIMPLE:
        return _SIMPLE[rule.type]
    allowed = frozenset(rule.of)

    def choice(raw: object) -> Any:
        if isinstance(raw, str) and raw in allowed:
            return as_own(raw)
        raise ValueError(f"expected one of {', '.join(rule.of)}, found {found(raw)}")

    return choice


def _number(type_name: str, between: tuple[float, float] | None) -> Check:
    whole = type_name == "integer"
    low, high = between or (-LARGEST, LARGEST)
    low, high = max(low, -LARGEST), min(high, LARGEST)

    def number(raw: Any) -> Any:
        kind = type(raw)  # its exact type, since True is an int to isinstance
        if kind is not int and kind is not float:
            raw = as_own(raw)
            if type(raw) not in (int, float):
                raise ValueError(f"expected {_WHAT.get(type_name, 'a number')}, found {_no_number(raw, type_name)}")
        if low <= raw <= high and not (whole and raw % 1):
            return raw
        if raw != raw or raw in (_ENDLESS, -_ENDLESS) or (whole and raw % 1):  # noqa: PLR0124 -- not a number
            raise ValueError(f"expected {_WHAT.get(type_name, 'a number')}, found {found(raw)}")
        raise OutOfRangeError(_out_of_range(raw, type_name, low, high))

    return number


_ENDLESS = float("inf")


def _out_of_range(raw: float, type_name: str, low: float, high: float) -> str:
    """Say what was allowed; of a share, too, what was meant where it was written in percent."""
    if type_name != "share":
        return f"expected {_WHAT.get(type_name, 'a number')} between {low:g} and {high:g}, found {found(raw)}"
    bounds = f"between {low:g} and {high:g} ({100 * low:g}% and {100 * high:g}%)"
    meant = raw / 100 if abs(raw) <= 100 * LARGEST else None
    way = f"; did you mean {raw:g}%? write {meant:.12g}" if meant is not None and low <= meant <= high else ""
    return f"expected a share {bounds}, found {found(raw)}{way}"


def _no_number(raw: object, type_name: str) -> str:
    """Say what was found instead of a number, and how it is written as one."""
    read = _NUMBER_TEXT.fullmatch(raw) if isinstance(raw, str) else None
    if read is None or (read[1] and type_name != "share"):
        return found(raw)
    digits = read[0].rstrip("% ")
    meant = float(f"{digits}e-2") if read[1] else float(digits)
    return f"{found(raw)}, a text; write {meant:.15g}"


def _boolean(raw: object) -> bool:
    if raw is True or raw is False:
        return bool(raw)
    raw = as_own(raw)
    if isinstance(raw, bool):
        return raw
    meant = _TRUTHS.get(raw.strip().lower()) if isinstance(raw, str) else None
    way = f", a text; write {meant} without quotes" if meant else ""
    raise ValueError(f"expected true or false, found {found(raw)}{way}")


@lru_cache(maxsize=16_384)
def _day(text: str) -> date:
    """Parse a day; contracts share their days by the thousand, and all of them share one object."""
    read = _DAY.fullmatch(text)
    if read is None:
        raise ValueError("no day")
    return date.fromisoformat(read[1])


def day_of(raw: object) -> date:
    """Return the day that a value means: a date, ISO text of one, or midnight of it without a zone.

    Raises:
        ValueError: with what was expected.
    """
    if isinstance(raw, str):
        try:
            return _day(raw)
        except ValueError:
            is_more = _DAY.fullmatch(raw[:10]) and raw[10:11] in ("T", " ")
            way = f"; write the day alone, as {raw[:10]}" if is_more else ""
            raise ValueError(f"expected a date such as 2026-05-31, found {found(raw)}{way}") from None
    raw = as_own(raw)
    if isinstance(raw, date) and not isinstance(raw, datetime):
        return raw
    if isinstance(raw, datetime) and raw == raw:  # noqa: PLR0124 -- not so of "not a time"
        if raw.tzinfo is not None:
            raise ValueError(f"expected a date, found {found(raw)}; write the day alone: each zone has its own")
        if raw.time() == time():
            return raw.date()
    way = "; write the day alone" if isinstance(raw, datetime) else ""
    raise ValueError(f"expected a date such as 2026-05-31, found {found(raw)}{way}")


def _duration(raw: object) -> Period:
    if isinstance(raw, Period):
        return raw
    if isinstance(raw, str):
        return Period.parse(raw)
    way = f"; write '{raw} days'" if type(raw) is int and 0 < raw <= LARGEST else ""
    raise ValueError(f"expected a period such as 60 days, found {found(raw)}{way}")


def _text(raw: object) -> str:
    if isinstance(raw, str):
        if not raw.isprintable() and (fault := text_fault(raw)) is not None:
            raise UnfitTextError(f"the text {fault}")
        return str(as_own(raw))
    way = f'; write "{raw}"' if type(raw) is int and abs(raw) <= LARGEST else ""
    raise ValueError(f"expected text, found {found(raw)}{way}")


_SIMPLE: dict[str, Check] = {
    "boolean": _boolean,
    "date": day_of,
    "duration": _duration,
    "text": _text,
}


def _some_time(raw: object) -> Period:
    """Check the length of a term: with none, terms would follow each other at one instant for ever (R9)."""
    period = _duration(raw)
    if period.span()[0] <= 0:
        raise OutOfRangeError(f"expected the length of a term, longer than nothing, found {found(raw)}")
    return period
