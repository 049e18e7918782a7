"""Every example in README and docs runs.

A document's ``python`` blocks run as one program, in order: ``x  # -> y`` says that the value of x is shown as
y, and functions named ``test_...`` are called at the end.
``yaml`` blocks that begin with ``profile:`` are compiled. ``json`` and ``jsonl`` lines with a ``kind`` are parsed as
inputs. Of ``console`` blocks the ``$ journeykit`` commands run, and what is printed is compared where the block shows
it (a line of three dots stands for any lines). A block that names a ``file=`` is written there first (blocks of one
name together). All of it happens in an empty folder that holds only ``examples`` and ``segments``.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from folders import ROOT

DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
FENCE = re.compile(r"^(?P<indent> *)```(?P<language>\w+)(?P<info>[^\n]*)\n(?P<body>.*?)^(?P=indent)```$", re.M | re.S)
MAIN = "import sys; from journeykit.cli import main; sys.exit(main())"
SHOWN = re.compile(r"^(\S.*?)\s+# -> (.*)$")
CALL_TESTS = "\nfor _name, _test in list(globals().items()):\n    if _name.startswith('test_'):\n        _test()\n"


class Block(NamedTuple):
    language: str
    info: str
    line: int
    text: str


def blocks(path: Path) -> Iterator[Block]:
    text = path.read_text(encoding="utf-8")
    for match in FENCE.finditer(text):
        line = text.count("\n", 0, match.start("body")) + 1
        body = re.sub(rf"^{match['indent']}", "", match["body"], flags=re.M)
        yield Block(match["language"], match["info"].strip(), line, body)


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def all_blocks(*languages: str, begins: str = "") -> list[object]:
    every = [(path, block) for path in DOCUMENTS for block in blocks(path)]
    found = [(path, block) for path, block in every if block.language in languages and re.match(begins, block.text)]
    return [pytest.param(path, block, id=f"{named(path)}:{block.line}") for path, block in found]


def folder_for(path: Path, folder: Path) -> Path:
    for name in ("examples", "segments"):
        (folder / name).symlink_to(ROOT / name)
    for block in blocks(path):
        if file := re.search(r"\bfile=(\S+)", block.info):
            with (folder / file[1]).open("a", encoding="utf-8") as target:
                target.write(block.text)
    return folder


def run(*command: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    env = os.environ | {"COLUMNS": "100"}
    out = subprocess.PIPE
    return subprocess.run(
        [sys.executable, *command], cwd=cwd, env=env, stdout=out, stderr=subprocess.STDOUT, text=True, check=False
    )


@pytest.mark.parametrize("path", [p for p in DOCUMENTS if any(b.language == "python" for b in blocks(p))], ids=named)
def test_python_runs(path: Path, tmp_path: Path) -> None:
    lines: list[str] = []
    for block in blocks(path):
        if block.language == "python":
            lines += [""] * (block.line - 1 - len(lines))  # a traceback then names the document's own line
            lines += [SHOWN.sub(r'assert repr(\1) == """\2""", repr(\1)', line) for line in block.text.splitlines()]
    script = folder_for(path, tmp_path) / "document.py"
    script.write_text("\n".join(lines) + CALL_TESTS, encoding="utf-8")
    done = run(str(script), cwd=tmp_path)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(("path", "block"), all_blocks("yaml", begins=r"(#.*\n|\s*\n)*profile:"))
def test_whole_profiles_compile(path: Path, block: Block, tmp_path: Path) -> None:
    from journeykit import compile_profile
    from journeykit.language.catalog import read_text

    compile_profile(read_text(block.text, file=f"{named(path)} line {block.line}", root=folder_for(path, tmp_path)))


@pytest.mark.parametrize(("path", "block"), all_blocks("json", "jsonl"))
def test_inputs_parse(path: Path, block: Block) -> None:
    from journeykit.engine.inputs import parse_input

    texts = [block.text] if block.language == "json" else block.text.splitlines()
    for text in texts:
        data = json.loads(text)
        if "kind" in data and "account" in data:
            assert parse_input(data).kind == data["kind"]


def commands(text: str) -> Iterator[tuple[str, str]]:
    """Each command of a console block with the output shown below it."""
    for part in re.split(r"^\$ ", text, flags=re.M)[1:]:
        command, _, output = part.partition("\n")
        yield command, output


def looks_like(shown: str, printed: str) -> bool:
    pattern = "".join(
        r"(?:.*\n)*?" if line.strip() == "..." else re.escape(line.rstrip()) + r"[ ]*\n"
        for line in shown.strip("\n").splitlines()
    )
    return re.fullmatch(pattern + r"\s*", printed.strip("\n") + "\n") is not None


@pytest.mark.parametrize("path", [p for p in DOCUMENTS if any(b.language == "console" for b in blocks(p))], ids=named)
def test_commands_run(path: Path, tmp_path: Path) -> None:
    folder_for(path, tmp_path)
    for block in blocks(path):
        for command, shown in commands(block.text) if block.language == "console" else ():
            words = shlex.split(command, comments=True)
            if words[:1] != ["journeykit"]:
                continue
            done = run("-c", MAIN, *words[1:], cwd=tmp_path)
            if shown.strip():
                assert looks_like(shown, done.stdout), f"{named(path)}:{block.line}: $ {command}\n{done.stdout}"
            else:
                assert done.returncode == 0, f"{named(path)}:{block.line}: $ {command}\n{done.stdout}"


@pytest.mark.parametrize("path", DOCUMENTS, ids=named)
def test_links_lead_somewhere(path: Path) -> None:
    text = FENCE.sub("", path.read_text(encoding="utf-8"))
    targets = re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", text)
    assert [target for target in targets if not (path.parent / target).exists()] == []


def test_shown_output_is_compared() -> None:
    assert looks_like("a\n...\nd\n", "a\nb\nc\nd\n")
    assert not looks_like("a\n...\ne\n", "a\nb\nc\nd\n")
    assert not looks_like("a\n", "a\nb\n")
