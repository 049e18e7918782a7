"""Everything that is said about faulty profiles: each case of ``cases/bad`` lists all of it, word for word."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

import folders
from journeykit.errors import Finding, ProfileError
from journeykit.language import catalog
from journeykit.language.text import reader
from journeykit.language.text.nodes import plain
from journeykit.language.text.reader import read_tree

CASES = folders.CASES / "bad"
FEWEST = 60
LOADERS = [yaml.SafeLoader] + ([yaml.CSafeLoader] if hasattr(yaml, "CSafeLoader") else [])


class Case(NamedTuple):
    file: str
    name: str
    profile: str
    says: list[str]


def cases() -> list[Case]:
    found: list[Case] = []
    for path in sorted(CASES.glob("*.yaml")):
        table: list[dict[str, Any]] = plain(read_tree(path.read_text(encoding="utf-8"), path.name, names=False))
        found += [Case(path.stem, one["case"], one["profile"], one["says"]) for one in table]
    return found


ALL = cases()


def said(text: str) -> list[str]:
    with pytest.raises(ProfileError) as caught:
        catalog.read_text(text, file="p")
    assert str(caught.value) == "\n".join(map(str, caught.value.findings))
    return [str(one).removeprefix("p:") for one in caught.value.findings]


@pytest.mark.parametrize("case", ALL, ids=lambda case: f"{case.file}: {case.name}")
@pytest.mark.parametrize("loader", LOADERS, ids=lambda loader: loader.__name__)
def test_all_faults_are_told_with_their_places(case: Case, loader: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "_LOADER", loader)
    found = said(case.profile)
    if case.says[0].endswith("[JK001]") and loader is yaml.SafeLoader:
        # What is wrong with the YAML itself is told in the words of the parser, and there are two parsers.
        assert len(found) == 1
        assert found[0].endswith("[JK001]")
        return
    assert found == case.says


def test_there_are_enough_cases_and_no_two_are_the_same() -> None:
    assert len(ALL) >= FEWEST
    assert len({(case.file, case.name) for case in ALL}) == len(ALL)
    assert len({case.profile for case in ALL}) == len(ALL)


@pytest.mark.parametrize("case", ALL, ids=lambda case: f"{case.file}: {case.name}")
def test_a_message_says_what_to_do_or_what_was_expected(case: Case) -> None:
    """No remark ends with the bad news: it names what was expected, offers a name, or says what to write."""

    for line in case.says:
        told = line.rpartition(" [JK")[0]
        assert any(word in told for word in ("; ", "expected", "write ")), line


def test_the_faults_of_several_files_come_in_one_error(tmp_path: Path) -> None:
    (tmp_path / "parent.yaml").write_text("profile: parent\ntrakcs: {}\n", encoding="utf-8")
    child = tmp_path / "child.yaml"
    child.write_text(
        "profile: child\nextends: parent.yaml\nrolls: {}\ntracks: {t: {stages: {a: {}}}}\n", encoding="utf-8"
    )
    with pytest.raises(ProfileError) as caught:
        catalog.read(child)
    places = [(Path(one.at.file).name, one.at.line, one.code) for one in caught.value.findings]
    assert places == [("child.yaml", 3, "JK012"), ("parent.yaml", 2, "JK012")]


# Hostile texts are made here: stored, they would be as unwelcome to the tools of a reader of this repository.


def bomb(levels: int) -> str:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, levels)]
    return "\n".join(lines) + "\n"


HOSTILE = {
    "aliases of aliases of aliases": (bomb(9), "JK002"),
    "aliases as values of a map": (
        "a: &a {b: 1, c: 2}\n"
        + "".join(
            f"k{n}: &k{n} {{x: *{f'k{n - 1}' if n else 'a'}, y: *{f'k{n - 1}' if n else 'a'}}}\n" for n in range(30)
        ),
        "JK002",
    ),
    "an alias inside what it names": ("a: &a [*a]\n", "JK003"),
    "brackets inside brackets": ("a: " + "[" * 50_000, "JK002"),
    "brackets inside brackets, all of them closed": ("a: " + "[" * 3_000 + "]" * 3_000, "JK002"),
    "maps inside maps": ("a: " + "{b: " * 50_000, "JK002"),
    "blocks inside blocks": ("\n".join(" " * n + "a:" for n in range(900)), "JK002"),
    "dashes inside dashes": ("- " * 30_000 + "x\n", "JK002"),
    "keys asked for inside keys": ("? " * 30_000 + "x\n", "JK002"),
    "depth by aliases": (
        "a0: &a0 [[[[[[[[[[x]]]]]]]]]]\n"
        + "".join(f"a{n}: &a{n} [[[[[[[[[[*a{n - 1}]]]]]]]]]]\n" for n in range(1, 8)),
        "JK002",
    ),
    "one very long value": ("profile: p\nabout: " + "x" * 70_000, "JK002"),
    "one very long quoted value": ('profile: p\nabout: "' + "x" * 70_000 + '"', "JK002"),
    "one very long key": ("profile: p\n" + "x" * 900 + ": 1", "JK006"),
    "a text beyond all bounds": ("profile: p\n# " + "x" * (1 << 20), "JK002"),
    "a text beyond all bounds in bytes only": ("profile: p\n# " + "\u00e9" * (1 << 19), "JK002"),
    "more values than anybody writes": ("a: [" + "1," * 120_000 + "]", "JK002"),
    "a whole number of a million digits": ("a: " + "9" * 60_000, "JK002"),
    "a whole number in hexadecimal": ("a: 0x" + "f" * 60_000, "JK002"),
    "a fraction of many digits": ("a: 1." + "3" * 60_000, "JK002"),
    "a surrogate": ("profile: \ud800", "JK007"),
    "a null character": ("profile: a\x00b", "JK007"),
    "an expression of many brackets": (
        'profile: p\nderived: {x: "' + "(" * 400 + "true" + ")" * 100 + '"}\ntracks: {t: {stages: {a: {}}}}\n',
        "JK102",
    ),
    "a very long expression": (
        'profile: p\nderived: {x: "' + "true and " * 200 + 'true"}\ntracks: {t: {stages: {a: {}}}}\n',
        "JK102",
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("loader", LOADERS, ids=lambda loader: loader.__name__)
def test_hostile_texts_are_refused_before_they_cost_anything(
    name: str, loader: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader, "_LOADER", loader)
    text, code = HOSTILE[name]
    with pytest.raises(ProfileError) as caught:
        catalog.read_text(text)
    assert code in {one.code for one in caught.value.findings}
    assert len(str(caught.value)) < 4_000


@pytest.mark.parametrize("loader", LOADERS, ids=lambda loader: loader.__name__)
def test_thousands_of_faults_are_told_in_time(loader: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "_LOADER", loader)
    count = 2_000
    with pytest.raises(ProfileError) as caught:
        catalog.read_text("profile: p\n" + "".join(f"Bad{n}: 1\n" for n in range(count)))
    assert len(caught.value.findings) >= count


PIECES = [
    "{",
    "}",
    "[",
    "]",
    ": ",
    ", ",
    "\n",
    "  ",
    "- ",
    "&a ",
    "*a ",
    "? ",
    "|\n",
    "#",
    "'",
    '"',
    "~",
    "%",
    "0",
    "é",
    "a",
]
EDITS = st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 6), st.sampled_from(["", *PIECES])), max_size=6)


@given(case=st.sampled_from(ALL), edits=EDITS)
def test_whatever_is_typed_only_profile_errors_come_out(case: Case, edits: list[tuple[int, int, str]]) -> None:
    text = case.profile
    for place, length, piece in edits:
        at = place % (len(text) + 1)
        text = text[:at] + piece + text[at + length :]
    findings = everything_said(text)
    assert all(one.at.file == "p" and one.at.line >= 1 and one.at.column >= 1 for one in findings)


def everything_said(text: str) -> tuple[Finding, ...]:
    """What is said about a text: of a good one only its remarks."""
    try:
        return catalog.examine_text(text, "p").findings
    except ProfileError as error:
        return error.findings
