"""Hard scenarios of a renewal desk, each played through with its dates spelled out.

They stand in ``cases/hard_scenarios.yaml``; what they expect was worked out by hand, the arithmetic stands beside it.
A case names a shipped segment or holds a small profile of its own, the account's ``zone``, the day it ``begins`` and
its inputs as JSON objects: ``account`` is filled in; with ``days: FIRST..LAST`` instead of ``at`` there is one a day;
with ``refused: CODE`` it must be refused. After the last one time goes on to ``until``. ``expect`` lists two things.

How things stand ``at`` an instant, after all inputs up to then:

- ``positions``: ``region subject`` -> path; null for nothing there.
- ``missing``: of a ``move`` of a ``track``: the criteria that are neither met nor waived -> result, exactly these.
- ``due``: what falls due ``within`` a period, in one ``track`` or of one ``subject``: exactly these, in this order;
  ``what`` has to be among the words said of it.

What happened, ``from`` and ``to`` a day (both count) or ever, of the ``kinds`` (else: of those listed), and where it is
said of a ``subject``, ``track`` or ``names``:

- ``records``: exactly these, in this order; ``never``: none of these.

A plain date means its first instant in the account's zone. Every case is played in steps, in steps with a tick every
six hours, and as a replay, with equal records; the reference interpreter has to make them too. A case that shows a
known fault says so in ``fault``, and has to fail until it is mended.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

import pytest
import yaml
from test_rules import fits, plain

import journeykit as jk
from folders import CASES
from journeykit.answers.explain import Point
from journeykit.dates import first_instant, instant_after, zone
from journeykit.errors import InputError
from journeykit.journey.history import in_order
from reference import Reference, Refused
from told import told

TABLE = CASES / "hard_scenarios.yaml"
NUMBERS = [str(number) for number in range(6, 23)]
SIX_HOURS = timedelta(hours=6)
MOST_TICKS = 3_000
Line = dict[str, Any]


class _Json(yaml.SafeLoader):
    """YAML in which dates and instants stay text, and ``on`` is a word."""


_Json.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in found if not tag.endswith((":timestamp", ":bool"))]
    for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Json.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("true|false"), ["t", "f"])


@cache
def scenarios() -> list[Line]:
    found: list[Line] = yaml.load(TABLE.read_text(encoding="utf-8"), _Json)["scenarios"]
    return found


@cache
def machine_of(profile: str) -> jk.Machine:
    return jk.compile_profile(jk.read_text(profile)) if "\n" in profile else jk.load(profile)


def instant(case: Line, text: str) -> datetime:
    """An instant as it is, a day as its first instant in the account's zone."""
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return first_instant(date.fromisoformat(text), zone(case["zone"]))
    return datetime.fromisoformat(text)


def lines_of(case: Line) -> Iterator[Line]:
    """The inputs as JSON objects, the begin first; ``refused`` left in."""
    name = machine_of(case["profile"]).profile.name
    yield {"account": "acme", "at": case["begins"], "kind": "begin", "profile": name, "timezone": case["zone"]}
    for written in case["inputs"]:
        line = {"account": "acme", **written}
        first, _, last = line.pop("days", "").partition("..")
        if not first:
            yield line
            continue
        day = date.fromisoformat(first)
        while day <= date.fromisoformat(last):
            yield {**line, "at": day.isoformat()}
            day += timedelta(days=1)


def stops_of(case: Line) -> dict[str, datetime]:
    """The moments at which somebody looks, soonest first."""
    texts = {one["at"] for one in case["expect"] if "at" in one} | {case["until"]}
    return {text: instant(case, text) for text in sorted(texts, key=lambda text: instant(case, text))}


@dataclass
class Played:
    """What a case did: its records, the codes of what was refused, and the snapshots where somebody looked."""

    records: list[jk.Record] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    seen: dict[str, jk.Snapshot] = field(default_factory=dict)


