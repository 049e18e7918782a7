"""The compiler: profile -> chart -> routes -> guards -> machine.

Whatever is compiled notes in ``Listening`` what it reads, so the topics of a machine are known once all the rest is.
"""

from __future__ import annotations

from itertools import chain
from os import PathLike

from journeykit.errors import Finding, ProfileError
from journeykit.language import catalog
from journeykit.language.catalog import ProfileReading
from journeykit.language.model.paths import inside
from journeykit.language.model.profile import Cadence, Criterion, Profile, Reaction
from journeykit.lint.remarks import remarks
from journeykit.machine.bands import BandTable
from journeykit.machine.closures import Instant
from journeykit.machine.cooldowns import cooldown
from journeykit.machine.countdown import CountdownTable, Timer
from journeykit.machine.criteria.answers import Questions
from journeykit.machine.criteria.context import Context
from journeykit.machine.criteria.guards import criteria_test, value
from journeykit.machine.criteria.judgements import judge_of
from journeykit.machine.criteria.turning_points import criteria_turns, turns
from journeykit.machine.criteria.verdicts import judged_derived
from journeykit.machine.criteria.waivers import waivable_of
from journeykit.machine.fact_checks import fact_checks
from journeykit.machine.fingerprint import fingerprint
from journeykit.machine.held_marks import holds_of
from journeykit.machine.leaves import Board
from journeykit.machine.listeners import Listening, index, special_names
from journeykit.machine.machine import Machine
from journeykit.machine.moves import compile_moves
from journeykit.machine.tables import CadenceTable, KindTable, Leaf, ReactionTable, RegionTable
from journeykit.machine.topic_names import EVERYTHING, TERM
from journeykit.machine.topics import Read, criteria_reads, reads, time_reads, timed_reads
from journeykit.statechart.chart import chart_of
from journeykit.statechart.regions import Coordinator

__all__ = ["compile_profile", "load"]


def load(name_or_path: str | PathLike[str]) -> Machine:
    """Read, lint and compile a profile: a shipped segment by name, or a YAML file by path.

    The machine's ``findings`` are the warnings of all three.

    Raises:
        ProfileError: the profile has faults; all are listed, each with its place in the text.
    """
    return compile_profile(catalog.examine(name_or_path))


def compile_profile(profile: Profile | ProfileReading) -> Machine:
    """Compile a profile to a machine.

    Args:
        profile: the profile, or its reading; only a reading knows the comments that say which findings to leave out.

    Raises:
        ProfileError: the lint of the words or of the structure found errors; all are listed. Warnings stay on the
            machine as ``findings``.
    """
    reading = profile if isinstance(profile, ProfileReading) else ProfileReading(profile)
    profile = reading.profile
    chart = chart_of(profile)
    findings = remarks(reading, chart=chart)
    errors = [finding for finding in findings if finding.severity == "error"]
    if errors:
        raise ProfileError(errors)
    return _Compiler(profile, Coordinator(chart)).machine(findings)


