"""The terms of a contract: the next one, and those that were over before anybody told of it (R8, R11)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from journeykit.dates import Period, instant_after
from journeykit.language.expressions import tree as ex
from journeykit.language.model.profile import Track
from reference.reasons import Reasons
from reference.state import Given, Subject, nested

YEAR = Period(12, 0)


class Terms(Reasons):
    """What begins with a term and ends with it; how it is counted."""

    def begin_term(
        self,
        me: Subject,
        automatic: bool = False,
        by: str | None = None,
        because: Iterable[Any] = (),
        said: tuple[date, date] | None = None,
    ) -> None:
        start_name, end_name = self.profile.kinds[me.kind].term or ("", "")
        data = {"from": by} if by else {"dates": True, **self.what_was_there(me)} if said else {}
        number = self.state.inputs
        self.go_on(me, said)
        notices = [track.countdown.given_by for track in self.countdowns(me) if track.countdown]
        late = [name for name in notices if any(notice.late for notice in me.noticed.values())]
        me.ended_with = {name: value for name, value in me.ended_with.items() if name in self.profile.facts}
        for name in [name for name in me.facts if self.profile.facts[name].per_term]:
            if name not in (start_name, end_name):
                me.ended_with[name] = me.facts.pop(name).value
        for name in [name for name in me.words if self.profile.confirmations[name].per_term]:
            del me.words[name]
            me.ended_with[name] = True
        me.ended_with = {name: value for name, value in me.ended_with.items() if name not in late}
        if by is None:  # whatever is signed for it comes late: it has begun
            me.ended_with |= dict.fromkeys(self.renewing(), True)
        self.remember_told(me)
        me.fired, me.aside, me.window, me.noticed = set(), [], {}, {}
        me.visited, me.begins_anew, me.ends_by_notice, me.met_over = set(), True, False, False
        me.end_moved = set()
        me.counting_since, me.begun_automatically = None, automatic
        me.after_input = number - 1 if said else number  # What is said with the dates of a term is of that term.
        start, end = self.start_and_end(me)
        self.record("term", me, None, end_name, because=because, renewals=me.renewals, start=start, end=end, **data)
        if end is not None:
            self.start_countdown(me, end, because=because)

    def renewing(self) -> set[str]:
        """The words of the term for which moves that begin one ask, behind derived names, too."""
        profile = self.profile
        moves = [move for track in profile.tracks.values() for move in self.moves_of(track) if move.begins_term]
        todo: list[Any] = [criterion for move in moves for criterion in move.when]
        found: set[str] = set()
        while todo:
            for node in nested(todo.pop()):
                if isinstance(node, ex.Confirmed) and profile.confirmations[node.word].per_term:
                    found.add(node.word)
                if isinstance(node, ex.Derived) and profile.derived[node.name].criterion is not None:
                    todo.append(profile.derived[node.name].criterion)
        return found

    def what_was_there(self, me: Subject) -> dict[str, Any]:
        """What the window lacked, and what of the term was given, when the next one was said to begin."""
        lacking = [
            one.name
            for track in self.countdowns(me)
            if track.countdown
            for one in track.countdown.milestones
            if not one.of and self.missing(one, me, track)
        ]
        profile, dates = self.profile, self.profile.kinds[me.kind].term or ()
        facts = [name for name, rule in profile.facts.items() if rule.per_term and name in me.facts]
        words = [name for name, word in profile.confirmations.items() if word.per_term and name in me.words]
        stood = [one for one in facts if one not in dates]
        return {"missing": tuple(lacking), "given": (*stood, *words)}

    def go_on(self, me: Subject, said: tuple[date, date] | None = None) -> None:
        """The dates of the next term in the place of the running one's, and how they are counted (R8)."""
        start_name, end_name = self.profile.kinds[me.kind].term or ("", "")
        start, end = self.start_and_end(me)
        lengths = [track.countdown.term for track in self.countdowns(me) if track.countdown and track.countdown.term]
        length, endless = self.setting(lengths[0], me) if lengths else YEAR, self.evergreen(me)
        given = {name: me.facts.pop(name).number for name in (start_name, end_name) if name in me.facts}
        me.renewals += 1
        following: dict[str, date] = {}
        if end is None or endless:
            me.counted_from, me.counted_by = None, None
        else:
            anchor, k = self.anchor_of(me, start, end, length)
            me.counted_from, me.counted_by = anchor, None if said else length
            following[end_name] = length.add(anchor, k + 1) - timedelta(days=1)
        if said:
            following[end_name] = said[1]
        if end is not None:
            following[start_name] = end + timedelta(days=1)
            had = {*me.window, *(day for window, _, _ in me.aside for day in window)}
            me.past_ends += sorted({*(day for day in had if day < end), end} - {*me.past_ends})
        for name, day in following.items():
            # No input gives these dates: for what a track asks again they are as old as the ones before (R8).
            me.facts[name] = Given(day, given.get(name, 0), self.state.now, self.state.inputs)
        if me.first_start is None and start_name in following:
            me.first_start, me.first_start_in = following[start_name], me.renewals

    def anchor_of(self, me: Subject, start: date | None, end: date, length: Period) -> tuple[date, int]:
        """What the next term is counted from, and how many terms of this length lie between that and its start."""
        if me.counted_by in (None, length):
            for anchor in (me.counted_from, start):
                k = 1
                while anchor is not None and k < 20_000 and length.add(anchor, k) - timedelta(days=1) <= end:
                    if length.add(anchor, k) - timedelta(days=1) == end:
                        return anchor, k
                    k += 1
        return end + timedelta(days=1), 0

    def catch_up(self, me: Subject) -> None:
        """Terms that were over when the end first became known are counted, and nothing else (R11)."""
        start, end = self.start_and_end(me)
        if end is None or me.counting_since is not None or me.past_ends or not self.is_over(end):
            return
        tracks, n = self.countdowns(me), 0
        while end is not None and self.is_over(end) and any(self.rolled(me, track, end) for track in tracks):
            self.go_on(me)
            n, me.begun_automatically = n + 1, True
            start, end = self.start_and_end(me)
        if n:
            _, end_name = self.profile.kinds[me.kind].term or ("", "")
            self.record("term", me, None, end_name, renewals=me.renewals, start=start, end=end, caught_up=n)
        if end is not None:
            graces = [dues.get("grace_over") for track in tracks for dues in [self.dues(me, track, end)]]
            in_grace = any(over and over > self.state.now for over in graces)
            me.met_over = self.is_over(end) and not in_grace
            self.start_countdown(me, end)

    def rolled(self, me: Subject, track: Track, end: date) -> bool:
        """Whether a term that is over renewed by itself; a notice that was given since came too late."""
        notice = me.noticed.get(track.name)
        if notice and notice.at >= self.deadline(me, track, end):
            del me.noticed[track.name]
            rolls = self.rolls(me, track)
            me.noticed[track.name] = notice
            return rolls
        return self.rolls(me, track)

    def is_over(self, end: date) -> bool:
        return instant_after(end, self.zone) <= self.state.now
