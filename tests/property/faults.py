"""Faults inside a step: an exception raised at the n-th call of a function of the engine."""

from __future__ import annotations

import sys
from collections.abc import Callable
from inspect import CO_GENERATOR
from pathlib import Path
from types import FrameType
from typing import Any

import journeykit

__all__ = ["PlannedError", "failing_at"]

_HOME = str(Path(journeykit.__file__).parent)
_ROOMS = tuple(f"{_HOME}/{room}/" for room in ("journey", "machine"))


class PlannedError(RuntimeError):
    """The fault put in on purpose."""


def failing_at(at: int | None, act: Callable[[], Any]) -> int:
    """Runs ``act`` and raises ``PlannedError`` at its ``at``-th call into the engine (None: never); the calls made."""
    calls = 0

    def watch(frame: FrameType, event: str, _: Any) -> None:
        nonlocal calls
        code = frame.f_code
        # A generator that is thrown away half-way is "called" once more, where nobody could hear of a fault.
        if event not in ("call", "c_call") or code.co_flags & CO_GENERATOR or not code.co_filename.startswith(_ROOMS):
            return
        calls += 1
        if calls - 1 == at:
            raise PlannedError(f"call {at}: {code.co_qualname}")

    sys.setprofile(watch)
    try:
        act()
    finally:
        sys.setprofile(None)
    return calls
