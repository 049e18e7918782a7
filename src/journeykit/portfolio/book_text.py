"""A book for people: in a line, or an account a line and what was left out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from journeykit.draw.text_tables import in_columns
from journeykit.engine.view import View
from journeykit.journey.account_text import due_line
from journeykit.machine.snapshot_text import standing
from journeykit.plain import in_short, short_form

if TYPE_CHECKING:  # the book shows itself by these functions
    from journeykit.journey.history import History
    from journeykit.portfolio.book import Book, LeftOut

__all__ = ["book_in_one_line", "book_text"]

_LEFT_OUT = 10
"""How many of the inputs left out are told; the rest is counted."""
_REASON = 200
"""The most signs of a reason for which an input was left out."""
_ID = 40
"""The most signs of an account's id in a column."""


def book_in_one_line(book: Book) -> str:
    """Return the short form of a book; one that left everything out says why, so that nobody takes it for empty."""
    accounts, left = _count(len(book.accounts), "account"), len(book.left_out)
    if not left:
        return short_form("Book", said=f" {accounts}")
    if any(history.inputs for history in book.accounts.values()):
        return short_form("Book", said=f" {accounts}, {_count(left, 'input')} left out")
    which = f"all {_count(left, 'input')} left out, the first" if left > 1 else "its one input left out,"
    return short_form("Book", said=f" {accounts}; {which} because {in_short(book.left_out[0].error, _REASON)}")


def book_text(book: Book) -> str:
    """Return a line for each account, with where it stands and what falls due next, then what was left out."""
    return "\n".join(_lines(book))


def _lines(book: Book) -> Iterator[str]:
    left_out = book.left_out
    yield f"{_count(len(book.accounts), 'account')}, {_count(len(left_out), 'input')} left out"
    yield from in_columns(_cells(account, history) for account, history in book.accounts.items())
    if left_out:
        yield "left out"
        yield from in_columns(map(_left_out_cells, left_out[:_LEFT_OUT]))
    if len(left_out) > _LEFT_OUT:
        yield f"  ... and {len(left_out) - _LEFT_OUT:,} more"
    for remark in book.remarks:
        yield f"remark: {remark}"


def _cells(account: str, history: History) -> tuple[str, ...]:
    head = in_short(account, _ID), in_short(history.machine.name, _ID)
    snapshot = history.snapshot
    if snapshot is None:
        return *head, "not begun", ""
    due = due_line(View(history.machine, snapshot))
    return *head, standing(snapshot), f"next {due}" if due else "nothing falls due"


def _left_out_cells(left: LeftOut) -> tuple[str, ...]:
    line = "" if left.line is None else f"line {left.line}"
    return line, in_short(left.account or "", _ID), left.error.code, in_short(left.error, _REASON)


def _count(number: int, thing: str) -> str:
    return f"{number:,} {thing}{'' if number == 1 else 's'}"
