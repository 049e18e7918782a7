"""``Journey``, as a program uses it: what it takes, what it refuses, what it remembers."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

import journeykit as jk

CLUB = """\
profile: club
version: "1"
timezone: Europe/Lisbon
roles: {member: {side: customer}, coach: {side: us}}
subjects:
  class: {opens_with: first}
  pass: {term: [starts_on, ends_on]}
feeds: {door: {down_after: 3 days}}
facts:
  account: {subject: {type: text}, visits: {type: integer}, passed: {type: integer, feed: door}}
  class: {placed: {type: boolean}, id: {type: number}, facts: {type: number}, self: {type: boolean}}
signals:
  joined: {carries: {name: text, subject: text, guests: integer}}
  hurt: {per: class}
confirmations: {agreed: {by: member, per: class}}
reactions:
  joined: {upon: joined, opens: {class: {named: "{name}"}}}
tracks:
  skill:
    per: class
    stages:
      learning:
        success: {placed: {is: placed, waivable_by: coach}, agreed: confirmed(agreed)}
        exit: {to: playing, handoff: {giver: member, receiver: coach}}
      playing: {}
  renewal:
    per: pass
    countdown: {to: ends_on, milestones: {ask: {before: 10 days}}}
    stages: {waiting: {}, asking: {}}
    moves: {ask: {from: [waiting], to: asking, when: {due: reached(ask)}}}
