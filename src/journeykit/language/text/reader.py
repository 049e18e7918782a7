"""Safe reading of YAML into a tree of located nodes. The only module that imports ``yaml``.

The YAML library composes and constructs nothing. Its parser's events are checked one by one (size, depth, aliases,
numbers) and the tree is built from them here, so a hostile text is refused before anything large exists.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from journeykit.errors import Location
from journeykit.language.text.nodes import Faults, Node, Scalar
from journeykit.language.text.scalars import FORBIDDEN, NAME, scalar

__all__ = ["LONGEST_TEXT", "parse", "read_tree"]

LONGEST_TEXT = 1 << 20  # Bytes of UTF-8.
_DEEPEST = 64
_TOO_DEEP = f"more than {_DEEPEST} values inside each other"
_MOST_NODES = 100_000
_LONGEST_SCALAR = 1 << 16
_LONGEST_SHOWN = 80
_SHOWN = 12  # Names of a path that a finding shows at most.
_CITING = "instead_of"  # Its keys cite guides and contracts, with letters and signs of their own.
_EMPTY = re.compile(r"(?:(?:---|\.\.\.)?[ \t]*(?:#[^\n]*)?\n)*+(?:---|\.\.\.)?[ \t]*(?:#[^\n]*)?")  # No values at all.

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _StopError(Exception):
    """The rest of the text cannot or must not be read."""


def read_tree(text: str, file: str = "<text>", *, names: bool = True) -> Node:
    """Read one YAML document.

    Args:
        text: the document.
        file: the name by which findings call it.
        names: whether every key must be a name (``scalars.NAME``).

    Raises:
        ProfileError: the text has faults; it carries all of them.
    """
    faults = Faults()
    root = parse(text, file, faults, names=names)
    faults.stop()
    assert root is not None
    return root


def parse(text: str, file: str, faults: Faults, *, names: bool = True) -> Node | None:
    """Read like ``read_tree``, but note faults in ``faults`` and return what could be read, or None."""
    text = text.removeprefix("\ufeff")
    # A caller's text may hold lone surrogates; they are measured here and refused below.
    size = len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))
    if size > LONGEST_TEXT:
        faults.add("JK002", Location(file), (), f"a text of {size:,} bytes; at most {LONGEST_TEXT:,} are read")
        return None
    bad = FORBIDDEN.search(text)
    if bad:
        line = text.count("\n", 0, bad.start()) + 1
        at = Location(file, line, bad.start() - text.rfind("\n", 0, bad.start()))
        faults.add("JK007", at, (), f"the invisible character U+{ord(bad[0]):04X} is not allowed", "delete it")
        return None
    builder = _Builder(text, file, faults, names)
    try:
        builder.run()
    except _StopError:
        return None
    except yaml.MarkedYAMLError as error:
        _unreadable(error, file, faults)
        return None
    except (yaml.YAMLError, UnicodeError, ValueError, RecursionError) as error:
        faults.add("JK001", Location(file), (), f"not readable as YAML: {str(error).splitlines()[0]}")
        return None
    return builder.root


def _unreadable(error: yaml.MarkedYAMLError, file: str, faults: Faults) -> None:
    mark = error.problem_mark or error.context_mark
    at = Location(file, mark.line + 1, mark.column + 1) if mark else Location(file)
    problem = str(error.problem or error.context)
    if "nesting depth" in problem:
        # libyaml from 0.2.6 on has a bound of its own, and reads so far ahead that it meets it before we meet ours.
        faults.add("JK002", at, (), _TOO_DEEP)
        return
    faults.add("JK001", at, (), f"not readable as YAML: {problem}", _advice(problem))


def _advice(problem: str) -> str:
    if "mapping values are not allowed" in problem:
        return 'put a text that contains ": " in quotes, or check the indentation'
    if "start any token" in problem:
        return "indent with blanks, not tabs, and put texts that start with @, %, ` or a tab in quotes"
    if "expected" in problem or "could not find" in problem:
        return "check indentation, commas, brackets and quotes here and just above"
    return ""


@dataclass(slots=True)
class _Frame:
    """A map or list that is being built.

    Attributes:
        path: the key or index under which it stands.
        started: how many nodes were counted before its content.
        deep: how many levels it has, itself included.
        key: the key whose value comes next; None where a key comes next; empty where the value is thrown away.
        cut: the expression that YAML cut in two at a comma, while its rest is still to come.
        last: the last plain value put in, which may turn out to be cut in two.
        flow: whether it is written in braces or brackets.
        is_key: whether it stands where a key should; then it is thrown away.
    """

    node: Node
    path: str
    started: int
    anchor: str | None
    deep: int = 1
    key: str | None = None
    key_at: Location | None = None
    cut: Node | None = None
    last: Node | None = None
    flow: bool = False
    is_key: bool = False


@dataclass(slots=True)
class _Anchored:
    """A value that aliases may repeat, with the number of its nodes and of its levels."""

    node: Node
    size: int
    deep: int


@dataclass(slots=True)
class _Builder:
    """A pass over the parser's events that builds the tree; ``count`` is what was built, aliases written out."""

    text: str
    file: str
    faults: Faults
    names: bool
    root: Node | None = None
    count: int = 0
    stack: list[_Frame] = field(default_factory=list)
    anchors: dict[str, _Anchored | None] = field(default_factory=dict)
    documents: int = 0

    def run(self) -> None:
        for event in self._events():
            if isinstance(event, yaml.ScalarEvent):
                self._scalar(event)
            elif isinstance(event, yaml.AliasEvent):
                self._alias(event)
            elif isinstance(event, yaml.CollectionStartEvent):
                self._open(event)
            elif isinstance(event, yaml.CollectionEndEvent):
                self._close()
            elif isinstance(event, yaml.DocumentStartEvent):
                self._document(event)
        if self.root is None or (self.root.value is None and self.documents <= 1):
            self._stop("JK001", Location(self.file), "the text is empty", "a profile starts with 'profile: name'")

    def _events(self) -> Iterator[Any]:
        return iter(()) if _EMPTY.fullmatch(self.text) else iter(yaml.parse(self.text, Loader=_LOADER))

    def _document(self, event: Any) -> None:
        self.documents += 1
        at = self._at(event.start_mark)
        if event.version or event.tags:
            self.faults.add(
                "JK003", at, (), "a directive (%YAML, %TAG) is not allowed", "delete it: this is read as YAML 1.2"
            )
        if self.documents > 1:
            self._stop("JK003", at, "a second document in one text", "one file holds one profile; delete the line ---")

    def _open(self, event: Any) -> None:
        at = self._at(event.start_mark)
        self._grow(1, at)
        if len(self.stack) >= _DEEPEST:
            self._stop("JK002", at, _TOO_DEEP)
        self._no_tag(event, at)
        mapping = isinstance(event, yaml.MappingStartEvent)
        node = Node({} if mapping else [], at)
        is_key = False
        if self._key_expected():
            # Its content is read and thrown away, so that faults after it are found too.
            if not any(frame.is_key for frame in self.stack):
                self.faults.add("JK005", at, self._path(), "a map or list cannot be a key", "keys are names")
            self.stack[-1].key = ""
            is_key = True
        if event.anchor:
            self.anchors[event.anchor] = None  # Known but not complete: an alias inside would be circular.
        flow = bool(event.flow_style)
        self.stack.append(_Frame(node, self._inner(), self.count, event.anchor, flow=flow, is_key=is_key))

    def _close(self) -> None:
        frame = self.stack.pop()
        if frame.anchor:
            self.anchors[frame.anchor] = _Anchored(frame.node, self.count - frame.started + 1, frame.deep)
        if not frame.is_key:
            self._put(frame.node, frame.deep)

    def _alias(self, event: Any) -> None:
        at = self._at(event.start_mark)
        found = self.anchors.get(event.anchor)
        if found is None:
            what = "stands inside what it names" if event.anchor in self.anchors else "names nothing"
            self._stop("JK003", at, f"the alias *{event.anchor} {what}", "write the value itself")
            return
        self._grow(found.size, at)
        if len(self.stack) + found.deep > _DEEPEST:
            self._stop("JK002", at, f"{_TOO_DEEP}, aliases counted")
        if self._key_expected():
            if isinstance(found.node.value, str):
                self._key(found.node.value, found.node.value, at, plain=True)
                return
            self._stop("JK005", at, "an alias of something else than a text as a key", "keys are names")
        node = found.node
        self._put(Node(node.value, node.at, None, node.lines), found.deep)

    def _scalar(self, event: Any) -> None:
        at = self._at(event.start_mark)
        self._grow(1, at)
        text: str = event.value
        if len(text) > _LONGEST_SCALAR:
            self._stop("JK002", at, f"one value of {len(text):,} characters; at most {_LONGEST_SCALAR:,} are read")
        self._no_tag(event, at)
        quoted = event.style is not None and event.style != ""
        value = text if quoted else self._resolve(text, at)
        if self._key_expected():
            if event.anchor:
                self.anchors[event.anchor] = _Anchored(Node(value, at), 1, 0)
            self._key(value, text, at, plain=not quoted)
            return
        node = Node(value, at, None, self._lines(event, text, quoted) if isinstance(value, str) else ())
        if event.style == '"' and FORBIDDEN.search(text):
            self.faults.add(
                "JK007", at, self._path(), "an escape for an invisible character is not allowed", "delete it"
            )
        if event.anchor:
            self.anchors[event.anchor] = _Anchored(node, 1, 0)
        self._put(node, 0, plain=not quoted)

    # Keys

    def _key_expected(self) -> bool:
        return bool(self.stack) and isinstance(self.stack[-1].node.value, dict) and self.stack[-1].key is None

    def _key(self, value: Scalar, text: str, at: Location, *, plain: bool) -> None:
        frame = self.stack[-1]
        frame.key, frame.key_at = "", at
        if self._rejoins(frame, text, plain):
            return
        frame.cut = None
        inner = frame.node.value
        assert isinstance(inner, dict)
        if value == "<<" and plain:
            self.faults.add(
                "JK003", at, self._path(), "the merge key << is not allowed", "write 'extends: parent' for inheritance"
            )
        elif not isinstance(value, str):
            hint = "put it in quotes" if frame.path == _CITING else "keys are names"
            self.faults.add("JK005", at, self._path(), f"the key {text or '~'} is not a text", hint)
        elif self.names and frame.path != _CITING and not NAME.fullmatch(value):
            self._bad_name(value, at)
        elif value in inner:
            first = inner[value].place
            self.faults.add(
                "JK004", at, (*self._path(), value), f"the key stands here again, first at {first}", "keep one of them"
            )
        else:
            frame.key = value

    def _bad_name(self, name: str, at: Location) -> None:
        better = re.sub(r"[^a-z0-9_]+", "_", name.strip().lower()).strip("_")
        foreign = next((letter for letter in name if letter.isalpha() and not letter.isascii()), None)
        hint = f'did you mean "{better}"?' if NAME.fullmatch(better) else ""
        if foreign:
            hint = f"{foreign} is U+{ord(foreign):04X} and not one of a to z"
        shown = name if len(name) <= _LONGEST_SHOWN else name[:_LONGEST_SHOWN] + "..."
        message = (
            f'"{shown}" is not a name, expected a small letter first, then small letters, digits and _, at most 64'
        )
        self.faults.add("JK006", at, self._path(), message, hint)

    def _rejoins(self, frame: _Frame, text: str, plain: bool) -> bool:
        """Tell whether this key is the rest of an expression cut in two at a comma: ``{a: any_of(kind, x)}``.

        The cut is noted as one fault; its pieces then cause no further ones.
        """
        last = frame.last if frame.cut is None and frame.flow else None
        if last is not None and isinstance(last.value, str) and _open_brackets(last.value) > 0:
            frame.cut = last
            path = (*self._path(), self._name_of(frame))
            message = "YAML cut this expression in two at a comma"
            self.faults.add("JK008", last.at, path, message, "put the whole expression in quotes")
        if frame.cut is None or _open_brackets(str(frame.cut.value)) <= 0:
            return False
        frame.cut.value = f"{frame.cut.value}, {text}"
        return plain

    def _name_of(self, frame: _Frame) -> str:
        inner = frame.node.value
        assert isinstance(inner, dict)
        return next(reversed(inner), "")

    # Values

    def _put(self, node: Node, deep: int, *, plain: bool = False) -> None:
        if not self.stack:
            self.root = node
            return
        frame = self.stack[-1]
        frame.deep = max(frame.deep, deep + 1)
        inner = frame.node.value
        if isinstance(inner, list):
            inner.append(node)
            return
        assert isinstance(inner, dict)
        if frame.key:
            node.key_at = frame.key_at
            inner[frame.key] = node
            frame.last = node if plain else None
        frame.key = None

    def _resolve(self, text: str, at: Location) -> Scalar:
        """Return the value of a plain scalar; of a number that is refused, 0, so that reading goes on."""
        try:
            return scalar(text)
        except ValueError as error:
            self.faults.add("JK002", at, self._path(), str(error), "put it in quotes if it is a text")
            return 0

    def _lines(self, event: Any, value: str, quoted: bool) -> tuple[tuple[int, Location], ...]:
        """Return where each written line of a text starts; nothing for an unquoted text on one line."""
        first, last = event.start_mark, event.end_mark
        if first.line == last.line:
            return ((0, Location(self.file, first.line + 1, first.column + 2)),) if quoted else ()
        rows = self.text.split("\n")[first.line : last.line + 1]
        rows[0] = rows[0][first.column + 1 :] if quoted else rows[0][first.column :]
        begun = 1 if event.style in ("|", ">") else 0
        found: list[tuple[int, Location]] = []
        offset = 0
        for number, row in enumerate(rows[begun:], first.line + 1 + begun):
            words = row.strip().rstrip("\"'") if number == last.line + 1 else row.strip()
            if not words or value[offset : offset + len(words)] != words:
                break  # Escapes or blank lines: from here on columns can only be guessed.
            margin = len(row) - len(row.lstrip()) + (first.column + int(quoted) if number == first.line + 1 else 0)
            found.append((offset, Location(self.file, number, margin + 1)))
            offset += len(words) + 1
        return tuple(found)

    # Places and limits

    def _at(self, mark: Any) -> Location:
        return Location(self.file, mark.line + 1, mark.column + 1)

    def _inner(self) -> str:
        """Return the name in a path of the value that starts now: its key, or its index in a list."""
        if not self.stack:
            return ""
        frame = self.stack[-1]
        return str(len(frame.node.value)) if isinstance(frame.node.value, list) else frame.key or ""

    def _path(self) -> tuple[str, ...]:
        names = [frame.path for frame in self.stack[1:]]
        if self.stack and isinstance(self.stack[-1].node.value, dict) and self.stack[-1].key:
            names.append(self.stack[-1].key)
        return tuple(filter(None, names[:_SHOWN]))

    def _grow(self, by: int, at: Location) -> None:
        self.count += by  # Before anything is built; an alias costs what it stands for.
        if self.count > _MOST_NODES:
            self._stop("JK002", at, f"more than {_MOST_NODES:,} values, aliases counted as often as they are used")

    def _no_tag(self, event: Any, at: Location) -> None:
        if event.tag is not None:
            shown = str(event.tag).replace("tag:yaml.org,2002:", "!!")
            self.faults.add(
                "JK003", at, self._path(), f"the tag {shown[:60]} is not allowed", "delete it: plain values are enough"
            )

    def _stop(self, code: str, at: Location, message: str, hint: str = "") -> None:
        self.faults.add(code, at, self._path(), message, hint)
        raise _StopError


def _open_brackets(text: str) -> int:
    """Return how many round brackets are left open, not counting those in quoted parts."""
    bare = re.sub(r"\"[^\"]*\"|'[^']*'", "", text)
    return bare.count("(") - bare.count(")")
