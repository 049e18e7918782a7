"""The mistakes that a domain knows: events nobody notices, late renewals, waiting to be asked, gates walked round."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from folders import CASES
from journeykit.language import catalog
from journeykit.lint.remarks import lint_words, remarks

HEAD = """
profile: sample
version: "1.0"
roles:
  customer: {side: customer}
  buyer: {side: customer}
  csm: {side: us}
  sales: {side: us}
  product: {side: us, played_by: product}
subjects: {workstream: {opens_with: main}, contract: {term: [contract_start, contract_end]}, opportunity: {}}
facts:
  account: {score: {type: number}, won: {type: boolean}, lost: {type: boolean}}
  contract: {auto_renews: {type: boolean}, lead: {type: duration}}
confirmations:
  go: {by: customer}
  both_customers: {by: [customer, buyer]}
  anybody: {by: [customer, csm]}
  ours: {by: csm}
  each: {by: customer, per: workstream}
  paid: {by: customer, per: contract}
derived:
  agreed: confirmed(go) and won
  agreed_or_won: confirmed(go) or won
"""


def findings(text: str, code: str) -> list[tuple[str, str]]:
    """Path and severity of each finding of one code."""
    profile = catalog.read_text(textwrap.dedent(HEAD) + textwrap.dedent(text), file="sample.yaml")
    return [(one.path, one.severity) for one in lint_words(profile) if one.code == code]


def paths(text: str, code: str) -> list[str]:
    return [path for path, _ in findings(text, code)]


# JK206: signals that nothing listens to

SIGNAL = """
  DERIVED
signals:
  gone: {per: PER}
  other: {SETTLED}
  review_held: {}
BANDS
reactions: {noticed: {per: workstream, upon: account.other, do: [look]}}
tracks:
  value:
    per: workstream
    cadences: {review: {every: 1 month, done_by: DONE}}
    stages:
      one: {SUCCESS}
      two: {regress: {back: {WHEN, to: one}}}
  renewal:
    per: contract
    countdown: {to: contract_end, milestones: {first: {before: 90 days, NEEDS}}, notice: {before: 30 days, GIVEN}}
    stages: {waiting: {}}
"""
UNHEARD = {
    "DERIVED": "calm: won",
    "PER": "workstream",
    "SETTLED": "label: Other",
    "BANDS": "",
    "DONE": "review_held",
    "SUCCESS": "label: One",
    "WHEN": "when: {no: not won}",
    "NEEDS": "label: First",
    "GIVEN": "source: default",
}


@pytest.mark.parametrize(
    ("changed", "unheard"),
    [
        ({}, ["gone"]),
        ({"WHEN": "upon: gone"}, []),
        ({"WHEN": "when: {no: unsettled(gone)}"}, []),
        ({"WHEN": "when: {no: {any: {lost: lost, gone: {seen: gone, within: 3 days}}}}"}, []),
        ({"WHEN": "when: {no: {quiet: gone, for: 3 days}}"}, []),
        ({"SUCCESS": "success: {calm: not unsettled(gone)}"}, []),
        ({"DERIVED": "sad: 'any_of(workstream, unsettled(gone))'"}, []),
        ({"DERIVED": "sad: 'count_of(workstream, unsettled(gone))'"}, []),
        ({"BANDS": "bands: {sad: {of: 'count_of(workstream, unsettled(gone))', levels: {none: 0, some: 1}}}"}, []),
        ({"NEEDS": "needs: 'not any_of(workstream, unsettled(gone))'"}, []),
        ({"PER": "account", "SETTLED": "settled_by: gone"}, []),
        ({"PER": "contract", "GIVEN": "given_by: gone"}, []),
        ({"DONE": "gone"}, ["review_held"]),
    ],
)
def test_a_signal_is_listened_to_where_anything_reads_it(changed: dict[str, str], unheard: list[str]) -> None:
    text = SIGNAL
    for name, written in (UNHEARD | changed).items():
        text = text.replace(name, written)
    text = text.replace("{per: account}", "{}")
    assert findings(text, "JK206") == [(f"signals.{name}", "warning") for name in unheard]


# JK207: renewals that start too late

RENEWAL = """
tracks:
  renewal:
    per: contract
    countdown:
      to: contract_end
      SAID
    stages: {waiting: {}, talking: {}}
    moves: {renewed: {kind: renew, from: [talking], to: waiting, when: {paid: confirmed(paid)}, begins_term: true}}
