"""What a profile must not say, though it can be read: exits by the calendar or by activity, ends of the endless."""

from __future__ import annotations

import re
import textwrap
from dataclasses import replace
from pathlib import Path

import pytest

from folders import ROOT
from journeykit.errors import ProfileError
from journeykit.language import catalog
from journeykit.lint.remarks import lint_words, remarks

HEAD = """
profile: sample
version: "1.0"
timezone: UTC
roles: {customer: {side: customer}, csm: {side: us}, product: {side: us, played_by: product}}
subjects: {workstream: {opens_with: main}, contract: {term: [contract_start, contract_end]}}
facts:
  account:
    score: {type: number}
    calls: {type: integer, measures: activity}
    mails: {type: integer, measures: activity}
    result: {type: boolean, measures: outcome}
    signed_on: {type: date}
    logins: {type: integer, stale_after: 14 days}
    spent: {type: number, stale_after: 1 month}
signals: {nudge: {}}
confirmations: {go: {by: customer}}
bands:
  busy: {of: calls + mails, levels: {low: 0, high: 10}, margin: 1}
  health: {of: score, levels: {red: 0, green: 50}, margin: 5}
  use: {of: logins, levels: {low: 0, high: 10}}
derived:
  waited: {is: age(account) > 90 days}
  waited_or_won: {any: {waited: waited, won: result}}
  one_of: {at_least: 1, of: {old: waited, won: result, go: confirmed(go)}}
  three_of: {at_least: 3, of: {old: waited, won: result, go: confirmed(go)}}
  touched: {is: calls > 3}
  effort: {is: calls + mails}
  silent: {quiet: nudge, for: 21 days}
  nudged: {seen: nudge, within: 30 days}
  per_login: spent / logins
  cheap: {all: {low: per_login < 3, known: spent > 0}}
"""

TWO_STAGES = """
tracks:
  main:
    stages:
      first:
        exit: {to: second, when: WHEN}
        MORE
      second:
        regress: {fell: {to: first, when: {bad: not result}}}
  renewal:
    per: contract
    countdown: {to: contract_end, milestones: {soon: {before: 60 days}}}
    stages: {waiting: {}, talking: {}}
    moves:
      opened: {kind: advance, from: [waiting], to: talking, when: {soon: reached(soon)}}
      closed: {kind: renew, from: [talking], to: waiting, when: {go: confirmed(go)}, begins_term: true}
"""


def findings(tracks, **derived):
    head = textwrap.dedent(HEAD) + "".join(f"  {name}: {written}\n" for name, written in derived.items())
    profile = catalog.read_text(head + textwrap.dedent(tracks), file="sample.yaml")
    return [(one.code, one.path, one.severity) for one in lint_words(profile)]


def of_exit(when, more=""):
    return [
        code
        for code, path, _ in findings(TWO_STAGES.replace("WHEN", when).replace("MORE", more))
        if path.endswith("exit")
    ]


