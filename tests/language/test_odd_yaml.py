"""Odd YAML: whatever a file holds, ``lint`` says one line a finding, names the file in each, and never fails.

Own odd documents stand in the table below. The official test suite of YAML is held to the same where it is at hand: set
``JOURNEYKIT_YAML_SUITE`` to a folder of its documents (``in.yaml`` each in a folder of its own, or any ``*.yaml``).
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

import journeykit as jk
from journeykit.cli import main
from journeykit.plain import LONGEST_LINE

SUITE = os.environ.get("JOURNEYKIT_YAML_SUITE", "")
BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{last}'] * 9)}]\n" for last, name in zip("abcdefgh", "bcdefghi", strict=True)
)

# name: the document, and the code of one of its findings.
ODD: dict[str, tuple[str | bytes, str]] = {
    "nothing": ("", "JK001"),
    "blanks": ("   \n\n  \n", "JK001"),
    "a comment": ("# nothing here\n", "JK001"),
    "an end of a document": ("...\n", "JK001"),
    "ends of documents": ("# a\n...\n# b\n...\n", "JK001"),
    "a beginning and an end": ("---\n...\n", "JK001"),
    "an end and a profile": ("...\nprofile: x\n", "JK001"),
    "null": ("~\n", "JK001"),
    "a text": ("profile\n", "JK014"),
    "a number": ("42\n", "JK014"),
    "a list": ("- profile\n- x\n", "JK014"),
    "two documents": ("profile: x\n---\nprofile: y\n", "JK003"),
    "two empty documents": ("---\n---\n", "JK001"),
    "an anchor nobody uses": ("profile: &x x\n", "JK015"),
    "an alias of nothing": ("profile: *nothing\n", "JK003"),
    "an alias inside its anchor": ("tracks: &t {a: *t}\n", "JK003"),
    "an alias as a key": ("profile: &x x\n*x : y\n", "JK012"),
    "an alias of a map as a key": ("tracks: &x {}\n*x : y\n", "JK005"),
    "a bomb of aliases": (BOMB, "JK002"),
    "a tag": ("profile: !!str x\n", "JK003"),
    "a tag of its own": ("profile: !<tag:example.com,2000:x> x\n", "JK003"),
    "a tag that would run": ("profile: !!python/object/apply:os.system [ls]\n", "JK003"),
    "a merge key": ("profile: x\n<<: {version: 1}\n", "JK003"),
    "a directive": ("%YAML 1.1\n---\nprofile: x\n", "JK003"),
    "a directive of tags": ("%TAG ! tag:example.com,2000:\n---\nprofile: x\n", "JK003"),
    "a directive without a document": ("%YAML 1.2\n", "JK001"),
    "a directive nobody knows": ("%FOO bar\n---\nprofile: x\n", "JK001"),
    "tabs to indent": ("tracks:\n\tvalue: x\n", "JK001"),
    "a tab as a value": ("profile: \t\n", "JK015"),
    "a block scalar as a key": ("? |\n  profile\n  two\n: x\n", "JK006"),
    "a folded text of many lines": ("profile: >-\n  one\n\n  two\n", "JK015"),
    "a key of many lines": ("? 'profile\n\n  line 99: forged'\n: x\n", "JK006"),
    "a key with escapes": ('"a\\nline 99: forged\\x1b[31m": x\n', "JK006"),
    "a value with escapes": ('profile: "\\x1b[31mred"\n', "JK007"),
    "a value that turns the direction": ('profile: "\\u202egnp"\n', "JK007"),
    "a bidi override": ("profile: a\u202eb\n", "JK007"),
    "NUL": ("profile: a\0b\n", "JK007"),
    "U+0085": ("profile: a\x85b\n", "JK007"),
    "U+2028": ("profile: a\u2028b\n", "JK007"),
    "escape": ("profile: \x1b[2Ja\n", "JK007"),
    "a mark of byte order inside": ("profile: a\ufeffb\n", "JK007"),
    "latin-1": ("profile: M\u00fcller\n".encode("latin-1"), "JK009"),
    "UTF-16": ("profile: x\n".encode("utf-16"), "JK009"),
    "UTF-32": ("profile: x\n".encode("utf-32"), "JK009"),
    "a surrogate in UTF-8": (b"profile: \xed\xa0\x80\n", "JK009"),
    "an overlong NUL": (b"profile: \xc0\x80\n", "JK009"),
    "random bytes": (bytes(range(256)), "JK009"),
    "gzip": (b"\x1f\x8b\x08\x00\x00\x00\x00\x00", "JK009"),
    "a key twice": ("profile: x\nprofile: y\n", "JK004"),
    "a number as a key": ("1: x\n", "JK005"),
    "true as a key": ("true: x\n", "JK005"),
    "null as a key": ("~: x\n", "JK005"),
    "an empty key": ('"": x\n', "JK006"),
    "no key": ("? \n: x\n", "JK005"),
    "a list as a key": ("? [a, b]\n: x\n", "JK005"),
    "a map as a key": ("? {a: b}\n: x\n", "JK005"),
    "a key of 100 KB": ("x" * 100_000 + ": y\n", "JK002"),
    "a quoted key of 60 KB": ('"' + "x y" * 20_000 + '": y\n', "JK001"),
    "a value of 100 KB": ("profile: " + "x" * 100_000 + "\n", "JK002"),
    "a text of 2 MB": ("# " + "x" * 2_000_000 + "\n", "JK002"),
    "an unknown name of 60 KB": ("profile: x\nextends: " + "y" * 60_000 + "\n", "JK010"),
    "deep in brackets": ("[" * 1000 + "]" * 1000 + "\n", "JK002"),
    "deep in blanks": ("".join(f"{' ' * n}a:\n" for n in range(200)), "JK002"),
    "a bracket left open": ("profile: [x\n", "JK001"),
    "a quote left open": ("profile: 'x\n", "JK001"),
    "a flow map cut in two": ("tracks: {a: any_of(kind, x)}\n", "JK008"),
    "infinity": ("version: .inf\n", "JK002"),
    "a number of 100 digits": ("version: " + "9" * 100 + "\n", "JK002"),
    "a percent sign first": ("profile: %x\n", "JK001"),
    "an at sign first": ("profile: @x\n", "JK001"),
    "windows line ends": ("profile: x\r\nversion: 1\r\n", "JK015"),
    "old line ends": ("profile: x\rversion: 1\r", "JK015"),
}


def held(said: str, file: str) -> None:
    """One line, not without end, with the place in the file first."""
    assert re.match(re.escape(file) + r":\d+:\d+: ", said), said[:300]
    assert said.isprintable(), said[:300]
    assert len(said) < len(file) + 3 * LONGEST_LINE


def looked_at(file: Path, capsys: pytest.CaptureFixture[str]) -> list[str]:
    """The codes of the findings in a file, by the command and by the library, which must agree."""
    codes = []
    try:
        jk.compile_profile(jk.read(file))
    except jk.ProfileError as error:
        for finding in error.findings:
            held(str(finding), str(file))
        codes = [finding.code for finding in error.findings if finding.severity == "error"]
    assert main(["lint", str(file)]) == (1 if codes else 0)
    out, err = capsys.readouterr()
    assert err == ""
    *findings, counts = out.splitlines()
    assert re.fullmatch(r"1 profile, \d+ errors?, \d+ warnings?", counts)
    for line in findings:
        held(line, str(file))
    said = [line.rsplit("[", 1)[1].rstrip("]") for line in findings]
    assert set(codes) <= set(said)
    return said


@pytest.mark.parametrize("name", ODD)
def test_odd_documents_are_told_in_one_line(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text, code = ODD[name]
    file = tmp_path / "odd.yaml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))
    assert code in looked_at(file, capsys)


@pytest.mark.parametrize("text", ["", "...\n", "# a\n...\n# b\n...", "---\n", "\n...\n---\n"])
def test_nothing_is_empty_however_it_ends(text: str) -> None:
    with pytest.raises(jk.ProfileError, match="the text is empty"):
        jk.read_text(text)


def test_a_file_name_makes_no_second_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "a\nb.yaml:1:1: forged \x1b[31m.yaml"
    file.write_text("tracks: 3\n", encoding="utf-8")
    assert main(["lint", str(file)]) == 1
    *findings, _ = capsys.readouterr().out.splitlines()
    assert findings
    assert all(line.startswith(str(tmp_path)) and line.isprintable() for line in findings)


@pytest.mark.skipif(not SUITE, reason="JOURNEYKIT_YAML_SUITE names no folder of the official YAML test suite")
def test_the_official_suite(capsys: pytest.CaptureFixture[str]) -> None:
    files = sorted(Path(SUITE).rglob("in.yaml")) or sorted(Path(SUITE).rglob("*.yaml"))
    assert len(files) > 100, f"{SUITE} holds no such suite"
    for file in files:
        looked_at(file, capsys)
