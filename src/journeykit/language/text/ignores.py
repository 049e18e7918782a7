"""Remarks that an author has answered: ``# journeykit: ignore[JK204] reason`` in the text of a profile.

YAML throws comments away, so they are read from the lines of the text. A comment behind a value speaks of its own line,
one that stands alone of the next line that holds something, and each only of the file it is written in.
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
"""Codes that no comment answers, beside those of what cannot be read or looked up."""

_EXPECTED = "expected '# journeykit: ignore[JK204] reason'"


@dataclass(frozen=True, slots=True)
class Ignore:
    """One comment: where it stands, which line it speaks of, and what is to be left out. ``fault``: why it is not."""

    at: Location
    line: int
    codes: tuple[str, ...] = ()
    fault: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Ignores:
    """The comments of a profile and its parents; ``own`` is the file of the profile itself."""

    own: str = ""
    items: tuple[Ignore, ...] = ()

    def apply(self, findings: Iterable[Finding]) -> tuple[Finding, ...]:
        """What is left of some findings, and what is wrong with the comments of the profile's own file.

        A parent's comment may be of use to the parent alone, so only the profile's own are said to be of none.
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
    """Whether a remark is a judgement: every warning is one, and every JK2xx."""
    return finding.severity == "warning" or finding.code.startswith("JK2")


def _idle(ignore: Ignore, code: str) -> Finding:
    message = f"this comment leaves nothing out: there is no {code} at line {ignore.line} that it may answer"
    return _finding("JK214", ignore.at, message, "delete it, or put it on the line that the finding names")


def _finding(code: str, at: Location, message: str, hint: str) -> Finding:
    return Finding(code, "warning", at, "", message, hint)


def ignores_in(text: str, file: str, tree: Node) -> tuple[Ignore, ...]:
    """The comments of one text that has been read as this tree."""
    if "journeykit:" not in text:
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
    """Every text with the line it starts on: what looks like a comment inside one is none."""
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
    """Whether a code belongs to what cannot be read or looked up; of these JK016 alone is a warning."""
    return code[2] in "01" and code != "JK016"


def _next_line(rows: list[str], number: int) -> int:
    """The next line that holds more than a comment."""
    for later in range(number, len(rows)):
        words = rows[later].strip()
        if words and not words.startswith("#"):
            return later + 1
    return number
