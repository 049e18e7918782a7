"""Waivers: criteria that a person may let go, which then count like met (rule R13)."""

from __future__ import annotations

from collections.abc import Iterator

from journeykit.language.model.profile import Criterion, Profile
from journeykit.machine.closures import Test
from journeykit.machine.snapshot import Snapshot, Subject

__all__ = ["waivable_of", "waivable_test"]


def waivable_test(criterion: Criterion, judge: Test) -> Test:
    """Compile a criterion so that it counts as met while it is waived: for its subject, or for the whole account."""
    if criterion.waivable_by is None:
        return judge
    ident = criterion.id

    def waivable(snapshot: Snapshot, subject: Subject) -> bool | None:
        if ident in subject.waived or ident in snapshot.account_subject.waived:
            return True
        return judge(snapshot, subject)

    return waivable


def waivable_of(profile: Profile) -> dict[str, tuple[Criterion, str]]:
    """Return the criteria that a person may waive, by id, with the kind of subject each is judged for."""
    return {
        criterion.id: (criterion, kind)
        for criteria, kind in _everywhere(profile)
        for each in criteria
        for criterion in each.walk()
        if criterion.waivable_by is not None
    }


def _everywhere(profile: Profile) -> Iterator[tuple[tuple[Criterion, ...], str]]:
    for track in profile.tracks.values():
        for stage in track.walk():
            yield stage.success, track.per
        for move in track.all_moves():
            yield move.when, track.per
        for milestone in track.countdown.milestones if track.countdown else ():
            yield tuple(one for one in (milestone.needs, milestone.when) if one is not None), track.per
    for rule in profile.derived.values():
        yield (rule.criterion,) if rule.criterion else (), rule.kind
    for reaction in profile.reactions.values():
        yield reaction.when, reaction.kind
