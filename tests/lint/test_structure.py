"""What the structure of a profile gives away: places nobody reaches or leaves, and moves that chase each other."""

from __future__ import annotations

import pytest

from machine_profiles import codes, findings, text_of


def test_a_sound_profile_has_no_finding() -> None:
    assert not findings(
        """
        value:
          per: workstream
          stages:
            start: {steps: {a: {success: {built: built}}, b: {}}, exit: {to: use, when: {t: trained}}}
            use:
              exit: {to: steady, when: {u: uses > 3}}
              regress: {fell: {when: {low: uses < 1}, to: start, asks_again: [built, trained]}}
            steady: {label: Retention, regress: {fell: {when: {low: uses < 2}, to: use}}}
        retention:
          never_ends: true
          stages: {fine: {}, risk: {}}
          moves:
            worse: {kind: regress, from: [fine], to: risk, when: {r: risky}}
            better: {kind: recover, from: [risk], to: fine, when: {r: not risky}}
        """
    )


def test_a_place_to_which_nothing_leads() -> None:
    tracks = """
        value:
          per: workstream
          stages:
            start: {exit: {to: done, when: {t: trained}}}
            lone: {steps: {a: {success: {t: trained}}, b: {}}, exit: {to: done, when: {t: trained}}}
            done: {end: done}
        """
    found = findings(tracks)
    assert [(one.code, one.severity, one.path) for one in found] == [("JK301", "warning", "tracks.value.stages.lone")]
    assert found[0].at.file == "<text>"
    assert "lone:" in text_of(tracks).splitlines()[found[0].at.line - 1]


def test_a_step_of_a_branch_to_which_nothing_leads() -> None:
    text = """
        value:
          per: workstream
          stages:
            start:
              steps:
                both:
                  side_by_side:
                    one:
                      success: {t: trained}
                      steps:
                        a: {exit: {to: start.both.one.c, when: {b: built}}}
                        b: {success: {b: built}}
                        c: {}
                    two: {success: {b: built}}
              exit: {to: done, when: {t: trained}}
            done: {end: done}
        """
    found = findings(text)
    path = "tracks.value.stages.start.steps.both.side_by_side.one.steps.b"
    assert [(one.code, one.path) for one in found if one.code == "JK301"] == [("JK301", path)]
    # A way from outside that aims into the branch reaches it.
    aimed = text.rstrip() + "\n          moves: {in: {from: [start], to: start.both.one.b, upon: left}}\n"
    assert not [one for one in findings(aimed) if one.code == "JK301"]


def test_a_place_without_a_way_out() -> None:
    text = """
        value:
          per: workstream
          {more}
          stages:
            start: {{exit: {{to: pit, when: {{t: trained}}}}, moves: {{on: {{to: last, when: {{b: built}}}}}}}}
            pit: {{}}
            last: {{}}
        """
    [found] = findings(text.format(more="label: Value"))
    assert (found.code, found.severity, found.path) == ("JK302", "warning", "tracks.value.stages.pit")
    assert not findings(text.format(more="never_ends: true"))
    assert not findings(text.format(more="label: Value").replace("pit: {}", "pit: {end: gone}"))


LOOP = """
value:
  per: workstream
  stages:
    a: {{moves: {{there: {{to: b, when: {{x: {one}}}{first}}}}}}}
    b: {{moves: {{back: {{to: a, when: {{x: {two}}}{second}}}}}}}
"""


@pytest.mark.parametrize(
    ("one", "two", "more", "endless"),
    [
        ("trained", "built", {}, True),
        ("trained", "not trained", {}, False),
        ("uses > 3", "uses > 5", {}, True),
        ("uses > 3", "uses < 2", {}, False),
        ("trained", "built", {"first": ", upon: left"}, False),
        ("trained", "built", {"first": ", asks_again: [built]"}, False),
        ("trained", "built", {"first": ", asks_again: [uses]"}, True),
        ("trained", "built", {"second": ", handoff: {giver: csm, receiver: sales}"}, False),
        ("trained", "built", {"second": ", handoff: {giver: csm, receiver: robot}"}, True),
        ("trained", "built", {"second": ", closes: true"}, False),
        ("trained", "age(value.b) >= 3 days", {}, False),
        ("trained", "age(value.b) < 3 days", {}, True),
        ("trained", "at(value.a)", {}, False),
        ("at(value.a)", "at(value.b)", {}, True),
        ("confirmed(ready)", "not confirmed(ready)", {}, False),
    ],
)
def test_moves_that_follow_each_other_for_ever(one: str, two: str, more: dict[str, str], endless: bool) -> None:
    found = findings(LOOP.format(**{"one": one, "two": two, "first": "", "second": "", **more}))
    assert [finding.code for finding in found] == ["JK303"] * endless
    for finding in found:
        assert finding.severity == "error"
        assert "'value.a.there', 'value.b.back'" in finding.message
        assert finding.path == "tracks.value.stages.a.moves.there"


def test_a_move_that_may_be_taken_again_from_where_it_leads() -> None:
    text = """
        value:
          per: workstream
          stages:
            use:
              steps: {{low: {{success: {{t: trained}}}}, high: {{}}}}
              regress: {{fell: {{when: {{low: uses < 1}}, to: use.low{more}}}}}
        """
    [found] = [one for one in findings(text.format(more=", asks_again: [trained]")) if one.code == "JK303"]
    assert "'value.use.fell' may be taken again from where it leads ('use.low')" in found.message
    assert not findings(text.format(more=", asks_again: [uses, trained]"))
    # A regression that bounces is told once, as that.
    assert codes(text.format(more="")) == ["JK304"]


