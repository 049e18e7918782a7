"""Circles of moves that follow each other inside one input, because what they ask can hold all at once (JK303).

Rings of moves from leaf to leaf are searched in each region. One is reported where its moves can still be met on one
evidence after all of them were taken once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from journeykit.errors import Finding
from journeykit.language.expressions.tree import DaysUntil, Expr, HasDate, Reached, Renewals
from journeykit.language.model.paths import inside, path_of_move
from journeykit.language.model.profile import Move, Profile
from journeykit.language.model.references import touches
from journeykit.lint.bounces import term_names
from journeykit.lint.cases import ANYTHING, CAP, Case
from journeykit.lint.scenes import MoveCases, Scene
from journeykit.statechart.chart import Chart, Place, Region, choices

__all__ = ["circles"]

CODE = "JK303"
LONGEST = 6
"""Moves in the longest circle that is looked for."""

BUDGET = 5000
"""Steps of the search in one region, beyond which it is given up: the engine still stops an endless loop."""


class _Edge(NamedTuple):
    """A move from leaf to leaf, with the cases in which it can be taken there."""

    move: Move
    source: str
    target: str
    cases: list[Case]


def circles(
    profile: Profile, chart: Chart, evidence: MoveCases, known: frozenset[str] = frozenset()
) -> tuple[Finding, ...]:
    """Return one error for each smallest set of moves that can go round.

    Args:
        profile: the profile to judge.
        chart: its chart.
        evidence: the cases of its moves.
        known: paths (in the text) of moves found at fault already; these are passed over.
    """
    found = []
    for top in chart.regions:
        track = profile.tracks[top.name]
        moves = {move.id: move for move in track.all_moves() if path_of_move(track, move) not in known}
        rounds = [ring for region in top.nested() for ring in _rounds(evidence, region, moves)]
        rounds.sort(key=len)
        told: list[frozenset[str]] = []
        for ring in rounds:
            names = frozenset(edge.move.id for edge in ring)
            if any(other <= names for other in told):
                continue
            told.append(names)
            first = ring[0].move
            found.append(Finding(CODE, "error", first.at, path_of_move(track, first), *_words(ring)))
    return tuple(found)


def _words(ring: Sequence[_Edge]) -> tuple[str, str]:
    ids = ", ".join(f"'{edge.move.id}'" for edge in ring)
    if len(ring) == 1:
        return (
            f"{ids} may be taken again from where it leads ('{ring[0].target}'), without end within one input",
            "leave that place out of its sources, or let it ask again (asks_again) what it reads",
        )
    return (
        f"{ids} may follow each other without end within one input: what they ask can be met all at once",
        "let one ask for the opposite of another, wait for a signal, or ask again (asks_again) what it reads",
    )


def _rounds(evidence: MoveCases, region: Region, moves: dict[str, Move]) -> Iterator[list[_Edge]]:
    """Yield rings of moves from leaf to leaf, each found once, from its first leaf on."""
    edges = _edges(evidence, region, moves)
    leaves = region.leaves()
    budget = BUDGET
    for at, start in enumerate(leaves):
        later = set(leaves[at:])  # a ring through an earlier leaf was found from there
        waiting: list[tuple[list[_Edge], list[Case]]] = [([], [ANYTHING])]
        while waiting and budget:
            budget -= 1
            path, asked = waiting.pop()
            here = path[-1].target if path else start
            if path and here == start:
                if _holds_for_ever(evidence, path):
                    yield path
                continue
            seen = {edge.source for edge in path} - {start}
            for edge in edges[here] if len(path) < LONGEST else ():
                if edge.target in later and edge.target not in seen:
                    joined = _joined(evidence, asked, edge.cases)
                    if joined:
                        waiting.append(([*path, edge], joined))


def _edges(evidence: MoveCases, region: Region, moves: dict[str, Move]) -> dict[str, list[_Edge]]:
    """Return, by leaf, the moves that need neither a signal nor somebody's acceptance."""
    places = {place.path: place for place in region.walk()}
    edges: dict[str, list[_Edge]] = {}
    for leaf in region.leaves():
        edges[leaf] = []
        for transition in choices(region, leaf):
            move = moves.get(transition.id)
            if move is None or move.upon is not None or move.closes:
                continue
            if move.handoff is not None and not move.handoff.automatic:
                continue
            if inside(leaf, transition.source) or _starts_in(places[leaf], transition.source):
                edge = _Edge(move, leaf, _leaf_of(region, transition.target), [])
                edge.cases.extend(_cases(evidence, edge, ()))
                if edge.cases:
                    edges[leaf].append(edge)
    return edges


def _starts_in(leaf: Place, source: str) -> bool:
    """Tell whether a child region of a leaf starts inside a place."""
    return any(
        inside(_leaf_of(child, child.places[0].path), source)
        or any(_starts_in(place, source) for place in child.walk() if place.regions)
        for child in leaf.regions
    )


def _leaf_of(region: Region, target: str) -> str:
    """Return the path of the first leaf at a target, or of the leaf around it."""
    place = next(place for place in reversed(tuple(region.walk())) if inside(target, place.path))
    while place.children:
        place = place.children[0]
    return place.path


def _joined(evidence: MoveCases, asked: list[Case], more: list[Case]) -> list[Case]:
    return [one | other for one in asked for other in more if evidence.together(one, other)][:CAP]


def _cases(evidence: MoveCases, edge: _Edge, ring: Sequence[_Edge]) -> list[Case]:
    """Return the cases in which a move can be taken from its leaf, after all moves of a ring."""
    scene = _scene(evidence, edge, ring)
    return [left for case in evidence.of(edge.move) if (left := evidence.survive(case, scene)) is not None]


def _holds_for_ever(evidence: MoveCases, ring: Sequence[_Edge]) -> bool:
    """Tell whether the moves of a ring can be met on one evidence after they have all been taken once."""
    if any(edge.move.cooldown is not None for edge in ring):
        return False  # it is not taken twice within one input
    new_term = any(edge.move.begins_term for edge in ring)
    joined: list[Case] = [ANYTHING]
    for edge in ring:
        cases = _cases(evidence, edge, ring)
        if new_term:
            cases = [case for case in cases if not any(_of_term(evidence, literal.atom) for literal in case)]
        joined = _joined(evidence, joined, cases)
    return bool(joined)


def _of_term(evidence: MoveCases, atom: Expr) -> bool:
    """Tell whether an atom reads the dates or the number of a term, which a new term changes."""
    return touches(atom, evidence.profile, lambda part: isinstance(part, Reached | HasDate | DaysUntil | Renewals))


def _scene(evidence: MoveCases, edge: _Edge, ring: Sequence[_Edge]) -> Scene:
    """Return the scene in which one move of a ring is taken, after all the others."""
    asked: set[str] = set()
    opened: set[str] = set()
    for other in ring:
        asked.update(other.move.asks_again, term_names(evidence.profile, other.move))
        opened.update(opening.kind for opening in other.move.opens)

    def at(path: str) -> bool | None:
        if inside(edge.source, path):
            return True
        return None if inside(path, edge.source) else False

    def fresh(path: str) -> bool:
        return any(_enters(other, path) for other in ring)

    return Scene(edge.move.track, at, fresh, frozenset(asked), frozenset(opened))


def _enters(edge: _Edge, path: str) -> bool:
    """Tell whether a move enters a place anew: its target, what is inside it, and what it was not in before."""
    if not inside(edge.target, path):
        return False
    return inside(path, edge.move.to) or not inside(edge.source, path)
