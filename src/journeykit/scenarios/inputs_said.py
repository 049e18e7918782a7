"""What a step says, as inputs: ``observe``, ``confirm``, ``accept`` and the others, for one subject or several."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from journeykit.language.expressions.tree import ACCOUNT
from journeykit.language.text.nodes import Node
from journeykit.scenarios.faults import ScenarioError, unknown
from journeykit.scenarios.parts import entries, number, text, texts
from journeykit.scenarios.words import Vocabulary

__all__ = ["INHERITED", "SAYING", "WITH", "inputs_said"]

WITH = ("of", "by", "id", "refused", "carries", "facts", "renewals", "into", "reason", "why")
Raw = dict[str, Any]
Keys = dict[str, Node]
INHERITED = "of the step that does it"
"""The key under which a shared step finds the subjects of the step that does it; of the account's it is not asked."""
_HANDOFF = {"accept": "accepted", "offer": "offered", "decline": "declined"}


def inputs_said(what: str, keys: Keys, words: Vocabulary, open_keys: list[str]) -> list[Raw]:
    """Return the inputs of a step, without account and time; none where the product acts by itself.

    Args:
        what: the key of the step that says something, one of ``SAYING``.
        keys: the entries of the step.
        words: the names that may be used.
        open_keys: the keys of the open subjects.

    Raises:
        ScenarioError: a name that the profile does not have, or a subject that is not clear.
    """
    for name, taken_by in _ONLY_WITH.items():
        if name in keys and what not in taken_by:
            raise ScenarioError(keys[name].place, f'"{name}" does not go with "{what}"', f"it goes with {taken_by[0]}")
    kind, raw = SAYING[what](keys[what], keys, words)
    if raw is None:
        return []
    for name in ("reason", "why"):
        if name in keys:
            raw[name] = text(keys[name], name)
    if "id" in keys:
        raw["id"] = text(keys["id"], "id")
    if "subject" in raw or kind is None:
        if "of" in keys:
            raise ScenarioError(keys["of"].place, f'"of" does not go with "{what}"')
        return [raw]
    subjects = _subjects(what, kind, keys, words, open_keys)
    if len(subjects) > 1 and "id" in raw:
        raise ScenarioError(keys["id"].place, "id: one id, and several subjects", "make a step of each")
    return [{**raw, "subject": key} for key in subjects]


_ONLY_WITH = {
    "carries": ("signal",),
    "facts": ("open",),
    "renewals": ("open",),
    "into": ("close",),
    "reason": ("close",),
    "why": ("place", "waive", "term"),
    "by": ("confirm", "retract", "accept", "offer", "decline", "waive", "place"),
}


def _subjects(what: str, kind: str, keys: Keys, words: Vocabulary, open_keys: list[str]) -> list[str]:
    """Return the subjects that are meant: those of ``of``, or the only open one of the kind."""
    if "of" in keys:
        return [words.key(said, kind, one.at) for said, one in texts(keys["of"], "of")]
    if kind == ACCOUNT:
        return [ACCOUNT]
    if INHERITED in keys:
        return [words.key(said, kind, one.at) for said, one in texts(keys[INHERITED], "of")]
    found = [key for key in open_keys if key.partition(":")[0] == kind]
    if len(found) != 1:
        known = " and ".join(words.short(key) for key in found)
        message = f"{what}: there are several of the kind {kind}: {known}" if found else f"{what}: no {kind} is open"
        raise ScenarioError(keys[what].place, message, "say of: which is meant" if found else "open one first")
    return found


def _role(keys: Keys, words: Vocabulary, allowed: tuple[str, ...], what: Node) -> str:
    """Return who speaks: ``by``, or the only role that may."""
    if "by" in keys:
        return words.role(text(keys["by"], "by"), keys["by"].at)
    if len(allowed) != 1:
        raise ScenarioError(what.place, f"it may be said by {' or '.join(allowed)}", "say by: whom")
    return allowed[0]


def _observe(said: Node, _: Keys, words: Vocabulary) -> tuple[str, Raw]:
    facts = entries(said, "observe")
    if not facts:
        raise ScenarioError(said.place, "observe: there is no fact", "write observe: {FACT: VALUE}")
    kinds = {name: words.kind_of("fact", name, one.place) for name, one in facts.items()}
    first, kind = next(iter(kinds.items()))
    for name, other in kinds.items():
        if other != kind:
            message = f'observe: "{first}" is a fact of {kind}, "{name}" of {other}'
            raise ScenarioError(facts[name].place, message, "make a step of each")
    return kind, {"kind": "observe", "facts": {name: words.value(name, one) for name, one in facts.items()}}


def _signal(said: Node, keys: Keys, words: Vocabulary) -> tuple[str, Raw]:
    name = text(said, "signal")
    kind = words.kind_of("signal", name, said.at)
    raw: Raw = {"kind": "signal", "signal": name}
    if "carries" in keys:
        carried = words.profile.signals[name].carries
        values = entries(keys["carries"], "carries")
        for one, node in values.items():
            if one not in carried:
                raise unknown(node.place, f'carries: "{name}" carries no "{one}"', one, carried)
        raw["carries"] = {one: node.value for one, node in values.items()}
    return kind, raw


