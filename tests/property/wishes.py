"""What would make a criterion met: facts to observe, words to give, signals to send, days to wait."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Any

from journeykit.language.expressions import tree as ex
from journeykit.language.model.profile import Criterion, FactRule, Profile

__all__ = ["Wish", "facts_in", "value_for", "wishes_of"]

Wish = tuple[str, str, Any]
"""Sort (``fact``, ``word``, ``signal``, ``wait`` so many days, ``last`` a period, ``waive``), name and value."""

NUMBERS = (0, 1, 10, 20, 35, 39, 40, 41, 55, 65, 69, 70, 71, 100)
SHARES = (0, 0.29, 0.3, 0.4, 0.5, 0.69, 0.7, 0.9, 1)
GREAT = 9 * 10**14
DURATIONS = ("1 day", "30 days", "1 month", "60 days", "90 days", "3 months", "6 months", "1 year")


def value_for(rule: FactRule, rng: Random, today: date) -> Any:
    """A random valid value of a fact, as JSON."""
    match rule.type:
        case "boolean":
            return rng.random() < 0.6
        case "integer" | "number" | "money":
            number = rng.choice(NUMBERS) if rng.random() < 0.97 else GREAT
            return (
                number + 0.5
                if rule.type != "integer" and (number < 100 or number == GREAT) and rng.random() < 0.15
                else number
            )
        case "share":
            return rng.choice(SHARES)
        case "date":
            days = rng.choice((-400, -60, -1, 0, 1, 14, 30, 45, 90, 91, 200, 366))
            if rng.random() < 0.03:
                days = rng.choice((10_957, 10_958, 11_000, -11_000))  # 30 years, and what none of a contract's may be
            return (today + timedelta(days=days)).isoformat()
        case "duration":
            return rng.choice(DURATIONS)
        case "choice":
            return rng.choice(rule.of)
    return rng.choice(("x", "y", ""))


def wishes_of(criterion: Criterion, profile: Profile, rng: Random) -> Iterator[Wish]:
    """Wishes that might make a criterion met; not a promise."""
    if criterion.waivable_by is not None and rng.random() < 0.6:
        yield "waive", criterion.id, criterion.waivable_by
        return
    if criterion.held is not None and rng.random() < 0.8:
        yield "last", "", criterion.held
    if criterion.expr is not None:
        yield from _meet(criterion.expr, profile, rng, True)
        return
    members = list(criterion.members)
    if criterion.group == "any":
        members = [rng.choice(members)]
    for member in members:
        yield from wishes_of(member, profile, rng)


def _meet(expr: ex.Expr, profile: Profile, rng: Random, want: bool) -> Iterator[Wish]:
    match expr:
        case ex.Not(item):
            yield from _meet(item, profile, rng, not want)
        case ex.And(items) | ex.Or(items):
            all_of = isinstance(expr, ex.And) == want
            for item in items if all_of else (rng.choice(items),):
                yield from _meet(item, profile, rng, want)
        case ex.Fact(name, _, "boolean"):
            yield "fact", name, want
        case ex.Confirmed(word, _):
            if want:
                yield "word", word, None
        case ex.Unsettled(signal, _):
            yield from _settle(signal, profile, want)
        case ex.Quiet(signal, _, period) | ex.Seen(signal, _, period):
            if isinstance(expr, ex.Seen) == want:
                yield "signal", signal, None
            else:
                yield "last", "", period
        case ex.Compare(_, ex.Age(), ex.Const(period, _)):
            yield "wait", "", min(400, period.span()[1])
        case ex.Compare(op, left, ex.Const(value, _)):
            yield from _compare(op, left, value, profile, rng, want)
        case ex.Derived(name, _, _):
            rule = profile.derived[name]
            if rule.criterion is not None and want:
                yield from wishes_of(rule.criterion, profile, rng)
        case ex.Aggregate(_, _, item):
            yield from _meet(item, profile, rng, want)


def _settle(signal: str, profile: Profile, want: bool) -> Iterator[Wish]:
    settler = profile.signals[signal].settled_by
    if want:
        yield "signal", signal, None
    elif settler in profile.facts:
        yield "fact", settler, True
    elif settler in profile.signals:
        yield "signal", settler, None
    elif settler in profile.confirmations:
        yield "word", settler, None


def _compare(op: str, left: ex.Expr, value: Any, profile: Profile, rng: Random, want: bool) -> Iterator[Wish]:
    """A value of the fact on the left, drawn towards the right side of the comparison where it is a plain number."""
    match left:
        case ex.Fact(name, _, "number" | "integer" | "money" | "share"):
            rule = profile.facts[name]
            options = SHARES if rule.type == "share" else NUMBERS
            holds = {
                "<": lambda one: one < value,
                "<=": lambda one: one <= value,
                ">": lambda one: one > value,
                ">=": lambda one: one >= value,
                "==": lambda one: one == value,
                "!=": lambda one: one != value,
            }[op]
            good = [one for one in options if holds(one) == want]
            yield "fact", name, rng.choice(good) if good else None
        case ex.Aggregate(_, _, item):
            yield from _meet(item, profile, rng, want)
        case _:
            for name in facts_in(left, profile):
                yield "fact", name, None


def facts_in(expr: ex.Expr, profile: Profile) -> Iterator[str]:
    """The facts that a number is made of."""
    match expr:
        case ex.Fact(name, _, _) | ex.DaysUntil(ex.Fact(name, _, _)):
            yield name
        case ex.Band(name, _, _):
            yield from facts_in(profile.bands[name].of, profile)
        case ex.Arithmetic(_, left, right):
            yield from facts_in(left, profile)
            yield from facts_in(right, profile)
        case ex.Negative(item):
            yield from facts_in(item, profile)
        case ex.Derived(name, _, _):
            inner = profile.derived[name].expr
            if inner is not None:
                yield from facts_in(inner, profile)
