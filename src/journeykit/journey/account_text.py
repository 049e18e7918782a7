"""One account for people: a journey or a history, in a line or in full."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import tzinfo
from typing import TYPE_CHECKING

from journeykit.answers.due_list import Due, upcoming
from journeykit.dates import local_day
from journeykit.draw.text_tables import in_columns
from journeykit.engine.records import Record
from journeykit.engine.view import View
from journeykit.machine.machine import Machine
from journeykit.machine.snapshot import Snapshot
from journeykit.machine.snapshot_text import place_lines, standing, title_of
from journeykit.plain import in_short, instant_text, printable, short_form

if TYPE_CHECKING:  # the history shows itself by these functions
    from journeykit.journey.history import History, Refused

__all__ = ["due_line", "history_in_one_line", "history_text", "journey_in_one_line", "journey_text"]

_NEXT = 5
"""How many dates that fall due next are told."""


def journey_in_one_line(account: str, machine: Machine, snapshot: Snapshot | None) -> str:
    """Return the short form of a journey: account, profile, present, and where it stands; None has not begun."""
    if snapshot is None:
        return short_form("Journey", account, "by", machine.name, said=", not begun")
    when = f" at {instant_text(snapshot.now)}: {standing(snapshot)}"
    return short_form("Journey", account, "by", machine.name, said=when)


def journey_text(view: View, snapshot: Snapshot) -> str:
    """Return where an account stands, position by position, and what falls due next."""
    return "\n".join([title_of(snapshot), *place_lines(snapshot), *_next_lines(view)])


def _next_lines(view: View) -> Iterator[str]:
    found = upcoming(view)
    yield "falls due next" if found else "nothing falls due"
    yield from in_columns(_due_cells(due) for due in found[:_NEXT])
    if len(found) > _NEXT:
        yield f"  ... and {len(found) - _NEXT} more"


def _due_cells(due: Due) -> tuple[str, ...]:
    role = f" [{due.role}]" if due.role else ""
    what = "" if due.what == due.name else due.what
    return due.on.isoformat(), due.subject, due.name, f"{what}{' (done)' if due.done else ''}{role}"


def due_line(view: View) -> str:
    """Return the next date for which something is to be done, such as ``2026-09-06 converse (contract:C-1)``."""
    # A feed only goes down if it is not heard until then: there is nothing to do about it yet.
    due = next((one for one in upcoming(view) if not one.done and one.track is not None), None)
    return "" if due is None else f"{due.on.isoformat()} {due.name} ({due.subject})"


def history_in_one_line(history: History) -> str:
    """Return the short form of a history: account, profile, how much there is of it, and its present."""
    snapshot = history.snapshot
    now = "not begun" if snapshot is None else f"now {instant_text(snapshot.now)}"
    said = f"{_counts(history)}, {now}"
    return short_form("History", history.account or "of no account", "by", history.machine.name, said=f": {said}")


def _counts(history: History) -> str:
    inputs, records, refused = map(len, (history.inputs, history.records, history.refused))
    return f"{_count(inputs, 'input')}, {_count(records, 'record')}, {refused} refused"


def history_text(history: History) -> str:
    """Return where an account stands, what happened to it, and which of its inputs were refused."""
    return "\n".join(_history_lines(history))


def _history_lines(history: History) -> Iterator[str]:
    snapshot = history.snapshot
    if snapshot is None:
        yield printable(f"{history.account or 'no account'} ({history.machine.name}), not begun", keep="")
    else:
        yield title_of(snapshot)
        yield from place_lines(snapshot)
        yield _counts(history)
        yield from in_columns(_record_cells(history.records, snapshot.zone))
    if history.refused:
        yield "refused"
        yield from in_columns(map(_refused_cells, history.refused))


def _record_cells(records: Iterable[Record], zone: tzinfo) -> Iterator[tuple[str, ...]]:
    for record in records:
        ends = f"{record.source or 'nowhere'} -> {record.target}" if record.target else ""
        day = local_day(record.at, zone).isoformat()
        yield day, record.subject, record.kind, record.name, ends, f"({record.cause})" if record.cause else ""


def _refused_cells(refused: Refused) -> tuple[str, ...]:
    number = "time" if refused.number is None else f"input {refused.number}"
    return number, refused.error.code, in_short(refused.error, 200)


def _count(number: int, thing: str) -> str:
    return f"{number:,} {thing}{'' if number == 1 else 's'}"
