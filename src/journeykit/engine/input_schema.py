"""The JSON Schema of inputs, made of the same table by which they are checked (rule R1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["input_schema"]

Shape = tuple[Mapping[str, type], Mapping[str, type]]
"""The keys that an input must have besides the common ones, and those that it may have, with their types."""

_TYPES: dict[type, dict[str, Any]] = {
    str: {"type": "string"},
    int: {"type": "integer", "minimum": 0},
    dict: {"type": "object"},
}
_COMMON: dict[str, Any] = {
    "account": {"type": "string", "minLength": 1, "description": "the account's id; * of a feed for every account"},
    "at": {
        "type": "string",
        "description": "an ISO 8601 instant with its zone, or a date, which means its first instant in the account's",
    },
    "id": {"type": ["string", "null"], "description": "the caller's own id: delivered again, it counts once"},
    "layout": {"type": "integer", "const": 1, "description": "the layout of inputs; this one where it is missing"},
}
_SUBJECT = {"type": "string", "pattern": "^(account|[^:]+:.+)$", "description": "such as workstream:main"}


def input_schema(shapes: Mapping[str, Shape], needs_subject: frozenset[str]) -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of an input: one of the kinds in ``shapes``."""
    kinds = [_of_kind(kind, shape, kind in needs_subject) for kind, shape in shapes.items()]
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Input", "oneOf": kinds}


def _of_kind(kind: str, shape: Shape, needs_subject: bool) -> dict[str, Any]:
    required, optional = shape
    own = {key: _TYPES[expected] for key, expected in required.items()}
    more = {key: {"anyOf": [_TYPES[expected], {"type": "null"}]} for key, expected in optional.items()}
    properties = {"kind": {"const": kind}, **_COMMON, "subject": _SUBJECT, **own, **more}
    if kind == "handoff":
        properties["what"] = {"enum": ["offered", "accepted", "declined"]}
    needed = ["kind", "account", "at", *required, *(["subject"] if needs_subject else [])]
    return {
        "title": kind,
        "type": "object",
        "properties": properties,
        "required": needed,
        "additionalProperties": False,
    }
