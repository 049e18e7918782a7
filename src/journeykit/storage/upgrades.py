"""Read stored snapshots of older layouts on: each upgrade turns the data of one layout into those of the next.

A snapshot is plain data, and what it says outlives the form in which it is written. So every layout from 3 on has an
upgrade here, and a stored file of it among the tests. What a later journeykit wrote cannot be read: it may say what
this one does not know.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from journeykit.errors import SnapshotError
from journeykit.machine.machine import WAY_ON
from journeykit.machine.snapshot_to_dict import LAYOUT
from journeykit.storage.checks import short

__all__ = ["check_layout", "upgraded"]

_RENAMED = {
    "places": "positions",
    "words": "confirmations",
    "masks": "asked_again",
    "beats": "cadences",
}
"""Keys of a subject that layout 4 calls by the words that everything else has for them."""


def check_layout(raw: Mapping[str, Any]) -> None:
    """Refuse stored data whose layout cannot be read.

    Raises:
        SnapshotError: a later journeykit wrote them, or one before layout 3, or they say no layout at all.
    """
    layout: Any = raw.get("layout")
    known = isinstance(layout, int) and not isinstance(layout, bool)
    if not known or layout not in (*_UPGRADES, LAYOUT):
        later = known and layout > LAYOUT
        way_on = "a later journeykit wrote it; update this one" if later else WAY_ON
        raise SnapshotError(
            f"snapshot: expected layout {LAYOUT}, or {min(_UPGRADES)} and later, found {short(layout)}; {way_on}"
        )


def upgraded(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return stored data of a layout that can be read in the present one."""
    while raw["layout"] in _UPGRADES:
        raw = _UPGRADES[raw["layout"]](raw)
    return raw


def _from_3(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    """Upgrade layout 3, in which openings were counted, and some keys had names of their own."""
    new = {key: value for key, value in raw.items() if key not in ("openings", "rows")}
    return new | {"layout": 4, "unnamed": [], "subjects": [_subject_from_3(row) for row in raw["rows"]]}


def _subject_from_3(row: Mapping[str, Any]) -> dict[str, Any]:
    new = {_RENAMED.get(key, key): value for key, value in row.items()}
    if "term" in new:
        new["term"] = {**new["term"], "told": []}
    return new


def _from_4(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    """Upgrade layout 4, in which terms were counted from the end last observed, and earlier ones were forgotten."""
    return {**raw} | {"layout": 5, "subjects": [_subject_from_4(subject) for subject in raw["subjects"]]}


def _subject_from_4(subject: Mapping[str, Any]) -> Mapping[str, Any]:
    if "term" not in subject:
        return subject
    term = {key: value for key, value in subject["term"].items() if key not in ("observed_end", "since")}
    return {
        **subject,
        "term": term | {"anchor": None, "past_ends": [], "ended_with": {}, "begun": [*term["begun"], False]},
    }


_UPGRADES: dict[Any, Callable[[Mapping[str, Any]], Mapping[str, Any]]] = {3: _from_3, 4: _from_4}
"""By the layout that it reads."""
