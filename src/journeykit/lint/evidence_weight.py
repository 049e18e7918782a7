"""The weight of a criterion: the kind of evidence it rests on, judged by its weakest alternative.

Each alternative in which it can be met is weighed by the strongest evidence it reads, and the whole is as good as its
weakest alternative: ``any`` and ``or`` take the weaker, ``all`` and ``and`` the stronger of what they hold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import IntEnum

from journeykit.language.expressions.tree import (
    Age,
    Aggregate,
    And,
    Band,
    Confirmed,
    Const,
    Covered,
    DaysUntil,
    Derived,
    Expr,
    Fact,
    Not,
    Or,
    Quiet,
    Reached,
    Seen,
    Unsettled,
)
from journeykit.language.expressions.walk import parts
from journeykit.language.model.profile import Confirmation, Criterion, DerivedRule, Move, Profile, Stage

__all__ = ["ConfirmationWeigher", "Evidence", "Weigher"]


class Evidence(IntEnum):
    """The evidence that an alternative rests on, from nothing to what is worth moving for.

    ``CALENDAR`` is age, dates, cover and silence, ``ACTIVITY`` our own work, ``GOOD`` all else. ``IMPOSSIBLE`` is an
    alternative that cannot be met, so that any other is weaker.
    """

    NOTHING = 0
    CALENDAR = 1
    ACTIVITY = 2
    GOOD = 3
    IMPOSSIBLE = 4


class Weigher:
    """The weights of one profile's criteria: the weakest evidence by which each can become met, or not met."""

    end = Evidence.GOOD
    """The weight of a branch that is over only at an end, to which a move led."""

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        # What shows that a cadence was kept is our own activity, be it a fact, a confirmation or a signal.
        self.kept: frozenset[str] = frozenset(
            one.done_by for track in profile.tracks.values() for one in track.cadences
        )
        self.known: dict[tuple[str, bool], Evidence] = {}

    def move(self, move: Move, owner: Stage | None) -> Evidence:
        """Return the weight of a move; where it asks for the success of a step with branches, theirs count as well."""
        asked = self.all_of(move.when)
        if owner and owner.branches and any(one.id == f"{move.id}.success" for one in move.when):
            return max(asked, *map(self.branch, owner.branches))
        return asked

    def branch(self, branch: Stage) -> Evidence:
        """Return the weight of a branch's success and that of its own branches; without any, that of an end."""
        if not (branch.success or branch.branches):
            return self.end
        return max((self.all_of(branch.success), *map(self.branch, branch.branches)))

    def all_of(self, criteria: Iterable[Criterion]) -> Evidence:
        """Return the weight of several criteria that are asked together."""
        return max((self.criterion(one, met=True) for one in criteria), default=Evidence.NOTHING)

    def criterion(self, criterion: Criterion, *, met: bool) -> Evidence:
        """Return the weight of one criterion being met, or not met."""
        if criterion.group == "is":
            return self.expr(criterion.expr, met=met) if criterion.expr is not None else Evidence.NOTHING
        members = sorted(self.criterion(one, met=met) for one in criterion.members)
        needed = {"all": len(members), "any": 1}.get(criterion.group, criterion.needed)
        if not met:
            needed = len(members) - needed + 1
        if needed <= 0:
            return Evidence.NOTHING
        return members[needed - 1] if needed <= len(members) else Evidence.IMPOSSIBLE

    def expr(self, expr: Expr, *, met: bool) -> Evidence:
        """Return the weight of an expression being true, or false."""
        match expr:
            case Const(value):
                return Evidence.NOTHING if value is met else Evidence.IMPOSSIBLE
            case Not(item):
                return self.expr(item, met=not met)
            case And(items) | Or(items):
                found = [self.expr(item, met=met) for item in items]
                return max(found) if isinstance(expr, And) is met else min(found)
            case Derived(name):
                return self.derived(name, met=met)
            case _:
                return self.atom(expr, met=met)

    def derived(self, name: str, *, met: bool) -> Evidence:
        """Return the weight of a derived name: that of what it stands for."""
        key = name, met
        if key not in self.known:
            # Ends the recursion of a name that reads itself, which is refused elsewhere.
            self.known[key] = Evidence.GOOD
            self.known[key] = self.rule(self.profile.derived[name], met=met)
        return self.known[key]

    def rule(self, rule: DerivedRule, *, met: bool) -> Evidence:
        """Return the weight of what a derived name asks for; of a number, the strongest evidence it reads."""
        if rule.criterion is not None:
            return self.criterion(rule.criterion, met=met)
        if rule.expr is None:
            return Evidence.NOTHING
        return self.expr(rule.expr, met=met) if rule.type == "boolean" else self.read(rule.expr)

    def atom(self, expr: Expr, *, met: bool) -> Evidence:
        """Return the weight of what is left when ``and``, ``or``, ``not`` and derived names are spelled out."""
        match expr:
            case Aggregate(item=item) if expr.how != "count_of":
                return self.expr(item, met=met) or Evidence.GOOD  # That a subject exists is evidence enough.
            case Quiet(signal) | Seen(signal):
                # Silence comes about by time alone, and so does the end of having been seen.
                if isinstance(expr, Quiet) is met:
                    return Evidence.CALENDAR
                return Evidence.ACTIVITY if signal in self.kept else Evidence.GOOD
            case _:
                return self.read(expr)

    def read(self, expr: Expr) -> Evidence:
        """Return the strongest evidence that a comparison, or a part of one, reads."""
        match expr:
            case Const():
                return Evidence.NOTHING
            case Age() | DaysUntil() | Reached() | Covered():
                return Evidence.CALENDAR
            case Fact(name):
                rule = self.profile.facts.get(name)
                ours = name in self.kept or (rule is not None and rule.measures == "activity")
                return Evidence.ACTIVITY if ours else Evidence.GOOD
            case Confirmed(name) | Unsettled(name):
                return Evidence.ACTIVITY if name in self.kept else Evidence.GOOD
            case Band(name):
                return self.read(self.profile.bands[name].of)
            case Derived(name):
                return self.derived(name, met=True)
            case Aggregate(item=item):
                return self.read(item) or Evidence.GOOD
            case _:
                return max(map(self.read, parts(expr)), default=Evidence.GOOD)


class ConfirmationWeigher(Weigher):
    """A weigher for which only given confirmations are good, and all else is nothing.

    It tells whether every alternative rests on a confirmation; ``counts`` says which of them do.
    """

    end = Evidence.NOTHING  # it may be reached without a confirmation

    def __init__(self, profile: Profile, counts: Callable[[Confirmation], bool]) -> None:
        super().__init__(profile)
        self.counts = counts

    def atom(self, expr: Expr, *, met: bool) -> Evidence:
        """Return good for a confirmation that is given and counts; a missing one is nobody's."""
        match expr:
            case Aggregate(item=item) if expr.how != "count_of":
                return self.expr(item, met=met)
            case Confirmed(word) if met and self.counts(self.profile.confirmations[word]):
                return Evidence.GOOD
            case _:
                return Evidence.NOTHING

    def read(self, expr: Expr) -> Evidence:  # noqa: ARG002
        """Return nothing: figures are not confirmations."""
        return Evidence.NOTHING