class _Compiler:
    def __init__(self, profile: Profile, coordinator: Coordinator) -> None:
        self.profile = profile
        self.coordinator = coordinator
        counting = [track for track in profile.tracks.values() if track.countdown is not None]
        term = profile.term_kind
        self.countdown = CountdownTable(profile, term, counting[0] if counting else None) if term else None
        self.board = Board(profile, coordinator, self.countdown)
        self.listening = Listening()
        self.asked: dict[str, frozenset[str]] = {
            track.name: frozenset(chain.from_iterable(move.asks_again for move in track.all_moves()))
            for track in profile.tracks.values()
        }

    def machine(self, findings: tuple[Finding, ...]) -> Machine:
        profile = self.profile
        self._compile_countdown()
        contexts = {
            track.name: Context(profile, self.board, track.per, track.name, self.asked[track.name])
            for track in profile.tracks.values()
        }
        for track in profile.tracks.values():
            compile_moves(track, contexts[track.name], self.board, self.coordinator, self.listening)
        kinds = {name: self._kind(name, contexts) for name in profile.kinds}
        return Machine(
            profile=profile,
            coordinator=self.coordinator,
            fingerprint=fingerprint(profile),
            findings=findings,
            regions=self.board.regions,
            kinds=kinds,
            topics=self.listening.topics(),
            countdown=self.countdown,
            checks=fact_checks(profile),
            special=special_names(profile, self.asked, self.countdown),
            derived=judged_derived(profile, contexts.values()),
            waivable=waivable_of(profile),
            moves={move.id: move for track in profile.tracks.values() for move in track.all_moves()},
            contexts=contexts,
            stages=self.board.stages,
        )

    def _compile_countdown(self) -> None:
        if self.countdown is None:
            return
        track = self.countdown.track
        context = Context(self.profile, self.board, self.countdown.kind, track, self.asked.get(track, frozenset()))
        for timer in self.countdown.timers:
            if timer.milestone is not None and timer.milestone.needs is not None:
                # A step judges it when the milestone fires and at no other time, so nothing listens to what it reads.
                timer.needs = criteria_test((timer.milestone.needs,), context)
                timer.judge = judge_of((timer.milestone.needs,), (), context)
                timer.asks = Questions((timer.milestone.needs,), context)
            if timer.milestone is not None and timer.milestone.when is not None:
                self._compile_when(timer, (timer.milestone.when,), context)
        # The facts that dates are counted by move the next due instant, whether or not a criterion reads them.
        for name in self.countdown.reads:
            holder = self.profile.facts[name].kind
            dated = [Read(name, holder, holder != self.countdown.kind)]
            self.listening.note(dated, self.countdown.kind, dated)
        term = [Read(TERM, self.countdown.kind, False)]
        self.listening.note(term, self.countdown.kind, term)

    def _compile_when(self, timer: Timer, when: tuple[Criterion], context: Context) -> None:
        """Compile what a milestone asks in order to apply: whatever it reads may make an overdue one fire."""
        assert self.countdown is not None
        timer.when = criteria_test(when, context)
        timer.asks_when = Questions(when, context)
        self.countdown.turns |= {("milestone", about): turn for about, turn in criteria_turns(when, context).items()}
        read = list(criteria_reads(when, context.kind, self.profile))
        self.listening.note(read, context.kind, [*read, *time_reads(when, context.kind, self.profile)])

    def _kind(self, name: str, contexts: dict[str, Context]) -> KindTable:
        context = Context(self.profile, self.board, name)
        tracks = tuple(region for region in self.board.regions.values() if region.kind == name and not region.parent)
        holds, hold_turns = holds_of(context, [contexts[region.track] for region in tracks], self.listening)
        reactions = tuple(
            self._reaction(reaction, context) for reaction in self.profile.reactions.values() if reaction.kind == name
        )
        level = [table for table in reactions if table.reaction.upon is None]
        measuring, band_turns = self._bands(context)
        of_term = self.countdown.turns if self.countdown is not None and self.countdown.kind == name else {}
        # Keyed by what they are about, so that an instant which several ask for is computed once.
        when = dict(chain.from_iterable(table.turns.items() for table in reactions)) | hold_turns | band_turns | of_term
        noting = index((topic, hold) for hold in holds for topic in (*sorted(hold.topics), EVERYTHING))
        return KindTable(
            name,
            tracks,
            reactions,
            self.listening.by_topic(reactions, name) | {EVERYTHING: tuple(level)},
            tuple(when.values()),
            holds,
            noting,
            measuring,
            tuple(
                CadenceTable(f"{region.track}.{cadence.name}", region, number, cadence, _rests(region, cadence))
                for region in tracks
                for number, cadence in enumerate(self.profile.tracks[region.track].cadences)
            ),
        )

    def _reaction(self, reaction: Reaction, context: Context) -> ReactionTable:
        when, kind = reaction.when, context.kind
        turning = criteria_turns(when, context)
        timed = time_reads(when, kind, self.profile)
        topics = self.listening.note(criteria_reads(when, kind, self.profile), kind, timed, turning=bool(turning))
        judge = judge_of(when, (), context)
        cooled = None if reaction.cooldown is None else cooldown(reaction.name, reaction.cooldown)[0]
        asks = Questions(when, context)
        return ReactionTable(reaction, criteria_test(when, context), topics, turning, judge, asks, cooled)

    def _bands(self, context: Context) -> tuple[dict[str, tuple[BandTable, ...]], dict[object, Instant]]:
        """Return the bands of a kind by the topics they measure, and the instants at which these turn by time alone."""
        pairs: list[tuple[str, BandTable]] = []
        turns_of_all: dict[object, Instant] = {}
        for rule in self.profile.bands.values():
            if rule.kind == context.kind:
                turning = turns(rule.of, context)
                read, timed = (found(rule.of, rule.kind, self.profile) for found in (reads, timed_reads))
                topics = self.listening.note(read, rule.kind, timed, turning=bool(turning))
                table = BandTable(rule, value(rule.of, context))
                pairs += [(topic, table) for topic in (*sorted(topics), EVERYTHING)]
                turns_of_all |= {("measuring", rule.name, about): turn for about, turn in turning.items()}
        return index(pairs), turns_of_all


def _rests(region: RegionTable, cadence: Cadence) -> frozenset[Leaf]:
    """Return the leaves at which nothing of a cadence falls due: every end, and all in the stages that it names."""
    places = cadence.rests_at
    return frozenset(
        leaf for leaf in region.leaves.values() if leaf.ends or any(inside(leaf.path, place) for place in places)
    )
