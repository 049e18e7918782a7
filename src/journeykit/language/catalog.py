"""Loading profiles: shipped segments by name, files by path, or texts, each merged over the parents it extends.

Reading goes in steps: ``text`` to a tree of located nodes, ``schema`` to its longest form, inheritance, and ``resolve``
to a ``Profile``. A profile with a fault raises ``ProfileError`` with all of them.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from journeykit.errors import Finding, Location
from journeykit.language.model.profile import Profile, Written
from journeykit.language.resolve.resolver import resolve
from journeykit.language.schema.models import ProfileSpec, shape_of
from journeykit.language.schema.short_forms import expand
from journeykit.language.text.ignores import Ignore, Ignores, ignores_in
from journeykit.language.text.inheritance import Removals, merge
from journeykit.language.text.nodes import Faults, Node, suggest
from journeykit.language.text.reader import parse
from journeykit.language.text.scalars import NAME
from journeykit.language.text.sources import (
    RefusedError,
    Source,
    beside,
    from_file,
    names,
    segments_dir,
    shipped,
    text_of,
)

__all__ = ["ProfileReading", "examine", "examine_text", "names", "read", "read_text", "segments_dir"]

_LONGEST_CHAIN = 8  # Profiles that extend one another, the first one included.
_IDENTITY = frozenset({"profile", "version", "title", "about", "extends"})


@dataclass(frozen=True, slots=True)
class ProfileReading:
    """A profile with what was noticed while it was read.

    Attributes:
        findings: the warnings, in the order of the text.
        ignores: the ``# journeykit: ignore[...]`` comments of the profile and its parents.
        parent: the merged tree of what it extends, or None.
    """

    profile: Profile
    findings: tuple[Finding, ...] = ()
    ignores: Ignores = field(default_factory=Ignores)
    parent: Node | None = field(default=None, repr=False)


@dataclass(slots=True)
class _Chain:
    """What was read of a profile and its parents so far; lists have the profile itself first, then parent by parent."""

    faults: Faults = field(default_factory=Faults)
    trees: list[Node] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)
    ignores: list[Ignore] = field(default_factory=list)


def read(name_or_path: str | os.PathLike[str]) -> Profile:
    """Read a shipped segment by its name, or a profile from a file.

    Raises:
        ProfileError: the profile cannot be used; it carries all faults found.
    """
    return examine(name_or_path).profile


def read_text(text: str, *, file: str = "<text>", root: Path | None = None) -> Profile:
    """Read a profile from a text.

    Args:
        text: the YAML text.
        file: the name by which findings call the text.
        root: the folder in which, and below which, files may be extended; without it only shipped segments may.

    Raises:
        ProfileError: the profile cannot be used; it carries all faults found.
    """
    return examine_text(text, file, root).profile


def examine(name_or_path: str | os.PathLike[str]) -> ProfileReading:
    """Read a profile like ``read``, and return it with its warnings and its ``ignore`` comments.

    A text such as ``smb`` that looks like a name means a shipped segment; to read a file of that name pass a ``Path``.
    """
    given = os.fspath(name_or_path)
    chain = _Chain()
    source: Source | None = None
    if isinstance(name_or_path, str) and NAME.fullmatch(given):
        if given in names():
            source = shipped(given)
        else:
            hint = suggest(given, names()) or "give the path of a .yaml file"
            chain.faults.add("JK010", Location(given), (), f'there is no shipped segment "{given}"', hint)
    else:
        try:
            source = from_file(given)
        except RefusedError as refusal:
            chain.faults.add("JK009", Location(given), (), refusal.message, refusal.hint)
    text = text_of(source, Location(given), (), chain.faults) if source is not None else None
    if source is None or text is None:
        chain.faults.stop()
        raise AssertionError("what cannot be read has a fault")
    return _examine(source, text, chain)


def examine_text(text: str, file: str = "<text>", root: Path | None = None) -> ProfileReading:
    """Read a profile like ``read_text``, and return it with its warnings and its ``ignore`` comments."""
    return _examine(Source(file, None, root.resolve() if root is not None else None), text, _Chain())


def _examine(source: Source, text: str, chain: _Chain) -> ProfileReading:
    complete = _follow(source, text, chain)
    if not complete:
        # Without its parent a profile is full of names that do not exist; only what is certain is reported.
        chain.faults.stop()
    removals = Removals()
    parent: Node | None = None
    merged: Node | None = None
    for tree in reversed(chain.trees):
        parent, merged = merged, merge(merged, tree, chain.faults, removals)
    assert merged is not None
    written = tuple(Written(name, one.shown, one.folder) for name, one in zip(chain.names, chain.sources, strict=True))
    profile = resolve(merged, chain.faults, removals, written)
    return ProfileReading(
        profile, chain.faults.warnings(), Ignores(chain.sources[0].shown, tuple(chain.ignores)), parent
    )


def _follow(source: Source, text: str, chain: _Chain) -> bool:
    """Read a text and the parents it extends into the chain; tell whether all of them could be read."""
    while True:
        tree = parse(text, source.shown, chain.faults)
        if tree is None:
            return False
        chain.ignores += ignores_in(text, source.shown, tree)
        tree = expand(tree, shape_of(ProfileSpec), (), chain.faults)
        keys = tree.value if isinstance(tree.value, dict) else {}
        chain.names.append(str(keys["profile"].value) if "profile" in keys else source.shown)
        if chain.trees and keys:
            # This is a parent, and what a profile is called is not inherited.
            tree = tree.with_value({key: item for key, item in keys.items() if key not in _IDENTITY})
        chain.trees.append(tree)
        chain.sources.append(source)
        extends = keys.get("extends")
        if extends is None or not isinstance(extends.value, str):
            return True
        try:
            source = _parent(source, extends.value, chain)
        except RefusedError as refusal:
            chain.faults.add("JK010", extends.at, ("extends",), refusal.message, refusal.hint)
            return False
        found = text_of(source, extends.at, ("extends",), chain.faults)
        if found is None:
            return False
        text = found


def _parent(source: Source, written: str, chain: _Chain) -> Source:
    found = shipped(written) if written in names() else beside(source, written)
    files = [one.file for one in chain.sources]
    if found.file in files:
        circle = [*(one.shown for one in chain.sources[files.index(found.file) :]), found.shown]
        raise RefusedError(
            f"profiles extend each other in a circle: {' -> '.join(circle)}", "delete one of these lines"
        )
    if len(chain.sources) >= _LONGEST_CHAIN:
        raise RefusedError(f"more than {_LONGEST_CHAIN} profiles extend one another", "put some of them together")
    return found
