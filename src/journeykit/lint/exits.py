"""Findings about what forward moves rest on (JK201, JK202, JK209 to JK211).

That is the calendar, our own activity, the customer's word, a handoff, and what another move to the same place asks.
"""

from __future__ import annotations

from collections.abc import Iterator

from journeykit.errors import Finding
from journeykit.language.model.paths import inside, path_of_move
from journeykit.language.model.profile import Confirmation, Move, Profile, Stage, Track
from journeykit.lint.evidence_weight import ConfirmationWeigher, Evidence, Weigher

__all__ = ["exits"]

ONBOARDING = "onboarding"


def exits(profile: Profile) -> Iterator[Finding]:
    """Yield the findings about the forward moves of every track."""
    weigher = Weigher(profile)
    customers = ConfirmationWeigher(profile, lambda word: _only_the_customer(profile, word))
    anybody = ConfirmationWeigher(profile, lambda _: True)
    for track in profile.tracks.values():
        stages = {stage.path: stage for stage in track.walk()}
        for move in track.all_moves():
            yield from _weak_exit(track, move, weigher.move(move, stages.get(move.owner)))
            yield from _own_victory(profile, track, move, customers, stages)
            yield from _handed_to_oneself(track, move)
        yield from _twins(track, anybody, stages)


# -- what an exit rests on


def _weak_exit(track: Track, move: Move, evidence: Evidence) -> Iterator[Finding]:
    """Yield an error for an exit or advance that can be met by the calendar, by nothing or by activity alone."""
    # A track with a countdown may move by dates; what waits for a signal is not driven by them.
    if (move.declared != "exit" and move.kind != "advance") or move.upon or track.countdown:
        return
    path = path_of_move(track, move)
    if evidence == Evidence.CALENDAR:
        yield Finding(
            "JK201",
            "error",
            move.at,
            path,
            "this can be satisfied by the calendar alone: one way of meeting it reads only age, dates and silence",
            "ask in every way for a result or for a confirmation, such as confirmed(...)",
        )
    elif evidence == Evidence.NOTHING and not move.handoff:
        yield Finding(
            "JK201",
            "error",
            move.at,
            path,
            "this asks for nothing: whoever stands here would leave at once",
            "name the criteria that must be met",
        )
    # A step of work may end with its work; only the exit from the whole needs a result.
    elif evidence == Evidence.ACTIVITY and move.declared != "next":
        yield Finding(
            "JK202",
            "error",
            move.at,
            path,
            "this can be satisfied by activity alone: one way of meeting it reads only facts with 'measures: activity'",
            "ask in every way for a result as well: a fact with 'measures: outcome', or a confirmation",
        )


# -- the customer's confirmation


def _own_victory(
    profile: Profile, track: Track, move: Move, customers: ConfirmationWeigher, stages: dict[str, Stage]
) -> Iterator[Finding]:
    """Yield an error for a move that can finish an onboarding without a confirmation that only the customer gives."""
    if move.kind != "advance" or not _finishes_onboarding(move, stages) or _customer_takes_over(profile, move):
        return
    if customers.move(move, stages.get(move.owner)) >= Evidence.GOOD:
        return
    words = [word.name for word in profile.confirmations.values() if _only_the_customer(profile, word)]
    yield Finding(
        "JK209",
        "error",
        move.at,
        path_of_move(track, move),
        "onboarding can be called finished here without the customer's confirmation: one way of meeting this asks for "
        "none that only the customer gives",
        f"ask in every way for such a confirmation: confirmed({words[0] if words else '...'})"
        + ("" if words else ", declared with 'by:' a role whose side is the customer"),
    )


def _finishes_onboarding(move: Move, stages: dict[str, Stage]) -> bool:
    """Tell whether a move leads out of what counts as onboarding, or to an end of it."""
    if not any(_counts_as(source, stages) == ONBOARDING for source in move.sources):
        return False
    return _counts_as(move.to, stages) != ONBOARDING or stages[move.to].end is not None


def _counts_as(path: str, stages: dict[str, Stage]) -> str | None:
    """Return which of the six stages of a journey a place counts as: what is said nearest around it."""
    while path:
        if stages[path].counts_as:
            return stages[path].counts_as
        path = path.rpartition(".")[0]
    return None


def _only_the_customer(profile: Profile, word: Confirmation) -> bool:
    # Any one role of `by` may give a confirmation, so one of ours among them can give it alone.
    return all(profile.roles[role].side == "customer" for role in word.by)


def _customer_takes_over(profile: Profile, move: Move) -> bool:
    return move.handoff is not None and profile.roles[move.handoff.receiver].side == "customer"


# -- handoffs


def _handed_to_oneself(track: Track, move: Move) -> Iterator[Finding]:
    """Yield a warning for a handoff in which nobody else takes over."""
    handoff = move.handoff
    # The product is excused: it takes over once all else holds.
    if handoff is not None and handoff.giver == handoff.receiver and not handoff.automatic:
        yield Finding(
            "JK210",
            "warning",
            move.at,
            f"{path_of_move(track, move)}.handoff",
            f"{handoff.giver} hands over to {handoff.receiver}: nobody else takes over",
            "name the role that takes over as the receiver, or leave the handoff out",
        )


def _twins(track: Track, words: ConfirmationWeigher, stages: dict[str, Stage]) -> Iterator[Finding]:
    """Yield warnings for forward moves without a confirmation or handoff that another move to the same place asks."""
    rank = {path: number for number, path in enumerate(stages)}
    moves = [move for move in track.all_moves() if _leads_on(move, stages, rank)]
    asked = {move.id: words.move(move, stages.get(move.owner)) >= Evidence.GOOD for move in moves}
    for move in moves:
        for twin in moves:
            if move is twin or not _leads_alike(move, twin):
                continue
            missing = [
                said
                for said, has, lacks in (
                    ("a confirmation", asked[twin.id], not asked[move.id]),
                    ("a handoff", twin.handoff is not None, move.handoff is None),
                )
                if has and lacks
            ]
            if missing:
                yield _ungated(track, move, twin, " and ".join(missing))
                break


def _leads_on(move: Move, stages: dict[str, Stage], rank: dict[str, int]) -> bool:
    """Tell whether a move leads forward: an advance, or a plain move to a later place that is no end."""
    if move.kind == "move":
        return stages[move.to].end is None and any(rank[source] < rank[move.to] for source in move.sources)
    return move.kind == "advance"


def _leads_alike(move: Move, twin: Move) -> bool:
    """Tell whether two moves lead from places in common to one place."""
    if not (inside(move.to, twin.to) or inside(twin.to, move.to)):
        return False
    return any(inside(one, other) or inside(other, one) for one in move.sources for other in twin.sources)


def _ungated(track: Track, move: Move, twin: Move, missing: str) -> Finding:
    return Finding(
        "JK211",
        "warning",
        move.at,
        path_of_move(track, move),
        f"{missing} that '{twin.id}' asks for, at {twin.at}, is not asked for here, and both lead to '{move.to}'",
        "ask for the same here, or write 'kind: skip' where it is meant to be left out",
    )
