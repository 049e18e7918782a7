"""Profiles side by side, and where their values come from."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from folders import ROOT
from journeykit.cli import main
from journeykit.draw import origin
from journeykit.draw import side_by_side as compare
from journeykit.language import catalog

PAGE = ROOT / "docs" / "reference" / "segments_compared.md"
SEGMENTS = ("enterprise", "mid_market", "smb", "product_led")
Run = Callable[..., tuple[int, str, str]]
SHIPPED = [catalog.read(name) for name in SEGMENTS]

FIRST = """
profile: first
version: "1"
roles: {us: {side: us}, them: {side: us}, robot: {side: us, played_by: product}}
subjects: {deal: {term: [starts, ends]}}
facts: {account: {seats: {type: integer}, sure: {type: boolean}}}
tracks:
  value:
    stages:
      one:
        typical: {is: 2..4 weeks, source: G-1, instead_of: {G-2: 30 days}}
        activities: {way_of_working: {is: By hand, source: G-3}}
        exit:
          {to: two, when: {enough: {is: seats >= 5, source: G-4}}, handoff: {giver: us, receiver: them}, source: G-5}
      two: {}
  deals:
    per: deal
    countdown: {milestones: {ask: {before: 60 days, source: G-6}, remind: {before: 30 days}}, grace: 7 days}
    stages: {open: {}, over: {end: over}}
"""
SECOND = """
profile: second
title: {is: The second, source: G-7}
extends: first.yaml
tracks:
  value:
    stages:
      one:
        typical: {is: 1..3 days, source: G-8}
        activities: {way_of_working: By itself}
        exit: {when: {sure: sure}, handoff: {receiver: robot}}
  deals:
    countdown: {milestones: {ask: {before: 45 days}, remind: ~}}
"""


@pytest.fixture
def both(tmp_path: Path) -> list[catalog.Profile]:
    for name, text in (("first", FIRST), ("second", SECOND)):
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    return [catalog.read(tmp_path / f"{name}.yaml") for name in ("first", "second")]


# ---------------------------------------------------------------- side by side


def test_the_rows_say_what_each_profile_says(both: list[catalog.Profile]) -> None:
    found = {(row.track, row.stage, row.what): row.cells for row in compare.rows(both)}
    assert found == {
        ("value", "one", "typical"): ("2 to 4 weeks", "1 to 3 days"),
        ("value", "one", "stuck after"): ("6 weeks", "5 days"),
        ("value", "one", "leaves when"): ("enough: seats >= 5", "enough: seats >= 5\nsure: sure"),
        ("value", "one", "handoff"): ("us -> them", "automatic: robot"),
        ("value", "one", "way of working"): ("By hand", "By itself"),
        ("deals", "", "window opens"): ("60 days before", "45 days before"),
        ("deals", "", "dates"): ("60 days: ask\n30 days: remind", "45 days: ask"),
        ("deals", "", "renews"): ("by hand", "by hand"),
        ("deals", "", "grace"): ("7 days", "7 days"),
    }


def test_a_track_stands_above_its_stages(both: list[catalog.Profile]) -> None:
    said = [line.split("  ")[0] for line in compare.as_text(both, 100).splitlines()]
    assert [one for one in said if one][:7] == ["stage", "-----", "VALUE", "one", "DEALS", "The same in both:", "stage"]


def test_what_is_the_same_is_told_once(both: list[catalog.Profile]) -> None:
    differ, same = compare.as_text(both, 100).split("The same in both:")
    assert "60 days before" in differ
    assert "7 days" not in differ
    assert "grace" in same
    assert compare.as_text(both[:1], 100).count("7 days") == 1


@pytest.mark.parametrize("width", [100, 120])
@pytest.mark.parametrize("language", ["en", "pt", "es"])
def test_the_table_keeps_to_its_width(width: int, language: str) -> None:
    said = compare.as_text(SHIPPED, width, language)
    assert max(map(len, said.splitlines())) <= width
    assert said.splitlines()[0].split() == ["stage", *SEGMENTS]


def test_the_shipped_segments_differ_where_the_guide_says_so() -> None:
    found = {(row.stage or row.track, row.what): row.cells for row in compare.rows(SHIPPED)}
    assert found["Onboarding", "typical"] == ("3 to 6 months", "4 to 8 weeks", "1 to 2 weeks", "1 to 7 days")
    opens = [cell.partition(" before")[0] for cell in found["Renewal", "window opens"]]
    assert opens == ["180 days", "90 days", "60 days", "30 days"]
    assert found["Onboarding", "handoff"][2] == "automatic: The product itself"


def test_the_page_shows_the_same() -> None:
    """``journeykit show enterprise mid_market smb product_led --format markdown`` writes them anew."""
    head, mark, tables = PAGE.read_text(encoding="utf-8").partition("## ")
    assert "Segments side by side" in head
    assert mark + tables == compare.as_markdown(SHIPPED)


def test_what_good_looks_like_and_what_moves_a_renewal_on_can_be_seen() -> None:
    found = {(row.track, row.stage, row.what): row.cells for row in compare.rows(SHIPPED)}
    assert len(found["Value", "Onboarding", "success"][0].splitlines()) == 5
    moves = found["Renewal", "", "moves on when"][0].splitlines()
    assert moves[0] == "Preparing: The renewal window is open"
    assert moves[-1] == "next term: The contract is signed"
    assert found["Expansion", "Opportunity in pursuit", "usual deal"][0] == "USD 100,000 to 1,000,000 or more"
    assert compare.SILENT in compare.as_text(SHIPPED, 140)
    assert compare.SILENT not in compare.as_text(SHIPPED[:1], 140)


# ---------------------------------------------------------------- where values come from


def test_the_source_of_an_entry_is_that_of_its_parts() -> None:
    text = """
