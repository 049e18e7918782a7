"""Each bad line in ``cases/bad_lines.yaml`` is refused with its code, and nothing else is as if it had been there."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

import folders
import journeykit as jk

TABLE: dict[str, Any] = yaml.safe_load((folders.CASES / "bad_lines.yaml").read_text(encoding="utf-8"))
BAD: list[dict[str, Any]] = TABLE["bad"]
KINDS = 171
"""How many kinds of bad line there are at the least."""


@cache
def machine() -> jk.Machine:
    return jk.compile_profile(jk.read_text(TABLE["profile"]))


def good(part: str) -> list[bytes]:
    return [json.dumps(line).encode() for line in TABLE[part]]


def told(book: jk.Book) -> bytes:
    """All that a book says of where its accounts stand and how they came there."""
    whole = {"positions": book.positions(), "records": [record.to_dict() for record in book.records()]}
    begun = {account: history.snapshot for account, history in book.accounts.items() if history.snapshot is not None}
    snapshots = {account: snapshot.to_dict() for account, snapshot in begun.items()}
    return json.dumps(whole | {"snapshots": snapshots}, default=str).encode()


def replayed(lines: list[bytes], folder: Path) -> jk.Book:
    path = folder / "inputs.jsonl"
    path.write_bytes(b"\n".join(lines) + b"\n")
    return jk.replay_book(path, machines={"care": machine()})


@cache
def without() -> bytes:
    book = jk.replay_book([line.decode() for line in good("before") + good("after")], machines={"care": machine()})
    assert not book.left_out
    assert len(book.accounts) == 2
    return told(book)


def bytes_of(row: dict[str, Any]) -> bytes:
    line: str = row["line"]
    if "times" in row:
        line = line.replace("%s", row["of"] * row["times"])
    return line.encode(row.get("encoding", "utf-8"))


@pytest.mark.parametrize("row", BAD, ids=[row["name"] for row in BAD])
def test_it_is_refused_and_nothing_else_changes(row: dict[str, Any], tmp_path: Path) -> None:
    book = replayed([*good("before"), bytes_of(row), *good("after")], tmp_path)
    assert [(left.line, left.error.code) for left in book.left_out] == [(len(TABLE["before"]) + 1, row["code"])]
    assert "\n" not in book.left_out[0].error.message
    assert told(book) == without()


def test_all_of_them_in_one_file(tmp_path: Path) -> None:
    book = replayed([*good("before"), *map(bytes_of, BAD), *good("after")], tmp_path)
    assert [left.error.code for left in book.left_out] == [row["code"] for row in BAD]
    assert told(book) == without()


def test_there_are_enough_kinds() -> None:
    assert len({row["name"] for row in BAD}) == len({row["line"] for row in BAD}) == len(BAD) >= KINDS
