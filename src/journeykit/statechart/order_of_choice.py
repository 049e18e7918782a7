"""Which of several moves that exclude one another goes first (rule R5).

One order decides, in one region and across nested ones:

1. by kind: ``churn``, then ``regress``, then all others;
2. one upon a signal before one that merely holds: the signal is present for one microstep, what holds is looked at
   again in the next;
3. as declared, what lies inside before what is around it, siblings as written: in a place its steps, its branches, then
   its own ``regress``, ``moves`` and ``exit`` (or its giving way); the track's own moves last.

The third is document order with children before parents, as UML and SCXML have it. It is not depth: a shallow branch
that is written before a deeper one goes first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from journeykit.language.model.profile import Move, Stage, Track

__all__ = ["order_of_choice"]

_FIRST_BY_KIND = {"churn": 0, "regress": 1}
_OTHERS = 2


def order_of_choice(track: Track) -> tuple[Move, ...]:
    """Return every move of a track in the order of choice, the first to be chosen first."""
    declared = [*_inside_first(track.stages), *track.moves]
    return tuple(sorted(declared, key=lambda move: (_FIRST_BY_KIND.get(move.kind, _OTHERS), move.upon is None)))


def _inside_first(stages: Iterable[Stage]) -> Iterator[Move]:
    for stage in stages:
        yield from _inside_first(stage.steps)
        yield from _inside_first(stage.branches)
        yield from stage.moves
