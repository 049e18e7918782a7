"""The text of a profile as a tree of values that know their places, and the list that collects its faults."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from journeykit.errors import Finding, Location, ProfileError

__all__ = ["Faults", "Node", "Path", "Scalar", "find", "listed", "plain", "suggest", "words_for"]

Scalar = str | int | float | bool | None
Path = tuple[str, ...]

_FEW = 8
_SHORT = 40


@dataclass(slots=True)
class Node:
    """A value with its place.

    Attributes:
        value: a map, a list or a scalar.
        at: where the value starts.
        key_at: where its key starts, when it stands in a map.
        lines: for a text that starts behind a quote or spans lines: (offset, place) of each written line.
        form: how the value is written where several ways exist (``is``, ``fact``, ``any`` ...), so that a child's way
            replaces its parent's; filled in when short forms are expanded.
        blank: an empty value that says "with nothing more", and in a child "remove it".
        named: it stands in a map of names, so it may say ``after:``.
        beside: the ``source`` and ``instead_of`` of a value that is read without them.
    """

    value: dict[str, Node] | list[Node] | Scalar
    at: Location
    key_at: Location | None = None
    lines: tuple[tuple[int, Location], ...] = ()
    form: str = ""
    blank: bool = False
    named: bool = False
    beside: dict[str, Node] = field(default_factory=dict)

    @property
    def place(self) -> Location:
        """Where a reader looks for it: its key, or where it has none, itself."""
        return self.key_at or self.at

    def with_value(self, value: dict[str, Node] | list[Node] | Scalar) -> Node:
        """The same place with another value."""
        return Node(value, self.at, self.key_at, self.lines, self.form, self.blank, self.named, self.beside)

    def spot(self, offset: int) -> Location:
        """The place of one character of a text."""
        start, at = 0, self.at
        for begins, line in self.lines:
            if begins <= offset:
                start, at = begins, line
        return Location(at.file, at.line, at.column + max(0, offset - start))


@dataclass(slots=True)
class Faults:
    """Collects findings, so that an author sees all of them at once. The same remark at the same place is kept once."""

    findings: dict[Finding, None] = field(default_factory=dict)

    def add(self, code: str, at: Location, path: Iterable[str], message: str, hint: str = "") -> None:
        """Note an error."""
        self._keep(Finding(code, "error", at, ".".join(path), message, hint))

    def warn(self, code: str, at: Location, path: Iterable[str], message: str, hint: str = "") -> None:
        """Note a remark that does not stop the compile."""
        self._keep(Finding(code, "warning", at, ".".join(path), message, hint))

    def _keep(self, finding: Finding) -> None:
        self.findings[finding] = None

    def errors(self) -> Iterator[Finding]:
        """Those that stop the compile."""
        return (finding for finding in self.findings if finding.severity == "error")

    def stop(self) -> None:
        """Raise everything found, if there is an error among it."""
        if any(self.errors()):
            raise ProfileError(self.findings)

    def warnings(self) -> tuple[Finding, ...]:
        """The remarks that stop nothing, in the order of the text."""
        return tuple(
            sorted((one for one in self.findings if one.severity == "warning"), key=lambda one: (one.at, one.code))
        )


def find(root: Node, path: Path) -> Node:
    """The node at a path, or the nearest one around it that exists."""
    node = root
    for key in path:
        inner = node.value
        if isinstance(inner, dict) and key in inner:
            node = inner[key]
        elif isinstance(inner, list) and key.isdecimal() and int(key) < len(inner):
            node = inner[int(key)]
        else:
            break
    return node


def plain(node: Node) -> Any:
    """The bare values, without places."""
    value = node.value
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, list) else value


def suggest(word: str, known: Iterable[str]) -> str:
    """``did you mean "x"?``, or, among few names, what there is; else nothing."""
    names = list(known)
    near = get_close_matches(word, names, 1)
    if near:
        return f'did you mean "{near[0]}"?'
    return f"there {'is' if len(names) == 1 else 'are'} {listed(names)}" if 0 < len(names) <= _FEW else ""


def listed(names: Iterable[str], last: str = "and") -> str:
    """Names for a sentence: ``a``, ``a and b``, ``a, b and c``."""
    words = list(names)
    return f"{', '.join(words[:-1])} {last} {words[-1]}" if len(words) > 1 else "".join(words)


def words_for(value: object) -> str:
    """What kind of value this is, as an author would say it."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return f"the number {value}"
    if isinstance(value, str):
        return f'the text "{value if len(value) <= _SHORT else value[:_SHORT] + "..."}"'
    return "a list" if isinstance(value, list) else "a map"
