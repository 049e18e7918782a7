"""Customer journeys as concurrent state machines, written in YAML.

This module is the public API. Each name is imported when it is first used, so that importing the package stays light.
"""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from journeykit.answers.due_list import Due
    from journeykit.answers.explain import Explanation
    from journeykit.answers.sentences import Happening
    from journeykit.answers.timeline import Timeline
    from journeykit.clock import Clock, ManualClock, SystemClock
    from journeykit.dates import Period
    from journeykit.engine.due_dates import wakes_at
    from journeykit.engine.inputs import Input, parse_input
    from journeykit.engine.records import Record
    from journeykit.engine.step import Outcome, step
    from journeykit.errors import Finding, InputError, JourneykitError, Location, ProfileError, SnapshotError
    from journeykit.journey.history import History, replay
    from journeykit.journey.input_sources import Inputs, read_inputs
    from journeykit.journey.journey import Journey
    from journeykit.language.catalog import names as segments
    from journeykit.language.catalog import read, read_text
    from journeykit.language.model.profile import Profile
    from journeykit.machine.compiler import compile_profile, load
    from journeykit.machine.machine import Machine
    from journeykit.machine.snapshot import Snapshot
    from journeykit.portfolio.book import Book, replay_book
    from journeykit.storage.read_snapshot import from_dict as load_snapshot

_HOMES = {
    "Book": "portfolio.book",
    "Clock": "clock",
    "Due": "answers.due_list",
    "Explanation": "answers.explain",
    "Finding": "errors",
    "Happening": "answers.sentences",
    "History": "journey.history",
    "Input": "engine.inputs",
    "InputError": "errors",
    "Inputs": "journey.input_sources",
    "Journey": "journey.journey",
    "JourneykitError": "errors",
    "Location": "errors",
    "Machine": "machine.machine",
    "ManualClock": "clock",
    "Outcome": "engine.step",
    "Period": "dates",
    "Profile": "language.model.profile",
    "ProfileError": "errors",
    "Record": "engine.records",
    "Snapshot": "machine.snapshot",
    "SnapshotError": "errors",
    "SystemClock": "clock",
    "Timeline": "answers.timeline",
    "compile_profile": "machine.compiler",
    "load": "machine.compiler",
    "load_snapshot": "storage.read_snapshot:from_dict",
    "parse_input": "engine.inputs",
    "read": "language.catalog",
    "read_inputs": "journey.input_sources",
    "read_text": "language.catalog",
    "replay": "journey.history",
    "replay_book": "portfolio.book",
    "segments": "language.catalog:names",
    "step": "engine.step",
    "wakes_at": "engine.due_dates",
}
"""Public names with their modules; after a colon, the name there if it is another one."""

__all__ = [
    "Book",
    "Clock",
    "Due",
    "Explanation",
    "Finding",
    "Happening",
    "History",
    "Input",
    "InputError",
    "Inputs",
    "Journey",
    "JourneykitError",
    "Location",
    "Machine",
    "ManualClock",
    "Outcome",
    "Period",
    "Profile",
    "ProfileError",
    "Record",
    "Snapshot",
    "SnapshotError",
    "SystemClock",
    "Timeline",
    "compile_profile",
    "load",
    "load_snapshot",
    "parse_input",
    "read",
    "read_inputs",
    "read_text",
    "replay",
    "replay_book",
    "segments",
    "step",
    "wakes_at",
]

try:
    __version__ = version("journeykit")
except PackageNotFoundError:  # a source tree that was never installed
    __version__ = "0+unknown"


# Hidden from type checkers, which would take a module with ``__getattr__`` to have every name.
if not TYPE_CHECKING:

    def __getattr__(name: str) -> Any:
        home = _HOMES.get(name)
        if home is None:
            raise AttributeError(f"module 'journeykit' has no attribute {name!r}")
        module, _, other = home.partition(":")
        found = getattr(import_module(f"journeykit.{module}"), other or name)
        globals()[name] = found  # so that the next use is a plain attribute
        return found


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
