"""Rules of the house that no linter knows.

Nothing runs text as code, parts stay small, the import is light, names and codes are documented.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import get_origin

import pytest

import journeykit
from folders import ROOT

SOURCES = sorted((ROOT / "src").rglob("*.py"))
DEPENDENCIES = ("transitions", "pydantic", "yaml", "dateutil")
FORBIDDEN_CALLS = {"eval", "exec", "compile", "__import__"}
FORBIDDEN_MODULES = {
    "pickle",
    "cPickle",
    "_pickle",
    "marshal",
    "shelve",
    "dill",
    "cloudpickle",
    "code",
    "codeop",
    "runpy",
}
YAML_LOADERS = {"load", "load_all", "full_load", "full_load_all", "unsafe_load", "unsafe_load_all"}
FUNCTION_LINES, MODULE_LINES = 40, 400
TEXT_FILES = {".py", ".md", ".yaml", ".yml", ".toml", ".jsonl", ".json", ".csv", ".txt", ""}
# Words that would tell of the place where a text was written instead of the thing it describes.
FORBIDDEN_WORDS = re.compile(
    r"/" + r"work/|/" + r"tmp/|/" + r"home/|/" + r"root/|\b(TO" + r"DO|FIX" + r"ME|XX" + r"X)\b"
)


def running_text(tree: ast.AST) -> Iterator[str]:
    """What in a module runs text as code or loads objects from bytes."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (f"import {a.name}" for a in node.names if a.name.split(".")[0] in FORBIDDEN_MODULES)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            if (node.module or "").split(".")[0] in FORBIDDEN_MODULES:
                yield f"from {node.module} import ..."
            yield from (f"yaml.{a.name}" for a in node.names if node.module == "yaml" and a.name in YAML_LOADERS)
            if node.module == "builtins":
                yield from (f"builtins.{a.name}" for a in node.names if a.name in FORBIDDEN_CALLS)
        elif isinstance(node, ast.Name) and node.id in FORBIDDEN_CALLS:
            yield node.id
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            if node.value.id == "yaml" and node.attr in YAML_LOADERS:
                yield f"yaml.{node.attr}"
            if node.value.id in {"builtins", "__builtins__"} and node.attr in FORBIDDEN_CALLS:
                yield f"{node.value.id}.{node.attr}"


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT / "src")))
def test_no_text_is_run_as_code(path: Path) -> None:
    assert list(running_text(ast.parse(path.read_text(encoding="utf-8")))) == []


@pytest.mark.parametrize(
    "text",
    [
        "eval('1')",
        "f = exec",
        "compile('1', '', 'eval')",
        "import builtins; builtins.eval('1')",
        "from builtins import exec as run",
        "import pickle",
        "from pickle import loads",
        "import yaml; yaml.load(x, Loader=yaml.Loader)",
        "from yaml import unsafe_load",
    ],
)
def test_the_scan_sees_what_it_should(text: str) -> None:
    assert list(running_text(ast.parse(text)))


def test_the_scan_lets_honest_code_pass() -> None:
    assert not list(running_text(ast.parse("import re; re.compile('a'); machine.compile(profile); yaml.compose(text)")))


def length_without_docstring(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    lines = (node.end_lineno or node.lineno) - node.lineno + 1
    first = node.body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
        lines -= (first.end_lineno or first.lineno) - first.lineno + 1
    return lines


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT / "src")))
def test_functions_and_modules_stay_small(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    functions = [n for n in ast.walk(ast.parse(text)) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
    long = {f"{f.name} (line {f.lineno})": n for f in functions if (n := length_without_docstring(f)) > FUNCTION_LINES}
    assert not long, f"longer than {FUNCTION_LINES} lines"
    assert len(text.splitlines()) <= MODULE_LINES


def test_the_import_is_light() -> None:
    """``import journeykit`` brings in none of the four packages and no room of ours; they come with the first use."""
    script = (
        "import sys, journeykit; "
        f"print([m for m in sys.modules if m in {DEPENDENCIES!r} or m.startswith('journeykit.')])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def documents() -> Iterator[Path]:
    yield ROOT / "README.md"
    yield from sorted((ROOT / "docs").rglob("*.md"))


def test_every_public_name_is_there_and_documented() -> None:
    text = "\n".join(path.read_text(encoding="utf-8") for path in documents())
    assert len(journeykit.__all__) == len(set(journeykit.__all__))
    for name in journeykit.__all__:
        thing = getattr(journeykit, name)
        constant = isinstance(thing, str | tuple) or get_origin(thing) is not None  # or a type of closed values
        assert constant or (thing.__doc__ or "").strip(), f"{name} has no docstring"
        assert re.search(rf"\b{re.escape(name)}\b", text), f"{name} stands in no document"
    assert set(journeykit.__all__) <= set(dir(journeykit))


def test_a_type_checker_knows_the_public_names(tmp_path: Path) -> None:
    """Users who check their own code strictly see each public name, and are told of a name that is not there."""
    pytest.importorskip("mypy")
    script = tmp_path / "user.py"
    lines = [f"print(jk.{name})" for name in journeykit.__all__]
    script.write_text("\n".join(["import journeykit as jk", *lines, "print(jk.no_such_name)", ""]), encoding="utf-8")
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
    complaints = [line for line in done.stdout.splitlines() if "user.py" in line]
    assert len(complaints) == 1, done.stdout
    assert "no_such_name" in complaints[0]


def test_every_code_of_a_finding_is_documented() -> None:
    codes = {code for path in SOURCES for code in re.findall(r"[\"'](JK\d{3})\b", path.read_text(encoding="utf-8"))}
    text = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "docs" / "reference").glob("*.md"))
    assert codes
    assert sorted(code for code in codes if code not in text) == []


def test_every_code_of_a_refusal_is_documented() -> None:
    text = (ROOT / "docs" / "reference" / "inputs.md").read_text(encoding="utf-8")
    calls = [
        node
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "InputError" and node.args
    ]
    codes = {call.args[0].value for call in calls if isinstance(call.args[0], ast.Constant)}
    assert codes
    assert sorted(code for code in codes if f"`{code}`" not in text) == []


def our_files() -> Iterator[Path]:
    folders = ("src", "tests", "docs", "examples", "segments", "benchmarks", ".ci")
    for folder in folders:
        yield from (p for p in sorted((ROOT / folder).rglob("*")) if p.is_file() and "__pycache__" not in p.parts)
    yield from (
        p for p in sorted(ROOT.iterdir()) if p.is_file() and p.suffix in {".md", ".toml", ""} and p.name != ".git"
    )


def test_no_file_tells_where_it_was_written() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}: {hit.group()}"
        for path in our_files()
        if path.suffix in TEXT_FILES
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1)
        if (hit := FORBIDDEN_WORDS.search(line))
    ]
    assert not found


def test_only_the_clock_asks_for_the_present() -> None:
    asking = re.compile(r"\b(datetime\.now|datetime\.utcnow|date\.today|time\.time|time\.monotonic)\(")
    rooms = [p for p in SOURCES if p.name != "clock.py"]
    assert [str(p) for p in rooms if asking.search(p.read_text(encoding="utf-8"))] == []
