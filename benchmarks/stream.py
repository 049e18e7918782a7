"""The seeded stream: histories that every contender can follow, drawn by walking the profile's own machine.

The subset both sides can express, and nothing else is in the stream:

* each account has one workstream, one contract and one opportunity, opened at the start and never closed;
* no dates, hence no countdown: the contract is placed in ``preparing``, where its clock would have brought it;
* an input says one thing: one or two facts of a subject, a word or its retraction, a signal, or the acceptance of a
  handoff that is ready;
* an input that opens or closes a subject is not drawn, nor one that the machine refuses;
* a history ends before five months have passed, when the first criterion about age would turn.

One input in four says something that a move reads which the account could take from where it stands: news comes
where work is done. The others are drawn from everything that any move of the profile reads.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, NamedTuple

import journeykit as jk
from benchmarks.guards import Facts, Translator, moves_of
from journeykit.language.model.profile import FactRule, Move, Profile

__all__ = ["CONTRACT", "OPENING", "PLACED", "SUBJECTS", "Said", "Step", "Walker", "opening"]

START = datetime(2026, 1, 5, tzinfo=UTC)
LONGEST = timedelta(days=150)
CONTRACT = "contract:C-1"
SUBJECTS = {
    "account": "account",
    "workstream": "workstream:main",
    "contract": CONTRACT,
    "opportunity": "opportunity:O-1",
}
PLACED = ("renewal", "preparing")
NEAR = 0.25
"""How many of the inputs say something that could move the account from where it stands."""
OPENING = 4
"""How many inputs open a history: ``begin``, the two subjects, and the placing of the contract."""

_DRAWN: Mapping[str, tuple[Any, ...]] = {
    "boolean": (True, True, True, True, False),
    "share": (0.2, 0.35, 0.5, 0.72, 0.8, 0.96),
    "integer": (0, 1, 2, 3, 4),
    "number": (-12, 0, 8, 9, 10),
    "money": (0, 1000, 50_000),
    "text": ("one", "two"),
}


@dataclass(frozen=True, slots=True)
class Said:
    """What one input says, in nobody's format: ``facts``, a ``word``, ``retract``, ``signal`` or ``handoff``."""

    what: str
    name: str = ""
    by: str = ""
    facts: tuple[tuple[str, Any], ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """What may listen to it, for a peer."""
        if self.what == "facts":
            return tuple(name for name, _ in self.facts)
        return (f"accepted:{self.name}" if self.what == "handoff" else self.name,)


class Step(NamedTuple):
    """The same input for a peer: what it is about, and the keys to write and to drop before a trigger is sent."""

    names: tuple[str, ...]
    write: Facts
    drop: tuple[str, ...]


def opening(account: str, profile: str) -> list[jk.Input]:
    """The inputs that every history begins with."""
    track, to = PLACED
    by = "csm"
    return [
        jk.Input("begin", account, START, f"{account}/begin", "account", {"profile": profile, "timezone": "UTC"}),
        jk.Input("open", account, START, f"{account}/contract", CONTRACT, {}),
        jk.Input("open", account, START, f"{account}/opportunity", SUBJECTS["opportunity"], {}),
        jk.Input("place", account, START, f"{account}/placed", CONTRACT, {"track": track, "to": to, "by": by}),
    ]


class Walker:
    """Draws histories of one profile. The same seed and account give the same history."""

    def __init__(self, machine: jk.Machine, seed: int = 7) -> None:
        self.machine = machine
        self.profile: Profile = machine.profile
        self.seed = seed
        self.translator = Translator(self.profile)
        self.moves = {move.id: move for move in moves_of(self.profile)}
        heard = {name for move in self.moves.values() for name in self._heard_by(move)}
        self.names = sorted(name for name in heard if self._kind(name) is not None)

    def history(self, number: int, length: int) -> tuple[list[jk.Input], list[Said]]:
        """The inputs of account ``number`` after its opening, for journeykit and in nobody's format."""
        random = Random(self.seed * 1_000_003 + number)
        account = f"account-{number:05}"
        snapshot = None
        for entry in opening(account, self.profile.name):
            snapshot = jk.step(self.machine, snapshot, entry).snapshot
        assert snapshot is not None
        inputs: list[jk.Input] = []
        said: list[Said] = []
        ready: set[str] = set()
        while len(inputs) < length:
            at = START + LONGEST * ((len(inputs) + 1) / (length + 1))
            drawn = self._draw(random, snapshot, sorted(ready))
            entry = self._input(drawn, account, at, f"{account}/{len(inputs)}")
            try:
                outcome = jk.step(self.machine, snapshot, entry)
            except jk.InputError:
                ready.discard(drawn.name)
                continue
            if any(record.kind in ("opened", "closed") for record in outcome.records):
                continue
            snapshot = outcome.snapshot
            for record in outcome.records:
                if record.kind == "ready":
                    ready.add(record.name)
                elif record.kind in ("not_ready", "moved"):
                    ready.discard(record.name)
            inputs.append(entry)
            said.append(drawn)
        return inputs, said

    def steps(self, said: list[Said]) -> Iterator[Step]:
        """One history as a peer hears it. What a band would remember is reckoned here, for free."""
        facts: Facts = {}
        levels: dict[str, str] = {}
        for one in said:
            write, drop = self._keys(one)
            for key in drop:
                facts.pop(key, None)
            facts.update(write)
            for name, rule in self.profile.bands.items():
                measured = self.translator.expression(rule.of, "")(facts)
                if measured is not None:
                    levels[name] = _level(rule.levels, rule.margin, measured, levels.get(name))
                    write[f"band/{name}"] = levels[name]
            yield Step(one.names, write, drop)

    def _keys(self, one: Said) -> tuple[Facts, tuple[str, ...]]:
        if one.what == "handoff":
            return {f"accepted:{one.name}": True}, ()
        if one.what == "signal":
            write: Facts = {f"unsettled/{one.name}": True}
            return write, self._settled(one.name)
        if one.what == "retract":
            return {}, self.translator.keys(one.name)
        given = dict(one.facts) or {one.name: True}
        settles = [signal for name, value in given.items() if value is True for signal in self._settled(name)]
        return {key: value for name, value in given.items() for key in self.translator.keys(name)}, tuple(settles)

    def _settled(self, name: str) -> tuple[str, ...]:
        return tuple(
            f"unsettled/{signal.name}" for signal in self.profile.signals.values() if signal.settled_by == name
        )

    def _heard_by(self, move: Move) -> set[str]:
        heard = {name for name in self.translator.reads(move.when) if not name.startswith("at/")}
        return heard | {move.upon} if move.upon else heard

    def _kind(self, name: str) -> str | None:
        """The kind of subject a drawn name belongs to; None for what is not drawn."""
        profile = self.profile
        if name in profile.facts:
            rule = profile.facts[name]
            return rule.kind if rule.type in _DRAWN or rule.of else None
        if name in profile.confirmations:
            return profile.confirmations[name].kind
        return profile.signals[name].kind if name in profile.signals else None

    def _draw(self, random: Random, snapshot: jk.Snapshot, ready: list[str]) -> Said:
        if ready and random.random() < 0.5:
            move = self.moves[random.choice(ready)]
            assert move.handoff is not None
            return Said("handoff", move.id, by=move.handoff.receiver)
        name = random.choice(self._near(snapshot) if random.random() < NEAR else self.names)
        profile = self.profile
        if name in profile.facts:
            return Said("facts", facts=self._observed(random, name))
        if name in profile.confirmations:
            return Said("retract" if random.random() < 0.1 else "word", name, by=profile.confirmations[name].by[0])
        return Said("signal", name) if random.random() < 0.2 else self._draw(random, snapshot, ready)

    def _observed(self, random: Random, name: str) -> tuple[tuple[str, Any], ...]:
        """One or two facts of one subject."""
        rules = self.profile.facts
        others = [other for other in self.names if other in rules and rules[other].kind == rules[name].kind]
        names = {name: None} | dict.fromkeys([random.choice(others)] if random.random() < 0.5 else [])
        return tuple((each, _value(random, rules[each])) for each in names)

    def _near(self, snapshot: jk.Snapshot) -> list[str]:
        """What the moves read that could be taken from where the account stands."""
        near: set[str] = set()
        for (region, _), path in snapshot.positions.items():
            for move in self.moves.values():
                if move.track == region.split(".")[0] and any(_inside(path, source) for source in move.sources):
                    near |= self._heard_by(move)
        return sorted(name for name in near if self._kind(name) is not None) or self.names

    def _input(self, one: Said, account: str, at: datetime, ident: str) -> jk.Input:
        data: dict[str, Any]
        if one.what == "handoff":
            kind = self.profile.tracks[self.moves[one.name].track].per
            data = {"move": one.name, "what": "accepted", "by": one.by}
            return jk.Input("handoff", account, at, ident, SUBJECTS[kind], data)
        kind = self._kind(one.names[0]) or "account"
        if one.what == "facts":
            return jk.Input("observe", account, at, ident, SUBJECTS[kind], {"facts": dict(one.facts)})
        if one.what == "signal":
            return jk.Input("signal", account, at, ident, SUBJECTS[kind], {"signal": one.name})
        verb = "confirm" if one.what == "word" else "retract"
        return jk.Input(verb, account, at, ident, SUBJECTS[kind], {"confirmation": one.name, "by": one.by})


def _value(random: Random, rule: FactRule) -> Any:
    if rule.of:
        return random.choice(rule.of)
    if rule.between is not None:
        low, high = rule.between
        return round(low + (high - low) * random.random() ** 0.5)
    return random.choice(_DRAWN[rule.type])


def _inside(path: str, place: str) -> bool:
    return path == place or path.startswith(place + ".")


def _level(levels: tuple[tuple[str, float], ...], margin: float, value: float, before: str | None) -> str:
    """A band's level: up to the highest whose start is reached, down once more than the margin below its start."""
    names = [name for name, _ in levels]
    reached = max((at for at, (_, start) in enumerate(levels) if value >= start), default=0)
    if before is None or reached >= names.index(before):
        return names[reached]
    return before if value >= levels[names.index(before)][1] - margin else names[reached]