"""
FIRST = "tracks.renewal.countdown.milestones.first.before"


@pytest.mark.parametrize(
    ("said", "late"),
    [
        ("milestones: {first: {before: 31 days}}", None),
        ("milestones: {first: {before: 30 days}}", FIRST),
        ("milestones: {first: {before: 1 month}}", FIRST),
        ("milestones: {first: {before: 2 months}}", None),
        ("milestones: {last: {before: 0 days}, first: {before: 90 days}}", None),
        ("milestones: {last: {before: 0 days}, first: {before: 20 days}}", FIRST),
        ("milestones: {first: {before: {fact: lead, else: 20 days}}}", FIRST),
        ("milestones: {first: {before: 20 days}, begun: {before: 1 year, of: contract_start}}", FIRST),
        ("milestones: {}", "tracks.renewal.countdown"),
        # A term that renews by itself is given until its notice.
        ("{milestones: {first: {before: 30 days}}, renews: {automatically: true}}", None),
        ("{milestones: {first: {before: 30 days}}, renews: {automatically: {fact: auto_renews, else: true}}}", None),
        ("{milestones: {first: {before: 30 days}}, renews: {automatically: {fact: auto_renews, else: false}}}", FIRST),
        ("{milestones: {first: {before: 30 days}}, renews: {at_end: evergreen}}", None),
        ("{milestones: {first: {before: 30 days}}, renews: {at_end: once}}", None),
        ("{milestones: {first: {before: 30 days}}, renews: {at_end: cancel}}", FIRST),
        # The notice.
        ("{milestones: {first: {before: 30 days}}, renews: {automatically: true}, notice: {before: 29 days}}", None),
        ("{milestones: {first: {before: 30 days}}, renews: {automatically: true}, notice: {before: 30 days}}", FIRST),
        ("{milestones: {first: {before: 30 days}}, renews: {automatically: true}, notice: {before: 3 months}}", FIRST),
        ("{milestones: {first: {before: 30 days}}, renews: {automatically: true}, notice: {before: 0 days}}", None),
        ("{milestones: {first: {before: 90 days}}, notice: {before: {fact: lead, else: 90 days}}}", FIRST),
        # The profile's own words.
        ("{milestones: {first: {before: 90 days}}, started_late: 90 days}", None),
        ("{milestones: {first: {before: 90 days}}, started_late: 91 days}", FIRST),
        ("{milestones: {first: {before: 90 days}}, started_late: 3 months}", None),
    ],
)
def test_a_renewal_starts_in_time(said: str, late: str | None) -> None:
    body = said[1:-1] if said.startswith("{") else said
    lines = textwrap.indent(body.replace("}, renews", "}\nrenews").replace("}, notice", "}\nnotice"), " " * 6)
    lines = lines.replace("}, started_late", "}\n      started_late").strip()
    assert findings(RENEWAL.replace("SAID", lines), "JK207") == ([(late, "warning")] if late else [])


# JK208: expansion that waits to be asked

GROWTH = """
reactions: {REACTION: {upon: wish, OPENS}}
signals: {wish: {}}
tracks:
  growth:
    per: KIND
    counts_as: COUNTS
    stages: {pursuing: {}, won: {end: won}}
    moves: {bought: {from: [pursuing], to: won, when: {won: won}}}
  value:
    stages:
      one: {moves: {grew: {to: two, when: {won: won}MORE}}}
      two: {regress: {back: {to: one, when: {no: lost}}}}
"""


@pytest.mark.parametrize(
    ("kind", "counts", "opens", "more", "waits"),
    [
        ("opportunity", "expansion", "do: [look]", "", True),
        ("opportunity", "expansion", "opens: {workstream: {}}", "", True),
        ("opportunity", "expansion", "opens: {opportunity: {}}", "", False),
        ("opportunity", "expansion", "do: [look]", ", opens: {opportunity: {}}", False),
        ("opportunity", "adoption", "do: [look]", "", False),
        ("workstream", "expansion", "do: [look]", "", False),
        ("contract", "expansion", "do: [look]", "", False),
        ("account", "expansion", "do: [look]", "", False),
    ],
)
def test_expansion_has_triggers(kind: str, counts: str, opens: str, more: str, waits: bool) -> None:
    text = GROWTH.replace("REACTION", "asked").replace("OPENS", opens).replace("MORE", more)
    text = text.replace("per: KIND", f"per: {kind}" if kind != "account" else "label: Growth").replace("COUNTS", counts)
    assert findings(text, "JK208") == ([("tracks.growth", "warning")] if waits else [])


# JK209: onboarding that is finished without the customer's word

ONBOARDING = """
tracks:
  value:
    COUNTS
    stages:
      start:
        SUCCESS
        WAY
      run: {ENDRUN}
