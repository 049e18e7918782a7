"""Questions about time: what falls due, what is overdue, what would happen if nothing else did, and the story told."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

import pytest

import journeykit as jk
from journeykit.answers.due_list import overdue
from journeykit.dates import Period
from journeykit.engine.view import View

CLOCK = """\
profile: clock
version: "1"
timezone: Europe/Lisbon
roles: {customer: {side: customer}, csm: {side: us}, sales: {side: us}}
subjects: {seat: {opens_with: main}, contract: {term: [starts_on, ends_on]}}
feeds: {usage: {down_after: 3 days}}
facts:
  account: {score: {type: number, feed: usage}, audit_on: {type: date}}
  seat: {ratio: {type: share, stale_after: 30 days}}
  contract: {notice_period: {type: duration}, ending: {type: choice, of: [by_hand, automatically, cancel]}}
signals:
  logged_in: {feed: usage}
  complained: {lasts: 10 days}
  review_held: {}
confirmations:
  praised: {by: customer, lasts: 3 months}
  signed: {by: [customer, sales], per: term}
  decided: {by: customer, per: term}
  cancelled: {by: customer, per: term}
tracks:
  care:
    per: seat
    stages:
      calm:
        typical: 1..2 months
        exit: {to: busy, when: {good: ratio >= 70%}, handoff: {giver: sales, receiver: csm}}
      busy:
        typical: 60..120+ days
        moves: {quieter: {to: calm, when: {low: ratio < 40%}}}
  mood:
    cadences: {review: {every: 3 months, done_by: review_held, role: csm, label: Review}}
    stages: {good: {}, bad: {}}
    moves:
      worse: {kind: regress, from: [good], to: bad, when: {low: score < 50, loud: unsettled(complained)}}
      better: {kind: recover, from: [bad], to: good, when: {word: confirmed(praised), over: not unsettled(complained)}}
  renewal:
    per: contract
    countdown:
      to: ends_on
      milestones:
        prepare: {before: 90 days, work: preparing, role: sales, label: Begin to talk}
        audit: {before: 10 days, of: audit_on}
        decide: {before: 30 days, needs: confirmed(decided) or confirmed(signed)}
      notice: {before: {fact: notice_period, else: 60 days}, given_by: cancelled}
      renews: {at_end: {fact: ending, else: by_hand}}
      grace: 15 days
    stages: {waiting: {}, preparing: {}, lost: {end: lost}}
    moves:
      opened: {from: [waiting], to: preparing, when: {open: reached(prepare)}}
      renewed: {from: open, kind: renew, to: waiting, when: {signed: confirmed(signed)}, begins_term: true}
      over: {from: open, kind: churn, to: lost, when: {over: reached(grace_over)}}
