"""The fingerprint of a profile's meaning, on which a snapshot and the machine that takes it must agree (rule R16).

The profile is written down as JSON without what only people read, and digested.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any

from journeykit.dates import Period
from journeykit.language.expressions.tree import Expr
from journeykit.language.expressions.type_check import canonical
from journeykit.language.model.profile import Criterion, Profile, Track

__all__ = ["fingerprint"]

LAYOUT = 1
"""The version of the written form: raised when the same meaning comes to be written down in another way.

The names of the fields of ``language.model`` are part of that form; names of modules and classes are not.
"""

UNSAID = frozenset(
    {
        "about",
        "activities",
        "at",
        "cited",
        "counts_as",
        "goal",
        "instead_of",
        "label",
        "measures",
        "role",
        "source",
        "stalls",
        "text",
        "title",
        "typical",
        "watch",
    }
)
"""Attributes that people read and on which no journey depends."""

WHERE_SAID = {"Milestone": ("when", "for_terms", "again"), "Reaction": ("cooldown",)}
"""Attributes written only where they are said, so that one that does not know them means what it always meant."""

BY_NAME = ("roles", "feeds", "facts", "bands", "derived", "signals", "confirmations")
"""Parts of a profile that are looked up by name, so that the order of their declaration means nothing."""


def fingerprint(profile: Profile) -> str:
    """Return a digest (SHA-256, hexadecimal) of everything that decides how a journey moves, and of nothing else.

    Labels, texts and lines in files do not count.

    The order in which kinds, reactions, tracks, places and moves are declared is part of the meaning, since it decides
    what goes first. The profile's time zone is not: each journey carries its own.
    """
    meaning: dict[str, Any] = {name: _plain(getattr(profile, name)) for name in BY_NAME}
    meaning["kinds"] = _plain(tuple(profile.kinds.values()))
    meaning["reactions"] = _plain(tuple(profile.reactions.values()))
    meaning["tracks"] = [_track(track) for track in profile.tracks.values()]
    meaning["layout"] = LAYOUT
    text = json.dumps(meaning, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def _track(track: Track) -> Any:
    # That a track is said never to end concerns the lint alone.
    return {key: value for key, value in _plain(track).items() if key != "never_ends"}


def _plain(value: Any) -> Any:
    """Return a value as JSON knows it, expressions in their normal text."""
    if isinstance(value, Criterion):
        return _criterion(value)
    if isinstance(value, Period):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(one) for one in value]
    if isinstance(value, Expr):
        return canonical(value)
    if is_dataclass(value):
        said, if_said = _fields(value), WHERE_SAID.get(type(value).__name__, ())
        return {key: one for key, one in said.items() if one or key not in if_said}
    return value


def _fields(value: Any) -> dict[str, Any]:
    # "order" only numbers what the order of the lists says already.
    return {f.name: _plain(getattr(value, f.name)) for f in fields(value) if f.name not in UNSAID | {"order"}}


def _criterion(criterion: Criterion) -> Any:
    said: dict[str, Any] = {"id": criterion.id, "group": criterion.group}
    if criterion.expr is not None:
        said["is"] = canonical(criterion.expr)
    if criterion.members:
        said["members"] = [_criterion(member) for member in criterion.members]
        said["needed"] = criterion.needed
    if criterion.waivable_by is not None:
        said["waivable_by"] = criterion.waivable_by
    if criterion.held is not None:
        said["held"] = str(criterion.held)
    return said
