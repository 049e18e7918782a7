"""The held criteria that subjects of one kind note, gathered from everything that asks for ``held``.

How the noted instants are used stands in ``criteria.held``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from journeykit.language.expressions.tree import ACCOUNT
from journeykit.language.model.paths import held_criteria
from journeykit.language.model.profile import Criterion, Track
from journeykit.machine.closures import Instant
from journeykit.machine.criteria.context import Context, within
from journeykit.machine.criteria.guards import asked_test
from journeykit.machine.criteria.held import Hold, mark_of
from journeykit.machine.criteria.turning_points import asked_turns
from journeykit.machine.listeners import Listening
from journeykit.machine.topic_names import became_met
from journeykit.machine.topics import criteria_reads, reads, time_reads

__all__ = ["holds_of"]


def holds_of(
    plain: Context, tracks: list[Context], listening: Listening
) -> tuple[tuple[Hold, ...], dict[object, Instant]]:
    """Gather what subjects of one kind note, and the instants at which what it asks turns by time alone.

    Args:
        plain: the kind's context, without a track.
        tracks: the contexts of its tracks.
        listening: is told what the criteria read, so that they are noted anew when it changed.

    Returns:
        The holds in order of declaration, each key once; the instants by what they are about.
    """
    holds: dict[str, Hold] = {}
    turns: dict[object, Instant] = {}
    for criterion, context, inherits in _everywhere(plain, tracks):
        key, _ = mark_of(criterion, context)
        if key in holds:
            continue
        turning = asked_turns(criterion, context)
        topics = _note(criterion, plain.kind, context, listening, bool(turning))
        holds[key] = Hold(key, became_met(criterion.id), asked_test(criterion, context), topics, inherits)
        turns |= {("noting", key, about): turn for about, turn in turning.items()}
    return tuple(holds.values()), turns


def _note(criterion: Criterion, kind: str, context: Context, listening: Listening, turning: bool) -> frozenset[str]:
    profile = context.profile
    read = list(criteria_reads(criterion.members, kind, profile))
    timed = list(time_reads(criterion.members, kind, profile))
    if criterion.expr is not None:
        # Without ``held``: otherwise what notes the criterion would listen to its own mark.
        bare = (Criterion(criterion.id, criterion.name, "is", criterion.at, criterion.expr),)
        read += reads(criterion.expr, kind, profile)
        timed += time_reads(bare, kind, profile)
    return listening.note(read, kind, timed, turning=turning)


def _everywhere(plain: Context, tracks: list[Context]) -> Iterator[tuple[Criterion, Context, str | None]]:
    """Yield each held criterion, the context that judges it, and the account's key that a new subject takes over.

    One of a derived name comes once for the name's own kind, and once more for each track that sees it in its own way.
    """
    profile = plain.profile
    for rule in profile.derived.values():
        asked = held_criteria((rule.criterion,)) if rule.criterion is not None else iter(())
        for criterion in asked:
            if rule.kind == plain.kind:
                yield criterion, plain, None
            for context in tracks:
                seen = within(context, rule.kind)
                if rule.kind in (plain.kind, ACCOUNT) and mark_of(criterion, seen)[0] != criterion.id:
                    yield criterion, seen, criterion.id if rule.kind != plain.kind else None
    for context in tracks:
        yield from ((one, context, None) for one in held_criteria(tuple(_of_track(profile.tracks[context.track]))))
    for reaction in profile.reactions.values():
        if reaction.kind == plain.kind:
            yield from ((one, plain, None) for one in held_criteria(reaction.when))


def _of_track(track: Track) -> Iterable[Criterion]:
    for stage in track.walk():
        yield from stage.success
    for move in track.all_moves():
        yield from move.when
    for milestone in track.countdown.milestones if track.countdown else ():
        yield from (one for one in (milestone.needs, milestone.when) if one is not None)
