"""Expected happenings since the expect before: moves with counts, records, actions, reasons, or nothing at all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from journeykit.engine.records import Record
from journeykit.language.text.nodes import Node, plain
from journeykit.naming.declared import RECORD_KINDS
from journeykit.plain import plain as plain_value
from journeykit.scenarios.faults import Mismatch, ScenarioError, unknown
from journeykit.scenarios.parts import items, keyed, number, shown, text, texts
from journeykit.scenarios.since import Since

__all__ = ["actions", "because", "moved", "never", "nothing", "reasons", "reasons_wanted", "records", "surplus"]

_OWN = ("kind", "name", "date", "of", "track", "source", "target", "cause")
_DATA = (
    *("late", "early", "reopened", "from", "to", "automatic", "repeated", "missing", "done", "up", "taken", "number"),
    *("by", "why", "what", "reason", "into", "end", "given", "caught_up", "milestones"),
)


def reasons(made: Iterable[Record]) -> set[str]:
    """Return what made some records so: their moves or reactions, and the criteria that decided, by id."""
    found: set[str] = set()
    for record in made:
        found.add(record.name if record.kind == "moved" else str(record.data.get("from") or record.name))
        for criterion in [one.criterion for one in record.because] + [
            one.criterion for one in record.verdicts if one.result == "met"
        ]:
            found.add(criterion)
            parts = criterion.split(".")
            if parts[0] == "derived":
                found.add(".".join(parts[:2]))
    return found


def reasons_wanted(node: Node, since: Since) -> Iterator[tuple[str, Node]]:
    """Yield the ids that ``because`` names: of criteria, derived names, moves or reactions."""
    known = {*since.words.criteria, *since.words.machine.moves, *since.words.profile.reactions}
    for name, one in texts(node, "because"):
        if name not in known:
            raise unknown(one.at, f'because: there is no criterion, move or reaction "{name}"', name, known)
        yield name, one


def because(node: Node, since: Since) -> Iterator[Mismatch]:
    """Look whether something happened, since the expect before, because of this."""
    found = reasons(since.records)
    for name, one in reasons_wanted(node, since):
        if name not in found:
            yield Mismatch(one.place, "because", name, ", ".join(sorted(found)) or "nothing happened")


def moved(node: Node, since: Since) -> Iterator[Mismatch]:
    """Look for moves by id, each at least once, or ``{MOVE SUBJECT: TIMES}`` exactly so often."""
    for said, times, one in _moves(node, since):
        hits = _taken(said, one, since)
        if times is None and not hits:
            yield Mismatch(one.place, f"moved {said}", "at least once", _other_moves(since))
        if times is not None and len(hits) != times:
            yield Mismatch(one.place, f"moved {said}", _often(times), f"{_often(len(hits))}: {since.all_told(hits)}")


def _moves(node: Node, since: Since) -> Iterator[tuple[str, int | None, Node]]:
    del since
    if isinstance(node.value, dict):
        for said, one in node.value.items():
            yield said, number(one, f"moved {said}"), one
        return
    for said, one in texts(node, "moved"):
        yield said, None, one


def _taken(said: str, node: Node, since: Since) -> list[Record]:
    ident, _, subject = said.partition(" ")
    move = since.words.move(ident, node.place)
    kind = since.words.profile.tracks[move.track].per
    key = since.words.key(subject, kind, node.place) if subject else None
    return [
        one
        for one in since.records
        if one.kind == "moved" and one.name == ident and (key is None or one.subject == key)
    ]


def _other_moves(since: Since) -> str:
    made = [one for one in since.records if one.kind == "moved"]
    return f"never; taken: {since.all_told(made)}" if made else "no move was taken"


def _often(times: int) -> str:
    return {0: "never", 1: "once", 2: "twice"}.get(times, f"{times} times")


def records(node: Node, since: Since) -> Iterator[Mismatch]:
    """Look for records that were made: ``{kind: milestone, name: propose, date: 2026-10-06}``."""
    for one in _listed(node, "records"):
        wanted = _wanted(one, "records", since)
        if not any(_fits(record, wanted, since) for record in since.records):
            alike = [
                each for each in since.records if each.name == wanted.get("name") or each.kind == wanted.get("kind")
            ]
            yield Mismatch(one.place, "records", shown(plain(one)), since.all_told(alike or list(since.records)))


def never(node: Node, since: Since) -> Iterator[Mismatch]:
    """Look that records were not made."""
    for one in _listed(node, "never"):
        wanted = _wanted(one, "never", since)
        hits = [record for record in since.records if _fits(record, wanted, since)]
        if hits:
            yield Mismatch(one.place, f"never {shown(plain(one))}", "no such record", since.all_told(hits))


def _listed(node: Node, where: str) -> list[Node]:
    found = [node] if isinstance(node.value, dict) else items(node, where)
    if not found:
        raise ScenarioError(node.place, f"{where}: the list is empty", "write [{kind: moved, name: MOVE}]")
    return found


def _wanted(node: Node, where: str, since: Since) -> dict[str, Any]:
    keys = keyed(node, (*_OWN, *_DATA), where)
    if not keys:
        raise ScenarioError(node.place, f"{where}: nothing is said of the record", "write {kind: moved, name: MOVE}")
    if "of" in keys:
        text(keys["of"], f"{where}: of")
    if "kind" in keys:
        kind = text(keys["kind"], "kind")
        if kind not in RECORD_KINDS:
            raise unknown(keys["kind"].at, f'{where}: there is no kind of record "{kind}"', kind, RECORD_KINDS)
        name = keys.get("name")
        if kind == "moved" and name is not None:
            since.words.move(text(name, "name"), name.at)
    return {key: plain(one) for key, one in keys.items()}


def _fits(record: Record, wanted: dict[str, Any], since: Since) -> bool:
    own = {
        "kind": record.kind,
        "name": record.name,
        "date": record.on.isoformat(),
        "track": record.track,
        "source": record.source,
        "target": record.target,
        "cause": record.cause,
    }
    for key, value in wanted.items():
        if key == "of":
            if since.words.names.get(value, value) not in (record.subject, since.words.short(record.subject)):
                return False
        elif (own[key] if key in own else plain_value(_said(record, key))) != value:
            return False
    return True


def _said(record: Record, key: str) -> Any:
    if key == "late" and "late" not in record.data:
        return record.late
    found = record.data.get(key)
    return bool(found) if key in ("early", "taken", "automatic", "repeated", "reopened") else found


def actions(node: Node, since: Since) -> Iterator[Mismatch]:
    """Look for actions that were asked for."""
    made = [one.name for one in since.records if one.kind == "action"]
    known = {name for move in since.words.machine.moves.values() for name in move.do}
    known |= {name for reaction in since.words.profile.reactions.values() for name in reaction.do}
    for name, one in texts(node, "actions"):
        if name not in known:
            raise unknown(one.at, f'actions: nothing in {since.words.profile.name} does "{name}"', name, known)
        if name not in made:
            yield Mismatch(one.place, "actions", name, ", ".join(made) or "none")


def nothing(node: Node, since: Since) -> Iterator[Mismatch]:
    """Look that nothing at all is on the record."""
    if node.value is not True:
        raise ScenarioError(node.place, "nothing: expected true", "write nothing: true, or leave it out")
    if since.records:
        yield Mismatch(node.place, "nothing", "no record", since.all_told(list(since.records)))


def surplus(name: str, node: Node, since: Since) -> list[str]:
    """Return what happened that a list of ``moved``, ``records`` or ``actions`` does not name, in words."""
    if name == "actions":
        named = {said for said, _ in texts(node, "actions")}
        return [since.told(one) for one in since.records if one.kind == "action" and one.name not in named]
    if name == "moved":
        hit = {one.n for said, _, node_ in _moves(node, since) for one in _taken(said, node_, since)}
        return [since.told(one) for one in since.records if one.kind == "moved" and one.n not in hit]
    wanted = [_wanted(one, "records", since) for one in _listed(node, "records")]
    return [since.told(one) for one in since.records if not any(_fits(one, each, since) for each in wanted)]
