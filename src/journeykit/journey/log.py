"""The log: the inputs that were taken, each delivery of which counts once (rule R3)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from types import MappingProxyType

from journeykit.engine.inputs import Input
from journeykit.errors import InputError
from journeykit.plain import plain

__all__ = ["Log"]

NO_DATES: Mapping[str, date] = MappingProxyType({})


class Log:
    """The inputs of one account, in the order in which they were taken. An id stands for one content.

    Args:
        inputs: those taken before.
        dates: by id, the plain dates with which they were delivered, where that is known.
    """

    __slots__ = ("_dates", "by_id", "inputs")

    def __init__(self, inputs: Iterable[Input] = (), dates: Mapping[str, date] = NO_DATES) -> None:
        self.inputs: list[Input] = []
        self.by_id: dict[str, Input] = {}
        self._dates = dict(dates)
        for entry in inputs:
            self.append(entry)

    def copy(self) -> Log:
        """Return a log of its own with the same inputs."""
        return Log(self.inputs, self._dates)

    def knows(self, entry: Input, said: datetime | date | None = None) -> bool:
        """Tell whether this very input was taken before, by its id; one without an id never was.

        Args:
            entry: the input, its ``at`` an instant.
            said: its ``at`` as it was delivered. A plain date is read as it was the first time, whatever zone the
                account counts its days in by now.

        Raises:
            InputError: ``conflict``: its id stands for other content.
        """
        if entry.id is None:
            return False
        known = self.by_id.get(entry.id)
        if known is None:
            return False
        if said is not None and self._dates.get(entry.id) == said:
            entry = entry._replace(at=known.at)
        if known == entry or known._replace(data=plain(known.data)) == entry._replace(data=plain(entry.data)):
            return True  # a value and its JSON form, such as a date and its text, are one content
        raise InputError(
            "conflict", f"id {entry.id!r} was taken before with other content ({known.kind} at {known.at.isoformat()})"
        )

    def append(self, entry: Input, said: datetime | date | None = None) -> None:
        """Add an input that was taken; ``said`` is its ``at`` as it was delivered."""
        self.inputs.append(entry)
        if entry.id is not None:
            self.by_id[entry.id] = entry
            if said is not None and not isinstance(said, datetime):
                self._dates[entry.id] = said
