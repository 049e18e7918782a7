"""A profile's criteria as closures over one plain dictionary: the guards of the peers.

The peers get the cheapest guards there are: no subjects, no evidence, no clock, one dictionary an account. They
answer like the library's own (met ``True``, not met ``False``, unknown ``None``). In the stream of this benchmark
each kind of subject has one member and no contract has dates, which makes aggregates and everything that hangs on
dates simple.

Keys of the dictionary: a fact, band or word by its name; ``track/name`` for a name that moves of that track ask
again; ``unsettled/signal``; ``at/track`` for the leaf; ``renewals``.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from typing import Any

from journeykit.language.expressions import tree as ex
from journeykit.language.model.profile import Criterion, Move, Profile

__all__ = ["RENEWALS", "Facts", "Guard", "Translator", "moves_of"]

Facts = dict[str, Any]
Guard = Callable[[Facts], Any]

RENEWALS = "renewals"

_OPS: dict[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt,
    "<=": operator.le,
    "==": operator.eq,
    "!=": operator.ne,
    ">=": operator.ge,
    ">": operator.gt,
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}


class Translator:
    """Turns the criteria of one profile into guards and tells what each move reads."""

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        self.asked: dict[str, set[str]] = {track: set() for track in profile.tracks}
        for move in moves_of(profile):
            self.asked[move.track].update(move.asks_again)

    def keys(self, name: str) -> tuple[str, ...]:
        """All keys under which a value that is given must be written."""
        return (name, *(f"{track}/{name}" for track, names in self.asked.items() if name in names))

    def reads(self, criteria: tuple[Criterion, ...]) -> frozenset[str]:
        """What may change the answer: facts, words and signals, ``at/track`` for places, and ``renewals``."""
        return frozenset(
            name for criterion in criteria for expr in _expressions(criterion) for name in self._names(expr)
        )

    def all(self, criteria: tuple[Criterion, ...], track: str) -> Guard:
        """All of several criteria, as ``track`` judges them."""
        return _all([self.criterion(criterion, track) for criterion in criteria])

    def criterion(self, criterion: Criterion, track: str) -> Guard:
        """One criterion or group."""
        if criterion.expr is not None:
            return self.expression(criterion.expr, track)
        members = [self.criterion(member, track) for member in criterion.members]
        if criterion.group == "all":
            return _all(members)
        return _any(members) if criterion.group == "any" else _at_least(members, criterion.needed)

    def expression(self, expr: ex.Expr, track: str) -> Guard:
        """One expression: its value, or None where it is unknown."""
        match expr:
            case ex.Const(value, _):
                return _constant(value)
            case ex.Fact(name, _, _):
                return _get(self._key(name, track))
            case ex.Confirmed(word, _):
                return _given(self._key(word, track))
            case ex.Unsettled(signal, _):
                return _given(f"unsettled/{signal}")
            case ex.Band(name, _, _):
                return _if_known(self.expression(self.profile.bands[name].of, track), f"band/{name}")
            case ex.Derived(name, _, _):
                rule = self.profile.derived[name]
                if rule.criterion is not None:
                    return self.criterion(rule.criterion, track)
                assert rule.expr is not None
                return self.expression(rule.expr, track)
            case ex.At(where, path, _):
                return _at(f"at/{where}", path)
            case ex.Renewals():
                return lambda facts: facts.get(RENEWALS, 0)
            case ex.EndMoved() | ex.Placed():
                return _constant(False)  # no dates are kept here, and nobody is placed
            case ex.Reached() | ex.HasDate() | ex.Covered() | ex.DaysUntil() | ex.Age():
                return _constant(None)
        return self._compound(expr, track)

    def _compound(self, expr: ex.Expr, track: str) -> Guard:
        match expr:
            case ex.And(items):
                return _all([self.expression(item, track) for item in items])
            case ex.Or(items):
                return _any([self.expression(item, track) for item in items])
            case ex.Not(item):
                return _not(self.expression(item, track))
            case ex.Negative(item):
                return _calculated(operator.sub, _constant(0), self.expression(item, track))
            case ex.Aggregate(how, _, item):
                inner = self.expression(item, "")
                return inner if how != "count_of" else lambda facts: None if (met := inner(facts)) is None else int(met)
            case ex.Compare(op, left, right, order):
                if order and op not in ("==", "!="):
                    return _ranked(_OPS[op], self.expression(left, track), self.expression(right, track), order)
                if isinstance(right, ex.Const):
                    return _against(_OPS[op], self.expression(left, track), right.value)
                return _calculated(_OPS[op], self.expression(left, track), self.expression(right, track))
            case ex.Arithmetic("/", left, right):
                return _divided(self.expression(left, track), self.expression(right, track))
            case ex.Arithmetic(op, left, right):
                return _calculated(_OPS[op], self.expression(left, track), self.expression(right, track))
        raise TypeError(f"not an expression: {expr!r}")

    def _key(self, name: str, track: str) -> str:
        return f"{track}/{name}" if name in self.asked.get(track, ()) else name

    def _names(self, expr: ex.Expr) -> Iterator[str]:
        for part in _walk(expr):
            match part:
                case ex.Fact(name) | ex.Confirmed(name):
                    yield name
                case ex.Unsettled(name):
                    yield name
                    if (settled_by := self.profile.signals[name].settled_by) is not None:
                        yield settled_by
                case ex.Renewals():
                    yield RENEWALS
                case ex.At(track):
                    yield f"at/{track}"
                case ex.Band(name):
                    yield from self._names(self.profile.bands[name].of)
                case ex.Derived(name):
                    rule = self.profile.derived[name]
                    if rule.criterion is not None:
                        yield from self.reads((rule.criterion,))
                    elif rule.expr is not None:
                        yield from self._names(rule.expr)


def moves_of(profile: Profile) -> Iterator[Move]:
    """Every move of the profile, those of places before the track's own."""
    for track in profile.tracks.values():
        for place in track.walk():
            yield from place.moves
        yield from track.moves


