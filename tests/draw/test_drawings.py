"""Pictures of a profile, in Mermaid and for a terminal."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from journeykit.draw.mermaid import draw, mermaid, safe
from journeykit.language import catalog
from journeykit.language.model.profile import Profile
from journeykit.naming.captions import money
from journeykit.naming.labels import labels
from machine_profiles import HEAD, profile, text_of

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
        "typically 3 to 6 months, stuck after 9 months",
        "1. kickoff\nover when: plan: uses > 0",
        "2. delivery\nside by side:\n= technical",
        "<== onboarding.kickoff by fell\nupon left\nasks again uses",
        "==> adoption\nwhen all of its success\nmore: any of (a: uses > 3; b: seats > 70%)",
        "word ready, by customer or csm\nhandoff csm -> sales",
        "xx> ended by gone (churn)",
        "[ended] (end: ended)",
        "==> waiting by renewed (renew) from anywhere but lost",
        "begins the next term\ndoes celebrate",
        "at the end: by hand, unless the contract says otherwise (auto_renews), for 1 year, not by itself\n"
        "once signed was given in time",
        "decide, by 30 days before: needs: confirmed(signed)",
        "prepare, by 180 days before: be at running",
    ):
        assert said in text


def test_the_countdown_is_a_line_of_dates_in_the_order_in_which_they_come() -> None:
    lines = draw(profile(TRACKS), 120).splitlines()
    at = next(at for at, line in enumerate(lines) if line.lstrip().startswith("prepare "))
    names, axis, days = lines[at : at + 3]
    assert names.split() == ["prepare", "propose", "notice", "decide", "END", "grace", "over"]
    assert re.findall(r"\d+ days", days) == ["180 days", "90 days", "60 days", "30 days", "30 days"]
    assert [names[mark.start()] for mark in re.finditer(r"[o|]", axis)] == ["p", "p", "n", "d", "E", "g"]


TIMED = """
value:
  per: workstream
  cadences:
    review: {every: 3 months, done_by: left, role: csm}
    letter: {every: 1 year, done_by: left}
  stages:
    here:
      success: {live: {is: built, held: 14 days, waivable_by: csm}}
      exit: {to: there, cooldown: 1 month, when: {success: all, calm: {quiet: left, for: 21 days}}}
    there:
      regress: {fell: {to: here, when: {bad: {any: {a: {seen: left, within: 5 days}, b: not built}, held: 7 days}}}}
renewal:
  per: contract
  countdown:
    milestones:
      prepare: {before: 180 days, role: csm}
      budget: {before: {fact: lead, else: 60 days}, of: contract_start, role: csm}
    notice: {before: 90 days, given_by: signed}
    renews: {at_end: once, term: 1 year}
    started_late: 120 days
  stages: {waiting: {}}
  moves: {renewed: {kind: renew, from: [waiting], when: {s: confirmed(signed)}, begins_term: true, to: waiting}}
"""


def test_the_drawing_says_what_time_does() -> None:
    drawn = draw(profile(TIMED), 120)
    for said in (
        "every 3 months: review by csm, done with left\n  every year: letter, done with left\n",
        "success:    live: built, held 14 days (may be waived by csm)",
        "calm: quiet left for 21 days\n  |       cooldown 1 month",
        "bad: any of (a: seen left within 5 days; b: not built), held 7 days",
        "prepare, by 180 days before (csm)",
        "budget, by 60 days before contract_start (lead where known) (csm)",
        "late if begun within 120 days of the end",
    ):
        assert said in drawn, said
    line = next(line for line in drawn.splitlines() if "prepare " in line)
    assert line.split() == ["prepare", "notice", "END"]


@pytest.mark.parametrize(
    ("end", "said"),
    [
        ("by_hand", "at the end: by hand"),
        ("automatically", "at the end: by itself, for 1 year, unless signed was given in time"),
        ("once", "at the end: by itself, once, for 1 year, unless signed was given in time"),
        ("evergreen", "at the end: goes on without an end, unless signed was given in time"),
        ("cancel", "at the end: is over"),
    ],
)
def test_the_drawing_says_what_follows_the_end(end: str, said: str) -> None:
    assert f"  {said}\n" in draw(profile(TIMED.replace("at_end: once", f"at_end: {end}")), 120)


@pytest.mark.parametrize("width", [40, 60, 100])
def test_the_drawing_keeps_to_its_width_and_to_plain_characters(width: int) -> None:
    drawn = draw(profile(TRACKS), width)
    assert max(map(len, drawn.splitlines())) <= width
    assert drawn.isascii()
    assert drawn.count(" before") == 6


RULES = """
tight:
  per: workstream
  stages:
    a: {typical: 2..4 weeks, exit: {to: b, when: {w: tight}}}
    b: {typical: 6+ months}
    c: {stuck_after: 6 weeks}
