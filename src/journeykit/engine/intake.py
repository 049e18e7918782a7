"""Take inputs in: each is checked whole, and only then written (rules R1, R7, R12 and R13).

That nothing is written before all is checked is more than tidiness: a fold relies on it to go on after a refusal
without folding the account anew (see ``fold``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from journeykit.dates import zone
from journeykit.engine.by_hand import place, take_waiver_back, waive
from journeykit.engine.cadences import anchor_of
from journeykit.engine.contracts.date_checks import check_dates
from journeykit.engine.contracts.terms import begin_term
from journeykit.engine.echoes import check_term, give_facts, is_echo, repeat
from journeykit.engine.evidence import give_confirmation, hear_signal, take_confirmation_back
from journeykit.engine.feeds import hear_carriers, hear_feed
from journeykit.engine.handoffs import take_handoff
from journeykit.engine.inputs import EVERY_ACCOUNT, Input, fit_for_an_id
from journeykit.engine.macrostep import Macrostep
from journeykit.engine.refusals import free_text, given_by, of_kind, role_of, unknown
from journeykit.engine.subjects import close, open_subject, start_tracks
from journeykit.errors import InputError
from journeykit.foreign_values import found
from journeykit.language.expressions.tree import ACCOUNT
from journeykit.machine.fact_checks import OutOfRangeError, UnfitTextError, value_check
from journeykit.machine.snapshot import Subject

__all__ = ["TAKERS", "begin_subjects"]

_MOST_RENEWALS = 1_000
"""How often a contract can have been renewed before it was opened: by the month, for 83 years."""


def _facts(
    macro: Macrostep, raw: Mapping[str, Any], kind: str, key: str, subject: Subject | None
) -> list[tuple[str, Any]]:
    """Return the facts of an input as values, all of them checked, in the order in which they are to be written.

    ``key`` is the subject's; ``subject`` is None where this input opens it.
    """
    machine = macro.machine
    checks = machine.checks_of[kind]
    try:
        found = [(name, checks[name](value)) for name, value in raw.items()]
    except (KeyError, ValueError):
        found = []
    if len(found) != len(raw):
        raise _bad_fact(macro, raw, kind)
    if found and machine.countdown is not None and kind == machine.countdown.kind:
        check_dates(macro, key, subject, found)
    if len(found) > 1 and machine.countdown is not None:
        # All facts of one input are taken together, whatever their order (R1), so they are written by what needs
        # what. An end is amended by the dates counted from it: what these are counted by comes before it. Then comes
        # what follows the end, and notice last: whether it is late, and whether it sets an end, hangs on all of these.
        countdown = machine.countdown
        last = {countdown.end: 1, countdown.ending_fact: 2, countdown.given_by: 3}
        found.sort(key=lambda fact: last.get(fact[0], 0))
    return found


def _bad_fact(macro: Macrostep, raw: Mapping[str, Any], kind: str) -> InputError:
    """Return the refusal of the first fact that is wrong, which says what it may be."""
    rules = macro.machine.profile.facts
    for name, value in raw.items():
        if name not in rules:
            return unknown("facts", name, [known for known, rule in rules.items() if rule.kind == kind])
        try:
            of_kind(macro, "fact", name, rules[name].kind, kind)
            macro.machine.checks[name](value)
        except InputError as refusal:
            return refusal
        except ValueError as fault:
            return InputError(_code(fault), f"fact {name!r}: {fault}")
    raise AssertionError(f"no fact of {raw!r} is wrong")


def _observe(macro: Macrostep, entry: Input) -> None:
    snapshot = macro.snapshot
    subject = snapshot.subjects.get(entry.subject) or macro.subject(entry.subject)
    facts = _facts(macro, entry.data["facts"], subject.kind, subject.key, subject)
    of_term = entry.data.get("term")
    if of_term is not None:
        of_term = check_term(macro, subject, of_term, dict(facts))
    if macro.machine.carried:
        hear_carriers(macro, entry.data["facts"])
    give_facts(macro, snapshot.writable(subject), facts, of_term)


def _open(macro: Macrostep, entry: Input) -> None:
    snapshot = macro.snapshot
    kind, _, ident = entry.subject.partition(":")
    kinds = macro.machine.profile.kinds
    if not fit_for_an_id(entry.subject):
        raise InputError(
            "bad_shape", f"subject: {entry.subject!r} has characters that cannot be printed, or is too long"
        )
    if kind not in kinds or kind == ACCOUNT or not ident:
        raise unknown("subject", entry.subject, [f"{name}:..." for name in kinds if name != ACCOUNT])
    if entry.subject in snapshot.subjects or entry.subject in snapshot.closed:
        way_on = "observe it" if entry.subject in snapshot.subjects else "it is closed, so open another under a new id"
        raise InputError("subject_taken", f"subject: {entry.subject!r} was opened before; {way_on}")
    facts = _facts(macro, entry.data.get("facts", {}), kind, entry.subject, None)
    renewals = entry.data.get("renewals", 0)
    term_kind = macro.machine.profile.term_kind
    if "renewals" in entry.data and (term_kind is None or kind != term_kind.name):
        raise InputError("wrong_subject", f"renewals: {entry.subject!r} has no terms; only a contract's are counted")
    if type(renewals) is not int or renewals < 0:
        raise InputError("bad_shape", f"renewals: expected a whole number from 0 on, found {found(renewals)}")
    if renewals > _MOST_RENEWALS:
        raise InputError(
            "out_of_range", f"renewals: more than {_MOST_RENEWALS:,} cannot be meant; say how many terms there were"
        )
    hear_carriers(macro, entry.data.get("facts", {}))
    subject = open_subject(macro, entry.subject, None, renewals)
    assert subject is not None
    give_facts(macro, subject, facts)
    start_tracks(macro, subject)


def _close(macro: Macrostep, entry: Input) -> None:
    subject = macro.subject(entry.subject)
    if subject.kind == ACCOUNT:
        raise InputError("wrong_subject", "subject: the account itself cannot be closed")
    into = entry.data.get("into")
    if into is not None and (macro.subject(into, "into").kind != subject.kind or into == subject.key):
        raise InputError("wrong_subject", f"into: {subject.key!r} goes on in another {subject.kind}, not in {into!r}")
    close(macro, subject, free_text(entry, "reason"), into)


def _signal(macro: Macrostep, entry: Input) -> None:
    name = entry.data["signal"]
    signal = macro.machine.profile.signals.get(name)
    if signal is None:
        raise unknown("signal", name, macro.machine.profile.signals)
    subject = macro.subject(entry.subject)
    of_kind(macro, "signal", name, signal.kind, subject.kind)
    for key, value in entry.data.get("carries", {}).items():
        if key not in signal.carries:
            raise unknown(f"signal {name!r} carries", key, signal.carries)
        try:
            value_check(signal.carries[key])(value)
        except ValueError as fault:
            raise InputError(_code(fault), f"signal {name!r} carries {key}: {fault}") from None
    if signal.feed is not None:  # before the signal: what a feed brings is judged with the feed up
        hear_feed(macro, signal.feed)
    hear_signal(macro, macro.snapshot.writable(subject), name)


def _code(fault: ValueError) -> str:
    """Return the code with which a value is refused."""
    if isinstance(fault, OutOfRangeError):
        return "out_of_range"
    return "bad_shape" if isinstance(fault, UnfitTextError) else "wrong_type"


def _confirm(macro: Macrostep, entry: Input) -> None:
    profile = macro.machine.profile
    name = entry.data["confirmation"]
    confirmation = profile.confirmations.get(name)
    if confirmation is None:
        raise unknown("confirmation", name, profile.confirmations)
    by = role_of(macro, entry)
    if by not in confirmation.by:
        raise InputError("wrong_role", f"by: {name!r} is for {' or '.join(confirmation.by)} to say, not for {by}")
    subject = macro.subject(entry.subject)
    of_kind(macro, "confirmation", name, confirmation.kind, subject.kind)
    of_term = entry.data.get("term")
    if of_term is not None:
        of_term = check_term(macro, subject, of_term, {name: True})
    evidence = free_text(entry, "evidence")
    subject = macro.snapshot.writable(subject)
    if confirmation.per_term and subject.term is not None and is_echo(macro, subject, name, True, of_term):
        repeat(macro, subject, name, by, of_term)
    else:
        give_confirmation(macro, subject, name, by, evidence)


def _retract(macro: Macrostep, entry: Input) -> None:
    profile = macro.machine.profile
    by = role_of(macro, entry)
    name = entry.data.get("confirmation")
    if name is None:
        take_waiver_back(macro, entry, entry.data["criterion"], by)
        return
    if name not in profile.confirmations:
        raise unknown("confirmation", name, profile.confirmations)
    subject = macro.subject(entry.subject)
    of_kind(macro, "confirmation", name, profile.confirmations[name].kind, subject.kind)
    given_by(subject.confirmations.get(name), name, by)
    subject = macro.snapshot.writable(subject)
    macro.record("retracted", subject.key, None, name, data={"by": by})
    take_confirmation_back(macro, subject, name)


def _term(macro: Macrostep, entry: Input) -> None:
    subject = macro.subject(entry.subject)
    if subject.term is None:
        raise InputError("wrong_subject", f"subject: {subject.key!r} has no terms; only a contract's can begin")
    begin_term(macro, macro.snapshot.writable(subject))


def _feed(macro: Macrostep, entry: Input) -> None:
    """Take a heartbeat; one for all accounts (``*``) concerns only those whose profile has the feed."""
    name = entry.data["feed"]
    if name in macro.machine.profile.feeds:
        hear_feed(macro, name)
    elif entry.account != EVERY_ACCOUNT:
        raise unknown("feed", name, macro.machine.profile.feeds)


def _zone(macro: Macrostep, entry: Input) -> None:
    """Count the account's days in another zone from now on: dates to come fall due there, what was stays (R9)."""
    snapshot, name = macro.snapshot, entry.data["timezone"]
    try:
        found = zone(name)
    except ValueError as fault:
        raise InputError("bad_shape", f"timezone: {fault}") from None
    for subject in list(snapshot.subjects.values()):
        # Anchors stay the days they were. One that follows from the opening would be another day in the new zone, so
        # it is written down before the zone changes.
        if subject.config.kind.cadences:
            kept = {table.ident: anchor_of(snapshot, subject, table.ident) for table in subject.config.kind.cadences}
            snapshot.writable(subject).cadences = kept
    macro.record("amended", ACCOUNT, None, "timezone", data={"from": snapshot.frame.zone_name, "to": name})
    snapshot.frame = snapshot.frame._replace(zone_name=name, zone=found)
    for subject in snapshot.subjects.values():
        macro.look_again(subject)
        macro.redue.add(subject.key)


