"""From text to a resolved profile: what every key comes to, and that every key is documented with an example."""

from __future__ import annotations

import dataclasses
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from folders import ROOT
from journeykit.dates import Period
from journeykit.errors import Location, ProfileError
from journeykit.language import catalog
from journeykit.language.catalog import read_text
from journeykit.language.expressions.tree import Compare, Confirmed, Fact, Quiet, Seen
from journeykit.language.model.profile import ENDINGS, Criterion, Handoff, Move, Opening, Profile, Value
from journeykit.language.schema.models import ProfileSpec, Shape, shape_of
from journeykit.language.text.nodes import Node
from journeykit.language.text.reader import read_tree
from journeykit.naming.declared import SORTS
from journeykit.naming.labels import examine_folder, labels

PAGE = ROOT / "docs" / "reference" / "profile.md"

WHOLE = """
profile: whole
version: "1.2"
title: A whole profile
timezone: America/Sao_Paulo
roles: {customer: {side: customer}, csm: {side: us}, maker: {side: us}, app: {side: us, played_by: product}}
subjects: {workstream: {opens_with: main}, contract: {term: [starts, ends]}, deal: {}}
facts:
  account:
    score: {type: number, between: [0, 100]}
    ready: {type: boolean, measures: outcome, label: Ready, source: [A-1, A-2]}
  workstream: {seats: {type: share, between: [0, 100%]}, plan: {type: choice, of: [free, team]}}
  contract: {auto: {type: boolean}, days: {type: duration}}
  term: {sent: {type: boolean}}
bands: {health: {of: score, levels: {green: 75, red: 0, yellow: 50}, margin: 5}}
signals:
  merger: {carries: {name: text}}
  left: {per: workstream, settled_by: back}
  back: {per: workstream}
  out: {per: contract}
confirmations: {live: {by: customer, per: workstream}, signed: {by: [customer, csm], per: term, label: Signed}}
derived:
  risky: {any: {low: health == red, sad: "any_of(workstream, unsettled(left))"}}
  twice: score * 2
  wide: seats >= 70% and not calm
  calm: plan == free
reactions:
  merged: {upon: merger, opens: {workstream: {named: "{name}", unless_open: true}}, do: greet}
  heard: {upon: left, do: [call]}
  alarm: {when: {risky: risky}, opens: {deal: ~}}
tracks:
  value:
    per: workstream
    counts_as: adoption
    stages:
      first:
        goal: {is: Begin, source: G-1}
        typical: {is: 3..5 months, source: T-1}
        success: {done: {is: ready, source: S-1, waivable_by: csm}, live: confirmed(live)}
        exit: {to: second, when: {success: all, wide: wide}, handoff: {giver: maker, receiver: csm}}
        steps:
          one: {success: {plan: plan == team}}
          two:
            side_by_side:
              left: {success: {done: ready}}
              right: {steps: {x: {moves: {go: {to: first.two.right.y, when: {r: ready}}}}, y: {end: over}}}
          three: {exit: {to: first.four, when: {r: ready}}}
          four: {}
      second:
        counts_as: retention
        stuck_after: 2 months
        regress: {fell: {to: first.two.left, upon: left, asks_again: live}}
        moves:
          grow:
            {kind: skip, to: second, upon: account.merger, when: {r: ready}, opens: {deal: {}}, do: mail, source: M-1}
        exit: {to: third, handoff: {giver: csm, receiver: app}}
      third: {typical: 60..120+ days, end: over}
    moves:
      gone:
        kind: churn
        from: any
        except: third
        to: third
        when:
          bad: {at_least: 2, of: {a: seats < 10%, b: {any: {c: not ready, d: score < 3}}, e: {all: {f: ready}}}}
        closes: true
      back: {kind: win_back, from: [third, first.two.right], to: first, when: {r: ready}}
      again: {from: open, to: first.three, when: {r: not ready}}
  renewal:
    per: contract
    stages: {waiting: {}, working: {steps: {asked: {}}}, lost: {end: lost}}
    moves: {renewed: {kind: renew, from: open, to: waiting, when: {s: confirmed(signed)}, begins_term: true}}
    countdown:
      milestones:
        prepare: {before: 6 months, work: [working.asked, lost], source: R-1}
        decide: {before: {fact: days, else: 30 days}, needs: {is: confirmed(signed), label: Signed}}
      notice: {before: {is: 60 days, source: R-2}, given_by: out}
      renews: {automatically: {fact: auto, else: true}, term: 1 year 6 months}
      grace: 2 weeks
"""


