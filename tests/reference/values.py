"""How criteria are judged on what a journey knows: the reading half of the reference interpreter.

Written from ``docs/explanation/rules.md`` alone, as plainly as possible and without regard for speed. It shares the
resolved profile, the typed expressions and ``dates`` with the engine, and nothing else.
"""

from __future__ import annotations

import operator
import sys
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from fractions import Fraction
from functools import cached_property
from typing import Any

from journeykit.dates import Period, instant_after, shift
from journeykit.language.expressions import tree as ex
from journeykit.language.model.profile import BandRule, Criterion, Move, Stage, Track
from reference.state import Given, Subject, Truth, inside, kleene_and, kleene_or, nested
from reference.time import Timer, Times

OPS = {"<": operator.lt, "<=": operator.le, "==": operator.eq, "!=": operator.ne, ">=": operator.ge, ">": operator.gt}
MATHS = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv}
FLIPPED = {"<": ">", "<=": ">=", "==": "==", "!=": "!=", ">=": "<=", ">": "<"}
WORDS = {True: "met", False: "not met", None: "unknown"}


def reckoned(op: str, one: float, two: float) -> float | None:
    """The result of arithmetic, None where it lies beyond the largest number that is counted with."""
    try:
        found: float = MATHS[op](one, two)
        return found if abs(Fraction(found)) <= Fraction(sys.float_info.max) else None
    except (OverflowError, ValueError):  # so say floats that are not finite
        return None


def less(start: float, margin: float) -> float:
    """Subtract as decimals."""
    exact = Fraction(str(start)) - Fraction(str(margin))
    return int(exact) if exact.denominator == 1 else float(exact)


