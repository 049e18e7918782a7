"""Draws ``time.svg``: two renewals, two terms each, as the engine plays them with the shipped profiles.

Nothing is typed in but what people say and when they say it. Every date of the clock, every place of the work and what
became of each date is read from the records. To be run again after a profile has changed:

    python docs/explanation/draw_time.py
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree import ElementTree as ET
from zoneinfo import ZoneInfo

import journeykit as jk

PICTURE = Path(__file__).with_name("time.svg")
CONTRACT, TRACK = "contract:C-1", "renewal"
ZONE = "Europe/Lisbon"
FIRST, LAST = date(2026, 1, 1), date(2028, 3, 10)
DAY = timedelta(days=1)
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

LEFT, WIDTH, SCALE = 86.0, 1240.0, 1.405
RUNG, LANE, CALENDAR = 18.0, 24.0, 20.0
INK, SOFT, FAINT, PAPER = "#1f2933", "#5b6774", "#d5dbe1", "#ffffff"
STATES = {  # how a date of the clock looks, by what became of it; the worst of a day comes last
    "fired": ("#3b4a5a", "fell due"),
    "early": ("#2e8b57", "fell due, all it asks for was done before"),
    "slipped": ("#d1660a", "fell due and slipped: what it asks for was not there"),
    "spared": ("#7b8794", "never fell due: the contract was renewed before"),
}
MOVERS = {"clock": ("#3b4a5a", "by the clock, "), "people": ("#2b6cb0", "by what was said or observed")}
TINTS = ("#edf0f3", "#d9e6f5", "#c3d8f0", "#acc9ea", "#95b9e3", "#7ea9dc")  # the work, from waiting on
ALARM, OVER, WINDOW = "#f8d3ac", "#d3d6da", "#dcd9f2"


class Mark(NamedTuple):
    """One date of the clock: its day (of what ends, the last day that counts), its term's end, what became of it."""

    day: date
    end: date
    name: str
    state: str


class Stay(NamedTuple):
    """Where the work stood, until the day before ``until``, and what brought it there."""

    stage: str
    since: date
    until: date
    words: str
    mover: str


class Story(NamedTuple):
    """One contract as it went. Of a term both days are included."""

    title: str
    note: str
    stages: tuple[str, ...]
    words: dict[str, str]
    terms: list[tuple[date, date]]
    marks: list[Mark]
    stays: list[Stay]


# -- what is said, and what happened --

Said = Sequence[tuple[str, str, dict[str, Any]]]

ENTERPRISE: Said = (
    ("2026-08-18", "observe", {"conversation_opened": True}),
    ("2026-09-22", "observe", {"proposal_sent": True}),
    ("2026-10-21", "observe", {"negotiation_started": True, "stakeholders_aligned": True}),
    ("2026-11-09", "confirm", {"confirmation": "renewal_decision", "by": "customer"}),
    ("2026-11-20", "confirm", {"confirmation": "contract_signed", "by": "customer"}),
    ("2027-08-24", "observe", {"conversation_opened": True}),
    ("2027-10-15", "observe", {"proposal_sent": True}),
    ("2027-11-15", "observe", {"negotiation_started": True, "stakeholders_aligned": True}),
    ("2027-12-15", "confirm", {"confirmation": "renewal_decision", "by": "customer"}),
    ("2028-01-12", "confirm", {"confirmation": "contract_signed", "by": "customer"}),
)
PRODUCT_LED: Said = (("2028-01-26", "confirm", {"confirmation": "notice_to_cancel", "by": "customer"}),)


def stories() -> list[Story]:
    """Both contracts of the picture."""
    return [
        story(
            "An enterprise contract (segments/enterprise.yaml), renewed by hand",
            "Term 1 is signed early, and what was still to come is not due any more. In term 2 the work is late: dates "
            "slip, the end comes unsigned, and a signature in grace closes the gap.",
            *play("enterprise", (date(2026, 1, 1), date(2026, 12, 31)), ENTERPRISE),
        ),
        story(
            "A product-led subscription (segments/product_led.yaml), which renews by itself",
            "Term 1 is announced twice and renews on the day after its end. In term 2 the customer gives notice before "
            "the last day, and the subscription is over after it.",
            *play("product_led", (date(2026, 2, 2), date(2027, 2, 1)), PRODUCT_LED),
        ),
    ]


