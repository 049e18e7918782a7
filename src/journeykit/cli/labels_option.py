"""By which names the things of each profile go in what a command prints, as its options say."""

from __future__ import annotations

from argparse import Namespace

from journeykit.answers.display_names import Names
from journeykit.machine.machine import Machine
from journeykit.naming.labels import Labels, labels

__all__ = ["Naming"]


class Naming:
    """The labels of every profile in use in one language, each read once; ``None`` is for names."""

    def __init__(self, language: str | None = None) -> None:
        self._language = language
        self._read: dict[int, tuple[Machine, Labels | None]] = {}

    @classmethod
    def said(cls, options: Namespace, default: str | None = "en") -> Naming:
        """As the options ``--lang`` and ``--names`` say; where they say nothing, labels in a language or names."""
        return cls(None if options.names else default if options.lang is None else options.lang)

    def labels(self, machine: Machine) -> Labels | None:
        """The labels of a profile, or None if things go by their names."""
        if id(machine) not in self._read:
            found = None if self._language is None else labels(machine.profile, self._language)
            self._read[id(machine)] = (machine, found)  # the machine is kept, so that no other gets its id
        return self._read[id(machine)][1]

    def of(self, machine: Machine) -> Names:
        """What the things of a profile go by."""
        return Names(machine.profile, self.labels(machine))
