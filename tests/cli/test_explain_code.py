"""``lint --explain``: the page of the findings and what a terminal shows of it are one text."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from folders import ROOT
from journeykit.cli import explain_code as module
from journeykit.cli.explain_code import codes, explain_code, page
from journeykit.errors import JourneykitError

SOURCE = Path(module.__file__).parent.parent
PAGE = ROOT / "docs" / "reference" / "findings.md"


def words(text: str) -> list[str]:
    """The words of a text, without the marks of a document and without line ends."""
    return re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text).replace("**", "").split()


def test_the_text_is_that_of_the_page() -> None:
    assert page() == PAGE.read_text(encoding="utf-8")


def test_every_code_that_is_used_is_explained() -> None:
    used = {
        code for path in SOURCE.rglob("*.py") for code in re.findall(r'"(JK\d{3})"', path.read_text(encoding="utf-8"))
    }
    assert set(codes()) == used


@pytest.mark.parametrize("code", codes())
def test_nothing_of_an_entry_is_lost(code: str) -> None:
    written = re.sub(r"^```.*$", "", codes()[code], flags=re.M)
    shown = re.sub(r"^(Bad|Good|Example):$", "", explain_code(code), flags=re.M)
    assert words(shown) == [f"{code}:", *words(written)]
    assert codes()[code].partition("\n")[0] in page()


@pytest.mark.parametrize("code", [code for code in codes() if code[2] in "23"])
def test_a_judgement_says_why_what_is_bad_and_good_and_how_to_mend_it(code: str) -> None:
    text = explain_code(code)
    found = [text.index(part) for part in ("\n\nWhy:", "\n\nBad:\n\n    ", "\n\nGood:\n\n    ", "\n\nTo mend it:")]
    assert found == sorted(found)
    errors = {"JK201", "JK202", "JK203", "JK209", "JK303", "JK304"}
    assert text.splitlines()[0].endswith("(a warning)") == (code not in errors)


def test_it_fits_a_terminal() -> None:
    lines = explain_code("JK207", width=60).splitlines()
    assert all(len(line) <= 60 for line in lines if not line.startswith("    "))
    assert explain_code(" jk207 ") == explain_code("JK207")


@pytest.mark.parametrize(
    ("code", "hint"),
    [
        ("JK109", "there are JK101, .*JK108, JK110, .* and JK114"),
        ("JK999", "there are JK001 to JK305"),
        ("X\x1b[0m", "there are JK001 to JK305"),
    ],
)
def test_a_code_that_does_not_exist_is_refused(code: str, hint: str) -> None:
    with pytest.raises(JourneykitError, match=hint) as caught:
        explain_code(code)
    assert "\x1b" not in str(caught.value)
