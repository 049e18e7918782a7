"""The order of a log: inputs sorted by time, with plain dates read in the zone that the account has then (rule R3).

What comes from elsewhere often lies newest first, or one export after the other. There a line may stand behind one of
the same instant that cannot do without it, so what opens goes first in its instant. What was taken keeps its order all
the same: nothing in it stands before what opens its subject.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime, tzinfo
from itertools import pairwise
from operator import attrgetter

from journeykit.dates import UTC, first_instant, zone
from journeykit.engine.inputs import Input
from journeykit.machine.machine import Machine

__all__ = ["Zones", "first_begin", "first_places", "in_order", "is_naive", "opened_first"]


def in_order(machine: Machine, inputs: Iterable[Input], *, foreign: bool = False) -> list[Input]:
    """Return inputs of one account sorted by ``at``; those of one instant keep their order.

    Plain dates become instants in the zone that the account has then. Of foreign ones, what opens goes first in its
    instant, see :func:`opened_first`.
    """
    entries = list(inputs)
    if {type(entry.at) for entry in entries} - {datetime}:
        zones = Zones(machine, entries)
        first = first_places(entries)
        entries = [entry._replace(at=zones.instant(entry.at, first[place])) for place, entry in enumerate(entries)]
    entries.sort(key=attrgetter("at"))
    return [entries[place] for place in opened_first(entries)] if foreign else entries


def opened_first(entries: Sequence[Input]) -> Sequence[int]:
    """Return the places of sorted inputs in the order in which they are taken when they come from elsewhere.

    Within one instant a ``begin`` goes before all else, and the first ``open`` of a subject right before the first
    input that speaks of it; all others keep their order.
    """
    behind = {
        entry.at for before, entry in pairwise(entries) if entry.kind in ("begin", "open") and before.at == entry.at
    }
    if not behind:
        return range(len(entries))
    places: list[int] = []
    of_instant: list[int] = []
    for place, entry in enumerate(entries):
        if of_instant and entries[of_instant[0]].at != entry.at:
            places += _opened_first(entries, of_instant) if entries[of_instant[0]].at in behind else of_instant
            of_instant = []
        of_instant.append(place)
    return places + (_opened_first(entries, of_instant) if entries[of_instant[0]].at in behind else of_instant)


def _opened_first(entries: Sequence[Input], places: list[int]) -> list[int]:
    """Return the places of the inputs of one instant in the order in which they are taken."""
    spoken_at: dict[object, int] = {}
    opened: set[object] = set()
    ranks: dict[int, tuple[int, bool]] = {}
    for place in sorted(places, key=lambda place: entries[place].kind != "begin"):
        entry, rank = entries[place], len(ranks)
        if entry.kind == "open" and entry.subject not in opened:
            opened.add(entry.subject)
            ranks[place] = spoken_at.get(entry.subject, rank), False
        else:
            ranks[place] = rank, True
            into = entry.data.get("into") if entry.kind == "close" and isinstance(entry.data, Mapping) else None
            for key in (entry.subject, into):
                if isinstance(key, str):
                    spoken_at.setdefault(key, rank)
    return sorted(ranks, key=ranks.__getitem__)


def first_begin(entries: Iterable[Input], default: tzinfo = UTC) -> Input | None:
    """Return the ``begin`` that comes first in time, a plain date read in the zone that it names itself.

    Args:
        entries: inputs of one account, in the order of arrival, which decides between those of one instant.
        default: the zone where a ``begin`` names none that exists.
    """
    begins = [entry for entry in entries if entry.kind == "begin"]
    if len(begins) > 1:
        begins = [entry for entry in begins if not is_naive(entry)] or begins[:1]
        begins.sort(key=lambda entry: _instant_of_begin(entry, default))
    return begins[0] if begins else None


def _instant_of_begin(entry: Input, default: tzinfo) -> datetime:
    return entry.at if isinstance(entry.at, datetime) else first_instant(entry.at, _zone_of_begin(entry, default))


def _zone_of_begin(begin: Input | None, default: tzinfo) -> tzinfo:
    named = begin.data.get("timezone") if begin is not None else None
    try:
        return zone(named) if named else default
    except (ValueError, TypeError):  # the begin itself is refused for it
        return default


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
        default = zone(machine.profile.timezone)
        self.first: tzinfo = _zone_of_begin(first_begin(entries, default), default)
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
