"""The parts of a random profile that turn without an input: feeds, lifetimes, silence, time held, cadences."""

from __future__ import annotations

from typing import Any

from vocabulary import ACCOUNT, Writer

__all__ = ["Timing"]

Tree = dict[str, Any]
DOWN_AFTER = ("1 day", "2 days", "3 days", "1 week", "10 days", "2 weeks", "30 days")
LIVES = ("1 day", "10 days", "30 days", "1 month", "45 days", "3 months", "6 months", "1 year")
HELD = ("1 day", "2 days", "3 days", "1 week", "10 days", "14 days", "30 days", "1 month")
SILENCES = ("2 days", "1 week", "10 days", "21 days", "30 days", "1 month", "3 months")
COOLDOWNS = ("1 day", "3 days", "2 weeks", "30 days", "1 month", "6 months")
EVERY = ("10 days", "1 month", "45 days", "3 months", "3 months", "6 months", "1 year")


class Timing:
    """Writes what has to do with time, over the names of a writer."""

    def __init__(self, writer: Writer) -> None:
        self.writer = writer
        self.rng = writer.rng
        self.names = writer.names

    def feeds(self) -> Tree:
        """No feed, one or two."""
        count = self.rng.choice((0, 1, 1, 2))
        self.names.feeds = [f"feed_{at}" for at in range(count)]
        return {name: {"down_after": self.rng.choice(DOWN_AFTER)} for name in self.names.feeds}

    def of_fact(self, steady: bool) -> Tree:
        """Where a fact comes from, and how long it is known."""
        return {} if steady else self._life("stale_after", 0.2) | self._feed(0.25)

    def of_signal(self) -> Tree:
        """Where a signal comes from, and how long it counts."""
        return self._life("lasts", 0.25) | self._feed(0.3)

    def of_word(self) -> Tree:
        """How long a word counts."""
        return self._life("lasts", 0.25)

    def _life(self, key: str, chance: float) -> Tree:
        return {key: self.rng.choice(LIVES)} if self.rng.random() < chance else {}

    def _feed(self, chance: float) -> Tree:
        feeds = self.names.feeds
        return {"feed": self.rng.choice(feeds)} if feeds and self.rng.random() < chance else {}

    def silence(self, kind: str) -> Tree:
        """A criterion on a signal of the kind's or the account's: that it was not heard for long, or not long ago."""
        where = kind if self.rng.random() < 0.7 else ACCOUNT
        signal = self.rng.choice(self.names.signals[where])
        if self.rng.random() < 0.6:
            return {"quiet": signal, "for": self.rng.choice(SILENCES)}
        return {"seen": signal, "within": self.rng.choice(SILENCES)}

    def leaf(self, kind: str) -> Any:
        """An atom that turns by time, as a criterion."""
        if self.rng.random() < 0.4:
            return self.silence(kind)
        return self.held(self.writer.timed(kind), 0.2)

    def held(self, criterion: Any, chance: float = 0.12) -> Any:
        """A criterion, now and then to be met for a while."""
        if self.rng.random() >= chance:
            return criterion
        asked = criterion if isinstance(criterion, dict) else {"is": criterion}
        return asked | {"held": self.rng.choice(HELD)}

    def level(self, kind: str, chance: float) -> Any:
        """Now and then, that a band of the kind's own is at a level, mostly for a while."""
        level = self.writer.level(kind) if self.rng.random() < chance else None
        return level and self.held(level, 0.8)

    def cool(self, move: Tree, chance: float = 0.12) -> None:
        """Now and then a move is not taken again for a while."""
        if self.rng.random() < chance:
            move["cooldown"] = self.rng.choice(COOLDOWNS)

    def cadences(self, kind: str, stages: list[str]) -> Tree:
        """What a track's subjects are due again and again: mostly nothing. Now and then it rests in some stages."""
        found: Tree = {}
        for at in range(self.rng.choice((0, 0, 0, 1, 1, 2))):
            found[f"beat_{at}"] = {"every": self.rng.choice(EVERY), "done_by": self._sign(kind)}
            if self.rng.random() < 0.4:
                found[f"beat_{at}"]["except"] = self.rng.sample(stages, self.rng.randint(1, len(stages)))
        return found

    def _sign(self, kind: str) -> str:
        where = kind if self.rng.random() < 0.7 else ACCOUNT
        booleans = [fact.name for fact in self.names.facts_of(where, "boolean")]
        return self.rng.choice([*booleans, *self.names.signals[where], *self.names.words.get(where, [])])
