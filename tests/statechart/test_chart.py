"""The chart of a profile, and the coordinator over it."""

from __future__ import annotations

import threading

import pytest

from journeykit.statechart._transitions import build
from journeykit.statechart.chart import Chart, Transition, chart_of, choices
from journeykit.statechart.order_of_choice import order_of_choice
from journeykit.statechart.regions import Coordinator, Start
from machine_profiles import profile

VALUE = """
value:
  per: workstream
  stages:
    onboarding:
      steps:
        kickoff: {success: {trained: trained}}
        delivery:
          side_by_side:
            technical:
              success: {uses: uses > 0}
              steps: {wiring: {success: {built: built}}, tuning: {}}
              regress: {broken: {when: {no: not built}, to: onboarding.delivery.technical.wiring}}
            people:
              success: {trained: trained}
              moves: {gone: {upon: left, to: closed}}
        going_live: {}
      exit: {to: adoption, when: {seats: seats >= 70%}}
      regress: {fell: {upon: left, to: onboarding.delivery.people}}
    adoption: {exit: {to: onboarding.delivery.technical.tuning, when: {many: uses > 3}}}
    closed: {end: closed}
  moves:
    over: {kind: churn, from: open, when: {none: uses == 0}, to: closed}
    again: {from: any, upon: back, to: onboarding}
retention:
  stages: {fine: {exit: {to: done, when: {calm: calm}}}, done: {end: done}}
"""


@pytest.fixture(scope="module")
def chart() -> Chart:
    return chart_of(profile(VALUE))


@pytest.fixture(scope="module")
def coordinator(chart: Chart) -> Coordinator:
    return Coordinator(chart)


def ids(transitions: tuple[Transition, ...]) -> list[str]:
    return [transition.id for transition in transitions]


def test_branches_become_child_regions(chart: Chart) -> None:
    assert [(region.name, region.parent) for region in chart.walk()] == [
        ("value", ""),
        ("value.onboarding.delivery.technical", "onboarding.delivery"),
        ("value.onboarding.delivery.people", "onboarding.delivery"),
        ("retention", ""),
    ]
    assert chart.regions[0].leaves() == (
        "onboarding.kickoff",
        "onboarding.delivery",
        "onboarding.going_live",
        "adoption",
        "closed",
    )


def test_a_transition_belongs_to_the_innermost_region_that_holds_it(coordinator: Coordinator) -> None:
    technical = coordinator.regions["value.onboarding.delivery.technical"]
    people = coordinator.regions["value.onboarding.delivery.people"]
    assert ids(technical.transitions) == [
        "value.onboarding.delivery.technical.broken",
        "value.onboarding.delivery.technical.wiring.next",
    ]
    assert people.transitions == ()
    assert "value.onboarding.delivery.people.gone" in ids(coordinator.regions["value"].transitions)


def test_moves_are_offered_by_kind_then_upon_a_signal_then_inside_first(coordinator: Coordinator) -> None:
    assert ids(coordinator.candidates("value", "onboarding.delivery")) == [
        "value.over",
        "value.onboarding.fell",
        "value.onboarding.delivery.people.gone",
        "value.again",
        "value.onboarding.delivery.next",
        "value.onboarding.exit",
    ]


def test_the_order_of_choice_runs_over_all_regions_of_a_track() -> None:
    order = [move.id.removeprefix("value.") for move in order_of_choice(profile(VALUE).tracks["value"])]
    assert order == [
        "over",  # churn
        "onboarding.fell",  # regressions: upon a signal first
        "onboarding.delivery.technical.broken",
        "onboarding.delivery.people.gone",  # others upon a signal, the track's own last
        "again",
        "onboarding.kickoff.next",
        "onboarding.delivery.technical.wiring.next",
        "onboarding.delivery.next",
        "onboarding.exit",
        "adoption.exit",
    ]


def test_an_end_is_left_only_by_what_names_it(coordinator: Coordinator) -> None:
    assert ids(coordinator.candidates("value", "closed")) == ["value.again"]
    assert coordinator.candidates("retention", "done") == ()


