"""What is known of an account from its inputs and records alone: enough to say when each timer should have fired."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from profile_parts import first, moves

from journeykit.dates import Period, first_instant, instant_after, local_day, shift, zone
from journeykit.language.model.profile import Cadence, Profile, Track, Value

__all__ = ["ACCOUNT", "Ledger"]

ACCOUNT = "account"
Line = dict[str, Any]


class Ledger:
    """Facts, places and dates of one account, written up input by input and record by record.

    Attributes:
        facts: the values last observed, by subject, as far as timers count by them.
        stands: (track, subject) -> where it stands in the track's own region; ``entered``: when its stage was entered.
        anchors: (track, subject, cadence) -> the day from which it counts; ``beats``: the number of the last one.
        terms: how many terms began; ``windows``: by contract the windows of its term, each with a number and a set of
        ends, the present one last.
        heard: when a feed was heard last.
    """

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        self.zone = zone(profile.timezone)
        self.facts: dict[str, dict[str, Any]] = {}
        self.stands: dict[tuple[str, str], str] = {}
        self.entered: dict[tuple[str, str], datetime] = {}
        self.anchors: dict[tuple[str, str, str], date] = {}
        self.beats: dict[tuple[str, str, str], int] = {}
        self.terms: dict[str, int] = {}
        self.windows: dict[str, list[tuple[int, frozenset[date]]]] = {}
        self.count = 0
        self.heard: dict[str, datetime] = {}
        self.ends = {
            (track.name, place.path) for track in profile.tracks.values() for place in track.walk() if place.end
        }
        self.ways = {move.id: move.to for track in profile.tracks.values() for move in moves(track)}
        self.before: dict[str, Any] = {}
        """The facts of the input's subject before that was written up; ``said``: the names of its facts."""
        self.said: set[str] = set()
        self.placed = ""
        """Where the input that is being written up places somebody."""

    # ------------------------------------------------------------------ writing up

    def take(self, line: Line, now: datetime) -> None:
        """An input that was taken, once everything that fell due before it is written up."""
        profile = self.profile
        subject = line.get("subject", ACCOUNT)
        if line["kind"] in ("begin", "zone") and line.get("timezone"):
            self.zone = zone(line["timezone"])
        facts = line.get("facts") or {}
        self.before = dict(self.facts.get(subject, {}))
        self.said = set(facts)
        for name, value in facts.items():
            self.facts.setdefault(subject, {})[name] = _read(profile.facts[name].type, value)
        carried = [profile.facts[name].feed for name in facts]
        carried += [profile.signals[line["signal"]].feed] if line["kind"] == "signal" else []
        carried += [line["feed"]] if line["kind"] == "feed" else []
        self.heard |= {feed: now for feed in carried if feed in profile.feeds}
        self.placed = line.get("to", "")
        if self._end_name() in facts and (line["kind"] == "open" or not self.windows[subject][-1][1]):
            self._window(subject)

    def note(self, record: Line) -> None:
        """A record, in order."""
        match record["kind"]:
            case "opened" if "taken" not in record["data"]:
                self._opened(record)
            case "closed":
                for track in self.tracks_of(record["subject"]):
                    del self.stands[track.name, record["subject"]]
            case "moved" | "placed":
                self._moved(record)
            case "term":
                self._term(record)
            case "repeated" if record["name"] in self.profile.facts:
                self._repeated(record)
            case "amended":
                self._amended(record)

    def _opened(self, record: Line) -> None:
        subject, at = record["subject"], datetime.fromisoformat(record["at"])
        for track in self.tracks_of(subject):
            self.stands[track.name, subject] = first(track.stages[0])
            self.entered[track.name, subject] = at
            for cadence in track.cadences:
                self.anchors[track.name, subject, cadence.name] = local_day(at, self.zone)
        if subject not in self.windows:
            self._window(subject)

    def _moved(self, record: Line) -> None:
        spot = (record["track"], record["subject"])
        if spot not in self.stands:
            return  # in a branch
        at, old, new = datetime.fromisoformat(record["at"]), self.stands[spot], record["target"]
        to = self.ways[record["name"]] if record["kind"] == "moved" else self.placed
        if old.split(".")[0] != new.split(".")[0] or to == new.split(".")[0]:
            self.entered[spot] = at
        for cadence in self.profile.tracks[spot[0]].cadences:
            if self.cadence_rests(spot[0], old, cadence) and not self.cadence_rests(spot[0], new, cadence):
                self.anchors[*spot, cadence.name] = local_day(at, self.zone)
                self.beats.pop((*spot, cadence.name), None)
        self.stands[spot] = new

    def _repeated(self, record: Line) -> None:
        """What was said was no news: the fact is as it was, or went with the term before."""
        facts, name = self.facts[record["subject"]], record["name"]
        kind = self.profile.term_kind
        assert kind is not None
        del facts[name]
        if name in self.before and name in (kind.term or ()):
            facts[name] = self.before[name]

    def _term(self, record: Line) -> None:
        subject, facts = record["subject"], self.facts.setdefault(record["subject"], {})
        kind = self.profile.term_kind
        assert kind is not None
        assert kind.term is not None
        said = self.said if {"dates", "caught_up"} & record["data"].keys() else set()  # which are of the new term
        for name in [name for name in facts if self.profile.facts[name].per_term or name in kind.term]:
            if name not in said or name in kind.term:
                del facts[name]
        for name, key in zip(kind.term, ("start", "end"), strict=True):
            if key in record["data"]:
                facts[name] = date.fromisoformat(record["data"][key])
        self.terms[subject] = self.terms.get(subject, 0) + 1
        self._window(subject)

    def _amended(self, record: Line) -> None:
        """Another end: of the same window, of one that was set aside, or of a new one."""
        subject, data = record["subject"], record["data"]
        if subject == ACCOUNT:
            return
        end = None if "to" not in data else date.fromisoformat(data["to"])
        if data.get("notice"):
            self.facts.setdefault(subject, {})[self._end_name()] = end
            self.terms[subject] = self.terms.get(subject, 0) + 1  # an open-ended term starts and stops its countdown
            self._window(subject)
            return
        assert end is not None
        *aside, present = self.windows[subject]
        if data.get("restored"):
            back = next(window for window in reversed(aside) if end in window[1])
            self.windows[subject] = [*(window for window in aside if window is not back), present, back]
        elif data.get("reopened"):
            self._window(subject, [*aside, present])
        else:
            self.windows[subject] = [*aside, (present[0], present[1] | {end})]

    def _window(self, subject: str, aside: list[tuple[int, frozenset[date]]] | None = None) -> None:
        """A window without marks begins, beside those that were set aside."""
        self.count += 1
        end = self.end_of(subject)
        self.windows[subject] = [*(aside or []), (self.count, frozenset() if end is None else frozenset({end}))]

    # ------------------------------------------------------------------ asking

    def tracks_of(self, subject: str) -> Iterator[Track]:
        """The tracks in which a subject stands."""
        kind = subject.split(":")[0]
        return (track for track in self.profile.tracks.values() if track.per == kind)

    def is_open(self, subject: str) -> bool:
        """Whether a subject that has tracks is open."""
        return any((track.name, subject) in self.stands for track in self.tracks_of(subject))

    def at_an_end(self, track: str, subject: str) -> bool:
        """Whether a subject stands at an end of a track."""
        return (track, self.stands[track, subject]) in self.ends

    def ended(self, subject: str) -> bool:
        """Whether every track of a subject stands at an end."""
        return all(self.at_an_end(track.name, subject) for track in self.tracks_of(subject))

    def end_of(self, subject: str) -> date | None:
        """The end of a contract's running term."""
        found: date | None = self.facts.get(subject, {}).get(self._end_name())
        return found

    def date_due(self, subject: str, track: Track, name: str) -> datetime | None:
        """When a date of the countdown falls due."""
        countdown, end = track.countdown, self.end_of(subject)
        if countdown is None or end is None:
            return None
        if name == "end":
            return instant_after(end, self.zone)
        if name == "notice":
            return instant_after(self._value(countdown.notice, subject).subtract(end), self.zone)
        if name == "grace_over":
            return instant_after(self._value(countdown.grace, subject).add(end), self.zone)
        milestone = next(one for one in countdown.milestones if one.name == name)
        day = end if milestone.of is None else self._fact(milestone.of, subject)
        return None if day is None else first_instant(self._value(milestone.before, subject).subtract(day), self.zone)

    def once_for(self, subject: str, track: str, name: str) -> object:
        """For what a date fires once in a term: an end date, a window, or (counted from another date) the term."""
        countdown = self.profile.tracks[track].countdown
        assert countdown is not None
        milestone = next((one for one in countdown.milestones if one.name == name), None)
        if milestone is None:
            return self.end_of(subject)
        if milestone.again:
            return self.end_of(subject)
        return None if milestone.of else self.windows[subject][-1][0]

    def stuck_due(self, subject: str, track: Track) -> datetime | None:
        """When a subject has been in its stage for too long."""
        spot = (track.name, subject)
        stage = next(stage for stage in track.stages if stage.path == self.stands[spot].split(".")[0])
        return None if stage.stuck_after is None else shift(self.entered[spot], stage.stuck_after, self.zone)

    def cadence_rests(self, track: str, path: str, cadence: Cadence) -> bool:
        """Whether a cadence rests where its track stands."""
        return (track, path) in self.ends or path.split(".")[0] in cadence.rests_at

    def cadence_due(self, subject: str, track: Track, cadence: Cadence, number: int) -> datetime:
        """When a cadence falls due for the n-th time."""
        return first_instant(cadence.every.add(self.anchors[track.name, subject, cadence.name], number), self.zone)

    def feed_down(self, feed: str) -> datetime | None:
        """When a feed goes down, if it is not heard again."""
        heard = self.heard.get(feed)
        return None if heard is None else shift(heard, self.profile.feeds[feed].down_after, self.zone)

    def _value(self, value: Value | None, subject: str) -> Period:
        assert value is not None
        found = value.default if value.fact is None else self._fact(value.fact, subject)
        period: Period = value.default if found is None else found
        return period

    def _fact(self, name: str, subject: str) -> Any:
        owner = ACCOUNT if self.profile.facts[name].kind == ACCOUNT else subject
        return self.facts.get(owner, {}).get(name)

    def _end_name(self) -> str:
        kind = self.profile.term_kind
        return kind.term[1] if kind and kind.term else ""


def _read(type_: str, value: Any) -> Any:
    if type_ == "date":
        return date.fromisoformat(value)
    return Period.parse(value) if type_ == "duration" else value
