"""Regressions that would be undone at once (rule R8)."""

from __future__ import annotations

import pytest

from journeykit.errors import Finding
from journeykit.lint.cases import Cases
from machine_profiles import findings, profile

TRACKS = """
value:
  per: workstream
  stages:
    start: {{exit: {{to: use, when: {{f: {forward}}}{gate}}}}}
    use: {{regress: {{fell: {{{regression}, to: start{again}}}}}}}
retention:
  stages: {{fine: {{}}, risk: {{}}}}
  moves:
    worse: {{kind: regress, from: [fine], to: risk, when: {{r: {worse}}}}}
    better: {{kind: recover, from: [risk], to: fine, when: {{r: {better}}}}}
"""


def bounces(
    forward: str,
    regression: str,
    again: str = "",
    gate: str = "",
    retention: tuple[str, str] = ("tone == low", "tone == high"),
) -> list[Finding]:
    """What is found about a regression from ``use`` to ``start`` and the exit of ``start``."""
    regression = f"when: {{r: {quoted(regression)}}}" if not regression.startswith("upon") else regression
    text = TRACKS.format(
        forward=quoted(forward),
        regression=regression,
        again=f", asks_again: [{again}]" if again else "",
        gate=gate,
        worse=quoted(retention[0]),
        better=quoted(retention[1]),
    )
    return [found for found in findings(text) if found.code == "JK304" and ".value." in found.path]


def quoted(criterion: str) -> str:
    """An expression in quotes; a group as it is."""
    return criterion if criterion.startswith("{") else f"'{criterion}'"


@pytest.mark.parametrize(
    ("forward", "regression"),
    [
        ("seats >= 70%", "seats < 40%"),
        ("seats > 40%", "seats <= 40%"),
        ("70% <= seats", "40% > seats"),
        ("uses > 1", "uses < 2"),
        ("uses == 3", "uses != 3"),
        ("uses == 3", "uses > 3"),
        ("trained", "not trained"),
        ("health >= yellow", "health == red"),
        ("health == green", "health < green"),
        ("health != red", "not health >= yellow"),
        ("tone == high", "tone <= mid"),
        ("not risky", "risky"),
        ("health == green and tone == high", "risky"),
        ("fullness > 1", "fullness <= 1"),
        ("score + uses > 1", "score + uses <= 1"),
        ("uses > score", "uses <= score"),
        ("confirmed(ready)", "not confirmed(ready)"),
        ("not unsettled(left)", "upon: left"),
        ("spare >= 4 months", "spare < 3 months"),
        ("spare >= 90 days", "spare < 90 days"),
        ("at(retention.fine)", "at(retention.risk)"),
        ("not at(retention.risk)", "at(retention.risk)"),
        ("at(retention.fine)", "not at(retention.fine)"),
        ("age(value.start) >= 14 days", "uses < 2"),
        ("age(value.use) >= 14 days", "uses < 2"),
        ("at(value.use)", "uses < 2"),
        ("not at(value.start)", "uses < 2"),
        ("{any: {a: uses > 5, b: uses > 7}}", "uses < 5"),
        ("{at_least: 2, of: {a: uses > 5, b: trained, c: built}}", "not trained and not built"),
        ("{at_least: 2, of: {a: uses > 5, b: trained, c: built}}", "{any: {a: not trained and not built}}"),
        ("any_of(contract, auto_renews)", "not any_of(contract, auto_renews)"),
        ("count_of(contract, auto_renews) > 1", "count_of(contract, auto_renews) < 2"),
        ("uses > 5 and uses < 3", "built"),
    ],
)
def test_contradicted_by_what_the_regression_asks(forward: str, regression: str) -> None:
    assert not bounces(forward, regression)


@pytest.mark.parametrize(
    ("forward", "regression"),
    [
        ("seats >= 40%", "seats <= 40%"),
        ("seats > 10%", "seats < 40%"),
        ("uses > 1", "score < 2"),
        ("score > 1", "score < 2"),
        ("trained", "not built"),
        ("health >= red", "health == red"),
        ("not risky", "health == yellow"),
        ("confirmed(ready)", "upon: left"),
        ("unsettled(left)", "upon: left"),
        ("uses > 5 or trained", "uses < 5"),
        ("spare >= 89 days", "spare < 3 months"),
        ("at(retention.fine)", "uses < 2"),
        ("age(value.start) < 14 days", "uses < 2"),
        ("at(value.start)", "uses < 2"),
        ("not at(value.use)", "at(value.use) and built"),
        ("{any: {a: uses > 5, b: trained}}", "uses < 5"),
        ("{at_least: 2, of: {a: uses > 5, b: trained, c: built}}", "not trained"),
        ("{is: trained, waivable_by: csm}", "not trained"),
        ("trained", "{is: not trained, waivable_by: csm}"),
        ("any_of(contract, auto_renews)", "upon: left"),
        ("true", "uses < 5"),
    ],
)
def test_a_forward_way_that_can_hold_at_once(forward: str, regression: str) -> None:
    [found] = bounces(forward, regression)
    assert found.severity == "error"
    assert found.path == "tracks.value.stages.use.regress.fell"
    assert "'value.start.exit'" in found.message


@pytest.mark.parametrize(
    ("forward", "again"),
    [
        ("trained and built", "built"),
        ("confirmed(ready)", "ready"),
        ("health == green", "score"),
        ("not risky", "score"),
        ("fullness > 1", "seats"),
        ("not trained", "trained"),
        ("uses > 5 or trained", "uses, trained"),
    ],
)
def test_reading_what_is_asked_again_closes_the_way(forward: str, again: str) -> None:
    assert bounces(forward, "upon: left")
    assert not bounces(forward, "upon: left", again)


