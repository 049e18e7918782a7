"""What a journey knows, and how criteria are judged on it: the reading half of the reference interpreter.

Written from ``docs/explanation/rules.md`` alone, as plainly as possible and without regard for speed. It shares the
resolved profile, the typed expressions and ``dates`` with the engine, and nothing else.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, fields
from datetime import date, datetime, timedelta, tzinfo
from typing import Any

from journeykit.dates import UTC, Period, first_instant, instant_after, local_day, shift
from journeykit.language import expressions as ex
from journeykit.language.profile import BandRule, Criterion, Move, Profile, Stage, Track, Value

Truth = bool | None
OPS = {"<": operator.lt, "<=": operator.le, "==": operator.eq, "!=": operator.ne, ">=": operator.ge, ">": operator.gt}
MATHS = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv}
FLIPPED = {"<": ">", "<=": ">=", "==": "==", "!=": "!=", ">=": "<=", ">": "<"}
WORDS = {True: "met", False: "not met", None: "unknown"}
TICK = timedelta(microseconds=1)


@dataclass
class Subject:
    """One subject. Facts and words keep the number of the input that gave them, facts also of their last change."""

    key: str
    kind: str
    opener: str | None = None
    opened_by: str | None = None
    open: bool = True
    started: bool = False
    facts: dict[str, tuple[Any, int, int]] = field(default_factory=dict)
    words: dict[str, tuple[str, int]] = field(default_factory=dict)
    seen: dict[str, int] = field(default_factory=dict)
    unsettled: set[str] = field(default_factory=set)
    bands: dict[str, int] = field(default_factory=dict)
    waived: dict[str, str] = field(default_factory=dict)
    asked: dict[tuple[str, str], int] = field(default_factory=dict)
    leaf: dict[tuple[str, str], str] = field(default_factory=dict)
    entered: dict[tuple[str, str], datetime] = field(default_factory=dict)
    accepted: set[str] = field(default_factory=set)
    ready: set[str] = field(default_factory=set)
    conditions: dict[str, bool] = field(default_factory=dict)
    stuck: set[tuple[str, str]] = field(default_factory=set)
    # What belongs to the running term of a contract:
    fired: set[tuple[str, str, date]] = field(default_factory=set)
    window: set[date] = field(default_factory=set)
    aside: list[tuple[set[date], set[tuple[str, str, date]]]] = field(default_factory=list)
    visited: set[tuple[str, str]] = field(default_factory=set)
    noticed: dict[str, bool] = field(default_factory=dict)
    counting_since: datetime | None = None
    after_input: int = -1
    renewals: int = 0
    since_observed: int = 0
    observed_end: date | None = None
    first_start: date | None = None


@dataclass
class State:
    """One account. Subjects stand in the order in which they were opened; a branch's leaf is kept under its path."""

    account: str
    zone: tzinfo
    began_at: datetime
    now: datetime
    inputs: int = 0
    records: int = 0
    cause: str = ""
    subjects: dict[str, Subject] = field(default_factory=dict)
    openings: dict[str, int] = field(default_factory=dict)


def inside(path: str, place: str) -> bool:
    """Whether ``path`` is ``place`` or lies in it; everything lies in the empty path."""
    return not place or path == place or path.startswith(place + ".")


def upwards(path: str) -> list[str]:
    """The places around a path and itself, outermost first."""
    parts = path.split(".")
    return [".".join(parts[: n + 1]) for n in range(len(parts))]


def kleene_and(items: Iterable[Truth]) -> Truth:
    found = list(items)
    return False if False in found else None if None in found else True


def kleene_or(items: Iterable[Truth]) -> Truth:
    found = list(items)
    return True if True in found else None if None in found else False


def moves_of(track: Track) -> list[Move]:
    """All moves of a track as declared: those of its places, depth first, then its own."""
    return [move for stage in track.walk() for move in stage.moves] + list(track.moves)


def nested(node: Any) -> Iterator[Any]:
    """Every criterion and expression in a piece of a profile."""
    if isinstance(node, tuple):
        for item in node:
            yield from nested(item)
    elif isinstance(node, Criterion) or type(node).__module__ == ex.__name__:
        yield node
        for part in fields(node):
            yield from nested(getattr(node, part.name))


