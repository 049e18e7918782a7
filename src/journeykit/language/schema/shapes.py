"""Shapes: what the models of a profile say of each value, in the few words that expanding and checking need."""

from __future__ import annotations

import types
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Literal, Union, cast, get_args, get_origin

from pydantic import BaseModel

__all__ = ["Shape", "shape_of"]


@dataclass(frozen=True, slots=True)
class Shape:
    """The form that a value must have.

    Attributes:
        sort: ``record``, a map with the keys of ``model``; ``names``, a map of names to values of one form; ``list``;
            ``value``, a single value; ``free``, taken as it is written and checked later.
        model: the model of a record.
        item: the annotation of the values in a map of names.
    """

    sort: Literal["record", "names", "list", "value", "free"]
    model: Any = None
    item: Any = None

    def keys(self) -> dict[str, Shape]:
        """Return the keys of a record, each with its shape; for any other sort an empty dict."""
        return _keys(self.model) if self.model else {}

    def child(self, key: str) -> Shape:
        """Return the shape of the value under a key; ``free`` where the key is unknown."""
        if self.sort == "names":
            return shape_of(self.item)
        return self.keys().get(key, _FREE)


_FREE = Shape("free")


@cache
def _keys(model: Any) -> dict[str, Shape]:
    return {one.alias or name: shape_of(cast(Any, one.annotation)) for name, one in model.model_fields.items()}


@cache
def shape_of(annotation: Any) -> Shape:
    """Return the shape that an annotation in a model asks for."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return shape_of(get_args(annotation)[0])
    if origin in (Union, types.UnionType):
        parts = [part for part in get_args(annotation) if part is not type(None)]
        return shape_of(parts[0]) if len(parts) == 1 else Shape("free" if _takes_lists(parts) else "value")
    if origin is dict:
        return Shape("names", item=get_args(annotation)[1])
    if origin is list:
        return Shape("list")
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return Shape("record", model=annotation)
    return Shape("value")


def _takes_lists(parts: list[Any]) -> bool:
    """Tell whether a union takes lists as well as single values, which then stay as they are written."""
    return any(get_origin(part) is list for part in parts)
