"""Expected positions: where a subject stands, since when, because of what; and that it stayed."""

from __future__ import annotations

from collections.abc import Iterator

from journeykit.dates import local_day
from journeykit.language.model.paths import inside
from journeykit.language.text.nodes import Node
from journeykit.scenarios.expected_records import reasons, reasons_wanted
from journeykit.scenarios.faults import Mismatch, ScenarioError
from journeykit.scenarios.parts import day, keyed, text, texts
from journeykit.scenarios.since import Since
from journeykit.scenarios.way_there import way_there

__all__ = ["position", "stays"]


def position(said: str, node: Node, since: Since) -> Iterator[Mismatch]:
    """Look at a position: ``PLACE``, ``~`` for nothing there, or ``{at: PLACE, since: DAY, because: NAME}``."""
    region, key = since.words.position(said, node.place)
    parts = keyed(node, ("at", "because", "since"), said) if isinstance(node.value, dict) else {"at": node}
    if not parts:
        raise ScenarioError(node.place, f"{said}: nothing is expected", f"write {said}: PLACE")
    standing = since.position(region, key)
    at = parts.get("at")
    wanted = None
    if at is not None:
        wanted = None if at.value is None else since.words.place(region.partition(".")[0], text(at, said), at.at)
        if wanted is None and standing is not None:
            yield Mismatch(node.place, said, "nothing there", standing.leaf.path)
        if wanted is not None and (standing is None or not inside(standing.leaf.path, wanted)):
            actual = standing.leaf.path if standing else since.nowhere(region, key)
            yield Mismatch(node.place, said, wanted, actual, way_there(since, region, key, wanted))
            return
    if "since" in parts:
        yield from _since(said, parts["since"], since, (region, key, wanted))
    if "because" in parts:
        made = since.moved(region, key)
        own = [one for one in made if one.track == region] or made  # its branches move because of others
        found = reasons(own[-1:])
        for name, one in reasons_wanted(parts["because"], since):
            if name not in found:
                actual = ", ".join(sorted(found)) or "it did not move"
                yield Mismatch(one.place, f"{said} because", name, actual)


def _since(said: str, node: Node, since: Since, where: tuple[str, str, str | None]) -> Iterator[Mismatch]:
    """Look since when it has stood at the place that is expected, or else at its leaf."""
    region, key, wanted = where
    standing = since.position(region, key)
    expected = day(node, "since")
    actual = since.nowhere(region, key)
    if standing is not None:
        chain = standing.leaf.chain
        at = standing.entered[chain.index(wanted) if wanted in chain else -1]
        actual = local_day(at, since.view.zone).isoformat()
    if actual != expected.isoformat():
        yield Mismatch(node.place, f"{said} since", expected.isoformat(), actual)


def stays(node: Node, since: Since) -> Iterator[Mismatch]:
    """Look for positions that did not move since the expect before."""
    for said, one in texts(node, "stays"):
        region, key = since.words.position(said, one.place)
        since.opened(key, one.place)
        made = since.moved(region, key)
        if made:
            yield Mismatch(one.place, f"stays {said}", "no move", since.all_told(made))
