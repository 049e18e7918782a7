"""Nothing but a refusal comes of odd objects, and what is taken of them can be stored."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest

import journeykit as jk
from test_foreign_values import (
    BEGIN,
    CYCLE,
    DAY,
    DOUBLES,
    MIDNIGHT,
    Colour,
    NaTType,
    Other,
    Scalar,
    Small,
    journey,
    machine,
    nested,
)


class BoomError(Exception):
    """What objects of others may raise."""


class Angry:
    """Raises whatever is asked of it."""

    def __repr__(self) -> str:
        raise BoomError

    __str__ = __repr__

    def __eq__(self, other: object) -> bool:
        raise BoomError

    def __hash__(self) -> int:
        raise BoomError

    def __getattr__(self, name: str) -> Any:
        raise BoomError

    def __bool__(self) -> bool:
        raise BoomError


class AngryText(str):
    """A text that does not like to be looked at."""

    __slots__ = ()

    def __repr__(self) -> str:
        raise BoomError

    def __eq__(self, other: object) -> bool:
        raise BoomError

    def isprintable(self) -> bool:
        raise BoomError

    __hash__ = str.__hash__


class AngryMapping(Mapping[str, Any]):
    """A mapping that cannot be read to its end."""

    def __getitem__(self, key: str) -> Any:
        raise BoomError

    def __iter__(self) -> Iterator[str]:
        yield "kind"
        raise BoomError

    def __len__(self) -> int:
        return 3


ODD: tuple[Any, ...] = (
    *(Angry(), AngryMapping(), AngryText("x"), CYCLE, DOUBLES, 10**5000, -(10**5000), 10**400, b"x", bytearray(b"x")),
    *({1}, frozenset({1}), range(3), iter([]), object(), int, len, 1j, float("nan"), float("inf"), "\ud800", "\0", ""),
    *(None, True, 0, -1, 1.5, [], {}, (), {1: 1}, {None: 1}, Decimal("sNaN"), Decimal("1E+999999"), Fraction(1, 3)),
    *(NaTType(2026, 1, 1), MIDNIGHT, DAY, timedelta(1), Other.ONE, Colour.RED, Small.ONE, jk.Period(1, 0), UTC),
    *(Scalar("f", 1, "x"), Scalar("b", Angry()), SimpleNamespace(dtype=None), nested(1000), "x" * 100_000, BEGIN),
)


WHOLE: tuple[dict[Any, Any], ...] = (
    {"kind": "begin", "profile": "measured", "timezone": "Europe/Lisbon", "attributes": {"a": [1, {"b": 2}], "c": "d"}},
    {"kind": "observe", "facts": {"number": 1, "text": "x", "share": 0.5, "date": "2026-05-31", "boolean": True}},
    {"kind": "signal", "signal": "visit", "carries": {"text": "x", "number": 1}},
    {"kind": "confirm", "confirmation": "agreed", "by": "customer", "evidence": "mail"},
    {"kind": "close", "subject": "workstream:main", "reason": "sold"},
    {"kind": "place", "track": "value", "to": "two", "by": "customer", "why": "so it is"},
    {"kind": "tick", "layout": 1},
)


def _odd_input(rng: Random) -> Any:
    whole = {"account": "acme", "at": "2026-01-06", "id": "i", **rng.choice(WHOLE)}
    if rng.random() < 0.1:
        return rng.choice(ODD)
    for key in rng.sample(list(whole), rng.choice((1, 1, 2))):
        if isinstance(whole[key], dict) and rng.random() < 0.9:
            whole[key] = whole[key] | {rng.choice(list(whole[key])): rng.choice(ODD)}
        else:
            whole[key] = rng.choice(ODD)
    if rng.random() < 0.1:
        try:
            whole[rng.choice(ODD)] = 1
        except (TypeError, BoomError):  # it cannot be a key
            return whole
    return whole


@pytest.mark.parametrize("seed", range(8))
def test_nothing_but_a_refusal_comes_of_odd_objects(seed: int) -> None:
    rng = Random(seed)
    begun = journey().snapshot
    taken = 0
    for _ in range(250):
        raw = _odd_input(rng)
        try:
            entry = jk.parse_input(raw)
        except jk.InputError as refusal:
            assert len(refusal.message) < 200_000  # noqa: PT017
            continue
        taken += 1
        json.dumps(plain_numbers(entry.to_dict())).encode()
        try:
            snapshot = jk.step(machine(), None if entry.kind == "begin" else begun, entry).snapshot
        except jk.InputError:
            continue
        stored = json.loads(json.dumps(snapshot.to_dict(), allow_nan=False))
        assert jk.load_snapshot(machine(), stored).to_dict() == snapshot.to_dict()
    assert taken


def plain_numbers(value: Any) -> Any:
    """The numbers of facts are looked at only when they are taken: here they may still be too long to print."""
    if isinstance(value, dict):
        return {key: plain_numbers(one) for key, one in value.items()}
    return 0 if isinstance(value, int) else value


@pytest.mark.parametrize("odd", ODD, ids=lambda odd: type(odd).__name__)
def test_an_odd_object_is_refused_as_a_whole(odd: Any) -> None:
    if odd is not BEGIN:
        with pytest.raises(jk.InputError):
            jk.parse_input(odd)
    with pytest.raises(jk.InputError):
        jk.parse_input(jk.Input(odd, "acme", DAY))


class Stopped:
    """A clock that says something else than the time."""

    def __init__(self, said: object) -> None:
        self.said = said

    def now(self) -> Any:
        return self.said


@pytest.mark.parametrize("said", [None, "2026-01-05", date(2026, 1, 5), datetime(2026, 1, 5), 5])  # noqa: DTZ001
def test_a_clock_that_tells_no_time_is_refused(said: object) -> None:
    with pytest.raises(jk.InputError, match="clock: expected an aware datetime"):
        jk.Journey(jk.load("smb"), account="acme", clock=Stopped(said))


def test_what_is_no_mapping_or_key_is_refused() -> None:
    one = jk.Journey(jk.load("smb"), account="acme", at="2026-01-05")
    wrong: Any = 5
    for call, says in (
        (lambda: one.observe(facts=wrong), "facts: expected a mapping"),
        (lambda: one.signal("merger", carries=wrong), "carries: expected a mapping"),
        (lambda: one.open("contract:C", facts=wrong), "facts: expected a mapping"),
        (lambda: one.explain("value", wrong), "subject: expected a key or id as text"),
    ):
        with pytest.raises(jk.InputError, match=says) as caught:
            call()
        assert caught.value.code == "bad_shape"


@pytest.mark.parametrize("renewals", [-1, 1.5, True, "3", None])
def test_an_input_made_by_hand_is_checked_where_it_is_taken(renewals: object) -> None:
    one = jk.Journey(jk.load("smb"), account="acme", at="2026-01-05")
    by_hand = jk.Input("open", "acme", date(2026, 1, 6), None, "contract:C", {"renewals": renewals})
    with pytest.raises(jk.InputError, match="renewals: expected a whole number"):
        jk.step(one.machine, one.snapshot, by_hand)
    wrong: Any = "2026-01-06x"
    begin = jk.Input("begin", "acme", wrong, None, "account", {"profile": "smb"})
    for snapshot, entry in ((one.snapshot, jk.Input("tick", "acme", wrong)), (None, begin)):
        with pytest.raises(jk.InputError, match="at: ") as caught:
            jk.step(one.machine, snapshot, entry)
        assert caught.value.code == "bad_shape"


def test_a_stored_record_with_a_broken_day_or_zone_is_refused() -> None:
    one = jk.Journey(jk.load("smb"), account="acme", at="2026-01-05")
    made = one.open("contract:C", contract_start="2026-01-05", contract_end="2026-01-20")
    stored = next(record for record in made if record.kind == "late_start").to_dict()
    broken = ({"timezone": "localtime"}, {"timezone": ""}, {"kind": "term", "data": {"end": "x"}})
    for change in broken:
        with pytest.raises(jk.SnapshotError, match="record is broken"):
            jk.Record.from_dict({**stored, **change})


@pytest.mark.parametrize("number", [float("nan"), float("inf"), Decimal("NaN"), Decimal("1e400"), Fraction(10**400, 3)])
def test_a_number_that_json_does_not_know_is_refused_when_it_is_read(number: object) -> None:
    raw = {"kind": "observe", "account": "acme", "at": "2026-01-06", "facts": {"health_score": number}}
    with pytest.raises(jk.InputError, match="facts health_score: expected a number, found") as caught:
        jk.parse_input(raw)
    assert caught.value.code == "wrong_type"
