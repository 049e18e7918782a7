"""Plain forms of values: JSON data, and text that is safe to print."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Any, NoReturn

__all__ = ["FrozenDict", "plain", "printable"]

_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Unicode categories that can move a terminal's cursor or turn the direction of reading."""


class FrozenDict(dict[str, Any]):
    """A dict that nobody changes: records share it with the machine. It can be copied, pickled and written as JSON."""

    __slots__ = ()

    def _refuse(self, *_: object, **__: object) -> NoReturn:
        raise TypeError("this mapping cannot be changed; make a dict of it first")

    __setitem__ = __delitem__ = __ior__ = clear = pop = popitem = setdefault = update = _refuse

    def __reduce__(self) -> tuple[type[FrozenDict], tuple[dict[str, Any]]]:
        """Pickle and copy the content: a new one cannot be filled key by key."""
        return type(self), (dict(self),)


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
