"""Checking a merged tree against the models; each fault is noted with its location and in an author's words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from journeykit.language.schema.models import CriterionSpec, ProfileSpec, Shape, shape_of
from journeykit.language.text.nodes import Faults, Node, Path, find, listed, plain, suggest, words_for

__all__ = ["check_shape"]

_ROUNDS = 8
_MANY_KEYS = 16

_KINDS = {
    "string_type": "a text",
    "int_type": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "list_type": "a list",
    "dict_type": "a map",
}


def check_shape(root: Node, faults: Faults) -> tuple[ProfileSpec, frozenset[Path]]:
    """Return the tree as a model, and the paths of what did not fit.

    What does not fit is noted in ``faults`` and left out, so that the rest can be checked too.
    """
    dropped: set[Path] = set()
    data: dict[str, Any] = plain(root)
    for _ in range(_ROUNDS):
        try:
            return ProfileSpec.model_validate(data), frozenset(dropped)
        except ValidationError as error:
            for path, problems in _by_path(error, data).items():
                _tell(root, path, problems, faults)
                dropped.add(_leave_out(data, path))
    return ProfileSpec(), frozenset(dropped)


def _by_path(error: ValidationError, data: dict[str, Any]) -> dict[Path, list[Mapping[str, Any]]]:
    """Group pydantic's errors by the path of the value; a value that fits no part of a union has several."""
    found: dict[Path, list[Mapping[str, Any]]] = {}
    for one in error.errors(include_url=False):
        path: list[str] = []
        value: Any = data
        for part in one["loc"]:
            if isinstance(value, dict) and part in value:
                value = value[str(part)]
            elif isinstance(value, list) and isinstance(part, int) and part < len(value):
                value = value[part]
            else:
                break  # The rest names a part of a union and leads nowhere in the data.
            path.append(str(part))
        found.setdefault(tuple(path), []).append(one)
    return found


def _tell(root: Node, path: Path, problems: list[Mapping[str, Any]], faults: Faults) -> None:
    node = find(root, path)
    if problems[0]["type"] == "extra_forbidden":
        _tell_unknown(node, path, faults)
        return
    shape = _shape_at(path)
    hint = ""
    if shape.sort == "record":
        expected = f"a map with keys such as {listed(list(shape.keys())[:4])}"
    elif shape.sort == "names":
        expected = "a map: each entry under its name"
        hint = "write 'name: ...' for each, instead of a list" if isinstance(node.value, list) else ""
        hint = hint or ("write {name: ...}" if isinstance(node.value, str) else "")
    elif path[-1] == "is" and _shape_at(path[:-1]).model is CriterionSpec:
        expected = "an expression"
    else:
        expected = listed(dict.fromkeys(_expected(one) for one in problems), "or")
        if problems[0]["type"] == "literal_error":
            hint = suggest(str(node.value), _choices(problems[0]))
            hint = hint if hint.startswith("did") else ""
        elif expected == "a text" and isinstance(node.value, (int, float)):
            hint = "put it in quotes"
    faults.add("JK014", node.at, path, f"{words_for(node.value)}, expected {expected}", hint)


def _expected(problem: Mapping[str, Any]) -> str:
    if problem["type"] == "literal_error":
        return listed(_choices(problem), "or")
    return _KINDS.get(problem["type"], str(problem["msg"]).lower())


def _choices(problem: Mapping[str, Any]) -> list[str]:
    text: str = problem["ctx"]["expected"]
    return [part.strip("' ") for part in text.replace(" or ", ", ").split(",")]


def _tell_unknown(node: Node, path: Path, faults: Faults) -> None:
    key = path[-1]
    keys = _shape_at(path[:-1]).keys()
    if key == "after":
        faults.add(
            "JK011", node.place, path, "only an entry with a name of its own can stand after another, expected its name"
        )
    else:
        near = _near(key, keys)
        known = f", expected {listed(keys, 'or')}" if keys and not near and len(keys) <= _MANY_KEYS else ""
        faults.add("JK012", node.place, path, f"unknown key{known}", near)


def _near(key: str, keys: Mapping[str, Shape]) -> str:
    hint = suggest(key, keys)
    return hint if hint.startswith("did") else ""


def _shape_at(path: Path) -> Shape:
    shape = shape_of(ProfileSpec)
    for key in path:
        shape = shape.child(key)
    return shape


def _leave_out(data: dict[str, Any], path: Path) -> Path:
    """Drop a value and return its path; of something in a list drop the whole list, or its indexes would shift."""
    while path and path[-1].isdecimal():
        path = path[:-1]
    holder: Any = data
    for key in path[:-1]:
        holder = holder.get(key) if isinstance(holder, dict) else None
    if isinstance(holder, dict):
        holder.pop(path[-1], None)
    return path
