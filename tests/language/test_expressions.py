"""Expressions: the grammar, the names and types, and the normal text."""

from __future__ import annotations

import sys
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from journeykit.dates import Period
from journeykit.errors import Location
from journeykit.language.expressions import parser as syntax
from journeykit.language.expressions.tree import (
    Age,
    Aggregate,
    And,
    Arithmetic,
    At,
    Band,
    Compare,
    Confirmed,
    Const,
    Covered,
    DaysUntil,
    Derived,
    EndMoved,
    Fact,
    HasDate,
    Negative,
    Not,
    Or,
    Placed,
    Quiet,
    Reached,
    Renewals,
    Seen,
    Unsettled,
)
from journeykit.language.expressions.type_check import ExpressionError, Scope, canonical, reads, type_of, typed
from journeykit.language.model.profile import Confirmation, FactRule, Signal

HERE = Location("a.yaml")


def _facts(*rows: tuple[str, str, str] | tuple[str, str, str, tuple[str, ...]]) -> dict[str, FactRule]:
    return {row[0]: FactRule(row[0], row[1], row[2], HERE, of=row[3] if len(row) == 4 else ()) for row in rows}


SCOPE = Scope(
    facts=_facts(
        ("score", "account", "number"),
        ("seats", "account", "integer"),
        ("city", "account", "text"),
        ("signup", "account", "date"),
        ("plan", "account", "choice", ("free", "pro", "team")),
        ("old_plan", "account", "choice", ("free", "pro", "team")),
        ("tier", "account", "choice", ("low", "high")),
        ("live", "workstream", "boolean"),
        ("ratio", "workstream", "share"),
        ("goal", "workstream", "share"),
        ("use_cases", "workstream", "integer"),
        ("auto", "contract", "boolean"),
        ("contract_end", "contract", "date"),
        ("notice_period", "contract", "duration"),
        ("price", "contract", "money"),
    ),
    bands={"health": ("account", ("red", "yellow", "green"))},
    derived={"at_risk": ("account", "boolean"), "won": ("workstream", "boolean"), "used": ("account", "ratio")},
    signals={
        "champion_left": Signal("champion_left", "workstream", HERE, {}),
        "merger": Signal("merger", "account", HERE, {}),
    },
    confirmations={"go_live": Confirmation("go_live", "workstream", ("customer",), HERE)},
    places={
        "value": ("workstream", frozenset({"onboarding", "onboarding.kickoff", "adoption"})),
        "retention": ("account", frozenset({"healthy"})),
        "renewal": ("contract", frozenset({"waiting"})),
    },
    milestones={"contract": ("prepare", "end")},
    kinds=("account", "workstream", "contract"),
    term_kind="contract",
    end_fact="contract_end",
    removed={"old_fact": Location("child.yaml", 3, 4), "value.pilot": Location("child.yaml", 9, 1)},
)

SCORE = Fact("score", "account", "number")
SEATS = Fact("seats", "account", "integer")
LIVE = Fact("live", "workstream", "boolean")
RATIO = Fact("ratio", "workstream", "share")
AUTO = Fact("auto", "contract", "boolean")
END = Fact("contract_end", "contract", "date")
HEALTH = Band("health", "account", ("red", "yellow", "green"))
LEVELS = ("red", "yellow", "green")
PLANS = ("free", "pro", "team")
AT_RISK = Derived("at_risk", "account", "boolean")


def number(value: float) -> Const:
    return Const(value, "number")


def share(value: float) -> Const:
    return Const(value, "share")


def choice(value: str) -> Const:
    return Const(value, "choice")


def days(value: int) -> Const:
    return Const(Period(0, value), "duration")


