"""The stepping: one input in, a snapshot and records out. The rules are told in full in
``docs/explanation/rules.md``; in short:

R1  Inputs are past-tense facts.                      -> ``inputs``, ``taking``
R2  The core is pure; a refusal changes nothing.      -> here; ``Snapshot.writable`` is the one door to writing
R3  The truth is the log; a snapshot is its fold.     -> ``history``
R4  Positions are (region, subject) -> path.          -> ``snapshot``, ``work.touch``
R5  Choosing: all guards first, then all moves.       -> ``rest``
R6  Steps, branches, what is left and entered.        -> ``machine``, ``places.relocate``
R7  Gates: criteria, words, handoff, in any order.    -> ``taking``, ``rest``
R8  Old evidence is asked again; terms start afresh.  -> ``given.unmask``, ``terms``
R9  Timers are level-triggered and fire in order.     -> ``timers``
R10 Due dates are computed, never copied.             -> ``due``
R11 Milestones, late starts, slips, amendments.       -> ``timers``, ``terms``
R12 Opening, closing, reactions.                      -> ``places``, ``rest``
R13 Placing and waiving by hand.                      -> ``taking``
R14 Records are frozen and have stable ids.           -> ``records``
R15 An input before the present is refused.           -> here
R16 A machine is immutable and shared.                -> ``machine``

What does not belong here: clocks, files, ids of inputs (the shell's), and any word of one segment.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from journeykit.dates import UTC, first_instant, zone
from journeykit.engine import microsteps as rest
from journeykit.engine.inputs import EVERY_ACCOUNT, Input, fit_for_an_id
from journeykit.engine.intake import TAKERS, begin_subjects
from journeykit.engine.macrostep import Macrostep
from journeykit.engine.records import Record
from journeykit.engine.timers import fire_due
from journeykit.errors import InputError
from journeykit.machine.machine import Machine
from journeykit.machine.snapshot import SETTLED, Frame, Snapshot

__all__ = ["Outcome", "begin", "step", "take"]


class Outcome(NamedTuple):
    """What one step yields: the new snapshot, and the records of what happened, in order."""

    snapshot: Snapshot
    records: tuple[Record, ...]


def step(machine: Machine, snapshot: Snapshot | None, entry: Input) -> Outcome:
    """Take one input. Pure: the given snapshot stays as it is, whatever happens.

    Args:
        machine: the machine of the profile that the journey began with.
        snapshot: where the account stands, or None when ``entry`` is its ``begin``.
        entry: what happened. A plain date as ``at`` means its first instant in the account's zone.

    Raises:
        InputError: the input was refused; the message says what, what was expected and what to do.
        SnapshotError: the snapshot belongs to a machine of another meaning.
    """
    records: list[Record] = []
    if snapshot is None:
        snapshot = begin(machine, entry, records)
        snapshot.fresh = SETTLED
        return Outcome(snapshot, tuple(records))
    if snapshot.frame.fingerprint != machine.fingerprint:
        raise machine.other_meaning(repr(snapshot.account), repr(snapshot.profile))
    snapshot = snapshot.copy()
    take(Macrostep(machine, snapshot, records), entry)
    snapshot.fresh = SETTLED
    return Outcome(snapshot, tuple(records))


def begin(machine: Machine, entry: Input, records: list[Record]) -> Snapshot:
    """The first snapshot of an account."""
    if entry.kind != "begin":
        raise InputError(
            "unknown_account", f"account {entry.account!r} has not begun; the first input must be its begin"
        )
    if not fit_for_an_id(entry.account):
        raise InputError(
            "bad_shape", f"account: {entry.account!r} has characters that cannot be printed, or is too long"
        )
    profile = machine.profile
    zone_name = entry.data.get("timezone") or profile.timezone
    try:
        zone_info = zone(zone_name)
    except ValueError as fault:
        raise InputError("bad_shape", f"timezone: {fault}") from None
    at = entry.at if isinstance(entry.at, datetime) else first_instant(entry.at, zone_info)
    attributes = dict(entry.data.get("attributes") or {})
    frame = Frame(entry.account, profile.name, machine.fingerprint, zone_name, zone_info, _aware(at), attributes)
    snapshot = Snapshot(frame)
    macro = Macrostep(machine, snapshot, records)
    macro.begin(entry)
    begin_subjects(macro)
    rest.run(macro)
    if snapshot.due is not None and snapshot.due <= snapshot.now:
        fire_due(macro, snapshot.now)
    return snapshot


def take(macro: Macrostep, entry: Input) -> None:
    """Take one input into the work's own state: time first, then what the input says, then rest, then what fell due
    by it.
    """
    snapshot = macro.snapshot
    at = entry.at
    if not isinstance(at, datetime):
        at = first_instant(at, snapshot.zone)
    elif at.tzinfo is not UTC:
        at = _aware(at)
    if at < snapshot.now:
        raise InputError(
            "time_runs_back",
            f"at: {at.isoformat()} is before the journey's present, {snapshot.now.isoformat()}; "
            "late inputs are refused",
        )
    taker = TAKERS.get(entry.kind)
    if taker is None:
        raise InputError("unknown_kind", f"kind: expected one of {', '.join(TAKERS)}, found {entry.kind!r}")
    if entry.account != snapshot.frame.account and (entry.account, entry.kind) != (EVERY_ACCOUNT, "feed"):
        raise InputError(
            "unknown_account", f"account: {entry.account!r} is not this journey's, {snapshot.frame.account!r}"
        )
    due = snapshot.due
    if due is not None and due <= at:
        fire_due(macro, at)
    snapshot.now = at
    macro.begin(entry)
    taker(macro, entry)
    rest.run(macro)
    due = snapshot.due
    if due is not None and due <= at:
        fire_due(macro, at)


def _aware(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise InputError("naive_instant", f"at: {at.isoformat()} has no time zone; add one, such as Z or +02:00")
    return at.astimezone(UTC)
