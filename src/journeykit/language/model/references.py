"""What expressions and criteria refer to, directly or through derived names and bands."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from journeykit.language.expressions.tree import Aggregate, Band, Confirmed, Derived, Expr, Fact
from journeykit.language.expressions.walk import parts
from journeykit.language.model.paths import expressions_of
from journeykit.language.model.profile import Criterion, Profile

__all__ = ["names_in", "names_of", "touches"]


def names_in(expr: Expr, profile: Profile) -> frozenset[str]:
    """Return the names of the facts and confirmations that, when they are asked again (rule R8), change an expression.

    What an aggregate reads is left out: evidence is asked again of the subject that moved, not of those it counts.
    """
    match expr:
        case Fact(name) | Confirmed(name):
            return frozenset((name,))
        case Band(name):
            return names_in(profile.bands[name].of, profile)
        case Derived(name):
            rule = profile.derived[name]
            if rule.criterion is not None:
                return names_of(rule.criterion, profile)
            return frozenset() if rule.expr is None else names_in(rule.expr, profile)
        case Aggregate():
            return frozenset()
        case _:
            return frozenset().union(*(names_in(part, profile) for part in parts(expr)))


def names_of(criterion: Criterion, profile: Profile) -> frozenset[str]:
    """Return what ``names_in`` finds in the expressions of a criterion and its members."""
    return frozenset().union(*(names_in(expr, profile) for expr in expressions_of(criterion)))


def touches(expr: Expr, profile: Profile, test: Callable[[Expr], bool]) -> bool:
    """Tell whether a test is true of any node of an expression, those behind derived names and bands included."""
    if test(expr):
        return True
    inner: Iterable[Expr] = parts(expr)
    if isinstance(expr, Band):
        inner = (profile.bands[expr.name].of,)
    elif isinstance(expr, Derived):
        rule = profile.derived[expr.name]
        if rule.expr is not None:
            inner = (rule.expr,)
        else:
            inner = expressions_of(rule.criterion) if rule.criterion is not None else ()
    return any(touches(part, profile, test) for part in inner)
