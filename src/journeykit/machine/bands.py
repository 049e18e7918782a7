"""Bands compiled: which level a number takes, and from which it falls."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from journeykit.language.model.profile import BandRule
from journeykit.machine.closures import Valuer

__all__ = ["BandTable"]


@dataclass(slots=True, eq=False)
class BandTable:
    """A band compiled: ``measured`` yields the number that its levels divide, ``floors`` where each level is left."""

    rule: BandRule
    measured: Valuer
    floors: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        self.floors = tuple(_less(start, self.rule.margin) for _, start in self.rule.levels)

    def level(self, number: float, held: str | None) -> str:
        """Return the level that a number takes, given the level held until now (None before the first number)."""
        rank = {name: place for place, (name, _) in enumerate(self.rule.levels)}
        reached = [place for place, (_, start) in enumerate(self.rule.levels) if number >= start]
        place = reached[-1] if reached else 0
        if held is not None and place < rank[held] and number >= self.floors[rank[held]]:
            place = rank[held]
        return self.rule.levels[place][0]


def _less(start: float, margin: float) -> float:
    """Subtract as people do who read both as decimals: 0.8 less 0.1 is 0.7, which floats miss by a little."""
    if isinstance(start, int) and isinstance(margin, int):
        return start - margin
    return float(Decimal(str(start)) - Decimal(str(margin)))
