"""Random profiles for the order of choosing (R5): branches in branches, equal signals, several kinds, equal criteria.

Few names stand for much: every place asks for the same few facts and hears the same two signals, so that in most inputs
several moves that exclude one another may be taken at once.
"""

from __future__ import annotations

import json
from itertools import takewhile
from random import Random
from typing import Any

from driver import Case

from journeykit.errors import ProfileError

__all__ = ["nested_case"]

Tree = dict[str, Any]

FACTS = ("a", "b", "c")
SIGNALS = ("s", "t")
KINDS = ("advance", "regress", "skip", "recover", "churn", "move")
DEEPEST = 3
ATTEMPTS = 12


def nested_case(seed: int, length: int = 12) -> Case | None:
    """The case of a seed; None where none of a few profiles compiles."""
    for attempt in range(ATTEMPTS):
        rng = Random(seed * ATTEMPTS + attempt)
        case = Case(json.dumps(_Maker(rng).profile()), _lines(rng, length), seed)
        try:
            assert case.machine
        except ProfileError:
            continue
        return case
    return None


class _Maker:
    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.places: list[str] = []
        self.asking: list[tuple[str, Tree]] = []
        self.split: set[str] = set()
        self.falls = rng.random() < 0.5

    def profile(self) -> Tree:
        stages = {name: self.place(name, 0) for name in ("first", "second")}
        stages["gone"] = {"moves": {"back": {"upon": "t", "to": self.rng.choice(self.places)}}}
        track: Tree = {"stages": stages}
        for path, place in self.asking:
            self.give_moves(path, place)
        if self.rng.random() < 0.4:
            out = {"to": "gone", "when": self.criteria(), "kind": self.rng.choice(("churn", "move"))}
            track["moves"] = {"out": {"from": ["first", "second"], **out}}
        return {
            "profile": "nested",
            "version": "1",
            "facts": {"account": {name: {"type": "boolean"} for name in FACTS}},
            "signals": {"s": {}, "t": {"lasts": "3 days"}},
            "tracks": {"value": track},
        }

    def place(self, path: str, depth: int) -> Tree:
        """A place with steps, branches or neither. Its moves are given when all places are known."""
        place: Tree = {}
        self.places.append(path)
        inner = depth < DEEPEST and self.rng.random() < (1.0 if path == "first" else 0.6)
        if inner:
            word = "side_by_side" if self.rng.random() < 0.65 else "steps"
            place[word] = {
                name: self.place(f"{path}.{name}", depth + 1) for name in ("x", "y", "z")[: self.rng.randint(2, 3)]
            }
            for one in list(place[word].values())[: None if word == "side_by_side" else -1]:
                one.setdefault("success", self.criteria())
            if word == "side_by_side":
                self.split.add(path)
                place["success"] = self.criteria()
        if depth and self.rng.random() < 0.6:
            place["success"] = self.criteria()
        self.asking.append((path, place))
        return place

    def give_moves(self, path: str, place: Tree) -> None:
        rng = self.rng
        if "." not in path and rng.random() < 0.6:
            place["exit"] = {"to": rng.choice(self.after(path)), "when": self.criteria()}
        if rng.random() < 0.7:
            place["moves"] = {name: self.move(path) for name in ("m", "n")[: rng.randint(1, 2)]}
        before = self.places[: self.places.index(path)]
        if before and self.falls and rng.random() < 0.4:
            place["regress"] = {
                "r": {"to": rng.choice(before), "when": {"fell": rng.choice(FACTS)}, "asks_again": [*FACTS]}
            }

    def after(self, path: str) -> list[str]:
        """Where moves may lead at once: only on from a place, or they would go round in one input."""
        later = self.places[self.places.index(path) + 1 :]
        return [*(one for one in later if _shared(path, one) not in {path, *self.split}), "gone"]

    def move(self, path: str) -> Tree:
        rng = self.rng
        heard = rng.random() < 0.5
        others = [one for one in self.places if one != path]
        move: Tree = {"to": rng.choice([*others, "gone"] if heard else self.after(path))}
        if heard:
            move["upon"] = rng.choice(SIGNALS)
        if not heard or rng.random() < 0.3:
            move["when"] = self.criteria()
        if rng.random() < 0.6:
            move["kind"] = rng.choice(KINDS if self.falls else ("advance", "churn", "move"))
        if move.get("kind") == "regress":
            move["asks_again"] = [*FACTS]
        return move

    def criteria(self) -> Tree:
        name = self.rng.choice(FACTS)
        # What was seen cannot be asked again, so it would undo a fall at once.
        seen = {"seen": self.rng.choice(SIGNALS), "within": "5 days"}
        return {name: self.rng.choices([name, f"not {name}", seen], (6, 2, 0 if self.falls else 1))[0]}


def _shared(one: str, other: str) -> str:
    """The innermost place around both, or either of them where it is around the other."""
    pairs = zip(one.split("."), other.split("."), strict=False)
    return ".".join(a for a, _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _lines(rng: Random, length: int) -> list[Tree]:
    lines: list[Tree] = [{"kind": "begin", "account": "n", "at": "2026-01-05T00:00:00Z", "profile": "nested"}]
    for day in range(length):
        line: Tree = {"account": "n", "at": f"2026-01-{6 + day:02}T00:00:00Z", "id": f"i{day}"}
        if rng.random() < 0.45:
            line |= {"kind": "signal", "signal": rng.choice(SIGNALS)}
        else:
            line |= {"kind": "observe", "facts": {name: rng.random() < 0.5 for name in rng.sample(FACTS, 2)}}
        lines.append(line)
    return lines
