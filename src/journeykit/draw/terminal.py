"""A drawing of a profile for a terminal, to be read from top to bottom.

It shows tracks with their countdowns and cadences; in each stage what good looks like, what to do and to watch, why
accounts stay, the steps, the moves back and the way on; at the end what the profile judges and does by itself.
"""

from __future__ import annotations

from collections.abc import Iterator

from journeykit.dates import Period, Range
from journeykit.draw.rule_lines import rule_lines
from journeykit.draw.term_line import countdown_lines
from journeykit.draw.text_lines import listed, wrapped
from journeykit.language.model.profile import Criterion, Move, Note, Profile, Stage, Track
from journeykit.naming.captions import Captions, length
from journeykit.naming.labels import Labels

__all__ = ["draw", "span"]

NARROWEST = 40
ARROWS = {"regress": "<==", "churn": "xx>", "move": "-->"}
"""Arrows by kind of move; all kinds that lead forward share ``==>``."""

EDGE = "  |   "


def draw(profile: Profile, width: int = 100, labels: Labels | None = None, *, sources: bool = False) -> str:
    """Return the drawing of a whole profile.

    Args:
        profile: the profile.
        width: the most columns it may take; fewer than 40 count as 40.
        labels: display names in a language; without them things go by their names, stages with the profile's labels
            beside.
        sources: True to add the places where its values come from.
    """
    width = max(width, NARROWEST)
    drawing = _Drawing(Captions(profile, labels, sources), width)
    title = (labels.find("profiles", profile.name) if labels is not None else None) or profile.title
    lines = wrapped(f"{profile.name} {profile.version}" + (f": {title}" if title else ""), "", width)
    if profile.about:
        lines += wrapped(profile.about, "", width, hang=0)
    for track in profile.tracks.values():
        lines += ["", *drawing.track(track)]
    lines += rule_lines(drawing.captions, width)
    return "\n".join(line.rstrip() for line in lines) + "\n"


def span(typical: Range) -> str:
    """Return a range of times as people say it: ``3 to 6 months``."""
    low, high = _length(typical, typical.low), _length(typical, typical.high)
    plus = " or more" if typical.open_ended else ""
    if low == high:
        return f"{high}{plus}"
    number, _, unit = low.partition(" ")
    short = number if unit.rstrip("s") == high.partition(" ")[2].rstrip("s") else low
    return f"{short} to {high}{plus}"


def _length(typical: Range, end: Period) -> str:
    """Return one end of a range; in weeks where both ends are whole weeks."""
    weeks = all(one.months == 0 and one.days % 7 == 0 for one in (typical.low, typical.high))
    if not weeks or typical.low == typical.high:
        return str(end)
    return f"{end.days // 7} week{'s' if end.days != 7 else ''}"


