"""Lines of plain text within a width."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

__all__ = ["listed", "wrapped"]


def wrapped(text: str, edge: str, width: int, hang: int = 2) -> list[str]:
    """A text in lines behind an edge; all but the first hang further in."""
    return textwrap.wrap(
        text,
        width,
        initial_indent=edge,
        subsequent_indent=edge + " " * hang,
        drop_whitespace=True,
        break_on_hyphens=False,
    ) or [edge]


def listed(head: str, texts: Sequence[str], edge: str, width: int, pad: int = 12) -> Iterator[str]:
    """A word in front, then one text a line."""
    for at, text in enumerate(texts):
        yield from wrapped((head if not at else "").ljust(pad) + text, edge, width, hang=pad + 2)
