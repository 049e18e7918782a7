"""Where everybody stands, which dates that gives, what fires and when something may turn by time alone (R9 to R11).

Nothing is judged here: ``reference_values`` does that, standing on these.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta, tzinfo
from functools import cached_property
from typing import Any, NamedTuple

from journeykit.dates import UTC, Period, first_instant, instant_after, local_day, shift
from journeykit.language.expressions import tree as ex
from journeykit.language.model.profile import Cadence, Criterion, Milestone, Move, Profile, Stage, Track, Value
from reference.state import Given, State, Subject, inside, nested, upwards

TICK = timedelta(microseconds=1)
ENDS = ("notice", "end", "grace_over")
AFTER_ALL = ("end", "grace_over")


class Timer(NamedTuple):
    """What falls due: ``what`` is the first word of its cause."""

    due: datetime
    me: Subject
    track: Track | None
    what: str
    name: str


class Times:
    """Reads ``self.state`` and says when; it changes nothing."""

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

    def moves_of(self, track: Track) -> list[Move]:
        """All moves of a track as declared: those of its places, depth first, then its own."""
        return [move for stage in track.walk() for move in stage.moves] + list(track.moves)

    def leaves(self, me: Subject, track: str) -> list[str]:
        return [leaf for (name, _), leaf in me.leaf.items() if name == track]

    def at(self, me: Subject, track: str, path: str) -> bool:
        return any(inside(leaf, path) for leaf in self.leaves(me, track))

    def ends_at(self, track: Track, leaf: str) -> list[str]:
        """The places with an ``end`` that hold this leaf."""
        return [path for path in upwards(leaf) if self.stage(track, path).end is not None]

    def rests(self, me: Subject, track: Track) -> bool:
        """Whether the track stands at an end."""
        leaf = me.leaf.get((track.name, ""))
        return leaf is not None and bool(self.ends_at(track, leaf))

    def cadence_rests(self, me: Subject, track: Track, cadence: Cadence) -> bool:
        """Whether nothing of a cadence falls due where the track stands: at an end, or where it says so."""
        leaf = me.leaf.get((track.name, ""))
        return self.rests(me, track) or any(leaf and inside(leaf, place) for place in cadence.rests_at)

    def ended(self, me: Subject) -> bool:
        """Whether it has tracks and stands at an end in all of them."""
        tracks = self.tracks(me)
        return bool(tracks) and all(self.rests(me, track) for track in tracks)

    @property
    def zone(self) -> tzinfo:
        return self.state.zone

    def today(self) -> date:
        return local_day(self.state.now, self.state.zone)

    def entered_at(self, age: ex.Age, me: Subject) -> datetime | None:
        if not age.track:
            return self.state.began_at
        return self.owner(age.kind, me).entered.get((age.track, age.path))

    def homes(self, track: Track, path: str | None) -> list[str]:
        """The regions of a track, or those that hold a path, as written: empty for its own, a branch's path for it."""
        held = [place.path for place in track.walk() if path is None or inside(path, place.path)]
        branches = {branch.path for stage in track.walk() for branch in stage.branches}
        return ["", *(place for place in held if place in branches)]

    # -- feeds --

    def feed_down_at(self, name: str) -> datetime:
        """When a feed that was heard goes down if it is not heard again."""
        return shift(self.state.feeds[name].last, self.profile.feeds[name].down_after, self.zone)

    def is_up(self, name: str | None) -> bool:
        """Whether a feed is up; what has none can always be heard."""
        if name is None:
            return True
        heard = self.state.feeds.get(name)
        return heard is not None and not heard.down and self.state.now < self.feed_down_at(name)

    def quiet_since(self, signal: str, holder: Subject) -> datetime:
        """From when the silence of a signal counts."""
        since = [self.state.began_at if holder.kind == ex.ACCOUNT else holder.opened_at]
        since += [holder.seen[signal].at] if signal in holder.seen else []
        heard = self.state.feeds.get(self.profile.signals[signal].feed or "")
        return max([*since, heard.up_since] if heard else since)

    # -- the dates of a term --

    def setting(self, value: Value | None, me: Subject) -> Any:
        """A value that may come from a fact."""
        if value is None:
            return None
        found = self.fact(self.owner(self.profile.facts[value.fact].kind, me), value.fact) if value.fact else None
        return value.default if found is None else found

    def fact(self, me: Subject, name: str) -> Any:
        given = me.facts.get(name)
        return None if given is None else given.value

    def start_and_end(self, me: Subject) -> tuple[date | None, date | None]:
        start, end = self.profile.kinds[me.kind].term or ("", "")
        return self.fact(me, start), self.fact(me, end)

    def countdowns(self, me: Subject) -> list[Track]:
        return [track for track in self.tracks(me) if track.countdown]

    def ending(self, me: Subject, track: Track) -> str:
        """What follows the end."""
        assert track.countdown
        if track.countdown.at_end:
            return str(self.setting(track.countdown.at_end, me))
        return "automatically" if self.setting(track.countdown.automatically, me) else "by_hand"

    def rolls(self, me: Subject, track: Track) -> bool:
        """Whether the term renews by itself when its end comes."""
        ending, notice = self.ending(me, track), me.noticed.get(track.name)
        by_itself = ending in ("automatically", "evergreen") or (ending == "once" and not me.begun_automatically)
        return by_itself and (notice is None or notice.late)

    def evergreen(self, me: Subject) -> bool:
        return any(self.ending(me, track) == "evergreen" for track in self.countdowns(me))

    def open_ended(self, me: Subject) -> bool:
        return self.start_and_end(me)[1] is None and self.evergreen(me)

    def names(self, track: Track) -> list[str]:
        """What a countdown can reach, its date known or not."""
        countdown = track.countdown
        assert countdown
        own = {"notice": countdown.notice, "end": True, "grace_over": countdown.grace}
        return [one.name for one in countdown.milestones] + [name for name, there in own.items() if there]

    def days(self, me: Subject, track: Track, end: date) -> dict[str, date]:
        """The dates of a countdown for a given end, in order of declaration; without those that are unknown."""
        countdown = track.countdown
        assert countdown
        found: dict[str, date] = {}
        for one in countdown.milestones:
            of = self.fact(self.owner(self.profile.facts[one.of].kind, me), one.of) if one.of else end
            if of is not None and not self.too_short(me, one, end):
                found[one.name] = self.setting(one.before, me).subtract(of)
        if countdown.notice:
            found["notice"] = self.setting(countdown.notice, me).subtract(end)
        found["end"] = end
        if countdown.grace:
            found["grace_over"] = self.setting(countdown.grace, me).add(end)
        return found

    def too_short(self, me: Subject, milestone: Milestone, end: date) -> bool:
        """Whether the term, of a known start and this end, both inclusive, is shorter than the milestone asks."""
        least, (start, _) = self.setting(milestone.for_terms, me), self.start_and_end(me)
        day = Period(0, 1)
        return least is not None and start is not None and least.add(start) > day.add(end)

    def milestone(self, track: Track, name: str) -> Milestone | None:
        """The milestone of a name; None for what a countdown has by itself."""
        assert track.countdown
        return next((one for one in track.countdown.milestones if one.name == name), None)

    def for_each_end(self, track: Track, name: str) -> bool:
        milestone = self.milestone(track, name)
        return milestone is None or milestone.again

    def due(self, name: str, day: date, home: tzinfo) -> datetime:
        """A milestone begins with its day, the others end with theirs."""
        return (instant_after if name in ENDS else first_instant)(day, home)

    def dues(self, me: Subject, track: Track, end: date) -> dict[str, datetime]:
        return {name: self.due(name, day, self.zone) for name, day in self.days(me, track, end).items()}

    def was_past(self, me: Subject, name: str, day: date) -> bool:
        """Whether that was past when the countdown began, by the zone of then; what follows the end never is."""
        if me.counting_since is None or me.counting_zone is None or name in AFTER_ALL:
            return False
        return self.due(name, day, me.counting_zone) < me.counting_since

    def pending(self, me: Subject, track: Track, name: str, day: date) -> bool:
        """Whether a date of the countdown, which falls on that day, has still to fire."""
        _, end = self.start_and_end(me)
        if end is None or not me.open or self.ended(me) or self.was_past(me, name, day):
            return False
        marks = [mark for mark in me.fired if mark[:2] == (track.name, name)]
        return not (any(mark[2] == end for mark in marks) if self.for_each_end(track, name) else marks)

    # -- what falls due --

    def timers(self) -> list[Timer]:
        """What has not fired yet, in order (R9)."""
        account = self.state.subjects["account"]
        up = [name for name in self.profile.feeds if name in self.state.feeds and not self.state.feeds[name].down]
        found = [Timer(self.feed_down_at(name), account, None, "feed", name) for name in up]
        for me in self.opened():
            for track in [] if self.ended(me) else self.tracks(me):
                found += self.timers_of(me, track)
        return sorted(found, key=lambda timer: timer.due)

    def timers_of(self, me: Subject, track: Track) -> Iterator[Timer]:
        """Milestones and their like, then being stuck, then cadences."""
        _, end = self.start_and_end(me)
        for name, day in self.days(me, track, end).items() if track.countdown and end else ():
            if self.pending(me, track, name, day):
                yield Timer(self.due(name, day, self.zone), me, track, "milestone", name)
        if self.rests(me, track):
            return
        stage = self.stage(track, me.leaf[track.name, ""].split(".")[0])
        if stage.stuck_after and (track.name, stage.path) not in me.stuck:
            due = shift(me.entered[track.name, stage.path], stage.stuck_after, self.zone)
            yield Timer(due, me, track, "stuck", stage.path)
        for cadence in track.cadences:
            if self.cadence_rests(me, track, cadence):
                continue
            key = (track.name, cadence.name)
            day, since = me.anchors[key]
            fired, _ = me.cadences.get(key, (0, since))
            due = first_instant(cadence.every.add(day, fired + 1), self.zone)
            yield Timer(due, me, track, "cadence", cadence.name)

    # -- when something turns by time alone --

    @cached_property
    def criteria(self) -> dict[str, tuple[str, Criterion]]:
        """All criteria by id, each with the kind of subject that it judges."""
        profile, found = self.profile, dict[str, tuple[str, Criterion]]()

        def note(kind: str, node: Any) -> None:
            found.update({one.id: (kind, one) for one in nested(node) if isinstance(one, Criterion)})

        for track in profile.tracks.values():
            note(track.per, tuple(stage.success for stage in track.walk()))
            note(track.per, tuple(move.when for move in self.moves_of(track)))
            for one in track.countdown.milestones if track.countdown else ():
                note(track.per, (one.needs, one.when))
        for derived in profile.derived.values():
            note(derived.kind, derived.criterion)
        for reaction in profile.reactions.values():
            note(reaction.kind, reaction.when)
        return found

    @cached_property
    def expressions(self) -> list[Any]:
        """Every part of every expression of the profile."""
        everything: list[Any] = [one for _, one in self.criteria.values()]
        everything += [one.of for one in self.profile.bands.values()]
        everything += [one.expr for one in self.profile.derived.values()]
        return [node for one in everything for node in nested(one) if not isinstance(node, Criterion)]

    def turns(self) -> set[datetime]:
        """Every instant at which some criterion or cooldown of the profile may turn for some subject, and more."""
        found: set[datetime] = set()
        for node in self.expressions:
            found |= set(self.turns_of(node))
        for me in self.opened():
            found |= set(self.turns_for(me))
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
            case ex.Quiet(signal, kind, period):
                for me in self.opened(kind):
                    yield shift(self.quiet_since(signal, me), period, self.zone)
            case ex.Seen(signal, kind, period):
                for me in self.opened(kind):
                    if signal in me.seen:
                        yield shift(me.seen[signal].at, period, self.zone)
            case ex.Reached() | ex.Covered():
                term_kind = self.profile.term_kind
                for me in self.opened(term_kind.name) if term_kind else []:
                    yield from self.turns_of_term(me)
                for me in self.state.subjects.values():
                    if me.covers is not None:
                        yield from (first_instant(me.covers[0], self.zone), instant_after(me.covers[1], self.zone))

    def turns_of_term(self, me: Subject) -> Iterator[datetime]:
        start, end = self.start_and_end(me)
        start = me.first_start
        if start is not None:
            yield first_instant(start, self.zone)
        if end is not None:
            yield instant_after(end, self.zone)
            for track in self.countdowns(me):
                yield from self.dues(me, track, end).values()

    def turns_for(self, me: Subject) -> Iterator[datetime]:
        """What of a subject lasts for some time: observations, words, signals, cooldowns and what is held."""
        profile = self.profile
        lasting: list[tuple[Given, Any]] = [(given, profile.facts[n].stale_after) for n, given in me.facts.items()]
        lasting += [(given, profile.confirmations[name].lasts) for name, given in me.words.items()]
        lasting += [(given, profile.signals[name].lasts) for name, given in me.seen.items()]
        yield from (shift(given.at, period, self.zone) for given, period in lasting if period)
        for move in [move for track in self.tracks(me) for move in self.moves_of(track) if move.id in me.taken]:
            if move.cooldown:
                yield shift(me.taken[move.id], move.cooldown, self.zone)
        for (_, criterion), since in me.held.items():
            period = self.criteria[criterion][1].held
            assert period
            yield from (shift(max(since, one), period, self.zone) for one in [since, *me.entered.values()])
