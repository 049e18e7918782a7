"""Tables for a terminal and a spreadsheet: aligned, wrapped, and without anything that could harm either."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import TextIO

from journeykit.plain import printable

__all__ = ["GAP", "INDENT", "in_columns", "safe_cell", "sections", "table", "width_of", "write_csv"]

GAP = "  "
INDENT = "  "
NARROWEST = 12
_PIECES = re.compile(r"[^ .]*[ .]+|[^ .]+")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def safe_cell(value: object) -> str:
    """Return a cell that no spreadsheet takes for a formula: such text gets an apostrophe in front.

    Numbers need none, negative ones included. None becomes empty, and control characters are replaced.
    """
    if value is None:
        return ""
    text = printable(value)
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) and not number else text


def write_csv(target: TextIO, head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write rows as CSV below a head, every cell made safe."""
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow([safe_cell(cell) for cell in head])
    writer.writerows([safe_cell(cell) for cell in row] for row in rows)


def width_of(text: str) -> int:
    """Return how many columns of a terminal a text takes: wide signs two, combining ones none."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def in_columns(rows: Iterable[Sequence[str]], indent: str = INDENT) -> list[str]:
    """Return rows as lines in aligned columns, however wide; cells hold one line each, made safe to print."""
    cells = [[printable(cell, keep="") for cell in row] for row in rows]
    widths = [max(map(width_of, column)) for column in zip(*cells, strict=True)]
    return [indent + _line(row, widths) for row in cells]


def table(head: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> str:
    """Return rows in aligned columns of together at most ``width``; long cells go on in the lines below.

    A cell may hold several lines. Where not even the words fit side by side, each row becomes a paragraph instead.
    """
    cells = [[printable(cell) for cell in row] for row in rows]
    widths = _widths([head, *cells], width)
    if widths is None:
        return "\n".join(_paragraph(head, row, width) for row in cells)
    lines = [_line(head, widths), _line(["-" * n for n in widths], widths)]
    return "\n".join([*lines, *(line for row in cells for line in _lines(row, widths))])


def sections(groups: Mapping[str, Sequence[Sequence[str]]], width: int) -> str:
    """Return rows below headings, in the same columns under all of them; the columns themselves have no headings."""
    cells = {title: [[printable(cell) for cell in row] for row in rows] for title, rows in groups.items()}
    every = [row for rows in cells.values() for row in rows]
    widths = _widths(every, width - len(INDENT)) if every else []
    lines = []
    for title, rows in cells.items():
        lines.append(printable(title))
        for row in rows:
            parts = ["  ".join(filter(None, row))] if widths is None else _lines(row, widths)
            lines += [INDENT + part for part in parts]
    return "\n".join(lines)


def _lines(row: Sequence[str], widths: Sequence[int]) -> Iterator[str]:
    """Yield a row in its columns, in as many lines as its longest cell needs."""
    parts = [_wrapped(cell, n) for cell, n in zip(row, widths, strict=True)]
    return (_line(cells, widths) for cells in zip_longest(*parts, fillvalue=""))


def _widths(rows: Sequence[Sequence[str]], width: int) -> list[int] | None:
    """Return the widths of the columns, or None where not even the longest words fit.

    They are the natural widths; where these are too much, the widest columns give way first, down to their longest
    word.
    """
    columns = list(zip(*rows, strict=True))
    widths = [max(width_of(line) for cell in column for line in cell.split("\n")) for column in columns]
    least = [max(_longest_word(line) for cell in column for line in cell.split("\n")) for column in columns]
    room = width - len(GAP) * (len(widths) - 1)
    if sum(least) > room:
        return None
    while sum(widths) > room:
        _, index = max((n, i) for i, n in enumerate(widths) if n > least[i])
        widths[index] -= 1
    return widths


def _paragraph(head: Sequence[str], row: Sequence[str], width: int) -> str:
    """Return a row for a narrow terminal: its first cell, then each other cell that is not empty, with its heading."""
    label = max(map(width_of, head[1:]), default=0)
    lines = [row[0]]
    for name, cell in zip(head[1:], row[1:], strict=True):
        parts = _wrapped(cell, max(NARROWEST, width - label - 2 * len(GAP))) if cell else []
        lines += [
            f"{GAP}{title:{label}}{GAP}{part}" for title, part in zip([name] + [""] * len(parts), parts, strict=False)
        ]
    return "\n".join(lines)


def _longest_word(line: str) -> int:
    """Return the least width a line needs if no word is broken; all but its first word stand indented."""
    first, *rest = map(str.rstrip, _pieces(line))
    return max(width_of(first), *(width_of(INDENT + piece) for piece in rest), 0)


def _pieces(line: str) -> list[str]:
    return _PIECES.findall(line) or [""]


def _wrapped(cell: str, width: int) -> list[str]:
    return [part for line in cell.split("\n") for part in _broken(line, width)]


def _broken(line: str, width: int) -> Iterator[str]:
    """Yield a line in parts of at most ``width``, broken after spaces and dots, inside a word only where it must be."""
    part = ""
    for piece in _pieces(line):
        if part.strip() and width_of(part + piece.rstrip()) > width:
            yield part.rstrip()
            part = INDENT
        while width_of(part + piece.rstrip()) > width:
            cut = max(1, width - len(part))
            yield part + piece[:cut]
            part, piece = INDENT, piece[cut:]  # noqa: PLW2901 - what is left of it
        part += piece
    yield part.rstrip()


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return GAP.join(cell + " " * (n - width_of(cell)) for cell, n in zip(cells, widths, strict=True)).rstrip()