TREES = [
    ("true", "account", Const(value=True, type="boolean")),
    ("live", "workstream", LIVE),
    ("not live", "workstream", Not(LIVE)),
    ("not not live", "workstream", Not(Not(LIVE))),
    ("at_risk or live and won", "workstream", Or((AT_RISK, And((LIVE, Derived("won", "workstream", "boolean")))))),
    ("(at_risk or live) and won", "workstream", And((Or((AT_RISK, LIVE)), Derived("won", "workstream", "boolean")))),
    ("at_risk and (live and won)", "workstream", And((AT_RISK, LIVE, Derived("won", "workstream", "boolean")))),
    ("not at_risk and live", "workstream", And((Not(AT_RISK), LIVE))),
    ("not score > 3", "account", Not(Compare(">", SCORE, number(3)))),
    ("score >= 3", "account", Compare(">=", SCORE, number(3))),
    ("3<score", "account", Compare("<", number(3), SCORE)),
    ("score != -1.5", "account", Compare("!=", SCORE, Negative(number(1.5)))),
    (
        "1 + 2 * score - 3 > 4",
        "account",
        Compare(
            ">", Arithmetic("-", Arithmetic("+", number(1), Arithmetic("*", number(2), SCORE)), number(3)), number(4)
        ),
    ),
    (
        "(1 + 2) * score > 4",
        "account",
        Compare(">", Arithmetic("*", Arithmetic("+", number(1), number(2)), SCORE), number(4)),
    ),
    (
        "score - (1 - seats) > 4",
        "account",
        Compare(">", Arithmetic("-", SCORE, Arithmetic("-", number(1), SEATS)), number(4)),
    ),
    ("-score * 2 < 0", "account", Compare("<", Arithmetic("*", Negative(SCORE), number(2)), number(0))),
    ("ratio >= 70%", "workstream", Compare(">=", RATIO, share(0.7))),
    ("ratio >= 33.3 %", "workstream", Compare(">=", RATIO, share(0.333))),
    (
        "ratio > goal / 2",
        "workstream",
        Compare(">", RATIO, Arithmetic("/", Fact("goal", "workstream", "share"), number(2))),
    ),
    ("seats / score >= 70%", "account", Compare(">=", Arithmetic("/", SEATS, SCORE), share(0.7))),
    ("used < 70%", "account", Compare("<", Derived("used", "account", "ratio"), share(0.7))),
    ("price > 1000", "contract", Compare(">", Fact("price", "contract", "money"), number(1000))),
    ("health >= yellow", "account", Compare(">=", HEALTH, choice("yellow"), LEVELS)),
    ("red != health", "account", Compare("!=", choice("red"), HEALTH, LEVELS)),
    ("plan == 'pro'", "account", Compare("==", Fact("plan", "account", "choice"), choice("pro"), PLANS)),
    (
        "plan > old_plan",
        "account",
        Compare(">", Fact("plan", "account", "choice"), Fact("old_plan", "account", "choice"), PLANS),
    ),
    ('city == "São Paulo"', "account", Compare("==", Fact("city", "account", "text"), Const("São Paulo", "text"))),
    ("contract_end < 2027-01-05", "contract", Compare("<", END, Const(date(2027, 1, 5), "date"))),
    ("contract_end > signup", "contract", Compare(">", END, Fact("signup", "account", "date"))),
    (
        "notice_period >= 1 year 6 months",
        "contract",
        Compare(">=", Fact("notice_period", "contract", "duration"), Const(Period(18, 0), "duration")),
    ),
    ("age(account) >= 90 days", "account", Compare(">=", Age("", "", "account"), days(90))),
    (
        "90 days <= age(value.onboarding)",
        "workstream",
        Compare(">=", Age("value", "onboarding", "workstream"), days(90)),
    ),
    ("30 days > days_until(contract_end)", "contract", Compare("<", DaysUntil(END), days(30))),
    ("at(value.onboarding.kickoff)", "workstream", At("value", "onboarding.kickoff", "workstream")),
    ("at(retention.healthy)", "account", At("retention", "healthy", "account")),
    ("placed_at(value.onboarding.kickoff)", "workstream", Placed("value", "onboarding.kickoff", "workstream")),
    ("end_moved and auto", "contract", And((EndMoved(END), AUTO))),
    ("confirmed(go_live)", "workstream", Confirmed("go_live", "workstream")),
    ("unsettled(merger)", "account", Unsettled("merger", "account")),
    ("reached(end)", "contract", Reached("end", "contract")),
    ("has_date(prepare)", "contract", HasDate("prepare", "contract")),
    ("renewals >= 2", "account", Compare(">=", Renewals("account"), number(2))),
    ("renewals >= 2 and auto", "contract", And((Compare(">=", Renewals("contract"), number(2)), AUTO))),
    ("covered", "account", Covered()),
    ("any_of(workstream, live)", "account", Aggregate("any_of", "workstream", LIVE)),
    (
        "all_of(contract, renewals > 1)",
        "account",
        Aggregate("all_of", "contract", Compare(">", Renewals("contract"), number(1))),
    ),
    ("count_of(contract, auto) == 2", "account", Compare("==", Aggregate("count_of", "contract", AUTO), number(2))),
    (
        "any_of(workstream, live and any_of(contract, auto))",
        "account",
        Aggregate("any_of", "workstream", And((LIVE, Aggregate("any_of", "contract", AUTO)))),
    ),
]


