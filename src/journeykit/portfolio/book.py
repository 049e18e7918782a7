"""A book of business: many accounts replayed from one stream of inputs, each through the machine of its segment."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from heapq import merge
from typing import Any, NamedTuple

from journeykit.answers.due_list import Due, overdue, upcoming
from journeykit.answers.pace import pace_of
from journeykit.dates import Period
from journeykit.engine.inputs import EVERY_ACCOUNT, Input, instant_of, read_inputs
from journeykit.engine.records import Record
from journeykit.engine.view import View
from journeykit.errors import InputError, ProfileError
from journeykit.journey.history import History, Until, replay
from journeykit.language.catalog import names
from journeykit.machine.compiler import load
from journeykit.machine.machine import Machine

__all__ = ["Book", "LeftOut", "replay_book"]

Find = Callable[[str], Machine]
Machines = Find | Mapping[str, Machine]
_CENTURY = 100


class LeftOut(NamedTuple):
    """An input that was left out, and why.

    Attributes:
        line: its number, from 1; None where the inputs did not come from lines.
        account: whose it was; None where the line is no input.
    """

    line: int | None
    account: str | None
    error: InputError


@dataclass(slots=True)
class Book:
    """Many accounts.

    Attributes:
        accounts: account id -> its history, in the order of first mention.
        left_out: the inputs that were refused, in the order of the file.
    """

    accounts: dict[str, History] = field(default_factory=dict)
    left_out: list[LeftOut] = field(default_factory=list)

    def records(self) -> list[Record]:
        """Every record of every account, by time, then account."""
        found = [record for history in self.accounts.values() for record in history.records]
        return sorted(found, key=lambda record: (record.at, record.account))

    def positions(self) -> list[dict[str, Any]]:
        """One row a position: account, profile, subject, region, path, since, placed, stuck, pace."""
        views = [View(one.machine, one.snapshot) for one in self.accounts.values() if one.snapshot is not None]
        return [
            {
                "account": view.account,
                "profile": view.profile,
                "subject": subject.key,
                "region": position.leaf.region.name,
                "path": position.leaf.path,
                "since": position.entered[-1],
                "placed": position.placed,
                "stuck": position.stuck,
                "pace": pace_of(view, position),
            }
            for view in views
            for subject in view.subjects
            for position in subject.positions
        ]

    def due(self, within: str | Period, *, late: bool = False) -> list[Due]:
        """What falls due in every account in the days up to a period from its present, soonest first.

        Args:
            within: a period such as ``30 days``.
            late: with what is overdue already.
        """
        found: list[Due] = []
        for history in self.accounts.values():
            if history.snapshot is not None:
                found += overdue(history.machine, history.snapshot) if late else ()
                found += upcoming(history.machine, history.snapshot, within)
        return sorted(found, key=lambda due: (due.on, due.at, due.account))


def replay_book(
    inputs: Iterable[Input] | Iterable[str],
    machines: Machines | Machine | None = None,
    until: Until = None,
) -> Book:
    """Replay the inputs of many accounts, in any order; what is refused is left out, and the others go on.

    Args:
        inputs: inputs, or lines of JSON as in a file.
        machines: one machine for all, or by a profile's name: a mapping, or a function. Without it each ``begin``
            may name a shipped segment; files are not opened because some input names them.
        until: let every account's time pass up to this instant; inputs after it are not looked at. An aware datetime,
            or a date, which means its first instant in each account's zone, or either as ISO text.

    Raises:
        InputError: ``until`` is no date and no instant with a zone, or more than a century after all inputs.
    """
    end = None if until is None else instant_of(until, "until")
    book = Book()
    grouped: dict[str, list[_Arrived]] = {}
    for place, (line, entry) in enumerate(_numbered(inputs)):
        if isinstance(entry, InputError):
            book.left_out.append(LeftOut(line, None, entry))
        else:
            grouped.setdefault(entry.account, []).append(_Arrived(place, line, entry))
    _refuse_far(end, (one.entry for entries in grouped.values() for one in entries))
    find = _finder(machines)
    for_all = grouped.pop(EVERY_ACCOUNT, [])
    for account, numbered in grouped.items():
        _replay_account(book, account, list(merge(numbered, for_all)), find, end)
    _check_feeds(book, for_all)
    book.left_out.sort(key=lambda left: (left.line is None, left.line or 0))
    return book


def _refuse_far(until: datetime | date | None, inputs: Iterable[Input]) -> None:
    """A slip of the keyboard, 2925 for 2025, is told at once, before nine hundred years of reviews fall due."""
    last = max((entry.at.year for entry in inputs), default=None)
    if until is not None and last is not None and until.year - last > _CENTURY:
        raise InputError(
            "out_of_range", f"until: {until.isoformat()} is more than {_CENTURY} years after the last input ({last})"
        )


class _Arrived(NamedTuple):
    """An input with its place among all that came, and its line where it has one."""

    place: int
    line: int | None
    entry: Input


def _check_feeds(book: Book, for_all: list[_Arrived]) -> None:
    """A feed that speaks for all accounts and that no profile knows is left out: it is a slip."""
    known = {feed for history in book.accounts.values() for feed in history.machine.profile.feeds}
    for _, line, entry in for_all:
        name = entry.data["feed"]
        if name not in known and book.accounts:
            fault = InputError("unknown_name", f"feed: {name!r} is in none of the profiles in use")
            book.left_out.append(LeftOut(line, None, fault))


def _numbered(inputs: Iterable[Input] | Iterable[str]) -> Iterable[tuple[int | None, Input | InputError]]:
    for number, entry in enumerate(inputs, 1):
        if isinstance(entry, Input):
            yield None, entry
        elif not isinstance(entry, str):
            found = type(entry).__name__
            yield number, InputError("bad_shape", f"expected an input or a line of text, found a {found}")
        else:
            for _, told in read_inputs([entry]):
                yield number, told


def _finder(machines: Machines | Machine | None) -> Find:
    if isinstance(machines, Machine):
        return lambda _: machines
    given = _of(machines) if isinstance(machines, Mapping) else machines or _shipped
    known: dict[str, Machine | InputError] = {}

    def find(name: str) -> Machine:
        if name not in known:
            try:
                known[name] = given(name)
            except (ProfileError, OSError, LookupError) as error:
                known[name] = InputError("unknown_profile", f"profile {name!r} cannot be used: {error}")
        found = known[name]
        if isinstance(found, InputError):
            raise found
        return found

    return find


def _of(machines: Mapping[str, Machine]) -> Find:
    def find(name: str) -> Machine:
        if name not in machines:
            raise LookupError(f"no machine has this name; there are {', '.join(sorted(machines)) or 'none'}")
        return machines[name]

    return find


def _shipped(name: str) -> Machine:
    if name not in names():
        raise LookupError(f"no shipped segment has this name; there are {', '.join(names())}")
    return load(name)


def _replay_account(
    book: Book, account: str, arrived: list[_Arrived], find: Find, until: datetime | date | None
) -> None:
    own = [one for one in arrived if one.entry.account == account]
    begin = next((one.entry for one in own if one.entry.kind == "begin"), None)
    if begin is None:
        fault = InputError("unknown_account", f"account {account!r} never begins; its first input must be a begin")
        book.left_out += [LeftOut(one.line, account, fault) for one in own]
        return
    try:
        machine = find(begin.data["profile"])
    except InputError as fault:
        book.left_out += [LeftOut(one.line, account, fault) for one in own]
        return
    history = book.accounts[account] = replay(machine, [one.entry for one in arrived], until)
    for _, refusal, number in history.refused:
        book.left_out.append(LeftOut(None if number is None else arrived[number].line, account, refusal))
