"""The table of ``journeykit replay``: where every account stands, what its next moves are missing, what falls due."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from journeykit.answers.display_names import Names
from journeykit.answers.due_list import upcoming
from journeykit.answers.explain import Explanation, Point, PossibleMove, explain
from journeykit.answers.pace import pace_of
from journeykit.cli.labels_option import Naming
from journeykit.draw.text_tables import table
from journeykit.engine.view import View
from journeykit.language.model.profile import Track
from journeykit.portfolio.book import Book

__all__ = ["lacking", "place_of", "portfolio_table"]

FORWARD = ("advance", "skip", "recover", "renew", "win_back")
NAMED = 3
"""How many missing criteria of one subject in one track are named; the rest is counted."""
LINES = 3
"""How many lines of missing criteria an account gets; the rest is counted."""


class _Seen(NamedTuple):
    """One account, with its display names."""

    view: View
    names: Names

    @property
    def tracks(self) -> Mapping[str, Track]:
        """The tracks of its profile, by name."""
        return self.view.machine.profile.tracks


def portfolio_table(book: Book, width: int, naming: Naming | None = None) -> str:
    """Return a table with a line for each account: its places, what the next moves are missing, what falls due next.

    Args:
        book: the accounts; those that have not begun are left out. At least one must have begun.
        width: the number of columns of the terminal.
        naming: which display names to use; profile names if not given.
    """
    naming = naming or Naming()
    found = [
        _Seen(View(one.machine, one.snapshot), naming.of(one.machine))
        for _, one in sorted(book.accounts.items())
        if one.snapshot is not None
    ]
    tracks = tuple(dict.fromkeys(name for one in found for name in one.tracks))
    heads = [next(one.names.of("tracks", name) for one in found if name in one.tracks) for name in tracks]
    return table(("account", "segment", *heads, "missing", "next due"), [_account(one, tracks) for one in found], width)


def _account(seen: _Seen, names: Sequence[str]) -> tuple[str, ...]:
    view, tracks = seen.view, seen.tracks
    positions = ["\n".join(_places(seen, tracks[name])) if name in tracks else "" for name in names]
    missing = [line for track in tracks.values() for line in _missing(seen, track)]
    if len(missing) > LINES:
        missing[LINES:] = [f"... and {len(missing) - LINES} more"]
    due = next(iter(upcoming(seen.view)), None)
    soon = f"{due.on.isoformat()} {_ident(due.subject)}{seen.names.date(due.name)}" if due else ""
    return (view.account, view.profile, *positions, "\n".join(missing), soon)


def _places(seen: _Seen, track: Track) -> Iterator[str]:
    for subject in seen.view.of_kind(track.per):
        positions = subject.positions_in(track.name)
        for position in positions[:1]:
            path = position.leaf.path
            branches = [place_of(seen.names, track.name, other.leaf.path, f"{path}.") for other in positions[1:]]
            within = f" [{', '.join(branches)}]" if branches else ""
            pace = pace_of(seen.view, position)
            notes = ["placed"] * position.placed + ([pace] if pace in ("behind", "stuck") else [])
            place = place_of(seen.names, track.name, path)
            yield f"{_ident(subject.key)}{place}{within}" + (f" ({', '.join(notes)})" if notes else "")


def place_of(names: Names, track: str, path: str, around: str = "") -> str:
    """Return a place by its label, which no other of the track has; without labels by its path below ``around``."""
    return names.of("stages", f"{track}.{path}") if names.labelled else path.removeprefix(around)


def _missing(seen: _Seen, track: Track) -> Iterator[str]:
    labels = seen.names.labels
    for subject in seen.view.of_kind(track.per):
        told = explain(seen.view, track.name, subject.key, labels=labels)
        names = list(dict.fromkeys(lacking(told, seen.names)))
        if names:
            more = f" +{len(names) - NAMED}" if len(names) > NAMED else ""
            whose = _ident(subject.key) or f"{seen.names.of('tracks', track.name)}{':' if labels else ''} "
            yield f"{whose}{', '.join(names[:NAMED])}{more}"


def lacking(told: Explanation, names: Names) -> Iterator[str]:
    """Yield what the first forward move in a track is missing.

    Moves that wait for a signal are left out: nobody can be asked to bring that about.
    """
    moves = [
        move for move in told.moves if move.kind in FORWARD and move.upon is None and (move.points or move.handoff)
    ]
    for move in moves[:1]:
        for point in move.missing:
            yield from _leaves(point, names)
        if _waits_for_handoff(move):
            yield "handoff"


def _waits_for_handoff(move: PossibleMove) -> bool:
    return move.handoff is not None and move.handoff[2] not in ("accepted", "accepts by itself")


def _leaves(point: Point, names: Names) -> Iterator[str]:
    if point.required == "all of":
        for part in point.parts:
            if part.result not in ("met", "waived"):
                yield from _leaves(part, names)
    else:
        yield (
            point.name if names.labels is None else names.labels.find("criteria", point.id) or point.label or point.name
        )


def _ident(key: str) -> str:
    """Return ``C-1: `` for ``contract:C-1``, and nothing for the account."""
    return f"{key.partition(':')[2]}: " if ":" in key else ""