FINE = [
    "{go: confirmed(go)}",
    "{won: result}",
    "{busy: calls > 3, won: result}",
    "{old: age(account) > 90 days, won: result}",
    "{old: age(account) > 90 days and score > 3}",
    "{either: {any: {won: result, go: confirmed(go)}}}",
    "{two: {at_least: 2, of: {old: waited, won: result, go: confirmed(go)}}}",
    "{per_call: score / calls > 2}",
    "{health: health >= green}",
    "{signed: signed_on < 2026-01-05}",
    "{somebody: 'any_of(contract, reached(soon)) and result'}",
    "{contracts: 'count_of(contract, true) > 2'}",
    "{there: at(main.first) and result}",
    "{not_waiting: not (waited or not result)}",
    "{never: false}",
    "{none_of_them: not one_of}",
    "{nudged: nudged}",
    "{nudged: {seen: nudge, within: 3 days}}",
    "{not_silent: not silent}",
    "{won: {is: result, held: 30 days}}",
    "{silent: silent, won: result}",
    "{both: {all: {silent: {quiet: nudge, for: 3 days}, won: result}}}",
]
BY_CALENDAR = [
    "{old: age(account) > 90 days}",
    "{old: age(main.first) >= 3 months}",
    "{old: age(account) > 90 days or result}",
    "{young: not (age(account) < 90 days and not result)}",
    "{waited: waited}",
    "{derived: waited_or_won}",
    "{old: waited, covered: covered}",
    "{either: {any: {won: result, old: waited}}}",
    "{one: {at_least: 1, of: {old: waited, won: result}}}",
    "{two: {at_least: 2, of: {old: waited, covered: covered, won: result}}}",
    "{somebody: 'any_of(contract, reached(soon))'}",
    "{nobody: 'not any_of(contract, reached(soon))'}",
    "{close: 'any_of(contract, days_until(contract_end) < 30 days)'}",
    "{not_all_of_them: not three_of}",
    "{nothing: true}",
    "{old: waited, nothing: true}",
    "{silent: silent}",
    "{silent: {quiet: nudge, for: 3 days}}",
    "{silent: {quiet: nudge, for: 3 days, held: 30 days}}",
    "{not_nudged: not nudged}",
    "{either: {any: {won: result, silent: {quiet: nudge, for: 3 days}}}}",
    "{old: {is: waited, held: 3 days}}",
]
BY_ACTIVITY = [
    "{calls: calls > 3}",
    "{calls: calls + mails > 10}",
    "{calls: effort > 10}",
    "{touched: touched}",
    "{busy: busy == high}",
    "{calls: calls > 3, old: waited}",
    "{calls: calls > 3 or result}",
    "{lazy: not (calls < 3 or mails < 3)}",
    "{two: {at_least: 2, of: {calls: calls > 3, mails: mails > 3, won: result}}}",
    "{much: 'count_of(contract, calls > 3) > 1'}",
    "{calls: {is: calls > 3, held: 30 days}}",
    "{calls: calls > 3, silent: silent}",
]


@pytest.mark.parametrize("when", FINE)
def test_an_exit_that_asks_for_a_result_is_fine(when):
    assert of_exit(when) == []


@pytest.mark.parametrize("when", BY_CALENDAR)
def test_an_exit_by_the_calendar_alone_is_an_error(when):
    assert of_exit(when) == ["JK201"]


@pytest.mark.parametrize("when", BY_ACTIVITY)
def test_an_exit_by_activity_alone_is_an_error(when):
    assert of_exit(when) == ["JK202"]


def test_a_handoff_is_no_validation():
    exit_ = "{old: waited}, handoff: {giver: csm, receiver: customer}"
    assert of_exit(exit_) == ["JK201"]


def test_an_exit_that_asks_for_nothing_but_a_handoff_is_a_decision():
    assert of_exit("{nothing: true}, handoff: {giver: csm, receiver: customer}") == []


def test_an_exit_upon_a_signal_is_not_driven_by_the_calendar():
    assert of_exit("{old: waited}, upon: nudge") == []


def test_an_exit_by_success_rests_on_the_success():
    tracks = TWO_STAGES.replace("exit: {to: second, when: WHEN}", "exit: {to: second}")
    assert "JK201" in [code for code, *_ in findings(tracks.replace("MORE", "success: {old: waited}"))]
    assert findings(tracks.replace("MORE", "success: {old: waited, won: result}")) == []


def test_a_step_may_end_with_the_work_that_it_is_made_of():
    """Only the exit from the whole needs a result; a step of work is over when the work is done."""
    steps = "steps: {one: {success: {calls: calls > 3}}, two: {}}"
    assert findings(TWO_STAGES.replace("WHEN", "{won: result}").replace("MORE", steps)) == []


