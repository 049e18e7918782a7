"""What each kind of input says (R1, R7, R12, R13): one method for each, named after it."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from journeykit.dates import Period, zone
from journeykit.engine.inputs import Input
from journeykit.plain import plain
from reference.moves import Movement
from reference.state import Given, Heard, Subject

THIRTY_YEARS = Period(360, 0)
LARGEST = 10**15
DAY = re.compile(r"(\d\d\d\d-\d\d-\d\d)([T ]00:00(:00(\.0+)?)?)?", re.ASCII)


class Refused(Exception):  # noqa: N818
    """An input was refused; ``code`` says why in one word."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


def refuse(when: bool, code: str) -> None:
    if when:
        raise Refused(code)


class Inputs(Movement):
    """Checks what an input says and writes it down; what follows from it is not decided here."""

    def whose(self, entry: Input, kind: str | None = None) -> Subject:
        """The subject meant; it must be open and of the kind that what is said belongs to."""
        me = self.state.subjects.get(entry.subject)
        if me is None or not me.open:
            raise Refused("unknown_subject")
        refuse(kind is not None and me.kind != kind, "wrong_subject")
        return me

    def known(self, name: str, names: Iterable[str]) -> None:
        refuse(name not in names, "unknown_name")

    def on_begin(self, entry: Input, data: dict[str, Any]) -> None:  # noqa: ARG002
        raise Refused("already_begun")

    def on_tick(self, entry: Input, data: dict[str, Any]) -> None:
        """Nothing but time."""

    def on_zone(self, entry: Input, data: dict[str, Any]) -> None:  # noqa: ARG002
        try:
            home = zone(data["timezone"])
        except ValueError:
            raise Refused("bad_shape") from None
        names = {"from": self.state.zone_name, "to": data["timezone"]}
        self.record("amended", self.state.subjects["account"], None, "timezone", **names)
        self.state.zone, self.state.zone_name = home, data["timezone"]

    def on_feed(self, entry: Input, data: dict[str, Any]) -> None:
        refuse(entry.subject != "account", "bad_shape")
        if entry.account != "*":
            self.known(data["feed"], self.profile.feeds)
        self.hear([data["feed"]])

    def hear(self, feeds: Iterable[str | None]) -> None:
        """Feeds are heard: what was down comes up, before anything that they say is taken."""
        state, names = self.state, set(feeds)
        for name in [name for name in self.profile.feeds if name in names]:
            up, before = self.is_up(name), state.feeds.get(name)
            if before and not up:
                self.record("feed", state.subjects["account"], None, name, up=True)
            state.feeds[name] = Heard(state.now, before.up_since if before and up else state.now)

    def hear_facts(self, names: Iterable[str]) -> None:
        self.hear(self.profile.facts[name].feed for name in names if name in self.profile.facts)

    def on_open(self, entry: Input, data: dict[str, Any]) -> None:
        kind, _, ident = entry.subject.partition(":")
        refuse(kind not in self.profile.kinds or kind == "account" or not ident, "unknown_name")
        refuse(entry.subject in self.state.subjects, "subject_taken")
        refuse("renewals" in data and not self.profile.kinds[kind].term, "wrong_subject")
        refuse((data.get("renewals") or 0) > 1000, "out_of_range")
        self.hear_facts(data.get("facts") or {})
        # What comes with the opening is of the first term: it counts as given after this term began.
        me = self.add_subject(entry.subject, kind)
        me.after_input, me.renewals = me.after_input - 1, data.get("renewals") or 0
        self.observe(me, data.get("facts") or {})

    def on_close(self, entry: Input, data: dict[str, Any]) -> None:
        me = self.whose(entry)
        refuse(me.kind == "account", "wrong_subject")
        into = data.get("into")
        if into is not None:
            other = self.state.subjects.get(into)
            if other is None or not other.open:
                raise Refused("unknown_subject")
            refuse(other is me or other.kind != me.kind, "wrong_subject")
        self.close(me, data.get("reason"), into)

    def on_observe(self, entry: Input, data: dict[str, Any]) -> None:
        self.observe(self.whose(entry), data["facts"], data.get("term"))

    def observe(self, me: Subject, facts: Mapping[str, Any], term: Any = None) -> None:
        start_name, end_name = self.profile.kinds[me.kind].term or ("", "")
        values: dict[str, Any] = {}
        for name, raw in facts.items():
            self.known(name, self.profile.facts)
            refuse(self.profile.facts[name].kind != me.kind, "wrong_subject")
            values[name] = self.checked(name, raw)
        self.check_dates(me, start_name, end_name, facts)
        of_term = self.term_meant(me, term, values, values.get(end_name))
        self.hear_facts(facts)
        values = self.without_past_dates(me, self.as_written(values), of_term)
        start, end = self.start_and_end(me)
        new_start, new = values.get(start_name), values.get(end_name)
        if end and new_start and new and new_start == end + timedelta(days=1) and new > end and not self.ended(me):
            self.begin_term(me, said=(new_start, new))
        elif new_start and new_start != start:
            me.starts |= {start, new_start} - {None}
            self.observe_start(me, new_start, end)
        old = self.fact(me, end_name)
        for name, value in values.items():
            term_fact = self.of_terms(name) and name not in (start_name, end_name)
            if term_fact and self.is_echo(me, name, value, of_term):
                self.repeat(me, name, value, of_term)
            else:
                self.give(me, name, value)
        if end_name in values:
            me.ends_by_notice = False
            if old is not None and old != new:
                me.met_over = False
                self.amend(me, old, new)
        if me.kind == (self.profile.term_kind.name if self.profile.term_kind else ""):
            self.catch_up(me)
        _, end = self.start_and_end(me)
        if end_name in values and end is not None and me.counting_since is None:
            self.start_countdown(me, end)

    def give(self, me: Subject, name: str, value: Any) -> None:
        before, number = me.facts.get(name), self.state.inputs
        turned = before.turned if before and before.value == value else number
        me.facts[name] = Given(value, number, self.state.now, turned)
        if value is True:
            self.settle_signals(name, self.profile.facts[name].kind, me)

    def observe_start(self, me: Subject, start: date, end: date | None) -> None:
        """Cover runs from the first start; one that lies ahead takes away nothing that is covered today."""
        today = self.today()
        if me.first_start and me.first_start <= today < start and (end is None or self.covers(me)):
            return
        if me.first_start is None or me.first_start_in == me.renewals:
            me.first_start, me.first_start_in = start, me.renewals

    # -- echoes (R8) --

    def as_written(self, values: dict[str, Any]) -> dict[str, Any]:
        """What is counted by comes first, then the end, what follows it, and notice."""
        term = self.profile.term_kind.term if self.profile.term_kind else None
        last = [term[1]] if term else []
        for track in self.profile.tracks.values():
            if track.countdown:
                setting = track.countdown.at_end or track.countdown.automatically
                last += [(setting.fact if setting else None) or "", track.countdown.given_by or ""]
        place = {name: number for number, name in enumerate(last)}
        return dict(sorted(values.items(), key=lambda pair: place.get(pair[0], -1)))

    def term_meant(self, me: Subject, said: Any, names: Iterable[str], new: Any = None) -> date | None:
        """The end of the term that an input says it is for."""
        if said is None:
            return None
        try:
            end = self.day(said)
        except ValueError:
            raise Refused("bad_shape") from None
        kind = self.profile.kinds[me.kind]
        refuse(not kind.term or not any(self.of_terms(name) for name in names), "wrong_subject")
        _, running = self.start_and_end(me)
        refuse(end not in (running, new, *me.past_ends, *me.window), "unknown_name")
        return end

    def of_terms(self, name: str) -> bool:
        """Whether a name is a date of the term, or ungiven with it."""
        profile, term = self.profile, self.profile.term_kind.term if self.profile.term_kind else ()
        declared = profile.facts.get(name) or profile.confirmations.get(name)
        return name in (term or ()) or bool(declared and declared.per_term)

    def is_echo(self, me: Subject, name: str, value: Any, of_term: date | None) -> bool:
        """Whether what belongs to a term says nothing of the running one."""
        _, end = self.start_and_end(me)
        if of_term is not None:
            return of_term in me.past_ends and of_term != end
        if name in me.facts or name in me.words or name not in me.ended_with or me.ended_with[name] != value:
            return False
        return end is not None and self.today() < self.first_day(me, end)

    def repeat(self, me: Subject, name: str, value: Any, of_term: date | None) -> None:
        of_term = of_term or max(me.past_ends, default=None)
        self.record("repeated", me, None, name, value=plain(value), term=of_term)

    def without_past_dates(self, me: Subject, values: dict[str, Any], of_term: date | None) -> dict[str, Any]:
        """What is left of an observation without the dates of terms that are over, which are on the record."""
        start_name, end_name = self.profile.kinds[me.kind].term or ("", "")
        start, end = self.start_and_end(me)
        over = of_term if of_term is not None else values.get(end_name)
        over = over if over in me.past_ends and over != end else None
        given: dict[str, Any] = {}
        for name, value in values.items():
            before = name == start_name and me.past_ends and value != start
            known_start = before and (value == me.first_start or value - timedelta(days=1) in me.past_ends)
            if (name == end_name and over) or (before and (over or known_start)):
                self.repeat(me, name, value, over)
            else:
                given[name] = value
        return given

    def check_dates(self, me: Subject, start_name: str, end_name: str, facts: Mapping[str, Any]) -> None:
        """Dates of a contract that cannot be meant (R1); what is known already is no news, and is never refused."""
        if not end_name:
            return
        for name, raw in facts.items():
            self.known(name, self.profile.facts)
            refuse(self.profile.facts[name].kind != me.kind, "wrong_subject")
            self.checked(name, raw)
        of = {one.of for track in self.countdowns(me) if track.countdown for one in track.countdown.milestones}
        said = {name: self.checked(name, facts[name]) for name in facts if name in {start_name, end_name, *of}}
        news = [name for name in said if said[name] != self.fact(me, name)]
        for name in news:
            today = self.today()
            refuse(not THIRTY_YEARS.subtract(today) <= said[name] <= THIRTY_YEARS.add(today), "out_of_range")
        start, end = said.get(start_name), said.get(end_name)
        if start is None and len(me.starts) == 1:
            start = next(iter(me.starts))
        if start is not None and end is not None and end not in me.past_ends and {start_name, end_name} & set(news):
            refuse(end < start, "out_of_range")

    def checked(self, name: str, raw: Any) -> Any:
        """A value as the fact holds it, or a refusal."""
        rule = self.profile.facts[name]
        refuse(rule.type == "choice" and raw not in rule.of, "wrong_type")
        return self.of_type("text" if rule.type == "choice" else rule.type, raw, rule.between)

    def of_type(self, type_name: str, raw: Any, between: tuple[float, float] | None = None) -> Any:
        """A value of a type; numbers lie between their bounds, and none is beyond 10^15."""
        numeric = isinstance(raw, int | float) and not isinstance(raw, bool) and math.isfinite(raw)
        try:
            if type_name == "date":
                return self.day(raw)
            if type_name == "duration":
                return raw if isinstance(raw, Period) else Period.parse(raw)
        except (ValueError, TypeError, AttributeError):
            raise Refused("wrong_type") from None
        fits = {
            "boolean": isinstance(raw, bool),
            "text": isinstance(raw, str),
            "integer": numeric and raw == int(raw),
        }
        refuse(not fits.get(type_name, numeric), "wrong_type")
        if type_name not in ("boolean", "text"):
            if between is None and type_name == "share":
                between = (-10, 10)
            refuse(abs(raw) > LARGEST, "out_of_range")
            refuse(between is not None and not between[0] <= raw <= between[1], "out_of_range")
        return raw

    def day(self, raw: Any) -> date:
        """A date, or midnight without a zone."""
        if isinstance(raw, datetime):
            raw = raw.isoformat()
        if isinstance(raw, date):
            return raw
        read = DAY.fullmatch(raw)
        if read is None:
            raise ValueError(raw)
        return date.fromisoformat(read[1])

    def settle_signals(self, name: str, kind: str, me: Subject) -> None:
        """What settles a signal was given: it is settled until it occurs again."""
        for signal in self.profile.signals.values():
            if signal.settled_by == name:
                whose = self.opened(signal.kind) if kind == "account" else [self.owner(signal.kind, me)]
                for one in whose:
                    one.unsettled.discard(signal.name)

    def on_signal(self, entry: Input, data: dict[str, Any]) -> None:
        self.known(data["signal"], self.profile.signals)
        signal = self.profile.signals[data["signal"]]
        me = self.whose(entry, signal.kind)
        for name, value in (data.get("carries") or {}).items():
            self.known(name, signal.carries)
            self.of_type(signal.carries[name], value)
        self.hear([signal.feed])
        self.settle_signals(signal.name, signal.kind, me)
        me.seen[signal.name] = Given(None, self.state.inputs, self.state.now)
        me.unsettled.add(signal.name)

    def on_confirm(self, entry: Input, data: dict[str, Any]) -> None:
        self.known(data["confirmation"], self.profile.confirmations)
        word = self.profile.confirmations[data["confirmation"]]
        self.known(data["by"], self.profile.roles)
        refuse(data["by"] not in word.by, "wrong_role")
        me = self.whose(entry, word.kind)
        of_term = self.term_meant(me, data.get("term"), [word.name])
        if word.per_term and self.is_echo(me, word.name, True, of_term):
            self.repeat(me, word.name, data["by"], of_term)
            return
        me.words[word.name] = Given(data["by"], self.state.inputs, self.state.now)
        self.settle_signals(word.name, word.kind, me)

    def on_retract(self, entry: Input, data: dict[str, Any]) -> None:
        self.known(data["by"], self.profile.roles)
        word, criterion = data.get("confirmation"), data.get("criterion")
        if word is not None:
            self.known(word, self.profile.confirmations)
            me = self.whose(entry, self.profile.confirmations[word].kind)
            refuse(word not in me.words, "not_given")
            refuse(me.words.pop(word).value != data["by"], "wrong_role")
        else:
            assert criterion is not None
            self.known(criterion, [name for name, (_, one) in self.criteria.items() if one.waivable_by])
            me = self.whose(entry)
            refuse(criterion not in me.waived, "not_given")
            refuse(me.waived.pop(criterion) != data["by"], "wrong_role")
        self.record("retracted", me, None, str(word or criterion), by=data["by"])

    def on_waive(self, entry: Input, data: dict[str, Any]) -> None:
        kind, criterion = self.criteria.get(data["criterion"], ("", None))
        if criterion is None or criterion.waivable_by is None:
            raise Refused("not_waivable")
        self.known(data["by"], self.profile.roles)
        refuse(criterion.waivable_by != data["by"], "wrong_role")
        me = self.whose(entry, kind)
        me.waived[criterion.id] = data["by"]
        self.record("waived", me, None, criterion.id, by=data["by"], why=data.get("why"))

    def on_handoff(self, entry: Input, data: dict[str, Any]) -> None:
        tracks = self.profile.tracks.values()
        found = [
            (track, move)
            for track in tracks
            for move in self.moves_of(track)
            if move.id == data["move"] and move.handoff
        ]
        refuse(not found, "unknown_move")
        track, move = found[0]
        assert move.handoff
        self.known(data["by"], self.profile.roles)
        speaker = move.handoff.giver if data["what"] == "offered" else move.handoff.receiver
        refuse(data["by"] != speaker, "wrong_role")
        me = self.whose(entry, track.per)
        refuse(not self.at(me, track.name, move.owner), "not_there")
        if data["what"] == "accepted":
            me.accepted.add(move.id)
        if data["what"] == "declined":
            me.accepted.discard(move.id)
            me.said.pop(move.id, None)
        else:
            me.said[move.id] = data["what"]

    def on_place(self, entry: Input, data: dict[str, Any]) -> None:
        track = self.profile.tracks.get(data["track"])
        if track is None or all(stage.path != data["to"] for stage in track.walk()):
            raise Refused("unknown_place")
        self.known(data["by"], self.profile.roles)
        me = self.whose(entry, track.per)
        home = [home for home in self.homes(track, data["to"]) if (track.name, home) in me.leaf][-1]
        old, before, said = me.leaf[track.name, home], dict(me.leaf), list(me.said)
        was_over = self.ended(me)
        self.go(me, track, home, data["to"], by_hand=True)
        names = {"source": old, "target": me.leaf[track.name, home]}
        more = self.entered_and_left(me, track, home, before, set(said), said)
        more |= self.set_back(me, track, home, data["to"], before)
        self.record("placed", me, self.region(track, home), old, **names, by=data["by"], why=data.get("why"), **more)
        if was_over and not self.ended(me):
            self.count_on(me)

    def on_term(self, entry: Input, data: dict[str, Any]) -> None:  # noqa: ARG002
        term_kind = self.profile.term_kind
        me = self.whose(entry)
        refuse(term_kind is None or me.kind != term_kind.name, "wrong_subject")
        self.begin_term(me)
