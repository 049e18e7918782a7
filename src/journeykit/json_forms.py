"""The JSON forms of what a host stores: one model for each, for its JSON Schema and for reading it back.

``to_dict`` of a record, a verdict, a reason, a due date and a happening write these forms, ``from_dict`` reads them.
Each is checked whole before anything is made of it.
"""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any, ClassVar, Literal, TypeVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from journeykit.errors import SnapshotError
from journeykit.naming.declared import RecordKind

__all__ = ["DueForm", "HappeningForm", "ReasonForm", "RecordForm", "VerdictForm", "read"]

Result = Literal["met", "not met", "unknown", "waived"]
Json = None | bool | int | float | str | list[Any] | dict[str, Any]


class _Form(BaseModel):
    model_config: ClassVar[ConfigDict] = ConfigDict(extra="forbid", frozen=True)


class VerdictForm(_Form):
    """The verdict on one criterion at one instant."""

    criterion: str = Field(description="the criterion's id")
    result: Result
    evidence: dict[str, Json] = Field(description="the facts and bands that it read, by name; null for unknown")


class ReasonForm(_Form):
    """One value that made a criterion stand as it does."""

    criterion: str = Field(description="the id of the leaf criterion that read it")
    subject: str = Field(description="the key of the subject whose value it is")
    name: str
    value: Json
    since: AwareDatetime | None
    source: str | None = Field(description="the id of the input that gave it, or its kind; or a role")
    result: Result = Field(description="how the criterion stood")


class RecordForm(_Form):
    """One thing that happened to an account (rule R14)."""

    layout: Literal[1]
    id: str = Field(description="made of its content and cause; the same in every replay that lets it happen")
    n: int = Field(ge=1, description="its number among the account's records: their order, and nothing else")
    account: str
    segment: str = Field(description="the profile by which it happened")
    version: str = Field(description="the version of that profile")
    at: AwareDatetime
    on: date = Field(description="the day of ``at`` in the account's zone")
    timezone: str
    kind: RecordKind
    subject: str
    track: str | None
    name: str
    source: str | None = Field(description="the path of the leaf left")
    target: str | None = Field(description="the path of the leaf reached")
    cause: str
    occasion: str = Field(description="tells the cause from others of the same words")
    due_at: AwareDatetime | None = Field(description="where a date made it, when that fell due")
    late: bool = Field(description="made at an instant after ``due_at``")
    because: list[ReasonForm]
    verdicts: list[VerdictForm]
    data: dict[str, Json]


class DueForm(_Form):
    """Something that falls due."""

    at: AwareDatetime
    on: date
    account: str
    subject: str
    track: str | None
    name: str
    what: str
    role: str
    done: bool
    occasion: str = Field(description="which one of its kind it is; the same when its date moves")


class HappeningForm(_Form):
    """One thing that happened to an account, or would happen, in words."""

    at: AwareDatetime
    on: date
    account: str
    subject: str
    track: str | None
    kind: RecordKind | Literal["unknown", "lapsed", "behind", "due", "overdue"]
    name: str
    what: str


Form = TypeVar("Form", bound=_Form)


def read(form: type[Form], raw: object, what: str) -> Form:
    """Return plain data as the form that they are to have.

    Raises:
        SnapshotError: the first fault, with its place and what was expected.
    """
    try:
        return form.model_validate_json(json.dumps(raw, allow_nan=False), strict=True)
    except ValidationError as faults:
        fault = faults.errors(include_url=False, include_context=False)[0]
        where = ".".join(map(str, fault["loc"])) or "the whole"
        said, found = str(fault["msg"]).lower(), _short(fault["input"])
    except (TypeError, ValueError, RecursionError) as broken:
        where, said, found = "the whole", f"no JSON data: {broken}", _short(raw)
    raise SnapshotError(f"{what} is broken: {where}: {said}, found {found}; replay the account's inputs to get it anew")


def _short(value: object) -> str:
    shown = value.isoformat() if isinstance(value, date | datetime) else repr(value)
    return shown if len(shown) <= 60 else f"{shown[:57]}..."
