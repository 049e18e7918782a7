"""Findings about time and signals (JK205 to JK207).

They concern criteria held for longer than they are known, signals that nothing reads, and renewals that start late.
"""

from __future__ import annotations

from collections.abc import Iterator

from journeykit.dates import Period
from journeykit.errors import Finding
from journeykit.language.expressions.walk import reads
from journeykit.language.model.paths import criteria_of, expressions_of
from journeykit.language.model.profile import Countdown, Criterion, Milestone, Profile, Value

__all__ = ["events", "held", "renewals"]

MONTH = 30
"""Days before the end that leave no time for a renewal, where the term does not renew by itself."""

BY_ITSELF = frozenset({"automatically", "once", "evergreen"})
"""Values of ``at_end`` with which a term renews by itself."""


def held(profile: Profile) -> Iterator[Finding]:
    """Yield warnings for criteria that must hold for as long as a fact they read stays known, or longer."""
    seen: set[str] = set()
    for path, criterion in criteria_of(profile):
        held = criterion.held
        # What an exit asks of its stage's success comes twice.
        if criterion.id in seen or held is None:
            continue
        seen.add(criterion.id)
        for name in sorted(_facts_of(profile, criterion)):
            stale = profile.facts[name].stale_after
            if stale is not None and _outlasts(held, stale):
                yield Finding(
                    "JK205",
                    "warning",
                    criterion.at,
                    path,
                    f'held for {held}, but "{name}" goes stale after {stale}: '
                    "this is met only if it is observed again meanwhile",
                    f'give "{name}" a longer stale_after, or let this be held for less',
                )


def _outlasts(held: Period, stale: Period) -> bool:
    """Tell whether a fact goes stale before, or at the very instant when, what reads it was held for long enough."""
    as_long = held.months >= stale.months and held.days >= stale.days
    return as_long or held.span()[0] >= stale.span()[1]


def _facts_of(profile: Profile, criterion: Criterion) -> set[str]:
    """Return every fact that a criterion reads, through derived names and bands too."""
    todo = list(expressions_of(criterion))
    done: set[tuple[str, str]] = set()
    while todo:
        for sort, name in reads(todo.pop()) - done:
            done.add((sort, name))
            if sort == "band":
                todo.append(profile.bands[name].of)
            elif sort == "derived":
                rule = profile.derived[name]
                todo += expressions_of(rule.criterion) if rule.criterion is not None else ()
                todo += [rule.expr] if rule.expr is not None else ()
    return {name for sort, name in done if sort == "fact"}


# -- signals


def events(profile: Profile) -> Iterator[Finding]:
    """Yield warnings for signals that change nothing: no move, reaction, criterion or date takes notice of them."""
    listened = _listened(profile)
    for signal in profile.signals.values():
        if signal.name not in listened:
            yield Finding(
                "JK206",
                "warning",
                signal.at,
                f"signals.{signal.name}",
                f"nothing listens to {signal.name}: when it comes, no move, reaction or criterion takes notice",
                f"write a move or a reaction with 'upon: {signal.name}', read it as unsettled({signal.name}), "
                "or take the signal out",
            )


def _listened(profile: Profile) -> set[str]:
    """Return every signal that a move, reaction, expression, other signal, cadence or countdown waits for."""
    found = {signal.settled_by for signal in profile.signals.values()}
    found |= {reaction.upon for reaction in profile.reactions.values()}
    for track in profile.tracks.values():
        found |= {move.upon for move in track.all_moves()}
        found |= {cadence.done_by for cadence in track.cadences}
        found |= {track.countdown.given_by} if track.countdown else set()
    exprs = [expr for _, criterion in criteria_of(profile) for expr in expressions_of(criterion)]
    exprs += [rule.expr for rule in profile.derived.values() if rule.expr is not None]
    exprs += [rule.of for rule in profile.bands.values()]
    found |= {name for expr in exprs for sort, name in reads(expr) if sort == "signal"}
    return {name for name in found if name is not None}


# -- renewals


def renewals(profile: Profile) -> Iterator[Finding]:
    """Yield warnings for countdowns whose first date comes too late.

    That is: not before the notice deadline, inside the profile's own ``started_late``, or in the last 30 days of a term
    that does not renew by itself.
    """
    for track in profile.tracks.values():
        countdown = track.countdown
        if countdown is None:
            continue
        path = f"tracks.{track.name}.countdown"
        first = _first(countdown)
        why = _too_late(countdown, first.before.default if first else Period(0, 0))
        if why:
            yield Finding(
                "JK207",
                "warning",
                first.at if first else countdown.at,
                f"{path}.milestones.{first.name}.before" if first else path,
                f"the renewal starts too late: its first date comes {_said(first)}, {why}",
                "let a milestone come sooner; by segment the guide begins 180, 90, 60 or 30 days before the end",
            )


def _first(countdown: Countdown) -> Milestone | None:
    """Return the milestone that comes first among those counted back from the end of the term."""
    counted = [one for one in countdown.milestones if one.of is None]
    return max(counted, key=lambda one: one.before.default.span(), default=None)


def _said(first: Milestone | None) -> str:
    return f"{first.before.default} before the end" if first and first.before.default else "on the last day"


def _too_late(countdown: Countdown, first: Period) -> str:
    """Return why work that begins a period ``first`` before the end begins too late, or an empty text."""
    fewest, most = first.span()
    notice, late = _period(countdown.notice), _period(countdown.started_late)
    if notice and most <= notice.span()[0]:
        return f"when notice had to be given {notice} before it"
    if late and most < late.span()[0]:
        return f"and 'started_late' calls everything late that begins inside {late}"
    if fewest <= MONTH and not _renews_by_itself(countdown):
        return "and the term does not renew by itself"
    return ""


def _period(value: Value | None) -> Period | None:
    return value.default if value is not None and isinstance(value.default, Period) else None


def _renews_by_itself(countdown: Countdown) -> bool:
    if countdown.at_end is not None:
        return countdown.at_end.default in BY_ITSELF
    return countdown.automatically is not None and countdown.automatically.default is True
