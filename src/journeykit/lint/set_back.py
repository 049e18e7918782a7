"""Moves that set back branches which they do not name (JK305).

A move around a step with branches that aims at one of them starts all of them anew (rule R6). What was reached in the
others is lost, which the author of a way back hardly ever means.
"""

from __future__ import annotations

from collections.abc import Iterator

from journeykit.errors import Finding
from journeykit.language.model.paths import inside, path_of_move
from journeykit.language.model.profile import Profile
from journeykit.language.text.nodes import listed
from journeykit.statechart.chart import Chart, Place, Region, Transition, choices

__all__ = ["set_back"]


def set_back(profile: Profile, chart: Chart) -> Iterator[Finding]:
    """Yield a warning for each move that sets back branches without naming them."""
    for region in chart.regions:
        track = profile.tracks[region.name]
        moves = {move.id: move for move in track.all_moves()}
        told: set[str] = set()
        for step, transition, lost in _losses(region):
            if transition.id in told:
                continue
            told.add(transition.id)
            move = moves[transition.id]
            aim = next(child.places[0].path for child in step.regions if inside(move.to, child.places[0].path))
            names = listed([f"'{path}'" for path in lost], "and")
            yield Finding(
                "JK305",
                "warning",
                move.at,
                path_of_move(track, move),
                f"taken inside '{step.path}', this also starts {names} anew, which it does not name: what was reached "
                "there is lost",
                f"write it on the branch '{aim}', where it leaves the others alone, or lead to '{step.path}' where all "
                "of it is to begin anew",
            )


def _losses(root: Region) -> Iterator[tuple[Place, Transition, list[str]]]:
    """Yield a step with branches, a move that may be taken there, and the branches that it sets back unnamed."""
    for region in root.nested():
        for step in region.walk():
            if step.regions:
                for transition in choices(region, step.path):
                    lost = [one.places[0].path for one in _beside(step, transition)]
                    if lost:
                        yield step, transition, lost


def _beside(step: Place, transition: Transition) -> Iterator[Region]:
    """Yield the branches beside the one at which a move aims, at any depth, in which more than one place can be left.

    The branch in which the move's source lies is no surprise: it is left by name.
    """
    aims = [child for child in step.regions if inside(transition.target, child.places[0].path)]
    for child in step.regions if aims else ():
        if child not in aims and not inside(transition.source, child.places[0].path) and len(child.leaves()) > 1:
            yield child
    for place in aims[0].walk() if aims else ():
        if place.regions:
            yield from _beside(place, transition)
