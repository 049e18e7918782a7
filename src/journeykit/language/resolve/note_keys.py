"""Keys for people: ``activities``, ``watch`` and ``stalls`` of a stage or track, and the sources of its values."""

from __future__ import annotations

from typing import cast

from journeykit.language.model.notes import Cited, Note
from journeykit.language.resolve.resolution import Resolution, instead, one_source
from journeykit.language.resolve.values import text
from journeykit.language.schema.models import NoteSpec, PlainSpec, StageSpec, TrackSpec
from journeykit.language.text.nodes import Path

__all__ = ["SORTS", "cited", "notes"]

SORTS = ("activities", "watch", "stalls")
"""Keys of notes: what to do, which figures to watch, why accounts stay too long."""

_CITED = ("goal", "typical", "stuck_after")


def notes(
    context: Resolution, spec: StageSpec | TrackSpec, path: Path
) -> tuple[tuple[Note, ...], tuple[Note, ...], tuple[Note, ...]]:
    """Return the activities, the figures to watch and the reasons to stall, each in the order of the text."""
    activities, watch, stalls = (
        tuple(_note(context, one, (*path, sort, name)) for name, one in getattr(spec, sort).items()) for sort in SORTS
    )
    return activities, watch, stalls


def _note(context: Resolution, spec: NoteSpec, path: Path) -> Note:
    if spec.is_ is None and context.is_clean((*path, "is")):
        context.fault_at_key("JK015", path, "the words themselves are missing", "write them under is:")
    said = text(context, spec, (*path,)) or ""
    return Note(path[-1], said, context.key_at(path), one_source(spec.source), instead(spec.instead_of), spec.label)


def cited(spec: StageSpec | TrackSpec) -> tuple[Cited, ...]:
    """Return the sources of ``goal``, ``typical`` and ``stuck_after``, of those that have one."""
    found = ((key, cast("PlainSpec | None", getattr(spec, key, None))) for key in _CITED)
    return tuple(
        Cited(key, one_source(one.source), instead(one.instead_of))
        for key, one in found
        if one is not None and (one.source or one.instead_of)
    )
