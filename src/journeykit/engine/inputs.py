"""Inputs: what happened, in the past tense; read from JSON objects, one on a line of a file (rule R1)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Final, Literal, NamedTuple, get_args

from journeykit.dates import NaiveInstantError, parse_instant
from journeykit.engine.input_schema import input_schema
from journeykit.errors import InputError
from journeykit.foreign_values import Copier, as_own
from journeykit.foreign_values import found as shown
from journeykit.plain import near, plain

__all__ = [
    "KINDS",
    "HandoffSaid",
    "Input",
    "InputKind",
    "checked",
    "fit_for_an_id",
    "input_of_line",
    "instant_of",
    "parse_input",
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
    "observe": ({"facts": dict}, {"term": str}),
    "signal": ({"signal": str}, {"carries": dict}),
    "confirm": ({"confirmation": str, "by": str}, {"evidence": str, "term": str}),
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
_ENVELOPE = frozenset({"kind", "account", "at", "id", "subject", "layout"})
_LAYOUT = 1
"""The version of the JSON object of rule R1. It is written nowhere yet; an input that names a later one is refused."""
_BOM = "\ufeff"
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

    def to_dict(self) -> dict[str, Any]:
        """Return the input as JSON data, the object of rule R1, which ``parse_input`` reads: what a host logs.

        Instants, dates and periods are text. A key without a value, and a subject that is the account, are left out.
        """
        kind, account, at, ident, subject, data = self
        raw: dict[str, Any] = {"kind": kind, "account": account, "at": plain(at)}
        if ident is not None:
            raw["id"] = ident
        if subject != "account":
            raw["subject"] = subject
        return raw | {key: plain(value) for key, value in data.items() if value is not None}

    @staticmethod
    def from_dict(raw: Mapping[str, Any]) -> Input:
        """Return the input that JSON data says: :func:`journeykit.parse_input` under another name."""
        return parse_input(raw)

    @staticmethod
    def json_schema() -> dict[str, Any]:
        """Return the JSON Schema (draft 2020-12) of what :meth:`to_dict` writes and ``parse_input`` reads."""
        return input_schema(_SHAPES, _NEEDS_SUBJECT)


def parse_input(raw: Input | Mapping[str, Any] | str) -> Input:
    """Return the one input that a mapping or a line of text says, the JSON object of rule R1.

    A key whose value is None counts as not there, so that the row of a table need not leave out its empty cells. An
    ``Input`` is checked. What the input keeps is a copy, so that it does not change with what was given. What many
    inputs come in, such as a file, :func:`journeykit.read_inputs` reads.

    Raises:
        InputError: ``bad_json``, ``unknown_kind``, ``bad_shape``, ``out_of_range`` or ``naive_instant``; the message
            names the key and what was expected. Nothing else is raised, whatever was given.
    """
    try:
        return _read(raw)
    except InputError:
        raise
    except Exception as fault:  # noqa: BLE001 -- objects of others may raise anything
        raise _unreadable(raw, fault) from None


def _unreadable(raw: object, fault: Exception) -> InputError:
    return InputError(
        "bad_shape",
        f"expected plain data, such as a dict of texts and numbers; {type(fault).__name__} while reading "
        f"a {type(raw).__name__}",
    )


def _read(raw: Input | Mapping[str, Any] | str) -> Input:
    found: Any = raw
    if isinstance(found, Input):
        return _checked(found)
    if isinstance(found, str):
        return input_of_line(found)
    if not isinstance(found, Mapping):
        way_on = "; decode them first" if isinstance(found, bytes | bytearray) else ""
        raise InputError(
            "bad_shape",
            "an input is a mapping with kind, account and at, or the JSON text of one; "
            f"found {type(found).__name__}{way_on}",
        )
    return _of_mapping(found)


def input_of_line(line: str) -> Input:
    """Return the input that a line of text says, the JSON object of rule R1.

    Raises:
        InputError: ``bad_json`` if the text is no JSON object, else as :func:`parse_input` does.
    """
    if not line.isascii():
        _refuse_undecoded(line)
    try:
        raw = json.loads(line, object_pairs_hook=_once)
    except (ValueError, RecursionError) as fault:
        if line.startswith(_BOM):  # the mark at the head of a file, or of one that was appended to another
            return input_of_line(line.lstrip(_BOM))
        if type(fault) is ValueError and "digits" in str(fault):
            raise InputError("out_of_range", "a number of more than 4,300 digits; expected none beyond 10^15") from None
        raise InputError("bad_json", _why_no_json(line, fault)) from None
    if not isinstance(raw, dict):
        raise InputError("bad_json", f"expected a JSON object, found {type(raw).__name__}")
    return _of_mapping(raw)


def _of_mapping(found: Mapping[str, Any]) -> Input:
    kind, account, at, ident, subject = (found.get(key) for key in ("kind", "account", "at", "id", "subject"))
    if "layout" in found:
        _check_layout(found["layout"])
    data = {key: value for key, value in found.items() if key not in _ENVELOPE and value is not None}
    return _checked(Input(kind, account, at, ident, "account" if subject is None else subject, data))  # type: ignore[arg-type]


def _check_layout(layout: object) -> None:
    if layout is None or (layout == _LAYOUT and type(layout) is int):
        return
    if type(layout) is int and layout > _LAYOUT:
        raise InputError("bad_shape", f"layout: {layout} was written by a later journeykit; update it")
    raise InputError("bad_shape", f"layout: expected {_LAYOUT}, or no such key, found {shown(layout)}")


def _why_no_json(line: str, fault: Exception) -> str:
    if "\0" in line:
        return (
            f"the line holds NUL characters, from column {line.index(chr(0)) + 1} on: the file was cut off while it "
            "was written, or is not UTF-8"
        )
    return f"not a JSON object: {_fault_of_json(line, fault)}; each line holds one input"


def _fault_of_json(line: str, fault: Exception) -> str:
    """Say what is wrong and at which column: the number of the line is the file's, and told by who reads it."""
    if not isinstance(fault, json.JSONDecodeError):
        return str(fault)
    said = fault.msg.removesuffix(" at")
    return f"{said} at its end" if not line[fault.pos :].strip() else f"{said} at column {fault.pos + 1}"


