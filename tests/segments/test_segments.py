"""The files of the shipped segments: they compile, say where their figures come from, and only what differs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import test_guide as guide
import yaml

import journeykit as jk
from folders import TESTS
from journeykit.dates import Range
from journeykit.language import catalog
from journeykit.language.model.profile import Profile, Stage
from journeykit.language.schema.models import ProfileSpec, shape_of
from journeykit.language.schema.short_forms import expand
from journeykit.language.text.nodes import Faults, Node
from journeykit.language.text.reader import read_tree

HERE = TESTS
SEGMENTS = ("enterprise", "mid_market", "smb", "product_led")
ALL = ("base", *SEGMENTS)
IDENTITY = {"profile", "version", "extends", "title", "about"}


def guide_ids() -> set[str]:
    lines = (HERE / "cases" / "guide_ids.txt").read_text(encoding="utf-8").splitlines()
    return {line for line in lines if line and not line.startswith("#")}


def own_tree(name: str) -> Node:
    """What a segment's own file says, short forms written out."""
    path = catalog.segments_dir() / f"{name}.yaml"
    faults = Faults()
    tree = expand(read_tree(path.read_text(encoding="utf-8"), path.name), shape_of(ProfileSpec), (), faults)
    faults.stop()
    return tree


def written(node: Node, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every value of a tree with its path; a list is one value."""
    if isinstance(node.value, dict):
        for key, item in node.value.items():
            yield from written(item, (*path, key))
    elif isinstance(node.value, list):
        yield path, [item.value for item in node.value]
    else:
        yield path, node.value


def raw_sources(text: Any) -> Iterator[str]:
    if isinstance(text, dict):
        for key, item in text.items():
            if key == "source":
                yield from item if isinstance(item, list) else [item]
            elif key == "instead_of":
                yield from item
            else:
                yield from raw_sources(item)


def sources(name: str) -> list[str]:
    return list(raw_sources(yaml.safe_load((catalog.segments_dir() / f"{name}.yaml").read_text(encoding="utf-8"))))


def stage(profile: Profile, track: str, path: str) -> Stage:
    return next(one for one in profile.tracks[track].walk() if one.path == path)


# ---------------------------------------------------------------- what the files say


@pytest.mark.parametrize("name", ALL)
def test_a_segment_compiles_without_a_finding(name: str) -> None:
    assert [str(finding) for finding in jk.load(name).findings] == []


def test_the_shipped_segments_are_these() -> None:
    assert set(catalog.names()) == set(ALL)


@pytest.mark.parametrize("name", ALL)
def test_every_source_is_an_id_of_the_guide_or_says_that_the_value_is_ours(name: str) -> None:
    unknown = set(sources(name)) - guide_ids() - {"default"}
    assert not unknown, f"{name}.yaml cites {sorted(unknown)}"


@pytest.mark.parametrize("name", SEGMENTS)
def test_a_segment_says_only_what_differs(name: str) -> None:
    base = dict(written(own_tree("base")))
    own = {path: value for path, value in written(own_tree(name)) if path[0] not in IDENTITY}
    repeated = [".".join(path) for path, value in own.items() if path in base and base[path] == value]
    assert own
    assert not repeated, f"{name}.yaml repeats its base: {repeated}"


@pytest.mark.parametrize("name", ALL)
def test_every_typical_duration_and_milestone_has_a_source(name: str) -> None:
    tree = dict(written(own_tree("base"))) | dict(written(own_tree(name)))
    for path in tree:
        if path[-2:] == ("typical", "is") or path[-2:] == ("stuck_after", "is"):
            assert (*path[:-1], "source") in tree, ".".join(path)
        if "milestones" in path and path[-2:] == ("before", "is"):
            assert (*path[:-2], "source") in tree, ".".join(path)


@pytest.mark.parametrize("name", ALL)
def test_the_six_stages_are_covered(name: str) -> None:
    profile = catalog.read(name)
    places = [one for track in profile.tracks.values() for one in track.walk()]
    assert {one.counts_as for one in places} - {None} == set(STAGES)


STAGES = {
    "onboarding": ("value", "onboarding"),
    "adoption": ("value", "adoption"),
    "retention": ("retention", ""),
    "expansion": ("expansion", ""),
    "renewal": ("renewal", ""),
    "advocacy": ("advocacy", ""),
}


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("six", STAGES)
def test_each_of_the_six_stages_has_a_goal_activities_and_watched_metrics(name: str, six: str) -> None:
    track, path = STAGES[six]
    whole = catalog.read(name).tracks[track]
    places = list(stage(catalog.read(name), track, path).walk() if path else whole.walk())
    assert whole.goal or any(place.goal for place in places)
    assert any(place.activities for place in places)
    assert any(place.watch for place in places)
    calm = six == "retention" or (name, six) == ("product_led", "renewal")  # it renews by itself: nothing can stall
    assert any(place.stalls for place in places) != calm


@pytest.mark.parametrize("name", SEGMENTS)
def test_each_segment_says_how_it_works_in_each_stage(name: str) -> None:
    places = [place for track in catalog.read(name).tracks.values() for place in track.walk()]
    ways = {place.path for place in places for note in place.activities if note.name == "way_of_working"}
    assert ways == {"onboarding", "adoption", "healthy", "preparing", "pursuing", "active"}


def test_the_five_and_the_three_of_the_guide_are_criteria() -> None:
    profile = catalog.read("base")
    onboarding = stage(profile, "value", "onboarding")
    assert {one.source for one in onboarding.success} == {"ON-14", "ON-15", "ON-16", "ON-17", "ON-18"}
    leaving = next(move for move in onboarding.moves if move.declared == "exit")
    assert {"ON-32", "ON-33"} <= {one.source for one in leaving.when}
    assert leaving.handoff is not None
    eligible = stage(profile, "advocacy", "not_yet").success
    assert {f"AV-{n}" for n in range(26, 31)} | {"AV-25"} <= {one.source for one in eligible}
    assert [one.name for one in eligible if one.waivable_by] == ["renewed_once"]


RISK = "base: derived.at_risk_now.any"
COUNTDOWN = "tracks.renewal.countdown"
LEAVING = "base: tracks.value.stages.adoption.exit.when"
DEFAULTS = {
    "health levels": ["base: bands.health.levels", "base: bands.health.margin"],
    "at risk": [f"{RISK}.{one}" for one in ("red.held", "issues", "underused.held", "notice", "overdue")],
    "fading use (product-led)": ["product_led: derived.at_risk_now.any.fading"],
    "use fell back to ramping": [
        "base: tracks.value.moves.usage_fell.when.low.held",
        "base: tracks.value.moves.usage_fell.cooldown",
    ],
    "high and stable, without our help; green again and again": [
        f"{LEAVING}.high_usage.held",
        f"{LEAVING}.own_momentum.held",
        "base: tracks.retention.stages.healthy.success.green.held",
    ],
    "recovered": ["base: tracks.retention.moves.recovered.when.in_band.held"],
    "heard of again": [
        f"base: tracks.retention.moves.heard_of.when.heard.any.{one}.within" for one in ("used", "replied")
    ],
    "stale": ["base: facts.account.usage_trend.stale_after", "base: facts.workstream.active_seat_ratio.stale_after"],
    "the usage feed is down": ["base: feeds.usage.down_after"],
    "silent": [
        "base: derived.silent.all.no_use.for",
        "base: derived.silent.all.no_reply.for",
        "product_led: derived.silent.all.no_use.for",
    ],
    "silent, or a candidate for advocacy, for too long": [
        "base: tracks.retention.stages.silent.stuck_after",
        "base: tracks.advocacy.stages.candidate.stuck_after",
    ],
    "regular talks": [
        "smb: tracks.retention.cadences.check_in.every",
        "mid_market: tracks.value.cadences.check_in.every",
    ],
    "a power user still counts": ["base: tracks.value.stages.adoption.success.power_users.any.lately.within"],
    "an advocate, usually": ["product_led: tracks.advocacy.stages.not_yet.watch.usual_time"],
    "near the limit": [
        "base: reactions.usage_near_limit.when.near",
        "base: bands.tier_use.levels",
        "base: bands.tier_use.margin",
    ],
    "a chance that figures open": [
        f"base: reactions.{one}.cooldown" for one in ("usage_near_limit", "thriving", "bundling")
    ],
    "bundling with a renewal": ["base: reactions.bundling.when.healthy"],
    "the proposal is due": [f"{name}: {COUNTDOWN}.milestones.propose.before" for name in ("base", "mid_market", "smb")],
    "a term that is too short": [
        *(f"product_led: {COUNTDOWN}.milestones.{one}.for_terms" for one in ("prepare", "remind")),
        *(f"smb: {COUNTDOWN}.milestones.{one}.for_terms" for one in ("prepare", "propose")),
        f"smb: {COUNTDOWN}.milestones.prepare_short",
    ],
    "a renewal begun late": [f"{name}: {COUNTDOWN}.started_late.inside" for name in ("mid_market", "product_led")],
    "notice period": [f"{name}: {COUNTDOWN}.notice.before.else" for name in ("base", "smb", "product_led")],
    "automatic renewal": [f"base: {COUNTDOWN}.renews.automatically.else"],
    "length of a term": [f"base: {COUNTDOWN}.renews.term.else"],
    "signed by both sides is signed once": [
        "base: tracks.renewal.moves.renewed.cooldown",
        "base: confirmations.contract_signed.lasts",
    ],
    "grace after the end": [f"{name}: {COUNTDOWN}.grace" for name in ("base", "smb", "product_led")],
    "at risk for too long": ["base: tracks.retention.stages.at_risk.stuck_after"],
}
"""What is in the table "Our defaults" of the page on the segments, and where it stands in the profiles."""


def cited_for(place: str) -> list[Node]:
    """What is cited for a value: the source of the innermost entry around it that has one."""
    name, _, path = place.partition(": ")
    node = guide.world().trees[name]
    found: list[Node] = []
    for key in path.split("."):
        node = guide.entries(node)[key]
        source = guide.entries(node).get("source")
        if source is not None:
            found = source.value if isinstance(source.value, list) else [source]
    return found


def test_the_page_lists_our_defaults() -> None:
    told = guide.world().sections["docs/explanation/segments.md"]["our-defaults"]
    table = [line.strip("|").split("|")[0].strip() for line in told.splitlines() if line.startswith("| ")]
    assert table[1:] == list(DEFAULTS)


@pytest.mark.parametrize("what", DEFAULTS)
def test_each_of_our_defaults_says_that_it_is_ours(what: str) -> None:
    assert [one for one in DEFAULTS[what] if "default" not in map(guide.words, cited_for(one))] == []


def test_whatever_says_that_it_is_ours_is_listed() -> None:
    listed = {str(one.at) for places in DEFAULTS.values() for place in places for one in cited_for(place)}
    cited = {
        str(one.at): one
        for tree in guide.world().trees.values()
        for one in guide.citations(tree)
        if guide.words(one) == "default"
    }
    assert sorted(set(cited) - listed) == []


WINDOWS = {
    "enterprise": {"prepare": 180, "converse": 120, "propose": 90, "align": 60, "execute": 30, "decide": 30, "done": 0},
    "mid_market": {"prepare": 90, "propose": 60, "decide": 30, "done": 0},
    "smb": {"prepare": 60, "prepare_short": 10, "propose": 30, "done": 0},
    "product_led": {"prepare": 30, "remind": 14},
}


@pytest.mark.parametrize("name", SEGMENTS)
def test_the_dates_of_the_renewal(name: str) -> None:
    countdown = catalog.read(name).tracks["renewal"].countdown
    assert countdown is not None
    assert {one.name: one.before.default.days for one in countdown.milestones} == WINDOWS[name]


TYPICAL = {
    "enterprise": ("3..6 months", "12..24 months", "6..12 months"),
    "mid_market": ("4..8 weeks", "6..12 months", "2..4 months"),
    "smb": ("1..2 weeks", "3..6 months", "1..2 weeks"),
}


@pytest.mark.parametrize("name", TYPICAL)
def test_the_usual_durations(name: str) -> None:
    profile = catalog.read(name)
    places = (("value", "onboarding"), ("value", "adoption"), ("expansion", "pursuing"))
    assert tuple(stage(profile, *place).typical for place in places) == tuple(map(Range.parse, TYPICAL[name]))
