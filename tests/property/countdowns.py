"""Random countdowns: milestones, notice, renewal and grace."""

from __future__ import annotations

from typing import Any

from timing import Timing
from vocabulary import ACCOUNT, Writer

__all__ = ["CountdownMaker"]

Tree = dict[str, Any]
BEFORE = (
    "180 days",
    "6 months",
    "120 days",
    "90 days",
    "3 months",
    "60 days",
    "30 days",
    "1 month",
    "2 weeks",
    "1 day",
)
ENDINGS = ("by_hand", "automatically", "once", "evergreen", "cancel")


class CountdownMaker:
    """Names its milestones at once, so that expressions may read them; ``make`` writes the countdown."""

    def __init__(self, writer: Writer, places: list[str]) -> None:
        self.writer = writer
        self.rng = writer.rng
        self.timing = Timing(writer)
        self.places = places
        self.milestones = [f"m{at}" for at in range(self.rng.randint(1, 3))]
        self.notice = self.rng.random() < 0.7
        self.automatic = self.rng.random() < 0.6
        self.grace = self.rng.random() < 0.6
        writer.names.milestones += [*self.milestones, "end"]
        writer.names.milestones += ["notice"] * self.notice + ["grace_over"] * self.grace

    def make(self, kind: str) -> Tree:
        starts = sorted(self.rng.sample(range(len(BEFORE)), len(self.milestones)))
        tree: Tree = {"to": "end_on", "milestones": {}}
        for name, at in zip(self.milestones, starts, strict=True):
            tree["milestones"][name] = self._milestone(kind, BEFORE[at])
        durations, booleans = self._steady(kind, "duration"), self._steady(kind, "boolean")
        if self.notice:
            tree["notice"] = {"before": self._value(durations, self.rng.choice(BEFORE[2:]))}
            if self.rng.random() < 0.85:
                names = self.writer.names
                signs = [*names.signals[kind], *names.words[kind], *booleans]
                tree["notice"]["given_by"] = self.rng.choice(signs)
        if self.automatic:
            said = tree.get("notice", {}).get("given_by")  # one fact that gives notice and renews has no meaning to try
            tree["renews"] = self._ending(kind, [name for name in booleans if name != said])
            if self.rng.random() < 0.7:
                length = self.rng.choice(("1 year", "1 month", "3 months", "6 months"))
                tree["renews"]["term"] = self._value(durations, length)
        if self.grace:
            tree["grace"] = self._value(durations, self.rng.choice(("30 days", "2 weeks", "1 month")))
        if self.rng.random() < 0.35:
            tree["started_late"] = {"inside": self._value(durations, self.rng.choice(BEFORE))}
        return tree

    def _steady(self, kind: str, type_: str) -> list[str]:
        """The facts that a countdown may count by: those that never go stale."""
        return [fact.name for fact in self.writer.names.facts_of(kind, type_) if fact.steady]

    def _ending(self, kind: str, booleans: list[str]) -> Tree:
        """What follows the end of a term: said at once, or by a fact."""
        endings = [fact for fact in self.writer.names.facts_of(kind, "choice") if fact.of == ENDINGS]
        roll = self.rng.random()
        if roll < 0.25:
            return {"automatically": True}
        if roll < 0.4 and booleans:
            return {"automatically": {"fact": self.rng.choice(booleans), "else": self.rng.random() < 0.5}}
        said = self.rng.choice((*ENDINGS, "evergreen", "once"))
        if roll < 0.7 and endings:
            return {"at_end": {"fact": self.rng.choice(endings).name, "else": said}}
        return {"at_end": said}

    def _milestone(self, kind: str, before: str) -> Tree:
        milestone: Tree = {"before": before}
        if self.rng.random() < 0.2:
            milestone["before"] = {"is": before, "source": "default"}
        if self.rng.random() < 0.4:
            milestone["when"] = self.timing.held(self._when(kind))
        if self.rng.random() < 0.25:
            least = self.rng.choice(("1 year", "6 months", "60 days", "31 days", "1 month"))
            milestone["for_terms"] = self._value(self._steady(kind, "duration"), least)
        if self.rng.random() < 0.25:
            return milestone | {"again": True}
        if self.rng.random() < 0.5:
            milestone["work"] = self.rng.choice(self.places)
        elif self.rng.random() < 0.3:
            milestone["work"] = self.rng.sample(self.places, min(2, len(self.places)))
        if self.rng.random() < 0.5:
            needs = self.writer.condition(kind, 1) if self.rng.random() < 0.8 else self.timing.leaf(kind)
            milestone["needs"] = self.timing.held(needs)
        dates = self._steady(kind, "date") + self._steady(ACCOUNT, "date")
        if dates and self.rng.random() < 0.3:
            milestone["of"] = self.rng.choice(dates)
        return milestone

    def _when(self, kind: str) -> Any:
        """What lets a milestone apply: mostly what is often said of a contract, or comes shortly before its end."""
        names, roll = self.writer.names, self.rng.random()
        words = [*names.words[kind], *names.words[ACCOUNT]]
        if roll < 0.35 and words:
            return f"{self.rng.choice(('', 'not '))}confirmed({self.rng.choice(words)})"
        if roll < 0.6:
            return f"days_until(end_on) <= {self.rng.choice(BEFORE[4:])}"
        return self.writer.condition(kind, 1) if roll < 0.85 else self.timing.leaf(kind)

    def _value(self, facts: list[str], default: str) -> Any:
        if facts and self.rng.random() < 0.4:
            return {"fact": self.rng.choice(facts), "else": default}
        return default