@pytest.fixture(scope="module")
def whole() -> Profile:
    return read_text(WHOLE, file="whole.yaml")


def move(profile: Profile, id_: str) -> Move:
    every = [one for track in profile.tracks.values() for stage in track.walk() for one in stage.moves]
    every += [one for track in profile.tracks.values() for one in track.moves]
    return next(one for one in every if one.id == id_)


def leaves(criteria: tuple[Criterion, ...]) -> Iterator[tuple[str, str, str]]:
    for one in criteria:
        yield one.id, one.group, one.text
        yield from leaves(one.members)


def test_identity(whole: Profile) -> None:
    assert (whole.name, whole.version, whole.title, whole.about, whole.timezone, whole.parents) == (
        "whole", "1.2", "A whole profile", None, "America/Sao_Paulo", (),
    )  # fmt: skip
    assert whole.at == Location("whole.yaml", 2, 1)
    small = read_text("profile: p\ntracks: {t: {stages: {a: {}}}}")
    assert (small.version, small.timezone, list(small.kinds)) == ("0", "UTC", ["account"])


def test_kinds_and_facts(whole: Profile) -> None:
    assert list(whole.kinds) == ["account", "workstream", "contract", "deal"]
    assert whole.kinds["workstream"].opens_with == "main"
    assert whole.term_kind is whole.kinds["contract"]
    assert whole.kinds["contract"].term == ("starts", "ends")
    facts = {one.name: (one.kind, one.type, one.per_term) for one in whole.facts.values()}
    assert facts == {
        "score": ("account", "number", False),
        "ready": ("account", "boolean", False),
        "seats": ("workstream", "share", False),
        "plan": ("workstream", "choice", False),
        "auto": ("contract", "boolean", False),
        "days": ("contract", "duration", False),
        "sent": ("contract", "boolean", True),
        # Named by the term alone.
        "starts": ("contract", "date", False),
        "ends": ("contract", "date", False),
    }
    ready = whole.facts["ready"]
    assert (ready.measures, ready.label, ready.source) == ("outcome", "Ready", "A-1, A-2")
    assert whole.facts["seats"].between == (0, 1.0)
    assert whole.facts["plan"].of == ("free", "team")


def test_bands_are_put_in_order(whole: Profile) -> None:
    band = whole.bands["health"]
    assert (band.levels, band.margin, band.kind) == ((("red", 0), ("yellow", 50), ("green", 75)), 5, "account")
    assert band.of == Fact("score", "account", "number")


def test_signals_words_and_roles(whole: Profile) -> None:
    assert [(one.name, one.kind, dict(one.carries), one.settled_by) for one in whole.signals.values()] == [
        ("merger", "account", {"name": "text"}, None),
        ("left", "workstream", {}, "back"),
        ("back", "workstream", {}, None),
        ("out", "contract", {}, None),
    ]
    words = [(one.name, one.kind, one.by, one.per_term, one.label) for one in whole.confirmations.values()]
    assert words == [
        ("live", "workstream", ("customer",), False, None),
        ("signed", "contract", ("customer", "csm"), True, "Signed"),
    ]
    assert [(one.name, one.side, one.played_by) for one in whole.roles.values()][2:] == [
        ("maker", "us", None),
        ("app", "us", "product"),
    ]


def test_derived_names_find_each_other_in_any_order(whole: Profile) -> None:
    assert [(one.name, one.kind, one.type) for one in whole.derived.values()] == [
        ("risky", "account", "boolean"),
        ("twice", "account", "number"),
        ("wide", "workstream", "boolean"),
        ("calm", "workstream", "boolean"),
    ]
    risky, twice = whole.derived["risky"], whole.derived["twice"]
    assert risky.criterion
    assert list(leaves((risky.criterion,))) == [
        ("derived.risky", "any", ""),
        ("derived.risky.low", "is", "health == red"),
        ("derived.risky.sad", "is", "any_of(workstream, unsettled(left))"),
    ]
    assert twice.criterion is None
    assert twice.expr is not None
    low = risky.criterion.members[0].expr
    assert isinstance(low, Compare)
    assert low.order == ("red", "yellow", "green")


