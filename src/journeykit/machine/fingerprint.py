"""The fingerprint of a profile's meaning: what a snapshot must agree on with the machine that takes it up."""

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
"""Raised when the same meaning comes to be written down in another way."""

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
"""What people read and no journey depends on."""

BY_NAME = ("roles", "feeds", "facts", "bands", "derived", "signals", "confirmations")
"""What is looked up by name: in which order it was declared means nothing."""


def fingerprint(profile: Profile) -> str:
    """A digest of everything that decides how a journey moves, and of nothing else: labels and lines in files are free.

    The order in which kinds, reactions, tracks, places and moves are declared is part of the meaning, since it decides
    what goes first. The time zone is not: each journey carries its own.
    """
    meaning: dict[str, Any] = {name: _plain(getattr(profile, name)) for name in BY_NAME}
    meaning["kinds"] = _plain(tuple(profile.kinds.values()))
    meaning["reactions"] = _plain(tuple(profile.reactions.values()))
    meaning["tracks"] = [_track(track) for track in profile.tracks.values()]
    meaning["layout"] = LAYOUT
    text = json.dumps(meaning, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def _track(track: Track) -> Any:
    # Whether a track is said never to end is a matter for the lint.
    return {key: value for key, value in _plain(track).items() if key != "never_ends"}


def _plain(value: Any) -> Any:
    """A value as JSON knows it; expressions in their normal text."""
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
        # "order" only numbers what the lists say already.
        return {f.name: _plain(getattr(value, f.name)) for f in fields(value) if f.name not in UNSAID | {"order"}}
    return value


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