@pytest.mark.parametrize(
    ("forward", "again"),
    [
        ("not confirmed(ready)", "ready"),  # asked again, the word is not given, and that is what is asked
        ("uses > 5 or trained", "uses"),
        ("any_of(workstream, trained)", "trained"),  # others may be trained
        ("{is: trained, waivable_by: csm}", "trained"),  # a waiver outlasts the regression
    ],
)
def test_asking_again_may_not_be_enough(forward: str, again: str) -> None:
    assert bounces(forward, "upon: left", again)


def test_a_word_that_the_regression_withdraws_is_not_a_contradiction() -> None:
    assert bounces("not confirmed(ready)", "confirmed(ready)", "ready")
    assert not bounces("not confirmed(ready)", "confirmed(ready)")


def test_a_handoff_holds_the_way_unless_the_product_accepts_by_itself() -> None:
    assert not bounces("trained", "upon: left", gate=", handoff: {giver: csm, receiver: sales}")
    assert bounces("trained", "upon: left", gate=", handoff: {giver: csm, receiver: robot}")


def test_a_handoff_accepted_before_does_not_hold_the_way_when_its_stage_is_not_left() -> None:
    text = """
        value:
          per: workstream
          stages:
            start:
              steps: {one: {success: {built: built}}, two: {regress: {back: {upon: left, to: start.one}}}}
              exit: {to: use, when: {t: trained}, handoff: {giver: csm, receiver: sales}}
            use: {}
        """
    [found] = [found for found in findings(text) if found.code == "JK304"]
    assert "'value.start.exit'" in found.message
    assert "'value.start.one.next'" in found.message
    assert "asks_again: [built, trained]" in found.hint


def test_a_forward_way_upon_a_signal_does_not_go_in_the_same_input() -> None:
    assert not bounces("trained", "upon: left", gate=", upon: back")


def test_another_track_may_move_on_the_same_evidence() -> None:
    """The regression reads the other track *and* what moves that track, so one input can do both."""
    retention = ("calm", "level > 3")
    assert bounces("not at(retention.risk)", "at(retention.risk) and built", retention=retention)
    assert not bounces("not at(retention.risk)", "at(retention.risk) and level < 3", retention=retention)


def test_ways_around_the_target_count_and_branches_must_be_over() -> None:
    text = """
        value:
          per: workstream
          stages:
            start:
              steps:
                both: {{side_by_side: {{one: {{success: {{b: built}}}}, two: {{success: {{t: trained}}}}}}}}
                rest: {{}}
              exit: {{to: use, when: {{s: seats > 10%, w: confirmed(ready)}}}}
            use: {{regress: {{fell: {{upon: left, to: start.both.two, asks_again: [{again}]}}}}}}
        """

    def ways(again: str) -> list[str]:
        found = [one for one in findings(text.format(again=again)) if one.code == "JK304"]
        return [way for way in ("value.start.both.next", "value.start.exit") if found and way in found[0].message]

    assert ways("uses") == ["value.start.both.next", "value.start.exit"]
    assert ways("trained") == ["value.start.exit"]
    assert ways("ready") == ["value.start.both.next"]
    assert ways("trained, ready") == []


def test_only_forward_kinds_out_of_the_target_count() -> None:
    text = """
        value:
          per: workstream
          stages: {{start: {{}}, use: {{}}, other: {{}}}}
          moves:
            fell: {{kind: regress, from: [use], to: start, upon: left}}
            there: {{kind: {kind}, from: [{source}], to: {to}, when: {{t: trained}}}}
        """

    def found(kind: str, source: str = "start", to: str = "use") -> bool:
        return any(one.code == "JK304" for one in findings(text.format(kind=kind, source=source, to=to)))

    assert found("skip")
    assert found("recover")
    assert found("win_back")
    assert found("advance", "other, start")
    assert not found("move")
    assert not found("churn")
    assert not found("skip", "other")


def test_a_way_that_begins_a_term_or_a_regression_that_does() -> None:
    text = """
        renewal:
          per: contract
          countdown: {to: contract_end, milestones: {prepare: {before: 90 days}}}
          stages: {open: {}, done: {}}
          moves:
            signed: {kind: renew, from: [open], to: done, when: {s: confirmed(signed)}}
            anew: {kind: regress, from: [done], to: open, upon: quarrel, begins_term: true}
        """.replace("upon: quarrel", "upon: account.quarrel")
    assert not [one for one in findings(text) if one.code == "JK304"]
    assert [one for one in findings(text.replace(", begins_term: true", "")) if one.code == "JK304"]


def test_the_remark_names_the_least_to_ask_again() -> None:
    [found] = bounces("confirmed(ready) and trained and built", "upon: left")
    assert found.hint.startswith("add asks_again: [ready] to 'value.use.fell'")
    [found] = bounces("uses > 5 or trained", "upon: left")
    assert found.hint.startswith("add asks_again: [trained, uses] to 'value.use.fell'")
    [found] = bounces("true", "upon: left")
    assert "handoff" in found.hint


def test_too_many_cases_are_taken_to_hold() -> None:
    members = ", ".join(f"m{n}: uses == {n} or score == {n}" for n in range(20))
    read = profile(
        TRACKS.format(forward="trained", regression="upon: left", again="", gate="", worse="calm", better="calm")
    )
    cases = Cases(read)
    move = read.tracks["value"].stages[0].moves[0]
    assert len(cases.of(move.when)) == 1
    assert bounces(f"{{at_least: 9, of: {{{members}}}}}", "uses == 100 and score == 100")
    few = ", ".join(f"m{n}: uses == {n}" for n in range(3))
    assert not bounces(f"{{at_least: 1, of: {{{few}}}}}", "uses == 100 and score == 100")
