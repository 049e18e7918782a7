"""Every row of the guide has its place: the table ``cases/guide.csv``, held against profiles, tests and documents.

A row says what ``kind`` of check it is, ``where`` it lives and with which ``value``; several places, and their values,
are joined by `` | ``.

- ``yaml``: ``profile: path`` in a shipped profile, its parents laid under it. ``~`` is "not there". The place or an
  entry around it cites the row as its ``source``, or ``instead_of`` names it; a note ``as ON-10`` says that another row
  is cited for the same. What a profile is about needs no source.
- ``engine``: ``file::test``, or ``file: name`` of a rule case or a situation.
- ``docs``: ``page#section``; the section has to name the row.
- ``metric``: ``open: name``, to be measured some day.
"""

from __future__ import annotations

import ast
import csv
import re
from collections import Counter
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

import pytest
import yaml

from folders import TESTS
from journeykit.errors import Location
from journeykit.language import catalog
from journeykit.language.text.nodes import Node, listed

HERE = TESTS
ROOT = HERE.parent
PAGE = "docs/reference/guide.md"
KINDS = {"yaml": 280, "engine": 62, "docs": 41, "metric": 22}
"""How many rows there are of each kind, so that none slips unseen from a strict check into an easy one."""

ID = re.compile(r"\b[A-Z]{2}-\d{2}\b")
OURS = "default"
ABSENT = "~"
SEVERAL = " | "
UNSOURCED = frozenset({"about", "title"})


@dataclass(frozen=True)
class Row:
    id: str
    kind: str
    where: str
    value: str
    note: str
    line: int = 0

    @property
    def places(self) -> list[str]:
        return self.where.split(SEVERAL)

    @property
    def cited_as(self) -> set[str]:
        """The ids of which one has to be cited."""
        named = self.note.removeprefix("as ").split() if self.note.startswith("as ") else []
        return {self.id, *(word for word in named if ID.fullmatch(word) or word == OURS)}


@dataclass(repr=False)
class World:
    """Everything that rows may point to."""

    trees: dict[str, Node]
    tests: dict[str, set[str]] = field(default_factory=dict)
    sections: dict[str, dict[str, str]] = field(default_factory=dict)


# ---------------------------------------------------------------- what there is


@cache
def rows() -> tuple[Row, ...]:
    with (HERE / "cases" / "guide.csv").open(encoding="utf-8", newline="") as stream:
        reader = csv.DictReader(stream)
        return tuple(Row(**one, line=reader.line_num) for one in reader)


@cache
def world() -> World:
    trees = {name: tree for name in catalog.names() if (tree := catalog.read(name).tree) is not None}
    tests = {path.relative_to(ROOT).as_posix(): functions(path) for path in HERE.rglob("test_*.py")}
    tests |= {
        str(path.relative_to(ROOT)): cases(path)
        for path in [*(HERE / "cases" / "rules").glob("*.yaml"), HERE / "cases" / "situations.yaml"]
    }
    pages = {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8") for path in (ROOT / "docs").rglob("*.md")}
    return World(trees, tests, {page: sections(text) for page, text in pages.items()})


def functions(path: Path) -> set[str]:
    parsed = ast.parse(path.read_text(encoding="utf-8"))
    return {one.name for one in parsed.body if isinstance(one, ast.FunctionDef) and one.name.startswith("test_")}


def cases(path: Path) -> set[str]:
    found = yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader)  # BaseLoader: every word as it is written
    return {
        one["name"]
        for several in found.values()
        if isinstance(several, list)
        for one in several
        if isinstance(one, dict) and "name" in one
    }


def sections(text: str) -> dict[str, str]:
    """The text under each heading, by the anchor that a link to it names."""
    bare = re.sub(r"^```.*?^```$", "", text, flags=re.M | re.S)
    _, *rest = re.split(r"^#+ (.*)$", bare, flags=re.M)
    return {
        re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-"): body
        for heading, body in zip(rest[::2], rest[1::2], strict=True)
    }


