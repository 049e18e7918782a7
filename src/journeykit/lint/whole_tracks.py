"""Findings about whole tracks (JK203, JK204, JK208).

They concern ends of what never ends, stages without a move back, and expansion that waits to be asked.
"""

from __future__ import annotations

from collections.abc import Iterator

from journeykit.errors import Finding
from journeykit.language.expressions.tree import ACCOUNT
from journeykit.language.model.paths import path_of_move, stage_paths
from journeykit.language.model.profile import Move, Profile, Stage, Track

__all__ = ["tracks"]


def tracks(profile: Profile) -> Iterator[Finding]:
    """Yield the findings about the tracks and their stages."""
    for track in profile.tracks.values():
        paths = stage_paths(track)
        yield from _ending(track, paths)
        yield from _no_way_back(track, paths)
        yield from _waits_to_be_asked(profile, track)


def _ending(track: Track, paths: dict[str, str]) -> Iterator[Finding]:
    """Yield errors for ends in retention or in a track that never ends, and for moves of the latter that close it."""
    for stage in track.walk():
        if stage.end is not None and (track.never_ends or stage.counts_as == "retention"):
            why = f"the track {track.name} never ends" if track.never_ends else "retention never ends"
            yield Finding(
                "JK203",
                "error",
                stage.at,
                f"{paths[stage.path]}.end",
                f"{why}, but this stage is an end",
                "make it a stage that somebody can come back from, or move the end to another track",
            )
    for move in track.all_moves():
        if track.never_ends and move.closes:
            yield Finding(
                "JK203",
                "error",
                move.at,
                f"{path_of_move(track, move)}.closes",
                f"the track {track.name} never ends, but this move closes its subject",
                "close the subject from a track that ends",
            )


def _no_way_back(track: Track, paths: dict[str, str]) -> Iterator[Finding]:
    """Yield warnings for stages after the first from which no move leads back, to an earlier place or step."""
    rank = {stage.path: number for number, stage in enumerate(track.walk())}
    open_stages = [stage for stage in track.stages if stage.end is None]
    for stage in open_stages[1:]:
        inside = {part.path for part in stage.walk()}
        if not any(_leads_back(move, stage, inside, rank) for move in track.all_moves()):
            yield Finding(
                "JK204",
                "warning",
                stage.at,
                paths[stage.path],
                "no move leads back from this stage; going back is normal, and somebody here would have nowhere to go",
                "add a 'regress' with its trigger",
            )


def _leads_back(move: Move, stage: Stage, inside: set[str], rank: dict[str, int]) -> bool:
    """Tell whether a move from a stage, or from inside, goes to an earlier place or regresses within the stage."""
    if not inside.intersection(move.sources):
        return False
    return rank[move.to] < rank[stage.path] or (move.kind == "regress" and move.to in inside)


def _waits_to_be_asked(profile: Profile, track: Track) -> Iterator[Finding]:
    """Yield a warning for an expansion track whose subjects nothing in the profile opens."""
    kind = profile.kinds[track.per]
    # Contracts come from outside, others are there from the start.
    if kind.name == ACCOUNT or kind.opens_with or kind.term:
        return
    if not any(stage.counts_as == "expansion" for stage in track.walk()) or kind.name in _opened(profile):
        return
    yield Finding(
        "JK208",
        "warning",
        track.at,
        f"tracks.{track.name}",
        f"nothing in this profile opens a subject of kind {kind.name}: expansion waits until somebody asks for it",
        f"write a reaction for each trigger: reactions: {{near_limit: {{when: ..., opens: {{{kind.name}: {{}}}}}}}}",
    )


def _opened(profile: Profile) -> set[str]:
    """Return the kinds of subject that some move or reaction opens."""
    openings = [opening for reaction in profile.reactions.values() for opening in reaction.opens]
    openings += [opening for track in profile.tracks.values() for move in track.all_moves() for opening in move.opens]
    return {opening.kind for opening in openings}
