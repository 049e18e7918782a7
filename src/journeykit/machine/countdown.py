"""The dates of a contract's countdown, computed from its facts each time they are asked for (rules R9 to R11)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, tzinfo
from functools import lru_cache
from typing import Any

from journeykit.dates import Period, first_instant, instant_after, local_day
from journeykit.language.expressions import ACCOUNT
from journeykit.language.profile import Countdown, Kind, Milestone, Profile, Track, Value
from journeykit.machine.layout import Test, Valuer

__all__ = ["CountdownTable", "Timer"]

_YEAR = Period(12, 0)
_NOTHING = Period(0, 0)


@lru_cache(maxsize=65536)
def _counted(end: date, period: Period, sign: int) -> date:
    return period.subtract(end) if sign > 0 else period.add(end)


@lru_cache(maxsize=65536)
def _instant(end: date, period: Period, sign: int, ends: bool, zone: tzinfo) -> datetime:
    """Contracts share their dates by the thousand, and a date is asked for again each time something else changes."""
    day = _counted(end, period, sign)
    return instant_after(day, zone) if ends else first_instant(day, zone)


class Timer:
    """One date of the countdown. ``due(row, account row, zone)`` is its instant, or None while its date is unknown."""

    __slots__ = ("before", "ends", "milestone", "name", "needs", "sign")

    def __init__(self, name: str, before: Valuer | None, *, ends: bool, sign: int = 1) -> None:
        self.name = name
        self.before = before
        self.ends = ends
        self.sign = sign
        self.milestone: Milestone | None = None
        self.needs: Test | None = None

    def due_on(self, end: date, state: Any, row: Any) -> date | None:
        """The date itself, for a given end of the term."""
        if self.before is None:
            return end
        period: Period | None = self.before(state, row)
        return None if period is None else _counted(end, period, self.sign)

    def due_at(self, end: date, state: Any, row: Any) -> datetime | None:
        """The instant: a milestone begins on its date, the others end with theirs."""
        period = _NOTHING if self.before is None else self.before(state, row)
        return None if period is None else _instant(end, period, self.sign, self.ends, state.frame.zone)

    def pending(self, end: date, due: datetime, term: Any) -> bool:
        """Whether it has still to fire in a term with that end, due at that instant.

        A milestone fires once in a window of end dates, the others once for every end date; milestones and the notice
        deadline that lie before the countdown began fire nothing.
        """
        if self.milestone is not None:
            return due >= term.counting_since and not any(name == self.name for name, _ in term.fired)
        if self.name == "notice" and due < term.counting_since:
            return False
        return (self.name, end) not in term.fired


class CountdownTable:
    """A countdown compiled: its timers in order of declaration, and what is asked when the end comes.

    Attributes:
        track: the track's name.
        kind: the kind of subject that has the terms.
        start, end: names of the two date facts.
        timers: milestones as written, then ``notice``, ``end`` and ``grace_over``.
    """

    def __init__(self, profile: Profile, kind: Kind, track: Track | None) -> None:
        assert kind.term is not None
        self.track = track.name if track else ""
        self.kind = kind.name
        self.start, self.end = kind.term
        self.given_by: str | None = None
        self.timers: list[Timer] = []
        self.automatically = self._value(profile, Value(False))
        self.term = self._value(profile, Value(_YEAR))
        self.reads = frozenset(kind.term)
        if track is not None and track.countdown is not None:
            self._add(profile, track.countdown)
        self.named = {timer.name: timer for timer in self.timers}
        self.term_facts = tuple(f.name for f in profile.facts.values() if f.per_term and f.name not in kind.term)
        self.term_words = tuple(word.name for word in profile.confirmations.values() if word.per_term)

    def _add(self, profile: Profile, countdown: Countdown) -> None:
        self.given_by = countdown.given_by
        for milestone in countdown.milestones:
            timer = Timer(milestone.name, self._value(profile, milestone.before), ends=False)
            timer.milestone = milestone
            self.timers.append(timer)
        if countdown.notice is not None:
            self.timers.append(Timer("notice", self._value(profile, countdown.notice), ends=True))
        self.timers.append(Timer("end", None, ends=True))
        if countdown.grace is not None:
            self.timers.append(Timer("grace_over", self._value(profile, countdown.grace), ends=True, sign=-1))
        self.automatically = self._value(profile, countdown.automatically or Value(False))
        self.term = self._value(profile, countdown.term or Value(_YEAR))
        self.reads |= frozenset(
            {milestone.before.fact for milestone in countdown.milestones if milestone.before.fact}
            | {value.fact for value in (countdown.notice, countdown.grace) if value and value.fact}
        )

    @staticmethod
    def _value(profile: Profile, value: Value) -> Valuer:
        if value.fact is None:
            return lambda state, row: value.default
        name, default = value.fact, value.default
        of_account = profile.facts[name].kind == ACCOUNT

        def found(state: Any, row: Any) -> Any:
            entry = (state.account_row if of_account else row).facts.get(name)
            return default if entry is None else entry[0]

        return found

    def end_of(self, row: Any) -> date | None:
        """The end date of the running term, where it is known."""
        entry = row.facts.get(self.end)
        return None if entry is None else entry[0]

    def due(self, name: str) -> Callable[[Any, Any], datetime | None]:
        """A closure that yields the instant of one date."""
        timer = self.named[name]

        def at(state: Any, row: Any) -> datetime | None:
            end = self.end_of(row)
            return None if end is None else timer.due_at(end, state, row)

        return at

    def reached(self, name: str) -> Test:
        """A closure that judges ``reached(name)``: its date has come, and it had its turn where it has one (R9)."""
        timer = self.named[name]

        def judge(state: Any, row: Any) -> bool | None:
            end = self.end_of(row)
            due = None if end is None else timer.due_at(end, state, row)
            if due is None or end is None:
                return None
            if due > state.now:
                return False
            term = row.term
            waits = term.counting_since is not None and timer.pending(end, due, term) and not self.stopped(row)
            return not waits

        return judge

    @staticmethod
    def stopped(row: Any) -> bool:
        """Whether a contract's timers have stopped: every track of it stands at an end."""
        return bool(row.config.ended)

    def covers(self, state: Any, row: Any) -> bool | None:
        """Whether one contract is in term or in grace today; unknown where its dates are."""
        end, start = self.end_of(row), row.term.covered_from
        if end is None or start is None:
            return None
        today = local_day(state.now, state.zone)
        if today <= end:
            return bool(start <= today)
        grace = self.named.get("grace_over")
        if grace is None or self.stopped(row):
            return False
        over = grace.due_at(end, state, row)
        return bool(over is not None and state.now < over)

    def cover_instants(self, state: Any, row: Any) -> list[datetime]:
        """When that can change by time alone."""
        end, start = self.end_of(row), row.term.covered_from
        found = [] if start is None else [first_instant(start, state.zone)]
        if end is not None:
            found.append(instant_after(end, state.zone))
            grace = self.named.get("grace_over")
            over = grace.due_at(end, state, row) if grace else None
            if over is not None:
                found.append(over)
        return found
