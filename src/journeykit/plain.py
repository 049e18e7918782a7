"""Values in plain form: as JSON data, and as text that is safe to print."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Any

__all__ = ["plain", "printable"]

_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Categories of Unicode by which terminals are led astray."""


def plain(value: Any) -> Any:
    """A value as JSON can hold it: dates as ISO text, periods as their text."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def printable(text: object, keep: str = "\n") -> str:
    """Return a text without control characters: ids and reasons come from outside, and must not move anybody's cursor
    or turn the direction of reading. Those in ``keep`` stay: the ends of lines, unless one line is meant (``""``).
    """
    return "".join(
        c if c in keep or unicodedata.category(c) not in _INVISIBLE else "\N{REPLACEMENT CHARACTER}" for c in str(text)
    )