def test_stages_and_how_long_they_take(whole: Profile) -> None:
    value = whole.tracks["value"]
    first, second, third = value.stages
    assert (first.goal, str(first.typical), first.stuck_after) == ("Begin", "3..5 months", Period(7, 15))
    assert (second.typical, second.stuck_after) == (None, Period(2, 0))
    assert (third.stuck_after, third.end) == (Period(0, 120), "over")
    assert [(one.path, one.counts_as) for one in value.stages] == [
        ("first", "adoption"), ("second", "retention"), ("third", "adoption"),
    ]  # fmt: skip
    assert [one.path for one in value.walk()] == [
        "first", "first.one", "first.two", "first.two.left", "first.two.right", "first.two.right.x",
        "first.two.right.y", "first.three", "first.four", "second", "third",
    ]  # fmt: skip
    assert [(one.id, one.waivable_by, one.source) for one in first.success] == [
        ("value.first.success.done", "csm", "S-1"),
        ("value.first.success.live", None, None),
    ]
    assert first.success[1].expr == Confirmed("live", "workstream")


def test_moves_of_stages_in_order_of_choice(whole: Profile) -> None:
    first, second, _ = whole.tracks["value"].stages
    assert [(one.id, one.kind, one.declared, one.owner, one.sources, one.to) for one in second.moves] == [
        ("value.second.fell", "regress", "regress", "second", ("second",), "first.two.left"),
        ("value.second.grow", "skip", "moves", "second", ("second",), "second"),
        ("value.second.exit", "advance", "exit", "second", ("second",), "third"),
    ]
    fell, grow, leaving = second.moves
    assert (fell.upon, fell.upon_account, fell.asks_again, fell.when) == ("left", False, ("live",), ())
    assert (grow.upon, grow.upon_account, grow.do, grow.source) == ("merger", True, ("mail",), "M-1")
    assert grow.opens == (Opening("deal"),)
    assert leaving.handoff == Handoff("csm", "app", automatic=True)
    assert leaving.when == ()
    assert [one.order for one in second.moves] == sorted(one.order for one in second.moves)
    assert first.moves[0].handoff == Handoff("maker", "csm")


def test_success_all_stands_for_the_stages_own_criteria(whole: Profile) -> None:
    first = whole.tracks["value"].stages[0]
    group, wide = first.moves[0].when
    assert (group.id, group.name, group.group) == ("value.first.exit.success", "success", "all")
    assert all(one is other for one, other in zip(group.members, first.success, strict=True))
    assert (wide.id, wide.text) == ("value.first.exit.wide", "wide")


def test_an_exit_without_when_means_the_same() -> None:
    text = (
        "profile: p\nfacts: {account: {f: {type: boolean}}}\n"
        "tracks: {t: {stages: {a: {success: {x: f}, exit: {to: b%s}}, b: {}}}}"
    )
    written = [read_text(text % more).tracks["t"].stages[0].moves[0].when for more in ("", ", when: {success: all}")]
    assert (
        list(leaves(written[0]))
        == list(leaves(written[1]))
        == [("t.a.exit.success", "all", ""), ("t.a.success.x", "is", "f")]
    )


def test_steps_give_way_where_they_have_no_exit(whole: Profile) -> None:
    steps = whole.tracks["value"].stages[0].steps
    assert [[(one.id, one.declared, one.kind, one.to) for one in step.moves] for step in steps] == [
        [("value.first.one.next", "next", "advance", "first.two")],
        [("value.first.two.next", "next", "advance", "first.three")],
        [("value.first.three.exit", "exit", "advance", "first.four")],
        [],
    ]
    assert [(one.id, [each.id for each in one.members]) for one in steps[0].moves[0].when] == [
        ("value.first.one.next.success", ["value.first.one.success.plan"])
    ]
    # Whether branches are over is not a criterion; the group says that success is asked for.
    assert [(one.name, one.group, one.members) for one in steps[1].moves[0].when] == [("success", "all", ())]
    assert [one.path for one in steps[1].branches] == ["first.two.left", "first.two.right"]
    assert all(not one.moves for one in steps[1].branches)


