"""Public statechart scripts, run through our chart and coordinator."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from conformance.scion import DEVIATIONS, Reader, Run, agrees, differing, main, names_in


@pytest.fixture(scope="session")
def scripts(data_folder: Path) -> Path:
    """The folder of scripts, where it is there."""
    folder = data_folder / "scion"
    if not folder.is_dir():
        pytest.skip(f"no statechart scripts: {folder} is not a folder")
    return folder


def test_all_scripts_agree_but_the_written_deviations(scripts: Path) -> None:
    assert len(names_in(scripts)) >= 31
    assert set(differing(scripts)) == set(DEVIATIONS)


def test_every_deviation_has_a_reason() -> None:
    assert all(len(reason.split()) > 5 for reason in DEVIATIONS.values())


def test_the_command_prints_the_count(scripts: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(scripts)]) == 0
    out = capsys.readouterr().out.splitlines()
    total = len(names_in(scripts))
    assert out[0] == f"{total - len(DEVIATIONS)}/{total}"
    assert [line.split(":")[0] for line in out[1:]] == sorted(DEVIATIONS)


def test_the_command_refuses_what_is_no_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path / "nowhere")]) == 2
    assert "FOLDER" in capsys.readouterr().err


CHART = """<scxml xmlns="http://www.w3.org/2005/07/scxml" initial="b">
  <state id="a"/>
  <parallel id="b">
    <state id="c" initial="c2"><state id="c1"/><state id="c2"><transition event="t" target="c1"/></state></state>
    <state id="d"/>
    <transition event="u" target="a"/>
  </parallel>
</scxml>"""


def written(folder: Path, initial: list[str], *steps: tuple[str, list[str]]) -> None:
    """A pair of files in a folder."""
    (folder / "one.scxml").write_text(CHART, encoding="utf-8")
    events = [{"event": {"name": event}, "nextConfiguration": leaves} for event, leaves in steps]
    (folder / "one.json").write_text(json.dumps({"initialConfiguration": initial, "events": events}), encoding="utf-8")


def test_a_script_of_our_own(tmp_path: Path) -> None:
    written(tmp_path, ["c2", "d"], ("t", ["c1", "d"]), ("t", ["c1", "d"]), ("u", ["a"]))
    assert agrees(tmp_path, "one")


@pytest.mark.parametrize(("initial", "after"), [(["c1", "d"], ["c1", "d"]), (["c2", "d"], ["c2", "d"]), (["c2"], [])])
def test_a_wrong_script_is_told_apart(tmp_path: Path, initial: list[str], after: list[str]) -> None:
    written(tmp_path, initial, ("t", after))
    assert differing(tmp_path) == ["one"]
    assert main([str(tmp_path)]) == 1


def test_an_initial_state_deeper_down_is_refused() -> None:
    import xml.etree.ElementTree as ET

    with pytest.raises(ValueError, match="'c2' is not a child"):
        Reader().chart(ET.fromstring(CHART.replace('initial="b"', 'initial="c2"')))


def test_regions_end_with_the_leaf_they_live_in() -> None:
    import xml.etree.ElementTree as ET

    reader = Reader()
    run = Run(reader.chart(ET.fromstring(CHART)), reader.events)
    assert set(run.positions) == {"chart", "chart.b.c", "chart.b.d"}
    run.send("u")
    assert run.positions == {"chart": "a"}
