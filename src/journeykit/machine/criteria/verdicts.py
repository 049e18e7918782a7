"""Criteria one by one: ready to be judged and shown on the record, and those that a person may waive."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

from journeykit.dates import UTC
from journeykit.language.expressions.tree import Band, Fact
from journeykit.language.expressions.walk import own_nodes
from journeykit.language.model.profile import Criterion, Profile
from journeykit.machine.closures import Test, Valuer, by_position
from journeykit.machine.criteria.context import Context, within
from journeykit.machine.criteria.guards import own_test, value
from journeykit.machine.snapshot import Snapshot, Subject
from journeykit.plain import plain

if TYPE_CHECKING:
    from journeykit.json_forms import ReasonForm, VerdictForm

__all__ = ["RESULTS", "Judged", "Reason", "Result", "Verdict", "judged_derived", "judged_of", "reason_of", "verdict_of"]


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

    def to_dict(self) -> dict[str, Any]:
        """Return the verdict as JSON data, its evidence by name."""
        evidence = {name: plain(value) for name, value in self.evidence}
        return {"criterion": self.criterion, "result": self.result, "evidence": evidence}

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Verdict:
        """Return the verdict that :meth:`to_dict` wrote; a date or a period in its evidence is its text.

        Raises:
            SnapshotError: something in the data is broken.
        """
        from journeykit import json_forms

        return verdict_of(json_forms.read(json_forms.VerdictForm, raw, "verdict"))

    @staticmethod
    def json_schema() -> dict[str, Any]:
        """Return the JSON Schema (draft 2020-12) of what :meth:`to_dict` writes."""
        from journeykit import json_forms

        return json_forms.VerdictForm.model_json_schema()


class Reason(NamedTuple):
    """One value that made a criterion stand as it does.

    Attributes:
        criterion: the id of the leaf criterion that read it, such as ``derived.at_risk_now.issues``; for a branch that
            had to be over, its ``track.path``.
        subject: the key of the subject whose value it is.
        name: of the fact, band, confirmation, signal, date, track, or kind of subject (then ``value`` counts those that
            decide); ``covered``, ``renewals``; empty where a waiver decides.
        value: what counted; None while it was unknown. Of a confirmation, whether it counted as given; of a signal,
            whether it was unsettled, seen or quiet, as asked; of a date, its day; of a track, the path of the leaf.
        since: since when it was so, aware and in UTC; of a signal, when it came last; None where nobody can say.
        source: the id of the input that gave it last, or its kind where it has none; of a confirmation or a waiver, the
            role that gave it; else None.
        result: how the criterion stood: ``met``, ``not met``, ``unknown`` or ``waived``.
    """

    criterion: str
    subject: str
    name: str
    value: Any
    since: datetime | None
    source: str | None
    result: Result

    def to_dict(self) -> dict[str, Any]:
        """Return the reason as JSON data."""
        return {name: plain(value) for name, value in self._asdict().items()}

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Reason:
        """Return the reason that :meth:`to_dict` wrote; a value that is a date or a period is its text.

        Raises:
            SnapshotError: something in the data is broken.
        """
        from journeykit import json_forms

        return reason_of(json_forms.read(json_forms.ReasonForm, raw, "reason"))

    @staticmethod
    def json_schema() -> dict[str, Any]:
        """Return the JSON Schema (draft 2020-12) of what :meth:`to_dict` writes."""
        from journeykit import json_forms

        return json_forms.ReasonForm.model_json_schema()


def verdict_of(form: VerdictForm) -> Verdict:
    """Return the verdict of a JSON form that was checked."""
    return Verdict(form.criterion, form.result, tuple(form.evidence.items()))


def reason_of(form: ReasonForm) -> Reason:
    """Return the reason of a JSON form that was checked."""
    since = None if form.since is None else form.since.astimezone(UTC)
    return Reason(form.criterion, form.subject, form.name, form.value, since, form.source, form.result)


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

    def verdict(self, snapshot: Snapshot, subject: Subject, *, met: bool = False) -> Verdict:
        """Judge it now; ``met``: that it is met is known. A waiver of a group covers all that is in it (R13)."""
        found = tuple([(name, read(snapshot, subject)) for name, read in self.evidence]) if self.evidence else ()
        for ident in self.waivable:
            if ident in subject.waived or ident in snapshot.account_subject.waived:
                return Verdict(self.criterion.id, "waived", found)
        return by_position(Verdict, (self.criterion.id, RESULTS[met or self.test(snapshot, subject)], found))


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