@pytest.mark.parametrize(("text", "kind", "tree"), TREES, ids=[text for text, _, _ in TREES])
def test_a_text_has_one_tree_and_one_kind(text, kind, tree):
    assert typed(text, SCOPE, kind=None, want="boolean") == (tree, kind)
    assert type_of(tree) == "boolean"


@pytest.mark.parametrize("text", [text for text, _, _ in TREES])
def test_the_normal_text_reads_back_as_the_same_tree(text):
    tree, kind = typed(text, SCOPE, kind=None, want=None)
    assert typed(canonical(tree), SCOPE, kind=kind, want=None) == (tree, kind)
    assert canonical(typed(canonical(tree), SCOPE, kind=kind, want=None)[0]) == canonical(tree)


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("( live )and( not(won or at_risk) )", "live and not (won or at_risk)"),
        ("score-(1-(2-3))>0", "score - (1 - (2 - 3)) > 0"),
        ("(score-1)-2>0", "score - 1 - 2 > 0"),
        ("score/(2*3)>0.50", "score / (2 * 3) > 0.5"),
        ("ratio>=70.0%", "ratio >= 70%"),
        ("ratio>=0.07%", "ratio >= 0.07%"),
        ("score > 0.00001", "score > 0.00001"),
        ("-(score+1) < 2.0", "-(score + 1) < 2"),
        ("12 months >= age(account)", "age(account) <= 1 year"),
        ("'pro' == plan", "pro == plan"),
        ("city == 'a \"b\"'", "city == 'a \"b\"'"),
    ],
)
def test_the_normal_text(text, normal):
    assert canonical(typed(text, SCOPE, kind=None, want=None)[0]) == normal


@pytest.mark.parametrize(
    ("text", "of"),
    [
        ("score + seats", "number"),
        ("score / seats", "ratio"),
        ("score / seats * 100", "number"),
        ("1 - score / seats", "ratio"),
        ("ratio * seats", "number"),
        ("100% - ratio", "share"),
        ("ratio / goal", "ratio"),
        ("price * 2 + price / 4", "money"),
        ("price * 40%", "money"),
        ("count_of(contract, auto)", "number"),
        ("renewals", "number"),
        ("-ratio", "share"),
    ],
)
def test_the_type_of_a_number(text, of):
    assert type_of(typed(text, SCOPE, kind=None, want="number")[0]) == of


def test_renewals_are_the_contracts_own_only_where_a_contract_asks():
    for kind, own in (("contract", "contract"), ("workstream", "workstream"), (None, "account")):
        tree, found = typed("renewals > 0", SCOPE, kind=kind, want="boolean")
        assert tree == Compare(">", Renewals(own), number(0))
        assert found == ("contract" if kind == "contract" else "account")


@pytest.mark.parametrize("kind", ["workstream", "account", None])
def test_the_kind_found_is_the_narrowest_that_is_read(kind):
    assert typed("score > 1 or any_of(contract, auto)", SCOPE, kind=kind, want="boolean")[1] == "account"


def test_what_an_expression_reads():
    text = (
        "live and won and health == red and confirmed(go_live) and unsettled(merger) and at(value.adoption) and covered"
        " and age(account) > 1 day and age(value.adoption) > 1 day and renewals > 1"
        " and any_of(contract, reached(end) and days_until(contract_end) < 3 days)"
    )
    assert reads(typed(text, SCOPE, kind="workstream", want="boolean")[0]) == {
        ("fact", "live"),
        ("derived", "won"),
        ("band", "health"),
        ("word", "go_live"),
        ("signal", "merger"),
        ("place", "value.adoption"),
        ("covered", ""),
        ("age", "account"),
        ("age", "value.adoption"),
        ("renewals", ""),
        ("subjects", "contract"),
        ("milestone", "end"),
        ("until", "contract_end"),
        ("fact", "contract_end"),
    }


