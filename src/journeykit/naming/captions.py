"""Captions for drawings: display names, and short texts for criteria, notes, figures and cadences."""

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
    """Captions for one drawing: plain names without ``labels``; citations only with ``sources``."""

    profile: Profile
    labels: Labels | None = None
    sources: bool = False

    def of(self, sort: str, name: str) -> str:
        """Return the display name of a name of a sort (one of ``SORTS``)."""
        return name if self.labels is None else self.labels.of(sort, name)

    def date(self, name: str, else_said: str) -> str:
        """Return the display name of ``notice``, ``end`` or ``grace_over``, the dates of every countdown.

        It is the label among the milestones, or ``else_said``.
        """
        return (self.labels.find("milestones", name) if self.labels is not None else None) or else_said

    def figure(self, value: Value, tail: str = "") -> str:
        """Return a value as text, with the fact that takes its place where that is known.

        ``tail`` follows the value itself; a period of no days is "the last day".
        """
        default = {True: "yes", False: "no"}[value.default] if isinstance(value.default, bool) else str(value.default)
        said = "the last day" if isinstance(value.default, Period) and not value.default else f"{default}{tail}"
        return said if value.fact is None else f"{said} ({self.known(value.fact)} where known)"

    def known(self, name: str) -> str:
        """Return the display name of a fact, band, derived name, confirmation or signal."""
        if self.labels is None:
            return name
        return next((found for sort in _SORTS if (found := self.labels.find(sort, name))), name)

    def names(self, names: Iterable[str]) -> str:
        """Return the display names of facts, confirmations and signals, with commas."""
        return ", ".join(map(self.known, names))

    def place(self, track: str, path: str) -> str:
        """Return the display name of a place: its path, or its label behind those of the places around it."""
        if self.labels is None:
            return path
        parts = path.split(".")
        return " > ".join(self.of("stages", ".".join((track, *parts[: n + 1]))) for n in range(len(parts)))

    def title(self, track: str, stage: Stage) -> str:
        """Return the heading of one stage or step."""
        if self.labels is None:
            return stage.name
        return self.labels.of("stages", f"{track}.{stage.path}")

    def track(self, track: Track) -> str:
        """Return the heading of a track, in capitals."""
        return (track.name if self.labels is None else self.labels.of("tracks", track.name)).upper()

    def move(self, move: Move) -> str:
        """Return the place a move leads to, and for all but an exit what makes the move: its label or name."""
        place = self.place(move.track, move.to)
        if move.declared == "exit":
            return place
        label = self.labels.find("moves", move.id) if self.labels is not None else None
        return f"{place}: {label}" if label else f"{place} by {move.name}"

    def upon(self, move: Move) -> str:
        """Return the display name of the signal a move waits for."""
        return self.signal(move.upon or "", account=move.upon_account)

    def signal(self, name: str, *, account: bool) -> str:
        """Return a signal's display name; a plain name gets ``account.`` where the account's signal is meant."""
        signal = self.known(name)
        return f"account.{signal}" if account and signal == name else signal

    def handoff(self, handoff: Handoff) -> str:
        """Return a handoff as text: giver and receiver."""
        said = f"{self.of('roles', handoff.giver)} -> {self.of('roles', handoff.receiver)}"
        return said + (" (the product accepts by itself)" if handoff.automatic else "")

    # Criteria

    def criterion(self, criterion: Criterion) -> str:
        """Return a criterion as one text, with its time to hold, who may waive it and its source."""
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
        """Yield the comparisons in an expression, part by part.

        Of a comparison with an aggregate it yields the kind and the number, then what is asked of each subject.
        """
        if isinstance(expr, Compare) and isinstance(expr.left, Aggregate):
            yield f"{self.of('subjects', expr.left.kind)} {expr.op} {canonical(expr.right)}"
            yield from self._figures(expr.left.item)
        elif isinstance(expr, _FIGURES):
            yield self.phrase(expr)
        else:
            for part in parts(expr):
                yield from self._figures(part)

    def phrase(self, expr: Expr) -> str:
        """Return an expression with labels for the names of facts, bands, confirmations and signals."""
        choices = dict(self._choices(expr))

        def called(found: re.Match[str]) -> str:
            name = found[1] or found[0]
            return choices.get(name) or self.known(name)

        return _NAME.sub(called, canonical(expr))

    def _choices(self, expr: Expr) -> Iterator[tuple[str, str]]:
        """Yield the values of choices and bands that an expression compares with, each with its label."""
        for part in walk(expr):
            if isinstance(part, Compare) and isinstance(part.left, (Fact, Band)) and isinstance(part.right, Const):
                sort = "levels" if isinstance(part.left, Band) else "choices"
                value = str(part.right.value)
                label = self.labels.find(sort, f"{part.left.name}.{value}") if self.labels is not None else None
                yield value, (label or value).lower()

    def words(self, criteria: Iterable[Criterion]) -> list[str]:
        """Return the confirmations that criteria ask for, each once with who may give it, in order of mention."""
        found: dict[str, None] = {}

        def look(expr: Expr) -> None:
            if isinstance(expr, Confirmed) and expr.word in self.profile.confirmations:
                found[expr.word] = None
            # What stands behind ``not`` must be missing: nobody is asked for it.
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
        """Return an activity, a figure to watch or a reason to stall as text."""
        return f"{f'{note.label}: ' if note.label else ''}{money(note.text)}{self.cited(note.source, note.instead_of)}"

    def value(self, holder: Stage | Track, key: str) -> str:
        """Return the citation of one value of a stage or track, such as ``goal``; empty without a source."""
        found = next((one for one in holder.cited if one.key == key), None)
        return self.cited(found.source, found.instead_of) if found is not None else ""

    def cited(self, source: str | None, instead_of: Instead = ()) -> str:
        """Return a source in brackets, with what was not taken instead; empty where sources are not shown."""
        if not self.sources or not (source or instead_of):
            return ""
        others = "; ".join(f"{place}: {money(text)}" for place, text in instead_of)
        said = (source or "", f"not {others}" if others else "")
        return f" [{'; '.join(filter(None, said))}]"

    def milestone(self, milestone: Milestone) -> str:
        """Return the display name of a milestone."""
        return self.of("milestones", milestone.name)

    def limits(self, milestone: Milestone) -> list[str]:
        """Return for which terms a milestone is there, when it applies, and whether it comes again for every end."""
        found = [f"in terms of at least {self.figure(milestone.for_terms)}"] if milestone.for_terms is not None else []
        if milestone.when is not None:
            asked = self.criterion(milestone.when)
            found.append(asked if asked.startswith("when: ") else f"when: {asked}")
        return [*found, "again for every end"] if milestone.again else found

    def cadence(self, track: str, cadence: Cadence) -> str:
        """Return a cadence as text: how often, what, by which role, what counts as done and where it rests."""
        role = f" by {self.of('roles', cadence.role)}" if cadence.role is not None else ""
        name, done = self.of("cadences", cadence.name), self.known(cadence.done_by)
        rests = " or ".join(self.place(track, path) for path in cadence.rests_at)
        but = f", not at {rests}" if rests else ""
        return f"{every(cadence.every)}: {name}{role}, done with {done}{but}{self.cited(cadence.source)}"


# Times and money


def days(value: Value) -> int:
    """Return a value's length in days, at the least, to put values in order; 0 where it is no period."""
    return value.default.span()[0] if isinstance(value.default, Period) else 0


def length(period: Period) -> str:
    """Return a period as text, in weeks where it is whole weeks."""
    if period.months or not period.days or period.days % 7:
        return str(period)
    return f"{period.days // 7} week{'s' if period.days != 7 else ''}"


def every(period: Period) -> str:
    """Return how often a period comes round: ``every month``, ``every 3 months``."""
    text = str(period)
    return f"every {text.removeprefix('1 ') if text.count(' ') == 1 else text}"


def money(text: str) -> str:
    """Return an amount or range of money as people write it (``EUR 1,000 to 5,000``); other text as it is."""
    found = _MONEY.fullmatch(text.strip())
    if found is None:
        return text
    currency, low, high, more = found.groups()
    to = f" to {int(high):,}" if high else ""
    return f"{currency} {int(low):,}{to}{' or more' if more else ''}"
