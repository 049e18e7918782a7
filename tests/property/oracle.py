"""The reference interpreter behind the same face as the driver's engine: one JSON line in, records or a refusal out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

from journeykit.engine.inputs import parse_input
from journeykit.errors import InputError
from journeykit.language.expressions import tree as ex
from journeykit.language.model.profile import Move, Profile, Track
from reference import Reference, Refused
from reference.state import Subject

__all__ = ["Oracle", "plain_told"]

Line = dict[str, Any]


def once(plain: Callable[..., Any]) -> Callable[..., Any]:
    """A method that asks of a track what its names alone say: each answer is kept."""

    def asked(self: Remembering, track: Track, *names: Any) -> Any:
        key = (plain, track.name, *names)
        if key not in self.answers:
            self.answers[key] = plain(self, track, *names)
        return self.answers[key]

    return asked


class Remembering(Reference):
    """The reference interpreter, which looks up once, and not always, what the profile alone says."""

    homes = once(Reference.homes)
    stage = once(Reference.stage)
    ends_at = once(Reference.ends_at)
    moves_of = once(Reference.moves_of)
    moves_in = once(Reference.moves_in)

    def __init__(self, profile: Profile) -> None:
        super().__init__(profile)
        self.answers: dict[Any, Any] = {}

    def tracks(self, me: Subject) -> list[Track]:
        if me.kind not in self.answers:
            self.answers[me.kind] = super().tracks(me)
        return self.answers[me.kind]

    def sources_in(self, track: Track, home: str, move: Move) -> list[str]:
        key = (home, move.id)
        if key not in self.answers:
            self.answers[key] = super().sources_in(track, home, move)
        return self.answers[key]

    def to_hold(self, kind: str) -> list[Any]:
        key = ("held", kind)
        if key not in self.answers:
            self.answers[key] = super().to_hold(kind)
        return self.answers[key]

    @cached_property
    def expressions(self) -> list[Any]:
        """Each part but once, and only what time may turn."""
        return list(dict.fromkeys(node for node in super().expressions if _timed(node)))


def _timed(node: Any) -> bool:
    if isinstance(node, ex.Compare):
        return isinstance(node.left, ex.Age | ex.DaysUntil)
    return isinstance(node, ex.Quiet | ex.Seen | ex.Reached | ex.Covered)


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
        return [plain_told(record) for record in records], None

    def positions(self) -> Line:
        """Where everything stands, as ``region of subject: path``, in alphabetical order."""
        if self.reference.state is None:
            return {}
        found = self.reference.positions()
        return dict(sorted((f"{region} of {subject}", path) for (region, subject), path in found.items()))


def plain_told(record: Line) -> Line:
    """A record, of this interpreter or as ``told``, as plain data."""
    due = record["due_at"] and record["due_at"].isoformat()
    judged = {"verdicts": _json(record["verdicts"]), "because": _json(record["because"])}
    return record | judged | {"at": record["at"].isoformat(), "due_at": due, "data": plain_data(record["data"])}


def plain_data(data: Mapping[str, Any]) -> Line:
    """What a record says besides, as JSON holds it; what is None was not said."""
    return {key: value if type(value) is str else _json(value) for key, value in data.items() if value is not None}


def _json(value: Any) -> Any:
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, list | tuple):
        return [_json(one) for one in value]
    if isinstance(value, Mapping):
        return {key: _json(one) for key, one in value.items()}
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
