"""Moving, opening, closing and terms: the writing half of the reference interpreter (R6, R8, R11, R12)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from string import Formatter
from typing import Any

from journeykit.dates import Period
from journeykit.language.profile import Move, Opening, Track
from reference_values import Subject, Values, inside, moves_of, upwards

YEAR = Period(12, 0)
Record = dict[str, Any]


class Movement(Values):
    """Everything that changes the state and says so on the record."""

    records: list[Record]

    # -- records (R14) --

    def region(self, track: Track, home: str) -> str:
        """The name of a region."""
        return f"{track.name}.{home}" if home else track.name

    def record(
        self,
        kind: str,
        me: Subject,
        track: str | None,
        name: str,
        /,
        source: str | None = None,
        target: str | None = None,
        verdicts: Iterable[tuple[str, str]] = (),
        **data: Any,
    ) -> None:
        state = self.state
        state.records += 1
        head = {"id": f"{state.account}/{state.records}", "account": state.account, "at": state.now, "kind": kind}
        body = {"subject": me.key, "track": track, "name": name, "source": source, "target": target}
        self.records.append({**head, **body, "cause": state.cause, "verdicts": tuple(verdicts), "data": data})

    # -- moving (R6) --

    def homes(self, track: Track, path: str | None) -> list[str]:
        """The regions of a track, or those that hold a path: empty for its own, the branch's path for a branch."""
        branches = [branch.path for stage in track.walk() for branch in stage.branches]
        return ["", *(branch for branch in branches if path is None or inside(path, branch))]

    def apply(
        self,
        me: Subject,
        track: Track,
        home: str,
        move: Move,
        automatic: bool,
        verdicts: list[tuple[str, str]],
        carries: Mapping[str, Any],
    ) -> None:
        """One move, and what it causes in the order of R14."""
        old = me.leaf[track.name, home]
        self.go(me, track, home, move.to)
        me.accepted.discard(move.id)
        me.ready.discard(move.id)
        data: dict[str, Any] = {"kind": move.kind}
        if move.declared == "exit":
            steps = [step.path for step in self.stage(track, move.owner).steps]
            stood = next((n for n, step in enumerate(steps) if inside(old, step)), len(steps))
            data |= {"left_open": tuple(steps[stood:])} if steps[stood:] else {}
        data |= {"automatic": True} if automatic else {}
        names = {"source": old, "target": me.leaf[track.name, home], "verdicts": verdicts}
        region = self.region(track, home)
        self.record("moved", me, region, move.id, **names, **data)
        me.asked |= {(track.name, name): self.state.inputs for name in move.asks_again}
        if move.begins_term:
            self.begin_term(me)
        self.open_all(move.opens, me, move.id, move.name, carries)
        if move.closes:
            self.close(me, None)
        for action in move.do:
            self.record("action", me, region, action, **{"from": move.id})

    def go(self, me: Subject, track: Track, home: str, target: str) -> None:
        """Leave everything below the deepest place that holds both, and enter the target."""
        old, local = me.leaf[track.name, home], self.local(track, home, target)
        around = [place for place in upwards(local)[:-1] if inside(old, place)]
        keep = around[-1] if around else ""
        left = [
            path
            for name, path in me.entered
            if name == track.name and path != keep and inside(path, keep) and inside(path, home)
        ]
        for path in left:
            del me.entered[track.name, path]
            me.leaf.pop((track.name, path), None)
            me.stuck.discard((track.name, path))
        gone = {move.id for move in moves_of(track) if move.owner in left}
        me.accepted -= gone
        me.ready -= gone
        self.enter(me, track, home, keep, target)

    def local(self, track: Track, home: str, target: str) -> str:
        """The target as its region sees it: a path in a branch below stands for the step around that branch."""
        deeper = [branch for branch in self.homes(track, target) if branch != home and inside(branch, home)]
        return deeper[0].rpartition(".")[0] if deeper else target

    def enter(self, me: Subject, track: Track, home: str, keep: str, target: str) -> None:
        """Enter every place below ``keep`` down to the target and on to its first leaf; then start the branches."""
        stage = self.stage(track, self.local(track, home, target))
        while stage.steps:
            stage = stage.steps[0]
        for place in upwards(stage.path):
            if place != keep and inside(place, keep):
                me.entered[track.name, place] = self.state.now
        me.leaf[track.name, home] = stage.path
        me.visited.add((track.name, stage.path))
        for branch in stage.branches:
            self.enter(me, track, branch.path, stage.path, target if inside(target, branch.path) else branch.path)

    # -- subjects and terms (R8, R11, R12) --

    def add_subject(
        self, key: str, kind: str, opener: str | None = None, by: str | None = None, **changes: Any
    ) -> Subject:
        me = Subject(key, kind, opener, by, after_input=self.state.inputs, **changes)
        self.state.subjects[key] = me
        self.record("opened", me, None, key, opener=opener)
        return me

    def open_all(
        self, openings: Iterable[Opening], me: Subject, by: str, name: str, carries: Mapping[str, Any]
    ) -> None:
        for opening in openings:
            others = [one for one in self.opened(opening.kind) if one.opened_by == by and not self.ended(one)]
            if opening.unless_open and others:
                continue
            number = self.state.openings[by] = self.state.openings.get(by, 0) + 1
            words = {**carries, "subject": me.key.partition(":")[2] or me.key}
            holes = {hole for _, hole, _, _ in Formatter().parse(opening.named or "") if hole is not None}
            ident = f"{name}-{number}"
            if opening.named is not None and holes <= words.keys():
                ident = opening.named.format_map(words)
            key = f"{opening.kind}:{ident}"
            if key in self.state.subjects:
                self.record("opened", self.state.subjects[key], None, key, opener=me.key, taken=True)
            else:
                self.add_subject(key, opening.kind, me.key, by)

    def close(self, me: Subject, reason: str | None) -> None:
        me.open = False
        me.leaf.clear()
        me.entered.clear()
        self.record("closed", me, None, me.key, reason=reason)

    def begin_term(self, me: Subject) -> None:
        start_name, end_name = self.profile.kinds[me.kind].term or ("", "")
        start, end = self.start_and_end(me)
        lengths = [track.countdown.term for track in self.countdowns(me) if track.countdown and track.countdown.term]
        length = self.setting(lengths[0], me) if lengths else YEAR
        for name in [name for name in me.facts if self.profile.facts[name].per_term]:
            del me.facts[name]
        for name in [name for name in me.words if self.profile.confirmations[name].per_term]:
            del me.words[name]
        me.renewals += 1
        me.since_observed += 1
        me.first_start = me.first_start or start
        given = {name: me.facts[name][1] for name in (start_name, end_name) if name in me.facts}
        me.facts.pop(start_name, None)
        if end is not None:
            assert me.observed_end is not None
            # No input gives these dates: for what a track asks again they are as old as the ones before (R8).
            following = {start_name: end + timedelta(days=1), end_name: length.add(me.observed_end, me.since_observed)}
            me.facts |= {name: (day, given.get(name, 0), self.state.inputs) for name, day in following.items()}
        me.fired, me.aside, me.window, me.noticed = set(), [], set(), {}
        me.visited = {(track, leaf) for (track, _), leaf in me.leaf.items()}
        me.after_input, me.counting_since = self.state.inputs, None
        start, end = self.start_and_end(me)
        self.record("term", me, None, end_name, renewals=me.renewals, start=start, end=end)
        if end is not None:
            self.start_countdown(me, end)

    def start_countdown(self, me: Subject, end: date) -> None:
        """The end is known from now on; what was due before stands in one record (R11)."""
        me.counting_since = self.state.now
        me.window = {end}
        for track in self.countdowns(me):
            late = [
                name
                for name, due in self.dues(me, track, end).items()
                if due < self.state.now and name not in ("end", "grace_over")
            ]
            if late:
                self.record("late_start", me, track.name, me.key, milestones=tuple(late))

    def amend(self, me: Subject, old: date, new: date) -> None:
        """A known end moved: the marks stay, or come back with their window, or are set aside with it (R11)."""
        data: dict[str, Any] = {"from": old, "to": new}
        first_new, first_old = self.first_day(me, new), self.first_day(me, old)
        back = [window for window in me.aside if new in window[0]]
        if back and new not in me.window:
            me.aside.remove(back[0])
            me.aside.append((me.window, me.fired))
            me.window, me.fired = back[0]
            data["restored"] = True
        elif self.today() < first_new and (me.fired or first_old <= self.today()):
            me.aside.append((me.window, me.fired))
            me.window, me.fired = set(), set()
            data["reopened"] = True
        me.window = me.window | {new}
        names = [track.name for track in self.countdowns(me)]
        self.record("amended", me, names[0] if names else None, self.profile.kinds[me.kind].term[1], **data)  # type: ignore[index]

    def first_day(self, me: Subject, end: date) -> date:
        """The day of the first milestone for an end; without milestones the notice deadline's, else the end."""
        days = [
            day
            for track in self.countdowns(me)
            for name, day in self.days(me, track, end).items()
            if name not in ("end", "grace_over", "notice") or (name == "notice" and not track.countdown.milestones)  # type: ignore[union-attr]
        ]
        return min(days, default=end)

    def note_notices(self) -> None:
        """Whether notice was given or taken back by what the input said (R11)."""
        for me in self.opened():
            for track in self.countdowns(me):
                given, (_, end) = self.notice_given(me, track), self.start_and_end(me)
                if given == (track.name in me.noticed):
                    continue
                late = given and end is not None and self.state.now >= self.deadline(me, track, end)
                if given:
                    me.noticed[track.name] = late
                else:
                    del me.noticed[track.name]
                assert track.countdown
                self.record("notice", me, track.name, track.countdown.given_by, given=given, late=late)

    def deadline(self, me: Subject, track: Track, end: date) -> datetime:
        """When notice was due: its own instant, or without one the end's."""
        dues = self.dues(me, track, end)
        return dues.get("notice", dues["end"])

    def notice_given(self, me: Subject, track: Track) -> bool:
        name = track.countdown.given_by if track.countdown else None
        if name in self.profile.signals:
            return self.owner(self.profile.signals[name].kind, me).seen.get(name, -1) > me.after_input
        if name in self.profile.confirmations:
            word = self.owner(self.profile.confirmations[name].kind, me).words.get(name)
            return word is not None and word[1] > me.after_input
        if name in self.profile.facts:
            fact = self.owner(self.profile.facts[name].kind, me).facts.get(name)
            return fact is not None and fact[0] is True and fact[2] > me.after_input
        return False
