"""The first thing that is said about scenario files that cannot be meant: each case of ``cases/scenarios/bad.yaml``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

import folders
from journeykit.scenarios.runner import Chosen, Runner

CASES: list[dict[str, Any]] = yaml.safe_load((folders.CASES / "scenarios" / "bad.yaml").read_text(encoding="utf-8"))
RUNNER = Runner(Chosen())  # which compiles each profile once


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_it_says(case: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.scenarios.yaml").write_text(case["file"], encoding="utf-8")
    wrong = [one for one in RUNNER.run("a.scenarios.yaml") if one.verdict != "passed"]
    assert wrong
    assert f"{wrong[0].at.line}:{wrong[0].at.column}: {wrong[0].said}" == case["says"]
    assert len(wrong[0].said) <= 500


def test_there_are_enough() -> None:
    assert len(CASES) >= 80
