"""Random criteria: a key of the kind's own, and whatever else may be asked beside it."""

from __future__ import annotations

from typing import Any

from timing import Timing
from vocabulary import Writer

__all__ = ["Asking"]

Tree = dict[str, Any]


class Asking:
    """Writes the criteria of one kind of subject."""

    def __init__(self, writer: Writer, kind: str) -> None:
        self.writer = writer
        self.rng = writer.rng
        self.kind = kind
        self.timing = Timing(writer)

    def criteria(self, names: set[str], extra: float = 0.3) -> Tree:
        """A map of criteria whose first reads a key, which is noted in ``names``."""
        text, key = self.writer.key(self.kind)
        names.add(key)
        first: Any = text if self.rng.random() < 0.8 else {"is": text, "source": "default"}
        criteria: Tree = {"key": self.timing.held(first)}
        if self.rng.random() < extra:
            criteria["more"] = self.criterion() if self.rng.random() < 0.7 else self.timing.leaf(self.kind)
        level = self.timing.level(self.kind, 0.25)
        return criteria | {"level": level} if level else criteria

    def criterion(self) -> Any:
        """One criterion: an expression, a group, silence; now and then to be met for a while."""
        return self.timing.level(self.kind, 0.15) or self.timing.held(self._criterion(), 0.15)

    def _criterion(self) -> Any:
        roll = self.rng.random()
        one = self.writer.condition(self.kind, self.rng.choice((0, 0, 1, 2)))
        if roll < 0.4:
            return one
        if roll < 0.5:
            return self.timing.silence(self.kind)
        if roll < 0.65:
            return {"is": one, "waivable_by": self.rng.choice(("csm", "customer"))}
        members = {
            "a": self.timing.held(one),
            "b": self.timing.leaf(self.kind) if self.rng.random() < 0.3 else self.writer.leaf(self.kind),
            "c": {"is": self.writer.leaf(self.kind), "source": "default"},
        }
        if roll < 0.85:
            return {"any": members}
        return {"at_least": 2, "of": members}

    def bad(self, extra: float = 0.3) -> tuple[Tree, str]:
        """Criteria that say that something went wrong, and the fact that the first of them reads."""
        text, key = self.writer.bad(self.kind)
        when = {"bad": self.timing.held(text, 0.2)}
        if self.rng.random() < extra:
            when["cond"] = self.criterion()
        level = self.timing.level(self.kind, 0.25)
        return (when | {"level": level} if level else when), key
