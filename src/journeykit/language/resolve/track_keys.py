"""Tracks, with their stages, steps, branches and cadences."""

from __future__ import annotations

from journeykit.dates import Range
from journeykit.language.model.profile import Cadence, Move, Stage, Track
from journeykit.language.resolve.countdown_keys import dates_of, resolve_countdown
from journeykit.language.resolve.criterion_keys import criteria
from journeykit.language.resolve.declarations import given
from journeykit.language.resolve.move_keys import move, place
from journeykit.language.resolve.next_steps import Owner, giving_way
from journeykit.language.resolve.note_keys import cited, notes
from journeykit.language.resolve.resolution import TERM, Resolution, one_source
from journeykit.language.resolve.stage_checks import check_stage
from journeykit.language.resolve.values import lasting, parsed, period, text
from journeykit.language.schema.models import CadenceSpec, MoveSpec, StageSpec, TrackSpec
from journeykit.language.text.nodes import Path

__all__ = ["index_places", "track"]

_NEEDED = (
    ("every", "the period after which it is due again", "every: 3 months"),
    ("done_by", "what shows that it was done", "done_by: signal"),
)


def index_places(context: Resolution) -> None:
    """Collect the places and milestones of every track, before anything that refers to them is resolved."""
    for name, spec in context.spec.tracks.items():
        path = ("tracks", name)
        per = spec.per
        if per == TERM and TERM not in context.kinds:
            context.fault("JK112", (*path, "per"), "a track belongs to the account or to a kind of subject")
            per = context.term_kind
        context.track_kinds[name] = context.kind(per, (*path, "per"))
        context.places[name] = {}
        _index(context.places[name], spec.stages, "")
        if spec.countdown is not None:
            kind = context.track_kinds[name]
            context.milestones[kind] = (*context.milestones.get(kind, ()), *dates_of(spec.countdown))


def _index(places: dict[str, StageSpec], stages: dict[str, StageSpec], around: str) -> None:
    for name, stage in stages.items():
        path = f"{around}{name}"
        places[path] = stage
        _index(places, stage.steps, f"{path}.")
        _index(places, stage.side_by_side, f"{path}.")


def track(context: Resolution, name: str, spec: TrackSpec) -> Track:
    """Resolve one track with all that is in it."""
    path: Path = ("tracks", name)
    kind = context.track_kinds[name]
    if not spec.stages and context.is_clean((*path, "stages")):
        context.fault_at_key("JK015", path, "a track needs stages", "write stages: {first: {}, second: {}}")
    owner = Owner(name, kind)
    stages = tuple(
        _stage(context, one, (*path, "stages", stage), Owner(name, kind, stage), spec.counts_as)
        for stage, one in spec.stages.items()
    )
    moves = _moves(context, spec.moves, (*path, "moves"), owner)
    countdown = None
    if spec.countdown is not None:
        countdown = resolve_countdown(context, spec.countdown, (*path, "countdown"), name, moves)
    goal = text(context, spec.goal, (*path, "goal"))
    return Track(
        name,
        kind,
        stages,
        moves,
        context.key_at(path),
        spec.never_ends,
        countdown,
        spec.label,
        goal,
        one_source(spec.source),
        _cadences(context, spec.cadences, (*path, "cadences"), kind),
        *notes(context, spec, path),
        cited(spec),
    )


def _cadences(context: Resolution, specs: dict[str, CadenceSpec], path: Path, kind: str) -> tuple[Cadence, ...]:
    found = (_cadence(context, spec, (*path, name), kind) for name, spec in specs.items())
    return tuple(one for one in found if one is not None)


def _cadence(context: Resolution, spec: CadenceSpec, path: Path, kind: str) -> Cadence | None:
    """Resolve one cadence, or return None after noting a fault."""
    for key, what, example in _NEEDED:
        if getattr(spec, key) is None and context.is_clean((*path, key)):
            context.fault_at_key("JK015", path, f"a cadence needs {what}", f"write {example}")
    every = parsed(context, spec.every, (*path, "every"), lasting)
    if spec.done_by is not None:
        given(context, spec.done_by, kind, (*path, "done_by"))
    if spec.role is not None:
        context.role(spec.role, (*path, "role"))
    rests_at = _rests_at(context, spec, path)
    if every is None or spec.done_by is None:
        return None
    at = context.key_at(path)
    return Cadence(path[-1], every, spec.done_by, at, spec.role, spec.label, one_source(spec.source), rests_at)


