"""Whatever means inputs is taken in, by one reader: each form of it, what is left out, and what is refused whole."""

from __future__ import annotations

import contextlib
import io
import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

import journeykit as jk

BEGIN: dict[str, Any] = {"kind": "begin", "account": "acme", "at": "2025-01-06", "profile": "smb"}
LOW: dict[str, Any] = {"kind": "observe", "account": "acme", "at": "2025-02-03", "facts": {"health_score": 30}}
HIGH: dict[str, Any] = LOW | {"at": "2025-03-03", "facts": {"health_score": 90}}
STORY = [BEGIN, LOW, HIGH]
TEXT = "\n".join(json.dumps(line) for line in STORY) + "\n"
ENTRIES = [jk.parse_input(line) for line in STORY]


@pytest.fixture(scope="module")
def smb() -> jk.Machine:
    return jk.load("smb")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "export.jsonl"
    path.write_text(TEXT, encoding="utf-8")
    return path


FORMS: dict[str, Callable[[Path], Any]] = {
    "inputs": lambda _: ENTRIES,
    "mappings": lambda _: STORY,
    "lines": lambda _: TEXT.splitlines(),
    "lines of bytes decoded": lambda _: TEXT.splitlines(keepends=True),
    "a mixture": lambda _: [ENTRIES[0], STORY[1], json.dumps(STORY[2])],
    "a generator": lambda _: (line for line in STORY),
    "rows of a table": lambda _: [
        dict.fromkeys(("id", "subject", "facts", "profile", "evidence")) | line for line in STORY
    ],
    "an open file": lambda path: path.open(encoding="utf-8"),
    "a text in memory": lambda _: io.StringIO(TEXT),
    "a path": lambda path: path,
    "the text of a path": str,
    "several lines of text": lambda _: TEXT,
    "text after a mark and an empty line": lambda _: f"\ufeff\n{TEXT}",
    "text with the ends of lines of Windows": lambda _: TEXT.replace("\n", "\r\n"),
    "what was read": jk.read_inputs,
    "a tuple of what was read": lambda path: tuple(jk.read_inputs(path)),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_means_the_same(form: str, file: Path, smb: jk.Machine) -> None:
    with contextlib.ExitStack() as opened:

        def make(path: Path) -> Any:
            made = FORMS[form](path)
            return opened.enter_context(made) if isinstance(made, io.TextIOWrapper) else made

        holds_the_story(make, file, smb)


def holds_the_story(make: Callable[[Path], Any], file: Path, smb: jk.Machine) -> None:
    read = jk.read_inputs(make(file))
    assert list(read) == ENTRIES
    assert read.left_out == ()
    history = jk.replay(smb, make(file))
    assert history.inputs == jk.replay(smb, ENTRIES).inputs
    assert history.refused == ()
    book = jk.replay_book(make(file))
    assert book.left_out == []
    assert book.accounts["acme"].records == history.records
    assert len(history.records) > 1


@pytest.mark.parametrize(
    "one", [BEGIN, json.dumps(BEGIN), json.dumps(BEGIN, indent=2), f"\ufeff{json.dumps(BEGIN)}\r\n"]
)
def test_one_input(one: Any) -> None:
    assert jk.parse_input(one) == ENTRIES[0]
    assert jk.parse_input(jk.parse_input(one)) == ENTRIES[0]


def test_an_input_made_by_hand_is_checked() -> None:
    by_hand = jk.Input("tick", "acme", "2025-01-06")  # type: ignore[arg-type]
    assert jk.parse_input(by_hand).at == date(2025, 1, 6)
    with pytest.raises(jk.InputError, match="facts: missing"):
        jk.parse_input(jk.Input("observe", "acme", date(2025, 1, 6)))


EDGE = datetime(9999, 12, 31, 23, tzinfo=timezone(timedelta(hours=-10)))


@pytest.mark.parametrize(
    ("one", "code", "said"),
    [
        ("{broken", "bad_json", "not a JSON object"),
        ('{"kind": "tick",\n', "bad_json", "double quotes at its end; each line holds one input"),
        ('{"kind": "tick" "at": 1}\n', "bad_json", "Expecting ',' delimiter at column 17; each line"),
        ('{"kind": "tick"} {"kind": "tick"}\n', "bad_json", "Extra data at column 18; each line"),
        ("{}", "unknown_kind", "zone, tick; it is missing"),
        (LOW | {"kind": None}, "unknown_kind", "zone, tick; it is missing"),
        (LOW | {"kind": "observed"}, "unknown_kind", "found 'observed'; did you mean \"observe\"?"),
        (LOW | {"at": EDGE}, "bad_shape", "at: 9999-12-31T23:00:00-10:00 is outside of the calendar, the years 1 to"),
        (LOW | {"at": "9999-12-31T23:00-10:00"}, "bad_shape", "at: 9999-12-31T23:00:00-10:00 is outside of the"),
        (LOW | {"at": "0001-01-01T00:00+10:00"}, "bad_shape", "at: 0001-01-01T00:00:00+10:00 is outside of the"),
        (LOW | {"at": "2026-02-30"}, "bad_shape", "at: '2026-02-30' is not a date or an instant: day is out of range"),
        (LOW | {"at": "20260201"}, "bad_shape", "at: '20260201' is not a date or an instant; write '2026-01-05'"),
        (LOW | {"at": "2026-W05-7"}, "bad_shape", "at: '2026-W05-7' is not a date or an instant; write"),
        (
            LOW | {"at": "2026-02-01T09:00+99:00"},
            "bad_shape",
            "is not a date or an instant: its offset is a day or more",
        ),
        ("[1]", "bad_json", "expected a JSON object, found list"),
        ("", "bad_json", "not a JSON object"),
        ("export.jsonl", "bad_json", "not a JSON object"),
        ('{"kind": "tick", "kind": "tick"}', "bad_json", "stands twice"),
        (json.dumps(BEGIN) + "\0\0\0", "bad_json", "NUL characters, from column 75 on"),
        ('{"account": "caf\udce9"}', "bad_json", "not UTF-8: byte 0xe9 at column 17; save the file as UTF-8"),
        (b'{"kind": "tick"}', "bad_shape", "found bytes; decode them first"),
        (None, "bad_shape", "found NoneType"),
        (17, "bad_shape", "found int"),
        ([BEGIN], "bad_shape", "found list"),
        (BEGIN | {1: 2}, "bad_shape", "the input: the key must be text, found the number 1"),
        (BEGIN | {"profile": None}, "bad_shape", "profile: missing"),
        (LOW | {"facts": None}, "bad_shape", "facts: missing"),
        (BEGIN | {"layout": 2}, "bad_shape", "layout: 2 was written by a later journeykit; update it"),
        (BEGIN | {"layout": 0}, "bad_shape", "layout: expected 1"),
        (BEGIN | {"layout": True}, "bad_shape", "layout: expected 1"),
        (BEGIN | {"layout": "1"}, "bad_shape", "layout: expected 1"),
    ],
)
def test_one_that_is_none(one: Any, code: str, said: str) -> None:
    with pytest.raises(jk.InputError) as caught:
        jk.parse_input(one)
    assert caught.value.code == code
    assert said in caught.value.message
    assert not {"datetime", "line "} & set(caught.value.message.replace(".", " ").split(" "))
    assert "\n" not in caught.value.message


@pytest.mark.parametrize("layout", [1, None])
def test_the_layout_may_be_named(layout: int | None) -> None:
    entry = jk.parse_input(BEGIN | {"layout": layout})
    assert entry == ENTRIES[0]
    assert "layout" not in entry.to_dict()


class Frame:
    """What pandas has, as far as it matters."""

    columns = ("kind", "account")

    def __iter__(self) -> Any:
        return iter(self.columns)

    def to_dict(self, orient: str = "dict") -> Any:
        raise AssertionError(orient)


class OtherFrame(Frame):
    """What polars has."""

    def to_dicts(self) -> Any:
        raise AssertionError


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (BEGIN, "a single dict; put it in a list"),
        (ENTRIES[0], "a single Input; put it in a list"),
        (TEXT.encode(), "bytes; decode it"),
        (bytearray(b"{}"), "bytearray; decode it"),
        (io.BytesIO(TEXT.encode()), "a file of bytes (BytesIO); open it as text"),
        (None, "None; give a path, JSON text, or a list"),
        (17, "a int; give a path, JSON text, or a list"),
        (Frame(), "a Frame; write df.astype(object).where(df.notna(), None).to_dict('records'); plain df.to_dict"),
        (OtherFrame(), "a OtherFrame; write df.to_dicts()"),
        ("missing.jsonl", "missing.jsonl: No such file or directory (the text was taken for a path)"),
        (Path("missing.jsonl"), "missing.jsonl: No such file or directory"),
        (".", ".: Is a directory (the text was taken for a path)"),
        ("no\0path", "embedded null byte"),
        ("x" * 5000, "File name too long"),
        ("", "the text ''; give the path of a file, or JSON text"),
        ('[{"kind": "tick"}]', "; give the path of a file, or JSON text"),
        ("# inputs\n{}", "; give the path of a file, or JSON text"),
    ],
)
def test_what_cannot_mean_inputs_is_refused_in_a_line(source: Any, said: str, smb: jk.Machine) -> None:
    for take in (jk.read_inputs, jk.replay_book, lambda given: jk.replay(smb, given)):
        with pytest.raises(jk.InputError) as caught:
            take(source)
        assert caught.value.code == "bad_shape"
        assert said in caught.value.message
        assert "\n" not in caught.value.message
        assert len(caught.value.message) < 400