profile: parts
facts: {account: {n: {type: number}, a: {type: boolean}}}
signals: {heard: {}}
bands: {level: {of: n, levels: {low: 0, high: 5}, source: G-1}}
derived:
  calm: {all: {quiet: {quiet: heard, for: 3 days}, more: {any: {a: a, b: {is: n > 1, source: G-3}}}}, source: G-2}
  two: {at_least: 1, of: {a: {is: a, held: 2 days}, b: not a}, source: G-4}
tracks: {t: {stages: {s: {source: G-5, success: {a: a}}}}}
"""
    found = {one.path: one.source for one in origin.origins(catalog.read_text(text))}
    expected = {
        "bands.level.levels.high": "G-1",
        "derived.calm.all.quiet.quiet": "G-2",
        "derived.calm.all.quiet.for": "G-2",
        "derived.calm.all.more.any.a": "G-2",
        "derived.calm.all.more.any.b": "G-3",
        "derived.two.of.a": "G-4",
        "derived.two.of.a.held": "G-4",
        "derived.two.at_least": "G-4",
        "tracks.t.stages.s.success.a": "",
    }
    assert {path: found[path] for path in expected} == expected


def test_each_value_says_where_it_was_written(both: list[catalog.Profile]) -> None:
    found = {one.path: one for one in origin.origins(both[1])}
    says = {path: (one.value, Path(one.file).name, one.line, one.source, one.inherited) for path, one in found.items()}
    assert says["title"] == ("The second", "second.yaml", 3, "G-7", False)
    assert says["tracks.value.stages.one.typical"] == ("1..3 days", "second.yaml", 9, "G-8", False)
    assert says["tracks.value.stages.one.exit.to"] == ("two", "first.yaml", 14, "G-5", True)
    assert says["tracks.value.stages.one.exit.when.enough"] == ("seats >= 5", "first.yaml", 14, "G-4", True)
    assert says["tracks.value.stages.one.exit.handoff.receiver"] == ("robot", "second.yaml", 11, "", False)
    assert says["tracks.deals.countdown.milestones.ask.before"] == ("45 days", "second.yaml", 13, "G-6", False)
    assert says["tracks.deals.countdown.grace"] == ("7 days", "first.yaml", 18, "", True)
    assert found["tracks.value.stages.one.typical"].instead_of == (("G-2", "30 days"),)
    assert not [path for path in found if path.endswith(("source", "instead_of", ".is"))]
    assert json.loads(json.dumps(found["title"].to_dict()))["instead_of"] == {}


def test_origins_as_a_table(both: list[catalog.Profile]) -> None:
    lines = [" ".join(line.split()) for line in origin.as_text(both[1], 200).splitlines()]
    assert lines[0] == "value written at source"
    assert any(line.startswith("tracks.value.stages.one.typical: 1..3 days") and line.endswith("G-8") for line in lines)
    assert "not G-2: 30 days" in lines
    assert any(line.startswith("roles.us.side: us") and line.endswith("first.yaml:4 - (inherited)") for line in lines)


@pytest.mark.parametrize("name", SEGMENTS)
def test_every_value_of_a_shipped_segment_has_its_place(name: str) -> None:
    found = origin.origins(catalog.read(name))
    files = {f"segments/{name}.yaml": False, "segments/base.yaml": True}
    assert {(one.file, one.inherited) for one in found} == set(files.items())
    texts = {file: (catalog.segments_dir().parent / file).read_text(encoding="utf-8").splitlines() for file in files}
    for one in found:
        assert one.value.split(", ")[0].split()[0].removesuffix(".0") in texts[one.file][one.line - 1], one


# ---------------------------------------------------------------- as a command


@pytest.fixture
def run(
    both: list[catalog.Profile], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Run:
    def run(*words: str) -> tuple[int, str, str]:
        code = main(["show", *words])
        return code, *capsys.readouterr()

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "110")
    return run


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["first.yaml", "second.yaml"], "window opens    60 days before"),
        (["first.yaml", "second.yaml", "--format", "markdown"], "|  | stuck after | 6 weeks | 5 days |"),
        (["second.yaml", "--origin"], "tracks.value.stages.one.typical: 1..3 days"),
        (["second.yaml", "--sources"], "typically 1 to 3 days [G-8; not G-2: 30 days], stuck after 5 days"),
        (["second.yaml"], "typically 1 to 3 days, stuck after 5 days"),
        (["smb", "--lang", "pt"], "[Adoção]"),
        (["smb", "--lang", "es-MX"], "[Adopción]"),
        (["smb"], "[Adoption]"),
        (["smb", "--names"], "[adoption]"),
        (["smb", "enterprise", "--lang", "pt"], "Adoção"),
    ],
)
def test_show_says(run: Run, words: list[str], said: str) -> None:
    code, out, err = run(*words)
    assert (code, err) == (0, "")
    assert said in out
    assert "--format" in words or max(map(len, out.splitlines())) <= 110


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["smb", "base", "--origin"], "--origin takes one profile; several are shown side by side"),
        (["smb", "base", "--format", "mermaid"], "--format mermaid takes one profile"),
        (["smb", "--lang", "xx"], 'there are no labels in "xx" for the profile smb; there are en, es and pt'),
        (["first.yaml", "--lang", "pt"], 'there are no labels in "pt" for the profile first; there are none at all'),
    ],
)
def test_show_refuses(run: Run, words: list[str], said: str) -> None:
    code, out, err = run(*words)
    assert (code, out) == (2, "")
    assert said in err
