"""Journeys through the shipped segments: they move as the guide says, and stay where it says that nobody is moved."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from itertools import pairwise
from typing import Any

import pytest

import journeykit as jk

load = cache(jk.load)

ALL = ("base", "enterprise", "mid_market", "smb", "product_led")
MAIN = "workstream:main"
DONE: dict[str, Any] = {
    "plan_agreed": True,
    "success_criteria_agreed": True,
    "configured": True,
    "data_migrated": True,
    "integrations_live": True,
    "implementation_complete": True,
    "core_users_trained": True,
    "core_users_active": True,
    "initial_use_case_live": True,
    "first_value_documented": True,
    "initial_value_target_met": True,
}
CALM: dict[str, Any] = {
    "health_score": 82,
    "usage_trend": 3,
    "open_major_issues": 0,
    "roi_demonstrated": True,
}


def journey(name: str, at: str = "2025-01-06", contract: str | None = "2026-01-05", **facts: Any) -> jk.Journey:
    one = jk.Journey(load(name), account="acme", at=at, timezone="UTC")
    one.observe(**CALM)
    if contract:
        one.open("contract:C-1", contract_start=at, contract_end=contract, **facts)
    return one


def place(one: jk.Journey, track: str, subject: str = "account") -> str:
    return one.positions[(track, subject)]


def known(name: str, **facts: Any) -> dict[str, Any]:
    """Those of the facts that the segment has."""
    return {key: value for key, value in facts.items() if key in load(name).profile.facts}


def onboarded(name: str, at: str = "2025-01-06", **how: Any) -> jk.Journey:
    one = journey(name, at, **how)
    one.observe(MAIN, **known(name, **DONE))
    one.confirm("go_live", by="customer", subject=MAIN)
    one.confirm("ready_to_expand", by="customer", subject=MAIN)
    if name in ("enterprise", "mid_market", "base"):
        one.handoff("value.onboarding.exit", "accepted", by="csm", subject=MAIN)
    return one


def steady(name: str, **how: Any) -> jk.Journey:
    one = onboarded(name, **how)
    one.observe(MAIN, active_seat_ratio=0.8, use_cases=2, runs_without_csm=True)
    assert place(one, "value", MAIN) == "adoption.broad"
    wait(one, 30)
    assert place(one, "value", MAIN) == "steady"
    return one


def wait(one: jk.Journey, days: int) -> None:
    """So many days pass. Nothing is observed."""
    assert one.now is not None
    one.advance(to=one.now + timedelta(days=days))


def records(one: jk.Journey, kind: str, **fields: Any) -> list[Any]:
    found = [record for record in one.records if record.kind == kind]
    return [record for record in found if all(getattr(record, key) == value for key, value in fields.items())]


@pytest.mark.parametrize("name", ALL)
def test_onboarding_ends_with_the_five_and_the_words_and_the_handoff(name: str) -> None:
    one = journey(name)
    one.observe(MAIN, **known(name, **DONE))
    assert place(one, "value", MAIN).startswith("onboarding")
    one.confirm("ready_to_expand", by="customer", subject=MAIN)
    assert not records(one, "ready")
    one.confirm("go_live", by="customer", subject=MAIN)
    if name not in ("smb", "product_led"):
        assert place(one, "value", MAIN) == "onboarding.going_live"
        assert [record.name for record in records(one, "ready")] == ["value.onboarding.exit"]
        one.handoff("value.onboarding.exit", "accepted", by="csm", subject=MAIN)
    assert place(one, "value", MAIN) == "adoption.ramping"


@pytest.mark.parametrize("name", ALL)
def test_going_live_is_the_customers_word(name: str) -> None:
    one = journey(name)
    with pytest.raises(jk.InputError):
        one.confirm("go_live", by="csm", subject=MAIN)


def test_four_of_five_is_stuck_and_never_carried_on() -> None:
    one = journey("enterprise", contract=None)
    one.observe(MAIN, **known("enterprise", **DONE))
    one.confirm("ready_to_expand", by="customer", subject=MAIN)
    one.advance(to="2026-02-10")
    assert place(one, "value", MAIN) == "onboarding.going_live"
    stuck = records(one, "stuck", track="value")
    assert [(record.name, record.at.date().isoformat()) for record in stuck] == [("onboarding", "2025-10-06")]
    assert "go_live" in str(one.explain("value", "main"))


def test_a_withdrawn_word_closes_the_gate_again() -> None:
    one = journey("enterprise")
    one.observe(MAIN, **known("enterprise", **DONE))
    one.confirm("ready_to_expand", by="customer", subject=MAIN)
    one.confirm("go_live", by="customer", subject=MAIN)
    one.retract("go_live", by="customer", subject=MAIN)
    assert records(one, "not_ready", name="value.onboarding.exit")
    one.handoff("value.onboarding.exit", "accepted", by="csm", subject=MAIN)
    assert place(one, "value", MAIN) == "onboarding.going_live"


def test_a_champion_who_leaves_concerns_that_workstream_and_the_health_of_the_account() -> None:
    one = steady("enterprise")
    one.open("workstream:ops")
    one.place("value", "steady", by="csm", subject="workstream:ops", why="migrated")
    one.signal("champion_left", subject=MAIN)
    assert place(one, "value", MAIN) == "adoption.broad"
    assert place(one, "value", "workstream:ops") == "steady"
    assert place(one, "retention") == "at_risk"
    assert place(one, "renewal", "contract:C-1") == "waiting"
    one.observe(MAIN, active_seat_ratio=0.8, use_cases=3)
    assert place(one, "value", MAIN) == "adoption.broad", "old evidence must not carry it back"
    one.observe("workstream:ops", active_seat_ratio=0.7)
    one.confirm("champion_in_place", by="csm", subject=MAIN)
    wait(one, 13)
    assert place(one, "retention") == "at_risk", "health has to hold for two weeks"
    wait(one, 1)
    assert place(one, "retention") == "healthy"
    one.observe(MAIN, runs_without_csm=True)
    wait(one, 29)
    assert place(one, "value", MAIN) == "adoption.broad"
    wait(one, 1)
    assert place(one, "value", MAIN) == "steady"


@pytest.mark.parametrize("name", ALL)
def test_leadership_and_releases_send_back_to_learning(name: str) -> None:
    one = steady(name)
    one.signal("product_release", subject=MAIN)
    assert place(one, "value", MAIN) == "adoption.relearning"
    one.observe(MAIN, new_release_in_use=True)
    assert place(one, "value", MAIN) == "adoption.broad"
    one.observe(MAIN, active_seat_ratio=0.8, runs_without_csm=True)
    wait(one, 30)
    assert place(one, "value", MAIN) == "steady"
    one.signal("leadership_changed", subject=MAIN)
    assert place(one, "value", MAIN) == "onboarding.delivery"
    one.observe(MAIN, active_seat_ratio=0.2)
    wait(one, 15)
    assert place(one, "value", MAIN) == "onboarding.delivery"


def test_a_merger_opens_a_workstream_and_the_renewal_keeps_its_place() -> None:
    one = steady("enterprise")
    one.advance(to="2025-09-10")
    one.observe("contract:C-1", conversation_opened=True)
    before = [due for due in one.next_due() if due.track == "renewal"]
    said = {"signal": "merger", "carries": {"name": "newco"}}
    one.send({"account": "acme", "at": "2025-09-11", "kind": "signal", **said})
    assert place(one, "value", "workstream:newco") == "onboarding.kickoff"
    assert place(one, "value", MAIN) == "steady"
    assert place(one, "renewal", "contract:C-1") == "in_conversation"
    assert [due for due in one.next_due() if due.track == "renewal"] == before


def test_the_milestones_of_an_enterprise_fire_on_their_dates() -> None:
    one = journey("enterprise", contract="2026-06-30")
    one.advance(to="2026-06-30")
    fired = [(record.name, record.at.date().isoformat()) for record in records(one, "milestone", track="renewal")]
    assert fired == [
        ("prepare", "2026-01-01"),
        ("converse", "2026-03-02"),
        ("propose", "2026-04-01"),
        ("align", "2026-05-01"),
        ("notice", "2026-05-02"),
        ("execute", "2026-05-31"),
        ("decide", "2026-05-31"),
        ("done", "2026-06-30"),
    ]
    slipped = [record.name for record in records(one, "slipped", track="renewal")]
    assert slipped == ["converse", "propose", "align", "execute", "decide", "done"]


def test_a_signature_in_grace_continues_the_term() -> None:
    one = journey("mid_market")
    one.advance(to="2026-01-17")
    assert place(one, "renewal", "contract:C-1") == "in_grace"
    assert place(one, "retention") == "at_risk"
    one.confirm("contract_signed", by="sales", subject="contract:C-1")
    assert place(one, "renewal", "contract:C-1") == "waiting"
    assert records(one, "term")[-1].data["start"].isoformat() == "2026-01-06"


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("later", ["2025-12-21", "2026-01-03"])
def test_a_signature_of_each_side_is_one_renewal(name: str, later: str) -> None:
    one = journey(name)
    one.advance(to="2025-12-20")
    one.confirm("contract_signed", by="customer", subject="contract:C-1")
    one.advance(to=later)
    one.confirm("contract_signed", by="sales", subject="contract:C-1")
    one.advance(to="2026-03-01")
    assert [record.at.date().isoformat() for record in records(one, "moved", name="renewal.renewed")] == ["2025-12-20"]
    one.advance(to="2026-12-20")
    one.confirm("contract_signed", by="sales", subject="contract:C-1")
    assert len(records(one, "moved", name="renewal.renewed")) == 2


def test_product_led_begins_without_a_contract_and_renews_by_itself() -> None:
    one = journey("product_led", contract=None)
    assert place(one, "value", MAIN).startswith("onboarding.delivery")
    one.advance(to="2025-03-01")
    assert place(one, "retention") == "healthy"
    one.open("contract:C-1", contract_start="2025-03-01", contract_end="2026-02-28")
    one.advance(to="2026-03-01")
    renewed = records(one, "moved", name="renewal.renewed")
    assert [record.at.date().isoformat() for record in renewed] == ["2026-03-01"]
    assert renewed[0].data["automatic"] is True
    assert place(one, "renewal", "contract:C-1") == "waiting"
    assert not records(one, "slipped")


def test_a_late_notice_is_recorded_and_does_not_end_a_contract_that_renews_by_itself() -> None:
    one = journey("enterprise", auto_renews=True)
    one.advance(to="2025-11-21")
    one.confirm("notice_to_cancel", by="customer", subject="contract:C-1")
    assert (place(one, "renewal", "contract:C-1"), place(one, "retention")) == ("leaving", "at_risk")
    assert [record.data["late"] for record in records(one, "notice") if "late" in record.data] == [True]
    one.advance(to="2026-01-06")
    assert records(one, "moved", name="renewal.renewed")[0].data["automatic"] is True
    assert place(one, "renewal", "contract:C-1") == "waiting"
    assert place(one, "retention") != "lapsed"


def test_a_late_notice_counts_where_nobody_said_that_the_contract_renews_by_itself() -> None:
    one = journey("enterprise")
    one.advance(to="2025-11-21")
    one.confirm("notice_to_cancel", by="customer", subject="contract:C-1")
    one.advance(to="2026-01-07")
    assert (place(one, "renewal", "contract:C-1"), place(one, "retention")) == ("lost", "lapsed")


@pytest.mark.parametrize("name", ALL)
def test_what_ran_out_unsigned_comes_back_once_its_end_is_told(name: str) -> None:
    one = journey(name, auto_renews=False)
    one.advance(to="2026-03-01")
    assert (place(one, "renewal", "contract:C-1"), place(one, "retention")) == ("lost", "lapsed")
    one.observe("contract:C-1", contract_end="2026-01-05")  # said again
    one.observe("contract:C-1", contract_end="2026-02-05")  # over as well
    assert place(one, "renewal", "contract:C-1") == "lost"
    one.observe("contract:C-1", contract_end="2027-01-05", at="2026-03-10")
    assert (place(one, "renewal", "contract:C-1"), place(one, "retention")) == ("waiting", "healthy")
    assert {due.subject for due in one.next_due() if due.name == "end"} == {"contract:C-1"}
    one.advance(to="2027-03-01")
    assert (place(one, "renewal", "contract:C-1"), place(one, "retention")) == ("lost", "lapsed")


@pytest.mark.parametrize("name", ALL)
def test_who_left_stays_whatever_is_booked_until_the_notice_is_taken_back(name: str) -> None:
    one = journey(name, auto_renews=False)
    one.confirm("notice_to_cancel", by="customer", subject="contract:C-1", at="2025-09-01")
    one.advance(to="2026-01-20")
    one.observe("contract:C-1", contract_end="2026-12-31")
    assert (place(one, "renewal", "contract:C-1"), place(one, "retention")) == ("lost", "lapsed")
    one.advance(to="2026-12-20")
    assert not records(one, "milestone", subject="contract:C-1")[-1].at.date().isoformat().startswith("2026-1")
    one.retract("notice_to_cancel", by="customer", subject="contract:C-1")
    assert place(one, "renewal", "contract:C-1") != "lost"
    assert place(one, "retention") != "lapsed"
    assert records(one, "late_start"), "what fell due meanwhile is told, and does not go off"
    assert not [each for each in records(one, "milestone") if each.at.date().isoformat() == "2026-12-20"]


@pytest.mark.parametrize("name", ALL)
def test_what_a_person_placed_at_its_end_stays_until_a_person_places_it(name: str) -> None:
    one = journey(name)
    one.place("renewal", "lost", by="csm", subject="contract:C-1", at="2025-06-01")
    assert place(one, "retention") == "lapsed", "nobody is covered by what is lost"
    one.observe("contract:C-1", contract_end="2026-12-31", at="2025-06-02")
    assert place(one, "renewal", "contract:C-1") == "lost"
    one.place("renewal", "waiting", by="csm", subject="contract:C-1", at="2025-06-03")
    assert (place(one, "renewal", "contract:C-1"), place(one, "retention")) == ("waiting", "healthy")
    assert not records(one, "late_start")


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("closed", ["2025-11-20", "2026-01-06T09:00:00Z"])
def test_a_renewal_booked_as_a_new_contract_moves_nobody(name: str, closed: str) -> None:
    one = journey(name, auto_renews=False)
    one.open("contract:C-2", contract_start="2026-01-06", contract_end="2027-01-05", renewals=1, at="2025-11-01")
    one.close("contract:C-1", reason="renewed", into="contract:C-2", at=closed)
    one.advance(to="2026-02-20")
    assert [each.name for each in records(one, "moved", subject="account") if each.track == "retention"] == []


def test_notice_in_time_ends_the_contract_and_a_new_one_wins_the_account_back() -> None:
    one = steady("mid_market", contract="2026-01-05")
    one.advance(to="2025-10-20")
    one.confirm("notice_to_cancel", by="customer", subject="contract:C-1")
    assert (place(one, "renewal", "contract:C-1"), place(one, "retention")) == ("leaving", "at_risk")
    one.advance(to="2026-01-07")
    assert (place(one, "renewal", "contract:C-1"), place(one, "retention")) == ("lost", "lapsed")
    assert place(one, "value", MAIN) == "ended"
    held = len(records(one, "cadence"))
    one.open("contract:C-2", at="2026-05-01", contract_start="2026-05-01", contract_end="2027-04-30")
    assert place(one, "retention") == "healthy"
    assert place(one, "value", opened_by(one, "won_back")).startswith("onboarding")
    assert len(records(one, "cadence")) == held, "nobody reviews a customer who is gone"
    reviews = [due.on.isoformat() for due in one.next_due() if due.name == "business_review"]
    assert reviews == ["2026-08-01"], "three months after the return"


def test_notice_taken_back_is_one_regression() -> None:
    one = steady("enterprise")
    one.advance(to="2025-10-27")
    one.confirm("notice_to_cancel", by="customer", subject="contract:C-1")
    one.advance(to="2025-11-26")
    one.retract("notice_to_cancel", by="customer", subject="contract:C-1")
    assert (place(one, "renewal", "contract:C-1"), place(one, "retention")) == ("in_conversation", "at_risk")
    one.observe(MAIN, active_seat_ratio=0.8)
    assert place(one, "retention") == "healthy", "that it is in use has to be known, and not from last spring"
    assert len(records(one, "moved", name="retention.risk")) == 1


def opened_by(one: jk.Journey, name: str) -> str:
    """The key of the one subject that the reaction or move of this name opened."""
    opened = [(record.subject, record.data.get("from", "")) for record in records(one, "opened")]
    (found,) = [subject for subject, by in opened if by.rpartition(".")[2] == name]
    return found


@pytest.mark.parametrize("name", ALL)
def test_a_won_expansion_is_onboarded(name: str) -> None:
    one = onboarded(name)
    one.signal("new_team_interest")
    deal = opened_by(one, "team_interest")
    assert place(one, "expansion", deal) == "pursuing.identified"
    approvals = {"executive_sponsor_committed": True, "department_approved": True}
    one.observe(deal, **known(name, opportunity_qualified=True, **approvals))
    one.confirm("order_signed", by="customer", subject=deal)
    assert place(one, "expansion", deal) == "won"
    assert place(one, "value", deal.replace("opportunity", "workstream")).startswith("onboarding")


def test_health_that_falls_and_rises_again() -> None:
    one = steady("smb")
    one.observe(health_score=44)
    wait(one, 6)
    one.observe(health_score=58)
    wait(one, 7)
    assert place(one, "retention") == "healthy", "less than a week of red is no risk"
    one.observe(health_score=44)
    wait(one, 7)
    assert place(one, "retention") == "at_risk"
    one.observe(health_score=49)
    wait(one, 20)
    assert place(one, "retention") == "at_risk"
    one.observe(health_score=58)
    one.observe(MAIN, active_seat_ratio=0.8)
    wait(one, 13)
    assert place(one, "retention") == "at_risk"
    wait(one, 1)
    assert place(one, "retention") == "healthy"


def test_an_advocate_in_the_first_year_needs_a_waiver_and_a_calm_account() -> None:
    one = steady("smb")
    one.observe(satisfaction=9.5, champion_willing=True, strategic_profile=True)
    assert place(one, "advocacy") == "not_yet"
    one.waive("advocacy.not_yet.success.renewed_once", by="our_sponsor", why="a launch")
    assert place(one, "advocacy") == "candidate"
    one.confirm("advocacy_agreed", by="customer")
    assert place(one, "advocacy") == "active"
    one.signal("budget_cut")
    assert (place(one, "retention"), place(one, "advocacy")) == ("at_risk", "suspended")
    one.signal("budget_restored")
    assert (place(one, "retention"), place(one, "advocacy")) == ("at_risk", "suspended")
    wait(one, 14)
    assert (place(one, "retention"), place(one, "advocacy")) == ("healthy", "suspended")
    one.observe(champion_willing=True)
    assert place(one, "advocacy") == "active"


def test_an_extension_closes_the_window() -> None:
    one = journey("enterprise")
    one.advance(to="2025-10-20")
    one.observe("contract:C-1", conversation_opened=True, proposal_sent=True)
    assert place(one, "renewal", "contract:C-1") == "proposed"
    one.observe("contract:C-1", contract_end="2027-01-05")
    assert place(one, "renewal", "contract:C-1") == "waiting"
    one.advance(to="2026-07-20")
    assert place(one, "renewal", "contract:C-1") == "preparing"
    one.advance(to="2026-10-15")
    # no conversation was begun and no proposal sent for the new end, whatever was done for the old one
    slipped = [(each.name, str(each.at.date())) for each in records(one, "slipped", track="renewal")]
    assert slipped[-2:] == [("converse", "2026-09-07"), ("propose", "2026-10-07")]


def test_a_contract_with_a_hundred_days_left_is_one_late_start() -> None:
    one = journey("enterprise", contract="2025-04-16")
    late = records(one, "late_start")
    assert [tuple(record.data["milestones"]) for record in late] == [("prepare", "converse")]
    assert place(one, "renewal", "contract:C-1") == "preparing"
    one.advance(to="2025-01-20")
    assert [record.name for record in records(one, "milestone")] == ["propose"]


def test_nobody_signs_and_the_account_lapses_with_its_opportunities() -> None:
    one = steady("smb")
    one.signal("business_growth")
    one.advance(to="2026-01-25")
    assert (place(one, "renewal", "contract:C-1"), place(one, "retention")) == ("lost", "lapsed")
    assert place(one, "expansion", opened_by(one, "growth")) == "lost"
    assert place(one, "value", MAIN) == "ended"


def test_a_budget_cut_sends_an_opportunity_back_and_its_old_qualification_does_not_count() -> None:
    one = steady("smb")
    one.signal("business_growth")
    deal = opened_by(one, "growth")
    one.observe(deal, opportunity_qualified=True, conversation_started=True)
    assert place(one, "expansion", deal) == "pursuing.in_conversation"
    one.signal("budget_cut")
    assert (place(one, "expansion", deal), place(one, "retention")) == ("pursuing.identified", "at_risk")
    one.observe(deal, opportunity_qualified=True)
    assert place(one, "expansion", deal) == "pursuing.in_conversation"


def test_a_demo_sends_a_renewal_back_to_the_conversation() -> None:
    one = steady("enterprise")
    one.advance(to="2025-11-10")
    one.observe("contract:C-1", conversation_opened=True, proposal_sent=True, negotiation_started=True)
    assert place(one, "renewal", "contract:C-1") == "negotiating"
    one.signal("competitor_demo")
    assert (place(one, "renewal", "contract:C-1"), place(one, "retention")) == ("in_conversation", "at_risk")
    one.confirm("choice_reaffirmed", by="customer")
    one.observe(MAIN, active_seat_ratio=0.8)
    wait(one, 14)
    assert (place(one, "renewal", "contract:C-1"), place(one, "retention")) == ("in_conversation", "healthy")
    one.observe("contract:C-1", proposal_sent=True)
    assert place(one, "renewal", "contract:C-1") == "proposed"


def test_an_account_may_speak_for_us_while_in_onboarding() -> None:
    one = journey("product_led", contract=None)
    one.signal("advocacy_given")
    assert place(one, "advocacy") == "active"
    assert place(one, "value", MAIN).startswith("onboarding")


def test_the_renewal_timing_opens_an_opportunity_where_there_is_use_to_build_on() -> None:
    early, late = journey("enterprise"), steady("enterprise")
    for one in (early, late):
        one.advance(to="2025-07-20")
    assert not [record for record in records(early, "opened") if record.data.get("from") == "bundling"]
    assert place(late, "expansion", opened_by(late, "bundling")) == "pursuing.identified"


MONTHS = (("2025-01-31", "2025-01-21"), ("2025-02-28", "2025-02-18"), ("2025-03-31", "2025-03-21"))
"""The ends of three terms of a month, and the days on which their windows open in ``smb``."""


@pytest.mark.parametrize("stage", ["preparing", "in_conversation", "proposed"])
def test_each_month_has_its_window_also_where_only_dates_say_that_it_goes_on(stage: str) -> None:
    one = journey("smb", "2025-01-01", contract="2025-01-31")
    done = {"in_conversation": {"conversation_opened": True}, "proposed": {"proposal_sent": True}}.get(stage)
    for (end, opens), (following, _) in pairwise(MONTHS):
        assert place(one, "renewal", "contract:C-1") == "waiting"
        one.advance(to=opens)
        assert place(one, "renewal", "contract:C-1") == "preparing"
        if done:
            one.observe("contract:C-1", **done)
        assert place(one, "renewal", "contract:C-1") == stage
        one.advance(to=end)
        one.observe("contract:C-1", contract_start=opens[:5] + following[5:7] + "-01", contract_end=following)
    assert [record.name for record in records(one, "action", name="start_renewal")] == ["start_renewal"] * 2


@pytest.mark.parametrize("name", ["smb", "product_led"])
def test_a_quarter_followed_by_a_month_leaves_the_window(name: str) -> None:
    one = journey(name, "2025-01-01", contract="2025-03-31")
    one.advance(to="2025-03-25")
    assert place(one, "renewal", "contract:C-1") == "preparing"
    one.observe("contract:C-1", contract_start="2025-04-01", contract_end="2025-04-30")
    assert place(one, "renewal", "contract:C-1") == "waiting"


def test_a_contract_of_a_year_is_listed_for_the_window_of_a_year_alone() -> None:
    one = journey("smb")
    listed = {due.name for due in one.next_due(within="9 years")}
    assert {"prepare", "propose"} <= listed
    assert "prepare_short" not in listed
