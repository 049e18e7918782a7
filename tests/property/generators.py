"""Random profiles: one seed and one size make one profile, as a tree of plain data and as YAML text.

A profile is built so that it mostly compiles: forward ways lead to later stages and each reads a key of its own (a
word or fact that can be asked again), regressions ask again for the keys of the ways out of their target, and what
swings back and forth on levels reads a condition and its opposite. A few profiles break these habits on purpose; they
are thrown away if refused.
"""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import Any

import yaml
from countdowns import ENDINGS
from timing import Timing
from tracks import TrackMaker
from vocabulary import ACCOUNT, LEVELS, FactName, Names, Writer

__all__ = ["profile_text", "profile_tree", "to_text"]

Tree = dict[str, Any]
ROLES: Tree = {
    "customer": {"side": "customer"},
    "csm": {"side": "us"},
    "sales": {"side": "us"},
    "product": {"side": "us", "played_by": "product"},
}
OTHER_TYPES = ("share", "date", "duration", "money", "choice", "text", "number", "boolean")
ZONES = (
    "UTC",
    "America/Sao_Paulo",
    "Europe/Lisbon",
    "America/New_York",
    "Australia/Lord_Howe",
    "Africa/Cairo",
    "America/Santiago",
)


def profile_text(seed: int, size: int) -> str:
    """The YAML text of a random profile."""
    return to_text(profile_tree(seed, size))


def to_text(tree: Tree) -> str:
    """YAML for a profile's tree, keys in their order."""
    dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    return str(yaml.dump(tree, Dumper=dumper, sort_keys=False, width=110, default_flow_style=None))


def profile_tree(seed: int, size: int) -> Tree:
    """A random profile as plain data. Sizes run from 1 (a track or two) to 5 (every kind, several tracks each)."""
    return ProfileMaker(Random(f"profile {seed}"), size).make(f"random_{seed}")


