"""Plain forms of values: JSON data, and text that is safe to print."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Any

__all__ = ["plain", "printable"]

_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Unicode categories that can move a terminal's cursor or turn the direction of reading."""


def plain(value: Any) -> Any:
    """Return a value as JSON data: dates as ISO text, keys and all else that JSON does not know as their ``str``."""
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
    """Return a text with a replacement sign for each control character but those in ``keep``.

    Ids and reasons come from outside, and must not move anybody's cursor or turn the direction of reading. The ends of
    lines stay, unless one line is meant (``keep=""``).
    """
    return "".join(
        c if c in keep or unicodedata.category(c) not in _INVISIBLE else "\N{REPLACEMENT CHARACTER}" for c in str(text)
    )