"""
CONTRACT, SEAT = "contract:C-1", "seat:main"


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> jk.Machine:
    path = tmp_path_factory.mktemp("clock") / "clock.yaml"
    path.write_text(CLOCK, encoding="utf-8")
    return jk.load(path)


@pytest.fixture
def one(machine: jk.Machine) -> jk.Journey:
    """An account of half a year, whose contract ends in another half."""
    acme = jk.Journey(machine, account="acme", at="2026-01-05")
    acme.open(CONTRACT, starts_on="2026-01-05", ends_on="2027-01-04")
    acme.observe(score=80, audit_on="2026-09-01", at="2026-06-20")
    acme.signal("review_held")
    return acme


def told(dues: Any) -> dict[tuple[str, str], tuple[str, str, bool, str]]:
    return {(due.subject, due.name): (due.on.isoformat(), due.role, due.done, due.what) for due in dues}


# -- what falls due


def test_every_kind_of_date_with_its_role_in_words(one: jk.Journey) -> None:
    found = one.next_due()
    assert [due.at for due in found] == sorted(due.at for due in found)
    assert told(found) == {
        ("account", "usage"): ("2026-06-23", "", False, "usage is down if not heard until then"),
        ("account", "review"): ("2026-07-05", "csm", True, "Review: review_held, done on 2026-06-20"),
        (CONTRACT, "audit"): ("2026-08-22", "", False, "10 days before audit_on"),
        (CONTRACT, "prepare"): ("2026-10-06", "sales", False, "Begin to talk: be at preparing (now waiting)"),
        (CONTRACT, "notice"): ("2026-11-05", "customer", False, "last day to give notice (cancelled)"),
        (CONTRACT, "decide"): ("2026-12-05", "customer or sales", False, "needs decided given or signed given"),
        (CONTRACT, "end"): (
            "2027-01-04",
            "customer or sales",
            False,
            "the term ends; not renewed yet, needs signed given",
        ),
        (CONTRACT, "grace_over"): (
            "2027-01-19",
            "customer or sales",
            False,
            "last day of grace; not renewed yet, needs signed given",
        ),
    }
    assert {due.track for due in found} == {None, "mood", "renewal"}
    assert {due.name: due.occasion for due in found if due.name in ("usage", "review", "end")} == {
        "usage": "2026-06-20",
        "review": "2",
        "end": "0",
    }


@pytest.mark.parametrize(
    ("change", "name", "role", "done", "what"),
    [
        (
            lambda one: one.confirm("decided", by="customer", subject=CONTRACT),
            "decide",
            "customer or sales",
            True,
            "(done)",
        ),
        (
            lambda one: one.place("renewal", "preparing", by="csm", subject=CONTRACT),
            "prepare",
            "sales",
            True,
            "be at preparing (done)",
        ),
        (lambda one: one.signal("review_held", at="2026-07-05"), "review", "csm", True, "done on 2026-07-05"),
        (lambda one: one.advance("2026-07-06"), "review", "csm", False, "review_held, not since 2026-07-05"),
        (
            lambda one: one.observe(CONTRACT, ending="automatically"),
            "end",
            "",
            False,
            "the term ends and renews by itself",
        ),
        (
            lambda one: one.observe(CONTRACT, ending="automatically"),
            "notice",
            "customer",
            False,
            "after it the term renews by itself",
        ),
        (
            lambda one: one.observe(CONTRACT, ending="cancel"),
            "end",
            "customer or sales",
            False,
            "the term ends; agreed to be over",
        ),
        (
            lambda one: one.confirm("cancelled", by="customer", subject=CONTRACT),
            "end",
            "customer or sales",
            False,
            "the term ends; notice was given on 2026-06-20",
        ),
    ],
)
def test_what_is_said_follows_what_happens(
    one: jk.Journey, change: Any, name: str, role: str, done: bool, what: str
) -> None:
    change(one)
    due = next(due for due in one.next_due() if due.name == name)
    assert (due.role, due.done) == (role, done)
    assert due.what.endswith(what), due.what


def test_within_counts_days(one: jk.Journey) -> None:
    """What ends on the last day is among them, though its instant is that of the day after."""
    one.advance("2026-12-05T15:00Z")
    assert [due.name for due in one.next_due("30 days")] == ["end"]
    assert [due.name for due in one.next_due(Period(0, 29))] == []
    with pytest.raises(jk.InputError, match="within: expected a period"):
        one.next_due("soon")


def beats(found: Any) -> list[tuple[str, str, bool, str]]:
    return [(due.on.isoformat(), due.occasion, due.done, due.what) for due in found if due.name == "review"]


def test_a_period_lists_every_date_of_a_cadence(one: jk.Journey) -> None:
    """The next is done already; the later ones are not, whatever was done by now."""
    assert beats(one.next_due("9 months")) == [
        ("2026-07-05", "2", True, "Review: review_held, done on 2026-06-20"),
        ("2026-10-05", "3", False, "Review: review_held, from 2026-07-05 on"),
        ("2027-01-05", "4", False, "Review: review_held, from 2026-10-05 on"),
    ]
    assert {due.role for due in one.next_due("9 months") if due.name == "review"} == {"csm"}
    assert len(beats(one.next_due("199 days"))) == 3
    assert len(beats(one.next_due("198 days"))) == 2, "the last day is in it"
    assert len(beats(one.next_due())) == 1, "no period, no last date"


def test_a_period_lists_the_running_term_once(one: jk.Journey) -> None:
    """What later terms would bring is for a forecast to tell."""
    one.observe(CONTRACT, ending="automatically")
    dates = [due.name for due in one.next_due("5 years") if due.subject == CONTRACT]
    assert sorted(dates) == ["audit", "decide", "end", "notice", "prepare"]
    ahead = one.forecast("5 years")
    assert len([each for each in ahead if each.subject == CONTRACT and each.name == "end"]) > 1


def test_a_century_of_days_is_listed_and_more_is_refused_of_a_whole_book(tmp_path: Any) -> None:
    path = tmp_path / "daily.yaml"
    path.write_text(CLOCK.replace("{every: 3 months,", "{every: 1 day,"), encoding="utf-8")
    acme = jk.Journey(jk.load(path), account="acme", at="2026-01-05")
    assert len(beats(acme.next_due("100 years"))) == (date(2126, 1, 5) - date(2026, 1, 5)).days
    book = jk.replay_book(
        [{"kind": "begin", "account": "acme", "at": "2026-01-05", "profile": "clock"}], machines=acme.machine
    )
    assert len(book.due("100 years")) > 36_500
    with pytest.raises(jk.InputError, match="within: 101 years is longer than 100 years") as refused:
        book.due("101 years")
    assert refused.value.code == "out_of_range"
    last = jk.Journey(acme.machine, account="last", at="9999-12-01")
    assert beats(last.next_due("1 year"))[-1][0] == "9999-12-30", "the edge of the calendar"


def test_who_stays_too_long_is_for_who_hands_on(machine: jk.Machine) -> None:
    acme = jk.Journey(machine, account="acme", at="2026-01-05")
    due = told(acme.next_due())[SEAT, "stuck"]
    assert due == ("2026-04-05", "sales", False, "stuck in calm, if it is still there after 3 months")
    acme.advance("2026-05-01")
    late = told(overdue(View(machine, acme.snapshot)))
    assert late == {
        (SEAT, "stuck"): ("2026-04-05", "sales", False, "stuck in calm, since 2026-01-05, longer than 3 months"),
        ("account", "review"): ("2026-04-05", "csm", False, "Review: review_held, not since 2026-01-05"),
        ("account", "usage"): ("2026-01-08", "", False, "usage was never heard, so what it carries is unknown"),
    }


def test_what_is_overdue_until_it_is_done(one: jk.Journey) -> None:
    one.advance("2027-01-06")
    late = told(overdue(View(one.machine, one.snapshot)))
    assert {key: due[0] for key, due in late.items()} == {
        ("account", "usage"): "2026-06-23",
        ("account", "review"): "2027-01-05",
        (CONTRACT, "decide"): "2026-12-05",
        (CONTRACT, "end"): "2027-01-04",
        (SEAT, "stuck"): "2026-04-05",
    }
    assert late[CONTRACT, "end"][3] == "the term ended; not renewed yet, needs signed given"
    assert late["account", "usage"][3] == "usage is down, last heard on 2026-06-20"
    one.signal("review_held")
    one.feed("usage")
    one.confirm("signed", by="sales", subject=CONTRACT)
    assert list(told(overdue(View(one.machine, one.snapshot)))) == [(SEAT, "stuck")]
    one.advance("2029-01-01")
    assert (CONTRACT, "end") not in told(overdue(View(one.machine, one.snapshot))), "lost: nothing is due any more"


def test_an_open_milestone_stays_overdue_since_its_day_when_the_end_moves(one: jk.Journey) -> None:
    one.advance("2026-12-10")
    assert told(overdue(View(one.machine, one.snapshot)))[CONTRACT, "decide"][0] == "2026-12-05"
    one.observe(CONTRACT, ends_on="2027-02-15")  # the window stays open, and 30 days before that lie ahead
    assert told(overdue(View(one.machine, one.snapshot)))[CONTRACT, "decide"][0] == "2026-12-05"
    assert (CONTRACT, "decide") not in told(one.next_due())
    one.confirm("decided", by="customer", subject=CONTRACT)
    assert (CONTRACT, "decide") not in told(overdue(View(one.machine, one.snapshot)))


def test_no_grace_is_announced_where_nobody_means_to_sign(one: jk.Journey) -> None:
    assert (CONTRACT, "grace_over") in told(one.next_due())
    one.confirm("cancelled", by="customer", subject=CONTRACT)
    assert (CONTRACT, "grace_over") not in told(one.next_due())
    one.retract("cancelled", by="customer", subject=CONTRACT)
    assert (CONTRACT, "grace_over") in told(one.next_due())
    for ending in ("automatically", "cancel"):
        one.observe(CONTRACT, ending=ending)
        assert (CONTRACT, "grace_over") not in told(one.next_due())
    one.advance("2027-01-06")  # the end has come, and this profile has a grace for all that
    assert (CONTRACT, "grace_over") in told(one.next_due())


def test_a_contract_whose_end_nobody_knows(one: jk.Journey) -> None:
    one.open("contract:C-2", starts_on="2026-06-20")
    assert told(overdue(View(one.machine, one.snapshot)))["contract:C-2", "end_unknown"] == (
        "2026-06-20",
        "sales",
        False,
        "nobody knows when it ends (ends_on), so none of its dates falls due",
    )
    one.observe("contract:C-2", ends_on="2027-06-19")
    assert ("contract:C-2", "end_unknown") not in told(overdue(View(one.machine, one.snapshot)))


def test_a_contract_that_is_over_and_said_to_run(one: jk.Journey) -> None:
    def open_still() -> Any:
        return told(overdue(View(one.machine, one.snapshot))).get((CONTRACT, "after_end"))

    one.advance("2027-02-01")
    assert one.positions["renewal", CONTRACT] == "lost"
    one.observe(CONTRACT, ends_on="2027-01-31")  # over as well
    assert open_still() is None
    [amended] = [each for each in one.observe(CONTRACT, ends_on="2027-03-01") if each.kind == "amended"]
    assert amended.data["after_end"] is True
    what = "it was over when its end moved (ends_on: 2027-03-01): place it where it stands, or close it"
    assert open_still() == ("2027-02-01", "", False, what)
    assert not [due for due in one.next_due() if due.subject == CONTRACT]
    assert "though it was over" in str(one.timeline())
    assert any(due.name == "after_end" for due in one.explain("renewal", CONTRACT).overdue)
    again, placed, confirmed = one.copy(), one.copy(), one.copy()
    one.advance("2027-03-01")  # the last day counts
    assert open_still() is not None
    one.advance("2027-03-02")
    assert open_still() is None
    one = again
    one.close(CONTRACT)
    assert open_still() is None
    one = confirmed
    one.place("renewal", "lost", by="sales", subject=CONTRACT)  # a person says that it is over for all that
    assert open_still() is None
    one = placed
    one.place("renewal", "waiting", by="sales", subject=CONTRACT)
    assert (open_still(), (CONTRACT, "end") in told(one.next_due())) == (None, True)


def test_what_rests_is_not_overdue(tmp_path: Any) -> None:
    path = tmp_path / "clock.yaml"
    path.write_text(CLOCK.replace("done_by: review_held,", "done_by: review_held, except: [bad],"), encoding="utf-8")
    acme = jk.Journey(jk.load(path), account="acme", at="2026-01-05")
    acme.advance("2026-04-06")
    assert ("account", "review") in told(overdue(View(acme.machine, acme.snapshot)))
    acme.place("mood", "bad", by="csm")
    assert "review" not in {name for _, name in told((*overdue(View(acme.machine, acme.snapshot)), *acme.next_due()))}
    acme.place("mood", "good", by="csm", at="2026-09-10")
    assert told(acme.next_due())["account", "review"][0] == "2026-12-10"


# -- what would happen


def test_what_would_happen_if_nothing_else_did(one: jk.Journey) -> None:
    one.observe(SEAT, ratio=0.5)
    one.signal("complained")
    one.confirm("praised", by="customer")
    one.place("care", "calm", by="csm", subject=SEAT)
    before = (one.snapshot.to_dict(), one.records)
    found = one.forecast("1 year")
    assert (one.snapshot.to_dict(), one.records) == before
    lines = [str(happening) for happening in found]
    for line in (
        "2026-06-23  account: feed usage goes down",
        "2026-06-23  account: score turns unknown (feed usage is down); it was 80 on 2026-06-20",
        "2026-06-23  account: whether logged_in happens turns unknown (feed usage is down)",
        "2026-06-30  account: complained of 2026-06-20 lasts no longer",
        "2026-07-05  account: review comes due, number 2: done",
        "2026-07-20  seat:main: ratio turns unknown (is stale); it was 50% on 2026-06-20",
        "2026-08-20  seat:main: falls behind in calm: longer there than the typical 1..2 months",
        "2026-09-20  account: the confirmation praised of 2026-06-20 lasts no longer",
        "2026-09-20  seat:main: gets stuck in calm",
        "2026-10-05  account: review slips: not done",
        "2026-10-06  contract:C-1: moves waiting -> preparing because open (renewal.opened; milestone renewal.prepare)",
        "2026-11-06  contract:C-1: the notice deadline passes",
        "2026-12-05  contract:C-1: decide slips: what it needs is not met",
        "2027-01-05  contract:C-1: the term ends",
        "2027-01-20  contract:C-1: moves preparing -> lost because over (renewal.over; milestone renewal.grace_over)",
    ):
        assert line in lines, "\n".join(lines)
    assert [one.at for one in found] == sorted(one.at for one in found)
    assert [happening.kind for happening in found[:3]] == ["feed", "unknown", "unknown"]


def test_what_lapses_comes_before_what_that_sets_off(one: jk.Journey) -> None:
    one.place("mood", "bad", by="csm")
    one.signal("complained")
    one.confirm("praised", by="customer")
    found = [(happening.kind, happening.name) for happening in one.forecast("10 days") if happening.kind != "unknown"]
    assert found == [("feed", "usage"), ("lapsed", "complained"), ("moved", "mood.better")]


def test_what_turns_unknown_is_known_until_then(one: jk.Journey) -> None:
    one.observe(SEAT, ratio=0.5)
    moments = [happening for happening in one.forecast("60 days") if happening.kind in ("unknown", "behind")]
    assert {happening.name for happening in moments} == {"score", "logged_in", "ratio"}
    for happening, track, criterion in ((moments[0], "mood", "low"), (moments[-1], "care", "good")):
        for at, results in (
            (happening.at - timedelta(microseconds=1), {"met", "not met"}),
            (happening.at, {"unknown"}),
        ):
            again = jk.Journey.load(one.machine, one.snapshot)
            again.advance(at)
            points = [point for way in again.explain(track).moves for point in way.points if point.name == criterion]
            assert {point.result for point in points} <= results, happening


def test_what_a_new_term_ungives_does_not_turn_unknown_later(tmp_path: Any) -> None:
    path = tmp_path / "clock.yaml"
    text = CLOCK.replace(
        "  contract: {notice", "  term: {offer: {type: text, stale_after: 300 days}}\n  contract: {notice"
    )
    path.write_text(text, encoding="utf-8")
    acme = jk.Journey(jk.load(path), account="acme", at="2026-01-05")
    acme.open(CONTRACT, ends_on="2026-06-30", ending="automatically", at="2026-06-01", facts={"offer": "ten seats"})
    assert "offer" not in {happening.name for happening in acme.forecast("2 years")}
    assert "offer" not in {happening.name for happening in acme.forecast("2026-06-30")}
    acme.observe(CONTRACT, ending="by_hand", ends_on="2028-06-30")
    assert "offer" in {happening.name for happening in acme.forecast("2 years")}


LATER = """\
profile: later
version: "1"
tracks:
  way:
    stages:
      fresh: {moves: {on: {to: slow, when: {old: age(way.fresh) >= 10 days}}}}
      slow: {typical: 5 days, stuck_after: 9 days}
