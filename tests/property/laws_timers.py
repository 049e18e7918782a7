"""Laws about timers: none fires early, twice, or for somebody who is gone; a change of the zone fires nothing anew."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import Any

from driver import Case, take
from ledger import ACCOUNT, Ledger
from telling import ZONES

from journeykit.dates import UTC, first_instant, parse_instant
from journeykit.language.model.profile import Profile
from journeykit.machine.snapshot import Snapshot

__all__ = ["no_timer_out_of_turn", "zones_fire_nothing_twice"]

Line = dict[str, Any]
TIMERS = ("milestone", "stuck", "cadence")


def no_timer_out_of_turn(case: Case) -> str | None:
    """Each timer fires when an independent count says, once, and only for who is open and under way."""
    return Watch(case).run(case.lines)


def zones_fire_nothing_twice(case: Case) -> str | None:
    """The same with the account moving to other zones, at the very instants at which timers fire among others."""
    rng = Random(case.seed)
    fired = [record["at"] for record in case.run.all_records() if record["kind"] in TIMERS]
    moves = sorted({datetime.fromisoformat(at) for at in rng.sample(fired, min(4, len(fired)))})
    lines: list[Line] = []
    for line, snapshot in zip(case.lines, case.run.snapshots, strict=True):
        while moves and snapshot is not None and moves[0] < snapshot.now:
            lines += _moving(moves.pop(0), rng)
        if line["kind"] in ("begin", "zone") or "T" in str(line.get("at")):  # a plain date would be another instant
            lines.append(line)
    return Watch(case).run(lines)


def _moving(at: datetime, rng: Random) -> list[Line]:
    """One or two changes of the zone at an instant, or just after it."""
    later = at + timedelta(seconds=rng.choice((0, 0, 0.000001, 3600)))
    zones = rng.sample(ZONES, rng.choice((1, 2)))
    return [{"kind": "zone", "account": "acme", "at": later.isoformat(), "timezone": one} for one in zones]


class Watch:
    """Plays a history and holds every timer against the ledger."""

    def __init__(self, case: Case) -> None:
        self.machine = case.machine
        self.profile: Profile = case.profile
        self.ledger = Ledger(self.profile)
        self.seen: set[tuple[object, ...]] = set()
        self.feeds: dict[str, bool] = {}

    def run(self, lines: list[Line]) -> str | None:
        """The first breach of a history, played to five years after its end."""
        snapshot: Snapshot | None = None
        for line in [*lines, None]:
            if snapshot is not None:
                now = snapshot.now
                at = now + timedelta(days=1827) if line is None else _instant(line, snapshot, self.ledger)
                snapshot, records, _ = take(self.machine, snapshot, _tick(max(at, now)))
                found = self._watch(records)
                if found:
                    return f"before {line}: {found}"
            if line is None:
                return None
            snapshot, records, refusal = take(self.machine, snapshot, line)
            if refusal is None and snapshot is not None:
                self.ledger.take(line, snapshot.now)
            found = self._watch(records)
            if found:
                return f"with {line}: {found}"
        return None

    def _watch(self, records: list[Line]) -> str | None:
        for record in records:
            found = None
            if record["kind"] in TIMERS:
                found = self._gone(record) or self._early(record) or self._again(record)
            elif record["kind"] == "feed":
                found = self._feed(record)
            if found:
                return f"{found}\n  {record}"
            self.ledger.note(record)
            self._free(record)
        return None

    def _gone(self, record: Line) -> str | None:
        """A timer of a subject that is closed, or stands at an end everywhere, or (a cadence) in its track."""
        ledger, subject = self.ledger, record["subject"]
        if not ledger.is_open(subject):
            return "a timer of a subject that is not open"
        if ledger.ended(subject):
            return "a timer of a subject that stands at an end everywhere"
        if record["kind"] != "milestone" and ledger.at_an_end(record["track"], subject):
            return "a timer of a track that stands at an end"
        if record["kind"] == "cadence":
            cadence = next(one for one in self.profile.tracks[record["track"]].cadences if one.name == record["name"])
            if ledger.cadence_rests(record["track"], ledger.stands[record["track"], subject], cadence):
                return "a cadence of a track that stands where it rests"
        return None

    def _early(self, record: Line) -> str | None:
        """A timer that is not due, or due at another instant than the ledger says."""
        ledger, subject = self.ledger, record["subject"]
        track, due = self.profile.tracks[record["track"]], datetime.fromisoformat(record["due_at"])
        if datetime.fromisoformat(record["at"]) < due:
            return "a timer that fires before it is due"
        if record["kind"] == "milestone":
            expected = ledger.date_due(subject, track, record["name"])
        elif record["kind"] == "stuck":
            expected = ledger.stuck_due(subject, track)
        else:
            cadence = next(one for one in track.cadences if one.name == record["name"])
            expected = ledger.cadence_due(subject, track, cadence, record["data"]["number"])
        return None if expected == due else f"a timer due at {due.isoformat()}, expected {expected}"

    def _again(self, record: Line) -> str | None:
        """A timer that has fired before: in this window, for this end, in this stay; or a cadence out of count."""
        ledger, subject, name = self.ledger, record["subject"], record["name"]
        if record["kind"] == "cadence":
            key = (record["track"], subject, name)
            before, number = ledger.beats.get(key, 0), record["data"]["number"]
            ledger.beats[key] = number
            return None if number == before + 1 else f"a cadence that was {before} and is {number}"
        if record["kind"] == "stuck":
            mark: tuple[object, ...] = ("stuck", record["track"], subject)
        else:
            mark = (subject, name, ledger.terms.get(subject, 0), ledger.once_for(subject, record["track"], name))
        if mark in self.seen:
            return "a timer that has fired before"
        self.seen.add(mark)
        return None

    def _free(self, record: Line) -> None:
        """Who moved may get stuck anew."""
        if record["kind"] in ("moved", "placed"):
            self.seen.discard(("stuck", record["track"], record["subject"]))

    def _feed(self, record: Line) -> str | None:
        """A feed goes down when it was not heard for long enough, comes up again, and so on in turn."""
        name, up = record["name"], record["data"]["up"]
        before, self.feeds[name] = self.feeds.get(name, True), up
        if up == before or record["subject"] != ACCOUNT:
            return "a feed that was so before"
        down = self.ledger.feed_down(name)
        if not up and (down is None or datetime.fromisoformat(record["at"]) < down):
            return f"a feed that goes down before {down}"
        return None


def _instant(line: Line, snapshot: Snapshot, ledger: Ledger) -> datetime:
    """The instant of a line, as the engine reads it; the present where it is none."""
    try:
        at = parse_instant(line["at"])
    except ValueError:
        return snapshot.now
    if not isinstance(at, datetime):
        return first_instant(at, ledger.zone)
    return at if at.tzinfo else snapshot.now


def _tick(at: datetime) -> Line:
    return {"kind": "tick", "account": "acme", "at": at.astimezone(UTC).isoformat()}
