"""Which of several transitions that may be taken goes first (rule R5)."""

from __future__ import annotations

__all__ = ["priority_of"]


FIRST_BY_KIND = {"churn": 2, "regress": 1}
"""Priority by kind of move among the moves of one region (R5); every other kind has 0."""


RANKS = 3
"""Number of ranks in ``FIRST_BY_KIND``: the distance in priority between a region and its child regions."""


def priority_of(kind: str, outwards: int) -> int:
    """Return the priority of a move of a kind; ``outwards``: in how many regions fewer it lies than the innermost.

    The base makes any transition of a region outrank all transitions of its child regions, whatever their kinds.
    """
    return RANKS * outwards + FIRST_BY_KIND.get(kind, 0)
