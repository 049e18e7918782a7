"""Positions as people ask for them: a dict by (region, subject key) that also finds bare ids and lone subjects."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from journeykit.errors import InputError, UnknownKeyError
from journeykit.machine.subject_meant import did_you_mean, known_ones, subject_meant

__all__ = ["Positions"]


class Positions(dict[tuple[str, str], str]):
    """Where subjects stand: (region, subject key) -> path of the leaf, for all open subjects.

    A region is a track, or a branch by its name such as ``value.onboarding.build.technical``. Indexing also takes a
    subject's bare id, ``positions["value", "main"]``, and a region alone, ``positions["renewal"]``, where only one
    subject stands in it. Everything else, ``get`` and ``in`` included, is that of a dict.

    Raises:
        InputError: in indexing, and then a KeyError, too. ``unknown_place``: nobody stands in this region.
            ``unknown_subject``: no such subject does, or several do and none is named. ``bad_shape``: the key is
            neither a region nor a region and a subject.
    """

    __slots__ = ()

    if TYPE_CHECKING:

        def __getitem__(self, asked: str | tuple[str, str], /) -> str:
            """Return the path at which a subject stands in a region."""

    def __missing__(self, asked: object) -> str:
        if isinstance(asked, str):
            region, subject = asked, None
        elif isinstance(asked, tuple) and len(asked) == 2 and all(isinstance(part, str) for part in asked):
            region, subject = asked
        else:
            _refuse("bad_shape", f'positions: expected "region" or "region", "subject", found {asked!r}')
        standing = [key for name, key in self if name == region]
        if not standing:
            regions = list(dict.fromkeys(name for name, _ in self))
            hint = did_you_mean(region, regions)
            _refuse("unknown_place", f"region: nobody stands in {region!r}; {hint}there are {known_ones(regions)}")
        try:
            return self[region, subject_meant(standing, subject)]
        except InputError as refusal:
            _refuse(refusal.code, f"{refusal.message} (in {region!r})")


def _refuse(code: str, message: str) -> NoReturn:
    raise UnknownKeyError(code, message) from None
