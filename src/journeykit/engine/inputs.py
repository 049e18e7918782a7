"""Inputs: what happened, in the past tense; read from JSON objects, one on a line of a file (rule R1)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any, Final, Literal, NamedTuple, get_args

from journeykit.dates import NaiveInstantError, parse_instant
from journeykit.errors import InputError

__all__ = [
    "KINDS",
    "HandoffSaid",
    "Input",
    "InputKind",
    "checked",
    "fit_for_an_id",
    "instant_of",
    "parse_input",
    "read_inputs",
]

EMPTY: Mapping[str, Any] = MappingProxyType({})

InputKind = Literal[
    "begin",
    "open",
    "close",
    "observe",
    "signal",
    "confirm",
    "retract",
    "handoff",
    "place",
    "waive",
    "term",
    "feed",
    "zone",
    "tick",
]
HandoffSaid = Literal["offered", "accepted", "declined"]
"""What one side of a handoff says."""

_SHAPES: dict[str, tuple[dict[str, type], dict[str, type]]] = {
    "begin": ({"profile": str}, {"timezone": str, "attributes": dict}),
    "open": ({}, {"facts": dict, "renewals": int}),
    "close": ({}, {"reason": str, "into": str}),
    "observe": ({"facts": dict}, {}),
    "signal": ({"signal": str}, {"carries": dict}),
    "confirm": ({"confirmation": str, "by": str}, {"evidence": str}),
    "retract": ({"by": str}, {"confirmation": str, "criterion": str}),
    "handoff": ({"move": str, "what": str, "by": str}, {}),
    "place": ({"track": str, "to": str, "by": str}, {"why": str}),
    "waive": ({"criterion": str, "by": str}, {"why": str}),
    "term": ({}, {"why": str}),
    "feed": ({"feed": str}, {}),
    "zone": ({"timezone": str}, {}),
    "tick": ({}, {}),
}
"""For each kind of input: the keys that it must have, and those that it may have, with their types."""

KINDS: Final[tuple[InputKind, ...]] = get_args(InputKind)
"""The kinds of inputs, as rule R1 lists them."""

_LONGEST_ID = 200
_ENVELOPE = frozenset({"kind", "account", "at", "id", "subject"})
_NEEDS_SUBJECT = frozenset({"open", "close", "term"})
_WORDS = {dict: "a mapping", str: "text", int: "a whole number from 0 on"}
EVERY_ACCOUNT = "*"
"""The account of a ``feed`` input that speaks for every account."""


class Input(NamedTuple):
    """One input.

    Attributes:
        kind: one of ``KINDS``.
        account: the id of the account whose journey it belongs to; ``*`` of a feed that speaks for every account.
        at: the instant at which it happened, an aware datetime in UTC; or a date, which means its first instant in the
            account's zone.
        id: the caller's own id, by which a repeated delivery is recognised; None for none.
        subject: ``account``, or a key such as ``workstream:main``.
        data: the other keys of its kind, as in rule R1's table.
    """

    kind: InputKind
    account: str
    at: datetime | date
    id: str | None = None
    subject: str = "account"
    data: Mapping[str, Any] = EMPTY


def parse_input(raw: Mapping[str, Any]) -> Input:
    """Return the input that a JSON object says.

    Raises:
        InputError: ``unknown_kind``, ``bad_shape`` or ``naive_instant``; the message names the key and what was
            expected.
    """
    found: Any = raw
    if not isinstance(found, Mapping):
        raise InputError("bad_shape", f"an input is a mapping with kind, account and at, found {type(raw).__name__}")
    kind, account, at, ident = (found.get(key) for key in ("kind", "account", "at", "id"))
    data = {key: value for key, value in found.items() if key not in _ENVELOPE}
    return checked(Input(kind, account, at, ident, found.get("subject", "account"), data))  # type: ignore[arg-type]


def checked(entry: Input) -> Input:
    """Return an input once its whole shape is checked, its ``at`` made an instant or a date.

    Names and values are not checked here, for that needs a profile: ``step`` does so when it takes the input.

    Raises:
        InputError: as :func:`parse_input` does.
    """
    fields: tuple[Any, ...] = entry
    kind, account, at, ident, subject, data = fields
    shape = _SHAPES.get(kind) if isinstance(kind, str) else None
    if shape is None:
        raise InputError("unknown_kind", _unknown_kind(kind))
    if not isinstance(account, str) or not account:
        raise InputError("bad_shape", f"account: expected the account's id as text, found {account!r}")
    if not isinstance(subject, str) or (subject != "account" and ":" not in subject):
        raise InputError("bad_shape", f'subject: expected a key such as "workstream:main", found {subject!r}')
    if ident is not None and not isinstance(ident, str):
        raise InputError("bad_shape", f"id: expected text, found {ident!r}")
    if account == EVERY_ACCOUNT and kind != "feed":
        raise InputError("bad_shape", f"account: only a feed speaks for every account ('*'), not {kind!r}")
    if kind == "feed" and subject != "account":
        raise InputError("bad_shape", f"subject: a feed is heard by whole accounts, found {subject!r}")
    _check(kind, shape, data, subject)
    return entry._replace(at=instant_of(at))


def read_inputs(lines: Iterable[str]) -> Iterator[tuple[int, Input | InputError]]:
    """Yield the inputs of a file of JSON lines, each with the number of its line, from 1.

    A broken line yields its error instead of raising it, so that the rest of the file is read; an empty one is skipped.
    """
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            raw = json.loads(line, object_pairs_hook=_once)
        except (ValueError, RecursionError) as fault:
            yield number, InputError("bad_json", f"not a JSON object: {fault}; each line holds one input")
            continue
        if not isinstance(raw, dict):
            yield number, InputError("bad_json", f"expected a JSON object, found {type(raw).__name__}")
            continue
        try:
            yield number, parse_input(raw)
        except InputError as refusal:
            yield number, refusal


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return a JSON object; refuse a key that stands twice, since taking the last would silently lose the first."""
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the key {twice!r} stands twice in one object")
    return found