class Values:
    """Judges criteria on ``self.state``. ``track`` is the one that asks: it may ask for old evidence again."""

    profile: Profile
    state: State

    # -- who and where --

    def opened(self, kind: str | None = None) -> list[Subject]:
        return [s for s in self.state.subjects.values() if s.open and kind in (None, s.kind)]

    def owner(self, kind: str, me: Subject) -> Subject:
        return self.state.subjects["account"] if kind == ex.ACCOUNT else me

    def tracks(self, me: Subject) -> list[Track]:
        return [track for track in self.profile.tracks.values() if track.per == me.kind]

    def stage(self, track: Track, path: str) -> Stage:
        return next(stage for stage in track.walk() if stage.path == path)

    def leaves(self, me: Subject, track: str) -> list[str]:
        return [leaf for (name, _), leaf in me.leaf.items() if name == track]

    def at(self, me: Subject, track: str, path: str) -> bool:
        return any(inside(leaf, path) for leaf in self.leaves(me, track))

    def ends_at(self, track: Track, leaf: str) -> list[str]:
        """The places with an ``end`` that hold this leaf."""
        return [path for path in upwards(leaf) if self.stage(track, path).end is not None]

    def ended(self, me: Subject) -> bool:
        """Whether it has tracks and stands at an end in all of them."""
        outer = [(track, me.leaf.get((track.name, ""))) for track in self.tracks(me)]
        return bool(outer) and all(leaf is not None and self.ends_at(track, leaf) for track, leaf in outer)

    def today(self) -> date:
        return local_day(self.state.now, self.state.zone)

    # -- criteria --

    def all_met(self, criteria: Iterable[Criterion], me: Subject, track: str | None) -> Truth:
        return kleene_and([self.met(one, me, track) for one in criteria])

    def is_waived(self, criterion: Criterion, me: Subject) -> bool:
        return criterion.id in me.waived or criterion.id in self.state.subjects["account"].waived

    def met(self, criterion: Criterion, me: Subject, track: str | None) -> Truth:
        if self.is_waived(criterion, me):
            return True
        if criterion.expr is not None:
            result: Truth = self.value(criterion.expr, me, track)
            return result
        found = [self.met(member, me, track) for member in criterion.members]
        if criterion.group == "all":
            return kleene_and(found)
        if criterion.group == "any":
            return kleene_or(found)
        if found.count(True) >= criterion.needed:
            return True
        return False if found.count(False) >= len(found) - criterion.needed + 1 else None

    def verdicts(self, criteria: Iterable[Criterion], me: Subject, track: str | None) -> list[tuple[str, str]]:
        """(id, word) of every single criterion, depth first; what is waived with its group shows as waived too."""
        found = []
        for one in criteria:
            if one.members:
                below = self.verdicts(one.members, me, track)
                found += [(name, "waived") for name, _ in below] if self.is_waived(one, me) else below
            elif one.group == "is":
                found.append((one.id, "waived" if self.is_waived(one, me) else WORDS[self.met(one, me, track)]))
        return found

    # -- expressions --

    def value(self, expr: ex.Expr, me: Subject, track: str | None) -> Any:
        """The value of an expression for a subject, None where it is unknown."""
        match expr:
            case ex.Const(value, _):
                return value
            case ex.Fact(name, kind, _):
                held = self.owner(kind, me).facts.get(name)
                return None if held is None or held[1] <= self.asked_at(name, me, track) else held[0]
            case ex.Confirmed(word, kind):
                given = self.owner(kind, me).words.get(word)
                return given is not None and given[1] > self.asked_at(word, me, track)
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
            case ex.Compare():
                return self.compare(expr, me, track)
            case ex.Negative(item):
                number = self.value(item, me, track)
                return None if number is None else -number
            case ex.Arithmetic(op, left, right):
                one, two = self.value(left, me, track), self.value(right, me, track)
                return None if one is None or two is None or (op == "/" and two == 0) else MATHS[op](one, two)
            case ex.Unsettled(signal, kind):
                return signal in self.owner(kind, me).unsettled
            case ex.At(name, path, kind):
                return self.at(self.owner(kind, me), name, path)
            case ex.Reached(name, _):
                return self.reached(name, me, track)
            case ex.Renewals(kind):
                if self.profile.term_kind is None or kind != self.profile.term_kind.name or kind != me.kind:
                    return sum(subject.renewals for subject in self.state.subjects.values())
                return me.renewals
            case ex.Covered():
                term_kind = self.profile.term_kind
                return kleene_or([self.covers(s) for s in self.opened(term_kind.name)]) if term_kind else False
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
        if held is None or reached > held or number < rule.levels[held][1] - rule.margin:
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

    @property
    def zone(self) -> tzinfo:
        return self.state.zone

    def entered_at(self, age: ex.Age, me: Subject) -> datetime | None:
        if not age.track:
            return self.state.began_at
        return self.owner(age.kind, me).entered.get((age.track, age.path))

    # -- the dates of a term --

    def setting(self, value: Value | None, me: Subject) -> Any:
        """A value that may come from a fact."""
        if value is None:
            return None
        held = self.owner(self.profile.facts[value.fact].kind, me).facts.get(value.fact) if value.fact else None
        return value.default if held is None else held[0]

    def fact(self, me: Subject, name: str) -> Any:
        held = me.facts.get(name)
        return None if held is None else held[0]

    def start_and_end(self, me: Subject) -> tuple[date | None, date | None]:
        start, end = self.profile.kinds[me.kind].term or ("", "")
        return self.fact(me, start), self.fact(me, end)

    def countdowns(self, me: Subject) -> list[Track]:
        return [track for track in self.tracks(me) if track.countdown]

    def days(self, me: Subject, track: Track, end: date) -> dict[str, date]:
        """The dates of a countdown for a given end, in order of declaration."""
        countdown = track.countdown
        assert countdown
        found = {one.name: self.setting(one.before, me).subtract(end) for one in countdown.milestones}
        if countdown.notice:
            found["notice"] = self.setting(countdown.notice, me).subtract(end)
        found["end"] = end
        if countdown.grace:
            found["grace_over"] = self.setting(countdown.grace, me).add(end)
        return found

    def dues(self, me: Subject, track: Track, end: date) -> dict[str, datetime]:
        """The instants: a milestone begins with its day, the others end with theirs."""
        ends = ("notice", "end", "grace_over")
        days = self.days(me, track, end).items()
        return {name: (instant_after if name in ends else first_instant)(day, self.zone) for name, day in days}

    def pending(self, me: Subject, track: Track, name: str) -> bool:
        """Whether a date of the countdown has still to fire."""
        _, end = self.start_and_end(me)
        if end is None or not me.open or self.ended(me):
            return False
        due, since = self.dues(me, track, end)[name], me.counting_since
        if name in ("end", "grace_over"):
            return (track.name, name, end) not in me.fired
        if since is None or due < since:
            return False
        return not any(mark[:2] == (track.name, name) and (name != "notice" or mark[2] == end) for mark in me.fired)

    def reached(self, name: str, me: Subject, track: str | None) -> Truth:
        _, end = self.start_and_end(me)
        if end is None:
            return None
        counting = sorted(self.countdowns(me), key=lambda one: one.name != track)
        home = next(one for one in counting if name in self.days(me, one, end))
        due = self.dues(me, home, end)[name]
        return due <= self.state.now and not self.pending(me, home, name)

    def covers(self, me: Subject) -> Truth:
        start, end = self.start_and_end(me)
        start = me.first_start or start
        if start is None or end is None:
            return None
        if start <= self.today() <= end:
            return True
        graces = [
            days["grace_over"] for one in self.countdowns(me) if "grace_over" in (days := self.days(me, one, end))
        ]
        return any(end < self.today() <= over for over in graces) and not self.ended(me)

    # -- when something turns by time alone --

    def turns(self) -> set[datetime]:
        """Every instant at which some criterion of the profile may turn for some subject."""
        profile, found = self.profile, set()
        everything: list[Any] = [(one.of,) for one in profile.bands.values()]
        everything += [(one.criterion, one.expr) for one in profile.derived.values()]
        everything += [one.when for one in profile.reactions.values()]
        for track in profile.tracks.values():
            everything += [stage.success for stage in track.walk()] + [move.when for move in moves_of(track)]
            everything += [(one.needs,) for one in (track.countdown.milestones if track.countdown else ())]
        for node in nested(tuple(everything)):
            found |= set(self.turns_of(node))
        return found

    def turns_of(self, node: Any) -> Iterator[datetime]:
        match node:
            case ex.Compare(_, ex.Age(_, _, kind) as age, ex.Const(period, _)):
                for me in self.opened(kind):
                    since = self.entered_at(age, me)
                    if since is not None:
                        turn = shift(since, period, self.zone)
                        yield from (turn, turn + TICK if turn < datetime.max.replace(tzinfo=UTC) else turn)
            case ex.Compare(_, ex.DaysUntil(fact), ex.Const(period, _)):
                for me in self.opened(fact.kind):
                    until = self.fact(me, fact.name)
                    if until is not None:
                        day = period.subtract(until)
                        yield from (first_instant(day, self.zone), instant_after(day, self.zone))
            case ex.Reached() | ex.Covered():
                term_kind = self.profile.term_kind
                for me in self.opened(term_kind.name) if term_kind else []:
                    start, end = self.start_and_end(me)
                    start = me.first_start or start
                    if start is not None:
                        yield first_instant(start, self.zone)
                    if end is not None:
                        yield instant_after(end, self.zone)
                        for track in self.countdowns(me):
                            yield from self.dues(me, track, end).values()
