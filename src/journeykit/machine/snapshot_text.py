"""A snapshot for people: where the account stands, in a line or in full."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from journeykit.dates import local_day
from journeykit.draw.text_tables import in_columns
from journeykit.plain import in_short, instant_text, printable, short_form

if TYPE_CHECKING:  # the snapshot shows itself by these functions
    from journeykit.machine.snapshot import Position, Snapshot

__all__ = ["in_one_line", "place_lines", "standing", "text_of", "title_of"]

_NAMED = 10
"""How many subjects are named in a list; the rest is counted."""
_SHORT = 120
"""The most signs that say in short where an account stands."""


def in_one_line(snapshot: Snapshot) -> str:
    """Return the short form of a snapshot: whose it is, its present, and where the account stands."""
    return short_form("Snapshot", snapshot.account, f"at {instant_text(snapshot.now)}", said=f": {standing(snapshot)}")


def standing(snapshot: Snapshot, room: int = _SHORT) -> str:
    """Return where an account stands, by track in short: ``value onboarding.kickoff; renewal waiting, proposed (2)``.

    What stands in the branches of a step is left out. It takes at most ``room`` signs, and is safe to print.
    """
    tracks: dict[str, Counter[str]] = {}
    for _, position in _positions(snapshot):
        leaf = position.leaf
        if leaf.region.name == leaf.region.track:
            tracks.setdefault(leaf.region.track, Counter())[leaf.path] += 1
    return in_short("; ".join(f"{track} {_counted(paths)}" for track, paths in tracks.items()) or "nowhere", room)


def _positions(snapshot: Snapshot) -> list[tuple[str, Position]]:
    """Return the positions, each with the key of its subject, by region in the order of declaration."""
    found = [(subject.key, position) for subject in snapshot.subjects.values() for position in subject.positions]
    return sorted(found, key=lambda one: one[1].leaf.region.order)


def _counted(paths: Counter[str]) -> str:
    return ", ".join(f"{path} ({number})" if number > 1 else path for path, number in paths.items())


def title_of(snapshot: Snapshot) -> str:
    """Return the heading of a text about an account: its id, its profile, and its present."""
    day = local_day(snapshot.now, snapshot.zone)
    return printable(f"{snapshot.account} ({snapshot.profile}), as of {day} ({snapshot.frame.zone_name})", keep="")


def place_lines(snapshot: Snapshot) -> list[str]:
    """Return a line for each position of each open subject: region, subject, path, and since which day."""
    return in_columns(
        (
            position.leaf.region.name,
            key,
            position.leaf.path,
            f"since {local_day(position.entered[-1], snapshot.zone)}{', placed by hand' if position.placed else ''}",
        )
        for key, position in _positions(snapshot)
    )


def text_of(snapshot: Snapshot) -> str:
    """Return a snapshot as text: positions, open and closed subjects, how much is known, and what turns next."""
    return "\n".join([title_of(snapshot), *place_lines(snapshot), *_rest(snapshot)])


def _rest(snapshot: Snapshot) -> Iterator[str]:
    subjects = snapshot.subjects.values()
    yield f"open: {_listed(snapshot.subjects)}"
    yield f"closed: {_listed(snapshot.closed)}"
    facts = sum(len(one.facts) for one in subjects)
    signals = sum(len(one.signals) for one in subjects)
    confirmations = sum(len(one.confirmations) for one in subjects)
    yield f"known: {_count(facts, 'fact')}, {_count(signals, 'signal')}, {_count(confirmations, 'confirmation')}"
    # The instant may be too early, never too late.
    yield f"next due: nothing{'' if snapshot.due is None else f' before {local_day(snapshot.due, snapshot.zone)}'}"


def _listed(names: Iterable[str]) -> str:
    found = list(names)
    more = [f"and {len(found) - _NAMED} more"] if len(found) > _NAMED else []
    return printable(", ".join([*found[:_NAMED], *more]) or "none", keep="")


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"