"""


@pytest.mark.parametrize("word", ["confirmed(go)", "won"])
@pytest.mark.parametrize(
    "left", ["success: {x: WORD}", "side_by_side: {i: {success: {x: WORD}}, k: {success: {x: won}}}"]
)
def test_the_word_may_be_asked_in_a_branch_at_any_depth(left: str, word: str) -> None:
    inner = f"side_by_side: {{l: {{{left.replace('WORD', word)}}}, r: {{success: {{x: won}}}}}}"
    found = started("exit: {to: run}", success=f"success: {{x: won}}\n        {inner}")
    assert found == ([] if word == "confirmed(go)" else ["tracks.value.stages.start.exit"])


def started(way: str, *, success: str = "", stage: str = "onboarding", track: str = "", run: str = "") -> list[str]:
    text = ONBOARDING.replace("WAY", way).replace(
        "SUCCESS", f"counts_as: {stage}\n        {success}" if stage else success
    )
    text = text.replace("COUNTS", f"counts_as: {track}" if track else "label: Value").replace("ENDRUN", run)
    return paths(text, "JK209")


@pytest.mark.parametrize(
    ("when", "asked"),
    [
        ("{go: confirmed(go)}", True),
        ("{go: confirmed(both_customers)}", True),
        ("{go: confirmed(anybody)}", False),
        ("{go: confirmed(ours)}", False),
        ("{won: won}", False),
        ("{won: won, go: confirmed(go)}", True),
        ("{won: won or confirmed(go)}", False),
        ("{won: confirmed(both_customers) or confirmed(go)}", True),
        ("{agreed: agreed}", True),
        ("{agreed: agreed_or_won}", False),
        ("{not_yet: not confirmed(go)}", False),
        ("{turned: not (not confirmed(go) or lost)}", True),
        ("{some: 'any_of(workstream, confirmed(each))'}", True),
        ("{many: 'count_of(workstream, confirmed(each)) > 2'}", False),
        ("{two: {at_least: 2, of: {won: won, go: confirmed(go), both: confirmed(both_customers)}}}", True),
        ("{one: {at_least: 1, of: {won: won, go: confirmed(go), both: confirmed(both_customers)}}}", False),
        ("{won: won}, handoff: {giver: csm, receiver: customer}", True),
        ("{won: won}, handoff: {giver: customer, receiver: csm}", False),
        ("{won: won}, upon: shout", False),
    ],
)
def test_onboarding_is_finished_by_the_customers_word(when: str, asked: bool) -> None:
    text = ONBOARDING + "signals: {shout: {}}\n"
    text = text.replace("WAY", f"exit: {{to: run, when: {when}}}").replace("SUCCESS", "counts_as: onboarding")
    text = text.replace("COUNTS", "label: Value").replace("ENDRUN", "")
    assert findings(text, "JK209") == ([] if asked else [("tracks.value.stages.start.exit", "error")])


EXIT = "exit: {to: run, when: {won: won}}"


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (started("exit: {to: run}", success="success: {won: won, go: confirmed(go)}"), []),
        (started("exit: {to: run}", success="success: {won: won}"), ["tracks.value.stages.start.exit"]),
        (started(EXIT, stage="adoption"), []),
        (started(EXIT, stage=""), []),
        (started(EXIT, stage="", track="onboarding"), []),  # run counts as onboarding too
        (started(EXIT, stage="", track="onboarding", run="end: live"), ["tracks.value.stages.start.exit"]),
        (started(EXIT, stage="onboarding", track="adoption"), ["tracks.value.stages.start.exit"]),
        (
            started("moves: {on: {kind: advance, to: run, when: {won: won}}}"),
            ["tracks.value.stages.start.moves.on"],
        ),
        (started("moves: {on: {kind: skip, to: run, when: {won: won}}}"), []),
        (started("moves: {on: {kind: churn, to: run, when: {won: won}}}", run="end: lost"), []),
        (
            started("steps: {a: {success: {won: won}}, b: {exit: {to: run, when: {won: won}}}}"),
            ["tracks.value.stages.start.steps.b.exit"],
        ),
    ],
)
def test_which_ways_finish_an_onboarding(asked: list[str], expected: list[str]) -> None:
    assert asked == expected


# JK210: handoffs to oneself


@pytest.mark.parametrize(
    ("giver", "receiver", "expected"),
    [
        ("sales", "csm", []),
        ("csm", "csm", [("tracks.value.stages.start.exit.handoff", "warning")]),
        ("customer", "customer", [("tracks.value.stages.start.exit.handoff", "warning")]),
        ("product", "product", []),
    ],
)
def test_somebody_else_takes_over(giver: str, receiver: str, expected: list[tuple[str, str]]) -> None:
    handoff = f"exit: {{to: run, when: {{go: confirmed(go)}}, handoff: {{giver: {giver}, receiver: {receiver}}}}}"
    text = ONBOARDING.replace("WAY", handoff).replace("SUCCESS", "label: Start").replace("COUNTS", "label: Value")
    assert findings(text.replace("ENDRUN", ""), "JK210") == expected


# JK211: gates that can be walked round

TWINS = """
signals: {poke: {}}
tracks:
  value:
    stages:
      start:
        steps:
          a: {success: {won: won}}
          b: {INNER}
        EXIT
        moves: {other: {to: run, when: {won: won} MORE}}
      run: {steps: {c: {success: {won: won}}, d: {}}, regress: {back: {to: start, when: {lost: lost}}}}
      over: {end: over}
    moves: {TRACK}
