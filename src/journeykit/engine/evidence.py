"""Take in what inputs give: facts, confirmations and signals, with all that being given sets off (rules R8 and R11).

Giving a name always means: write the value, and have the readers of the name look again. For the names in
``Machine.special`` it means more:

- *Counting again.* A move that ``asks_again`` hides a name from its own track, for its own subject, until an input
  gives it anew. Nothing is deleted, since other tracks and aggregates go on reading the old value: asking only adds the
  name to ``Subject.asked_again``, and giving takes it out. An equal value counts, for the question is whether it is
  still so.
- *Settling.* A signal is unsettled until what settles it is given: a signal seen, a confirmation given, a boolean fact
  observed true. An equal value counts here, too: it is an answer to what happened since.
- *Dates.* An end observed amends the running term, and other facts say how its dates are counted (see ``contracts``).
  An equal end amends nothing, but counts as observed, for the ends of later terms are counted from it.
- *Notice.* ``given_by`` gives notice. Here an equal value does not count: a fact must *turn* true.
"""

from __future__ import annotations

from typing import Any

from journeykit.dates import shift
from journeykit.engine.asked_again import count_again
from journeykit.engine.contracts.amendments import observe_end, observe_start
from journeykit.engine.contracts.notice import give_notice, heed_notice
from journeykit.engine.macrostep import Macrostep
from journeykit.language.expressions.tree import ACCOUNT
from journeykit.machine.closures import by_position
from journeykit.machine.entries import SEEN_AT, SINCE, VALUE, GivenConfirmation, HeardSignal
from journeykit.machine.snapshot import Subject
from journeykit.machine.topic_names import TERM, heard, heard_for_account

__all__ = ["give_confirmation", "give_fact", "hear_signal", "take_confirmation_back"]


def give_fact(macro: Macrostep, subject: Subject, name: str, value: Any) -> None:
    """Set a fact to the value observed now; ``subject`` is writable.

    An equal value is an observation, too: the fact is fresh again, but has had its value since the same instant.
    """
    now = macro.snapshot.now
    old = subject.facts.get(name)
    # One that was stale or never seen goes stale at an instant that its readers do not know of. One that was fresh goes
    # stale later than they know: they wake up too early once, which is cheaper than telling them each time.
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
    """Do what an equal value sets off: what a new one does, but for notice and dates, of which nothing changed."""
    count_again(macro, subject, name)
    if value is True:
        settle(macro, subject, name)
    countdown = macro.machine.countdown
    if countdown is not None and name == countdown.end and subject.kind == countdown.kind:
        observe_end(macro, subject, value, value)


def _special_fact(macro: Macrostep, subject: Subject, name: str, value: Any, old: Any) -> None:
    """Do what a new value sets off."""
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
                observe_start(macro, subject, value, old)
            elif name == countdown.end:
                observe_end(macro, subject, value, old)
            _count_anew(macro, subject, name)
        else:  # a fact of the account, by which the dates of all contracts are counted
            for other in list(macro.snapshot.subjects.values()):
                if other.kind == countdown.kind:
                    _count_anew(macro, macro.snapshot.writable(other), name)


def _count_anew(macro: Macrostep, subject: Subject, name: str) -> None:
    """Count the dates of a contract anew, since something by which they are counted has changed."""
    countdown = macro.machine.countdown
    assert countdown is not None
    assert subject.term is not None
    subject.term = subject.term.but(plan=None)
    if name == countdown.ending_fact:
        heed_notice(macro, subject)
    macro.touch(TERM, subject)


def settle(macro: Macrostep, subject: Subject, name: str) -> None:
    """Settle the signals that a name settles: this subject's own, or where the name is the account's, all subjects'."""
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
    """Give a confirmation by a role, for the first time or anew; ``subject`` is writable."""
    subject.confirmations = {
        **subject.confirmations,
        name: by_position(GivenConfirmation, (macro.snapshot.now, by, evidence)),
    }
    _after_giving(macro, subject, name)


def take_confirmation_back(macro: Macrostep, subject: Subject, name: str) -> None:
    """Take a confirmation back; that the role gave it was checked. Taking back is not giving: nothing counts again."""
    subject.confirmations = {
        confirmation: said for confirmation, said in subject.confirmations.items() if confirmation != name
    }
    countdown = macro.machine.countdown
    if countdown is not None and name == countdown.given_by:
        give_notice(macro, subject, given=False)
    macro.touch(name, subject)


def hear_signal(macro: Macrostep, subject: Subject, name: str) -> None:
    """Hear a signal: it is present in the next microstep, and unsettled until something settles it."""
    subject.signals = {**subject.signals, name: by_position(HeardSignal, (macro.snapshot.now, True))}
    macro.signal = (name, subject.key)
    _after_giving(macro, subject, name)
    # Its own subject's tracks hear it by its plain name; tracks of subjects hear an account's as ``account.name`` (R4).
    macro.touch(heard(name), subject)
    if subject.kind == ACCOUNT:
        macro.touch(heard_for_account(name), subject)


def _after_giving(macro: Macrostep, subject: Subject, name: str) -> None:
    """Do what a confirmation given or a signal heard sets off."""
    machine = macro.machine
    if name in machine.special:
        count_again(macro, subject, name)
        settle(macro, subject, name)
        if machine.countdown is not None and name == machine.countdown.given_by:
            give_notice(macro, subject, given=True)
    macro.touch(name, subject)