def test_an_end_inside_a_stage_is_left_by_a_move_from_any() -> None:
    text = """
        t:
          stages:
            a: {steps: {b: {exit: {to: a.c, when: {calm: calm}}}, c: {end: c}}, exit: {to: d, when: {v: level > 1}}}
            d: {end: d}
          moves: {again: {from: any, upon: quarrel, to: a}, over: {from: open, upon: quarrel, to: d}}
        """
    region = chart_of(profile(text)).regions[0]
    assert set(ids(choices(region, "a.b"))) == {"t.a.b.exit", "t.a.exit", "t.again", "t.over"}
    assert ids(choices(region, "a.c")) == ["t.again"]


def test_starting_enters_every_branch(coordinator: Coordinator) -> None:
    plan = coordinator.plan("value", "onboarding.kickoff", "onboarding.delivery")
    assert plan.leaf == "onboarding.delivery"
    assert plan.exited == ("onboarding.kickoff",)
    assert plan.entered == ("onboarding.delivery",)
    technical, people = "onboarding.delivery.technical", "onboarding.delivery.people"
    assert plan.starts == (
        Start(f"value.{technical}", f"{technical}.wiring", (technical, f"{technical}.wiring")),
        Start(f"value.{people}", people, (people,)),
    )


def test_a_target_in_one_branch_starts_the_others_at_their_first_step(coordinator: Coordinator) -> None:
    plan = coordinator.plan("value", "adoption", "onboarding.delivery.technical.tuning")
    assert plan.exited == ("adoption",)
    assert plan.entered == ("onboarding", "onboarding.delivery")
    assert [start.leaf for start in plan.starts] == [
        "onboarding.delivery.technical.tuning",
        "onboarding.delivery.people",
    ]


def test_a_target_around_where_one_stands_is_left_and_entered(coordinator: Coordinator) -> None:
    around = coordinator.plan("value", "onboarding.going_live", "onboarding")
    assert around.exited == ("onboarding.going_live", "onboarding")
    assert around.entered == ("onboarding", "onboarding.kickoff")
    same = coordinator.plan("value", "onboarding.going_live", "onboarding.going_live")
    assert same.exited == same.entered == ("onboarding.going_live",)


def test_leaving_a_leaf_closes_its_branches(coordinator: Coordinator) -> None:
    assert coordinator.closed_by("value", "onboarding.delivery") == (
        "value.onboarding.delivery.technical",
        "value.onboarding.delivery.people",
    )
    assert coordinator.closed_by("value", "adoption") == ()


def test_a_region_starts_at_its_first_leaf(coordinator: Coordinator) -> None:
    plan = coordinator.start("value")
    assert (plan.leaf, plan.exited, plan.entered) == ("onboarding.kickoff", (), ("onboarding", "onboarding.kickoff"))
    assert coordinator.start("value.onboarding.delivery.technical").entered == (
        "onboarding.delivery.technical",
        "onboarding.delivery.technical.wiring",
    )


@pytest.mark.parametrize(
    ("leaf", "target", "said"),
    [("adoption", "nowhere", "no place 'nowhere'"), ("onboarding", "adoption", "no leaf 'onboarding'")],
)
def test_an_unknown_path_is_refused(coordinator: Coordinator, leaf: str, target: str, said: str) -> None:
    with pytest.raises(LookupError, match=said):
        coordinator.plan("value", leaf, target)


def test_threads_share_one_coordinator(chart: Chart) -> None:
    coordinator = Coordinator(chart)
    leaves = coordinator.regions["value"].leaves()
    targets = [place.path for place in coordinator.regions["value"].walk()]
    wanted = {(leaf, to): Coordinator(chart).plan("value", leaf, to) for leaf in leaves for to in targets}
    wrong: list[object] = []

    def ask() -> None:
        try:
            for (leaf, to), plan in wanted.items():
                if coordinator.plan("value", leaf, to) != plan:
                    wrong.append((leaf, to))
        except Exception as error:  # noqa: BLE001 - a thread must not swallow what went wrong
            wrong.append(error)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_the_machine_for_people_who_know_transitions(chart: Chart) -> None:
    machine = build(chart.regions[0])
    assert machine.state == "onboarding.kickoff"
    machine.trigger("value.onboarding.exit")
    assert machine.state == "adoption"
    machine.trigger("value.adoption.exit")
    assert machine.state == "onboarding.delivery"


def test_the_machine_of_a_branch_has_paths_inside_the_branch(coordinator: Coordinator) -> None:
    machine = build(coordinator.regions["value.onboarding.delivery.technical"])
    assert machine.state == "technical.wiring"
    machine.trigger("value.onboarding.delivery.technical.wiring.next")
    assert machine.state == "technical.tuning"