def play(profile: str, term: tuple[date, date], said: Said) -> tuple[jk.Journey, list[tuple[date, date]], list[Mark]]:
    """Say everything on its day. The journey, its terms, and the dates that a signature made superfluous."""
    journey = jk.Journey(jk.load(profile), account="acme", at=term[0], timezone=ZONE)
    journey.open(CONTRACT, facts={"contract_start": term[0], "contract_end": term[1]})
    spared = []
    for at, method, what in said:
        journey.advance(at)
        end, ahead = terms_of(journey, term)[-1][1], journey.next_due()
        made = getattr(journey, method)(subject=CONTRACT, **what)
        if any(record.kind == "term" for record in made):
            late = journey.now.date() > end  # where it is not, there is no grace to speak of
            dates = [due for due in ahead if due.subject == CONTRACT and due.name in words_of(journey)]
            spared += [Mark(due.on, end, due.name, "spared") for due in dates if late or due.on <= end]
    journey.advance(LAST)
    return journey, terms_of(journey, term), spared


def terms_of(journey: jk.Journey, first: tuple[date, date]) -> list[tuple[date, date]]:
    """The terms, the first as it was opened, the others as the records say."""
    return [first, *((record.data["start"], record.data["end"]) for record in _about(journey, "term"))]


def words_of(journey: jk.Journey) -> dict[str, str]:
    """Each date of the clock with the words for it."""
    countdown = journey.machine.profile.tracks[TRACK].countdown
    assert countdown is not None
    words = {each.name: (each.label or each.name).lower() for each in countdown.milestones}
    return words | {"notice": "last day for notice", "end": "last day of the term", "grace_over": "last day of grace"}


def _day(record: jk.Record) -> date:
    return record.at.astimezone(ZoneInfo(ZONE)).date()


def _about(journey: jk.Journey, *kinds: str) -> list[jk.Record]:
    return [record for record in journey.records if record.subject == CONTRACT and record.kind in kinds]


def story(title: str, note: str, journey: jk.Journey, terms: list[tuple[date, date]], spared: Sequence[Mark]) -> Story:
    """The story of one contract."""
    stages = tuple(stage.name for stage in journey.machine.profile.tracks[TRACK].stages if not stage.end)
    marks = sorted([*marks_of(journey, terms), *spared], key=lambda mark: mark.day)
    return Story(title, note, stages, words_of(journey), terms, marks, stays_of(journey, terms))


def marks_of(journey: jk.Journey, terms: Sequence[tuple[date, date]]) -> Iterator[Mark]:
    """Every date of the clock that fell due."""
    slipped = {(record.at, record.name) for record in _about(journey, "slipped")}
    number = 0
    for record in _about(journey, "milestone", "term"):
        if record.kind == "term":
            number += 1
            continue
        late, ends = (record.at, record.name) in slipped, record.name in ("notice", "end", "grace_over")
        state = "slipped" if late else "early" if record.data.get("early") else "fired"
        yield Mark(_day(record) - DAY if ends else _day(record), terms[number][1], record.name, state)


def stays_of(journey: jk.Journey, terms: Sequence[tuple[date, date]]) -> list[Stay]:
    """Where the work stood and since when."""
    labels = {stage.path: stage.label for stage in journey.machine.profile.tracks[TRACK].walk()}
    stays, ends = [Stay(next(iter(labels)), terms[0][0], LAST + DAY, "", "clock")], iter(terms)
    for record in _about(journey, "moved"):
        if record.track != TRACK or record.target is None:
            continue
        day, words, label = _day(record), record.target.replace("_", " "), labels[record.target]
        if record.data["kind"] == "renew":
            words = f"{_renewed(day, next(ends)[1], bool(record.data.get('automatic')))}: {words}"
        elif record.data["kind"] == "churn":
            words = f"the term is over: {words}"
        elif label:
            words = f"{words} ({label.lower()})"
        mover = "clock" if record.cause.startswith("milestone") or record.cause == "time" else "people"
        stays[-1] = stays[-1]._replace(until=day)
        stays.append(Stay(record.target, day, LAST + DAY, words, mover))
    return stays


def _renewed(day: date, end: date, automatic: bool) -> str:
    if automatic:
        return "it renews by itself"
    days = abs((day - end).days)
    return f"renewed {days} days before the end" if day <= end else f"renewed {days} days after the end, without a gap"


# -- how it is drawn --


def x_of(day: date) -> float:
    """Where a day begins."""
    return round(LEFT + (day - FIRST).days * SCALE, 1)


