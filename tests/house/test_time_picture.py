"""The picture of time shows what the engine does today: it is drawn anew, its dates are held against the records."""

from __future__ import annotations

import importlib.util
import re
import sys
from datetime import date, timedelta
from xml.etree import ElementTree as ET
from zoneinfo import ZoneInfo

import pytest

import journeykit as jk
from folders import ROOT

SCRIPT = ROOT / "docs" / "explanation" / "draw_time.py"
SPEC = importlib.util.spec_from_file_location("draw_time", SCRIPT)
drawing = sys.modules["draw_time"] = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(drawing)
SVG = "{http://www.w3.org/2000/svg}"
HARMLESS = {"svg", "title", "defs", "pattern", "rect", "path", "line", "circle", "text", "tspan"}
DAY = timedelta(days=1)
ENDS = ("notice", "end", "grace_over")
PLAYED = [  # profile, first term, what is said; a row of the picture each
    ("enterprise", (date(2026, 1, 1), date(2026, 12, 31)), drawing.ENTERPRISE),
    ("product_led", (date(2026, 2, 2), date(2027, 2, 1)), drawing.PRODUCT_LED),
]


@pytest.fixture(scope="module")
def picture() -> ET.Element:
    return ET.parse(drawing.PICTURE).getroot()


def shown(picture: ET.Element, name: str) -> list[str]:
    """What is said when one points at the signs of a class, as they are drawn."""
    return [each.find(f"{SVG}title").text for each in picture.iter() if each.get("class") == name and len(each)]


def replayed(profile: str, term: tuple[date, date], said: tuple) -> list[jk.Record]:
    """The same inputs, taken as a log and not one by one."""
    facts = {"contract_start": str(term[0]), "contract_end": str(term[1])}
    lines = [
        {"kind": "begin", "at": str(term[0]), "profile": profile, "timezone": drawing.ZONE},
        {"kind": "open", "at": str(term[0]), "subject": drawing.CONTRACT, "facts": facts},
    ]
    for at, kind, what in said:
        data = {"confirmation": what["confirmation"], "by": what["by"]} if kind == "confirm" else {"facts": what}
        lines.append({"kind": kind, "at": at, "subject": drawing.CONTRACT, **data})
    inputs = [jk.parse_input({"account": "acme", **line}) for line in lines]
    history = jk.replay(jk.load(profile), inputs, until=drawing.LAST)
    return [record for record in history.records if record.subject == drawing.CONTRACT]


def day_of(record: jk.Record) -> date:
    return record.at.astimezone(ZoneInfo(drawing.ZONE)).date()


def test_the_picture_is_what_is_drawn_today() -> None:
    why = "a profile, the engine or the script has changed: run docs/explanation/draw_time.py and look at the picture"
    assert drawing.PICTURE.read_text(encoding="utf-8") == drawing.draw(), why


def test_its_dates_are_those_that_fire(picture: ET.Element) -> None:
    drawn = sorted(part for text in shown(picture, "date") for part in text.split("; ") if not part.endswith("spared"))
    fired = []
    for played in PLAYED:
        records = replayed(*played)
        slipped = {(record.at, record.name) for record in records if record.kind == "slipped"}
        for record in records:
            if record.kind == "milestone":
                day = day_of(record) - DAY if record.name in ENDS else day_of(record)
                early = "early" if record.data.get("early") else "fired"
                fired.append(f"{day} {record.name} {'slipped' if (record.at, record.name) in slipped else early}")
    assert drawn == sorted(fired)
    assert len(fired) > 15


def test_its_places_are_those_of_the_work(picture: ET.Element) -> None:
    expected = []
    for profile, term, said in PLAYED:
        first = jk.load(profile).profile.tracks[drawing.TRACK].stages[0].name
        moves = [record for record in replayed(profile, term, said) if record.kind == "moved"]
        expected += [f"{term[0]} {first}", *(f"{day_of(move)} {move.target}" for move in moves)]
    assert shown(picture, "stay") == expected


def test_each_date_is_counted_back_from_the_end_of_its_term() -> None:
    for story, (profile, _, _) in zip(drawing.stories(), PLAYED, strict=True):
        countdown = jk.load(profile).profile.tracks[drawing.TRACK].countdown
        before = {each.name: each.before.default for each in countdown.milestones}
        before["notice"] = countdown.notice.default
        for mark in story.marks:
            if mark.name in before:
                assert mark.day == mark.end - timedelta(days=before[mark.name].days), mark
            elif mark.name == "end":
                assert mark.day == mark.end


def test_it_holds_nothing_that_runs_or_loads(picture: ET.Element) -> None:
    assert {each.tag.removeprefix(SVG) for each in picture.iter()} <= HARMLESS
    attributes = {(name, value) for each in picture.iter() for name, value in each.attrib.items()}
    assert not [name for name, _ in attributes if name.startswith("on") or "href" in name]
    assert {value for _, value in attributes if re.search("url|//", value)} <= {"url(#grace)"}


def test_no_label_crosses_a_pole() -> None:
    for story in drawing.stories():
        for poles in (drawing.ladder(drawing.clock_poles(story)), drawing.ladder(drawing.work_poles(story))):
            for number, pole in enumerate(poles):
                left = pole.x - 6 - 6.2 * sum(len(text) for text, _ in pole.parts)
                assert left > 20, f"{pole.parts} runs out of the picture"
                assert not [other for other in poles[:number] if other.x > left and other.level >= pole.level]
