"""The words of a scenario looked up in a profile: which kind of subject a fact, word, signal or track belongs to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from journeykit.errors import Location
from journeykit.language.expressions.tree import ACCOUNT
from journeykit.language.model.profile import Criterion, Move, Profile, Track
from journeykit.language.text.nodes import Node, plain
from journeykit.machine.machine import Machine
from journeykit.scenarios.faults import ScenarioError, unknown

__all__ = ["Vocabulary"]

_HINT = "say in the scenario on which profiles: it is played"


class Vocabulary:
    """The names that a scenario may use: those of its profile, and its own for subjects.

    Args:
        machine: the profile's machine.
        names: other names of subjects, by name: ``{rad: department:radiology}``.
    """

    def __init__(self, machine: Machine, names: Mapping[str, str]) -> None:
        self.machine = machine
        self.profile: Profile = machine.profile
        self.names = names
        self._criteria: dict[str, tuple[Criterion, str, str]] | None = None

    # Subjects

    def key(self, said: str, kind: str, at: Location) -> str:
        """Return the key of a subject, given its key, id or other name, and the kind that it must be of."""
        found = self.names.get(said, said)
        if ":" not in found and found != ACCOUNT:
            if kind == ACCOUNT:
                raise ScenarioError(at, f'"{said}" has no part in it: it belongs to the account', "write account")
            found = f"{kind}:{found}"
        if found.partition(":")[0] != kind:
            raise ScenarioError(at, f'"{said}" is not of the kind {kind}')
        return found

    def any_key(self, said: str, at: Location) -> str:
        """Return the key of a subject of any kind, which must be written with its kind or be another name."""
        found = self.names.get(said, said)
        kind, colon, ident = found.partition(":")
        if found != ACCOUNT and not (colon and ident):
            raise ScenarioError(at, f'"{said}" is no key of a subject', "write its kind too, such as contract:C-1")
        if kind not in self.profile.kinds:
            raise unknown(at, f'there is no kind of subject "{kind}" in {self.profile.name}', kind, self.profile.kinds)
        return found

    def short(self, key: str) -> str:
        """Return a subject as a scenario names it: its id without its kind."""
        return key.partition(":")[2] or key

    def position(self, said: str, at: Location) -> tuple[str, str]:
        """Return the region and the subject's key of a position ``TRACK SUBJECT``."""
        region, _, subject = said.partition(" ")
        track = region.partition(".")[0]
        if track not in self.profile.tracks:
            message = f'there is no track "{track}" in {self.profile.name}'
            raise unknown(at, message, track, self.profile.tracks)
        if region not in self.machine.regions:
            raise unknown(at, f'there is no branch "{region}"', region, self.machine.regions)
        if not subject:
            raise ScenarioError(at, f'"{said}" is no position', f"write {region} and its subject: {region} account")
        return region, self.key(subject, self.profile.tracks[track].per, at)

    # Names of the profile

    def kind_of(self, sort: str, name: str, at: Location) -> str:
        """Return the kind of subject that a ``fact``, ``word`` or ``signal`` belongs to."""
        table: Mapping[str, Any] = {
            "fact": self.profile.facts,
            "word": self.profile.confirmations,
            "signal": self.profile.signals,
        }[sort]
        if name not in table:
            raise _not_here(at, sort, name, self.profile.name, table)
        return str(table[name].kind)

    def move(self, said: str, at: Location) -> Move:
        """Return a move by its id."""
        if said not in self.machine.moves:
            raise _not_here(at, "move", said, self.profile.name, self.machine.moves)
        return self.machine.moves[said]

    def track(self, said: str, at: Location) -> Track:
        """Return a track by its name."""
        if said not in self.profile.tracks:
            raise _not_here(at, "track", said, self.profile.name, self.profile.tracks)
        return self.profile.tracks[said]

    def place(self, track: str, said: str, at: Location) -> str:
        """Return the path of a place of a track."""
        paths = [stage.path for stage in self.profile.tracks[track].walk()]
        if said not in paths:
            raise unknown(at, f'{track} has no place "{said}"', said, paths)
        return said

    def role(self, said: str, at: Location) -> str:
        """Return a role by its name."""
        if said not in self.profile.roles:
            raise _not_here(at, "role", said, self.profile.name, self.profile.roles)
        return said

    def value(self, fact: str, node: Node) -> Any:
        """Return a value as the type of its fact says: ``95%`` is a share only of a share, ``3`` a text of a choice."""
        value = plain(node)
        rule = self.profile.facts.get(fact)
        if rule is None:
            return value
        if rule.type == "share" and isinstance(value, str) and value.endswith("%"):
            try:
                return round(float(value[:-1].strip()) / 100, 12)
            except ValueError:
                return value
        if rule.type in ("choice", "text") and isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        return value

    def asked_in(self, track: str) -> set[str]:
        """Return the names of all that the moves of a track may miss: criteria, branches, ``handoff``."""
        asked = {criterion.name for criterion, _, home in self.criteria.values() if home == track}
        return asked | {stage.name for stage in self.profile.tracks[track].walk()} | {"handoff"}

    @property
    def criteria(self) -> Mapping[str, tuple[Criterion, str, str]]:
        """Every criterion by its id, with the kind of subject that it is asked of, and its track or derived name."""
        if self._criteria is None:
            profile, found = self.profile, dict[str, tuple[Criterion, str, str]]()
            for track in profile.tracks.values():
                asked = [stage.success for stage in track.walk()] + [move.when for move in track.all_moves()]
                for criteria in asked:
                    found |= {one.id: (one, track.per, track.name) for each in criteria for one in each.walk()}
            for name, rule in profile.derived.items():
                if rule.criterion is not None:
                    found |= {one.id: (one, rule.kind, "") for one in rule.criterion.walk()}
                    found.setdefault(f"derived.{name}", (rule.criterion, rule.kind, ""))
            for reaction in profile.reactions.values():
                found |= {one.id: (one, reaction.kind, "") for each in reaction.when for one in each.walk()}
            self._criteria = found
        return self._criteria


def _not_here(at: Location, sort: str, name: str, profile: str, known: Iterable[str]) -> ScenarioError:
    fault = unknown(at, f'there is no {sort} "{name}" in {profile}', name, known)
    return fault if "did you mean" in fault.message else ScenarioError(at, fault.message, _HINT)
