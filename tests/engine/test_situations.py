"""What the guide describes, as it goes on the shipped segments: the table ``cases/situations.yaml``.

A situation names the ``rows`` of the guide that it shows and the ``profiles`` in which it has to come true. All begin
on 6 January 2025 (or with their first input) in UTC; ``inputs``, ``until`` and ``expect`` are written as in
``cases/hard_scenarios.yaml``, see ``test_hard_scenarios.py``. An input may say several in one word: ``does`` names a
list of the ``shorthands``; of these a segment takes the facts it has. A handoff is left out where the product
takes over by itself. Each situation is played step by step and as a replay.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
import test_hard_scenarios as hard
import yaml

from folders import CASES

TABLE: Any = yaml.load((CASES / "situations.yaml").read_text(encoding="utf-8"), hard._Json)
PLAYS = {"steps": hard.play_steps, "replay": hard.play_replay}
Line = dict[str, Any]


def spelled_out(profile: str, written: Line) -> Iterator[Line]:
    """The inputs that one line of the table stands for, in this segment."""
    known = hard.machine_of(profile).profile
    rest = {key: value for key, value in written.items() if key != "does"}
    for line in TABLE["shorthands"][written["does"]] if "does" in written else [{}]:
        one = {**rest, **line}
        if "does" in written and "facts" in one:
            one["facts"] = {name: value for name, value in one["facts"].items() if name in known.facts}
        moves = [move for track in known.tracks.values() for place in track.walk() for move in place.moves]
        handoff = next((move.handoff for move in moves if move.id == one.get("move")), None)
        if one["kind"] != "handoff" or (handoff is not None and not handoff.automatic):
            yield one


def case_of(situation: Line, profile: str) -> Line:
    """The situation in one segment, as a hard scenario would be written."""
    inputs = [one for written in situation["inputs"] for one in spelled_out(profile, written)]
    begins = min([str(one["at"]) for one in inputs if "at" in one])
    return {**situation, "profile": profile, "zone": "UTC", "begins": begins, "inputs": inputs}


@cache
def cases() -> dict[str, Line]:
    return {f"{one['name']}-{name}": case_of(one, name) for one in TABLE["situations"] for name in one["profiles"]}


@pytest.mark.parametrize("how", PLAYS)
@pytest.mark.parametrize("name", cases())
def test_situation(name: str, how: str) -> None:
    case = cases()[name]
    played = PLAYS[how](case)
    assert played.refused == [line["refused"] for line in case["inputs"] if "refused" in line]
    for one in case["expect"]:
        keys = {"at", "positions", "missing", "due"} if "at" in one else {"from", "to", "kinds", "records", "never"}
        assert set(one) <= keys | {"subject", "track", "names"}
        (hard.check_moment if "at" in one else hard.check_records)(case, played, one)


def test_each_situation_names_rows_of_the_guide_and_keys_that_are_known() -> None:
    lines = (CASES / "guide_ids.txt").read_text(encoding="utf-8").splitlines()
    names = [one["name"] for one in TABLE["situations"]]
    assert len(set(names)) == len(names)
    for one in TABLE["situations"]:
        assert set(one) == {"name", "rows", "profiles", "inputs", "until", "expect"}, one["name"]
        assert one["rows"], one["name"]
        assert set(one["rows"]) <= set(lines), one["name"]
        assert one["expect"], one["name"]