"""
FIRST = "class:first"


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> jk.Machine:
    path: Path = tmp_path_factory.mktemp("club") / "club.yaml"
    path.write_text(CLUB, encoding="utf-8")
    return jk.load(path)


@pytest.fixture
def one(machine: jk.Machine) -> jk.Journey:
    return jk.Journey(machine, account="ada", at="2026-07-01", id="b-1")


def kinds(records: tuple[jk.Record, ...]) -> list[str]:
    return [record.kind for record in records]


def test_every_kind_of_input_has_its_method(one: jk.Journey) -> None:
    assert kinds(one.observe(visits=1)) == []
    assert kinds(one.confirm("agreed", by="member", subject=FIRST, evidence="a letter")) == []
    assert kinds(one.waive("skill.learning.success.placed", by="coach", subject=FIRST)) == ["waived", "ready"]
    assert kinds(one.retract("skill.learning.success.placed", by="coach", subject=FIRST)) == ["retracted"]
    assert kinds(one.observe(FIRST, placed=True)) == []
    assert kinds(one.retract("agreed", by="member", subject=FIRST)) == ["retracted", "not_ready"]
    assert kinds(one.confirm("agreed", by="member", subject=FIRST)) == ["ready"]
    assert kinds(one.handoff("skill.learning.exit", "accepted", by="coach", subject=FIRST)) == ["moved"]
    assert kinds(one.place("skill", "learning", by="coach", subject=FIRST, why="a new course"))[:1] == ["placed"]
    assert kinds(one.signal("hurt", subject=FIRST)) == ["heard"]
    assert kinds(one.open("pass:p", ends_on="2026-12-31")) == ["opened"]
    assert kinds(one.term("pass:p", why="agreed by phone")) == ["term"]
    assert kinds(one.close("pass:p", reason="moved away")) == ["closed"]
    assert kinds(one.feed("door")) == []
    assert kinds(one.zone("Asia/Tokyo")) == ["amended"]
    assert kinds(one.advance("2026-08-01")) == ["feed"]
    assert kinds(one.send({"kind": "tick", "account": "ada", "at": "2026-08-02"})) == []
    assert [entry.kind for entry in one.inputs] == [
        *("begin", "observe", "confirm", "waive", "retract", "observe", "retract", "confirm", "handoff", "place"),
        *("signal", "open", "term", "close", "feed", "zone", "tick", "tick"),
    ]
    assert [record.n for record in one.records] == [*range(1, len(one.records) + 1)]
    assert len({record.id for record in one.records}) == len(one.records)


def test_names_that_are_also_those_of_parameters(one: jk.Journey) -> None:
    """A signal may carry a ``name``; facts called like a parameter come in the mapping."""
    opened = one.signal("joined", name="second", guests=2)
    assert [record.subject for record in opened] == ["class:second"]
    one.signal("joined", carries={"subject": "x", "name": "third"})
    assert "class:third" in one.snapshot.subjects
    one.observe(facts={"subject": "the second one"}, visits=3)
    one.observe(subject="class:second", facts={"id": 1, "facts": 2}, self=True)
    assert {name: entry[0] for name, entry in one.snapshot.subjects["class:second"].facts.items()} == {
        "id": 1,
        "facts": 2,
        "self": True,
    }
    assert one.snapshot.subjects["account"].facts["subject"][0] == "the second one"
    one.open("class:fourth", facts={"id": 4}, self=False)
    assert one.snapshot.subjects["class:fourth"].facts["id"][0] == 4
    with pytest.raises(TypeError):
        one.signal(name="joined")  # type: ignore[call-arg]


NAIVE = datetime(2026, 7, 2)  # noqa: DTZ001
LISBON_SUMMER = timezone(timedelta(hours=1))


@pytest.mark.parametrize(
    ("at", "instant"),
    [
        ("2026-07-02", "2026-07-01T23:00"),  # the first instant of that day in Lisbon, an hour ahead in summer
        (date(2026, 7, 2), "2026-07-01T23:00"),
        ("2026-07-02T09:00Z", "2026-07-02T09:00"),
        ("2026-07-02T09:00+01:00", "2026-07-02T08:00"),
        (datetime(2026, 7, 2, 9, tzinfo=UTC), "2026-07-02T09:00"),
        (datetime(2026, 7, 2, 9, tzinfo=LISBON_SUMMER), "2026-07-02T08:00"),
        (None, "2026-06-30T23:00"),  # the journey's present
    ],
)
def test_instants_and_dates(one: jk.Journey, at: Any, instant: str) -> None:
    one.observe(visits=1, at=at)
    assert one.now == datetime.fromisoformat(f"{instant}+00:00")
    assert one.inputs[-1].at == one.now


def test_the_account_has_a_zone_of_its_own(machine: jk.Machine) -> None:
    far = jk.Journey(machine, account="bo", at="2026-07-01", timezone="Asia/Tokyo")
    assert far.now == datetime(2026, 6, 30, 15, tzinfo=UTC)
    far.open("pass:p", ends_on="2026-12-31")
    (due,) = (due for due in far.next_due() if due.name == "ask")
    assert (due.on, due.at) == (date(2026, 12, 21), datetime(2026, 12, 20, 15, tzinfo=UTC))
    assert far.next_due(within="10 days") == ()


@pytest.mark.parametrize(
    ("call", "code", "says"),
    [
        (lambda one: one.observe(visits=1, at="2026-07-02T09:00"), "naive_instant", "at: .* has no zone"),
        (lambda one: one.observe(visits=1, at=NAIVE), "naive_instant", "at: .* has no zone"),
        (lambda one: one.observe(visits=1, at="the zone"), "bad_shape", "at: 'the zone' is not a date"),
        (lambda one: one.observe(visits=1, at=20260702), "bad_shape", "at: expected an instant"),
        (lambda one: one.observe(visits=1, at="2026-06-01"), "time_runs_back", "before the journey's present"),
        (lambda one: one.observe(visits="many"), "wrong_type", "fact 'visits': expected a whole number"),
        (lambda one: one.observe(visit=1), "unknown_name", "did you mean"),
        (lambda one: one.observe("class:ninth", placed=True), "unknown_subject", "open ones: account, class:first"),
        (lambda one: one.observe("frist", placed=True), "unknown_subject", "did you mean .class:first"),
        (lambda one: one.observe(None, visits=1), "bad_shape", "subject: expected a key"),
        (lambda one: one.observe(visits=1, id=7), "bad_shape", "id: expected text"),
        (lambda one: one.open("account"), "bad_shape", "subject: missing"),
        (lambda one: one.open(FIRST), "subject_taken", "was opened before; observe it"),
        (lambda one: one.close(FIRST, into="class:ninth"), "unknown_subject", "into: 'class:ninth' is not open"),
        (lambda one: one.close(FIRST, into="ninth"), "unknown_subject", "into: 'ninth' is not open"),
        (lambda one: one.close("class:ninth", into=FIRST), "unknown_subject", "subject: 'class:ninth' is not open"),
        (lambda one: one.open("pass:p", renewals=1001), "out_of_range", "renewals: more than 1,000 cannot be meant"),
        (lambda one: one.open("pass:p", renewals=10**5000), "out_of_range", "renewals: a number beyond 10.15"),
        (lambda one: one.observe(visits=1, at="2926-07-02"), "in_the_future", "10 years after .*; send the right year"),
        (lambda one: one.zone("localtime"), "bad_shape", "timezone: 'localtime' is the zone of this machine"),
        (lambda one: one.signal("hurt"), "wrong_subject", "open: class:first"),
        (lambda one: one.signal("joined", guests="two"), "wrong_type", "carries guests: expected a whole number"),
        (lambda one: one.signal(7), "bad_shape", "signal: expected text"),
        (lambda one: one.confirm("agreed", by=None, subject=FIRST), "bad_shape", "by: missing"),
        (lambda one: one.confirm("agreed", by="coach", subject=FIRST), "wrong_role", "is for member to say"),
        (
            lambda one: one.handoff("skill.learning.exit", "taken", by="coach", subject=FIRST),
            "bad_shape",
            "what: expected offered",
        ),
        (
            lambda one: one.open("pass:p", starts_on="2026-08-01", ends_on="2026-07-31"),
            "out_of_range",
            "fact 'ends_on': 'pass:p' cannot end on 2026-07-31, before it starts on 2026-08-01 .'starts_on'.; send",
        ),
        (
            lambda one: one.open("pass:p", ends_on="9999-12-31"),
            "out_of_range",
            "fact 'ends_on': 9999-12-31 of 'pass:p' is more than 30 years from 2026-07-01, the account's present; send",
        ),
        (lambda one: one.send({"kind": "tick", "account": "bo", "at": "2026-07-02"}), "unknown_account", "'bo'"),
        (lambda one: one.send({"kind": "tock", "account": "ada", "at": "2026-07-02"}), "unknown_kind", "mean .tick"),
        (lambda one: one.send(["tick"]), "bad_shape", "an input is a mapping"),
        (lambda one: one.send(jk.Input("observe", "ada", one.now)), "bad_shape", "facts: missing"),
        (lambda one: one.send(jk.Input("begin", "ada", one.now, data={"profile": "club"})), "already_begun", "once"),
    ],
)
def test_a_refusal_changes_nothing(one: jk.Journey, call: Any, code: str, says: str) -> None:
    before = (one.snapshot.to_dict(), one.records, one.inputs)
    with pytest.raises(jk.InputError, match=says) as caught:
        call(one)
    assert caught.value.code == code
    assert (one.snapshot.to_dict(), one.records, one.inputs) == before


def test_questions_about_time_change_nothing(one: jk.Journey) -> None:
    one.open("pass:p", ends_on="2026-07-20", at="2026-07-02")
    before = (one.snapshot.to_dict(), one.records, one.inputs)
    assert [due.name for due in one.next_due("10 days")] == ["ask"]
    assert [happening.kind for happening in one.forecast("10 days")] == ["milestone", "moved"]
    assert str(one.timeline("10 days")).splitlines()[-1].startswith("  2026-07-10  pass:p  moves waiting -> asking")
    assert str(one.timeline()).splitlines()[-1] == "  2026-07-20  pass:p  end: the term ends; not renewed yet"
    assert (one.snapshot.to_dict(), one.records, one.inputs) == before


def test_an_id_is_taken_once(one: jk.Journey) -> None:
    assert kinds(one.signal("hurt", subject=FIRST, at="2026-07-03", id="s-1")) == ["heard"]
    one.observe(visits=1, at="2026-07-05")
    before = (one.snapshot.to_dict(), one.records, one.inputs)
    assert one.signal("hurt", subject=FIRST, at="2026-07-03", id="s-1") == ()
    assert one.signal("hurt", subject=FIRST, at="2026-07-02T23:00Z", id="s-1") == ()  # the same instant, said otherwise
    assert (one.snapshot.to_dict(), one.records, one.inputs) == before
    for other in ({"at": "2026-07-04"}, {"subject": "class:other", "at": "2026-07-03"}):
        with pytest.raises(jk.InputError, match="id 's-1' was taken before with other content") as caught:
            one.signal("hurt", **{"subject": FIRST, "id": "s-1"} | other)
        assert caught.value.code == "conflict"
    assert len(one.signal("hurt", subject=FIRST)) == len(one.signal("hurt", subject=FIRST)) == 1  # without an id: twice


def test_a_date_and_its_text_are_one_content(one: jk.Journey) -> None:
    one.open("pass:p", id="p-1", ends_on=date(2026, 12, 31))
    line = {"kind": "open", "account": "ada", "at": "2026-07-01", "id": "p-1", "subject": "pass:p"}
    assert one.send({**line, "facts": {"ends_on": "2026-12-31"}}) == ()


def test_a_refused_id_may_come_again(one: jk.Journey) -> None:
    with pytest.raises(jk.InputError):
        one.observe(visits="many", id="v-1")
    one.observe(visits=1, id="v-1")
    assert one.snapshot.subjects["account"].facts["visits"][0] == 1


def test_going_on_from_a_stored_snapshot(one: jk.Journey) -> None:
    one.confirm("agreed", by="member", subject=FIRST, id="w-1")
    stored = json.loads(json.dumps(one.snapshot.to_dict()))
    again = jk.Journey.load(one.machine, stored, inputs=one.inputs, records=one.records)
    assert (again.account, again.now, again.positions) == (one.account, one.now, one.positions)
    assert again.confirm("agreed", by="member", subject=FIRST, at="2026-07-01", id="w-1") == ()
    for journey in (one, again):
        journey.observe(FIRST, at="2026-07-09", placed=True)
        journey.handoff("skill.learning.exit", "accepted", by="coach", subject=FIRST)
    assert again.snapshot.to_dict() == one.snapshot.to_dict()
    assert again.records == one.records
    assert str(again.explain("skill")) == str(one.explain("skill"))


def test_the_log_is_enough(one: jk.Journey) -> None:
    one.observe(FIRST, at="2026-07-09", placed=True)
    one.signal("joined", name="second")
    history = jk.replay(one.machine, one.inputs)
    assert history.snapshot is not None
    assert history.snapshot.to_dict() == one.snapshot.to_dict()
    assert history.records == one.records


def test_a_clock_says_when(machine: jk.Machine) -> None:
    clock = jk.ManualClock("2026-07-01T09:00Z")
    one = jk.Journey(machine, account="ada", clock=clock)
    one.open("pass:p", ends_on="2026-07-31")
    clock.advance(by="25 days")
    assert kinds(one.advance()) == ["milestone", "moved"]
    assert one.now == clock.now() == datetime(2026, 7, 26, 9, tzinfo=UTC)
    one.observe(visits=1, at="2026-07-27")
    with pytest.raises(jk.InputError, match="before the journey's present"):
        one.observe(visits=2)  # the clock stands a day behind
    again = jk.Journey.load(machine, one.snapshot.to_dict(), clock=jk.ManualClock("2026-08-02"))
    again.advance()
    assert again.now == datetime(2026, 8, 2, tzinfo=UTC)


def test_a_journey_begins_somewhere(machine: jk.Machine) -> None:
    with pytest.raises(jk.InputError, match="say when the journey begins, or give a clock"):
        jk.Journey(machine, account="ada")
    with pytest.raises(jk.InputError, match="account: expected the account's id"):
        jk.Journey(machine, account="", at="2026-07-01")
    with pytest.raises(jk.InputError, match="timezone: there is no zone 'Europe/Lisboa'; did you mean 'Europe/Lisbon'"):
        jk.Journey(machine, account="ada", at="2026-07-01", timezone="Europe/Lisboa")


def test_warnings_of_merging_stay_on_the_machine(tmp_path: Path) -> None:
    (tmp_path / "club.yaml").write_text(CLUB, encoding="utf-8")
    child = 'profile: child\nversion: "1"\nextends: club.yaml\nfacts: {account: {weather: null}}\n'
    (tmp_path / "child.yaml").write_text(child, encoding="utf-8")
    found = [finding for finding in jk.load(tmp_path / "child.yaml").findings if finding.code == "JK016"]
    assert [finding.path for finding in found] == ["facts.account.weather"]


def test_a_zone_dated_by_a_day_is_logged_in_the_zone_before_it(machine: jk.Machine, one: jk.Journey) -> None:
    one.zone("Pacific/Auckland", at="2026-07-05", id="z")  # the first instant of the 5th in Lisbon
    assert one.inputs[-1].at == datetime(2026, 7, 4, 23, tzinfo=UTC)
    assert jk.replay(machine, one.inputs).records == one.records


def test_a_day_delivered_again_is_read_as_it_was_the_first_time(machine: jk.Machine, one: jk.Journey) -> None:
    told = {"kind": "observe", "account": "ada", "at": "2026-07-02", "id": "o", "facts": {"visits": 1}}
    one.send(told)
    one.zone("Pacific/Auckland", at="2026-07-05")
    assert one.send(told) == ()
    with pytest.raises(jk.InputError, match="other content"):
        one.send({**told, "at": "2026-07-03"})
