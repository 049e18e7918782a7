"""From a seed to a case: a profile that compiles and a history for it. ``nested`` makes cases of another kind."""

from __future__ import annotations

from functools import lru_cache

from driver import Case
from generators import profile_text
from histories import tell

from journeykit.errors import ProfileError

__all__ = ["ATTEMPTS", "case_of", "new_case"]

ATTEMPTS = 4


@lru_cache(maxsize=640)
def case_of(seed: int, size: int, length: int) -> Case | None:
    """The case of a seed, kept, since every law asks for it; one case too many to keep, and each is made 22 times."""
    return new_case(seed, size, length)


def new_case(seed: int, size: int, length: int) -> Case | None:
    """The case of a seed, made anew; None where none of a few profiles compiles."""
    for attempt in range(ATTEMPTS):
        text = profile_text(seed * ATTEMPTS + attempt, size)
        case = Case(text, [], seed)
        try:
            machine = case.machine
        except ProfileError:
            continue
        case.lines = tell(machine.profile, seed, length)
        return case
    return None
