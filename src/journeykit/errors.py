"""The library's errors, and the findings and locations they carry.

Every message says what is wrong, where, what was expected and what to do. It is one line and short, and safe to print,
whatever came in: what is said of it is made so here (``plain.one_line``), once for all.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from journeykit.plain import one_line

__all__ = [
    "Finding",
    "InputError",
    "JourneykitError",
    "Location",
    "MissingExtraError",
    "ProfileError",
    "Severity",
    "SnapshotError",
    "UnknownKeyError",
]

Severity = Literal["error", "warning"]

_PART = 400
"""The most signs of each part of a finding: its file, path, message and hint."""


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """A place in a text: the file's name as the author gave it, and line and column, both counted from 1."""

    file: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{one_line(self.file, _PART)}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Finding:
    """One error or warning about a profile.

    Attributes:
        code: stable code such as ``JK201``; the same fault always has the same code.
        severity: ``error`` stops the compile, ``warning`` does not.
        at: its place in the author's text.
        path: the dotted path of the value, such as ``tracks.value.stages.onboarding.exit.to``.
        message: what is wrong, and what was expected.
        hint: what to do about it ("did you mean ..."), or empty.
    """

    code: str
    severity: Severity
    at: Location
    path: str
    message: str
    hint: str = ""

    def __post_init__(self) -> None:
        for name in ("path", "message", "hint"):
            said = getattr(self, name)
            if len(said) > _PART or not said.isprintable():
                object.__setattr__(self, name, one_line(said, _PART))

    def __str__(self) -> str:
        hint = f"; {self.hint}" if self.hint else ""
        path = f" {self.path}:" if self.path else ""
        return f"{self.at}:{path} {self.message}{hint} [{self.code}]"


class JourneykitError(Exception):
    """The base class of errors about profiles, inputs, snapshots, labels and missing extras."""

    def __init__(self, message: object = "") -> None:
        super().__init__(one_line(message))


class ProfileError(JourneykitError):
    """A profile that cannot be used. ``findings`` holds all its faults, in the order of the text."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings: tuple[Finding, ...] = tuple(sorted(findings, key=lambda f: (f.at, f.code, f.path)))
        Exception.__init__(self, "\n".join(map(str, self.findings)))  # a line a finding, each one safe to print

    def __reduce__(self) -> tuple[type[ProfileError], tuple[tuple[Finding, ...]]]:
        """Pickle with the findings, which the message alone would not bring to another process."""
        return type(self), (self.findings,)


class InputError(JourneykitError):
    """An input that was refused; the journey stays as it was.

    Attributes:
        code: a short stable name for the kind of refusal, such as ``unknown_subject`` or ``time_runs_back``.
        message: what was refused, what was expected and what to do.
    """

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        self.message: str = one_line(message)
        super().__init__(self.message)

    def __reduce__(self) -> tuple[type[InputError], tuple[str, str]]:
        """Pickle with the code, which the message alone would not bring to another process."""
        return type(self), (self.code, self.message)


class UnknownKeyError(InputError, KeyError):
    """A key that a mapping does not have: an ``InputError``, and a ``KeyError`` as of every mapping."""

    def __str__(self) -> str:
        return self.message  # a KeyError shows the repr of its key


class SnapshotError(JourneykitError):
    """A stored snapshot that does not fit the machine: unknown place, other meaning (R16), broken marks.

    The message says what to do.
    """


class MissingExtraError(JourneykitError):
    """A feature whose extra is not installed; the message names the package it needs and the extra to install."""

    def __init__(self, feature: str, package: str, extra: str) -> None:
        self._said = feature, package, extra
        super().__init__(f"{feature} needs the package {package}: pip install 'journeykit[{extra}]'")

    def __reduce__(self) -> tuple[type[MissingExtraError], tuple[str, str, str]]:
        """Pickle with the three words of which the message is made."""
        return type(self), self._said