def test_what_has_inputs_is_asked_for_them(smb: jk.Machine) -> None:
    history = jk.replay(smb, STORY)
    journey = jk.Journey(smb, account="acme", at="2025-01-06")
    for source in (history, journey):
        with pytest.raises(jk.InputError, match=r"give its \.inputs"):
            jk.replay_book(source)  # type: ignore[arg-type]
    assert jk.replay_book(history.inputs).accounts["acme"].records == history.records


def test_a_frame_that_has_empty_cells(smb: jk.Machine) -> None:
    """What the refusal of a frame advises does work."""
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(STORY)
    assert list(jk.read_inputs(frame.astype(object).where(frame.notna(), None).to_dict("records"))) == ENTRIES


LINES = [
    json.dumps(BEGIN),
    "",
    "{broken",
    json.dumps(LOW | {"facts": {"mood": 1}}),
    json.dumps(LOW),
    "[]",
    "   ",
    json.dumps(HIGH),
]
MIXED = [*LINES, {"kind": "tock"}, 17, None, LOW | {"account": "nobody"}]


def test_what_cannot_be_read_is_kept_and_stops_nothing(smb: jk.Machine) -> None:
    read = jk.read_inputs(MIXED)
    assert [(left.line, left.error.code, left.input) for left in read.left_out] == [
        (3, "bad_json", None),
        (6, "bad_json", None),
        (9, "unknown_kind", None),
        (10, "bad_shape", None),
        (11, "bad_shape", None),
    ]
    assert [left.raw for left in read.left_out] == ["{broken", "[]", {"kind": "tock"}, 17, None]
    assert read.lines == (1, 4, 5, 8, 12)
    told = [
        (3, None, "bad_json"),
        (4, "acme", "unknown_name"),
        (6, None, "bad_json"),
        (9, None, "unknown_kind"),
        (10, None, "bad_shape"),
        (11, None, "bad_shape"),
        (12, "nobody", "unknown_account"),
    ]
    for source in (MIXED, read):
        book = jk.replay_book(source)
        assert [(left.line, left.account, left.error.code) for left in book.left_out] == told
        assert [left.line for left in book.left_out if left.input is None] == [3, 6, 9, 10, 11]
        assert book.left_out[1].input == jk.parse_input(MIXED[3])  # type: ignore[arg-type]
        assert book.left_out[-1].input == jk.parse_input(MIXED[-1])  # type: ignore[arg-type]
        history = jk.replay(smb, source)
        assert book.accounts["acme"].records == history.records == jk.replay(smb, STORY).records
        assert {one.number: one.error.code for one in history.refused} == {
            2: "bad_json",
            3: "unknown_name",
            5: "bad_json",
            8: "unknown_kind",
            9: "bad_shape",
            10: "bad_shape",
            11: "unknown_account",
        }
        assert [one.raw for one in history.refused if one.input is None] == [
            "{broken",
            "[]",
            {"kind": "tock"},
            17,
            None,
        ]