def test_moves_of_tracks_spell_out_where_they_start(whole: Profile) -> None:
    gone, back, again = whole.tracks["value"].moves
    assert (gone.id, gone.kind, gone.declared, gone.owner) == ("value.gone", "churn", "track", "")
    assert gone.sources == ("first", "second")
    assert gone.closes
    assert (back.sources, back.kind) == (("third", "first.two.right"), "win_back")
    assert (again.sources, again.kind, again.to) == (("first", "second"), "move", "first.three")
    assert list(leaves(gone.when)) == [
        ("value.gone.bad", "at_least", ""),
        ("value.gone.bad.a", "is", "seats < 10%"),
        ("value.gone.bad.b", "any", ""),
        ("value.gone.bad.b.c", "is", "not ready"),
        ("value.gone.bad.b.d", "is", "score < 3"),
        ("value.gone.bad.e", "all", ""),
        ("value.gone.bad.e.f", "is", "ready"),
    ]
    assert gone.when[0].needed == 2
    renewed = move(whole, "renewal.renewed")
    assert (renewed.sources, renewed.begins_term) == (("waiting", "working"), True)


def test_a_stage_called_open_is_a_stage() -> None:
    text = (
        "profile: p\nsignals: {s: {}}\n"
        "tracks: {t: {stages: {open: {}, b: {}}, moves: {m: {from: open, to: b, upon: s}}}}"
    )
    assert read_text(text).tracks["t"].moves[0].sources == ("open",)


def test_the_countdown(whole: Profile) -> None:
    countdown = whole.tracks["renewal"].countdown
    assert countdown
    prepare, decide = countdown.milestones
    assert (countdown.to, prepare.name, prepare.before, prepare.work, prepare.source) == (
        "ends", "prepare", Value(Period(6, 0)), ("working.asked", "lost"), "R-1",
    )  # fmt: skip
    assert decide.before == Value(Period(0, 30), "days")
    assert decide.needs
    assert (decide.needs.id, decide.needs.label) == ("renewal.countdown.decide.needs", "Signed")
    assert (countdown.notice, countdown.given_by) == (Value(Period(0, 60), None, "R-2"), "out")
    assert countdown.automatically == Value(default=True, fact="auto")
    assert (countdown.term, countdown.grace) == (Value(Period(18, 0)), Value(Period(0, 14)))


TIMED = """
profile: timed
roles: {csm: {side: us}, buyer: {side: customer}}
subjects: {workstream: {opens_with: main}, contract: {term: [starts, ends]}}
feeds:
  usage: {down_after: {is: 3 days, source: U-1}, label: Usage, source: F-1}
  crm: 2 weeks
facts:
  account: {seats: {type: integer, feed: usage, stale_after: {is: 14 days, source: S-1}}, plain: {type: boolean}}
  contract: {follows: {type: choice, of: [by_hand, once]}, budget: {type: date}, room: {type: duration}}
signals: {login: {feed: usage}, review: {per: workstream, lasts: 30 days}, call: {per: contract}}
confirmations: {happy: {by: buyer, lasts: 1 year}}
derived:
  silent: {quiet: review, for: 21 days}
  mixed:
    any: {seen: {seen: login, within: {is: 30 days, source: M-1}}, plain: {is: plain, held: 2 days}}
    held: 3 days
tracks:
  value:
    per: workstream
    stages:
      a:
        success: {many: {is: seats > 3, held: 1 month, label: Many}}
        exit: {to: b, cooldown: 30 days, when: {silent: {is: silent, held: 1 week}}}
      b: {regress: {fell: {to: a, upon: review, cooldown: {is: 2 weeks, source: C-1}}}}
    cadences:
      meeting: {every: 3 months, done_by: review, role: csm, label: Meeting, source: K-1}
      word: {every: {is: 1 year, source: K-2}, done_by: happy}
      fact: {every: 1 week, done_by: plain, except: [b]}
  renewal:
    per: contract
    stages: {waiting: {}}
    moves: {renewed: {kind: renew, from: [waiting], to: waiting, upon: call, begins_term: true}}
    countdown:
      milestones:
        plan: {before: 60 days, of: budget, role: csm}
        talk: {before: 90 days, of: starts}
        ask: {before: 30 days}
      renews: {at_end: {fact: follows, else: by_hand}, term: 1 year}
      started_late: {inside: {fact: room, else: 120 days}, source: L-1}
"""


