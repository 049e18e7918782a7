"""Where inputs come from: objects, mappings, lines of text, files. Whatever means inputs is taken in here.

Each item that is given has a number, from 1: its line in a file, or its place in a list. What cannot be read is left
out under that number and kept as it came, so that nothing is lost and nothing stops the rest. Only what cannot mean
inputs at all is refused as a whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from io import StringIO, TextIOBase
from os import PathLike, fsdecode
from typing import Any, NamedTuple, TextIO, overload

from journeykit.engine.inputs import Input, checked, input_of_line, parse_input
from journeykit.errors import InputError
from journeykit.plain import printable

__all__ = ["Inputs", "LeftOut", "Source", "lines_of", "numbered", "read_all", "read_inputs", "whole"]

Source = str | PathLike[str] | Iterable[Input | Mapping[str, Any] | str | bytes]
"""What means inputs: the path of a file, JSON text, or an iterable of inputs, mappings and lines, mixed at will.

A line may be text, or bytes of UTF-8. One with other bytes is left out: what they were meant to be, nobody knows.
"""

_BLANK = "\ufeff \t\r\n"
_SHOWN = 200
_READ = {datetime, date}
"""What ``parse_input`` makes of ``at``, which is sure to be ordered; an input made by hand may hold anything."""
_TEXTS = "give the path of a file, or JSON text, which begins with '{', one object a line"
_UTF16 = ("\udcff\udcfe", "\udcfe\udcff", "\0\0\udcfe\udcff")
"""The mark at the head of a file in UTF-16 or UTF-32, its bytes read as such of UTF-8 that are none."""
_PACKED = {
    "\x1f\udc8b": "is packed with gzip; unpack it first, such as with gunzip",
    "BZh": "is packed with bzip2; unpack it first, such as with bunzip2",
    "\udcfd7zXZ": "is packed with xz; unpack it first, such as with unxz",
    "(\udcb5/\udcfd": "is packed with zstd; unpack it first, such as with unzstd",
    "PK\x03\x04": "is a zip file or a workbook; unpack it, or save it as text of one JSON object a line",
}
"""How a file begins that is no text at all, its bytes read likewise, and what it is."""


class LeftOut(NamedTuple):
    """An input that was left out, and why.

    Attributes:
        line: the number of its line or item, from 1; None for the passing of time up to ``until``.
        account: the account's id; None where nothing could be read, or of a feed for all accounts that no profile has.
        error: the refusal, with its ``code`` and message.
        input: the input; None where it could not be read.
        raw: the line of text, mapping or whatever else it came as, where it could not be read; else None.
    """

    line: int | None
    account: str | None
    error: InputError
    input: Input | None = None
    raw: Any = None


class Inputs(Sequence[Input]):
    """The inputs that :func:`journeykit.read_inputs` read: an immutable sequence, to be used wherever inputs are taken.

    A book made of them tells the same numbers of lines as one made of what they were read from.
    """

    __slots__ = ("_entries", "_left_out", "_lines")

    def __init__(self, read: Iterable[tuple[int, Input]], left_out: Iterable[LeftOut] = ()) -> None:
        pairs = tuple(read)
        self._entries = tuple(entry for _, entry in pairs)
        self._lines = tuple(line for line, _ in pairs)
        self._left_out = tuple(left_out)

    @property
    def left_out(self) -> tuple[LeftOut, ...]:
        """What could not be read, each a :class:`LeftOut`, in order."""
        return self._left_out

    @property
    def lines(self) -> tuple[int, ...]:
        """The number of the line or item of each input, from 1."""
        return self._lines

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[Input]:
        return iter(self._entries)

    @overload
    def __getitem__(self, index: int) -> Input: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[Input, ...]: ...

    def __getitem__(self, index: int | slice) -> Input | tuple[Input, ...]:
        return self._entries[index]

    def __repr__(self) -> str:
        left = len(self._left_out)
        if not left:
            return f"<Inputs {len(self)}>"
        if self._entries:
            return f"<Inputs {len(self)}, {left} left out>"
        return f"<Inputs 0; all {left} left out, the first because {printable(self._left_out[0].error, '')[:200]}>"


def read_inputs(source: Source) -> Inputs:
    """Read inputs from whatever means inputs.

    Args:
        source: the path of a file of JSON lines (a ``pathlib.Path``, or a text that does not begin with ``{``); JSON
            text of one or more lines; or an iterable of ``Input`` objects, mappings and lines (text, or bytes of
            UTF-8), mixed at will: an open text file, a list of dicts, a generator. Empty lines are skipped, and
            counted. A line with bytes that are not UTF-8 is left out (``bad_json``), and no other.

    Returns:
        The inputs, a sequence; what could not be read is in its ``left_out`` and stops nothing.

    Raises:
        InputError: ``bad_shape``: that cannot mean inputs, or is a file that cannot be read; the message says what can
            be given instead.
    """
    left_out: list[LeftOut] = []
    return Inputs(list(numbered(source, left_out)), left_out)


def whole(source: Source) -> tuple[Input, ...]:
    """Return inputs all of which must be readable, such as those of a log.

    Raises:
        InputError: the first that could not be read, or as :func:`read_inputs`.
    """
    found = read_inputs(source)
    for left in found.left_out:
        raise left.error
    return found[:]


def read_all(source: Source, left_out: list[LeftOut]) -> tuple[Sequence[Input], Sequence[int]]:
    """Return inputs and the number of the line or item of each, from 1; add to ``left_out`` what cannot be read.

    Raises:
        InputError: as :func:`read_inputs` does.
    """
    if isinstance(source, list | tuple) and set(map(type, source)) == {
        Input
    }:  # nothing to read: what a replay is given
        inputs: list[Input] | tuple[Input, ...] = source
        if {type(entry.at) for entry in inputs} <= _READ:
            return inputs, range(1, len(inputs) + 1)
    pairs = list(numbered(source, left_out))
    return [entry for _, entry in pairs], [line for line, _ in pairs]


def numbered(source: Source, left_out: list[LeftOut]) -> Iterator[tuple[int, Input]]:
    """Yield inputs, each with the number of its line or item from 1, and add to ``left_out`` what cannot be read.

    What cannot mean inputs at all is refused at once, not when the first is asked for.

    Raises:
        InputError: as :func:`read_inputs` does.
    """
    if isinstance(source, Inputs):
        left_out += source.left_out
        return zip(source.lines, source, strict=True)
    return _read(_items(source), left_out)


def _read(items: Iterable[Any], left_out: list[LeftOut]) -> Iterator[tuple[int, Input]]:
    for number, item in enumerate(items, 1):
        try:
            if isinstance(item, Input):
                entry = item if item.at.__class__ in _READ else checked(item)
            elif isinstance(item, str | bytes | bytearray):
                line = item if isinstance(item, str) else item.decode("utf-8", "surrogateescape")
                if line.isspace() or not line:
                    continue
                entry = input_of_line(line)
            else:
                entry = parse_input(item)
        except InputError as refusal:
            left_out.append(LeftOut(number, None, refusal, None, item))
        else:
            yield number, entry


def _items(source: Any) -> Iterable[Any]:
    """Return the items of a source: lines of text, or what an iterable yields."""
    if isinstance(source, str):
        begins = source.lstrip(_BLANK)
        if begins.startswith("{"):
            return StringIO(
                source.removeprefix(_BLANK[0]), newline=None
            )  # breaks lines where a file does, which str.splitlines does not
        if not begins or begins.startswith("[") or "\n" in source:
            raise InputError("bad_shape", f"expected inputs, found the text {_shortened(source)!r}; {_TEXTS}")
    if isinstance(source, str | PathLike | TextIOBase):
        return lines_of(source)
    way_on = _no_source(source)
    if way_on is not None:
        raise InputError("bad_shape", f"expected inputs, found {way_on}")
    items: Iterable[Any] = source
    return items


def _no_source(source: Any) -> str | None:
    """Say what was given instead of inputs, and what to do; None of an iterable that may hold inputs."""
    name = type(source).__name__
    if isinstance(source, Mapping | Input):
        return f"a single {name}; put it in a list"
    if isinstance(source, bytes | bytearray | memoryview):
        return f"{name}; decode it, for inputs are text"
    if hasattr(source, "columns") and hasattr(source, "to_dict"):
        write = (
            "df.to_dicts()"
            if hasattr(source, "to_dicts")
            else "df.astype(object).where(df.notna(), None).to_dict('records'); plain df.to_dict('records') "
            "has NaN in empty cells, which is no value, and None counts as not there"
        )
        return f"a {name}; write {write}"
    if hasattr(source, "readinto"):
        return f"a file of bytes ({name}); open it as text, or give its path"
    if isinstance(source, Iterable) and not hasattr(source, "_fields"):
        return None
    if hasattr(source, "inputs"):
        return f"a {name}; give its .inputs"
    return f"{'None' if source is None else f'a {name}'}; give a path, JSON text, or a list of inputs, dicts or lines"


def lines_of(source: str | PathLike[str] | TextIO | TextIOBase) -> Iterator[str]:
    """Return the lines of a text file, given by its path or open. A path is opened at once.

    A mark at its head is left out. Bytes that are not UTF-8 spoil their own line only, which ``parse_input`` refuses.

    Raises:
        InputError: ``bad_shape``: there is no such file, or it cannot be read; when its lines are read, too.
    """
    if not isinstance(source, str | PathLike):
        name = str(getattr(source, "name", "the file"))
        return _lines(source, "standard input" if name == "<stdin>" else _shortened(name))
    shown = _shortened(fsdecode(source))
    try:
        file = open(source, encoding="utf-8-sig", errors="surrogateescape")  # noqa: PTH123, SIM115 -- closed by _closing
    except (OSError, ValueError) as fault:  # a ValueError of a NUL in the path
        why = getattr(fault, "strerror", None) or str(fault)
        taken = f" (the text was taken for a path); {_TEXTS}" if isinstance(source, str) else ""
        raise InputError("bad_shape", f"{shown}: {why}{taken}") from None
    return _closing(file, shown)


def _closing(file: TextIO, shown: str) -> Iterator[str]:
    with file:
        yield from _lines(file, shown)


def _lines(file: TextIO | TextIOBase, shown: str) -> Iterator[str]:
    try:
        first = next(file, "")
        if isinstance(first, str):
            _refuse_no_text(first, shown)
            first = first.removeprefix(_BLANK[0])
        yield first
        yield from file
    except UnicodeDecodeError as fault:
        raise InputError(
            "bad_shape",
            f"{shown}: no {fault.encoding} text ({fault.reason}); give its path, or open it in its own encoding",
        ) from None
    except (OSError, ValueError) as fault:  # a ValueError of a file that is closed
        raise InputError("bad_shape", f"{shown}: {getattr(fault, 'strerror', None) or fault}") from None


def _refuse_no_text(first: str, shown: str) -> None:
    """Refuse a file by its first line where every line of it would be refused for the same reason."""
    if first.startswith(_UTF16):
        raise InputError("bad_shape", f"{shown}: this is UTF-16 or UTF-32, expected UTF-8; save the file as such")
    for head, what in _PACKED.items():
        if first.startswith(head):
            raise InputError("bad_shape", f"{shown}: this {what}")


def _shortened(text: str) -> str:
    text = printable(text, "")
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."
