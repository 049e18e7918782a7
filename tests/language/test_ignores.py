"""Comments that answer a remark: what they leave out, where they count, and what is said of those that do not work."""

from __future__ import annotations

from pathlib import Path

import pytest

import journeykit as jk
from journeykit.errors import Finding, Location, ProfileError, Severity
from journeykit.language import catalog
from journeykit.language.text.ignores import Ignore, Ignores
from journeykit.lint.remarks import remarks
from journeykit.machine.compiler import compile_profile

TEXT = """\
profile: sample
version: "1"
roles: {customer: {side: customer}, csm: {side: us}}
facts:
  account: {won: {type: boolean}, calls: {type: integer, measures: activity}}
signals:
  gone: {}GONE
tracks:
  main:
    stages:
      first:
        exit: {to: second, when: {old: age(account) > 90 days}}EXIT
      second:
        label: SecondSECOND
"""
ALL = ["7 JK206", "12 JK201", "13 JK204"]


def text_with(*, gone: str = "", exit_: str = "", second: str = "") -> str:
    return TEXT.replace("GONE", gone).replace("EXIT", exit_).replace("SECOND", second)


def said(text: str, root: Path | None = None) -> list[str]:
    """Line and code of everything that is said."""
    return [f"{one.at.line} {one.code}" for one in remarks(catalog.examine_text(text, "sample.yaml", root))]


@pytest.mark.parametrize(
    ("gone", "exit_", "second", "left"),
    [
        ("", "", "", ALL),
        # On the line of the finding, errors among JK2xx too.
        ("  # journeykit: ignore[JK206] counted only", "", "", ["12 JK201", "13 JK204"]),
        ("", "  # journeykit: ignore[JK201] a trial ends by date", "", ["7 JK206", "13 JK204"]),
        ("  #journeykit:ignore[ JK206 ,JK204 ] counted only", "", "", ["7 JK214", "12 JK201", "13 JK204"]),
        # On the line above, where it stands alone; blank lines and other comments may come between.
        ("\n  # journeykit: ignore[JK201] too early", "", "", ["7 JK206", "8 JK214", "13 JK201", "14 JK204"]),
        ("", "\n      # journeykit: ignore[JK204] the last\n\n      # Nobody goes back.", "", ["7 JK206", "12 JK201"]),
        # Behind another value it speaks of that line only.
        ("", "", "  # journeykit: ignore[JK204] too late", ["7 JK206", "12 JK201", "13 JK204", "14 JK214"]),
        ("  # journeykit: ignore[JK201] wrong code", "", "", ["7 JK206", "7 JK214", "12 JK201", "13 JK204"]),
        # What cannot be followed leaves nothing out.
        ("  # journeykit: ignore[JK206]", "", "", ["7 JK206", "7 JK213", "12 JK201", "13 JK204"]),
        ("  # journeykit: ignore[JK206]   ", "", "", ["7 JK206", "7 JK213", "12 JK201", "13 JK204"]),
        ("  # journeykit: ignore JK206 counted only", "", "", ["7 JK206", "7 JK213", "12 JK201", "13 JK204"]),
        ("  # journeykit: ignore[] counted only", "", "", ["7 JK206", "7 JK213", "12 JK201", "13 JK204"]),
        ("  # journeykit: ignore[206] counted only", "", "", ["7 JK206", "7 JK213", "12 JK201", "13 JK204"]),
        ("  # journeykit: ignore[JK206, JK304] no", "", "", ["7 JK206", "7 JK213", "12 JK201", "13 JK204"]),
        ("  # journeykit: ignore[JK103] no", "", "", ["7 JK206", "7 JK213", "12 JK201", "13 JK204"]),
        ("  # journeykit: ignore[JK214] no", "", "", ["7 JK206", "7 JK213", "12 JK201", "13 JK204"]),
        # Other comments and texts say nothing.
        ("  # journeykit is what reads this: ignore[JK206] it", "", "", ALL),
        ("  # pay no heed", "", "", ALL),
        ("", "", " '# journeykit: ignore[JK204] a text'", ALL),
        ("", "", " |\n          # journeykit: ignore[JK204]\n          # journeykit: ignore[JK204] a text", ALL),
        ("", "", "#journeykit:ignore[JK204] no comment", ALL),
    ],
)
def test_what_a_comment_leaves_out(gone: str, exit_: str, second: str, left: list[str]) -> None:
    text = text_with(gone=gone, exit_=exit_, second=second)
    if second.startswith((" '", " |")):
        text = text.replace("label: Second", "label:")
    assert said(text) == left


def test_a_remark_left_out_does_not_stop_the_compile(tmp_path: Path) -> None:
    file = tmp_path / "sample.yaml"
    file.write_text(text_with(exit_=" # journeykit: ignore[JK201] a trial ends by date"), encoding="utf-8")
    assert [one.code for one in jk.load(file).findings] == ["JK206", "JK204"]
    assert [one.code for one in compile_profile(catalog.examine(file)).findings] == ["JK206", "JK204"]
    with pytest.raises(ProfileError, match="JK201"):
        compile_profile(catalog.read(file))  # A profile alone has no comments.