"""


def test_a_stay_that_begins_on_the_way_falls_behind_too(tmp_path: Any) -> None:
    path = tmp_path / "later.yaml"
    path.write_text(LATER, encoding="utf-8")
    acme = jk.Journey(jk.load(path), account="acme", at="2026-01-05")
    told = [(one.on.isoformat(), one.kind) for one in acme.forecast("30 days")]
    assert told == [("2026-01-15", "moved"), ("2026-01-20", "behind"), ("2026-01-24", "stuck")]


@cache
def shipped(name: str) -> jk.Journey:
    machine = jk.load(name)
    acme = jk.Journey(machine, account="acme", at="2025-01-06", timezone="America/Sao_Paulo")
    acme.observe(health_score=82, open_major_issues=0)
    acme.open("contract:C-1", contract_start="2025-01-06", contract_end="2026-01-05")
    acme.signal("budget_cut", at="2025-03-01")
    return acme


@pytest.mark.parametrize("name", jk.segments())
@pytest.mark.parametrize("days", [1, 90, 365, 900])
def test_the_forecast_is_what_a_tick_does(name: str, days: int) -> None:
    """Its records are those that time alone makes, in their order; what else it says makes none."""
    acme = shipped(name)
    end = acme.now + timedelta(days=days)
    tick = jk.parse_input({"kind": "tick", "account": "acme", "at": end.isoformat()})
    made = jk.step(acme.machine, acme.snapshot, tick).records
    found = [one for one in acme.forecast(end) if one.kind not in ("unknown", "lapsed", "behind")]
    assert [(one.at, one.subject, one.track, one.kind, one.name) for one in found] == [
        (record.at, record.subject, record.track, record.kind, record.name) for record in made
    ]


@pytest.mark.parametrize(
    ("until", "end"),
    [
        ("30 days", "2026-07-20"),
        (Period(1, 0), "2026-07-20"),
        ("P1M", "2026-07-20"),
        ("2026-07-20", "2026-07-20"),
        (date(2026, 7, 20), "2026-07-20"),
        ("2026-07-19T23:00Z", "2026-07-20"),
        (datetime(2026, 7, 19, 23, tzinfo=UTC), "2026-07-20"),
    ],
)
def test_until_when(one: jk.Journey, until: Any, end: str) -> None:
    assert one.forecast(until) == one.forecast(end)
    assert one.timeline(until).until == datetime(2026, 7, 19, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("until", "code", "says"),
    [
        ("soon", "bad_shape", "until: expected an instant, a date, or a period"),
        ("2026-07-20T10:00", "naive_instant", "until: .* has no zone"),
        ("2026-13-01", "bad_shape", "until: '2026-13-01' is not a date"),
        (7, "bad_shape", "until: expected an instant"),
        ("2026-06-01", "time_runs_back", "before the journey's present"),
    ],
)
def test_an_until_that_is_none(one: jk.Journey, until: Any, code: str, says: str) -> None:
    for ask in (one.forecast, one.timeline):
        with pytest.raises(jk.InputError, match=says) as caught:
            ask(until)
        assert caught.value.code == code


# -- the story


def test_what_is_to_come_is_told_day_by_day(one: jk.Journey) -> None:
    one.observe(CONTRACT, ends_on="2026-07-04")  # fires with the first instant of the 5th, when a review falls due
    to_come = one.timeline().to_come
    days = [happening.on for happening in to_come]
    assert days == sorted(days)
    assert [due.on for due in one.next_due()] == days
    names = [happening.name for happening in to_come]
    assert names.index("end") < names.index("review")


def test_the_story_in_another_language(tmp_path: Any) -> None:
    (tmp_path / "labels").mkdir()
    texts = {
        "stages": {"care.calm": "Em calma", "renewal.preparing": "Preparando"},
        "milestones": {"prepare": "Preparar"},
        "records": {"moved": "Mudou", "milestone": "Marco"},
    }
    (tmp_path / "labels" / "pt.yaml").write_text(json.dumps(texts), encoding="utf-8")
    (tmp_path / "clock.yaml").write_text(CLOCK, encoding="utf-8")
    acme = jk.Journey(jk.load(tmp_path / "clock.yaml"), account="acme", at="2026-01-05")
    acme.open(CONTRACT, ends_on="2026-12-31")
    acme.advance("2026-06-01")
    for text in (str(acme.timeline("1 year", lang="pt")), "\n".join(map(str, acme.forecast("1 year", lang="pt")))):
        assert "-> Preparando" in text
        assert "Marco: Preparar comes due" in text
        assert "Mudou: moves " in text
    assert "got stuck in Em calma" in str(acme.timeline(lang="pt"))
    assert "at Em calma" in str(acme.explain("care", lang="pt"))
    assert acme.explain("care", lang="pt").to_dict()["positions"] == acme.explain("care").to_dict()["positions"]


def test_the_story_of_an_account(one: jk.Journey) -> None:
    one.observe(SEAT, ratio=0.74, id="crm-7", at="2026-07-01")
    one.handoff("care.calm.exit", "accepted", by="csm", subject=SEAT)
    one.observe(CONTRACT, ends_on="2027-03-31", id="crm-8")
    one.feed("usage")
    one.advance("2026-07-10")
    text = str(one.timeline())
    assert text.startswith("acme, until 2026-07-10 (Europe/Lisbon)\n  2026-01-05  account       opened (begin)\n")
    past, _, rest = text.partition("\noverdue\n")
    for line in (
        "2026-06-20  account       review_held was heard and moved nobody (signal)",
        "2026-04-05  account       review slipped: not done",
        "2026-04-05  seat:main     got stuck in calm",
        "2026-06-23  account       feed usage went down",
        "2026-07-01  seat:main     ready for care.calm.exit, waited for the handoff (observe crm-7)",
        "2026-07-01  seat:main     moved calm -> busy because good (ratio 74%) (care.calm.exit; handoff)",
        "2026-07-01  contract:C-1  ends_on changed from 2027-01-04 to 2027-03-31 (observe crm-8)",
        "2026-07-01  account       feed usage came up again",
    ):
        assert f"  {line}" in past.splitlines(), text
    late, _, ahead = rest.partition("\nto come\n")
    assert late == "  2026-07-04  account  usage is down, last heard on 2026-07-01"
    assert ahead.splitlines()[0] == "  2026-08-22  contract:C-1  audit: 10 days before audit_on"
    assert "2026-12-31  contract:C-1  prepare: Begin to talk: be at preparing (now waiting) [sales]" in ahead
    until = str(one.timeline(until="2027-01-01"))
    assert "to come until 2027-01-01, if nothing else happens\n" in until
    assert "  2026-12-31  contract:C-1  moves waiting -> preparing because open" in until


def test_the_story_as_data(one: jk.Journey) -> None:
    raw = json.loads(json.dumps(one.timeline(until="1 year").to_dict(), allow_nan=False))
    assert list(raw) == ["account", "timezone", "at", "until", "past", "overdue", "to_come"]
    assert len(raw["past"]) == len(one.records)
    assert raw["past"][0] == {
        "at": "2026-01-05T00:00:00+00:00",
        "on": "2026-01-05",
        "account": "acme",
        "subject": "account",
        "track": None,
        "kind": "opened",
        "name": "account",
        "what": "opened (begin)",
    }
    assert {one["kind"] for one in raw["to_come"]} >= {"feed", "unknown", "milestone", "moved", "slipped", "cadence"}


@pytest.mark.parametrize("name", jk.segments())
def test_every_kind_of_record_has_words(name: str) -> None:
    acme = jk.Journey.load(shipped(name).machine, shipped(name).snapshot, records=shipped(name).records)
    acme.place("retention", "at_risk", by="csm", why="bad\x1b[2Jnews")
    acme.signal("merger", name="newco")
    acme.signal("merger", name="newco")
    acme.close("workstream:newco", reason="joined\u2028again")
    acme.zone("Asia/Tokyo", at="2025-04-01")
    acme.confirm("notice_to_cancel", by="customer", subject="contract:C-1", at="2025-10-01")
    acme.retract("notice_to_cancel", by="customer", subject="contract:C-1")
    acme.observe("contract:C-1", contract_end="2026-12-31")
    acme.term("contract:C-1")
    acme.open("contract:C-2", contract_start="2025-01-06", contract_end="2025-10-10")
    acme.advance("2027-01-01")
    text = str(acme.timeline(until="1 year"))
    assert not {"\x1b", "\u2028"} & set(text)
    for part in (
        "placed at at_risk by csm: bad\ufffd[2Jnews",
        "not opened again",
        "closed: joined",
        "timezone changed",
    ):
        assert part in text
    for part in ("notice was given", "notice was taken back", "term 2 began", "the countdown started late"):
        assert part in text


def test_what_was_done_on_the_day_of_the_opening_but_before_it_does_not_count(tmp_path: Any) -> None:
    text = CLOCK.replace(
        "    per: seat\n", "    per: seat\n    cadences: {call: {every: 1 month, done_by: review_held}}\n", 1
    )
    path = tmp_path / "clock.yaml"
    path.write_text(text, encoding="utf-8")
    acme = jk.Journey(jk.load(path), account="acme", at="2026-01-05")
    acme.signal("review_held", at="2026-02-02T09:00Z")
    acme.open("seat:late", at="2026-02-02T15:00Z")
    acme.advance("2026-03-03")
    slipped = [record for record in acme.records if (record.kind, record.subject) == ("slipped", "seat:late")]
    assert [record.name for record in slipped] == ["call"]
    late = told(overdue(View(acme.machine, acme.snapshot)))
    assert late["seat:late", "call"][3] == "review_held, not since 2026-02-02"


REMINDED = """
profile: reminded
version: "1"
roles: {customer: {side: customer}, csm: {side: us}}
subjects: {contract: {term: [starts_on, ends_on]}}
confirmations: {leaves: {by: customer, per: contract}}
facts: {contract: {offer_sent: {type: boolean}}}
tracks:
  renewal:
    per: contract
    countdown:
      milestones:
        offer: {before: 45 days, needs: offer_sent, when: not confirmed(leaves), role: csm}
        remind: {before: 14 days, again: true, for_terms: 60 days, when: not confirmed(leaves), label: Remind them}
    stages: {waiting: {}}
