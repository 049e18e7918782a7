"""Customer journeys as concurrent state machines, written down in YAML.

The public face: names only, each loaded when it is first used, so that importing the package stays light.
"""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from journeykit.clock import Clock, ManualClock, SystemClock
    from journeykit.dates import Period
    from journeykit.errors import Finding, InputError, JourneykitError, Location, ProfileError, SnapshotError
    from journeykit.journey.codec import from_dict as load_snapshot
    from journeykit.journey.explain import Explanation
    from journeykit.journey.history import History, replay
    from journeykit.journey.inputs import Input, parse_input
    from journeykit.journey.records import Record
    from journeykit.journey.rules import Outcome, step
    from journeykit.journey.shell import Journey
    from journeykit.journey.snapshot import Snapshot
    from journeykit.journey.timeline import Timeline
    from journeykit.journey.upcoming import Due
    from journeykit.journey.wording import Happening
    from journeykit.language.catalog import names as segments
    from journeykit.language.catalog import read, read_text
    from journeykit.language.profile import Profile
    from journeykit.machine.compiler import compile_profile, load
    from journeykit.machine.machine import Machine
    from journeykit.portfolio.book import Book, replay_book

_HOMES = {
    "Book": "portfolio.book",
    "Clock": "clock",
    "Due": "journey.upcoming",
    "Explanation": "journey.explain",
    "Finding": "errors",
    "Happening": "journey.wording",
    "History": "journey.history",
    "Input": "journey.inputs",
    "InputError": "errors",
    "Journey": "journey.shell",
    "JourneykitError": "errors",
    "Location": "errors",
    "Machine": "machine.machine",
    "ManualClock": "clock",
    "Outcome": "journey.rules",
    "Period": "dates",
    "Profile": "language.profile",
    "ProfileError": "errors",
    "Record": "journey.records",
    "Snapshot": "journey.snapshot",
    "SnapshotError": "errors",
    "SystemClock": "clock",
    "Timeline": "journey.timeline",
    "compile_profile": "machine.compiler",
    "load": "machine.compiler",
    "load_snapshot": "journey.codec:from_dict",
    "parse_input": "journey.inputs",
    "read": "language.catalog",
    "read_text": "language.catalog",
    "replay": "journey.history",
    "replay_book": "portfolio.book",
    "segments": "language.catalog:names",
    "step": "journey.rules",
}

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
    "read_text",
    "replay",
    "replay_book",
    "segments",
    "step",
]

try:
    __version__ = version("journeykit")
except PackageNotFoundError:  # a source tree that was never installed
    __version__ = "0+unknown"


if not TYPE_CHECKING:

    def __getattr__(name: str) -> Any:
        home = _HOMES.get(name)
        if home is None:
            raise AttributeError(f"module 'journeykit' has no attribute {name!r}")
        module, _, other = home.partition(":")
        found = getattr(import_module(f"journeykit.{module}"), other or name)
        globals()[name] = found
        return found


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
