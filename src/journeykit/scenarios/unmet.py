"""What an ``expect`` says, key by key: each yields what is not met.

A key with a blank is a position. ``moved stays records never actions nothing because`` look at what happened since the
expect before; all else is as things stand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from journeykit.language.text.nodes import Node
from journeykit.scenarios.expected_positions import position, stays
from journeykit.scenarios.expected_records import actions, because, moved, never, nothing, records, surplus
from journeykit.scenarios.expected_state import due, facts, missing, surplus_due, verdicts
from journeykit.scenarios.faults import Mismatch, ScenarioError, unknown
from journeykit.scenarios.parts import keyed, texts
from journeykit.scenarios.since import Since

__all__ = ["EXPECTED", "unmet"]

EXPECTED: dict[str, Callable[[Node, Since], Iterator[Mismatch]]] = {
    "because": because,
    "moved": moved,
    "stays": stays,
    "records": records,
    "never": never,
    "actions": actions,
    "due": due,
    "verdicts": verdicts,
    "missing": missing,
    "facts": facts,
    "nothing": nothing,
}
_EXACT = ("moved", "records", "actions", "due")


def unmet(node: Node, since: Since) -> Iterator[Mismatch]:
    """Yield what is not met of one ``expect``.

    Raises:
        ScenarioError: it cannot be meant.
    """
    if not isinstance(node.value, dict) or not node.value:
        raise ScenarioError(node.place, "expect: nothing is expected", "write expect: {value main: adoption}")
    plain = {key: item for key, item in node.value.items() if " " not in key}
    for key, item in plain.items():
        if key in since.words.profile.tracks:
            subject = "account" if since.words.profile.tracks[key].per == "account" else "SUBJECT"
            hint = f"a position has a blank: {key} {subject}"
            raise ScenarioError(item.place, f'expect: there is no key "{key}"', hint)
    keyed(node.with_value(plain), (*EXPECTED, "exactly"), "expect") if plain else None
    for key, item in node.value.items():
        if " " in key:
            yield from position(key, item, since)
        elif key == "exactly":
            yield from _exactly(item, node.value, since)
        else:
            yield from EXPECTED[key](item, since)


def _exactly(node: Node, keys: dict[str, Node], since: Since) -> Iterator[Mismatch]:
    """Look for what these keys do not name."""
    for name, one in texts(node, "exactly"):
        if name not in _EXACT:
            raise unknown(one.at, f'exactly: "{name}" cannot be counted', name, _EXACT)
        if name not in keys:
            raise ScenarioError(one.at, f'exactly: there is no "{name}" in this expect', f"write {name}: [...] too")
        more = surplus_due(keys[name], since) if name == "due" else surplus(name, keys[name], since)
        if more:
            yield Mismatch(one.at, f"exactly {name}", "nothing else", "; ".join(more[:3]))
