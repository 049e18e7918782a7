"""Moves: where they start and end, and what they ask; and a step's giving way to the next."""

from __future__ import annotations

from journeykit.language.model.profile import Criterion, Declared, Handoff, Move, MoveKind
from journeykit.language.resolve.criterion_keys import criteria
from journeykit.language.resolve.effect_keys import check_actions, check_effects, heard, openings
from journeykit.language.resolve.next_steps import Owner, means_success, success_group
from journeykit.language.resolve.resolution import Resolution, one_source, place_of, removed_message
from journeykit.language.resolve.values import lasting, parsed
from journeykit.language.schema.models import HandoffSpec, MoveSpec
from journeykit.language.text.nodes import Path, suggest

__all__ = ["move", "place"]

_GATES = ("when", "upon", "handoff")
_TAKEN = ("exit", "next", "success")
_FIRST_KIND: dict[str, MoveKind] = {"exit": "advance", "regress": "regress"}


def move(context: Resolution, spec: MoveSpec, path: Path, owner: Owner, declared: Declared) -> Move | None:
    """Resolve one move, or return None where its target is at fault. ``declared`` is the key it stands under."""
    name = "exit" if declared == "exit" else path[-1]
    kind = _kind(context, spec, path, declared)
    sources = _sources(context, spec, path, owner, declared)
    to = _target(context, spec, path, owner)
    id_ = owner.id(name)
    upon, of_account = heard(context, spec.upon, (*path, "upon"), owner.kind)
    when = _when(context, spec, path, owner, declared, id_)
    check_effects(context, spec, path, owner.kind)
    handoff = _handoff(context, spec.handoff, (*path, "handoff")) if spec.handoff else None
    opens = openings(context, spec.opens, (*path, "opens"), upon)
    check_actions(context, spec.do, (*path, "do"))
    order = context.next_order()
    if to is None:
        return None
    return Move(
        id_,
        owner.track,
        name,
        kind,
        declared,
        owner.path,
        sources,
        to,
        order,
        context.key_at(path),
        upon,
        of_account,
        when,
        handoff,
        tuple(spec.asks_again),
        opens,
        spec.closes,
        spec.begins_term,
        tuple(spec.do),
        one_source(spec.source),
        anywhere=declared == "track" and spec.from_ == ["any"] and "any" not in context.places[owner.track],
        cooldown=parsed(context, spec.cooldown, (*path, "cooldown"), lasting),
    )


def _target(context: Resolution, spec: MoveSpec, path: Path, owner: Owner) -> str | None:
    if spec.to is not None:
        return place(context, owner.track, spec.to, (*path, "to"))
    if context.is_clean((*path, "to")):
        context.fault_at_key("JK015", path, "a move needs its target", "write to: stage")
    return None


def _kind(context: Resolution, spec: MoveSpec, path: Path, declared: Declared) -> MoveKind:
    if declared != "exit" and path[-1] in _TAKEN:
        message = f'"{path[-1]}" cannot be the name of a move'
        context.fault_at_key("JK112", path, message, "it has a meaning of its own: choose another name")
    kind = spec.kind or _FIRST_KIND.get(declared, "move")
    if declared == "regress" and kind != "regress":
        message = f"a move under regress has the kind regress, not {kind}"
        context.fault("JK112", (*path, "kind"), message, "put it under moves")
    return kind


def place(context: Resolution, track: str, name: str, path: Path) -> str | None:
    """Return the path of a place of a track if there is one, else None after noting a fault."""
    places = context.places[track]
    if name in places:
        return name
    for gone_path, gone in context.removals.by_path.items():
        if place_of(gone_path) == f"{track}.{name}":
            hint = "change this reference, or keep what it names"
            context.fault("JK104", path, removed_message("stage", name, gone), hint)
            return None
    if f"{track}.{name}" in context.doubtful:
        return None
    hint = suggest(name, places)
    ends = [one for one in places if one.endswith(f".{name}")]
    if ends:
        hint = f'did you mean "{ends[0]}"?'
    elif name.partition(".")[0] == track and name.partition(".")[2] in places:
        hint = f'did you mean "{name.partition(".")[2]}"? paths start inside the track'
    context.fault("JK103", path, f'there is no stage "{name}" in the track {track}', hint)
    return None


