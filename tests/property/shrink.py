"""Makes a failing case small: fewer inputs, then a profile with fewer keys, again and again while it still fails."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

import yaml
from driver import Case
from generators import to_text

__all__ = ["shrunk"]

Fails = Callable[[Case], bool]
Path = tuple[str | int, ...]


def shrunk(case: Case, fails: Fails, seconds: float = 60.0) -> Case:
    """A smaller case that still fails, found within about so many seconds."""
    until = time.monotonic() + seconds
    size = None
    while size != (len(case.text), len(case.lines)) and time.monotonic() < until:
        size = (len(case.text), len(case.lines))
        case = _fewer_lines(case, fails, until)
        case = _fewer_facts(case, fails, until)
        case = _smaller_profile(case, fails, until)
    return case


def _fewer_lines(case: Case, fails: Fails, until: float) -> Case:
    step = max(1, len(case.lines) // 2)
    while step:
        at = 0
        while at < len(case.lines) and time.monotonic() < until:
            smaller = Case(case.text, case.lines[:at] + case.lines[at + step :], case.seed)
            if fails(smaller):
                case = smaller
            else:
                at += step
        step //= 2
    return case


def _fewer_facts(case: Case, fails: Fails, until: float) -> Case:
    for at, line in enumerate(case.lines):
        for key in list(line.get("facts") or {}) + [
            key for key in ("id", "why", "evidence", "carries", "attributes") if key in line
        ]:
            if time.monotonic() > until:
                return case
            lines = deepcopy(case.lines)
            (lines[at]["facts"] if key in (line.get("facts") or {}) else lines[at]).pop(key, None)
            smaller = Case(case.text, lines, case.seed)
            if fails(smaller):
                case = smaller
    return case


def _smaller_profile(case: Case, fails: Fails, until: float) -> Case:
    """Leaves out one key or item after the other, the biggest parts first; then puts members in the place of groups."""
    tree = yaml.safe_load(case.text)
    for path in sorted(_paths(tree), key=lambda path: (len(path), str(path[-1]))):
        if time.monotonic() > until:
            return case
        for candidate in _without(tree, path):
            smaller = Case(to_text(candidate), case.lines, case.seed)
            if fails(smaller):
                case, tree = smaller, candidate
                break
    return case


def _without(tree: Any, path: Path) -> Iterator[Any]:
    """The tree without what stands at a path, if it is still there; then with a part of it in its place."""
    try:
        value = _at(tree, path)
    except (KeyError, IndexError, TypeError):
        return
    smaller = deepcopy(tree)
    del _at(smaller, path[:-1])[path[-1]]
    yield smaller
    for member in _members(value):
        smaller = deepcopy(tree)
        _at(smaller, path[:-1])[path[-1]] = member
        yield smaller


def _at(tree: Any, path: Path) -> Any:
    for key in path:
        tree = tree[key]
    return tree


def _members(value: Any) -> list[Any]:
    if isinstance(value, dict) and ("any" in value or "of" in value):
        group = value.get("any") or value.get("of")
        return list(group.values()) if isinstance(group, dict) else []
    if isinstance(value, dict) and "is" in value:
        return [value["is"]]
    if isinstance(value, str) and (" and " in value or " or " in value or value.startswith("not ")):
        parts = value.replace(" or ", " and ").split(" and ")
        return [part.removeprefix("not ").strip("()") for part in parts]
    return []


def _paths(tree: Any, path: Path = ()) -> Iterator[Path]:
    if isinstance(tree, dict):
        for key, value in tree.items():
            yield (*path, key)
            yield from _paths(value, (*path, key))
    elif isinstance(tree, list) and len(tree) > 1:
        yield from ((*path, at) for at in range(len(tree)))