def test_every_place_is_named_with_its_path_in_the_text():
    tracks = """
        tracks:
          main:
            stages:
              first:
                steps:
                  one: {success: {old: waited}}
                  two:
                    side_by_side:
                      left: {success: {won: result}}
                      right:
                        success: {old: waited}
                        steps: {a: {success: {old: waited}}, b: {}}
                  three: {}
                moves:
                  hurried: {kind: advance, to: second, when: {calls: calls > 3}}
                  slow: {to: second, when: {old: waited}}
                exit: {to: second, when: {go: confirmed(go)}}
              second: {}
              done: {end: done}
            moves:
              later: {kind: advance, from: [second], to: done, when: {old: waited}}
              back: {kind: regress, from: [second], to: first.two, when: {bad: not result}}
        """
    assert findings(tracks) == [
        ("JK201", "tracks.main.stages.first.steps.one.success", "error"),
        ("JK201", "tracks.main.stages.first.steps.two.side_by_side.right.steps.a.success", "error"),
        ("JK202", "tracks.main.stages.first.moves.hurried", "error"),
        ("JK211", "tracks.main.stages.first.moves.hurried", "warning"),
        ("JK211", "tracks.main.stages.first.moves.slow", "warning"),
        ("JK201", "tracks.main.moves.later", "error"),
    ]


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("{success: {won: result}}", "{success: {old: waited}}", []),
        ("{success: {old: waited}}", "{success: {old: waited}}", ["JK201"]),
        ("{success: {old: waited}}", "{steps: {x: {success: {won: result}}, y: {end: over}}}", []),
        ("{side_by_side: {a: {success: {won: result}}, b: {success: {old: waited}}}}", "{success: {old: waited}}", []),
        ("{side_by_side: {a: {success: {o: waited}}, b: {success: {o: waited}}}}", "{success: {o: waited}}", ["JK201"]),
    ],
)
def test_a_step_with_branches_is_over_when_they_are(left, right, expected):
    tracks = f"""
        tracks:
          main:
            stages:
              first:
                steps:
                  one: {{side_by_side: {{left: {left}, right: {right}}}}}
                  two: {{}}
        """
    assert [code for code, path, _ in findings(tracks) if path.endswith("one.success")] == expected


TIMED = """
reactions: {alarm: {when: {idle: {is: cheap, held: 15 days}}, do: [call]}}
tracks:
  main:
    stages:
      first:
        success: {won: result, used: {is: logins > 3, held: 30 days}}
        exit: {to: second}
      second:
        regress:
          fell: {to: first, when: {bad: {any: {a: {all: {b: {is: use == low, held: 30 days}}}, c: not result}}}}
  renewal:
    per: contract
    countdown:
      to: contract_end
      milestones: {soon: {before: 60 days, needs: {at_least: 1, of: {spent: spent > 3}, held: 32 days}}}
    stages: {waiting: {}}
"""


def test_what_is_held_for_longer_than_it_is_known_is_told_once_with_its_place():
    assert findings(TIMED, idle="{is: logins == 0, held: 15 days}") == [
        ("JK205", "derived.idle", "warning"),
        ("JK205", "reactions.alarm.when.idle", "warning"),
        ("JK205", "tracks.main.stages.first.success.used", "warning"),
        ("JK205", "tracks.main.stages.second.regress.fell.when.bad.any.a.all.b", "warning"),
        ("JK205", "tracks.renewal.countdown.milestones.soon.needs", "warning"),
    ]


@pytest.mark.parametrize(
    ("criterion", "expected"),
    [
        ("{is: logins > 3, held: 13 days}", 0),
        ("{is: logins > 3, held: 14 days}", 1),  # It goes stale at the instant at which it was held for long enough.
        ("{is: logins > 3, held: 15 days}", 1),
        ("{is: spent > 3, held: 30 days}", 0),  # A month may be longer.
        ("{is: spent > 3, held: 31 days}", 1),
        ("{is: spent > 3, held: 1 month}", 1),
        ("{is: spent > 3, held: 1 month 1 day}", 1),
        ("{is: per_login > 3, held: 15 days}", 1),
        ("{is: per_login > 3, held: 32 days}", 2),
        ("{is: cheap, held: 32 days}", 2),
        ("{is: use == low, held: 15 days}", 1),
        ("{is: 'any_of(contract, logins > 3)', held: 15 days}", 1),
        ("{is: days_until(signed_on) < 3 days, held: 1 year}", 0),
        ("{is: result, held: 1 year}", 0),
        ("{quiet: nudge, for: 1 year, held: 1 year}", 0),
        ("{any: {a: {is: logins > 3, held: 13 days}, b: result}, held: 15 days}", 1),
        ("{any: {a: {is: logins > 3, held: 20 days}, b: result}, held: 15 days}", 2),
    ],
)
def test_held_is_weighed_against_every_fact_that_is_read(criterion, expected):
    assert [code for code, *_ in findings("tracks: {main: {stages: {a: {}}}}", x=criterion)] == ["JK205"] * expected


