"""Whatever a public call returns, or such a thing holds, has a public type; closed lists are ``Literal`` types."""

from __future__ import annotations

import ast
import inspect
import re
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest

import journeykit as jk
from folders import ROOT
from journeykit.engine.inputs import _SHAPES
from journeykit.engine.intake import TAKERS
from journeykit.machine.criteria.verdicts import RESULTS

PUBLIC = {name: getattr(jk, name) for name in jk.__all__}
PAGE = (ROOT / "docs" / "reference" / "python.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| `(\w+)` \| ((?:`\w+`(?:, )?)+) \|$", re.M)
PROMISED = {row[1]: re.findall(r"`(\w+)`", row[2]) for row in ROW.finditer(PAGE)}
"""Of the types with an inside: what the page says may be relied on."""
FOREIGN = {"RegionMachine"}
"""Derived from a class of another package."""


Told = tuple[str, Any, object]
"""The name of something, its annotation, and the class or function whose module the annotation is read in."""


def evaluated(annotation: Any, home: object) -> Any:
    """Return an annotation as a type, however it was written."""

    def told() -> None: ...

    told.__annotations__ = {"return": annotation}
    return get_type_hints(told, vars(sys.modules[getattr(home, "__module__", "builtins")]))["return"]


def attributes(cls: type) -> Iterator[Told]:
    """Yield the attributes of a class, what its properties are, and what its methods return."""
    for base in reversed(cls.__mro__):
        if not base.__module__.startswith("journeykit"):
            continue
        for name, annotation in vars(base).get("__annotations__", {}).items():
            yield name, annotation, base
        yield from set_in_init(base)
        for name, found in vars(base).items():
            call = found.fget if isinstance(found, property) else getattr(found, "__func__", found)
            if inspect.isfunction(call) and name[0] != "_":
                yield name, call.__annotations__["return"], base


def set_in_init(cls: type) -> Iterator[Told]:
    """Yield what ``__init__`` sets: ``self.x: T = ...``, or ``self.x = x`` of an annotated parameter."""
    init = vars(cls).get("__init__")
    if not inspect.isfunction(init) or init.__code__.co_filename == "<string>":
        return
    for node in ast.walk(ast.parse(textwrap.dedent(inspect.getsource(init)))):
        match node:
            case ast.AnnAssign(target=ast.Attribute(attr=name), annotation=annotation):
                yield name, ast.unparse(annotation), cls
            case ast.Assign(targets=[ast.Attribute(attr=name)], value=ast.Name(id=given)) if (
                given in init.__annotations__
            ):
                yield name, init.__annotations__[given], cls


def returned() -> Iterator[Told]:
    """Yield, by a name, whatever comes back to a user."""
    for name, thing in PUBLIC.items():
        if inspect.isfunction(thing):
            yield f"{name}()", thing.__annotations__["return"], thing
        elif inspect.isclass(thing) and name not in FOREIGN:
            for attribute, annotation, home in attributes(thing):
                if attribute[0] != "_" and attribute in PROMISED.get(name, [attribute]):
                    yield f"{name}.{attribute}", annotation, home


def private(found: Any) -> Iterator[str]:
    """Yield the types in a type that are ours, or a closed list, and not public."""
    if any(found is public or (get_args(public) and found == public) for public in PUBLIC.values()):
        return
    if getattr(found, "__module__", "").startswith("journeykit") or str(found).startswith("typing.Literal"):
        yield str(found)
    for part in get_args(found):
        if not isinstance(part, str):
            yield from private(part)


def test_what_comes_back_is_public() -> None:
    found = {name: list(private(evaluated(annotation, home))) for name, annotation, home in returned()}
    assert {name: types for name, types in found.items() if types} == {}


def test_the_walk_sees_what_it_should() -> None:
    seen = {name for name, _, _ in returned()}
    for name in (
        *("Journey.account", "Journey.machine", "Journey.positions", "Journey.confirm", "Book.left_out", "replay()"),
        *("Record.verdicts", "ProfileError.findings", "InputError.code", "Machine.findings", "Explanation.moves"),
        *("Snapshot.positions", "Profile.parents", "Machine.statechart", "Period.months"),
    ):
        assert name in seen
    assert not {"Machine.regions", "Snapshot.subjects", "Profile.tracks"} & seen
    from journeykit.machine.tables import Leaf

    assert list(private(tuple[Leaf, ...])) == ["<class 'journeykit.machine.tables.Leaf'>"]


@pytest.mark.parametrize("name", PROMISED)
def test_what_is_promised_is_there(name: str) -> None:
    assert set(PROMISED[name]) <= {attribute for attribute, _, _ in attributes(PUBLIC[name])}


def test_the_closed_lists() -> None:
    assert get_args(jk.InputKind) == jk.KINDS == tuple(_SHAPES)
    assert set(TAKERS) == set(jk.KINDS)
    assert get_args(jk.RecordKind) == jk.RECORD_KINDS
    assert set(get_args(jk.Result)) == {*RESULTS.values(), "waived"}
    assert get_args(jk.HandoffSaid) == ("offered", "accepted", "declined")
    assert get_args(jk.Pace) == ("on track", "behind", "stuck")


def test_a_slip_in_a_kind_is_found_by_a_type_checker(tmp_path: Path) -> None:
    pytest.importorskip("mypy")
    lines = [
        "import journeykit as jk",
        "def f(journey: jk.Journey, record: jk.Record, entry: jk.Input, point: jk.Point) -> None:",
        '    if record.kind == "actoin": ...',
        '    if entry.kind == "obsreve": ...',
        '    if point.result == "not-met": ...',
        '    if journey.explain("value").positions[0].pace == "late": ...',
        '    if journey.explain("value").moves[0].kind == "regres": ...',
        '    journey.handoff("value.onboarding.exit", "acepted", by="csm")',
        '    journey.confirm("go_live", "customer")',
        '    journey.positions["value", "main"], journey.positions["value"], journey.observe(subject="main", a=1)',
    ]
    script = tmp_path / "user.py"
    script.write_text("\n".join([*lines, ""]), encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "mypy",
        "--strict",
        "--no-error-summary",
        "--cache-dir",
        str(tmp_path),
        str(script),
    ]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    told = [int(line.split(":")[1]) for line in done.stdout.splitlines() if "user.py" in line and ": error:" in line]
    assert sorted(set(told)) == list(range(3, 10)), done.stdout