def _unknown_kind(kind: object) -> str:
    close = get_close_matches(str(kind), KINDS, 1)
    hint = f'; did you mean "{close[0]}"?' if close else ""
    return f"kind: expected one of {', '.join(KINDS)}, found {kind!r}{hint}"


def _check(kind: str, shape: tuple[dict[str, type], dict[str, type]], data: Mapping[str, Any], subject: str) -> None:
    required, optional = shape
    for key, value in data.items():
        expected = required.get(key) or optional.get(key)
        if expected is None:
            close = get_close_matches(key, [*required, *optional, *_ENVELOPE], 1)
            hint = f'; did you mean "{close[0]}"?' if close else ""
            raise InputError("bad_shape", f"{key}: not a key of {kind!r}{hint}")
        if not isinstance(value, expected) or (isinstance(value, int) and (isinstance(value, bool) or value < 0)):
            raise InputError("bad_shape", f"{key}: expected {_WORDS[expected]}, found {value!r}")
    for key in required:
        if key not in data:
            raise InputError("bad_shape", f"{key}: missing; {kind!r} needs it")
    if kind in _NEEDS_SUBJECT and subject == "account":
        raise InputError("bad_shape", f'subject: missing; {kind!r} needs one, such as "contract:C-1"')
    if kind == "retract" and ("confirmation" in data) == ("criterion" in data):
        raise InputError("bad_shape", "retract: expected either a confirmation or a criterion")
    if kind == "handoff" and data["what"] not in ("offered", "accepted", "declined"):
        raise InputError("bad_shape", f"what: expected offered, accepted or declined, found {data['what']!r}")


def instant_of(value: object, key: str = "at") -> datetime | date:
    """Return an aware instant in UTC, or a date, given either or ISO text; a refusal names it by ``key``.

    Raises:
        InputError: ``naive_instant`` of an instant without a zone, ``bad_shape`` of anything else.
    """
    if not isinstance(value, str | date):
        raise InputError(
            "bad_shape", f"{key}: expected an instant such as 2026-05-01T09:00Z or a date, found {value!r}"
        )
    try:
        return parse_instant(value)
    except NaiveInstantError as fault:
        raise InputError("naive_instant", f"{key}: {fault}") from None
    except ValueError as fault:
        raise InputError("bad_shape", f"{key}: {fault}") from None


def fit_for_an_id(text: str) -> bool:
    """Tell whether a text can name an account or a subject: printable, and at most 200 characters long.

    Ids end up in tables and terminals, and terminals obey control characters.
    """
    return bool(text) and len(text) <= _LONGEST_ID and text.isprintable()
