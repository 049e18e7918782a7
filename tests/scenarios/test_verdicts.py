"""What scenarios come to: each case of ``cases/scenarios/verdicts.yaml`` lists its verdict and what is told of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

import folders
from journeykit.scenarios.runner import Chosen, Runner

TABLE: dict[str, Any] = yaml.safe_load((folders.CASES / "scenarios" / "verdicts.yaml").read_text(encoding="utf-8"))
CASES: list[dict[str, Any]] = TABLE["cases"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("scenarios")
    (found / "p.yaml").write_text(TABLE["profile"], encoding="utf-8")
    return found


@pytest.fixture(scope="module")
def runner() -> Runner:
    return Runner(Chosen())


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_it_comes_to(case: dict[str, Any], folder: Path, runner: Runner) -> None:
    file = folder / "a.scenarios.yaml"
    head = "profiles: [./p.yaml]\n"
    file.write_text(head + case["file"], encoding="utf-8")
    results = list(runner.run(str(file)))
    assert [one.verdict for one in results] == case["verdicts"]
    told = "\n".join(line for one in results for line in (one.said, *one.lines))
    for line in case.get("tells", ()):
        assert line in told, told
    assert all(len(one.lines) <= 18 for one in results)
    assert "Traceback" not in told