def ids_of_the_guide() -> list[str]:
    lines = (HERE / "cases" / "guide_ids.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


# ---------------------------------------------------------------- the checks


def wrong_with(row: Row, here: World) -> list[str]:
    """What is not as a row says."""
    check = CHECKS.get(row.kind)
    if check is None:
        return [f'kind "{row.kind}" is none of {listed(CHECKS)}']
    remark = ["its note says that there is something to do"] if "todo" in row.note.lower() else []
    return [*remark, *check(row, here)]


def wrong_yaml(row: Row, here: World) -> Iterator[str]:
    values = row.value.split(SEVERAL)
    if len(values) != len(row.places):
        yield f"{len(row.places)} places and {len(values)} values"
        return
    for place, value in zip(row.places, values, strict=True):
        profile, _, path = place.partition(": ")
        if profile not in here.trees:
            yield f'there is no profile "{profile}"'
            continue
        wrong = wrong_place(here.trees[profile], path.split("."), value, row.cited_as)
        if wrong:
            yield f"{place}: {wrong}"


def wrong_place(tree: Node, path: list[str], value: str, ids: set[str]) -> str:
    """What is wrong with a value at its place, or nothing."""
    node, seen = tree, set(path)
    for key in path:
        inner = entries(node)
        seen |= cited(inner)
        if key not in inner:
            return "" if value == ABSENT else f'there is no "{key}" at {node.place}, expected "{value}"'
        node = inner[key]
        if key == "instead_of":
            seen |= set(entries(node))
    seen |= cited(entries(node))
    said = entries(node).get("is", node)
    if value == ABSENT:
        return f"{node.place} has it, expected nothing there"
    if words(said) != value:
        return f'{said.at} says "{words(said)}", expected "{value}"'
    if path[0] in UNSOURCED or seen & ids:
        return ""
    return f"{node.place} cites {listed(sorted(seen - set(path))) or 'nothing'}, expected {listed(sorted(ids), 'or')}"


def entries(node: Node) -> dict[str, Node]:
    """What is in a node, with the source and the values not taken of one that is read without them."""
    return (node.value if isinstance(node.value, dict) else {}) | node.beside


def cited(inner: dict[str, Node]) -> set[str]:
    if "source" not in inner:
        return set()
    value = inner["source"].value
    return {words(one) for one in value} if isinstance(value, list) else {words(inner["source"])}


def words(node: Node) -> str:
    if isinstance(node.value, dict):
        return f"a map of {listed(node.value)}"
    if isinstance(node.value, list):
        return ", ".join(map(words, node.value))
    return str(node.value).lower() if isinstance(node.value, bool) else str(node.value)


def wrong_engine(row: Row, here: World) -> Iterator[str]:
    for place in row.places:
        file, _, name = place.partition("::" if "::" in place else ": ")
        if file not in here.tests:
            yield f'there is no file "{file}" of tests or cases'
        elif name not in here.tests[file]:
            yield f'{file} has nothing named "{name}"'


def wrong_docs(row: Row, here: World) -> Iterator[str]:
    for place in row.places:
        page, _, anchor = place.partition("#")
        if page not in here.sections:
            yield f'there is no page "{page}"'
        elif anchor not in here.sections[page]:
            yield f'{page} has no section "{anchor}"'
        elif row.id not in here.sections[page][anchor]:
            yield f"{place} does not name it"


def wrong_metric(row: Row, here: World) -> Iterator[str]:
    if not re.fullmatch(r"open: [a-z][a-z_]*", row.where):
        yield f'"{row.where}" is no open metric, expected "open: name"'


CHECKS: dict[str, Callable[[Row, World], Iterator[str]]] = {
    "yaml": wrong_yaml,
    "engine": wrong_engine,
    "docs": wrong_docs,
    "metric": wrong_metric,
}


def citations(node: Node) -> Iterator[Node]:
    """What a tree names as sources: each as a node whose value is the id."""
    for key, item in entries(node).items():
        if key == "source":
            yield from item.value if isinstance(item.value, list) else [item]
        elif key == "instead_of":
            yield from (Node(name, one.place) for name, one in entries(item).items())
        else:
            yield from citations(item)
    if isinstance(node.value, list):
        for one in node.value:
            yield from citations(one)


def unknown(tree: Node) -> list[str]:
    known = {*ids_of_the_guide(), OURS}
    return [f"{one.at} cites {words(one)}, which does not exist" for one in citations(tree) if words(one) not in known]


# ---------------------------------------------------------------- all of it holds


def test_the_table_and_the_page_have_the_rows_of_the_guide() -> None:
    ids = ids_of_the_guide()
    assert len(ids) == len(set(ids)) == sum(KINDS.values())
    assert [row.id for row in rows()] == ids
    page = (ROOT / PAGE).read_text(encoding="utf-8")
    assert re.findall(r"^\| ([A-Z]{2}-\d{2}) \|", page, re.M) == ids


def test_no_row_is_of_another_kind_than_it_was() -> None:
    assert Counter(row.kind for row in rows()) == KINDS


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.id)
def test_a_row_of_the_guide_has_its_place(row: Row) -> None:
    wrong = wrong_with(row, world())
    assert not wrong, "\n".join([f"{row.id} (tests/cases/guide.csv:{row.line})", *wrong])


