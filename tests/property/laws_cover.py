"""The law of cover: dates, places and what was closed into another say alone who is covered, and what nobody is told.

It is reckoned here from the profile as written, from the values of a snapshot and from the lines of the history; of the
engine's own judging nothing is used, but for the first day of cover, which a term keeps.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from driver import Case, take

from journeykit.answers.due_list import overdue, upcoming
from journeykit.dates import local_day
from journeykit.engine.view import View
from journeykit.language.model.profile import Profile, Value
from journeykit.machine.cover_and_grace import covered
from journeykit.machine.snapshot import Snapshot, Subject

__all__ = ["cover_is_one_truth"]

Line = dict[str, Any]


def cover_is_one_truth(case: Case) -> str | None:
    """Covered is who has a contract in term or grace that is not over, or one closed into another; what is over has no
    dates in the worklist, but that it is said to run."""
    if case.profile.term_kind is None:
        return None
    paid: dict[str, tuple[date, date]] = {}
    told_after: set[str] = set()
    before: Snapshot | None = None
    for at, (line, snapshot) in enumerate(zip(case.lines, case.run.snapshots, strict=True)):
        if case.run.refusals[at] is None and line["kind"] == "close" and line.get("into") and before is not None:
            paid |= _paid(case, before, line)
        _note_told(told_after, case.run.records[at])
        if snapshot is not None:
            found = _compared(case.profile, snapshot, paid, case) or _worklist(case, snapshot, told_after)
            if found:
                return f"after line {at} {line}: {found}"
        before = snapshot
    return None


def _compared(profile: Profile, snapshot: Snapshot, paid: dict[str, tuple[date, date]], case: Case) -> str | None:
    assert profile.term_kind is not None
    today = local_day(snapshot.now, snapshot.zone)
    kind = profile.term_kind.name
    each = {one.key: _covers(profile, snapshot, one, today) for one in snapshot.subjects.values() if one.kind == kind}
    closed = any(start <= today <= end for start, end in paid.values())
    found = [closed, *each.values()]
    whole = True if True in found else None if None in found else False
    # Each contract alone, what was closed alone, and all together: together one hides another.
    expected: dict[str, bool | None] = {**each, "what was closed": closed, "all": whole}
    for name, verdict in expected.items():
        alone = snapshot.copy()
        if name in each:
            alone.subjects, alone.closed = {name: snapshot.subjects[name]}, {}
        elif name != "all":
            alone.subjects = {}
        countdown = case.machine.countdown
        assert countdown is not None
        engine = covered(countdown, alone)
        if engine is not verdict:
            return f"{name}: covered is {engine}, and should be {verdict} on {today} (paid: {paid})"
    return None


def _covers(profile: Profile, snapshot: Snapshot, one: Subject, today: date) -> bool | None:
    if _is_over(profile, one):
        return False
    start, end = _days(profile, one)
    if start is None:
        return None
    countdown = next((track.countdown for track in profile.tracks.values() if track.countdown), None)
    if end is None:
        endless = countdown is not None and countdown.at_end is not None
        if not endless or _setting(profile, snapshot, one, countdown.at_end) != "evergreen":  # type: ignore[union-attr]
            return None
        return start <= today
    if today <= end:
        return start <= today
    grace = None if countdown is None else _setting(profile, snapshot, one, countdown.grace)
    return grace is not None and bool(today <= grace.add(end))


def _is_over(profile: Profile, one: Subject) -> bool:
    """Whether it stands at a place with an end, or inside one, in every track of its kind."""
    tracks = [track for track in profile.tracks.values() if track.per == one.kind]
    stands = {position.leaf.region.name: position.leaf.path for position in one.positions}
    ends = {(track.name, stage.path) for track in tracks for stage in track.walk() if stage.end is not None}
    return bool(tracks) and all(
        any(name == track.name and f"{stands[name]}.".startswith(f"{path}.") for name, path in ends) for track in tracks
    )


def _days(profile: Profile, one: Subject) -> tuple[date | None, date | None]:
    assert one.term is not None
    assert profile.term_kind is not None
    assert profile.term_kind.term is not None
    entry = one.facts.get(profile.term_kind.term[1])
    return one.term.covered_from, None if entry is None else entry[0]


def _setting(profile: Profile, snapshot: Snapshot, one: Subject, value: Value | None) -> Any:
    if value is None or value.fact is None:
        return None if value is None else value.default
    holder = one if profile.facts[value.fact].kind == one.kind else snapshot.subjects["account"]
    entry = holder.facts.get(value.fact)
    return value.default if entry is None else entry[0]


def _paid(case: Case, before: Snapshot, line: Line) -> dict[str, tuple[date, date]]:
    """The days that a contract covers which is closed into another, as it stood when that came."""
    there, _, refused = take(case.machine, before, {"kind": "tick", "account": "acme", "at": line["at"]})
    one = None if there is None or refused else there.subjects.get(line["subject"])
    if one is None or one.term is None or _is_over(case.profile, one):
        return {}
    start, end = _days(case.profile, one)
    return {} if start is None or end is None else {one.key: (start, end)}


# ---------------------------------------------------------------------- the worklist


def _note_told(told_after: set[str], records: list[Line]) -> None:
    """Note of which contracts an end was told after they were over, and of which anything happened since."""
    for record in records:
        if record["kind"] == "amended" and record["data"].get("after_end"):
            told_after.add(record["subject"])
        elif record["kind"] in ("moved", "placed", "term", "closed"):
            told_after.discard(record["subject"])


def _worklist(case: Case, snapshot: Snapshot, told_after: set[str]) -> str | None:
    view = View(case.machine, snapshot)
    dues = [*upcoming(view), *overdue(view)]
    assert case.profile.term_kind is not None
    for one in snapshot.subjects.values():
        if one.kind != case.profile.term_kind.name:
            continue
        names = {due.name for due in dues if due.subject == one.key}
        over = _is_over(case.profile, one)
        if over and names - {"after_end"}:
            return f"{one.key} is over, and {sorted(names)} are in the worklist"
        _, end = _days(case.profile, one)
        open_still = over and end is not None and local_day(snapshot.now, snapshot.zone) <= end
        if "after_end" in names and not open_still:
            return f"{one.key} is said to run after its end, and does not"
        if open_still and one.key in told_after and "after_end" not in names:
            return f"an end of {one.key} was told after it was over, and nobody is told"
    return None
