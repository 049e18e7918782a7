"""Values from elsewhere mean one thing or are refused; what an input keeps is a copy that can be stored."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import Enum, IntEnum, StrEnum
from fractions import Fraction
from functools import cache
from types import MappingProxyType
from typing import Any

import pytest

import journeykit as jk
from journeykit.foreign_values import DEEPEST, LARGEST, as_own

PROFILE = """
profile: measured
version: "1"
roles: {customer: {side: customer}}
subjects: {workstream: {opens_with: main}}
facts:
  account:
    share: {type: share, between: [0, 200%]}
    growth: {type: share}
    number: {type: number}
    integer: {type: integer}
    money: {type: money}
    boolean: {type: boolean}
    date: {type: date}
    duration: {type: duration}
    text: {type: text}
    choice: {type: choice, of: [low, high]}
signals:
  visit:
    carries: {share: share, number: number, integer: integer, money: money, boolean: boolean, date: date,
      duration: duration, text: text}
confirmations: {agreed: {by: customer}}
tracks: {value: {stages: {one: {}, two: {}}}}
"""


@cache
def machine() -> jk.Machine:
    return jk.compile_profile(jk.read_text(PROFILE))


def journey() -> jk.Journey:
    return jk.Journey(machine(), "acme", at="2026-01-05")


class Colour(StrEnum):
    RED = "low"


class Small(IntEnum):
    ONE = 1


class Other(Enum):
    ONE = 1


class Type(str):
    """What the type of a scalar of numpy looks like: its kind, and its unit in its text."""

    __slots__ = ()

    @property
    def kind(self) -> str:
        return self[0]

    def __str__(self) -> str:
        return f"datetime64[{self[1:]}]" if self.kind == "M" else str.__str__(self)


class Scalar:
    """What a scalar of numpy looks like from outside."""

    def __init__(self, kind: str, held: Any, shown: str = "", shape: tuple[int, ...] = ()) -> None:
        self.dtype, self.shape, self._held, self._shown = Type(kind), shape, held, shown

    def item(self) -> Any:
        return self._held

    def astype(self, _: str) -> Scalar:
        return Scalar("M", MIDNIGHT if self._held is not None else None)

    def tolist(self) -> Any:
        return [self._held]

    def __str__(self) -> str:
        return self._shown or str(self._held)

    __repr__ = __str__


class Stamp(datetime):
    """What a Timestamp of pandas looks like."""


class NaTType(datetime):
    """What pandas has for no time at all."""

    def __eq__(self, other: object) -> bool:
        return False

    __hash__ = datetime.__hash__


MIDNIGHT = datetime(2026, 5, 31)  # noqa: DTZ001 -- a day, as other libraries have it
DAY = date(2026, 5, 31)

MEANT: list[tuple[str, Any, Any]] = [
    ("number", Decimal("0.75"), 0.75),
    ("number", Decimal(3), 3),
    ("number", Decimal("3.00"), 3),
    ("number", Fraction(1, 4), 0.25),
    ("number", Small.ONE, 1),
    ("number", Scalar("i", 5), 5),
    ("number", Scalar("f", 0.699999988, "0.7"), 0.7),
    ("number", LARGEST, LARGEST),
    ("number", -float(LARGEST), -LARGEST),
    ("money", Decimal("1999.90"), 1999.9),
    ("integer", 3.0, 3),
    ("integer", Decimal(3), 3),
    ("integer", Scalar("u", 3), 3),
    ("share", Decimal("0.74"), 0.74),
    ("share", 2, 2),
    ("growth", -10, -10),
    ("boolean", Scalar("b", True), True),
    ("text", Colour.RED, "low"),
    ("choice", Colour.RED, "low"),
    ("date", MIDNIGHT, DAY),
    ("date", Stamp(2026, 5, 31), DAY),
    ("date", Scalar("M", DAY), DAY),
    ("date", Scalar("M", 1780185600000000000), DAY),
    ("date", "2026-05-31", DAY),
    ("date", "2026-05-31T00:00", DAY),
    ("date", "2026-05-31 00:00:00", DAY),
    ("date", "2026-05-31T00:00:00.000", DAY),
]
"""A fact, what came for it, and the value that it has then."""


@pytest.mark.parametrize(("fact", "came", "value"), MEANT, ids=map(str, range(len(MEANT))))
def test_it_means_one_thing(fact: str, came: Any, value: Any) -> None:
    one = journey()
    one.observe(facts={fact: came}, id="o")
    kept = one.inputs[-1]
    by_hand = jk.step(machine(), journey().snapshot, kept._replace(data={"facts": {fact: came}}))
    assert by_hand.snapshot.to_dict() == one.snapshot.to_dict()
    again = jk.replay(machine(), [json.dumps(entry.to_dict()) for entry in one.inputs])
    assert again.snapshot.to_dict() == one.snapshot.to_dict()
    account = one.snapshot.subjects["account"]
    assert account.facts[fact][0] == value
    assert type(account.facts[fact][0]) is type(value) or isinstance(value, int)


REFUSED: list[tuple[str, Any, str, str]] = [
    ("share", 12, "out_of_range", "found the number 12; did you mean 12%? write 0.12"),
    ("share", 40, "out_of_range", "did you mean 40%? write 0.4"),
    ("share", 12.5, "out_of_range", "did you mean 12.5%? write 0.125"),
    ("share", Decimal(75), "out_of_range", "did you mean 75%? write 0.75"),
    ("share", Scalar("i", 75), "out_of_range", "did you mean 75%? write 0.75"),
    ("share", 201, "out_of_range", "between 0 and 2 (0% and 200%), found the number 201"),
    ("share", -0.01, "out_of_range", "between 0 and 2"),
    ("share", "74%", "wrong_type", "'74%', a text; write 0.74"),
    ("share", "0.74", "wrong_type", "'0.74', a text; write 0.74"),
    ("share", "lots", "wrong_type", "expected a share as a number, such as 0.7 for 70%, found 'lots'"),
    (
        "growth",
        10.5,
        "out_of_range",
        "between -10 and 10 (-1000% and 1000%), found the number 10.5; did you mean 10.5%?",
    ),
    ("growth", -11, "out_of_range", "did you mean -11%? write -0.11"),
    ("number", "3", "wrong_type", "'3', a text; write 3"),
    ("number", "3%", "wrong_type", "found '3%'"),
    ("number", True, "wrong_type", "found the boolean True"),
    ("number", Scalar("b", True), "wrong_type", "found the boolean True"),
    ("number", None, "wrong_type", "found None"),
    ("number", float("nan"), "wrong_type", "found NaN, which is no value: leave its key out"),
    ("number", float("inf"), "wrong_type", "found the number inf"),
    ("number", Decimal("NaN"), "wrong_type", "found NaN, which is no value: leave its key out"),
    ("number", Decimal("sNaN"), "wrong_type", "found NaN, which is no value: leave its key out"),
    ("number", Decimal("1E+1000000"), "wrong_type", "found the number inf"),
    ("number", LARGEST + 1, "out_of_range", "between -1e+15 and 1e+15"),
    ("number", -1e16, "out_of_range", "between -1e+15 and 1e+15"),
    ("number", 10**400, "out_of_range", "between -1e+15 and 1e+15"),
    ("number", 10**5000, "out_of_range", "found a value of type int"),
    ("number", Scalar("c", 1j), "bad_shape", "type Scalar, which JSON does not know"),
    ("number", Scalar("i", 1, shape=(1,)), "bad_shape", "call .tolist() first"),
    ("number", Other.ONE, "bad_shape", "type Other, which JSON does not know; give its value"),
    ("integer", 1.5, "wrong_type", "expected a whole number, found the number 1.5"),
    ("integer", 10**30, "out_of_range", "a whole number between"),
    ("boolean", "true", "wrong_type", "'true', a text; write true without quotes"),
    ("boolean", "Yes", "wrong_type", "write true without quotes"),
    ("boolean", "no", "wrong_type", "write false without quotes"),
    ("boolean", 1, "wrong_type", "expected true or false, found the number 1"),
    ("boolean", 0, "wrong_type", "expected true or false, found the number 0"),
    ("date", MIDNIGHT.replace(hour=9), "wrong_type", "found datetime.datetime(2026, 5, 31, 9, 0)"),
    ("date", datetime(2026, 5, 31, tzinfo=UTC), "wrong_type", "write the day alone"),
    ("date", Scalar("MY", date(2026, 1, 1)), "bad_shape", "facts date: found a value of type Scalar"),
    ("date", Scalar("MM", date(2026, 5, 1)), "bad_shape", "facts date: found a value of type Scalar"),
    ("date", "2026-05-31T09:00", "wrong_type", "write the day alone, as 2026-05-31"),
    ("date", "2026-05-31T00:00:00Z", "wrong_type", "write the day alone, as 2026-05-31"),
    ("date", "20260531", "wrong_type", "expected a date such as 2026-05-31"),
    ("date", "2026-W22-7", "wrong_type", "expected a date such as 2026-05-31"),
    ("date", 20260531, "wrong_type", "found the number 20260531"),
    ("date", NaTType(2026, 5, 31), "bad_shape", "type NaTType, which JSON does not know; where there is no value"),
    ("date", Scalar("M", None), "bad_shape", "type Scalar"),
    ("duration", 90, "wrong_type", "found the number 90; write '90 days'"),
    ("duration", timedelta(days=90), "bad_shape", "type timedelta, which JSON does not know; write a period"),
    ("text", 101, "wrong_type", 'found the number 101; write "101"'),
    ("text", b"x", "bad_shape", "type bytes, which JSON does not know; decode it first"),
    ("text", "half \ud83d", "bad_shape", "half a character (\\ud83d, at 6)"),
    ("text", "cut\0", "bad_shape", "a NUL character at 4"),
    ("text", {"a"}, "bad_shape", "type set, which JSON does not know; make it a list"),
    ("text", ["a"], "wrong_type", "found the list ['a']"),
    ("choice", 1, "wrong_type", "expected one of low, high, found the number 1"),
    ("choice", "\ud83d", "bad_shape", "half a character"),
]
"""A fact, what came for it, the code of the refusal, and what it says."""


@pytest.mark.parametrize(("fact", "came", "code", "says"), REFUSED, ids=map(str, range(len(REFUSED))))
def test_it_is_refused(fact: str, came: Any, code: str, says: str) -> None:
    one = journey()
    before = (one.snapshot.to_dict(), one.records, one.inputs)
    with pytest.raises(jk.InputError) as caught:
        one.observe(facts={fact: came})
    assert (caught.value.code, says in caught.value.message) == (code, True), caught.value.message
    assert "\n" not in caught.value.message
    assert (one.snapshot.to_dict(), one.records, one.inputs) == before
    by_hand = jk.Input("observe", "acme", one.now, None, "account", {"facts": {fact: came}})
    with pytest.raises(jk.InputError):  # a step is as careful with an input that nobody has read
        jk.step(machine(), one.snapshot, by_hand)


CARRIED = [row[:3] for row in REFUSED if row[0] not in ("growth", "choice") and row[3] != "between 0 and 2"]


@pytest.mark.parametrize(("fact", "came", "code"), CARRIED, ids=map(str, range(len(CARRIED))))
def test_what_a_signal_carries_is_refused_alike(fact: str, came: Any, code: str) -> None:
    with pytest.raises(jk.InputError) as caught:
        journey().signal("visit", carries={fact: came})
    assert caught.value.code == code


BEGIN = {"kind": "begin", "account": "acme", "at": "2026-01-05", "profile": "measured"}
CYCLE: dict[str, Any] = {}
CYCLE["a"] = CYCLE
DOUBLES: list[Any] = []
for _ in range(DEEPEST - 2):
    DOUBLES = [DOUBLES, DOUBLES]


def nested(depth: int) -> Any:
    found: Any = 1
    for _ in range(depth):
        found = [found]
    return found


ATTRIBUTES: list[tuple[Any, str, str]] = [
    ({"a": float("nan")}, "bad_shape", "attributes a: nan is no number"),
    ({"a": [1, {"b": float("-inf")}]}, "bad_shape", "attributes a b: -inf is no number"),
    ({"a": Decimal("NaN")}, "bad_shape", "nan is no number"),
    ({"a": 10**18}, "out_of_range", "attributes a: a number beyond 10^15; write it as text"),
    ({"a": 1e300}, "out_of_range", "a number beyond 10^15"),
    ({"a": 10**5000}, "out_of_range", "a number beyond 10^15"),
    ({1: 2}, "bad_shape", "attributes: the key must be text, found the number 1"),
    ({None: 2}, "bad_shape", "the key must be text, found None"),
    ({"a": {10**5000: 2}}, "bad_shape", "the key must be text, found a value of type int"),
    ({"a": {(1, 2): 2}}, "bad_shape", "the key must be text, found the tuple (1, 2)"),
    ({"a": "\ud83d"}, "bad_shape", "half a character"),
    ({"a": {"\ud83d": 1}}, "bad_shape", "the key of attributes a: the text holds half a character"),
    ({"a": ["x\0"]}, "bad_shape", "NUL"),
    ({"a": nested(DEEPEST)}, "bad_shape", "more than 32 deep"),
    ({"a": nested(900)}, "bad_shape", "more than 32 deep"),
    (CYCLE, "bad_shape", "more than 32 deep"),
    ({"a": DOUBLES}, "bad_shape", "more than 100,000 values"),
    ({"a": [0] * 100_001}, "bad_shape", "more than 100,000 values"),
    ({"a": {1, 2}}, "bad_shape", "type set"),
    ({"a": b"x"}, "bad_shape", "type bytes"),
    ({"a": object()}, "bad_shape", "type object"),
    ({"a": (one for one in ())}, "bad_shape", "type generator"),
    ({"a": 1j}, "bad_shape", "type complex"),
    ([("a", 1)], "bad_shape", "attributes: expected a mapping, found the list"),
    ("a", "bad_shape", "attributes: expected a mapping, found 'a'"),
]


@pytest.mark.parametrize(("attributes", "code", "says"), ATTRIBUTES, ids=map(str, range(len(ATTRIBUTES))))
def test_attributes_that_cannot_be_stored(attributes: Any, code: str, says: str) -> None:
    with pytest.raises(jk.InputError) as caught:
        jk.parse_input(BEGIN | {"attributes": attributes})
    assert (caught.value.code, says in caught.value.message) == (code, True), caught.value.message
    with pytest.raises(jk.InputError):
        jk.Journey(machine(), "acme", at="2026-01-05", attributes=attributes)


def test_attributes_that_can() -> None:
    given = {"a": nested(DEEPEST - 1), "t": (1, 2), "d": DAY, "n": None, "m": MappingProxyType({"x": Decimal("1.5")})}
    one = jk.Journey(machine(), "acme", at="2026-01-05", attributes=OrderedDict(given))
    stored = json.dumps(one.snapshot.to_dict(), allow_nan=False)
    assert jk.load_snapshot(machine(), json.loads(stored)).to_dict() == one.snapshot.to_dict()
    assert one.snapshot.to_dict()["attributes"]["m"] == {"x": 1.5}


TEXTS: list[Mapping[str, Any]] = [
    {"kind": "confirm", "confirmation": "agreed", "by": "customer", "evidence": "@"},
    {"kind": "close", "subject": "workstream:main", "reason": "@"},
    {"kind": "place", "track": "value", "to": "two", "by": "customer", "why": "@"},
    {"kind": "signal", "signal": "visit", "carries": {"text": "@"}},
    {"kind": "observe", "facts": {"text": "@"}},
    {"kind": "tick", "id": "@"},
]


@pytest.mark.parametrize("line", TEXTS)
@pytest.mark.parametrize("text", ["sold \ud800", "\udfff", "sold \0"])
def test_texts_that_cannot_be_stored(line: Mapping[str, Any], text: str) -> None:
    line = {"account": "acme", "at": "2026-01-06", **line}
    filled = json.loads(json.dumps(line).replace('"@"', json.dumps(text)))
    with pytest.raises(jk.InputError) as caught:
        jk.parse_input(json.dumps(filled))
    assert caught.value.code == "bad_shape"
    data = {key: value for key, value in filled.items() if key not in ("kind", "account", "at", "id", "subject")}
    entry = jk.Input(filled["kind"], "acme", date(2026, 1, 6), filled.get("id"), filled.get("subject", "account"), data)
    with pytest.raises(jk.InputError) as caught:
        jk.step(machine(), journey().snapshot, entry)
    assert caught.value.code == "bad_shape"


@pytest.mark.parametrize(
    "line",
    [
        {"kind": "tick", "account": 101},
        {"kind": "tick", "account": "acme", "id": 101},
        {"kind": "confirm", "account": "acme", "confirmation": "agreed", "by": "customer", "evidence": 101},
        {"kind": "place", "account": "acme", "track": "value", "to": 101, "by": "customer"},
    ],
)
def test_a_number_is_no_text_and_the_way_is_told(line: dict[str, Any]) -> None:
    line |= {"at": "2026-01-06"}
    for given in (line, json.dumps(line)):
        with pytest.raises(jk.InputError, match='found the number 101; write "101"') as caught:
            jk.parse_input(given)
        assert caught.value.code == "bad_shape"


def test_what_an_input_keeps_is_a_copy() -> None:
    facts: dict[str, Any] = {"number": 30}
    deep = {"x": {"y": [1]}}
    one = jk.Journey(machine(), "acme", at="2026-01-05", attributes=deep)
    entry = {"kind": "observe", "account": "acme", "at": "2026-01-06", "id": "o", "facts": facts}
    one.send(entry)
    one.send(jk.Input("observe", "acme", date(2026, 1, 7), "p", "account", {"facts": facts}))
    facts["number"] = 90
    deep["x"]["y"].append(2)
    assert [kept.data["facts"] for kept in one.inputs[1:]] == [{"number": 30}, {"number": 30}]
    assert one.snapshot.to_dict()["attributes"] == one.inputs[0].data["attributes"] == {"x": {"y": [1]}}
    one.snapshot.to_dict()["attributes"]["x"]["y"].append(3)
    one.inputs[0].data["attributes"]["x"]["y"].append(4)
    assert one.snapshot.to_dict()["attributes"] == {"x": {"y": [1]}}
    stored = one.snapshot.to_dict()
    loaded = jk.load_snapshot(machine(), stored)
    stored["attributes"]["x"]["y"].append(5)
    assert loaded.to_dict()["attributes"] == {"x": {"y": [1]}}


def test_own_values_stay_as_they_are() -> None:
    for value in (None, True, 1, 1.5, "x", DAY, MIDNIGHT, jk.Period(1, 0), object()):
        assert as_own(value) is value