@pytest.fixture(scope="module")
def timed() -> Profile:
    return read_text(TIMED, file="timed.yaml")


def test_feeds_and_how_long_things_last(timed: Profile) -> None:
    feeds = [(one.name, one.down_after, one.label, one.source, one.at.line) for one in timed.feeds.values()]
    assert feeds == [("usage", Period(0, 3), "Usage", "F-1", 6), ("crm", Period(0, 14), None, None, 7)]
    seats, plain_ = timed.facts["seats"], timed.facts["plain"]
    assert (seats.feed, seats.stale_after, plain_.feed, plain_.stale_after) == ("usage", Period(0, 14), None, None)
    assert {one.name: (one.feed, one.lasts) for one in timed.signals.values()} == {
        "login": ("usage", None),
        "review": (None, Period(0, 30)),
        "call": (None, None),
    }
    assert timed.confirmations["happy"].lasts == Period(12, 0)


def held(profile: Profile) -> Iterator[tuple[str, str, str | None]]:
    todo = [one.criterion for one in profile.derived.values() if one.criterion]
    for stage in profile.tracks["value"].walk():
        todo += [*stage.success, *(one for each in stage.moves for one in each.when)]
    for one in todo:
        yield one.id, one.text, str(one.held) if one.held else None
        todo.extend(one.members)


def test_every_form_of_a_criterion_can_be_held(timed: Profile) -> None:
    assert list(held(timed)) == [
        ("derived.silent", "quiet review for 21 days", None),
        ("derived.mixed", "", "3 days"),
        ("value.a.success.many", "seats > 3", "1 month"),
        ("value.a.exit.silent", "silent", "7 days"),
        ("derived.mixed.seen", "seen login within 30 days", None),
        ("derived.mixed.plain", "plain", "2 days"),
    ]
    assert {name: (one.kind, one.type) for name, one in timed.derived.items()} == {
        "silent": ("workstream", "boolean"),
        "mixed": ("account", "boolean"),
    }
    silent, mixed = (one.criterion for one in timed.derived.values())
    assert silent
    assert mixed
    assert silent.expr == Quiet("review", "workstream", Period(0, 21))
    assert mixed.members[0].expr == Seen("login", "account", Period(0, 30))
    assert (silent.group, mixed.group, mixed.members[0].group) == ("is", "any", "is")


def test_cooldowns_and_cadences(timed: Profile) -> None:
    cooldowns = {id_: move(timed, id_).cooldown for id_ in ("value.a.exit", "value.b.fell", "renewal.renewed")}
    assert cooldowns == {"value.a.exit": Period(0, 30), "value.b.fell": Period(0, 14), "renewal.renewed": None}
    cadences = timed.tracks["value"].cadences
    assert [(c.name, c.every, c.done_by, c.role, c.label, c.source, c.rests_at) for c in cadences] == [
        ("meeting", Period(3, 0), "review", "csm", "Meeting", "K-1", ()),
        ("word", Period(12, 0), "happy", None, None, None, ()),
        ("fact", Period(0, 7), "plain", None, None, None, ("b",)),
    ]
    assert timed.tracks["renewal"].cadences == ()


def test_a_countdown_with_other_dates_and_other_ends(timed: Profile) -> None:
    countdown = timed.tracks["renewal"].countdown
    assert countdown
    assert [(one.name, one.of, one.role) for one in countdown.milestones] == [
        ("plan", "budget", "csm"),
        ("talk", "starts", None),
        ("ask", None, None),
    ]
    assert countdown.at_end == Value("by_hand", "follows")
    assert countdown.automatically is None
    assert countdown.started_late == Value(Period(0, 120), "room")
    for end in ENDINGS:
        plain_ = read_text(TIMED.replace("{fact: follows, else: by_hand}", end)).tracks["renewal"].countdown
        assert plain_
        assert plain_.at_end == Value(end)
    short = TIMED.replace("{inside: {fact: room, else: 120 days}, source: L-1}", "90 days")
    late = read_text(short).tracks["renewal"].countdown
    assert late
    assert late.started_late == Value(Period(0, 90))