def test_inputs_made_by_hand_are_refused_one_by_one(smb: jk.Machine) -> None:
    """An ``Input`` checks nothing itself."""
    at = datetime(2025, 2, 3, tzinfo=UTC)
    wrong = [
        jk.Input("observe", "acme", at),
        jk.Input("observe", "acme", at, None, "account", {"facts": 7}),
        jk.Input("signal", "acme", at, None, "account", {"signal": []}),
        jk.Input("tick", "acme", None),  # type: ignore[arg-type]
        jk.Input("zone", "acme", at),
        jk.Input("begin", "other", at),
    ]
    history = jk.replay(smb, [*ENTRIES[:1], *wrong[:-1], *ENTRIES[1:]])
    assert {one.number for one in history.refused} == {1, 2, 3, 4, 5}
    assert {one.error.code for one in history.refused} == {"bad_shape"}
    assert history.records == jk.replay(smb, STORY).records
    book = jk.replay_book([*wrong, *ENTRIES])
    assert len(book.left_out) == len(wrong)
    assert book.accounts["acme"].records == history.records


FILES: list[tuple[str, bytes, list[tuple[int, str]]]] = [
    ("a mark", b"\xef\xbb\xbf" + TEXT.encode(), []),
    ("files with marks, one after the other", TEXT.encode() + b"\xef\xbb\xbf{}\n", [(4, "kind: expected one of")]),
    ("Windows", TEXT.replace("\n", "\r\n").encode(), []),
    ("no end of the last line", TEXT.rstrip().encode(), []),
    ("NULs at the end", TEXT.encode() + b"\0" * 4096, [(4, "NUL characters, from column 1 on")]),
    ("NULs in a line", TEXT.rstrip().encode() + b"\0\n" + b"{}", [(3, "NUL characters"), (4, "kind: expected")]),
    (
        "Latin-1",
        TEXT.encode() + '{"account": "café"}\n{}'.encode("latin-1"),
        [(4, "not UTF-8: byte 0xe9 at column 17"), (5, "kind")],
    ),
    ("UTF-16 without a mark", TEXT.encode("utf-16-le"), [(n, "is not UTF-8") for n in (1, 2, 3, 4)]),
    ("nothing but a mark", b"\xef\xbb\xbf", []),
    ("nothing", b"", []),
]


