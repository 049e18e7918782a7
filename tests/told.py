"""Records as plain data, in the form in which the reference interpreter makes them."""

from __future__ import annotations

from typing import Any

from journeykit.engine.records import Record

__all__ = ["told"]

_SAME = ("n", "account", "segment", "version", "at", "kind", "subject", "track", "name", "source", "target", "cause")


def told(record: Record) -> dict[str, Any]:
    """All that a record says; of its reasons, all but since when and from where, which the reference does not keep."""
    because = tuple((one.criterion, one.subject, one.name, one.value, one.result) for one in record.because)
    verdicts = tuple((one.criterion, one.result) for one in record.verdicts)
    found: dict[str, Any] = {name: getattr(record, name) for name in _SAME}
    found |= {"occasion": str(record.occasion), "due_at": record.due_at, "id": record.id, "timezone": record.timezone}
    return found | {"because": because, "verdicts": verdicts, "data": record.data}
