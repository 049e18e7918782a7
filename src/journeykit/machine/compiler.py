"""From a profile to the tables that stepping reads: profile -> chart -> routes -> guards -> machine."""

from __future__ import annotations

from itertools import chain
from os import PathLike

from journeykit.errors import Finding, ProfileError
from journeykit.language import catalog
from journeykit.language import lint as words
from journeykit.language.profile import Profile, Reaction
from journeykit.machine import lint as structure
from journeykit.machine.board import Board
from journeykit.machine.chart import chart_of
from journeykit.machine.context import Context
from journeykit.machine.coordinator import Coordinator
from journeykit.machine.countdown import CountdownTable
from journeykit.machine.fingerprint import fingerprint
from journeykit.machine.guards import criteria_test, value
from journeykit.machine.judging import judged_derived, judged_of, waivable_of
from journeykit.machine.listening import Listening, index, special_names
from journeykit.machine.machine import Machine, fact_checks
from journeykit.machine.moving import compile_moves
from journeykit.machine.places import moves_of
from journeykit.machine.tables import BandTable, KindTable, ReactionTable
from journeykit.machine.topics import Read, criteria_reads, reads, time_reads
from journeykit.machine.turning import criteria_turns

__all__ = ["compile_profile", "load"]


def load(name_or_path: str | PathLike[str]) -> Machine:
    """Read, lint and compile a profile: a shipped segment by name, or a YAML file by path.

    The machine's ``findings`` are the warnings of all three.

    Raises:
        ProfileError: with all faults, each with its place in the text.
    """
    reading = catalog.examine(name_or_path)
    return _compile(reading.profile, reading.findings)


def compile_profile(profile: Profile) -> Machine:
    """The machine of a profile.

    Raises:
        ProfileError: with every error that the lint of the words and of the structure found; warnings stay on the
            machine.
    """
    return _compile(profile, ())


def _compile(profile: Profile, remarks: tuple[Finding, ...]) -> Machine:
    chart = chart_of(profile)
    findings: list[Finding] = [*remarks, *words.lint(profile), *structure.lint(profile, chart)]
    errors = [finding for finding in findings if finding.severity == "error"]
    if errors:
        raise ProfileError(errors)
    return _Compiler(profile, Coordinator(chart)).machine(tuple(findings))


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
            track.name: frozenset(chain.from_iterable(move.asks_again for move in moves_of(track)))
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
        kinds = {name: self._kind(name) for name in profile.kinds}
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
            bands=self._bands(),
            special=special_names(profile, self.asked, self.countdown),
            derived=judged_derived(profile, contexts.values()),
            waivable=waivable_of(profile),
            moves={move.id: move for track in profile.tracks.values() for move in moves_of(track)},
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
                timer.needs = criteria_test((timer.milestone.needs,), context)
        for name in self.countdown.reads:
            holder = self.profile.facts[name].kind
            dated = [Read(name, holder, holder != self.countdown.kind)]
            self.listening.note(dated, self.countdown.kind, dated)
        term = [Read("#term", self.countdown.kind, False)]
        self.listening.note(term, self.countdown.kind, term)

    def _kind(self, name: str) -> KindTable:
        context = Context(self.profile, self.board, name)
        reactions = tuple(
            self._reaction(reaction, context) for reaction in self.profile.reactions.values() if reaction.kind == name
        )
        level = [table for table in reactions if table.reaction.upon is None]
        return KindTable(
            name,
            tuple(region for region in self.board.regions.values() if region.kind == name and not region.parent),
            reactions,
            self.listening.by_topic(reactions, name) | {"*": tuple(level)},
            tuple(dict(chain.from_iterable(table.turns.items() for table in reactions)).values()),
        )

    def _reaction(self, reaction: Reaction, context: Context) -> ReactionTable:
        when, kind = reaction.when, context.kind
        turns = criteria_turns(when, context)
        timed = time_reads(when, kind, self.profile)
        topics = self.listening.note(criteria_reads(when, kind, self.profile), kind, timed, turning=bool(turns))
        return ReactionTable(reaction, criteria_test(when, context), topics, turns, judged_of(when, context))

    def _bands(self) -> dict[str, tuple[BandTable, ...]]:
        pairs = []
        for rule in self.profile.bands.values():
            table = BandTable(rule, value(rule.of, Context(self.profile, self.board, rule.kind)))
            pairs += [(topic, table) for topic in sorted({r.topic for r in reads(rule.of, rule.kind, self.profile)})]
        return index(pairs)