def test_a_byte_order_mark_and_other_line_ends_change_nothing() -> None:
    text = text_with(gone="  # journeykit: ignore[JK206] counted only", exit_="  # journeykit: ignore[JK201] \t")
    assert said("\ufeff" + text) == said(text.replace("\n", "\r\n")) == ["12 JK201", "12 JK213", "13 JK204"]


def test_what_the_machine_cannot_run_with_stays() -> None:
    circle = """\
profile: sample
version: "1"
facts: {account: {won: {type: boolean}}}
tracks:
  main:
    stages:
      first: {exit: {to: second, when: {won: won}}}
      # journeykit: ignore[JK303, JK304] it will be fine
      second: {regress: {back: {to: first, when: {also: won}}}}
"""
    assert said(circle) == ["8 JK213", "9 JK304"]
    certain = circle.replace("regress: {", "moves: {").replace("[JK303, JK304]", "[JK303]")
    assert said(certain) == ["7 JK303", "8 JK213"]


@pytest.mark.parametrize(
    ("code", "severity", "left_out"),
    [
        ("JK201", "error", True),
        ("JK204", "warning", True),
        ("JK301", "warning", True),
        ("JK399", "error", False),
        ("JK016", "warning", True),
    ],
)
def test_errors_of_other_groups_are_never_left_out(code: str, severity: Severity, left_out: bool) -> None:
    finding = Finding(code, severity, Location("p", 3, 5), "x", "m", "h")
    ignores = Ignores("p", (Ignore(Location("p", 2, 1), 3, (code,)),))
    assert (finding not in ignores.apply([finding])) == left_out


def test_a_comment_says_what_to_do_about_it() -> None:
    found = remarks(catalog.examine_text(text_with(gone="  # journeykit: ignore[JK206]"), "p"))
    about = next(one for one in found if one.code == "JK213")
    reason = "this comment gives no reason, so nothing is left out"
    assert str(about) == f"p:7:13: {reason}; expected '# journeykit: ignore[JK204] reason' [JK213]"


CHILD = 'profile: child\nversion: "1"\nextends: parent.yaml\ntimezone: Europe/Lisbon\n'


@pytest.mark.parametrize(
    ("parent", "child", "left"),
    [
        ({}, "", ["parent.yaml:7 JK206", "parent.yaml:12 JK201", "parent.yaml:13 JK204"]),
        # A comment counts in the file where the value stands ...
        (
            {"gone": " # journeykit: ignore[JK206] counted only", "exit_": " # journeykit: ignore[JK201] by date"},
            "",
            ["parent.yaml:13 JK204"],
        ),
        # ... which is the child's, once it mentions it.
        (
            {"gone": " # journeykit: ignore[JK206] counted only"},
            "signals: {gone: {}}\n",
            ["child.yaml:5 JK206", "parent.yaml:12 JK201", "parent.yaml:13 JK204"],
        ),
        (
            {},
            "signals:\n  gone: {} # journeykit: ignore[JK206] counted only\n",
            ["parent.yaml:12 JK201", "parent.yaml:13 JK204"],
        ),
        # What is of no use in the parent may have been of use there.
        (
            {"gone": " # journeykit: ignore[JK206]", "exit_": " # journeykit: ignore[JK201] by date"},
            "signals: {gone: ~}\ntracks: {main: {stages: {first: {exit: {when: {old: ~, won: won}}}}}}\n",
            ["parent.yaml:13 JK204"],
        ),
        # A line of the same number in another file is another line.
        (
            {},
            "\n\n# journeykit: ignore[JK206] the wrong file\n\n",
            ["child.yaml:7 JK214", "parent.yaml:7 JK206", "parent.yaml:12 JK201", "parent.yaml:13 JK204"],
        ),
    ],
)
def test_a_comment_counts_in_its_own_file(parent: dict[str, str], child: str, left: list[str], tmp_path: Path) -> None:
    (tmp_path / "parent.yaml").write_text(text_with(**parent), encoding="utf-8")
    (tmp_path / "child.yaml").write_text(CHILD + child, encoding="utf-8")
    found = remarks(catalog.examine(tmp_path / "child.yaml"))
    assert [f"{Path(one.at.file).name}:{one.at.line} {one.code}" for one in found] == left
    assert (Path(found[0].at.file).parent if found else tmp_path) == tmp_path


def test_the_copy_of_a_parent_may_be_meant(tmp_path: Path) -> None:
    (tmp_path / "parent.yaml").write_text(TEXT.replace("GONE", "").replace("EXIT", "").replace("SECOND", ""))
    copy = 'profile: child\nversion: "1"\nextends: parent.yaml'
    assert "3 JK212" in said(copy, tmp_path)
    answered = f"{copy}  # journeykit: ignore[JK212] they only have a name of their own\n"
    assert "3 JK212" not in said(answered, tmp_path)