def test_no_two_open_metrics_share_a_name() -> None:
    names = Counter(row.where for row in rows() if row.kind == "metric")
    assert [name for name, times in names.items() if times > 1] == []


@pytest.mark.parametrize("profile", catalog.names())
def test_a_profile_cites_only_what_exists(profile: str) -> None:
    wrong, all_of_them = unknown(world().trees[profile]), list(citations(world().trees[profile]))
    assert wrong == []
    assert len(all_of_them) > 100


READ = [*(ROOT / "segments").rglob("*.yaml"), *(ROOT / "docs").rglob("*.md"), HERE / "cases" / "situations.yaml"]


@pytest.mark.parametrize("path", READ, ids=lambda path: str(path.relative_to(ROOT)))
def test_comments_labels_and_documents_name_only_rows_that_exist(path: Path) -> None:
    named = set(ID.findall(path.read_text(encoding="utf-8")))
    assert named <= set(ids_of_the_guide())


def test_the_page_on_the_segments_tells_of_each_conflict_and_of_all_that_was_set_aside() -> None:
    told = world().sections["docs/explanation/segments.md"]["figures-that-differ-inside-the-guide"]
    table = [[cell.strip() for cell in line.strip("|").split("|")] for line in told.splitlines() if line[:5] == "| CF-"]
    assert [cells[0][:5] for cells in table] == [f"CF-{number:02}" for number in range(1, 22)]
    assert all(taken and why for _, taken, _, why in table)
    aside = {text for _, _, cell, _ in table for text in re.findall(r"`(.+?)`", cell)}
    assert aside == {text for tree in world().trees.values() for text in set_aside(tree)}


def set_aside(node: Node) -> Iterator[str]:
    for key, item in entries(node).items():
        if key == "instead_of":
            yield from (f"{name}: {words(one)}" for name, one in entries(item).items())
        else:
            yield from set_aside(item)


# ---------------------------------------------------------------- and what does not hold is found


def row_of(id_: str) -> Row:
    return next(row for row in rows() if row.id == id_)


WRONG_ROWS = [
    ("ON-10", {"value": "3..7 months"}, 'says "3..6 months", expected "3..7 months"'),
    ("CF-03", {"value": "3..6 months | 60..120 days | 18 months | 90 days"}, 'says "60..120+ days", expected'),
    ("CF-03", {"value": "3..6 months"}, "4 places and 1 values"),
    ("CF-03", {"note": ""}, "expected CF-03"),
    ("ON-10", {"where": "huge: tracks.value.stages.onboarding.typical"}, 'no profile "huge"'),
    ("ON-10", {"where": "enterprise: tracks.value.stages.boarding.typical"}, 'no "boarding" at segments/'),
    ("ON-10", {"value": "~"}, "expected nothing there"),
    ("ON-44", {"value": "Kickoff"}, 'no "kickoff"'),
    ("ST-02", {"where": "tests/cases/situations.yaml: three positions"}, 'nothing named "three positions"'),
    ("ST-03", {"where": "tests/segments/test_segment_journeys.py::test_nothing"}, 'nothing named "test_nothing"'),
    ("ST-03", {"where": "tests/test_nothing.py::test_nothing"}, 'no file "tests/test_nothing.py"'),
    ("ST-29", {"where": "tests/cases/rules/r07_gates.yaml: the handoff first"}, 'nothing named "the handoff first"'),
    ("CF-11", {"where": "docs/explanation/nothing.md#x"}, 'no page "docs/explanation/nothing.md"'),
    ("CF-11", {"where": "docs/explanation/segments.md#x"}, 'no section "x"'),
    ("CF-11", {"where": "docs/explanation/segments.md#silence"}, "does not name it"),
    ("ST-22", {"where": "onboarding_speeds_adoption"}, "is no open metric"),
    ("ST-22", {"kind": "wish"}, 'kind "wish" is none of'),
    ("ST-22", {"note": "todo: a test"}, "something to do"),
]


@pytest.mark.parametrize(("id_", "changed", "found"), WRONG_ROWS, ids=[f"{one[0]}-{one[2]}" for one in WRONG_ROWS])
def test_a_row_that_says_something_else_is_found(id_: str, changed: dict[str, str], found: str) -> None:
    row = row_of(id_)
    before, after = wrong_with(row, world()), wrong_with(replace(row, **changed), world())  # type: ignore[arg-type]
    assert before == []
    assert found in "\n".join(after)


