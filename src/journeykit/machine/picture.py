"""A drawing of a profile for a terminal: tracks, stages and steps, gates, regressions, and the countdown as a line."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence

from journeykit.dates import Period
from journeykit.language.expressions import Confirmed, Expr, Not
from journeykit.language.profile import Countdown, Criterion, Handoff, Move, Profile, Stage, Track, Value
from journeykit.machine.logic import expressions_of, parts

__all__ = ["draw"]

NARROWEST = 40
ARROWS = {"regress": "<==", "churn": "xx>", "move": "-->"}
"""How moves are drawn; all that lead forward share one more arrow."""


def draw(profile: Profile, width: int = 100) -> str:
    """The whole profile, at most ``width`` columns wide, in plain characters."""
    width = max(width, NARROWEST)
    lines = _wrapped(f"{profile.name} {profile.version}" + (f": {profile.title}" if profile.title else ""), "", width)
    for track in profile.tracks.values():
        lines += ["", *_track(profile, track, width)]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _track(profile: Profile, track: Track, width: int) -> Iterator[str]:
    notes = [f"for every {track.per}" if track.per != "account" else "for the account"]
    notes += ["never ends"] if track.never_ends else []
    head = f"{track.name.upper()} ({', '.join(notes)})"
    yield from _wrapped(head + (f" {track.goal}" if track.goal else ""), "", width)
    yield "-" * min(len(head), width)
    if track.countdown is not None:
        yield from _countdown(track.countdown, width)
        yield ""
    last = track.stages[-1]
    for stage in track.stages:
        yield from _stage(profile, stage, width)
        if stage is not last:
            yield "  |"
    if track.moves:
        yield ""
        yield "  From several stages:"
        for move in track.moves:
            yield from _move(profile, move, "    ", width, f"from {_from(track, move)}")


def _from(track: Track, move: Move) -> str:
    """The sources of a track's move, in as few words as say it."""
    missing = [stage.name for stage in track.stages if stage.path not in move.sources]
    if len(move.sources) > 2 and len(move.sources) + len(missing) == len(track.stages):
        return "anywhere" if not missing else f"anywhere but {', '.join(missing)}"
    return ", ".join(move.sources)


def _stage(profile: Profile, stage: Stage, width: int) -> Iterator[str]:
    title = stage.label or ""
    goal = f": {stage.goal}" if stage.goal else ""
    end = f" (end: {stage.end})" if stage.end is not None else ""
    yield from _wrapped(f"[{stage.name}]{' ' + title if title else ''}{goal}{end}", "  ", width)
    edge = "  |   "
    if stage.typical is not None or stage.stuck_after is not None:
        times = [f"typically {_range(stage)}"] if stage.typical is not None else []
        times += [f"stuck after {stage.stuck_after}"] if stage.stuck_after is not None else []
        yield from _wrapped(", ".join(times), edge, width)
    yield from _parts(profile, stage, edge, width)
    if stage.success:
        yield from _listed("success:", _criteria(stage.success), edge, width)
    for move in _shown(stage):
        yield from _move(profile, move, edge, width)


def _range(stage: Stage) -> str:
    typical = stage.typical
    if typical is None:
        return ""
    plus = " or more" if typical.open_ended else ""
    return f"{typical.high}{plus}" if typical.low == typical.high else f"{typical.low} to {typical.high}{plus}"


def _parts(profile: Profile, stage: Stage, edge: str, width: int) -> Iterator[str]:
    """The steps of a stage in their order, or the branches of a step side by side, one below the other."""
    inner = stage.steps or stage.branches
    if stage.branches:
        yield from _wrapped("side by side:", edge, width)
    for at, part in enumerate(inner):
        number = f"{at + 1}." if stage.steps else "="
        label = f" {part.label}" if part.label else ""
        end = f" (end: {part.end})" if part.end is not None else ""
        yield from _wrapped(f"{number} {part.name}{label}{end}", edge, width, hang=3)
        below = edge + "   "
        yield from _parts(profile, part, below, width)
        if part.success:
            yield from _listed("over when:", _criteria(part.success), below, width)
        for move in _shown(part):
            yield from _move(profile, move, below, width)


def _shown(stage: Stage) -> Iterator[Move]:
    return (move for move in stage.moves if move.declared != "next")


def _move(profile: Profile, move: Move, edge: str, width: int, note: str = "") -> Iterator[str]:
    arrow = ARROWS.get(move.kind, "==>")
    name = "" if move.declared == "exit" else f" {move.name}"
    kind = f" ({move.kind})" if move.kind not in {"move", "advance", "regress"} else ""
    said = f" {note}" if note else ""
    yield from _wrapped(f"{arrow} {move.to}{name and ' by' + name}{kind}{said}", edge, width, hang=4)
    below = edge + "    "
    if move.upon is not None:
        yield from _wrapped(f"upon     {'account.' if move.upon_account else ''}{move.upon}", below, width, hang=9)
    if move.when:
        yield from _listed("when", _criteria(move.when), below, width, pad=9)
    words = [f"{word}, by {' or '.join(profile.confirmations[word].by)}" for word in _words(profile, move.when)]
    if words:
        yield from _listed("word", words, below, width, pad=9)
    if move.handoff is not None:
        yield from _wrapped(f"handoff  {_handoff(move.handoff)}", below, width, hang=9)
    if move.asks_again:
        yield from _wrapped(f"asks again {', '.join(move.asks_again)}", below, width, hang=11)
    for text in _effects(move):
        yield from _wrapped(text, below, width, hang=9)


