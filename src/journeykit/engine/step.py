"""Take one input and run the journey to rest. Start reading here: the table says where each rule lives.

The rules are told in full in ``docs/explanation/rules.md``. The places are names below ``journeykit``; a test asks that
every one of them exists.

R1   Inputs are past-tense facts.
       engine.inputs.parse_input, engine.intake.TAKERS; the values of facts: machine.fact_checks.fact_checks
       values from elsewhere, copied and looked through: foreign_values.Copier
       dates that cannot be meant: engine.contracts.date_checks.check_dates
       from files, lists and lines: journey.input_sources.read_inputs
R2   The core is pure; a refusal changes nothing.
       engine.step.step, machine.snapshot.Snapshot.writable, engine.fold.Fold.take; refusals: engine.refusals
R3   The truth is the log, in order of time.
       journey.log_order.in_order, journey.log.Log.knows, engine.fold.Fold
R4   Positions, and who hears a signal.
       machine.snapshot.Position, engine.macrostep.Macrostep.touch, machine.topics.criteria_reads
       a signal is heard: engine.evidence.hear_signal; who listens: machine.listeners.Listening
R5   Choosing: all guards first, then all moves.
       microsteps: engine.microsteps.run; order of choice: statechart.order_of_choice.order_of_choice
       moves that exclude one another: engine.choosing.choose; endless loops: engine.microsteps.LIMIT
       cooldowns: machine.cooldowns.cooldown; bands measured: engine.bands_and_held.measure
       held noted: engine.bands_and_held.note_held
       heard, and moved nobody: engine.microsteps._heard
R6   Steps, branches, what is left and entered.
       statechart.regions.Coordinator.plan, engine.transition.relocate; what is set back: engine.transition.undone
       a success gives way to the next step: language.resolve.next_steps.giving_way
       success: all: language.model.profile.Stage.is_success; a branch is over: machine.moves._Moves._branch
R7   Gates: criteria, confirmations, handoff, in any order.
       handoffs said: engine.handoffs.take_handoff; accepted: machine.moves._with_handoff
       ready and not_ready: engine.handoffs.look_at_gates; used up and left: engine.transition._forget_left
R8   Old evidence is asked again; terms start afresh.
       asks again: engine.asked_again.ask_again; given anew: engine.asked_again.count_again
       what was asked again is unknown: machine.criteria.known_values
       not given any more in the next term: engine.contracts.terms._ungive
       signals settled: engine.evidence.settle; the next term: engine.contracts.terms.begin_term
       its dates and their anchor: machine.next_term.end_after; echoes, new dates: engine.echoes.give_facts
R9   Timers are level-triggered and fire in order.
       engine.timers.fire_due, engine.timers.LIMIT; what turns by time: machine.criteria.turning_points.turns
       reached: machine.countdown.CountdownTable.reached; stale, lasting, quiet, seen: machine.criteria.freshness
       held for long enough: machine.criteria.held.held_test; feeds: engine.feeds; cadences: engine.cadences
       stuck, a feed down, a cadence: engine.timers._fire; another zone: engine.intake._zone
R10  Due dates are computed, never copied.
       engine.due_dates.next_due, engine.due_dates.timers_of
       by when a host must look: engine.due_dates.wakes_at; worklists: answers.due_list.upcoming
R11  Milestones, late starts, slips, amendments, notice, renewal, cover.
       dates of a term: machine.countdown.CountdownTable; late starts: engine.contracts.terms.start_countdown
       whether a date is there, applies and comes again: machine.timer.Timer
       a date of a term fires: engine.timers._fire_date; given in this window: engine.slips.given_at
       met in mid-life: engine.contracts.caught_up.catch_up
       what follows the end: machine.countdown.CountdownTable.rolls; the end stands: engine.contracts.terms.visit
       slips: engine.slips.missing; amendments and windows: engine.contracts.amendments.amend
       notice: engine.contracts.notice.give_notice; automatic renewal: engine.contracts.renewal.renewing_move
       covered, and grace: machine.cover_and_grace.covered
R12  Opening, closing, reactions.
       engine.subjects.open_subject, engine.subjects.open_templates, engine.subjects.react, engine.subjects.close
       when a reaction fires, and when it is cooling down: engine.microsteps._fires, machine.cooldowns.cooldown
       its names filled in: engine.subjects._fill
R13  Placing and waiving by hand.
       engine.by_hand.place, engine.by_hand.waive; a waived criterion counts: machine.criteria.waivers.waivable_test
       a waiver taken back: engine.by_hand.take_waiver_back
R14  Records are frozen and have stable ids.
       engine.records.Record, engine.macrostep.Macrostep.record
       a trace: engine.trace.Trace; what a step notes for it: engine.watching.watch_choice
R15  An input before the present is refused, and one far after it.
       engine.step.take, engine.future.refuse_far, engine.future.refuse_later
       a begin far after the other inputs of a replay: journey.far_inputs.far_begin
R16  A machine is immutable and shared; meaning has a fingerprint.
       machine.machine.Machine, machine.fingerprint.fingerprint, machine.machine.Machine.other_meaning

Clocks, files and the ids of inputs do not belong here (they are the shell's), nor does any term of one segment alone.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

from journeykit.dates import UTC, first_instant, zone
from journeykit.engine import microsteps
from journeykit.engine.future import SURELY_NEAR, refuse_far, refuse_later
from journeykit.engine.inputs import EVERY_ACCOUNT, Input, checked, fit_for_an_id
from journeykit.engine.intake import TAKERS, begin_subjects
from journeykit.engine.logs import log_records, log_refusals
from journeykit.engine.macrostep import Macrostep
from journeykit.engine.records import Record
from journeykit.engine.timers import fire_due
from journeykit.engine.trace import Trace
from journeykit.errors import InputError
from journeykit.foreign_values import Copier
from journeykit.machine.closures import by_position
from journeykit.machine.machine import Machine
from journeykit.machine.snapshot import SETTLED, Frame, Snapshot

__all__ = ["Outcome", "begin", "step", "take", "unlogged_step"]


class Outcome(NamedTuple):
    """The result of one step.

    Attributes:
        snapshot: the new snapshot.
        records: the records of what happened, in order.
        taken: the input as it was taken, which is what a host logs: its ``at`` an aware datetime in UTC, also where a
            date was said, and all else as given. Taken again in that order, such inputs give the same once more.
    """

    snapshot: Snapshot
    records: tuple[Record, ...]
    taken: Input


def step(
    machine: Machine,
    snapshot: Snapshot | None,
    entry: Input,
    *,
    not_after: datetime | None = None,
    trace: Trace | None = None,
) -> Outcome:
    """Take one input, and return the new snapshot with the records of what happened.

    Pure (rule R2): it reads no clock, and the given snapshot stays as it is, also when the input is refused. What it
    logs (``journeykit``) is no part of what it yields. What fell due before the input fires first, and its records come
    first (rule R9).

    Args:
        machine: the machine of the profile that the journey began with.
        snapshot: where the account stands, or None when ``entry`` is its ``begin``.
        entry: what happened. A plain date as ``at`` means its first instant in the account's zone.
        not_after: the latest instant, an aware datetime, at which it can have happened: a host that knows what time it
            is gives its own, with some room for clocks that run ahead. Whatever is given, an input more than 10 years
            after the journey's present is refused as ``in_the_future``, and a ``tick`` more than 100 (rule R15).
        trace: is told what the step asked, where it went, and what its timers did; nothing where the input is refused.

    Raises:
        InputError: the input was refused; the message says what, what was expected and what to do.
        SnapshotError: the snapshot belongs to a machine of another meaning.
    """
    try:
        outcome = unlogged_step(machine, snapshot, entry, not_after, trace)
    except InputError as refusal:
        log_refusals(entry.account if snapshot is None else snapshot.account, (refusal,))
        raise
    if outcome.records:
        log_records(outcome.records)
    return outcome


def unlogged_step(
    machine: Machine,
    snapshot: Snapshot | None,
    entry: Input,
    not_after: datetime | None = None,
    trace: Trace | None = None,
) -> Outcome:
    """Take one input as :func:`step` does, and log nothing: for what is only tried, and for those who log themselves.

    Raises:
        InputError: as :func:`step` does.
        SnapshotError: as :func:`step` does.
    """
    if snapshot is not None and snapshot.frame.fingerprint != machine.fingerprint:
        raise machine.other_meaning(repr(snapshot.account), repr(snapshot.profile))
    records: list[Record] = []
    told = 0 if trace is None else trace.mark()
    try:
        if snapshot is None:
            snapshot = begin(machine, entry, records, not_after, trace)
            at = snapshot.frame.began_at
        else:
            snapshot = snapshot.copy()
            at = take(Macrostep(machine, snapshot, records, trace), entry, not_after)
    except BaseException:  # an interrupt, too, may come half way
        if trace is not None:
            trace.back_to(told)
        raise
    snapshot.fresh = SETTLED
    if at is not entry.at:
        kind, account, _, ident, subject, data = entry
        entry = Input(kind, account, at, ident, subject, data)  # faster than _replace
    return by_position(Outcome, (snapshot, tuple(records), entry))


def begin(
    machine: Machine,
    entry: Input,
    records: list[Record],
    not_after: datetime | None = None,
    trace: Trace | None = None,
) -> Snapshot:
    """Return the first snapshot of an account, run to rest; what happened is added to ``records``, and to a trace.

    Raises:
        InputError: ``unknown_account`` where ``entry`` is no ``begin``; ``bad_shape`` of an account's id or a zone that
            is none; ``naive_instant``; ``in_the_future`` of one after ``not_after``.
    """
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
    at = _aware(entry.at if isinstance(entry.at, datetime) else first_instant(_day(entry), zone_info))
    if not_after is not None:
        refuse_later(at, not_after)
    attributes = Copier().copy(entry.data.get("attributes") or {}, "attributes")
    frame = Frame(entry.account, profile.name, machine.fingerprint, zone_name, zone_info, at, attributes)
    snapshot = Snapshot(frame)
    macro = Macrostep(machine, snapshot, records, trace)
    macro.begin(entry)
    begin_subjects(macro)
    microsteps.run(macro)
    if snapshot.due is not None and snapshot.due <= snapshot.now:
        fire_due(macro, snapshot.now)
    return snapshot


def take(macro: Macrostep, entry: Input, not_after: datetime | None = None) -> datetime:
    """Write one input into the snapshot of ``macro``, which may be written to; return its instant.

    In this order: what fell due before the input fires, what the input says is taken, the journey runs to rest, and
    what has fallen due by then fires. A refusal can leave the snapshot half written: ``step`` drops it then, and
    ``Fold`` mends it.

    Raises:
        InputError: the input was refused, by its shape, its time or what it says; or it never comes to rest.
    """
    snapshot = macro.snapshot
    at = entry.at
    if not isinstance(at, datetime):
        at = first_instant(_day(entry), snapshot.zone)
    elif at.tzinfo is not UTC:
        at = _aware(at)
    if at < snapshot.now:
        raise _late(at, snapshot.now)
    if at.year - snapshot.now.year >= SURELY_NEAR:
        refuse_far(entry.kind, at, snapshot.now, snapshot.zone)
    if not_after is not None:
        refuse_later(at, not_after)
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
    ident = entry.id
    try:
        if ident is not None and not ident.isprintable():
            checked(entry)
        taker(macro, entry)
    except (KeyError, TypeError, AttributeError):
        checked(entry)  # which says what is wrong with an input that was made by hand
        raise
    microsteps.run(macro)
    due = snapshot.due
    if due is not None and due <= at:  # such as the milestones of an end that was observed late
        fire_due(macro, at)
    return at


def _day(entry: Input) -> date:
    """Return the day of an input; one that was made by hand may hold anything."""
    at: object = entry.at
    return at if isinstance(at, date) else checked(entry).at


def _late(at: datetime, now: datetime) -> InputError:
    message = f"at: {at.isoformat()} is before the journey's present, {now.isoformat()}; late inputs are refused"
    return InputError("time_runs_back", message)


def _aware(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise InputError("naive_instant", f"at: {at.isoformat()} has no time zone; add one, such as Z or +02:00")
    return at.astimezone(UTC)
