"""What things are called in a drawing: by their labels if these are given, with their sources if these are wanted."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from journeykit.dates import Period
from journeykit.language.expressions.tree import (
    Aggregate,
    Band,
    Compare,
    Confirmed,
    Const,
    Expr,
    Fact,
    Not,
    Quiet,
    Seen,
)
from journeykit.language.expressions.type_check import canonical
from journeykit.language.expressions.walk import parts, walk
from journeykit.language.model.notes import Instead, Note
from journeykit.language.model.paths import expressions_of
from journeykit.language.model.profile import Cadence, Criterion, Handoff, Milestone, Move, Profile, Stage, Track, Value
from journeykit.naming.labels import Labels

__all__ = ["Captions", "days", "every", "length", "money"]

_NAME = re.compile(r"confirmed\((\w+)\)|[a-z]\w*", re.ASCII)
_SORTS = ("facts", "bands", "derived", "confirmations", "signals")
_FIGURES = (Compare, Seen, Quiet)
_MONEY = re.compile(r"([A-Z]{3}) (\d+)(?:\.\.(\d+))?(\+?)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Captions:
    """Names for one drawing. Without ``labels`` everything goes by its name; with ``sources`` it says where from."""

    profile: Profile
    labels: Labels | None = None
    sources: bool = False

    def of(self, sort: str, name: str) -> str:
        """What a name is called."""
        return name if self.labels is None else self.labels.of(sort, name)

    def date(self, name: str, else_said: str) -> str:
        """One of the dates that every countdown has: by its label among the milestones, or as said else."""
        return (self.labels.find("milestones", name) if self.labels is not None else None) or else_said

    def figure(self, value: Value, tail: str = "") -> str:
        """A value with the fact that comes before it where it is known; ``tail`` stands behind the value itself."""
        default = {True: "yes", False: "no"}[value.default] if isinstance(value.default, bool) else str(value.default)
        said = "the last day" if isinstance(value.default, Period) and not value.default else f"{default}{tail}"
        return said if value.fact is None else f"{said} ({self.known(value.fact)} where known)"

    def known(self, name: str) -> str:
        """The label of a fact, band, derived name, word or signal."""
        if self.labels is None:
            return name
        return next((found for sort in _SORTS if (found := self.labels.find(sort, name))), name)

    def names(self, names: Iterable[str]) -> str:
        """Facts, words and signals, one after another."""
        return ", ".join(map(self.known, names))

    def place(self, track: str, path: str) -> str:
        """A place, with the places around it."""
        if self.labels is None:
            return path
        parts = path.split(".")
        return " > ".join(self.of("stages", ".".join((track, *parts[: n + 1]))) for n in range(len(parts)))

    def title(self, track: str, stage: Stage) -> str:
        """The heading of one stage or step."""
        if self.labels is None:
            return stage.name
        return self.labels.of("stages", f"{track}.{stage.path}")

    def track(self, track: Track) -> str:
        """The heading of a track."""
        return (track.name if self.labels is None else self.labels.of("tracks", track.name)).upper()

    def move(self, move: Move) -> str:
        """Where a move leads, and what makes it."""
        place = self.place(move.track, move.to)
        if move.declared == "exit":
            return place
        label = self.labels.find("moves", move.id) if self.labels is not None else None
        return f"{place}: {label}" if label else f"{place} by {move.name}"

    def upon(self, move: Move) -> str:
        """The signal a move waits for."""
        return self.signal(move.upon or "", account=move.upon_account)

    def signal(self, name: str, *, account: bool) -> str:
        """A signal, and whether the account's own is meant; its label says that by itself."""
        signal = self.known(name)
        return f"account.{signal}" if account and signal == name else signal

    def handoff(self, handoff: Handoff) -> str:
        """Who gives and who receives."""
        said = f"{self.of('roles', handoff.giver)} -> {self.of('roles', handoff.receiver)}"
        return said + (" (the product accepts by itself)" if handoff.automatic else "")

    # Criteria

    def criterion(self, criterion: Criterion) -> str:
        """A criterion as one text."""
        more = f", held {criterion.held}" if criterion.held is not None else ""
        more += f" (may be waived by {self.of('roles', criterion.waivable_by)})" if criterion.waivable_by else ""
        more += self.cited(criterion.source, criterion.instead_of)
        label = self.labels.find("criteria", criterion.id) if self.labels is not None else None
        if criterion.group == "all" and criterion.name == "success":
            return f"{label or 'all of its success'}{more}"
        if criterion.group == "is":
            return f"{self._single(criterion, label)}{more}"
        how = {"all": "all of", "any": "any of", "at_least": f"at least {criterion.needed} of"}[criterion.group]
        inside = "; ".join(map(self.criterion, criterion.members))
        return f"{label or criterion.name}: {how} ({inside}){more}"

    def _single(self, criterion: Criterion, label: str | None) -> str:
        text = " ".join(criterion.text.split())
        if label is None:
            return f"{criterion.name}: {text}"
        expr = criterion.expr
        if isinstance(expr, Seen):
            return f"{label} (within {expr.period})"
        if isinstance(expr, Quiet):
            return f"{label} (for {expr.period})"
        # A label that says a thing needs the expression only for its figures.
        figures = list(self._figures(expr)) if expr is not None else []
        if expr is None or not figures:
            return label
        whole = not any(isinstance(part, Aggregate) for part in walk(expr))
        return f"{label} ({self.phrase(expr) if whole else ', '.join(figures)})"

    def _figures(self, expr: Expr) -> Iterator[str]:
        """What an expression compares with, part by part; of what it counts, the number and what is counted."""
        if isinstance(expr, Compare) and isinstance(expr.left, Aggregate):
            yield f"{self.of('subjects', expr.left.kind)} {expr.op} {canonical(expr.right)}"
            yield from self._figures(expr.left.item)
        elif isinstance(expr, _FIGURES):
            yield self.phrase(expr)
        else:
            for part in parts(expr):
                yield from self._figures(part)

    def phrase(self, expr: Expr) -> str:
        """An expression with labels for the names of facts, bands, words and signals."""
        choices = dict(self._choices(expr))

        def called(found: re.Match[str]) -> str:
            name = found[1] or found[0]
            return choices.get(name) or self.known(name)

        return _NAME.sub(called, canonical(expr))

    def _choices(self, expr: Expr) -> Iterator[tuple[str, str]]:
        """The values of choices and bands that an expression compares with, each with its label."""
        for part in walk(expr):
            if isinstance(part, Compare) and isinstance(part.left, (Fact, Band)) and isinstance(part.right, Const):
                sort = "levels" if isinstance(part.left, Band) else "choices"
                value = str(part.right.value)
                label = self.labels.find(sort, f"{part.left.name}.{value}") if self.labels is not None else None
                yield value, (label or value).lower()

    def words(self, criteria: Iterable[Criterion]) -> list[str]:
        """The words that criteria ask for, each once with who may give it, in order of mention."""
        found: dict[str, None] = {}

        def look(expr: Expr) -> None:
            if isinstance(expr, Confirmed) and expr.word in self.profile.confirmations:
                found[expr.word] = None
            for part in parts(expr) if not isinstance(expr, Not) else ():
                look(part)

        for criterion in criteria:
            for expr in expressions_of(criterion):
                look(expr)
        return [f"{self.known(word)}, by {self._by(word)}" for word in found]

    def _by(self, word: str) -> str:
        return " or ".join(self.of("roles", role) for role in self.profile.confirmations[word].by)

    # What people should know

    def note(self, note: Note) -> str:
        """An activity, a figure to watch or a reason to stall."""
        return f"{f'{note.label}: ' if note.label else ''}{money(note.text)}{self.cited(note.source, note.instead_of)}"

    def value(self, holder: Stage | Track, key: str) -> str:
        """Where one value of a stage or track comes from."""
        found = next((one for one in holder.cited if one.key == key), None)
        return self.cited(found.source, found.instead_of) if found is not None else ""

    def cited(self, source: str | None, instead_of: Instead = ()) -> str:
        """Where something comes from, in brackets, with what was not taken for it."""
        if not self.sources or not (source or instead_of):
            return ""
        others = "; ".join(f"{place}: {money(text)}" for place, text in instead_of)
        said = (source or "", f"not {others}" if others else "")
        return f" [{'; '.join(filter(None, said))}]"

    def milestone(self, milestone: Milestone) -> str:
        """The label of a milestone."""
        return self.of("milestones", milestone.name)

    def cadence(self, track: str, cadence: Cadence) -> str:
        """What is due again and again, and who does it."""
        role = f" by {self.of('roles', cadence.role)}" if cadence.role is not None else ""
        name, done = self.of("cadences", cadence.name), self.known(cadence.done_by)
        rests = " or ".join(self.place(track, path) for path in cadence.rests_at)
        but = f", not at {rests}" if rests else ""
        return f"{every(cadence.every)}: {name}{role}, done with {done}{but}{self.cited(cadence.source)}"


# Times and money


def days(value: Value) -> int:
    """By how many days a value is about as long, to put values in order."""
    return value.default.span()[0] if isinstance(value.default, Period) else 0


def length(period: Period) -> str:
    """How long something takes: in weeks where these are whole."""
    if period.months or not period.days or period.days % 7:
        return str(period)
    return f"{period.days // 7} week{'s' if period.days != 7 else ''}"


def every(period: Period) -> str:
    """How often something comes: ``every month``, ``every 3 months``."""
    text = str(period)
    return f"every {text.removeprefix('1 ') if text.count(' ') == 1 else text}"


def money(text: str) -> str:
    """An amount or a range of money as people write it; any other text stays as it is."""
    found = _MONEY.fullmatch(text.strip())
    if found is None:
        return text
    currency, low, high, more = found.groups()
    to = f" to {int(high):,}" if high else ""
    return f"{currency} {int(low):,}{to}{' or more' if more else ''}"
