"""The verdicts of ``journeykit test`` as text, JSON, JUnit XML, and annotations for GitHub."""

from __future__ import annotations

import json
from collections.abc import Callable
from xml.sax.saxutils import escape, quoteattr

from journeykit.plain import printable
from journeykit.scenarios.runner import Result

__all__ = ["REPORTS", "summary"]

_HEADS = {"failed": "FAIL", "fault": "ERROR", "empty": "EMPTY"}


def summary(results: list[Result]) -> str:
    """Return the counts in one line: ``9 cases: 8 passed, 1 failed``."""
    counts = [(len([one for one in results if one.verdict == each]), each) for each in ("passed", *_SAID)]
    told = ", ".join(f"{count} {_SAID.get(each, each)}" for count, each in counts if count or each == "passed")
    return f"{len(results)} case{'' if len(results) == 1 else 's'}: {told}"


_SAID = {"failed": "failed", "fault": "cannot be meant", "empty": "empty"}


def _message(one: Result) -> str:
    return "\n".join([f"{one.at.file}:{one.at.line}:{one.at.column}: {one.said}", *one.lines])


def text(results: list[Result]) -> str:
    """Return what is wrong, case by case, and the counts."""
    told = [f"{_HEADS[one.verdict]} {one.called}".rstrip() + f"\n{_message(one)}" for one in results if one.said]
    return printable("\n".join([*told, summary(results)]))


def as_json(results: list[Result]) -> str:
    """Return every verdict as one JSON object."""
    cases = [
        {
            "title": one.title,
            "profile": one.profile,
            "file": one.at.file,
            "line": one.at.line,
            "column": one.at.column,
            "verdict": one.verdict,
            "said": one.said,
            "lines": list(one.lines),
            "proves": list(one.proves),
        }
        for one in results
    ]
    counts = {each: sum(one.verdict == each for one in results) for each in ("passed", *_SAID)}
    return json.dumps({"layout": 1, "counts": counts, "cases": cases}, ensure_ascii=False, indent=2)


def junit(results: list[Result]) -> str:
    """Return the verdicts as JUnit XML: one suite, a case each."""
    failed = sum(one.verdict == "failed" for one in results)
    wrong = sum(one.verdict in ("fault", "empty") for one in results)
    head = f'<testsuite name="journeykit" tests="{len(results)}" failures="{failed}" errors="{wrong}">'
    rows = ['<?xml version="1.0" encoding="utf-8"?>', "<testsuites>", head]
    for one in results:
        where = f"classname={_attribute(one.at.file)} name={_attribute(one.called)} line={_attribute(one.at.line)}"
        if one.verdict == "passed":
            rows.append(f"  <testcase {where}/>")
            continue
        tag = "failure" if one.verdict == "failed" else "error"
        body = escape(printable(_message(one)))
        rows.append(f"  <testcase {where}><{tag} message={_attribute(one.said)}>{body}</{tag}></testcase>")
    return "\n".join([*rows, "</testsuite>", "</testsuites>"])


def _attribute(said: object) -> str:
    return quoteattr(printable(said, keep=""))


def github(results: list[Result]) -> str:
    """Return an annotation for each case that did not pass, and the counts."""
    rows = []
    for one in results:
        if one.verdict != "passed":
            place = (
                f"file={_property(one.at.file)},line={one.at.line},col={one.at.column},title={_property(one.called)}"
            )
            rows.append(f"::error {place}::{_data(_message(one))}")
    return "\n".join([*rows, summary(results)])


def _data(said: str) -> str:
    return printable(said).replace("%", "%25").replace("\n", "%0A")


def _property(said: str) -> str:
    return _data(said).replace(":", "%3A").replace(",", "%2C")


REPORTS: dict[str, Callable[[list[Result]], str]] = {"text": text, "json": as_json, "junit": junit, "github": github}
"""The formats of ``--format``."""
