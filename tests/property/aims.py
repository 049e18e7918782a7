"""The instants to come that an input makes interesting: what it says goes stale, is over, was held for long enough."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, tzinfo
from random import Random
from typing import Any

from profile_parts import criteria_of, inside, moves

from journeykit.dates import Period, first_instant, local_day, shift
from journeykit.language.expressions import tree as ex
from journeykit.language.model.profile import Profile

__all__ = ["Aims"]

Line = dict[str, Any]


class Aims:
    """What turns by time in a profile, looked up once."""

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        self.silences: dict[str, list[Period]] = {}
        self.waits: list[Period] = []
        for criterion in criteria_of(profile):
            for one in inside(criterion):
                if one.held is not None:
                    self.waits.append(one.held)
                if isinstance(one.expr, ex.Quiet | ex.Seen):
                    self.silences.setdefault(one.expr.signal, []).append(one.expr.period)
        tracks = profile.tracks.values()
        self.waits += [move.cooldown for track in tracks for move in moves(track) if move.cooldown]
        self.waits += [one.cooldown for one in profile.reactions.values() if one.cooldown]

    def of(self, line: Line, now: datetime, tz: tzinfo, rng: Random) -> Iterator[datetime]:
        """Instants that are interesting because of a line."""
        periods = [*self._lives(line), *(rng.sample(self.waits, 1) if self.waits and rng.random() < 0.4 else ())]
        for period in periods:
            yield shift(now, period, tz)
        if line["kind"] in ("begin", "open"):
            kind = line.get("subject", "account").split(":")[0]
            cadences = [one for track in self.profile.tracks.values() if track.per == kind for one in track.cadences]
            for cadence in cadences:
                yield first_instant(cadence.every.add(local_day(now, tz), rng.choice((1, 1, 2, 3))), tz)

    def _lives(self, line: Line) -> Iterator[Period]:
        profile = self.profile
        found: list[Any] = []
        for name in line.get("facts") or {}:
            found += [profile.facts[name].stale_after, self._down(profile.facts[name].feed)]
        if line["kind"] == "signal":
            signal = profile.signals[line["signal"]]
            found += [signal.lasts, self._down(signal.feed), *self.silences.get(signal.name, ())]
        elif line["kind"] == "confirm":
            found.append(profile.confirmations[line["confirmation"]].lasts)
        elif line["kind"] == "feed":
            found.append(self._down(line["feed"]))
            found += [period for name, some in self.silences.items() for period in some if self._carried(name, line)]
        elif line["kind"] in ("begin", "open"):
            found += [period for some in self.silences.values() for period in some]
        yield from (period for period in found if period is not None)

    def _carried(self, signal: str, line: Line) -> bool:
        return self.profile.signals[signal].feed == line["feed"]

    def _down(self, feed: str | None) -> Period | None:
        return None if feed is None else self.profile.feeds[feed].down_after
