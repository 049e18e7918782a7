"""All findings about a well-formed profile, collected from the files beside this one.

``exits`` judges what a forward move rests on, ``whole_tracks`` ends, moves back and triggers, ``timing`` time, signals
and renewals, ``copies`` a profile against its parent and others; of the compiled chart ``structure`` judges places,
``livelocks`` circles of moves, ``bounces`` regressions and ``set_back`` branches that start anew. What each code means
stands in ``docs/reference/findings.md``.
"""

from __future__ import annotations

from collections.abc import Iterable

from journeykit.errors import Finding
from journeykit.language.catalog import ProfileReading
from journeykit.language.model.profile import Profile
from journeykit.lint.copies import copies
from journeykit.lint.exits import exits
from journeykit.lint.structure import lint_structure
from journeykit.lint.timing import events, held, renewals
from journeykit.lint.whole_tracks import tracks
from journeykit.statechart.chart import Chart, chart_of

__all__ = ["lint_words", "remarks"]


def remarks(
    reading: ProfileReading, others: Iterable[ProfileReading] = (), chart: Chart | None = None
) -> tuple[Finding, ...]:
    """Return all findings about a profile that could be read, in the order of the text.

    Those that its comments ignore are left out. Errors among the findings stop a compile.

    Args:
        reading: the profile, what reading it found, and its comments.
        others: profiles to compare it with; a warning says if it equals one of them.
        chart: the profile's chart, where that was made already.
    """
    profile = reading.profile
    found = (
        *reading.findings,
        *copies(profile, reading.parent, (other.profile for other in others)),
        *lint_words(profile),
        *lint_structure(profile, chart or chart_of(profile)),
    )
    left = reading.ignores.apply(found)
    return tuple(sorted(left, key=lambda finding: (finding.at, finding.code, finding.path)))


def lint_words(profile: Profile) -> tuple[Finding, ...]:
    """Return the findings that need neither a chart nor other profiles, in the order of the text."""
    found = [finding for rules in (exits, tracks, held, events, renewals) for finding in rules(profile)]
    return tuple(sorted(found, key=lambda one: (one.at, one.code)))
