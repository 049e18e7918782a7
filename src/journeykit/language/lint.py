"""What a profile says in good grammar and should not say: the guide's mistakes, found in the author's words.

The question behind the first two is what an exit rests on. Every way of satisfying it is weighed by the strongest
evidence it reads, and the exit is as good as its weakest way: ``any`` and ``or`` take the weaker, ``all`` and ``and``
the stronger of what they hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import IntEnum

from journeykit.errors import Finding
from journeykit.language.expressions import (
    Age,
    Aggregate,
    And,
    Band,
    Const,
    Covered,
    DaysUntil,
    Derived,
    Expr,
    Fact,
    Not,
    Or,
    Reached,
)
from journeykit.language.profile import Criterion, DerivedRule, Move, Profile, Stage, Track
from journeykit.language.trees import parts

__all__ = ["lint"]


class Evidence(IntEnum):
    """What a way of satisfying something rests on, from nothing to what is worth moving for."""

    NOTHING = 0
    CALENDAR = 1
    ACTIVITY = 2
    GOOD = 3
    IMPOSSIBLE = 4


def lint(profile: Profile) -> tuple[Finding, ...]:
    """All remarks on a resolved profile, in the order of the text. Errors among them stop the compile."""
    weigher = _Weigher(profile)
    found: list[Finding] = []
    for track in profile.tracks.values():
        paths = dict(_paths(track))
        stages = {stage.path: stage for stage in track.walk()}
        for move in _moves(track):
            found += _weak_exit(track, move, weigher.move(move, stages.get(move.owner)), paths)
        found += _ending(track, paths)
        found += _no_way_back(track, paths)
    return tuple(sorted(found, key=lambda one: (one.at, one.code)))


# -- exits


def _weak_exit(track: Track, move: Move, evidence: Evidence, paths: dict[str, str]) -> Iterator[Finding]:
    """Exits and advances that hold by the calendar or by activity alone. A countdown's track may move by dates."""
    if (move.declared != "exit" and move.kind != "advance") or move.upon or track.countdown:
        return
    path = _path_of(move, paths)
    if evidence == Evidence.CALENDAR:
        yield Finding(
            "JK201",
            "error",
            move.at,
            path,
            "this can be satisfied by the calendar alone: one way of meeting it reads nothing but age and dates",
            "ask in every way for a result or for somebody's word, such as confirmed(...)",
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
    elif evidence == Evidence.ACTIVITY and move.declared != "next":
        yield Finding(
            "JK202",
            "error",
            move.at,
            path,
            "this can be satisfied by activity alone: one way of meeting it reads only facts with 'measures: activity'",
            "ask in every way for a result as well: a fact with 'measures: outcome', or somebody's word",
        )


class _Weigher:
    """The weakest evidence by which a criterion can be made met, or not met."""

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        self.known: dict[tuple[str, bool], Evidence] = {}

    def move(self, move: Move, owner: Stage | None) -> Evidence:
        """What a move asks; where it asks for the success of a step with branches, what they ask as well."""
        asked = self.all_of(move.when)
        if owner and owner.branches and any(one.id == f"{move.id}.success" for one in move.when):
            # A branch is over, too, when it stands at an end, which a move led to.
            return max(asked, *(self.all_of(one.success) if one.success else Evidence.GOOD for one in owner.branches))
        return asked

    def all_of(self, criteria: Iterable[Criterion]) -> Evidence:
        return max((self.criterion(one, met=True) for one in criteria), default=Evidence.NOTHING)

    def criterion(self, criterion: Criterion, *, met: bool) -> Evidence:
        if criterion.group == "is":
            return self.expr(criterion.expr, met=met) if criterion.expr is not None else Evidence.NOTHING
        members = sorted(self.criterion(one, met=met) for one in criterion.members)
        needed = {"all": len(members), "any": 1}.get(criterion.group, criterion.needed)
        if not met:
            needed = len(members) - needed + 1
        if needed <= 0:
            return Evidence.NOTHING
        return members[needed - 1] if needed <= len(members) else Evidence.IMPOSSIBLE

    def expr(self, expr: Expr, *, met: bool) -> Evidence:
        match expr:
            case Const(value):
                return Evidence.NOTHING if value is met else Evidence.IMPOSSIBLE
            case Not(item):
                return self.expr(item, met=not met)
            case And(items) | Or(items):
                found = [self.expr(item, met=met) for item in items]
                return max(found) if isinstance(expr, And) is met else min(found)
            case Aggregate(item=item) if expr.how != "count_of":
                return self.expr(item, met=met) or Evidence.GOOD  # That a subject exists is evidence enough.
            case Derived(name):
                return self.derived(name, met=met)
            case _:
                return self.read(expr)

    def derived(self, name: str, *, met: bool) -> Evidence:
        """A derived name is as good as what it stands for; while that is being found out, it adds nothing."""
        key = name, met
        if key not in self.known:
            self.known[key] = Evidence.GOOD
            self.known[key] = self.rule(self.profile.derived[name], met=met)
        return self.known[key]

    def rule(self, rule: DerivedRule, *, met: bool) -> Evidence:
        if rule.criterion is not None:
            return self.criterion(rule.criterion, met=met)
        if rule.expr is None:
            return Evidence.NOTHING
        return self.expr(rule.expr, met=met) if rule.type == "boolean" else self.read(rule.expr)

    def read(self, expr: Expr) -> Evidence:
        """The strongest evidence that a comparison, or a part of one, reads."""
        match expr:
            case Const():
                return Evidence.NOTHING
            case Age() | DaysUntil() | Reached() | Covered():
                return Evidence.CALENDAR
            case Fact(name):
                rule = self.profile.facts.get(name)
                return Evidence.ACTIVITY if rule and rule.measures == "activity" else Evidence.GOOD
            case Band(name):
                return self.read(self.profile.bands[name].of)
            case Derived(name):
                return self.derived(name, met=True)
            case Aggregate(item=item):
                return self.read(item) or Evidence.GOOD
            case _:
                return max(map(self.read, parts(expr)), default=Evidence.GOOD)


# -- tracks and stages


def _ending(track: Track, paths: dict[str, str]) -> Iterator[Finding]:
    """What never ends has no end: neither a stage nor a move may be one."""
    for stage in track.walk():
        if stage.end is not None and (track.never_ends or stage.counts_as == "retention"):
            why = f"the track {track.name} never ends" if track.never_ends else "retention never ends"
            yield Finding(
                "JK203",
                "error",
                stage.at,
                f"{paths[stage.path]}.end",
                f"{why}, but this stage is an end",
                "make it a stage that somebody can come back from, or move the end to another track",
            )
    for move in _moves(track):
        if track.never_ends and move.closes:
            yield Finding(
                "JK203",
                "error",
                move.at,
                f"{_path_of(move, paths)}.closes",
                f"the track {track.name} never ends, but this move closes its subject",
                "close the subject from a track that ends",
            )


def _no_way_back(track: Track, paths: dict[str, str]) -> Iterator[Finding]:
    """Stages behind the first from which nothing leads back, not even to an earlier step of their own."""
    rank = {stage.path: number for number, stage in enumerate(track.walk())}
    open_stages = [stage for stage in track.stages if stage.end is None]
    for stage in open_stages[1:]:
        inside = {part.path for part in stage.walk()}
        if not any(_leads_back(move, stage, inside, rank) for move in _moves(track)):
            yield Finding(
                "JK204",
                "warning",
                stage.at,
                paths[stage.path],
                "no move leads back from this stage; going back is normal, and somebody here would have nowhere to go",
                "add a 'regress' with its trigger",
            )


def _leads_back(move: Move, stage: Stage, inside: set[str], rank: dict[str, int]) -> bool:
    """Whether a move from here, or from inside, goes to an earlier place, or regresses within the stage."""
    if not inside.intersection(move.sources):
        return False
    return rank[move.to] < rank[stage.path] or (move.kind == "regress" and move.to in inside)


def _moves(track: Track) -> Iterator[Move]:
    for stage in track.walk():
        yield from stage.moves
    yield from track.moves


# -- places in the text


def _paths(track: Track) -> Iterator[tuple[str, str]]:
    """Each place and the dotted path of its key in the profile's text."""
    for stage in track.stages:
        yield from _paths_inside(stage, f"tracks.{track.name}.stages.{stage.name}")


def _paths_inside(stage: Stage, path: str) -> Iterator[tuple[str, str]]:
    yield stage.path, path
    for step in stage.steps:
        yield from _paths_inside(step, f"{path}.steps.{step.name}")
    for branch in stage.branches:
        yield from _paths_inside(branch, f"{path}.side_by_side.{branch.name}")


def _path_of(move: Move, paths: dict[str, str]) -> str:
    where = paths.get(move.owner, f"tracks.{move.track}")
    keys = {"exit": "exit", "next": "success", "regress": f"regress.{move.name}"}
    return f"{where}.{keys.get(move.declared, f'moves.{move.name}')}"
