"""Stored snapshots read back, with every name, time, count and mark looked at before anything trusts it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta, tzinfo
from typing import Any

from journeykit.dates import zone
from journeykit.engine.due_dates import next_due
from journeykit.engine.inputs import fit_for_an_id
from journeykit.language.expressions.tree import ACCOUNT
from journeykit.language.model.profile import FactRule
from journeykit.machine.machine import Machine
from journeykit.machine.snapshot import SETTLED, Ends, Frame, Mark, Position, Snapshot, Subject, Term, intern_paths
from journeykit.machine.tables import NO_CONFIG
from journeykit.storage.checks import Broken, day, flag, instant, items, mapping, names, number, short, text

__all__ = ["read_snapshot"]

_KEYS = (
    "layout",
    "account",
    "profile",
    "fingerprint",
    "timezone",
    "began_at",
    "now",
    "attributes",
    "count",
    "openings",
    "closed",
    "rows",
)
_ROW = ("key", "opened_at", "facts", "places")
_ROW_MAY = (
    "opener",
    "words",
    "waived",
    "signals",
    "handoffs",
    "bands",
    "masks",
    "ready",
    "reacted",
    "held",
    "cooled",
    "beats",
    "feeds",
    "term",
    "due",
)
_TERM = (
    "renewals",
    "observed_end",
    "since",
    "covered",
    "visited",
    "window",
    "aside",
    "notice",
    "counting_from",
    "begun",
)
_IGNORED = ("due",)
"""A cache may stand there and is never truth (R10)."""
_LONGEST_ZONE = 100


def read_snapshot(machine: Machine, raw: Mapping[str, Any]) -> Snapshot:
    """The snapshot that plain data says.

    Raises:
        Broken: the first fault, with its place.
    """
    mapping(raw, "the whole", _KEYS, _IGNORED)
    zone_name, zone_info = _zone(raw["timezone"])
    began_at = instant(raw["began_at"], "began_at")
    account, profile = text(raw["account"], "account"), text(raw["profile"], "profile")
    if not fit_for_an_id(account):
        raise Broken(f"account: {short(account)} is no id")
    attributes = dict(mapping(raw["attributes"], "attributes"))
    frame = Frame(account, profile, machine.fingerprint, zone_name, zone_info, began_at, attributes)
    snapshot = Snapshot(frame)
    snapshot.now = instant(raw["now"], "now", low=began_at)
    snapshot.count = number(raw["count"], "count")
    _read_counts(machine, snapshot, raw)
    for place, entry in enumerate(items(raw["rows"], "rows")):
        where = f"rows[{place}]"
        subject = _SubjectReader(machine, snapshot, mapping(entry, where, _ROW, _ROW_MAY), where).subject()
        snapshot.subjects[subject.key] = subject
    if next(iter(snapshot.subjects), None) != ACCOUNT:
        raise Broken("rows: the account itself comes first, and is missing there")
    for kind in machine.profile.kinds.values():
        key = f"{kind.name}:{kind.opens_with}"
        if kind.opens_with is not None and key not in snapshot.subjects and key not in snapshot.closed:
            raise Broken(f"rows: every account starts with {key}, which is neither open nor closed here")
    snapshot.account_subject = snapshot.subjects[ACCOUNT]
    for subject in snapshot.subjects.values():
        subject.due, subject.turns_at = next_due(machine, snapshot, subject)
    snapshot.due = min((subject.due for subject in snapshot.subjects.values() if subject.due is not None), default=None)
    snapshot.fresh = SETTLED
    return snapshot


def _zone(raw: object) -> tuple[str, tzinfo]:
    name = text(raw, "timezone")
    try:
        if len(name) <= _LONGEST_ZONE:  # looking for a name like it takes long
            return name, zone(name)
    except ValueError:
        pass
    raise Broken(f"timezone: there is no zone {short(name)}")


def _openers(machine: Machine) -> set[str]:
    return {*machine.moves, *(f"reactions.{name}" for name in machine.profile.reactions)}


def _read_counts(machine: Machine, snapshot: Snapshot, raw: Mapping[str, Any]) -> None:
    openings = mapping(raw["openings"], "openings")
    names(list(openings), "openings", _openers(machine))
    snapshot.openings = {ident: number(count, f"openings.{ident}") for ident, count in openings.items()}
    closed = {}
    for key, entry in mapping(raw["closed"], "closed").items():
        where = f"closed[{short(key)}]"
        _kind_of(machine, key, where)
        if key == ACCOUNT:
            raise Broken(f"{where}: the account itself is never closed")
        renewals, at, reason, into = items(entry, where, 4)
        at = instant(at, where, snapshot.began_at, snapshot.now)
        closed[key] = (number(renewals, where), at, _said(reason, where), _said(into, where))
    snapshot.closed = closed


def _kind_of(machine: Machine, key: str, where: str) -> str:
    kind, colon, ident = key.partition(":")
    shaped = not colon if kind == ACCOUNT else bool(ident)
    if kind not in machine.kinds or not shaped or not fit_for_an_id(key):
        raise Broken(f"{where}: {short(key)} is no subject of this profile")
    return kind


def _said(raw: object, where: str) -> str | None:
    if raw is not None and not isinstance(raw, str):
        raise Broken(f"{where}: expected a text or nothing, found {short(raw)}")
    return raw


class _SubjectReader:
    def __init__(self, machine: Machine, snapshot: Snapshot, raw: Mapping[str, Any], where: str) -> None:
        self.machine = machine
        self.profile = machine.profile
        self.snapshot = snapshot
        self.raw = raw
        self.key = text(raw["key"], f"{where}.key")
        self.where = f"{where} ({short(self.key)[1:-1]})"
        self.kind = _kind_of(machine, self.key, self.where)
        if self.key in snapshot.subjects or self.key in snapshot.closed:
            raise Broken(f"{self.where}: this subject stands there twice")
        earlier = max((subject.opened_at for subject in snapshot.subjects.values()), default=snapshot.began_at)
        self.opened_at = instant(raw["opened_at"], f"{self.where}.opened_at", earlier, snapshot.now)

    def subject(self) -> Subject:
        raw = self.raw
        subject = Subject(self.key, self.kind, self.opened_at, NO_CONFIG)
        if "opener" in raw:
            key, ident = items(raw["opener"], f"{self.where}.opener", 2)
            names([ident], f"{self.where}.opener", _openers(self.machine))
            subject.opener = (text(key, f"{self.where}.opener"), ident)
        subject.facts = self.named("facts", self.facts_of_kind(), self.fact)
        subject.confirmations = self.named("words", self.confirmations_of_kind(), self.confirmation)
        subject.waived = self.named("waived", self.waivable_of_kind(), self.waiver)
        subject.signals = self.named("signals", self.of_kind(self.profile.signals), self.signal)
        subject.handoffs = self.named("handoffs", self.gates(), self.handoff)
        subject.bands = self.named("bands", self.of_kind(self.profile.bands), self.band)
        subject.asked_again = self.named("masks", self.tracks(), self.asked)
        subject.ready = names(raw.get("ready", []), f"{self.where}.ready", self.gates())
        reactions = [name for name, each in self.profile.reactions.items() if each.kind == self.kind and not each.upon]
        subject.reacted = names(raw.get("reacted", []), f"{self.where}.reacted", reactions)
        holds = [hold.key for hold in self.machine.kinds[self.kind].holds]
        subject.held = self.named("held", dict.fromkeys(holds), self.at)
        subject.cooled = self.named("cooled", self.cooling(), self.at)
        subject.cadences = self.named("beats", self.cadences(), self.falls_due)
        subject.feeds = self.named("feeds", self.profile.feeds if self.kind == ACCOUNT else {}, self.feed)
        subject.positions = self.positions()
        subject.config = self.machine.config(self.kind, tuple(position.leaf for position in subject.positions))
        has_term = self.machine.countdown is not None and self.machine.countdown.kind == self.kind
        if has_term != ("term" in raw):
            raise Broken(f"{self.where}: its term is missing, or it has none")
        subject.term = self.term(subject) if has_term else None
        return subject

    # -- what belongs to subjects of this kind --

    def of_kind(self, declared: Mapping[str, Any]) -> dict[str, Any]:
        return {name: rule for name, rule in declared.items() if rule.kind == self.kind}

    def facts_of_kind(self) -> dict[str, FactRule]:
        return self.of_kind(self.profile.facts)

    def confirmations_of_kind(self) -> dict[str, tuple[str, ...]]:
        return {name: confirmation.by for name, confirmation in self.of_kind(self.profile.confirmations).items()}

    def waivable_of_kind(self) -> dict[str, tuple[str, ...]]:
        found = self.machine.waivable.items()
        return {ident: (str(criterion.waivable_by),) for ident, (criterion, kind) in found if kind == self.kind}

    def gates(self) -> dict[str, tuple[str, str]]:
        return {
            move.id: (move.handoff.giver, move.handoff.receiver)
            for move in self.machine.moves.values()
            if move.handoff is not None and self.profile.tracks[move.track].per == self.kind
        }

    def cooling(self) -> dict[str, Any]:
        moves = self.machine.moves.values()
        return {m.id: m for m in moves if m.cooldown and self.profile.tracks[m.track].per == self.kind}

    def cadences(self) -> dict[str, Any]:
        return {table.ident: table for table in self.machine.kinds[self.kind].cadences}

    def tracks(self) -> dict[str, frozenset[str]]:
        return {
            track.name: frozenset(name for move in track.all_moves() for name in move.asks_again)
            for track in self.profile.tracks.values()
            if track.per == self.kind
        }

    # -- its parts --

    def named(self, field: str, known: Mapping[str, Any], read: Callable[[str, Any, Any, str], Any]) -> dict[str, Any]:
        """A mapping of names that are known, each with what ``read`` makes of its value."""
        found = mapping(self.raw.get(field, {}), f"{self.where}.{field}")
        names(list(found), f"{self.where}.{field}", known)
        return {name: read(name, known[name], value, f"{self.where}.{field}.{name}") for name, value in found.items()}

    def fact(self, name: str, rule: FactRule, raw: object, where: str) -> tuple[Any, datetime, datetime, str]:
        del rule
        value, since, seen, cause = items(raw, where, 4)
        try:
            value = self.machine.checks[name](value)
        except (ValueError, TypeError) as fault:
            raise Broken(f"{where}: {short(str(fault))[1:-1]}") from None
        since = self.past(since, where)
        return value, since, instant(seen, where, since, self.snapshot.now), text(cause, where)

    def confirmation(self, name: str, by: tuple[str, ...], raw: object, where: str) -> tuple[datetime, str, str | None]:
        del name
        at, role, said = items(raw, where, 3)
        names([role], where, by)
        return self.past(at, where), role, _said(said, where)

    waiver = confirmation

    def signal(self, name: str, rule: Any, raw: object, where: str) -> tuple[datetime, bool]:
        del name, rule
        at, unsettled = items(raw, where, 2)
        return self.past(at, where), flag(unsettled, where)

    def handoff(self, name: str, sides: tuple[str, str], raw: object, where: str) -> tuple[str, datetime, str]:
        del name
        what, at, by = items(raw, where, 3)
        names([what], where, ("offered", "accepted"))
        names([by], where, (sides[what == "accepted"],))
        return what, self.past(at, where), by

    def band(self, name: str, rule: Any, raw: object, where: str) -> str:
        del name
        (level,) = names([raw], where, [level for level, _ in rule.levels])
        return level

    def asked(self, name: str, asked: frozenset[str], raw: object, where: str) -> frozenset[str]:
        del name
        return names(raw, where, asked)

    def at(self, name: str, rule: Any, raw: object, where: str) -> datetime:
        del name, rule
        return instant(raw, where, self.snapshot.began_at, self.snapshot.now)

    def falls_due(self, name: str, rule: Any, raw: object, where: str) -> tuple[date, int, datetime]:
        del name, rule
        anchor, count, at = items(raw, where, 3)
        found = day(anchor, where)
        if not self.opened_at.date() - timedelta(days=1) <= found <= self.snapshot.now.date() + timedelta(days=1):
            raise Broken(f"{where}: {found} lies outside of this subject's time")
        return found, number(count, where), self.past(at, where)

    def feed(self, name: str, rule: Any, raw: object, where: str) -> tuple[datetime, datetime, bool]:
        del name, rule
        up, heard, down = items(raw, where, 3)
        up_since = self.past(up, where)
        return up_since, instant(heard, where, up_since, self.snapshot.now), flag(down, where)

    def past(self, raw: object, where: str) -> datetime:
        return instant(raw, where, self.opened_at, self.snapshot.now)

    # -- its positions --

    def positions(self) -> tuple[Position, ...]:
        where = f"{self.where}.places"
        found = [self.position(entry, where) for entry in items(self.raw["places"], where)]
        found.sort(key=_order)
        regions = [position.leaf.region for position in found]
        expected = {region.name for region in self.machine.kinds[self.kind].tracks}
        for position in found:
            expected |= {
                other.name
                for other in self.machine.regions.values()
                if other.track == position.leaf.region.track and other.parent == position.leaf.path
            }
        if expected != {region.name for region in regions} or len(expected) != len(regions):
            raise Broken(f"{where}: these positions do not stand together")
        return tuple(found)

    def position(self, raw: object, where: str) -> Position:
        name, path, entered, stuck, placed = items(raw, where, 5)
        region = self.machine.regions.get(text(name, where))
        leaf = region.leaves.get(text(path, where)) if region is not None and region.kind == self.kind else None
        if leaf is None:
            raise Broken(f"{where}: there is no place {short(path)} in {short(name)}")
        times = tuple(self.past(at, where) for at in items(entered, where, len(leaf.chain)))
        if list(times) != sorted(times):
            raise Broken(f"{where}: {short(path)} was entered before the places around it")
        return Position(leaf, times, flag(stuck, where), flag(placed, where))

    # -- its term --

    def term(self, subject: Subject) -> Term:
        where = f"{self.where}.term"
        raw = mapping(self.raw["term"], where, _TERM)
        countdown = self.machine.countdown
        assert countdown is not None
        term = Term()
        term.renewals = number(raw["renewals"], f"{where}.renewals")
        term.observed_end = _day(raw["observed_end"], f"{where}.observed_end")
        term.since = number(raw["since"], f"{where}.since", term.renewals)
        covered_from, covered_in = items(raw["covered"], f"{where}.covered", 2)
        term.covered_from = _day(covered_from, f"{where}.covered")
        term.covered_in = number(covered_in, f"{where}.covered", term.renewals)
        term.visited = self.visited(raw["visited"], f"{where}.visited")
        end = countdown.end_of(subject)
        term.ends, term.fired = self.window(raw["window"], f"{where}.window", () if end is None else (end,))
        for each in items(raw["aside"], f"{where}.aside"):
            *window, visited = items(each, f"{where}.aside", 3)
            ends, fired = self.window(window, f"{where}.aside")
            term.aside += ((ends, fired, self.visited(visited, f"{where}.aside")),)
        notice_at, late = items(raw["notice"], f"{where}.notice", 2)
        term.notice_at = None if notice_at is None else self.past(notice_at, f"{where}.notice")
        term.notice_late = flag(late, f"{where}.notice")
        term.counting_from = _day(raw["counting_from"], f"{where}.counting_from")
        rolled, by_notice = items(raw["begun"], f"{where}.begun", 2)
        term.rolled, term.by_notice = flag(rolled, f"{where}.begun"), flag(by_notice, f"{where}.begun")
        if term.counting_from is None and (term.ends or term.fired or term.aside):
            raise Broken(f"{where}: something fired in it, though nothing was ever counted")
        return term

    def visited(self, raw: object, where: str) -> tuple[str, ...]:
        countdown = self.machine.countdown
        assert countdown is not None
        regions = [region for region in self.machine.regions.values() if region.track == countdown.track]
        return intern_paths(tuple(sorted(names(raw, where, {path for each in regions for path in each.leaves}))))

    def window(self, raw: object, where: str, present: tuple[date, ...] = ()) -> tuple[Ends, frozenset[Mark]]:
        countdown = self.machine.countdown
        assert countdown is not None
        ends_raw, fired_raw = items(raw, where, 2)
        pairs = [items(pair, where, 2) for pair in items(ends_raw, where)]
        ends = tuple((day(end, where), self.visited(visited, where)) for end, visited in pairs)
        fired = set()
        for mark in items(fired_raw, where):
            name, end, on = items(mark, where, 3)
            names([name], where, countdown.named)
            fired.add((name, day(end, where), day(on, where)))
            if countdown.named[name].in_window and day(end, where) not in (*dict(ends), *present):
                raise Broken(f"{where}: {name} is marked for {end}, which is none of its ends")
        return ends, frozenset(fired)


def _order(position: Position) -> int:
    order: int = position.leaf.region.order
    return order


def _day(raw: object, where: str) -> date | None:
    return None if raw is None else day(raw, where)
