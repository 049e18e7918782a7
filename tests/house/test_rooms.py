"""The structure of the house: where things are found, and what may look at what.

The floors, and the order of the files in each room, are contracts in ``pyproject.toml`` that ``lint-imports`` holds.
"""

from __future__ import annotations

import ast
import importlib
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest

from folders import ROOT, TESTS

HOUSE = ROOT / "src" / "journeykit"
MODULES = sorted(path for path in HOUSE.rglob("*.py") if "__pycache__" not in path.parts)
TREES = {path: ast.parse(path.read_text(encoding="utf-8")) for path in MODULES}
FORWARDING = {"language/labels.py"}
"""Former places that are documented, and kept for those who import from them."""

PUBLIC = frozenset(
    {"account", "attributes", "began_at", "fingerprint", "now", "positions", "profile", "to_dict", "zone"}
)
"""What everybody may ask of a snapshot. All else is read through ``engine.view``: how it is kept is the engine's."""


def room_of(path: Path) -> str:
    return path.relative_to(HOUSE).parts[0]


def functions() -> Iterator[tuple[Path, ast.FunctionDef]]:
    for path, tree in TREES.items():
        yield from ((path, node) for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def test_no_name_stands_twice() -> None:
    """Whoever looks for a file by its name finds one."""
    files = [p for p in MODULES if not p.stem.startswith("__") and str(p.relative_to(HOUSE)) not in FORWARDING]
    folders = [path.parent for path in MODULES if path.name == "__init__.py"]
    twice = [name for names in (files, folders) for name, n in Counter(p.stem for p in names).items() if n > 1]
    assert twice == []


def test_a_module_is_short() -> None:
    assert median(len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES) < 150


def test_parameters_have_types() -> None:
    """``Any`` is for foreign data alone: parsed YAML and JSON, and the values of facts."""
    count = Counter[bool]()
    for _, node in functions():
        args = node.args
        for one in (*args.posonlyargs, *args.args, *args.kwonlyargs, *filter(None, (args.vararg, args.kwarg))):
            if one.arg not in ("self", "cls"):
                count[one.annotation is not None and ast.unparse(one.annotation) in ("Any", "Any | None")] += 1
    assert count[True] <= 0.02 * count.total()


def test_a_docstring_says_what_a_function_does() -> None:
    """It opens with a verb, not with a clause about what the result would be."""
    openings = "what whether where who whose which when how that if the a an one all every each any some no it its"
    clauses = re.compile(rf"({openings.replace(' ', '|')})\b", re.IGNORECASE)
    said = [(path, node, ast.get_docstring(node) or "") for path, node in functions() if not is_property(node)]
    assert [f"{path.relative_to(HOUSE)}:{node.lineno}" for path, node, text in said if clauses.match(text)] == []


def is_property(node: ast.FunctionDef) -> bool:
    return any(isinstance(one, ast.Name) and one.id in ("property", "cached_property") for one in node.decorator_list)


def looks_inside(tree: ast.AST) -> Iterator[str]:
    """Where a module reaches into a snapshot, or names the class of its subjects."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            whose = node.value.id if isinstance(node.value, ast.Name) else getattr(node.value, "attr", "")
            if whose.lstrip("_") == "snapshot" and node.attr not in PUBLIC:
                yield f"line {node.lineno}: {ast.unparse(node)}"
        elif isinstance(node, ast.ImportFrom) and node.module == "journeykit.machine.snapshot":
            yield from (f"line {node.lineno}: {one.name}" for one in node.names if one.name == "Subject")


OUTSIDE = [path for path in MODULES if room_of(path) in ("answers", "cli", "draw", "journey", "portfolio")]


@pytest.mark.parametrize("path", OUTSIDE, ids=lambda path: str(path.relative_to(HOUSE)))
def test_a_snapshot_is_read_through_its_view(path: Path) -> None:
    assert list(looks_inside(TREES[path])) == []


@pytest.mark.parametrize(
    "text",
    [
        "snapshot.subjects",
        "one.snapshot.due",
        "self._snapshot.closed",
        "from journeykit.machine.snapshot import Subject",
    ],
)
def test_reaching_into_a_snapshot_is_seen(text: str) -> None:
    assert list(looks_inside(ast.parse(text)))


def test_the_reference_interpreter_stands_alone() -> None:
    """It reads resolved profiles and inputs, and counts dates; how a machine steps it may not know."""
    allowed = re.compile(r"journeykit\.(language|dates|plain|errors|engine\.inputs)\b")
    imported = [
        f"{path.name}: {name}"
        for path in sorted((TESTS / "reference").glob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        for name in names_imported(node)
        if name.startswith("journeykit") and not allowed.match(name)
    ]
    assert imported == []


def names_imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.ImportFrom):
        return [f"{node.module}.{one.name}" for one in node.names]
    return [one.name for one in node.names] if isinstance(node, ast.Import) else []


def rules_and_places() -> dict[str, list[str]]:
    """The table at the head of the engine: each rule with the places that it names."""
    head = ast.get_docstring(ast.parse((HOUSE / "engine" / "step.py").read_text(encoding="utf-8"))) or ""
    found: dict[str, list[str]] = {}
    for line in head.splitlines():
        if rule := re.match(r"R\d+(?=\s)", line):
            found[rule[0]] = []
        elif line.startswith("  ") and found:
            found[list(found)[-1]] += re.findall(r"\b[a-z_]+(?:\.\w+)+", line)
    return found


def test_the_table_of_rules_is_complete() -> None:
    rules = re.findall(r"^## (R\d+) ", (ROOT / "docs/explanation/rules.md").read_text(encoding="utf-8"), re.M)
    assert list(rules_and_places()) == rules
    assert all(rules_and_places().values())


TOPICS = {
    "R5": ("order of choice", "exclude one another", "endless loops", "cooldowns", "bands", "held"),
    "R6": ("left and entered", "next step", "branch is over"),
    "R7": ("handoffs", "ready and not_ready"),
    "R8": ("asks again", "signals settled", "next term"),
    "R9": ("turns by time", "stale", "feeds", "cadences"),
    "R11": ("late starts", "slips", "amendments", "notice", "automatic renewal", "covered", "grace"),
    "R12": ("reaction",),
    "R13": ("waived", "taken back"),
}
"""What somebody may look for under each rule, in the table's own words."""


@pytest.mark.parametrize("rule", TOPICS)
def test_the_table_of_rules_has_what_is_looked_for(rule: str) -> None:
    head = ast.get_docstring(ast.parse((HOUSE / "engine" / "step.py").read_text(encoding="utf-8"))) or ""
    part = re.split(r"^R\d+\s", head.split(f"{rule:4} ", 1)[1], maxsplit=1, flags=re.M)[0]
    assert [topic for topic in TOPICS[rule] if topic not in part] == []


@pytest.mark.parametrize("place", [place for places in rules_and_places().values() for place in places])
def test_each_place_that_the_table_of_rules_names_exists(place: str) -> None:
    words = place.split(".")
    for at in range(len(words), 0, -1):
        try:
            found = importlib.import_module(".".join(("journeykit", *words[:at])))
        except ModuleNotFoundError:
            continue
        for word in words[at:]:
            found = getattr(found, word)
        return
    pytest.fail(f"there is no {place}")
