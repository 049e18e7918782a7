"""The way from the actual place to the expected one: the move that leads there with what it misses, or the shortest."""

from __future__ import annotations

from collections.abc import Iterator

from journeykit.answers.explain import Point, PossibleMove
from journeykit.dates import local_day
from journeykit.language.model.paths import inside
from journeykit.machine.tables import Leaf
from journeykit.plain import in_short
from journeykit.scenarios.parts import shown
from journeykit.scenarios.since import Since

__all__ = ["way_there"]

_MOST = 6
"""How many missing criteria are told."""


def way_there(since: Since, region: str, key: str, wanted: str) -> tuple[str, ...]:
    """Return lines of the way from where a subject stands in a region to a place; none where it stands nowhere."""
    standing = since.position(region, key)
    if standing is None:
        return ()
    track = region.partition(".")[0]
    if not any(inside(leaf.path, wanted) for leaf in standing.leaf.region.leaves.values()):
        return (f"{wanted} is no place of {region}",)
    ways = since.journey.explain(track, key).moves
    targets = {table.move.id: route for table in standing.leaf.moves if (route := table.routes.get(standing.leaf))}
    direct = [way for way in ways if way.move in targets and inside(targets[way.move].leaf.path, wanted)]
    if direct:
        best = min(direct, key=lambda way: len(way.missing))
        return tuple(_misses(since, best))
    steps = _shortest(standing.leaf, wanted)
    if not steps:
        return (f"no move leads from {standing.leaf.path} to {wanted}, nor any way of several",)
    path = " -> ".join([standing.leaf.path, *steps])
    return (f"no move leads from {standing.leaf.path} to {wanted}; shortest: {path}",)


def _misses(since: Since, way: PossibleMove) -> Iterator[str]:
    move = since.words.machine.moves[way.move]
    where = f" ({move.at.file.rpartition('/')[2]}:{move.at.line})"
    lines = [_point(point, since) for point in way.missing]
    if way.handoff and way.handoff[2] not in ("accepted", "accepts by itself"):
        lines.append(f"    [ ] handoff {way.handoff[0]} -> {way.handoff[1]}: {way.handoff[2]}")
    if way.upon is not None:
        lines.append(f"    [ ] the signal {way.upon}")
    if way.cooling_until is not None:
        lines.append(f"    [ ] its cooldown, until {way.cooling_until.date()}")
    if not lines:
        yield f"{way.move} leads there{where}, and misses nothing; another move may have come first"
        return
    yield f"{way.move} leads there{where}, and misses"
    yield from lines[:_MOST]
    if len(lines) > _MOST:
        yield f"    and {len(lines) - _MOST} more"


def _point(point: Point, since: Since) -> str:
    sign = "?" if point.result == "unknown" else " "
    read = ", ".join(f"{one.name} {'never' if one.value is None else shown(one.value)}" for one in point.readings[:3])
    parts = [part.name for part in point.parts if part.result not in ("met", "waived")][:4]
    inner = f" ({', '.join(parts)})" if parts else f"  ({read})" if read else ""
    return f"    [{sign}] {point.name}: {in_short(point.required)}{inner}{_held(point, since)}"


def _held(point: Point, since: Since) -> str:
    """Say how long it must hold, and until when it would have to."""
    if point.held is None:
        return ""
    until = f", which it has on {local_day(point.held_until, since.view.zone)}" if point.held_until else ""
    return f", held for {point.held}{until}"


def _shortest(start: Leaf, wanted: str) -> list[str]:
    """Return the leaves of the shortest way from one leaf of a region to a place, without the first."""
    before: dict[Leaf, Leaf | None] = {start: None}
    waiting = [start]
    for leaf in waiting:
        if leaf is not start and inside(leaf.path, wanted):
            found = []
            at: Leaf | None = leaf
            while at is not None and at is not start:
                found.append(at.path)
                at = before[at]
            return found[::-1]
        for table in leaf.moves:
            route = table.routes.get(leaf)
            if route is not None and route.leaf not in before:
                before[route.leaf] = leaf
                waiting.append(route.leaf)
    return []
