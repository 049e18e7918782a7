"""The move by which a step whose success is met gives way to the next, and what ``success: all`` means (rule R6)."""

from __future__ import annotations

from journeykit.language.model.profile import Criterion, Move
from journeykit.language.resolve.resolution import Resolution
from journeykit.language.schema.models import CriterionSpec
from journeykit.language.text.nodes import Path

__all__ = ["Owner", "giving_way", "means_success", "success_group"]


class Owner:
    """Where a move is declared: a track (``path`` empty) or a place in it.

    Attributes:
        kind: the kind of subject that the track is for.
        success: the place's own criteria of success.
        branches: whether it has ``side_by_side``, so that its success is that of its branches too.
    """

    def __init__(
        self, track: str, kind: str, path: str = "", success: tuple[Criterion, ...] = (), branches: bool = False
    ) -> None:
        self.track = track
        self.kind = kind
        self.path = path
        self.success = success
        self.branches = branches

    def id(self, name: str) -> str:
        """Return the id of something of this name that is declared here."""
        return ".".join(filter(None, (self.track, self.path, name)))

    @property
    def has_success(self) -> bool:
        """True where the place has a success for ``success: all`` to ask for."""
        return bool(self.success) or self.branches


def giving_way(context: Resolution, owner: Owner, to: str, path: Path) -> Move:
    """Return the move by which a step whose success is met gives way to the step ``to`` after it (rule R6)."""
    id_ = owner.id("next")
    when = (success_group(context, owner, id_, path),)
    return Move(
        id_,
        owner.track,
        "next",
        "advance",
        "next",
        owner.path,
        (owner.path,),
        to,
        context.next_order(),
        context.key_at(path),
        when=when,
    )


def means_success(name: str, spec: CriterionSpec) -> bool:
    """Tell whether this is ``success: all``, which asks for a place's own success."""
    return name == "success" and spec.is_ == "all"


def success_group(context: Resolution, owner: Owner, move_id: str, path: Path) -> Criterion:
    """Return all criteria of a place's own success as one criterion of a move, for ``success: all`` (rule R6)."""
    return Criterion(f"{move_id}.success", "success", "all", context.key_at(path), members=owner.success)
