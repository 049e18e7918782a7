"""Refuse dates of a contract that cannot be meant (rule R1): turned round, or out of this world.

An end before the start makes a term of no days: it lapses before it has begun, and nothing tells that two dates were
swapped. A year mistyped puts all that is counted from it out of sight. Both are far easier to mend where they come from
than in a journey that has acted on them.

What is known already is never refused. An echo changes nothing, and some of what is known no input said: an end that
notice set may lie on the day before a start to come.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import Any

from journeykit.dates import Period, local_day
from journeykit.engine.macrostep import Macrostep
from journeykit.errors import InputError
from journeykit.machine.countdown import CountdownTable
from journeykit.machine.entries import VALUE
from journeykit.machine.snapshot import Subject

__all__ = ["check_dates"]

_YEARS = 30
_REACH = Period(_YEARS * 12, 0)
"""How far from the account's present a date of a contract may lie."""


def check_dates(macro: Macrostep, key: str, subject: Subject | None, facts: Iterable[tuple[str, Any]]) -> None:
    """Refuse dates of a contract that cannot be meant; nothing has been written yet.

    Args:
        macro: the work of this step.
        key: the contract's key.
        subject: the contract; None where this input opens it.
        facts: the facts of the input, each of its type.

    Raises:
        InputError: ``out_of_range``: a date lies more than 30 years from the account's present; or the term would end
            before it starts, by this input or by the start first observed.
    """
    countdown = macro.machine.countdown
    assert countdown is not None
    said = {name: value for name, value in facts if name in countdown.dates}
    if not said:
        return
    known = {} if subject is None else {name: subject.facts[name][VALUE] for name in said if name in subject.facts}
    new = {name: day for name, day in said.items() if day != known.get(name)}
    today = local_day(macro.snapshot.now, macro.snapshot.zone)
    first, last = _reach(today)
    for name, day in new.items():
        if not first <= day <= last:
            raise InputError(
                "out_of_range",
                f"fact {name!r}: {day} of {key!r} is more than {_YEARS} years from {today}, the account's present; "
                "send the date as it was agreed, or none while it is not known",
            )
    if countdown.start in new or countdown.end in new:
        _not_turned(countdown, key, subject, said)


def _not_turned(countdown: CountdownTable, key: str, subject: Subject | None, said: dict[str, date]) -> None:
    """Refuse an end before the start that came with it, else before the first one observed if it was never amended."""
    start, end, way_on = said.get(countdown.start), said.get(countdown.end), "send both dates as they were agreed"
    if subject is not None and subject.term is not None and end in subject.term.past_ends:
        return  # an echo, which changes nothing
    if start is None and subject is not None and subject.term is not None:
        start, way_on = subject.term.earliest_end, "send the right end, or with it the start that it belongs to"
    if start is not None and end is not None and end < start:
        raise InputError(
            "out_of_range",
            f"fact {countdown.end!r}: {key!r} cannot end on {end}, before it starts on {start} ({countdown.start!r}); "
            f"{way_on}",
        )


@lru_cache(maxsize=4_096)
def _reach(today: date) -> tuple[date, date]:
    return _REACH.subtract(today), _REACH.add(today)
