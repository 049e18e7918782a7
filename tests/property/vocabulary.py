"""The names of a random profile, and random expressions over them as text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

__all__ = ["ACCOUNT", "FactName", "Names", "Writer"]

ACCOUNT = "account"
CHOICES = ("low", "mid", "top")
LEVELS = ("red", "amber", "green")
PERIODS = ("1 day", "3 days", "2 weeks", "30 days", "1 month", "45 days", "90 days", "3 months", "6 months", "1 year")
NUMERIC = ("number", "integer", "money")


@dataclass(frozen=True, slots=True)
class FactName:
    """A declared fact: what a writer of expressions needs to know of it. A steady one never goes stale."""

    name: str
    kind: str
    type: str
    per_term: bool = False
    steady: bool = False
    of: tuple[str, ...] = CHOICES


@dataclass(slots=True)
class Names:
    """What is declared so far. Maps go from the kind of subject to its names."""

    kinds: list[str] = field(default_factory=lambda: [ACCOUNT])
    term_kind: str | None = None
    feeds: list[str] = field(default_factory=list)
    facts: dict[str, list[FactName]] = field(default_factory=dict)
    bands: dict[str, list[str]] = field(default_factory=dict)
    flags: dict[str, list[str]] = field(default_factory=dict)
    numbers: dict[str, list[str]] = field(default_factory=dict)
    signals: dict[str, list[str]] = field(default_factory=dict)
    words: dict[str, list[str]] = field(default_factory=dict)
    places: dict[str, list[str]] = field(default_factory=dict)
    milestones: list[str] = field(default_factory=list)

    def facts_of(self, kind: str, *types: str) -> list[FactName]:
        """The facts of one kind with one of the types."""
        return [fact for fact in self.facts.get(kind, []) if fact.type in types]


class Writer:
    """Writes random expressions that have the right types for a profile's names."""

    def __init__(self, rng: Random, names: Names) -> None:
        self.rng = rng
        self.names = names

    def condition(self, kind: str, depth: int = 2) -> str:
        """A boolean expression that a criterion of a subject of this kind may read."""
        roll = self.rng.random()
        if depth <= 0 or roll < 0.45:
            return self.leaf(kind, depth)
        if roll < 0.6:
            return f"not {self.bracketed(kind, depth - 1)}"
        word = self.rng.choice(("and", "or"))
        parts = [self.bracketed(kind, depth - 1) for _ in range(self.rng.choice((2, 2, 3)))]
        return f" {word} ".join(parts)

    def bracketed(self, kind: str, depth: int) -> str:
        text = self.condition(kind, depth)
        return f"({text})" if " " in text else text

    def leaf(self, kind: str, depth: int = 1) -> str:
        """One atom; the kind may be widened to the account, whose names everybody may read."""
        where = kind if kind == ACCOUNT or self.rng.random() < 0.75 else ACCOUNT
        makers: list[Callable[[str], str | None]] = [
            self._flag,
            self._number,
            self._choice,
            self._words,
            self._dates,
            self._duration,
        ]
        makers += [self._derived, self._signal, self._place, self._age, self._age, self._reached]
        if where in (ACCOUNT, self.names.term_kind):
            makers.append(self._terms)
        if where == ACCOUNT and depth > 0:
            makers += [self._aggregate] * 2
        for _ in range(12):
            text = self.rng.choice(makers)(where)
            if text:
                return text
        return "age(account) >= 10 days"

    def timed(self, kind: str) -> str:
        """An atom that turns by time alone."""
        return (self._dates(kind) if self.rng.random() < 0.3 else None) or self._age(kind) or "age(account) > 1 day"

    def key(self, kind: str, words: bool = True) -> tuple[str, str]:
        """An atom of the kind's own that can be asked again, and the name it reads."""
        options = [(f"confirmed({word})", word) for word in self.names.words.get(kind, []) if words]
        for fact in self.names.facts.get(kind, []):
            if fact.type == "boolean":
                options.append((fact.name, fact.name))
            elif fact.type in NUMERIC:
                options.append((f"{fact.name} >= {self.rng.choice((10, 40, 70))}", fact.name))
            elif fact.type == "share":
                options.append((f"{fact.name} >= {self.rng.choice((30, 70))}%", fact.name))
        return self.rng.choice(options)

    def bad(self, kind: str) -> tuple[str, str]:
        """An atom that says something went wrong, and the fact it reads; unknown once that is asked again."""
        text, name = self.key(kind, words=False)
        return (text.replace(">=", "<"), name) if ">=" in text else (f"not {text}", name)

    def arithmetic(self, kind: str, depth: int = 1) -> str | None:
        """A number of the kind: a fact, money among them, or something calculated."""
        plain = [fact.name for fact in self.names.facts_of(kind, "number", "integer")]
        plain += self.names.numbers.get(kind, [])
        facts = plain if depth < 1 else [*plain, *(fact.name for fact in self.names.facts_of(kind, "money"))]
        if not facts:
            return None
        if depth <= 0 or not plain or self.rng.random() < 0.6:
            return self.rng.choice(facts)
        right = self.rng.choice((self.rng.choice(plain or ["1"]), str(self.rng.choice((0, 1, 2, 10)))))
        if self.rng.random() < 0.05:  # of a number that is great already, beyond all that is counted with
            return f"({' * '.join([self.rng.choice(facts)] * 22)})"
        left = self.arithmetic(kind, depth - 1 if depth > 1 else 0)
        return f"({left} {self.rng.choice('+-*/')} {right})"

    def mixed(self, number: str) -> str:
        """A number with one of the account's in it, which changes without an input for the subject."""
        fact = self.rng.choice(self.names.facts_of(ACCOUNT, "number", "integer")).name
        return f"({number} {self.rng.choice('+--')} {fact})"

    def level(self, kind: str) -> str | None:
        """That a band of the kind's own is at a level."""
        bands = self.names.bands.get(kind, [])
        return f"{self.rng.choice(bands)} {self._op()} {self.rng.choice(LEVELS)}" if bands else None

    def _op(self) -> str:
        return self.rng.choice(("<", "<=", ">", ">=", ">=", "==", "!="))

    def _flag(self, kind: str) -> str | None:
        facts = self.names.facts_of(kind, "boolean")
        return self.rng.choice(facts).name if facts else None

    def _number(self, kind: str) -> str | None:
        if self.rng.random() < 0.3:
            shares = self.names.facts_of(kind, "share")
            return f"{self.rng.choice(shares).name} {self._op()} {self.rng.choice((30, 50, 70))}%" if shares else None
        number = self.arithmetic(kind)
        if number is None:
            return None
        if self.rng.random() < 0.1:
            number = f"-{number}"
        return f"{number} {self._op()} {self.rng.choice((0, 10, 40, 70))}"

    def _choice(self, kind: str) -> str | None:
        level = self.level(kind) if self.rng.random() < 0.6 else None
        if level:
            return level
        facts = self.names.facts_of(kind, "choice")
        fact = self.rng.choice(facts) if facts else None
        return f"{fact.name} {self._op()} {self.rng.choice(fact.of)}" if fact else None

    def _words(self, kind: str) -> str | None:
        words = self.names.words.get(kind, [])
        texts = self.names.facts_of(kind, "text")
        if texts and self.rng.random() < 0.2:
            return f'{self.rng.choice(texts).name} == "{self.rng.choice("xy")}"'
        return f"confirmed({self.rng.choice(words)})" if words else None

    def _dates(self, kind: str) -> str | None:
        dates = self.names.facts_of(kind, "date")
        if not dates:
            return None
        date = self.rng.choice(dates).name
        if self.rng.random() < 0.25:
            return f"{date} {self._op()} {self.rng.choice((2025, 2026))}-0{self.rng.randint(1, 9)}-15"
        op = self.rng.choice(("<", "<=", ">", ">="))
        period = self.rng.choice(PERIODS)
        if self.rng.random() < 0.15:
            return f"{period} {op} days_until({date})"
        return f"days_until({date}) {op} {period}"

    def _duration(self, kind: str) -> str | None:
        facts = self.names.facts_of(kind, "duration")
        return f"{self.rng.choice(facts).name} {self._op()} {self.rng.choice(PERIODS)}" if facts else None

    def _derived(self, kind: str) -> str | None:
        flags = self.names.flags.get(kind, [])
        return self.rng.choice(flags) if flags else None

    def _signal(self, kind: str) -> str | None:
        signals = self.names.signals.get(kind, [])
        return f"unsettled({self.rng.choice(signals)})" if signals else None

    def _place(self, kind: str) -> str | None:
        places = self.names.places.get(kind, [])
        asked = "placed_at" if self.rng.random() < 0.15 else "at"
        return f"{asked}({self.rng.choice(places)})" if places else None

    def _age(self, kind: str) -> str | None:
        places = self.names.places.get(kind, [])
        place = self.rng.choice(places) if places and (kind != ACCOUNT or self.rng.random() < 0.7) else ACCOUNT
        op = self.rng.choice((">=", ">=", ">", "<", "<="))
        period = self.rng.choice(PERIODS)
        return f"{period} {op} age({place})" if self.rng.random() < 0.1 else f"age({place}) {op} {period}"

    def _reached(self, kind: str) -> str | None:
        if kind != self.names.term_kind or not self.names.milestones:
            return None
        asked = "has_date" if self.rng.random() < 0.15 else "reached"
        return f"{asked}({self.rng.choice(self.names.milestones)})"

    def _terms(self, kind: str) -> str | None:
        if self.names.term_kind is None:
            return None
        if self.rng.random() < 0.5:
            return f"renewals {self.rng.choice(('>=', '>', '==', '<'))} {self.rng.randint(0, 2)}"
        return "covered" if kind == ACCOUNT else None

    def _aggregate(self, _: str) -> str | None:
        others = self.names.kinds[1:]
        if not others:
            return None
        over = self.rng.choice(others)
        inside = self.condition(over, self.rng.choice((0, 1)))
        how = self.rng.choice(("any_of", "all_of", "count_of"))
        if how != "count_of":
            return f"{how}({over}, {inside})"
        number = f"{self._op()} {self.rng.randint(0, 2)}"
        if self.rng.random() < 0.15:
            number = f"{self.rng.choice('+*-')} 1 {number}"
        return f"count_of({over}, {inside}) {number}"
