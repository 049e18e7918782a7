"""Regressions that would carry a subject straight back (JK304): rule R8, judged before anybody moves.

A regression bounces when some forward move out of its target, or out of a place around it, could hold on the very
evidence that took the regression. The law behind it: no journey takes a regression and a forward move out of its target
in one input. Other tracks are taken to hold still, unless a move of theirs could go with the same evidence.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

from journeykit.errors import Finding
from journeykit.language.expressions.tree import Confirmed, Derived, Unsettled
from journeykit.language.model.paths import inside, path_of_move
from journeykit.language.model.profile import Move, Profile, Track
from journeykit.language.model.references import names_in
from journeykit.lint.cases import Case, Literal
from journeykit.lint.scenes import MoveCases, Scene, may_lead, tracks_read

__all__ = ["FORWARD", "bounces", "term_names"]

CODE = "JK304"
FORWARD = frozenset({"advance", "skip", "recover", "win_back", "renew"})
"""Kinds of moves that carry a subject forward."""

SUGGESTED = 3
"""The most names that a finding proposes to ask again."""


def bounces(profile: Profile, evidence: MoveCases | None = None) -> tuple[Finding, ...]:
    """Return one error for each regression that bounces, with the moves that undo it and what to ask again.

    Args:
        profile: the profile to judge.
        evidence: the cases of its moves, where they were made already.
    """
    known = evidence or MoveCases(profile)
    found = []
    for track in profile.tracks.values():
        moves = track.all_moves()
        for regression in moves:
            if regression.kind != "regress" or regression.closes:
                continue
            back = [(forward, cases) for forward in moves if (cases := moves_back(known, track, regression, forward))]
            if back:
                found.append(_finding(known, track, regression, back))
    return tuple(found)


def moves_back(evidence: MoveCases, track: Track, regression: Move, forward: Move) -> list[Case]:
    """Return the cases of a forward move that may hold right after a regression; none where it cannot undo it."""
    sources = _sources_at(evidence, track, regression, forward)
    if not sources:
        return []
    before = [_steady(evidence, regression, case) for case in evidence.of(regression)]
    open_cases: dict[Case, None] = {}
    for source in sources:
        scene = _after(evidence, regression, source)
        for case in evidence.of(forward):
            left = evidence.survive(case, scene)
            if left is not None and any(evidence.together(left, one) for one in before):
                open_cases[case] = None
    return list(open_cases)


def _sources_at(evidence: MoveCases, track: Track, regression: Move, forward: Move) -> list[str]:
    """Return the sources from which a move leads forward out of the regression's target at once, if any."""
    target = regression.to
    # A signal is present in the first microstep only (R5), so no move upon one follows the regression in one input.
    if forward.kind not in FORWARD or forward.upon is not None or inside(forward.to, target):
        return []
    if forward.handoff is not None and not forward.handoff.automatic and not _acceptance_lasts(regression, forward):
        return []
    ended = evidence.stage(track.name, target).end is not None
    return [source for source in forward.sources if inside(source, target) or (inside(target, source) and not ended)]


def _acceptance_lasts(regression: Move, forward: Move) -> bool:
    """Tell whether a handoff accepted before the regression counts after it: its declaring place is not left (R7)."""
    owner = forward.owner
    if regression.to == owner or not inside(regression.to, owner):
        return False
    return any(inside(source, owner) or inside(owner, source) for source in regression.sources)


def _after(evidence: MoveCases, regression: Move, source: str) -> Scene:
    """Return the scene right after a regression, standing where a move with this source can be taken."""
    target, track = regression.to, regression.track
    standing = target if inside(target, source) else source

    def at(path: str) -> bool | None:
        if inside(standing, path):
            return True
        return False if evidence.apart(track, standing, path) else None

    asked = frozenset(regression.asks_again) | term_names(evidence.profile, regression)
    opened = frozenset(opening.kind for opening in regression.opens)
    return Scene(track, at, lambda path: inside(path, target), asked, opened)


def term_names(profile: Profile, move: Move) -> frozenset[str]:
    """Return the facts and confirmations that a move makes ungiven by beginning a term (R8)."""
    if not move.begins_term:
        return frozenset()
    facts = (fact.name for fact in profile.facts.values() if fact.per_term)
    words = (word.name for word in profile.confirmations.values() if word.per_term)
    return frozenset((*facts, *words))


