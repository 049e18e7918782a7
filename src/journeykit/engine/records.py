"""Records of what a step did: frozen, in the order in which it happened, with stable ids (rule R14)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple

from journeykit.machine.criteria.verdicts import Verdict
from journeykit.naming.declared import RECORD_KINDS
from journeykit.plain import plain, printable, short_form

__all__ = ["RECORD_KINDS", "Record", "Verdict"]

NOTHING: Mapping[str, Any] = MappingProxyType({})


class Record(NamedTuple):
    """One thing that happened.

    Attributes:
        id: ``<account>/<n>``, stable over replays: a host that acts on a record more than once can tell by it, and
            act only once.
        account: the account's id.
        at: the instant at which it happened, an aware datetime in UTC.
        kind: one of ``RECORD_KINDS``.
        subject: the key of the subject to which it happened.
        track: the name of the track or branch, or None.
        name: the move's id, the milestone, the action, the signal: whatever the kind speaks of.
        source, target: the paths of the leaf left and the leaf reached, of moves and placings; else None.
        cause: the input, timer or passing of time that made it happen, in words: ``observe I-7``, ``time``.
        verdicts: the verdicts on the criteria that were judged for it, in order.
        data: further details; the keys depend on the kind.
    """

    id: str
    account: str
    at: datetime
    kind: str
    subject: str
    track: str | None
    name: str
    source: str | None = None
    target: str | None = None
    cause: str = ""
    verdicts: tuple[Verdict, ...] = ()
    data: Mapping[str, Any] = NOTHING

    def to_dict(self) -> dict[str, Any]:
        """Return the record as JSON data: instants as ISO text, verdicts with their evidence."""
        raw: dict[str, Any] = {
            key: plain(value) for key, value in zip(self._fields, self, strict=True) if key not in ("verdicts", "data")
        }
        raw["verdicts"] = [
            {"criterion": v.criterion, "result": v.result, "evidence": {n: plain(value) for n, value in v.evidence}}
            for v in self.verdicts
        ]
        raw["data"] = plain(self.data)
        return raw

    def __repr__(self) -> str:
        return short_form("Record", self.kind, self.name, self.subject, self.at.date(), self.account)

    def __str__(self) -> str:
        ends = f"  {self.source or 'nowhere'} -> {self.target}" if self.target else ""
        said = f"{self.at.date()}  {self.account}  {self.subject}  {self.kind} {self.name}{ends}"
        return printable(f"{said}  ({self.cause})" if self.cause else said, keep="")
