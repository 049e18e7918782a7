"""A book of business: many accounts replayed from one stream of inputs, each with the machine of its segment."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from heapq import merge
from typing import Any, NamedTuple, NoReturn

from journeykit.answers.due_list import Due, overdue, period_within, upcoming
from journeykit.answers.pace import pace_of
from journeykit.dates import Period
from journeykit.engine.future import check_not_after
from journeykit.engine.inputs import EVERY_ACCOUNT, Input, instant_of
from journeykit.engine.logs import log_refusals
from journeykit.engine.records import Record
from journeykit.engine.view import View
from journeykit.errors import InputError, ProfileError, UnknownKeyError
from journeykit.journey.far_inputs import Times, times_of
from journeykit.journey.history import History, Until, replay_among
from journeykit.journey.input_sources import Inputs, LeftOut, Source, numbered
from journeykit.journey.log_order import first_begin
from journeykit.language.catalog import names
from journeykit.machine.compiler import load
from journeykit.machine.machine import Machine
from journeykit.machine.subject_meant import did_you_mean, known_ones
from journeykit.portfolio.book_text import book_in_one_line, book_text
from journeykit.portfolio.unheard_feeds import unheard_feeds

__all__ = ["Book", "LeftOut", "reach", "replay_beside", "replay_book"]

Find = Callable[[str], Machine]
Machines = Find | Mapping[str, Machine]
_CENTURY = 100


class _Accounts(dict[str, History]):
    """The accounts of a book by id; a miss says which there are."""

    def __missing__(self, account: object) -> NoReturn:
        hint = did_you_mean(str(account), self)
        raise UnknownKeyError(
            "unknown_account", f"account: {account!r} is not in this book; {hint}there are {known_ones(self)}"
        )


@dataclass(slots=True)
class Book:
    """Many accounts, as :func:`journeykit.replay_book` returns them.

    Attributes:
        accounts: account id -> its :class:`~journeykit.History`, in the order of first mention. An account whose inputs
            do not include a ``begin``, or whose profile cannot be used, is not among them.
        left_out: the inputs that were left out, in the order of their lines or items: each a
            :class:`~journeykit.LeftOut` with ``line``, ``account``, ``error``, ``input`` and ``raw``; those without a
            line come last.
    """

    accounts: dict[str, History] = field(default_factory=_Accounts)
    left_out: list[LeftOut] = field(default_factory=list)

    @property
    def remarks(self) -> tuple[str, ...]:
        """What nobody would see otherwise, a line each: feeds without heartbeats, so that no silence is judged."""
        return tuple(unheard_feeds(self.accounts.values()))

    def records(self) -> list[Record]:
        """Return the records of all accounts, by instant, then account."""
        found = [record for history in self.accounts.values() for record in history.records]
        return sorted(found, key=lambda record: (record.at, record.account))

    def positions(self) -> list[dict[str, Any]]:
        """Return one dict for each position of each account that has begun.

        Its keys are ``account`` (the id), ``profile`` (the name), ``subject`` (the key), ``region``, ``path`` (of the
        leaf), ``since`` (when the leaf was entered, an aware datetime in UTC), ``placed`` and ``stuck`` (booleans), and
        ``pace`` (``on track``, ``behind``, ``stuck`` or None: the stay in the outermost stage against what is typical).
        """
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
        """List what falls due in all accounts, soonest first, then by account; of a cadence every date.

        Args:
            within: a period such as ``30 days``: list what falls on a day from each account's present up to that much
                later, the last day included.
            late: also list what fell due already and is still open.

        Raises:
            InputError: ``bad_shape``: ``within`` is no period. ``out_of_range``: it is longer than a century.
        """
        within = reach(within)
        found: list[Due] = []
        for history in self.accounts.values():
            if history.snapshot is not None:
                view = View(history.machine, history.snapshot)
                found += overdue(view) if late else ()
                found += upcoming(view, within)
        return sorted(found, key=lambda due: (due.on, due.at, due.account))

    def __repr__(self) -> str:
        return book_in_one_line(self)

    def __str__(self) -> str:
        return book_text(self)


def reach(within: str | Period, said: str = "within") -> Period:
    """Return how far ahead the worklist of a whole book looks, given what it is called by who asks.

    Raises:
        InputError: ``bad_shape``: it is no period. ``out_of_range``: it is longer than a century, in which cadences of
            a day alone would fall due 36,500 times in every account.
    """
    found = period_within(within)
    if found.span()[0] > Period(_CENTURY * 12, 0).span()[1]:
        raise InputError("out_of_range", f"{said}: {found} is longer than {_CENTURY} years; ask for less")
    return found


def replay_book(
    inputs: Source,
    *,
    machines: Machines | Machine | None = None,
    until: Until = None,
    not_after: datetime | None = None,
) -> Book:
    """Replay the inputs of many accounts, which may come in any order, newest first as well.

    Within one instant an account's ``begin`` goes first, and an ``open`` before what speaks of its subject; all else of
    one instant keeps its order. What is refused is left out, and the others go on; see :func:`journeykit.replay`.

    Args:
        inputs: whatever means inputs, as for :func:`journeykit.read_inputs`: the path of a file of JSON lines, or an
            iterable of inputs, mappings and lines of text.
        machines: one machine for all accounts, or a mapping or function that finds a machine by the name of the profile
            that an account's ``begin`` names. Without it that has to be a shipped segment: no file is opened because an
            input names it.
        until: let every account's time pass up to this instant; inputs after it are not looked at. An aware datetime,
            or a date, which means its first instant in each account's zone, or either as ISO text. Without it each
            account stands as of its last input.
        not_after: inputs after this instant, an aware datetime, are left out as ``in_the_future``, as those too far
            after the others are in any case; see :func:`journeykit.replay`.

    Raises:
        InputError: ``naive_instant``: ``until`` or ``not_after`` has no zone. ``bad_shape``: ``until`` is neither
            instant nor date, or ``inputs`` cannot mean inputs. ``out_of_range``: ``until`` lies more than a century
            after all inputs but those that are out of place themselves.
    """
    return replay_beside(inputs, machines, until, not_after, ())


def replay_beside(
    inputs: Source,
    machines: Machines | Machine | None,
    until: Until,
    not_after: datetime | None,
    beside: Iterable[date],
) -> Book:
    """Replay some accounts of many as :func:`replay_book` does.

    Args:
        inputs: the inputs of these accounts.
        machines: as of :func:`replay_book`; so are ``until`` and ``not_after``.
        until: how far time passes.
        not_after: the latest instant of an input.
        beside: the days of the inputs of the other accounts, which say which year is meant; they are looked at once the
            inputs have been read.

    Raises:
        InputError: as :func:`replay_book` does.
    """
    end = None if until is None else instant_of(until, "until")
    check_not_after(not_after)
    book = Book()
    grouped: dict[str, list[_Arrived]] = {}
    for place, (line, entry) in enumerate(numbered(inputs, book.left_out)):
        grouped.setdefault(entry.account, []).append(_Arrived(place, line, entry))
    times = times_of((one.entry for entries in grouped.values() for one in entries), beside)
    _refuse_far(end, times)
    find = _finder(machines)
    for_all = _in_reach(book, grouped.pop(EVERY_ACCOUNT, []), times)
    others = len(grouped) > 1 or beside  # of one account alone the file says no more than its lines
    span = _Span(end, not_after, times.middle if others else None)
    for account, own in grouped.items():
        _replay_account(book, account, list(merge(own, for_all)) if for_all else own, find, span)
    _check_feeds(book, for_all)
    book.left_out.sort(key=lambda left: (left.line is None, left.line or 0))
    for left in book.left_out:
        if left.account not in book.accounts:  # the refusals of those are logged by their replay
            log_refusals(left.account, (left.error,))
    return book


def _refuse_far(until: datetime | date | None, times: Times) -> None:
    """Refuse an ``until`` of 2925 for 2025 at once, before nine hundred years of every account's dates fall due."""
    if until is not None and times.last_year is not None and until.year - times.last_year > _CENTURY:
        raise InputError(
            "out_of_range",
            f"until: {until.isoformat()} is more than {_CENTURY} years after the last input ({times.last_year})",
        )


