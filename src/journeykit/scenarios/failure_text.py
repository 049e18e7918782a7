"""A failure in words: what was expected, what is, the way there, and what happened last. At most 20 lines."""

from __future__ import annotations

from journeykit.plain import in_short, one_line
from journeykit.scenarios.faults import Mismatch
from journeykit.scenarios.playing import Player

__all__ = ["LONGEST", "told"]

LONGEST = 18
"""How many lines a failure takes at most, below the two that say which scenario it is and where."""

_ROOM = 200


def told(mismatches: tuple[Mismatch, ...], player: Player) -> tuple[str, ...]:
    """Return the lines of a failure: each expectation that is not met, then what happened last."""
    lines: list[str] = []
    records = [f"{one.on} {one.kind} {one.name}" for one in player.journey.records[-3:]]
    last = f"  last: {in_short('; '.join(records), _ROOM)}" if records else "  nothing has happened"
    left = 0
    for number, one in enumerate(mismatches):
        block = [
            f"  {one_line(one.what, _ROOM)}",
            f"      expected  {one_line(one.expected, _ROOM)}",
            f"      actual    {one_line(one.actual, _ROOM)}",
            *(f"      {one_line(line, _ROOM)}" for line in one.way),
        ]
        if len(lines) + len(block) > LONGEST - 2 and lines:
            left = len(mismatches) - number
            break
        lines += block
    if left:
        lines.append(f"  and {left} more that {'is' if left == 1 else 'are'} not met")
    return (*lines, last)
