"""Who is to confirm: the confirmations that criteria ask for, and the roles that may give them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from journeykit.language.expressions.tree import Aggregate, Confirmed, Derived, Expr
from journeykit.language.expressions.walk import own_nodes
from journeykit.language.model.profile import Criterion, Profile

__all__ = ["confirmations_asked"]


def confirmations_asked(profile: Profile, criteria: Iterable[Criterion]) -> Iterator[str]:
    """Yield the names of the confirmations that criteria ask for, also in groups and behind derived names."""
    for criterion in criteria:
        yield from confirmations_asked(profile, criterion.members)
        if criterion.expr is not None:
            yield from _confirmations(profile, criterion.expr)


def _confirmations(profile: Profile, expr: Expr) -> Iterator[str]:
    for node in own_nodes(expr):
        match node:
            case Confirmed(confirmation):
                yield confirmation
            case Derived(name) if (rule := profile.derived[name]).criterion is not None:
                yield from confirmations_asked(profile, (rule.criterion,))
            case Aggregate(_, _, item):
                yield from _confirmations(profile, item)