@pytest.mark.parametrize(("content", "left_out"), [row[1:] for row in FILES], ids=[row[0] for row in FILES])
def test_files_as_they_come(content: bytes, left_out: list[tuple[int, str]], tmp_path: Path) -> None:
    path = tmp_path / "export.jsonl"
    path.write_bytes(content)
    read = jk.read_inputs(path)
    assert [left.line for left in read.left_out] == [line for line, _ in left_out]
    for left, (_, said) in zip(read.left_out, left_out, strict=True):
        assert said in left.error.message
        assert "\n" not in left.error.message
        assert isinstance(left.raw, str)
    if b"account" in content and b"\0" not in content[:200]:
        assert list(read)[:2] == ENTRIES[:2]
    assert [left.line for left in jk.replay_book(path).left_out] == [line for line, _ in left_out]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
def test_a_file_in_another_encoding(encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "export.jsonl"
    path.write_text(TEXT, encoding=encoding)
    with pytest.raises(jk.InputError, match=r"export\.jsonl: this is UTF-16 or UTF-32, expected UTF-8; save the file"):
        jk.replay_book(path)
    with path.open(encoding="utf-8") as file, pytest.raises(jk.InputError, match=r"export\.jsonl: no utf-8 text"):
        jk.replay_book(file)
    with path.open(encoding=encoding) as file:
        assert list(jk.read_inputs(file)) == ENTRIES
        assert not file.closed
    with pytest.raises(jk.InputError, match=r"export\.jsonl: I/O operation on closed file"):
        jk.read_inputs(file)


def test_what_was_read_is_a_sequence_that_nobody_changes(file: Path) -> None:
    read = jk.read_inputs(file)
    assert isinstance(read, jk.Inputs)
    assert (len(read), read[0], read[-1], read[1:]) == (3, ENTRIES[0], ENTRIES[2], tuple(ENTRIES[1:]))
    assert ENTRIES[1] in read
    assert list(jk.read_inputs(read)) == ENTRIES
    with pytest.raises(AttributeError):
        read.left_out = ()  # type: ignore[misc]
    with pytest.raises(TypeError):
        read[0] = ENTRIES[0]  # type: ignore[index]


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        (STORY, "<Inputs 3>"),
        ([*STORY, "{"], "<Inputs 3, 1 left out>"),
        ([], "<Inputs 0>"),
        (["[]"] * 945, "<Inputs 0; all 945 left out, the first because expected a JSON object, found list>"),
    ],
)
def test_what_was_read_is_shown_short(source: Any, shown: str) -> None:
    assert repr(jk.read_inputs(source)) == shown


def test_a_repr_stays_short_and_on_its_line() -> None:
    assert len(repr(jk.read_inputs([BEGIN | {"x" * 5000: "\x1b[2J\n"}]))) < 300
