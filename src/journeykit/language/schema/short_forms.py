"""Writing out short forms, so that inheritance meets every value in its longest form.

``implemented: implementation_complete`` becomes ``implemented: {is: implementation_complete}``, and ``by: customer``
becomes ``by: [customer]``. Where a key takes one plain value, ``{is: value, source: ...}`` becomes that value, and what
stood beside it is kept in its node.
"""

from __future__ import annotations

from journeykit.language.schema.models import Shape
from journeykit.language.text.nodes import Faults, Node, Path, listed, words_for

__all__ = ["expand"]

_BESIDE_A_VALUE = ("is", "source", "instead_of")


def expand(node: Node, shape: Shape, path: Path, faults: Faults) -> Node:
    """Return a new tree in the longest form. What does not fit is left as it is, for ``check_shape`` to refuse.

    Args:
        node: the tree to expand.
        shape: the shape it must have.
        path: its path in the text.
        faults: receives what is wrong beside a plain value.
    """
    if shape.sort == "record":
        return _record(node, shape, path, faults)
    if isinstance(node.value, dict):
        if shape.sort == "names":
            return node.with_value(
                {key: _entry(item, shape.child(key), (*path, key), faults) for key, item in node.value.items()}
            )
        if shape.sort in ("value", "list") and "is" in node.value:
            return expand(_unwrapped(node, path, faults), shape, path, faults)
    elif shape.sort == "list" and node.value is not None and not isinstance(node.value, list):
        return node.with_value([Node(node.value, node.at, None, node.lines)])
    return node


def _entry(item: Node, shape: Shape, path: Path, faults: Faults) -> Node:
    entry = expand(item, shape, path, faults)
    if entry is item:
        # A copy, because an alias may have put the same node elsewhere too.
        entry = item.with_value(item.value)
    entry.named = True
    return entry


def _record(node: Node, shape: Shape, path: Path, faults: Faults) -> Node:
    model = shape.model
    assert model is not None
    if not isinstance(node.value, dict):
        if node.value is None:
            empty = node.with_value({} if model.blank else None)
            empty.blank = model.blank
            return empty
        if not model.short:
            return node
        node = Node({model.short: Node(node.value, node.at, None, node.lines)}, node.at, node.key_at)
    assert isinstance(node.value, dict)
    keys = shape.keys()
    written = {
        key: expand(item, keys[key], (*path, key), faults) if key in keys else item for key, item in node.value.items()
    }
    full = node.with_value(written)
    full.form = next((model.forms[key] for key in written if key in model.forms), "")
    return full


def _unwrapped(node: Node, path: Path, faults: Faults) -> Node:
    """Return the value of ``{is: value, source: ...}``, for a key of which nothing but the value has a meaning."""
    assert isinstance(node.value, dict)
    for key, item in node.value.items():
        if key not in _BESIDE_A_VALUE:
            message = f"unknown key beside a value, expected {listed(_BESIDE_A_VALUE)}"
            faults.add("JK012", item.place, (*path, key), message)
        elif key == "instead_of" and not isinstance(item.value, dict):
            message = f"{words_for(item.value)}, expected a map: each value under the place where it stands"
            faults.add("JK014", item.at, (*path, key), message)
    inner = node.value["is"]
    beside = {key: item for key, item in node.value.items() if key != "is"}
    return Node(inner.value, inner.at, node.key_at, inner.lines, beside=beside)
