"""Cover: whether a contract is in term or in grace, and when that turns by time alone (rule R11)."""

from __future__ import annotations

from datetime import date, datetime

from journeykit.dates import first_instant, instant_after, local_day
from journeykit.machine.countdown import CountdownTable
from journeykit.machine.snapshot import Snapshot, Subject

__all__ = ["cover_turn", "covered", "covers"]


def covered(table: CountdownTable, snapshot: Snapshot) -> bool | None:
    """Judge ``covered``: any open contract is in term or in grace; unknown while none is and one might be.

    A contract at an ``end`` in every track covers nobody; one closed into another covers to the end of its term.
    """
    result: bool | None = False
    for subject in snapshot.subjects.values():
        if subject.kind == table.kind:
            found = covers(table, snapshot, subject)
            if found:
                return True
            if found is None:
                result = None
    if snapshot.closed:
        today = local_day(snapshot.now, snapshot.zone)
        for closed in snapshot.closed.values():
            if closed.covers is not None and closed.covers[0] <= today <= closed.covers[1]:
                return True
    return result


def cover_turn(table: CountdownTable, snapshot: Snapshot) -> datetime | None:
    """Return the next instant at which ``covered`` can turn by time alone, or None."""
    first: datetime | None = None
    for subject in snapshot.subjects.values():
        at = _turn_of(table, snapshot, subject) if subject.kind == table.kind else None
        if at is not None and (first is None or at < first):
            first = at
    for closed in snapshot.closed.values():
        at = None if closed.covers is None else _turn_of_closed(closed.covers, snapshot)
        if at is not None and (first is None or at < first):
            first = at
    return first


def _turn_of_closed(covers: tuple[date, date], snapshot: Snapshot) -> datetime | None:
    """Return the next instant at which the cover of a contract closed into another begins or is over, or None."""
    begins, ends = first_instant(covers[0], snapshot.frame.zone), instant_after(covers[1], snapshot.frame.zone)
    at = begins if begins > snapshot.now else ends
    return at if at > snapshot.now and covers[0] <= covers[1] else None


def covers(table: CountdownTable, snapshot: Snapshot, subject: Subject) -> bool | None:
    """Judge one contract: in term or in grace today; unknown while its dates are, and never at its ends."""
    if table.stopped(subject):
        return False
    term = subject.term
    assert term is not None
    end, start = table.end_of(subject), term.covered_from
    if start is None or (end is None and not table.is_open_ended(snapshot, subject)):
        return None
    today = local_day(snapshot.now, snapshot.zone)
    if end is None:
        return bool(start <= today)
    if today <= end or _about_to_roll(table, end, snapshot, subject):
        return bool(start <= today)
    over = _grace_over(table, end, snapshot, subject)
    return over is not None and snapshot.now < over


def _grace_over(table: CountdownTable, end: date, snapshot: Snapshot, subject: Subject) -> datetime | None:
    """Return the end of grace for a given end of the term; None where there is no grace."""
    number = table.number.get("grace_over")
    return None if number is None else table.layout(end, snapshot, subject)[number].at


def _about_to_roll(table: CountdownTable, end: date, snapshot: Snapshot, subject: Subject) -> bool:
    """Tell whether a term renews by itself and is over, but for the turn of its end: no gap may show."""
    number = table.number.get("end")
    if number is None:
        return False
    slot = table.layout(end, snapshot, subject)[number]
    return table.has_turn(slot, end, subject) and table.rolls(snapshot, subject)


def _turn_of(table: CountdownTable, snapshot: Snapshot, subject: Subject) -> datetime | None:
    """Return the next instant at which one contract's cover may turn by time alone, or None."""
    if table.stopped(subject):
        return None
    term = subject.term
    assert term is not None
    end, start, now = table.end_of(subject), term.covered_from, snapshot.now
    found: datetime | None = None
    if end is not None:
        number = table.number.get("end")
        last = None if number is None else table.layout(end, snapshot, subject)[number].at
        found = instant_after(end, snapshot.frame.zone) if number is None else last
        if found is not None and found <= now:
            found = _grace_over(table, end, snapshot, subject)
            if found is not None and found <= now:
                found = None
    if start is not None and (end is None or found is not None):
        begins = first_instant(start, snapshot.frame.zone)
        if begins > now and (found is None or begins < found):
            found = begins
    return found
