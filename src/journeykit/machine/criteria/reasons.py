"""Reasons: why criteria stand as they do, down to the values that decide (rule R14, ``because``).

A verdict says how a criterion stands. A reason says what made it so, through everything in between: of a group those
members that decide, of a derived name the criteria in it, of an aggregate the subjects that decide, and at the bottom
each value that was read, since when it has been so, and where it came from.

What decides follows from the three values. ``all``, ``and`` and ``all_of`` are met by all their parts, not met by those
that are not met. ``any``, ``or`` and ``any_of`` are met by those that are met, not met by all. ``at_least`` is decided
by its members that stand as it does. Whatever is unknown is so by its unknown parts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from journeykit.language.expressions.tree import Aggregate, And, Compare, Const, Derived, Expr, Not, Or
from journeykit.language.model.profile import Criterion, Stage
from journeykit.machine.closures import Test
from journeykit.machine.criteria.context import Context, within
from journeykit.machine.criteria.guards import asked_test, criterion_test, test
from journeykit.machine.criteria.read_values import Reader, readers
from journeykit.machine.criteria.verdicts import RESULTS, Reason, Result
from journeykit.machine.snapshot import Snapshot, Subject

__all__ = ["Because", "Found", "because_of", "readers_when_met"]


Found = Reason | tuple[Reader, Any, str, Result]
"""A reason; or what a reader read, with the subject that asked and how the criterion stood, which is told later."""

Because = Callable[[Snapshot, Subject, bool | None], tuple[Found, ...]]
"""Yields the reasons for which something is met (True), not met (False) or unknown (None) now: as it is known to be."""

Why = Callable[[Snapshot, Subject, bool | None, Result, list[Found]], None]
"""Adds the reasons why a part of a criterion is met (True), not met (False) or unknown (None) for a subject.

