"""Snapshots to plain JSON data and back, checked on the way in: a broken or foreign one is refused with the way on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from journeykit.dates import UTC, zone
from journeykit.errors import SnapshotError
from journeykit.journey.due import next_due
from journeykit.journey.inputs import plain
from journeykit.journey.snapshot import Frame, Row, Snapshot, Term
from journeykit.language.expressions import ACCOUNT
from journeykit.machine.layout import Standing
from journeykit.machine.machine import Machine

__all__ = ["LAYOUT", "from_dict", "to_dict"]

LAYOUT = 1
"""The version of this layout of snapshots."""


def to_dict(snapshot: Snapshot) -> dict[str, Any]:
    """A snapshot as JSON data, positions by path."""
    return {
        "layout": LAYOUT,
        "account": snapshot.account,
        "profile": snapshot.profile,
        "fingerprint": snapshot.fingerprint,
        "timezone": snapshot.frame.zone_name,
        "began_at": _text(snapshot.began_at),
        "now": _text(snapshot.now),
        "attributes": plain(snapshot.attributes),
        "count": snapshot.count,
        "openings": dict(snapshot.openings),
        "closed": {key: [count, _text(at), reason] for key, (count, at, reason) in snapshot.closed.items()},
        "rows": [_row_to_dict(row) for row in snapshot.rows.values()],
    }


def _row_to_dict(row: Row) -> dict[str, Any]:
    raw: dict[str, Any] = {
        "key": row.key,
        "opened_at": _text(row.opened_at),
        "facts": {n: [plain(v), _text(s), _text(seen), cause] for n, (v, s, seen, cause) in row.facts.items()},
        "places": [
            [s.leaf.region.name, s.leaf.path, [_text(at) for at in s.entered], s.stuck, s.placed] for s in row.places
        ],
    }
    if row.opener is not None:
        raw["opener"] = list(row.opener)
    for field in ("words", "waived"):
        if found := getattr(row, field):
            raw[field] = {name: [_text(at), by, said] for name, (at, by, said) in found.items()}
    if row.signals:
        raw["signals"] = {name: [_text(at), unsettled] for name, (at, unsettled) in row.signals.items()}
    if row.handoffs:
        raw["handoffs"] = {name: [what, _text(at), by] for name, (what, at, by) in row.handoffs.items()}
    if row.bands:
        raw["bands"] = dict(row.bands)
    if row.masks:
        raw["masks"] = {track: sorted(names) for track, names in row.masks.items() if names}
    for field in ("ready", "reacted"):
        if found := getattr(row, field):
            raw[field] = sorted(found)
    if row.term is not None:
        raw["term"] = _term_to_dict(row.term)
    return raw


def _term_to_dict(term: Term) -> dict[str, Any]:
    return {
        "renewals": term.renewals,
        "observed_end": plain(term.observed_end),
        "since": term.since,
        "covered": [plain(term.covered_from), term.covered_in],
        "visited": sorted(term.visited),
        "window": _window_to_list(term.ends, term.fired),
        "aside": [_window_to_list(ends, fired) for ends, fired in term.aside],
        "notice": [_text(term.notice_at) if term.notice_at else None, term.notice_late],
        "counting_since": _text(term.counting_since) if term.counting_since else None,
    }


def _window_to_list(ends: tuple[date, ...], fired: frozenset[tuple[str, date]]) -> list[Any]:
    return [[end.isoformat() for end in ends], sorted([name, end.isoformat()] for name, end in fired)]


def from_dict(machine: Machine, raw: Mapping[str, Any]) -> Snapshot:
    """The snapshot that JSON data says.

    Raises:
        SnapshotError: it belongs to another meaning, names a place that is not there, or its marks are broken.
    """
    if not isinstance(raw, Mapping) or raw.get("layout") != LAYOUT:
        raise SnapshotError(f"snapshot: expected layout {LAYOUT} of this library; {_WAY_ON}")
    if raw.get("fingerprint") != machine.fingerprint:
        raise SnapshotError(
            f"snapshot of {raw.get('account')!r}: made by profile {raw.get('profile')!r} with another meaning than "
            f"{machine.name!r} has now; {_WAY_ON}"
        )
    try:
        return _Reader(machine, raw).snapshot()
    except SnapshotError:
        raise
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as fault:
        what = f"{type(fault).__name__}: {fault}"
    raise SnapshotError(f"snapshot of {raw.get('account')!r} is broken ({what}); {_WAY_ON}")


_WAY_ON = "replay the account's inputs with this machine to get a new one"


class _Reader:
    def __init__(self, machine: Machine, raw: Mapping[str, Any]) -> None:
        self.machine = machine
        self.raw = raw

    def broken(self, where: str, what: str) -> SnapshotError:
        return SnapshotError(f"snapshot of {self.raw['account']!r}: {where}: {what}; {_WAY_ON}")

    def snapshot(self) -> Snapshot:
        raw = self.raw
        zone_info = zone(raw["timezone"])
        fingerprint = self.machine.fingerprint
        attributes = dict(raw["attributes"])
        began_at = _at(raw["began_at"])
        frame = Frame(
            raw["account"], raw["profile"], fingerprint, raw["timezone"], zone_info, began_at, attributes
        )
        state = Snapshot(frame)
        state.now = _at(raw["now"])
        if state.now < state.began_at:
            raise self.broken("now", "lies before the journey began")
        state.count = _number(raw["count"])
        state.openings = {str(name): _number(count) for name, count in raw["openings"].items()}
        state.closed = {key: (_number(count), _at(at), reason) for key, (count, at, reason) in raw["closed"].items()}
        for entry in raw["rows"]:
            row = self.row(entry, state)
            state.rows[row.key] = row
        if ACCOUNT not in state.rows:
            raise self.broken("rows", "the account itself is missing")
        state.account_row = state.rows[ACCOUNT]
        for row in state.rows.values():
            row.due = next_due(self.machine, state, row)  # computed, never stored (R10)
        state.due = min((row.due for row in state.rows.values() if row.due is not None), default=None)
        return state

    def row(self, raw: Mapping[str, Any], state: Snapshot) -> Row:
        key = raw["key"]
        kind, _, ident = key.partition(":")
        if kind not in self.machine.kinds or key in state.rows or key in state.closed:
            raise self.broken(f"subject {key!r}", "is not a subject of this profile, or stands twice")
        row = Row(key, kind, ident or kind, _at(raw["opened_at"]))
        row.opener = tuple(raw["opener"]) if "opener" in raw else None
        row.facts = {name: self.fact(key, kind, name, entry) for name, entry in raw["facts"].items()}
        row.words = {n: (_at(at), by, said) for n, (at, by, said) in raw.get("words", {}).items()}
        row.waived = {n: (_at(at), by, said) for n, (at, by, said) in raw.get("waived", {}).items()}
        row.signals = {n: (_at(at), bool(open_)) for n, (at, open_) in raw.get("signals", {}).items()}
        row.handoffs = {n: (what, _at(at), by) for n, (what, at, by) in raw.get("handoffs", {}).items()}
        row.bands = self.bands(raw.get("bands", {}))
        row.masks = {track: frozenset(names) for track, names in raw.get("masks", {}).items()}
        row.ready = frozenset(raw.get("ready", ()))
        row.reacted = frozenset(raw.get("reacted", ()))
        row.places = self.places(key, kind, raw["places"])
        row.config = self.machine.config(kind, tuple(standing.leaf for standing in row.places))
        is_term = self.machine.countdown is not None and self.machine.countdown.kind == kind
        if is_term != ("term" in raw):
            raise self.broken(f"subject {key!r}", "its term is missing or does not belong there")
        row.term = self.term(key, raw["term"]) if is_term else None
        self.names(key, kind, row)
        return row

    def names(self, key: str, kind: str, row: Row) -> None:
        profile = self.machine.profile
        known = (
            ("word", row.words, profile.confirmations),
            ("signal", row.signals, profile.signals),
        )
        for what, found, declared in known:
            for name in found:
                if name not in declared or declared[name].kind != kind:  # type: ignore[index]
                    raise self.broken(f"subject {key!r}", f"{what} {name!r} does not belong to a {kind}")
        for ident in (*row.handoffs, *row.ready):
            if ident not in self.machine.moves:
                raise self.broken(f"subject {key!r}", f"there is no move {ident!r}")

    def fact(self, key: str, kind: str, name: str, entry: Any) -> tuple[Any, datetime, datetime, str]:
        rule = self.machine.profile.facts.get(name)
        if rule is None or rule.kind != kind:
            raise self.broken(f"subject {key!r}", f"fact {name!r} does not belong to a {kind}")
        value, since, seen, cause = entry
        try:
            checked = self.machine.checks[name](value)
        except (ValueError, OverflowError) as fault:
            raise self.broken(f"subject {key!r}, fact {name!r}", str(fault)) from None
        return checked, _at(since), _at(seen), str(cause)

    def bands(self, raw: Mapping[str, str]) -> dict[str, str]:
        for name, level in raw.items():
            rule = self.machine.profile.bands[name]
            if level not in [known for known, _ in rule.levels]:
                raise self.broken(f"band {name!r}", f"has no level {level!r}")
        return dict(raw)

    def places(self, key: str, kind: str, raw: list[Any]) -> tuple[Standing, ...]:
        found = []
        for region_name, path, entered, stuck, placed in raw:
            region = self.machine.regions.get(region_name)
            leaf = region.leaves.get(path) if region is not None and region.kind == kind else None
            if leaf is None:
                raise self.broken(f"subject {key!r}", f"there is no place {path!r} in {region_name!r}")
            times = tuple(_at(at) for at in entered)
            if len(times) != len(leaf.chain) or list(times) != sorted(times):
                raise self.broken(f"subject {key!r}", f"the times of entering {path!r} do not fit it")
            found.append(Standing(leaf, times, bool(stuck), bool(placed)))
        standing = sorted(found, key=lambda each: each.leaf.region.order)
        expected: set[str] = {region.name for region in self.machine.kinds[kind].tracks}
        for each in standing:
            region = each.leaf.region
            expected |= {
                other.name
                for other in self.machine.regions.values()
                if other.track == region.track and other.parent == each.leaf.path
            }
        if expected != {each.leaf.region.name for each in standing} or len(expected) != len(standing):
            raise self.broken(f"subject {key!r}", "its positions are not those of one configuration")
        return tuple(standing)

    def term(self, key: str, raw: Mapping[str, Any]) -> Term:
        term = Term()
        term.renewals = _number(raw["renewals"])
        term.observed_end = _day(raw["observed_end"])
        term.since = _number(raw["since"])
        term.covered_from = _day(raw["covered"][0])
        term.covered_in = _number(raw["covered"][1])
        term.visited = frozenset(raw["visited"])
        term.ends, term.fired = self.window(key, raw["window"])
        term.aside = tuple(self.window(key, window) for window in raw["aside"])
        notice_at, term.notice_late = raw["notice"]
        term.notice_at = _at(notice_at) if notice_at else None
        since = raw["counting_since"]
        term.counting_since = _at(since) if since else None
        return term

    def window(self, key: str, raw: Any) -> tuple[tuple[date, ...], frozenset[tuple[str, date]]]:
        countdown = self.machine.countdown
        assert countdown is not None
        ends = tuple(date.fromisoformat(end) for end in raw[0])
        fired = frozenset((name, date.fromisoformat(end)) for name, end in raw[1])
        for name, end in fired:
            if name not in countdown.named or end not in ends:
                raise self.broken(f"subject {key!r}", f"broken mark: {name!r} for {end.isoformat()}")
        return ends, fired


def _text(at: datetime) -> str:
    return at.isoformat()


def _at(text: Any) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(f"{text!r} has no time zone")
    return at.astimezone(UTC)


def _day(text: Any) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _number(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError(f"expected a count, found {value!r}")
    return value