def test_only_a_track_of_contracts_asks_whether_the_end_moved():
    tree = typed("not end_moved", SCOPE, kind="contract", want="boolean")[0]
    assert reads(tree) == {("end_moved", ""), ("fact", "contract_end")}
    assert canonical(tree) == "not end_moved"
    for kind in ("account", "workstream"):
        with pytest.raises(ExpressionError, match="counts from the place at which a contract stands") as refusal:
            typed("end_moved", SCOPE, kind=kind, want="boolean")
        assert (refusal.value.code, refusal.value.hint[:40]) == ("JK107", "ask it in the criteria of a track per co")


def test_what_silence_reads_and_how_it_is_written():
    period = Period(0, 21)
    both = And((Quiet("merger", "account", period), Not(Seen("left", "workstream", Period(1, 0)))))
    assert reads(both) == {("signal", "merger"), ("signal", "left")}
    assert canonical(both) == "quiet(merger, 21 days) and not seen(left, 1 month)"
    assert type_of(Quiet("merger", "account", period)) == type_of(Seen("merger", "account", period)) == "boolean"


# What is refused: the code, where, and what is said.
GRAMMAR = [
    ("", 0, "is empty"),
    ("   ", 0, "is empty"),
    ("live and", 8, "ends where a value was expected"),
    ("live or or won", 8, "a value was expected, got 'or'"),
    ("live won", 5, "the end or 'and' was expected, got 'won'"),
    ("live AND won", 5, "did you mean 'and'?"),
    ("health is red", 7, "did you mean '=='?"),
    ("score = 3", 6, "did you mean '=='?"),
    ("score <> 3", 6, "did you mean '!='?"),
    ("live && won", 5, "did you mean 'and'?"),
    ("live || won", 5, "did you mean 'or'?"),
    ("!live", 0, "did you mean 'not'"),
    ("1 < score < 3", 10, "not chained; write each one out"),
    ("score == not live", 9, "put brackets around 'not ...'"),
    ("score > 1,000", 9, "write numbers without it"),
    ("score > .5", 8, "write a digit before the point"),
    ("score > 1.2.3", 8, "is not a number"),
    ("score > 12345678901234567", 8, "more digits than can be told apart"),
    ("age(account) > 1.5 months", 19, "whole days, weeks, months or years"),
    ("age(account) > 90 dyas", 15, "did you mean days?"),
    ("contract_end > 2026-13-01", 15, "not a day of the calendar"),
    ("(live and won", 0, "never closed; inside { } or [ ] YAML cuts"),
    ("any_of(workstream", 6, "never closed"),
    ("any_of(workstream live)", 18, "')' was expected"),
    ("confirmed(go_live,)", 18, "a value was expected"),
    ("city == 'a", 8, "close the text"),
    ("score[0] > 1", 5, "only round brackets"),
    ("score.__class__", 0, "a dotted path stands only inside"),
    ("lambda: 1", 6, "has no meaning"),
    ("score > 0x10", 8, "is not a period"),
]


@pytest.mark.parametrize(("text", "offset", "says"), GRAMMAR, ids=[text or "nothing" for text, _, _ in GRAMMAR])
def test_what_is_outside_the_grammar_is_refused_at_its_place(text, offset, says):
    with pytest.raises(ExpressionError) as refusal:
        typed(text, SCOPE, kind=None, want=None)
    assert (refusal.value.offset, refusal.value.code) == (offset, "JK103" if "__" in text else "JK101")
    assert says in str(refusal.value)


