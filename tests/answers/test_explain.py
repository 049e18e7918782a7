"""Explanations: the important lines are there, the text is clean, and programs get all of it as plain data."""

from __future__ import annotations

import json
import unicodedata
from functools import cache
from typing import Any

import pytest

import journeykit as jk

load = cache(jk.load)
NAMES = ("base", "enterprise", "mid_market", "smb", "product_led")
MAIN = "workstream:main"
DONE = (
    "plan_agreed",
    "success_criteria_agreed",
    "configured",
    "data_migrated",
    "integrations_live",
    "implementation_complete",
    "core_users_trained",
    "initial_use_case_live",
    "first_value_documented",
    "initial_value_target_met",
)


def harbour(name: str = "enterprise", account: str = "harbour", timezone: str = "UTC") -> jk.Journey:
    """An account in the last steps of onboarding: two words, one fact and the handoff are still missing."""
    one = jk.Journey(load(name), account=account, at="2025-01-06", timezone=timezone)
    one.observe(health_score=82, usage_trend=3, open_major_issues=0, roi_demonstrated=True)
    one.open("contract:C-1", contract_start="2025-01-06", contract_end="2026-01-05")
    known = [fact for fact in DONE if fact in one.machine.profile.facts]
    one.observe(MAIN, at="2025-02-03", id="crm-7", facts=dict.fromkeys(known, True))
    return one


def going_live() -> jk.Journey:
    one = harbour()
    one.observe(MAIN, at="2025-02-05", core_users_active=False)
    one.confirm("go_live", by="customer", subject=MAIN)
    one.handoff("value.onboarding.exit", "offered", by="implementation", subject=MAIN)
    return one


def champion_left() -> jk.Journey:
    one = going_live()
    one.observe(MAIN, core_users_active=True)
    one.confirm("ready_to_expand", by="customer", subject=MAIN)
    one.signal("champion_left", subject=MAIN, at="2025-03-01")
    return one


def at_risk() -> jk.Journey:
    one = harbour()
    one.signal("budget_cut", at="2025-03-01")
    one.signal("reorganised")
    one.signal("reorganisation_settled", at="2025-03-04")
    return one


def placed() -> jk.Journey:
    one = harbour()
    where = ("value", "onboarding.going_live")
    one.place(*where, by="csm", subject=MAIN, why="after a talk", at="2025-02-10", id="ui-4")
    one.advance("2025-12-01")
    return one


def waived() -> jk.Journey:
    one = harbour()
    one.waive("advocacy.not_yet.success.renewed_once", by="our_sponsor")
    return one


