"""The dates of a contract term, drawn as a line, and what can be said of them beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from journeykit.dates import Period
from journeykit.language.profile import Countdown, Milestone, Track, Value
from journeykit.machine.captions import Captions
from journeykit.machine.lines import wrapped

__all__ = ["countdown_lines"]

ENDS = {
    "by_hand": "renewed by hand or not at all",
    "automatically": "renews by itself",
    "once": "renews by itself once",
    "evergreen": "goes on without an end",
    "cancel": "is over",
}
"""What follows the end of a term."""


def countdown_lines(track: Track, countdown: Countdown, captions: Captions, width: int) -> Iterator[str]:
    """The dates of a term from the earliest to the end of grace, as a line with a mark for each."""
    dates = [(captions.milestone(one), one.before) for one in countdown.milestones if one.of is None]
    if countdown.notice is not None:
        dates.append(("notice", countdown.notice))
    dates.sort(key=lambda one: -_days(one[1]))
    marks = [(name, f"{_value(before, captions)} before") for name, before in dates]
    marks.append(("END", captions.known(countdown.to)))
    if countdown.grace is not None:
        marks.append(("grace over", f"{_value(countdown.grace, captions)} after"))
    yield from _rows(marks, width)
    for text in _terms(countdown, captions):
        yield from wrapped(text, "  ", width)
    for milestone in countdown.milestones:
        for text in _milestone(track, milestone, captions):
            yield from wrapped(text, "  ", width)


def _milestone(track: Track, milestone: Milestone, captions: Captions) -> Iterator[str]:
    """What a milestone asks for, and where its date comes from."""
    name = captions.milestone(milestone)
    owed = []
    if milestone.work:
        owed.append(f"work in {' or '.join(captions.place(track.name, path) for path in milestone.work)}")
    if milestone.needs is not None:
        owed.append(captions.criterion(milestone.needs))
    if owed:
        yield f"{name} is missed without {'; '.join(owed)}"
    before = milestone.before
    cited = captions.cited(before.source or milestone.source, before.instead_of)
    if cited:
        yield f"{name}: {_value(before, captions)} before{cited}"


def _terms(countdown: Countdown, captions: Captions) -> Iterator[str]:
    """What can be said of a term beside its line of dates."""
    for one in countdown.milestones:
        if one.of is not None:
            yield f"{captions.milestone(one)} comes {_value(one.before, captions)} before {captions.known(one.of)}"
    late = countdown.started_late
    if late is not None:
        cited = captions.cited(late.source, late.instead_of)
        yield f"begun less than {_value(late, captions)} before the end, it is late{cited}"
    length = f" for {_value(countdown.term, captions)}" if countdown.term is not None else ""
    given_by = countdown.given_by
    unless = f" unless {captions.known(given_by)} was given in time" if given_by else ""
    if countdown.automatically is not None:
        yield f"renews by itself if {_value(countdown.automatically, captions)}{length}{unless}"
    end = countdown.at_end
    if end is not None:
        word = str(end.default)
        said = ENDS[word] if end.fact is None else f"{captions.known(end.fact)} (else {word})"
        after = {"by_hand": "", "cancel": "", "evergreen": unless} if end.fact is None else {}
        yield f"at the end: {said}{after.get(word, length + unless)}"
    yield from _owners(countdown.milestones, captions)


def _owners(milestones: Sequence[Milestone], captions: Captions) -> Iterator[str]:
    """Who sees to which milestones."""
    for role in dict.fromkeys(one.role for one in milestones if one.role is not None):
        names = ", ".join(captions.milestone(one) for one in milestones if one.role == role)
        yield f"{captions.of('roles', role)} sees to {names}"


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


def _value(value: Value, captions: Captions) -> str:
    default = {True: "yes", False: "no"}[value.default] if isinstance(value.default, bool) else str(value.default)
    return default if value.fact is None else f"{captions.known(value.fact)} (else {default})"
