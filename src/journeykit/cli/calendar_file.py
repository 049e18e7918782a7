"""The worklist as a calendar file (iCalendar, RFC 5545). Only this module needs ``icalendar``, which is an extra."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TextIO

from icalendar import Calendar, Event

from journeykit.cli.worklist import Item
from journeykit.plain import printable

__all__ = ["write_calendar"]


def write_calendar(target: TextIO, found: Iterable[Item]) -> None:
    """Write items as a calendar with one all-day event for each; the same items make the same file."""
    calendar = Calendar()
    calendar.add("prodid", "-//journeykit//due//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", "What falls due")
    for item in found:
        calendar.add_component(_event(item))
    target.write(calendar.to_ical().decode("utf-8"))


def _event(item: Item) -> Event:
    due = item.due
    event = Event()
    # A date that has moved by the next export must be the same event there, so its own day is no part of the id.
    place = (due.account, due.subject, due.track or "", due.name, due.occasion)
    event.add("uid", f"{'/'.join(map(printable, place))}@journeykit")
    event.add("dtstamp", item.now)
    event.add("dtstart", due.on)
    whose = "" if ":" not in due.subject else f" {due.subject.partition(':')[2]}"
    state = "" if item.status == "due" else f" ({item.status})"
    event.add("summary", printable(f"{due.account}{whose}: {item.title}{state}"))
    told = [due.what, *([f"Role: {item.role}"] if due.role else []), f"{due.subject}, {due.track or 'feed'}"]
    event.add("description", printable("\n".join(told)))
    event.add("categories", [name for name in (due.track or "feed", *due.role.split(" or ")) if name])
    event.add("transp", "TRANSPARENT")  # a due date makes nobody busy
    return event
