"""Where the texts of profiles come from: shipped segments by name, and files.

A profile may extend a shipped segment, or a file in the folder of the first profile or below it, and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path, PurePosixPath

from journeykit.errors import Location
from journeykit.language.text.nodes import Faults, suggest
from journeykit.language.text.reader import LONGEST_TEXT
from journeykit.language.text.scalars import NAME

__all__ = ["RefusedError", "Source", "beside", "from_file", "names", "segments_dir", "shipped", "text_of"]

_ENDINGS = (".yaml", ".yml")
_SHIPPED = "segments"
# Absolute paths, drives, addresses and home folders; and backslashes, which only some systems take for separators.
_ELSEWHERE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|[/\\~]|.*\\")


class RefusedError(Exception):
    """A text cannot or must not be read.

    Attributes:
        message: what is wrong.
        hint: what to do about it, or empty.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        self.message = message
        self.hint = hint
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Source:
    """A text to read.

    Attributes:
        shown: the name by which findings call it.
        file: its file, or None for a text that was handed over.
        root: the folder that holds whatever it may extend, in it or below; None where it may extend no file.
    """

    shown: str
    file: Path | None
    root: Path | None

    @property
    def folder(self) -> Path | None:
        """The folder from which paths of what it extends are counted, or None."""
        return self.file.parent if self.file is not None else self.root


@cache
def segments_dir() -> Path:
    """Return the folder of the shipped segments: inside an installed package, or at the root of a checkout."""
    package = Path(str(resources.files("journeykit"))).resolve()
    packaged, checkout = package / _SHIPPED, package.parents[1] / _SHIPPED
    if packaged.is_dir():
        return packaged
    return checkout if checkout.is_dir() else packaged


def names() -> tuple[str, ...]:
    """Return the names of the shipped segments, in alphabetical order."""
    return tuple(sorted(one.stem for one in segments_dir().glob("*.yaml") if NAME.fullmatch(one.stem)))


def shipped(name: str) -> Source:
    """Return the source of a shipped segment; its name must be one of ``names()``."""
    root = segments_dir().resolve()
    return Source(f"{_SHIPPED}/{name}.yaml", root / f"{name}.yaml", root)


def from_file(given: str) -> Source:
    """Return the source of a file that a user names, wherever it lies. It may extend files in its own folder and below.

    Raises:
        RefusedError: there is no such file.
    """
    file = Path(given)
    if not _is_there(file):
        why = "this is a folder, not a file" if _is_there(file, Path.is_dir) else "there is no such file"
        raise RefusedError(why, "give the path of a .yaml file, or the name of a shipped segment")
    file = file.resolve()
    return Source(given, file, file.parent)


def beside(source: Source, written: str) -> Source:
    """Return the source of a file that a profile extends.

    Args:
        source: the profile that extends it.
        written: its path from that profile, with ``/`` between the parts.

    Raises:
        RefusedError: there is no such file, or it lies outside the folder of the first profile.
    """
    if _ELSEWHERE.match(written):
        raise RefusedError(
            f'"{written}" is not a path inside this folder',
            "extend a shipped segment by its name or a file beside this one by its path",
        )
    steps = PurePosixPath(written)
    if ".." in steps.parts:
        raise RefusedError(f'"{written}" leads out of this folder', "put the parent beside this profile or below it")
    if source.folder is None or source.root is None:
        raise RefusedError(
            _no_segment(written, None),
            suggest(written, names()) or "a text without a folder extends shipped segments only",
        )
    if steps.suffix not in _ENDINGS:
        raise RefusedError(_no_segment(written, source.folder), _other_name(written, source.folder))
    # Links are followed before the check, or a link in the folder could lead anywhere.
    file = (source.folder / steps).resolve()
    if not file.is_relative_to(source.root):
        raise RefusedError(
            f'"{written}" leads out of this folder', "put the parent itself beside this profile, not a link to it"
        )
    if not _is_there(file):
        raise RefusedError(f'there is no file "{written}" beside this profile', _other_name(written, source.folder))
    shown = Path(source.shown).parent / steps if source.file is not None else steps
    return Source(str(shown), file, source.root)


def _is_there(path: Path, asked: Callable[[Path], bool] = Path.is_file) -> bool:
    """Tell whether there is such a file; not so of a name that no system takes, such as a very long one."""
    try:
        return asked(path)
    except OSError:
        return False


def _no_segment(written: str, folder: Path | None) -> str:
    return f'there is no shipped segment "{written}"' + ("" if folder else ", and a text has no files beside it")


def _other_name(written: str, folder: Path) -> str:
    for ending in _ENDINGS:
        if _is_there(folder / f"{written}{ending}"):
            return f'did you mean "{written}{ending}"?'
    near = [one.name for one in folder.iterdir() if one.suffix in _ENDINGS]
    hint = suggest(written, [*names(), *near])
    return hint or "extend a shipped segment by its name, or a .yaml file beside this one"


def text_of(source: Source, at: Location, path: tuple[str, ...], faults: Faults) -> str | None:
    """Return the text of a source that has a file, or None after noting a fault.

    Args:
        source: what to read; no more of it is taken in than is needed to see that it is too large.
        at: the location of the fault where the file cannot be opened, such as that of ``extends``.
        path: the path of that location in the text.
        faults: receives the fault.
    """
    assert source.file is not None
    try:
        with source.file.open("rb") as stream:
            raw = stream.read(LONGEST_TEXT + 4)
    except OSError as error:
        faults.add("JK009", at, path, f"cannot read {source.shown}: {error.strerror or error}")
        return None
    if len(raw) > LONGEST_TEXT:
        faults.add("JK002", Location(source.shown), (), f"a text of more than {LONGEST_TEXT:,} bytes; no more are read")
        return None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        column = error.start - raw.rfind(b"\n", 0, error.start)
        faults.add("JK009", Location(source.shown, line, column), (), "the text is not UTF-8", "save the file as UTF-8")
    return None
