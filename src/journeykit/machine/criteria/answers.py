"""Answers: how each criterion that something asks stands, one by one, for whoever watches a journey (``engine.trace``).

A guard stops at the first criterion that decides. Here each criterion is asked: the own ones of a move, a reaction or a
milestone, those in their groups, and those of the derived names that they read, to the bottom. What an aggregate asks
of other subjects is answered once for each answer that some of them gives.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from journeykit.language.expressions.tree import Aggregate, Derived, Expr
from journeykit.language.expressions.walk import parts
from journeykit.language.model.profile import Criterion
from journeykit.machine.criteria.context import Context, within
from journeykit.machine.criteria.verdicts import RESULTS, Judged, Result, judged_of
from journeykit.machine.snapshot import Snapshot, Subject

__all__ = ["Answer", "Questions"]

_KEPT = 10_000
"""The most answers that are kept; few of all that could be ever come."""


class Answer(NamedTuple):
    """How one criterion stood: its id, and ``met``, ``not met``, ``unknown`` or ``waived``."""

    criterion: str
    result: Result


Ask = Callable[[Snapshot, Subject], Any]
"""Asks one question: yields True, False, None or the word ``waived``; of other subjects, each different row of them."""


class Question(NamedTuple):
    """One criterion by its id, and what asks it; or what other subjects are asked (``inner``), without an id."""

    ident: str
    ask: Ask
    inner: tuple[Question, ...] = ()


class Questions:
    """The criteria that something asks, compiled when they are first answered: nobody may ever want to know.

    Args:
        criteria: the criteria, all of which are asked.
        context: who asks.
    """

    __slots__ = ("_compiled", "_context", "_criteria", "_known")

    def __init__(self, criteria: tuple[Criterion, ...], context: Context) -> None:
        self._criteria = criteria
        self._context = context
        self._compiled: list[tuple[tuple[Question, ...], tuple[Ask, ...]]] = []  # one for all threads (rule R16)
        self._known: dict[tuple[Any, ...], tuple[Answer, ...]] = {}

    def answers(self, snapshot: Snapshot, subject: Subject) -> tuple[Answer, ...]:
        """Ask each criterion, and return what each answers, in the order of the text, depth first."""
        if not self._compiled:
            questions = tuple(_questions(self._criteria, self._context))
            self._compiled.append((questions, tuple([one.ask for one in questions])))
        questions, asks = self._compiled[0]
        found = tuple([ask(snapshot, subject) for ask in asks])
        answers = self._known.get(found)
        if answers is None:
            answers = tuple(dict.fromkeys(_told(questions, found)))
            if len(self._known) < _KEPT:
                self._known[found] = answers
        return answers


def _told(questions: tuple[Question, ...], found: tuple[Any, ...]) -> Iterator[Answer]:
    for question, said in zip(questions, found, strict=True):
        if question.inner:
            for row in said:
                yield from _told(question.inner, row)
        else:
            yield Answer(question.ident, said if said == "waived" else RESULTS[said])


def _questions(criteria: tuple[Criterion, ...], context: Context) -> Iterator[Question]:
    for judged in judged_of(criteria, context):
        assert judged.criterion.expr is not None
        yield Question(judged.criterion.id, _ask(judged))
        yield from _inside(judged.criterion.expr, context)


def _ask(judged: Judged) -> Ask:
    waivable = judged.waivable
    if not waivable:
        return judged.test
    test = judged.test

    def ask(snapshot: Snapshot, subject: Subject) -> Any:
        for ident in waivable:
            if ident in subject.waived or ident in snapshot.account_subject.waived:
                return "waived"
        return test(snapshot, subject)

    return ask


def _inside(expr: Expr, context: Context) -> Iterator[Question]:
    """Yield what an expression asks by way of derived names."""
    match expr:
        case Derived(name, kind, _):
            rule, inner = context.profile.derived[name], within(context, kind)
            if rule.criterion is not None:
                yield from _questions((rule.criterion,), inner)
            elif rule.expr is not None:
                yield from _inside(rule.expr, inner)
        case Aggregate(_, kind, item):
            asked = tuple(_inside(item, context.of(kind)))
            if asked:
                yield _of_members(kind, asked)
        case _:
            for part in parts(expr):
                yield from _inside(part, context)


def _of_members(kind: str, asked: tuple[Question, ...]) -> Question:
    def ask(snapshot: Snapshot, subject: Subject) -> Any:
        members = [other for other in snapshot.subjects.values() if other.kind == kind]
        rows = [tuple([one.ask(snapshot, member) for one in asked]) for member in members]
        return tuple(dict.fromkeys(rows))

    return Question("", ask, asked)
