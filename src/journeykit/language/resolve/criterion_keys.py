"""Criteria, whose texts become typed expressions; and derived names and bands, each resolved after what it reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import cast

from journeykit.language.expressions import parser as syntax
from journeykit.language.expressions.parser import ExpressionError
from journeykit.language.expressions.tree import ACCOUNT, EndMoved, Expr, Quiet, Seen
from journeykit.language.expressions.type_check import Scope, type_of, typed
from journeykit.language.expressions.walk import walk
from journeykit.language.model.profile import BandRule, Criterion, DerivedRule, Group, Signal
from journeykit.language.resolve.resolution import Resolution, instead, one_source
from journeykit.language.resolve.values import lasting, number, parsed
from journeykit.language.schema.models import BandSpec, CriterionSpec
from journeykit.language.text.nodes import Path, find, listed

__all__ = ["build_scope", "criteria", "criterion", "resolve_derived"]

# How to write a criterion: for messages, and as keys with the fields of their models.
_WAYS = "an expression, any, all, at_least with of, quiet with for, seen with within"
_MAIN = {"is": "is_", "any": "any_", "all": "all_", "at_least": "at_least", "quiet": "quiet", "seen": "seen"}
# For each key that only stands beside another: advice where it stands alone, and its field with that other key.
_ON_STRAY = {
    "of": "write at_least: 2",
    "for": "write quiet: signal, or to ask that another criterion lasts, held: 14 days",
    "within": "write seen: signal",
}
_BESIDE = {"of": ("of", "at_least"), "for": ("for_", "quiet"), "within": ("within", "seen")}


def build_scope(context: Resolution) -> None:
    """Set the scope to all that expressions may name; derived names and bands are added as they are resolved."""
    context.scope = Scope(
        facts=context.facts,
        bands={},
        derived={},
        signals=context.signals,
        confirmations=context.confirmations,
        places={track: (context.track_kinds[track], frozenset(paths)) for track, paths in context.places.items()},
        milestones=context.milestones,
        kinds=tuple(context.kinds),
        term_kind=context.term_kind,
        end_fact=_end_fact(context),
        removed=context.removed_names(),
    )


def _end_fact(context: Resolution) -> str:
    kind = context.kinds.get(context.term_kind or "")
    return "" if kind is None or kind.term is None else kind.term[1]


def expression(
    context: Resolution, text: str, path: Path, kind: str | None, want: str | None
) -> tuple[Expr, str] | None:
    """Return a typed expression and the kind of subject it reads, or None after noting a fault.

    ``kind`` and ``want`` are those of ``type_check.typed``.
    """
    assert context.scope is not None
    try:
        return typed(text, context.scope, kind=kind, want=want)  # type: ignore[arg-type]
    except ExpressionError as error:
        if not context.reads_doubtful(text):
            at = find(context.root, path).spot(error.offset)
            context.faults.add(error.code, at, context.written(path), error.message, error.hint)
        return None


def criteria(
    context: Resolution, specs: Mapping[str, CriterionSpec], path: Path, prefix: str, kind: str | None
) -> tuple[Criterion, ...]:
    """Resolve a map of criteria, leaving out those with a fault. ``prefix`` is the id of what they belong to."""
    found = (criterion(context, spec, (*path, name), f"{prefix}.{name}", kind) for name, spec in specs.items())
    return tuple(one for one in found if one is not None)


def criterion(context: Resolution, spec: CriterionSpec, path: Path, id_: str, kind: str | None) -> Criterion | None:
    """Resolve one criterion with its members.

    Args:
        context: the profile; receives the faults.
        spec: what was written.
        path: its path in the text, the last part of which is the criterion's name.
        id_: its id, unique in the profile.
        kind: the kind of subject it is judged for; None to infer it.

    Returns:
        The criterion, or None after noting a fault.
    """
    name = path[-1]
    at = context.key_at(path)
    first = context.criterion_ids.setdefault(id_, at)
    if first != at:
        context.fault_at_key(
            "JK110", path, f'two criteria have the id "{id_}", the first at {first}', "rename one of the two"
        )
    if spec.waivable_by is not None:
        context.role(spec.waivable_by, (*path, "waivable_by"))
    way = _way(context, spec, path)
    if way is None:
        return None
    held = parsed(context, spec.held, (*path, "held"), lasting)
    about = (spec.waivable_by, spec.label, one_source(spec.source), held, instead(spec.instead_of))
    if way in ("is", "quiet", "seen"):
        found = _single(context, spec, way, path, kind)
        if found is None:
            return None
        expr, text = found
        return Criterion(id_, name, "is", at, expr, text, (), 0, *about)
    key = "of" if way == "at_least" else way
    inside: Mapping[str, CriterionSpec] | None = getattr(spec, key if key == "of" else f"{key}_")
    if not inside:
        if not _left_out(context, path):
            hint = "write them under any, all, or at_least with of"
            context.fault_at_key("JK015", path, "a group needs its criteria", hint)
        return None
    if spec.at_least is not None and not 1 <= spec.at_least <= len(inside):
        context.fault(
            "JK111", (*path, "at_least"), f"at least {spec.at_least} of {len(inside)}, expected 1 to {len(inside)}"
        )
    members = criteria(context, inside, (*path, key), id_, kind)
    group = cast(Group, way)
    return Criterion(id_, name, group, at, None, "", members, spec.at_least or 0, *about)


def _way(context: Resolution, spec: CriterionSpec, path: Path) -> str | None:
    """Return the one key that says when a criterion is met, or None after noting a fault."""
    ways = [key for key, field in _MAIN.items() if getattr(spec, field) is not None]
    beside = [(key, main) for key, (field, main) in _BESIDE.items() if getattr(spec, field) is not None]
    if len(ways) == 1 and all(main == ways[0] for _, main in beside):
        return ways[0]
    stray = [(key, main) for key, main in beside if main not in ways]
    if _left_out(context, path):
        return None
    if stray and len(ways) <= 1:
        key, main = stray[0]
        message = f"{key} belongs to {main}, expected {main} beside it"
        context.fault_at_key("JK017", (*path, key), message, _ON_STRAY[key])
    else:
        what = "two ways to write one criterion" if ways else "nothing says when this is met"
        context.fault_at_key("JK017", path, f"{what}, expected one of: {_WAYS}")
    return None


def _single(
    context: Resolution, spec: CriterionSpec, way: str, path: Path, kind: str | None
) -> tuple[Expr, str] | None:
    """Return the expression and the text of a criterion without members, or None after noting a fault."""
    if way == "is":
        text = _text(spec.is_)
        found = expression(context, text, (*path, "is"), kind, "boolean")
        if found is not None and path[0] != "tracks" and any(isinstance(one, EndMoved) for one in walk(found[0])):
            message = '"end_moved" counts from where a contract stands in the track that asks, and no track asks here'
            context.fault("JK107", (*path, "is"), message, "write it in the criteria of a track of contracts")
            return None
        return (found[0], text) if found is not None else None
    form, beside, name, length = (
        (Quiet, "for", spec.quiet, spec.for_) if way == "quiet" else (Seen, "within", spec.seen, spec.within)
    )
    if length is None and not _left_out(context, path):
        context.fault_at_key("JK015", path, f"{way} needs its period", f"write {beside}: 30 days beside it")
    period = parsed(context, length, (*path, beside), lasting)
    signal = _signal(context, name or "", (*path, way), kind)
    if period is None or signal is None:
        return None
    return form(signal.name, signal.kind, period), f"{way} {signal.name} {beside} {period}"


def _signal(context: Resolution, name: str, path: Path, kind: str | None) -> Signal | None:
    """Return a signal that a criterion for subjects of ``kind`` can read, or None after noting a fault."""
    signal = context.signals.get(name)
    if signal is None:
        context.unknown(path, "signal", name, context.signals, *context.removed_paths(name))
    elif name not in context.doubtful and signal.kind not in (kind or signal.kind, ACCOUNT):
        here = "the account" if kind == ACCOUNT else f"a {kind}"
        message = f'"{name}" belongs to each {signal.kind} and cannot be read for {here}'
        hint = f"give it a name under derived, and say over which: any_of({signal.kind}, name) or all_of(...)"
        context.fault("JK107", path, message, hint)
        return None
    return signal


def _left_out(context: Resolution, path: Path) -> bool:
    return any(one[: len(path)] == path for one in context.dropped)


def _text(written: object) -> str:
    """Return an expression as text, also where YAML took it for a number or a truth."""
    if isinstance(written, bool):
        return "true" if written else "false"
    return str(written)


def _texts(spec: CriterionSpec) -> Iterator[str]:
    if spec.is_ is not None:
        yield _text(spec.is_)
    for group in (spec.any_, spec.all_, spec.of):
        for member in (group or {}).values():
            yield from _texts(member)


def _signals(spec: CriterionSpec) -> Iterator[str]:
    yield from filter(None, (spec.quiet, spec.seen))
    for group in (spec.any_, spec.all_, spec.of):
        for member in (group or {}).values():
            yield from _signals(member)


def resolve_derived(context: Resolution) -> None:
    """Resolve derived names and bands, each after those it reads."""
    reads = {name: _names(_texts(spec)) for name, spec in context.spec.derived.items()}
    reads |= {name: _names([spec.of or ""]) for name, spec in context.spec.bands.items()}
    done: set[str] = set()

    def visit(name: str, trail: tuple[str, ...]) -> None:
        if name in done:
            return
        if name in trail:
            circle = trail[trail.index(name) :]
            path = ("derived" if name in context.spec.derived else "bands", name)
            context.fault_at_key("JK112", path, f"it reads itself: {' -> '.join((*circle, name))}", "break the circle")
            context.doubtful.update(circle)
            return
        for inner in sorted(reads[name] & reads.keys()):
            visit(inner, (*trail, name))
        done.add(name)
        if name in context.spec.derived:
            _derived(context, name, context.spec.derived[name])
        else:
            _band(context, name, context.spec.bands[name])

    for name in reads:
        visit(name, ())
    # Back to the order of the text, from that of resolving.
    context.derived = {name: context.derived[name] for name in context.spec.derived if name in context.derived}
    context.bands = {name: context.bands[name] for name in context.spec.bands if name in context.bands}


def _names(texts: Iterator[str] | list[str]) -> frozenset[str]:
    found: frozenset[str] = frozenset()
    for text in texts:
        try:
            found |= syntax.names(syntax.parse(text))
        except ExpressionError:
            continue  # Told when it is typed.
    return found


def _derived(context: Resolution, name: str, spec: CriterionSpec) -> None:
    path = ("derived", name)
    rule = _number(context, name, spec, path) if spec.is_ is not None else None
    if rule is not None and spec.held is not None:
        message = "held belongs to a criterion, and this is a number"
        context.fault_at_key(
            "JK017", (*path, "held"), message, "compare the number where it is used, and write held there"
        )
    if rule is None:
        rule = _group(context, name, spec, path)
    if rule is None:
        context.doubtful.add(name)
        return
    context.derived[name] = rule
    assert context.scope is not None
    context.scope.derived[name] = (rule.kind, rule.type)  # type: ignore[index]


def _number(context: Resolution, name: str, spec: CriterionSpec, path: Path) -> DerivedRule | None:
    """Return a derived number, or None where it is a criterion or cannot be read, which ``_group`` will note."""
    assert context.scope is not None
    try:
        expr, kind = typed(_text(spec.is_), context.scope, kind=None, want=None)
    except ExpressionError:
        return None
    type_ = type_of(expr)
    if type_ == "boolean":
        return None
    return DerivedRule(name, kind, type_, context.key_at(path), None, expr)


def _group(context: Resolution, name: str, spec: CriterionSpec, path: Path) -> DerivedRule | None:
    """Return a derived criterion, or None after noting a fault.

    Its kind is first inferred from what its members read; then all of them are read for that kind.
    """
    kinds: dict[str, str] = {}
    assert context.scope is not None
    for text in _texts(spec):
        try:
            kind = typed(text, context.scope, kind=None, want=None)[1]
        except ExpressionError:
            continue  # Told below.
        if kind != ACCOUNT:
            kinds.setdefault(kind, text)
    for signal in _signals(spec):
        if signal in context.signals and (kind := context.signals[signal].kind) != ACCOUNT:
            kinds.setdefault(kind, signal)
    if len(kinds) > 1:
        message = f"it reads what belongs to {listed(kinds)} at once"
        context.fault_at_key("JK107", path, message, "read the others over all their subjects, as in any_of(kind, ...)")
        return None
    kind = next(iter(kinds), ACCOUNT)
    whole = criterion(context, spec, path, f"derived.{name}", kind)
    return DerivedRule(name, kind, "boolean", context.key_at(path), whole) if whole else None


def _band(context: Resolution, name: str, spec: BandSpec) -> None:
    path = ("bands", name)
    context.doubtful.add(name)  # Until all of it is found to be right.
    if spec.of is None:
        if context.is_clean((*path, "of")):
            context.fault_at_key("JK015", path, "a band needs what it measures", "write of: fact")
        return
    found = expression(context, spec.of, (*path, "of"), None, "number")
    levels: list[tuple[str, float]] = []
    for level, start in spec.levels.items():
        value = parsed(context, start, (*path, "levels", level), _counted)
        if level in syntax.RESERVED:
            context.fault_at_key(
                "JK112", (*path, "levels", level), f'"{level}" is a word of the language', "choose another name"
            )
        if value is not None:
            levels.append((level, value))
    levels.sort(key=lambda one: one[1])
    if len({start for _, start in levels}) < len(levels):
        context.fault_at_key("JK111", (*path, "levels"), "two levels start at the same value, expected different ones")
    elif len(spec.levels) < 2 and context.is_clean((*path, "levels")):
        context.fault_at_key("JK015", path, "a band needs at least two levels", "write levels: {low: 0, high: 50}")
    margin = 0.0 if spec.margin is None else parsed(context, spec.margin, (*path, "margin"), _counted)
    if margin is not None and margin < 0:
        context.fault("JK111", (*path, "margin"), "expected a margin of 0 or more")
    if found is None or margin is None or len(levels) < len(spec.levels):
        return
    assert context.scope is not None
    context.doubtful.discard(name)
    context.bands[name] = BandRule(name, found[1], found[0], tuple(levels), margin, context.key_at(path))
    context.scope.bands[name] = (found[1], tuple(level for level, _ in levels))  # type: ignore[index]


def _counted(value: object) -> float:
    found = number(value)
    if found is None:
        raise ValueError("expected a number, or a share such as 40%")
    return found
