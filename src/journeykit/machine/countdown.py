"""The dates of a contract's countdown, computed from its facts each time they are asked for (rules R9 to R11)."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from datetime import date, datetime, tzinfo
from functools import lru_cache
from typing import Any, NamedTuple

from journeykit.dates import Period, first_instant, instant_after, local_day
from journeykit.language.expressions.tree import ACCOUNT
from journeykit.language.model.paths import inside
from journeykit.language.model.profile import Countdown, Kind, Milestone, Profile, Track, Value
from journeykit.machine.closures import Test, Valuer
from journeykit.machine.entries import VALUE
from journeykit.machine.snapshot import NO_NAMES, Snapshot, Subject
from journeykit.machine.term import Term

__all__ = ["CountdownTable", "Timer"]

_YEAR = Period(12, 0)
_NEVER = date.max.toordinal() + 1
_NOTHING = Period(0, 0)
CLOSING = frozenset({"notice", "end", "grace_over"})
"""The dates that a countdown has by itself, and that come anew with every end."""
_ROLLING = frozenset({"automatically", "evergreen"})


@lru_cache(maxsize=65536)
def _counted(end: date, period: Period, sign: int) -> date:
    return period.subtract(end) if sign > 0 else period.add(end)


@lru_cache(maxsize=65536)
def _instant(day: date, ends: bool, zone: tzinfo) -> datetime:
    """Contracts share their dates by the thousand, and a date is asked for again each time something else changes."""
    return instant_after(day, zone) if ends else first_instant(day, zone)


class Timer:
    """One date of the countdown: so long before (or after) the end of the term, or another date (``of``)."""

    __slots__ = ("before", "ends", "milestone", "name", "needs", "of", "sign", "work")

    def __init__(self, name: str, before: Valuer | None, *, ends: bool, sign: int = 1) -> None:
        self.name = name
        self.before = before
        self.ends = ends
        self.sign = sign
        self.of: Valuer | None = None
        self.milestone: Milestone | None = None
        self.work = NO_NAMES
        self.needs: Test | None = None

    @property
    def in_window(self) -> bool:
        """Whether it fires once in a window of ends; those of another date do once a term, the others for each end."""
        return self.milestone is not None and self.of is None

    def due_on(self, end: date, snapshot: Snapshot, subject: Subject) -> date | None:
        """The date itself, for a given end of the term; None while what it is counted by is unknown."""
        base: date | None = end if self.of is None else self.of(snapshot, subject)
        period: Period | None = _NOTHING if self.before is None else self.before(snapshot, subject)
        return None if base is None or period is None else _counted(base, period, self.sign)

    def instant(self, day: date, zone: tzinfo) -> datetime:
        """The instant of its date: a milestone begins on it, the others end with it."""
        return _instant(day, self.ends, zone)

    def due_at(self, end: date, snapshot: Snapshot, subject: Subject) -> datetime | None:
        """The instant at which it falls due, for a given end of the term."""
        day = self.due_on(end, snapshot, subject)
        return None if day is None else _instant(day, self.ends, snapshot.frame.zone)


class Slot(NamedTuple):
    """Where one timer stands for one end of a term: its day and its instant, None while it has no date.

    ``fires_from``: the number of the day on which a countdown may at the latest have begun for it to fire at all.
    """

    number: int
    timer: Timer
    day: date | None
    at: datetime | None
    fires_from: int


class TermDates(NamedTuple):
    """All timers of a term for one end in one zone: as declared, and those that have a date by their instants."""

    end: date
    zone: tzinfo
    slots: tuple[Slot, ...]
    in_time: tuple[tuple[datetime, Slot], ...]


_MOST_KEPT = 65_536


class CountdownTable:
    """A countdown compiled: its timers in order of declaration, and what is asked when the end comes.

    Attributes:
        track: the track's name.
        kind: the kind of subject that has the terms.
        start, end: names of the two date facts.
        given_by: what gives notice; ending_fact: the fact that says what follows the end, where one does.
        notice_period, late_inside: how long before the end notice must be given, and a countdown starts late.
        timers: milestones as written, then ``notice``, ``end`` and ``grace_over``.
    """

    def __init__(self, profile: Profile, kind: Kind, track: Track | None) -> None:
        assert kind.term is not None
        self.track = track.name if track else ""
        self.kind = kind.name
        self.start, self.end = kind.term
        self.given_by: str | None = None
        self.ending_fact: str | None = None
        self.timers: list[Timer] = []
        self.at_end: Valuer = lambda snapshot, subject: "by_hand"
        self.term = self._value(profile, Value(_YEAR))
        self.notice_period: Valuer | None = None
        self.late_inside: Valuer | None = None
        self.reads = frozenset(kind.term)
        self._varying: list[Valuer] = []
        self._known_dates: dict[tuple[date, tuple[Any, ...], tzinfo], TermDates] = {}
        if track is not None and track.countdown is not None:
            self._add(profile, track, track.countdown)
        self.named = {timer.name: timer for timer in self.timers}
        self._number = {timer.name: number for number, timer in enumerate(self.timers)}
        self._end = self._number.get("end", -1)
        self.term_facts = tuple(f.name for f in profile.facts.values() if f.per_term and f.name not in kind.term)
        self.term_confirmations = tuple(
            confirmation.name for confirmation in profile.confirmations.values() if confirmation.per_term
        )

    def _add(self, profile: Profile, track: Track, countdown: Countdown) -> None:
        self.given_by = countdown.given_by
        paths = [stage.path for stage in track.walk()]
        for milestone in countdown.milestones:
            timer = Timer(milestone.name, self._value(profile, milestone.before), ends=False)
            timer.milestone = milestone
            timer.work = frozenset(path for path in paths if any(inside(path, asked) for asked in milestone.work))
            if milestone.of is not None:
                timer.of = self._value(profile, Value(None, milestone.of))
            self.timers.append(timer)
        if countdown.notice is not None:
            self.notice_period = self._value(profile, countdown.notice)
            self.timers.append(Timer("notice", self.notice_period, ends=True))
        self.timers.append(Timer("end", None, ends=True))
        if countdown.grace is not None:
            self.timers.append(Timer("grace_over", self._value(profile, countdown.grace), ends=True, sign=-1))
        self.at_end = self._ending(profile, countdown)
        self.ending_fact = None if countdown.at_end is None else countdown.at_end.fact
        self.term = self._value(profile, countdown.term or Value(_YEAR))
        if countdown.started_late is not None:
            self.late_inside = self._value(profile, countdown.started_late)
        values = [countdown.notice, countdown.grace, countdown.at_end, *(one.before for one in countdown.milestones)]
        self.reads |= frozenset(value.fact for value in values if value and value.fact)
        self.reads |= frozenset(milestone.of for milestone in countdown.milestones if milestone.of)
        dated = [countdown.notice, countdown.grace, *(one.before for one in countdown.milestones)]
        self._varying = [self._value(profile, value) for value in dated if value and value.fact]
        self._varying += [timer.of for timer in self.timers if timer.of is not None]

    def _ending(self, profile: Profile, countdown: Countdown) -> Valuer:
        """What follows the end: one of ``ENDINGS``, also where it is written as ``automatically``."""
        if countdown.at_end is not None:
            return self._value(profile, countdown.at_end)
        automatically = self._value(profile, countdown.automatically or Value(False))
        return lambda snapshot, subject: "automatically" if automatically(snapshot, subject) else "by_hand"

    def rolls(self, snapshot: Snapshot, subject: Subject) -> bool:
        """Whether the term renews by itself when its end comes, as things stand."""
        term = subject.term
        assert term is not None
        if term.notice_at is not None and not term.notice_late:
            return False
        ending = self.at_end(snapshot, subject)
        return ending in _ROLLING or (ending == "once" and not term.rolled)

    def is_open_ended(self, snapshot: Snapshot, subject: Subject) -> bool:
        """Whether a contract goes on without an end until somebody gives notice."""
        return self.end_of(subject) is None and bool(self.at_end(snapshot, subject) == "evergreen")

    @staticmethod
    def _value(profile: Profile, value: Value) -> Valuer:
        if value.fact is None:
            return lambda snapshot, subject: value.default
        name, default = value.fact, value.default
        of_account = profile.facts[name].kind == ACCOUNT

        def found(snapshot: Snapshot, subject: Subject) -> Any:
            entry = (snapshot.account_subject if of_account else subject).facts.get(name)
            return default if entry is None else entry[VALUE]

        return found

    def layout(self, end: date, snapshot: Snapshot, subject: Subject) -> tuple[Slot, ...]:
        """Every timer with its date, for a given end of the term, in order of declaration."""
        return self._dates_of(end, snapshot, subject).slots

    def _dates_of(self, end: date, snapshot: Snapshot, subject: Subject) -> TermDates:
        """The dates for a given end of the term.

        Kept with the term, which is made anew when anything changes that these dates are counted by, and for all
        contracts with the same dates: both are asked for again and again.
        """
        zone = snapshot.frame.zone
        term = subject.term
        assert term is not None
        plan: TermDates | None = term.plan
        if plan is None or plan.zone is not zone or plan.end != end:
            key = (end, tuple([read(snapshot, subject) for read in self._varying]), zone)
            plan = self._known_dates.get(key)
            if plan is None:
                slots = tuple(self._slot(number, end, snapshot, subject) for number in range(len(self.timers)))
                dated = sorted((slot.at, slot.number) for slot in slots if slot.at is not None)
                plan = TermDates(end, zone, slots, tuple((at, slots[number]) for at, number in dated))
                if len(self._known_dates) < _MOST_KEPT:
                    self._known_dates[key] = plan
            term.plan = plan
        return plan

    def _slot(self, number: int, end: date, snapshot: Snapshot, subject: Subject) -> Slot:
        timer = self.timers[number]
        day = timer.due_on(end, snapshot, subject)
        if day is None:
            return Slot(number, timer, None, None, 0)
        begins = timer.milestone is not None or timer.name == "notice"
        fires_from = day.toordinal() + timer.ends if begins else date.max.toordinal()
        return Slot(number, timer, day, timer.instant(day, snapshot.frame.zone), fires_from)

    def waiting(self, snapshot: Snapshot, subject: Subject, until: datetime | None = None) -> list[Slot]:
        """The timers of a running term that have still to fire, due by an instant or all, the soonest first."""
        end, term = self.end_of(subject), subject.term
        assert term is not None
        found: list[Slot] = []
        if end is None or term.counting_from is None:
            return found
        fired, began = _fired(term, end), term.counting_from.toordinal()
        for at, slot in self._dates_of(end, snapshot, subject).in_time:
            if until is not None and at > until:
                break
            if slot.timer.name not in fired and slot.fires_from >= began:
                found.append(slot)
        return found

    def next_of(self, snapshot: Snapshot, subject: Subject) -> tuple[datetime | None, datetime | None]:
        """When the next timer fires, and when by then a date comes that has no timer to fire (rule R9)."""
        end, term, now = self.end_of(subject), subject.term, snapshot.now
        assert term is not None
        fires: datetime | None = None
        turns: datetime | None = None
        if end is None:
            return fires, turns
        began = _NEVER
        if term.counting_from is not None and not subject.config.ended:
            began = term.counting_from.toordinal()
        fired = _fired(term, end)
        for at, slot in self._dates_of(end, snapshot, subject).in_time:
            if fires is not None and at > fires:
                break
            if slot.fires_from >= began and slot.timer.name not in fired:
                fires = at
            elif turns is None and at > now:
                turns = at
        return fires, turns

    def end_of(self, subject: Subject) -> date | None:
        """The end date of the running term, where it is known."""
        entry = subject.facts.get(self.end)
        return None if entry is None else entry[VALUE]

    def due(self, name: str) -> Callable[[Snapshot, Subject], datetime | None]:
        """A closure that yields the instant of one date, unless it has its turn there: then that is told to readers."""
        number = self._number[name]

        def turn(snapshot: Snapshot, subject: Subject) -> datetime | None:
            end = self.end_of(subject)
            if end is None:
                return None
            slot = self._dates_of(end, snapshot, subject).slots[number]
            if slot.at is None or slot.at <= snapshot.now or self._has_turn(slot, end, subject):
                return None
            return slot.at

        return turn

    def _has_turn(self, slot: Slot, end: date, subject: Subject) -> bool:
        """Whether a timer has still to fire for this row."""
        term = subject.term
        assert term is not None
        if term.counting_from is None or self.stopped(subject) or slot.fires_from < term.counting_from.toordinal():
            return False
        return slot.timer.name not in _fired(term, end)

    def reached(self, name: str) -> Test:
        """A closure that judges ``reached(name)``: its date has come, and it had its turn where it has one (R9)."""
        number = self._number[name]

        def judge(snapshot: Snapshot, subject: Subject) -> bool | None:
            end = self.end_of(subject)
            if end is None:
                return None
            slot = self._dates_of(end, snapshot, subject).slots[number]
            if slot.at is None:
                return None
            term = subject.term
            assert term is not None
            if (name, end, slot.day) in term.fired:
                return True
            if term.counting_from is not None and slot.fires_from < term.counting_from.toordinal():
                return True  # it was past when the countdown began
            return slot.at <= snapshot.now and not self._has_turn(slot, end, subject)

        return judge

    @staticmethod
    def stopped(subject: Subject) -> bool:
        """Whether a contract's timers have stopped: every track of it stands at an end."""
        return bool(subject.config.ended)

    def covers(self, snapshot: Snapshot, subject: Subject) -> bool | None:
        """Whether one contract is in term or in grace today; unknown where its dates are."""
        term = subject.term
        assert term is not None
        end, start = self.end_of(subject), term.covered_from
        if start is None or (end is None and not self.is_open_ended(snapshot, subject)):
            return None
        today = local_day(snapshot.now, snapshot.zone)
        if end is None:
            return bool(start <= today)
        if today <= end or self._about_to_roll(end, snapshot, subject):
            return bool(start <= today)
        grace = self._number.get("grace_over")
        if grace is None or self.stopped(subject):
            return False
        over = self.layout(end, snapshot, subject)[grace].at
        return bool(over is not None and snapshot.now < over)

    def _about_to_roll(self, end: date, snapshot: Snapshot, subject: Subject) -> bool:
        """Whether the end has come of a term that renews by itself, and has still to have its turn (rule R11)."""
        if self._end < 0 or self.stopped(subject):
            return False
        return self._has_turn(self.layout(end, snapshot, subject)[self._end], end, subject) and self.rolls(
            snapshot, subject
        )

    def cover_turn(self, snapshot: Snapshot, subject: Subject) -> datetime | None:
        """When that changes next by time alone."""
        term = subject.term
        assert term is not None
        end, start, now = self.end_of(subject), term.covered_from, snapshot.now
        found: datetime | None = None
        if end is not None:
            slots = self.layout(end, snapshot, subject)
            found = slots[self._end].at if slots else instant_after(end, snapshot.frame.zone)
            if found is not None and found <= now:
                grace = self._number.get("grace_over")
                found = None if grace is None else slots[grace].at
                if found is not None and found <= now:
                    found = None
        if start is not None and (end is None or found is not None):
            begins = first_instant(start, snapshot.frame.zone)
            if begins > now and (found is None or begins < found):
                found = begins
        return found


def _fired(term: Term, end: date) -> AbstractSet[str]:
    """The timers that need not fire any more: milestones once in a window of ends, the others once for every end."""
    if not term.fired:
        return NO_NAMES
    return {name for name, for_end, _ in term.fired if for_end == end or name not in CLOSING}