def _refuse_undecoded(line: str) -> None:
    """Refuse a line with bytes that are not UTF-8, which ``surrogateescape`` has kept as lone surrogates."""
    try:
        line.encode()
    except UnicodeEncodeError as fault:
        sign = ord(line[fault.start])
        what = f"byte 0x{sign - 0xDC00:02x}" if 0xDC80 <= sign <= 0xDCFF else f"half a sign (U+{sign:04X})"
        raise InputError("bad_json", f"not UTF-8: {what} at column {fault.start + 1}; save the file as UTF-8") from None


def checked(entry: Input) -> Input:
    """Return an input once its whole shape is checked, its ``at`` made an instant or a date.

    Names and values are not checked here, for that needs a profile: ``step`` does so when it takes the input.

    Raises:
        InputError: as :func:`parse_input` does.
    """
    try:
        return _checked(entry)
    except InputError:
        raise
    except Exception as fault:  # noqa: BLE001 -- an input made by hand may hold anything
        raise _unreadable(entry, fault) from None


def _checked(entry: Input) -> Input:
    fields: tuple[Any, ...] = entry
    kind, account, at, ident, subject, data = fields
    shape = _SHAPES.get(kind) if isinstance(kind, str) else None
    if shape is None:
        raise InputError("unknown_kind", _unknown_kind(kind))
    kind, account = as_own(kind), _text(account, "account")
    ident, subject = _text(ident, "id"), _text(subject, "subject")
    if not isinstance(account, str) or not account:
        raise InputError("bad_shape", f"account: expected the account's id as text, found {_no_text(account)}")
    if not isinstance(subject, str) or (subject != "account" and ":" not in subject):
        raise InputError("bad_shape", f'subject: expected a key such as "workstream:main", found {shown(subject)}')
    if ident is not None and not isinstance(ident, str):
        raise InputError("bad_shape", f"id: expected text, found {_no_text(ident)}")
    if account == EVERY_ACCOUNT and kind != "feed":
        raise InputError("bad_shape", f"account: only a feed speaks for every account ('*'), not {kind!r}")
    if kind == "feed" and subject != "account":
        raise InputError("bad_shape", f"subject: a feed is heard by whole accounts, found {subject!r}")
    data = _kept(data)
    _check(kind, shape, data, subject)
    return Input(kind, account, instant_of(at), ident, subject, data)