MEANING = [
    ("seatz > 1", "JK103", 0, 'no fact, band or derived name "seatz"; did you mean "seats"?'),
    ("Seats > 1", "JK103", 0, 'did you mean "seats"?'),
    ("live and tru", "JK103", 9, 'did you mean "true"?'),
    ("go_live", "JK103", 0, "did you mean confirmed(go_live)?"),
    ("champion_left", "JK103", 0, "did you mean unsettled(champion_left)?"),
    ("prepare", "JK103", 0, "did you mean reached(prepare)?"),
    ("value.onboarding", "JK103", 0, "did you mean at(value.onboarding)?"),
    ("health >= yelow", "JK103", 10, 'one of red, yellow, green, not "yelow"; did you mean "yellow"?'),
    ("yelow <= health", "JK103", 0, 'did you mean "yellow"?'),
    ("city == berlin", "JK103", 8, "write a text in quotes: 'berlin'"),
    ("confirmed(golive)", "JK103", 10, 'no confirmation "golive"; did you mean "go_live"?'),
    ("unsettled(go_live)", "JK103", 10, 'no signal "go_live"'),
    ("at(onboarding)", "JK103", 3, 'did you mean "value.onboarding"?'),
    ("at(value.onbording)", "JK103", 3, 'did you mean "value.onboarding"?'),
    ("age(value) > 1 day", "JK103", 4, 'no place "value"'),
    ("placed_at(value)", "JK103", 10, 'no place "value"'),
    ("placed_at()", "JK105", 0, "is given a place, as in placed_at(track.stage)"),
    ("end_move", "JK103", 0, 'did you mean "end_moved"?'),
    ("live and any_of(contract, end_moved)", "JK107", 26, "only a track of its own can ask that"),
    ("reached(prepared)", "JK103", 8, 'no milestone "prepared"; did you mean "prepare"?'),
    ("days_until(seats) < 1 day", "JK103", 11, 'no date fact "seats"; there are signup and contract_end'),
    ("any_of(contracts, auto)", "JK103", 7, 'no kind of subject "contracts"; did you mean "contract"?'),
    ("any_of(account, at_risk)", "JK103", 7, 'no kind of subject "account"'),
    ("old_fact > 1", "JK104", 0, '"old_fact" was removed at child.yaml:3:4'),
    ("at(value.pilot)", "JK104", 3, '"value.pilot" was removed at child.yaml:9:1'),
    ("quiet(live)", "JK105", 0, "a criterion of its own: {quiet: signal, for: 21 days}"),
    ("seen(live)", "JK105", 0, "a criterion of its own: {seen: signal, within: 30 days}"),
    ("won and held(live, 3 days)", "JK105", 8, "beside an expression: {is: expression, held: 14 days}"),
    ("confirm(go_live)", "JK105", 0, 'did you mean "confirmed"?'),
    ("confirmed('go_live')", "JK105", 0, "is given the name of a confirmation, and nothing else"),
    ("reached()", "JK105", 0, "is given the name of a milestone"),
    ("at(value.adoption, live)", "JK105", 0, "is given a place"),
    ("any_of(contract)", "JK105", 0, "a kind of subject and a criterion, as in any_of(contract, ...)"),
    ("any_of(contract, any_of(contract, auto))", "JK105", 17, "inside another one over the same kind"),
    (
        "any_of(contract, any_of(workstream, all_of(contract, auto)))",
        "JK105",
        36,
        "inside another one over the same kind",
    ),
    ("ratio >= 70", "JK106", 6, "did you mean 70%?"),
    ("0.7 <= ratio", "JK106", 4, "did you mean 70%?"),
    ("use_cases >= 70%", "JK106", 10, "a number is compared with a share"),
    ("seats / score * 100 >= 70%", "JK106", 20, "a number is compared with a share"),
    ("price > 70%", "JK106", 6, "an amount of money is compared with a share"),
    ("live == true", "JK106", 5, "a criterion stands alone: write it, or 'not' before it"),
    ("live and score", "JK106", 9, "'and' is given a number, expected a criterion; compare it, as in 'score >= 10'"),
    ("not health", "JK106", 4, "compare it, as in 'health >= green'"),
    ("any_of(workstream, use_cases)", "JK106", 19, "'any_of' is given a number"),
    ("plan == tier", "JK106", 5, "different values"),
    ("plan == 'gold'", "JK106", 8, '"plan" is one of free, pro, team'),
    ("health > 3", "JK106", 9, "compared with nothing else"),
    ("health + 1 > 3", "JK106", 7, "a choice + a number means nothing"),
    ("city > 'a'", "JK106", 5, "texts have no order"),
    ("city == 3", "JK106", 5, "a text is compared with a number"),
    ("contract_end > '2026-01-05'", "JK106", 13, "write dates without quotes"),
    ("contract_end < 30 days", "JK106", 13, "did you mean days_until(...)?"),
    ("contract_end + 30 days > signup", "JK106", 13, "days_until(date) counts to a date"),
    ("notice_period > 30", "JK106", 14, "did you mean 30 days?"),
    ("-notice_period < 3 days", "JK106", 0, "has no negative"),
    ("age(account) > 90", "JK106", 13, "a period as written, such as '90 days'"),
    (
        "days_until(contract_end) < notice_period",
        "JK106",
        25,
        "days_until(contract_end) is compared with a period as written",
    ),
    ("age(account) > age(retention.healthy)", "JK106", 13, "is compared with a period as written"),
    ("age(account) == 90 days", "JK106", 13, "never exactly it; use <, <=, >= or >"),
    ("age(account) - 3 days > 9 days", "JK106", 13, "means nothing"),
    ("1 - ratio > 40%", "JK106", 2, "write shares with a percent sign, as in 100%"),
    ("price * price > 3", "JK106", 6, "means nothing"),
    ("live and auto", "JK107", 9, '"auto" belongs to each contract, "live" to each workstream'),
    ("score", "JK108", 0, "a number does not stand alone"),
    ("score + 1", "JK108", 0, "compare it, as in 'score + 1 >= 10'"),
    ("ratio", "JK108", 0, "as in 'ratio >= 70%'"),
    ("health", "JK108", 0, "as in 'health >= green'"),
    ("plan", "JK108", 0, "compare it with one of its values"),
    ("city", "JK108", 0, 'city == "a text"'),
    ("age(account)", "JK108", 0, "as in 'age(account) >= 30 days'"),
    ("40%", "JK108", 0, "name what to compare it with"),
]


