"""Files and streams as they are found: what is written where, and what is said of what cannot be read or written."""

from __future__ import annotations

import bz2
import csv
import gzip
import json
import lzma
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from journeykit.cli import main

LINES: list[dict[str, Any]] = [
    {"kind": "begin", "account": "acme", "at": "2026-01-05", "profile": "smb"},
    {
        "kind": "open",
        "account": "acme",
        "at": "2026-01-05",
        "subject": "contract:C-1",
        "facts": {"contract_start": "2026-01-05", "contract_end": "2027-01-04"},
    },
    {"kind": "observe", "account": "acme", "at": "2026-02-05", "facts": {"health_score": 80}},
]
TEXT = "".join(json.dumps(line) + "\n" for line in LINES)
POLISH = TEXT.replace("acme", "za\u017c\u00f3\u0142\u0107 \U0001f600")
COMMANDS: list[tuple[str, ...]] = [("replay",), ("due",), ("explain", "--account", "acme")]

Run = Callable[..., tuple[int, str, str]]
ON_UNIX = pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "140")
    Path("in.jsonl").write_text(TEXT, encoding="utf-8")

    def call(*words: str) -> tuple[int, str, str]:
        code = main(words)
        return code, *capsys.readouterr()

    return call


def program(*words: str, given: bytes = b"", redirect: str = "", **env: str) -> tuple[int, str, str]:
    """Run the command as a shell does; ``redirect`` is what stands behind it there, or around it (``{}``)."""
    line = redirect.replace("{}", '"$@"') if "{}" in redirect else f'"$@" {redirect}'
    command = ["sh", "-c", line, "sh", sys.executable, "-m", "journeykit.cli", *words]
    done = subprocess.run(command, capture_output=True, check=False, env=os.environ | env, input=given)
    return done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")


# -- what is read


@pytest.mark.parametrize("command", COMMANDS, ids=lambda words: words[0])
def test_unreadable_lines_are_told_by_every_command(command: tuple[str, ...], run: Run) -> None:
    latin = json.dumps(LINES[0] | {"account": "M\u00fcller"}, ensure_ascii=False).encode("latin-1")
    broken = b'{"kind": "observe", "account": "acme", "at": "2026-'
    Path("in.jsonl").write_bytes(TEXT.encode() + latin + b"\n" + b'{"account": "x", "account": "y"}\n' + broken)
    code, out, err = run(command[0], "in.jsonl", *command[1:])
    assert code == 1
    assert "M" + "\ufffd" not in out + err
    assert "left out: 3 lines" in err
    assert "line 4: not UTF-8: byte 0xfc at column 32; save the file as UTF-8 [bad_json]" in err
    assert "line 5" in err
    assert "line 6" in err


def test_ids_that_differ_in_one_letter_stay_two_accounts(run: Run) -> None:
    both = [TEXT.replace("acme", name) for name in ("M\u00fcller", "M\u00f6ller")]
    Path("in.jsonl").write_bytes("".join(both).encode("latin-1"))
    code, out, err = run("replay", "in.jsonl", "--out", "records.jsonl")
    assert code == 1
    assert "0 accounts" in out
    assert "left out: 6 lines" in err
    assert Path("records.jsonl").read_bytes() == b""


def test_lines_of_others_are_not_told_in_an_explanation(run: Run) -> None:
    Path("in.jsonl").write_text(TEXT + '{"account": "other", "kind": "tock"}\n', encoding="utf-8")
    code, _, err = run("explain", "in.jsonl", "--account", "acme")
    assert (code, err) == (0, "")


def test_an_account_whose_begin_is_broken(run: Run) -> None:
    Path("in.jsonl").write_text(TEXT.replace("{", "", 1), encoding="utf-8")
    code, out, err = run("explain", "in.jsonl", "--account", "acme")
    assert (code, out) == (2, "")
    assert "line 1: not a JSON object" in err
    assert "no account 'acme' began there; 1 line of it cannot be read, so it may be among them" in err


PACKED: list[tuple[bytes, str]] = [
    (gzip.compress(TEXT.encode()), "this is packed with gzip; unpack it first, such as with gunzip"),
    (bz2.compress(TEXT.encode()), "this is packed with bzip2"),
    (lzma.compress(TEXT.encode()), "this is packed with xz"),
    (b"\x28\xb5\x2f\xfd" + bytes(9), "this is packed with zstd"),
    (b"PK\x03\x04" + bytes(300), "this is a zip file or a workbook"),
    (TEXT.encode("utf-16"), "this is UTF-16 or UTF-32, expected UTF-8; save the file as such"),
    ("\ufeff".encode("utf-16-be") + TEXT.encode("utf-16-be"), "this is UTF-16 or UTF-32"),
]


