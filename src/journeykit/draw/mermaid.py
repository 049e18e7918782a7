"""Mermaid diagrams of a profile, for documents. ``draw``, the drawing for a terminal, may be imported from here too."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from journeykit.draw.terminal import draw
from journeykit.language.model.profile import Profile, Stage, Track
from journeykit.naming.labels import Labels

__all__ = ["draw", "mermaid"]

LONGEST_LABEL = 60
HARMLESS = frozenset(" -_.,/%()'+!?")
"""Signs that a label may keep besides letters and digits: any other can mean something in Mermaid."""


def mermaid(profile: Profile, track: str | None = None, labels: Labels | None = None) -> str:
    """Return a Mermaid state diagram of one track, or of all tracks side by side.

    Args:
        profile: the profile.
        track: name of the one track to draw.
        labels: display names in a language; without them, the labels in the profile itself.

    Raises:
        LookupError: the profile has no such track.
    """
    if track is not None and track not in profile.tracks:
        raise LookupError(f"profile '{profile.name}' has no track '{track}'; it has {', '.join(profile.tracks)}")
    lines = ["stateDiagram-v2"]
    for one in profile.tracks.values() if track is None else (profile.tracks[track],):
        lines.extend(_indented(_track(one, labels)))
    return "\n".join(lines) + "\n"


def safe(label: str) -> str:
    """Return a label reduced to what Mermaid reads as plain text, 60 characters at most."""
    kept = "".join(letter if letter.isalnum() or letter in HARMLESS else " " for letter in label)
    return " ".join(kept.split())[:LONGEST_LABEL].rstrip()


def _track(track: Track, labels: Labels | None) -> Iterator[str]:
    title = track.label if labels is None else labels.of("tracks", track.name)
    yield f'state "{safe(title or "") or track.name}" as track_{track.name} {{'
    yield from _indented(_places(track, track.stages, labels))
    for move in track.all_moves():
        said = move.name if labels is None else labels.find("moves", move.id) or move.name
        note = safe(said if move.declared in {"exit", "next"} else f"{said} ({move.kind})")
        for source in move.sources:
            yield f"  {_id(track, source)} --> {_id(track, move.to)} : {note}"
    yield "}"


def _places(track: Track, stages: tuple[Stage, ...], labels: Labels | None) -> Iterator[str]:
    yield f"[*] --> {_id(track, stages[0].path)}"
    for stage in stages:
        yield from _place(track, stage, labels)


def _place(track: Track, stage: Stage, labels: Labels | None) -> Iterator[str]:
    title = stage.label if labels is None else labels.of("stages", f"{track.name}.{stage.path}")
    head = f'state "{safe(title or "") or stage.name}" as {_id(track, stage.path)}'
    if not (stage.steps or stage.branches):
        yield head
    else:
        yield head + " {"
        if stage.steps:
            yield from _indented(_places(track, stage.steps, labels))
        for at, branch in enumerate(stage.branches):
            if at:
                yield "  --"
            yield from _indented(_places(track, (branch,), labels))
        yield "}"
    if stage.end is not None:
        yield f"{_id(track, stage.path)} --> [*] : {safe(stage.end)}"


def _id(track: Track, path: str) -> str:
    # The track in front keeps Mermaid's own words ("end", "state") from standing alone. Capitals, which no name in a
    # profile has, keep two ids apart that would otherwise become the same.
    return f"{track.name}.{path}".replace("__", "_U_").replace(".", "__")


def _indented(lines: Iterable[str]) -> Iterator[str]:
    return (f"  {line}" for line in lines)