def _rests_at(context: Resolution, spec: CadenceSpec, path: Path) -> tuple[str, ...]:
    """Return the stages in which a cadence rests, noting those that are none."""
    track, found = path[1], []
    for index, name in enumerate(spec.except_):
        here = (*path, "except", str(index))
        if place(context, track, name, here) is None:
            continue
        if "." in name:
            message = f'a cadence rests in whole stages, and "{name}" is a place inside of one'
            context.fault("JK112", here, message, f"write {name.partition('.')[0]}, or leave it out")
        found.append(name)
    return tuple(dict.fromkeys(found))


def _moves(context: Resolution, specs: dict[str, MoveSpec], path: Path, owner: Owner) -> tuple[Move, ...]:
    found = (move(context, spec, (*path, name), owner, "track") for name, spec in specs.items())
    return tuple(one for one in found if one is not None)


def _stage(
    context: Resolution,
    spec: StageSpec,
    path: Path,
    where: Owner,
    counts_as: str | None = None,
    after: str | None = None,
) -> Stage:
    """Resolve a place with everything inside it; ``after`` is the path of the step it gives way to, if any."""
    check_stage(context, spec, path, where, after)
    success = criteria(context, spec.success, (*path, "success"), f"{where.id('success')}", where.kind)
    owner = Owner(where.track, where.kind, where.path, success, bool(spec.side_by_side))
    moves = _own_moves(context, spec, path, owner, after)
    typical = parsed(context, spec.typical, (*path, "typical"), _range)
    stuck_after = parsed(context, spec.stuck_after, (*path, "stuck_after"), period)
    if stuck_after is None and typical is not None:
        stuck_after = typical.stuck_after()
    return Stage(
        path[-1],
        where.path,
        context.key_at(path),
        spec.label,
        text(context, spec.goal, (*path, "goal")),
        spec.counts_as or counts_as,
        typical,
        stuck_after,
        success,
        _steps(context, spec, path, where),
        _branches(context, spec, path, where),
        spec.end,
        moves,
        one_source(spec.source),
        *notes(context, spec, path),
        cited(spec),
    )


def _own_moves(context: Resolution, spec: StageSpec, path: Path, owner: Owner, after: str | None) -> tuple[Move, ...]:
    """Resolve a place's regressions, moves, and exit or giving way, in order of choice (rule R5)."""
    moves: list[Move | None] = [
        move(context, one, (*path, "regress", name), owner, "regress") for name, one in spec.regress.items()
    ]
    for name, one in spec.moves.items():
        if name in spec.regress:
            first = context.key_at((*path, "regress", name))
            context.fault_at_key(
                "JK110", (*path, "moves", name), f'"{name}" is the name of a regression too, at {first}', "rename one"
            )
        moves.append(move(context, one, (*path, "moves", name), owner, "moves"))
    if spec.exit is not None:
        moves.append(move(context, spec.exit, (*path, "exit"), owner, "exit"))
    elif after is not None and owner.has_success and spec.end is None:
        moves.append(giving_way(context, owner, after, path))
    return tuple(one for one in moves if one is not None)


def _steps(context: Resolution, spec: StageSpec, path: Path, where: Owner) -> tuple[Stage, ...]:
    names = list(spec.steps)
    nexts = [*(f"{where.path}.{name}" for name in names[1:]), None]
    return tuple(
        _stage(
            context,
            spec.steps[name],
            (*path, "steps", name),
            Owner(where.track, where.kind, f"{where.path}.{name}"),
            after=after,
        )
        for name, after in zip(names, nexts, strict=False)
    )


def _branches(context: Resolution, spec: StageSpec, path: Path, where: Owner) -> tuple[Stage, ...]:
    return tuple(
        _stage(context, one, (*path, "side_by_side", name), Owner(where.track, where.kind, f"{where.path}.{name}"))
        for name, one in spec.side_by_side.items()
    )


def _range(written: object) -> Range:
    return Range.parse(written) if isinstance(written, str) else Range(period(written), period(written))
