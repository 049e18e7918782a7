"""Customer journeys as concurrent state machines, written in YAML.

This module is the public API. Each name is imported when it is first used, so that importing the package stays light.
"""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from journeykit.answers.cooling import CoolingReaction
    from journeykit.answers.due_list import Due
    from journeykit.answers.explain import Explanation, HandoffState, Point, PositionReport, PossibleMove, Success
    from journeykit.answers.pace import Pace
    from journeykit.answers.readings import Reading, ReadingSort
    from journeykit.answers.sentences import Happening, HappeningKind
    from journeykit.answers.taken_back import TakenBack
    from journeykit.answers.timeline import Timeline
    from journeykit.clock import Clock, ManualClock, SystemClock
    from journeykit.dates import Period, Range
    from journeykit.engine.due_dates import wakes_at
    from journeykit.engine.inputs import KINDS, HandoffSaid, Input, InputKind, parse_input
    from journeykit.engine.records import About, Record
    from journeykit.engine.step import Outcome, step
    from journeykit.engine.trace import Asked, AskedSort, TimerEvent, TimerNews, Trace, Went
    from journeykit.errors import Finding, InputError, JourneykitError, Location, ProfileError, Severity, SnapshotError
    from journeykit.journey.history import History, Refused, replay
    from journeykit.journey.input_sources import Inputs, LeftOut, read_inputs
    from journeykit.journey.journey import Journey
    from journeykit.language.catalog import names as segments
    from journeykit.language.catalog import read, read_text
    from journeykit.language.model.profile import MoveKind, Profile
    from journeykit.machine.compiler import compile_profile, load
    from journeykit.machine.criteria.answers import Answer
    from journeykit.machine.criteria.verdicts import Reason, Result, Verdict
    from journeykit.machine.machine import Machine
    from journeykit.machine.positions import Positions
    from journeykit.machine.snapshot import Snapshot
    from journeykit.naming.declared import RECORD_KINDS, RecordKind
    from journeykit.portfolio.book import Book, replay_book
    from journeykit.statechart._transitions import RegionMachine
    from journeykit.storage.read_snapshot import from_dict as load_snapshot

_HOMES = {
    "About": "engine.records",
    "Answer": "machine.criteria.answers",
    "Asked": "engine.trace",
    "AskedSort": "engine.trace",
    "Book": "portfolio.book",
    "Clock": "clock",
    "CoolingReaction": "answers.cooling",
    "Due": "answers.due_list",
    "Explanation": "answers.explain",
    "Finding": "errors",
    "HandoffSaid": "engine.inputs",
    "HandoffState": "answers.explain",
    "Happening": "answers.sentences",
    "HappeningKind": "answers.sentences",
    "History": "journey.history",
    "Input": "engine.inputs",
    "InputError": "errors",
    "InputKind": "engine.inputs",
    "Inputs": "journey.input_sources",
    "Journey": "journey.journey",
    "JourneykitError": "errors",
    "KINDS": "engine.inputs",
    "LeftOut": "journey.input_sources",
    "Location": "errors",
    "Machine": "machine.machine",
    "ManualClock": "clock",
    "MoveKind": "language.model.profile",
    "Outcome": "engine.step",
    "Pace": "answers.pace",
    "Period": "dates",
    "Point": "answers.explain",
    "PositionReport": "answers.explain",
    "Positions": "machine.positions",
    "PossibleMove": "answers.explain",
    "Profile": "language.model.profile",
    "ProfileError": "errors",
    "RECORD_KINDS": "naming.declared",
    "Range": "dates",
    "Reading": "answers.readings",
    "ReadingSort": "answers.readings",
    "Reason": "machine.criteria.verdicts",
    "Record": "engine.records",
    "RecordKind": "naming.declared",
    "Refused": "journey.history",
    "RegionMachine": "statechart._transitions",
    "Result": "machine.criteria.verdicts",
    "Severity": "errors",
    "Snapshot": "machine.snapshot",
    "SnapshotError": "errors",
    "Success": "answers.explain",
    "SystemClock": "clock",
    "TakenBack": "answers.taken_back",
    "Timeline": "answers.timeline",
    "TimerEvent": "engine.trace",
    "TimerNews": "engine.trace",
    "Trace": "engine.trace",
    "Verdict": "machine.criteria.verdicts",
    "Went": "engine.trace",
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
    "KINDS",
    "RECORD_KINDS",
    "About",
    "Answer",
    "Asked",
    "AskedSort",
    "Book",
    "Clock",
    "CoolingReaction",
    "Due",
    "Explanation",
    "Finding",
    "HandoffSaid",
    "HandoffState",
    "Happening",
    "HappeningKind",
    "History",
    "Input",
    "InputError",
    "InputKind",
    "Inputs",
    "Journey",
    "JourneykitError",
    "LeftOut",
    "Location",
    "Machine",
    "ManualClock",
    "MoveKind",
    "Outcome",
    "Pace",
    "Period",
    "Point",
    "PositionReport",
    "Positions",
    "PossibleMove",
    "Profile",
    "ProfileError",
    "Range",
    "Reading",
    "ReadingSort",
    "Reason",
    "Record",
    "RecordKind",
    "Refused",
    "RegionMachine",
    "Result",
    "Severity",
    "Snapshot",
    "SnapshotError",
    "Success",
    "SystemClock",
    "TakenBack",
    "Timeline",
    "TimerEvent",
    "TimerNews",
    "Trace",
    "Verdict",
    "Went",
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