"""


def reminded(ends_on: str = "2026-12-31") -> jk.Journey:
    machine = jk.compile_profile(jk.read_text(REMINDED))
    journey = jk.Journey(machine, account="acme", at="2026-01-01")
    journey.open("contract:C", starts_on="2026-01-01", ends_on=ends_on)
    return journey


def listed(journey: jk.Journey) -> list[str]:
    view = View(journey.machine, journey.snapshot)
    return [f"{due.on} {due.name}" for due in (*overdue(view), *journey.next_due()) if due.name != "end"]


def test_what_does_not_apply_is_in_no_list() -> None:
    journey = reminded()
    assert listed(journey) == ["2026-11-16 offer", "2026-12-17 remind"]
    journey.confirm("leaves", by="customer", subject="contract:C", at="2026-03-01")
    assert listed(journey) == []
    journey.retract("leaves", by="customer", subject="contract:C", at="2026-11-20")
    assert [each.name for each in journey.records if each.kind == "slipped"] == ["offer"]
    assert listed(journey) == ["2026-11-16 offer", "2026-12-17 remind"]
    journey.confirm("leaves", by="customer", subject="contract:C", at="2026-11-21")
    assert listed(journey) == []


def test_a_reminder_is_listed_for_the_present_end() -> None:
    journey = reminded()

    def occasions() -> dict[str, str]:
        return {due.name: due.occasion for due in journey.next_due()}

    first = occasions()
    journey.advance("2026-12-20")
    assert listed(journey) == ["2026-11-16 offer"]
    journey.observe("contract:C", ends_on="2027-01-31")
    # Another end is another reminder, for a host that deals with each once; the work of the window is the same.
    assert (first["remind"], occasions()["remind"]) == ("0 2026-12-31", "0 2027-01-31")
    assert first["end"] == occasions()["end"] == "0"
    assert listed(journey) == ["2026-11-16 offer", "2027-01-17 remind"]
    ahead = [one for one in journey.forecast("2027-02-01") if one.kind == "milestone"]
    assert [f"{one.on} {one.name}" for one in ahead] == ["2027-01-17 remind", "2027-02-01 end"]


def test_a_short_term_has_no_date_to_list() -> None:
    assert listed(reminded("2026-02-28")) == ["2026-01-14 offer"]
    assert listed(reminded("2026-03-01")) == ["2026-01-15 offer", "2026-02-15 remind"]
