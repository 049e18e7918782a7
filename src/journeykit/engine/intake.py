"""Taking inputs in: each is checked whole before anything is written, then written (rules R1, R7, R12 and R13)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from journeykit.dates import zone
from journeykit.engine.by_hand import place, take_waiver_back, waive
from journeykit.engine.cadences import anchor_of
from journeykit.engine.evidence import give_fact, give_word, hear_signal, take_word_back
from journeykit.engine.feeds import hear_carriers, hear_feed
from journeykit.engine.handoffs import take_handoff
from journeykit.engine.inputs import EVERY_ACCOUNT, Input, fit_for_an_id
from journeykit.engine.macrostep import Work
from journeykit.engine.refusals import given_by, of_kind, role_of, unknown
from journeykit.engine.subjects import close, open_subject, start_tracks
from journeykit.engine.terms import begin_term
from journeykit.errors import InputError
from journeykit.language.expressions.tree import ACCOUNT
from journeykit.machine.fact_values import OutOfRangeError

__all__ = ["TAKERS", "begin_subjects"]


def _facts(work: Work, raw: Mapping[str, Any], kind: str) -> list[tuple[str, Any]]:
    """The facts of an input as values, all checked before any is written."""
    machine = work.machine
    checks = machine.checks_of[kind]
    try:
        found = [(name, checks[name](value)) for name, value in raw.items()]
    except (KeyError, ValueError):
        found = []
    if len(found) != len(raw):
        raise _bad_fact(work, raw, kind)
    if len(found) > 1 and machine.countdown is not None:
        # an input says everything at once: what the dates are counted by comes before the end, the end before what
        # follows it, and all of these before notice
        countdown = machine.countdown
        last = {countdown.end: 1, countdown.ending_fact: 2, countdown.given_by: 3}
        found.sort(key=lambda fact: last.get(fact[0], 0))
    return found


def _bad_fact(work: Work, raw: Mapping[str, Any], kind: str) -> InputError:
    """The refusal that names the first fact that is wrong, and what it may be."""
    rules = work.machine.profile.facts
    for name, value in raw.items():
        if name not in rules:
            return unknown("facts", name, [known for known, rule in rules.items() if rule.kind == kind])
        try:
            of_kind(work, "fact", name, rules[name].kind, kind)
            work.machine.checks[name](value)
        except InputError as refusal:
            return refusal
        except OutOfRangeError as fault:
            return InputError("out_of_range", f"fact {name!r}: {fault}")
        except ValueError as fault:
            return InputError("wrong_type", f"fact {name!r}: {fault}")
    raise AssertionError(f"no fact of {raw!r} is wrong")


def _observe(work: Work, entry: Input) -> None:
    state = work.state
    row = state.rows.get(entry.subject) or work.row(entry.subject)
    facts = _facts(work, entry.data["facts"], row.kind)
    if work.machine.carried:
        hear_carriers(work, entry.data["facts"])
    row = state.writable(row)
    for name, value in facts:
        give_fact(work, row, name, value)


def _open(work: Work, entry: Input) -> None:
    state = work.state
    kind, _, ident = entry.subject.partition(":")
    kinds = work.machine.profile.kinds
    if not fit_for_an_id(entry.subject):
        raise InputError(
            "bad_shape", f"subject: {entry.subject!r} has characters that cannot be printed, or is too long"
        )
    if kind not in kinds or kind == ACCOUNT or not ident:
        raise unknown("subject", entry.subject, [f"{name}:..." for name in kinds if name != ACCOUNT])
    if entry.subject in state.rows or entry.subject in state.closed:
        raise InputError("subject_taken", f"subject: {entry.subject!r} was opened before; ids are not used twice")
    facts = _facts(work, entry.data.get("facts", {}), kind)
    renewals = entry.data.get("renewals", 0)
    term_kind = work.machine.profile.term_kind
    if "renewals" in entry.data and (term_kind is None or kind != term_kind.name):
        raise InputError("wrong_subject", f"renewals: {entry.subject!r} has no terms; only a contract's are counted")
    hear_carriers(work, entry.data.get("facts", {}))
    row = open_subject(work, entry.subject, None, renewals)
    assert row is not None
    for name, value in facts:
        give_fact(work, row, name, value)
    start_tracks(work, row)


def _close(work: Work, entry: Input) -> None:
    row = work.row(entry.subject)
    if row.kind == ACCOUNT:
        raise InputError("wrong_subject", "subject: the account itself cannot be closed")
    into = entry.data.get("into")
    if into is not None and (work.row(into).kind != row.kind or into == row.key):
        raise InputError("wrong_subject", f"into: {row.key!r} goes on in another {row.kind}, not in {into!r}")
    close(work, row, entry.data.get("reason"), into)


def _signal(work: Work, entry: Input) -> None:
    name = entry.data["signal"]
    signal = work.machine.profile.signals.get(name)
    if signal is None:
        raise unknown("signal", name, work.machine.profile.signals)
    row = work.row(entry.subject)
    of_kind(work, "signal", name, signal.kind, row.kind)
    for key, value in entry.data.get("carries", {}).items():
        if key not in signal.carries:
            raise unknown(f"signal {name!r} carries", key, signal.carries)
        if not _fits(value, signal.carries[key]):
            raise InputError(
                "wrong_type", f"signal {name!r} carries {key}: expected {signal.carries[key]}, found {value!r}"
            )
    if signal.feed is not None:
        hear_feed(work, signal.feed)
    hear_signal(work, work.state.writable(row), name)


def _fits(value: object, type_name: str) -> bool:
    if type_name in ("number", "share", "money"):
        return isinstance(value, int | float) and not isinstance(value, bool)
    if type_name == "integer":
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, bool if type_name == "boolean" else str)


def _confirm(work: Work, entry: Input) -> None:
    profile = work.machine.profile
    name = entry.data["confirmation"]
    word = profile.confirmations.get(name)
    if word is None:
        raise unknown("confirmation", name, profile.confirmations)
    by = role_of(work, entry)
    if by not in word.by:
        raise InputError("wrong_role", f"by: {name!r} is for {' or '.join(word.by)} to say, not for {by}")
    row = work.row(entry.subject)
    of_kind(work, "confirmation", name, word.kind, row.kind)
    give_word(work, work.state.writable(row), name, by, entry.data.get("evidence"))


def _retract(work: Work, entry: Input) -> None:
    profile = work.machine.profile
    by = role_of(work, entry)
    name = entry.data.get("confirmation")
    if name is None:
        take_waiver_back(work, entry, entry.data["criterion"], by)
        return
    if name not in profile.confirmations:
        raise unknown("confirmation", name, profile.confirmations)
    row = work.row(entry.subject)
    of_kind(work, "confirmation", name, profile.confirmations[name].kind, row.kind)
    given_by(row.words.get(name), name, by)
    row = work.state.writable(row)
    work.record("retracted", row.key, None, name, data={"by": by})
    take_word_back(work, row, name)


def _term(work: Work, entry: Input) -> None:
    row = work.row(entry.subject)
    if row.term is None:
        raise InputError("wrong_subject", f"subject: {row.key!r} has no terms; only a contract's can begin")
    begin_term(work, work.state.writable(row))


def _feed(work: Work, entry: Input) -> None:
    """A heartbeat. One for all accounts concerns only those whose profile knows the feed."""
    name = entry.data["feed"]
    if name in work.machine.profile.feeds:
        hear_feed(work, name)
    elif entry.account != EVERY_ACCOUNT:
        raise unknown("feed", name, work.machine.profile.feeds)


def _zone(work: Work, entry: Input) -> None:
    """The account counts its days in another zone: dates to come fall due there, what was stays as it was."""
    state, name = work.state, entry.data["timezone"]
    try:
        found = zone(name)
    except ValueError as fault:
        raise InputError("bad_shape", f"timezone: {fault}") from None
    for row in list(state.rows.values()):
        if row.config.kind.cadences:  # their anchors stay the days they were
            kept = {table.ident: anchor_of(state, row, table.ident) for table in row.config.kind.cadences}
            state.writable(row).beats = kept
    work.record("amended", ACCOUNT, None, "timezone", data={"from": state.frame.zone_name, "to": name})
    state.frame = state.frame._replace(zone_name=name, zone=found)
    for row in state.rows.values():
        work.look_again(row)
        work.redue.add(row.key)


def _tick(work: Work, entry: Input) -> None:
    """Nothing but time; that was attended to before."""


def begin_subjects(work: Work) -> None:
    """The account itself, and the subjects that every account starts with."""
    row = open_subject(work, ACCOUNT, None)
    assert row is not None
    work.state.account_row = row
    opened = [row]
    for kind in work.machine.profile.kinds.values():
        if kind.opens_with is not None:
            other = open_subject(work, f"{kind.name}:{kind.opens_with}", None)
            assert other is not None
            opened.append(other)
    for each in opened:
        start_tracks(work, each)


def _begin(work: Work, entry: Input) -> None:  # noqa: ARG001 -- every taker takes both
    raise InputError("already_begun", f"account {entry.account!r} has begun before; a journey begins once")


TAKERS: dict[str, Callable[[Work, Input], None]] = {
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
