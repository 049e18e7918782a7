"""What a criterion read, value by value: the evidence behind a verdict, for people and programs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from journeykit.journey.snapshot import Row, Snapshot
from journeykit.language import expressions as ex
from journeykit.language.expressions import ACCOUNT
from journeykit.machine.context import Context
from journeykit.machine.guards import test
from journeykit.machine.machine import Machine
from journeykit.machine.tables import nodes

__all__ = ["Reading", "Witness"]


@dataclass(frozen=True, slots=True)
class Reading:
    """One value that a criterion read.

    Attributes:
        name: of the fact, band, word, signal, date, track or kind of subject.
        value: None while it is unknown; of a word, whether it was given; of a signal, whether it is unsettled; of a
        date, its
            day; of a track, the place; of a kind of subject, for how many it holds.
        since: since when it has this value; None where it was never given.
        seen_at: when it was last observed.
        source: the input it came from; of a word, the role that gave it; of a kind of subject, of how many.
        sort: ``fact``, ``band``, ``word``, ``signal``, ``date``, ``place``, ``cover`` or ``subjects``.
        asked_again: whether it was given once and must be given anew to count in this track.
        subject: whose value it is, where it is not the asking subject's or the account's.
    """

    name: str
    value: Any
    since: datetime | None = None
    seen_at: datetime | None = None
    source: str | None = None
    sort: str = "fact"
    asked_again: bool = False
    subject: str | None = None


@dataclass(frozen=True, slots=True)
class Witness:
    """Tells what an expression reads of one row, in the context of the track that asks."""

    machine: Machine
    state: Snapshot
    row: Row
    context: Context

    def readings(self, expr: ex.Expr, values: Mapping[str, Any]) -> Iterator[Reading]:
        """Everything an expression reads; ``values`` are those that counted for the verdict."""
        for node in nodes(expr):
            yield from self._reading(node, values)

    def holder(self, kind: str) -> Row:
        """The row that holds a name of some kind: the asking subject's own, or the account's."""
        return self.row if kind == self.row.kind else self.state.rows[ACCOUNT]

    def is_masked(self, name: str) -> bool:
        """Whether the track asked for this name again and has not got it yet."""
        return name in self.row.masks.get(self.context.track, ())

    def _reading(self, node: Any, values: Mapping[str, Any]) -> Iterator[Reading]:
        match node:
            case ex.Fact(name, kind, _):
                yield self._fact(name, kind, values)
            case ex.Band(name, kind, _):
                yield Reading(name, values.get(name), sort="band")
                measured = [each for each in nodes(self.machine.profile.bands[name].of) if isinstance(each, ex.Fact)]
                yield from (self._fact(each.name, each.kind, {}) for each in measured)
            case ex.Confirmed(word, kind):
                said = self.holder(kind).words.get(word)
                again = said is not None and self.is_masked(word)
                since, by = (said[0], said[1]) if said else (None, None)
                yield Reading(word, said is not None and not again, since, None, by, "word", again)
            case ex.Unsettled(signal, kind):
                heard = self.holder(kind).signals.get(signal)
                yield Reading(signal, heard is not None and heard[1], heard[0] if heard else None, sort="signal")
            case ex.Reached(name, _) if self.machine.countdown is not None:
                end = self.machine.countdown.end_of(self.row)
                day = self.machine.countdown.named[name].due_on(end, self.state, self.row) if end else None
                yield Reading(name, day, sort="date")
            case ex.At(track, _, kind) | ex.Age(track, _, kind) if track:
                yield from self._places(track, kind)
            case ex.Covered():
                yield from self._cover()
            case ex.Aggregate():
                yield from self._members(node)

    def _fact(self, name: str, kind: str, values: Mapping[str, Any]) -> Reading:
        entry = self.holder(kind).facts.get(name)
        again = entry is not None and self.is_masked(name)
        value, since, seen, source = entry or (None, None, None, None)
        return Reading(name, None if again else values.get(name, value), since, seen, source, asked_again=again)

    def _places(self, track: str, kind: str) -> Iterator[Reading]:
        standings = [each for each in self.holder(kind).places if each.leaf.region.track == track]
        if standings:
            paths = ", ".join(each.leaf.path for each in standings)
            yield Reading(track, paths, max(each.entered[-1] for each in standings), sort="place")

    def _cover(self) -> Iterator[Reading]:
        countdown = self.machine.countdown
        for other in self.state.rows.values():
            if countdown is not None and other.kind == countdown.kind:
                yield Reading(countdown.end, countdown.end_of(other), sort="cover", subject=other.key)

    def _members(self, node: ex.Aggregate) -> Iterator[Reading]:
        """For how many subjects it holds, and what made it so for those that decide."""
        inner = self.context.of(node.kind)
        judge = test(node.item, inner)
        members = [(row, judge(self.state, row)) for row in self.state.rows.values() if row.kind == node.kind]
        met = sum(found is True for _, found in members)
        yield Reading(node.kind, met, source=str(len(members)), sort="subjects")
        telling = (False, None) if node.how == "all_of" else (True, None)
        for row, found in members:
            if found in telling:
                for reading in Witness(self.machine, self.state, row, inner).readings(node.item, {}):
                    yield replace(reading, subject=reading.subject or row.key)