def said_on(day: date) -> str:
    """A day as people write it."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


class Pole(NamedTuple):
    """A label that stands on a pole: it ends at ``x``, on rung ``level``. Its parts have colours of their own."""

    x: float
    parts: list[tuple[str, str]]
    level: int = 0


def ladder(poles: Iterable[Pole]) -> list[Pole]:
    """Give each label the lowest rung on which it crosses no pole that stands to its left."""
    placed: list[Pole] = []
    for pole in poles:
        start = pole.x - _width(pole.parts) - 14
        level = max((other.level for other in placed if other.x > start), default=0) + 1
        placed.append(pole._replace(level=level))
    return placed


def _width(parts: Sequence[tuple[str, str]]) -> float:
    return sum(len(text) for text, _ in parts) * 6.2


def _add(parent: ET.Element, tag: str, text: str = "", **attributes: object) -> ET.Element:
    names = {key.rstrip("_").replace("_", "-"): str(value) for key, value in attributes.items()}
    element = ET.SubElement(parent, tag, names)
    element.text = text or None
    return element


def _box(parent: ET.Element, since: date, until: date, y: float, fill: str, height: float = LANE) -> ET.Element:
    """A bar from the beginning of a day to the beginning of another, as far as the picture goes."""
    start, end = x_of(max(since, FIRST)), x_of(min(until, LAST + DAY))
    return _add(parent, "rect", x=start, y=y, width=round(end - start, 1), height=height, fill=fill)


def _poles(parent: ET.Element, poles: Sequence[Pole], y: float, up: bool) -> None:
    """The labels above (or below) a lane whose edge is at ``y``."""
    for pole in poles:
        tip = y - pole.level * RUNG if up else y + pole.level * RUNG
        _add(parent, "line", x1=pole.x, y1=y, x2=pole.x, y2=tip - 4 if up else tip + 2, stroke="#b8c1cb")
        label = _add(parent, "text", x=pole.x - 6, y=tip + 6 if up else tip + 2, text_anchor="end", font_size=12.5)
        for text, colour in pole.parts:
            _add(label, "tspan", text, fill=colour)


def clock_poles(story: Story) -> list[Pole]:
    """What stands above the clock: one label a day, the dates of that day with what became of each."""
    poles = []
    for day, group in groupby(story.marks, key=lambda mark: mark.day):
        marks = list(group)
        before = (marks[0].end - day).days
        parts = [(said_on(day) + (f", {before} days before: " if before > 0 else ": "), SOFT)]
        for number, mark in enumerate(marks):
            words = story.words[mark.name] + (f" ({mark.state})" if mark.state in ("early", "slipped") else "")
            parts.append((("; " if number else "") + words, STATES[mark.state][0]))
        poles.append(Pole(x_of(day), parts))
    return poles


def work_poles(story: Story) -> list[Pole]:
    """What stands below the work: the place that was reached, and how."""
    return [
        Pole(x_of(stay.since), [(f"{said_on(stay.since)}: ", SOFT), (stay.words, MOVERS[stay.mover][0])])
        for stay in story.stays[1:]
    ]


def draw_clock(parent: ET.Element, story: Story, y: float) -> None:
    """The terms, the window and the grace of each, and the dates."""
    grace = [(mark.end + DAY, mark.day) for mark in story.marks if mark.name == "grace_over"]
    for number, (start, end) in enumerate(story.terms, start=1):
        _box(parent, start, end + DAY, y, "#f3f5f7" if number % 2 else "#e4e8ed")
        window = min((mark.day for mark in story.marks if mark.end == end), default=end)
        _box(parent, max(window, start), end + DAY, y, WINDOW)
        words, begins = f"term {number}: {said_on(start)} to {said_on(end)}", start
        if begins > LAST - 180 * DAY:  # little of it is to be seen, and grace before that
            words, begins = f"term {number}", max(until for _, until in [(start, start), *grace])
        _add(parent, "text", words, x=x_of(begins) + 8, y=y + 16, fill=INK, font_size=12)
    for since, until in grace:
        _box(parent, since, until + DAY, y, "url(#grace)").set("stroke", "#c77d2e")
    for day, group in groupby(story.marks, key=lambda mark: mark.day):
        marks = list(group)
        worst = max((mark.state for mark in marks), key=list(STATES).index)
        draw_dot(parent, x_of(day), y + LANE / 2, worst, "; ".join(f"{day} {mark.name} {mark.state}" for mark in marks))


def draw_dot(parent: ET.Element, x: float, y: float, state: str, title: str = "") -> None:
    """A date of the clock, which a reader can point at."""
    colour = STATES[state][0]
    fill = PAPER if state == "spared" else colour
    dot = _add(parent, "circle", cx=x, cy=y, r=4.5, fill=fill, stroke=colour, stroke_width=1.5, class_="date")
    if title:
        _add(dot, "title", title)


def draw_work(parent: ET.Element, story: Story, y: float) -> None:
    """Where the work stood, as far as the words fit in."""
    for stay in story.stays:
        bar = _box(parent, stay.since, stay.until, y, _tint(stay.stage, story.stages))
        bar.set("class", "stay")
        bar.set("stroke", PAPER)
        _add(bar, "title", f"{stay.since} {stay.stage}")
        words = stay.stage.replace("_", " ")
        if x_of(min(stay.until, LAST)) - x_of(stay.since) > len(words) * 6.4 + 10:
            _add(parent, "text", words, x=x_of(stay.since) + 6, y=y + 16, fill=INK, font_size=12)


def _tint(stage: str, stages: tuple[str, ...]) -> str:
    if stage not in stages:
        return OVER
    return ALARM if stage in ("leaving", "in_grace") else TINTS[min(stages.index(stage), len(TINTS) - 1)]


def draw_calendar(parent: ET.Element, y: float) -> None:
    """The months, and the years where they begin."""
    day = FIRST
    while day <= LAST:
        _add(parent, "line", x1=x_of(day), y1=y, x2=x_of(day), y2=y + CALENDAR, stroke=FAINT)
        text, weight = (str(day.year), "bold") if day.month == 1 else (MONTHS[day.month - 1], "normal")
        if x_of(day) + 34 < x_of(LAST):
            _add(parent, "text", text, x=x_of(day) + 5, y=y + 14, fill=SOFT, font_size=11, font_weight=weight)
        day = date(day.year + day.month // 12, day.month % 12 + 1, 1)


def draw_story(parent: ET.Element, story: Story, y: float) -> float:
    """One row of the picture; where the next may begin."""
    _add(parent, "text", story.title, x=20, y=y + 16, fill=INK, font_size=16, font_weight="bold")
    _add(parent, "text", story.note, x=20, y=y + 36, fill=SOFT, font_size=13)
    above, below = ladder(clock_poles(story)), ladder(work_poles(story))
    clock = y + 52 + max(pole.level for pole in above) * RUNG
    work = clock + LANE + CALENDAR
    _poles(parent, above, clock, up=True)
    _poles(parent, below, work + LANE, up=False)
    draw_clock(parent, story, clock)
    draw_calendar(parent, clock + LANE)
    draw_work(parent, story, work)
    for words, top in (("the clock", clock), ("the work", work)):
        _add(parent, "text", words, x=20, y=top + 16, fill=INK, font_size=12.5, font_weight="bold")
    return work + LANE + max(pole.level for pole in below) * RUNG + 36


def draw_legend(parent: ET.Element, y: float) -> None:
    """What the signs mean."""
    x = 20.0
    for state, (colour, words) in STATES.items():
        draw_dot(parent, x + 5, y - 4, state)
        _add(parent, "text", words, x=x + 16, y=y, fill=colour, font_size=12)
        x += len(words) * 6.0 + 40
    x, y = 20.0, y + 24
    for fill, words in ((WINDOW, "the window, from the first date to the end"), ("url(#grace)", "grace")):
        _add(parent, "rect", x=x, y=y - 11, width=20, height=13, fill=fill)
        _add(parent, "text", words, x=x + 27, y=y, fill=SOFT, font_size=12)
        x += len(words) * 6.0 + 52
    label = _add(parent, "text", x=x, y=y, font_size=12)
    for colour, words in ((SOFT, "below the work, what moved it: "), *MOVERS.values()):
        _add(label, "tspan", words, fill=colour)


def draw() -> str:
    """The whole picture as text; the same text each time."""
    svg = ET.Element("svg", {"xmlns": "http://www.w3.org/2000/svg", "role": "img"})
    svg.set("font-family", "Segoe UI, Helvetica, Arial, Liberation Sans, sans-serif")
    _add(svg, "title", "Two contracts over two terms: what the clock does, and what people do")
    pattern = _add(_add(svg, "defs"), "pattern", id="grace", width=6, height=6, patternUnits="userSpaceOnUse")
    _add(pattern, "rect", width=6, height=6, fill="#fdf0e0")
    _add(pattern, "path", d="M0 6 L6 0", stroke="#e0a56a", stroke_width=1)
    paper = _add(svg, "rect", width=WIDTH, rx=8, fill=PAPER)
    y = 24.0
    for story in stories():
        y = draw_story(svg, story, y)
    draw_legend(svg, y)
    height = y + 44
    paper.set("height", str(height))
    svg.set("viewBox", f"0 0 {WIDTH:g} {height:g}")
    for child in svg:  # one a line, and no blanks inside of texts
        child.tail = "\n"
    return ET.tostring(svg, encoding="unicode") + "\n"


if __name__ == "__main__":
    PICTURE.write_text(draw(), encoding="utf-8")
