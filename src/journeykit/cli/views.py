"""A book of accounts as rows for people: where everybody stands, what the next way on is missing, what falls due."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from journeykit.cli.tables import table
from journeykit.journey.explain import Explanation, Point, Way, explain
from journeykit.journey.history import History
from journeykit.journey.pace import pace_of
from journeykit.journey.snapshot import Row
from journeykit.journey.upcoming import Due, upcoming
from journeykit.language.profile import Track
from journeykit.portfolio.book import Book

__all__ = ["portfolio_table", "tracks_of"]

FORWARD = ("advance", "skip", "recover", "renew", "win_back")
NAMED = 3
"""So many missing criteria of one position are named; the rest is counted."""
LINES = 3
"""So many positions of an account that lack something are listed; the rest is counted."""


def portfolio_table(book: Book, width: int) -> str:
    """One row an account: segment, places in each track, what the next ways on are missing, what falls due next."""
    names = tracks_of(book)
    rows = [_account(account, history, names) for account, history in sorted(book.accounts.items()) if history.snapshot]
    return table(("account", "segment", *names, "missing", "next due"), rows, width)


def tracks_of(book: Book) -> tuple[str, ...]:
    """The names of all tracks of all profiles in use, in order of declaration."""
    return tuple(dict.fromkeys(name for history in book.accounts.values() for name in history.machine.profile.tracks))


def _account(account: str, history: History, names: Sequence[str]) -> tuple[str, ...]:
    state = history.snapshot
    assert state is not None
    tracks = history.machine.profile.tracks
    places = ["\n".join(_places(history, tracks[name])) if name in tracks else "" for name in names]
    missing = [line for track in tracks.values() for line in _missing(history, track)]
    if len(missing) > LINES:
        missing[LINES:] = [f"... and {len(missing) - LINES} more"]
    due = next(iter(upcoming(history.machine, state)), None)
    soon = f"{due.on.isoformat()} {_ident(due.subject)}{due.name}" if due else ""
    return (account, state.profile, *places, "\n".join(missing), soon)


def _rows(history: History, track: Track) -> Iterator[Row]:
    assert history.snapshot is not None
    return (row for row in history.snapshot.rows.values() if row.kind == track.per)


def _places(history: History, track: Track) -> Iterator[str]:
    assert history.snapshot is not None
    for row in _rows(history, track):
        standings = [standing for standing in row.places if standing.leaf.region.track == track.name]
        for standing in standings[:1]:
            path = standing.leaf.path
            branches = [other.leaf.path.removeprefix(f"{path}.") for other in standings[1:]]
            within = f" [{', '.join(branches)}]" if branches else ""
            pace = pace_of(history.machine, history.snapshot, standing)
            notes = ["placed"] * standing.placed + ([pace] if pace in ("behind", "stuck") else [])
            yield f"{_ident(row.key)}{path}{within}" + (f" ({', '.join(notes)})" if notes else "")


def _missing(history: History, track: Track) -> Iterator[str]:
    assert history.snapshot is not None
    for row in _rows(history, track):
        told = explain(history.machine, history.snapshot, track.name, row.key)
        names = list(dict.fromkeys(_lacking(told)))
        if names:
            more = f" +{len(names) - NAMED}" if len(names) > NAMED else ""
            yield f"{_ident(row.key) or f'{track.name} '}{', '.join(names[:NAMED])}{more}"


def _lacking(told: Explanation) -> Iterator[str]:
    """What the first forward way from each position is missing; ways that wait for a signal are nobody's task."""
    ways = [way for way in told.ways if way.kind in FORWARD and way.upon is None and (way.points or way.handoff)]
    for way in ways[:1]:
        for point in way.missing:
            yield from _leaves(point)
        if _waits_for_handoff(way):
            yield "handoff"


def _waits_for_handoff(way: Way) -> bool:
    return way.handoff is not None and way.handoff[2] not in ("accepted", "accepts by itself")


def _leaves(point: Point) -> Iterator[str]:
    if point.required == "all of":
        for part in point.parts:
            if part.result not in ("met", "waived"):
                yield from _leaves(part)
    else:
        yield point.name


def _ident(key: str) -> str:
    """``C-1: `` of ``contract:C-1``; nothing for the account."""
    return f"{key.partition(':')[2]}: " if ":" in key else ""
