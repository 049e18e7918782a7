"""Values from elsewhere: each becomes one of Python's own that JSON can hold, or is refused (rule R1).

What an input keeps is copied here, so that nobody can change it behind a journey's back, and looked through, so that
whatever was taken can be written, stored and read again. It is the one place that knows types of other libraries, and
knows them without importing any.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from numbers import Integral, Real
from reprlib import Repr
from types import NoneType
from typing import Any

from journeykit.dates import Period
from journeykit.errors import InputError
from journeykit.plain import in_short

__all__ = ["DEEPEST", "LARGEST", "Copier", "as_own", "found", "storable", "text_fault"]

LARGEST = 10**15
"""The largest number taken, and the negative of the smallest: beyond it a float no longer tells whole numbers apart."""

DEEPEST = 32
"""The most mappings and lists that lie one inside the other; the outermost counts as one."""

_MOST = 100_000
"""The most values that one input holds: a list that holds another one twice, and so on, is small but long to copy."""

_ENDLESS = float("inf")

_SHORT = Repr()
_SHORT.maxstring = _SHORT.maxother = _SHORT.maxlong = 80
_NUMBERS = frozenset({bool, int, float})
_OWN = frozenset({NoneType, bool, int, float, str, date, datetime, Period})
_NAMES = {bool: "the boolean", int: "the number", float: "the number", list: "the list", dict: "the mapping"}
_WAYS: dict[type, str] = {
    bytes: "decode it first",
    bytearray: "decode it first",
    set: "make it a list",
    frozenset: "make it a list",
    timedelta: "write a period such as '90 days'",
    Enum: "give its value",
}


def storable(text: str) -> bool:
    """Tell whether a text can be written as UTF-8 and kept by a database: no lone surrogates, no NUL."""
    return text.isprintable() or text_fault(text) is None


def text_fault(text: str) -> str | None:
    """Say what keeps a text from being stored; None of one that can be."""
    if "\0" in text:
        return f"holds a NUL character at {text.index(chr(0)) + 1}, which databases refuse; leave it out"
    try:
        text.encode()
    except UnicodeEncodeError as fault:
        half = f"{ord(text[fault.start]):04x}"
        return f"holds half a character (\\u{half}, at {fault.start + 1}), which is no text; write the whole"
    return None


def found(value: object) -> str:
    """Return a value in a few words for a refusal, its type named where that is not plain to see; never fails."""
    kind = type(value)
    try:
        shown = in_short(_SHORT.repr(value), 80)
    except Exception:  # noqa: BLE001 -- objects of others may raise anything
        return f"a value of type {kind.__name__}"
    if kind is str or value is None:
        return shown
    if kind is float and shown == "nan":  # what data frames have in an empty cell
        return "NaN, which is no value: leave its key out"
    name = _NAMES.get(kind)
    if name is not None:
        return f"{name} {shown}"
    return shown if shown.startswith((kind.__name__, "<")) else f"the {kind.__name__} {shown}"


def as_own(value: Any) -> Any:
    """Return a single value of another library as the one of Python's own that it means; any other as it is.

    A ``Decimal`` is the nearest float, or an int where it has no places; the scalars of numpy and pandas are what they
    hold, a float of less than 64 bits what it shows (``0.7``, not ``0.699999988``).
    """
    if type(value) in _OWN:
        return value
    if isinstance(value, str):
        return str.__str__(value)  # the text itself, also of an enumeration
    if isinstance(value, datetime):
        return datetime.combine(value.date(), value.time(), value.tzinfo) if value == value else value  # noqa: PLR0124
    if isinstance(value, date):
        return date(value.year, value.month, value.day)
    if isinstance(value, Decimal):
        return _of_decimal(value)
    if hasattr(value, "dtype"):
        return _of_array_scalar(value)
    if isinstance(value, Integral):
        return int(value)
    return _of_real(value) if isinstance(value, Real) else value


def _of_decimal(value: Decimal) -> Any:
    if value.is_nan():
        return float("nan")
    return int(value) if value.as_tuple().exponent == 0 else float(value)


def _of_real(value: Real) -> float:
    try:
        return float(value)
    except OverflowError:
        return -_ENDLESS if str(value).startswith("-") else _ENDLESS


def _of_array_scalar(value: Any) -> Any:
    """Return what a scalar of numpy holds; an array, and a length of time, as it is."""
    kind = value.dtype.kind if value.shape == () else ""
    if kind in ("b", "i", "u"):
        return value.item()
    if kind == "f":
        return float(str(value))
    if kind == "M":
        if str(value.dtype) in ("datetime64[Y]", "datetime64[M]"):
            return value  # a year or a month is no day
        held = value.item()
        held = held if isinstance(held, date) else value.astype("datetime64[us]").item()
        return value if held is None else held
    return value


class Copier:
    """Copies what one input holds; ``InputError`` (``bad_shape``, ``out_of_range``) names what cannot be kept."""

    __slots__ = ("_left",)

    def __init__(self) -> None:
        self._left = _MOST

    def values(self, given: Mapping[Any, Any], where: str) -> dict[str, Any]:
        """Return a copy of facts, or of what a signal carries: numbers are left to the check of their type."""
        kept = {}
        for key, value in given.items():
            if type(key) is not str or not key.isprintable():
                key = self.key(key, where)  # noqa: PLW2901 -- the same key, as text that can be stored
            if type(value) not in _NUMBERS and (type(value) is not str or not value.isprintable()):
                value = as_own(value)  # noqa: PLW2901 -- the same value, as one of Python's own
                if type(value) not in _NUMBERS:
                    value = self.copy(value, f"{where} {key}", 1)  # noqa: PLW2901
            if type(value) is float and not abs(value) < _ENDLESS:
                raise InputError("wrong_type", f"{where} {in_short(key)}: expected a number, found {found(value)}")
            kept[key] = value
        return kept

    def copy(self, value: Any, where: str, depth: int = 0) -> Any:
        """Return a deep copy of a value as JSON data, of which only days, instants and periods stay objects.

        Args:
            value: what came in.
            where: the key at which it stands, for the refusal.
            depth: the number of mappings and lists around it.
        """
        kind = type(value)
        if kind is str:
            fault = None if value.isprintable() else text_fault(value)
            if fault is not None:
                raise InputError("bad_shape", f"{in_short(where)}: the text {fault}")
            return value
        if kind is int or kind is float:
            return _number(value, where)
        if kind in _OWN:
            return value
        if isinstance(value, Mapping | list | tuple):
            return self._nested(value, where, depth + 1)
        own = as_own(value)
        if own is value or type(own) not in _OWN:
            raise InputError("bad_shape", f"{in_short(where)}: {_unfit(value)}")
        return self.copy(own, where, depth)

    def _nested(self, value: Any, where: str, depth: int) -> Any:
        self._left -= len(value)
        if depth > DEEPEST or self._left < 0:
            much = f"lists and mappings more than {DEEPEST} deep" if depth > DEEPEST else f"more than {_MOST:,} values"
            raise InputError("bad_shape", f"{in_short(where)}: {much}; keep such data elsewhere, and its key here")
        if isinstance(value, Mapping):
            return {self.key(key, where): self._item(item, where, key, depth) for key, item in value.items()}
        return [self._item(item, where, "", depth) for item in value]

    def _item(self, item: Any, where: str, key: Any, depth: int) -> Any:
        if type(item) is str and item.isprintable():  # which most are
            return item
        return self.copy(item, f"{where} {key}".rstrip(), depth)

    def key(self, key: Any, where: str) -> str:
        """Return the key of a mapping, which must be text."""
        if type(key) is str and key.isprintable():
            return key
        if not isinstance(key, str):
            raise InputError("bad_shape", f"{in_short(where)}: the key must be text, found {found(key)}")
        kept: str = self.copy(as_own(key), f"the key of {where}")
        return kept


def _number(value: float, where: str) -> float:
    if -LARGEST <= value <= LARGEST:
        return value
    if type(value) is float and not abs(value) < float("inf"):
        raise InputError("bad_shape", f"{in_short(where)}: {value} is no number that JSON knows; leave it out")
    raise InputError("out_of_range", f"{in_short(where)}: a number beyond 10^15; write it as text if it is an id")


def _unfit(value: object) -> str:
    """Say what a value of another type is, and what to do about it."""
    way = next((way for kind, way in _WAYS.items() if isinstance(value, kind)), None)
    name = type(value).__name__
    if way is None and name in ("NAType", "NaTType"):
        way = "where there is no value, leave the key out"
    elif way is None:
        way = "call .tolist() first" if hasattr(value, "tolist") else "write it as text, a number, a list or a dict"
    return f"found a value of type {name}, which JSON does not know; {way}"
