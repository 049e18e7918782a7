"""The files that a command writes: never over one that it reads, nor over one another, and whole or not at all."""

from __future__ import annotations

import os
import shutil
import stat
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

from journeykit.cli.streams import for_programs
from journeykit.errors import JourneykitError

__all__ = ["STANDARD", "check_outputs", "written"]

STANDARD = "-"
"""The name that means standard input or standard output."""


def check_outputs(written: Mapping[str, str | None], read: Mapping[str, str | None]) -> None:
    """Refuse files to be written that cannot be, or that are read or written as something else, too.

    Args:
        written: the option -> the name of its file; None where it was not given.
        read: what a file is read as, such as ``the file of inputs`` -> its name. One that is no file is no matter.

    Raises:
        JourneykitError: it is a folder, or lies in none; or it is the same file as another, by whatever name.
    """
    there = {
        what: name for what, name in read.items() if name is not None and (name == STANDARD or Path(name).exists())
    }
    known = {_which(name, sys.stdin): what for what, name in there.items()}
    known.setdefault(_which(STANDARD, sys.stdout), "what standard output goes to")
    known[STANDARD] = known[None] = ""
    for option, name in written.items():
        which = STANDARD if name == STANDARD else _which(name, sys.stdout)
        if name is None:
            continue
        if known.get(which):
            raise JourneykitError(f"{option}: {name} is {known[which]}; name another file")
        if name != STANDARD and (Path(name).is_dir() or name.endswith(("/", os.sep))):
            raise JourneykitError(f"{option}: {name} is a folder; name a file")
        if name != STANDARD and not Path(name).exists() and not Path(os.path.realpath(name)).parent.is_dir():
            raise JourneykitError(f"{option}: {name}: there is no such folder; make it first")
        if which is not None:
            known[which] = f"the file of {option}" if name != STANDARD else f"where {option} goes to"


def _which(name: str | None, standard: TextIO | None) -> object:
    """Return what tells a file from others by whatever name; None of what cannot be overwritten, such as a terminal."""
    if name is None:
        return None
    real = os.path.realpath(name)  # what is written in the end, where the name goes through folders that are not there
    try:
        if name == STANDARD:
            found = None if standard is None else os.fstat(standard.fileno())
        else:
            found = os.stat(Path(name) if Path(name).exists() else real)  # noqa: PTH116 -- as os.fstat
    except (OSError, ValueError):
        return None if name == STANDARD else os.path.normcase(real)
    return (found.st_dev, found.st_ino) if found is not None and stat.S_ISREG(found.st_mode) else None


@contextmanager
def written(name: str) -> Iterator[TextIO]:
    """Give a file to write, in UTF-8, that takes its name once it is whole; left half way, it leaves nothing behind.

    What is there under that name stays until then. A device or a pipe, and a file in a folder that takes no others, is
    written directly; ``-`` is standard output.

    Raises:
        JourneykitError: it cannot be written; the message names it.
    """
    if name == STANDARD:
        yield for_programs(sys.stdout)
        sys.stdout.flush()
        return
    target = Path(name)
    if target.is_file() or not target.exists():  # a pipe has no other name than the one that it was given by
        target = Path(os.path.realpath(name))
    try:
        beside = _beside(target)
        try:
            with (beside or target).open("w", encoding="utf-8", errors="backslashreplace", newline="") as file:
                yield file
            if beside:
                if target.exists():
                    shutil.copymode(target, beside)
                beside.replace(target)
        finally:
            if beside:
                with suppress(OSError):
                    beside.unlink()
    except OSError as fault:
        raise JourneykitError(f"{name}: {fault.strerror or fault}") from None


def _beside(target: Path) -> Path | None:
    """Return a new file beside another; None where there can be none, or it could not take the other's place."""
    if target.exists() and not (target.is_file() and os.access(target, os.W_OK)):
        return None
    beside = target.with_name(f".journeykit-{os.getpid()}.part")
    try:
        beside.touch(exist_ok=False)
    except OSError:
        return None
    return beside
