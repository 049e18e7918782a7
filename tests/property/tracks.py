"""Random tracks: the places first, so that expressions may name them, then what leads from place to place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any

from asking import Asking
from countdowns import CountdownMaker
from vocabulary import ACCOUNT, PERIODS, Writer

__all__ = ["PlacePlan", "TrackMaker"]

Tree = dict[str, Any]


@dataclass(slots=True)
class PlacePlan:
    """A stage or step before it has moves. ``asked`` keeps, per place, the names that the ways out of it read."""

    path: str
    steps: list[PlacePlan] = field(default_factory=list)
    branches: list[PlacePlan] = field(default_factory=list)
    end: bool = False
    tree: Tree = field(default_factory=dict)
    keys: set[str] = field(default_factory=set)

    def walk(self) -> Iterator[PlacePlan]:
        yield self
        for part in self.steps + self.branches:
            yield from part.walk()

    def first(self) -> Iterator[PlacePlan]:
        """The places that are entered with this one."""
        yield self
        for part in self.steps[:1] + self.branches:
            yield from part.first()


class TrackMaker:
    """Makes one track. The constructor plans the places and declares them; ``fill`` writes the whole track."""

    def __init__(self, writer: Writer, name: str, kind: str, size: int, countdown: bool) -> None:
        self.writer = writer
        self.rng: Random = writer.rng
        self.name = name
        self.kind = kind
        self.size = size
        self.asking = Asking(writer, kind)
        self.timing = self.asking.timing
        self.regressions: list[tuple[Tree, PlacePlan]] = []
        self.ways: list[tuple[list[str], set[str]]] = []
        self.stages = self._plan_stages()
        self.places = [place for stage in self.stages for place in stage.walk()]
        writer.names.places.setdefault(kind, []).extend(f"{name}.{place.path}" for place in self.places)
        self.countdown = CountdownMaker(writer, [place.path for place in self.places]) if countdown else None

    # ------------------------------------------------------------------ places

    def _plan_stages(self) -> list[PlacePlan]:
        count = self.rng.randint(2, 2 + min(3, self.size))
        stages = [self._plan(f"p{at}", depth=2) for at in range(count)]
        if self.rng.random() < 0.5:
            stages[-1] = PlacePlan(stages[-1].path, end=True)
        return stages

    def _plan(self, path: str, depth: int) -> PlacePlan:
        place = PlacePlan(path)
        roll = self.rng.random()
        if depth and roll < 0.25 + 0.04 * self.size:
            place.steps = [self._plan(f"{path}.k{at}", depth - 1) for at in range(self.rng.randint(1, 3))]
            if self.rng.random() < 0.12:
                place.steps[-1] = PlacePlan(place.steps[-1].path, end=True)
        elif depth < 2 and roll > 0.75 and "b" not in path:
            place.branches = [self._plan(f"{path}.b{at}", depth) for at in range(self.rng.randint(2, 3))]
        return place

    # ------------------------------------------------------------------ the track

    def fill(self) -> Tree:
        track: Tree = {} if self.kind == ACCOUNT else {"per": self.kind}
        if self.countdown:
            track["countdown"] = self.countdown.make(self.kind)
        for at, stage in enumerate(self.stages):
            self._fill_stage(stage, at)
        moves = self._track_moves()
        for move, target in self.regressions:
            self._ask_again(move, target)
        track["stages"] = {stage.path: self._tree(stage) for stage in self.stages}
        if moves:
            track["moves"] = moves
        cadences = self.timing.cadences(self.kind, [stage.path for stage in self.stages])
        if cadences:
            track["cadences"] = cadences
        return track

    def _tree(self, place: PlacePlan) -> Tree:
        tree = {key: value for key, value in place.tree.items() if value}
        if place.end:
            tree["end"] = "over"
        for key, parts in (("steps", place.steps), ("side_by_side", place.branches)):
            if parts:
                tree[key] = {part.path.rsplit(".", 1)[-1]: self._tree(part) for part in parts}
        return tree

    # ------------------------------------------------------------------ stages and steps

    def _fill_stage(self, stage: PlacePlan, at: int) -> None:
        last = at == len(self.stages) - 1
        if stage.end:
            return
        if self.rng.random() < 0.3:
            stage.tree["stuck_after"] = self.rng.choice(PERIODS)
        elif self.rng.random() < 0.2:
            stage.tree["typical"] = self.rng.choice(("1..2 months", "2 weeks", "60..120+ days"))
        self._fill_parts(stage)
        if not last:
            stage.tree["exit"] = self._exit(stage, self.stages[at + 1 :])
        elif self.rng.random() < 0.5:
            stage.tree["success"] = self.asking.criteria(set())
        if at and self.rng.random() < 0.7:
            stage.tree["regress"] = {"back": self._regression(self.stages[: at + 1])}
        if self.rng.random() < 0.25 + 0.05 * self.size:
            stage.tree["moves"] = {"aside": self._aside(stage, at)}

    def _fill_parts(self, place: PlacePlan) -> None:
        """Success and ways of everything inside a place."""
        for at, step in enumerate(place.steps):
            last = at == len(place.steps) - 1
            if step.end:
                continue
            keys: set[str] = set()
            if not last or self.rng.random() < 0.4:
                step.tree["success"] = self.asking.criteria(keys, 0.15)
            self._fill_parts(step)
            if not last:
                self.ways.append(([step.path], keys))
                if self.rng.random() < 0.12:
                    step.tree["exit"] = self._exit(step, place.steps[at + 1 :])
            if at and self.rng.random() < 0.2:
                step.tree["regress"] = {"back": self._regression(place.steps[: at + 1])}
        for branch in place.branches:
            if not any(part.end for part in branch.walk()) or self.rng.random() < 0.5:
                branch.tree["success"] = self.asking.criteria(set(), 0.1)
            self._fill_parts(branch)
            if branch.steps and self.rng.random() < 0.25:
                branch.tree["moves"] = {"hop": self._hop(branch)}

    def _hop(self, branch: PlacePlan) -> Tree:
        """From a branch, upon a signal, to anywhere in the track: inside the branch, around it, or far away."""
        target = self.rng.choice([*list(branch.walk())[1:], self.rng.choice(self.places)])
        return {"upon": self._signal(), "to": target.path}

    def _exit(self, place: PlacePlan, later: list[PlacePlan]) -> Tree:
        target = self.rng.choice(
            list(later[0].walk()) if self.rng.random() < 0.75 else [p for s in later for p in s.walk()]
        )
        move: Tree = {"to": target.path}
        keys: set[str] = set()
        roll = self.rng.random()
        if roll < 0.35:
            place.tree["success"] = place.tree.get("success") or self.asking.criteria(keys, 0.2)
        if roll < 0.2 and "success" in place.tree:
            keys |= self._names_in(place.tree["success"])
            if roll < 0.1:
                move["when"] = {"success": "all", **self.asking.criteria(keys)}
        else:
            move["when"] = self.asking.criteria(keys)
        if self.rng.random() < 0.25:
            move["handoff"] = {"giver": "sales", "receiver": self.rng.choice(("csm", "csm", "product", "customer"))}
            if "when" in move and move["handoff"]["receiver"] != "product" and self.rng.random() < 0.4:
                key = move["when"]["key"]
                move["when"]["key"] = (key if isinstance(key, dict) else {"is": key}) | {"waivable_by": "sales"}
        self.ways.append(([place.path], keys))
        self._consequences(move)
        return move

    def _names_in(self, criteria: Tree) -> set[str]:
        """The keys that a written map of criteria mentions."""
        text = str(criteria)
        names = [fact.name for fact in self.writer.names.facts[self.kind]] + self.writer.names.words.get(self.kind, [])
        return {name for name in names if name in text}

    def _aside(self, stage: PlacePlan, at: int) -> Tree:
        """A stage's own further move: upon a signal anywhere, or on a condition to a later stage."""
        later = self.stages[at + 1 :]
        if not later or self.rng.random() < 0.6:
            move: Tree = {"upon": self._signal(), "to": self.rng.choice(self.places).path}
            if self.rng.random() < 0.3:
                move["when"] = {"cond": self.asking.criterion()}
        else:
            keys: set[str] = set()
            target = self.rng.choice([p for s in later for p in s.walk()])
            move = {"to": target.path, "when": self.asking.criteria(keys)}
            self.ways.append(([stage.path], keys))
        kind = self.rng.choice(("move", "skip", "recover", "churn", "win_back"))
        if kind != "move":
            move["kind"] = kind
        self._consequences(move)
        return move

    def _signal(self) -> str:
        own = self.writer.names.signals[self.kind]
        if self.kind != ACCOUNT and self.rng.random() < 0.25:
            return f"account.{self.rng.choice(self.writer.names.signals[ACCOUNT])}"
        return self.rng.choice(own)

    def _consequences(self, move: Tree) -> None:
        """What else a move may do: open, close, begin a term, ask the host to act, rest for a while."""
        self.timing.cool(move)
        names = self.writer.names
        later = names.kinds[names.kinds.index(self.kind) + 1 :]
        if later and self.rng.random() < 0.15:
            opening: Tree = {}
            if self.kind != ACCOUNT and self.rng.random() < 0.4:
                opening["named"] = "from-{subject}"
            if self.rng.random() < 0.3:
                opening["unless_open"] = True
            move["opens"] = {self.rng.choice(later): opening}
        if self.kind != ACCOUNT and self.rng.random() < 0.04:
            move["closes"] = True
        if self.kind == names.term_kind and self.rng.random() < 0.06:
            move["begins_term"] = True
        if self.rng.random() < 0.2:
            move["do"] = [self.rng.choice(("call", "mail"))]

    # ------------------------------------------------------------------ regressions

    def _regression(self, targets: list[PlacePlan]) -> Tree:
        target = self.rng.choice([part for stage in targets for part in stage.walk() if not part.end] or targets)
        move: Tree = {"to": target.path}
        roll = self.rng.random()
        if roll < 0.55:
            move["upon"] = self._signal()
            if roll > 0.45:
                move["when"] = {"cond": self.asking.criterion()}
        else:
            move["when"], key = self.asking.bad()
            move["asks_again"] = [key]
        if self.rng.random() < 0.08:
            move["handoff"] = {"giver": "csm", "receiver": "sales"}
        self._consequences(move)
        self.regressions.append((move, target))
        return move

    def _ask_again(self, move: Tree, target: PlacePlan) -> None:
        """Names what the ways out of the target and of the stages around it read; now and then one is forgotten."""
        held = [place.path for place in target.first()]
        asked: set[str] = set()
        for sources, keys in self.ways:
            if any(path == source or path.startswith(source + ".") for path in held for source in sources):
                asked |= keys
        names = sorted(asked | set(move.get("asks_again", ())))
        if names and self.rng.random() < 0.03:
            names.pop(self.rng.randrange(len(names)))
        if names:
            move["asks_again"] = names

    # ------------------------------------------------------------------ the track's own moves

    def _track_moves(self) -> Tree:
        moves: Tree = {}
        if self.countdown:
            moves.update(self._renewal_moves())
        if self.rng.random() < 0.35:
            moves["lost"] = {"kind": "churn", "from": self._from(), "upon": self._signal(), "to": self.stages[-1].path}
            if self.rng.random() < 0.3:
                moves["lost"]["when"] = {"cond": self.asking.criterion()}
        if self.stages[-1].end and self.rng.random() < 0.6:
            again = {
                "kind": "win_back",
                "from": [self.stages[-1].path],
                "upon": self._signal(),
                "to": self.rng.choice(self.places).path,
            }
            if self.kind == self.writer.names.term_kind and self.rng.random() < 0.6:
                del again["upon"]
                again["when"] = self._moved()
            moves["again"] = again
        if self.kind == self.writer.names.term_kind and self.rng.random() < 0.3:
            target = self.rng.choice(self.places).path
            moves["end_moved"] = {"from": self._from(), "when": self._moved(), "to": target}
        if self.rng.random() < 0.3:
            moves.update(self._swing())
        if self.rng.random() < 0.2:
            moves["jump"] = {"from": self._from(), "upon": self._signal(), "to": self.rng.choice(self.places).path}
        if self.rng.random() < 0.4:
            moves["ripened"] = self._ripened()
        for move in moves.values():
            self._consequences(move)
        return moves

    def _moved(self) -> Tree:
        """That the end of a contract moved since it came where it stands, with what one asks beside that."""
        place = f"{self.name}.{self.rng.choice(self.places).path}"
        asked = [f"not placed_at({place})", f"placed_at({place})", f"not at({place})"]
        if self.countdown:
            asked += ["not reached(end)", "not reached(end)", "reached(end)"]
        when: Tree = {"moved": self.timing.held("end_moved", 0.2)}
        if self.rng.random() < 0.6:
            when["beside"] = self.rng.choice(asked)
        return when

    def _ripened(self) -> Tree:
        """On to a later stage, once one has been in an earlier one for a while and a key is there."""
        at = self.rng.randrange(len(self.stages) - 1)
        place = self.rng.choice([part for part in self.stages[at].walk() if not part.end])
        keys: set[str] = set()
        when = self.asking.criteria(keys, 0.2)
        when["since"] = f"age({self.name}.{place.path}) {self.rng.choice(('>=', '>'))} {self.rng.choice(PERIODS)}"
        self.ways.append(([place.path], keys))
        return {"from": [place.path], "when": when, "to": self.stages[-1].path, "kind": "skip"}

    def _from(self) -> Any:
        roll = self.rng.random()
        if roll < 0.45:
            return "open"
        if roll < 0.6:
            return "any"
        return [place.path for place in self.rng.sample(self.places, min(len(self.places), self.rng.randint(1, 3)))]

    def _swing(self) -> Tree:
        """There on a condition, back on its opposite."""
        stages = [stage for stage in self.stages if not stage.end]
        if len(stages) < 2:
            return {}
        text, key = self.writer.bad(self.kind)
        level = self.writer.level(self.kind) if self.rng.random() < 0.4 else None
        if level or self.rng.random() < 0.2:
            text, key = level or self.writer.leaf(self.kind, 0), ""
        first, second = self.rng.sample(stages, 2)
        there: Tree = {"kind": "regress", "from": [first.path], "to": second.path, "when": {}}
        there["when"]["bad"] = self.timing.held(text, 0.6 if level else 0.25)
        back: Tree = {"kind": "recover", "from": [second.path], "to": first.path, "when": {}}
        back["when"]["good"] = self.timing.held(f"not ({text})", 0.6 if level else 0.25)
        if key:
            there["asks_again"] = [key]
        self.regressions.append((there, second))
        if self.rng.random() < 0.5:
            return {"worse": there}
        self._note_guarded(back)
        self.regressions.append((back, first))
        return {"worse": there, "better": back}

    def _note_guarded(self, move: Tree) -> None:
        """Most ways back read a key as well, or they would turn round with others."""
        if self.rng.random() < 0.9:
            keys: set[str] = set()
            move["when"].update(self.asking.criteria(keys, 0.0))
            self.ways.append((move["from"], keys))

    def _renewal_moves(self) -> Tree:
        moves: Tree = {}
        names = self.writer.names
        outer = [stage.path for stage in self.stages if not stage.end]
        first = names.milestones[0]
        term_facts = [fact.name for fact in names.facts[self.kind] if fact.per_term and fact.type == "boolean"]
        if self.rng.random() < 0.9 or (self.countdown and self.countdown.automatic):
            keys: set[str] = set()
            when = {"signed": self.rng.choice(term_facts)} if term_facts else self.asking.criteria(keys)
            renewed = {"kind": "renew", "from": "open", "when": when, "begins_term": True, "to": outer[0]}
            self.ways.append((outer, {when["signed"]} if "signed" in when else keys))
            if keys:
                renewed["asks_again"] = sorted(keys)
            moves["renewed"] = renewed
        if len(outer) >= 2 and self.rng.random() < 0.6:
            moves["window"] = {"from": [outer[0]], "when": {"window": f"reached({first})"}, "to": outer[1]}
            if self.rng.random() < 0.5:
                moves["called_off"] = {
                    "from": "open",
                    "except": [outer[0]],
                    "when": {"far": f"not reached({first})"},
                    "to": outer[0],
                }
                self.regressions.append((moves["called_off"], self.stages[0]))
        if len(outer) >= 3 and self.rng.random() < 0.5:
            moves["overdue"] = {"from": "open", "except": outer[2:], "when": {"ended": "reached(end)"}, "to": outer[2]}
        if self.stages[-1].end and self.countdown and self.countdown.grace and self.rng.random() < 0.6:
            moves["lapsed"] = {
                "from": "open",
                "kind": "churn",
                "when": {"over": "reached(grace_over)"},
                "to": self.stages[-1].path,
            }
        return moves
