"""Public statechart scripts, run through the engine as profiles."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from conformance.scion import DEVIATIONS, UnsayableError, agrees, main, matches, names_in, report_of
from journeykit.engine import choosing
from journeykit.language.model.profile import Move, Stage
from journeykit.statechart import order_of_choice


@pytest.fixture(scope="session")
def scripts(data_folder: Path) -> Path:
    """The folder of scripts, where it is there."""
    folder = data_folder / "scion"
    if not folder.is_dir():
        pytest.skip(f"no statechart scripts: {folder} is not a folder")
    return folder


def test_all_scripts_agree_but_the_written_deviations(scripts: Path) -> None:
    report = report_of(scripts)
    assert len(report.agreeing) >= 28
    assert set(report.differing) == set(DEVIATIONS)
    assert report.unsayable == {}


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


# Charts of our own, so that something is tried where the public ones are not there.

CHART = """<scxml xmlns="http://www.w3.org/2005/07/scxml" initial="b">
  <state id="a"/>
  <parallel id="b">
    <state id="c" initial="c2"><state id="c1"/><state id="c2"><transition event="t" target="c1"/></state></state>
    <state id="d"/>
    <transition event="u.v" target="a"/>
  </parallel>
</scxml>"""
NESTED = """<scxml xmlns="http://www.w3.org/2005/07/scxml">
  <parallel id="p">
    <parallel id="q">
      <state id="c"><transition event="t" target="a"/>
        <state id="c1"><transition event="t" target="c2"/></state><state id="c2"/>
      </state>
      <state id="d"><state id="d1"><transition event="t s" target="d2"/></state><state id="d2"/></state>
    </parallel>
    <state id="r"><transition event="t" target="a"/></state>
  </parallel>
  <state id="a"/>