LAID_OVER = {
    "quiet over is": ("{is: plain, held: 3 days}", "{quiet: login, for: 5 days}", "quiet login for 5 days", "3 days"),
    "is over quiet": ("{quiet: login, for: 5 days}", "plain", "plain", None),
    "seen over quiet": (
        "{quiet: login, for: 5 days, held: 1 day}",
        "{seen: login, within: 2 days}",
        "seen login within 2 days",
        "1 day",
    ),
    "is over seen": ("{seen: login, within: 5 days, held: 1 day}", "plain", "plain", "1 day"),
    "another period": ("{quiet: login, for: 5 days}", "{for: 9 days}", "quiet login for 9 days", None),
    "another signal": ("{seen: login, within: 5 days}", "{seen: other}", "seen other within 5 days", None),
    "held for longer": ("{is: plain, held: 3 days}", "{held: 9 days}", "plain", "9 days"),
    "held no more": ("{is: plain, held: 3 days}", "{held: ~}", "plain", None),
    "held from now on": ("plain", "{held: {is: 9 days, source: x}}", "plain", "9 days"),
    "a group over quiet": ("{quiet: login, for: 5 days}", "{any: {a: plain}}", "", None),
}


@pytest.mark.parametrize("name", LAID_OVER)
def test_a_child_says_it_its_own_way(name: str, tmp_path: Path) -> None:
    parent, child, text, held_for = LAID_OVER[name]
    (tmp_path / "parent.yaml").write_text(
        "profile: parent\nsignals: {login: {}, other: {}}\nfacts: {account: {plain: {type: boolean}}}\n"
        f"derived: {{x: {parent}}}\ntracks: {{t: {{stages: {{a: {{}}}}}}}}\n",
        encoding="utf-8",
    )
    reading = catalog.examine_text(f"profile: c\nextends: parent.yaml\nderived: {{x: {child}}}\n", "c", tmp_path)
    found = reading.profile.derived["x"].criterion
    assert found
    assert (found.text, str(found.held) if found.held else None) == (text, held_for)
    assert reading.findings == ()


@pytest.mark.parametrize(
    ("parent", "child", "end", "automatically"),
    [
        ("automatically: true", "at_end: evergreen", Value("evergreen"), None),
        ("at_end: once", "automatically: true", None, Value(default=True)),
        ("at_end: {fact: follows, else: once}", "at_end: cancel", Value("cancel"), None),
    ],
)
def test_a_child_lays_its_own_end_over_that_of_its_parent(
    parent: str, child: str, end: Value | None, automatically: Value | None, tmp_path: Path
) -> None:
    text = TIMED.replace("at_end: {fact: follows, else: by_hand}", parent)
    (tmp_path / "timed.yaml").write_text(text, encoding="utf-8")
    text = f"profile: c\nextends: timed.yaml\ntracks: {{renewal: {{countdown: {{renews: {{{child}}}}}}}}}"
    countdown = read_text(text, file="c", root=tmp_path).tracks["renewal"].countdown
    assert countdown
    assert (countdown.at_end, countdown.automatically) == (end, automatically)


@pytest.mark.parametrize(
    ("child", "said"),
    [
        ("feeds: {usage: ~}", 'the feed "usage" was written at timed.yaml:6:3 and removed at c:3:9'),
        ("feeds: {usage: ~, other: 3 days}\nsignals: {login: {feed: other}}", 'the feed "usage" was written at'),
        ("signals: {login: ~}", 'the signal "login" was written at timed.yaml:11:11 and removed at c:3:11'),
        ("facts: {contract: {budget: ~}}", 'the fact "budget" was written at timed.yaml:10:60 and removed at c:3:20'),
        ("facts: {contract: {room: ~}}", 'the fact "room" was written at timed.yaml:10:82 and removed at c:3:20'),
    ],
)
def test_what_was_removed_and_is_still_used_is_told_with_both_places(child: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "timed.yaml").write_text(TIMED, encoding="utf-8")
    with pytest.raises(ProfileError) as caught:
        read_text(f"profile: c\nextends: timed.yaml\n{child}\n", file="c", root=tmp_path)
    assert {one.code for one in caught.value.findings} == {"JK104"}
    assert said in str(caught.value).replace(f"{tmp_path}/", "")