def _expressions(criterion: Criterion) -> Iterator[ex.Expr]:
    """The expressions of a criterion and of everything in its group."""
    if criterion.expr is not None:
        yield criterion.expr
    for member in criterion.members:
        yield from _expressions(member)


def _walk(expr: ex.Expr) -> Iterator[ex.Expr]:
    yield expr
    match expr:
        case ex.And(items) | ex.Or(items):
            for item in items:
                yield from _walk(item)
        case ex.Not(item) | ex.Negative(item) | ex.Aggregate(_, _, item):
            yield from _walk(item)
        case ex.Compare(_, left, right) | ex.Arithmetic(_, left, right):
            yield from _walk(left)
            yield from _walk(right)


def _constant(value: Any) -> Guard:
    return lambda _: value


def _get(key: str) -> Guard:
    return lambda facts: facts.get(key)


def _given(key: str) -> Guard:
    return lambda facts: key in facts


def _if_known(measured: Guard, key: str) -> Guard:
    return lambda facts: None if measured(facts) is None else facts.get(key)


def _at(key: str, path: str) -> Guard:
    inside = path + "."
    return lambda facts: (leaf := facts[key]) == path or leaf.startswith(inside)


def _not(inner: Guard) -> Guard:
    return lambda facts: None if (met := inner(facts)) is None else not met


def _against(op: Callable[[Any, Any], Any], left: Guard, constant: Any) -> Guard:
    return lambda facts: None if (value := left(facts)) is None else op(value, constant)


def _calculated(op: Callable[[Any, Any], Any], left: Guard, right: Guard) -> Guard:
    def calculated(facts: Facts) -> Any:
        one, two = left(facts), right(facts)
        return None if one is None or two is None else op(one, two)

    return calculated


def _divided(left: Guard, right: Guard) -> Guard:
    def divided(facts: Facts) -> Any:
        one, two = left(facts), right(facts)
        return None if one is None or not two else one / two

    return divided


def _ranked(op: Callable[[Any, Any], Any], left: Guard, right: Guard, order: tuple[str, ...]) -> Guard:
    rank = {level: place for place, level in enumerate(order)}
    return _calculated(lambda one, two: op(rank[one], rank[two]), left, right)


def _all(members: list[Guard]) -> Guard:
    if len(members) == 1:
        return members[0]

    def every(facts: Facts) -> Any:
        answer: bool | None = True
        for member in members:
            met = member(facts)
            if met is False:
                return False
            if met is None:
                answer = None
        return answer

    return every


def _any(members: list[Guard]) -> Guard:
    def some(facts: Facts) -> Any:
        answer: bool | None = False
        for member in members:
            met = member(facts)
            if met:
                return True
            if met is None:
                answer = None
        return answer

    return some


def _at_least(members: list[Guard], needed: int) -> Guard:
    def enough(facts: Facts) -> Any:
        answers = [member(facts) for member in members]
        if sum(met is True for met in answers) >= needed:
            return True
        return False if sum(met is False for met in answers) > len(members) - needed else None

    return enough
