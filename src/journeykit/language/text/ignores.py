"""Comments with which an author answers findings: ``# journeykit: ignore[JK204] reason``.

YAML throws comments away, so they are read from the lines of the text. A comment behind a value concerns its own line,
one on a line of its own the next line that holds a value, and each only the file it is written in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from journeykit.errors import Finding, Location
from journeykit.language.text.nodes import Node, listed

__all__ = ["Ignore", "Ignores", "ignores_in"]

_MARK = re.compile(r"(?:^|(?<=\s))#\s*journeykit:\s*ignore\b")
_CODES = re.compile(r"\s*\[\s*(JK\d{3}(?:\s*,\s*JK\d{3})*)\s*\]\s*(.*)")
_FIXED = frozenset({"JK213", "JK214", "JK303", "JK304"})
"""Codes that no comment answers, beside those of reading, shape, names and types (JK0xx, JK1xx)."""

_EXPECTED = "expected '# journeykit: ignore[JK204] reason'"


@dataclass(frozen=True, slots=True)
class Ignore:
    """One comment.

    Attributes:
        at: the location of the comment.
        line: the line it concerns, counted from 1.
        codes: the codes of the findings to leave out.
        fault: why the comment leaves nothing out, or empty; ``hint`` then says what to do.
    """

    at: Location
    line: int
    codes: tuple[str, ...] = ()
    fault: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Ignores:
    """The comments of a profile and its parents; ``own`` is the file of the profile itself, as findings call it."""

    own: str = ""
    items: tuple[Ignore, ...] = ()

    def apply(self, findings: Iterable[Finding]) -> tuple[Finding, ...]:
        """Return the findings that no comment answers, then warnings about comments that are faulty or answer nothing.

        Only comments of the profile's own file are warned about: a parent's may serve the parent alone.
        """
        given = tuple(findings)
        if not self.items:
            return given
        asked = {(one.at.file, one.line, code): one for one in self.items if not one.fault for code in one.codes}
        left, used = [], set()
        for finding in given:
            key = (finding.at.file, finding.at.line, finding.code)
            if key in asked and _may_be_left_out(finding):
                used.add(key)
            else:
                left.append(finding)
        idle = {key: one for key, one in asked.items() if key not in used and one.at.file == self.own}
        left += [_finding("JK213", one.at, one.fault, one.hint) for one in self._faulty()]
        left += [_idle(one, code) for (_, _, code), one in idle.items()]
        return tuple(left)

    def _faulty(self) -> Iterator[Ignore]:
        return (one for one in self.items if one.fault and one.at.file == self.own)


def _may_be_left_out(finding: Finding) -> bool:
    """Tell whether a finding is a judgement, which an author may answer: a warning, or any JK2xx."""
    return finding.severity == "warning" or finding.code.startswith("JK2")


def _idle(ignore: Ignore, code: str) -> Finding:
    message = f"this comment leaves nothing out: there is no {code} at line {ignore.line} that it may answer"
    return _finding("JK214", ignore.at, message, "delete it, or put it on the line that the finding names")


def _finding(code: str, at: Location, message: str, hint: str) -> Finding:
    return Finding(code, "warning", at, "", message, hint)


def ignores_in(text: str, file: str, tree: Node) -> tuple[Ignore, ...]:
    """Return the comments of one text.

    Args:
        text: the text of a profile.
        file: the name by which findings call it.
        tree: what was read of it; needed to tell a comment from the same words inside a quoted text.
    """
    if "journeykit:" not in text:  # Most texts have none, and then nothing needs to be looked through.
        return ()
    rows = text.removeprefix("\ufeff").split("\n")
    found = ((number, match) for number, row in enumerate(rows, 1) for match in _MARK.finditer(row))
    quoted = [(line, value) for line, value in _texts(tree) if "journeykit:" in value]
    return tuple(
        _ignore(rows, number, match, file)
        for number, match in found
        if not any(line <= number and match[0] in value for line, value in quoted)
    )


def _texts(node: Node) -> Iterator[tuple[int, str]]:
    """Yield every text in a tree with the line it starts on."""
    inner = node.value
    if isinstance(inner, str):
        yield node.at.line, inner
    elif isinstance(inner, dict | list):
        for item in inner.values() if isinstance(inner, dict) else inner:
            yield from _texts(item)


def _ignore(rows: list[str], number: int, match: re.Match[str], file: str) -> Ignore:
    row = rows[number - 1]
    at = Location(file, number, match.start() + 1)
    line = number if row[: match.start()].strip() else _next_line(rows, number)
    said = _CODES.match(row, match.end())
    if said is None:
        return Ignore(at, line, fault="this comment names no code", hint=_EXPECTED)
    codes = tuple(re.split(r"\s*,\s*", said[1]))
    fixed = [code for code in codes if code in _FIXED or _before_any_judgement(code)]
    if fixed:
        stays = f"{listed(fixed)} cannot be answered by a comment"
        return Ignore(at, line, codes, stays, "mend the profile: only warnings and JK2xx are left out")
    if not said[2].strip():
        return Ignore(at, line, codes, "this comment gives no reason, so nothing is left out", _EXPECTED)
    return Ignore(at, line, codes)


def _before_any_judgement(code: str) -> bool:
    """Tell whether a code is of reading, shape, names or types; JK016 is left out, being a warning."""
    return code[2] in "01" and code != "JK016"


def _next_line(rows: list[str], number: int) -> int:
    """Return the number of the next line that holds more than a comment, or the given one where there is none."""
    for later in range(number, len(rows)):
        words = rows[later].strip()
        if words and not words.startswith("#"):
            return later + 1
    return number
