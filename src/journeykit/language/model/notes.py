"""What people should know and no journey depends on: what to do, to watch and to fear, and where values come from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from journeykit.errors import Location

__all__ = ["Cited", "Instead", "Note", "Written"]

Instead = tuple[tuple[str, str], ...]
"""Values that were not taken: (where it stands, what it says)."""


@dataclass(frozen=True, slots=True)
class Note:
    """One activity, one thing to watch or one reason to stall, in words."""

    name: str
    text: str
    at: Location
    source: str | None = None
    instead_of: Instead = ()
    label: str | None = None


@dataclass(frozen=True, slots=True)
class Cited:
    """Where the value of a ``key`` comes from (``typical``, ``goal`` ...), and what was not taken for it."""

    key: str
    source: str | None = None
    instead_of: Instead = ()


@dataclass(frozen=True, slots=True)
class Written:
    """One of the texts that a profile was made of: the profile's name, its file as it is shown, and its folder."""

    profile: str
    file: str
    folder: Path | None = None
