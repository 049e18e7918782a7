"""The overview of ``journeykit explain``: an account on one screen, a line for each subject in each track."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from journeykit.answers.display_names import Names
from journeykit.answers.explain import Explanation
from journeykit.answers.explain_text import taken_back_text
from journeykit.cli.portfolio_table import lacking, place_of
from journeykit.dates import local_day
from journeykit.draw.text_lines import wrapped
from journeykit.draw.text_tables import GAP, INDENT, width_of
from journeykit.engine.view import View
from journeykit.plain import printable

__all__ = ["SCREEN", "account_overview"]

SCREEN = 40
"""The most lines that explanations may take before an overview stands in their place."""

NAMED = 3
"""How many missing criteria are named at most; how many there are stands before them."""
_HEAD = ("", "at", "since", "missing", "next due")
_LEAST = (8, 12, 10, 12, 20)
"""The columns to which a cell may be cut, however narrow the terminal: dates always stay."""
_CUT = "\N{HORIZONTAL ELLIPSIS}"

_Row = tuple[str, str, str, str, str]


def account_overview(view: View, told: Sequence[Explanation], names: Names, width: int, lines: int) -> str:
    """Return where an account stands, since when, what is missing and what falls due next, one line a position.

    Args:
        view: the account.
        told: the explanations of all its subjects in all its tracks, track by track; there must be one at least.
        names: the display names.
        width: the number of columns of the terminal. Lines are cut to it, unless it is too narrow for any table.
        lines: how many lines these explanations would take, which is told at the end.
    """
    title = f"{view.account} ({view.profile}), as of {local_day(view.now, view.zone).isoformat()}"
    rows = [_row(view, one, names) for one in told]
    widths = _widths([_HEAD, *rows], width - len(INDENT))
    found, track = [printable(title, keep=""), INDENT + _line(_HEAD, widths)], ""
    for one, row in zip(told, rows, strict=True):
        if one.track != track:
            track = one.track
            head = names.of("tracks", track)
            found.append(printable(head if head.casefold() == track else f"{head} ({track})", keep=""))
        found.append(INDENT + _line(row, widths))
        for text in (taken_back_text(each, names, view.zone) for each in one.taken_back):
            found += wrapped(printable(f"! {text}", keep=""), INDENT * 2, width)
    one = next((each for each in told if each.subject != "account"), told[0])
    whose = f" --subject {one.subject}" if one.subject != "account" else ""
    return "\n".join([*found, printable(f"more: --track {one.track}{whose}; all {lines:,} lines: --all", keep="")])


def _row(view: View, told: Explanation, names: Names) -> _Row:
    first, *branches = told.positions
    place = place_of(names, told.track, first.path)
    if branches:
        place += f" [{', '.join(place_of(names, told.track, one.path, f'{first.path}.') for one in branches)}]"
    notes = ["placed"] * first.placed + ([first.pace] if first.pace in ("behind", "stuck") else [])
    place += f" ({', '.join(notes)})" if notes else ""
    missing = list(dict.fromkeys(lacking(told, names)))
    more = ", ..." if len(missing) > NAMED else ""
    lack = f"{len(missing)}: {', '.join(missing[:NAMED])}{more}" if missing else ""
    since = local_day(first.since, view.zone).isoformat()
    return told.subject.partition(":")[2], place, since, lack, _next(told, names)


def _next(told: Explanation, names: Names) -> str:
    for head, dues in (("overdue ", told.overdue), ("", told.due)):
        for due in dues[:1]:
            return f"{head}{due.on.isoformat()} {names.date(due.name)}"
    return ""


def _widths(rows: Iterable[_Row], width: int) -> list[int]:
    """Return the widths of the columns: what their cells take, the widest cut until all fit side by side."""
    widths = [max(width_of(printable(cell, keep="")) for cell in column) for column in zip(*rows, strict=True)]
    room = width - len(GAP) * (len(widths) - 1)
    while sum(widths) > room:
        free = [(width, index) for index, width in enumerate(widths) if width > _LEAST[index]]
        if not free:
            break
        widths[max(free)[1]] -= 1
    return widths


def _line(row: _Row, widths: Sequence[int]) -> str:
    cells = [_cut(cell, width) for cell, width in zip(row, widths, strict=True) if width]
    room = [width for width in widths if width]
    padded = [cell + " " * (width - width_of(cell)) for cell, width in zip(cells, room, strict=True)]
    return GAP.join(padded).rstrip()


def _cut(text: str, width: int) -> str:
    text = printable(text, keep="")
    if width_of(text) <= width:
        return text
    while text and width_of(text) >= width:
        text = text[:-1]
    return text + _CUT