Then come how the criterion stands, in a word, and the list to which reasons are added.
"""

Part = tuple[Test, Why]
"""A part of a whole: its test, and why it stands so."""


def because_of(criteria: tuple[Criterion, ...], context: Context, branches: tuple[Stage, ...] = ()) -> Because:
    """Compile, once it is asked for, why several criteria stand as they do; with them branches that must be over."""
    made: list[Why] = []

    def because(snapshot: Snapshot, subject: Subject, found: bool | None) -> tuple[Found, ...]:
        if not made:
            parts = [(criterion_test(one, context), criterion_why(one, context)) for one in criteria]
            made.append(_all([*parts, *(_branch(branch, context) for branch in branches)]))
        reasons: list[Found] = []
        made[0](snapshot, subject, found, RESULTS[found], reasons)
        return tuple(reasons)

    return because


def readers_when_met(criteria: Iterable[Criterion], context: Context) -> list[Reader] | None:
    """Return what reads the reasons for which all of these are met; None where that depends on which parts are.

    Most moves ask for some values and nothing else. That these decide, all of them, needs no judging once they are met.
    """
    found: list[Reader] = []
    for criterion in criteria:
        if criterion.waivable_by is not None or criterion.group not in ("is", "all"):
            return None
        if criterion.group == "all":
            inner = readers_when_met(criterion.members, context)
        else:
            assert criterion.expr is not None
            inner = _readers_of(criterion.expr, criterion.id, context)
        if inner is None:
            return None
        found += inner
    return found


def _readers_of(expr: Expr, ident: str, context: Context) -> list[Reader] | None:
    match expr:
        case And(items):
            each = [_readers_of(item, ident, context) for item in items]
            return None if None in each else [reader for one in each if one is not None for reader in one]
        case Derived(name, kind, _) if (rule := context.profile.derived[name]).criterion is not None:
            return readers_when_met((rule.criterion,), within(context, kind))
        case Not(item) if _is_bottom(item, context):
            return readers(item, ident, context)
    return readers(expr, ident, context) if _is_bottom(expr, context) else None


def _is_bottom(expr: Expr, context: Context) -> bool:
    """Tell whether every value that an expression reads decides, whichever way it stands."""
    match expr:
        case And() | Or() | Not():
            return False
        case Aggregate(how):
            return how == "count_of"
        case Derived(name):
            return context.profile.derived[name].criterion is None
        case Compare(_, left, right):
            return _counted_in(left, right) is None
    return True


def _counted_in(left: Expr, right: Expr) -> Aggregate | None:
    """Return the count that is compared with a written number, if one is."""
    for this, that in ((left, right), (right, left)):
        if isinstance(this, Aggregate) and isinstance(that, Const):
            return this
    return None


def criterion_why(criterion: Criterion, context: Context, *, as_found: bool = True) -> Why:
    """Compile why one criterion or group stands as it does.

    ``as_found``: whoever asks says of how the criterion around it stands what it says of this one (no ``not``, and no
    period between them), so that there is nothing to put right on the way.
    """
    ident, held, waivable = criterion.id, criterion.held is not None, criterion.waivable_by is not None
    inner, asked = _asked_why(criterion, context, as_found=not held), asked_test(criterion, context)
    if as_found and not held and not waivable:
        return inner

    def why(snapshot: Snapshot, subject: Subject, found: bool | None, result: Result, out: list[Found]) -> None:
        if waivable:
            waiver = subject.waived.get(ident) or snapshot.account_subject.waived.get(ident)
            if waiver is not None:
                holder = subject if ident in subject.waived else snapshot.account_subject
                out.append(Reason(ident, holder.key, "", None, waiver.at, waiver.by, "waived"))
                return
        # What must be met for a while may be met without being so for long enough: what it asks is what decides.
        now = asked(snapshot, subject) if held else found
        inner(snapshot, subject, now, RESULTS[found], out)

    return why


def _asked_why(criterion: Criterion, context: Context, *, as_found: bool) -> Why:
    if criterion.group == "is":
        assert criterion.expr is not None
        return _expr(criterion.expr, criterion.id, context, as_found=as_found)
    members = criterion.members
    parts = [(criterion_test(one, context), criterion_why(one, context, as_found=as_found)) for one in members]
    return {"all": _all, "any": _any}.get(criterion.group, _alike)(parts)


def _all(parts: list[Part]) -> Why:
    """Compile why all of several are met or not: met by all, not met or unknown by those that are so."""
    return _deciding(parts, everyone_if=True)


def _any(parts: list[Part]) -> Why:
    """Compile why one of several is met or not: not met by all, met or unknown by those that are so."""
    return _deciding(parts, everyone_if=False)


def _alike(parts: list[Part]) -> Why:
    """Compile why a number of several are met or not: by those that stand as the whole does."""
    return _deciding(parts, everyone_if=None)


def _deciding(parts: list[Part], *, everyone_if: bool | None) -> Why:
    """Compile the parts that decide: those that stand as the whole does, which are all of them in one case."""
    if len(parts) == 1 and everyone_if is not None:
        return parts[0][1]

    def why(snapshot: Snapshot, subject: Subject, found: bool | None, result: Result, out: list[Found]) -> None:
        every = found is not None and found is everyone_if
        for judge, tell in parts:
            if every or judge(snapshot, subject) is found:
                tell(snapshot, subject, found, result, out)

    return why


def _expr(expr: Expr, ident: str, context: Context, *, as_found: bool = False) -> Why:
    """Compile why an expression of the criterion ``ident`` stands as it does."""
    match expr:
        case And(items) | Or(items):
            parts = [(test(item, context), _expr(item, ident, context, as_found=as_found)) for item in items]
            return _all(parts) if isinstance(expr, And) else _any(parts)
        case Not(item):
            return _negated(_expr(item, ident, context))
        case Derived(name, kind, _):
            rule = context.profile.derived[name]
            if rule.criterion is not None:
                return criterion_why(rule.criterion, within(context, kind), as_found=as_found)
        case Aggregate(how, kind, item) if how != "count_of":
            return _members(expr, ident, context, as_found=as_found)
        case Compare(_, left, right) if (counted := _counted_in(left, right)) is not None:
            return _counted(counted, ident, context)
    return _values(readers(expr, ident, context))


def _negated(why: Why) -> Why:
    def negated(snapshot: Snapshot, subject: Subject, found: bool | None, result: Result, out: list[Found]) -> None:
        why(snapshot, subject, None if found is None else not found, result, out)

    return negated


def _values(found_by: list[Reader]) -> Why:
    """Compile the bottom: every value that was read is a reason."""
    if len(found_by) == 1:
        reader, read = found_by[0], found_by[0].read

        def value(snapshot: Snapshot, subject: Subject, found: bool | None, result: Result, out: list[Found]) -> None:
            out.append((reader, read(snapshot, subject), subject.key, result))

        return value

    def values(snapshot: Snapshot, subject: Subject, found: bool | None, result: Result, out: list[Found]) -> None:
        out.extend([(reader, reader.read(snapshot, subject), subject.key, result) for reader in found_by])

    return values


def _members(node: Aggregate, ident: str, context: Context, *, as_found: bool) -> Why:
    """Compile why ``any_of`` or ``all_of`` stands so: by its deciding subjects; over none, by there being none."""
    kind, inner = node.kind, context.of(node.kind)
    judge, tell = test(node.item, inner), _expr(node.item, ident, inner, as_found=as_found)
    everyone_if = node.how == "all_of"

    def members(snapshot: Snapshot, subject: Subject, found: bool | None, result: Result, out: list[Found]) -> None:
        before = len(out)
        every = found is not None and found is everyone_if
        for other in snapshot.subjects.values():
            if other.kind == kind and (every or judge(snapshot, other) is found):
                tell(snapshot, other, found, result, out)
        if len(out) == before:
            out.append(Reason(ident, subject.key, kind, 0, None, None, result))

    return members


def _counted(node: Aggregate, ident: str, context: Context) -> Why:
    """Compile why a count compares so: by the count, and by each subject that is counted, or may be."""
    kind, inner = node.kind, context.of(node.kind)
    judge, tell = test(node.item, inner), _expr(node.item, ident, inner)

    def counted(snapshot: Snapshot, subject: Subject, found: bool | None, result: Result, out: list[Found]) -> None:
        number: list[Subject] = []
        for other in snapshot.subjects.values():
            if other.kind == kind and judge(snapshot, other) is (None if found is None else True):
                number.append(other)
        out.append(Reason(ident, subject.key, kind, len(number), None, None, result))
        for other in number:
            tell(snapshot, other, None if found is None else True, result, out)

    return counted


def _branch(branch: Stage, context: Context) -> Part:
    """Compile why a branch is over or not (rule R6): it stands at an ``end``, or its success and its branches do."""
    ident = f"{context.track}.{branch.path}"
    own: list[Part] = [(criterion_test(one, context), criterion_why(one, context)) for one in branch.success]
    parts = [*own, *(_branch(inner, context) for inner in branch.branches)]
    whole = _all(parts)

    def over(snapshot: Snapshot, subject: Subject) -> bool | None:
        if _at_its_end(subject, ident):
            return True
        results = [judge(snapshot, subject) for judge, _ in parts]
        return False if False in results or not parts else None if None in results else True

    def why(snapshot: Snapshot, subject: Subject, found: bool | None, result: Result, out: list[Found]) -> None:
        if _at_its_end(subject, ident) or not parts:
            for position in subject.positions:
                if position.leaf.region.name == ident:
                    since = position.entered[-1]
                    out.append(Reason(ident, subject.key, ident, position.leaf.path, since, None, RESULTS[found]))
        else:
            whole(snapshot, subject, found, result, out)

    return over, why


def _at_its_end(subject: Subject, region: str) -> bool:
    return any(position.leaf.region.name == region and position.leaf.ends for position in subject.positions)
