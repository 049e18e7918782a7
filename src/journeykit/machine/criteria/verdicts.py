"""Criteria one by one: ready to be judged and shown on the record, and those that a person may waive."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal, NamedTuple

from journeykit.language.expressions.tree import Band, Fact
from journeykit.language.expressions.walk import own_nodes
from journeykit.language.model.profile import Criterion, Profile
from journeykit.machine.closures import Test, Valuer, by_position
from journeykit.machine.criteria.context import Context, within
from journeykit.machine.criteria.guards import own_test, value
from journeykit.machine.snapshot import Snapshot, Subject

__all__ = ["RESULTS", "Judged", "Result", "Verdict", "judged_derived", "judged_of"]


Result = Literal["met", "not met", "unknown", "waived"]
"""How a criterion stands."""


class Verdict(NamedTuple):
    """The verdict on one criterion at one instant.

    Attributes:
        criterion: its id.
        result: ``met``, ``not met``, ``unknown`` or ``waived``.
        evidence: (name, value) of the facts and bands it read; None for an unknown value.
    """

    criterion: str
    result: Result
    evidence: tuple[tuple[str, Any], ...] = ()


RESULTS: Final[dict[bool | None, Result]] = {True: "met", False: "not met", None: "unknown"}
"""Words for the three values."""


@dataclass(slots=True, eq=False)
class Judged:
    """One leaf criterion (one that is no group), ready to be judged and shown.

    Attributes:
        criterion: the criterion as written.
        test: tests it as it stands, whether or not it is waived.
        evidence: (name, valuer) of the facts and bands it reads.
        waivable: ids of those that may be waived among it and the groups around it.
    """

    criterion: Criterion
    test: Test
    evidence: tuple[tuple[str, Valuer], ...]
    waivable: tuple[str, ...] = ()

    def verdict(self, snapshot: Snapshot, subject: Subject) -> Verdict:
        """Judge it now. A waiver of a group covers all that is in it (R13)."""
        found = tuple([(name, read(snapshot, subject)) for name, read in self.evidence]) if self.evidence else ()
        for ident in self.waivable:
            if ident in subject.waived or ident in snapshot.account_subject.waived:
                return Verdict(self.criterion.id, "waived", found)
        return by_position(Verdict, (self.criterion.id, RESULTS[self.test(snapshot, subject)], found))


def judged_of(criteria: tuple[Criterion, ...], context: Context) -> tuple[Judged, ...]:
    """Compile the leaf criteria among some criteria and in their groups, in order, depth first."""
    return tuple(_judged(criterion, around, context) for criterion, around in _leaves(criteria))


def judged_derived(profile: Profile, contexts: Iterable[Context]) -> dict[tuple[str, str], tuple[Judged, ...]]:
    """Compile the leaf criteria of derived names, by (track that asks, name).

    Each track has its own, since what it asks again is unknown or not given to it alone (R8).
    """
    return {
        (context.track, name): judged_of((rule.criterion,), within(context, rule.kind))
        for context in contexts
        for name, rule in profile.derived.items()
        if rule.criterion is not None
    }


def _judged(criterion: Criterion, waivable: tuple[str, ...], context: Context) -> Judged:
    assert criterion.expr is not None
    read = {node.name: value(node, context) for node in own_nodes(criterion.expr) if isinstance(node, Fact | Band)}
    return Judged(criterion, own_test(criterion, context), tuple(read.items()), waivable)


def _leaves(
    criteria: tuple[Criterion, ...], around: tuple[str, ...] = ()
) -> Iterator[tuple[Criterion, tuple[str, ...]]]:
    """Yield leaf criteria in order, with the ids of those that may be waived among each and the groups around it."""
    for criterion in criteria:
        waivable = around if criterion.waivable_by is None else (*around, criterion.id)
        if criterion.group == "is":
            yield criterion, waivable
        yield from _leaves(criterion.members, waivable)
