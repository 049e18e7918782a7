"""The rows of a table of scenarios: ``each`` names them, ``$column`` in the scenario stands for a row's value."""

from __future__ import annotations

from collections.abc import Iterator

from journeykit.language.text.nodes import Node
from journeykit.scenarios.faults import ScenarioError, unknown
from journeykit.scenarios.parts import entries

__all__ = ["rows_of"]

_LARGEST = 200_000


def rows_of(scenario: Node) -> Iterator[tuple[str, Node]]:
    """Yield the name of each row with the scenario filled in; a scenario without ``each`` once, with an empty name.

    Raises:
        ScenarioError: an empty row, a column that nothing uses, or a ``$name`` that no row has.
    """
    keys = entries(scenario, "scenario")
    if "each" not in keys:
        stray = next(_columns(scenario), None)
        if stray is not None:
            raise ScenarioError(stray[1].at, f'"${stray[0]}" stands for a column, and there is no "each"')
        yield "", scenario
        return
    rest = scenario.with_value({key: item for key, item in keys.items() if key != "each"})
    used = {name for name, _ in _columns(rest)}
    rows = entries(keys["each"], "each")
    if not rows:
        raise ScenarioError(keys["each"].place, "each: there is no row", "name a row, or leave it out")
    if len(rows) * _size(rest) > _LARGEST:
        message = f"each: {len(rows):,} rows of so long a scenario; at most {_LARGEST:,} values are filled in"
        raise ScenarioError(keys["each"].place, message, "make several scenarios of it")
    for name, row in rows.items():
        if not isinstance(row.value, dict) or not row.value:
            hint = "a name with a comma in braces wants quotes"
            raise ScenarioError(row.place, f'each: the row "{name}" is empty', hint)
        for column, item in row.value.items():
            if column not in used:
                raise unknown(item.place, f'each: nothing in the scenario uses the column "{column}"', column, used)
        yield name, _filled(rest, row.value)


def _size(node: Node) -> int:
    value = node.value
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + sum(map(_size, inner))


def _columns(node: Node) -> Iterator[tuple[str, Node]]:
    """Yield every ``$name`` that a value is, with its node."""
    value = node.value
    if isinstance(value, str) and value.startswith("$"):
        yield value[1:], node
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _columns(item)


def _filled(node: Node, row: dict[str, Node]) -> Node:
    value = node.value
    if isinstance(value, dict):
        return node.with_value({key: _filled(item, row) for key, item in value.items()})
    if isinstance(value, list):
        return node.with_value([_filled(item, row) for item in value])
    if not (isinstance(value, str) and value.startswith("$")):
        return node
    if value[1:] not in row:
        raise unknown(node.at, f'"{value}": the row has no such column', value[1:], row)
    return node.with_value(row[value[1:]].value)