def test_a_circle_of_three_and_only_the_smallest_are_told() -> None:
    text = """
        value:
          per: workstream
          stages:
            a: {moves: {ab: {to: b, when: {x: trained}}}}
            b: {moves: {bc: {to: c, when: {x: built}}}}
            c: {moves: {ca: {to: a, when: {x: uses > 1}}}}
        """
    [found] = findings(text)
    assert "'value.a.ab', 'value.b.bc', 'value.c.ca'" in found.message
    shorter = text.replace(
        "ab: {to: b, when: {x: trained}}", "ab: {to: b, when: {x: trained}}, aa: {to: a, when: {x: built}}"
    )
    assert [one.path.rpartition(".")[2] for one in findings(shorter)] == ["ab", "aa"]


def test_a_new_term_ungives_what_belongs_to_the_term() -> None:
    text = """
        renewal:
          per: contract
          countdown: {{to: contract_end, milestones: {{prepare: {{before: 90 days}}}}}}
          stages: {{waiting: {{}}, open: {{}}}}
          moves:
            opened: {{from: [waiting], to: open, when: {{w: reached(prepare)}}}}
            renewed: {{kind: renew, from: [open], to: waiting, when: {{s: {signed}}}{term}}}
        """
    assert "JK303" in codes(text.format(signed="confirmed(signed)", term=""))
    assert "JK303" not in codes(text.format(signed="confirmed(signed)", term=", begins_term: true"))
    assert "JK303" not in codes(text.format(signed="not reached(prepare)", term=""))
    assert "JK303" not in codes(text.format(signed="auto_renews", term=", begins_term: true"))


def test_an_end_that_moved_did_not_move_in_the_stage_that_is_entered() -> None:
    text = """
        renewal:
          per: contract
          stages: {{waiting: {{steps: {{one: {{success: {{x: auto_renews}}}}, two: {{}}}}}}, gone: {{}}}}
          moves:
            back: {{from: [{source}], to: {to}, when: {{moved: {asked}}}}}
            off: {{from: [waiting], to: gone, when: {{s: auto_renews}}}}
        """
    assert "JK303" in codes(text.format(source="gone", to="waiting", asked="confirmed(signed)"))
    assert "JK303" not in codes(text.format(source="gone", to="waiting", asked="end_moved"))
    assert "JK303" in codes(text.format(source="gone", to="waiting", asked="not end_moved"))
    assert "JK303" in codes(text.format(source="waiting", to="waiting.two", asked="end_moved"))


def test_findings_stand_in_the_order_of_the_text() -> None:
    found = findings(LOOP.format(one="trained", two="built", first="", second="") + "    c: {}\n    d: {}\n")
    assert [one.code for one in found] == ["JK303", "JK301", "JK302", "JK301"]
    assert list(found) == sorted(found, key=lambda one: one.at)


BUILDING = """
    value:
      per: workstream
      stages:
        start:
          steps:
            build:
              side_by_side:
                technical:
                  steps: {{config: {{exit: {{to: start.build.technical.migrate, when: {{b: built}}}}}}, migrate: {{}}}}
                people:
                  steps: {{invite: {{exit: {{to: start.build.people.train, when: {{t: trained}}}}}}, train: {{}}}}
                  {on_people}
                papers: {{success: {{t: trained}}}}
          exit: {{to: use, when: {{u: uses > 3}}}}
          {on_stage}
        use:
          label: Retention
          regress: {{fell: {{when: {{low: uses < 2}}, to: start.build.people, asks_again: [built, trained]}}}}
"""
LEFT = "regress: {{left: {{upon: left, to: {to}, asks_again: [trained, built]}}}}"


@pytest.mark.parametrize(
    ("on_stage", "on_people", "lost"),
    [
        (LEFT.format(to="start.build.people.invite"), "", ["technical"]),
        (LEFT.format(to="start.build.people"), "", ["technical"]),
        (LEFT.format(to="start.build.papers"), "", ["technical", "people"]),
        ("", LEFT.format(to="start.build.people.invite"), []),
        (LEFT.format(to="start.build"), "", []),
        (LEFT.format(to="start"), "", []),
        # From one branch into another: that the first is left is said by where it is written.
        ("", "moves: {over: {upon: left, to: start.build.technical}}", []),
        ("", "moves: {over: {upon: left, to: start.build.papers}}", ["technical"]),
    ],
)
def test_a_move_that_sets_back_branches_which_it_does_not_name(on_stage: str, on_people: str, lost: list[str]) -> None:
    text = BUILDING.format(on_stage=on_stage, on_people=on_people)
    found = [one for one in findings(text) if one.code == "JK305"]
    assert len(found) == bool(lost)
    for one in found:
        assert one.severity == "warning"
        assert "inside 'start.build', this also starts" in one.message
        assert [f"'start.build.{name}'" in one.message for name in ("technical", "people", "papers")] == [
            name in lost for name in ("technical", "people", "papers")
        ]


def test_a_branch_inside_a_branch_is_set_back_too() -> None:
    text = """
        value:
          per: workstream
          stages:
            start:
              side_by_side:
                outer:
                  side_by_side:
                    left: {steps: {one: {success: {b: built}}, two: {}}}
                    right: {steps: {one: {success: {t: trained}}, two: {}}}
                other: {success: {b: built}}
              moves: {anew: {upon: left, to: start.outer.right.two}}
        """
    [found] = [one for one in findings(text) if one.code == "JK305"]
    assert "this also starts 'start.outer.left' anew" in found.message
    assert "write it on the branch 'start.outer'" in found.hint