</scxml>"""


def written(folder: Path, chart: str, initial: list[str], *steps: tuple[str, list[str]]) -> None:
    """A pair of files in a folder."""
    (folder / "one.scxml").write_text(chart, encoding="utf-8")
    events = [{"event": {"name": event}, "nextConfiguration": leaves} for event, leaves in steps]
    (folder / "one.json").write_text(json.dumps({"initialConfiguration": initial, "events": events}), encoding="utf-8")


def test_a_script_of_our_own(tmp_path: Path) -> None:
    written(tmp_path, CHART, ["c2", "d"], ("t", ["c1", "d"]), ("t", ["c1", "d"]), ("u.v.w", ["a"]))
    assert agrees(tmp_path, "one")


def test_parallel_states_inside_each_other(tmp_path: Path) -> None:
    written(tmp_path, NESTED, ["c1", "d1", "r"], ("t", ["c2", "d2", "r"]), ("s", ["c2", "d2", "r"]), ("t", ["a"]))
    assert agrees(tmp_path, "one")


def test_states_need_no_id(tmp_path: Path) -> None:
    chart = '<scxml xmlns="http://www.w3.org/2005/07/scxml"><state><transition event="t" target="b"/></state>'
    written(tmp_path, f'{chart}<state/><state id="b"/></scxml>', ["s0"], ("t", ["b"]))
    assert agrees(tmp_path, "one")


@pytest.mark.parametrize(
    ("chart", "event", "reason"),
    [
        (CHART, 7, "an event is called 7"),
        (CHART, ["t"], "which is no text"),
        (
            CHART.replace("  <state", "<state>" * 400 + "</state>" * 400 + "<state", 1),
            "t",
            "its profile is refused|deep",
        ),
    ],
)
def test_no_chart_raises(tmp_path: Path, chart: str, event: object, reason: str) -> None:
    written(tmp_path, chart, ["c2", "d"], ("t", ["c1", "d"]))
    script = (tmp_path / "one.json").read_text(encoding="utf-8").replace('"t"', json.dumps(event))
    (tmp_path / "one.json").write_text(script, encoding="utf-8")
    (tmp_path / "folder.scxml").mkdir()
    (tmp_path / "a.b.scxml").write_text(CHART, encoding="utf-8")
    report = report_of(tmp_path)
    assert set(report.unsayable) == {"one", "folder", "a.b"}
    assert re.search(reason, report.unsayable["one"])


def test_an_empty_folder_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path)]) == 2
    assert "no chart" in capsys.readouterr().err


@pytest.mark.parametrize(("initial", "after"), [(["c1", "d"], ["c1", "d"]), (["c2", "d"], ["c2", "d"]), (["c2"], [])])
def test_a_wrong_script_is_told_apart(tmp_path: Path, initial: list[str], after: list[str]) -> None:
    written(tmp_path, CHART, initial, ("t", after))
    assert report_of(tmp_path).differing == ["one"]
    assert main([str(tmp_path)]) == 1


def test_event_descriptors_match_by_words() -> None:
    assert [matches(one, "a.b.c") for one in ("a", "a.b", "a.b.*", "a.b.c", "*")] == [True] * 5
    assert [matches(one, "a.b") for one in ("b", "a.b.c", "ab", "a.bc")] == [False] * 4


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('event="t"', "", "a transition without an event"),
        ('event="t"', 'event="t" cond="In(x)"', "a condition"),
        ('target="c1"', "", "no targets"),
        ('target="c1"', 'target="c1 d"', "several or unknown targets"),
        ('event="t"', 'event="done.state.c"', "raises itself"),
        ('initial="b"', 'initial="c2"', "is no child"),
        ('<state id="c1"/>', '<history id="c1"/>', "a history state"),
        ('<state id="c1"/>', '<state id="c1"><onentry><raise event="x"/></onentry></state>', "executable content"),
        ('id="d"', 'id="c1"', "stands twice"),
        ("</scxml>", "", "no chart with a script"),
        (' xmlns="http://www.w3.org/2005/07/scxml"', "", "no SCXML document"),
        ('target="c1"/>', 'target="c1"><log/></transition>', "executable content in a transition"),
        ("</scxml>", '<transition event="t" target="a"/></scxml>', "outside of all states"),
        ('<state id="a"/>', '<final id="a"><transition event="t" target="b"/></final>', "out of a final state"),
    ],
)
def test_what_cannot_be_said_is_named_and_counted_apart(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, reason: str
) -> None:
    written(tmp_path, CHART.replace(old, new, 1), ["c2", "d"], ("t", ["c1", "d"]))
    with pytest.raises(UnsayableError, match=reason):
        agrees(tmp_path, "one")
    assert main([str(tmp_path)]) == 0
    out = capsys.readouterr().out
    assert out.startswith("0/0\none: not run: ")
    assert reason in out


# A figure that no fault could lower says nothing.


def the_outer_region_wins(patch: pytest.MonkeyPatch) -> None:
    compatible = choosing._compatible

    def outside_first(macro: object, subject: object, enabled: list[choosing.Enabled]) -> list[choosing.Enabled]:
        closed = {name for _, position, table in enabled for name in table.routes[position.leaf].closes}
        left = [one for one in enabled if one[1].leaf.region.name not in closed]
        return compatible(macro, subject, left)  # type: ignore[arg-type]

    patch.setattr(choosing, "_compatible", outside_first)


def the_outside_is_declared_first(patch: pytest.MonkeyPatch) -> None:
    def outside_first(stages: tuple[Stage, ...]) -> list[Move]:
        found: list[Move] = []
        for one in stages:
            found += [*one.moves, *outside_first(one.steps), *outside_first(one.branches)]
        return found

    patch.setattr(order_of_choice, "_inside_first", outside_first)


@pytest.mark.parametrize("fault", [the_outer_region_wins, the_outside_is_declared_first])
def test_a_broken_choosing_is_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: Callable[[pytest.MonkeyPatch], None]
) -> None:
    written(tmp_path, NESTED, ["c1", "d1", "r"], ("t", ["c2", "d2", "r"]))
    assert report_of(tmp_path).agreeing == ["one"]
    fault(monkeypatch)
    assert report_of(tmp_path).differing == ["one"]


@pytest.mark.parametrize("fault", [the_outer_region_wins, the_outside_is_declared_first])
def test_a_broken_choosing_lowers_the_count(
    scripts: Path, monkeypatch: pytest.MonkeyPatch, fault: Callable[[pytest.MonkeyPatch], None]
) -> None:
    fault(monkeypatch)
    assert set(report_of(scripts).differing) > set(DEVIATIONS)
