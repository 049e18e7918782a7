"""Check plain data piece by piece: a value that is not as it should be raises ``Broken`` with its place.

Each function takes the value and ``where`` it stands (``rows[2] (contract:C-1).facts.seats``), and returns it typed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

from journeykit.dates import parse_instant

__all__ = ["Broken", "day", "flag", "instant", "items", "mapping", "names", "number", "said", "short", "text"]

_MOST = 10**15
"""The highest count that is read; no journey counts so far, and a larger number would only fail later."""


class Broken(ValueError):  # noqa: N818 (it says what the data is)
    """Stored data is not as it should be; says where, and what was expected."""


def short(value: object) -> str:
    """Return a value as it is shown in a message, cut where it is long."""
    try:
        shown = repr(value)
    except (ValueError, RecursionError):  # numbers of thousands of digits, lists that go too deep
        shown = f"a {type(value).__name__}"
    return shown if len(shown) <= 60 else f"{shown[:57]}..."


def mapping(
    raw: object, where: str, required: Collection[str] | None = None, optional: Collection[str] = ()
) -> Mapping[str, Any]:
    """Return a mapping with text for keys; given ``required``, with just these keys and any of the ``optional``."""
    if not isinstance(raw, Mapping) or not all(isinstance(key, str) for key in raw):
        raise Broken(f"{where}: expected a mapping, found {short(raw)}")
    if required is not None:
        for key in required:
            if key not in raw:
                raise Broken(f"{where}: {key} is missing")
        for key in raw:
            if key not in required and key not in optional:
                raise Broken(f"{where}: there is no key {short(key)}")
    return raw


def items(raw: object, where: str, count: int | None = None) -> list[Any]:
    """Return a list, of ``count`` items if that is given."""
    if not isinstance(raw, list | tuple) or (count is not None and len(raw) != count):
        expected = "a list" if count is None else f"a list of {count}"
        raise Broken(f"{where}: expected {expected}, found {short(raw)}")
    return list(raw)


def text(raw: object, where: str) -> str:
    """Return a text that is not empty."""
    if not isinstance(raw, str) or not raw:
        raise Broken(f"{where}: expected a text, found {short(raw)}")
    return raw


def names(raw: object, where: str, known: Collection[str]) -> frozenset[str]:
    """Return the names in a list, each of them known."""
    found = items(raw, where)
    for name in found:
        if not isinstance(name, str) or name not in known:
            raise Broken(f"{where}: {short(name)} does not belong there")
    return frozenset(found)


def flag(raw: object, where: str) -> bool:
    """Return true or false."""
    if not isinstance(raw, bool):
        raise Broken(f"{where}: expected true or false, found {short(raw)}")
    return raw


def number(raw: object, where: str, most: int = _MOST) -> int:
    """Return a count: whole, not negative, and no more than ``most``."""
    if not isinstance(raw, int) or isinstance(raw, bool) or not 0 <= raw <= most:
        raise Broken(f"{where}: expected a count, found {short(raw)}")
    return raw


def instant(raw: object, where: str, low: datetime | None = None, high: datetime | None = None) -> datetime:
    """Return the aware instant of an ISO text with its zone, not before ``low`` and not after ``high``."""
    try:
        at = parse_instant(text(raw, where))
    except Broken:
        raise
    except ValueError:
        at = None
    if not isinstance(at, datetime):
        raise Broken(f"{where}: expected an instant with its zone, found {short(raw)}")
    if low is not None and at < low:
        raise Broken(f"{where}: {at.isoformat()} lies before {low.isoformat()}")
    if high is not None and at > high:
        raise Broken(f"{where}: {at.isoformat()} lies after {high.isoformat()}")
    return at


def day(raw: object, where: str) -> date:
    """Return the date of an ISO text."""
    try:
        return date.fromisoformat(text(raw, where))
    except Broken:
        raise
    except ValueError:
        raise Broken(f"{where}: expected a date, found {short(raw)}") from None


def said(raw: object, where: str) -> str | None:
    """Return a text, or None for nothing."""
    if raw is not None and not isinstance(raw, str):
        raise Broken(f"{where}: expected a text or nothing, found {short(raw)}")
    return raw
