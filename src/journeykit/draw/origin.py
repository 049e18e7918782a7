"""The origin of each value of a profile: its file and line, its source, and whether a parent wrote it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from journeykit.draw.text_tables import table
from journeykit.language.model.profile import Profile
from journeykit.language.text.nodes import Node

__all__ = ["Origin", "as_text", "origins"]

_WAYS = frozenset({"is", "fact", "quiet", "seen"})
"""Keys that make a map one value."""

_INSIDE = frozenset({"all", "any", "of", "at_least", "levels"})
"""Keys of the parts of an entry: a part without a source of its own has that of the entry."""

_LONGEST = 60


class Origin(NamedTuple):
    """The origin of one value.

    Attributes:
        path: dotted, from the top of the profile.
        value: its text as it is written.
        file: the file it stands in, as the author named it.
        line: its line there, from 1.
        source: the place in a guide or contract that it comes from, or empty.
        instead_of: what was not taken, as (place, value).
        inherited: True where a parent wrote it.
    """

    path: str
    value: str
    file: str
    line: int
    source: str
    instead_of: tuple[tuple[str, str], ...]
    inherited: bool

    def to_dict(self) -> dict[str, Any]:
        """Return the origin as JSON data."""
        return self._asdict() | {"instead_of": dict(self.instead_of)}


def origins(profile: Profile) -> list[Origin]:
    """Return the origins of all values of a profile, inherited ones too, in the order of the text."""
    assert profile.tree is not None
    own = profile.written[0].file if profile.written else profile.at.file
    return list(_inside(profile.tree, (), own, ""))


def as_text(profile: Profile, width: int) -> str:
    """Return the origins as a table; below each value stands what was not taken instead."""
    rows = [(_value(one), f"{one.file}:{one.line}", _source(one)) for one in origins(profile)]
    return table(("value", "written at", "source"), rows, width)


def _value(one: Origin) -> str:
    text = one.value if len(one.value) <= _LONGEST else f"{one.value[:_LONGEST]}..."
    others = "".join(f"\n  not {place}: {value}" for place, value in one.instead_of)
    return f"{one.path}: {text}{others}"


def _source(one: Origin) -> str:
    return f"{one.source or '-'}{' (inherited)' if one.inherited else ''}"


def _inside(node: Node, path: tuple[str, ...], own: str, around: str) -> Iterator[Origin]:
    """Yield the origins of the values in a node; ``around`` is the source written beside the node."""
    if not isinstance(node.value, dict):
        source = _text(node.beside["source"]) if "source" in node.beside else around
        yield _origin(node, path, own, source, node.beside.get("instead_of"))
        return
    entries = node.value
    is_value = not _WAYS.isdisjoint(entries)
    inside = is_value or not _INSIDE.isdisjoint((*path[-1:], *entries))
    source = _text(entries["source"]) if "source" in entries else around if inside else ""
    for key, item in entries.items():
        if key == "is":
            yield _origin(item, path, own, source, entries.get("instead_of"))
        elif key != "source" and not (is_value and key == "instead_of"):
            yield from _inside(item, (*path, key), own, source)


def _origin(node: Node, path: tuple[str, ...], own: str, source: str, others: Node | None) -> Origin:
    at = node.at
    return Origin(".".join(path), _text(node), at.file, at.line, source, _pairs(others), at.file != own)


def _pairs(node: Node | None) -> tuple[tuple[str, str], ...]:
    entries = node.value if node is not None and isinstance(node.value, dict) else {}
    return tuple((place, _text(item)) for place, item in entries.items())


def _text(node: Node) -> str:
    """Return a plain value as one line; the items of a list with commas."""
    value = node.value
    if isinstance(value, list):
        return ", ".join(map(_text, value))
    if isinstance(value, bool):
        return "true" if value else "false"
    return " ".join(str(value).split())
