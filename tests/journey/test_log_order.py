"""In which order inputs are taken that come from elsewhere, newest first or one export behind the other (R3)."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import permutations
from typing import Any

import pytest

import journeykit as jk
from reference.order import as_taken

DAY = "2026-01-05"
Line = dict[str, Any]

BEGIN: Line = {"kind": "begin", "profile": "smb"}
OPEN_0: Line = {
    "kind": "open",
    "subject": "contract:C-0",
    "facts": {"contract_start": DAY, "contract_end": "2027-01-04"},
}
OPEN_1: Line = {
    "kind": "open",
    "subject": "contract:C-1",
    "facts": {"contract_start": DAY, "contract_end": "2027-02-28"},
}
INTO: Line = {"kind": "close", "subject": "contract:C-0", "into": "contract:C-1"}
HEALTH: Line = {"kind": "observe", "facts": {"health_score": 80}}
SIGNED: Line = {"kind": "confirm", "subject": "contract:C-1", "confirmation": "contract_signed", "by": "customer"}
TOKYO: Line = BEGIN | {"timezone": "Asia/Tokyo"}
AGAIN: Line = OPEN_1 | {"facts": {"contract_start": DAY, "contract_end": "2028-12-31"}}
CLOSE_1: Line = {"kind": "close", "subject": "contract:C-1"}


def of(*lines: Line) -> list[Line]:
    return [{"account": "acme", "at": DAY, **line} for line in lines]


def texts(*lines: Line) -> list[str]:
    return [json.dumps(line) for line in of(*lines)]


@pytest.fixture(scope="module")
def smb() -> jk.Machine:
    return jk.load("smb")


CASES: list[tuple[str, list[Line], list[int], list[int]]] = [
    ("as it happened", [BEGIN, OPEN_0, OPEN_1, INTO], [0, 1, 2, 3], []),
    ("newest first", [INTO, OPEN_1, OPEN_0, HEALTH, BEGIN], [4, 1, 2, 0, 3], []),
    ("what opens stays behind what does not speak of it", [BEGIN, HEALTH, OPEN_1, SIGNED], [0, 1, 2, 3], []),
    ("begun in two ways: the first line counts", [HEALTH, TOKYO, BEGIN], [1, 0], [2]),
    ("opened in two ways: the first line counts", [BEGIN, SIGNED, OPEN_1, AGAIN], [0, 2, 1], [3]),
    ("opened in two ways around a word", [BEGIN, OPEN_1, SIGNED, AGAIN], [0, 1, 2], [3]),
    ("opened again after it was closed", [BEGIN, OPEN_1, CLOSE_1, AGAIN], [0, 1, 2], [3]),
    ("closed before it was opened", [BEGIN, CLOSE_1, OPEN_1, AGAIN], [0, 2, 1], [3]),
    ("never opened", [SIGNED, HEALTH, BEGIN], [2, 1], [0]),
]


@pytest.mark.parametrize(("lines", "taken", "refused"), [row[1:] for row in CASES], ids=[row[0] for row in CASES])
def test_within_an_instant(lines: list[Line], taken: list[int], refused: list[int], smb: jk.Machine) -> None:
    history = jk.replay(smb, texts(*lines))
    entries = [jk.parse_input(line) for line in of(*lines)]
    assert [_place(entry, entries) for entry in history.inputs] == taken
    assert [one.number for one in history.refused] == refused
    assert [entry for entry in as_taken(entries) if entries.index(entry) not in refused] == [entries[n] for n in taken]
    book = jk.replay_book(texts(*lines))
    assert book.accounts["acme"].records == history.records
    assert [left.line for left in book.left_out] == [number + 1 for number in refused]


def _place(entry: jk.Input, entries: list[jk.Input]) -> int:
    return next(n for n, one in enumerate(entries) if (one.kind, one.subject, one.data) == entry[:1] + entry[4:])


FORMS: dict[str, Callable[[list[Line]], Any]] = {
    "lines": lambda lines: list(map(json.dumps, lines)),
    "lines of bytes": lambda lines: [json.dumps(line).encode() for line in lines],
    "mappings": list,
    "JSON text": lambda lines: "\n".join(map(json.dumps, lines)),
    "what was read": jk.read_inputs,
}


@pytest.mark.parametrize("form", FORMS)
def test_whatever_is_read_is_from_elsewhere(form: str, smb: jk.Machine) -> None:
    lines = of(INTO, OPEN_1, OPEN_0, HEALTH, BEGIN)
    assert jk.replay(smb, FORMS[form](lines)).refused == ()
    assert jk.replay_book(FORMS[form](lines)).left_out == []


def test_a_log_keeps_its_order(smb: jk.Machine) -> None:
    """What was refused live is refused again."""
    entries = [jk.parse_input(line) for line in of(BEGIN, SIGNED, OPEN_1)]
    history = jk.replay(smb, entries)
    assert [one.number for one in history.refused] == [1]
    live = jk.Journey(smb, account="acme", at=DAY)
    with pytest.raises(jk.InputError):
        live.send(entries[1])
    live.send(entries[2])
    assert history.snapshot is not None
    assert history.snapshot.positions == live.positions


def test_every_order_of_a_day_is_one(smb: jk.Machine) -> None:
    """Nothing is refused, whichever way the five lines lie; and what was taken is taken alike once more, as text."""
    for lines in permutations([BEGIN, OPEN_0, OPEN_1, INTO, HEALTH]):
        history = jk.replay(smb, texts(*lines))
        assert history.refused == ()
        for again in (history.inputs, [json.dumps(entry.to_dict()) for entry in history.inputs]):
            assert jk.replay(smb, again).records == history.records


@pytest.mark.parametrize("newest_first", [False, True])
def test_the_earliest_begin_names_profile_and_zone(newest_first: bool) -> None:
    lines = of(TOKYO, HEALTH | {"at": "2026-01-07"}) + of(BEGIN | {"profile": "enterprise", "at": "2026-03-01"})
    book = jk.replay_book(lines[::-1] if newest_first else lines)
    assert [left.error.code for left in book.left_out] == ["already_begun"]
    account = book.accounts["acme"]
    assert (account.machine.name, str(account.inputs[0].at)) == ("smb", "2026-01-04 15:00:00+00:00")
