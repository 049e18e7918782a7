"""Moving, opening, closing and terms: the writing half of the reference interpreter (R6, R8, R11, R12)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from hashlib import blake2b
from string import Formatter, ascii_lowercase
from typing import Any

from journeykit.dates import Period, local_day
from journeykit.language.model.profile import Cadence, Move, Opening, Stage, Track
from journeykit.plain import plain
from reference.state import Given, Notice, Subject, inside, upwards
from reference.terms import Terms

Record = dict[str, Any]


def digest(*parts: Any) -> str:
    """16 hexadecimal digits for plain data (R14)."""
    text = json.dumps(plain(parts), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


class Movement(Terms):
    """Everything that changes the state and says so on the record."""

    records: list[Record]

    # -- records (R14) --

    def region(self, track: Track, home: str) -> str:
        """The name of a region."""
        return f"{track.name}.{home}" if home else track.name

    def begin_step(self, cause: str, whence: str | None, content: str = "", due_at: datetime | None = None) -> None:
        state = self.state
        state.cause, state.whence, state.content, state.due_at = cause, whence, content, due_at
        state.occasion, state.made = None, {}

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
        because: Iterable[Any] = (),
        **data: Any,
    ) -> None:
        state, profile = self.state, self.profile
        state.records += 1
        if state.occasion is None:
            state.occasion = state.whence
        if state.occasion is None:
            state.unnamed.append((state.now, state.content))
            times = state.unnamed.count((state.now, state.content))
            state.occasion = state.content + (f" ({times})" if times > 1 else "")
        by = None if kind == "amended" else data.get("from")  # what an end was before does not tell who moved it
        told = (kind, name, me.key, track, by)
        times = state.made[told] = state.made.get(told, 0) + 1
        occasion = state.occasion + (f" x{times}" if times > 1 else "")
        head = {"n": state.records, "account": state.account, "segment": profile.name, "version": profile.version}
        body = {"at": state.now, "kind": kind, "subject": me.key, "track": track, "name": name}
        tail = {"source": source, "target": target, "cause": state.cause, "occasion": occasion, "due_at": state.due_at}
        parts = (state.account, me.key, track, kind, name, by, state.cause, occasion)
        ident = {"id": f"{state.account}/{digest(*parts)}", "timezone": state.zone_name}
        judged = {"because": tuple(because), "verdicts": tuple(verdicts)}
        self.records.append({**head, **body, **tail, **ident, **judged, "data": data})

    # -- moving (R6) --

    def apply(
        self,
        me: Subject,
        track: Track,
        home: str,
        move: Move,
        automatic: bool,
        verdicts: list[tuple[str, str]],
        because: list[Any],
        carries: Mapping[str, Any],
    ) -> None:
        """One move, and what it causes in the order of R14."""
        old, before, forgotten = me.leaf[track.name, home], dict(me.leaf), set(me.said) - {move.id}
        heard_of, was_over = list(me.said), self.ended(me)
        self.go(me, track, home, move.to)
        me.accepted.discard(move.id)
        me.said.pop(move.id, None)
        me.ready.discard(move.id)
        me.taken[move.id] = self.state.now
        data: dict[str, Any] = {"kind": move.kind}
        if move.declared == "exit":
            steps = [step.path for step in self.stage(track, move.owner).steps]
            stood = next((n for n, step in enumerate(steps) if inside(old, step)), len(steps))
            data |= {"left_open": tuple(steps[stood:])} if steps[stood:] else {}
        data |= {"automatic": True} if automatic else {}
        data |= self.entered_and_left(me, track, home, before, forgotten, heard_of)
        data |= self.set_back(me, track, home, move.to, before)
        data |= {"asks_again": move.asks_again} if move.asks_again else {}
        names = {"source": old, "target": me.leaf[track.name, home], "verdicts": verdicts, "because": because}
        region = self.region(track, home)
        self.record("moved", me, region, move.id, **names, **data)
        if was_over and not self.ended(me):
            self.count_on(me, because)
        me.asked |= {(track.name, name): self.state.inputs for name in move.asks_again}
        if move.begins_term:
            self.begin_term(me, automatic, by=move.id, because=because)
        self.open_all(move.opens, me, move.id, move.name, carries, because)
        if move.closes:
            self.close(me, by=move.id, because=because)
        for action in () if me.met_over else move.do:
            self.record("action", me, region, action, because=because, **{"from": move.id})

    def go(self, me: Subject, track: Track, home: str, target: str, by_hand: bool = False) -> None:
        """Leave everything below the deepest place that holds both, and enter the target."""
        old, local = me.leaf[track.name, home], self.local(track, home, target)
        rested = [cadence for cadence in track.cadences if self.cadence_rests(me, track, cadence)]
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
        gone = {move.id for move in self.moves_of(track) if move.owner in left}
        me.accepted -= gone
        me.ready -= gone
        for move in gone:
            me.said.pop(move, None)
        was_at_end = self.rests(me, track)
        me.placed = {key for key in me.placed if key in me.leaf}
        self.enter(me, track, home, keep, target, by_hand)
        if not home and (not keep or (self.rests(me, track) and not was_at_end)):
            me.end_moved.discard(track.name)
        for cadence in rested:
            if not self.cadence_rests(me, track, cadence):
                self.anchor(me, track, cadence)

    def entered_and_left(
        self, me: Subject, track: Track, home: str, before: Mapping[Any, str], forgotten: set[str], said: list[str]
    ) -> dict[str, Any]:
        """Where it stands now in the region and in branches that started, which stopped, and what was forgotten."""
        below = [one for one in self.homes(track, None) if one != home and inside(one, home)]
        at = {
            self.region(track, one): me.leaf[track.name, one] for one in [home, *below] if (track.name, one) in me.leaf
        }
        stopped = tuple(self.region(track, one) for one in below if (track.name, one) in before)
        lost = tuple(one for one in said if one in forgotten and one not in me.said)
        return {"at": at} | ({"stopped": stopped} if stopped else {}) | ({"forgotten": lost} if lost else {})

    def set_back(self, me: Subject, track: Track, home: str, target: str, before: Mapping[Any, str]) -> dict[str, Any]:
        """The branches that started anew at another leaf though the target is not in them, and where they stood."""
        found = {}
        for one in self.homes(track, None):
            below, named = one != home and inside(one, home), inside(target, one)
            old, new = before.get((track.name, one)), me.leaf.get((track.name, one))
            if below and not named and old is not None and new is not None and old != new:
                found[self.region(track, one)] = old
        return {"reset": found} if found else {}

    def anchor(self, me: Subject, track: Track, cadence: Cadence) -> None:
        """A cadence counts from today (R9)."""
        me.anchors[track.name, cadence.name] = (self.today(), self.state.now)
        me.cadences.pop((track.name, cadence.name), None)

    def local(self, track: Track, home: str, target: str) -> str:
        """The target as its region sees it: a path in a branch below stands for the step around that branch."""
        deeper = [branch for branch in self.homes(track, target) if branch != home and inside(branch, home)]
        return deeper[0].rpartition(".")[0] if deeper else target

    def enter(self, me: Subject, track: Track, home: str, keep: str, target: str, by_hand: bool = False) -> None:
        """Enter every place below ``keep`` down to the target and on to its first leaf; then start the branches."""
        stage = self.stage(track, self.local(track, home, target))
        while stage.steps:
            stage = stage.steps[0]
        for place in upwards(stage.path):
            if place != keep and inside(place, keep):
                me.entered[track.name, place] = self.state.now
        me.leaf[track.name, home] = stage.path
        (me.placed.add if by_hand else me.placed.discard)((track.name, home))
        me.visited.add((track.name, stage.path))
        for branch in stage.branches:
            there = target if inside(target, branch.path) else branch.path
            self.enter(me, track, branch.path, stage.path, there, by_hand)

    # -- subjects and terms (R8, R11, R12) --

    def add_subject(
        self, key: str, kind: str, opener: str | None = None, by: str | None = None, because: Iterable[Any] = ()
    ) -> Subject:
        me = Subject(key, kind, self.state.now, opener, by, after_input=self.state.inputs)
        self.state.subjects[key] = me
        self.take_over_held(me)
        for track in self.tracks(me):
            for cadence in track.cadences:
                self.anchor(me, track, cadence)
        at = {name: leaf for track in self.tracks(me) for name, leaf in self.first(track, "", track.stages[0])}
        data = {"opener": opener, **({"from": by.removeprefix("reactions.")} if by else {}), "at": at}
        self.record("opened", me, None, key, because=because, **data)
        return me

    def first(self, track: Track, home: str, stage: Stage) -> Iterator[tuple[str, str]]:
        """The leaf at which a region starts with a place, and those at which its branches do."""
        while stage.steps:
            stage = stage.steps[0]
        yield self.region(track, home), stage.path
        for branch in stage.branches:
            yield from self.first(track, branch.path, branch)

    def open_all(
        self,
        openings: Iterable[Opening],
        me: Subject,
        by: str,
        name: str,
        carries: Mapping[str, Any],
        because: Iterable[Any] = (),
    ) -> None:
        for opening in openings:
            others = [one for one in self.opened(opening.kind) if one.opened_by == by and not self.ended(one)]
            if opening.unless_open and others:
                continue
            words = {**carries, "subject": me.key.partition(":")[2] or me.key}
            holes = {hole for _, hole, _, _ in Formatter().parse(opening.named or "") if hole is not None}
            key = self.free_key(opening.kind, name)
            if opening.named is not None and holes <= words.keys():
                key = f"{opening.kind}:{opening.named.format_map(words)}"
            if key in self.state.subjects:
                data = {"opener": me.key, "from": by, "taken": True}
                self.record("opened", self.state.subjects[key], None, key, because=because, **data)
            else:
                self.add_subject(key, opening.kind, me.key, by, because)

    def free_key(self, kind: str, name: str) -> str:
        """By what made it open: the id of the input, or the local day; a letter tells it from a taken one (R12)."""
        said = self.state.input_id or self.today().isoformat()
        letters = ("", *ascii_lowercase[1:], *("a" + letter for letter in ascii_lowercase))
        keys = (f"{kind}:{name}-{said}{letter}" for letter in letters)
        return next(key for key in keys if key not in self.state.subjects)

    def close(
        self,
        me: Subject,
        reason: str | None = None,
        into: str | None = None,
        by: str | None = None,
        because: Iterable[Any] = (),
    ) -> None:
        start, end = self.start_and_end(me)
        start = me.first_start or start
        if into and start and end and not self.ended(me):
            me.covers = (start, end)
        me.open = False
        me.leaf.clear()
        me.entered.clear()
        data = {"reason": reason} | ({"into": into} if into else {}) | ({"from": by} if by else {})
        self.record("closed", me, None, me.key, because=because, **data)

    def remember_told(self, me: Subject) -> None:
        """The ends for which a date has fired, now that this term's marks go."""
        marks = [*me.fired, *(mark for _, fired, _ in me.aside for mark in fired)]
        me.told += {mark[2] for mark in marks}

    def start_countdown(self, me: Subject, end: date, by_notice: bool = False, because: Iterable[Any] = ()) -> None:
        """The end is known from now on; what was due before stands in one record (R11)."""
        me.counting_since, me.counting_zone = self.state.now, self.zone
        me.window = {end: set()}
        for track in [] if by_notice else self.countdowns(me):
            assert track.countdown
            late = [
                name
                for name, day in self.days(me, track, end).items()
                if self.was_past(me, name, day) and self.applies(me, track, name)
            ]
            inside_of = self.setting(track.countdown.started_late, me)
            if bool(late) if inside_of is None else self.today() > inside_of.subtract(end):
                self.record("late_start", me, track.name, me.key, because=because, milestones=tuple(late))

    def count_on(self, me: Subject, because: Iterable[Any] = ()) -> None:
        """It left the ends where its clock stood still: what fell due meanwhile stands in one record (R11)."""
        _, end = self.start_and_end(me)
        if end is None or me.counting_since is None:
            return
        for track in self.countdowns(me):
            days = [
                (name, day)
                for name, day in self.days(me, track, end).items()
                if self.pending(me, track, name, day)
                and self.may_come(me, track, name, self.due(name, day, self.zone), end)
            ]
            me.counting_since, me.counting_zone = self.state.now, self.zone
            missed = [name for name, day in days if self.was_past(me, name, day)]
            if missed:
                self.record("late_start", me, track.name, me.key, because=because, milestones=tuple(missed))

    def amend(self, me: Subject, old: date, new: date) -> None:
        """A known end moved: the marks stay, or come back with their window, or are set aside with it (R11)."""
        data: dict[str, Any] = {"from": old, "to": new}
        if self.ended(me) and self.today() <= new:
            data["after_end"] = True
            me.ended_with |= dict.fromkeys(self.renewing(), True)
        me.end_moved = {track.name for track in self.tracks(me)}
        first_new, first_old = self.first_day(me, new), self.first_day(me, old)
        back = [place for place, window in enumerate(me.aside) if new in window[0]]
        elsewhere = {mark for mark in me.fired if mark[1] in self.counted_elsewhere(me)}  # The end does not move these.
        marks = me.fired - elsewhere
        fired_for = [mark[2] for mark in marks]
        me.window[old] = set(me.visited)
        if back and new not in me.window:
            window, fired, visited = me.aside.pop(back[-1])
            me.aside.append((me.window, marks, me.visited))
            me.window, me.fired, me.visited, me.begins_anew = window, fired | elsewhere, set(visited), True
            data["restored"] = True
        elif self.today() < first_new and new not in fired_for and (marks or first_old <= self.today()):
            me.aside.append((me.window, marks, me.visited))
            visited = me.window.get(new, set())
            me.window, me.fired, me.visited, me.begins_anew = {}, elsewhere, set(visited), True
            data["reopened"] = True
        me.window[new] = set()
        self.record_amended(me, data)

    def record_amended(self, me: Subject, data: dict[str, Any]) -> None:
        names = [track.name for track in self.countdowns(me)]
        _, end_name = self.profile.kinds[me.kind].term or ("", "")
        self.record("amended", me, names[0] if names else None, end_name, **data)

    def counted_elsewhere(self, me: Subject) -> list[str]:
        """What belongs to no window: milestones that are not counted from the end, and what fires once for each end."""
        countdowns = [track.countdown for track in self.countdowns(me) if track.countdown]
        of_others = [one.name for countdown in countdowns for one in countdown.milestones if one.of or one.again]
        return [*of_others, "notice", "end", "grace_over"]

    def first_day(self, me: Subject, end: date) -> date:
        """The day of the first milestone counted from an end; without one the notice deadline's, else the end."""
        days = {name: day for track in self.countdowns(me) for name, day in self.days(me, track, end).items()}
        elsewhere = self.counted_elsewhere(me)
        return min((day for name, day in days.items() if name not in elsewhere), default=days.get("notice", end))

    # -- what was given (R9, R11) --

    def note_notices(self) -> None:
        """Whether notice was given or taken back by what the input said; late notice may be given again in time."""
        for me in self.opened():
            for track in self.countdowns(me):
                self.note_notice(me, track)
                if track.name in me.noticed and self.open_ended(me):
                    self.end_by_notice(me, track)

    def note_notice(self, me: Subject, track: Track) -> None:
        number, known, (_, end) = self.notice_given(me, track), me.noticed.get(track.name), self.start_and_end(me)
        late = number is not None and end is not None and self.state.now >= self.deadline(me, track, end)
        if number is None and known is None:
            return
        if number is not None and known is not None:
            again = known.late and not late and number > known.number
            if not again:
                me.noticed[track.name] = known._replace(number=number)
                return
        if number is None:
            del me.noticed[track.name]
        else:
            me.noticed[track.name] = Notice(late, self.state.now, number)
        assert track.countdown
        self.record("notice", me, track.name, track.countdown.given_by, given=number is not None, late=late)
        if number is None and me.ends_by_notice:
            self.end_no_more(me)

    def end_by_notice(self, me: Subject, track: Track) -> None:
        """Notice was given in a term that is open-ended: now it has an end, at the earliest before it begins."""
        _, end_name = self.profile.kinds[me.kind].term or ("", "")
        assert track.countdown
        start, _ = self.start_and_end(me)
        period, day = self.setting(track.countdown.notice, me), local_day(me.noticed[track.name].at, self.zone)
        end = max(day if period is None else period.add(day), Period(0, 1).subtract(start) if start else date.min)
        me.facts[end_name] = Given(end, self.state.inputs, self.state.now, self.state.inputs)
        me.ends_by_notice = True
        self.start_countdown(me, end, by_notice=True)
        self.record_amended(me, {"from": None, "to": end, "notice": True})

    def end_no_more(self, me: Subject) -> None:
        """The notice that ended an open-ended term was taken back."""
        _, end_name = self.profile.kinds[me.kind].term or ("", "")
        end = me.facts.pop(end_name).value
        self.remember_told(me)
        me.ends_by_notice, me.counting_since, me.fired, me.aside = False, None, set(), []
        self.record_amended(me, {"from": end, "to": None, "notice": True})

    def deadline(self, me: Subject, track: Track, end: date) -> datetime:
        """When notice was due: its own instant, or without one the end's."""
        dues = self.dues(me, track, end)
        return dues.get("notice", dues["end"])

    def given(self, name: str, me: Subject) -> Given | None:
        """What stands given under the name of a signal, a word or a boolean fact (which must be true)."""
        profile = self.profile
        if name in profile.signals:
            return self.owner(profile.signals[name].kind, me).seen.get(name)
        if name in profile.confirmations:
            return self.owner(profile.confirmations[name].kind, me).words.get(name)
        if name in profile.facts:
            found = self.owner(profile.facts[name].kind, me).facts.get(name)
            return found if found and found.value is True else None
        return None

    def notice_given(self, me: Subject, track: Track) -> int | None:
        """The input that gave notice last, where it stands in this term."""
        name = (track.countdown.given_by if track.countdown else None) or ""
        found = self.given(name, me)
        if found is None:
            return None
        number = found.turned if name in self.profile.facts else found.number
        return number if number > me.after_input else None
