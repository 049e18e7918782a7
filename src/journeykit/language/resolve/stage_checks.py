"""Checks that the keys of a stage, step or branch go together."""

from __future__ import annotations

from journeykit.language.resolve.next_steps import Owner, means_success
from journeykit.language.resolve.resolution import Resolution
from journeykit.language.schema.models import StageSpec
from journeykit.language.text.nodes import Path

__all__ = ["check_stage"]


def check_stage(context: Resolution, spec: StageSpec, path: Path, where: Owner, after: str | None) -> None:
    """Check the keys of one place against each other and against where it stands.

    Args:
        context: the profile; receives the faults.
        spec: what was written.
        path: its path in the text.
        where: the track and the path of the place.
        after: the path of the step after it, to which it would give way; None for the last step and for stages.
    """
    nested = "." in where.path
    if not nested and path[-1] == "countdown" and context.spec.tracks[where.track].countdown:
        message = 'a stage beside a countdown cannot be called "countdown"'
        context.fault_at_key("JK112", path, message, "choose another name")
    for key in ("typical", "stuck_after"):
        if nested and getattr(spec, key) is not None:
            message = f"{key} belongs to outermost stages; time in steps is not watched"
            context.fault_at_key("JK112", (*path, key), message, "delete it")
    if spec.end is not None:
        for key, written in (("steps", spec.steps), ("side_by_side", spec.side_by_side), ("exit", spec.exit)):
            if written:
                message = f"a stage with an end has no {key}"
                context.fault_at_key("JK017", (*path, key), message, "to leave it again, write moves")
    _check_giving_way(context, spec, path, after)
    _check_branches(context, spec, (*path, "side_by_side"), after)


def _check_giving_way(context: Resolution, spec: StageSpec, path: Path, after: str | None) -> None:
    leaves = spec.success or spec.side_by_side or spec.exit or spec.moves or spec.end
    written = all(context.is_clean((*path, key)) for key in ("success", "exit", "moves", "end", "side_by_side"))
    if after is not None and not leaves and written:
        message = f"a step without success and ways of its own never comes to {after}, so it can only be the last"
        context.fault_at_key("JK112", path, message, "write success: {name: expression}, or an exit")


def _check_branches(context: Resolution, spec: StageSpec, path: Path, after: str | None) -> None:
    if spec.steps and spec.side_by_side:
        message = "a stage has either steps or side_by_side"
        context.fault_at_key("JK017", path, message, "put one inside the other")
    if len(spec.side_by_side) == 1:
        message = "one branch is beside nothing, expected at least two"
        context.fault_at_key("JK112", path, message, "write steps instead")
    if _waits_for_success(spec, after):
        _check_over(context, spec, path)


def _check_over(context: Resolution, spec: StageSpec, path: Path) -> None:
    """Check that each branch can be over: by its success and that of the branches inside it, or at an end (rule R6)."""
    for name, branch in spec.side_by_side.items():
        if _can_end(branch):
            continue
        _check_over(context, branch, (*path, name, "side_by_side"))
        if not (branch.success or branch.side_by_side) and context.is_clean((*path, name, "success")):
            message = "this branch is never over, so what stands around it never succeeds"
            hint = "write success: {name: expression}, or a step with an end"
            context.fault_at_key("JK112", (*path, name), message, hint)


def _waits_for_success(spec: StageSpec, after: str | None) -> bool:
    if spec.exit is None:
        return after is not None
    return spec.exit.when is None or any(means_success(name, one) for name, one in spec.exit.when.items())


def _can_end(spec: StageSpec) -> bool:
    return spec.end is not None or any(map(_can_end, spec.steps.values()))
