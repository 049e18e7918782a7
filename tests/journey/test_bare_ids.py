"""One spelling of a subject everywhere: a whole key, or a bare id where only one open subject has it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import journeykit as jk

TEXT = """\
profile: shop
version: "1"
roles: {customer: {side: customer}, csm: {side: us}}
subjects: {team: {opens_with: main}, site: {}, deal: {term: [starts_on, ends_on]}}
facts: {team: {ready: {type: boolean}}, site: {up: {type: boolean}}}
signals: {bell: {per: team}}
confirmations: {agreed: {by: customer, per: team}}
reactions:
  later: {when: {old: age(account) >= 10 days}, opens: {site: {named: annex}}}
tracks:
  work:
    per: team
    stages:
      a:
        success: {ready: {is: ready, waivable_by: csm}}
        exit: {to: b, when: {agreed: confirmed(agreed)}, handoff: {giver: csm, receiver: customer}}
      b: {}
    moves: {back: {from: [b], to: a, upon: bell}}
  place: {per: site, stages: {shut: {}, open: {}}, moves: {open: {from: [shut], to: open, when: {up: up}}}}
  renewal: {per: deal, countdown: {to: ends_on, milestones: {ask: {before: 10 days}}}, stages: {waiting: {}}}
  mood: {stages: {fine: {}}, never_ends: true}
