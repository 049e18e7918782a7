"""Expected as things stand: dates that fall due, verdicts, what the forward way misses, facts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from journeykit.answers.explain import Point, PossibleMove
from journeykit.dates import Period
from journeykit.language.text.nodes import Node, plain
from journeykit.machine.criteria.context import Context, within
from journeykit.machine.criteria.guards import own_test
from journeykit.machine.criteria.verdicts import RESULTS, judged_of
from journeykit.scenarios.faults import Mismatch, ScenarioError, unknown
from journeykit.scenarios.parts import entries, shown, text, texts
from journeykit.scenarios.since import Since

__all__ = ["due", "facts", "missing", "surplus_due", "verdicts"]

_RESULTS = ("met", "not met", "unknown", "waived")


def _dues(since: Since) -> list[str]:
    return [f"{one.on} {one.name} {since.words.short(one.subject)}" for one in since.journey.next_due()]


def due(node: Node, since: Since) -> Iterator[Mismatch]:
    """Look for dates to come: ``2026-11-05 notice C-1``."""
    found = _dues(since)
    for said, one in texts(node, "due"):
        parts = said.split(" ")
        if len(parts) != 3:
            raise ScenarioError(one.at, f'due: "{said}" is no date that falls due', "write 2026-11-05 notice C-1")
        if said not in found:
            alike = [each for each in found if each.split(" ")[1] == parts[1]]
            yield Mismatch(one.place, "due", said, "; ".join(alike) or f"no {parts[1]} is to come")


def surplus_due(node: Node, since: Since) -> list[str]:
    """Return the dates to come that a list does not name."""
    named = {said for said, _ in texts(node, "due")}
    return [one for one in _dues(since) if one not in named]


def verdicts(node: Node, since: Since) -> Iterator[Mismatch]:
    """Look how criteria stand: ``{derived.silent: unknown, value.adoption.success.seats main: met}``."""
    for said, one in entries(node, "verdicts").items():
        wanted = text(one, f"verdicts {said}")
        if wanted not in _RESULTS:
            raise unknown(one.at, f'verdicts: "{wanted}" is no verdict', wanted, _RESULTS)
        actual = _verdict(said, one, since)
        if actual != wanted:
            yield Mismatch(one.place, f"verdicts {said}", wanted, actual)


def _verdict(said: str, node: Node, since: Since) -> str:
    ident, _, subject = said.partition(" ")
    words = since.words
    if ident not in words.criteria:
        raise unknown(node.place, f'verdicts: there is no criterion "{ident}"', ident, words.criteria)
    criterion, kind, track = words.criteria[ident]
    if subject or kind == "account":
        key = words.key(subject, kind, node.place) if subject else "account"
    else:
        opened = [one.key for one in since.view.of_kind(kind)]
        if len(opened) != 1:
            known = " and ".join(map(words.short, opened)) or "none"
            raise ScenarioError(node.place, f"verdicts: say of which {kind}: {known}", f"write {ident} SUBJECT: ...")
        key = opened[0]
    found = since.opened(key, node.place)
    context = words.machine.contexts[track] if track else _context(since, kind)
    if criterion.group == "is" and (judged := judged_of((criterion,), context)):
        return found.ask(judged[0].verdict).result
    if found.is_waived(criterion.id):
        return "waived"
    return RESULTS[found.ask(own_test(criterion, context))]


def _context(since: Since, kind: str) -> Context:
    """Return a context in which nothing is asked again: that of the first track of a kind, or of any."""
    contexts = since.words.machine.contexts
    own = [context for context in contexts.values() if context.kind == kind]
    return own[0] if own else within(next(iter(contexts.values())), kind)


def missing(node: Node, since: Since) -> Iterator[Mismatch]:
    """Look for exactly what the nearest forward way misses: the names of criteria, and ``handoff``."""
    for said, one in entries(node, "missing").items():
        region, key = since.words.position(said, one.place)
        since.opened(key, one.place)
        track = region.partition(".")[0]
        known = since.words.asked_in(track)
        wanted = []
        for name, node_ in texts(one, f"missing {said}"):
            if name not in known:
                raise unknown(node_.at, f'missing: nothing in {track} asks for "{name}"', name, known)
            wanted.append(name)
        wanted.sort()
        ways = [way for way in since.journey.explain(track, key).moves if way.kind == "advance"]
        if not ways:
            yield Mismatch(one.place, f"missing {said}", shown(wanted), "no way leads on from there")
            continue
        # Out of a step leads the way of the step and that of the stage around it: the nearest one is meant.
        way = max(ways, key=lambda way: since.words.machine.moves[way.move].owner.count("."))
        actual = sorted(set(_lacking(way)))
        if actual != wanted:
            yield Mismatch(one.place, f"missing {said}", shown(wanted), f"{shown(actual)} of {way.move}")


def _lacking(way: PossibleMove) -> Iterator[str]:
    for point in way.points:
        yield from _open(point)
    if way.handoff and way.handoff[2] not in ("accepted", "accepts by itself"):
        yield "handoff"


def _open(point: Point) -> Iterator[str]:
    """Yield the names of what is not met: of a place's success, its criteria."""
    if point.result in ("met", "waived"):
        return
    if point.parts and point.name == "success":
        for part in point.parts:
            yield from _open(part)
    else:
        yield point.name


def facts(node: Node, since: Since) -> Iterator[Mismatch]:
    """Look at facts as last observed: ``{C-1: {contract_end: 2028-01-04}}``; ``~`` is never observed."""
    for said, of_subject in entries(node, "facts").items():
        for name, one in entries(of_subject, f"facts {said}").items():
            kind = since.words.kind_of("fact", name, one.place)
            known = since.opened(since.words.key(said, kind, one.place), one.place).fact(name)
            actual = None if known is None else known.value
            wanted = since.words.value(name, one)
            if not _equal(wanted, actual, since.words.profile.facts[name].type):
                yield Mismatch(one.place, f"facts {said} {name}", shown(plain(one)), shown(actual))


def _equal(wanted: Any, actual: Any, type_name: str) -> bool:
    if type_name == "duration" and isinstance(wanted, str) and actual is not None:
        try:
            return bool(Period.parse(wanted) == actual)
        except ValueError:
            return False
    if isinstance(wanted, bool) or isinstance(actual, bool):
        return wanted is actual
    return bool(shown(wanted) == shown(actual) or wanted == actual)
