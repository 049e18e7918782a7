"""What the log of the program is told: each move at DEBUG, each refusal at INFO, to the logger ``journeykit``.

Whoever takes inputs tells it once: ``step``, a journey, a replay, a book. The rules themselves know nothing of it, and
nothing that they yield depends on it (rule R2). Without a handler that asks for these levels, all of it costs a look at
the level for each step, and one for a whole replay.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable

from journeykit.engine.records import Record
from journeykit.errors import InputError
from journeykit.plain import printable

__all__ = ["log_records", "log_refusals"]

LOG = logging.getLogger("journeykit")
LOG.addHandler(logging.NullHandler())

_LONGEST = 2000
"""The most signs of a message that go into a line: a refusal may repeat what was sent."""


def log_records(records: Iterable[Record]) -> None:
    """Log the moves and placings among new records."""
    if not LOG.isEnabledFor(logging.DEBUG):
        return
    for record in records:
        if record.kind in ("moved", "placed"):
            by = f"by {record.name} " if record.kind == "moved" else "by hand "
            way = f"{record.source} -> {record.target} {by}({record.cause})"
            LOG.debug("%s", _line(f"{record.account} {record.subject} {record.track}: {way}"))


def log_refusals(account: str | None, refusals: Iterable[InputError]) -> None:
    """Log refused inputs of an account; None where nobody knows whose they are."""
    if not LOG.isEnabledFor(logging.INFO):
        return
    for refusal in refusals:
        LOG.info("%s", _line(f"{account or 'no account'} refused, {refusal.code}: {refusal}"))


def _line(text: str) -> str:
    """Return what stands in the log: one line, without anything that moves a cursor."""
    return printable(text[:_LONGEST], keep="")
