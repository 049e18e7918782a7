"""Parts of a scenario file, read from located nodes: maps of known keys, texts, lists, days and periods."""

from __future__ import annotations

import re
from collections.abc import Collection
from contextlib import suppress
from datetime import date

from journeykit.dates import Period
from journeykit.language.text.nodes import Node, words_for
from journeykit.plain import plain
from journeykit.scenarios.faults import ScenarioError, unknown

__all__ = ["LATER", "day", "entries", "items", "keyed", "number", "period", "shown", "text", "texts"]

_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
LATER = frozenset({"lines", "correct", "withdraw", "migrate", "segment"})
"""Keys of steps that journeykit does not take yet: it has no late and corrected inputs, and no change of segment."""


def entries(node: Node, where: str) -> dict[str, Node]:
    """Return the entries of a map; what is no map, or an empty one, is a fault."""
    if not isinstance(node.value, dict):
        raise ScenarioError(node.place, f"{where}: expected a map, found {words_for(node.value)}")
    return node.value


def keyed(node: Node, known: Collection[str], where: str) -> dict[str, Node]:
    """Return the entries of a map whose keys are all known."""
    found = entries(node, where)
    for key, item in found.items():
        if key in known:
            continue
        if key in LATER:
            raise ScenarioError(item.place, f'{where}: the key "{key}" is not taken yet', "leave this step out")
        raise unknown(item.place, f'{where}: there is no key "{key}"', key, known)
    return found


def items(node: Node, where: str) -> list[Node]:
    """Return the values of a list; a single value stands for a list of it."""
    if isinstance(node.value, list):
        return node.value
    if node.value is None or isinstance(node.value, dict):
        raise ScenarioError(node.place, f"{where}: expected a list, found {words_for(node.value)}")
    return [node]


def text(node: Node, where: str) -> str:
    """Return a text, of at least one sign."""
    if not isinstance(node.value, str) or not node.value:
        raise ScenarioError(node.place, f"{where}: expected a text, found {words_for(node.value)}")
    return node.value


def texts(node: Node, where: str) -> list[tuple[str, Node]]:
    """Return the texts of a list, or a single one, each with its node."""
    return [(text(one, where), one) for one in items(node, where)]


def number(node: Node, where: str) -> int:
    """Return a whole number that is not negative."""
    value = node.value
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ScenarioError(node.place, f"{where}: expected a whole number from 0 on, found {words_for(value)}")
    return value


def day(node: Node, where: str) -> date:
    """Return a day written as ``2026-03-10``."""
    said = text(node, where)
    if _DAY.fullmatch(said):
        with suppress(ValueError):
            return date.fromisoformat(said)
    raise ScenarioError(node.place, f'{where}: expected a day such as 2026-03-10, found "{said}"')


def period(node: Node, where: str) -> Period:
    """Return a period such as ``30 days``, longer than nothing."""
    said = text(node, where)
    try:
        found = Period.parse(said)
    except ValueError as fault:
        raise ScenarioError(node.place, f"{where}: {fault}") from None
    if not found:
        raise ScenarioError(node.place, f"{where}: expected a period longer than nothing")
    return found


def shown(value: object) -> str:
    """Return a value as a scenario writes it: ``true``, ``~``, ``2026-03-10``, ``[a, b]``."""
    found = plain(value)
    if found is None:
        return "~"
    if isinstance(found, bool):
        return str(found).lower()
    if isinstance(found, list):
        return f"[{', '.join(map(shown, found))}]"
    if isinstance(found, dict):
        return f"{{{', '.join(f'{key}: {shown(item)}' for key, item in found.items())}}}"
    return str(found)
