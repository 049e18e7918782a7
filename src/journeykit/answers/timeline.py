"""Timelines: one account's story in words, and what is to come."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from journeykit.answers.display_names import Names
from journeykit.answers.due_list import Due, overdue, upcoming
from journeykit.answers.forecast import forecast, until_of
from journeykit.answers.sentences import Happening, HappeningKind, in_words, listed
from journeykit.dates import local_day, zone
from journeykit.engine.records import Record
from journeykit.engine.view import View
from journeykit.moments import Moment
from journeykit.naming.labels import Labels
from journeykit.plain import instant_text, plain, printable, short_form

__all__ = ["Timeline", "timeline"]


@dataclass(frozen=True, slots=True)
class Timeline:
    """One account's story: ``str()`` tells it to people, :meth:`to_dict` to programs.

    Attributes:
        account: the account's id.
        timezone: the name of the zone in which the account counts its days.
        at: the journey's present, an aware datetime in UTC.
        past: what happened, in order, one happening for each record.
        overdue: what fell due and is still open, longest ago first.
        to_come: what falls due next, soonest first; with ``until``, what would happen up to then if no input came.
        until: the instant up to which ``to_come`` looks ahead; None where it lists what falls due.
    """

    account: str
    timezone: str
    at: datetime
    past: tuple[Happening, ...]
    overdue: tuple[Happening, ...]
    to_come: tuple[Happening, ...]
    until: datetime | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the story as plain JSON data, with instants and days as ISO text."""
        parts = {name: [plain(one._asdict()) for one in getattr(self, name)] for name in ("past", "overdue", "to_come")}
        until = None if self.until is None else self.until.isoformat()
        return {
            "account": self.account,
            "timezone": self.timezone,
            "at": self.at.isoformat(),
            "until": until,
            **parts,
        }

    def __repr__(self) -> str:
        said = f": {len(self.past)} past, {len(self.overdue)} overdue, {len(self.to_come)} to come"
        return short_form("Timeline", self.account, f"at {instant_text(self.at)}", said=said)

    def __str__(self) -> str:
        where = zone(self.timezone)
        title = f"{self.account}, until {local_day(self.at, where)} ({self.timezone})"
        lines = [printable(title, keep=""), *listed(self.past)]
        if self.overdue:
            lines += ["overdue", *listed(self.overdue)]
        if self.until is not None:
            title = f"to come until {local_day(self.until, where)}, if nothing else happens"
        else:
            title = "to come"
        return "\n".join([*lines, title, *(listed(self.to_come) or ["  nothing"])])


def timeline(
    view: View,
    records: Iterable[Record],
    until: Moment | None = None,
    labels: Labels | None = None,
) -> Timeline:
    """Return an account's story from its records, and what is to come.

    Args:
        view: where the account stands.
        records: the account's records so far, in order.
        until: an aware datetime, a date (its first instant in the account's zone), a period from the journey's present,
            or one of these as text: forecast up to then. Without it, list what falls due.
        labels: the labels that the words use for things; profile names if not given.

    Raises:
        InputError: ``bad_shape``: ``until`` is no instant, date or period. ``naive_instant``: it has no zone.
            ``time_runs_back``: it is past.
    """
    names = Names(view.machine.profile, labels)
    if until is None:
        to_come = tuple(_due(due, names) for due in upcoming(view, labels=labels))
    else:
        to_come = forecast(view, until, labels)
    return Timeline(
        account=view.account,
        timezone=view.zone_name,
        at=view.now,
        past=tuple(in_words(view, record, labels=labels) for record in records),
        overdue=tuple(_due(due, names, "overdue") for due in overdue(view, labels)),
        to_come=to_come,
        until=None if until is None else until_of(view, until),
    )


def _due(due: Due, names: Names, kind: HappeningKind = "due") -> Happening:
    role = f" [{names.roles(due.role)}]" if due.role else ""
    name = names.date(due.name)
    # The words often begin with the display name already.
    told = due.what == name or due.what.startswith((f"{name}:", f"{name} "))
    named = due.what if told else f"{name}: {due.what}"
    what = f"{named}{role}"
    return Happening(due.at, due.on, due.account, due.subject, due.track, kind, due.name, what)