@pytest.mark.parametrize(
    ("story", "track", "line"),
    [
        # where it stands, since when, and how it came there
        (harbour, "value", "harbour, value of workstream:main, as of 2025-02-03"),
        (harbour, "value", "  at onboarding.going_live, since 2025-02-03 (0 days)"),
        (
            harbour,
            "value",
            "  moved onboarding.delivery -> onboarding.going_live on 2025-02-03 (value.onboarding.delivery.next; "
            "observe crm-7)",
        ),
        (placed, "value", "  at onboarding.going_live, since 2025-02-10 (294 days), placed by hand, stuck"),
        (
            placed,
            "value",
            "  placed by csm onboarding.going_live -> onboarding.going_live on 2025-02-10: after a talk (place ui-4)",
        ),
        # never seen is unknown; simply false is false
        (harbour, "value", "core_users_active: never; ON-15)"),
        (going_live, "value", "core_users_active is false since 2025-02-05, observe; ON-15)"),
        (going_live, "value", "      [ ] users_ready: core_users_trained and core_users_active"),
        (harbour, "value", "      [?] users_ready: core_users_trained and core_users_active"),
        (harbour, "value", "core_users_trained is true since 2025-02-03, crm-7; core_users_active"),
        # whose word is awaited
        (
            harbour,
            "value",
            "      [ ] go_live: confirmed(go_live)  (go_live: never; awaits confirmation by customer: go_live; ON-18)",
        ),
        (going_live, "value", "      [x] go_live: confirmed(go_live)  (go_live was given on 2025-02-05, customer; ON"),
        (harbour, "renewal", "awaits confirmation by customer or sales: contract_signed; RN-30)"),
        # how the handoff stands
        (harbour, "value", "    [ ] handoff implementation -> csm: not offered"),
        (going_live, "value", "    [ ] handoff implementation -> csm: offered"),
        # asked again: unknown, or not given, though there is an old value
        (
            champion_left,
            "value",
            "      [?] plan: plan_agreed  (plan_agreed must be given anew, last on 2025-02-03, crm-7; ON-20)",
        ),
        (
            champion_left,
            "value",
            "    [ ] ready: confirmed(ready_to_expand)  (ready_to_expand must be given anew, last on 2025-02-05, "
            "customer; awaits confirmation by customer: ready_to_expand; ON-33)",
        ),
        (champion_left, "value", "  value.onboarding.exit (advance) -> adoption: 6 of 7 met"),
        # signals: settled or not
        (at_risk, "retention", "        [x] budget: unsettled(budget_cut)  (budget_cut since 2025-03-01; ST-12"),
        (at_risk, "retention", "unsettled(reorganised)  (reorganised of 2025-03-01 is settled; RT-25)"),
        (at_risk, "retention", "        [ ] competitor: unsettled(competitor_demo)  (competitor_demo: never; ST-13"),
        # bands, waivers, moves that wait for a signal, what falls due
        (
            harbour,
            "advocacy",
            "      [x] high_health: health == green  (health is green; health_score is 82 since 2025-01-06, "
            "observe; AV-25)",
        ),
        (harbour, "advocacy", "      [ ] renewed_once: renewals >= 1  (our_sponsor may waive it; AV-30)"),
        (waived, "advocacy", "      [w] renewed_once: renewals >= 1  (AV-30)"),
        (harbour, "advocacy", "  advocacy.spoke_up (skip) -> active: 1 of 1 met, waits for advocacy_given"),
        (harbour, "value", "(regress) -> onboarding.kickoff: nothing asked, waits for champion_left"),
        (harbour, "renewal", "  due 2025-07-09: prepare (be at preparing or leaving (now waiting)"),
        (harbour, "renewal", "  due 2025-11-06: notice (last day to give notice (notice_to_cancel); customer)"),
        (harbour, "renewal", "  due 2026-01-05: end (the term ends; not renewed yet, needs contract_signed given; cus"),
        (harbour, "value", "  due 2025-10-06: stuck (stuck in onboarding, if it is still there after 9 months; imp"),
        (placed, "renewal", "  overdue since 2025-11-06: align (be at negotiating, signing or leaving (now preparing)"),
        # how long it takes against what is typical
        (harbour, "value", "  at onboarding.going_live, since 2025-02-03 (0 days), on track (typical 3..6 months)"),
        (placed, "value", "  at onboarding.going_live, since 2025-02-10 (294 days), placed by hand, stuck (typical 3."),
    ],
)
def test_the_text_says(story: Any, track: str, line: str) -> None:
    text = str(story().explain(track))
    lines = text.splitlines()
    assert any(each.startswith(line) if line.startswith(" ") else line in each for each in lines), text


TIMED = """\
profile: timed
version: "1"
roles: {member: {side: customer}}
subjects: {class: {opens_with: first}}
feeds: {door: {down_after: 3 days}}
facts: {class: {fit: {type: share, stale_after: 30 days}}, account: {visits: {type: integer, feed: door}}}
signals: {entered: {feed: door}, hurt: {per: class, lasts: 10 days}}
confirmations: {agreed: {by: member, per: class, lasts: 1 month}}
derived: {shaky: {any: {unfit: fit < 40%, hurts: unsettled(hurt)}, held: 5 days}}
tracks:
  skill:
    per: class
    stages:
      learning:
        typical: 7..14 days
        success: {fit: {is: fit >= 60%, held: 14 days}}
        exit: {to: playing, when: {success: all, agreed: confirmed(agreed)}}
      playing:
        typical: 30..60+ days
        regress: {shaken: {when: {shaky: shaky}, to: learning, cooldown: 30 days, asks_again: [fit]}}
  mood:
    stages: {good: {}, bad: {}}
    moves:
      worse: {kind: regress, from: [good], to: bad, when: {gone: {quiet: entered, for: 21 days}, few: visits < 5}}
      better: {kind: recover, from: [bad], to: good, when: {back: {seen: entered, within: 7 days}, often: visits >= 5}}
"""
FIRST = "class:first"


