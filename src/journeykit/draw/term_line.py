"""The dates of a contract term, drawn as a line, and what else a drawing says about the term."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from journeykit.draw.text_lines import wrapped
from journeykit.language.model.profile import Countdown, Milestone, Track
from journeykit.naming.captions import Captions, days

__all__ = ["at_the_end", "before_the_end", "countdown_lines"]

ENDS = {
    "by_hand": "by hand",
    "automatically": "by itself",
    "once": "by itself, once",
    "evergreen": "goes on without an end",
    "cancel": "is over",
}
"""Texts for what follows the end of a term (R11)."""


def at_the_end(countdown: Countdown, captions: Captions) -> str:
    """Return what follows the end of a term, and whether the contract may say otherwise."""
    end = countdown.at_end or countdown.automatically
    if end is None:
        return ENDS["by_hand"]
    word = {True: "automatically", False: "by_hand"}.get(end.default, str(end.default))
    if end.fact is None:
        return ENDS[word]
    named = f" ({captions.known(end.fact)})" if captions.labels is None else ""
    return f"{ENDS[word]}, unless the contract says otherwise{named}"


def before_the_end(milestone: Milestone, captions: Captions) -> str:
    """Return when a milestone falls due: ``on the last day``, ``180 days before``."""
    said = captions.figure(milestone.before, " before")
    return f"on {said}" if said.startswith("the last day") else said


def countdown_lines(track: Track, countdown: Countdown, captions: Captions, width: int) -> Iterator[str]:
    """Yield the dates of a term from the earliest to the end of grace, as a line with a mark for each.

    What else there is to say follows: what happens at the end, and what each milestone asks for. Milestones counted
    back from another date than the end are not on the line.
    """
    found = [(days(one.before), captions.milestone(one), one.before) for one in countdown.milestones if one.of is None]
    if countdown.notice is not None:
        found.append((days(countdown.notice), captions.date("notice", "notice"), countdown.notice))
    found.sort(key=lambda one: -one[0])
    marks = [("o", name, captions.figure(before, " before")) for _, name, before in found]
    marks.append(("|", captions.date("end", "END"), captions.known(countdown.to)))
    if countdown.grace is not None:
        marks.append(("o", captions.date("grace_over", "grace over"), captions.figure(countdown.grace, " after")))
    yield from _rows(marks, width)
    for text in _terms(countdown, captions):
        yield from wrapped(text, "  ", width)
    for milestone in countdown.milestones:
        for text in _milestone(track, milestone, captions):
            yield from wrapped(text, "  ", width)


def _milestone(track: Track, milestone: Milestone, captions: Captions) -> Iterator[str]:
    """Yield what a milestone asks for by when, its limits, who sees to it, and its source, if there is any of these."""
    before = milestone.before
    asked = []
    if milestone.work:
        asked.append(f"be at {' or '.join(captions.place(track.name, path) for path in milestone.work)}")
    if milestone.needs is not None:
        asked.append(captions.criterion(milestone.needs))
    cited = captions.cited(before.source or milestone.source, before.instead_of)
    limits = captions.limits(milestone)
    if not (asked or cited or milestone.role or milestone.of or limits):
        return
    when = f"by {captions.figure(before, f' before {captions.known(milestone.of)}' if milestone.of else ' before')}"
    role = f" ({captions.of('roles', milestone.role)})" if milestone.role is not None else ""
    by = ", ".join((captions.milestone(milestone), when, *limits))
    yield f"{by}{': ' if asked else ''}{'; '.join(asked)}{role}{cited}"


def _terms(countdown: Countdown, captions: Captions) -> Iterator[str]:
    """Yield what can be said of a term beside its line of dates."""
    late = countdown.started_late
    if late is not None:
        cited = captions.cited(late.source, late.instead_of)
        yield f"late if begun within {captions.figure(late)} of the end{cited}"
    end = countdown.at_end or countdown.automatically
    said = [at_the_end(countdown, captions)] if end is not None else []
    renewing = end is not None and (end.fact is not None or end.default not in (False, "by_hand", "cancel"))
    if end is not None and renewing and countdown.term is not None and end.default != "evergreen":
        said.append(f"for {captions.figure(countdown.term)}")
    if end is not None and renewing and countdown.given_by:
        how = "unless" if end.fact is None else "not by itself once"
        said.append(f"{how} {captions.known(countdown.given_by)} was given in time")
    if said:
        yield f"at the end: {', '.join(said)}"


def _rows(marks: Sequence[tuple[str, str, str]], width: int) -> Iterator[str]:
    """Yield marks on a line, each with a text above it and one below; on several lines where one is too short."""
    rows: list[list[tuple[str, str, str, int]]] = [[]]
    room = 0
    for mark, above, below in marks:
        size = max(len(above), len(below)) + 2
        if rows[-1] and room + size > width - 2:
            rows.append([])
            room = 0
        rows[-1].append((mark, above, below, size))
        room += size
    for row in rows:
        last = row is rows[-1]
        yield "  " + "".join(above.ljust(size) for _, above, _, size in row)
        line = "".join(mark.ljust(size, "-") for mark, *_, size in row)
        yield "  " + (line.rstrip("-") if last else line)
        yield "  " + "".join(below.ljust(size) for *_, below, size in row)
