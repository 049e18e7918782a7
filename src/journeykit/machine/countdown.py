"""The dates of a contract's countdown, computed from its facts (rules R9 to R11) and never stored (R10).

There are the milestones, counted back from the end of the term or from another date fact (``of``), then ``notice`` (the
end minus the notice period), ``end``, and ``grace_over`` (the end plus grace). Milestones fire at the first instant of
their day in the account's zone, the others at the first instant after it, since the last day still counts. Milestones
fire once in a window, those ``of`` another date once in a term, the others and those with ``again`` once for every end.
A milestone or notice whose day was past when the countdown began does not fire: ``Slot.fires_from`` tells that by days,
so that a change of the zone does not alter it. One with ``when`` fires only while that is met: whatever it reads has
``next_of`` asked again, so an overdue one fires as soon as it is. ``reached`` does not wait for it: it may never fire.

``next_of`` says when to look at a contract again. It may answer too early: a date turns ``reached(...)`` even where no
timer fires, and ``next_of`` does not ask whether any criterion reads that, or will answer anew. A look in vain changes
nothing and asks for the next instant. It never answers too late, for that would be a renewal missed: it goes through
the dates in the order of their instants, up to the first that has a timer to fire, and passes over none that lies
ahead; and whatever moves a date (topic ``#term``, a ``zone``) has it asked again.

A step asks for the same dates several times and seldom changes what they are counted by, so they are kept with the
``Term``: whoever writes a fact that they are counted by (``CountdownTable.reads``) puts a term without them in place of
this one, and end and zone are compared. They are also kept for all contracts, by everything that they are counted by:
one machine serves thousands of contracts, and these share few dates.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from collections.abc import Set as AbstractSet
from datetime import date, datetime, tzinfo
from typing import Any, NamedTuple

from journeykit.dates import Period
from journeykit.language.expressions.tree import ACCOUNT, Confirmed, Derived
from journeykit.language.expressions.walk import walk
from journeykit.language.model.paths import inside
from journeykit.language.model.profile import Countdown, Criterion, Kind, Profile, Track, Value
from journeykit.machine.closures import Instant, Test, Valuer
from journeykit.machine.entries import VALUE
from journeykit.machine.snapshot import NO_NAMES, Snapshot, Subject
from journeykit.machine.term import Term
from journeykit.machine.timer import Timer

__all__ = ["CountdownTable", "Timer"]

_YEAR = Period(12, 0)
_NEVER = date.max.toordinal() + 1
_ROLLING = frozenset({"automatically", "evergreen"})


class Slot(NamedTuple):
    """One timer, ``number`` in order of declaration, for one end of a term: its day and instant, if it has a date.

    ``fires_from``: the latest first day of a countdown (``toordinal`` of ``counting_from``) with which it still fires.
    """

    number: int
    timer: Timer
    day: date | None
    at: datetime | None
    fires_from: int


class TermDates(NamedTuple):
    """All timers of a term for one end in one zone: as declared (``slots``), and those with a date, soonest first."""

    end: date
    zone: tzinfo
    slots: tuple[Slot, ...]
    in_time: tuple[tuple[datetime, Slot], ...]


_MOST_KEPT = 65_536  # sets of dates for all contracts; beyond them each term keeps its own alone


class CountdownTable:
    """A countdown compiled; without a track that counts down it has no timers and answers for cover alone.

    Attributes:
        track, kind: names of the track (empty for none) and of the kind of subject that has the terms.
        start, end: names of the two date facts.
        given_by, ending_fact: names of what gives notice, and of the fact that says what follows the end; or None.
        notice_period, late_inside: valuers: how long before the end notice is due, and a beginning counts as late.
        at_end, term: valuers: what follows the end, one of ``ENDINGS``; the length of a term.
        timers, named: milestones as written, then ``notice``, ``end`` and ``grace_over``; the same by name.
        number: by name, the place of a timer in ``timers`` and in every ``layout``.
        reads: names of the facts whose change may move a date or say anew what follows the end.
        dates: names of the contract's own date facts from which dates are counted, its start and end among them.
        turns: the instants at which what milestones ask by ``when`` turns by time alone, by what they are about.
        term_facts, term_confirmations: names of what is ungiven when a term begins (R8).
        renewing: those confirmations for which moves that begin a term ask.
    """

    def __init__(self, profile: Profile, kind: Kind, track: Track | None) -> None:
        assert kind.term is not None
        self.track: str = track.name if track else ""
        self.kind: str = kind.name
        self.start: str = kind.term[0]
        self.end: str = kind.term[1]
        self.given_by: str | None = None
        self.ending_fact: str | None = None
        self.timers: list[Timer] = []
        self.at_end: Valuer = lambda snapshot, subject: "by_hand"
        self.term: Valuer = self._value(profile, Value(_YEAR))
        self.turns: dict[object, Instant] = {}
        self.notice_period: Valuer | None = None
        self.late_inside: Valuer | None = None
        self.reads: frozenset[str] = frozenset(kind.term)
        self.dates: frozenset[str] = frozenset(kind.term)
        self._varying: list[Valuer] = []
        self._known_dates: dict[tuple[date, tuple[Any, ...], tzinfo], TermDates] = {}
        if track is not None and track.countdown is not None:
            self._add(profile, track, track.countdown)
        self.named: dict[str, Timer] = {timer.name: timer for timer in self.timers}
        self.number: dict[str, int] = {timer.name: number for number, timer in enumerate(self.timers)}
        self._each_end: frozenset[str] = frozenset(timer.name for timer in self.timers if timer.each_end)
        self.term_facts: tuple[str, ...] = tuple(
            f.name for f in profile.facts.values() if f.per_term and f.name not in kind.term
        )
        self.term_confirmations: tuple[str, ...] = tuple(
            confirmation.name for confirmation in profile.confirmations.values() if confirmation.per_term
        )
        begin = [move.when for one in profile.tracks.values() for move in one.all_moves() if move.begins_term]
        asked = {name for when in begin for name in _confirmations(profile, when)}
        self.renewing: tuple[str, ...] = tuple(name for name in self.term_confirmations if name in asked)

    def _add(self, profile: Profile, track: Track, countdown: Countdown) -> None:
        self.given_by = countdown.given_by
        paths = [stage.path for stage in track.walk()]
        for milestone in countdown.milestones:
            timer = Timer(milestone.name, self._value(profile, milestone.before), ends=False)
            timer.milestone = milestone
            timer.work = frozenset(path for path in paths if any(inside(path, asked) for asked in milestone.work))
            if milestone.of is not None:
                timer.of = self._value(profile, Value(None, milestone.of))
            if milestone.for_terms is not None:
                timer.least = self._value(profile, milestone.for_terms)
                timer.start = self._value(profile, Value(None, self.start))
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
        dated = [countdown.notice, countdown.grace, *(one.before for one in countdown.milestones)]
        dated += [one.for_terms for one in countdown.milestones]
        self.reads |= frozenset(value.fact for value in (*dated, countdown.at_end) if value and value.fact)
        others = frozenset(milestone.of for milestone in countdown.milestones if milestone.of)
        self.reads |= others
        self.dates |= frozenset(name for name in others if profile.facts[name].kind == self.kind)
        self._varying = [self._value(profile, value) for value in dated if value and value.fact]
        self._varying += [value for timer in self.timers for value in (timer.of, timer.start) if value is not None]

    def _ending(self, profile: Profile, countdown: Countdown) -> Valuer:
        """Compile what follows the end to one of ``ENDINGS``, also where it is written as ``automatically``."""
        if countdown.at_end is not None:
            return self._value(profile, countdown.at_end)
        automatically = self._value(profile, countdown.automatically or Value(False))
        return lambda snapshot, subject: "automatically" if automatically(snapshot, subject) else "by_hand"

    def rolls(self, snapshot: Snapshot, subject: Subject) -> bool:
        """Tell whether the term renews by itself when its end comes, as things stand (R11)."""
        term = subject.term
        assert term is not None
        if term.notice_at is not None and not term.notice_late:
            return False
        ending = self.at_end(snapshot, subject)
        return ending in _ROLLING or (ending == "once" and not term.rolled)

    def is_open_ended(self, snapshot: Snapshot, subject: Subject) -> bool:
        """Tell whether a contract goes on without an end until notice is given."""
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
        """Return every timer with its date for a given end of the running term, in order of declaration."""
        return self._dates_of(end, snapshot, subject).slots

    def _dates_of(self, end: date, snapshot: Snapshot, subject: Subject) -> TermDates:
        """Return the dates for a given end of the term: kept ones (see the head of this module), or new ones."""
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
        """Return the timers of a running term still to fire, all or those due by ``until``, the soonest first.

        Milestones that do not apply as things stand are left out.
        """
        end, term = self.end_of(subject), subject.term
        assert term is not None
        found: list[Slot] = []
        if end is None or term.counting_from is None:
            return found
        fired, began = self._fired(term, end), term.counting_from.toordinal()
        for at, slot in self._dates_of(end, snapshot, subject).in_time:
            if until is not None and at > until:
                break
            if slot.timer.name in fired or slot.fires_from < began:
                continue
            if slot.timer.when is None or self._may_fire(slot, end, snapshot, subject):
                found.append(slot)
        return found

    def conditional(self, snapshot: Snapshot, subject: Subject) -> list[Timer]:
        """Return the milestones with ``when`` that a running term still has to fire, should they apply."""
        end, term = self.end_of(subject), subject.term
        if end is None or term is None or term.counting_from is None or subject.config.ended:
            return []
        fired, began = self._fired(term, end), term.counting_from.toordinal()
        dated = [slot for _, slot in self._dates_of(end, snapshot, subject).in_time if slot.fires_from >= began]
        return [slot.timer for slot in dated if slot.timer.when is not None and slot.timer.name not in fired]

    def next_of(self, snapshot: Snapshot, subject: Subject) -> tuple[datetime | None, datetime | None]:
        """Return when the next timer fires, and the first date by then without a timer to fire; None for none (R9).

        The former lies behind ``now`` where it is overdue, the latter always ahead.
        """
        end, term, now = self.end_of(subject), subject.term, snapshot.now
        assert term is not None
        fires: datetime | None = None
        turns: datetime | None = None
        if end is None:
            return fires, turns
        began = _NEVER  # nothing fires while the countdown has not begun or has stopped; dates come all the same
        if term.counting_from is not None and not subject.config.ended:
            began = term.counting_from.toordinal()
        fired = self._fired(term, end)
        for at, slot in self._dates_of(end, snapshot, subject).in_time:
            if fires is not None and at > fires:
                break
            if slot.fires_from >= began and slot.timer.name not in fired:
                if slot.timer.when is None:
                    fires = at
                    continue
                if at <= now and self._may_fire(slot, end, snapshot, subject):
                    fires = at
            if turns is None and at > now:
                turns = at
        return fires, turns

    def end_of(self, subject: Subject) -> date | None:
        """Return the end date of the running term, or None while it is unknown."""
        entry = subject.facts.get(self.end)
        return None if entry is None else entry[VALUE]

    def due(self, name: str) -> Callable[[Snapshot, Subject], datetime | None]:
        """Return a closure for the instant of one date ahead; None where a timer fires, which tells its readers."""
        number = self.number[name]

        def turn(snapshot: Snapshot, subject: Subject) -> datetime | None:
            end = self.end_of(subject)
            if end is None:
                return None
            slot = self._dates_of(end, snapshot, subject).slots[number]
            if slot.at is None or slot.at <= snapshot.now or self.has_turn(slot, end, subject):
                return None
            return slot.at

        return turn

    def has_turn(self, slot: Slot, end: date, subject: Subject) -> bool:
        """Tell whether a timer has certainly still to fire for this contract: one with ``when`` may never do so."""
        if slot.timer.when is not None:
            return False
        term = subject.term
        assert term is not None
        if term.counting_from is None or self.stopped(subject) or slot.fires_from < term.counting_from.toordinal():
            return False
        return slot.timer.name not in self._fired(term, end)

    def _may_fire(self, slot: Slot, end: date, snapshot: Snapshot, subject: Subject) -> bool:
        """Tell whether a milestone with ``when`` applies as things stand, and its day and now lie before the end."""
        over = self._dates_of(end, snapshot, subject).slots[self.number["end"]].at
        assert slot.at is not None
        return over is not None and max(slot.at, snapshot.now) < over and slot.timer.applies(snapshot, subject)

    def _fired(self, term: Term, end: date) -> AbstractSet[str]:
        """Return the names of timers not to fire again: those marked, and the others where marked for this end."""
        if not term.fired:
            return NO_NAMES
        return {name for name, for_end, _ in term.fired if for_end == end or name not in self._each_end}

    def reached(self, name: str) -> Test:
        """Return the closure that judges ``reached(name)``: its date has come, and had its turn if it has one (R9)."""
        number = self.number[name]

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
                return True  # and so it stays in a zone in which its day has yet to come
            if term.counting_from is not None and slot.fires_from < term.counting_from.toordinal():
                return True  # it was past when the countdown began
            return slot.at <= snapshot.now and not self.has_turn(slot, end, subject)

        return judge

    def has_date(self, name: str) -> Test:
        """Return the closure that judges ``has_date(name)``: its date is known or the term too short (R11)."""
        number = self.number[name]

        def judge(snapshot: Snapshot, subject: Subject) -> bool | None:
            end = self.end_of(subject)
            if end is None:
                return None
            slot = self._dates_of(end, snapshot, subject).slots[number]
            if slot.at is not None:
                return True
            return False if slot.timer.is_too_short(end, snapshot, subject) else None

        return judge

    @staticmethod
    def stopped(subject: Subject) -> bool:
        """Tell whether a contract's timers have stopped: every track of it stands at an end (R12)."""
        return bool(subject.config.ended)


def _confirmations(profile: Profile, criteria: Iterable[Criterion]) -> Iterator[str]:
    """Yield the names of the confirmations that criteria ask for, also in groups and behind derived names."""
    for criterion in criteria:
        yield from _confirmations(profile, criterion.members)
        for node in () if criterion.expr is None else walk(criterion.expr):
            if isinstance(node, Confirmed):
                yield node.word
            elif isinstance(node, Derived) and (inner := profile.derived[node.name].criterion) is not None:
                yield from _confirmations(profile, (inner,))
