"""The reference interpreter behind the same face as the driver's engine: one JSON line in, records or a refusal out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from journeykit.errors import InputError
from journeykit.journey.inputs import parse_input
from journeykit.language.profile import Profile, Track
from reference import Reference, Refused
from reference_state import Subject, nested

__all__ = ["Oracle", "plain_data"]

Line = dict[str, Any]


class Remembering(Reference):
    """The reference interpreter, which looks up the branches of a track, and what must be held, once and not always."""

    def __init__(self, profile: Profile) -> None:
        super().__init__(profile)
        self.known_homes: dict[tuple[str, str | None], list[str]] = {}
        self.known_held: dict[int, bool] = {}

    def homes(self, track: Track, path: str | None) -> list[str]:
        key = (track.name, path)
        if key not in self.known_homes:
            self.known_homes[key] = super().homes(track, path)
        return self.known_homes[key]

    def judged(self, me: Subject) -> Iterator[tuple[Any, ...]]:
        """Only what holds something to be held: the rest is judged in vain."""
        for asking, criteria, entered in super().judged(me):
            key = id(criteria)  # a part of the profile, which lives as long as this
            if key not in self.known_held:
                self.known_held[key] = any(getattr(one, "held", None) for one in nested(criteria))
            if self.known_held[key]:
                yield asking, criteria, entered


class Oracle:
    """One account as the reference interpreter sees it."""

    def __init__(self, profile: Profile) -> None:
        self.reference = Remembering(profile)

    def take(self, line: Line) -> tuple[list[Line], str | None]:
        """The records of one line as plain data, or the code of its refusal."""
        try:
            records = self.reference.send(parse_input(line))
        except InputError as refusal:
            return [], refusal.code
        except Refused as refusal:
            return [], refusal.code
        return [_plain(record) for record in records], None

    def positions(self) -> Line:
        """Where everything stands, as ``region of subject: path``, in alphabetical order."""
        if self.reference.state is None:
            return {}
        found = self.reference.positions()
        return dict(sorted((f"{region} of {subject}", path) for (region, subject), path in found.items()))


def _plain(record: Line) -> Line:
    at = record["at"].isoformat()
    verdicts = [tuple(verdict) for verdict in record["verdicts"]]
    return record | {"at": at, "verdicts": verdicts, "data": plain_data(record["data"])}


def plain_data(data: Any) -> Any:
    """What a record says besides, as JSON holds it; what is None was not said."""
    return json.loads(json.dumps({key: value for key, value in data.items() if value is not None}, default=_text))


def _text(value: Any) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
