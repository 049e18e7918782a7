"""The reference interpreter: what is right, as plainly as possible.

It is written from ``docs/explanation/rules.md`` and judges everything again after every change. It knows no compiled
machine and no route table; beside the resolved profile it uses typed expressions and ``dates``. Its parts stand on each
other: ``state`` is what it knows, ``time`` says when, ``values`` judges, ``moves`` changes, ``inputs`` takes in, here
all of it steps.
"""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from datetime import date, datetime
from itertools import count, product
from typing import Any

from journeykit.dates import Period, first_instant, shift, zone
from journeykit.engine.inputs import Input
from journeykit.language.model.profile import Milestone, Move, Profile, Stage, Track
from reference.inputs import Inputs, Refused, refuse
from reference.moves import Record, digest
from reference.state import State, Subject, inside, kleene_and, kleene_or
from reference.time import Timer

__all__ = ["Reference", "Refused"]

CHURN, REGRESS, OTHER = range(3)
Present = tuple[str, str]
"""A signal that is present: its name and the key of the subject it was sent for."""


class Reference(Inputs):
    """One account's journey."""

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        self.state: Any = None  # a State, once it has begun
        self.records: list[Record] = []

    # -- from outside --

    def send(self, entry: Input) -> list[Record]:
        """Take one input in; a refusal leaves everything as it was (R2)."""
        before, done = pickle.dumps(self.state), len(self.records)
        try:
            self.take(entry)
        except Refused:
            self.state = pickle.loads(before)
            del self.records[done:]
            raise
        return self.records[done:]

    def advance(self, to: datetime | date) -> list[Record]:
        """Let time pass: what falls due on the way fires in order."""
        return self.send(Input("tick", self.state.account, to))

    def positions(self) -> dict[tuple[str, str], str]:
        """(region, subject) -> path of the leaf."""
        return {
            (f"{track}.{home}" if home else track, me.key): leaf
            for me in self.opened()
            for (track, home), leaf in me.leaf.items()
        }

    # -- one input (R1, R9, R14) --

    def take(self, entry: Input) -> None:
        refuse(isinstance(entry.at, datetime) and entry.at.tzinfo is None, "naive_instant")
        if self.state is None:
            refuse(entry.kind != "begin", "unknown_account")
            self.begin(entry)
        else:
            everybody = entry.kind == "feed" and entry.account == "*"
            refuse(entry.account != self.state.account and not everybody, "unknown_account")
            at = entry.at if isinstance(entry.at, datetime) else first_instant(entry.at, self.zone)
            refuse(at < self.state.now, "time_runs_back")
            years = 100 if entry.kind == "tick" else 10
            refuse(at > shift(self.state.now, Period(years * 12, 0), self.zone), "in_the_future")
            self.run_until(at)
            self.state.now, self.state.inputs = at, self.state.inputs + 1
            self.begin_input(entry)
            getattr(self, f"on_{entry.kind}")(entry, dict(entry.data))
        self.note_notices()
        heard = (entry.data["signal"], entry.subject) if entry.kind == "signal" else None
        self.settle(heard, carries=entry.data.get("carries") or {})
        self.run_until(self.state.now)

    def begin(self, entry: Input) -> None:
        try:
            name = entry.data.get("timezone") or self.profile.timezone
            home = zone(name)
        except ValueError:
            raise Refused("bad_shape") from None
        at = entry.at if isinstance(entry.at, datetime) else first_instant(entry.at, home)
        self.state = State(entry.account, home, name, at, at, inputs=1)
        self.begin_input(entry)
        self.add_subject("account", "account")
        for kind in self.profile.kinds.values():
            if kind.opens_with:
                self.add_subject(f"{kind.name}:{kind.opens_with}", kind.name)

    def begin_input(self, entry: Input) -> None:
        cause = " ".join(filter(None, (entry.kind, entry.id)))
        content = digest(entry.kind, self.state.now.isoformat(), entry.subject, dict(entry.data))
        self.begin_step(cause, None if entry.id is None else "", content)
        self.state.input_id = entry.id

    def begin_time(self) -> None:
        self.begin_step("time", None, self.state.now.isoformat())
        self.state.input_id = None

    def run_until(self, until: datetime) -> None:
        """Fire what is due and look at what turns, in order, each as a step of its own (R9)."""
        while True:
            ready = [timer for timer in self.timers() if self.may_fire(timer)]
            if ready:
                self.fire(ready[0])
                continue
            turns = self.turns()
            ahead = [at for at in (*turns, *(timer.due for timer in self.timers())) if self.state.now < at <= until]
            if not ahead:
                return
            self.state.now = min(ahead)
            if self.state.now in turns and not any(self.may_fire(timer) for timer in self.timers()):
                self.begin_time()
                self.settle()

    def fire(self, timer: Timer) -> None:
        """One timer, as a whole step at its due instant, or now where it became due late (R9, R11)."""
        self.state.now = max(self.state.now, timer.due)
        cause = f"{timer.what} {timer.track.name}.{timer.name}" if timer.track else f"feed {timer.name}"
        self.begin_step(cause, self.whence(timer), due_at=timer.due)
        self.state.input_id = None
        getattr(self, f"fire_{timer.what}")(*timer)

    def whence(self, timer: Timer) -> str:
        """What tells a timer from others of the same words: whose date it is, and from what it was counted (R14)."""
        me, due = timer.me, timer.due.isoformat()
        match timer.what:
            case "feed":
                return due
            case "stuck":
                return f"{me.key} {due}"
            case "cadence":
                track, name = timer.track, timer.name
                every = next(one.every for one in track.cadences if one.name == name)
                number, _ = me.cadences.get((track.name, name), (0, None))
                return f"{me.key} {every.add(me.anchors[track.name, name][0], number + 1)}"
        _, end = self.start_and_end(me)
        assert end is not None
        again = f" again {me.told.count(end)}" if end in me.told else ""
        return f"{me.key} {end}{again}"

    def fire_feed(self, due: datetime, me: Subject, track: Track | None, what: str, name: str) -> None:  # noqa: ARG002
        self.state.feeds[name].down = True
        self.record("feed", me, None, name, up=False)
        if not any(self.may_fire(timer) for timer in self.timers()):
            self.begin_time()  # it moves nobody; what turns at this instant does so by itself
            self.settle()

    def fire_stuck(self, due: datetime, me: Subject, track: Track, what: str, name: str) -> None:  # noqa: ARG002
        me.stuck.add((track.name, name))
        self.record(what, me, track.name, name)
        self.settle()

    def fire_cadence(self, due: datetime, me: Subject, track: Track, what: str, name: str) -> None:
        number, since = me.cadences.get((track.name, name), (0, me.anchors[track.name, name][1]))
        given = self.given(next(one.done_by for one in track.cadences if one.name == name), me)
        done = given is not None and given.at >= since
        me.cadences[track.name, name] = (number + 1, due)
        self.record(what, me, track.name, name, number=number + 1, done=done)
        self.settle()
        if not done and me.open:
            self.record("slipped", me, track.name, name, missing=("done",))

    def fire_milestone(self, due: datetime, me: Subject, track: Track, what: str, name: str) -> None:  # noqa: ARG002
        _, end = self.start_and_end(me)
        assert end is not None
        assert track.countdown is not None
        milestone = self.milestone(track, name)
        asks = milestone is not None and (bool(milestone.work) or milestone.needs is not None)
        early = {"early": True} if milestone and asks and not self.missing(milestone, me, track) else {}
        me.fired.add((track.name, name, end, self.days(me, track, end)[name]))
        self.record(what, me, track.name, name, end=end, **early)
        if name == "end" and self.rolls(me, track):
            self.renew(me, track)
        self.settle()
        missing = self.missing(milestone, me, track) if milestone and me.open else ()
        if missing:
            asked = [milestone.needs] if milestone and milestone.needs and "needs" in missing else []
            self.record("slipped", me, track.name, name, because=self.why_all(asked, me, track.name), missing=missing)

    def renew(self, me: Subject, track: Track) -> None:
        """The move that renews, taken alone and without what it asks."""
        moves = [move for move in self.moves_of(track) if move.kind == "renew" and self.may_leave(me, track, "", move)]
        for move in moves[:1]:
            self.apply(me, track, "", move, True, self.verdicts_of(move, me, track), [], {})

    def missing(self, milestone: Milestone, me: Subject, track: Track) -> tuple[str, ...]:
        """What a milestone asks for and what is not done: its work, its needs; nothing where it does not apply."""
        if not self.applies(me, track, milestone.name):
            return ()
        stood = any(inside(leaf, place) for home, leaf in me.visited if home == track.name for place in milestone.work)
        needs = milestone.needs is None or self.met(milestone.needs, me, track.name) is True
        return (() if stood or not milestone.work else ("work",)) + (() if needs else ("needs",))

    # -- to rest (R5) --

    def settle(
        self,
        heard: Present | None = None,
        carries: Mapping[str, Any] = {},
    ) -> None:
        """Microsteps until nothing moves, then what is ready, then what was only heard."""
        taken, listening, signal = False, [], heard
        for turn in count():
            self.wake()
            if turn == 0 and signal:
                listening = self.listening(signal)
            moves, reactions = self.choose(heard)
            if not moves and not reactions:
                break
            refuse(turn == 100, "endless_loop")
            for me, track, home, move, verdicts, because in moves:
                taken = True
                if me.open:
                    self.apply(me, track, home, move, False, verdicts, because, carries)
            for me, name, because in reactions:
                reaction = self.profile.reactions[name]
                taken = True
                self.open_all(reaction.opens, me, name, name, carries, because)
                for action in () if me.met_over else reaction.do:
                    self.record("action", me, None, action, because=because, **{"from": name})
            heard, carries = None, {}
        for me in [one for one in self.opened() if one.begins_anew]:  # it stands in the new window where it rests
            me.visited |= {(track, leaf) for (track, _), leaf in me.leaf.items()}
            me.begins_anew = False
        self.note_ready()
        if signal and not taken:
            self.record("heard", self.state.subjects[signal[1]], None, signal[0], verdicts=listening)

    def wake(self) -> None:
        """Start the subjects that were opened (R12); bands remember their levels, and what is held since when."""
        for me in self.opened():
            if not me.started:
                me.started = True
                for track in self.tracks(me):
                    self.enter(me, track, "", "", track.stages[0].path)
        levels = [
            (me, band, self.level(band, me)) for band in self.profile.bands.values() for me in self.opened(band.kind)
        ]
        for me, band, level in levels:
            if level is not None:
                me.bands[band.name] = level
        for me in self.opened():
            self.note_held(me)

    def choose(self, heard: Present | None) -> tuple[list[Any], list[Any]]:
        moves, reactions = [], []
        for me in self.opened():
            for track in self.tracks(me):
                moves += self.choose_moves(me, track, heard)
            for name in self.choose_reactions(me, heard):
                reactions.append((me, name, self.why_all(self.profile.reactions[name].when, me, None)))
        return moves, reactions

    def choose_moves(self, me: Subject, track: Track, heard: Present | None) -> list[Any]:
        """One after another in the order of choice, each unless one taken before excludes it; outer regions first."""
        free = [
            (home, move)
            for home in self.homes(track, None)
            if (track.name, home) in me.leaf
            for move in self.moves_in(track, home)
            if self.may_leave(me, track, home, move) and self.may(me, track, move, heard)
        ]
        chosen: list[tuple[str, Move]] = []
        for home, move in sorted(free, key=lambda one: self.rank(track, one[1])):
            if not any(inside(home, other) or inside(other, home) for other, _ in chosen):
                chosen.append((home, move))
        outside_first = self.homes(track, None)
        chosen.sort(key=lambda one: outside_first.index(one[0]))
        return [
            (me, track, home, move, self.verdicts_of(move, me, track), self.why_move(move, me, track))
            for home, move in chosen
        ]

    def why_move(self, move: Move, me: Subject, track: Track) -> list[Any]:
        """Why what a move asks stands as it does, the success of branches included where it asks for that."""
        entered = self.source_entered(me, track, move)
        stands = [(one, self.met(one, me, track.name, entered)) for one in move.when]
        parts = [(found, [*self.why(one, found, me, track.name, entered)]) for one, found in stands]
        if move.owner and any(one.group == "all" and one.name == "success" for one in move.when):
            parts += self.why_branches(me, track, self.stage(track, move.owner).branches)
        whole = kleene_and([found for found, _ in parts])
        return [reason for found, why in parts if found is whole for reason in why]

    def rank(self, track: Track, move: Move) -> tuple[int, bool, int]:
        """By kind, then upon a signal before what merely holds, then as declared with the inside before the outside."""
        kind = {"churn": CHURN, "regress": REGRESS}.get(move.kind, OTHER)
        return kind, move.upon is None, self.inside_first(track).index(move)

    def inside_first(self, track: Track) -> list[Move]:
        def of(stages: tuple[Stage, ...]) -> list[Move]:
            return [move for one in stages for move in (*of(one.steps), *of(one.branches), *one.moves)]

        return [*of(track.stages), *track.moves]

    def moves_in(self, track: Track, home: str) -> list[Move]:
        """The moves of a region, as declared."""
        return [move for move in self.moves_of(track) if self.sources_in(track, home, move)]

    def sources_in(self, track: Track, home: str, move: Move) -> list[str]:
        """The sources from which a move is one of that region: of those that hold both its ends, the innermost."""
        around = self.homes(track, move.to)
        both = {source: [one for one in self.homes(track, source) if one in around] for source in move.sources}
        return [source for source, homes in both.items() if homes[-1] == home]

    def may_leave(self, me: Subject, track: Track, home: str, move: Move) -> bool:
        """Whether this is a move of that region, and a source of it holds the position there or in a branch."""
        for source in self.sources_in(track, home, move):
            leaf = me.leaf.get((track.name, self.homes(track, source)[-1]))
            if leaf is not None and inside(leaf, source):
                ends = self.ends_at(track, leaf)
                if not ends or move.anywhere or any(inside(source, end) for end in ends):
                    return True
        return False

    def may(self, me: Subject, track: Track, move: Move, heard: Present | None) -> bool:
        if not self.cooled_down(me, move):
            return False
        if move.upon and not self.hears(me, move.upon, move.upon_account, heard):
            return False
        if move.handoff and not move.handoff.automatic and move.id not in me.accepted:
            return False
        return self.holds(me, track, move) is True

    def cooled_down(self, me: Subject, move: Move) -> bool:
        return self.cooldown_over(move.cooldown, me.taken.get(move.id))

    def cooldown_over(self, period: Period | None, last: datetime | None) -> bool:
        return period is None or last is None or shift(last, period, self.zone) <= self.state.now

    def verdicts_of(self, move: Move, me: Subject, track: Track) -> list[tuple[str, str]]:
        return self.verdicts(move.when, me, track.name, self.source_entered(me, track, move))

    def hears(self, me: Subject, upon: str | None, upon_account: bool, heard: Present | None) -> bool:
        """Whether a signal that is present is the one waited for (R4)."""
        return heard is not None and heard == (upon, "account" if upon_account else me.key)

    def holds(self, me: Subject, track: Track, move: Move) -> bool | None:
        """A move's criteria, with the success of all branches where it asks for the success of its step (R6)."""
        found = [self.all_met(move.when, me, track.name, self.source_entered(me, track, move))]
        if move.owner and any(one.group == "all" and one.name == "success" for one in move.when):
            found += [self.over(me, track, branch) for branch in self.stage(track, move.owner).branches]
        return kleene_and(found)

    def over(self, me: Subject, track: Track, branch: Stage) -> bool | None:
        leaf = me.leaf.get((track.name, branch.path))
        if leaf is None:
            return False
        parts = [self.over(me, track, inner) for inner in branch.branches]
        own = self.all_met(branch.success, me, track.name, me.entered.get((track.name, branch.path)))
        success = kleene_and([own, *parts]) if branch.success or parts else False
        return kleene_or([success, bool(self.ends_at(track, leaf))])

    def choose_reactions(self, me: Subject, heard: Present | None) -> list[str]:
        """Those whose signal is present, or whose condition became met: unknown keeps the last (R12)."""
        chosen = []
        for reaction in self.profile.reactions.values():
            if reaction.kind != me.kind:
                continue
            verdict = self.all_met(reaction.when, me, None)
            if reaction.upon:
                fires = verdict is True and self.hears(me, reaction.upon, reaction.upon_account, heard)
            else:
                fires = verdict is True and not me.conditions.get(reaction.name, False)
                if verdict is not None:
                    me.conditions[reaction.name] = verdict
            if fires and self.cooldown_over(reaction.cooldown, me.reacted.get(reaction.name)):
                me.reacted[reaction.name] = self.state.now
                chosen.append(reaction.name)
        return chosen

    def listening(self, heard: Present) -> list[tuple[str, str]]:
        """The verdicts of the moves that wait for this signal where their subjects stand."""
        found = []
        for me in self.opened():
            for track in self.tracks(me):
                for home, move in product(self.homes(track, None), self.moves_of(track)):
                    if self.hears(me, move.upon, move.upon_account, heard) and self.home_of(me, track, move) == home:
                        found += self.verdicts_of(move, me, track)
        return found

    def home_of(self, me: Subject, track: Track, move: Move) -> str | None:
        """The region in which a move is available from where the subject stands, if it is."""
        return next((home for home in self.homes(track, None) if self.may_leave(me, track, home, move)), None)

    def note_ready(self) -> None:
        """Moves that wait for nothing but the receiver (R7)."""
        for me in self.opened():
            for track in self.tracks(me):
                for home, move in product(self.homes(track, None), self.moves_of(track)):
                    if not move.handoff or move.handoff.automatic or self.home_of(me, track, move) != home:
                        continue
                    verdict, region = self.holds(me, track, move), self.region(track, home)
                    verdicts, why = self.verdicts_of(move, me, track), self.why_move(move, me, track)
                    if verdict is True and self.cooled_down(me, move) and move.id not in me.accepted | me.ready:
                        me.ready.add(move.id)
                        self.record("ready", me, region, move.id, verdicts=verdicts, because=why)
                    elif verdict is False and move.id in me.ready:
                        me.ready.discard(move.id)
                        self.record("not_ready", me, region, move.id, verdicts=verdicts, because=why)