def test_what_is_wrong_is_told_with_its_place_in_the_text() -> None:
    lines = (ROOT / "segments" / "enterprise.yaml").read_text(encoding="utf-8").splitlines()
    line, column = next((number, text.index("3..6")) for number, text in enumerate(lines, 1) if "3..6 months" in text)
    (told,) = wrong_with(replace(row_of("ON-10"), value="1 day"), world())
    place = f"segments/enterprise.yaml:{line}:{column + 1}"
    assert told == f'enterprise: {TYPICAL}: {place} says "3..6 months", expected "1 day"'


def at(tree: Node, path: str) -> Node:
    node = tree
    for key in path.split("."):
        node = entries(node)[key]
    return node


def changed_tree(profile: str, path: str, change: Callable[[Node], None]) -> Node:
    tree = deepcopy(world().trees[profile])
    change(at(tree, path))
    return tree


def says(value: str) -> Callable[[Node], None]:
    return lambda node: setattr(node, "value", value)


def loses(key: str) -> Callable[[Node], None]:
    def change(node: Node) -> None:
        del (node.beside if key in node.beside else inside(node))[key]

    return change


def gains(key: str, item: Node) -> Callable[[Node], None]:
    return lambda node: inside(node).update({key: item})


def inside(node: Node) -> dict[str, Node]:
    assert isinstance(node.value, dict)
    return node.value


ONBOARDING = "tracks.value.stages.onboarding"
TYPICAL = f"{ONBOARDING}.typical"
HEALTHY = "tracks.retention.stages.healthy.activities"
WRONG_PROFILES: list[tuple[str, str, str, Callable[[Node], None], str]] = [
    ("ON-10", "enterprise", TYPICAL, says("3..7 months"), 'says "3..7 months", expected "3..6 months"'),
    ("ON-10", "enterprise", f"{TYPICAL}.source", says("ON-12"), "ON-12"),
    ("ON-10", "enterprise", ONBOARDING, loses("typical"), 'no "typical"'),
    ("CF-03", "enterprise", TYPICAL, loses("instead_of"), 'no "instead_of"'),
    ("CF-03", "enterprise", f"{TYPICAL}.instead_of.ON-09", says("61 days"), 'says "61 days"'),
    ("RT-31", "enterprise", f"{HEALTHY}.way_of_working.is", says("A CSM"), 'says "A CSM"'),
    ("RT-09", "base", f"{HEALTHY}.watch_health", loses("source"), "expected RT-09"),
    ("CF-21", "base", "bands.health.levels.green", says("80"), 'says "80", expected "75"'),
]


@pytest.mark.parametrize(
    ("id_", "profile", "path", "change", "found"), WRONG_PROFILES, ids=[f"{one[0]}-{one[4]}" for one in WRONG_PROFILES]
)
def test_a_profile_that_says_something_else_is_found(
    id_: str, profile: str, path: str, change: Callable[[Node], None], found: str
) -> None:
    other = replace(world(), trees=world().trees | {profile: changed_tree(profile, path, change)})
    before, after = wrong_with(row_of(id_), world()), wrong_with(row_of(id_), other)
    assert before == []
    assert found in "\n".join(after)


def test_a_value_that_should_not_be_there_is_found() -> None:
    steps = f"{ONBOARDING}.steps"
    kickoff = at(world().trees["base"], f"{steps}.kickoff")
    found = wrong_with(row_of("ON-44"), World({"smb": changed_tree("smb", steps, gains("kickoff", kickoff))}))
    assert "expected nothing there" in "\n".join(found)


@pytest.mark.parametrize(
    ("path", "change"),
    [
        (f"{TYPICAL}.source", says("ON-99")),
        (f"{TYPICAL}.source", says("a guide")),
        (f"{TYPICAL}.instead_of", gains("ON-99", Node("9 days", Location("segments/enterprise.yaml", 1, 1)))),
        (f"{HEALTHY}.way_of_working.source", lambda node: setattr(node, "value", [Node("ON-99", node.at)])),
    ],
)
def test_a_citation_of_what_does_not_exist_is_found(path: str, change: Callable[[Node], None]) -> None:
    (found,) = unknown(changed_tree("enterprise", path, change))
    assert re.fullmatch(r"segments/enterprise.yaml:\d+:\d+ cites .*, which does not exist", found)
