"""What a stored snapshot says must agree with itself: nothing has happened that lies ahead, or where nobody stands.

Each part of a snapshot may be well-formed and the whole still impossible: an edit by hand, or two snapshots mixed. The
worst of it is silent, since what counts as fired never fires. Days are held against ``now`` with the reach of all
zones, since an account may have changed its zone: nowhere is it later than a day after the date in UTC.
"""

from __future__ import annotations

from datetime import date

from journeykit.dates import Period
from journeykit.language.expressions.tree import ACCOUNT
from journeykit.language.model.paths import inside
from journeykit.machine.countdown import CountdownTable
from journeykit.machine.entries import VALUE
from journeykit.machine.machine import Machine
from journeykit.machine.snapshot import Snapshot, Subject
from journeykit.machine.term import Mark, Term
from journeykit.storage.checks import Broken, short

__all__ = ["agree", "latest_day"]

_DAY = Period(0, 1)


def latest_day(snapshot: Snapshot) -> date:
    """Return the latest date that it is anywhere at the snapshot's present instant."""
    return _DAY.add(snapshot.now.date())


def agree(machine: Machine, snapshot: Snapshot) -> None:
    """Check that the parts of a snapshot agree with each other; each of them was read and checked on its own.

    Raises:
        Broken: the first contradiction, with its place.
    """
    known = {*snapshot.subjects, *snapshot.closed}
    for key, closed in snapshot.closed.items():
        if closed.into is not None and closed.into not in known:
            raise Broken(f"closed[{short(key)}]: it went on in {short(closed.into)}, which was never there")
    for place, subject in enumerate(snapshot.subjects.values()):
        where = f"subjects[{place}] ({short(subject.key)[1:-1]})"
        if subject.opener is not None and subject.opener.subject not in known:
            raise Broken(f"{where}.opener: {short(subject.opener.subject)} was never there")
        _stand_there(machine, subject, where)
        _times(snapshot, subject, where)
        if subject.term is not None and machine.countdown is not None:
            _term(machine.countdown, snapshot, subject, subject.term, f"{where}.term")
    least = _least_count(machine, snapshot)
    if snapshot.count < least:
        raise Broken(f"count: {snapshot.count} records, expected at least {least} by what stands here")


def _stand_there(machine: Machine, subject: Subject, where: str) -> None:
    """Check that whatever was said of a handoff was said of a place where the subject stands (R7)."""
    for field, moves in (("handoffs", subject.handoffs), ("ready", subject.ready)):
        for ident in moves:
            move = machine.moves[ident]
            leaves = [one.leaf.path for one in subject.positions if one.leaf.region.track == move.track]
            if not any(inside(leaf, move.owner) for leaf in leaves):
                raise Broken(f"{where}.{field}: {ident} leaves {move.track}.{move.owner}, and it does not stand there")


def _times(snapshot: Snapshot, subject: Subject, where: str) -> None:
    """Check that what fell due by itself did so by now: who counts as stuck, and the dates of cadences."""
    for leaf, entered, stuck, _ in subject.positions:
        if stuck and (leaf.stuck_after is None or leaf.stuck_after.add(entered[0].date()) > latest_day(snapshot)):
            raise Broken(f"{where}.positions: it counts as stuck at {leaf.path}, and cannot be so yet")
    tables = {table.ident: table for table in subject.config.kind.cadences}
    for ident, (anchor, count, _) in subject.cadences.items():
        if count and tables[ident].day(anchor, count) > latest_day(snapshot):
            raise Broken(f"{where}.cadences: {ident} fell due {count} times, the last of which lies ahead")


def _term(countdown: CountdownTable, snapshot: Snapshot, subject: Subject, term: Term, where: str) -> None:
    latest = latest_day(snapshot)
    for mark in (*term.fired, *(mark for window in term.aside for mark in window.fired)):
        _mark(countdown, mark, latest, where)
    if term.counting_from is not None and term.counting_from > _DAY.add(latest):
        raise Broken(f"{where}.counting_from: {term.counting_from} lies ahead of now")
    begins = subject.facts.get(countdown.start)
    ahead = term.covered_from if term.covered_in == term.renewals else None
    if ahead is not None and ahead > latest and (begins is None or ahead != begins[VALUE]):
        raise Broken(f"{where}.covered: {ahead} lies ahead, and is not the start of the term")
    if term.rolled and not term.renewals:
        raise Broken(f"{where}.begun: the first term was begun by no end")
    if term.notice_at is None and (term.notice_late or term.by_notice):
        raise Broken(f"{where}.notice: it is late, or set the end, and was not given")
    if term.notice_at is not None and not _was_given(str(countdown.given_by), snapshot, subject):
        raise Broken(f"{where}.notice: it stands, and {countdown.given_by} was not given")


def _mark(countdown: CountdownTable, mark: Mark, latest: date, where: str) -> None:
    timer = countdown.named[mark.name]
    if mark.day > (_DAY.subtract(latest) if timer.ends else latest):  # the one falls due as its day ends
        raise Broken(f"{where}: {mark.name} of {mark.day} lies ahead of now, and has not fired")
    if mark.name == "end" and mark.day != mark.end:
        raise Broken(f"{where}: the end of {mark.end} is marked for {mark.day}")


def _was_given(name: str, snapshot: Snapshot, subject: Subject) -> bool:
    """Tell whether what gives notice stands, on the contract or on the account: a signal, a word, or a fact (R11)."""
    for one in (subject, snapshot.subjects[ACCOUNT]):
        fact = one.facts.get(name)
        if name in one.confirmations or name in one.signals or (fact is not None and fact[VALUE] is True):
            return True
    return False


def _least_count(machine: Machine, snapshot: Snapshot) -> int:
    """Return how many records there are at least, by what the snapshot still knows of them."""
    first = {f"{kind.name}:{kind.opens_with}" for kind in machine.profile.kinds.values()} | {ACCOUNT}
    opened = sum(key not in first for key in (*snapshot.subjects, *snapshot.closed))
    return opened + len(snapshot.closed) + sum(map(_own_records, snapshot.subjects.values()))


def _own_records(subject: Subject) -> int:
    """Return how many records of one subject there are at least: of moves, people, cadences and dates."""
    entered = {at for position in subject.positions for at in position.entered if at > subject.opened_at}
    found = len(entered) + len(subject.waived) + sum(times for _, times, _ in subject.cadences.values())
    term = subject.term
    if term is None:
        return found
    marks = {*term.fired, *(mark for window in term.aside for mark in window.fired)}
    return found + len(marks) + (term.notice_at is not None)
