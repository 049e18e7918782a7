"""One date of a countdown: its day and instant, and whether it applies; which dates there are says ``countdown``."""

from __future__ import annotations

from datetime import date, datetime, tzinfo
from functools import lru_cache

from journeykit.dates import Period, first_instant, instant_after
from journeykit.language.model.profile import Milestone
from journeykit.machine.closures import Test, Valuer
from journeykit.machine.criteria.answers import Questions
from journeykit.machine.criteria.judgements import Judge
from journeykit.machine.snapshot import NO_NAMES, Snapshot, Subject

__all__ = ["Timer"]

_NOTHING = Period(0, 0)
_ONE_DAY = Period(0, 1)


@lru_cache(maxsize=65536)
def _counted(end: date, period: Period, sign: int) -> date:
    return period.subtract(end) if sign > 0 else period.add(end)


@lru_cache(maxsize=65536)
def _instant(day: date, ends: bool, zone: tzinfo) -> datetime:
    """Return the instant of a day; kept, since contracts share their days by the thousand."""
    return instant_after(day, zone) if ends else first_instant(day, zone)


class Timer:
    """One date of the countdown: ``before`` the end of the term or the date ``of`` (after it where ``sign`` is -1).

    ``ends``: it falls due as its day ends, not as it begins; ``work``: paths one of which must have been visited;
    ``judge``: judges what it needs, for the record; ``asks``, ``asks_when``: what it needs and what it asks in order to
    apply, to be answered one by one for a trace; ``when``: judges whether it applies; ``least``, ``start``: the
    shortest term that has it, and the start of the term.
    """

    # fmt: off
    __slots__ = (
        "asks", "asks_when", "before", "ends", "judge", "least", "milestone", "name", "needs", "of", "sign", "start",
        "when", "work",
    )
    # fmt: on

    def __init__(self, name: str, before: Valuer | None, *, ends: bool, sign: int = 1) -> None:
        self.name: str = name
        self.before: Valuer | None = before
        self.ends: bool = ends
        self.sign: int = sign
        self.of: Valuer | None = None
        self.milestone: Milestone | None = None
        self.work: frozenset[str] = NO_NAMES
        self.needs: Test | None = None
        self.judge: Judge | None = None
        self.asks: Questions | None = None
        self.asks_when: Questions | None = None
        self.when: Test | None = None
        self.least: Valuer | None = None
        self.start: Valuer | None = None

    @property
    def in_window(self) -> bool:
        """True where it fires once in a window: not once a term (``of``), nor for every end (``each_end``)."""
        return self.milestone is not None and self.of is None and not self.milestone.again

    @property
    def each_end(self) -> bool:
        """True where it fires anew for every end: all that is no milestone, and milestones with ``again``."""
        return self.milestone is None or self.milestone.again

    def applies(self, snapshot: Snapshot, subject: Subject) -> bool:
        """Tell whether it applies as things stand; unknown is no."""
        return self.when is None or self.when(snapshot, subject) is True

    def is_too_short(self, end: date, snapshot: Snapshot, subject: Subject) -> bool:
        """Tell whether the term up to an end is shorter than ``least``; not so where its start is unknown."""
        least = None if self.least is None else self.least(snapshot, subject)
        start = None if self.start is None else self.start(snapshot, subject)
        return least is not None and start is not None and _counted(start, least, -1) > _counted(end, _ONE_DAY, -1)

    def due_on(self, end: date, snapshot: Snapshot, subject: Subject) -> date | None:
        """Return its day for a given end of the term; None for a short term, or while what it counts by is unknown."""
        if self.least is not None and self.is_too_short(end, snapshot, subject):
            return None
        base: date | None = end if self.of is None else self.of(snapshot, subject)
        period: Period | None = _NOTHING if self.before is None else self.before(snapshot, subject)
        return None if base is None or period is None else _counted(base, period, self.sign)

    def instant(self, day: date, zone: tzinfo) -> datetime:
        """Return the instant at which it falls due, given its day: a milestone begins on it, the others end with it."""
        return _instant(day, self.ends, zone)

    def due_at(self, end: date, snapshot: Snapshot, subject: Subject) -> datetime | None:
        """Return the instant at which it falls due for a given end of the term; None as in ``due_on``."""
        day = self.due_on(end, snapshot, subject)
        return None if day is None else _instant(day, self.ends, snapshot.frame.zone)