"""
MORE = """
derived:
  risky: {any: {red: {is: health == red, held: 7 days}, tense: tone == low}, source: [G-1, G-2]}
  fullness: seats * 2
  tight: {is: "count_of(workstream, at(tight.a) and seats < 40%) >= 2", held: 3 days}
reactions:
  helped: {upon: quarrel, do: [call], source: G-3}
  grown: {per: workstream, when: {many: uses > 5}, opens: {contract: {unless_open: true}}}
"""


def with_rules() -> Profile:
    return catalog.read_text(text_of(RULES, MORE).replace(HEAD, HEAD.partition("derived:")[0]))


def test_what_is_judged_and_what_happens_by_itself_stands_at_the_end() -> None:
    drawn = draw(with_rules(), 120, sources=True)
    assert drawn.endswith(
        "LEVELS\n------\n"
        "  health, by score: green from 75, yellow from 50, red below; "
        "left downwards only more than 5 below its start\n"
        "\nWHAT IS MEANT BY\n----------------\n"
        "  risky: any of [G-1, G-2]\n      red: health == red, held 7 days\n      tense: tone == low\n"
        "  fullness: seats * 2\n"
        "  tight:\n      tight: count_of(workstream, at(tight.a) and seats < 40%) >= 2, held 3 days\n"
        "\nWHAT HAPPENS BY ITSELF\n----------------------\n"
        "  helped [G-3]\n      upon     quarrel\n      does     call\n"
        "  grown (for every workstream)\n      when     many: uses > 5\n"
        "      opens    contract, unless one of these is open\n"
    )


def test_the_times_that_nobody_wrote_are_said_to_be_ours() -> None:
    drawn = draw(with_rules(), 120, sources=True)
    for said in ("6 weeks [ours: 1.5 times the upper end]", "6 months [ours: the upper end]", "stuck after 6 weeks\n"):
        assert said in drawn, said
    assert "ours" not in draw(with_rules(), 120)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("USD 100000..1000000+", "USD 100,000 to 1,000,000 or more"),
        ("EUR 1500", "EUR 1,500"),
        ("EUR 900+", "EUR 900 or more"),
        ("Size of a deal in USD 1000", "Size of a deal in USD 1000"),
    ],
)
def test_money_is_written_as_people_write_it(text: str, said: str) -> None:
    assert money(text) == said


KNOWN = """
profile: known
title: Known
about: All of it in one place.
roles: {csm: {side: us}, customer: {side: customer}}
facts:
  account: {seats: {type: share}, mood: {type: choice, of: [bad, good]}, ready: {type: boolean, label: They are ready}}
signals: {seen: {}, left: {}}
tracks:
  value:
    goal: {is: Value for them, source: G-1}
    activities: {plan: Plan it}
    stages:
      begin:
        goal: {is: A first result, source: G-2, instead_of: {G-3: A signature}}
        typical: {is: 2..4 weeks, source: G-4, instead_of: {G-5: 30 days}}
        success: {sure: {is: ready, source: G-6}}
        activities: {meet: {is: Meet them, label: Kickoff, source: G-7}, write: Write to them}
        watch: {logins: Days until the first login}
        stalls: {time: Nobody has time}
        exit: {to: go_on, when: {use: seats >= 40%, mood: mood >= good and ready, lately: {seen: seen, within: 7 days}}}
      go_on: {regress: {back: {upon: left, to: begin, source: G-8}}}
