"""What the modules of ``resolve`` share: the tree with its locations, the faults, and the names found so far."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from journeykit.errors import Location
from journeykit.language.expressions.tree import ACCOUNT
from journeykit.language.model.profile import (
    BandRule,
    Confirmation,
    DerivedRule,
    FactRule,
    Feed,
    Instead,
    Kind,
    Role,
    Signal,
)
from journeykit.language.schema.models import Plain, ProfileSpec, Source, StageSpec
from journeykit.language.text.inheritance import Removals, Removed
from journeykit.language.text.nodes import Faults, Node, Path, find, suggest

if TYPE_CHECKING:
    from journeykit.language.expressions.type_check import Scope

__all__ = ["TERM", "Resolution", "instead", "one_source", "own_name", "place_of", "removed_message"]

TERM = "term"
"""The key for facts and confirmations that start afresh with each term; they belong to the kind that has terms."""

_WORD = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)
_NESTING = frozenset({"stages", "steps", "side_by_side"})
_OWN_NAMES = frozenset({"bands", "signals", "confirmations", "derived", "roles", "subjects", "tracks"})

_SECTIONS = {"kind of subject": "subjects", "feed": "feeds"}
"""Where to declare what is easily left undeclared."""


@dataclass(slots=True)
class Resolution:
    """One profile on its way from the tree to a ``Profile``; it is filled step by step, as ``resolver`` goes on.

    Attributes:
        dropped: paths of what did not fit its shape and was left out.
        doubtful: names whose own declaration has a fault, so that what reads them is not faulted a second time; places
            among them as ``track.path``.
        declared: the path of the first declaration of each fact, band, signal, confirmation and derived name.
        places: for each track, each place by its path.
        track_kinds: for each track, the kind of subject it is for.
        milestones: for each kind of subject, the names that ``reached`` may ask for.
        criterion_ids: the location of each id of a criterion, to find ids given twice.
        order: how many moves and reactions were numbered so far.
        scope: the names that expressions may use; None until ``build_scope``.
    """

    spec: ProfileSpec
    root: Node
    faults: Faults
    removals: Removals
    dropped: frozenset[Path] = frozenset()
    doubtful: set[str] = field(default_factory=set)
    declared: dict[str, Path] = field(default_factory=dict)
    roles: dict[str, Role] = field(default_factory=dict)
    kinds: dict[str, Kind] = field(default_factory=dict)
    feeds: dict[str, Feed] = field(default_factory=dict)
    facts: dict[str, FactRule] = field(default_factory=dict)
    signals: dict[str, Signal] = field(default_factory=dict)
    confirmations: dict[str, Confirmation] = field(default_factory=dict)
    bands: dict[str, BandRule] = field(default_factory=dict)
    derived: dict[str, DerivedRule] = field(default_factory=dict)
    places: dict[str, dict[str, StageSpec]] = field(default_factory=dict)
    track_kinds: dict[str, str] = field(default_factory=dict)
    milestones: dict[str, tuple[str, ...]] = field(default_factory=dict)
    criterion_ids: dict[str, Location] = field(default_factory=dict)
    order: int = 0
    scope: Scope | None = None

    # Places in the text

    def at(self, path: Path) -> Location:
        """Return the location of the value at a path, or of the nearest one around it."""
        return find(self.root, path).at

    def key_at(self, path: Path) -> Location:
        """Return the location of the key at a path, or of the nearest one around it."""
        return find(self.root, path).place

    def written(self, path: Path) -> Path:
        """Return a path without the parts that expanding short forms added: ``by`` for the name in ``by: customer``."""
        while path and find(self.root, path).key_at is None:
            around = find(self.root, path[:-1])
            short = isinstance(around.value, dict) and path[-1] in around.value
            if not (short or (path[-1] == "0" and around.at == self.at(path))):
                break
            path = path[:-1]
        return path

    # Faults

    def is_clean(self, path: Path) -> bool:
        """Tell whether nothing was left out at this path, so that what is missing there was never written."""
        return path not in self.dropped

    def fault(self, code: str, path: Path, message: str, hint: str = "") -> None:
        """Note an error of the value at a path."""
        self.faults.add(code, self.at(path), self.written(path), message, hint)

    def fault_at_key(self, code: str, path: Path, message: str, hint: str = "") -> None:
        """Note an error of an entry as a whole, or of a key that is missing or must not be there."""
        self.faults.add(code, self.key_at(path), path, message, hint)

    def unknown(self, path: Path, sort: str, name: str, known: Iterable[str], *removed: Path) -> None:
        """Note that a name does not exist, or with both locations that a child removed it.

        Args:
            path: the path of the name in the text.
            sort: what it should name, for the message.
            name: the name itself; nothing is noted of a doubtful one.
            known: the names there are.
            removed: paths at which it may have been declared before a child removed it.
        """
        if name in self.doubtful:
            return
        for one in removed:
            gone = self.removals.by_path.get(one)
            if gone:
                self.fault(
                    "JK104", path, removed_message(sort, name, gone), "change this reference, or keep what it names"
                )
                return
        names = list(known)
        hint = suggest(name, names) if names else "there is none"
        if sort in _SECTIONS and not hint.startswith("did"):
            hint = f"declare it under {_SECTIONS[sort]}"
        self.fault("JK103", path, f'there is no {sort} "{name}"', hint)

    # Names

    def next_order(self) -> int:
        """Return the next number in the order of declaration, from 0."""
        self.order += 1
        return self.order - 1

    @property
    def term_kind(self) -> str | None:
        """The name of the kind of subject that has terms, or None."""
        return next((kind.name for kind in self.kinds.values() if kind.term), None)

    def kind(self, name: str | None, path: Path, *, otherwise: str = ACCOUNT) -> str:
        """Return the kind of subject that a ``per`` names; for None, or after noting a fault, ``otherwise``."""
        if name is None:
            return otherwise
        if name in self.kinds:
            return name
        self.unknown(path, "kind of subject", name, self.kinds, ("subjects", name))
        return otherwise

    def role(self, name: str, path: Path) -> Role | None:
        """Return the role of that name, or None after noting a fault."""
        if name not in self.roles:
            self.unknown(path, "role", name, self.roles, ("roles", name))
        return self.roles.get(name)

    def feed(self, name: str | None, path: Path) -> str | None:
        """Return the name of a feed, noting an unknown one. Feeds have a set of names of their own."""
        # Not by doubtful names: feeds have a set of their own, and a fact may have the same name.
        left_out = any(one == ("feeds", name)[: len(one)] for one in self.dropped)
        if name is not None and name not in self.feeds and not left_out:
            self.unknown(path, "feed", name, self.feeds, ("feeds", name))
        return name

    def removed_paths(self, name: str) -> list[Path]:
        """Return the paths at which something of this name was declared before a child removed it."""
        return [path for path in self.removals.by_path if own_name(path) == name]

    def removed_names(self) -> dict[str, Location]:
        """Return all that expressions may name and a child removed, each with the location of its removal.

        These are declared names, kinds of subject, milestones, and places as ``track.path``.
        """
        found: dict[str, Location] = {}
        for path, gone in self.removals.by_path.items():
            name = own_name(path) or _milestone(path) or place_of(path)
            if name:
                found[name] = gone.removed
        return found

    def reads_doubtful(self, text: str) -> bool:
        """Tell whether the text of an expression names something that has a fault of its own."""
        return bool(self.doubtful) and not self.doubtful.isdisjoint(_WORD.findall(text))


def removed_message(sort: str, name: str, gone: Removed) -> str:
    """Return the message for a name that was written in a parent and removed in a child."""
    return f'the {sort} "{name}" was written at {gone.written} and removed at {gone.removed}'


def own_name(path: Path) -> str:
    """Return the name that a path in the text declares, or nothing. Milestones, places and feeds are left out."""
    if len(path) == 3 and path[0] == "facts":
        return path[2]
    return path[1] if len(path) == 2 and path[0] in _OWN_NAMES else ""


def _milestone(path: Path) -> str:
    return path[4] if len(path) == 5 and path[2:4] == ("countdown", "milestones") else ""


def place_of(path: Path) -> str:
    """Return ``track.path`` for a path in the text that leads to a place, else nothing."""
    if len(path) < 4 or path[0] != "tracks" or len(path) % 2 or not _NESTING.issuperset(path[2::2]):
        return ""
    return ".".join((path[1], *path[3::2]))


def instead(values: Mapping[str, Plain]) -> Instead:
    """Return the values that were not taken as texts, each with its source."""
    said = {True: "yes", False: "no"}
    return tuple((name, said[value] if isinstance(value, bool) else str(value)) for name, value in values.items())


def one_source(source: Source | None) -> str | None:
    """Return one or several sources as one text."""
    return ", ".join(source) if isinstance(source, list) else source