"""


@pytest.fixture(scope="module")
def machine() -> jk.Machine:
    return jk.compile_profile(jk.read_text(TEXT))


@pytest.fixture
def one(machine: jk.Machine) -> jk.Journey:
    one = jk.Journey(machine, "acme", at="2026-01-05")
    one.open("site:north", id="o-1")
    one.open("site:a:b")
    one.open("deal:D-1", ends_on="2026-12-31")
    return one


CALLS: dict[str, tuple[str, Callable[[jk.Journey, str], Any]]] = {
    "observe": ("team:main", lambda one, key: one.observe(key, ready=False)),
    "observe, by name": ("team:main", lambda one, key: one.observe(subject=key, ready=False)),
    "observe, a colon in the id": ("site:a:b", lambda one, key: one.observe(key, up=False)),
    "close": ("site:north", lambda one, key: one.close(key)),
    "signal": ("team:main", lambda one, key: one.signal("bell", subject=key)),
    "confirm": ("team:main", lambda one, key: one.confirm("agreed", by="customer", subject=key)),
    "handoff": ("team:main", lambda one, key: one.handoff("work.a.exit", "offered", by="csm", subject=key)),
    "place": ("team:main", lambda one, key: one.place("work", "b", by="csm", subject=key)),
    "waive": ("team:main", lambda one, key: one.waive("work.a.success.ready", by="csm", subject=key)),
    "term": ("deal:D-1", lambda one, key: one.term(key)),
}


@pytest.mark.parametrize("name", CALLS)
def test_the_log_has_the_whole_key_of_a_bare_id(machine: jk.Machine, one: jk.Journey, name: str) -> None:
    key, call = CALLS[name]
    call(one, key.partition(":")[2])
    assert one.inputs[-1].subject == key
    other = jk.Journey.load(machine, one.snapshot.to_dict(), inputs=one.inputs)
    assert other.inputs == one.inputs


def test_what_was_given_is_taken_back_by_a_bare_id(one: jk.Journey) -> None:
    one.confirm("agreed", by="customer", subject="main")
    record = one.retract("agreed", by="customer", subject="main")[0]
    assert (record.kind, record.subject) == ("retracted", "team:main")


def test_into_is_a_subject_too(one: jk.Journey) -> None:
    one.close("north", into="a:b")
    assert (one.inputs[-1].subject, one.inputs[-1].data["into"]) == ("site:north", "site:a:b")


def test_questions_take_it(one: jk.Journey) -> None:
    assert one.explain("place", "north").subject == one.explain("place", "site:north").subject == "site:north"
    assert one.machine.statechart("place", one.snapshot, subject="north").state == "shut"


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (
            lambda one: one.observe("mian", ready=True),
            "'mian' is not open; did you mean \"team:main\"\\? open ones: acc",
        ),
        (lambda one: one.observe("MAIN", ready=True), 'did you mean "team:main"'),
        (lambda one: one.observe("tem:main", ready=True), 'did you mean "team:main"'),
        (lambda one: one.observe("team:mian", ready=True), 'did you mean "team:main"'),
        (lambda one: one.observe("xyz", ready=True), "^subject: 'xyz' is not open; open ones: account, team:main"),
        (lambda one: one.observe("", ready=True), "'' is not open"),
        (lambda one: one.close("D-9"), 'did you mean "deal:D-1"'),
        (lambda one: one.close("north", into="sooth"), 'did you mean "site:north"'),
        (lambda one: one.confirm("agreed", by="customer", subject="mian"), 'did you mean "team:main"'),
        (lambda one: one.explain("place"), "say which site is meant; open ones: site:north, site:a:b$"),
        (lambda one: one.explain("place", "nroth"), "'nroth' is no open site; did you mean \"site:north\""),
        (lambda one: one.explain("mood", "main"), "'main' is not the account itself"),
        (lambda one: one.observe("TEAM:Main", ready=True), 'did you mean "team:main"'),
        (lambda one: one.machine.statechart("place", one.snapshot, subject="nroth"), 'did you mean "site:north"'),
    ],
)
def test_what_is_not_open_is_refused(one: jk.Journey, call: Any, says: str) -> None:
    before = one.inputs
    with pytest.raises(jk.InputError, match=says) as caught:
        call(one)
    assert (caught.value.code, str(caught.value).count("\n")) == ("unknown_subject", 0)
    assert one.inputs == before


def test_an_id_that_several_have_is_refused(one: jk.Journey) -> None:
    one.open("site:main")
    for call in (lambda: one.observe("main", up=True), lambda: one.close("main")):
        with pytest.raises(jk.InputError, match="'main' is the id of several; write the whole key of one: team:main"):
            call()
    assert one.explain("work", "main").subject == "team:main"  # a track has subjects of one kind
    one.observe("site:main", up=True)


def test_a_subject_that_time_opens_has_its_bare_id_from_then_on(one: jk.Journey) -> None:
    with pytest.raises(jk.InputError, match="'annex' is not open"):
        one.observe("annex", at="2026-01-14", up=True)
    one.observe("annex", at="2026-01-20", up=True)
    assert one.positions["place", "annex"] == "open"


def test_a_delivery_that_comes_again_is_known_by_the_bare_id(one: jk.Journey) -> None:
    assert one.close("north", id="c-1", into="a:b")
    one.open("deal:north")
    assert one.close("north", id="c-1", into="a:b") == ()
    with pytest.raises(jk.InputError, match="other content"):
        one.close("D-1", id="c-1")


def test_json_needs_the_whole_key(one: jk.Journey) -> None:
    with pytest.raises(jk.InputError, match="expected a key such as"):
        one.send({"kind": "close", "account": "acme", "at": "2026-01-06", "subject": "north"})


def test_a_long_list_is_cut(one: jk.Journey) -> None:
    for number in range(20):
        one.open(f"site:s-{number}")
    with pytest.raises(jk.InputError, match=r"s-2 and 17 more$"):
        one.observe("zzz", up=True)


def test_opening_gives_a_key_and_looks_for_none(one: jk.Journey) -> None:
    with pytest.raises(jk.InputError, match="expected a key such as") as caught:
        one.open("main")
    assert caught.value.code == "bad_shape"


POSITIONS: dict[str, tuple[Any, str]] = {
    "key": (("work", "team:main"), "a"),
    "id": (("work", "main"), "a"),
    "alone": ("work", "a"),
    "the account's": ("mood", "fine"),
    "the account by name": (("mood", "account"), "fine"),
    "a colon in the id": (("place", "a:b"), "shut"),
}


@pytest.mark.parametrize("name", POSITIONS)
def test_positions_find_it(one: jk.Journey, name: str) -> None:
    asked, path = POSITIONS[name]
    assert one.positions[asked] == one.snapshot.positions[asked] == path


@pytest.mark.parametrize(
    ("asked", "code", "says"),
    [
        (("work", "mian"), "unknown_subject", "'mian' is not open; did you mean \"team:main\""),
        (("value", "main"), "unknown_place", "nobody stands in 'value'; there are mood, work, place, renewal$"),
        (("wrok", "main"), "unknown_place", "nobody stands in 'wrok'; did you mean \"work\"\\? there are mood, work"),
        ("wrok", "unknown_place", 'did you mean "work"'),
        ("place", "unknown_subject", "say which subject is meant; open ones: site:north, site:a:b"),
        (("mood", "main"), "unknown_subject", "open ones: account"),
        (3, "bad_shape", "found 3"),
        (("work", "main", "a"), "bad_shape", "found"),
        (("work", None), "bad_shape", "found"),
    ],
)
def test_a_miss_is_an_input_error_and_a_key_error(one: jk.Journey, asked: Any, code: str, says: str) -> None:
    for kind in (jk.InputError, KeyError):
        with pytest.raises(kind, match=says) as caught:
            one.positions[asked]
        assert (caught.value.code, str(caught.value).count("\n")) == (code, 0)
        assert str(caught.value) == caught.value.message


def test_positions_are_a_dict_besides(one: jk.Journey) -> None:
    positions = one.positions
    plain = {
        ("mood", "account"): "fine",
        ("work", "team:main"): "a",
        ("place", "site:north"): "shut",
        ("place", "site:a:b"): "shut",
        ("renewal", "deal:D-1"): "waiting",
    }
    assert positions == plain
    assert plain == dict(positions)
    assert (list(positions), len(positions), list(positions.items())) == (list(plain), 5, list(plain.items()))
    assert isinstance(positions, jk.Positions)
    assert ("work", "main") not in positions  # `in` and `get` know whole keys alone, as in every dict
    assert "work" not in positions
    assert positions.get(("work", "main")) is None
    assert positions.get(("work", "team:main"), "?") == "a"
    with pytest.raises(TypeError):
        hash(positions)


def test_a_track_that_is_not_there_is_named(one: jk.Journey) -> None:
    for call in (lambda: one.explain("wrok"), lambda: one.machine.statechart("wrok")):
        with pytest.raises(jk.InputError, match=r'did you mean "work"\? .*work, place, renewal, mood$') as caught:
            call()
        assert caught.value.code == "unknown_place"