@pytest.fixture(scope="module")
def timed(tmp_path_factory: Any) -> jk.Machine:
    path = tmp_path_factory.mktemp("timed") / "timed.yaml"
    path.write_text(TIMED, encoding="utf-8")
    return jk.load(path)


def met(one: jk.Journey) -> None:
    one.observe(FIRST, fit=0.74)
    one.confirm("agreed", by="member", subject=FIRST)
    one.signal("entered")


def later(one: jk.Journey) -> None:
    met(one)
    one.observe(FIRST, fit=0.5)
    one.advance("2026-03-15")


def playing(one: jk.Journey) -> None:
    met(one)
    one.advance("2026-01-19")
    one.signal("hurt", subject=FIRST)


def fallen(one: jk.Journey) -> None:
    playing(one)
    one.advance("2026-01-24")


def listening(one: jk.Journey) -> None:
    met(one)
    one.feed("door", at="2026-01-20")
    one.observe(visits=2)


def gone(one: jk.Journey) -> None:
    listening(one)
    for day in range(22, 31, 2):
        one.feed("door", at=f"2026-01-{day}")
    one.place("mood", "bad", by="member")
    one.signal("entered")


@pytest.mark.parametrize(
    ("story", "track", "line"),
    [
        # what must hold
        (None, "skill", "    [?] fit: fit >= 60%  (must hold 14 days; fit: never)"),
        (
            met,
            "skill",
            "(met since 2026-01-05, must hold 14 days, until 2026-01-19; fit is 74% since 2026-01-05, observe)",
        ),
        (playing, "skill", "      [ ] shaky: any of  (met since 2026-01-19, must hold 5 days, until 2026-01-24)"),
        (playing, "skill", "        [x] hurts: unsettled(hurt)  (hurt since 2026-01-19, counts until 2026-01-29)"),
        (playing, "skill", "  skill.playing.shaken (regress) -> learning: 0 of 1 met"),
        # what counts only for a while
        (later, "skill", "fit was 50% on 2026-01-05, stale since 2026-02-04"),
        (
            met,
            "skill",
            "    [x] agreed: confirmed(agreed)  (agreed was given on 2026-01-05, member, counts until 2026-02-05)",
        ),
        (
            later,
            "skill",
            "agreed was given on 2026-01-05, member, counted until 2026-02-05; awaits confirmation by member",
        ),
        # feeds and silence
        (None, "mood", "    [?] few: visits < 5  (visits: never; door was never heard)"),
        (None, "mood", "    [?] gone: quiet entered for 21 days  (entered never seen; door was never heard)"),
        (
            met,
            "mood",
            "    [ ] gone: quiet entered for 21 days  (entered last seen on 2026-01-05, quiet from 2026-01-26)",
        ),
        (later, "mood", "(entered last seen on 2026-01-05; door not heard since 2026-01-05)"),
        (
            listening,
            "mood",
            "(entered last seen on 2026-01-05, listened for since 2026-01-20, quiet from 2026-02-10)",
        ),
        (listening, "mood", "    [x] few: visits < 5  (visits is 2 since 2026-01-20, observe)"),
        (
            gone,
            "mood",
            "    [x] back: seen entered within 7 days  (entered last seen on 2026-01-30, counts until 2026-02-06)",
        ),
        # cooling down
        (fallen, "skill", "  at learning, since 2026-01-24 (0 days), on track (typical 7..14 days)"),
        (
            lambda one: (fallen(one), one.place("skill", "playing", by="member", subject=FIRST)),
            "skill",
            "  skill.playing.shaken (regress) -> learning: 1 of 1 met, cooling down until 2026-02-23",
        ),
        # how long it takes
        (lambda one: one.advance("2026-01-18"), "skill", "since 2026-01-05 (13 days), on track (typical 7..14 days)"),
        (lambda one: one.advance("2026-01-19"), "skill", "since 2026-01-05 (14 days), behind (typical 7..14 days)"),
        (lambda one: one.advance("2026-01-26"), "skill", "since 2026-01-05 (21 days), stuck (typical 7..14 days)"),
        (
            lambda one: (one.place("skill", "playing", by="member", subject=FIRST), one.advance("2026-03-05")),
            "skill",
            "  at playing, since 2026-01-05 (59 days), placed by hand, on track (typical 30..60+ days)",
        ),
    ],
)
def test_what_turns_by_time(timed: jk.Machine, story: Any, track: str, line: str) -> None:
    one = jk.Journey(timed, account="ada", at="2026-01-05")
    if story is not None:
        story(one)
    found = one.explain(track)
    assert line in str(found), str(found)
    json.dumps(found.to_dict(), allow_nan=False)