def test_a_feed_may_have_the_name_of_anything_else() -> None:
    text = TIMED.replace("usage", "seats")
    assert read_text(text).facts["seats"].feed == "seats"


def test_reactions(whole: Profile) -> None:
    merged, heard, alarm = whole.reactions.values()
    assert (merged.kind, merged.upon, merged.do) == ("account", "merger", ("greet",))
    assert merged.opens == (Opening("workstream", "{name}", unless_open=True),)
    assert (heard.kind, heard.upon) == ("workstream", "left")
    assert (alarm.opens, list(leaves(alarm.when))) == ((Opening("deal"),), [("reactions.alarm.risky", "is", "risky")])
    orders = [one.order for one in whole.reactions.values()]
    assert orders == sorted(orders)


def test_the_order_of_declaration_is_one_for_the_whole_profile(whole: Profile) -> None:
    every = [one for track in whole.tracks.values() for stage in track.walk() for one in stage.moves]
    every += [one for track in whole.tracks.values() for one in track.moves]
    orders = [one.order for one in every] + [one.order for one in whole.reactions.values()]
    assert sorted(orders) == list(range(len(orders)))
    assert len({one.id for one in every}) == len(every)


def placeless(thing: Any) -> Any:
    """The same without places in the text."""
    if isinstance(thing, Location):
        return None
    if dataclasses.is_dataclass(thing):
        kept = (one.name for one in dataclasses.fields(thing) if one.compare and one.name != "written")
        return type(thing).__name__, *(placeless(getattr(thing, name)) for name in kept)
    if isinstance(thing, dict):
        return {key: placeless(item) for key, item in thing.items()}
    return tuple(map(placeless, thing)) if isinstance(thing, tuple | list) else thing


LONG = {
    "{customer: {side: customer}, csm": "{customer: {side: {is: customer, source: x}}, csm",
    "by: customer, per": "by: {is: [customer], source: x}, per",
    "done: ready": "done: {is: ready}",
    "asks_again: live": "asks_again: [live]",
    "grace: 2 weeks": "grace: {is: 14 days}",
    "do: greet": "do: [greet]",
    "typical: 60..120+ days": "typical: {is: 60..120+ days}",
    "except: third": "except: {is: third}",
    "opens: {deal: ~}": "opens: {deal: {}}",
    "levels: {green: 75,": "levels: {green: {is: 75, source: x},",
    "title: A whole profile": "title: {is: A whole profile, source: x}",
}


SHORT_OF_TIME = {
    "crm: 2 weeks": "crm: {down_after: 14 days}",
    "stale_after: {is: 14 days, source: S-1}": "stale_after: 2 weeks",
    "lasts: 30 days": "lasts: {is: 30 days, source: x}",
    "within: {is: 30 days, source: M-1}": "within: 30 days",
    "for: 21 days": "for: {is: 21 days, source: x}",
    "held: 1 month": "held: {is: P1M, source: x}",
    "cooldown: 30 days": "cooldown: {is: 30 days}",
    "done_by: review": "done_by: {is: review, source: x}",
    "of: budget": "of: {is: budget, source: x}",
}


def test_a_short_form_means_what_its_long_form_means(whole: Profile) -> None:
    text = WHOLE
    for short, long in LONG.items():
        assert short in text
        text = text.replace(short, long)
    assert placeless(read_text(text)) == placeless(whole)


def test_periods_of_time_may_stand_with_their_source(timed: Profile) -> None:
    text = TIMED
    for short, long in SHORT_OF_TIME.items():
        assert short in text
        text = text.replace(short, long)
    assert placeless(read_text(text)) == placeless(timed)


def test_a_profile_is_frozen(whole: Profile) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        whole.name = "other"  # type: ignore[misc]


def test_expressions_that_yaml_takes_for_truths_are_expressions() -> None:
    text = "profile: p\nderived: {x: true, y: {any: {a: false, b: true}}}\ntracks: {t: {stages: {a: {}}}}"
    assert list(read_text(text).derived) == ["x", "y"]