def _steady(evidence: MoveCases, regression: Move, case: Case) -> Case:
    """Return what a regression's case says that still holds after it, with what its signal says."""
    # A new term changes dates and ungives evidence: nothing is taken to still hold.
    if regression.begins_term:
        return frozenset()
    # The place it leads to is not looked at: what it read of its own track's positions has changed.
    moved = Scene(
        regression.track,
        lambda _: None,
        lambda _: False,
        frozenset(regression.asks_again),
        frozenset(opening.kind for opening in regression.opens),
    )
    kept = {literal for literal in evidence.stable(case, moved) if _holds_still(evidence, regression, case, literal)}
    if regression.upon is not None:
        kept.add(Literal(Unsettled(regression.upon, evidence.profile.signals[regression.upon].kind), True))
    return frozenset(kept)


def _holds_still(evidence: MoveCases, regression: Move, case: Case, literal: Literal) -> bool:
    """Tell whether what a literal says of other tracks' positions outlasts the regression.

    Where the regression reads nothing else, it was entering those positions that set it off, and whatever would undo
    that at once is a fault of that track. Otherwise a move there that can go on the same evidence may be going too.
    """
    tracks = tracks_read(evidence.profile, literal.atom)
    if not tracks:
        return True
    others = frozenset(other for other in case if tracks.isdisjoint(tracks_read(evidence.profile, other.atom)))
    if not others and regression.upon is None:
        return True
    return not any(
        _goes_along(evidence, regression, others, move)
        for name in tracks
        if name != regression.track
        for move in evidence.profile.tracks[name].all_moves()
        if may_lead(move, literal)
    )


def _goes_along(evidence: MoveCases, regression: Move, others: Case, move: Move) -> bool:
    """Tell whether a move of another track may go in the same input as a regression."""
    if None not in (move.upon, regression.upon) and move.upon != regression.upon:
        return False
    return any(evidence.together(others, case) for case in evidence.of(move))


def _finding(evidence: MoveCases, track: Track, regression: Move, back: Sequence[tuple[Move, list[Case]]]) -> Finding:
    moves = ", ".join(f"'{forward.id}'{_asked_at(forward)}" for forward, _ in back)
    message = (
        f"the regression to '{regression.to}' can be undone at once: {moves} may be met by what was known before it"
    )
    names = next(_enough(evidence, regression, [case for _, cases in back for case in cases]), ())
    if names:
        hint = f"add asks_again: [{', '.join(names)}] to '{regression.id}', or ask for more on the way forward"
    else:
        hint = "give that way a criterion that the regression asks again or contradicts, or a handoff"
    return Finding(CODE, "error", regression.at, path_of_move(track, regression), message, hint)


def _asked_at(forward: Move) -> str:
    """Return what a move asks and where that is written, which may be another file than the regression's."""
    found = [criterion for criterion in forward.when if criterion.text][:SUGGESTED]
    return f" (asks {'; '.join(f'{one.text} at {one.at}' for one in found)})" if found else ""


def _enough(evidence: MoveCases, regression: Move, cases: Sequence[Case]) -> Iterator[tuple[str, ...]]:
    """Yield sets of names that close every case when asked again, smallest first, confirmations before facts."""
    per_case = [_askable(evidence, case) for case in cases]
    words = evidence.profile.confirmations
    names = sorted({name for found in per_case for name in found} - set(regression.asks_again))
    names.sort(key=lambda name: name not in words)
    for size in range(1, SUGGESTED + 1):
        for chosen in combinations(names, size):
            if all(not found.isdisjoint(chosen) for found in per_case):
                yield chosen


def _askable(evidence: MoveCases, case: Case) -> frozenset[str]:
    """Return the names of a case that, asked again, make it fail."""
    found: set[str] = set()
    for atom, met in case:
        # Asked again, "not confirmed" is met; a derived name is closed through what it is spelled out to.
        if not isinstance(atom, Derived) and (met or not isinstance(atom, Confirmed)):
            found |= names_in(atom, evidence.profile)
    return frozenset(found)
