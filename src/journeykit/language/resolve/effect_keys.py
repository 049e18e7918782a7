"""What moves and reactions listen to and what they cause (signals, openings, actions), and reactions themselves."""

from __future__ import annotations

import re
from collections.abc import Mapping

from journeykit.language.expressions.tree import ACCOUNT
from journeykit.language.model.profile import Criterion, Opening, Reaction
from journeykit.language.resolve.criterion_keys import criteria
from journeykit.language.resolve.resolution import Resolution
from journeykit.language.resolve.values import lasting, parsed
from journeykit.language.schema.models import MoveSpec, OpeningSpec, ReactionSpec
from journeykit.language.text.nodes import Path, listed, suggest
from journeykit.language.text.scalars import NAME

__all__ = ["check_actions", "check_effects", "heard", "openings", "reaction"]

_HOLE = re.compile(r"\{([^{}]*)\}")


def heard(context: Resolution, name: str | None, path: Path, kind: str) -> tuple[str | None, bool]:
    """Return the signal that an ``upon`` names, and whether it is the account's, heard by another subject (rule R4).

    Args:
        context: the profile; receives the faults.
        name: what was written, for subjects ``account.signal`` where the account's is meant; None for no signal.
        path: its path in the text.
        kind: the kind of subject that listens.
    """
    if name is None:
        return None, False
    bare = name.removeprefix("account.")
    said_account = bare != name
    if bare in context.doubtful:
        return None, False
    signal = context.signals.get(bare)
    if signal is None:
        context.unknown(path, "signal", bare, context.signals, ("signals", bare))
        return None, False
    trouble = ("", "")
    if kind == ACCOUNT and said_account:
        trouble = "the account's own tracks hear its signals by their plain name", f"write upon: {bare}"
    elif said_account and signal.kind != ACCOUNT:
        trouble = f'the signal "{bare}" belongs to {signal.kind}, not to the account', f"write upon: {bare}"
    elif not said_account and signal.kind == ACCOUNT != kind:
        message = f'the signal "{bare}" belongs to the account, and here each {kind} listens'
        trouble = message, f"write upon: account.{bare}"
    elif signal.kind not in (kind, ACCOUNT):
        own = listed(dict.fromkeys((kind, ACCOUNT)), "or")
        trouble = f'the signal "{bare}" belongs to {signal.kind}, expected a signal of {own}', ""
    if trouble[0]:
        context.fault("JK114", path, *trouble)
    return bare, said_account and kind != ACCOUNT


def check_effects(context: Resolution, spec: MoveSpec, path: Path, kind: str) -> None:
    """Check ``asks_again``, ``begins_term`` and ``closes`` of a move of a track for ``kind``."""
    for index, name in enumerate(spec.asks_again):
        here = (*path, "asks_again", str(index))
        rule = context.facts.get(name) or context.confirmations.get(name)
        if name in context.doubtful:
            continue
        if rule is None:
            if name in context.declared:
                context.fault(
                    "JK114",
                    here,
                    f'"{name}" is no fact and no confirmation',
                    "only what is observed or confirmed can be asked again",
                )
            else:
                context.unknown(
                    here,
                    "fact or confirmation",
                    name,
                    [*context.facts, *context.confirmations],
                    *context.removed_paths(name),
                )
        elif rule.kind not in (kind, ACCOUNT):
            own = listed(dict.fromkeys((kind, ACCOUNT)), "or")
            context.fault("JK114", here, f'"{name}" belongs to {rule.kind}, expected a fact or confirmation of {own}')
    if spec.begins_term and kind != context.term_kind:
        message = f"a term begins for a subject that has terms, and this track is for {kind}"
        hint = f"put it into a track with per: {context.term_kind}" if context.term_kind else "delete it"
        context.fault_at_key("JK112", (*path, "begins_term"), message, hint)
    if spec.closes and kind == ACCOUNT:
        message = "closes ends the subject of the track, and the account cannot be closed by a move"
        context.fault_at_key("JK112", (*path, "closes"), message, "give the stage an end: instead")


def check_actions(context: Resolution, names: list[str], path: Path) -> None:
    """Check that names of actions are names; what they mean is the host program's affair."""
    for index, name in enumerate(names):
        if not NAME.fullmatch(name):
            context.fault(
                "JK111", (*path, str(index)), f'"{name}" is not the name of an action', "small letters, digits and _"
            )


def openings(
    context: Resolution, specs: Mapping[str, OpeningSpec], path: Path, signal: str | None
) -> tuple[Opening, ...]:
    """Resolve what a move or reaction opens; ``signal`` is the name of the signal it waits for, if any."""
    carried = context.signals[signal].carries if signal in context.signals else {}
    return tuple(_opening(context, kind, spec, (*path, kind), carried) for kind, spec in specs.items())


def _opening(context: Resolution, kind: str, spec: OpeningSpec, path: Path, carried: Mapping[str, str]) -> Opening:
    """Resolve one opening and check that each ``{...}`` of its template is ``{subject}`` or something carried."""
    if kind not in context.kinds or kind == ACCOUNT:
        known = [one for one in context.kinds if one != ACCOUNT]
        message = f'there is no kind of subject "{kind}" that can be opened'
        context.fault_at_key("JK103", path, message, suggest(kind, known) or "declare it under subjects")
    for hole in _HOLE.findall(spec.named or ""):
        if hole != "subject" and hole not in carried:
            known = ["subject", *carried]
            message = f'nothing fills "{{{hole}}}", expected {listed([f"{{{one}}}" for one in known], "or")}'
            hint = "" if hole not in context.declared else "only what the signal carries and {subject} can be used"
            context.fault("JK103", (*path, "named"), message, hint)
    if spec.named is not None and (not spec.named or re.search(r"[{}]", _HOLE.sub("", spec.named))):
        context.fault(
            "JK111", (*path, "named"), f'"{spec.named}" is not a template, expected a text such as "{{name}}"'
        )
    return Opening(kind, spec.named, spec.unless_open)


def reaction(context: Resolution, name: str, spec: ReactionSpec) -> Reaction:
    """Resolve one reaction. Without ``per`` it is for the kind of subject of its signal."""
    path: Path = ("reactions", name)
    signal = context.signals.get(spec.upon or "")
    otherwise = signal.kind if signal is not None else ACCOUNT
    kind = context.kind(spec.per, (*path, "per"), otherwise=otherwise)
    upon, of_account = heard(context, spec.upon, (*path, "upon"), kind)
    both = spec.upon is not None and spec.when is not None
    neither = spec.upon is None and not spec.when
    if both or (neither and context.is_clean((*path, "upon")) and context.is_clean((*path, "when"))):
        context.fault_at_key(
            "JK017", path, "a reaction has either upon (a signal) or when (criteria)", "write one of the two"
        )
    if not spec.opens and not spec.do and context.is_clean((*path, "opens")) and context.is_clean((*path, "do")):
        context.fault_at_key(
            "JK015", path, "a reaction needs something to cause", "write opens: {kind: {}} or do: [action]"
        )
    when: tuple[Criterion, ...] = criteria(context, spec.when or {}, (*path, "when"), f"reactions.{name}", kind)
    opens = openings(context, spec.opens, (*path, "opens"), upon)
    check_actions(context, spec.do, (*path, "do"))
    cooldown = parsed(context, spec.cooldown, (*path, "cooldown"), lasting)
    order = context.next_order()
    return Reaction(name, kind, context.key_at(path), order, upon, of_account, when, opens, tuple(spec.do), cooldown)
