"""Findings about a compiled chart: places that nothing reaches or leaves, with circles and bounces (JK301 to JK305)."""

from __future__ import annotations

from collections.abc import Iterator

from journeykit.errors import Finding
from journeykit.language.model.paths import inside, path_of_stage
from journeykit.language.model.profile import Profile, Stage, Track
from journeykit.lint.bounces import bounces
from journeykit.lint.livelocks import circles
from journeykit.lint.scenes import MoveCases
from journeykit.lint.set_back import set_back
from journeykit.statechart.chart import Chart, Place, Region, choices

__all__ = ["lint_structure"]


def lint_structure(profile: Profile, chart: Chart) -> tuple[Finding, ...]:
    """Return every structural finding about a profile, bounces and circles included, in the order of the text."""
    evidence = MoveCases(profile)
    found: list[Finding] = []
    for region in chart.regions:
        track = profile.tracks[region.name]
        found.extend(_unreachable(track, region))
        found.extend(_dead_ends(track, region))
    found.extend(set_back(profile, chart))
    back = bounces(profile, evidence)
    found.extend(back)
    # A bounce is a circle too, and is reported once.
    found.extend(circles(profile, chart, evidence, frozenset(finding.path for finding in back)))
    return tuple(sorted(found, key=lambda finding: (finding.at, finding.code, finding.path)))


def _unreachable(track: Track, region: Region) -> Iterator[Finding]:
    reached = _reached(region)
    missed: list[str] = []
    for stage in track.walk():
        if stage.path in reached or any(inside(stage.path, other) for other in missed):
            continue
        missed.append(stage.path)
        yield Finding(
            "JK301",
            "warning",
            stage.at,
            path_of_stage(track, stage.path),
            f"no move leads to '{stage.path}', so a subject only ever stands there when it is placed by hand",
            "give another place a way to it, or leave it out",
        )


def _reached(region: Region) -> set[str]:
    """Return the paths of all places that subjects can come to without being placed by hand."""
    reached: set[str] = set()
    waiting: list[tuple[Region, Place]] = [(region, region.places[0])]
    while waiting:
        home, entered = waiting.pop()
        leaf = entered
        while leaf.children:
            leaf = leaf.children[0]
        if leaf.path in reached:
            continue
        reached.update(place.path for place in home.walk() if inside(leaf.path, place.path))
        waiting.extend((child, child.places[0]) for child in leaf.regions)
        for transition in choices(home, leaf.path):
            waiting.extend(_aims(home, transition.target))
    return reached


def _aims(region: Region, target: str) -> Iterator[tuple[Region, Place]]:
    """Yield the place of a region that a target names, and the places it names in child regions, outermost first."""
    around = [place for place in region.walk() if inside(target, place.path)]
    yield region, around[-1]
    for child in around[-1].regions:
        if any(inside(target, place.path) for place in child.places):
            yield from _aims(child, target)


def _dead_ends(track: Track, region: Region) -> Iterator[Finding]:
    if track.never_ends:
        return
    stuck = {leaf for leaf in region.leaves() if not choices(region, leaf)}
    stages = {stage.path: stage for stage in track.walk()}
    # In the last stage of a track a subject may stay for good.
    for outermost in track.stages[:-1]:
        leaves = [leaf for leaf in region.leaves() if inside(leaf, outermost.path)]
        caught = [stages[leaf] for leaf in leaves if leaf in stuck and not _ended(stages, leaf)]
        # One finding for the stage says more than one for each of its steps.
        if len(caught) == len(leaves):
            caught = [outermost]
        yield from (_dead_end(track, stage) for stage in caught)


def _ended(stages: dict[str, Stage], leaf: str) -> bool:
    return any(inside(leaf, path) and stage.end is not None for path, stage in stages.items())


def _dead_end(track: Track, stage: Stage) -> Finding:
    return Finding(
        "JK302",
        "warning",
        stage.at,
        path_of_stage(track, stage.path),
        f"nothing leads out of '{stage.path}', and it is not said to be an end",
        "give it an exit or a move, or write 'end: <outcome>'",
    )