class ProfileMaker:
    """Declares names first, then the places of all tracks, then everything that reads either."""

    def __init__(self, rng: Random, size: int) -> None:
        self.rng = rng
        self.size = size
        self.names = Names()
        self.writer = Writer(rng, self.names)
        self.timing = Timing(self.writer)
        self.tree: Tree = {}

    def make(self, name: str) -> Tree:
        tree = self.tree
        tree.update(profile=name, version="1.0")
        if self.rng.random() < 0.5:
            tree["timezone"] = self.rng.choice(ZONES)
        tree["roles"] = {role: dict(about) for role, about in ROLES.items()}
        tree["subjects"] = self._subjects()
        tree["feeds"] = self.timing.feeds()
        tree["facts"] = self._facts()
        tree["bands"] = self._bands()
        tree["signals"] = self._signals()
        tree["confirmations"] = self._confirmations()
        makers = self._track_makers()
        tree["derived"] = self._derived()
        tree["reactions"] = self._reactions()
        tree["tracks"] = {maker.name: maker.fill() for maker in makers}
        for key in ("subjects", "feeds", "bands", "derived", "reactions"):
            if not tree[key]:
                del tree[key]
        return tree

    def _subjects(self) -> Tree:
        kinds: Tree = {}
        if self.size >= 2 or self.rng.random() < 0.5:
            kinds["workstream"] = {"opens_with": "main"} if self.rng.random() < 0.7 else {}
        if self.size >= 2 or self.rng.random() < 0.5:
            kinds["contract"] = {"term": ["start_on", "end_on"]}
            self.names.term_kind = "contract"
        if self.size >= 4:
            kinds["deal"] = {}
        self.names.kinds += list(kinds)
        return kinds

    def _facts(self) -> Tree:
        tree: Tree = {}
        for kind in self.names.kinds:
            types = ["boolean", "boolean", self.rng.choice(("number", "integer"))]
            types += self.rng.sample(OTHER_TYPES, self.rng.randint(0, min(len(OTHER_TYPES), 1 + self.size)))
            if kind == self.names.term_kind:
                types += ["duration"] + ["choice"] * (self.rng.random() < 0.4)
            facts = [self._fact_name(kind, type_, at) for at, type_ in enumerate(types)]
            if kind == self.names.term_kind and facts[-1].type == "choice":
                facts[-1] = replace(facts[-1], steady=True, of=ENDINGS)
            tree[kind] = {fact.name: self._fact(fact) for fact in facts}
            self.names.facts[kind] = facts
        term = self.names.term_kind
        if term:
            extra = [FactName(f"t_{type_}", term, type_, per_term=True) for type_ in ("boolean", "number")]
            tree["term"] = {fact.name: self._fact(fact) for fact in extra[: self.rng.randint(1, 2)]}
            self.names.facts[term] += extra[: len(tree["term"])]
            self.names.facts[term] += [FactName(name, term, "date") for name in ("start_on", "end_on")]
        return tree

    def _fact_name(self, kind: str, type_: str, at: int) -> FactName:
        """The durations, dates and first boolean of a contract are for its countdown, and so is a date of anybody's."""
        counted = kind == self.names.term_kind and (type_ in ("duration", "date") or at == 0)
        steady = counted or (type_ == "date" and self.rng.random() < 0.5)
        return FactName(f"{kind[0]}_{type_}_{at}", kind, type_, steady=steady)

    def _fact(self, fact: FactName) -> Tree:
        about: Tree = {"type": fact.type}
        if fact.type == "choice":
            about["of"] = list(fact.of)
        if fact.type in ("number", "integer") and self.rng.random() < 0.5:
            about["between"] = [0, 100]
        if self.rng.random() < 0.3:
            about["measures"] = self.rng.choice(("outcome", "status"))
        return about | self.timing.of_fact(fact.steady)

    def _bands(self) -> Tree:
        bands: Tree = {}
        for kind in self.names.kinds:
            numbers = [fact.name for fact in self.names.facts_of(kind, "number", "integer")]
            if not numbers or self.rng.random() < 0.4:
                continue
            name = f"{kind[0]}_band"
            of = self.rng.choice(numbers)
            if self.rng.random() < 0.6:
                of = self.writer.arithmetic(kind, 1) or of
            if kind != ACCOUNT and self.rng.random() < 0.7:
                of = self.writer.mixed(of)
            starts = (self.rng.choice((0, 0, 10)), 40, 70)
            margins: tuple[float, ...] = (5, 15, 0.5, 35)
            if self.rng.random() < 0.1:
                of, starts, margins = f"({of}) / 100", (0, 0.7, 0.8), (0.1, 0.3)  # what floats miss by a little
            bands[name] = {"of": of, "levels": dict(zip(LEVELS, starts, strict=True))}
            if self.rng.random() < 0.7:
                bands[name]["margin"] = self.rng.choice(margins)
            self.names.bands[kind] = [name]
        return bands

    def _signals(self) -> Tree:
        signals: Tree = {}
        for kind in self.names.kinds:
            own: list[str] = []
            for at in range(self.rng.randint(1, 3)):
                name = f"{kind[0]}_sig_{at}"
                about: Tree = {} if kind == ACCOUNT else {"per": kind}
                if self.rng.random() < 0.5:
                    about["settled_by"] = self._settler(kind, own)
                if at == 0 and self.rng.random() < 0.6:
                    about["carries"] = {"name": "text"}
                signals[name] = about | self.timing.of_signal()
                own.append(name)
            self.names.signals[kind] = own
        return signals

    def _settler(self, kind: str, signals: list[str]) -> str:
        booleans = [fact.name for fact in self.names.facts_of(kind, "boolean")]
        return self.rng.choice([*booleans, *signals])

    def _confirmations(self) -> Tree:
        words: Tree = {}
        for kind in self.names.kinds:
            for at in range(self.rng.randint(1, 2)):
                name = f"{kind[0]}_word_{at}"
                by = self.rng.choice(("customer", "csm", ["customer", "sales"]))
                words[name] = {"by": by} | self.timing.of_word()
                if kind != ACCOUNT:
                    per_term = kind == self.names.term_kind and self.rng.random() < 0.6
                    words[name]["per"] = "term" if per_term else kind
                self.names.words.setdefault(kind, []).append(name)
        return words

    def _track_makers(self) -> list[TrackMaker]:
        makers = []
        for kind in self.names.kinds:
            least = 1 if kind in (ACCOUNT, self.names.term_kind) and self.rng.random() < 0.8 else 0
            for at in range(max(least, self.rng.randint(0, 1 + self.size // 3))):
                countdown = kind == self.names.term_kind and at == 0 and self.rng.random() < 0.85
                makers.append(TrackMaker(self.writer, f"{kind}_track_{at}", kind, self.size, countdown))
        return makers or [TrackMaker(self.writer, "account_track_0", ACCOUNT, self.size, False)]

    def _derived(self) -> Tree:
        derived: Tree = {}
        for at in range(self.rng.randint(0, 1 + self.size)):
            kind = self.rng.choice(self.names.kinds)
            name = f"{kind[0]}_derived_{at}"
            number = self.writer.arithmetic(kind, 2) if self.rng.random() < 0.3 else None
            derived[name] = number or self.timing.held(self._derived_condition(kind), 0.3)
            kept = self.names.numbers if number else self.names.flags
            kept.setdefault(kind, []).append(name)
        return derived

    def _derived_condition(self, kind: str) -> Any:
        level = self.writer.level(kind) if self.rng.random() < 0.2 else None
        own = level or self.writer.key(kind)[0]
        roll = self.rng.random()
        if roll < 0.12:
            return self.timing.silence(kind)
        if roll < 0.4:
            return self.rng.choice(
                (own, f"not {own}", f"{own} {self.rng.choice(('and', 'or'))} {self.writer.leaf(kind)}")
            )
        members = {
            "own": self.timing.held(own, 0.5 if level else 0.12),
            "other": self.writer.condition(kind, 1) if self.rng.random() < 0.7 else self.timing.leaf(kind),
            "third": {"is": self.writer.leaf(kind), "source": "default"},
        }
        if roll < 0.6:
            return {"any": members}
        if roll < 0.7:
            return {"all": members}
        if roll < 0.85:
            return {"at_least": self.rng.randint(1, 3), "of": members}
        members["third"] = {"any": {"a": self.writer.leaf(kind), "b": self.writer.leaf(kind)}}
        return {"any": {"few": {"at_least": 2, "of": members}, "alone": self.writer.leaf(kind)}}

    def _reactions(self) -> Tree:
        reactions: Tree = {}
        for at in range(self.rng.randint(0, 1 + self.size // 2)):
            kind = self.rng.choice(self.names.kinds)
            reaction: Tree = {} if kind == ACCOUNT else {"per": kind}
            carries = False
            if self.rng.random() < 0.5:
                signal = self.rng.choice(self.names.signals[kind])
                reaction["upon"] = signal
                carries = "carries" in self.tree["signals"][signal]
            else:
                timed = self.rng.random() < 0.4
                cond = self.timing.leaf(kind) if timed else self.writer.condition(kind, 1)
                reaction["when"] = {"cond": self.timing.held(cond)}
            later = self.names.kinds[self.names.kinds.index(kind) + 1 :]
            if later and self.rng.random() < 0.7:
                reaction["opens"] = {self.rng.choice(later): self._opening(kind, carries)}
            if "opens" not in reaction or self.rng.random() < 0.4:
                reaction["do"] = [f"act_{at}"]
            self.timing.cool(reaction, 0.25)
            reactions[f"react_{at}"] = reaction
        return reactions

    def _opening(self, kind: str, carries: bool) -> Tree:
        opening: Tree = {}
        options = ["none"] + ["subject"] * (kind != ACCOUNT) + ["carried", "carried"] * carries
        named = self.rng.choice(options)
        if named == "subject":
            opening["named"] = "of-{subject}"
        elif named == "carried":
            opening["named"] = "{name}"
        if self.rng.random() < 0.3:
            opening["unless_open"] = True
        return opening
