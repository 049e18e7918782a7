"""What a profile tells people and no journey depends on: notes, the sources of values, the files it came from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from journeykit.errors import Location

__all__ = ["Cited", "Instead", "Note", "Written"]

Instead = tuple[tuple[str, str], ...]
"""Values that were not taken, each as (its source, the value as text)."""


@dataclass(frozen=True, slots=True)
class Note:
    """One activity, one figure to watch or one reason to stall, in words; ``at`` is its location in the text."""

    name: str
    text: str
    at: Location
    source: str | None = None
    instead_of: Instead = ()
    label: str | None = None


@dataclass(frozen=True, slots=True)
class Cited:
    """The source of the value under a ``key`` (``goal``, ``typical`` or ``stuck_after``), and what was not taken."""

    key: str
    source: str | None = None
    instead_of: Instead = ()


@dataclass(frozen=True, slots=True)
class Written:
    """One of the texts that a profile was made of.

    Attributes:
        profile: the name that the text gives its profile.
        file: its file as findings call it.
        folder: the folder it lies in, or None for a text without one.
    """

    profile: str
    file: str
    folder: Path | None = None
