"""Snapshots to plain JSON data and back, checked on the way in: a broken or foreign one is refused with the way on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from journeykit.errors import SnapshotError
from journeykit.machine.machine import WAY_ON, Machine
from journeykit.machine.snapshot import Snapshot
from journeykit.machine.snapshot_dict import LAYOUT
from journeykit.storage.checks import Broken, short
from journeykit.storage.read_subject import read_snapshot

__all__ = ["from_dict"]


def from_dict(machine: Machine, raw: Mapping[str, Any]) -> Snapshot:
    """The snapshot that JSON data says.

    Raises:
        SnapshotError: it belongs to another meaning, or something in it does not fit this machine.
    """
    found: Any = raw
    if not isinstance(found, Mapping) or found.get("layout") != LAYOUT:
        raise SnapshotError(f"snapshot: expected layout {LAYOUT} of this library; {WAY_ON}")
    whose = short(raw.get("account"))
    if raw.get("fingerprint") != machine.fingerprint:
        raise machine.other_meaning(whose, short(raw.get("profile")))
    try:
        return read_snapshot(machine, raw)
    except Broken as fault:
        what = str(fault)
    except (LookupError, TypeError, ValueError, ArithmeticError, AttributeError, RecursionError) as fault:
        what = f"{type(fault).__name__}: {fault}"  # what nobody thought of; the way on is the same
    raise SnapshotError(f"snapshot of {whose} is broken: {what}; {WAY_ON}")