def _text(value: Any, key: str) -> Any:
    """Return a text of the envelope, once it is sure that it can be stored; what is no text as it is."""
    if value is None or (type(value) is str and value.isprintable()):
        return value
    return Copier().copy(as_own(value), key) if isinstance(value, str) else value


def _kept(data: Mapping[Any, Any]) -> dict[str, Any]:
    """Return a copy of the keys of a kind; the values of facts are checked with their types, when they are taken."""
    kept: dict[str, Any] = {}
    copier = Copier()
    for key, value in data.items():
        name = copier.key(key, "the input")
        if name in ("facts", "carries") and isinstance(value, Mapping):
            kept[name] = copier.values(value, name)
        else:
            kept[name] = value if type(value) is str and value.isprintable() else copier.copy(value, name)
    return kept


def _no_text(value: object) -> str:
    """Say what was found in place of an id, and how it is written as one."""
    own = as_own(value)
    way = f'; write "{own}"' if type(own) is int and abs(own) < 10**_LONGEST_ID else ""
    return f"{shown(value)}{way}"


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return a JSON object; refuse a key that stands twice, since taking the last would silently lose the first."""
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the key {twice!r} stands twice in one object")
    return found


def _unknown_kind(kind: object) -> str:
    if kind is None:
        return f"kind: expected one of {', '.join(KINDS)}; it is missing"
    close = near(kind, KINDS) if isinstance(kind, str) else ()
    hint = f'; did you mean "{close[0]}"?' if close else ""
    return f"kind: expected one of {', '.join(KINDS)}, found {shown(kind)}{hint}"


def _check(kind: str, shape: tuple[dict[str, type], dict[str, type]], data: Mapping[str, Any], subject: str) -> None:
    required, optional = shape
    for key, value in data.items():
        expected = required.get(key) or optional.get(key)
        if expected is None:
            close = near(key, [*required, *optional, *_ENVELOPE])
            hint = f'; did you mean "{close[0]}"?' if close else ""
            raise InputError("bad_shape", f"{key}: not a key of {kind!r}{hint}")
        if not isinstance(value, expected) or (isinstance(value, int) and (isinstance(value, bool) or value < 0)):
            found = _no_text(value) if expected is str else shown(value)
            raise InputError("bad_shape", f"{key}: expected {_WORDS[expected]}, found {found}")
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
    own = as_own(value)
    if not isinstance(own, str | date) or own != own:  # noqa: PLR0124 -- pandas' NaT is no time
        raise InputError(
            "bad_shape", f"{key}: expected an instant such as 2026-05-01T09:00Z or a date, found {shown(value)}"
        )
    try:
        return parse_instant(own)
    except NaiveInstantError as fault:
        raise InputError("naive_instant", f"{key}: {fault}") from None
    except ValueError as fault:
        raise InputError("bad_shape", f"{key}: {fault}") from None


def fit_for_an_id(text: str) -> bool:
    """Tell whether a text can name an account or a subject: printable, and at most 200 characters long.

    Ids end up in tables and terminals, and terminals obey control characters.
    """
    return bool(text) and len(text) <= _LONGEST_ID and text.isprintable()
