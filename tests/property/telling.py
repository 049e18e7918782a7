"""What every teller of a history needs: its belief of what exists and where it stands, and how it says something."""

from __future__ import annotations

from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from aims import Aims
from pace import Pace
from profile_parts import first, moves
from wishes import Wish, facts_in, value_for

from journeykit.language.model.profile import FactRule, Profile

__all__ = ["ACCOUNT", "ZONES", "Line", "Telling"]

Line = dict[str, Any]
ACCOUNT = "account"
ZONES = (
    "UTC",
    "America/Sao_Paulo",
    "Europe/Lisbon",
    "America/New_York",
    "Australia/Lord_Howe",
    "Africa/Cairo",
    "America/Santiago",
    "Asia/Kathmandu",
    "Pacific/Apia",
)


class Telling:
    """A history in the making."""

    def __init__(self, profile: Profile, rng: Random, account: str) -> None:
        self.profile = profile
        self.rng = rng
        self.account = account
        self.lines: list[Line] = []
        self.said: list[int] = []
        """Which of the lines are no mistakes on purpose."""
        self.zone = rng.choice(ZONES) if rng.random() < 0.8 else None
        self.pace = Pace(rng, ZoneInfo(self.zone or profile.timezone))
        self.aims = Aims(profile)
        self.open: dict[str, list[str]] = {kind: [] for kind in profile.kinds}
        self.at: dict[tuple[str, str], str] = {}
        self.moves = [move for track in profile.tracks.values() for move in moves(track)]
        of_others = [
            name for band in profile.bands.values() if band.kind != ACCOUNT for name in facts_in(band.of, profile)
        ]
        self.swaying = [name for name in of_others if profile.facts[name].kind == ACCOUNT]
        """The account's numbers that bands of others are made of."""
        self.stages = {track.name: {place.path: place for place in track.walk()} for track in profile.tracks.values()}

    def _say(self, kind: str, subject: str = ACCOUNT, **data: Any) -> None:
        line: Line = {"kind": kind, "account": self.account, "at": self.pace.written()}
        if self.rng.random() < 0.9:
            line["id"] = f"i{len(self.lines)}"
        if subject != ACCOUNT:
            line["subject"] = subject
        line |= {key: value for key, value in data.items() if value is not None}
        self.said.append(len(self.lines))
        self.lines.append(line)
        for at in self.aims.of(line, self.pace.now, self.pace.tz, self.rng):
            self.pace.aim(at)

    def _exists(self, subject: str) -> None:
        kind = subject.split(":")[0]
        if subject not in self.open[kind]:
            self.open[kind].append(subject)
            self._believe_new(subject)

    def _believe_new(self, subject: str) -> None:
        for track in self.profile.tracks.values():
            if track.per == subject.split(":")[0]:
                self.at[track.name, subject] = first(track.stages[0])

    def _subject(self, kind: str) -> str | None:
        return self.rng.choice(self.open[kind]) if self.open[kind] else None

    def _contract(self) -> tuple[str, str, str] | None:
        """An open contract, and the names of its start and end."""
        kind = self.profile.term_kind
        subject = self._subject(kind.name) if kind else None
        return (subject, *kind.term) if subject and kind and kind.term else None

    def _value(self, rule: FactRule) -> Any:
        return value_for(rule, self.rng, self.pace.today)

    def _wait(self) -> None:
        self.pace.pause()
        self.pace.pause()
        self._say("tick")

    def _grant(self, wish: Wish, subject: str) -> None:
        """Does what might make something met."""
        raise NotImplementedError
