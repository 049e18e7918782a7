"""What inputs give: facts, words and signals, and what being given sets off besides (rules R8, R11 and R12)."""

from __future__ import annotations

from typing import Any

from journeykit.dates import shift
from journeykit.engine import terms
from journeykit.engine.macrostep import Work
from journeykit.language.expressions.tree import ACCOUNT
from journeykit.machine.snapshot import Row

__all__ = ["give_fact", "give_word", "hear_signal", "take_word_back"]


def give_fact(work: Work, row: Row, name: str, value: Any) -> None:
    """A fact has this value now. The row is ours to write."""
    now = work.state.now
    old = row.facts.get(name)
    stale_after = work.machine.stale.get(name)
    revived = stale_after is not None and (old is None or shift(old[2], stale_after, work.state.zone) <= now)
    if old is not None and old[0] == value:
        row.facts[name] = (value, old[1], now, work.origin)
        if name in work.machine.special:
            _given_again(work, row, name, value)
        if revived:
            work.touch(name, row, redue=True)
        return
    row.facts[name] = (value, now, now, work.origin)
    if name in work.machine.special:
        _special_fact(work, row, name, value, None if old is None else old[0])
    work.touch(name, row, redue=revived)


def _given_again(work: Work, row: Row, name: str, value: Any) -> None:
    unmask(work, row, name)
    if value is True:
        settle(work, row, name)
    countdown = work.machine.countdown
    if countdown is not None and name == countdown.end and row.kind == countdown.kind:
        terms.observe_end(work, row, value, value)


def _special_fact(work: Work, row: Row, name: str, value: Any, old: Any) -> None:
    unmask(work, row, name)
    if value is True:
        settle(work, row, name)
    countdown = work.machine.countdown
    if countdown is None:
        return
    if name == countdown.given_by:
        terms.notice(work, row, given=value is True)
    if name in countdown.reads:
        if row.kind == countdown.kind:
            if name == countdown.start:
                terms.observe_start(work, row, value)
            elif name == countdown.end:
                terms.observe_end(work, row, value, old)
            _count_anew(work, row, name)
        else:
            for other in list(work.state.rows.values()):
                if other.kind == countdown.kind:
                    _count_anew(work, work.state.writable(other), name)


def _count_anew(work: Work, row: Row, name: str) -> None:
    """Something changed by which the dates of a contract are counted."""
    countdown = work.machine.countdown
    assert countdown is not None
    assert row.term is not None
    row.term = row.term.but(plan=None)
    if name == countdown.ending_fact:
        terms.heed_notice(work, row)
    work.touch("#term", row)


def unmask(work: Work, row: Row, name: str) -> None:
    """What was asked again is given anew: it counts again, in every track that had asked."""
    state = work.state
    rows = state.rows.values() if row.kind == ACCOUNT else (row,)
    for other in rows:
        if other.masks and any(name in names for names in other.masks.values()):
            writable = state.writable(other)
            writable.masks = {track: names - {name} for track, names in writable.masks.items() if names != {name}}
            work.touch(name, other)
            if other is not row:
                work.look_again(other)


def settle(work: Work, row: Row, name: str) -> None:
    """Signals that this name settles are settled: this row's, or where the name is the account's everybody's."""
    state = work.state
    for signal in work.machine.settlers.get(name, ()):
        kind = work.machine.profile.signals[signal].kind
        rows = [row] if kind == row.kind else [other for other in state.rows.values() if other.kind == kind]
        for other in rows:
            seen = other.signals.get(signal)
            if seen is not None and seen[1]:
                writable = state.writable(other)
                writable.signals = {**writable.signals, signal: (seen[0], False)}
                work.touch(signal, writable)


def give_word(work: Work, row: Row, name: str, by: str, evidence: str | None) -> None:
    """A word is given, for the first time or anew."""
    row.words = {**row.words, name: (work.state.now, by, evidence)}
    _after_giving(work, row, name)


def take_word_back(work: Work, row: Row, name: str) -> None:
    """A word is taken back by whoever gave it."""
    row.words = {word: said for word, said in row.words.items() if word != name}
    countdown = work.machine.countdown
    if countdown is not None and name == countdown.given_by:
        terms.notice(work, row, given=False)
    work.touch(name, row)


def hear_signal(work: Work, row: Row, name: str) -> None:
    """A signal is heard: it is present in the next microstep, and unsettled until something settles it."""
    row.signals = {**row.signals, name: (work.state.now, True)}
    work.signal = (name, row.key)
    _after_giving(work, row, name)
    work.touch(f">{name}", row)
    if row.kind == ACCOUNT:
        work.touch(f">account.{name}", row)


def _after_giving(work: Work, row: Row, name: str) -> None:
    machine = work.machine
    if name in machine.special:
        unmask(work, row, name)
        settle(work, row, name)
        if machine.countdown is not None and name == machine.countdown.given_by:
            terms.notice(work, row, given=True)
    work.touch(name, row)