def test_remarks_come_with_the_profile_and_with_the_errors() -> None:
    text = "profile: p\nroles: {csm: ~}\n%s"
    reading = catalog.examine_text(text % "tracks: {t: {stages: {a: {}}}}", "f")
    assert [str(one) for one in reading.findings] == [
        "f:2:9: roles.csm: there is nothing here to remove; write {} for something empty, or delete this line [JK016]"
    ]
    with pytest.raises(ProfileError) as caught:
        catalog.examine_text(text % "tracks: {}", "f")
    assert [one.severity for one in caught.value.findings] == ["error", "warning"]


def test_a_profile_of_700_lines_is_read_quickly() -> None:
    stage = (
        "      s{0}:\n        goal: some words\n        typical: 3..6 months\n        success:\n"
        "          a: {{is: f and g >= 3, source: ON-1}}\n          b: confirmed(w)\n        exit:\n          to: s0\n"
        "          when: {{success: all, c: not f}}\n          handoff: {{giver: r, receiver: r}}\n"
    )
    head = (
        "profile: p\nroles: {r: {side: us}}\nconfirmations: {w: {by: r}}\n"
        "facts:\n  account: {f: {type: boolean}, g: {type: number}}\n"
    )
    text = head + "tracks:\n  t:\n    stages:\n" + "".join(stage.format(n) for n in range(70))
    assert text.count("\n") > 700
    begun = time.process_time()
    read_text(text)
    # About 20 ms; the bound leaves room for a busy machine.
    assert time.process_time() - begun < 1


# The page that documents the keys


def blocks() -> list[tuple[str, str]]:
    found = re.findall(r"^```yaml([^\n]*)\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.M | re.S)
    return [(info, text) for info, text in found if "labels" not in info]


def test_every_example_of_the_page_is_a_profile_or_a_child_of_the_first(tmp_path: Path) -> None:
    first = next(text for info, text in blocks() if "file=care.yaml" in info)
    (tmp_path / "care.yaml").write_text(first, encoding="utf-8")
    assert len(blocks()) > 15
    for info, text in blocks():
        assert ("profile" in info.split()) == text.startswith("profile:"), text
        whole = text if text.startswith("profile:") else f"profile: x\nextends: care.yaml\n{text}"
        reading = catalog.examine_text(whole, "example", tmp_path)
        assert reading.findings == (), text


def keys_of(shape: Shape, seen: set[Any]) -> Iterator[tuple[str, str]]:
    """Every record of the models with each of its keys."""
    if shape.sort == "names":
        yield from keys_of(shape_of(shape.item), seen)
    elif shape.model is not None and shape.model not in seen:
        seen.add(shape.model)
        for key, inner in shape.keys().items():
            yield shape.model.__name__, key
            yield from keys_of(inner, seen)


def written(node: Node, shape: Shape) -> Iterator[tuple[str, str]]:
    """Every record in a tree with each key that is written in it."""
    if not isinstance(node.value, dict):
        return
    for key, item in node.value.items():
        if shape.model is not None:
            yield shape.model.__name__, key
        yield from written(item, shape.child(key))


def test_every_key_stands_on_the_page_and_in_an_example() -> None:
    every = set(keys_of(shape_of(ProfileSpec), set()))
    assert len(every) > 90
    page = PAGE.read_text(encoding="utf-8")
    assert sorted(key for _, key in every if f"`{key}" not in page) == []
    shown = {one for _, text in blocks() for one in written(read_tree(text), shape_of(ProfileSpec))}
    assert sorted(every - shown - {("PlainSpec", "is"), ("PlainSpec", "source"), ("CriterionSpec", "is")}) == []


def test_the_labels_of_the_page_are_those_of_its_profile(tmp_path: Path) -> None:
    first = next(text for info, text in blocks() if "file=care.yaml" in info)
    last = next(text for _, text in blocks() if text.startswith("profile: care_plus"))
    page = PAGE.read_text(encoding="utf-8").partition("## Labels")[2]
    (tmp_path / "labels").mkdir()
    example = re.findall(r"```yaml labels\n(.*?)```", page, re.DOTALL)[0]
    for name, text in (("care", first), ("care_plus", last), ("labels/pt", example)):
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    assert examine_folder(tmp_path) == ()
    assert labels(catalog.read(tmp_path / "care_plus.yaml"), "pt").of("tracks", "value") == "Valor"
    assert sorted(sort for sort in (*SORTS, "for") if f"`{sort}`" not in page) == []
