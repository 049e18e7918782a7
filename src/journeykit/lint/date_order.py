"""The order of a countdown's dates: which of them must have come when another has."""

from __future__ import annotations

from collections.abc import Iterable

from journeykit.dates import Period
from journeykit.language.expressions.tree import HasDate, Reached
from journeykit.language.model.profile import CLOSING_DATES, Profile
from journeykit.lint.cases import Literal

__all__ = ["Dates"]

_PLACE = {name: place for place, name in enumerate(CLOSING_DATES)}


class Dates:
    """The order of the dates of all countdowns of a profile, as far as it is certain."""

    def __init__(self, profile: Profile) -> None:
        self._before: dict[tuple[str, str], Period | None] = {}
        for track in profile.tracks.values():
            for milestone in () if track.countdown is None else track.countdown.milestones:
                key = (track.per, milestone.name)
                # Two tracks may use one name, and a fact may say another period: then nothing is certain.
                # One with ``for_terms`` may have no date; but then it is unknown, which is neither come nor waiting.
                twice = key in self._before or milestone.before.fact is not None
                self._before[key] = None if twice else milestone.before.default

    def agree(self, case: Iterable[Literal]) -> bool:
        """Tell whether the dates can have come, and not have come, as these literals demand."""
        come: list[Reached] = []
        waiting: list[Reached] = []
        missing: list[HasDate] = []
        for atom, met in case:
            if isinstance(atom, Reached):
                (come if met else waiting).append(atom)
            elif isinstance(atom, HasDate) and not met:
                missing.append(atom)
        if any((atom.kind, atom.name) == (one.kind, one.name) for atom in missing for one in (*come, *waiting)):
            return False  # a date that the term does not have has neither come, nor is it awaited
        return not any(self._follows(later, earlier) for later in come for earlier in waiting)

    def _follows(self, later: Reached, earlier: Reached) -> bool:
        """Tell whether ``earlier`` has surely come when ``later`` has."""
        if later.kind != earlier.kind:
            return False
        if later.name in _PLACE:
            # A notice period may be longer than any milestone; the end comes after every milestone and every notice.
            rank = _PLACE[later.name]
            return _PLACE.get(earlier.name, 0) <= rank and (rank > 0 or earlier.name == "notice")
        one, other = (self._before.get((atom.kind, atom.name)) for atom in (later, earlier))
        if later.name == earlier.name:
            return True
        return one is not None and other is not None and one.span()[1] < other.span()[0]
