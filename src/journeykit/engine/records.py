"""Records of what a step did: frozen, in the order in which it happened, with ids that outlive a replay (rule R14)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from journeykit.dates import UTC, local_day, zone
from journeykit.errors import SnapshotError
from journeykit.machine.criteria.judgements import NOT_JUDGED, Judgement, written
from journeykit.machine.criteria.verdicts import Reason, Verdict, reason_of, verdict_of
from journeykit.machine.record_ids import Occasion, digest
from journeykit.naming.declared import RECORD_KINDS, RecordKind
from journeykit.plain import FrozenDict, plain, printable, short_form

__all__ = ["RECORD_KINDS", "About", "Reason", "Record", "RecordKind", "Verdict"]

NOTHING: Mapping[str, Any] = FrozenDict()
RECORD_LAYOUT = 1
"""The version of the layout of stored records."""


class About(NamedTuple):
    """What a record is about, whenever it happened: pairs the records of two replays that moved in time."""

    account: str
    subject: str
    track: str | None
    kind: RecordKind
    name: str


class Record(NamedTuple):
    """One thing that happened.

    Attributes:
        n: its number among the records of its account, from 1: the order of the record, and nothing else. A late line
            may change it.
        account: the account's id.
        segment, version: the name and the version of the profile by which it happened.
        at: the instant at which it happened, an aware datetime in UTC.
        kind: one of ``RECORD_KINDS``.
        subject: the key of the subject to which it happened.
        track: the name of the track or branch, or None.
        name: the move's id, the milestone, the action, the signal: whatever the kind speaks of.
        source, target: the paths of the leaf left and the leaf reached, of moves and placings; else None.
        cause: the input, timer or passing of time that made it happen, in words: ``observe I-7``, ``time``.
        data: further details; the keys depend on the kind.
        due_at: of all that a date of the calendar made (a milestone, a cadence, being stuck, a feed that went down),
            the instant at which that fell due; else None.
        occasion: tells its cause from other causes of the same words; a part of ``id``. Empty where an input's own id
            says all.
        timezone: the name of the zone in which the account counted its days.
        judgement: how the criteria stood of what made it so; ``because`` and ``verdicts`` write it out.
    """

    n: int
    account: str
    segment: str
    version: str
    at: datetime
    kind: RecordKind
    subject: str
    track: str | None
    name: str
    source: str | None = None
    target: str | None = None
    cause: str = ""
    data: Mapping[str, Any] = NOTHING
    due_at: datetime | None = None
    occasion: str | Occasion = ""
    timezone: str = "UTC"
    judgement: Judgement = NOT_JUDGED

    @property
    def because(self) -> tuple[Reason, ...]:
        """The values that made it so, down to the leaf criteria that read them.

        Those of a move or reaction are also those of all that it causes.
        """
        return self.judgement.because

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """The verdicts on the criteria that were judged for it, in order; of what a move causes, none."""
        return self.judgement.verdicts if self.kind in _JUDGED else ()

    @property
    def id(self) -> str:
        """Its id: ``<account>/<16 hexadecimal digits>``, made of what it is about and of its cause.

        It stays when a line comes in late, a file is sorted anew, or the profile gets another version or name: a host
        that acts by id acts once. It says nothing of order; ``n`` does.
        """
        by = made_by(self.kind, self.data)
        said = (self.subject, self.track, self.kind, self.name, by, self.cause, str(self.occasion))
        return f"{self.account}/{digest(self.account, *said)}"

    @property
    def about(self) -> About:
        """What it is about: account, subject, track, kind and name."""
        return About(self.account, self.subject, self.track, self.kind, self.name)

    @property
    def on(self) -> date:
        """The day on which it happened, in the account's zone."""
        return local_day(self.at, _zone(self.timezone))

    @property
    def late(self) -> bool:
        """True where a date made it after the instant at which that fell due: the host heard of the date too late."""
        return self.due_at is not None and self.at > self.due_at

    def to_dict(self) -> dict[str, Any]:
        """Return the record as JSON data: instants and days as ISO text; :meth:`from_dict` reads it."""
        raw: dict[str, Any] = {"layout": RECORD_LAYOUT, "id": self.id}
        raw |= {name: plain(getattr(self, name)) for name in _PLAIN}
        raw["because"] = [reason.to_dict() for reason in self.because]
        raw["verdicts"] = [verdict.to_dict() for verdict in self.verdicts]
        raw["data"] = plain(self.data)
        return raw

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Record:
        """Return the record that :meth:`to_dict` wrote.

        Days in ``data`` are dates again. What a criterion read is as JSON has it: a date or a period is its text.

        Raises:
            SnapshotError: the data have another layout, something in them is broken, or the id is not their content's.
        """
        found: object = raw  # from outside, whatever its type says
        layout = found.get("layout") if isinstance(found, Mapping) else None
        if layout != RECORD_LAYOUT:
            later = isinstance(layout, int) and layout > RECORD_LAYOUT
            way_on = "a later journeykit wrote it; update this one" if later else "replay the account's inputs"
            raise SnapshotError(f"record: expected layout {RECORD_LAYOUT}, found {layout!r}; {way_on}")
        from journeykit import json_forms

        form = json_forms.read(json_forms.RecordForm, raw, "record")
        values: dict[str, Any] = {name: getattr(form, name) for name in cls._fields if name != "judgement"}
        values["at"] = form.at.astimezone(UTC)
        values["due_at"] = None if form.due_at is None else form.due_at.astimezone(UTC)
        verdicts = tuple(verdict_of(verdict) for verdict in form.verdicts)
        values["judgement"] = written(verdicts, tuple(reason_of(reason) for reason in form.because))
        try:
            values["data"] = FrozenDict(_typed(form.kind, form.name, form.data))
            zone(form.timezone)
        except (TypeError, ValueError) as fault:
            raise SnapshotError(f"record is broken: {fault}") from None
        record = cls(**values)
        if record.id != form.id:
            raise SnapshotError(f"record is broken: id: {form.id!r} is not that of its content, {record.id!r}")
        return record

    @staticmethod
    def json_schema() -> dict[str, Any]:
        """Return the JSON Schema (draft 2020-12) of what :meth:`to_dict` writes."""
        from journeykit import json_forms

        return json_forms.RecordForm.model_json_schema()

    def __repr__(self) -> str:
        return short_form("Record", self.kind, self.name, self.subject, self.at.date(), self.account)

    def __str__(self) -> str:
        ends = f"  {self.source or 'nowhere'} -> {self.target}" if self.target else ""
        said = f"{self.at.date()}  {self.account}  {self.subject}  {self.kind} {self.name}{ends}"
        return printable(f"{said}  ({self.cause})" if self.cause else said, keep="")


def made_by(kind: str, data: Mapping[str, Any]) -> str | None:
    """Return the move or reaction that a record comes from; an amendment's ``from`` is what was before."""
    return None if kind == "amended" else data.get("from")


_PLAIN = (
    *("n", "account", "segment", "version", "at", "on", "timezone", "kind", "subject", "track", "name"),
    *("source", "target", "cause", "occasion", "due_at", "late"),
)
_JUDGED = frozenset({"moved", "ready", "not_ready", "heard"})
"""The kinds of records that show verdicts: those for which criteria were judged."""
_DAYS = {"term": ("start", "end"), "amended": ("from", "to"), "milestone": ("end",), "repeated": ("term",)}
"""The keys of ``data`` that hold a day or None, by kind of record."""

_zone = lru_cache(maxsize=64)(zone)


def _typed(kind: str, name: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the details of a record as a step makes them: days as dates, lists as tuples."""
    typed: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in data.items()}
    for key in () if name == "timezone" else _DAYS.get(kind, ()):
        if isinstance(typed.get(key), str):
            typed[key] = date.fromisoformat(typed[key])
    return typed