@pytest.mark.parametrize(("text", "code", "offset", "says"), MEANING, ids=[text for text, *_ in MEANING])
def test_wrong_names_and_types_are_refused_at_their_place(text, code, offset, says):
    with pytest.raises(ExpressionError) as refusal:
        typed(text, SCOPE, kind=None, want="boolean")
    assert says in str(refusal.value)
    assert (refusal.value.code, refusal.value.offset) == (code, offset)


@pytest.mark.parametrize(
    "text",
    [
        "auto",
        "confirmed(go_live)",
        "unsettled(champion_left)",
        "at(value.adoption)",
        "placed_at(value.adoption)",
        "age(renewal.waiting) > 1 day",
        "reached(end)",
        "days_until(contract_end) < 1 day",
        "won",
    ],
)
def test_other_kinds_are_read_only_through_aggregates(text):
    with pytest.raises(ExpressionError, match="cannot be read for") as refusal:
        typed(text, SCOPE, kind="account", want="boolean")
    assert refusal.value.code == "JK107"
    assert "any_of(" in refusal.value.hint
    own = typed(text, SCOPE, kind=None, want="boolean")[1]
    assert typed(f"any_of({own}, {text})", SCOPE, kind="account", want="boolean")[1] == "account"


@pytest.mark.parametrize(
    ("text", "want", "says"),
    [
        ("live", "number", "a number was expected, this is a criterion"),
        ("city", "number", "this is a text"),
        ("health", None, "a criterion or a number was expected"),
        ("contract_end", None, "a date does not stand alone"),
    ],
)
def test_what_is_wanted_is_checked(text, want, says):
    with pytest.raises(ExpressionError, match=says):
        typed(text, SCOPE, kind=None, want=want)


@pytest.mark.parametrize("word", ["renewals > 1", "covered", "end_moved"])
def test_words_of_contracts_need_a_kind_with_terms(word):
    with pytest.raises(ExpressionError, match="no kind of subject of this profile has terms"):
        typed(word, Scope(), kind=None, want="boolean")


DEEP = [
    "(" * 33 + "live" + ")" * 33,
    "not " * 33 + "live",
    "-" * 33 + "score > 0",
    "1" + " + 1" * 33 + " > 0",
    "any_of(contract, " * 25 + "(" * 10 + "live",
]


