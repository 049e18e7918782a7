"""The command ``show``: a profile as a drawing, several side by side, or where the values of one come from."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Sequence

from journeykit.draw import origin
from journeykit.draw import side_by_side as compare
from journeykit.draw.mermaid import draw, mermaid
from journeykit.errors import JourneykitError, ProfileError
from journeykit.language import catalog
from journeykit.language.model.profile import Profile
from journeykit.machine.compiler import compile_profile
from journeykit.naming.labels import labels
from journeykit.plain import printable

__all__ = ["show"]

CLEAN, FINDINGS = 0, 1


def show(options: Namespace, width: int) -> int:
    """Show profiles and return the exit code; one that cannot be compiled is shown all the same, and said to be unfit.

    Raises:
        ProfileError: a profile cannot be read.
        JourneykitError: the options do not go together.
    """
    readings = [catalog.examine(name) for name in options.profiles]
    print(printable(_shown([reading.profile for reading in readings], options, width)))
    unfit = [_unfit(name, reading) for name, reading in zip(options.profiles, readings, strict=True)]
    return FINDINGS if any(unfit) else CLEAN


def _shown(profiles: Sequence[Profile], options: Namespace, width: int) -> str:
    language = options.lang or "en"
    if options.format == "markdown":
        return compare.as_markdown(profiles, language).rstrip("\n")
    if len(profiles) > 1:
        if options.origin or options.format == "mermaid":
            told = "--origin" if options.origin else "--format mermaid"
            raise JourneykitError(f"{told} takes one profile; several are shown side by side")
        return compare.as_text(profiles, width, language)
    if options.origin:
        return origin.as_text(profiles[0], width)
    said = None if options.names else labels(profiles[0], language)
    if options.format == "mermaid":
        return mermaid(profiles[0], labels=said)
    return draw(profiles[0], width, said, sources=options.sources)


def _unfit(name: str, reading: catalog.ProfileReading) -> bool:
    try:
        compile_profile(reading)
    except ProfileError as error:
        count = f"{len(error.findings)} error{'s' if len(error.findings) > 1 else ''}"
        print(f"{name}: {count} stand in its way; see: journeykit lint {name}", file=sys.stderr)
        return True
    return False