def test_what_does_not_count_is_not_shown_as_if_it_did(timed: jk.Machine) -> None:
    """Whatever is stale, over, or of a dead feed has no value, in explanations and on records."""
    one = jk.Journey(timed, account="ada", at="2026-01-05")
    later(one)
    one.observe(visits=9, at="2026-03-15")
    one.advance("2026-03-20")
    points = [
        (reading.name, reading.value, reading.last)
        for track in ("skill", "mood")
        for way in one.explain(track).moves
        for point in way.points
        for each in (point, *point.parts)
        for reading in each.readings
    ]
    assert points == [
        *(("fit", None, 0.5), ("agreed", False, None)),
        *(("entered", None, None), ("door", False, None), ("visits", None, 9), ("door", False, None)),
    ]
    heard = one.signal("hurt", subject=FIRST, at="2026-03-20")
    assert all(value is None for record in heard for verdict in record.verdicts for _, value in verdict.evidence)


COUNTED = """
profile: counted
subjects: {class: {opens_with: first}}
facts: {class: {fit: {type: share}}}
signals: {tea: {}}
reactions: {thirst: {upon: tea, do: [boil]}}
tracks:
  hall:
    stages:
      quiet: {exit: {to: busy, when: {full: "any_of(class, fit > 40% and fit < 90%)"}}}
      busy: {}
"""
CALLED = "criteria: {full: Voll}\nsubjects: {class: Klasse}\nfacts: {fit: Form}\nreactions: {thirst: Durst}\n"


@pytest.mark.parametrize(
    ("lang", "said"),
    [("en", "holds for 0 of 1 class; "), ("de", "Voll (Form > 40%, Form < 90%)  (holds for 0 of 1 (Klasse); ")],
)
def test_a_count_is_told_in_every_language(tmp_path: Any, lang: str, said: str) -> None:
    (tmp_path / "labels").mkdir()
    (tmp_path / "labels" / "de.yaml").write_text(CALLED, encoding="utf-8")
    (tmp_path / "counted.yaml").write_text(COUNTED, encoding="utf-8")
    one = jk.Journey(jk.load(tmp_path / "counted.yaml"), account="ada", at="2026-01-05")
    text = str(one.explain("hall", lang=lang))
    assert said in text
    assert text.count("first: ") == 1  # it is read twice, and told once
    one.signal("tea")
    assert ("(Durst)" if lang == "de" else "(thirst)") in str(one.timeline(lang=lang))