CADENCE = """
tracks:
  main:
    cadences: {review: {every: 3 months, done_by: nudge}}
    stages:
      first: {exit: {to: second, when: {reviewed: READ, won: result}}}
      second: {regress: {fell: {to: first, when: {bad: not result}}}}
"""
READS = [
    "review",
    "main.review",
    "reached(review)",
    "confirmed(review)",
    "unsettled(review)",
    "at(main.review)",
    "age(review) < 3 months",
    "any_of(contract, reached(review))",
    "{seen: review, within: 3 months}",
    "{quiet: review, for: 3 months}",
]


@pytest.mark.parametrize("read", READS)
def test_a_cadence_is_no_success(read):
    """That a review took place proves nothing: no criterion can ask for it."""
    written = read if read.startswith("{") else f"'{read}'"
    with pytest.raises(ProfileError) as refused:
        findings(CADENCE.replace("READ", written))
    (finding,) = refused.value.findings
    assert finding.code == "JK103"
    assert finding.path.startswith("tracks.main.stages.first.exit.when.reviewed")


def test_what_keeps_a_cadence_is_a_signal_like_any_other():
    """Only its own name can be read, and that it took place is activity, which carries nobody on by itself."""
    lately = CADENCE.replace("READ", "{seen: nudge, within: 3 months}")
    assert findings(lately) == []
    assert [code for code, *_ in findings(lately.replace(", won: result", ""))] == ["JK202"]


@pytest.mark.parametrize(
    ("shown_by", "read"),
    [
        ("nudge", "unsettled(nudge)"),
        ("go", "confirmed(go)"),
        ("result", "result"),
        ("result", "result or score > 3 and result"),
    ],
)
def test_whatever_shows_that_a_cadence_was_kept_is_our_activity(shown_by, read):
    """Also a word or a fact that would count elsewhere."""
    text = CADENCE.replace("{reviewed: READ, won: result}", f"{{x: {read}}}")
    other = "go" if shown_by == "result" else "result"
    for kept, expected in ((shown_by, True), (other, False)):
        found = findings(text.replace("done_by: nudge", f"done_by: {kept}"))
        assert ("JK202" in [code for code, *_ in found]) is expected


@pytest.mark.parametrize("name", catalog.names())
def test_the_shipped_segments_take_no_review_for_a_result(name):
    """Without the cadences nothing listens to what keeps them."""
    profile = catalog.read(name)
    kept = {one.done_by for track in profile.tracks.values() for one in track.cadences}
    without = {key: replace(track, cadences=()) for key, track in profile.tracks.items()}
    unheard = {one.path for one in lint_words(replace(profile, tracks=without)) if one.code == "JK206"}
    assert unheard == {f"signals.{one}" for one in kept}
    assert bool(kept) == (name != "product_led")


ENDLESS = """
tracks:
  retention:
    never_ends: NEVER
    stages:
      healthy: {COUNTS}
      lost: {end: lost}
"""


@pytest.mark.parametrize(
    ("never", "counts", "expected"),
    [
        ("true", "", [("JK203", "tracks.retention.stages.lost.end", "error")]),
        ("false", "", []),
        ("false", "counts_as: retention, end: over", [("JK203", "tracks.retention.stages.healthy.end", "error")]),
    ],
)
def test_what_never_ends_has_no_end(never, counts, expected):
    assert findings(ENDLESS.replace("NEVER", never).replace("COUNTS", counts)) == expected


