"""Answers as plain JSON data, part by part."""

from __future__ import annotations

from typing import Any

from journeykit.dates import Period, Range
from journeykit.plain import plain

__all__ = ["plain_parts"]


def plain_parts(value: Any) -> Any:
    """Return an answer, or a part of one, as JSON data: a dataclass as a dict of its fields, periods as text."""
    if hasattr(value, "to_dict"):
        return value.to_dict()
    if isinstance(value, Period | Range):  # as inputs, records and profiles write them
        return str(value)
    if hasattr(value, "__dataclass_fields__"):
        return {name: plain_parts(getattr(value, name)) for name in value.__dataclass_fields__}
    if isinstance(value, tuple | list):
        return [plain_parts(part) for part in value]
    return plain(value)
