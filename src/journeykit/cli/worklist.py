"""The worklist of ``journeykit due``: what is to be done by when in a whole book, in each of its formats."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import groupby
from typing import Any, NamedTuple, TextIO

from journeykit.answers.display_names import Names
from journeykit.answers.due_list import Due, overdue, upcoming
from journeykit.cli.labels_option import Naming
from journeykit.dates import Period, local_day
from journeykit.draw.text_tables import sections, write_csv
from journeykit.engine.view import View
from journeykit.errors import JourneykitError
from journeykit.portfolio.book import Book

__all__ = ["Item", "as_text", "items", "write_items", "write_json"]

NARROW = 120
"""The width below which the role has no column of its own."""
HEAD = ("on", "days", "status", "account", "subject", "track", "name", "what", "role", "at")


class Item(NamedTuple):
    """One line of the worklist.

    Attributes:
        due: the date.
        days: the days from the account's today to the date's day; negative where that is past.
        now: the account's present, an aware datetime in UTC.
        names: the display names of the account's profile, for what people read.
    """

    due: Due
    days: int
    now: datetime
    names: Names

    @property
    def status(self) -> str:
        """``overdue``, ``done`` or ``due``; ``down`` for a feed."""
        if self.due.track is None:
            return "down"
        return "overdue" if self.days < 0 else "done" if self.due.done else "due"

    @property
    def title(self) -> str:
        """The display name of what falls due."""
        return self.names.date(self.due.name)

    @property
    def role(self) -> str:
        """The display names of the roles that see to it."""
        return self.names.roles(self.due.role)

    def row(self) -> dict[str, Any]:
        """Return the item as plain data, by the columns of ``HEAD``; instants and days as ISO text."""
        said = self.due._asdict() | {"days": self.days, "status": self.status}
        found = {name: said[name] for name in HEAD}
        return found | {"on": self.due.on.isoformat(), "at": self.due.at.isoformat()}


def items(
    book: Book, within: Period, role: str | None = None, track: str | None = None, naming: Naming | None = None
) -> list[Item]:
    """List what is overdue and what falls due in a book, by day, then account.

    Args:
        book: the accounts.
        within: how far to look ahead of each account's present.
        role: only what this role sees to.
        track: only what belongs to this track.
        naming: which display names to use; profile names if not given.

    Raises:
        JourneykitError: no profile in use has such a role or track.
    """
    profiles = [history.machine.profile for history in book.accounts.values()]
    for what, name, known in (
        ("role", role, {role for profile in profiles for role in profile.roles}),
        ("track", track, {track for profile in profiles for track in profile.tracks}),
    ):
        if name is not None and name not in known and profiles:
            raise JourneykitError(f"--{what}: no profile in use has {name!r}; there are {', '.join(sorted(known))}")
    found = [
        item
        for item in _all(book, within, naming or Naming())
        if (role is None or role in item.due.role.split(" or ")) and track in (None, item.due.track)
    ]
    return sorted(found, key=lambda item: (item.due.on, item.due.account, item.due.at))


def _all(book: Book, within: Period, naming: Naming) -> Iterator[Item]:
    for history in book.accounts.values():
        if history.snapshot is None:
            continue
        view = View(history.machine, history.snapshot)
        labels, names = naming.labels(view.machine), naming.of(view.machine)
        for due in (*overdue(view, labels), *upcoming(view, within, labels)):
            # A feed that is up only goes down if it is not heard until then: there is nothing to do about it yet.
            if due.track is not None or due.at <= view.now:
                yield Item(due, (due.on - local_day(view.now, view.zone)).days, view.now, names)


def as_text(found: list[Item], width: int) -> str:
    """Return the worklist as text: feeds that are down, what is overdue by account, then what falls due by day."""
    late = [item for item in found if item.status == "overdue"]
    ahead = [item for item in found if item.status in ("due", "done")]
    parts = []
    if down := [item for item in found if item.status == "down"]:
        parts.append(sections({"feeds that are down": list(_feeds(down))}, width))
    if late:
        rows = [(account, _late(of_one)) for account, of_one in _by_account(late)]
        parts.append(sections({"overdue, in brackets the days since": rows}, width))
    if ahead:
        groups: dict[str, list[tuple[str, ...]]] = {}
        for item in ahead:
            groups.setdefault(_day(item), []).append(_line(item, narrow=width < NARROW))
        parts.append(sections(groups, width))
    return "\n\n".join(parts)


def _feeds(down: list[Item]) -> Iterator[tuple[str, ...]]:
    """Yield each feed once: when it is down, it mostly is in all accounts."""
    for name in dict.fromkeys(item.title for item in down):
        days = [-item.days for item in down if item.title == name]
        since = f"{min(days)} to {max(days)}" if min(days) < max(days) else f"{min(days)}"
        yield (
            name,
            f"in {len(days):,} account{'' if len(days) == 1 else 's'}, for {since} day{'' if since == '1' else 's'}",
        )


def _by_account(late: list[Item]) -> list[tuple[str, list[Item]]]:
    by_name = sorted(late, key=lambda item: item.due.account)
    return [(name, list(of_one)) for name, of_one in groupby(by_name, key=lambda item: item.due.account)]


def _late(late: Iterable[Item]) -> str:
    """Return what is overdue in one account, such as ``C-1: decide (11), propose (41)``.

    It goes by subject, and for the account's own by track; in brackets stand the days since.
    """
    by_subject: dict[str, list[str]] = {}
    for item in sorted(late, key=lambda item: -item.days):
        whose = _ident(item.due.subject) or f"{item.names.of('tracks', item.due.track or '')}: "
        title = item.due.what.partition(",")[0] if item.due.name == "stuck" else item.title  # this says where
        by_subject.setdefault(whose, []).append(f"{title} ({-item.days})")
    return "; ".join(f"{subject}{', '.join(names)}" for subject, names in by_subject.items())


def _day(item: Item) -> str:
    when = {0: "today", 1: "tomorrow"}.get(item.days, f"in {item.days} days")
    return f"{item.due.on.isoformat()} {item.due.on:%A}, {when}"


def _line(item: Item, *, narrow: bool) -> tuple[str, ...]:
    due = item.due
    what = f"{_ident(due.subject)}{item.title}"
    if narrow:
        return due.account, what, f"{due.what}{f' [{item.role}]' if item.role else ''}"
    return due.account, what, item.role, due.what


def _ident(key: str) -> str:
    return f"{key.partition(':')[2]}: " if ":" in key else ""


def write_items(target: TextIO, found: Iterable[Item]) -> None:
    """Write the worklist as CSV."""
    write_csv(target, HEAD, (list(item.row().values()) for item in found))


def write_json(target: TextIO, found: Iterable[Item]) -> None:
    """Write the worklist as one JSON array."""
    json.dump([item.row() for item in found], target, ensure_ascii=False, indent=1)
    target.write("\n")