def test_what_never_ends_does_not_close_its_subject():
    tracks = """
        tracks:
          retention:
            per: workstream
            never_ends: true
            stages: {healthy: {}}
            moves: {gone: {from: [healthy], to: healthy, upon: account.nudge, closes: true}}
        """
    assert findings(tracks) == [("JK203", "tracks.retention.moves.gone.closes", "error")]


WAYS_BACK = [
    ("", ["second"]),
    ("regress: {fell: {to: first, when: {bad: not result}}}", []),
    ("moves: {fell: {to: first, when: {bad: not result}}}", []),
    ("moves: {on: {to: third, when: {good: result}}}", ["second"]),
    ("steps: {a: {success: {won: result}}, b: {regress: {fell: {to: second.a, when: {bad: not result}}}}}", []),
]


@pytest.mark.parametrize(("second", "expected"), WAYS_BACK)
def test_a_stage_without_a_way_back_is_a_warning(second, expected):
    tracks = f"""
        tracks:
          main:
            stages:
              first: {{}}
              second: {{{second}}}
              third: {{end: over}}
        """
    assert findings(tracks) == [("JK204", f"tracks.main.stages.{one}", "warning") for one in expected]


def test_a_track_of_one_stage_needs_no_way_back():
    assert findings("tracks: {main: {stages: {only: {}, over: {end: over}}}}") == []


def test_a_finding_stands_where_the_author_wrote_it():
    tracks = TWO_STAGES.replace("WHEN", "{old: waited}").replace("MORE", "")
    text = textwrap.dedent(HEAD) + tracks
    (finding,) = lint_words(catalog.read_text(text, file="sample.yaml"))
    assert text.splitlines()[finding.at.line - 1].strip().startswith("exit:")
    assert str(finding).startswith(f"sample.yaml:{finding.at.line}:")


@pytest.mark.parametrize("name", catalog.names())
def test_the_shipped_segments_have_no_errors(name):
    assert [str(one) for one in lint_words(catalog.read(name)) if one.severity == "error"] == []


# The reference page: every code has its place, and its examples say what they claim.

PAGE = (ROOT / "docs" / "reference" / "findings.md").read_text(encoding="utf-8")
CARE = re.search(r"```yaml file=care.yaml\n(.*?)```", PAGE, re.S)
SECTIONS = re.findall(r"^### (JK\d+):.*?\n```yaml\n(.*?)```\n```yaml\n(.*?)```", PAGE, re.M | re.S)
# What a comment does not leave out is told beside it, and where no way leads out none leads back.
BESIDE = {"JK213": {"JK206"}, "JK302": {"JK204"}}


def codes_of(child, folder):
    assert CARE
    (folder / "care.yaml").write_text(CARE[1], encoding="utf-8")
    try:
        reading = catalog.examine_text(f'profile: child\nversion: "1"\nextends: care.yaml\n{child}', root=folder)
        return {one.code for one in remarks(reading)}
    except ProfileError as error:
        return {one.code for one in error.findings}


@pytest.mark.parametrize(("code", "bad", "good"), SECTIONS, ids=[code for code, *_ in SECTIONS])
def test_the_examples_of_a_code(code, bad, good, tmp_path):
    assert codes_of(bad, tmp_path) == {code} | BESIDE.get(code, set())
    assert codes_of(good, tmp_path) == set()


def test_every_code_has_its_place_on_the_page():
    source = Path(catalog.__file__).parent.parent
    used = {
        code for path in source.rglob("*.py") for code in re.findall(r'"(JK\d{3})"', path.read_text(encoding="utf-8"))
    }
    assert {code for code, *_ in SECTIONS} == {code for code in used if code[2] != "0"}
    assert {code for code in used if code[2] == "0"} == set(re.findall(r"^\| (JK\d{3}) ", PAGE, re.M))
