"""``journeykit test``: exit codes, choosing, stories and formats."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from journeykit.cli import main

Run = Callable[..., tuple[int, str, str]]

GOOD = """\
profiles: [smb]
given: {date: 2026-01-05, facts: {account: {health_score: 82, usage_trend: 3, open_major_issues: 0}}}
scenarios:
  a budget is cut:
    tags: [risk]
    steps: [{signal: budget_cut, expect: {retention account: at_risk, actions: [intervene]}}]
  a budget comes back:
    steps:
      - {signal: budget_cut}
      - {after: 20 days, signal: budget_restored, expect: {retention account: healthy}}
"""
BAD = """\
profiles: [smb]
given: {date: 2026-01-05}
scenarios:
  a wrong one: {steps: [{signal: budget_cut, expect: {retention account: healthy}}]}
  a misspelt one: {steps: [{signal: budget_cuts, expect: {retention account: healthy}}]}
  an empty one: {steps: [{after: 1 day, expect: {never: [{kind: term}]}}]}
"""


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.chdir(tmp_path)
    Path("good.scenarios.yaml").write_text(GOOD, encoding="utf-8")
    Path("bad.scenarios.yaml").write_text(BAD, encoding="utf-8")

    def call(*words: str) -> tuple[int, str, str]:
        try:
            code = main(words)
        except SystemExit as stop:
            code = int(stop.code or 0)
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return code, out, err

    return call


def test_all_pass(run: Run) -> None:
    assert run("test", "good.scenarios.yaml") == (0, "2 cases: 2 passed\n", "")


def test_a_failure_is_told_in_few_lines(run: Run) -> None:
    code, out, err = run("test", "bad.scenarios.yaml", "-k", "wrong")
    assert (code, err) == (1, "")
    lines = out.splitlines()
    assert lines[0] == "FAIL a wrong one (smb)"
    assert lines[1] == "bad.scenarios.yaml:4:55: expect at line 4, on 2026-01-05:"
    assert lines[2:5] == ["  retention account", "      expected  healthy", "      actual    at_risk"]
    assert lines[5].startswith("      retention.recovered leads there (base.yaml:")
    assert lines[-2] == "  last: 2026-01-05 moved retention.risk; 2026-01-05 action intervene"
    assert lines[-1] == "1 case: 0 passed, 1 failed"
    assert len(lines) <= 21


def test_a_folder_and_each_kind_of_verdict(run: Run) -> None:
    code, out, _ = run("test", ".")
    assert code == 1
    assert [line.split()[0] for line in out.splitlines() if line.isupper() or line[:4] in ("FAIL", "ERRO", "EMPT")] == [
        "FAIL",
        "ERROR",
        "EMPTY",
    ]
    assert out.splitlines()[-1] == "5 cases: 2 passed, 1 failed, 1 cannot be meant, 1 empty"


@pytest.mark.parametrize(
    ("words", "last"),
    [
        (["-k", "COMES BACK"], "1 case: 1 passed"),
        (["--tag", "risk"], "1 case: 1 passed"),
        (["--tag", "risk", "-k", "a"], "1 case: 1 passed"),
    ],
)
def test_choosing(run: Run, words: list[str], last: str) -> None:
    assert run("test", "good.scenarios.yaml", *words) == (0, f"{last}\n", "")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["good.scenarios.yaml", "-k", "nobody"], "no scenario has this text in its title and this tag"),
        (["good.scenarios.yaml", "--tag", "risks"], "no scenario has this text in its title and this tag"),
        (["nowhere.scenarios.yaml"], "nowhere.scenarios.yaml: no such file or folder"),
        (["good.yaml"], "good.yaml: no such file or folder"),
        (["good.scenarios.yaml", "--story", "--format", "json"], "--story is told as text"),
    ],
)
def test_wrong_usage(run: Run, words: list[str], said: str) -> None:
    code, out, err = run("test", *words)
    assert (code, out) == (2, "")
    assert err.startswith(f"journeykit: {said}")
    assert err.count("\n") == 1


def test_other_files_are_no_scenarios(run: Run) -> None:
    Path("good.yaml").write_text("profile: p\n", encoding="utf-8")
    Path("empty").mkdir()
    assert run("test", "good.yaml")[0] == 2
    assert "no scenario file (*.scenarios.yaml) in this folder" in run("test", "empty")[2]


def test_a_file_that_cannot_be_read_leaves_the_others(run: Run) -> None:
    Path("worse.scenarios.yaml").write_text("profiles: [smb\n", encoding="utf-8")
    code, out, _ = run("test", "worse.scenarios.yaml", "good.scenarios.yaml")
    assert code == 1
    assert out.startswith("ERROR\nworse.scenarios.yaml:2:1: not readable as YAML")
    assert out.splitlines()[-1] == "3 cases: 2 passed, 1 cannot be meant"


def test_a_story_is_told_without_expectations(run: Run) -> None:
    code, out, _ = run("test", "bad.scenarios.yaml", "--story", "-k", "wrong")
    assert code == 0
    assert out.splitlines()[:4] == [
        "a wrong one (smb)",
        "  2026-01-05  line 4: signal",
        "      2026-01-05 moved retention.risk (account)  healthy -> at_risk",
        "      2026-01-05 action intervene (account)",
    ]
    assert "  at the end: retention account: at_risk" in out
    assert out.splitlines()[-1] == "1 case told, nothing looked at"
    assert run("test", "bad.scenarios.yaml", "--story")[0] == 1  # one of them cannot be told


def test_json(run: Run) -> None:
    code, out, _ = run("test", "bad.scenarios.yaml", "--format", "json")
    found = json.loads(out)
    assert code == 1
    assert found["counts"] == {"passed": 0, "failed": 1, "fault": 1, "empty": 1}
    assert [(one["title"], one["line"], one["verdict"]) for one in found["cases"]] == [
        ("a wrong one", 4, "failed"),
        ("a misspelt one", 5, "fault"),
        ("an empty one", 6, "empty"),
    ]


def test_junit(run: Run) -> None:
    _, out, _ = run("test", ".", "--format", "junit")
    suite = ET.fromstring(out)[0]
    assert [suite.get(key) for key in ("tests", "failures", "errors")] == ["5", "1", "2"]
    assert [len(case) for case in suite] == [1, 1, 1, 0, 0]
    assert "actual    at_risk" in (suite[0][0].text or "")


def test_github(run: Run) -> None:
    _, out, _ = run("test", "bad.scenarios.yaml", "--format", "github", "-k", "misspelt")
    said = 'there is no signal "budget_cuts" in smb; did you mean "budget_cut"?'
    place = "file=bad.scenarios.yaml,line=5,col=37,title=a misspelt one (smb)"
    assert out.splitlines()[0] == f"::error {place}::bad.scenarios.yaml:5:37: {said}"


def test_lint_says_what_such_a_file_is(run: Run) -> None:
    code, out, err = run("lint", "good.scenarios.yaml")
    assert (code, out) == (
        2,
        "good.scenarios.yaml: this is a file of scenarios, not a profile; journeykit test plays it\n",
    )
    assert err == "journeykit: lint: no profile is named; files of scenarios are played by journeykit test\n"
    code, out, _ = run("lint", "smb", "good.scenarios.yaml")
    assert (code, out.splitlines()[1]) == (0, "1 profile, 0 errors, 0 warnings")
