"""A snapshot as plain JSON data, positions by path. ``storage`` reads it back, with all checks.

Keys are part of the layout, and change only with its version. The caches (``due``, ``turns_at``, a term's ``plan``) are
left out and computed anew on reading (rule R10).
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from journeykit.plain import plain

if TYPE_CHECKING:  # ``snapshot`` imports this module, not the other way round
    from journeykit.machine.entries import ClosedSubject
    from journeykit.machine.snapshot import Snapshot, Subject
    from journeykit.machine.term import Ends, Mark, Term

__all__ = ["LAYOUT", "to_dict"]


LAYOUT = 5
"""The version of the layout; ``storage.upgrades`` reads older ones on."""


def to_dict(snapshot: Snapshot) -> dict[str, Any]:
    """Return a snapshot as JSON data: instants and days as ISO 8601 text, sets as sorted lists."""
    return {
        "layout": LAYOUT,
        "account": snapshot.account,
        "profile": snapshot.profile,
        "fingerprint": snapshot.fingerprint,
        "timezone": snapshot.frame.zone_name,
        "began_at": _text(snapshot.began_at),
        "now": _text(snapshot.now),
        "attributes": plain(snapshot.attributes),
        "count": snapshot.count,
        "unnamed": _unnamed(snapshot),
        "closed": {key: _closed_to_list(closed) for key, closed in snapshot.closed.items()},
        "subjects": [_subject_to_dict(subject) for subject in snapshot.subjects.values()],
    }


def _closed_to_list(closed: ClosedSubject) -> list[Any]:
    count, at, reason, into, covers = closed
    return [count, _text(at), reason, into, *([] if covers is None else [plain(covers)])]


def _unnamed(snapshot: Snapshot) -> list[str]:
    """Return the causes without an id that were on the record at this very instant, in order."""
    last = snapshot.unnamed
    if last is None or last.at != snapshot.now:
        return []
    return [one.content for one in last.of_this_instant()][::-1]


def _subject_to_dict(subject: Subject) -> dict[str, Any]:
    raw: dict[str, Any] = {
        "key": subject.key,
        "opened_at": _text(subject.opened_at),
        "facts": {n: [plain(v), _text(s), _text(seen), cause] for n, (v, s, seen, cause) in subject.facts.items()},
        "positions": [
            [s.leaf.region.name, s.leaf.path, [_text(at) for at in s.entered], s.stuck, s.placed]
            for s in subject.positions
        ],
    }
    if subject.opener is not None:
        raw["opener"] = list(subject.opener)
    for key, given in (("confirmations", subject.confirmations), ("waived", subject.waived)):
        if given:
            raw[key] = {name: [_text(at), by, said] for name, (at, by, said) in given.items()}
    if subject.signals:
        raw["signals"] = {name: [_text(at), unsettled] for name, (at, unsettled) in subject.signals.items()}
    if subject.handoffs:
        raw["handoffs"] = {name: [what, _text(at), by] for name, (what, at, by) in subject.handoffs.items()}
    if subject.bands:
        raw["bands"] = dict(subject.bands)
    if subject.asked_again:
        raw["asked_again"] = {track: sorted(names) for track, names in subject.asked_again.items() if names}
    for key, since in (("held", subject.held), ("cooled", subject.cooled)):
        if since:
            raw[key] = {name: _text(at) for name, at in since.items()}
    if subject.cadences:
        raw["cadences"] = {name: [plain(day), count, _text(at)] for name, (day, count, at) in subject.cadences.items()}
    if subject.feeds:
        raw["feeds"] = {name: [_text(up), _text(heard), down] for name, (up, heard, down) in subject.feeds.items()}
    for key, names in (("ready", subject.ready), ("reacted", subject.reacted)):
        if names:
            raw[key] = sorted(names)
    if subject.term is not None:
        raw["term"] = _term_to_dict(subject.term)
    return raw


def _term_to_dict(term: Term) -> dict[str, Any]:
    raw = {
        "renewals": term.renewals,
        "anchor": plain(term.anchor),
        "past_ends": plain(term.past_ends),
        "ended_with": plain(term.ended_with),
        "covered": [plain(term.covered_from), term.covered_in],
        "visited": sorted(term.visited),
        "window": _window_to_list(term.ends, term.fired),
        "aside": [[*_window_to_list(ends, fired), sorted(visited)] for ends, fired, visited in term.aside],
        "notice": [_text(term.notice_at) if term.notice_at else None, term.notice_late],
        "counting_from": plain(term.counting_from),
        "begun": [term.rolled, term.by_notice, term.met_over],
        "told": plain(term.told),
    }
    if term.earliest_end is not None:
        raw["earliest_end"] = plain(term.earliest_end)
    if term.end_moved_in:
        raw["end_moved_in"] = sorted(term.end_moved_in)
    return raw


def _window_to_list(ends: Ends, fired: frozenset[Mark]) -> list[Any]:
    marks = sorted([name, end.isoformat(), day.isoformat()] for name, end, day in fired)
    return [[[end.isoformat(), sorted(visited)] for end, visited in ends], marks]


def _text(at: datetime) -> str:
    return at.isoformat()