def _tick(macro: Macrostep, entry: Input) -> None:
    """Take in nothing: a tick is only time, and what fell due by it has fired already."""


def begin_subjects(macro: Macrostep) -> None:
    """Open the account itself and the subjects that every account starts with, then start their tracks."""
    subject = open_subject(macro, ACCOUNT, None)
    assert subject is not None
    macro.snapshot.account_subject = subject
    opened = [subject]
    for kind in macro.machine.profile.kinds.values():
        if kind.opens_with is not None:
            other = open_subject(macro, f"{kind.name}:{kind.opens_with}", None)
            assert other is not None
            opened.append(other)
    for each in opened:
        start_tracks(macro, each)


def _begin(macro: Macrostep, entry: Input) -> None:  # noqa: ARG001 -- every taker takes both
    raise InputError("already_begun", f"account {entry.account!r} has begun before; a journey begins once")


TAKERS: dict[str, Callable[[Macrostep, Input], None]] = {
    "begin": _begin,
    "open": _open,
    "close": _close,
    "observe": _observe,
    "signal": _signal,
    "confirm": _confirm,
    "retract": _retract,
    "handoff": take_handoff,
    "place": place,
    "waive": waive,
    "term": _term,
    "feed": _feed,
    "zone": _zone,
    "tick": _tick,
}
"""The function that takes each kind of input; it refuses with ``InputError`` before it writes."""
