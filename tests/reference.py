"""The reference interpreter: what is right, as plainly as possible.

It is written from ``docs/explanation/rules.md`` and judges everything again after every change. It knows no compiled
machine and no route table; beside the resolved profile it uses typed expressions and ``dates``. Its parts stand on each
other: ``reference_values`` judges, ``reference_moves`` changes, ``reference_inputs`` takes in, here all of it steps.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from itertools import count
from typing import Any

from journeykit.dates import UTC, first_instant, shift, zone
from journeykit.journey.inputs import Input
from journeykit.language.profile import Move, Profile, Stage, Track
from reference_inputs import Inputs, Refused, refuse
from reference_moves import Record
from reference_values import State, Subject, inside, kleene_and, kleene_or, moves_of

__all__ = ["Reference", "Refused", "run"]

CHURN, REGRESS, OTHER = range(3)
Heard = tuple[str, str]
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
        before, done = copy.deepcopy(self.state), len(self.records)
        try:
            self.take(entry)
        except Refused:
            self.state = before
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
            refuse(entry.account != self.state.account, "unknown_account")
            at = entry.at if isinstance(entry.at, datetime) else first_instant(entry.at, self.zone)
            refuse(at < self.state.now, "time_runs_back")
            self.run_until(at)
            self.state.now, self.state.inputs = at, self.state.inputs + 1
            self.state.cause = " ".join(filter(None, (entry.kind, entry.id)))
            getattr(self, f"on_{entry.kind}")(entry, dict(entry.data))
        self.note_notices()
        heard = (entry.data["signal"], entry.subject) if entry.kind == "signal" else None
        self.settle(heard, carries=entry.data.get("carries") or {})
        self.run_until(self.state.now)

    def begin(self, entry: Input) -> None:
        try:
            home = zone(entry.data.get("timezone") or self.profile.timezone)
        except ValueError:
            raise Refused("bad_shape") from None
        at = entry.at if isinstance(entry.at, datetime) else first_instant(entry.at, home)
        self.state = State(entry.account, home, at, at, inputs=1, cause=" ".join(filter(None, ("begin", entry.id))))
        self.add_subject("account", "account")
        for kind in self.profile.kinds.values():
            if kind.opens_with:
                self.add_subject(f"{kind.name}:{kind.opens_with}", kind.name)

    def run_until(self, until: datetime) -> None:
        """Fire what is due and look at what turns, in order, each as a step of its own (R9)."""
        while True:
            timers = [timer for timer in self.timers() if timer[0] <= until]
            turns = [turn for turn in self.turns() if self.state.now < turn <= until]
            if timers and (not turns or timers[0][0] <= min(turns)):
                self.fire(*timers[0])
            elif turns:
                self.state.now, self.state.cause = min(turns), "time"
                self.settle()
            else:
                return

    def timers(self) -> list[tuple[datetime, Subject, Track, str]]:
        """What has not fired yet: milestones and their like, then ``stuck`` with the place as the name, in order."""
        found = []
        for me in self.opened():
            for track in [] if self.ended(me) else self.tracks(me):
                _, end = self.start_and_end(me)
                if track.countdown and end:
                    dues = self.dues(me, track, end).items()
                    found += [(due, me, track, name) for name, due in dues if self.pending(me, track, name)]
                leaf = me.leaf[track.name, ""]
                stage = self.stage(track, leaf.split(".")[0])
                if stage.stuck_after and (track.name, stage.path) not in me.stuck and not self.ends_at(track, leaf):
                    due = shift(me.entered[track.name, stage.path], stage.stuck_after, self.zone)
                    found.append((due, me, track, f"stuck {stage.path}"))
        return sorted(found, key=lambda timer: timer[0])

    def fire(self, due: datetime, me: Subject, track: Track, name: str) -> None:
        """One timer, as a whole step at its due instant, or now where it became due late (R9, R11)."""
        self.state.now = max(self.state.now, due)
        if name.startswith("stuck "):
            path = name.removeprefix("stuck ")
            self.state.cause = f"stuck {track.name}.{path}"
            me.stuck.add((track.name, path))
            self.record("stuck", me, track.name, path, due=due)
            return self.settle()
        self.state.cause = f"milestone {track.name}.{name}"
        _, end = self.start_and_end(me)
        assert end is not None
        assert track.countdown is not None
        me.fired.add((track.name, name, end))
        self.record("milestone", me, track.name, name, due=due)
        automatic = (
            name == "end" and self.setting(track.countdown.automatically, me) and me.noticed.get(track.name, True)
        )
        self.settle(renewing=(me, track) if automatic else None)
        milestone = next((one for one in track.countdown.milestones if one.name == name), None)
        if milestone and me.open:
            stood = any(
                inside(leaf, place) for home, leaf in me.visited if home == track.name for place in milestone.work
            )
            needs = milestone.needs is None or self.met(milestone.needs, me, track.name) is True
            missing = (() if stood or not milestone.work else ("work",)) + (() if needs else ("needs",))
            if missing:
                self.record("slipped", me, track.name, name, missing=missing)
        return None

    # -- to rest (R5) --

    def settle(
        self,
        heard: Heard | None = None,
        renewing: tuple[Subject, Track] | None = None,
        carries: Mapping[str, Any] = {},
    ) -> None:
        """Microsteps until nothing moves, then what is ready, then what was only heard."""
        taken, listening, signal = False, [], heard
        for turn in count():
            self.wake()
            if turn == 0 and signal:
                listening = self.listening(signal)
            moves, reactions = self.choose(heard, renewing)
            if not moves and not reactions:
                break
            refuse(turn == 100, "endless_loop")
            for me, track, home, move, automatic, verdicts in moves:
                taken = True
                if me.open:
                    self.apply(me, track, home, move, automatic, verdicts, carries)
            for me, name in reactions:
                reaction = self.profile.reactions[name]
                taken = True
                self.open_all(reaction.opens, me, name, name, carries)
                for action in reaction.do:
                    self.record("action", me, None, action, **{"from": name})
            heard, renewing, carries = None, None, {}
        self.note_ready()
        if signal and not taken:
            self.record("heard", self.state.subjects[signal[1]], None, signal[0], verdicts=listening)

    def wake(self) -> None:
        """Start the subjects that were opened (R12), and let the bands remember their levels."""
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

    def choose(self, heard: Heard | None, renewing: tuple[Subject, Track] | None) -> tuple[list[Any], list[Any]]:
        moves, reactions = [], []
        for me in self.opened():
            for track in self.tracks(me):
                moves += self.choose_moves(me, track, heard, renewing == (me, track))
            reactions += [(me, name) for name in self.choose_reactions(me, heard)]
        return moves, reactions

    def choose_moves(self, me: Subject, track: Track, heard: Heard | None, renewing: bool) -> list[Any]:
        """At most one move for every region; one chosen in an outer region silences those inside."""
        chosen: list[Any] = []
        everything = moves_of(track)
        for home in self.homes(track, None):
            if (track.name, home) not in me.leaf or any(inside(home, outer) for _, _, outer, *_ in chosen):
                continue
            from_here = [move for move in everything if self.may_leave(me, track, home, move)]
            renewal = [move for move in from_here if renewing and home == "" and move.kind == "renew"]
            free = renewal[:1] or [move for move in from_here if self.may(me, track, move, heard)]
            if free:
                best = min(free, key=lambda move: (self.rank(move), -self.depth(move), everything.index(move)))
                verdicts = self.verdicts(best.when, me, track.name)
                chosen.append((me, track, home, best, bool(renewal), verdicts))
        return chosen

    def rank(self, move: Move) -> int:
        return {"churn": CHURN, "regress": REGRESS}.get(move.kind, OTHER)

    def depth(self, move: Move) -> int:
        return len(move.owner.split(".")) if move.owner else 0

    def may_leave(self, me: Subject, track: Track, home: str, move: Move) -> bool:
        """Whether this is a move of that region, and a source of it holds the position there or in a branch."""
        for source in move.sources:
            homes = self.homes(track, source)
            leaf = me.leaf.get((track.name, homes[-1]))
            innermost = [one for one in homes if one in self.homes(track, move.to)][-1]
            if innermost == home and leaf is not None and inside(leaf, source):
                ends = self.ends_at(track, leaf)
                if not ends or move.anywhere or any(inside(source, end) for end in ends):
                    return True
        return False

    def may(self, me: Subject, track: Track, move: Move, heard: Heard | None) -> bool:
        if move.upon and not self.hears(me, move.upon, move.upon_account, heard):
            return False
        if move.handoff and not move.handoff.automatic and move.id not in me.accepted:
            return False
        return self.holds(me, track, move) is True

    def hears(self, me: Subject, upon: str | None, upon_account: bool, heard: Heard | None) -> bool:
        """Whether a signal that is present is the one waited for (R4)."""
        return heard is not None and heard == (upon, "account" if upon_account else me.key)

    def holds(self, me: Subject, track: Track, move: Move) -> bool | None:
        """A move's criteria, with the success of all branches where it asks for the success of its step (R6)."""
        found = [self.all_met(move.when, me, track.name)]
        if move.owner and any(one.group == "all" and one.name == "success" for one in move.when):
            found += [self.over(me, track, branch) for branch in self.stage(track, move.owner).branches]
        return kleene_and(found)

    def over(self, me: Subject, track: Track, branch: Stage) -> bool | None:
        leaf = me.leaf.get((track.name, branch.path))
        if leaf is None:
            return False
        parts = [self.over(me, track, inner) for inner in branch.branches]
        success = (
            kleene_and([self.all_met(branch.success, me, track.name), *parts]) if branch.success or parts else False
        )
        return kleene_or([success, bool(self.ends_at(track, leaf))])

    def choose_reactions(self, me: Subject, heard: Heard | None) -> list[str]:
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
            if fires:
                chosen.append(reaction.name)
        return chosen

    def listening(self, heard: Heard) -> list[tuple[str, str]]:
        """The verdicts of the moves that wait for this signal from where their subjects stand."""
        found = []
        for me in self.opened():
            for track in self.tracks(me):
                for move in moves_of(track):
                    if (
                        self.hears(me, move.upon, move.upon_account, heard)
                        and self.home_of(me, track, move) is not None
                    ):
                        found += self.verdicts(move.when, me, track.name)
        return found

    def home_of(self, me: Subject, track: Track, move: Move) -> str | None:
        """The region in which a move is available from where the subject stands, if it is."""
        return next((home for home in self.homes(track, None) if self.may_leave(me, track, home, move)), None)

    def note_ready(self) -> None:
        """Moves that wait for nothing but the receiver (R7)."""
        for me in self.opened():
            for track in self.tracks(me):
                for move in moves_of(track):
                    home = self.home_of(me, track, move)
                    if not move.handoff or move.handoff.automatic or home is None:
                        continue
                    verdict, region = self.holds(me, track, move), self.region(track, home)
                    verdicts = self.verdicts(move.when, me, track.name)
                    if verdict is True and move.id not in me.accepted | me.ready:
                        me.ready.add(move.id)
                        self.record("ready", me, region, move.id, verdicts=verdicts)
                    elif verdict is False and move.id in me.ready:
                        me.ready.discard(move.id)
                        self.record("not_ready", me, region, move.id, verdicts=verdicts)


def run(profile: Profile, inputs: Iterable[Input], until: datetime | date | None = None) -> Reference:
    """A whole log of one account: in order of ``at``, refused inputs skipped (R3)."""
    log = list(inputs)
    name = next((entry.data.get("timezone") for entry in log if entry.kind == "begin"), None) or profile.timezone
    home = zone(name)

    def instant(entry: Input) -> datetime:
        at = entry.at if isinstance(entry.at, datetime) else first_instant(entry.at, home)
        return at if at.tzinfo else at.replace(tzinfo=UTC)

    journey = Reference(profile)
    for entry in sorted(log, key=instant):
        try:
            journey.send(entry)
        except Refused:
            continue
    if until is not None:
        journey.advance(until)
    return journey
