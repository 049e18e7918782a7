"""What a scenario file says, as cases ready to be played."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from journeykit.errors import Location
from journeykit.language.text.nodes import Node

__all__ = ["Case", "ScenarioFile"]


@dataclass(frozen=True, slots=True)
class Case:
    """One scenario, or one row of its table.

    Attributes:
        title: its title, with the row's name in brackets.
        at: its place in the file.
        given: the map of what is given, that of the file merged with its own; None where nothing is.
        steps: the steps, in order.
        names: other names of subjects, by name.
        shared: the steps that ``do`` names.
        profiles: the profiles on which it is played: names of shipped segments, or paths of files.
        tags, proves: its tags, and the ids of what it proves.
        about: what it is about.
    """

    title: str
    at: Location
    given: Node | None
    steps: tuple[Node, ...]
    names: Mapping[str, str]
    shared: Mapping[str, Node]
    profiles: tuple[tuple[str, Location], ...]
    tags: tuple[str, ...] = ()
    proves: tuple[tuple[str, Location], ...] = ()
    about: str = ""


@dataclass(frozen=True, slots=True)
class ScenarioFile:
    """A scenario file.

    Attributes:
        file: its name, as it was given.
        cases: those that can be meant, in order.
        broken: the scenarios that cannot, each with its title and what is wrong.
    """

    file: str
    cases: tuple[Case, ...]
    broken: tuple[tuple[str, Location, str], ...] = field(default=())
