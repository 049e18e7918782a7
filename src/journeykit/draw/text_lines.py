"""Lines of plain text within a width."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

__all__ = ["listed", "wrapped"]


def wrapped(text: str, edge: str, width: int, hang: int = 2) -> list[str]:
    """Return a text as lines of at most ``width`` behind an edge; all but the first are ``hang`` further in."""
    return textwrap.wrap(
        text,
        width,
        initial_indent=edge,
        subsequent_indent=edge + " " * hang,
        drop_whitespace=True,
        break_on_hyphens=False,
    ) or [edge]


def listed(head: str, texts: Sequence[str], edge: str, width: int, pad: int = 12) -> Iterator[str]:
    """Yield one text a line behind a margin ``pad`` wide, with ``head`` in the margin of the first line."""
    for at, text in enumerate(texts):
        yield from wrapped((head if not at else "").ljust(pad) + text, edge, width, hang=pad + 2)
