"""The page of records: each kind with an example that the engine makes, and every key that any record has."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any

import pytest

import journeykit as jk
from folders import CASES, ROOT

PAGE = (ROOT / "docs" / "reference" / "records.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^### (\w+)\n(.*?)(?=^### |\Z)", PAGE, re.M | re.S))
KEYS = {kind: set(re.findall(r"^\| `(\w+)` \|", text, re.M)) for kind, text in SECTIONS.items()}


@cache
def played() -> tuple[jk.Record, ...]:
    history = jk.replay(jk.load(CASES / "stored" / "profile.yaml"), CASES / "records_page.jsonl")
    assert history.refused == ()
    return history.records


def shown(record: jk.Record) -> dict[str, Any]:
    """A record as the page shows it: without what is empty, and without the layout."""
    told = {name: value for name, value in record.to_dict().items() if value not in (None, [], "", {})}
    return {name: value for name, value in told.items() if name != "layout"}


def test_every_kind_is_there_in_order() -> None:
    assert tuple(SECTIONS) == jk.RECORD_KINDS


@pytest.mark.parametrize("kind", jk.RECORD_KINDS)
def test_the_example_is_made_by_the_engine(kind: str) -> None:
    (example,) = re.findall(r"```text\n(.*?)```", SECTIONS[kind], re.S)
    assert json.loads(example) in [shown(record) for record in played() if record.kind == kind]


@pytest.mark.parametrize("kind", jk.RECORD_KINDS)
def test_every_key_of_data_is_told(kind: str) -> None:
    """Of the shipped export, which has all of them, and of the page's own story."""
    export = jk.replay_book(ROOT / "examples" / "export" / "export.jsonl").records() if kind == "moved" else []
    for record in (*played(), *export):
        assert set(record.data) <= KEYS[record.kind], record


def test_every_field_is_told() -> None:
    table = PAGE[: PAGE.index("## The kinds")]
    fields = {*played()[0].to_dict(), "about"} - {"layout"}
    assert {name for name in fields if f"`{name}`" not in table} == set()