def _in_reach(book: Book, for_all: list[_Arrived], times: Times) -> list[_Arrived]:
    """Return the feeds that speak for all accounts; leave out, once for all, those that no account can take (R15)."""
    found = []
    for one in for_all:
        if one.entry in times.far:
            fault = InputError(
                "in_the_future",
                f"at: {one.entry.at.isoformat()} is more than 10 years after all inputs before it; send the right year",
            )
            book.left_out.append(LeftOut(one.line, None, fault, one.entry))
        else:
            found.append(one)
    return found


class _Span(NamedTuple):
    """The time of a replay: up to when, after when nothing is taken, and the middle of all inputs."""

    until: datetime | date | None
    not_after: datetime | None
    middle: datetime | None


class _Arrived(NamedTuple):
    """An input with its place among all that came, and the number of its line or item."""

    place: int
    line: int
    entry: Input


def _check_feeds(book: Book, for_all: list[_Arrived]) -> None:
    """Leave out a feed that speaks for all accounts and is in no profile in use: its name is a slip."""
    known = {feed for history in book.accounts.values() for feed in history.machine.profile.feeds}
    for _, line, entry in for_all:
        name = entry.data.get("feed")
        if name not in known and book.accounts:
            fault = InputError("unknown_name", f"feed: {name!r} is in none of the profiles in use")
            book.left_out.append(LeftOut(line, None, fault, entry))


def _finder(machines: Machines | Machine | None) -> Find:
    if isinstance(machines, Machine):
        return lambda _: machines
    given = _of(machines) if isinstance(machines, Mapping) else machines or _shipped
    known: dict[str, Machine | InputError] = {}

    def find(name: str) -> Machine:
        if name not in known:
            try:
                known[name] = given(name)
            except (ProfileError, OSError, LookupError) as error:  # kept, too: the next account is told the same
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


def _replay_account(book: Book, account: str, arrived: list[_Arrived], find: Find, span: _Span) -> None:
    own = [one for one in arrived if one.entry.account == account]
    begin = first_begin(one.entry for one in own)
    if begin is None:
        fault = InputError("unknown_account", f"account {account!r} never begins; its first input must be a begin")
        book.left_out += [LeftOut(one.line, account, fault, one.entry) for one in own]
        return
    try:
        machine = find(begin.data.get("profile", ""))
    except InputError as fault:
        book.left_out += [LeftOut(one.line, account, fault, one.entry) for one in own]
        return
    foreign = Inputs(enumerate((one.entry for one in arrived), 1))
    history = book.accounts[account] = replay_among(machine, foreign, *span)
    for refused in history.refused:
        line = None if refused.number is None else arrived[refused.number].line
        book.left_out.append(LeftOut(line, account, refused.error, refused.input))
