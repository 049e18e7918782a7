"""Read a snapshot from plain JSON data; a broken or foreign one is refused, and the message says what to do.

A snapshot comes from outside, and everything in it is checked before anything trusts it: meaning, names, places, times
and marks. What cannot be seen from the snapshot alone, such as a well-formed subject that somebody deleted, only a
replay of the log can tell.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, tzinfo
from typing import Any

from journeykit.dates import zone
from journeykit.engine.due_dates import next_due
from journeykit.engine.inputs import fit_for_an_id
from journeykit.errors import InputError, SnapshotError
from journeykit.foreign_values import Copier
from journeykit.language.expressions.tree import ACCOUNT
from journeykit.machine.entries import ClosedSubject
from journeykit.machine.machine import WAY_ON, Machine
from journeykit.machine.record_ids import Occasion
from journeykit.machine.snapshot import SETTLED, Frame, Snapshot
from journeykit.storage.checks import Broken, day, instant, items, mapping, number, said, short, text
from journeykit.storage.consistency import agree
from journeykit.storage.read_subject import kind_of, read_subject
from journeykit.storage.upgrades import check_layout, upgraded

__all__ = ["from_dict"]


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
    "unnamed",
    "closed",
    "subjects",
)
"""The keys of a snapshot of this layout; ``subjects`` are the open ones."""


_IGNORED = ("due",)
"""Keys that may stand there and are not read: a cache of the next due instant is never truth (R10)."""


_LONGEST_ZONE = 100
"""The longest name of a zone that is looked up, since suggesting one for a very long text takes long."""


def _attributes(raw: object) -> dict[str, Any]:
    """Return attributes that nobody else holds, and that can be stored again."""
    try:
        return {**Copier().copy(mapping(raw, "attributes"), "attributes")}
    except InputError as refusal:
        raise Broken(str(refusal)) from None


def _read(machine: Machine, raw: Mapping[str, Any]) -> Snapshot:
    """Return the snapshot that plain data says, of this layout and meaning.

    Raises:
        Broken: the first fault, with its place.
    """
    mapping(raw, "the whole", _KEYS, _IGNORED)
    zone_name, zone_info = _zone(raw["timezone"])
    began_at = instant(raw["began_at"], "began_at")
    account, profile = text(raw["account"], "account"), text(raw["profile"], "profile")
    if not fit_for_an_id(account):
        raise Broken(f"account: {short(account)} is no id")
    attributes = _attributes(raw["attributes"])
    frame = Frame(account, profile, machine.fingerprint, zone_name, zone_info, began_at, attributes)
    snapshot = Snapshot(frame)
    snapshot.now = instant(raw["now"], "now", low=began_at)
    snapshot.count = number(raw["count"], "count")
    _read_counts(machine, snapshot, raw)
    for place, entry in enumerate(items(raw["subjects"], "subjects")):
        where = f"subjects[{place}]"
        subject = read_subject(machine, snapshot, entry, where)
        snapshot.subjects[subject.key] = subject
    if next(iter(snapshot.subjects), None) != ACCOUNT:
        raise Broken("subjects: the account itself comes first, and is missing there")
    for kind in machine.profile.kinds.values():
        key = f"{kind.name}:{kind.opens_with}"
        if kind.opens_with is not None and key not in snapshot.subjects and key not in snapshot.closed:
            raise Broken(f"subjects: every account starts with {key}, which is neither open nor closed here")
    snapshot.account_subject = snapshot.subjects[ACCOUNT]
    agree(machine, snapshot)
    for subject in snapshot.subjects.values():
        subject.due, subject.turns_at = next_due(machine, snapshot, subject)
    snapshot.due = min((subject.due for subject in snapshot.subjects.values() if subject.due is not None), default=None)
    snapshot.fresh = SETTLED
    return snapshot


def _zone(raw: object) -> tuple[str, tzinfo]:
    name = text(raw, "timezone")
    try:
        if len(name) <= _LONGEST_ZONE:
            return name, zone(name)
    except ValueError:
        pass
    raise Broken(f"timezone: there is no zone {short(name)}")


def _read_counts(machine: Machine, snapshot: Snapshot, raw: Mapping[str, Any]) -> None:
    for content in items(raw["unnamed"], "unnamed"):
        snapshot.unnamed = Occasion(snapshot.now, snapshot.unnamed, text(content, "unnamed"))
    closed = {}
    for key, entry in mapping(raw["closed"], "closed").items():
        where = f"closed[{short(key)}]"
        kind = kind_of(machine, key, where)
        if key == ACCOUNT:
            raise Broken(f"{where}: the account itself is never closed")
        kept = items(entry, where)
        covers = _covers(kept.pop(), where) if len(kept) == 5 else None
        renewals, at, reason, into = items(kept, where, 4)
        if covers is not None and (into is None or machine.countdown is None or kind != machine.countdown.kind):
            raise Broken(f"{where}: only a contract that was closed into another covers on")
        at = instant(at, where, snapshot.began_at, snapshot.now)
        closed[key] = ClosedSubject(number(renewals, where), at, said(reason, where), said(into, where), covers)
    snapshot.closed = closed


def _covers(raw: object, where: str) -> tuple[date, date]:
    """Read the first and the last day that a contract closed into another one covers."""
    first, last = items(raw, where, 2)
    return day(first, where), day(last, where)


def from_dict(machine: Machine, raw: Mapping[str, Any]) -> Snapshot:
    """Return the snapshot that JSON data says, as ``snapshot.to_dict()`` writes it.

    Raises:
        SnapshotError: the data has another layout or another meaning, or something in it does not fit this machine.
    """
    found: Any = raw
    if not isinstance(found, Mapping):
        raise SnapshotError(
            f"snapshot: expected the mapping that snapshot.to_dict() makes, found {short(raw)}; {WAY_ON}"
        )
    check_layout(raw)
    whose = short(raw.get("account"))
    if raw.get("fingerprint") != machine.fingerprint:
        raise machine.other_meaning(whose, short(raw.get("profile")))
    try:
        return _read(machine, upgraded(raw))
    except Broken as fault:
        what = str(fault)
    except (LookupError, TypeError, ValueError, ArithmeticError, AttributeError, RecursionError) as fault:
        # Data may be broken in ways that no check foresees. For the caller it is one error.
        what = f"{type(fault).__name__}: {fault}"
    raise SnapshotError(f"snapshot of {whose} is broken: {what}; {WAY_ON}")
