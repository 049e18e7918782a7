"""Plain forms of values: JSON data, and text that is safe to print."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, NoReturn

__all__ = [
    "LONGEST_LINE",
    "ROOM",
    "FrozenDict",
    "in_short",
    "instant_text",
    "near",
    "one_line",
    "plain",
    "printable",
    "short_form",
]

ROOM = 60
"""The most signs that one thing from outside takes in a short form."""

LONGEST_LINE = 500
"""The most signs of a message, whatever came in."""

_LONGEST_NAME = 100
"""The longest name for which another is suggested: looking takes time that grows with its square."""

_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Unicode categories that can move a terminal's cursor or turn the direction of reading."""


class FrozenDict(dict[str, Any]):
    """A dict that nobody changes: records share it with the machine. It can be copied, pickled and written as JSON."""

    __slots__ = ()

    def _refuse(self, *_: object, **__: object) -> NoReturn:
        raise TypeError("this mapping cannot be changed; make a dict of it first")

    if not TYPE_CHECKING:  # where the types say ``Mapping``, nobody writes
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


def in_short(text: object, room: int = ROOM) -> str:
    """Return a text as one line that is safe to print, cut where it takes more than ``room`` signs."""
    start = str(text)[: room + 1]  # nobody wants to wait for the rest of a long text to be looked at
    return printable(start if len(start) <= room else f"{start[: room - 1]}\N{HORIZONTAL ELLIPSIS}", keep="")


def one_line(text: object, room: int = LONGEST_LINE) -> str:
    """Return a message as one line that is safe to print, its middle left out where it takes more than ``room`` signs.

    Messages repeat what came in: keys, ids, texts. None may be long, nor look like two. What to do stands at the end
    of a message, and stays.
    """
    said = str(text)
    if len(said) > room:
        head = room * 2 // 3
        said = f"{said[:head]}\N{HORIZONTAL ELLIPSIS}{said[head + 1 - room :]}"
    return said if said.isprintable() else printable(said, keep="")


def near(word: object, names: Iterable[str], cutoff: float = 0.6) -> list[str]:
    """Return the name that was probably meant by a word, alone in a list; an empty list if none is near."""
    text = str(word)
    return [] if len(text) > _LONGEST_NAME else get_close_matches(text, list(names), 1, cutoff)


def instant_text(at: datetime) -> str:
    """Return an instant in UTC as people read it, to the minute: ``2026-03-14T09:00Z``."""
    return f"{at.isoformat(timespec='minutes').removesuffix('+00:00')}Z"


def short_form(kind: str, *parts: object, said: str = "") -> str:
    """Return the short form of an object, such as ``<Record moved value.onboarding.exit acme>``; None is left out.

    Args:
        kind: the name of its class.
        parts: what tells it from others of its class, each cut to ``ROOM`` signs.
        said: what else there is to say of it, printed as it is: give it cut and printable.
    """
    return f"<{' '.join([kind, *(in_short(part) for part in parts if part is not None)])}{said}>"