@pytest.mark.parametrize(("content", "said"), PACKED)
def test_what_is_no_text_is_said_once(content: bytes, said: str, run: Run) -> None:
    Path("in.jsonl").write_bytes(content)
    for command in COMMANDS:
        code, out, err = run(command[0], "in.jsonl", *command[1:])
        assert (code, out) == (2, "")
        assert err.startswith(f"journeykit: in.jsonl: {said}")
        assert err.count("\n") == 1


def test_standard_input_that_is_no_text() -> None:
    for content, said in PACKED[::2]:
        code, _, err = program("replay", "-", given=content)
        assert code == 2
        assert err.startswith(f"journeykit: standard input: {said}")


def test_a_mark_at_the_head_of_standard_input() -> None:
    plain = program("replay", "-", given=TEXT.encode())
    assert plain[0] == 0
    assert program("replay", "-", given=b"\xef\xbb\xbf" + TEXT.encode()) == plain
    code, _, err = program("replay", "-", given=b"\xef\xbb\xbf" + TEXT.encode() + b"M\xfc\n", PYTHONIOENCODING="ascii")
    assert code == 1
    assert "line 4: not UTF-8: byte 0xfc at column 2" in err


@ON_UNIX
def test_closed_streams(tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    path.write_text(TEXT, encoding="utf-8")
    said = "journeykit: standard input is closed; name a file of inputs instead of -\n"
    assert program("replay", "-", redirect="<&-") == (2, "", said)
    code, _, err = program("replay", str(path), redirect=">&-")
    assert (code, err) == (2, "journeykit: standard output is closed; send it to a file or to /dev/null\n")
    assert program("replay", str(path), redirect="<&-")[0] == 0
    assert program("replay", str(path) + "x", redirect="2>&-") == (2, "", "")
    assert program("replay", "-", redirect="<&- >&- 2>&-") == (2, "", "")


# -- what is printed


@pytest.mark.parametrize("encoding", ["cp1252", "ascii:strict"])
def test_output_in_any_encoding(encoding: str, tmp_path: Path) -> None:
    path, name = tmp_path / "in.jsonl", json.loads(POLISH.splitlines()[0])["account"]
    path.write_text(POLISH + '{"account": "\u0142\u0000", "kind": "\u0142"}\n', encoding="utf-8")
    out, positions = tmp_path / "out.jsonl", tmp_path / "positions.csv"
    words = ("replay", str(path), "--out", str(out), "--positions", str(positions))
    code, told, err = program(*words, PYTHONIOENCODING=encoding)
    assert code == 1
    assert "\\u0142\\u0107 \\U0001f600" in told
    assert "fault" not in err
    assert name in positions.read_text(encoding="utf-8")
    assert {json.loads(line)["account"] for line in out.read_text(encoding="utf-8").splitlines()} == {name}
    code, told, _ = program("explain", str(path), "--account", name, PYTHONIOENCODING=encoding)
    assert code == 1
    assert told.startswith("za\\u017c")
    code, told, _ = program("due", str(path), "--format", "csv", PYTHONIOENCODING=encoding)
    assert name in told, "what programs read is UTF-8"


@ON_UNIX
@pytest.mark.parametrize("words", [("replay", "in.jsonl"), ("due", "in.jsonl", "--format", "json")])
def test_output_that_cannot_be_written(words: tuple[str, ...], run: Run) -> None:
    code, _, err = program(*words, redirect=">/dev/full")
    assert (code, err) == (2, "journeykit: standard output: No space left on device\n")
    assert program(*words, redirect=">/dev/full 2>/dev/full") == (2, "", "")


@ON_UNIX
def test_a_reader_that_has_seen_enough(run: Run) -> None:
    for words in (("replay", "in.jsonl"), ("due", "in.jsonl", "--format", "json"), ("--help",)):
        assert program(*words, redirect="({}; echo $? >&2) | true") == (0, "", "0\n")


@ON_UNIX
def test_interrupted(run: Run, tmp_path: Path) -> None:
    os.mkfifo("pipe")
    words = [sys.executable, "-m", "journeykit.cli", "replay", "pipe", "--out", "out.jsonl"]
    child = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    with child, Path("pipe").open("wb") as pipe:  # from here on the command waits for lines
        pipe.write(TEXT.encode())
        pipe.flush()
        child.send_signal(signal.SIGINT)
        assert child.communicate(timeout=60) == (b"", b"interrupted\n")
    assert child.returncode == 130
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.jsonl", "pipe"]


# -- what is written


def clashes() -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    for name in (
        "in.jsonl",
        "./in.jsonl",
        "in.jsonl/",
        "in.jsonl/.",
        "nowhere/../in.jsonl",
        "symbolic",
        "hard",
        "parent.yaml",
    ):
        found += [("--out", name), ("--positions", name), ("--left-out", name)]
    for name in ("profile.yaml", "./profile.yaml/"):
        found += [("--out", name), ("--positions", name), ("--left-out", name)]
    found += [("--out", "z", "--positions", "z"), ("--out", "z", "--left-out", "./z")]
    return [*found, ("--out", "-", "--left-out", "-"), ("--positions", "none", "--left-out", "to_none")]


@ON_UNIX
@pytest.mark.parametrize("options", clashes(), ids=" ".join)
def test_nothing_is_written_over_what_is_read_or_written(options: tuple[str, ...], run: Run) -> None:
    Path("symbolic").symlink_to("in.jsonl")
    Path("hard").hardlink_to("in.jsonl")
    Path("to_none").symlink_to("none")
    Path("parent.yaml").write_text('profile: older\nversion: "1"\nextends: smb\n', encoding="utf-8")
    Path("profile.yaml").write_text('profile: mine\nversion: "1"\nextends: parent.yaml\n', encoding="utf-8")
    before = {path.name: path.exists() and path.read_bytes() for path in Path().iterdir()}
    code, out, err = run("replay", "in.jsonl", "--profile", "profile.yaml", *options)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith("journeykit: --")
    assert "name another file" in err
    assert {path.name: path.exists() and path.read_bytes() for path in Path().iterdir()} == before


def test_no_account_forges_a_line_or_makes_one_long(run: Run) -> None:
    forged = "x\n  line 1 (acme): at: forged [in_the_future]"
    lines = [{"kind": "tick", "account": name, "at": "2026-01-06"} for name in (forged, "y" * 10**6)]
    Path("forged.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    _, _, err = run("replay", "forged.jsonl")
    told = err.splitlines()[-2:]
    assert [line[:8] for line in told] == ["  line 1", "  line 2"]
    assert max(map(len, told)) <= 500
    assert all("): account '" in line for line in told), "a long id leaves room for the reason"


@ON_UNIX
def test_a_file_that_standard_input_comes_from_or_output_goes_to(run: Run) -> None:
    code, _, err = program("replay", "-", "--out", "in.jsonl", redirect="< in.jsonl")
    assert code == 2
    assert "--out: in.jsonl is the file of inputs" in err
    code, _, err = program("replay", "in.jsonl", "--out", "all.txt", redirect="> all.txt")
    assert code == 2
    assert "--out: all.txt is what standard output goes to" in err
    assert Path("in.jsonl").read_text(encoding="utf-8") == TEXT


@pytest.mark.parametrize(
    ("name", "said"), [(".", ". is a folder; name a file"), ("no/such/file", "no/such/file: there is no such folder")]
)
def test_a_file_that_cannot_be(name: str, said: str, run: Run) -> None:
    for option in ("--out", "--positions", "--left-out"):
        code, out, err = run("replay", "in.jsonl", option, name)
        assert (code, out) == (2, "")
        assert err.startswith(f"journeykit: {option}: {said}")


@ON_UNIX
def test_devices_are_written_as_they_are(run: Run) -> None:
    assert run("replay", "in.jsonl", "--out", "/dev/null", "--positions", "/dev/null")[0] == 0
    code, out, err = run("replay", "in.jsonl", "--out", "/dev/full")
    assert (code, out, err) == (2, "", "journeykit: /dev/full: No space left on device\n")


@ON_UNIX
def test_a_pipe_is_written_as_it_is(run: Run) -> None:
    code, out, _ = program("replay", "in.jsonl", "--out", "/dev/stdout", redirect="| cat")
    assert code == 0
    assert out.startswith('{"layout"')
    assert "1 account, 3 inputs taken" in out


def test_a_file_may_be_called_as_a_segment_is(run: Run) -> None:
    assert run("replay", "in.jsonl", "--profile", "smb", "--out", "smb")[0] == 0


def test_standard_output_as_the_file(run: Run) -> None:
    """What people read goes to standard error then, so that the rest can be piped on."""
    code, out, err = run("replay", "in.jsonl", "--out", "-")
    assert code == 0
    assert {json.loads(line)["account"] for line in out.splitlines()} == {"acme"}
    assert err.startswith("1 account, 3 inputs taken")
    code, out, err = run("due", "in.jsonl", "--format", "csv", "--left-out", "-")
    assert (code, out) == (2, "")
    assert "--left-out: the csv goes to standard output" in err
    assert not Path("-").exists()


def test_a_file_is_written_whole_or_not_at_all(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("old").write_text("as it was", encoding="utf-8")
    Path("old").chmod(0o640)
    Path("link").symlink_to("old")
    with monkeypatch.context() as patch:
        patch.setattr("journeykit.engine.records.Record.to_dict", lambda record: {"n": 1} if record.n < 3 else 1 / 0)
        code, _, err = run("replay", "in.jsonl", "--out", "link")
    assert code == 2
    assert "ZeroDivisionError" in err
    assert Path("old").read_text(encoding="utf-8") == "as it was"
    assert run("replay", "in.jsonl", "--out", "link")[0] == 0
    assert Path("link").is_symlink()
    assert Path("old").read_text(encoding="utf-8").startswith('{"layout"')
    assert Path("old").stat().st_mode & 0o777 == 0o640
    assert sorted(path.name for path in Path().iterdir()) == ["in.jsonl", "link", "old"]


# -- all that was left out


def test_every_line_left_out_can_be_listed(run: Run) -> None:
    bad = [json.dumps({"kind": f"tock{number}", "account": f"a{number}"}) for number in range(60)]
    latin = b'{"account": "M\xfcller"}'
    late = json.dumps(LINES[2] | {"facts": {"moood": 1}})
    Path("in.jsonl").write_bytes(TEXT.encode() + "\n".join([*bad, *["[]"] * 30, late, ""]).encode() + latin)
    code, _, err = run("replay", "in.jsonl")
    assert code == 1
    assert "  ... and 23 more reasons (--left-out FILE lists all of them)" in err
    code, _, err = run("replay", "in.jsonl", "--left-out", "left.csv")
    assert "  ... and 23 more reasons (left.csv has all of them)" in err
    rows = list(csv.DictReader(Path("left.csv").read_text(encoding="utf-8").splitlines()))
    run("due", "in.jsonl", "--left-out", "left.jsonl")
    told = [json.loads(line) for line in Path("left.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [{key: str(value or "") for key, value in one.items()} for one in told] == rows
    assert list(rows[0]) == ["line", "file", "account", "code", "reason", "raw"]
    assert [int(row["line"]) for row in rows] == list(range(4, 96))
    assert {row["file"] for row in rows} == {"in.jsonl"}
    assert [row["raw"] for row in rows[:60]] == bad
    assert [row["account"] for row in rows[:60]] == [f"a{number}" for number in range(60)]
    assert (rows[-2]["account"], rows[-2]["code"], rows[-2]["raw"]) == ("acme", "unknown_name", late)
    assert (rows[-1]["account"], rows[-1]["raw"]) == ("", '{"account": "M\\xfcller"}')


def test_an_explanation_lists_what_may_be_of_its_account(run: Run) -> None:
    Path("in.jsonl").write_text(TEXT + '{"account": "b", "kind": "tock"}\n\n{"kind\n', encoding="utf-8")
    code, _, _ = run("explain", "in.jsonl", "--account", "acme", "--left-out", "left.jsonl")
    assert code == 1
    told = [json.loads(line) for line in Path("left.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [(one["line"], one["account"], one["code"], one["raw"]) for one in told] == [(6, None, "bad_json", '{"kind')]


def test_where_nothing_was_left_out_the_file_is_empty(run: Run) -> None:
    assert run("replay", "in.jsonl", "--left-out", "left.jsonl")[0] == 0
    assert Path("left.jsonl").read_bytes() == b""
    assert run("replay", "in.jsonl", "--left-out", "LEFT.CSV")[0] == 0
    assert Path("LEFT.CSV").read_text(encoding="utf-8").strip() == "line,file,account,code,reason,raw"