def _handoff(handoff: Handoff) -> str:
    return f"{handoff.giver} -> {handoff.receiver}" + (" (the product accepts by itself)" if handoff.automatic else "")


def _effects(move: Move) -> Iterator[str]:
    if move.opens:
        yield f"opens    {', '.join(opening.kind for opening in move.opens)}"
    if move.closes:
        yield "closes   the subject"
    if move.begins_term:
        yield "begins   the next term"
    if move.do:
        yield f"does     {', '.join(move.do)}"


def _criteria(criteria: Iterable[Criterion]) -> list[str]:
    return [_criterion(criterion) for criterion in criteria]


def _criterion(criterion: Criterion) -> str:
    waived = f" (may be waived by {criterion.waivable_by})" if criterion.waivable_by else ""
    if criterion.group == "all" and criterion.name == "success":
        return f"all of its success{waived}"
    if criterion.group == "is":
        return f"{criterion.name}: {' '.join(criterion.text.split())}{waived}"
    how = {"all": "all of", "any": "any of", "at_least": f"at least {criterion.needed} of"}[criterion.group]
    return f"{criterion.name}: {how} ({'; '.join(map(_criterion, criterion.members))}){waived}"


def _words(profile: Profile, criteria: Iterable[Criterion]) -> list[str]:
    """The words that criteria ask for, each once, in order of mention."""
    found: dict[str, None] = {}

    def look(expr: Expr) -> None:
        if isinstance(expr, Confirmed) and expr.word in profile.confirmations:
            found[expr.word] = None
        for part in parts(expr) if not isinstance(expr, Not) else ():
            look(part)

    for criterion in criteria:
        for expr in expressions_of(criterion):
            look(expr)
    return list(found)


def _countdown(countdown: Countdown, width: int) -> Iterator[str]:
    """The dates of a term from the earliest to the end of grace, as a line with a mark for each."""
    dates = [(milestone.name, milestone.before) for milestone in countdown.milestones]
    if countdown.notice is not None:
        dates.append(("notice", countdown.notice))
    dates.sort(key=lambda one: -_days(one[1]))
    marks = [(name, f"{_value(before)} before") for name, before in dates]
    marks.append(("END", countdown.to))
    if countdown.grace is not None:
        marks.append(("grace over", f"{_value(countdown.grace)} after"))
    yield from _rows(marks, width)
    if countdown.automatically is not None:
        length = f" for {_value(countdown.term)}" if countdown.term is not None else ""
        notice = f" unless {countdown.given_by} was given in time" if countdown.given_by else ""
        yield from _wrapped(f"renews by itself if {_value(countdown.automatically)}{length}{notice}", "  ", width)
    for milestone in countdown.milestones:
        owed = [f"work in {' or '.join(milestone.work)}"] if milestone.work else []
        owed += [_criterion(milestone.needs)] if milestone.needs is not None else []
        if owed:
            yield from _wrapped(f"{milestone.name} is missed without {'; '.join(owed)}", "  ", width)


def _rows(marks: Sequence[tuple[str, str]], width: int) -> Iterator[str]:
    rows: list[list[tuple[str, str, int]]] = [[]]
    room = 0
    for above, below in marks:
        size = max(len(above), len(below)) + 2
        if rows[-1] and room + size > width - 2:
            rows.append([])
            room = 0
        rows[-1].append((above, below, size))
        room += size
    for row in rows:
        last = row is rows[-1]
        yield "  " + "".join(above.ljust(size) for above, _, size in row)
        line = "".join(("|" if above == "END" else "o").ljust(size, "-") for above, _, size in row)
        yield "  " + (line.rstrip("-") if last else line)
        yield "  " + "".join(below.ljust(size) for _, below, size in row)


def _days(value: Value) -> int:
    return value.default.span()[0] if isinstance(value.default, Period) else 0


def _value(value: Value) -> str:
    default = {True: "yes", False: "no"}[value.default] if isinstance(value.default, bool) else str(value.default)
    return default if value.fact is None else f"{value.fact} (else {default})"


def _listed(head: str, texts: Sequence[str], edge: str, width: int, pad: int = 11) -> Iterator[str]:
    """A word in front, then one text a line."""
    for at, text in enumerate(texts):
        yield from _wrapped((head if not at else "").ljust(pad) + text, edge, width, hang=pad)


def _wrapped(text: str, edge: str, width: int, hang: int = 2) -> list[str]:
    return textwrap.wrap(
        text,
        width,
        initial_indent=edge,
        subsequent_indent=edge + " " * hang,
        drop_whitespace=True,
        break_on_hyphens=False,
    ) or [edge]
