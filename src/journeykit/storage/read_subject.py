"""Read a subject of a stored snapshot: every name, time, count and mark is checked before anything trusts it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, Protocol, TypeVar

from journeykit.dates import Period
from journeykit.engine.inputs import fit_for_an_id
from journeykit.language.expressions.tree import ACCOUNT
from journeykit.language.model.profile import BandRule, FactRule, Feed, Signal
from journeykit.machine.entries import (
    CadenceCount,
    FactEntry,
    GivenConfirmation,
    HeardFeed,
    HeardSignal,
    Opener,
    SaidHandoff,
    Waiver,
)
from journeykit.machine.machine import Machine
from journeykit.machine.next_term import ONE_DAY, Anchor
from journeykit.machine.snapshot import Position, Snapshot, Subject
from journeykit.machine.tables import NO_CONFIG, CadenceTable
from journeykit.machine.term import Ends, Mark, MovedEnd, Term, Window, intern_paths
from journeykit.storage.checks import Broken, day, flag, instant, items, mapping, names, number, said, short, text

__all__ = ["kind_of", "read_subject"]

Rule = TypeVar("Rule")
Kept = TypeVar("Kept")


class _Named(Protocol):
    @property
    def kind(self) -> str:
        """The kind of subject that it belongs to."""


OfKind = TypeVar("OfKind", bound=_Named)


_KEYS = ("key", "opened_at", "facts", "positions")
"""The keys that every subject has."""

_KEYS_MAY = (
    "opener",
    "confirmations",
    "waived",
    "signals",
    "handoffs",
    "bands",
    "asked_again",
    "ready",
    "reacted",
    "held",
    "cooled",
    "cadences",
    "feeds",
    "term",
    "due",
)
"""The keys that a subject may have; ``due`` is a cache, and is not read."""

_TERM = (
    "renewals",
    "anchor",
    "past_ends",
    "ended_with",
    "covered",
    "visited",
    "window",
    "aside",
    "notice",
    "counting_from",
    "begun",
    "told",
)
"""The keys that every term has."""

_TERM_MAY = ("earliest_end", "end_moved_in")
"""The keys that a term may have: where a start was observed, and where its end was moved."""


def openers(machine: Machine) -> set[str]:
    """Return the ids by which a subject may be opened: of moves, and of reactions as ``reactions.name``."""
    return {*machine.moves, *(f"reactions.{name}" for name in machine.profile.reactions)}


def kind_of(machine: Machine, key: str, where: str) -> str:
    """Return the kind in the key of a subject.

    Raises:
        Broken: it is no key of this profile.
    """
    kind, colon, ident = key.partition(":")
    shaped = not colon if kind == ACCOUNT else bool(ident)
    if kind not in machine.kinds or not shaped or not fit_for_an_id(key):
        raise Broken(f"{where}: {short(key)} is no subject of this profile")
    return kind


def read_subject(machine: Machine, snapshot: Snapshot, raw: object, where: str) -> Subject:
    """Read one open subject; those opened before it are in the snapshot already.

    Raises:
        Broken: the first fault, with its place.
    """
    return _SubjectReader(machine, snapshot, raw, where).subject()


class _SubjectReader:
    """Reads one subject: first come the names that subjects of its kind may have, then a method for each part."""

    def __init__(self, machine: Machine, snapshot: Snapshot, entry: object, where: str) -> None:
        self.machine = machine
        self.profile = machine.profile
        self.snapshot = snapshot
        self.raw = raw = mapping(entry, where, _KEYS, _KEYS_MAY)
        self.key = text(raw["key"], f"{where}.key")
        self.where = f"{where} ({short(self.key)[1:-1]})"
        self.kind = kind_of(machine, self.key, self.where)
        if self.key in snapshot.subjects or self.key in snapshot.closed:
            raise Broken(f"{self.where}: this subject stands there twice")
        earlier = max((subject.opened_at for subject in snapshot.subjects.values()), default=snapshot.began_at)
        self.opened_at = instant(raw["opened_at"], f"{self.where}.opened_at", earlier, snapshot.now)

    def subject(self) -> Subject:
        raw = self.raw
        subject = Subject(self.key, self.kind, self.opened_at, NO_CONFIG)
        if "opener" in raw:
            key, ident = items(raw["opener"], f"{self.where}.opener", 2)
            names([ident], f"{self.where}.opener", openers(self.machine))
            subject.opener = Opener(text(key, f"{self.where}.opener"), ident)
        subject.facts = self.named("facts", self.facts_of_kind(), self.fact)
        subject.confirmations = self.named("confirmations", self.confirmations_of_kind(), self.confirmation)
        subject.waived = self.named("waived", self.waivable_of_kind(), self.waiver)
        subject.signals = self.named("signals", self.of_kind(self.profile.signals), self.signal)
        subject.handoffs = self.named("handoffs", self.gates(), self.handoff)
        subject.bands = self.named("bands", self.of_kind(self.profile.bands), self.band)
        asked_again = self.named("asked_again", self.tracks(), self.asked)
        subject.asked_again = {track: again for track, again in asked_again.items() if again}
        subject.ready = names(raw.get("ready", []), f"{self.where}.ready", self.gates())
        reactions = [name for name, each in self.profile.reactions.items() if each.kind == self.kind and not each.upon]
        subject.reacted = names(raw.get("reacted", []), f"{self.where}.reacted", reactions)
        holds = [hold.key for hold in self.machine.kinds[self.kind].holds]
        subject.held = self.named("held", dict.fromkeys(holds), self.at)
        subject.cooled = self.named("cooled", self.cooling(), self.at)
        subject.cadences = self.named("cadences", self.cadences(), self.cadence)
        subject.feeds = self.named("feeds", self.profile.feeds if self.kind == ACCOUNT else {}, self.feed)
        subject.positions = self.positions()
        subject.config = self.machine.config(self.kind, tuple(position.leaf for position in subject.positions))
        has_term = self.machine.countdown is not None and self.machine.countdown.kind == self.kind
        if has_term != ("term" in raw):
            raise Broken(f"{self.where}: its term is missing, or it has none")
        subject.term = self.term(subject) if has_term else None
        return subject

    # -- what belongs to subjects of this kind --

    def of_kind(self, declared: Mapping[str, OfKind]) -> dict[str, OfKind]:
        return {name: rule for name, rule in declared.items() if rule.kind == self.kind}

    def facts_of_kind(self) -> dict[str, FactRule]:
        return self.of_kind(self.profile.facts)

    def confirmations_of_kind(self) -> dict[str, tuple[str, ...]]:
        return {name: confirmation.by for name, confirmation in self.of_kind(self.profile.confirmations).items()}

    def waivable_of_kind(self) -> dict[str, tuple[str, ...]]:
        found = self.machine.waivable.items()
        return {ident: (str(criterion.waivable_by),) for ident, (criterion, kind) in found if kind == self.kind}

    def gates(self) -> dict[str, tuple[str, str]]:
        """Return the moves with a handoff by id, each with its giver and its receiver."""
        return {
            move.id: (move.handoff.giver, move.handoff.receiver)
            for move in self.machine.moves.values()
            if move.handoff is not None and self.profile.tracks[move.track].per == self.kind
        }

    def cooling(self) -> dict[str, Any]:
        moves = self.machine.moves.values()
        found: dict[str, Any] = {m.id: m for m in moves if m.cooldown and self.profile.tracks[m.track].per == self.kind}
        return found | {name: r for name, r in self.of_kind(self.profile.reactions).items() if r.cooldown}

    def cadences(self) -> dict[str, Any]:
        return {table.ident: table for table in self.machine.kinds[self.kind].cadences}

    def tracks(self) -> dict[str, frozenset[str]]:
        """Return the tracks by name, each with the names that its moves may ask again."""
        return {
            track.name: frozenset(name for move in track.all_moves() for name in move.asks_again)
            for track in self.profile.tracks.values()
            if track.per == self.kind
        }

    # -- its parts --

    def named(
        self, field: str, known: Mapping[str, Rule], read: Callable[[Rule, object, str], Kept]
    ) -> dict[str, Kept]:
        """Read a mapping of known names; ``read`` takes what is known of a name, its value, and where it stands."""
        found = mapping(self.raw.get(field, {}), f"{self.where}.{field}")
        names(list(found), f"{self.where}.{field}", known)
        return {name: read(known[name], value, f"{self.where}.{field}.{name}") for name, value in found.items()}

    def fact(self, rule: FactRule, raw: object, where: str) -> FactEntry:
        value, since, seen, cause = items(raw, where, 4)
        value = self.value(rule.name, value, where)
        since = self.past(since, where)
        return value, since, instant(seen, where, since, self.snapshot.now), text(cause, where)

    def value(self, name: str, raw: object, where: str) -> Any:
        try:
            return self.machine.checks[name](raw)
        except (ValueError, TypeError) as fault:
            raise Broken(f"{where}: {short(str(fault))[1:-1]}") from None

    def confirmation(self, by: tuple[str, ...], raw: object, where: str) -> GivenConfirmation:
        at, role, evidence = items(raw, where, 3)
        names([role], where, by)
        return GivenConfirmation(self.past(at, where), role, said(evidence, where))

    def waiver(self, by: tuple[str, ...], raw: object, where: str) -> Waiver:
        return Waiver(*self.confirmation(by, raw, where))

    def signal(self, _rule: Signal, raw: object, where: str) -> HeardSignal:
        at, unsettled = items(raw, where, 2)
        return HeardSignal(self.past(at, where), flag(unsettled, where))

    def handoff(self, sides: tuple[str, str], raw: object, where: str) -> SaidHandoff:
        what, at, by = items(raw, where, 3)
        names([what], where, ("offered", "accepted"))  # what was declined is forgotten, not kept
        names([by], where, (sides[what == "accepted"],))
        return SaidHandoff(what, self.past(at, where), by)

    def band(self, rule: BandRule, raw: object, where: str) -> str:
        (level,) = names([raw], where, [level for level, _ in rule.levels])
        return level

    def asked(self, asked: frozenset[str], raw: object, where: str) -> frozenset[str]:
        return names(raw, where, asked)

    def at(self, _rule: object, raw: object, where: str) -> datetime:
        # It may lie before the opening: a new subject takes over how long the account's criteria have been met.
        return instant(raw, where, self.snapshot.began_at, self.snapshot.now)

    def cadence(self, _table: CadenceTable, raw: object, where: str) -> CadenceCount:
        anchor, count, at = items(raw, where, 3)
        found = day(anchor, where)
        # An anchor is a local day of a zone that the account has or had, so it may be a day off from UTC.
        if not ONE_DAY.subtract(self.opened_at.date()) <= found <= ONE_DAY.add(self.snapshot.now.date()):
            raise Broken(f"{where}: {found} lies outside of this subject's time")
        return CadenceCount(found, number(count, where), self.past(at, where))

    def feed(self, _rule: Feed, raw: object, where: str) -> HeardFeed:
        up, heard, down = items(raw, where, 3)
        up_since = self.past(up, where)
        return HeardFeed(up_since, instant(heard, where, up_since, self.snapshot.now), flag(down, where))

    def past(self, raw: object, where: str) -> datetime:
        return instant(raw, where, self.opened_at, self.snapshot.now)

    # -- its positions --

    def positions(self) -> tuple[Position, ...]:
        where = f"{self.where}.places"
        found = [self.position(entry, where) for entry in items(self.raw["positions"], where)]
        found.sort(key=_order)
        # One position in each track, and one in each branch of every leaf where it stands: no less and no more.
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
        raw = mapping(self.raw["term"], where, _TERM, _TERM_MAY)
        countdown = self.machine.countdown
        assert countdown is not None
        term = Term()
        term.renewals = number(raw["renewals"], f"{where}.renewals")
        term.anchor = None if raw["anchor"] is None else _anchor(raw["anchor"], f"{where}.anchor")
        term.past_ends = _days(raw["past_ends"], f"{where}.past_ends")
        term.ended_with = self.ended_with(raw["ended_with"], f"{where}.ended_with")
        term.earliest_end = _day(raw.get("earliest_end"), f"{where}.earliest_end")
        covered_from, covered_in = items(raw["covered"], f"{where}.covered", 2)
        term.covered_from = _day(covered_from, f"{where}.covered")
        term.covered_in = number(covered_in, f"{where}.covered", term.renewals)
        term.visited = self.visited(raw["visited"], f"{where}.visited")
        end = countdown.end_of(subject)
        term.ends, term.fired = self.window(raw["window"], f"{where}.window", () if end is None else (end,))
        for each in items(raw["aside"], f"{where}.aside"):
            *window, visited = items(each, f"{where}.aside", 3)
            ends, fired = self.window(window, f"{where}.aside")
            term.aside += (Window(ends, fired, self.visited(visited, f"{where}.aside")),)
        notice_at, late = items(raw["notice"], f"{where}.notice", 2)
        term.notice_at = None if notice_at is None else self.past(notice_at, f"{where}.notice")
        term.notice_late = flag(late, f"{where}.notice")
        term.counting_from = _day(raw["counting_from"], f"{where}.counting_from")
        term.told = _days(raw["told"], f"{where}.told")
        begun = [flag(each, f"{where}.begun") for each in items(raw["begun"], f"{where}.begun", 3)]
        term.rolled, term.by_notice, term.met_over = begun
        tracks = {region.track for region in self.machine.kinds[self.kind].tracks}
        term.end_moved_in = names(raw.get("end_moved_in", []), f"{where}.end_moved_in", tracks)
        if term.counting_from is None and (term.ends or term.fired or term.aside):
            raise Broken(f"{where}: something fired in it, though nothing was ever counted")
        return term

    def ended_with(self, raw: object, where: str) -> dict[str, Any]:
        countdown = self.machine.countdown
        assert countdown is not None
        found: dict[str, Any] = {}
        for name, value in mapping(raw, where).items():
            names([name], where, {*countdown.term_facts, *countdown.term_confirmations})
            is_fact = name in countdown.term_facts
            found[name] = self.value(name, value, f"{where}.{name}") if is_fact else flag(value, f"{where}.{name}")
        return found

    def visited(self, raw: object, where: str) -> tuple[str, ...]:
        countdown = self.machine.countdown
        assert countdown is not None
        regions = [region for region in self.machine.regions.values() if region.track == countdown.track]
        return intern_paths(tuple(sorted(names(raw, where, {path for each in regions for path in each.leaves}))))

    def window(self, raw: object, where: str, present: tuple[date, ...] = ()) -> tuple[Ends, frozenset[Mark]]:
        """Read the ends and the marks of a window; ``present`` is the present end, which the running window has."""
        countdown = self.machine.countdown
        assert countdown is not None
        ends_raw, fired_raw = items(raw, where, 2)
        pairs = [items(pair, where, 2) for pair in items(ends_raw, where)]
        ends = tuple(MovedEnd(day(end, where), self.visited(visited, where)) for end, visited in pairs)
        fired = set()
        for mark in items(fired_raw, where):
            name, end, on = items(mark, where, 3)
            names([name], where, countdown.named)
            fired.add(Mark(name, day(end, where), day(on, where)))
            if countdown.named[name].in_window and day(end, where) not in (*(one.end for one in ends), *present):
                raise Broken(f"{where}: {name} is marked for {end}, which is none of its ends")
        return ends, frozenset(fired)


def _order(position: Position) -> int:
    order: int = position.leaf.region.order
    return order


def _days(raw: object, where: str) -> tuple[date, ...]:
    return tuple(sorted(day(each, where) for each in items(raw, where)))


def _anchor(raw: object, where: str) -> Anchor:
    found, length = items(raw, where, 2)
    try:
        return day(found, where), None if length is None else Period.parse(length)
    except (ValueError, TypeError, AttributeError) as fault:
        raise Broken(f"{where}: {fault}") from None


def _day(raw: object, where: str) -> date | None:
    return None if raw is None else day(raw, where)
