"""Histories: one account's inputs, folded into a snapshot and records (rule R3).

Inputs may come in any order, and a plain date as ``at`` means its first instant in the zone that the account has then.
So before they can be sorted, the inputs that change the zone have to be found, whose dates may be plain themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from journeykit.dates import UTC
from journeykit.engine.fold import Fold, TracedFold
from journeykit.engine.future import check_not_after
from journeykit.engine.inputs import EVERY_ACCOUNT, Input, checked, instant_of
from journeykit.engine.logs import log_records, log_refusals
from journeykit.engine.records import Record
from journeykit.engine.trace import Trace
from journeykit.errors import InputError
from journeykit.journey.account_text import history_in_one_line, history_text
from journeykit.journey.far_inputs import far_begin
from journeykit.journey.input_sources import LeftOut, Source, read_all
from journeykit.journey.log import Log
from journeykit.journey.log_order import Zones, first_places, in_order, is_naive, opened_first
from journeykit.machine.machine import Machine
from journeykit.machine.snapshot import Snapshot

__all__ = ["History", "Refused", "Until", "replay", "replay_among"]

Until = datetime | date | str | None
"""An aware instant, a date, or either as ISO text; None to stop at the last input."""


class Refused(NamedTuple):
    """An input that was left out, and why.

    Attributes:
        input: the input as it was given; for the passing of time up to ``until``, a ``tick``; None where it could not
            be read.
        error: the refusal, with its ``code`` and message.
        number: its place among the lines or items given, from 0, empty lines counted; None for the passing of time up
            to ``until``.
        raw: the line of text, mapping or whatever else it came as, where it could not be read; else None.
    """

    input: Input | None
    error: InputError
    number: int | None
    raw: Any = None


class History(NamedTuple):
    """One account's journey so far, as :func:`journeykit.replay` returns it.

    Attributes:
        account: the account's id; empty if no input names one.
        machine: the machine that moved it.
        inputs: the inputs that were taken, in order; each delivered id once, dates made instants.
        snapshot: the account's snapshot; None if it never began.
        records: the records of what happened, in order (rule R14).
        refused: the inputs that were left out, each a :class:`Refused` with ``input``, ``error``, ``number`` and
            ``raw``; first those that could not be read.
    """

    account: str
    machine: Machine
    inputs: tuple[Input, ...]
    snapshot: Snapshot | None
    records: tuple[Record, ...]
    refused: tuple[Refused, ...]

    def __repr__(self) -> str:
        return history_in_one_line(self)

    def __str__(self) -> str:
        return history_text(self)


def replay(
    machine: Machine,
    inputs: Source,
    *,
    until: Until = None,
    not_after: datetime | None = None,
    trace: Trace | None = None,
) -> History:
    """Fold inputs of one account, in order of ``at``, into its history.

    An input that is refused is left out, and the account goes on. The result equals that of a live journey after the
    same inputs. A replay writes on subjects of its own instead of copying them for each input, so it is faster than
    :func:`journeykit.step` in a loop.

    Args:
        machine: the machine of the account's profile.
        inputs: the inputs of one account, in any order. Those of one instant keep theirs in a list or tuple of
            ``Input`` objects, which is a log; of what is read (a file, lines, mappings, what ``read_inputs`` gave), a
            ``begin`` goes first in its instant, and an ``open`` before what speaks of its subject. Repeated deliveries
            of one id count once. Whatever means inputs is taken, as by :func:`journeykit.read_inputs`; what of it
            cannot be read is among ``refused``.
        until: let time pass up to this instant after the last input; inputs after it are not looked at. An aware
            datetime, or a date, which means its first instant in the account's zone, or either as ISO text.
        not_after: inputs after this instant, an aware datetime, are refused as ``in_the_future``. Whatever is given, so
            are those too far after the account's present, at their turn, and a ``begin`` too far after the other inputs
            (rule R15).
        trace: is told what the journey was asked, where it went, and what its timers did.

    Raises:
        InputError: ``naive_instant``: ``until`` or ``not_after`` has no zone. ``bad_shape``: ``until`` is neither
            instant nor date, or ``inputs`` cannot mean inputs.
    """
    return replay_among(machine, inputs, until, not_after, None, trace)


def replay_among(
    machine: Machine,
    inputs: Source,
    until: Until,
    not_after: datetime | None,
    middle: datetime | None,
    trace: Trace | None = None,
) -> History:
    """Replay one of many accounts as :func:`replay` does; ``middle`` is the instant in the middle of all their inputs.

    Raises:
        InputError: as :func:`replay` does.
    """
    end = None if until is None else instant_of(until, "until")
    check_not_after(not_after)
    unread: list[LeftOut] = []
    given, lines = read_all(inputs, unread)
    foreign = not (isinstance(inputs, list | tuple) and all(isinstance(one, Input) for one in inputs))
    history = _replayed(machine, given, end, not_after, middle, trace, foreign=foreign)
    log_records(history.records)
    log_refusals(history.account, [left.error for left in unread] + [refused.error for refused in history.refused])
    if not unread and not history.refused:
        return history
    refused = [Refused(None, left.error, left.line and left.line - 1, left.raw) for left in unread]
    for one in history.refused:
        if one.number is None:
            refused.append(one)
        else:
            refused.append(Refused(given[one.number], one.error, lines[one.number] - 1))
    return history._replace(refused=tuple(refused))


def _replayed(
    machine: Machine,
    given: Sequence[Input],
    until: datetime | date | None,
    not_after: datetime | None,
    middle: datetime | None,
    trace: Trace | None,
    *,
    foreign: bool,
) -> History:
    account = next((entry.account for entry in given if entry.account != EVERY_ACCOUNT), "")
    if until is not None and not isinstance(until, datetime):
        until = Zones(machine, given).instant(until, len(given))
    # Nearly all instants are in UTC; asking for that first saves a call for each of them.
    sound = [
        entry for entry in given if not isinstance(entry.at, datetime) or entry.at.tzinfo is UTC or not is_naive(entry)
    ]
    log = Log()
    fold = Fold(machine, log.inputs, not_after)
    if trace is not None:
        fold = TracedFold(machine, log.inputs, not_after, trace=trace)
    entries = in_order(machine, sound, foreign=foreign)
    left = _fold_in(fold, log, entries, until, middle)
    refused = _told(machine, given, entries, left, foreign=foreign)
    if until is not None and fold.now is not None and until > fold.now:
        tick = Input("tick", account, until)
        try:
            fold.take(tick)
        except InputError as refusal:
            refused.append(Refused(tick, refusal, None))
    return History(account, machine, tuple(log.inputs), fold.finish(), tuple(fold.records), tuple(refused))


def _fold_in(
    fold: Fold, log: Log, entries: list[Input], until: datetime | None, middle: datetime | None
) -> list[tuple[int, InputError]]:
    """Take inputs in order, up to ``until``; return the places and refusals of those that were left out."""
    left: list[tuple[int, InputError]] = []
    far = far_begin(entries, middle)
    for place, entry in enumerate(entries):
        if until is not None and entry.at > until:
            break
        if entry.account == EVERY_ACCOUNT and fold.now is None:
            continue  # a feed that speaks for all accounts does not speak to one that has not begun
        if far is not None and place == far[0]:
            left.append(far)
            continue
        try:
            if entry.id not in log.by_id or not log.knows(entry):
                fold.take(entry)
                log.append(entry)
        except InputError as refusal:
            left.append((place, refusal))
        except (LookupError, TypeError, ValueError, AttributeError):
            misshapen = _misshapen(entry)
            if misshapen is None:
                raise
            left.append((place, misshapen))
    return left


def _misshapen(entry: Input) -> InputError | None:
    """Return the refusal of an input made by hand that lacks what its kind needs.

    It is asked for when something went wrong, so that inputs that were parsed are not checked twice.
    """
    try:
        checked(entry)
    except InputError as refusal:
        return refusal
    return None


def _told(
    machine: Machine, given: Sequence[Input], entries: list[Input], left: list[tuple[int, InputError]], *, foreign: bool
) -> list[Refused]:
    """Return what was left out, each with its place among the inputs given.

    Places are lost in sorting. They are looked for here, so that only replays with refusals pay for it.
    """
    refused = [
        Refused(entry, InputError("naive_instant", f"at: {entry.at.isoformat()} has no zone; add one"), number)
        for number, entry in enumerate(given if len(entries) < len(given) else ())
        if is_naive(entry)
    ]
    if left:
        sound = [(number, entry) for number, entry in enumerate(given) if not is_naive(entry)]
        zones, first = Zones(machine, given), first_places(given)
        sound.sort(key=lambda pair: zones.instant(pair[1].at, first[pair[0]]))
        if foreign:
            instants = [(number, entry._replace(at=zones.instant(entry.at, first[number]))) for number, entry in sound]
            sound = [sound[place] for place in opened_first([entry for _, entry in instants])]
        refused += [Refused(entries[place], error, sound[place][0]) for place, error in left]
    return refused
