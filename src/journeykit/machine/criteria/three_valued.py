"""Kleene's logic over compiled criteria: True met, False not met, None unknown; and the comparisons that need it."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from journeykit.dates import Period
from journeykit.machine.closures import Test, Valuer
from journeykit.machine.snapshot import Snapshot, Subject

__all__ = [
    "OPS",
    "aggregate",
    "all_tests",
    "any_test",
    "at_least",
    "compare_periods",
    "count",
    "count_compare",
    "negation",
    "tally_of",
]

OPS: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    "==": operator.eq,
    "!=": operator.ne,
    ">=": operator.ge,
    ">": operator.gt,
}


def all_tests(tests: list[Test]) -> Test:
    """Compile all of several: not met as soon as one is not, met when all are (or there are none), else unknown."""
    if not tests:
        return lambda snapshot, subject: True
    if len(tests) == 1:
        return tests[0]
    if len(tests) == 2:
        first, second = tests

        def both(snapshot: Snapshot, subject: Subject) -> bool | None:
            one = first(snapshot, subject)
            if one:
                return second(snapshot, subject)
            if one is None and second(snapshot, subject) is not False:
                return None
            return False

        return both

    def every(snapshot: Snapshot, subject: Subject) -> bool | None:
        result: bool | None = True
        for judge in tests:
            found = judge(snapshot, subject)
            if found:
                continue
            if found is not None:
                return False
            result = None
        return result

    return every


def any_test(tests: list[Test]) -> Test:
    """Compile any of several: met as soon as one is, not met when all are not (or there are none), else unknown."""
    if len(tests) == 1:
        return tests[0]

    def some(snapshot: Snapshot, subject: Subject) -> bool | None:
        result: bool | None = False
        for judge in tests:
            found = judge(snapshot, subject)
            if found:
                return True
            if found is None:
                result = None
        return result

    return some


def at_least(tests: list[Test], needed: int) -> Test:
    """Compile ``needed`` of several: unknown while the unknown ones could decide."""

    def enough(snapshot: Snapshot, subject: Subject) -> bool | None:
        verdicts = [judge(snapshot, subject) for judge in tests]
        met = verdicts.count(True)
        if met >= needed:
            return True
        return None if met + verdicts.count(None) >= needed else False

    return enough


def negation(judge: Test) -> Test:
    """Compile the negation; unknown stays unknown."""
    return lambda snapshot, subject: None if (found := judge(snapshot, subject)) is None else not found


def compare_periods(op: str, one: Period, two: Period) -> bool | None:
    """Compare two periods by the days they can span; None where it depends on the months met.

    3 months are 89 to 92 days, so ``3 months > 90 days`` is None. A period equals itself.
    """
    if one == two:
        return op in ("==", "<=", ">=")
    (low, high), (least, most) = one.span(), two.span()
    # The two extremes: where they answer alike, so does everything between them.
    answers = {OPS[op](low, most), OPS[op](high, least)}
    if low == high and least == most:
        return answers.pop()
    if op in ("==", "!="):
        apart = high < least or most < low
        return (op == "!=") if apart else None
    return answers.pop() if len(answers) == 1 else None


def tally_of(kind: str, judge: Test) -> Callable[[Snapshot], tuple[int, int]]:
    """Return a closure that counts the open subjects of a kind for which a criterion is (met, unknown)."""

    def tally(snapshot: Snapshot) -> tuple[int, int]:
        met = unknown = 0
        for subject in snapshot.subjects.values():
            if subject.kind == kind:
                found = judge(snapshot, subject)
                if found:
                    met += 1
                elif found is None:
                    unknown += 1
        return met, unknown

    return tally


def count(kind: str, judge: Test) -> Valuer:
    """Compile ``count_of`` as a number: unknown as soon as one member is."""
    tally = tally_of(kind, judge)

    def number(snapshot: Snapshot, subject: Subject) -> int | None:
        met, unknown = tally(snapshot)
        return None if unknown else met

    return number


def count_compare(op: str, constant: Any, tally: Callable[[Snapshot], tuple[int, int]]) -> Test:
    """Compile ``count_of`` compared with a number: known when all counts that are still possible answer alike."""
    judge = OPS[op]

    def compare(snapshot: Snapshot, subject: Subject) -> bool | None:
        met, unknown = tally(snapshot)
        answers = {judge(count, constant) for count in range(met, met + unknown + 1)}
        return answers.pop() if len(answers) == 1 else None

    return compare


def aggregate(how: str, kind: str, judge: Test) -> Test:
    """Compile ``any_of`` or ``all_of`` (``how``) over the open subjects of a kind.

    Over no subjects ``any_of`` is not met and ``all_of`` unknown.
    """

    def any_of(snapshot: Snapshot, subject: Subject) -> bool | None:
        result: bool | None = False
        for other in snapshot.subjects.values():
            if other.kind == kind:
                found = judge(snapshot, other)
                if found:
                    return True
                if found is None:
                    result = None
        return result

    def all_of(snapshot: Snapshot, subject: Subject) -> bool | None:
        result: bool | None = None
        unknown = False
        for other in snapshot.subjects.values():
            if other.kind == kind:
                found = judge(snapshot, other)
                if found is False:
                    return False
                unknown = unknown or found is None
                result = True
        return None if unknown else result

    return any_of if how == "any_of" else all_of
