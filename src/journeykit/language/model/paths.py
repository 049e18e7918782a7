"""Paths in a profile: where its places, moves and criteria stand in the text, and walks over its criteria.

The path of a place is dotted and starts below its track (``onboarding.delivery``); a path in the text names every key
on the way (``tracks.value.stages.onboarding.steps.delivery``).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from journeykit.language.expressions.tree import Expr
from journeykit.language.model.profile import Criterion, Move, Profile, Stage, Track

__all__ = [
    "criteria_of",
    "expressions_of",
    "held_criteria",
    "held_homes",
    "inside",
    "path_of_move",
    "path_of_stage",
    "stage_paths",
]

HeldHome = tuple[str, tuple[str, ...]]
"""The track of a held criterion, and the places from whose entering its time counts, outermost first."""


def inside(path: str, place: str) -> bool:
    """Tell whether ``path`` is ``place`` or lies inside it. Everything lies inside the empty path."""
    return not place or path == place or path.startswith(place + ".")


def expressions_of(criterion: Criterion) -> Iterator[Expr]:
    """Yield the expressions of a criterion and of all its members, in order."""
    return (one.expr for one in criterion.walk() if one.expr is not None)


def held_criteria(criteria: tuple[Criterion, ...]) -> Iterator[Criterion]:
    """Yield the criteria with ``held``, those inside groups too; a member comes before the group that holds it."""
    for criterion in criteria:
        yield from held_criteria(criterion.members)
        if criterion.held is not None:
            yield criterion


def held_homes(profile: Profile) -> dict[str, HeldHome]:
    """Map the id of each criterion with ``held`` in a success or a move to its track and the places it counts from.

    Others, such as those of derived names, count from no place and are left out.
    """
    return dict(chain.from_iterable(_homes(track) for track in profile.tracks.values()))


def _homes(track: Track) -> Iterator[tuple[str, HeldHome]]:
    for stage in track.walk():
        yield from ((one.id, (track.name, (stage.path,))) for one in held_criteria(stage.success))
    for move in track.all_moves():
        sources = tuple(sorted(move.sources, key=lambda path: path.count(".")))
        # ``success: all`` repeats criteria of the place, which count from there.
        own = tuple(one for one in move.when if one.id != f"{move.id}.success")
        yield from ((one.id, (track.name, sources)) for one in held_criteria(own))


def criteria_of(profile: Profile) -> Iterator[tuple[str, Criterion]]:
    """Yield every criterion, those inside groups too, with the path of its key in the text.

    What an exit asks of its stage's success comes a second time, under the exit.
    """
    found = [(f"derived.{rule.name}", rule.criterion) for rule in profile.derived.values() if rule.criterion]
    for reaction in profile.reactions.values():
        found += [(f"reactions.{reaction.name}.when.{one.name}", one) for one in reaction.when]
    for track in profile.tracks.values():
        paths = stage_paths(track)
        for stage in track.walk():
            found += [(f"{paths[stage.path]}.success.{one.name}", one) for one in stage.success]
        for move in track.all_moves():
            found += [(f"{_path_of_move(move, paths)}.when.{one.name}", one) for one in move.when]
        for milestone in track.countdown.milestones if track.countdown else ():
            path = f"tracks.{track.name}.countdown.milestones.{milestone.name}"
            asked = (("needs", milestone.needs), ("when", milestone.when))
            found += [(f"{path}.{key}", one) for key, one in asked if one is not None]
    for path, criterion in found:
        yield from _with_members(path, criterion)


def _with_members(path: str, criterion: Criterion) -> Iterator[tuple[str, Criterion]]:
    yield path, criterion
    key = "of" if criterion.group == "at_least" else criterion.group
    for member in criterion.members:
        yield from _with_members(f"{path}.{key}.{member.name}", member)


def stage_paths(track: Track) -> dict[str, str]:
    """Map the path of each place of a track to the path of its key in the text."""
    found: dict[str, str] = {}
    for stage in track.stages:
        found.update(_paths_inside(stage, f"tracks.{track.name}.stages.{stage.name}"))
    return found


def _paths_inside(stage: Stage, path: str) -> Iterator[tuple[str, str]]:
    yield stage.path, path
    for step in stage.steps:
        yield from _paths_inside(step, f"{path}.steps.{step.name}")
    for branch in stage.branches:
        yield from _paths_inside(branch, f"{path}.side_by_side.{branch.name}")


def path_of_stage(track: Track, path: str) -> str:
    """Return the path of a place in the text, such as ``tracks.value.stages.onboarding.steps.kickoff``.

    Raises:
        KeyError: the track has no such place.
    """
    return stage_paths(track)[path]


def path_of_move(track: Track, move: Move) -> str:
    """Return the path of a move in the text, such as ``tracks.value.stages.adoption.regress.usage_fell``."""
    return _path_of_move(move, stage_paths(track))


def _path_of_move(move: Move, paths: dict[str, str]) -> str:
    where = paths.get(move.owner, f"tracks.{move.track}")
    keys = {"exit": "exit", "next": "success", "regress": f"regress.{move.name}"}
    return f"{where}.{keys.get(move.declared, f'moves.{move.name}')}"
