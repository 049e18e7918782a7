"""Words and waivers taken back after the move that they allowed, while the subject still stands where that led."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from journeykit.engine.records import Record
from journeykit.engine.view import SubjectView
from journeykit.language.model.paths import inside

__all__ = ["TakenBack", "taken_back"]


@dataclass(frozen=True, slots=True)
class TakenBack:
    """A confirmation, or a waiver, that was taken back after it had allowed a move.

    Attributes:
        name: the confirmation, such as ``go_live``; the id of the criterion where a waiver was taken back.
        subject: the key of the subject for which it was given.
        by: the role that took it back.
        at: the instant at which it was taken back.
        move: the id of the move that it allowed.
        moved_at: the instant of that move.
    """

    name: str
    subject: str
    by: str
    at: datetime
    move: str
    moved_at: datetime


def taken_back(subject: SubjectView, track: str, records: Sequence[Record]) -> Iterator[TakenBack]:
    """Yield what was taken back, and not given anew, of that by which a subject came to where it stands in a track.

    Args:
        subject: the subject.
        track: the track's name.
        records: the account's records so far, in order.
    """
    moves = [record for record in records if record.kind == "moved" and _brought(subject, track, record)]
    gone = {(record.subject, record.name): record for record in records if record.kind == "retracted"} if moves else {}
    told: set[tuple[str, str]] = set()
    for move in reversed(moves):  # of several moves that a word allowed the last is told
        for key in _allowed(subject, move):
            record = gone.get(key)
            if record is not None and record.n > move.n and key not in told and _is_missing(subject, *key):
                told.add(key)
                yield TakenBack(record.name, record.subject, record.data["by"], record.at, move.name, move.at)


def _brought(subject: SubjectView, track: str, record: Record) -> bool:
    """Tell whether a move entered a place at which the subject has stood ever since."""
    if record.subject != subject.key:
        return False
    return any(
        entered == record.at and inside(record.target or "", place)
        for position in subject.positions_in(track)
        if position.leaf.region.name == record.track
        for place, entered in zip(position.leaf.chain, position.entered, strict=True)
    )


def _allowed(subject: SubjectView, move: Record) -> Iterator[tuple[str, str]]:
    """Yield the words and waivers by which a move's criteria were met, each as (subject, name)."""
    confirmations = subject.view.machine.profile.confirmations
    for reason in move.because:
        if reason.name in confirmations and reason.value is True:
            yield reason.subject, reason.name
        elif reason.result == "waived" and not reason.name:
            yield reason.subject, reason.criterion


def _is_missing(subject: SubjectView, holder: str, name: str) -> bool:
    """Tell whether an open subject does not have a word or waiver now."""
    found = next((one for one in subject.view.subjects if one.key == holder), None)
    return found is not None and found.confirmation(name) is None and not found.is_waived(name)
