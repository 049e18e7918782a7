"""Profiles side by side: what differs between segments, stage by stage, and what is the same in all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from journeykit.draw.term_line import at_the_end, before_the_end
from journeykit.draw.terminal import span
from journeykit.draw.text_tables import table
from journeykit.language.model.profile import Countdown, Handoff, Milestone, Note, Profile, Stage, Track, Value
from journeykit.naming.captions import Captions, days, every, length, money
from journeykit.naming.labels import Labels, labels

__all__ = ["Row", "as_markdown", "as_text", "rows"]

NOTHING = "-"
SILENT = f"{NOTHING}: the profile says nothing"
NOTES = {"way_of_working": "way of working", "usual_deal": "usual deal", "usual_time": "usual time"}
"""Names of notes by which segments differ, with what they are called here."""


class Row(NamedTuple):
    """One line of the comparison.

    Attributes:
        track: display name of the track.
        stage: display name of one of its stages, or empty for the track as a whole.
        what: what is compared, such as ``stuck after``.
        cells: what each profile says, in the order of the profiles; ``-`` where it says nothing.
    """

    track: str
    stage: str
    what: str
    cells: tuple[str, ...]

    @property
    def is_same(self) -> bool:
        """True where several profiles say the same."""
        return len(self.cells) > 1 and len(set(self.cells)) == 1


def rows(profiles: Sequence[Profile], language: str = "en") -> list[Row]:
    """Return everything that is compared, in the order of the first profile, then of the others."""
    sides = [_Side(profile, labels(profile, language)) for profile in profiles]
    found: list[Row] = []
    for track in dict.fromkeys(name for profile in profiles for name in profile.tracks):
        places = (stage.path for side in sides for stage in side.stages(track))
        for path in ("", *dict.fromkeys(places)):
            for what, ask in (_OF_STAGES if path else _OF_TRACKS).items():
                cells = tuple(ask(side, track, path) for side in sides)
                if any(cells):
                    names = (next(filter(None, (side.name(track, at) for side in sides))) for at in ("", path))
                    head, stage = names
                    found.append(Row(head, stage if path else "", what, tuple(one or NOTHING for one in cells)))
    return found


def as_text(profiles: Sequence[Profile], width: int, language: str = "en") -> str:
    """Return two tables for a terminal: what differs, and what is the same."""
    found = rows(profiles, language)
    differ, same = _parts(found)
    said = [table(("stage", "", *(one.name for one in profiles)), differ, width)] if differ else []
    if any(NOTHING in row.cells for row in found):
        said.append(SILENT)
    if same:
        said.append(f"The same in {'both' if len(profiles) == 2 else f'all {len(profiles)}'}:")
        said.append(table(("stage", "", "all"), same, width))
    return "\n\n".join(said)


def as_markdown(profiles: Sequence[Profile], language: str = "en") -> str:
    """Return the same tables in Markdown, under a heading for each track."""
    found = rows(profiles, language)
    lines: list[str] = []
    for track in dict.fromkeys(row.track for row in found):
        differ, same = (part[1:] for part in _parts([row for row in found if row.track == track]))
        lines += ["", f"## {track}", ""]
        if differ:
            lines += [*_markdown(("stage", "", *(_title(one, language) for one in profiles)), differ), ""]
        if same:
            lines += ["The same in all:", "", *_markdown(("stage", "", "all"), same), ""]
        lines.pop()
    lines += ["", SILENT] if any(NOTHING in row.cells for row in found) else []
    return "\n".join(lines[1:]) + "\n"


def _parts(found: list[Row]) -> tuple[list[tuple[str, ...]], list[tuple[str, ...]]]:
    differ = [row for row in found if not row.is_same]
    same = [row for row in found if row.is_same]
    return list(_lines(differ, lambda row: row.cells)), list(_lines(same, lambda row: row.cells[:1]))


def _lines(found: list[Row], cells: Callable[[Row], tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
    """Yield rows as lines: a track's name above its own rows, a stage's name in the first of its rows only."""
    track = stage = ""
    for row in found:
        said = cells(row)
        if row.track != track:
            track, stage = row.track, ""
            yield track.upper(), "", *("" for _ in said)
        yield row.stage if row.stage != stage else "", row.what, *said
        stage = row.stage


def _markdown(head: Sequence[str], found: list[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield "|" + "---|" * len(head)
    for row in found:
        yield f"| {' | '.join(cell.replace('|', ' ').replace(chr(10), '<br>') for cell in row)} |"


def _title(profile: Profile, language: str) -> str:
    return labels(profile, language).of("profiles", profile.name)


class _Side:
    """One of the profiles, with what is asked of it."""

    def __init__(self, profile: Profile, said: Labels) -> None:
        self.profile = profile
        self.labels = said
        self.captions = Captions(profile, said)

    def stages(self, track: str) -> tuple[Stage, ...]:
        return self.profile.tracks[track].stages if track in self.profile.tracks else ()

    def track(self, name: str) -> Track | None:
        return self.profile.tracks.get(name)

    def stage(self, track: str, path: str) -> Stage | None:
        return next((one for one in self.stages(track) if one.path == path), None)

    def name(self, track: str, path: str) -> str:
        if track not in self.profile.tracks or (path and self.stage(track, path) is None):
            return ""
        return self.labels.of("stages", f"{track}.{path}") if path else self.labels.of("tracks", track)


Ask = Callable[[_Side, str, str], str]
"""A function from (side, track, path of a stage or empty) to the text of a cell; empty where nothing is said."""

# -- of a stage


def _typical(side: _Side, track: str, path: str) -> str:
    stage = side.stage(track, path)
    return span(stage.typical) if stage is not None and stage.typical is not None else ""


def _stuck(side: _Side, track: str, path: str) -> str:
    stage = side.stage(track, path)
    return length(stage.stuck_after) if stage is not None and stage.stuck_after is not None else ""


def _success(side: _Side, track: str, path: str) -> str:
    """Return what good looks like in a stage."""
    stage = side.stage(track, path)
    return "\n".join(side.captions.criterion(one) for one in stage.success) if stage is not None else ""


def _gate(side: _Side, track: str, path: str) -> str:
    """Return what the exit of a stage asks for."""
    stage = side.stage(track, path)
    if stage is None:
        return ""
    asked = [one for move in stage.moves if move.declared == "exit" for one in move.when]
    return "\n".join(side.captions.criterion(one) for one in asked)


def _handoffs(side: _Side, track: str, path: str) -> str:
    """Return the handoffs on leaving the stage or a step of it."""
    stage = side.stage(track, path)
    moves = [move for part in stage.walk() for move in part.moves] if stage is not None else []
    return "\n".join(dict.fromkeys(_handoff(side, move.handoff) for move in moves if move.handoff is not None))


def _handoff(side: _Side, handoff: Handoff) -> str:
    receiver = side.captions.of("roles", handoff.receiver)
    if handoff.automatic:
        return f"automatic: {receiver}"
    return f"{side.captions.of('roles', handoff.giver)} -> {receiver}"


def _steps(side: _Side, track: str, path: str) -> str:
    stage = side.stage(track, path)
    return "\n".join(side.captions.title(track, one) for one in stage.steps) if stage is not None else ""


def _note(name: str) -> Ask:
    def ask(side: _Side, track: str, path: str) -> str:
        holder: Stage | Track | None = side.stage(track, path) if path else side.track(track)
        if holder is None:
            return ""
        places = list(holder.walk()) if isinstance(holder, Stage) else [holder]
        notes: list[Note] = [one for place in places for one in (*place.activities, *place.watch, *place.stalls)]
        return "\n".join(money(one.text) for one in notes if one.name == name)

    return ask


# -- of a track


def _cadences(side: _Side, track: str, _: str) -> str:
    found = side.track(track)
    cadences = found.cadences if found is not None else ()
    return "\n".join(f"{side.captions.of('cadences', one.name)} {every(one.every)}" for one in cadences)


def _of_countdown(ask: Callable[[_Side, Countdown], str]) -> Ask:
    def asked(side: _Side, track: str, _: str) -> str:
        found = side.track(track)
        return ask(side, found.countdown) if found is not None and found.countdown is not None else ""

    return asked


def _window(side: _Side, countdown: Countdown) -> str:
    """Return how long before the end the first date falls due."""
    counted = (one for one in countdown.milestones if one.of is None)
    first = max(counted, key=lambda one: days(one.before), default=None)
    return before_the_end(first, side.captions) if first is not None else ""


def _milestones(side: _Side, countdown: Countdown) -> str:
    captions = side.captions
    return "\n".join(
        f"{_milestone(side, one)}: {', '.join((captions.milestone(one), *captions.limits(one)))}"
        for one in countdown.milestones
    )


def _milestone(side: _Side, milestone: Milestone) -> str:
    """Return when a milestone falls due: before the end, where no other date is named."""
    if milestone.of is not None:
        return side.captions.figure(milestone.before, f" before {side.captions.known(milestone.of)}")
    return before_the_end(milestone, side.captions).removesuffix(" before")


def _renews(side: _Side, countdown: Countdown) -> str:
    return at_the_end(countdown, side.captions)


def _figure(key: str) -> Callable[[_Side, Countdown], str]:
    def ask(side: _Side, countdown: Countdown) -> str:
        value: Value | None = getattr(countdown, key)
        return side.captions.figure(value) if value is not None else ""

    return ask


def _moves_on(side: _Side, track: str, _: str) -> str:
    """Return the places to which a track with a countdown moves a subject on, and what each move asks for."""
    found = side.track(track)
    if found is None or found.countdown is None:
        return ""
    lines = []
    for move in found.moves:
        if move.kind in ("advance", "renew"):
            asked = [side.captions.criterion(one) for one in move.when]
            asked += [side.captions.upon(move)] if move.upon is not None else []
            to = "next term" if move.begins_term else side.captions.place(track, move.to)
            lines.append(f"{to}: {'; '.join(asked)}")
    return "\n".join(lines)


_OF_STAGES: dict[str, Ask] = {
    "typical": _typical,
    "stuck after": _stuck,
    "steps": _steps,
    "success": _success,
    "leaves when": _gate,
    "handoff": _handoffs,
    **{text: _note(name) for name, text in NOTES.items()},
}
_OF_TRACKS: dict[str, Ask] = {
    "window opens": _of_countdown(_window),
    "dates": _of_countdown(_milestones),
    "late if begun within": _of_countdown(_figure("started_late")),
    "moves on when": _moves_on,
    "notice": _of_countdown(_figure("notice")),
    "renews": _of_countdown(_renews),
    "term": _of_countdown(_figure("term")),
    "grace": _of_countdown(_figure("grace")),
    "cadences": _cadences,
    **{text: _note(name) for name, text in NOTES.items()},
}