@pytest.mark.parametrize("text", DEEP, ids=["brackets", "not", "minus", "sum", "calls"])
def test_depth_has_a_limit(text):
    with pytest.raises(ExpressionError, match="more than 32 levels deep") as refusal:
        syntax.parse(text)
    assert refusal.value.code == "JK102"


def test_what_stands_side_by_side_is_not_deep():
    wide = " and ".join(["-score + 1 > (2)", "not (at_risk)"] * 12)
    assert len(typed(wide, SCOPE, kind=None, want="boolean")[0].items) == 24
    assert syntax.parse(" and ".join(["1 + 1 > 1"] * 35))


def test_length_has_a_limit():
    assert syntax.parse("live".ljust(512))
    with pytest.raises(ExpressionError, match="513 characters, 512 are allowed"):
        syntax.parse("live".ljust(513))


def test_the_deepest_allowed_text_fits_a_small_stack():
    """Everything at its limit at once, read with half of the usual stack."""
    text = "score > " + "(1+2*-" * 8 + "1" + ")" * 8
    nested = "not (live or live and (" * 10 + "live" + "))" * 10
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(_depth() + 500)
    try:
        for one in (text, nested):
            tree = typed(one, SCOPE, kind=None, want="boolean")[0]
            assert canonical(tree)
            assert reads(tree)
    finally:
        sys.setrecursionlimit(before)


def _depth() -> int:
    frame, depth = sys._getframe(), 0
    while frame.f_back is not None:
        frame, depth = frame.f_back, depth + 1
    return depth


def test_the_names_in_a_tree():
    tree = syntax.parse("a + -b > c and not any_of(k, d or at(x.y)) or f(1)")
    assert syntax.names(tree) == {"a", "b", "c", "k", "d"}


ALPHABET = """
and or not true live won at_risk score ratio health red plan city notice_period contract_end confirmed ( ) , < <= == !=
>= > + - * / 1 40% 0.5 2026-01-05 'pro' confirmed(go_live) at(value.adoption) age(account) days_until(contract_end)
any_of(workstream, count_of(contract, renewals covered 90 days
"""
WORDS = st.sampled_from(ALPHABET.split())


@given(
    st.one_of(st.text(max_size=60), st.lists(WORDS, max_size=12).map(" ".join)),
    st.sampled_from([None, "account", "workstream"]),
)
@example("\x00", None)
@example("1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a and", None)
def test_no_text_raises_anything_but_an_expression_error(text, kind):
    refused = None
    try:
        tree, found = typed(text, SCOPE, kind=kind, want=None)
    except ExpressionError as error:
        refused = error
    if refused is None:
        assert typed(canonical(tree), SCOPE, kind=found if kind is None else kind, want=None) == (tree, found)
    else:
        assert 0 <= refused.offset <= len(text)
        assert str(refused)


ATOMS = st.sampled_from(
    [
        "live",
        "won",
        "at_risk",
        "score > 1",
        "ratio >= 40%",
        "health < green",
        "confirmed(go_live)",
        "age(account) >= 3 months",
        "true",
    ]
)
CRITERIA = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        inner.map("not ({})".format),
        st.tuples(inner, inner).map(lambda pair: f"({pair[0]}) and ({pair[1]})"),
        st.tuples(inner, inner).map(lambda pair: f"({pair[0]}) or ({pair[1]})"),
        inner.map(lambda one: f"any_of(contract, auto) or {one}"),
    ),
    max_leaves=8,
)
NUMBERS = st.recursive(
    st.sampled_from(["score", "seats", "3", "0.25", "renewals", "count_of(contract, auto)"]),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from("+-*/"), inner).map(lambda three: "({}) {} ({})".format(*three)),
        inner.map("-({})".format),
    ),
    max_leaves=6,
)


@given(st.one_of(CRITERIA, NUMBERS.map("{} > 1".format)))
def test_brackets_fall_away_and_the_meaning_stays(text):
    tree, _ = typed(text, SCOPE, kind="workstream", want="boolean")
    normal = canonical(tree)
    assert typed(normal, SCOPE, kind="workstream", want="boolean")[0] == tree
    assert len(normal) <= len(text)
