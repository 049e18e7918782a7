"""The text of a profile as a tree of located nodes, the collector of findings about it, and wording for messages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from journeykit.errors import Finding, Location, ProfileError
from journeykit.plain import near

__all__ = ["Faults", "Node", "Path", "Scalar", "find", "listed", "plain", "suggest", "words_for"]

Scalar = str | int | float | bool | None
Path = tuple[str, ...]

_FEW = 8  # Up to so many names a hint lists them all.
_SHORT = 40  # Characters of a text that a message shows.


@dataclass(slots=True)
class Node:
    """A value with its location in the text.

    Attributes:
        value: a map, a list or a scalar.
        at: where the value starts.
        key_at: where its key starts, when it stands in a map.
        lines: for a text that starts behind a quote or spans lines: (offset, location) of each written line.
        form: how the value is written where several forms exist (``is``, ``fact``, ``any`` ...), so that a child's form
            replaces its parent's; filled in when short forms are expanded.
        blank: whether it is an empty value that says "with nothing more", and in a child "remove it".
        named: whether it stands in a map of names, so that it may say ``after:``.
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
        """The location of its key or, where it has none, of the value itself."""
        return self.key_at or self.at

    def with_value(self, value: dict[str, Node] | list[Node] | Scalar) -> Node:
        """Return a new node with another value and everything else the same."""
        return Node(value, self.at, self.key_at, self.lines, self.form, self.blank, self.named, self.beside)

    def spot(self, offset: int) -> Location:
        """Return the location of one character of a text, given its offset in ``value``, counted from 0."""
        start, at = 0, self.at
        for begins, line in self.lines:
            if begins <= offset:
                start, at = begins, line
        return Location(at.file, at.line, at.column + max(0, offset - start))


@dataclass(slots=True)
class Faults:
    """A collector of findings, so that an author sees all of them at once.

    The same finding at the same location is kept once.
    """

    findings: dict[Finding, None] = field(default_factory=dict)

    def add(self, code: str, at: Location, path: Iterable[str], message: str, hint: str = "") -> None:
        """Note an error: it stops the compile."""
        self._keep(Finding(code, "error", at, ".".join(path), message, hint))

    def warn(self, code: str, at: Location, path: Iterable[str], message: str, hint: str = "") -> None:
        """Note a warning: it does not stop the compile."""
        self._keep(Finding(code, "warning", at, ".".join(path), message, hint))

    def _keep(self, finding: Finding) -> None:
        self.findings[finding] = None

    def errors(self) -> Iterator[Finding]:
        """Yield the errors, in the order in which they were noted."""
        return (finding for finding in self.findings if finding.severity == "error")

    def stop(self) -> None:
        """Raise ``ProfileError`` with everything noted, warnings too, if there is an error among it."""
        if any(self.errors()):
            raise ProfileError(self.findings)

    def warnings(self) -> tuple[Finding, ...]:
        """Return the warnings, in the order of the text."""
        return tuple(
            sorted((one for one in self.findings if one.severity == "warning"), key=lambda one: (one.at, one.code))
        )


def find(root: Node, path: Path) -> Node:
    """Return the node at a path, or the nearest one around it that exists. A number in a path is a list's index."""
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
    """Return the bare values of a tree, without locations: dicts, lists and scalars."""
    value = node.value
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, list) else value


def suggest(word: str, known: Iterable[str]) -> str:
    """Return ``did you mean "x"?`` for a near name, or else the known names where they are few, or else nothing."""
    names = list(known)
    meant = near(word, names)
    if meant:
        return f'did you mean "{meant[0]}"?'
    return f"there {'is' if len(names) == 1 else 'are'} {listed(names)}" if 0 < len(names) <= _FEW else ""


def listed(names: Iterable[str], last: str = "and") -> str:
    """Return names joined for a sentence: ``a``, ``a and b``, ``a, b and c``."""
    words = list(names)
    return f"{', '.join(words[:-1])} {last} {words[-1]}" if len(words) > 1 else "".join(words)


def words_for(value: object) -> str:
    """Describe a value as an author would: ``the number 3``, ``a list``, ``nothing``."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return f"the number {value}"
    if isinstance(value, str):
        return f'the text "{value if len(value) <= _SHORT else value[:_SHORT] + "..."}"'
    return "a list" if isinstance(value, list) else "a map"
