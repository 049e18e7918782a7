"""A profile in short: one line of it, and the overview that somebody wants to see first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from journeykit.dates import Period
from journeykit.plain import printable, short_form

if TYPE_CHECKING:  # the profile shows itself by these functions
    from journeykit.language.model.profile import Countdown, Milestone, Profile, Stage, Track, Value

__all__ = ["in_one_line", "overview"]


def in_one_line(profile: Profile) -> str:
    """Return the short form of a profile: its name and version, and how much there is in it."""
    tracks = profile.tracks.values()
    said = f": {_count(len(tracks), 'track')}, {_count(sum(len(track.all_moves()) for track in tracks), 'move')}"
    return short_form("Profile", profile.name, profile.version, said=said)


def overview(profile: Profile) -> str:
    """Return what a profile is about, as text: its tracks with their stages in order, its dates and its roles."""
    return "\n".join(printable(line, keep="") for line in _lines(profile))


def _lines(profile: Profile) -> Iterator[str]:
    parents = f", extends {_listed(profile.parents)}" if profile.parents else ""
    yield f"{profile.name} {profile.version}{parents}{f': {profile.title}' if profile.title else ''}"
    if profile.about:
        yield " ".join(profile.about.split())
    for track in profile.tracks.values():
        yield from _track(track)
    for track in profile.tracks.values():
        if track.countdown is not None:
            yield f"contracts: {', '.join(_dates(track.countdown))}"
    cadences = [
        f"{cadence.name} every {str(cadence.every).removeprefix('1 ')} ({track.name})"
        for track in profile.tracks.values()
        for cadence in track.cadences
    ]
    if cadences:
        yield f"cadences: {_listed(cadences)}"
    sides = {"ours": "us", "the customer's": "customer"}
    roles = {side: [role.name for role in profile.roles.values() if role.side == side] for side in sides.values()}
    if profile.roles:
        yield f"roles: {'; '.join(f'{whose} {_listed(roles[side])}' for whose, side in sides.items() if roles[side])}"
    known = {"fact": profile.facts, "signal": profile.signals, "confirmation": profile.confirmations}
    yield f"known: {', '.join(_count(len(names), thing) for thing, names in known.items())}"


def _track(track: Track) -> Iterator[str]:
    """Yield the head of a track, and its stages in their order, each with its steps in brackets."""
    whose = "the account" if track.per == "account" else f"every {track.per}"
    label = f": {track.label}" if track.label else ""
    yield f"  {track.name}, for {whose}{', never ends' if track.never_ends else ''}{label}"
    yield f"    {' > '.join(map(_stage, track.stages))}"


def _stage(stage: Stage) -> str:
    parts = [part.name for part in stage.steps or stage.branches]
    inside = f" ({(' > ' if stage.steps else ' | ').join(parts)})" if parts else ""
    return f"{stage.name}{inside}{f' [{stage.end}]' if stage.end is not None else ''}"


def _dates(countdown: Countdown) -> Iterator[str]:
    """Yield the dates of a term: what they are counted to, the milestones, the notice, the end and the grace."""
    yield f"counted to {countdown.to}"
    for milestone in countdown.milestones:
        yield f"{milestone.name} {_before(milestone.before, milestone.of)}{_limits(milestone)}"
    if countdown.notice is not None:
        yield f"notice {_before(countdown.notice)}"
    end = countdown.at_end or countdown.automatically
    if end is not None:
        word = {True: "automatically", False: "by hand"}.get(end.default, str(end.default).replace("_", " "))
        yield f"at the end {word}{_unless(end)}"
    if countdown.grace is not None:
        yield f"grace {countdown.grace.default}{_unless(countdown.grace)}"


def _limits(milestone: Milestone) -> str:
    """Return for which terms a milestone is there, whether it asks when it applies, and whether it comes again."""
    least = milestone.for_terms
    found = [f"in terms of at least {least.default}{_unless(least)}"] if least is not None else []
    found += ["if it applies"] if milestone.when is not None else []
    found += ["again for every end"] if milestone.again else []
    return f" ({', '.join(found)})" if found else ""


def _before(value: Value, of: str | None = None) -> str:
    """Return how long before the end, or before the date fact ``of``, something falls due."""
    if of is None and value.default == Period(0, 0):
        return f"on the last day{_unless(value)}"
    return f"{value.default} before{f' {of}' if of else ''}{_unless(value)}"


def _unless(value: Value) -> str:
    return f" (or as {value.fact} says)" if value.fact is not None else ""


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"
