"""Read scenario files into cases. A scenario that cannot be meant is told, and the others are read all the same."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from journeykit.errors import Location, ProfileError
from journeykit.language.text.inheritance import Removals, merge
from journeykit.language.text.nodes import Faults, Node
from journeykit.language.text.reader import parse
from journeykit.language.text.sources import RefusedError, Source, beside, from_file, names, text_of
from journeykit.scenarios.faults import ScenarioError, unknown
from journeykit.scenarios.model import Case, ScenarioFile
from journeykit.scenarios.parts import entries, items, keyed, text, texts
from journeykit.scenarios.table_rows import rows_of

__all__ = ["ENDING", "read_scenarios"]

ENDING = ".scenarios.yaml"
_FILE = ("profiles", "extends", "names", "given", "shared", "scenarios")
_SCENARIO = ("about", "tags", "proves", "profiles", "given", "each", "steps")
_LONGEST_CHAIN = 8


def read_scenarios(path: str) -> ScenarioFile:
    """Read a scenario file.

    Raises:
        ProfileError: the text cannot be read as YAML, or what it extends cannot.
        ScenarioError: the file as a whole cannot be meant.
    """
    try:
        source = from_file(path)
    except RefusedError as refusal:
        raise ScenarioError(Location(path), refusal.message, "give the path of a .scenarios.yaml file") from None
    root = _merged(source)
    keys = keyed(root, _FILE, "file")
    if "scenarios" not in keys:
        raise ScenarioError(root.at, 'there is no key "scenarios"', "a scenario file says scenarios: {TITLE: ...}")
    found: list[Case] = []
    broken: list[tuple[str, Location, str]] = []
    folder = source.file.parent if source.file is not None else Path()
    for title, node in entries(keys["scenarios"], "scenarios").items():
        try:
            found += _cases(title, node, keys, folder)
        except ScenarioError as fault:
            broken.append((title, fault.at, fault.message))
    if not found and not broken:
        raise ScenarioError(keys["scenarios"].place, "there is no scenario in this file")
    return ScenarioFile(path, tuple(found), tuple(broken))


def _merged(source: Source) -> Node:
    """Return the tree of a file merged over those that it extends."""
    trees: list[Node] = []
    seen: list[Path | None] = []
    while True:
        faults = Faults()
        raw = text_of(source, Location(source.shown), (), faults)
        tree = None if raw is None else parse(raw, source.shown, faults, names=False)
        if tree is None or any(faults.errors()):
            if any(one.message == "the text is empty" for one in faults.findings):
                hint = "a scenario file says profiles: [NAME] and scenarios: {TITLE: ...}"
                raise ScenarioError(Location(source.shown), "the file is empty", hint)
            raise ProfileError(faults.findings)
        trees.append(tree)
        seen.append(source.file)
        extends = entries(tree, "file").get("extends")
        if extends is None:
            break
        written = text(extends, "extends")
        try:
            source = beside(source, written)
        except RefusedError as refusal:
            raise ScenarioError(extends.at, f"extends: {refusal.message}", refusal.hint) from None
        if source.file in seen or len(seen) >= _LONGEST_CHAIN:
            raise ScenarioError(extends.at, f'extends: "{written}" leads in a circle, or too far')
    merged = trees.pop()
    while trees:
        merged = _over(merged, trees.pop())
    return merged


def _over(parent: Node | None, child: Node) -> Node:
    """Return a map merged over its parent's: maps merge, all else replaces, ``~`` removes."""
    return merge(parent, child, Faults(), Removals())


def _cases(title: str, node: Node, file: dict[str, Node], folder: Path) -> Iterator[Case]:
    """Yield the cases of one scenario: one, or one for each row of its table."""
    for row, filled in rows_of(node):
        keys = keyed(filled, _SCENARIO, "scenario")
        if "steps" not in keys or not isinstance(keys["steps"].value, list) or not keys["steps"].value:
            raise ScenarioError(node.place, "there are no steps", "write steps: [{date: ..., expect: ...}]")
        given, own = file.get("given"), keys.get("given")
        for each in (given, own):
            if each is not None:
                entries(each, "given")
        profiles = keys.get("profiles") or file.get("profiles")
        if profiles is None:
            raise ScenarioError(node.place, "no profile is named", "write profiles: [smb] at the top of the file")
        yield Case(
            f"{title} [{row}]" if row else title,
            node.place,
            _over(given, own) if own is not None else given,
            tuple(keys["steps"].value),
            {name: text(one, "names") for name, one in _map(file, "names").items()},
            {name: _steps(one) for name, one in _map(file, "shared").items()},
            tuple(_profile(said, one, folder) for said, one in texts(profiles, "profiles")),
            tuple(said for said, _ in texts(keys["tags"], "tags")) if "tags" in keys else (),
            tuple((said, one.at) for said, one in texts(keys["proves"], "proves")) if "proves" in keys else (),
            text(keys["about"], "about") if "about" in keys else "",
        )


def _map(file: dict[str, Node], key: str) -> dict[str, Node]:
    return entries(file[key], key) if key in file else {}


def _steps(node: Node) -> Node:
    items(node, "shared")
    return node


def _profile(said: str, node: Node, folder: Path) -> tuple[str, Location]:
    """Return a shipped segment's name, or the path of a profile beside the scenario file."""
    if said in names():
        return said, node.at
    file = folder / said
    if not said.endswith((".yaml", ".yml")):
        raise unknown(node.at, f'profiles: there is no shipped segment "{said}"', said, names())
    if not file.is_file():
        raise ScenarioError(node.at, f'profiles: there is no file "{said}"', "write its path from this file")
    return str(file), node.at