class _Drawing:
    """The lines of one drawing, part by part."""

    def __init__(self, captions: Captions, width: int) -> None:
        self.captions = captions
        self.width = width

    def wrapped(self, text: str, edge: str, hang: int = 2) -> list[str]:
        return wrapped(text, edge, self.width, hang)

    def listed(self, head: str, texts: list[str], edge: str, pad: int = 12) -> Iterator[str]:
        return listed(head, texts, edge, self.width, pad)

    def track(self, track: Track) -> Iterator[str]:
        captions = self.captions
        per = captions.of("subjects", track.per).lower()
        notes = [f"for every {per}" if track.per != "account" else f"for the {per}"]
        notes += ["never ends"] if track.never_ends else []
        head = f"{captions.track(track)} ({', '.join(notes)})"
        goal = f" {track.goal}{captions.value(track, 'goal')}" if track.goal else ""
        yield from self.wrapped(head + goal, "")
        yield "-" * min(len(head), self.width)
        if track.countdown is not None:
            yield from countdown_lines(track, track.countdown, captions, self.width)
            yield ""
        known = list(self.notes(track, "  "))
        yield from [*known, ""] if known else []
        for cadence in track.cadences:
            yield from self.wrapped(captions.cadence(track.name, cadence), "  ")
            yield from [""] if cadence is track.cadences[-1] else []
        last = track.stages[-1]
        for stage in track.stages:
            yield from self.stage(track, stage)
            if stage is not last:
                yield "  |"
        if track.moves:
            yield ""
            yield "  From several stages:"
            for move in track.moves:
                yield from self.move(move, "    ", f"from {self.origins(track, move)}")

    def origins(self, track: Track, move: Move) -> str:
        """Return the sources of a track's move in few words, such as ``anywhere but lost``."""
        missing = [stage.path for stage in track.stages if stage.path not in move.sources]
        whole = len(move.sources) + len(missing) == len(track.stages)
        if whole and len(move.sources) > max(2, len(missing)):
            but = ", ".join(self.captions.place(track.name, path) for path in missing)
            return "anywhere" if not missing else f"anywhere but {but}"
        return ", ".join(self.captions.place(track.name, path) for path in move.sources)

    def stage(self, track: Track, stage: Stage) -> Iterator[str]:
        captions = self.captions
        title = f" {stage.label}" if stage.label and captions.labels is None else ""
        goal = f": {stage.goal}{captions.value(stage, 'goal')}" if stage.goal else ""
        yield from self.wrapped(f"[{captions.title(track.name, stage)}]{title}{goal}{_end(stage)}", "  ")
        yield from self.inside(track, stage, EDGE, "success:")

    def inside(self, track: Track, stage: Stage, edge: str, success: str) -> Iterator[str]:
        """Yield everything about a stage or step below its heading."""
        times = list(self.times(stage))
        if times:
            yield from self.wrapped(", ".join(times), edge)
        if stage.success:
            yield from self.listed(success, self.criteria(stage.success), edge)
        yield from self.notes(stage, edge)
        yield from self.parts(track, stage, edge)
        for move in stage.moves:
            if move.declared != "next":
                yield from self.move(move, edge)

    def times(self, stage: Stage) -> Iterator[str]:
        if stage.typical is not None:
            yield f"typically {span(stage.typical)}{self.captions.value(stage, 'typical')}"
        if stage.stuck_after is not None:
            cited = self.captions.value(stage, "stuck_after") or (self.computed(stage) if self.captions.sources else "")
            yield f"stuck after {length(stage.stuck_after)}{cited}"

    def computed(self, stage: Stage) -> str:
        """Return how a ``stuck_after`` without a source is computed, where it comes from ``typical``."""
        typical = stage.typical
        if typical is None or stage.stuck_after != typical.stuck_after():
            return ""
        return f" [ours: {'' if typical.open_ended else '1.5 times '}the upper end]"

    def notes(self, holder: Stage | Track, edge: str) -> Iterator[str]:
        """Yield what to do, what to watch and why accounts stay."""
        sorts: dict[str, tuple[Note, ...]] = {
            "activities:": holder.activities,
            "watch:": holder.watch,
            "stalls:": holder.stalls,
        }
        for head, notes in sorts.items():
            yield from self.listed(head, [self.captions.note(one) for one in notes], edge)

    def parts(self, track: Track, stage: Stage, edge: str) -> Iterator[str]:
        """Yield the steps of a stage in their order, or the branches of a step, one below the other."""
        captions = self.captions
        if stage.branches:
            yield from self.wrapped("side by side:", edge)
        for at, part in enumerate(stage.steps or stage.branches):
            number = f"{at + 1}." if stage.steps else "="
            label = f" {part.label}" if part.label and captions.labels is None else ""
            goal = f": {part.goal}{captions.value(part, 'goal')}" if part.goal else ""
            yield from self.wrapped(f"{number} {captions.title(track.name, part)}{label}{goal}{_end(part)}", edge, 3)
            yield from self.inside(track, part, edge + "   ", "over when:")

    def move(self, move: Move, edge: str, note: str = "") -> Iterator[str]:
        captions = self.captions
        arrow = ARROWS.get(move.kind, "==>")
        kind = f" ({move.kind})" if move.kind not in {"move", "advance", "regress"} else ""
        said = f"{arrow} {captions.move(move)}{kind}{f' {note}' if note else ''}"
        yield from self.wrapped(said + captions.cited(move.source), edge, hang=4)
        below = edge + "    "
        for head, texts in self.gate(move):
            yield from self.listed(head, texts, below, pad=9 if len(head) < 9 else 11)

    def gate(self, move: Move) -> Iterator[tuple[str, list[str]]]:
        """Yield what a move waits for, asks and causes: a head and its texts for each."""
        captions = self.captions
        if move.upon is not None:
            yield "upon", [captions.upon(move)]
        yield "when", self.criteria(move.when)
        yield "word", captions.words(move.when)
        if move.handoff is not None:
            yield "handoff", [captions.handoff(move.handoff)]
        if move.cooldown is not None:
            yield "cooldown", [str(move.cooldown)]
        if move.asks_again:
            yield "asks again", [captions.names(move.asks_again)]
        if move.opens:
            yield "opens", [", ".join(captions.of("subjects", opening.kind) for opening in move.opens)]
        if move.closes:
            yield "closes", ["the subject"]
        if move.begins_term:
            yield "begins", ["the next term"]
        if move.do:
            yield "does", [", ".join(captions.of("actions", one) for one in move.do)]

    def criteria(self, criteria: tuple[Criterion, ...]) -> list[str]:
        return [self.captions.criterion(criterion) for criterion in criteria]


def _end(stage: Stage) -> str:
    return f" (end: {stage.end})" if stage.end is not None else ""