class Values(Times):
    """Judges criteria on ``self.state``. ``track`` is the one that asks: it may ask for old evidence again.

    ``entered`` is when the place was entered before which nothing counts as held, if there is such a place.
    """

    # -- criteria --

    def all_met(
        self, criteria: Iterable[Criterion], me: Subject, track: str | None, entered: datetime | None = None
    ) -> Truth:
        return kleene_and([self.met(one, me, track, entered) for one in criteria])

    def is_waived(self, criterion: Criterion, me: Subject) -> bool:
        return criterion.id in me.waived or criterion.id in self.state.subjects["account"].waived

    def met(self, criterion: Criterion, me: Subject, track: str | None, entered: datetime | None = None) -> Truth:
        if self.is_waived(criterion, me):
            return True
        asked = self.asked(criterion, me, track, entered)
        if not criterion.held or not asked:
            return asked
        since = me.held.get((track, criterion.id), self.state.now)
        return shift(max(since, entered or since), criterion.held, self.zone) <= self.state.now

    def asked(self, criterion: Criterion, me: Subject, track: str | None, entered: datetime | None) -> Truth:
        """What a criterion asks, however long it has been so."""
        if criterion.expr is not None:
            result: Truth = self.value(criterion.expr, me, track)
            return result
        found = [self.met(member, me, track, entered) for member in criterion.members]
        if criterion.group == "all":
            return kleene_and(found)
        if criterion.group == "any":
            return kleene_or(found)
        if found.count(True) >= criterion.needed:
            return True
        return False if found.count(False) >= len(found) - criterion.needed + 1 else None

    def verdicts(
        self, criteria: Iterable[Criterion], me: Subject, track: str | None, entered: datetime | None
    ) -> list[tuple[str, str]]:
        """(id, word) of every single criterion, depth first; what is waived with its group shows as waived too."""
        found = []
        for one in criteria:
            if one.members:
                below = self.verdicts(one.members, me, track, entered)
                found += [(name, "waived") for name, _ in below] if self.is_waived(one, me) else below
            elif one.group == "is":
                word = "waived" if self.is_waived(one, me) else WORDS[self.met(one, me, track, entered)]
                found.append((one.id, word))
        return found

    # -- how long (held) --

    def source_entered(self, me: Subject, track: Track, move: Move) -> datetime | None:
        """When the outermost source of a move that holds the position was entered."""
        holding = [source for source in move.sources if (track.name, source) in me.entered]
        return me.entered[track.name, min(holding, key=lambda path: path.count("."))] if holding else None

    @cached_property
    def held_ids(self) -> set[str]:
        return {name for name, (_, criterion) in self.criteria.items() if criterion.held}

    def judged(self, kind: str) -> Iterator[tuple[Track | None, Any, Stage | Move | None]]:
        """All that a subject of a kind may judge, each with the track that asks and the place or move that it is of."""
        tracks = [track for track in self.profile.tracks.values() if track.per == kind]
        for track in tracks:
            yield from ((track, stage.success, stage) for stage in track.walk())
            yield from ((track, move.when, move) for move in self.moves_of(track))
            for one in track.countdown.milestones if track.countdown else ():
                yield from ((track, asked, None) for asked in (one.needs, one.when))
        for reaction in self.profile.reactions.values():
            if reaction.kind == kind:
                yield None, reaction.when, None
        for derived in self.profile.derived.values():
            if derived.kind in (kind, ex.ACCOUNT):
                yield from ((asking, derived.criterion, None) for asking in [None, *tracks])

    def to_hold(self, kind: str) -> list[tuple[Track | None, Criterion, Stage | Move | None]]:
        """What of it must be met for a while."""
        return [
            (track, one, home)
            for track, criteria, home in self.judged(kind)
            for one in nested(criteria)
            if isinstance(one, Criterion) and one.held
        ]

    def note_held(self, me: Subject) -> None:
        """Note since when each held criterion has been met without a break."""
        for track, one, home in self.to_hold(me.kind) if self.held_ids else ():
            asking, entered = track.name if track else None, None
            if track and isinstance(home, Stage):
                entered = me.entered.get((track.name, home.path))
            elif track and isinstance(home, Move):
                entered = self.source_entered(me, track, home)
            if self.asked(one, me, asking, entered) is True:
                me.held.setdefault((asking, one.id), self.state.now)
            else:
                me.held.pop((asking, one.id), None)

    def take_over_held(self, me: Subject) -> None:
        """A subject that is opened takes over how long the account's derived criteria have been met."""
        for derived in self.profile.derived.values():
            for one in nested(derived.criterion) if derived.kind == ex.ACCOUNT else ():
                key = (None, one.id) if isinstance(one, Criterion) else None
                if key in self.state.subjects["account"].held:
                    since = self.state.subjects["account"].held[key]
                    me.held |= {(asking, one.id): since for asking in [None, *(t.name for t in self.tracks(me))]}

    # -- what counts for some time --

    def lasts(self, given: Given, period: Period | None) -> bool:
        """Whether what was given then still counts."""
        return period is None or self.state.now < shift(given.at, period, self.zone)

    def fact_value(self, name: str, holder: Subject, after: int) -> Any:
        """A fact's value, None where it is unknown: never seen, not since ``after``, stale, or its feed not up."""
        rule, given = self.profile.facts[name], holder.facts.get(name)
        if given is None or given.number <= after or not self.is_up(rule.feed):
            return None
        return given.value if self.lasts(given, rule.stale_after) else None

    def confirmed(self, word: str, holder: Subject, after: int) -> bool:
        given = holder.words.get(word)
        return given is not None and given.number > after and self.lasts(given, self.profile.confirmations[word].lasts)

    def heard_of(self, expr: ex.Unsettled | ex.Quiet | ex.Seen, holder: Subject) -> Truth:
        """What is asked of a signal."""
        rule = self.profile.signals[expr.signal]
        if not self.is_up(rule.feed):
            return None
        if isinstance(expr, ex.Unsettled):
            return rule.name in holder.unsettled and self.lasts(holder.seen[rule.name], rule.lasts)
        if isinstance(expr, ex.Seen):
            return rule.name in holder.seen and self.lasts(holder.seen[rule.name], expr.period)
        return shift(self.quiet_since(rule.name, holder), expr.period, self.zone) <= self.state.now

    # -- expressions --

    def value(self, expr: ex.Expr, me: Subject, track: str | None) -> Any:
        """The value of an expression for a subject, None where it is unknown."""
        match expr:
            case ex.Compare():
                return self.compare(expr, me, track)
            case ex.Fact(name, kind, _):
                return self.fact_value(name, self.owner(kind, me), self.asked_at(name, me, track))
            case ex.Const(value, _):
                return value
            case ex.Confirmed(word, kind):
                return self.confirmed(word, self.owner(kind, me), self.asked_at(word, me, track))
            case ex.Band(name, kind, _):
                rule = self.profile.bands[name]
                if self.value(rule.of, me, track) is None:
                    return None
                return rule.levels[self.level(rule, self.owner(kind, me)) or 0][0]
            case ex.Derived(name, _, _):
                derived = self.profile.derived[name]
                if derived.criterion is not None:
                    return self.met(derived.criterion, me, track)
                assert derived.expr is not None
                return self.value(derived.expr, me, track)
            case ex.Not(item):
                found = self.value(item, me, track)
                return None if found is None else not found
            case ex.And(items):
                return kleene_and([self.value(item, me, track) for item in items])
            case ex.Or(items):
                return kleene_or([self.value(item, me, track) for item in items])
            case ex.Negative(item):
                number = self.value(item, me, track)
                return None if number is None else -number
            case ex.Arithmetic(op, left, right):
                one, two = self.value(left, me, track), self.value(right, me, track)
                return None if one is None or two is None or (op == "/" and two == 0) else reckoned(op, one, two)
            case ex.Unsettled() | ex.Quiet() | ex.Seen():
                return self.heard_of(expr, self.owner(expr.kind, me))
            case ex.At(name, path, kind):
                return self.at(self.owner(kind, me), name, path)
            case ex.Placed(name, path, kind):
                holder = self.owner(kind, me)
                return any(inside(holder.leaf.get(key, ""), path) for key in holder.placed if key[0] == name)
            case ex.EndMoved():
                return track in me.end_moved
            case ex.Reached(name, _):
                return self.reached(name, me, track)
            case ex.HasDate(name, _):
                return self.has_date(name, me, track)
            case ex.Renewals(kind):
                if self.profile.term_kind is None or kind != self.profile.term_kind.name or kind != me.kind:
                    return sum(subject.renewals for subject in self.state.subjects.values())
                return me.renewals
            case ex.Covered():
                term_kind = self.profile.term_kind
                contracts = [s for s in self.state.subjects.values() if term_kind and s.kind == term_kind.name]
                return kleene_or([self.covers(one) for one in contracts])
            case ex.Aggregate():
                return self.aggregate(expr)
        raise AssertionError(expr)

    def asked_at(self, name: str, me: Subject, track: str | None) -> int:
        """The number of the input after which a fact or word must be given anew in this track."""
        return me.asked.get((track or "", name), -1)

    def level(self, rule: BandRule, holder: Subject) -> int | None:
        """The level of a band from the one it remembers and the present value."""
        number, held = self.value(rule.of, holder, None), holder.bands.get(rule.name)
        if number is None:
            return held
        reached = max((n for n, (_, start) in enumerate(rule.levels) if number >= start), default=0)
        if held is None or reached > held or number < less(rule.levels[held][1], rule.margin):
            return reached
        return held

    def aggregate(self, expr: ex.Aggregate) -> Any:
        """Members are read as they stand: nothing is asked again inside."""
        found = [self.value(expr.item, member, None) for member in self.opened(expr.kind)]
        if expr.how == "any_of":
            return kleene_or(found)
        if expr.how == "all_of":
            return kleene_and(found) if found else None
        return None if None in found else found.count(True)

    def compare(self, expr: ex.Compare, me: Subject, track: str | None) -> Truth:
        left, right, op = expr.left, expr.right, expr.op
        if isinstance(left, ex.Age):
            since = self.entered_at(left, me)
            return (
                None
                if since is None
                else OPS[op](self.state.now, shift(since, self.value(right, me, track), self.zone))
            )
        if isinstance(left, ex.DaysUntil):
            until = self.value(left.fact, me, track)
            return (
                None if until is None else OPS[FLIPPED[op]](self.today(), self.value(right, me, track).subtract(until))
            )
        if isinstance(right, ex.Aggregate) and isinstance(left, ex.Const):
            left, right, op = right, left, FLIPPED[op]  # type: ignore[assignment]
        if isinstance(left, ex.Aggregate) and isinstance(right, ex.Const):
            found = [self.value(left.item, member, None) for member in self.opened(left.kind)]
            least, most = found.count(True), found.count(True) + found.count(None)
            answers = {OPS[op](count, right.value) for count in range(least, most + 1)}
            return answers.pop() if len(answers) == 1 else None
        one, two = self.value(left, me, track), self.value(right, me, track)
        if one is None or two is None:
            return None
        if isinstance(one, Period):
            return self.compare_periods(op, one, two)
        if expr.order and op not in ("==", "!="):
            one, two = expr.order.index(one), expr.order.index(two)
        return bool(OPS[op](one, two))

    def compare_periods(self, op: str, one: Period, two: Period) -> Truth:
        """By every pair of lengths in days that the two can have; a period equals itself."""
        if one == two:
            return op in ("==", "<=", ">=")
        (low, high), (least, most) = one.span(), two.span()
        answers = {OPS[op](n, m) for n in range(low, high + 1) for m in range(least, most + 1)}
        return answers.pop() if len(answers) == 1 else None

    # -- the dates of a term --

    def reached(self, name: str, me: Subject, track: str | None) -> Truth:
        """Whether the date of a name has come; at its very instant only once it had its turn."""
        _, end = self.start_and_end(me)
        if end is None:
            return None
        counting = sorted(self.countdowns(me), key=lambda one: one.name != track)
        home = next(one for one in counting if name in self.names(one))
        day = self.days(me, home, end).get(name)
        if day is None:
            return None
        fired = any(mark[:2] == (home.name, name) and mark[3] == day for mark in me.fired)
        if fired or self.was_past(me, name, day):
            return True  # Whatever the zone has become since.
        milestone = self.milestone(home, name)
        waits = not (milestone and milestone.when) and self.pending(me, home, name, day)
        return self.due(name, day, self.zone) <= self.state.now and not waits

    def has_date(self, name: str, me: Subject, track: str | None) -> Truth:
        """Whether the term has the date of a name: not where it is too short for it."""
        _, end = self.start_and_end(me)
        if end is None:
            return None
        counting = sorted(self.countdowns(me), key=lambda one: one.name != track)
        home = next(one for one in counting if name in self.names(one))
        if name in self.days(me, home, end):
            return True
        milestone = self.milestone(home, name)
        return False if milestone and self.too_short(me, milestone, end) else None

    def applies(self, me: Subject, track: Track, name: str) -> bool:
        """Whether a date of the countdown applies as things stand; what asks for nothing does."""
        milestone = self.milestone(track, name)
        return not (milestone and milestone.when) or self.met(milestone.when, me, track.name) is True

    def may_fire(self, timer: Timer) -> bool:
        """Whether a timer is to fire now: a milestone that says when it applies only then, and before the end."""
        if timer.what != "milestone" or timer.track is None:
            return timer.due <= self.state.now
        _, end = self.start_and_end(timer.me)
        assert end is not None
        return timer.due <= self.state.now and self.may_come(timer.me, timer.track, timer.name, timer.due, end)

    def may_come(self, me: Subject, track: Track, name: str, due: datetime, end: date) -> bool:
        """Whether a date applies as things stand; one that says when it applies has no turn from the end on."""
        milestone = self.milestone(track, name)
        over = milestone is not None and milestone.when and instant_after(end, self.zone) <= max(self.state.now, due)
        return not over and self.applies(me, track, name)

    def covers(self, me: Subject) -> Truth:
        if not me.open:
            return me.covers is not None and me.covers[0] <= self.today() <= me.covers[1]
        if self.ended(me):
            return False
        start, (_, end) = me.first_start, self.start_and_end(me)
        if start is None:
            return None
        if end is None:
            return start <= self.today() if self.open_ended(me) else None
        about_to_roll = any(self.pending(me, one, "end", end) and self.rolls(me, one) for one in self.countdowns(me))
        if start <= self.today() and (self.today() <= end or about_to_roll):
            return True
        graces = [
            days["grace_over"] for one in self.countdowns(me) if "grace_over" in (days := self.days(me, one, end))
        ]
        return any(end < self.today() <= over for over in graces)