"""
WORD = "exit: {to: run, when: {go: confirmed(go)}}"
HANDED = "exit: {to: run, when: {won: won}, handoff: {giver: csm, receiver: sales}}"
OTHER = "tracks.value.stages.start.moves.other"


@pytest.mark.parametrize(
    ("exit_", "more", "expected"),
    [
        ("exit: {to: run, when: {won: won}}", "", []),
        (WORD, "", [OTHER]),
        (WORD, ", kind: advance", [OTHER]),
        (WORD, ", kind: skip", []),
        (WORD, ", kind: recover", []),
        (WORD, ", upon: poke", [OTHER]),
        (HANDED, "", [OTHER]),
        (HANDED, ", handoff: {giver: sales, receiver: csm}", []),
        (WORD, ", handoff: {giver: sales, receiver: csm}", [OTHER, "tracks.value.stages.start.exit"]),
        ("exit: {to: run, when: {any: {any: {won: won, go: confirmed(go)}}}}", "", []),
        ("exit: {to: run.d, when: {go: confirmed(go)}}", "", [OTHER]),
        ("exit: {to: over, when: {go: confirmed(go)}}", "", []),
        ("exit: {to: over, when: {go: confirmed(go)}}", "}, ends: {to: over, when: {lost: lost}", []),
    ],
)
def test_a_gate_stands_on_both_ways(exit_: str, more: str, expected: list[str]) -> None:
    text = TWINS.replace("EXIT", exit_).replace("MORE", more).replace("INNER", "").replace("TRACK", "")
    assert sorted(findings(text, "JK211")) == sorted((path, "warning") for path in expected)


@pytest.mark.parametrize(
    ("inner", "track", "expected"),
    [
        ("exit: {to: run, when: {go: confirmed(go)}}", "", [OTHER]),
        ("exit: {to: run, when: {won: won}}", "", []),
        ("", "asked: {kind: advance, from: [start.b], to: run, when: {go: confirmed(go)}}", [OTHER]),
        ("", "asked: {kind: advance, from: [run], to: over, when: {go: confirmed(go)}}", []),
        ("", "asked: {kind: regress, from: [run], to: start, when: {go: confirmed(go)}}", []),
    ],
)
def test_twins_may_stand_at_different_depths(inner: str, track: str, expected: list[str]) -> None:
    text = TWINS.replace("EXIT", "label: Start").replace("MORE", "").replace("INNER", inner).replace("TRACK", track)
    assert paths(text, "JK211") == expected


# JK212: a child that is its parent


@pytest.mark.parametrize(
    ("child", "same"),
    [
        ("", True),
        ("title: Ours\nabout: Ours alone\n", True),
        ("facts: {account: {score: {label: Points}}}\n", True),
        ("facts: {account: {score: {type: number, label: Points}}}\n", True),
        ("tracks: {t: {stages: {a: {typical: {is: 2 weeks, source: ours}}}}}\n", True),
        ("tracks: {t: {stages: {a: {typical: 3 weeks}}}}\n", False),
        ("tracks: {t: {stages: {a: {typical: ~}}}}\n", False),
        ("facts: {account: {label: {type: number}}}\n", False),
        ("facts: {account: {other: {type: number}}}\n", False),
        ("timezone: Europe/Lisbon\n", False),
        ("tracks: {t: {stages: {a: {activities: {call: Call them}}}}}\n", False),
    ],
)
def test_a_child_that_says_nothing_of_its_own_is_told(child: str, same: bool, tmp_path: Path) -> None:
    parent = "profile: parent\nversion: '1'\nfacts: {account: {score: {type: number}}}\n"
    (tmp_path / "parent.yaml").write_text(parent + "tracks: {t: {stages: {a: {typical: 2 weeks}}}}\n", encoding="utf-8")
    reading = catalog.examine_text(f"profile: child\nversion: '2'\nextends: parent.yaml\n{child}", "child", tmp_path)
    found = [(one.code, one.at.line, one.path) for one in remarks(reading)]
    assert found == ([("JK212", 3, "extends")] if same else [])


def test_of_two_equal_profiles_the_second_is_told(tmp_path: Path) -> None:
    text = "profile: NAME\nversion: '1'\ntracks: {t: {stages: {a: {typical: 2 weeks}}}}\n"
    one, two, other = (
        catalog.examine_text(written, name)
        for name, written in {
            "one": text.replace("NAME", "one"),
            "two": text.replace("NAME", "two"),
            "other": text.replace("NAME", "other").replace("weeks", "months"),
        }.items()
    )
    assert remarks(one) == remarks(one, [other]) == remarks(one, [one]) == ()
    assert [(one.code, one.path, str(one.at)) for one in remarks(two, [other, one])] == [
        ("JK212", "profile", "two:1:1"),
    ]
    (tmp_path / "one.yaml").write_text(text, encoding="utf-8")
    child = catalog.examine_text("profile: child\nversion: '1'\nextends: one.yaml\n", root=tmp_path)
    assert [one.path for one in remarks(child, [two, one])] == ["extends"]


# The seven mistakes of the guide


SEVEN = {
    "MI-01": "JK212",
    "MI-02": "JK204",
    "MI-03": "JK206",
    "MI-04": "JK201",
    "MI-05": "JK202",
    "MI-06": "JK207",
    "MI-07": "JK208",
}


def test_a_profile_with_the_seven_mistakes_is_told_each_of_them_once() -> None:
    found = remarks(catalog.examine(CASES / "seven_mistakes.yaml"))
    texts = {one.name: one.read_text(encoding="utf-8").splitlines() for one in CASES.glob("*_mistakes.yaml")}
    marked = [texts[Path(one.at.file).name][one.at.line - 1].rpartition("# ")[2] for one in found]
    assert {mark: one.code for mark, one in zip(marked, found, strict=True)} == SEVEN
    assert len(found) == len(SEVEN)


CHILD = "profile: child\nversion: '1'\nextends: base\n"
ASKED = ("usage_near_limit", "team_interest", "capability", "displacement", "growth", "thriving", "bundling")
UNASKED = f"reactions: {{{', '.join(f'{one}: ~' for one in ASKED)}}}\n"
OURS = "tracks: {value: {stages: {onboarding: {success: {go_live: ~}, exit: {when: {ready: ~}}}}}}\n"


@pytest.mark.parametrize(
    ("child", "code", "found"),
    [
        (UNASKED, "JK208", ["tracks.expansion"]),
        (UNASKED.replace("growth: ~, ", ""), "JK208", []),
        (OURS, "JK209", ["tracks.value.stages.onboarding.exit"]),
        (OURS.replace("exit: {when: {ready: ~}}", ""), "JK209", []),
        (OURS.replace("success: {go_live: ~}, ", ""), "JK209", []),
    ],
)
def test_a_child_of_a_shipped_segment_is_judged_like_it(child: str, code: str, found: list[str]) -> None:
    assert [one.path for one in lint_words(catalog.read_text(CHILD + child)) if one.code == code] == found


@pytest.mark.parametrize("name", catalog.names())
def test_the_shipped_segments_make_none_of_them(name: str) -> None:
    assert [str(one) for one in remarks(catalog.examine(name))] == []
