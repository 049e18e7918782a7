"""What a journey knows, in plain data, and the small words that every part of the reference interpreter needs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, fields
from datetime import date, datetime, tzinfo
from typing import Any, NamedTuple

from journeykit.dates import Period
from journeykit.language.expressions import tree as ex
from journeykit.language.model.profile import Criterion

Truth = bool | None
Mark = tuple[str, str, date, date]
"""What fired: the track and name of a date, the end that it was counted for, and its day."""


class Given(NamedTuple):
    """What an input said of a fact (its value), a word (who gave it) or a signal: by which input and when.

    ``turned`` is the number of the input that gave a fact another value than before.
    """

    value: Any
    number: int
    at: datetime
    turned: int = 0


@dataclass
class Heard:
    """A feed that was heard: when it was last, and since when it has been up; ``down`` once that was noticed."""

    last: datetime
    up_since: datetime
    down: bool = False


class Notice(NamedTuple):
    """Notice that stands: whether it came late, when it came, and the last input that gave it."""

    late: bool
    at: datetime
    number: int


@dataclass
class Subject:
    """One subject."""

    key: str
    kind: str
    opened_at: datetime
    opener: str | None = None
    opened_by: str | None = None
    open: bool = True
    started: bool = False
    facts: dict[str, Given] = field(default_factory=dict)
    words: dict[str, Given] = field(default_factory=dict)
    seen: dict[str, Given] = field(default_factory=dict)
    unsettled: set[str] = field(default_factory=set)
    bands: dict[str, int] = field(default_factory=dict)
    waived: dict[str, str] = field(default_factory=dict)
    asked: dict[tuple[str, str], int] = field(default_factory=dict)
    leaf: dict[tuple[str, str], str] = field(default_factory=dict)
    entered: dict[tuple[str, str], datetime] = field(default_factory=dict)
    accepted: set[str] = field(default_factory=set)
    said: dict[str, str] = field(default_factory=dict)  # of each handoff, what was said last; declining forgets it
    ready: set[str] = field(default_factory=set)
    conditions: dict[str, bool] = field(default_factory=dict)
    stuck: set[tuple[str, str]] = field(default_factory=set)
    taken: dict[str, datetime] = field(default_factory=dict)  # each move, when last
    reacted: dict[str, datetime] = field(default_factory=dict)  # each reaction, when last
    held: dict[tuple[str | None, str], datetime] = field(default_factory=dict)  # (track that asks, criterion): since
    anchors: dict[tuple[str, str], tuple[date, datetime]] = field(default_factory=dict)  # of a cadence: the day, since
    cadences: dict[tuple[str, str], tuple[int, datetime]] = field(
        default_factory=dict
    )  # how many fired, the last due when
    # What belongs to the running term of a contract:
    fired: set[Mark] = field(default_factory=set)
    visited: set[tuple[str, str]] = field(default_factory=set)  # in the present window
    window: dict[date, set[tuple[str, str]]] = field(default_factory=dict)  # its ends: what was visited when one moved
    aside: list[tuple[dict[date, set[tuple[str, str]]], set[Mark], set[tuple[str, str]]]] = field(default_factory=list)
    begins_anew: bool = False  # whether a term or a window began in this step
    noticed: dict[str, Notice] = field(default_factory=dict)  # by track
    counting_since: datetime | None = None
    counting_zone: tzinfo | None = None
    ends_by_notice: bool = False
    begun_automatically: bool = False
    end_moved: set[str] = field(default_factory=set)  # by track: whether the end moved since it came where it stands
    placed: set[tuple[str, str]] = field(default_factory=set)  # where a person put it, as in ``leaf``
    covers: tuple[date, date] | None = None  # closed into another: the first and the last day that it covers
    after_input: int = -1
    renewals: int = 0
    counted_from: date | None = None  # the anchor of its terms
    counted_by: Period | None = None  # the length of the running term, unless its dates were said
    past_ends: list[date] = field(default_factory=list)
    ended_with: dict[str, Any] = field(default_factory=dict)  # what of the term the one before ended with
    met_over: bool = False
    first_start: date | None = None
    first_start_in: int = 0  # the renewals of the term that told of it
    starts: set[date] = field(default_factory=set)  # the one first observed, and once another was, more than that
    told: list[date] = field(default_factory=list)  # the ends for which a date fired in earlier terms, once for each


@dataclass
class State:
    """One account. Subjects stand in the order in which they were opened; a branch's leaf is kept under its path."""

    account: str
    zone: tzinfo
    zone_name: str
    began_at: datetime
    now: datetime
    inputs: int = 0
    records: int = 0
    cause: str = ""
    whence: str | None = None  # what tells the cause from others of the same words; None where only counting does
    input_id: str | None = None  # of the input of this step
    content: str = ""  # by which a cause without an id is known
    due_at: datetime | None = None
    occasion: str | None = None  # once something is on the record in this step
    made: dict[tuple[Any, ...], int] = field(default_factory=dict)  # what this step put on the record, how often
    unnamed: list[tuple[datetime, str]] = field(default_factory=list)  # causes without an id that were on the record
    subjects: dict[str, Subject] = field(default_factory=dict)
    feeds: dict[str, Heard] = field(default_factory=dict)


def inside(path: str, place: str) -> bool:
    """Whether ``path`` is ``place`` or lies in it; everything lies in the empty path."""
    return not place or path == place or path.startswith(place + ".")


def upwards(path: str) -> list[str]:
    """The places around a path and itself, outermost first."""
    parts = path.split(".")
    return [".".join(parts[: n + 1]) for n in range(len(parts))]


def kleene_and(items: Iterable[Truth]) -> Truth:
    found = list(items)
    return False if False in found else None if None in found else True


def kleene_or(items: Iterable[Truth]) -> Truth:
    found = list(items)
    return True if True in found else None if None in found else False


def nested(node: Any) -> Iterator[Any]:
    """Every criterion and expression in a piece of a profile."""
    if isinstance(node, tuple):
        for item in node:
            yield from nested(item)
    elif isinstance(node, Criterion) or type(node).__module__ == ex.__name__:
        yield node
        for part in fields(node):
            yield from nested(getattr(node, part.name))