def _sources(context: Resolution, spec: MoveSpec, path: Path, owner: Owner, declared: Declared) -> tuple[str, ...]:
    if declared != "track":
        for key, written in (("from", spec.from_ is not None), ("except", bool(spec.except_))):
            if written:
                message = f"{key} belongs to the moves of a track; this one starts where it stands"
                context.fault_at_key(
                    "JK017", (*path, key), message, "delete it, or put the move under the track's moves"
                )
        return (owner.path,)
    if spec.from_ is None:
        if context.is_clean((*path, "from")):
            context.fault_at_key(
                "JK015", path, "a move of a track needs where it starts", "write from: [stage], from: open or from: any"
            )
        return ()
    outermost = {name: stage for name, stage in context.places[owner.track].items() if "." not in name}
    # A stage may be called ``open`` or ``any`` itself; then it is the stage that is meant.
    words = [word for word in spec.from_ if word in ("open", "any") and word not in outermost]
    if words and len(spec.from_) > 1:
        context.fault(
            "JK111", (*path, "from"), f"{words[0]} stands alone, expected from: {words[0]} or a list of stages"
        )
    if words:
        sources = [name for name, stage in outermost.items() if words[0] == "any" or stage.end is None]
    else:
        found = (place(context, owner.track, one, (*path, "from", str(i))) for i, one in enumerate(spec.from_))
        sources = [one for one in found if one is not None]
    for index, name in enumerate(spec.except_):
        here = (*path, "except", str(index))
        if name in sources:
            sources.remove(name)
        # An outermost stage may be excepted although it is not among them, such as an end from ``open``.
        elif place(context, owner.track, name, here) is not None and name not in outermost:
            context.fault("JK112", here, f'"{name}" is not one of the places in from', suggest(name, sources))
    if not sources and (words or spec.except_ or not spec.from_):
        context.fault("JK111", (*path, "from"), "this leaves no place to start from, expected at least one stage")
    return tuple(dict.fromkeys(sources))


def _when(
    context: Resolution, spec: MoveSpec, path: Path, owner: Owner, declared: Declared, id_: str
) -> tuple[Criterion, ...]:
    if spec.when is None:
        if declared == "exit" and owner.has_success:
            return (success_group(context, owner, id_, path),)
        if spec.upon is None and spec.handoff is None and all(context.is_clean((*path, one)) for one in _GATES):
            _tell_open(context, path, declared)
        return ()
    if not spec.when:
        message = "an empty when, expected at least one criterion"
        context.fault("JK111", (*path, "when"), message, "delete it, or write name: expression")
    found: list[Criterion] = []
    for name, one in spec.when.items():
        here = (*path, "when", name)
        if not means_success(name, one):
            found.extend(criteria(context, {name: one}, here[:-1], id_, owner.kind))
        elif declared != "exit":
            message = "success: all belongs to an exit: it means the success of the stage that is left"
            context.fault("JK112", here, message, "name the criteria here")
        elif one.held is not None:
            message = "success: all means the stage's own success as it is written there, and has no held of its own"
            context.fault_at_key("JK017", (*here, "held"), message, "write held in the criteria of success")
        elif not owner.has_success:
            message = "success: all means the stage's own success, and there is none here"
            context.fault("JK112", here, message, "write success: in the stage")
        else:
            found.append(success_group(context, owner, id_, here))
    return tuple(found)


def _tell_open(context: Resolution, path: Path, declared: Declared) -> None:
    what = "this move asks for nothing"
    if declared == "exit":
        what = "an exit without when asks for the stage's success, and there is none here"
    hint = "write when: {name: expression}, or upon: signal"
    context.fault_at_key("JK015", path, f"{what}: it would be taken at once", hint)


def _handoff(context: Resolution, spec: HandoffSpec, path: Path) -> Handoff | None:
    roles = []
    for key in ("giver", "receiver"):
        name = getattr(spec, key)
        if name is None:
            if context.is_clean((*path, key)):
                context.fault_at_key("JK015", path, f"a handoff needs its {key}", f"write {key}: role")
            return None
        roles.append(context.role(name, (*path, key)))
    giver, receiver = roles
    if giver is None or receiver is None:
        return None
    return Handoff(giver.name, receiver.name, receiver.played_by == "product")
