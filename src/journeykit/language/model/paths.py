"""Where the parts of a resolved profile stand in its text: dotted paths, and walks over moves and criteria."""

from __future__ import annotations

from collections.abc import Iterator

from journeykit.language.expressions.tree import Expr
from journeykit.language.model.profile import Criterion, Move, Profile, Stage, Track

__all__ = ["criteria_of", "exprs_of", "inside", "moves_of", "path_of", "paths_of"]


def inside(path: str, other: str) -> bool:
    """Whether a place is another one, or lies in it."""
    return path == other or path.startswith(f"{other}.")


def moves_of(track: Track) -> Iterator[Move]:
    """Every move of a track, those of its places first."""
    for stage in track.walk():
        yield from stage.moves
    yield from track.moves


def exprs_of(criterion: Criterion) -> Iterator[Expr]:
    """The expressions of a criterion and of all its members."""
    if criterion.expr is not None:
        yield criterion.expr
    for member in criterion.members:
        yield from exprs_of(member)


def criteria_of(profile: Profile) -> Iterator[tuple[str, Criterion]]:
    """Every criterion with the path of its key, those inside groups too. What an exit asks of a stage comes again."""
    found = [(f"derived.{rule.name}", rule.criterion) for rule in profile.derived.values() if rule.criterion]
    for reaction in profile.reactions.values():
        found += [(f"reactions.{reaction.name}.when.{one.name}", one) for one in reaction.when]
    for track in profile.tracks.values():
        paths = paths_of(track)
        for stage in track.walk():
            found += [(f"{paths[stage.path]}.success.{one.name}", one) for one in stage.success]
        for move in moves_of(track):
            found += [(f"{path_of(move, paths)}.when.{one.name}", one) for one in move.when]
        for one in track.countdown.milestones if track.countdown else ():
            path = f"tracks.{track.name}.countdown.milestones.{one.name}.needs"
            found += [(path, one.needs)] if one.needs is not None else []
    for path, criterion in found:
        yield from _with_members(path, criterion)


def _with_members(path: str, criterion: Criterion) -> Iterator[tuple[str, Criterion]]:
    yield path, criterion
    key = "of" if criterion.group == "at_least" else criterion.group
    for member in criterion.members:
        yield from _with_members(f"{path}.{key}.{member.name}", member)


def paths_of(track: Track) -> dict[str, str]:
    """Each place and the dotted path of its key in the profile's text."""
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


def path_of(move: Move, paths: dict[str, str]) -> str:
    """The dotted path of a move, given those of its track's places."""
    where = paths.get(move.owner, f"tracks.{move.track}")
    keys = {"exit": "exit", "next": "success", "regress": f"regress.{move.name}"}
    return f"{where}.{keys.get(move.declared, f'moves.{move.name}')}"