def _confirm(said: Node, keys: Keys, words: Vocabulary) -> tuple[str, Raw]:
    name = text(said, "confirm")
    kind = words.kind_of("word", name, said.at)
    by = _role(keys, words, words.profile.confirmations[name].by, said)
    return kind, {"kind": "confirm", "confirmation": name, "by": by}


def _retract(said: Node, keys: Keys, words: Vocabulary) -> tuple[str, Raw]:
    name = text(said, "retract")
    if name in words.machine.waivable:
        criterion, kind = words.machine.waivable[name]
        return kind, {
            "kind": "retract",
            "criterion": name,
            "by": _role(keys, words, (str(criterion.waivable_by),), said),
        }
    kind, raw = _confirm(said, keys, words)
    return kind, {**raw, "kind": "retract"}


def _handoff(what: str) -> Callable[[Node, Keys, Vocabulary], tuple[str, Raw | None]]:
    def read(said: Node, keys: Keys, words: Vocabulary) -> tuple[str, Raw | None]:
        move = words.move(text(said, what), said.at)
        if move.handoff is None:
            raise ScenarioError(said.at, f"{what}: {move.id} has no handoff", f"it needs no {what}")
        kind = words.profile.tracks[move.track].per
        if move.handoff.automatic:  # the product takes over by itself
            return kind, None
        side = move.handoff.giver if what == "offer" else move.handoff.receiver
        return kind, {
            "kind": "handoff",
            "move": move.id,
            "what": _HANDOFF[what],
            "by": _role(keys, words, (side,), said),
        }

    return read


def _waive(said: Node, keys: Keys, words: Vocabulary) -> tuple[str, Raw]:
    name, waivable = text(said, "waive"), words.machine.waivable
    if name not in waivable:
        raise unknown(said.at, f'waive: no criterion "{name}" may be waived in {words.profile.name}', name, waivable)
    criterion, kind = waivable[name]
    return kind, {"kind": "waive", "criterion": name, "by": _role(keys, words, (str(criterion.waivable_by),), said)}


def _place(said: Node, keys: Keys, words: Vocabulary) -> tuple[str, Raw]:
    pairs = entries(said, "place")
    if len(pairs) != 1:
        raise ScenarioError(said.place, "place: expected one track", "write place: {TRACK: PLACE}")
    ((name, one),) = pairs.items()
    track = words.track(name, one.place)
    to = words.place(name, text(one, "place"), one.at)
    ours = tuple(role.name for role in words.profile.roles.values() if role.side == "us" and role.played_by is None)
    return track.per, {"kind": "place", "track": name, "to": to, "by": _role(keys, words, ours[:1], said)}


def _open(said: Node, keys: Keys, words: Vocabulary) -> tuple[None, Raw]:
    key = words.any_key(text(said, "open"), said.at)
    raw: Raw = {"kind": "open", "subject": key}
    if "facts" in keys:
        facts = entries(keys["facts"], "facts")
        for name, one in facts.items():
            kind = words.kind_of("fact", name, one.place)
            if kind != key.partition(":")[0]:
                raise ScenarioError(one.place, f'facts: "{name}" is a fact of {kind}, not of {key}')
        raw["facts"] = {name: words.value(name, one) for name, one in facts.items()}
    if "renewals" in keys:
        raw["renewals"] = number(keys["renewals"], "renewals")
    return None, raw


def _close(said: Node, keys: Keys, words: Vocabulary) -> tuple[None, Raw]:
    key = _any(text(said, "close"), said, words)
    raw: Raw = {"kind": "close", "subject": key}
    if "into" in keys:
        raw["into"] = words.key(text(keys["into"], "into"), key.partition(":")[0], keys["into"].at)
    return None, raw


def _term(said: Node, _: Keys, words: Vocabulary) -> tuple[None, Raw]:
    countdown = words.machine.countdown
    if countdown is None:
        raise ScenarioError(said.at, f"term: nothing in {words.profile.name} has terms")
    return None, {"kind": "term", "subject": words.key(text(said, "term"), countdown.kind, said.at)}


def _any(said: str, node: Node, words: Vocabulary) -> str:
    """Return the key of a subject to be closed: a bare id is a contract's, where anything has terms."""
    countdown = words.machine.countdown
    if ":" in said or countdown is None or said in words.names:
        return words.any_key(said, node.at)
    return words.key(said, countdown.kind, node.at)


def _zone(said: Node, _: Keys, words: Vocabulary) -> tuple[None, Raw]:
    del words
    return None, {"kind": "zone", "timezone": text(said, "zone")}


SAYING: dict[str, Callable[[Node, Keys, Vocabulary], tuple[str | None, Raw | None]]] = {
    "observe": _observe,
    "signal": _signal,
    "confirm": _confirm,
    "retract": _retract,
    "accept": _handoff("accept"),
    "offer": _handoff("offer"),
    "decline": _handoff("decline"),
    "waive": _waive,
    "place": _place,
    "open": _open,
    "close": _close,
    "term": _term,
    "zone": _zone,
}
"""The keys of a step that say something, each with what reads it: (kind of subject or None, input or None)."""
