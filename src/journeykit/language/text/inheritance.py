"""Inheritance: merging a child's tree over its parent's.

Maps merge; everything else replaces. ``~`` removes. A parent's key keeps its position in the map, new keys come last or
``after: name``. Every value keeps the location where it was written. What was removed is remembered, so that a finding
about a name that is still used can point to both locations.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from journeykit.errors import Location
from journeykit.language.text.nodes import Faults, Node, Path, suggest

__all__ = ["Removals", "Removed", "merge"]

# The keys of each form of a value or criterion: a child that writes it in another form replaces the parent's form.
_WAYS = {
    "is": frozenset({"is"}),
    "fact": frozenset({"fact", "else"}),
    "any": frozenset({"any"}),
    "all": frozenset({"all"}),
    "at_least": frozenset({"at_least", "of"}),
    "quiet": frozenset({"quiet", "for"}),
    "seen": frozenset({"seen", "within"}),
    "automatically": frozenset({"automatically"}),
    "at_end": frozenset({"at_end"}),
}


@dataclass(frozen=True, slots=True)
class Removed:
    """Two locations of something that is gone: where it was written, and where a child removed it."""

    written: Location
    removed: Location


@dataclass(slots=True)
class Removals:
    """What children removed, by its path in the text. Something written anew is no longer removed."""

    by_path: dict[Path, Removed] = field(default_factory=dict)

    def note(self, path: Path, node: Node, removed: Location) -> None:
        """Remember a value that is gone, and everything in it."""
        self.by_path[path] = Removed(node.place, removed)
        if isinstance(node.value, dict):
            for key, item in node.value.items():
                self.note((*path, key), item, removed)

    def forget(self, path: Path) -> None:
        """Forget what was removed at a path and below it, because something is written there anew."""
        for one in [one for one in self.by_path if one[: len(path)] == path]:
            del self.by_path[one]


def merge(parent: Node | None, child: Node, faults: Faults, removals: Removals, path: Path = ()) -> Node:
    """Return a new tree: the child merged over its parent.

    Args:
        parent: the parent's tree, or None for a profile without a parent, to which the same rules apply.
        child: the child's tree, with short forms written out.
        faults: receives what is wrong with ``after`` and with removals.
        removals: receives what the child removes.
        path: the path of the two nodes in the text.
    """
    if not isinstance(child.value, dict):
        return child
    under = dict(parent.value) if parent is not None and isinstance(parent.value, dict) else {}
    if parent is not None and child.form and parent.form and child.form != parent.form:
        under = {key: item for key, item in under.items() if key not in _WAYS[parent.form]}
    for key, item in child.value.items():
        here = (*path, key)
        if item.value is None or (item.blank and key in under):
            _remove(under, key, item, faults, removals, here)
            continue
        entry, after = _without_after(item)
        if key in under:
            if after is not None:
                message = f'"{key}" is there already in the parent and keeps its place'
                faults.add("JK011", after.place, (*here, "after"), message, "delete this line")
            under[key] = merge(under[key], entry, faults, removals, here)
            continue
        removals.forget(here)
        # Merged over nothing, not just put there: it may hold ``~`` and ``after`` of its own.
        under[key] = merge(None, entry, faults, removals, here)
        if after is not None:
            under = _moved(under, key, after, faults, here)
    merged = child.with_value(under)
    merged.form = child.form or (parent.form if parent is not None else "")
    return merged


def _remove(under: dict[str, Node], key: str, item: Node, faults: Faults, removals: Removals, path: Path) -> None:
    if key in under:
        removals.note(path, under.pop(key), item.place)
        return
    faults.warn(
        "JK016",
        item.place,
        path,
        "there is nothing here to remove",
        "write {} for something empty, or delete this line",
    )


def _without_after(item: Node) -> tuple[Node, Node | None]:
    """Return a named entry without its ``after``, and that ``after`` where there is one."""
    if not (item.named and isinstance(item.value, dict) and "after" in item.value):
        return item, None
    after = item.value["after"]
    if not isinstance(after.value, str):
        return item, None
    return item.with_value({key: value for key, value in item.value.items() if key != "after"}), after


def _moved(under: dict[str, Node], key: str, after: Node, faults: Faults, path: Path) -> dict[str, Node]:
    others = [name for name in under if name != key]
    if after.value not in others:
        hint = suggest(str(after.value), others)
        faults.add("JK011", after.at, (*path, "after"), f'there is no "{after.value}" here to stand after', hint)
        return under
    others.insert(others.index(str(after.value)) + 1, key)
    return {name: under[name] for name in others}
