"""A law about worklists: within a period they list what falls due when time passes and nothing else is said."""

from __future__ import annotations

from datetime import datetime
from random import Random
from typing import Any

from driver import Case, take

from journeykit.answers.due_list import Due, upcoming
from journeykit.dates import Period, instant_after, local_day
from journeykit.engine.view import View
from journeykit.machine.snapshot import Snapshot

__all__ = ["worklists_are_whole"]

Line = dict[str, Any]
Entry = tuple[datetime, str, str | None, str, str]
"""When, of whom, in which track, what, and of a cadence which one."""
LOOKS = 4
"""Snapshots of a history whose worklists are held against what happens."""
PERIODS = ("0 days", "30 days", "3 months", "1 year", "3 years")
TIMERS = ("milestone", "cadence", "stuck", "feed")
CALM = (*TIMERS, "slipped", "action", "ready", "not_ready")
"""What may happen without anything else falling due for it."""
ENDING = ("notice", "end", "grace_over")


def worklists_are_whole(case: Case) -> str | None:
    """As long as nothing moves, what fires is what was listed, date by date; what is listed does fire."""
    rng = Random(case.seed)
    looked_at = sorted(rng.sample(range(len(case.lines)), min(LOOKS, len(case.lines))))
    for at in looked_at:
        snapshot = case.run.snapshots[at]
        if snapshot is not None:
            found = _compared(case, snapshot, Period.parse(rng.choice(PERIODS)))
            if found:
                return f"after line {at} {case.lines[at]}: {found}"
    return None


def _compared(case: Case, snapshot: Snapshot, within: Period) -> str | None:
    view = View(case.machine, snapshot)
    dues = upcoming(view, within)
    end = instant_after(within.add(local_day(view.now, view.zone)), view.zone)
    _, records, refused = take(case.machine, snapshot, {"kind": "tick", "account": "acme", "at": end.isoformat()})
    if refused:
        return None
    until = next((datetime.fromisoformat(one["at"]) for one in records if one["kind"] not in CALM), None)
    # What says when it applies is listed as things stand, and may come to apply later, or not any more.
    tracks = case.profile.tracks.values()
    unsure = {one.name for track in tracks if track.countdown for one in track.countdown.milestones if one.when}
    fired = {_fired(one) for one in records if one["kind"] in TIMERS}
    fired = {one for one in fired if (one[0] < end or one[3] in ENDING) and one[3] not in unsure}
    beats = {f"{track.name}.{one.name}" for track in case.profile.tracks.values() for one in track.cadences}
    dues = [due for due in dues if due.name not in unsure]
    listed = {_listed(due, beats) for due in dues}
    if len(listed) < len(dues):
        return f"something is listed twice within {within}: {dues}"
    if until is not None:
        fired, listed = ({one for one in each if one[0] < until} for each in (fired, listed))
    ahead = {due.subject for due in dues if due.name == "end"}
    # The end of grace may be left out as long as the end lies ahead: nobody may be expected to sign then.
    left_out = {one for one in fired - listed if one[3] == "grace_over" and one[1] in ahead}
    if fired - left_out != listed:
        return f"within {within}, not listed: {sorted(fired - listed - left_out)}; in vain: {sorted(listed - fired)}"
    return None


def _fired(record: Line) -> Entry:
    name = "stuck" if record["kind"] == "stuck" else record["name"]
    number = str(record["data"]["number"]) if record["kind"] == "cadence" else ""
    return datetime.fromisoformat(record["due_at"]), record["subject"], record["track"], name, number


def _listed(due: Due, beats: set[str]) -> Entry:
    return due.at, due.subject, due.track, due.name, due.occasion if f"{due.track}.{due.name}" in beats else ""
