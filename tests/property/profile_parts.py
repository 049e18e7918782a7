"""What a profile is made of, as the tellers of histories look at it."""

from __future__ import annotations

from collections.abc import Iterator

from journeykit.language.model.profile import Criterion, Move, Profile, Stage, Track

__all__ = ["criteria_of", "first", "inside", "moves", "waivable"]


def moves(track: Track) -> Iterator[Move]:
    """Every move of a track, those of its places first."""
    for place in track.walk():
        yield from place.moves
    yield from track.moves


def waivable(track: Track) -> Iterator[Criterion]:
    """The criteria that somebody may let go."""
    groups = [move.when for move in moves(track)] + [place.success for place in track.walk()]
    groups += [(one.when,) for one in (track.countdown.milestones if track.countdown else ()) if one.when]
    for criteria in groups:
        for criterion in criteria:
            yield from (one for one in inside(criterion) if one.waivable_by)


def inside(criterion: Criterion) -> Iterator[Criterion]:
    """A criterion, then the members of its group, depth first."""
    yield criterion
    for member in criterion.members:
        yield from inside(member)


def criteria_of(profile: Profile) -> Iterator[Criterion]:
    """Every criterion of a profile, groups whole; those of a success once more with each move that asks for them."""
    for track in profile.tracks.values():
        for move in moves(track):
            yield from move.when
        for place in track.walk():
            yield from place.success
        for milestone in track.countdown.milestones if track.countdown else ():
            yield from (one for one in (milestone.needs, milestone.when) if one)
    for rule in profile.derived.values():
        yield from (rule.criterion,) if rule.criterion else ()
    for reaction in profile.reactions.values():
        yield from reaction.when


def first(stage: Stage) -> str:
    """The leaf at which one stands who enters a place."""
    return first(stage.steps[0]) if stage.steps else stage.path
