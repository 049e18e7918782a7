"""Pictures of a profile, in Mermaid and for a terminal."""

from __future__ import annotations

import re

import pytest

from journeykit.machine.diagram import draw, mermaid, safe
from machine_profiles import profile

TRACKS = """
value:
  per: workstream
  stages:
    onboarding:
      goal: First result
      typical: 3..6 months
      steps:
        kickoff: {success: {plan: uses > 0}}
        delivery:
          side_by_side:
            technical: {success: {built: built}}
            people: {label: 'Users; "ready" [all]', success: {trained: trained}}
        going_live: {}
      success: {live: built and trained, go: confirmed(ready)}
      exit:
        to: adoption
        when: {success: all, more: {any: {a: uses > 3, b: seats > 70%}}}
        handoff: {giver: csm, receiver: sales}
      regress: {fell: {upon: left, to: onboarding.kickoff, asks_again: [uses]}}
    adoption: {moves: {gone: {kind: churn, to: ended, when: {none: uses == 0}}}}
    ended: {end: ended}
renewal:
  per: contract
  countdown:
    to: contract_end
    milestones:
      decide: {before: 30 days, needs: confirmed(signed)}
      prepare: {before: 180 days, work: running}
      propose: {before: 90 days}
    notice: {before: {fact: lead, else: 60 days}, given_by: signed}
    renews: {automatically: {fact: auto_renews, else: false}, term: 1 year}
    grace: 30 days
  stages: {waiting: {}, running: {}, talking: {}, lost: {end: lost}}
  moves:
    opened: {from: [waiting], to: running, when: {w: reached(prepare)}}
    renewed: {kind: renew, from: open, when: {s: confirmed(signed)}, begins_term: true, to: waiting, do: [celebrate]}
"""


def test_the_drawing_says_what_there_is_to_say() -> None:
    lines = [" ".join(line.replace("|", " ").split()) for line in draw(profile(TRACKS)).splitlines()]
    text = "\n".join(lines)
    for said in (
        "small 1.0",
        "VALUE (for every workstream)",
        "[onboarding]: First result",
        "typically 3 months to 6 months, stuck after 9 months",
        "1. kickoff\nover when: plan: uses > 0",
        "2. delivery\nside by side:\n= technical",
        "<== onboarding.kickoff by fell\nupon left\nasks again uses",
        "==> adoption\nwhen all of its success\nmore: any of (a: uses > 3; b: seats > 70%)",
        "word ready, by customer or csm\nhandoff csm -> sales",
        "xx> ended by gone (churn)",
        "[ended] (end: ended)",
        "==> waiting by renewed (renew) from anywhere but lost",
        "begins the next term\ndoes celebrate",
        "renews by itself if auto_renews (else no) for 1 year unless signed was given in time",
        "decide is missed without needs: confirmed(signed)",
        "prepare is missed without work in running",
    ):
        assert said in text


def test_the_countdown_is_a_line_of_dates_in_the_order_in_which_they_come() -> None:
    lines = draw(profile(TRACKS), 120).splitlines()
    at = next(at for at, line in enumerate(lines) if line.lstrip().startswith("prepare "))
    names, axis, days = lines[at : at + 3]
    assert names.split() == ["prepare", "propose", "notice", "decide", "END", "grace", "over"]
    assert re.findall(r"\d+ days", days) == ["180 days", "90 days", "60 days", "30 days", "30 days"]
    assert [names[mark.start()] for mark in re.finditer(r"[o|]", axis)] == ["p", "p", "n", "d", "E", "g"]


@pytest.mark.parametrize("width", [40, 60, 100])
def test_the_drawing_keeps_to_its_width_and_to_plain_characters(width: int) -> None:
    drawn = draw(profile(TRACKS), width)
    assert max(map(len, drawn.splitlines())) <= width
    assert drawn.isascii()
    assert drawn.count(" before") == 4


def test_a_withdrawn_word_is_not_asked_for() -> None:
    drawn = draw(
        profile("value: {per: workstream, stages: {a: {exit: {to: b, when: {w: not confirmed(ready)}}}, b: {}}}")
    )
    assert "word " not in drawn


def test_mermaid_draws_places_and_moves() -> None:
    text = mermaid(profile(TRACKS), "value")
    lines = [line.strip() for line in text.splitlines()]
    assert lines[0] == "stateDiagram-v2"
    for line in (
        "[*] --> value__onboarding",
        'state "delivery" as value__onboarding__delivery {',
        "--",
        'state "Users ready all" as value__onboarding__delivery__people',
        "value__onboarding --> value__adoption : exit",
        "value__onboarding__kickoff --> value__onboarding__delivery : next",
        "value__onboarding --> value__onboarding__kickoff : fell (regress)",
        "value__ended --> [*] : ended",
    ):
        assert line in lines
    assert text.count("{") == text.count("}")
    assert "renewal" not in text


def test_mermaid_of_all_tracks() -> None:
    text = mermaid(profile(TRACKS))
    assert 'state "value" as track_value {' in text
    assert "renewal__talking --> renewal__waiting : renewed (renew)" in text


def test_mermaid_ids_of_different_places_differ() -> None:
    text = mermaid(
        profile("t: {stages: {a: {steps: {b: {}}}, a__b: {}}, moves: {m: {from: [a], to: a__b, upon: quarrel}}}")
    )
    assert 'state "b" as t__a__b\n' in text
    assert 'state "a__b" as t__a_U_b\n' in text


def test_mermaid_of_an_unknown_track_is_refused() -> None:
    with pytest.raises(LookupError, match="no track 'nowhere'; it has value, renewal"):
        mermaid(profile(TRACKS), "nowhere")


@pytest.mark.parametrize(
    ("label", "kept"),
    [
        ('say "hi"; <b>x</b> : #35;{}[]`', "say hi b x /b 35"),
        ("Übergabe an Ärzte, São Paulo", "Übergabe an Ärzte, São Paulo"),
        ("two\nlines", "two lines"),
        ("x" * 100, "x" * 60),
    ],
)
def test_labels_are_reduced_to_plain_text(label: str, kept: str) -> None:
    assert safe(label) == kept
