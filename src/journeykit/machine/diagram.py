"""Pictures of a profile: Mermaid text for documents, and a drawing for a terminal (``picture``)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from journeykit.language.profile import Profile, Stage, Track
from journeykit.machine.picture import draw
from journeykit.machine.places import moves_of

__all__ = ["draw", "mermaid"]

LONGEST_LABEL = 60
HARMLESS = frozenset(" -_.,/%()'+!?")
"""Besides letters and digits, what a label may keep: everything else can mean something in Mermaid."""


def mermaid(profile: Profile, track: str | None = None) -> str:
    """A Mermaid state diagram of one track, or of all tracks side by side.

    Raises:
        LookupError: when the profile has no such track.
    """
    if track is not None and track not in profile.tracks:
        raise LookupError(f"profile '{profile.name}' has no track '{track}'; it has {', '.join(profile.tracks)}")
    lines = ["stateDiagram-v2"]
    for one in profile.tracks.values() if track is None else (profile.tracks[track],):
        lines.extend(_indented(_track(one)))
    return "\n".join(lines) + "\n"


def safe(label: str) -> str:
    """A label reduced to what Mermaid reads as plain text."""
    kept = "".join(letter if letter.isalnum() or letter in HARMLESS else " " for letter in label)
    return " ".join(kept.split())[:LONGEST_LABEL].rstrip()


def _track(track: Track) -> Iterator[str]:
    yield f'state "{safe(track.label or "") or track.name}" as track_{track.name} {{'
    yield from _indented(_places(track, track.stages))
    for move in moves_of(track):
        note = safe(move.name if move.declared in {"exit", "next"} else f"{move.name} ({move.kind})")
        for source in move.sources:
            yield f"  {_id(track, source)} --> {_id(track, move.to)} : {note}"
    yield "}"


def _places(track: Track, stages: tuple[Stage, ...]) -> Iterator[str]:
    yield f"[*] --> {_id(track, stages[0].path)}"
    for stage in stages:
        yield from _place(track, stage)


def _place(track: Track, stage: Stage) -> Iterator[str]:
    head = f'state "{safe(stage.label or "") or stage.name}" as {_id(track, stage.path)}'
    if not (stage.steps or stage.branches):
        yield head
    else:
        yield head + " {"
        if stage.steps:
            yield from _indented(_places(track, stage.steps))
        for at, branch in enumerate(stage.branches):
            if at:
                yield "  --"
            yield from _indented(_places(track, (branch,)))
        yield "}"
    if stage.end is not None:
        yield f"{_id(track, stage.path)} --> [*] : {safe(stage.end)}"


def _id(track: Track, path: str) -> str:
    # The track in front keeps words of Mermaid's own ("end", "state") from standing alone. Capitals, which no name of
    # ours has, keep apart what would otherwise become the same.
    return f"{track.name}.{path}".replace("__", "_U_").replace(".", "__")


def _indented(lines: Iterable[str]) -> Iterator[str]:
    return (f"  {line}" for line in lines)
