"""Scenes: what the criteria of a move still ask after other moves, inside one input and on its evidence.

``bounces`` and ``livelocks`` ask here which cases of a move survive when moves of its track have just been taken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import combinations

from journeykit.language.expressions.tree import (
    Age,
    Aggregate,
    At,
    Compare,
    Confirmed,
    Const,
    Derived,
    EndMoved,
    Expr,
    Placed,
)
from journeykit.language.model.paths import held_homes, inside
from journeykit.language.model.profile import Move, Profile, Stage
from journeykit.language.model.references import names_in, touches
from journeykit.lint.cases import Case, Cases, Literal, agree
from journeykit.lint.date_order import Dates

__all__ = ["MoveCases", "Scene", "may_lead", "tracks_read"]


@dataclass(frozen=True, slots=True)
class Scene:
    """The circumstances in which a move is judged, after other moves of its track.

    Attributes:
        track: the track it belongs to.
        at: tells whether a path of that track holds: surely (True), surely not (False), or either (None).
        fresh: tells whether a path of that track was entered a moment ago, if it holds at all.
        asked: the facts and confirmations asked again by those moves (R8).
        opened: the kinds of subjects opened by those moves.
    """

    track: str
    at: Callable[[str], bool | None]
    fresh: Callable[[str], bool]
    asked: frozenset[str]
    opened: frozenset[str]


class MoveCases:
    """The cases of every move of a profile, and what becomes of them in a scene."""

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        self.cases: Cases = Cases(profile, held_homes(profile).get)
        self._dates = Dates(profile)
        self._of: dict[str, list[Case]] = {}
        self._split = {
            track.name: frozenset(stage.path for stage in track.walk() if stage.branches)
            for track in profile.tracks.values()
        }
        self._stages = {(track.name, stage.path): stage for track in profile.tracks.values() for stage in track.walk()}

    def of(self, move: Move) -> list[Case]:
        """Return the cases in which all that a move asks is met, its signal and its handoff aside.

        Where it asks for the success of a step with branches, these must be over too (R6).
        """
        if move.id not in self._of:
            cases = self.cases.of(move.when)
            stage = self._stages.get((move.track, move.owner))
            if stage is not None and any(map(stage.is_success, move.when)):
                for branch in stage.branches:
                    cases = self.cases.both(cases, self._over(branch))
            self._of[move.id] = cases
        return self._of[move.id]

    def _over(self, branch: Stage) -> list[Case]:
        """Return the cases in which a branch may be over: at its success and that of its own branches, or at an end."""
        # At an end a branch is over whatever its success says, so that asks nothing.
        if _can_end(branch):
            return [frozenset()]
        if not (branch.success or branch.branches):
            return []
        cases = self.cases.of(branch.success)
        for inner in branch.branches:
            cases = self.cases.both(cases, self._over(inner))
        return cases

    def survive(self, case: Case, scene: Scene) -> Case | None:
        """Return what a case still asks in a scene, or None where it cannot hold there."""
        left = []
        for literal in case:
            verdict = self._verdict(literal, scene)
            if verdict is False:
                return None
            if verdict is None:
                left.append(literal)
        kept = frozenset(left)
        return kept if self.together(kept) else None

    def stable(self, case: Case, scene: Scene) -> Case:
        """Return what a case says that the moves of a scene do not change."""
        return frozenset(literal for literal in case if self._verdict(literal, scene) is None)

    def _verdict(self, literal: Literal, scene: Scene) -> bool | None:
        """Return False where a literal surely fails in a scene, True where it may hold, None where it still has to."""
        atom, met = literal
        if not scene.asked.isdisjoint(names_in(atom, self.profile)):
            return self._asked_again(atom, met)
        if isinstance(atom, At) and atom.track == scene.track:
            standing = scene.at(atom.path)
            return True if standing is None else standing == met
        if isinstance(atom, Compare) and isinstance(atom.left, Age) and atom.left.track == scene.track:
            return _age_may_hold(atom.left.path, atom, scene)
        if isinstance(atom, EndMoved) and self._came(scene):
            return not met
        return True if self._may_turn(atom, scene) else None

    def _came(self, scene: Scene) -> bool:
        """Tell whether the stage of a scene is entered anew, so that no end was moved there yet."""
        stages = [path for track, path in self._stages if track == scene.track and "." not in path]
        return all(scene.fresh(path) for path in stages if scene.at(path))

    def _asked_again(self, atom: Expr, met: bool) -> bool:
        """Tell whether a literal may hold once its evidence is asked again (R8).

        A confirmation is then not given, a fact unknown. A derived name may hold: what it is spelled out to is judged
        instead.
        """
        if isinstance(atom, Confirmed):
            return not met
        return isinstance(atom, Derived)

    def _may_turn(self, atom: Expr, scene: Scene) -> bool:
        """Tell whether the moves of the scene may themselves change what an atom says."""

        def turns(part: Expr) -> bool:
            own = isinstance(part, At | Placed | Age) and part.track == scene.track and part.path != ""
            return own or (isinstance(part, Aggregate) and part.kind in scene.opened)

        return touches(atom, self.profile, turns)

    def apart(self, track: str, one: str, other: str) -> bool:
        """Tell whether a subject can never stand at both places of a track at once."""
        if inside(one, other) or inside(other, one):
            return False
        shared = []
        for left, right in zip(one.split("."), other.split("."), strict=False):
            if left != right:
                break
            shared.append(left)
        return ".".join(shared) not in self._split[track]

    def together(self, *cases: Case) -> bool:
        """Tell whether cases may hold at once, by their values, dates and positions."""
        case = frozenset().union(*cases)
        return agree(case) and self._dates.agree(case) and positions_agree(case, self.apart)

    def stage(self, track: str, path: str) -> Stage:
        """Return a stage or step by its path.

        Raises:
            KeyError: the track has no such place.
        """
        return self._stages[track, path]


def positions_agree(case: Iterable[Literal], apart: Callable[[str, str, str], bool]) -> bool:
    """Tell whether a subject can stand where these literals demand; ``apart`` judges two places of a track."""
    stands = [atom for atom, met in case if met and isinstance(atom, At)]
    absent = [atom for atom, met in case if not met and isinstance(atom, At)]
    for one, other in combinations(stands, 2):
        if (one.track, one.kind) == (other.track, other.kind) and apart(one.track, one.path, other.path):
            return False
    return not any(
        (one.track, one.kind) == (other.track, other.kind) and inside(one.path, other.path)
        for one in stands
        for other in absent
    )


def _age_may_hold(path: str, atom: Compare, scene: Scene) -> bool:
    """Tell whether a comparison with the age of a place of the scene's track may hold there."""
    if scene.at(path) is False:
        return False  # unknown where the subject does not stand
    positive = isinstance(atom.right, Const) and bool(atom.right.value)
    return not (scene.fresh(path) and positive and atom.op in {">", ">=", "=="})


def tracks_read(profile: Profile, expr: Expr) -> frozenset[str]:
    """Return the tracks whose positions an expression reads."""
    found: set[str] = set()

    def note(part: Expr) -> bool:
        if isinstance(part, At | Placed | Age) and part.track:
            found.add(part.track)
        return False

    touches(expr, profile, note)
    return frozenset(found)


def may_lead(move: Move, literal: Literal) -> bool:
    """Tell whether taking a move may end what a literal says of positions.

    A literal about ``at`` ends when its place is left or entered; any other may always end.
    """
    atom, met = literal
    if not isinstance(atom, At):
        return True
    if met:
        leaves = any(inside(source, atom.path) or inside(atom.path, source) for source in move.sources)
        return leaves and not inside(move.to, atom.path)
    return inside(move.to, atom.path) or inside(atom.path, move.to)


def _can_end(stage: Stage) -> bool:
    return stage.end is not None or any(map(_can_end, stage.steps))
