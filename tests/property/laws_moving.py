"""Laws about who moves: unknown moves nobody, and nobody is carried straight back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from driver import Case, play

from journeykit.language.expressions import tree as ex
from journeykit.language.model.profile import Criterion, Move, Profile

__all__ = ["judged", "no_bounce", "unknown_moves_nobody"]

FORWARD = ("advance", "skip", "recover", "win_back", "renew")
Line = dict[str, Any]


def unknown_moves_nobody(case: Case) -> str | None:
    """What a move asked for was met or waived; without observations nothing that reads only facts is ever met."""
    moves = {move.id: move for move in _all_moves(case.profile)}
    for record in case.run.all_records():
        found = _unmet(record, moves)
        if found:
            return found
    silent = [
        _without_facts(line) for line in case.lines if line["kind"] not in ("observe", "waive", "confirm", "signal")
    ]
    factual = set(_factual(case.profile))
    for record in play(case.machine, silent).all_records():
        for criterion, result in record["verdicts"]:
            if criterion in factual and result != "unknown":
                return f"{criterion} reads only facts never seen, but is {result!r} in {record}"
        move = moves.get(record["name"]) if record["kind"] == "moved" and not record["data"].get("automatic") else None
        blind = [criterion.id for criterion in move.when if criterion.id in factual] if move else []
        if blind:
            return f"{blind} read only facts never seen, but {record} was taken"
    return None


def _without_facts(line: Line) -> Line:
    return {key: value for key, value in line.items() if key != "facts"}


def _unmet(record: Line, moves: dict[str, Move]) -> str | None:
    """A criterion of a move that was taken though it was neither met nor waived."""
    if record["kind"] != "moved" or record["data"].get("automatic"):
        return None
    results = dict(record["verdicts"])
    for criterion in moves[record["name"]].when:
        if judged(criterion, results) is not True:
            return f"{criterion.id} is not met in {record}"
    return None


def judged(criterion: Criterion, results: dict[str, str]) -> bool | None:
    """A criterion from the verdicts of its leaves, by Kleene's rules; a waived group shows among them itself."""
    own = results.get(criterion.id)
    if criterion.group == "is" or own == "waived":
        return {"met": True, "waived": True, "not met": False}.get(own or "")
    members = [judged(member, results) for member in criterion.members]
    yes, no = members.count(True), members.count(False)
    needed = {"all": len(members), "any": 1}.get(criterion.group, criterion.needed)
    if yes >= needed:
        return True
    return False if no > len(members) - needed else None


def _all_moves(profile: Profile) -> Iterator[Move]:
    for track in profile.tracks.values():
        for place in track.walk():
            yield from place.moves
        yield from track.moves


def _factual(profile: Profile) -> Iterator[str]:
    """Criteria of moves whose expression reads facts and nothing else."""
    for move in _all_moves(profile):
        stack = list(move.when)
        while stack:
            criterion = stack.pop()
            stack += criterion.members
            if criterion.expr is not None and _only_facts(criterion.expr, profile):
                yield criterion.id


def _only_facts(expr: ex.Expr, profile: Profile) -> bool:
    """Whether every leaf of an expression is a fact (or a constant beside one)."""
    match expr:
        case ex.Fact() | ex.DaysUntil():
            return True
        case ex.And(items) | ex.Or(items):
            return all(_only_facts(item, profile) for item in items)
        case ex.Not(item) | ex.Negative(item):
            return _only_facts(item, profile)
        case ex.Compare(_, left, right) | ex.Arithmetic(_, left, right):
            sides = [side for side in (left, right) if not isinstance(side, ex.Const)]
            return bool(sides) and all(_only_facts(side, profile) for side in sides)
        case ex.Band(name, _, _):
            return _only_facts(profile.bands[name].of, profile)
    return False


def no_bounce(case: Case) -> str | None:
    """No input takes a regression and then, in the same step, a forward way out of where it led."""
    moves = {move.id: move for move in _all_moves(case.profile)}
    for records in case.run.records:
        moved = [record for record in records if record["kind"] == "moved"]
        for at, back in enumerate(moved):
            if moves[back["name"]].kind != "regress":
                continue
            for forth in moved[at + 1 :]:
                if _turns_back(back, forth, moves):
                    return f"{back}\n  was followed at once by\n{forth}"
    return None


def _turns_back(back: Line, forth: Line, moves: dict[str, Move]) -> bool:
    """Whether the second record is a forward way out of the first one's target, in one step."""
    same = all(back[key] == forth[key] for key in ("subject", "at", "cause"))
    regression, way = moves[back["name"]], moves[forth["name"]]
    if not same or way.track != regression.track or way.kind not in FORWARD or forth["data"].get("automatic"):
        return False  # an automatic renewal is the date's doing, and a step of its own
    if f"{way.to}.".startswith(f"{regression.to}."):
        return False  # going on inside the target is no way out of it
    # A branch inside the target, or a step around it, moves on from there just as well; its sister branches do not.
    return _related(forth["source"], regression.to) and any(_related(regression.to, source) for source in way.sources)


def _related(path: str, place: str) -> bool:
    """Whether one of two places holds the other."""
    return f"{path}.".startswith(f"{place}.") or f"{place}.".startswith(f"{path}.")