def test_a_waived_group_covers_what_is_in_it(tmp_path: Any) -> None:
    path = tmp_path / "club.yaml"
    path.write_text(
        """\
profile: club
version: "1"
roles: {coach: {side: us}}
facts: {account: {fit: {type: boolean}, fun: {type: boolean}}}
tracks:
  skill:
    stages:
      learning:
        exit:
          to: playing
          when: {ready: {any: {fit: fit, both: {all: {fun: fun, fit: fit}}}, waivable_by: coach}, fun: fun}
      playing: {}
""",
        encoding="utf-8",
    )
    one = jk.Journey(jk.load(path), account="a", at="2026-01-05")
    one.waive("skill.learning.exit.ready", by="coach")
    group, _ = one.explain("skill").moves[0].points
    assert [group.result, *(part.result for part in (*group.parts, *group.parts[1].parts))] == ["waived"] * 5


def test_days_are_those_of_the_account() -> None:
    """In Tokyo the sixth of January begins on the fifth in UTC."""
    text = str(harbour(timezone="Asia/Tokyo").explain("retention"))
    assert "harbour, retention, as of 2025-02-03\n  at healthy, since 2025-01-06 (28 days)" in text


def test_what_a_derived_name_reads_is_asked_again_too(tmp_path: Any) -> None:
    """The parts of a derived name are shown as the track that asks sees them."""
    path = tmp_path / "club.yaml"
    path.write_text(
        """\
profile: club
version: "1"
roles: {member: {side: customer}}
subjects: {class: {opens_with: first}}
facts: {class: {fit: {type: boolean}}}
signals: {hurt: {per: class}}
derived: {able: {all: {fit: fit}}}
tracks:
  skill:
    per: class
    stages:
      learning: {exit: {to: playing, when: {able: able}}}
      playing: {}
    moves:
      hurt: {kind: regress, from: [playing], upon: hurt, to: learning, asks_again: [fit]}
""",
        encoding="utf-8",
    )
    one = jk.Journey(jk.load(path), account="a", at="2026-01-05")
    one.observe("class:first", fit=True)
    one.signal("hurt", subject="class:first")
    (way,) = one.explain("skill").moves
    assert [point.result for point in way.points] == ["unknown"]
    assert [part.result for part in way.points[0].parts[0].parts] == ["unknown"]
    assert way.points[0].parts[0].parts[0].readings[0].asked_again
    assert way.missing == way.points


@pytest.mark.parametrize("name", NAMES)
def test_programs_get_all_of_it_as_plain_data(name: str) -> None:
    one = harbour(name)
    one.signal("champion_left", subject=MAIN, at="2025-03-01")
    one.signal("budget_cut")
    one.signal("new_team_interest")
    one.observe("contract:C-1", notice_period="30 days", auto_renews=True)
    one.advance("2025-11-20")
    for row, track in [(r, t) for r in one.snapshot.subjects.values() for t in one.machine.profile.tracks.values()]:
        if row.kind != track.per:
            continue
        found = one.explain(track.name, row.key)
        raw = json.loads(json.dumps(found.to_dict(), allow_nan=False))
        assert raw["positions"][0]["path"] == found.positions[0].path
        assert [way["move"] for way in raw["moves"]] == [way.move for way in found.moves]
        assert [due["name"] for due in raw["due"]] == [due.name for due in found.due]
        assert (raw["last"] or {}).get("id") == (found.last.id if found.last else None)


def test_results_agree_with_the_engine() -> None:
    """What the explanation calls met is what lets the move go."""
    one = champion_left()
    way = next(way for way in one.explain("value").moves if way.move == "value.onboarding.exit")
    assert [point.result for point in way.points] == ["met", "met", "not met"]
    assert [point.name for point in way.missing] == ["ready"]
    one.handoff("value.onboarding.exit", "accepted", by="csm", subject=MAIN)
    assert one.positions["value", MAIN].startswith("onboarding")
    one.confirm("ready_to_expand", by="customer", subject=MAIN)
    assert one.positions["value", MAIN].startswith("adoption")


