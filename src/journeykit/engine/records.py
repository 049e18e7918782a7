"""Records: what a step did, frozen, in the order in which it happened (rule R14)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple

from journeykit.machine.criteria.verdicts import Verdict
from journeykit.plain import plain

__all__ = ["RECORD_KINDS", "Record", "Verdict"]

RECORD_KINDS = (
    "opened",
    "closed",
    "moved",
    "ready",
    "not_ready",
    "milestone",
    "slipped",
    "stuck",
    "late_start",
    "amended",
    "notice",
    "term",
    "feed",
    "cadence",
    "placed",
    "waived",
    "retracted",
    "action",
    "heard",
)
NOTHING: Mapping[str, Any] = MappingProxyType({})


class Record(NamedTuple):
    """One thing that happened.

    Attributes:
        id: ``<account>/<n>``, stable over replays, so that a host may act at least once and still do it once.
        at: when, an aware datetime in UTC.
        kind: one of ``RECORD_KINDS``.
        subject: key of the subject it happened to.
        track: name of the track or branch, or None.
        name: what: the move's id, the milestone, the action, the signal ...
        source, target: the leaf left and the leaf reached, for moves and placings.
        cause: the input, timer or passing of time that made it happen.
        verdicts: how the criteria stood.
        data: what else there is to say; keys by kind.
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
        """The record as JSON data."""
        raw: dict[str, Any] = {
            key: plain(value) for key, value in zip(self._fields, self, strict=True) if key not in ("verdicts", "data")
        }
        raw["verdicts"] = [
            {"criterion": v.criterion, "result": v.result, "evidence": {n: plain(value) for n, value in v.evidence}}
            for v in self.verdicts
        ]
        raw["data"] = plain(self.data)
        return raw
