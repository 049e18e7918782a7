"""The scenarios beside the shipped segments pass, and each of them tests something."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from journeykit.language.catalog import names, segments_dir
from journeykit.scenarios.runner import Chosen, Result, Runner

FOLDER = segments_dir() / "scenarios"
FILES = sorted(FOLDER.glob("*.scenarios.yaml"))


def played(file: Path, chosen: Chosen | None = None) -> list[Result]:
    return list(Runner(chosen or Chosen()).run(str(file)))


def test_every_segment_has_some() -> None:
    assert [one.name.partition(".")[0] for one in FILES] == list(names())


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_they_pass(file: Path) -> None:
    results = played(file)
    assert [one for one in results if one.verdict != "passed"] == []
    assert len(results) >= 12
    assert {one.profile for one in results} == {file.name.partition(".")[0]}


def test_a_changed_profile_fails_them(tmp_path: Path) -> None:
    """A planted fault is caught, and told with the move and the line of the profile that holds it."""
    text = (segments_dir() / "base.yaml").read_text(encoding="utf-8")
    shutil.copy(FOLDER / "base.scenarios.yaml", tmp_path)
    child, profile = tmp_path / "mine.scenarios.yaml", tmp_path / "mine.yaml"
    child.write_text("extends: base.scenarios.yaml\nprofiles: [./mine.yaml]\nscenarios: {}\n", encoding="utf-8")
    profile.write_text(text, encoding="utf-8")
    assert {one.verdict for one in played(child)} == {"passed"}
    changed = text.replace("low: {is: active_seat_ratio < 40%", "low: {is: active_seat_ratio < 30%")
    assert changed != text
    profile.write_text(changed, encoding="utf-8")
    failed = [one for one in played(child) if one.verdict == "failed"]
    assert [one.title for one in failed] == ["seats fall below the threshold for two weeks [just below, for 14 days]"]
    assert any("value.low_use leads there (mine.yaml:" in line or "(mine.yaml:" in line for line in failed[0].lines)
    assert any("low: active_seat_ratio < 30%" in line for line in failed[0].lines)
