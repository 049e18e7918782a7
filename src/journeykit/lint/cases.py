"""Criteria as a disjunctive normal form over the typed trees: the cases in which they are met.

A *case* is one alternative in which criteria can all be met: a set of literals, each an atom that must be met or not
met. By Kleene's rules criteria are met exactly when every literal of some case holds, so nothing is lost with unknown
values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import combinations, product
from math import comb
from typing import Any, NamedTuple

from journeykit.language.expressions.tree import (
    MIRRORED,
    Age,
    And,
    Compare,
    CompareOp,
    Const,
    Derived,
    Expr,
    Not,
    Or,
    Quiet,
    Seen,
)
from journeykit.language.model.profile import Criterion, Profile
from journeykit.lint.bounds import Bounds

__all__ = ["ANYTHING", "CAP", "Case", "Cases", "Literal", "agree"]

CAP = 256
"""The most cases that are looked at; where there are more, it is taken that the criteria may hold."""

NEGATED: dict[CompareOp, CompareOp] = {"<": ">=", ">": "<=", "<=": ">", ">=": "<", "==": "!=", "!=": "=="}
"""``a NEGATED[op] b`` is met exactly when ``a op b`` is not met; both are unknown together."""


class Literal(NamedTuple):
    """An atom that must be met, or must be not met (which unknown is neither)."""

    atom: Expr
    met: bool


Case = frozenset[Literal]
"""Literals that must all hold."""
ANYTHING: Case = frozenset()
"""The case that asks nothing."""


class _TooManyError(Exception):
    """More cases than ``CAP``."""


Homes = Callable[[str], "tuple[str, tuple[str, ...]] | None"]
"""A function from a held criterion's id to the track and places from whose entering it counts, or to None."""


def _nowhere(ident: str) -> None:
    """Return None: no held criterion counts from the entering of a place."""
    del ident


