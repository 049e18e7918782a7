"""What inputs give: facts, words and signals, and what being given sets off besides (rules R8, R11 and R12)."""

from __future__ import annotations

from typing import Any

from journeykit.dates import shift
from journeykit.engine.contracts.amendments import observe_end, observe_start
from journeykit.engine.contracts.notice import give_notice, heed_notice
from journeykit.engine.macrostep import Macrostep
from journeykit.language.expressions.tree import ACCOUNT
from journeykit.machine.entries import SEEN_AT, SINCE, VALUE, GivenConfirmation, HeardSignal
from journeykit.machine.snapshot import Subject

__all__ = ["give_confirmation", "give_fact", "hear_signal", "take_confirmation_back"]


def give_fact(macro: Macrostep, subject: Subject, name: str, value: Any) -> None:
    """A fact has this value now. The row is ours to write."""
    now = macro.snapshot.now
    old = subject.facts.get(name)
    stale_after = macro.machine.stale.get(name)
    revived = stale_after is not None and (old is None or shift(old[SEEN_AT], stale_after, macro.snapshot.zone) <= now)
    if old is not None and old[VALUE] == value:
        subject.facts[name] = (value, old[SINCE], now, macro.origin)
        if name in macro.machine.special:
            _given_again(macro, subject, name, value)
        if revived:
            macro.touch(name, subject, redue=True)
        return
    subject.facts[name] = (value, now, now, macro.origin)
    if name in macro.machine.special:
        _special_fact(macro, subject, name, value, None if old is None else old[VALUE])
    macro.touch(name, subject, redue=revived)


def _given_again(macro: Macrostep, subject: Subject, name: str, value: Any) -> None:
    count_again(macro, subject, name)
    if value is True:
        settle(macro, subject, name)
    countdown = macro.machine.countdown
    if countdown is not None and name == countdown.end and subject.kind == countdown.kind:
        observe_end(macro, subject, value, value)


def _special_fact(macro: Macrostep, subject: Subject, name: str, value: Any, old: Any) -> None:
    count_again(macro, subject, name)
    if value is True:
        settle(macro, subject, name)
    countdown = macro.machine.countdown
    if countdown is None:
        return
    if name == countdown.given_by:
        give_notice(macro, subject, given=value is True)
    if name in countdown.reads:
        if subject.kind == countdown.kind:
            if name == countdown.start:
                observe_start(macro, subject, value)
            elif name == countdown.end:
                observe_end(macro, subject, value, old)
            _count_anew(macro, subject, name)
        else:
            for other in list(macro.snapshot.subjects.values()):
                if other.kind == countdown.kind:
                    _count_anew(macro, macro.snapshot.writable(other), name)


def _count_anew(macro: Macrostep, subject: Subject, name: str) -> None:
    """Something changed by which the dates of a contract are counted."""
    countdown = macro.machine.countdown
    assert countdown is not None
    assert subject.term is not None
    subject.term = subject.term.but(plan=None)
    if name == countdown.ending_fact:
        heed_notice(macro, subject)
    macro.touch("#term", subject)


def count_again(macro: Macrostep, subject: Subject, name: str) -> None:
    """What was asked again is given anew: it counts again, in every track that had asked."""
    snapshot = macro.snapshot
    subjects = snapshot.subjects.values() if subject.kind == ACCOUNT else (subject,)
    for other in subjects:
        if other.asked_again and any(name in names for names in other.asked_again.values()):
            writable = snapshot.writable(other)
            writable.asked_again = {
                track: names - {name} for track, names in writable.asked_again.items() if names != {name}
            }
            macro.touch(name, other)
            if other is not subject:
                macro.look_again(other)


def settle(macro: Macrostep, subject: Subject, name: str) -> None:
    """Signals that this name settles are settled: this row's, or where the name is the account's everybody's."""
    snapshot = macro.snapshot
    for signal in macro.machine.settlers.get(name, ()):
        kind = macro.machine.profile.signals[signal].kind
        subjects = (
            [subject] if kind == subject.kind else [other for other in snapshot.subjects.values() if other.kind == kind]
        )
        for other in subjects:
            seen = other.signals.get(signal)
            if seen is not None and seen.unsettled:
                writable = snapshot.writable(other)
                writable.signals = {**writable.signals, signal: HeardSignal(seen.at, unsettled=False)}
                macro.touch(signal, writable)


def give_confirmation(macro: Macrostep, subject: Subject, name: str, by: str, evidence: str | None) -> None:
    """A word is given, for the first time or anew."""
    subject.confirmations = {**subject.confirmations, name: GivenConfirmation(macro.snapshot.now, by, evidence)}
    _after_giving(macro, subject, name)


def take_confirmation_back(macro: Macrostep, subject: Subject, name: str) -> None:
    """A word is taken back by whoever gave it."""
    subject.confirmations = {
        confirmation: said for confirmation, said in subject.confirmations.items() if confirmation != name
    }
    countdown = macro.machine.countdown
    if countdown is not None and name == countdown.given_by:
        give_notice(macro, subject, given=False)
    macro.touch(name, subject)


def hear_signal(macro: Macrostep, subject: Subject, name: str) -> None:
    """A signal is heard: it is present in the next microstep, and unsettled until something settles it."""
    subject.signals = {**subject.signals, name: HeardSignal(macro.snapshot.now, unsettled=True)}
    macro.signal = (name, subject.key)
    _after_giving(macro, subject, name)
    macro.touch(f">{name}", subject)
    if subject.kind == ACCOUNT:
        macro.touch(f">account.{name}", subject)


def _after_giving(macro: Macrostep, subject: Subject, name: str) -> None:
    machine = macro.machine
    if name in machine.special:
        count_again(macro, subject, name)
        settle(macro, subject, name)
        if machine.countdown is not None and name == machine.countdown.given_by:
            give_notice(macro, subject, given=True)
    macro.touch(name, subject)