"""
IN_ORDER = (
    "[begin]: A first result",
    "typically 2 to 4 weeks, stuck after",
    "success:",
    "activities: Kickoff: Meet them",
    "Write to them",
    "watch:      Days until the first login",
    "stalls:     Nobody has time",
    "==> go on",
    "<== begin by back",
)


def test_a_stage_is_told_from_its_goal_to_its_exit() -> None:
    known = catalog.read_text(KNOWN)
    drawn = draw(known, 110, labels(known))
    assert drawn.startswith("known 0: Known\nAll of it in one place.\n\nVALUE (for the account) Value for them\n")
    assert "  activities: Plan it\n" in drawn
    places = [drawn.find(one) for one in IN_ORDER]
    assert -1 not in places
    assert places == sorted(places)
    assert "[G-" not in drawn


def test_sources_are_told_on_request() -> None:
    drawn = draw(catalog.read_text(KNOWN), 140, sources=True)
    for said in (
        "Value for them [G-1]",
        "A first result [G-2; not G-3: A signature]",
        "typically 2 to 4 weeks [G-4; not G-5: 30 days], stuck after",
        "sure: ready [G-6]",
        "Kickoff: Meet them [G-7]",
        "<== begin by back [G-8]",
    ):
        assert said in drawn, said


def test_things_go_by_their_labels(tmp_path: Path) -> None:
    (tmp_path / "labels").mkdir()
    (tmp_path / "known.yaml").write_text(KNOWN, encoding="utf-8")
    text = (
        "profiles: {known: Conhecido}\ntracks: {value: Valor}\nfacts: {seats: Uso}\nmoves: {back: Voltou}\n"
        "stages: {value.begin: Início, value.go_on: Depois}\nchoices: {mood.good: Bom}\nsignals: {left: Saiu}\n"
        "criteria: {sure: Pronto, use: Bastante uso, exit.mood: Contente, lately: Visto}\nsubjects: {account: Conta}\n"
    )
    (tmp_path / "labels" / "pt.yaml").write_text(text, encoding="utf-8")
    known = catalog.read(tmp_path / "known.yaml")
    drawn = draw(known, 110, labels(known, "pt"))
    for said in (
        "known 0: Conhecido",
        "VALOR (for the conta)",
        "[Início]: A first result",
        "success:    Pronto\n",
        "==> Depois\n  |       when     Bastante uso (Uso >= 40%)\n",
        "Contente (mood >= bom and They are ready)",
        "Visto (within 7 days)",
        "<== Início: Voltou\n  |       upon     Saiu",
    ):
        assert said in drawn, said
    text = mermaid(known, labels=labels(known, "pt"))
    assert 'state "Início" as value__begin' in text
    assert "--> value__begin : Voltou (regress)" in text


def test_beside_a_label_a_count_shows_its_figures_alone(tmp_path: Path) -> None:
    (tmp_path / "labels").mkdir()
    text = text_of(RULES, MORE).replace(HEAD, HEAD.partition("derived:")[0])
    (tmp_path / "small.yaml").write_text(text, encoding="utf-8")
    said = "criteria: {derived.tight: Zu eng}\nsubjects: {workstream: Bereich}\nmilestones: {notice: Frist}\n"
    (tmp_path / "labels" / "de.yaml").write_text(said, encoding="utf-8")
    small = catalog.read(tmp_path / "small.yaml")
    assert "Zu eng (Bereich >= 2, seats < 40%), held 3 days" in draw(small, 120, labels(small, "de"))


def test_the_dates_of_every_countdown_and_all_of_its_success_have_labels() -> None:
    drawn = draw(smb := catalog.read("smb"), 120, labels(smb, "pt"))
    own = labels(smb, "pt")
    for sort, name in (("milestones", "notice"), ("milestones", "grace_over"), ("criteria", "success")):
        label = own.find(sort, name)
        assert label is not None
        assert label in drawn
    assert "grace over" not in drawn


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