class Cases:
    """The cases of criteria of one profile. Derived names stay atoms and, where that fits, are spelled out too."""

    def __init__(self, profile: Profile, home_of: Homes = _nowhere) -> None:
        self._profile = profile
        self._home_of = home_of

    def of(self, criteria: Sequence[Criterion]) -> list[Case]:
        """Return the cases in which all of these criteria are met, without those that contradict themselves.

        Where there are more than ``CAP``, derived names are not spelled out; where that is not enough, the one case
        that asks nothing stands for all.
        """
        for spelled in (True, False):
            try:
                return self._conjoin([self._criterion(one, True, spelled) for one in criteria])
            except _TooManyError:
                continue
        return [ANYTHING]

    def both(self, one: list[Case], other: list[Case]) -> list[Case]:
        """Return the cases in which both hold; where there are too many, those of ``one`` alone."""
        try:
            return self._conjoin([one, other])
        except _TooManyError:
            return one

    def _criterion(self, criterion: Criterion, met: bool, spelled: bool) -> list[Case]:
        if met and criterion.waivable_by is not None:
            return [ANYTHING]  # a waived criterion counts like met (R13)
        if criterion.held is None:
            return self._asked(criterion, met, spelled)
        if not met:
            return [ANYTHING]  # it is not met, too, before it was met for long enough
        return self._conjoin([self._asked(criterion, met, spelled), [self._stood(criterion)]])

    def _stood(self, criterion: Criterion) -> Case:
        """Return what being held says of the place it counts from: the subject has stood there for as long."""
        home = self._home_of(criterion.id)
        if home is None or len(home[1]) != 1:
            return ANYTHING
        track, (path,) = home
        age = Age(track, path, self._profile.tracks[track].per)
        return frozenset((Literal(Compare(">=", age, Const(criterion.held, "duration")), True),))

    def _asked(self, criterion: Criterion, met: bool, spelled: bool) -> list[Case]:
        if criterion.expr is not None:
            return self._expr(criterion.expr, met, spelled)
        members = [self._criterion(member, met, spelled) for member in criterion.members]
        if criterion.group != "at_least":
            return self._conjoin(members) if (criterion.group == "all") == met else self._disjoin(members)
        enough = criterion.needed if met else len(members) - criterion.needed + 1
        if comb(len(members), max(enough, 0)) > CAP:
            raise _TooManyError
        return self._disjoin(self._conjoin(chosen) for chosen in combinations(members, max(enough, 0)))

    def _expr(self, expr: Expr, met: bool, spelled: bool) -> list[Case]:
        match expr:
            case Const(value, _) if isinstance(value, bool):
                return [ANYTHING] if value == met else []
            case Not(item):
                return self._expr(item, not met, spelled)
            case And(items) | Or(items):
                members = [self._expr(item, met, spelled) for item in items]
                return self._conjoin(members) if isinstance(expr, And) == met else self._disjoin(members)
            case Derived(name):
                rule = self._profile.derived[name]
                opaque = [frozenset((Literal(expr, met),))]
                if rule.criterion is None or not spelled:
                    return opaque
                # The name stays, so that it contradicts its own opposite whatever it is spelled out to.
                return self._conjoin([opaque, self._criterion(rule.criterion, met, spelled)])
            case Compare():
                return self._compare(expr, met, spelled)
            case _:
                return [frozenset((Literal(expr, met),))]

    def _compare(self, expr: Compare, met: bool, spelled: bool) -> list[Case]:
        op, left, right = expr.op, expr.left, expr.right
        if isinstance(left, Const) and not isinstance(right, Const):
            op, left, right = MIRRORED[op], right, left
        if isinstance(right, Const) and isinstance(right.value, bool) and op in {"==", "!="}:
            return self._expr(left, (right.value == (op == "==")) == met, spelled)
        return [frozenset((Literal(Compare(op if met else NEGATED[op], left, right, expr.order), True),))]

    def _conjoin(self, members: Iterable[list[Case]]) -> list[Case]:
        cases = [ANYTHING]
        for member in members:
            if len(cases) * len(member) > 4 * CAP:
                raise _TooManyError
            joined = dict.fromkeys(one | other for one, other in product(cases, member))
            cases = [case for case in joined if agree(case)]
            if len(cases) > CAP:
                raise _TooManyError
        return cases

    def _disjoin(self, members: Iterable[list[Case]]) -> list[Case]:
        cases: dict[Case, None] = {}
        for member in members:
            cases.update(dict.fromkeys(member))
            if len(cases) > CAP:
                raise _TooManyError
        # A case that asks more than another one adds nothing.
        return [case for case in cases if not any(other < case for other in cases)]


def agree(literals: Iterable[Literal]) -> bool:
    """Tell whether literals may hold together. Positions (``at``) and dates are judged elsewhere."""
    literals = tuple(literals)
    if not _heard_agree(literals):
        return False
    said: dict[Expr, bool] = {}
    bounds: dict[Any, Bounds] = {}
    for atom, met in literals:
        if not isinstance(atom, Compare):
            if said.setdefault(atom, met) != met:
                return False
            continue
        constant = atom.right.value if isinstance(atom.right, Const) else None
        key = atom.left if constant is not None else (atom.left, atom.right)
        bound = bounds.setdefault(key, Bounds(atom.left))
        # Without a constant the bounds are those of the difference of both sides, compared with 0.
        bound.add(atom.op, 0 if constant is None else constant, atom.order)
    return all(bound.possible() for bound in bounds.values())


def _heard_agree(literals: Iterable[Literal]) -> bool:
    """Tell whether a signal can have been silent, and seen, for as long as these literals demand."""
    silent = [atom for atom, met in literals if met and isinstance(atom, Quiet)]
    heard = [atom for atom, met in literals if met and isinstance(atom, Seen)]
    return not any(
        (one.signal, one.kind) == (other.signal, other.kind) and other.period.span()[1] <= one.period.span()[0]
        for one in silent
        for other in heard
    )