def test_nothing_from_outside_moves_the_cursor() -> None:
    one = harbour()
    one.observe(MAIN, core_users_active=False, id="crm\x1b[2J\u202e")
    one.place("value", "onboarding.going_live", by="csm", subject=MAIN, why="bad\x07\nnews", id="\x01\u2028")
    assert "\N{REPLACEMENT CHARACTER}" in str(one.explain("value"))
    for track in ("value", "retention"):
        text = str(one.explain(track))
        assert {unicodedata.category(c) for c in text if c != "\n"}.isdisjoint({"Cc", "Cf", "Zl", "Zp"})
        assert all(line.startswith(("  ", "har")) for line in text.split("\n"))


@pytest.mark.parametrize(
    ("track", "subject", "code", "says"),
    [
        ("valeu", None, "unknown_place", "tracks: value, retention, renewal, expansion, advocacy"),
        ("value", "other", "unknown_subject", "is no open workstream; open ones: workstream:main"),
        ("value", "contract:C-1", "unknown_subject", "is no open workstream; open ones: workstream:main"),
        ("expansion", None, "unknown_subject", "no opportunity is open"),
    ],
)
def test_what_is_not_there_is_refused(track: str, subject: str | None, code: str, says: str) -> None:
    with pytest.raises(jk.InputError, match=says) as caught:
        harbour().explain(track, subject)
    assert caught.value.code == code


def test_a_subject_by_its_key_its_id_or_alone() -> None:
    one = harbour()
    texts = {str(one.explain("value", subject)) for subject in (None, "main", MAIN)}
    assert len(texts) == 1
    one.open("workstream:second")
    with pytest.raises(jk.InputError, match="open ones: workstream:main, workstream:second"):
        one.explain("value")


def test_a_receiver_that_accepts_by_itself_does_so_whatever_the_giver_says() -> None:
    text = """
profile: p
version: "1"
roles: {sales: {side: us}, app: {side: us, played_by: product}}
facts: {account: {ready: {type: boolean}}}
tracks: {t: {stages: {a: {exit: {to: b, when: {r: ready}, handoff: {giver: sales, receiver: app}}}, b: {end: over}}}}
"""
    one = jk.Journey(jk.compile_profile(jk.read_text(text)), "acme", at="2026-01-05")
    one.handoff("t.a.exit", "offered", at="2026-01-06", by="sales")
    assert one.explain("t").moves[0].handoff == ("sales", "app", "accepts by itself")


def test_a_branch_inside_a_branch_is_a_part_of_it() -> None:
    text = """
profile: p
version: "1"
facts: {account: {a: {type: boolean}, b: {type: boolean}, c: {type: boolean}}}
tracks:
  t:
    stages:
      work:
        steps:
          doing:
            side_by_side:
              one: {side_by_side: {left: {success: {a: a}}, right: {success: {b: b}}}}
              two: {success: {c: c}}
          after: {}
"""
    journey = jk.Journey(jk.compile_profile(jk.read_text(text)), "acme", at="2026-01-05")
    journey.observe(at="2026-01-06", a=True)
    one, two = journey.explain("t").moves[0].points
    assert (one.name, one.result, two.name, two.result) == ("one", "unknown", "two", "unknown")
    assert [(part.name, part.result) for part in one.parts] == [("left", "met"), ("right", "unknown")]
    assert [part.name for part in one.parts[0].parts] == ["a"]
    assert "right" in str(journey.explain("t"))


TAKEN_BACK = """
profile: club
version: "1"
roles: {member: {side: customer}, coach: {side: us}}
facts: {account: {fit: {type: boolean}}}
signals: {left: {}}
confirmations: {keen: {by: member}, cleared: {by: [member, coach]}}
reactions: {often: {upon: left, do: [call], cooldown: 30 days}}
tracks:
  skill:
    stages:
      learning:
        exit:
          to: playing
          when: {keen: confirmed(keen), cleared: {is: confirmed(cleared), waivable_by: coach}}
      playing:
        steps: {easy: {success: {fit: fit}}, hard: {}}
        moves: {over: {upon: left, to: learning}}
  other: {stages: {one: {}}}
"""


