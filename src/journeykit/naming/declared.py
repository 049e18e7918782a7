"""All names that a profile declares, by sort, each with the ``label:`` written for it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Literal, get_args

from journeykit.language.model.profile import CLOSING_DATES, Profile
from journeykit.language.text.nodes import Node

__all__ = ["RECORD_KINDS", "SORTS", "RecordKind", "Vocabulary", "vocabulary"]

Vocabulary = dict[str, dict[str, Node | None]]
"""Names by sort, each with the node of its label in the profile's text, or None."""

RecordKind = Literal[
    "opened",
    "closed",
    "moved",
    "ready",
    "not_ready",
    "milestone",
    "slipped",
    "stuck",
    "late_start",
    "amended",
    "notice",
    "term",
    "feed",
    "cadence",
    "placed",
    "waived",
    "retracted",
    "repeated",
    "action",
    "heard",
]
RECORD_KINDS: Final[tuple[RecordKind, ...]] = get_args(RecordKind)
"""Kinds of records (R14), the same for every profile. They stand here since names lie below the engine."""

_PLAIN = ("subjects", "roles", "feeds", "bands", "signals", "confirmations", "derived", "reactions")
_NESTED = ("stages", "steps", "side_by_side")
_GROUPS = ("any", "all", "of")

SORTS = (
    *("profiles", "tracks", "stages", "moves", "milestones", "cadences", "facts", "choices", "levels", "criteria"),
    *(*_PLAIN, "actions", "records"),
)
"""Sorts of names. Stages are named ``track.path``, choices ``fact.value``, levels ``band.level``; moves and criteria by
their ids or by the last parts of these.
"""

_Found = tuple[str, str, Node | None]


def vocabulary(profile: Profile) -> Vocabulary:
    """Return all names of a profile by sort, those of one sort in the order of the text."""
    found: Vocabulary = {sort: {} for sort in SORTS}
    root = profile.tree
    assert root is not None
    found["profiles"][profile.name] = _map(root).get("title")
    found["subjects"] = dict.fromkeys(profile.kinds)
    found["records"] = dict.fromkeys(RECORD_KINDS)
    for sort, name, label in (*_declared(root), *_tracks(root)):
        found[sort][name] = label
    # The dates of a term need not stand under ``facts:``.
    for name in profile.facts:
        found["facts"].setdefault(name, None)
    return found


def _map(node: Node | None, *path: str) -> dict[str, Node]:
    """Return the map at a path, or an empty one."""
    for key in path:
        node = _map(node).get(key)
    return node.value if node is not None and isinstance(node.value, dict) else {}


def _label(node: Node) -> Node | None:
    return _map(node).get("label")


def _declared(root: Node) -> Iterator[_Found]:
    for sort in _PLAIN:
        for name, node in _map(root, sort).items():
            yield sort, name, _label(node)
    for holder in _map(root, "facts").values():
        for name, node in _map(holder).items():
            yield "facts", name, _label(node)
            values = _map(node).get("of")
            for value in values.value if values is not None and isinstance(values.value, list) else ():
                yield "choices", f"{name}.{value.value}", None
    for name, node in _map(root, "bands").items():
        for level in _map(node, "levels"):
            yield "levels", f"{name}.{level}", None
    yield from _criteria("derived", _map(root, "derived"))
    for name, node in _map(root, "reactions").items():
        yield from _criteria(f"reactions.{name}", _map(node, "when"))
        yield from _actions(node)


def _tracks(root: Node) -> Iterator[_Found]:
    for track, node in _map(root, "tracks").items():
        yield "tracks", track, _label(node)
        yield from _stages(track, node)
        yield from _moves(track, _map(node, "moves"))
        for name, one in _map(node, "cadences").items():
            yield "cadences", name, _label(one)
        yield from (("milestones", name, None) for name in CLOSING_DATES if _map(node).get("countdown"))
        for name, one in _map(node, "countdown", "milestones").items():
            yield "milestones", name, _label(one)
            asked = {key: node for key, node in _map(one).items() if key in ("needs", "when")}
            yield from _criteria(f"{track}.countdown.{name}", asked)


def _stages(around: str, node: Node) -> Iterator[_Found]:
    for key in _NESTED:
        for name, stage in _map(node, key).items():
            path = f"{around}.{name}"
            yield "stages", path, _label(stage)
            yield from _criteria(f"{path}.success", _map(stage, "success"))
            yield from _moves(path, _map(stage, "regress") | _map(stage, "moves"))
            exit_ = _map(stage).get("exit")
            if exit_ is not None:
                yield from _criteria(f"{path}.exit", _map(exit_, "when"))
                yield from _actions(exit_)
            yield from _stages(path, stage)


def _moves(owner: str, moves: dict[str, Node]) -> Iterator[_Found]:
    for name, node in moves.items():
        yield "moves", f"{owner}.{name}", None
        yield from _criteria(f"{owner}.{name}", _map(node, "when"))
        yield from _actions(node)


def _actions(node: Node) -> Iterator[_Found]:
    names = _map(node).get("do")
    for one in names.value if names is not None and isinstance(names.value, list) else ():
        yield "actions", str(one.value), None


def _criteria(prefix: str, criteria: dict[str, Node]) -> Iterator[_Found]:
    for name, node in criteria.items():
        yield "criteria", f"{prefix}.{name}", _label(node)
        for key in _GROUPS:
            yield from _criteria(f"{prefix}.{name}", _map(node, key))
