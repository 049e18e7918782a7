"""Where things stand in a profile: the moves of a track, and paths as an author would look them up."""

from __future__ import annotations

from journeykit.language.model.profile import Move, Stage, Track

__all__ = ["moves_of", "path_of_move", "path_of_stage"]


def moves_of(track: Track) -> tuple[Move, ...]:
    """Every move of a track, those of its places first, in order of declaration."""
    return tuple(move for stage in track.walk() for move in stage.moves) + track.moves


def path_of_stage(track: Track, path: str) -> str:
    """The path of a stage in the text, such as ``tracks.value.stages.onboarding.steps.kickoff``."""
    words = [f"tracks.{track.name}.stages"]
    stages: tuple[Stage, ...] = track.stages
    while True:
        stage = next(one for one in stages if path == one.path or path.startswith(one.path + "."))
        words.append(stage.name)
        if stage.path == path:
            return ".".join(words)
        words.append("steps" if stage.steps else "side_by_side")
        stages = stage.steps or stage.branches


def path_of_move(track: Track, move: Move) -> str:
    """The path of a move in the text, such as ``tracks.value.stages.adoption.regress.usage_fell``."""
    if not move.owner:
        return f"tracks.{track.name}.moves.{move.name}"
    owner = path_of_stage(track, move.owner)
    if move.declared == "next":
        return f"{owner}.success"
    return f"{owner}.exit" if move.declared == "exit" else f"{owner}.{move.declared}.{move.name}"
