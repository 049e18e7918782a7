"""The order of a log: inputs sorted by time, with plain dates read in the zone that the account has then (rule R3)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import date, datetime, tzinfo
from operator import attrgetter

from journeykit.dates import first_instant, zone
from journeykit.engine.inputs import Input
from journeykit.machine.machine import Machine

__all__ = ["Zones", "first_places", "in_order", "is_naive"]


def in_order(machine: Machine, inputs: Iterable[Input]) -> list[Input]:
    """Return inputs of one account sorted by ``at``; those of one instant keep their order.

    Plain dates become instants in the zone that the account has then.
    """
    entries = list(inputs)
    if {type(entry.at) for entry in entries} - {datetime}:
        zones = Zones(machine, entries)
        first = first_places(entries)
        entries = [entry._replace(at=zones.instant(entry.at, first[place])) for place, entry in enumerate(entries)]
    entries.sort(key=attrgetter("at"))
    return entries


def first_places(entries: Sequence[Input]) -> list[int]:
    """Return for each input the place at which it came first: repeated deliveries are read like the first one."""
    known: dict[str, int] = {}
    positions = []
    for place, entry in enumerate(entries):
        first = place if entry.id is None else known.setdefault(entry.id, place)
        positions.append(first if entries[first].at == entry.at else place)
    return positions


class Zones:
    """The zones that an account has, one after the other, as its own inputs say."""

    def __init__(self, machine: Machine, entries: Sequence[Input]) -> None:
        named = next((entry.data.get("timezone") for entry in entries if entry.kind == "begin"), None)
        try:
            self.first: tzinfo = zone(named or machine.profile.timezone)
        except (ValueError, TypeError):  # the begin itself is refused for it
            self.first = zone(machine.profile.timezone)
        self.changes: list[tuple[datetime, int, tzinfo]] = []
        first = first_places(entries)
        for place, entry in enumerate(entries):
            if entry.kind == "zone" and not is_naive(entry) and first[place] == place:
                with suppress(ValueError, TypeError, KeyError):  # a zone that does not exist is refused
                    self.changes.append((self.instant(entry.at, place), place, zone(entry.data["timezone"])))
        self.changes.sort(key=lambda change: change[:2])

    def instant(self, at: datetime | date, place: int) -> datetime:
        """Return an instant as it is, and for a day its first instant in the zone that the account has then.

        Args:
            at: the instant or day.
            place: the place of its input in the order of arrival. It decides where the day lies before a change of the
                zone by one of the two zones and after it by the other (rule R3).
        """
        if isinstance(at, datetime):
            return at
        found = first_instant(at, self.first)
        for since, changed_at, zone_info in self.changes:
            there = first_instant(at, zone_info)
            changed = since, changed_at
            after = (found, place) > changed
            if after is not ((there, place) > changed):
                after = place > changed_at
            # The day of a change itself is read in the zone before it.
            if after and place != changed_at:
                found = there
        return found


def is_naive(entry: Input) -> bool:
    """Tell whether an input's instant has no zone, so that nobody knows when it was."""
    return isinstance(entry.at, datetime) and entry.at.tzinfo is None
