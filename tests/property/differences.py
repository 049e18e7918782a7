"""Where two values differ first."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["first_difference"]


def first_difference(name: str, left: object, right: object, path: str = "") -> str | None:
    """Where two values of plain data differ first, or None."""
    if not path and repr(left) == repr(right):
        return None  # plain data that reads the same is the same
    if isinstance(left, Mapping) and isinstance(right, Mapping):
        for key in [*left, *(key for key in right if key not in left)]:
            if key not in left or key not in right:
                side = "right" if key in right else "left"
                return f"{name}: {path}.{key} only on the {side}: {right.get(key, left.get(key))!r}"
            found = first_difference(name, left[key], right[key], f"{path}.{key}")
            if found:
                return found
        return None
    if isinstance(left, list | tuple) and isinstance(right, list | tuple):
        for at, (one, two) in enumerate(zip(left, right, strict=False)):
            found = first_difference(name, one, two, f"{path}[{at}]")
            if found:
                return found
        if len(left) != len(right):
            more, side = (left, "left") if len(left) > len(right) else (right, "right")
            return (
                f"{name}: {path}[{min(len(left), len(right))}] only on the {side}: {more[min(len(left), len(right))]!r}"
            )
        return None
    return None if left == right and type(left) is type(right) else f"{name}: {path}: left {left!r}, right {right!r}"
