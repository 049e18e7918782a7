"""Histories: an account's inputs folded into its snapshot and records (rule R3)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import date, datetime, tzinfo
from typing import Any, NamedTuple

from journeykit.dates import UTC, first_instant, zone
from journeykit.engine.fold import Fold
from journeykit.engine.inputs import EVERY_ACCOUNT, Input, instant_of
from journeykit.engine.records import Record
from journeykit.errors import InputError
from journeykit.journey.log import Log
from journeykit.machine.machine import Machine
from journeykit.machine.snapshot import Snapshot

__all__ = ["History", "Refused", "Until", "in_order", "replay"]

Until = datetime | date | str | None


class Refused(NamedTuple):
    """An input that was left out, and why.

    Attributes:
        number: its place among the inputs given, from 0; None for the passing of time up to ``until``.
    """

    entry: Input
    error: InputError
    number: int | None


class History(NamedTuple):
    """One account's journey so far.

    Attributes:
        inputs: the inputs taken, in order; refused: those left out.
        snapshot: where it stands; None when it never began.
        records: what happened.
    """

    account: str
    machine: Machine
    inputs: tuple[Input, ...]
    snapshot: Snapshot | None
    records: tuple[Record, ...]
    refused: tuple[Refused, ...]


def replay(machine: Machine, inputs: Iterable[Input], until: Until = None) -> History:
    """Fold inputs of one account, in order of ``at``; what is refused is left out, and the account goes on.

    Equals what the live journey would be after the same inputs. It owns the rows it writes, so it is faster than
    :func:`journeykit.step` in a loop.

    Args:
        machine: the machine of the account's profile.
        inputs: of one account, in any order; repeated deliveries of one id count once.
        until: let time pass up to this instant after the last input; inputs after it are not looked at. An aware
            datetime, or a date, which means its first instant in the account's zone, or either as ISO text.

    Raises:
        InputError: ``until`` is no date and no instant with a zone.
    """
    end = None if until is None else instant_of(until, "until")
    given: list[Any] = list(inputs)
    wrong = next((entry for entry in given if not isinstance(entry, Input)), None)
    if wrong is not None:
        raise InputError("bad_shape", f"expected inputs, found a {type(wrong).__name__}; see parse_input")
    return _replayed(machine, given, end)


def in_order(machine: Machine, inputs: Iterable[Input]) -> list[Input]:
    """Inputs of one account sorted by ``at``, stable; plain dates become instants in the zone the account has then."""
    entries = list(inputs)
    if any(not isinstance(entry.at, datetime) for entry in entries):
        zones = _Zones(machine, entries)
        first = _first_places(entries)
        entries = [entry._replace(at=zones.instant(entry.at, first[place])) for place, entry in enumerate(entries)]
    entries.sort(key=lambda entry: entry.at)
    return entries


def _first_places(entries: Sequence[Input]) -> list[int]:
    """Where each input came first: what is delivered again is read as it was the first time."""
    known: dict[str, int] = {}
    positions = []
    for place, entry in enumerate(entries):
        first = place if entry.id is None else known.setdefault(entry.id, place)
        positions.append(first if entries[first].at == entry.at else place)
    return positions


class _Zones:
    """The zones that an account has, one after the other, as its own inputs say."""

    def __init__(self, machine: Machine, entries: Sequence[Input]) -> None:
        named = next((entry.data.get("timezone") for entry in entries if entry.kind == "begin"), None)
        try:
            self.first = zone(named or machine.profile.timezone)
        except (ValueError, TypeError):  # the begin itself will be refused for it
            self.first = zone(machine.profile.timezone)
        self.changes: list[tuple[datetime, int, tzinfo]] = []
        first = _first_places(entries)
        for place, entry in enumerate(entries):
            if entry.kind == "zone" and not _is_naive(entry) and first[place] == place:
                with suppress(ValueError, TypeError, KeyError):  # a zone that is none will be refused
                    self.changes.append((self.instant(entry.at, place), place, zone(entry.data["timezone"])))
        self.changes.sort(key=lambda change: change[:2])

    def instant(self, at: datetime | date, place: int) -> datetime:
        """An instant, or the first one of a day in the zone that the account has then.

        Where a day lies before a change of the zone by the old one and after it by the new one, or the other way
        round, it counts which of the two came first.
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
            if after and place != changed_at:
                found = there
        return found


def _replayed(machine: Machine, given: list[Input], until: datetime | date | None) -> History:
    account = next((entry.account for entry in given if entry.account != EVERY_ACCOUNT), "")
    if until is not None and not isinstance(until, datetime):
        until = _Zones(machine, given).instant(until, len(given))
    # UTC is the rule; only what is not is looked at more closely
    sound = [entry for entry in given if getattr(entry.at, "tzinfo", None) is UTC or not _is_naive(entry)]
    log = Log()
    fold = Fold(machine, log.inputs)
    left: list[tuple[int, InputError]] = []
    entries = in_order(machine, sound)
    for place, entry in enumerate(entries):
        if until is not None and entry.at > until:
            break
        if entry.account == EVERY_ACCOUNT and fold.now is None:
            continue  # what speaks for all accounts does not speak to one that has not begun
        try:
            if not log.knows(entry):
                fold.take(entry)
                log.append(entry)
        except InputError as refusal:
            left.append((place, refusal))
    refused = _told(machine, given, entries, left)
    if until is not None and fold.now is not None and until > fold.now:
        tick = Input("tick", account, until)
        try:
            fold.take(tick)
        except InputError as refusal:
            refused.append(Refused(tick, refusal, None))
    return History(account, machine, tuple(log.inputs), fold.finish(), tuple(fold.records), tuple(refused))


def _is_naive(entry: Input) -> bool:
    return isinstance(entry.at, datetime) and entry.at.tzinfo is None


def _told(
    machine: Machine, given: list[Input], entries: list[Input], left: list[tuple[int, InputError]]
) -> list[Refused]:
    """What was left out with its place among the inputs given, which is looked for only where something was."""
    refused = [
        Refused(entry, InputError("naive_instant", f"at: {entry.at.isoformat()} has no zone; add one"), number)
        for number, entry in enumerate(given if len(entries) < len(given) else ())
        if _is_naive(entry)
    ]
    if left:
        sound = [(number, entry) for number, entry in enumerate(given) if not _is_naive(entry)]
        zones, first = _Zones(machine, given), _first_places(given)
        sound.sort(key=lambda pair: zones.instant(pair[1].at, first[pair[0]]))
        refused += [Refused(entries[place], error, sound[place][0]) for place, error in left]
    return refused
