"""What a profile says in good grammar and should not say: the guide's mistakes, found in the author's words.

Each group of remarks has a module: ``lint_exits`` (what a forward way rests on), ``lint_tracks`` (ends, ways back,
triggers), ``lint_time`` (time, signals, renewals). ``lint_copies`` holds a profile against its parent and others. What
each code means stands in ``docs/reference/findings.md``.
"""

from __future__ import annotations

from journeykit.errors import Finding
from journeykit.language.model.profile import Profile
from journeykit.lint.exits import exits
from journeykit.lint.timing import events, held, renewals
from journeykit.lint.whole_tracks import tracks

__all__ = ["lint"]


def lint(profile: Profile) -> tuple[Finding, ...]:
    """All remarks on a resolved profile, in the order of the text. Errors among them stop the compile."""
    found = [finding for rules in (exits, tracks, held, events, renewals) for finding in rules(profile)]
    return tuple(sorted(found, key=lambda one: (one.at, one.code)))
