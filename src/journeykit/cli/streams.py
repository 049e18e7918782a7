"""Standard input, output and error as they are found: closed, full, cut off early, in another encoding."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from io import TextIOWrapper
from typing import TextIO

from journeykit.errors import JourneykitError

__all__ = ["for_programs", "let_go", "make_ready", "standard_input"]


def make_ready() -> None:
    """Let standard output and error take every text: a sign that their encoding does not have is written as ``\\xfc``.

    Raises:
        JourneykitError: standard output is closed, so that nobody could be told anything.
    """
    if sys.stderr is None:  # what is printed to None would stand on standard output
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115 -- open as long as the program runs
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    if sys.stdout is None:
        raise JourneykitError("standard output is closed; send it to a file or to /dev/null")


def for_programs(target: TextIO) -> TextIO:
    """Make a stream that programs read UTF-8, with the line ends as they are written, on every system; return it."""
    if isinstance(target, TextIOWrapper):
        target.reconfigure(encoding="utf-8", errors="backslashreplace", newline="")
    return target


def standard_input() -> TextIO:
    """Return standard input, read as UTF-8, other bytes of which spoil their own line only.

    Raises:
        JourneykitError: it is closed.
    """
    if sys.stdin is None:
        raise JourneykitError("standard input is closed; name a file of inputs instead of -")
    if isinstance(sys.stdin, TextIOWrapper):
        sys.stdin.reconfigure(encoding="utf-8", errors="surrogateescape")
    return sys.stdin


def let_go() -> None:
    """Let go of what cannot be written any more, so that the interpreter does not complain of it when it ends."""
    for stream in (sys.stdout, sys.stderr):
        if stream is None:
            continue
        try:
            stream.flush()
        except (OSError, ValueError):
            with suppress(OSError, ValueError):
                os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
