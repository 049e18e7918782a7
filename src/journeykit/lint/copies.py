"""Profiles that equal another one in all but names: one treatment under two names (JK212)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from journeykit.errors import Finding, Location
from journeykit.language.model.profile import Profile
from journeykit.language.text.nodes import Node

__all__ = ["copies"]

_NAMES_ONLY = frozenset({"profile", "version", "title", "about", "extends", "label", "source", "instead_of"})
"""Keys that people read, or that only tell profiles apart."""


def copies(profile: Profile, parent: Node | None, others: Iterable[Profile] = ()) -> Iterator[Finding]:
    """Yield a warning if a profile equals its parent or another profile in all but names, labels and sources.

    Args:
        profile: the profile to judge.
        parent: the tree of the profile it extends, or None.
        others: profiles to compare it with; one read from the same file is passed over.
    """
    tree = profile.tree
    if tree is None or not isinstance(tree.value, dict):
        return
    if parent is not None and _equal(parent, tree):
        extends = tree.value["extends"]
        yield _finding(str(extends.value), extends.place, "extends")
        return
    for other in others:
        if other.tree is not None and other.written[:1] != profile.written[:1] and _equal(other.tree, tree):
            yield _finding(other.name, tree.value["profile"].place, "profile")
            return


def _finding(name: str, at: Location, path: str) -> Finding:
    return Finding(
        "JK212",
        "warning",
        at,
        path,
        f'every value is as in "{name}": its customers get the same treatment under another name',
        f'say what is different for these customers, or use "{name}" itself',
    )


def _equal(one: Node, other: Node) -> bool:
    left, right = one.value, other.value
    if isinstance(left, dict) and isinstance(right, dict):
        mine, theirs = _values(left), _values(right)
        # The order is part of the meaning: places and moves are chosen as declared (R5).
        return list(mine) == list(theirs) and all(_equal(mine[key], theirs[key]) for key in mine)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(_equal, left, right))
    return type(left) is type(right) and left == right


def _values(written: dict[str, Node]) -> dict[str, Node]:
    """Return the entries that count: all but keys that only name something; an entry may have any name."""
    return {key: item for key, item in written.items() if item.named or key not in _NAMES_ONLY}
