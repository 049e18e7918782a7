"""What ``given`` says, as inputs with the day since when each is so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from journeykit.language.expressions.tree import ACCOUNT
from journeykit.language.text.nodes import Node
from journeykit.scenarios.faults import ScenarioError
from journeykit.scenarios.parts import day, entries, keyed, number, text
from journeykit.scenarios.words import Vocabulary

__all__ = ["KEYS", "Said", "said_in"]

KEYS = ("date", "zone", "since", "subjects", "facts", "words", "signals", "positions", "meanwhile")
_OPEN, _KNOWN, _PLACED = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that is given: an input without account and time.

    Attributes:
        on: the day since when it is so.
        rank: its order on that day: subjects, then what is known of them, then where they stand.
        raw: the input.
        node: its place in the scenario.
    """

    on: date
    rank: int
    raw: dict[str, Any]
    node: Node


def said_in(keys: dict[str, Node], words: Vocabulary, since: date, today: date) -> Iterator[Said]:
    """Yield all that is given.

    Args:
        keys: the entries of ``given``.
        words: the names that may be used.
        since: the day on which the account began, since when all is so that says no other day.
        today: the day on which the scenario begins, on which subjects are opened.
    """
    opened = {ACCOUNT: since}
    for kind in words.profile.kinds.values():
        if kind.opens_with is not None:
            opened[f"{kind.name}:{kind.opens_with}"] = since
    for said, node in _of(keys, "subjects"):
        key = words.any_key(said, node.place)
        if key == ACCOUNT:
            raise ScenarioError(node.place, "given.subjects: the account is there already", "give its facts in facts:")
        opened.setdefault(key, today)
        yield Said(opened[key], _OPEN, {"kind": "open", "subject": key, **_facts(node, words, key)}, node)
    reading = _Reading(words, opened, since, today)
    for said, node in _of(keys, "facts"):
        yield from reading.facts(said, node)
    for said, node in _of(keys, "words"):
        for name, one, on in reading.dated(said, node, "word"):
            key = reading.key(said, words.kind_of("word", name, one.place), one)
            by = words.profile.confirmations[name].by[0]
            raw = {"kind": "confirm", "confirmation": name, "by": by, "subject": key}
            yield Said(max(on, opened[key]), _KNOWN, raw, one)
    for said, node in _of(keys, "signals"):
        for name, one, on in reading.dated(said, node, "signal"):
            key = reading.key(said, words.kind_of("signal", name, one.place), one)
            yield Said(max(on, opened[key]), _KNOWN, {"kind": "signal", "signal": name, "subject": key}, one)
    for said, node in _of(keys, "positions"):
        yield reading.position(said, node)


def _of(keys: dict[str, Node], key: str) -> list[tuple[str, Node]]:
    return list(entries(keys[key], f"given.{key}").items()) if key in keys else []


def _facts(node: Node, words: Vocabulary, key: str) -> dict[str, Any]:
    """Return the facts that a subject is opened with, and how often it was renewed before."""
    if node.value is None:
        return {}
    found: dict[str, Any] = {"facts": {}}
    for name, one in entries(node, "given.subjects").items():
        if name == "renewals":
            found["renewals"] = number(one, "renewals")
            continue
        kind = words.kind_of("fact", name, one.place)
        if kind != key.partition(":")[0]:
            raise ScenarioError(one.place, f'given.subjects: "{name}" is a fact of {kind}, not of {key}')
        found["facts"][name] = words.value(name, one)
    return found


@dataclass(frozen=True, slots=True)
class _Reading:
    words: Vocabulary
    opened: dict[str, date]
    since: date
    today: date

    def key(self, said: str, kind: str, node: Node) -> str:
        """Return the key of a subject that is given."""
        key = self.words.key(said, kind, node.place)
        if key not in self.opened:
            known = ", ".join(self.opened)
            raise ScenarioError(node.place, f"given: {key} is not opened", f"name it in subjects:; open are {known}")
        return key

    def since_when(self, node: Node, key: str, what: str, where: str) -> tuple[Node, date]:
        """Return what is given, and since when: a node alone, or a map with ``key`` and ``since``."""
        if not isinstance(node.value, dict):
            return node, self.since
        parts = keyed(node, (key, "since"), where)
        if key not in parts:
            raise ScenarioError(node.place, f"{where}: there is no {what}", f"write {key}: {what.upper()}")
        return parts[key], self.day(parts["since"]) if "since" in parts else self.since

    def facts(self, said: str, node: Node) -> Iterator[Said]:
        """Yield the facts of a subject; ``{is: 2, since: 2026-03-01}`` says since when."""
        for name, one in entries(node, "given.facts").items():
            key = self.key(said, self.words.kind_of("fact", name, one.place), one)
            value, on = self.since_when(one, "is", "value", f"given.facts.{name}")
            facts = {name: self.words.value(name, value)}
            on = max(on, self.opened[key])
            yield Said(on, _KNOWN, {"kind": "observe", "subject": key, "facts": facts}, one)

    def dated(self, said: str, node: Node, sort: str) -> Iterator[tuple[str, Node, date]]:
        """Yield the names of a list, or of a map that says since when each is so."""
        if isinstance(node.value, list):
            for one in node.value:
                yield text(one, f"given.{sort}s"), one, self.since
            return
        for name, one in entries(node, f"given.{sort}s.{said}").items():
            yield name, one, self.day(one)

    def position(self, said: str, node: Node) -> Said:
        """Return a position; ``{at: adoption, since: 2026-03-01}`` says since when."""
        region, key = self.words.position(said, node.place)
        self.key(key, key.partition(":")[0], node)
        at, on = self.since_when(node, "at", "place", f"given.positions.{said}")
        track = region.partition(".")[0]
        to = self.words.place(track, text(at, f"given.positions.{said}"), at.place)
        by = next(iter(self.words.profile.roles))
        on = max(on, self.opened[key])
        return Said(on, _PLACED, {"kind": "place", "track": track, "to": to, "by": by, "subject": key}, node)

    def day(self, node: Node) -> date:
        """Return the day since when something is so, which is no later than the scenario's beginning."""
        on = day(node, "given")
        if on > self.today:
            raise ScenarioError(node.place, f"given: {on} is after the date, {self.today}")
        if on < self.since:
            raise ScenarioError(node.place, f"given: {on} is before the account began, {self.since}", "say since:")
        return on
