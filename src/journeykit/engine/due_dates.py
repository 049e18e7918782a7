"""Compute what falls due from the snapshot, each time it is asked for (rule R10).

No due date is stored. ``timers_of`` lists the timers of a subject that have not fired, and ``next_due`` says at which
instant something of it falls due or turns by time next. Only that one instant is cached, as ``Subject.due`` (with
``Subject.turns_at``, its part that turns by time alone), and the soonest of all subjects as ``Snapshot.due``: an input
that comes before it need not look at any timer. A stored snapshot leaves the cache out; loading computes it.

*The cached instant may be too early, never too late.* Too late, and a timer would fire after inputs that it should have
come before: a renewal missed. Too early costs one look: the subject wakes up, finds that nothing is due and nothing
turned, and its next instant is computed anew. So whatever may make something fall due or turn *sooner* must put the
subject into ``Macrostep.redue``: a date of a contract that changes, a place entered that has a clock, a held criterion
that becomes met, a stale fact observed again, a feed that comes up. What only moves instants *later* may leave it out,
and that is what most inputs do: a fresh fact observed again, a heartbeat of a feed that is up. They come by the
thousand, and cost nothing here.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from journeykit.dates import shift
from journeykit.engine.cadences import next_date
from journeykit.errors import SnapshotError
from journeykit.language.model.profile import Feed
from journeykit.machine.closures import by_position
from journeykit.machine.countdown import Timer
from journeykit.machine.machine import Machine
from journeykit.machine.snapshot import Position, Snapshot, Subject
from journeykit.machine.tables import CadenceTable

__all__ = ["DueTimer", "next_due", "timers_of", "wakes_at"]


_FEEDS = -1
"""The place of feeds among the tracks: their timers come before all tracks of the account."""
_STUCK, _CADENCES = 1000, 1001
"""Places in a track: stuck timers come after the countdown, whose dates count from 0, and cadences after those."""


class DueTimer(NamedTuple):
    """A timer of one subject that has not fired. The first four fields are its order among all that falls due.

    Attributes:
        at: the instant at which it falls due, aware and in UTC; it may lie in the past.
        subject: the number of its subject in the order of opening.
        track: the number of its track in the order of declaration.
        place: its number within the track.
        key: the key of its subject.
        name: the name of the date of the countdown, of the outermost stage, of the cadence (``track.name``) or feed.
        thing: a date of the countdown, the position that gets stuck, a cadence or a feed.
    """

    at: datetime
    subject: int
    track: int
    place: int
    key: str
    name: str
    thing: Timer | Position | CadenceTable | Feed


def timers_of(
    machine: Machine, snapshot: Snapshot, subject: Subject, place: int = 0, until: datetime | None = None
) -> list[DueTimer]:
    """Return the timers of a subject that have not fired: all of them, or those due by ``until``.

    ``place`` is the subject's number in the order of opening, by which its timers are ordered among others.
    """
    found = (
        [timer for timer in _feeds(machine, snapshot, subject, place) if not until or timer.at <= until]
        if subject.feeds
        else []
    )
    config, countdown = subject.config, machine.countdown
    if config.ended:  # timers stop at the ends of all tracks (R12), but those of feeds, which stop at no end (R9)
        return found
    if subject.term is not None and countdown is not None and countdown.timers:
        order = machine.regions[countdown.track].order
        for number, timer, _, at, _ in countdown.waiting(snapshot, subject, until):
            assert at is not None
            found.append(by_position(DueTimer, (at, place, order, number, subject.key, timer.name, timer)))
    for index, after in config.stuck:
        position = subject.positions[index]
        at = after(position.entered[0], snapshot.frame.zone)
        if not position.stuck and (until is None or at <= until):
            leaf = position.leaf
            found.append(DueTimer(at, place, leaf.region.order, _STUCK, subject.key, leaf.chain[0], position))
    for table in config.cadences:
        at = next_date(snapshot, subject, table)
        if at is not None and (until is None or at <= until):
            order = _CADENCES + table.number
            found.append(by_position(DueTimer, (at, place, table.region.order, order, subject.key, table.ident, table)))
    return found


def _feeds(machine: Machine, snapshot: Snapshot, subject: Subject, place: int) -> Iterator[DueTimer]:
    for number, feed in enumerate(machine.feeds):
        known = subject.feeds.get(feed.name)
        if known is not None and not known.is_down:
            at = shift(known.heard_at, feed.down_after, snapshot.frame.zone)
            yield DueTimer(at, place, _FEEDS, number, subject.key, feed.name, feed)


def next_due(machine: Machine, snapshot: Snapshot, subject: Subject) -> tuple[datetime | None, datetime | None]:
    """Return when something of a subject falls due or turns next, and when something turns by time alone.

    The first is the soonest of its timers and of the second; None is never.
    """
    first: datetime | None = None
    turns_at: datetime | None = None
    if subject.term is not None and machine.countdown is not None:
        first, turns_at = machine.countdown.next_of(snapshot, subject)
    for turn in subject.config.turns:
        at = turn(snapshot, subject)
        if at is not None and (turns_at is None or at < turns_at):
            turns_at = at
    if subject.config.stuck or subject.config.cadences or subject.feeds:
        first = _soonest_of_others(machine, snapshot, subject, first)
    if first is None or (turns_at is not None and turns_at < first):
        first = turns_at
    return first, turns_at


def wakes_at(machine: Machine, snapshot: Snapshot) -> datetime | None:
    """Return when a host must let time pass for an account at the latest, so that nothing falls due unseen.

    That is what a host stores beside the snapshot, to find the accounts that need a ``tick`` (``wakes_at <= now``). A
    tick at this very instant makes happen what falls due then, and leaves the account's present no later than that. It
    is never too late. It may be too early: then the tick makes no records, and the next instant is a later one.

    Args:
        machine: the machine of the account's profile.
        snapshot: where the account stands.

    Returns:
        An aware datetime in UTC; None where time alone will never do anything.

    Raises:
        SnapshotError: that is no snapshot, or it belongs to a machine of another meaning.
    """
    found: Any = snapshot
    if not isinstance(found, Snapshot):
        way_on = "give its .snapshot" if hasattr(found, "snapshot") else "read it with load_snapshot(machine, data)"
        raise SnapshotError(f"expected a Snapshot, found {type(found).__name__}; {way_on}")
    if found.fingerprint != machine.fingerprint:
        raise machine.other_meaning(repr(found.account), repr(found.profile))
    return found.due


def _soonest_of_others(
    machine: Machine, snapshot: Snapshot, subject: Subject, first: datetime | None
) -> datetime | None:
    """Return the soonest timer of feeds, stuck stages, cadences and the countdown, whose soonest is given."""
    config = subject.config
    for timer in _feeds(machine, snapshot, subject, 0) if subject.feeds else ():
        if first is None or timer.at < first:
            first = timer.at
    if config.ended:
        return first
    for index, after in config.stuck:
        position = subject.positions[index]
        if not position.stuck:
            at = after(position.entered[0], snapshot.frame.zone)
            if first is None or at < first:
                first = at
    for table in config.cadences:
        falls_due = next_date(snapshot, subject, table)
        if falls_due is not None and (first is None or falls_due < first):
            first = falls_due
    return first
