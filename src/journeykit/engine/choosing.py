"""Choosing among the moves of one subject that may be taken: what excludes what, and which goes first (rule R5)."""

from __future__ import annotations

from operator import itemgetter

from journeykit.engine.macrostep import Macrostep
from journeykit.machine.criteria.judgements import Judgement
from journeykit.machine.snapshot import Position, Subject
from journeykit.machine.tables import Look, MoveTable

__all__ = ["Chosen", "choose"]


Chosen = tuple[str, Position, MoveTable, Judgement]
"""A chosen move: the subject's key, and as they were at the start of the microstep its position, the move, and how its
criteria stood."""

Enabled = tuple[int, Position, MoveTable]
"""A move that may be taken: its rank, the position that it moves, and the move."""


def choose(macro: Macrostep, subject: Subject, look: Look, moves: list[Chosen]) -> None:
    """Add to ``moves`` those of a subject that go in this microstep, outer regions first."""
    snapshot = macro.snapshot
    enabled: list[Enabled] = []
    for place, tables in look.regions:
        position = subject.positions[place]
        for table in tables:
            if table.guard(snapshot, subject):
                enabled.append((table.rank, position, table))
                break
    if len(enabled) > 1:
        enabled = _compatible(macro, subject, enabled)
    for _, position, table in enabled:
        moves.append((subject.key, position, table, table.judge(snapshot, subject, True)))


def _compatible(macro: Macrostep, subject: Subject, enabled: list[Enabled]) -> list[Enabled]:
    """Leave out what a move of a lower rank excludes: it leaves a place inside of which the other one moves.

    The best move of each region is enough to look at. Every move of a region leaves the leaf at which the region
    stands, and with it all regions inside, so what excludes one of them excludes them all.
    """
    if not any(table.routes[position.leaf].closes for _, position, table in enabled):
        return enabled
    taken: list[Enabled] = []
    closed: set[str] = set()
    for one in sorted(enabled, key=itemgetter(0)):
        _, position, table = one
        region, closes = position.leaf.region, table.routes[position.leaf].closes
        if region.name in closed or any(other.leaf.region.name in closes for _, other, _ in taken):
            # What excludes it may have changed what it asks, or left it as it was: at rest, no move is enabled.
            macro.look_again(subject, region.topic)
            continue
        taken.append(one)
        closed |= closes
    return [one for one in enabled if one in taken]