@cache
def club() -> jk.Machine:
    return jk.compile_profile(jk.read_text(TAKEN_BACK))


def at_play() -> jk.Journey:
    one = jk.Journey(club(), account="ada", at="2026-01-05")
    one.confirm("keen", by="member", at="2026-01-06")
    one.waive("skill.learning.exit.cleared", by="coach", at="2026-02-01")
    return one


def test_a_word_taken_back_after_the_move_that_it_allowed_is_told_as_long_as_one_stands_there() -> None:
    one = at_play()
    assert one.explain("skill").taken_back == ()
    one.retract("keen", by="member", at="2026-02-03")
    said = "keen was taken back by member on 2026-02-03, after the move of 2026-02-01"
    found = one.explain("skill")
    assert [(gone.name, gone.subject, gone.by, gone.move) for gone in found.taken_back] == [
        ("keen", "account", "member", "skill.learning.exit")
    ]
    assert f"\n  {said}\n" in str(found)
    assert found.to_dict()["taken_back"][0]["at"] == "2026-02-03T00:00:00+00:00"
    assert one.explain("other").taken_back == ()
    one.observe(fit=True, at="2026-02-04")  # on to the next step: still in the stage that the word let in
    assert said in str(one.explain("skill"))
    one.confirm("keen", by="member", at="2026-02-05")  # given anew
    assert one.explain("skill").taken_back == ()
    one.retract("keen", by="member", at="2026-02-06")
    assert "on 2026-02-06, after the move of 2026-02-01" in str(one.explain("skill"))
    one.signal("left", at="2026-02-07")  # and back to where it is asked for again
    assert one.explain("skill").taken_back == ()


def test_a_waiver_taken_back_is_told_and_a_word_taken_back_before_the_move_is_not() -> None:
    one = jk.Journey(club(), account="ada", at="2026-01-05")
    one.confirm("keen", by="member", at="2026-01-06")
    one.retract("keen", by="member", at="2026-01-07")
    one.confirm("keen", by="member", at="2026-01-08")
    one.waive("skill.learning.exit.cleared", by="coach", at="2026-02-01")
    assert one.explain("skill").taken_back == ()
    one.retract("skill.learning.exit.cleared", by="coach", at="2026-02-02")
    assert [gone.name for gone in one.explain("skill").taken_back] == ["skill.learning.exit.cleared"]
    one.place("skill", "learning", by="coach", at="2026-02-03")
    one.place("skill", "playing", by="coach", at="2026-02-03")  # where a person put it no word brought it
    assert one.explain("skill").taken_back == ()


def test_a_reaction_that_is_cooling_down_is_told_with_its_date() -> None:
    one = at_play()
    assert one.explain("skill").cooling == ()
    one.signal("left", at="2026-02-03")
    assert [each.reaction for each in one.explain("skill").cooling] == ["often"]
    assert str(one.explain("skill")).endswith("\n  often: not before 2026-03-05 (cooldown)")
    one.advance("2026-03-05")
    assert one.explain("skill").cooling == ()


def test_what_a_move_set_back_is_told_with_it() -> None:
    profile = TAKEN_BACK.replace(
        "playing:\n        steps: {easy: {success: {fit: fit}}, hard: {}}",
        "playing:\n        side_by_side:\n          body: {steps: {easy: {success: {fit: fit}}, hard: {}}}\n"
        "          mind: {steps: {calm: {moves: {on: {upon: left, to: playing.mind.sharp}}}, sharp: {}}}",
    ).replace("to: learning}", "to: playing.mind.sharp}")
    one = jk.Journey(jk.compile_profile(jk.read_text(profile)), account="ada", at="2026-01-05")
    one.place("skill", "playing.body.hard", by="coach", at="2026-01-06")
    one.signal("left", at="2026-01-07")
    one.signal("left", at="2026-01-08")
    assert "setting back what stood at playing.body.hard" in str(one.explain("skill"))
    assert ", setting back what stood at playing.body.hard (skill.playing.over; signal)" in str(one.timeline())
