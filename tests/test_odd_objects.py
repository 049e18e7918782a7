"""Nothing but a refusal comes of odd objects, and what is taken of them can be stored."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, timedelta
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
