"""The options ``--lang`` and ``--names``: which display names a command uses for the things of each profile."""

from __future__ import annotations

from argparse import Namespace

from journeykit.answers.display_names import Names
from journeykit.machine.machine import Machine
from journeykit.naming.labels import Labels, labels

__all__ = ["Naming"]


class Naming:
    """The display names of every profile in use, the labels of each read once.

    Args:
        language: the language of the labels; None for profile names.
    """

    def __init__(self, language: str | None = None) -> None:
        self._language = language
        self._read: dict[int, tuple[Machine, Labels | None]] = {}

    @classmethod
    def said(cls, options: Namespace, default: str | None = "en") -> Naming:
        """Return what the options ``--lang`` and ``--names`` ask for.

        Where they ask for nothing, that is labels in the language ``default``, or profile names if it is None.
        """
        return cls(None if options.names else default if options.lang is None else options.lang)

    def labels(self, machine: Machine) -> Labels | None:
        """Return the labels of a profile, or None if profile names are used."""
        if id(machine) not in self._read:
            found = None if self._language is None else labels(machine.profile, self._language)
            self._read[id(machine)] = (machine, found)  # the machine is kept, so that no other gets its id
        return self._read[id(machine)][1]

    def of(self, machine: Machine) -> Names:
        """Return the display names of a profile."""
        return Names(machine.profile, self.labels(machine))
