"""Cases of criteria against plain three-valued judging, on every small evidence there is."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from journeykit.dates import Period
from journeykit.errors import Location
from journeykit.language.expressions.tree import And, Band, Compare, Const, Expr, Fact, Not, Or, Reached
from journeykit.language.model.profile import Criterion, Profile
from journeykit.language.model.references import names_in, touches
from journeykit.lint.bounds import Bounds, compared
from journeykit.lint.cases import Cases, Literal, agree
from journeykit.lint.date_order import Dates
from machine_profiles import profile

USES = Fact("uses", "workstream", "integer")
SCORE = Fact("score", "account", "number")
TRAINED = Fact("trained", "workstream", "boolean")
TONE = Fact("tone", "account", "choice")
TONES = ("low", "mid", "high")
EVIDENCE = [
    dict(zip((USES, SCORE, TRAINED, TONE), values, strict=True))
    for values in product((None, 0, 1, 2), (None, 0, 0.5, 1), (None, False, True), (None, *TONES))
]
HERE = Location("<test>")


@pytest.fixture(scope="module")
def read() -> Profile:
    return profile("t: {stages: {a: {}}}")


def comparisons() -> st.SearchStrategy[Expr]:
    ops = st.sampled_from(["<", "<=", "==", "!=", ">=", ">"])
    numbers = st.builds(
        lambda op, fact, value, turned: (
            Compare(op, Const(value, "number"), fact) if turned else Compare(op, fact, Const(value, "number"))
        ),
        ops,
        st.sampled_from([USES, SCORE]),
        st.sampled_from([0, 1, 2, 0.5]),
        st.booleans(),
    )
    tones = st.builds(lambda op, tone: Compare(op, TONE, Const(tone, "choice"), TONES), ops, st.sampled_from(TONES))
    both = st.builds(lambda op: Compare(op, USES, SCORE), ops)
    return st.one_of(numbers, tones, both, st.just(TRAINED))


def expressions() -> st.SearchStrategy[Expr]:
    return st.recursive(
        comparisons(),
        lambda inner: st.one_of(
            st.builds(Not, inner),
            st.builds(lambda items: And(tuple(items)), st.lists(inner, min_size=2, max_size=3)),
            st.builds(lambda items: Or(tuple(items)), st.lists(inner, min_size=2, max_size=3)),
        ),
        max_leaves=5,
    )


def criteria() -> st.SearchStrategy[Criterion]:
    plain = st.builds(lambda expr: Criterion("c", "c", "is", HERE, expr), expressions())

    def group(members: list[Criterion], kind: Any, needed: int) -> Criterion:
        return Criterion("g", "g", kind, HERE, members=tuple(members), needed=min(needed, len(members)))

    groups = st.builds(
        group, st.lists(plain, min_size=1, max_size=3), st.sampled_from(["all", "any", "at_least"]), st.integers(1, 3)
    )
    return st.one_of(plain, groups)


def judged(expr: Expr, facts: dict[Fact, Any]) -> bool | None:
    match expr:
        case Fact():
            return facts[expr]
        case Not(item):
            verdict = judged(item, facts)
            return None if verdict is None else not verdict
        case And(items):
            verdicts = [judged(item, facts) for item in items]
            return False if False in verdicts else None if None in verdicts else True
        case Or(items):
            verdicts = [judged(item, facts) for item in items]
            return True if True in verdicts else None if None in verdicts else False
        case Compare(op, left, right):
            one, two = (side.value if isinstance(side, Const) else facts[side] for side in (left, right))
            if one is None or two is None:
                return None
            if left == TONE:
                one, two = TONES.index(one), TONES.index(two)
            return compared(one, op, two)
    raise AssertionError(expr)


def met(criterion: Criterion, facts: dict[Fact, Any]) -> bool | None:
    if criterion.expr is not None:
        return judged(criterion.expr, facts)
    verdicts = [met(member, facts) for member in criterion.members]
    needed = {"all": len(verdicts), "any": 1, "at_least": criterion.needed}[criterion.group]
    if verdicts.count(True) >= needed:
        return True
    return False if verdicts.count(False) > len(verdicts) - needed else None


@settings(max_examples=100)
@given(st.lists(criteria(), min_size=1, max_size=2))
def test_criteria_are_met_exactly_when_a_case_holds(read: Profile, asked: list[Criterion]) -> None:
    cases = Cases(read).of(asked)
    for facts in EVIDENCE:
        said = all(met(criterion, facts) is True for criterion in asked)
        held = any(all(judged(atom, facts) is wanted for atom, wanted in case) for case in cases)
        assert said == held


@settings(max_examples=100)
@given(criteria(), criteria())
def test_what_cannot_agree_is_never_met_together(read: Profile, one: Criterion, other: Criterion) -> None:
    cases = Cases(read)
    if not any(agree(left | right) for left in cases.of([one]) for right in cases.of([other])):
        assert not any(met(one, facts) is True and met(other, facts) is True for facts in EVIDENCE)


@pytest.mark.parametrize(
    ("said", "possible"),
    [
        ([(">=", "90 days"), ("<", "90 days")], False),
        ([(">=", "90 days"), ("<=", "90 days")], True),
        ([(">=", "3 months"), ("<", "90 days")], True),
        ([(">=", "3 months"), ("<", "89 days")], True),
        ([(">=", "3 months"), ("<", "88 days")], False),
        ([("==", "90 days"), (">", "91 days")], False),
        ([("==", "90 days"), ("!=", "90 days")], False),
    ],
)
def test_periods_are_compared_by_the_days_they_can_span(said: list[tuple[Any, str]], possible: bool) -> None:
    bounds = Bounds(Fact("spare", "workstream", "duration"))
    for op, period in said:
        bounds.add(op, Period.parse(period), ())
    assert bounds.possible() is possible


def test_a_whole_number_has_nothing_between_its_neighbours() -> None:
    def between(value: Fact) -> bool:
        bounds = Bounds(value)
        bounds.add(">", 1, ())
        bounds.add("<", 2, ())
        return bounds.possible()

    assert between(SCORE)
    assert not between(USES)


def test_names_are_found_through_derived_names_and_bands(read: Profile) -> None:
    health = Band("health", "account", ("red", "yellow", "green"))
    assert names_in(health, read) == {"score"}
    assert names_in(Compare(">", USES, SCORE), read) == {"uses", "score"}
    criterion = read.derived["risky"].criterion
    assert criterion is not None
    assert touches(criterion.members[0].expr or USES, read, lambda part: part == SCORE)


@pytest.mark.parametrize(
    ("come", "waiting", "agrees"),
    [
        ("end", "prepare", False),
        ("end", "notice", False),
        ("grace_over", "end", False),
        ("decide", "prepare", False),
        ("prepare", "prepare", False),
        ("prepare", "decide", True),
        ("end", "grace_over", True),
        ("notice", "prepare", True),
        ("decide", "late", True),
        ("decide", "near", True),
    ],
)
def test_later_dates_of_a_countdown_say_that_earlier_ones_have_come(come: str, waiting: str, agrees: bool) -> None:
    text = """
        renewal:
          per: contract
          countdown:
            to: contract_end
            milestones:
              prepare: {before: 180 days}
              decide: {before: 30 days}
              late: {before: {fact: lead, else: 200 days}}
              near: {before: 1 month}
            notice: {before: 60 days, given_by: signed}
            grace: 30 days
          stages: {open: {}}
        """
    case = [Literal(Reached(come, "contract"), True), Literal(Reached(waiting, "contract"), False)]
    assert Dates(profile(text)).agree(case) is agrees