def events_of(case: Line, every: timedelta | None) -> list[tuple[datetime, int, Any]]:
    """Inputs, then looks, then ticks, in order of time."""
    stops = stops_of(case)
    events: list[tuple[datetime, int, Any]] = [(instant(case, line["at"]), 0, line) for line in lines_of(case)]
    events += [(moment, 1, text) for text, moment in stops.items()]
    if every is not None:
        first, last = events[0][0], max(stops.values())
        every = max(every, (last - first) / MOST_TICKS)
        events += [(first + every * n, 2, None) for n in range(1, (last - first) // every)]
    return sorted(events, key=lambda event: event[:2])


def play_steps(case: Line, every: timedelta | None = None) -> Played:
    """Input by input, with a tick where somebody looks, and in between so often."""
    played, events = Played(), events_of(case, every)
    begin = events.pop(0)[2]
    journey = jk.Journey(machine_of(case["profile"]), "acme", at=begin["at"], timezone=case["zone"])
    for moment, _, event in events:
        if not isinstance(event, dict):
            journey.advance(moment)
            if event is not None:
                played.seen[event] = journey.snapshot
            continue
        try:
            journey.send({key: value for key, value in event.items() if key != "refused"})
        except InputError as refusal:
            played.refused.append(refusal.code)
    played.records = list(journey.records)
    return played


def play_ticking(case: Line) -> Played:
    return play_steps(case, SIX_HOURS)


def inputs_of(case: Line) -> list[jk.Input]:
    return [jk.parse_input({k: v for k, v in line.items() if k != "refused"}) for line in lines_of(case)]


def play_replay(case: Line) -> Played:
    """All at once; for each moment at which somebody looks, anew from the beginning."""
    machine, entries = machine_of(case["profile"]), inputs_of(case)
    played, stops = Played(), stops_of(case)
    for text, moment in stops.items():
        history = jk.replay(machine, entries, until=moment)
        assert history.snapshot is not None
        played.seen[text] = history.snapshot
        played.records, played.refused = list(history.records), [one.error.code for one in history.refused]
    return played


# -- what is expected


def record_lines(played: Played) -> list[Line]:
    return [plain(told(record)) for record in played.records]


def spelled(case: Line, expected: Line) -> Line:
    """What is expected of a record, its day made the text of an instant."""
    if "at" not in expected:
        return expected
    return {**expected, "at": plain(instant(case, expected["at"]).astimezone(jk.dates.UTC))}


def check_records(case: Line, played: Played, one: Line) -> None:
    here = zone(case["zone"])
    first = first_instant(date.fromisoformat(one["from"]), here) if "from" in one else None
    after = instant_after(date.fromisoformat(one["to"]), here) if "to" in one else None
    window = [
        line
        for record, line in zip(played.records, record_lines(played), strict=True)
        if (first is None or record.at >= first) and (after is None or record.at < after)
    ]
    for key, many in (("subject", "subject"), ("track", "track"), ("names", "name")):
        if key in one:
            window = [line for line in window if line[many] in one[key]]
    wanted = [spelled(case, each) for each in one.get("records", [])]
    kinds = one.get("kinds") or {each["kind"] for each in wanted}
    shown = [line for line in window if line["kind"] in kinds]
    told = "\n".join(json.dumps({k: v for k, v in line.items() if v and k not in ("account", "id")}) for line in shown)
    assert len(shown) == len(wanted), f"expected {len(wanted)} records of {sorted(kinds)}, found\n{told}"
    for line, each in zip(shown, wanted, strict=True):
        assert fits(line, each), f"expected {json.dumps(each)}\nfound\n{told}"
    for each in one.get("never", []):
        found = [line for line in window if fits(line, spelled(case, each))]
        assert not found, f"never {json.dumps(each)}, but\n" + "\n".join(map(json.dumps, found))


def single(points: Iterable[Point]) -> Iterator[Point]:
    """What is missing, where all of a group are asked for one by one."""
    for point in points:
        if point.required == "all of":
            yield from single(part for part in point.parts if part.result not in ("met", "waived"))
        else:
            yield point


def check_moment(case: Line, played: Played, one: Line) -> None:
    journey = jk.Journey.load(machine_of(case["profile"]), played.seen[one["at"]], records=played.records)
    positions = {f"{region} {subject}": path for (region, subject), path in journey.positions.items()}
    wanted = one.get("positions", {})
    assert {name: positions.get(name) for name in wanted} == wanted, one["at"]
    for asked in one.get("missing", []):
        check_missing(journey, asked)
    for asked in one.get("due", []):
        check_due(journey, asked)


def check_missing(journey: jk.Journey, asked: Line) -> None:
    explained = journey.explain(asked["track"], asked.get("subject"))
    way = next((way for way in explained.moves if way.move == asked["move"]), None)
    assert way is not None, (
        f"{asked['move']} is not open at {journey.now}; there are {[one.move for one in explained.moves]}"
    )
    found = {point.name: point.result for point in single(way.missing)}
    assert found == asked["are"], f"{asked['move']} at {journey.now}"
    assert all(words in str(explained) for words in asked.get("says", []))


def check_due(journey: jk.Journey, asked: Line) -> None:
    due = [
        line
        for line in journey.next_due(asked.get("within"))
        if line.track == asked.get("track", line.track) and line.subject == asked.get("subject", line.subject)
    ]
    told = "\n".join(f"{line.on} {line.at} {line.subject} {line.name}: {line.what}" for line in due)
    assert len(due) == len(asked["are"]), f"due at {journey.now}:\n{told}"
    for line, each in zip(due, asked["are"], strict=True):
        said = {key: plain(getattr(line, key)) for key in each}
        assert each.get("what", "") in said.pop("what", ""), told
        assert said == {key: value for key, value in each.items() if key != "what"}, f"due at {journey.now}:\n{told}"


PLAYS = {"steps": play_steps, "ticking": play_ticking, "replay": play_replay}


@cache
def played(index: int, how: str) -> Played:
    return PLAYS[how](scenarios()[index])


def all_scenarios(*, faults: bool = False) -> list[Any]:
    found = []
    for index, case in enumerate(scenarios()):
        marks = [pytest.mark.xfail(strict=True, reason=case["fault"])] if "fault" in case and faults else []
        found.append(pytest.param(index, id=f"{case['number']} {case['title']}", marks=marks))
    return found


@pytest.mark.parametrize("how", PLAYS)
@pytest.mark.parametrize("index", all_scenarios(faults=True))
def test_scenario(index: int, how: str) -> None:
    case, story = scenarios()[index], played(index, how)
    assert set(case) <= {"number", "title", "profile", "zone", "begins", "inputs", "until", "expect", "fault"}
    assert story.refused == [line["refused"] for line in case["inputs"] if "refused" in line]
    assert case["expect"]
    for one in case["expect"]:
        keys = {"at", "positions", "missing", "due"} if "at" in one else {"from", "to", "kinds", "records", "never"}
        assert set(one) <= keys | {"subject", "track", "names"}
        (check_moment if "at" in one else check_records)(case, story, one)


@pytest.mark.parametrize("index", all_scenarios())
def test_steps_ticks_and_replay_are_one_story(index: int) -> None:
    """Not only what a case names: every record with every word of it, whoever looks how often."""
    steps, ticking, replayed = (played(index, how) for how in PLAYS)
    assert ticking.records == steps.records
    assert replayed.records == steps.records
    assert [one.positions for one in ticking.seen.values()] == [one.positions for one in steps.seen.values()]
    assert [one.positions for one in replayed.seen.values()] == [one.positions for one in steps.seen.values()]


@pytest.mark.parametrize("index", all_scenarios())
def test_the_reference_interpreter_tells_the_same_story(index: int) -> None:
    case = scenarios()[index]
    machine = machine_of(case["profile"])
    reference = Reference(machine.profile)
    last = jk.Input("tick", "acme", list(stops_of(case).values())[-1])
    for entry in [*in_order(machine, inputs_of(case)), last]:
        try:
            reference.send(entry)
        except (InputError, Refused):
            continue
    assert [plain(record) for record in reference.records] == record_lines(played(index, "steps"))


def test_every_scenario_has_its_case() -> None:
    assert {case["number"] for case in scenarios()} >= set(NUMBERS)
