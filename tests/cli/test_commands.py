"""The command line as its users meet it: what is printed, what is written, and with which exit code it ends."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import journeykit as jk
from journeykit.cli import main
from journeykit.cli.portfolio_table import portfolio_table
from journeykit.draw.text_tables import safe_cell, table, width_of, write_csv
from journeykit.plain import printable

GOOD = """\
profile: clubs
version: "1"
roles: {customer: {side: customer}, csm: {side: us}}
subjects: {workstream: {opens_with: main}, contract: {term: [contract_start, contract_end]}}
facts: {workstream: {trained: {type: boolean}}}
confirmations: {go_live: {by: customer, per: workstream}, signed: {by: customer, per: term}}
signals: {left: {per: workstream}}
tracks:
  value:
    per: workstream
    stages:
      starting: {typical: 2 weeks, success: {trained: trained, live: confirmed(go_live)}, exit: {to: running}}
      running: {regress: {left: {upon: left, to: starting, asks_again: [go_live]}}}
  renewal:
    per: contract
    countdown: {to: contract_end, milestones: {prepare: {before: 90 days}}}
    stages: {waiting: {}, preparing: {}}
    moves:
      prepare: {from: [waiting], to: preparing, when: {window: reached(prepare)}}
      signed: {from: open, kind: renew, to: waiting, when: {signed: confirmed(signed)}, begins_term: true}
"""
BAD = GOOD.replace("to: running}", "to: runing}").replace("type: boolean", "type: bolean")

ALPHA = [
    {"kind": "begin", "account": "alpha", "at": "2026-01-05", "profile": "clubs"},
    {
        "kind": "open",
        "account": "alpha",
        "at": "2026-01-05",
        "subject": "contract:C-1",
        "facts": {"contract_end": "2027-01-04"},
    },
    {
        "kind": "observe",
        "account": "alpha",
        "at": "2026-01-07",
        "subject": "workstream:main",
        "facts": {"trained": True},
    },
]
BETA = [{"kind": "begin", "account": "beta", "at": "2026-01-06", "profile": "clubs"}]

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command in a folder with a good and a bad profile; gives exit code, output and errors."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "140")
    Path("clubs.yaml").write_text(GOOD, encoding="utf-8")
    Path("bad.yaml").write_text(BAD, encoding="utf-8")
    write_inputs("in.jsonl", *ALPHA, *BETA)

    def call(*words: str) -> tuple[int, str, str]:
        try:
            code = main(words)
        except SystemExit as stop:  # argparse ends the program itself
            code = int(stop.code or 0)
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return code, out, err

    return call


def write_inputs(name: str, *entries: object) -> None:
    lines = (entry if isinstance(entry, str) else json.dumps(entry) for entry in entries)
    Path(name).write_text("".join(line + "\n" for line in lines), encoding="utf-8")


# -- lint


def test_lint_of_a_clean_profile(run: Run) -> None:
    assert run("lint", "clubs.yaml") == (0, "1 profile, 0 errors, 0 warnings\n", "")


def test_lint_says_everything_with_its_place(run: Run) -> None:
    code, out, _ = run("lint", "clubs.yaml", "bad.yaml")
    assert code == 1
    lines = out.splitlines()
    assert [line.split(":")[:2] for line in lines[:-1]] == [["bad.yaml", "5"]] or len(lines) > 2
    assert "boolean" in out
    assert lines[-1].startswith("2 profiles, ")


def test_lint_of_a_folder_and_of_a_shipped_segment(run: Run) -> None:
    code, out, _ = run("lint", ".")
    assert code == 1
    assert out.splitlines()[-1].startswith("2 profiles, ")
    assert run("lint", "smb")[0] == 0


@pytest.mark.parametrize("path", ["missing.yaml", "no_such_segment", "empty"])
def test_lint_of_nothing_is_bad_usage(run: Run, path: str) -> None:
    Path("empty").mkdir()
    code, out, err = run("lint", path)
    assert (code, out) == (2, "")
    assert path in err


# -- show


@pytest.mark.parametrize("name", ["clubs.yaml", "enterprise"])
def test_show_draws_tracks_stages_and_the_countdown(run: Run, name: str) -> None:
    code, out, _ = run("show", name)
    assert code == 0
    for word in ("value", "renewal", "days before"):
        assert word in out.lower()
    assert max(map(len, out.splitlines())) <= 140


def test_show_as_mermaid(run: Run) -> None:
    code, out, _ = run("show", "clubs.yaml", "--format", "mermaid")
    assert code == 0
    assert out.startswith("stateDiagram-v2")
    assert "running" in out


@pytest.mark.parametrize(
    "words", [("show", "bad.yaml"), ("show", "nothing"), ("replay", "in.jsonl", "--profile", "bad.yaml")]
)
def test_a_profile_that_cannot_be_used(run: Run, words: tuple[str, ...]) -> None:
    code, out, err = run(*words)
    assert (code, out) == (2, "")
    assert err.startswith("journeykit: ")


# -- replay


def test_replay_ends_with_the_portfolio(run: Run) -> None:
    code, out, err = run("replay", "in.jsonl", "--profile", "clubs.yaml", "--until", "2026-01-19")
    assert (code, err) == (0, "")
    head, *rows = [line for line in out.splitlines() if line][1:]
    assert head.split() == ["account", "segment", "value", "renewal", "missing", "next", "due"]
    assert rows[1].split() == [
        "alpha",
        "clubs",
        "main:",
        "starting",
        "(behind)",
        "C-1:",
        "waiting",
        "main:",
        "live",
        "2026-01-26",
        "main:",
        "stuck",
    ]
    assert any("C-1: signed" in row for row in rows)
    assert any("main: trained, live" in row for row in rows), "beta never told us anything"


def test_until_lets_time_run(run: Run) -> None:
    _, early, _ = run("replay", "in.jsonl", "--profile", "clubs.yaml", "--until", "2026-10-05")
    _, late, _ = run("replay", "in.jsonl", "--profile", "clubs.yaml", "--until", "2026-10-07")
    assert "C-1: waiting" in early
    assert "C-1: preparing" in late
    assert "stuck" in late


def test_lines_left_out_are_told_and_the_rest_goes_on(run: Run) -> None:
    observe = {"kind": "observe", "account": "alpha", "at": "2026-02-01", "subject": "workstream:main"}
    write_inputs(
        "in.jsonl",
        *ALPHA,
        "{broken",
        observe | {"facts": {"traind": True}},
        observe | {"at": "2026-02-01T10:00:00"},
        {"kind": "tick", "account": "nobody", "at": "2026-02-01"},
        observe | {"kind": "confirm", "confirmation": "go_live", "by": "customer"},
    )
    code, out, err = run("replay", "in.jsonl", "--profile", "clubs.yaml")
    assert code == 1
    assert "main: running" in out
    assert "left out: 4 lines" in err
    for part in ("line 4: ", "line 5 (alpha): ", "trained", "line 6", "line 7 (nobody): "):
        assert part in err


def test_bytes_that_are_not_utf_8_spoil_their_own_line(run: Run) -> None:
    """A letter that was replaced by a sign would make two accounts one."""
    latin = json.dumps(BETA[0] | {"account": "caf\u00e9"}, ensure_ascii=False).encode("latin-1")
    Path("in.jsonl").write_bytes(b"\n".join([*(json.dumps(line).encode() for line in ALPHA), latin, b"\0\0\0"]))
    code, out, err = run("replay", "in.jsonl", "--profile", "clubs.yaml")
    assert code == 1
    assert "caf" not in out
    assert "line 4: not UTF-8: byte 0xe9 at column 34; save the file as UTF-8 [bad_json]" in err
    assert "line 5: the line holds NUL characters" in err
    assert len(err.strip().splitlines()) == 3
    Path("in.jsonl").write_text("\n".join(map(json.dumps, ALPHA)), encoding="utf-16")
    code, out, err = run("replay", "in.jsonl", "--profile", "clubs.yaml")
    assert (code, out) == (2, "")
    assert err == "journeykit: in.jsonl: this is UTF-16 or UTF-32, expected UTF-8; save the file as such\n"


def test_the_same_reason_is_told_once(run: Run) -> None:
    write_inputs("in.jsonl", *BETA, *["[]"] * 30)
    code, _, err = run("replay", "in.jsonl", "--profile", "clubs.yaml")
    assert code == 1
    assert len(err.strip().splitlines()) == 2
    assert "lines 2, 3, " in err
    assert "and 10 more" in err


def test_data_may_name_shipped_segments_only(run: Run) -> None:
    write_inputs("in.jsonl", BETA[0] | {"profile": "./clubs.yaml"}, BETA[0] | {"account": "c", "profile": "smb"})
    code, out, err = run("replay", "in.jsonl")
    assert code == 1
    assert "line 1 (beta)" in err
    assert "--profile" in err
    assert "beta" not in out
    assert "smb" in out


def test_records_and_positions_are_written(run: Run) -> None:
    code, _, _ = run(
        "replay", "in.jsonl", "--profile", "clubs.yaml", "--out", "records.jsonl", "--positions", "positions.csv"
    )
    assert code == 0
    records = [json.loads(line) for line in Path("records.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [record["kind"] for record in records].count("opened") == 5
    assert [record["at"] for record in records] == sorted(record["at"] for record in records)
    rows = list(csv.DictReader(Path("positions.csv").read_text(encoding="utf-8").splitlines()))
    assert {(row["account"], row["region"], row["path"]) for row in rows} == {
        ("alpha", "value", "starting"),
        ("alpha", "renewal", "waiting"),
        ("beta", "value", "starting"),
    }


def test_what_an_account_is_called_harms_nobody(run: Run) -> None:
    hidden = BETA[0] | {"account": "a\x1b[31m\u202e"}
    write_inputs("in.jsonl", BETA[0] | {"account": "=HYPERLINK(1)"}, hidden, "{\x1b[2J")
    code, out, err = run("replay", "in.jsonl", "--profile", "clubs.yaml", "--positions", "positions.csv")
    assert code == 1
    assert not {"\x1b", "\u202e"} & set(out + err)
    assert Path("positions.csv").read_text(encoding="utf-8").splitlines()[1].startswith("'=HYPERLINK")


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("frobnicate",),
        ("replay",),
        ("replay", "missing.jsonl"),
        ("replay", "."),
        ("replay", "in.jsonl", "--profile", "."),
        ("due", "in.jsonl", "--profile", "clubs.yaml", "--lang", ""),
        ("replay", "in.jsonl", "--until", "soon"),
        ("replay", "in.jsonl", "--until", "2026-01-01T00:00"),
        ("replay", "in.jsonl", "--profile", "clubs.yaml", "--out", "no/such/folder.jsonl"),
        ("explain", "in.jsonl"),
        ("explain", "in.jsonl", "--profile", "clubs.yaml", "--account", "gamma"),
        ("explain", "in.jsonl", "--profile", "clubs.yaml", "--account", "alpha", "--track", "valu"),
        ("explain", "in.jsonl", "--profile", "clubs.yaml", "--account", "alpha", "--subject", "C-9"),
        ("due",),
        ("due", "in.jsonl", "--profile", "clubs.yaml", "--within", "soon"),
        ("due", "in.jsonl", "--profile", "clubs.yaml", "--at", "soon"),
        ("due", "in.jsonl", "--profile", "clubs.yaml", "--role", "cms"),
        ("due", "in.jsonl", "--profile", "clubs.yaml", "--track", "renewl"),
        ("due", "in.jsonl", "--profile", "clubs.yaml", "--format", "xml"),
    ],
)
def test_wrong_usage_is_said_in_a_sentence(run: Run, words: tuple[str, ...]) -> None:
    code, out, err = run(*words)
    assert (code, out) == (2, "")
    assert "journeykit" in err


def test_a_file_that_is_no_text(run: Run) -> None:
    Path("in.jsonl").write_bytes(bytes(range(256)) * 4)
    code, _, err = run("replay", "in.jsonl", "--profile", "clubs.yaml")
    assert code == 1
    assert "left out" in err


def test_a_fault_of_ours_is_said_without_a_traceback(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("journeykit.cli.commands.portfolio_table", lambda *_: 1 / 0)
    code, _, err = run("replay", "in.jsonl", "--profile", "clubs.yaml")
    assert code == 2
    assert "ZeroDivisionError" in err


# -- explain


def test_explain_tells_each_track_and_what_is_missing(run: Run) -> None:
    code, out, _ = run("explain", "in.jsonl", "--profile", "clubs.yaml", "--account", "alpha")
    assert code == 0
    for part in (
        "value of workstream:main",
        "renewal of contract:C-1",
        "[x] trained",
        "[ ] live",
        "awaits confirmation by customer",
    ):
        assert part in out
    assert "beta" not in out


def test_explain_of_one_track_and_one_subject(run: Run) -> None:
    common = ("explain", "in.jsonl", "--profile", "clubs.yaml", "--account", "alpha")
    _, by_track, _ = run(*common, "--track", "renewal")
    _, by_subject, _ = run(*common, "--subject", "C-1")
    _, by_key, _ = run(*common, "--subject", "contract:C-1")
    assert by_track == by_subject == by_key
    assert "value" not in by_track


def test_explain_keeps_line_numbers_of_the_file(run: Run) -> None:
    write_inputs("in.jsonl", *BETA, *ALPHA, ALPHA[0], "{broken")
    code, _, err = run("explain", "in.jsonl", "--profile", "clubs.yaml", "--account", "alpha")
    assert code == 1
    assert "line 5 (alpha)" in err
    assert "line 6: " in err  # it may be alpha's: nobody can tell


def test_the_table_knows_tracks_of_those_alone_who_began(run: Run) -> None:
    """An account whose begin was refused has a profile, and no place in it."""
    begin = {"kind": "begin", "at": "2026-01-05T10:00:00Z"}
    refused = begin | {"account": "lost", "profile": "smb", "timezone": "Mars/Base"}
    book = jk.replay_book(
        [json.dumps(begin | {"account": "one", "profile": "clubs"}), json.dumps(refused)],
        machines={"clubs": jk.load("clubs.yaml"), "smb": jk.load("smb")},
    )
    assert [one.account for one in book.left_out] == ["lost"]
    shown = portfolio_table(book, 100)
    assert "one" in shown
    assert "advocacy" not in shown


# -- labels and names

LABELS = """\
tracks: {value: Valor, renewal: Renovação}
stages: {value.starting: Começo, value.running: Em uso, renewal.waiting: Janela fechada, renewal.preparing: Preparando}
criteria: {live: O cliente confirma, starting.success.trained: Treinado}
milestones: {prepare: Preparar}
confirmations: {go_live: Confirmação}
roles: {customer: Cliente}
"""
SAID = {
    "explain": (
        (
            "value of workstream:main",
            "at starting,",
            "value.starting.exit (advance) -> running",
            "[ ] live: confirmed(go",
        ),
        ("Valor (value) of workstream:main", "at Começo,", "-> Em uso (value.starting.exit, advance)", "[ ] O cliente"),
    ),
    "due": (
        ("C-1: prepare ", "be at preparing (now waiting)"),
        ("C-1: Preparar ", "be at Preparando (now: Janela fechada)"),
    ),
    "replay": (
        ("main: starting", "main: live"),
        ("main: Começo", "main: O cliente confirma"),
    ),
}


@pytest.mark.parametrize("command", SAID)
def test_things_go_by_labels_or_by_names(run: Run, command: str) -> None:
    profile = GOOD.replace("prepare: {before: 90 days}", "prepare: {before: 90 days, work: preparing}")
    Path("clubs.yaml").write_text(profile, encoding="utf-8")
    Path("labels").mkdir()
    Path("labels/pt.yaml").write_text(LABELS, encoding="utf-8")
    more = {"explain": ("--account", "alpha"), "due": ("--within", "1 year")}.get(command, ())
    words = (command, "in.jsonl", "--profile", "clubs.yaml", *more)
    names, labels = SAID[command]
    _, by_name, _ = run(*words, "--names")
    _, by_label, _ = run(*words, "--lang", "pt")
    assert [part for part in names if part not in by_name or part in by_label] == []
    assert [part for part in labels if part not in by_label or part in by_name] == []
    assert run(*words)[1] == (by_name if command == "replay" else run(*words, "--lang", "en")[1])
    code, _, err = run(*words, "--lang", "es")
    assert code == 2
    assert 'there are no labels in "es"' in err


def test_what_programs_read_keeps_to_names(run: Run) -> None:
    for form in ("csv", "json"):
        plain, labelled = (run(*due("--format", form, "--within", "1 year", *more))[1] for more in ((), ("--names",)))
        assert plain == labelled
        assert "prepare" in plain


# -- due


def due(*words: str) -> tuple[str, ...]:
    return ("due", "in.jsonl", "--profile", "clubs.yaml", *words)


WORKLIST = """\
2 accounts as of 2026-10-01: 2 overdue, 1 due within 60 days

overdue, in brackets the days since
  alpha  main: stuck in starting (248)
  beta   main: stuck in starting (247)

2026-10-06 Tuesday, in 5 days
  alpha  C-1: prepare    be at preparing (now: waiting)
"""


def test_due_reads_like_a_worklist(run: Run) -> None:
    profile = GOOD.replace("prepare: {before: 90 days}", "prepare: {before: 90 days, work: preparing}")
    Path("clubs.yaml").write_text(profile, encoding="utf-8")
    assert run(*due("--at", "2026-10-01", "--within", "60 days")) == (0, WORKLIST, "")
    _, narrow, _ = run(*due("--at", "2026-12-30", "--within", "6 days", "--track", "renewal"))
    assert narrow == (
        "2 accounts as of 2026-12-30: 0 overdue, 1 due within 6 days\n\n"
        "2027-01-04 Monday, in 5 days\n"
        "  alpha  C-1: end of the term  customer  the term ends; not renewed yet, needs: signed\n"
    )


def test_due_as_of_each_accounts_last_input(run: Run) -> None:
    code, out, _ = run(*due("--within", "14 days"))
    assert code == 0
    assert out == "2 accounts each as of its last input: 0 overdue, 0 due within 14 days\n"
    _, out, _ = run(*due())
    assert out.splitlines()[0].endswith("2 due within 30 days")
    assert "2026-01-26 Monday, in 19 days\n  alpha  main: stuck" in out


def test_before_anybody_had_begun(run: Run) -> None:
    _, out, _ = run(*due("--at", "2026-01-05"))
    assert (
        out.splitlines()[0] == "2 accounts as of 2026-01-05 (1 of them had not begun): 0 overdue, 1 due within 30 days"
    )
    code, out, err = run(*due("--at", "1900-01-01"))
    assert (code, out, err) == (
        0,
        "2 accounts as of 1900-01-01 (2 of them had not begun): 0 overdue, 0 due within 30 days\n",
        "",
    )
    code, out, err = run("replay", "in.jsonl", "--profile", "clubs.yaml", "--until", "1900-01-01")
    assert (code, err) == (0, "")
    assert out.splitlines()[-1] == "no account began in these inputs by 1900-01-01"
    words = ("--account", "alpha", "--until", "1900-01-01")
    code, out, err = run("explain", "in.jsonl", "--profile", "clubs.yaml", *words)
    assert (code, out, err) == (2, "", "journeykit: in.jsonl: account 'alpha' had not begun by 1900-01-01\n")


def test_a_slip_of_the_keyboard_is_told_before_a_thousand_years_pass(run: Run) -> None:
    code, out, err = run(*due("--at", "2926-01-05"))
    assert (code, out) == (2, "")
    assert err == "journeykit: until: 2926-01-05 is more than 100 years after the last input (2026)\n"
    assert run(*due("--at", "2126-01-05"))[0] == 0


def test_due_for_one_role(run: Run) -> None:
    _, ours, _ = run(*due("--within", "2 years", "--role", "csm"))
    _, theirs, _ = run(*due("--within", "2 years", "--role", "customer"))
    assert ours == "2 accounts each as of its last input: 0 overdue, 0 due within 2 years\n"
    assert "C-1: end" in theirs
    assert "stuck" not in theirs
    code, _, err = run(*due("--role", "sales"))
    assert (code, err) == (2, "journeykit: --role: no profile in use has 'sales'; there are csm, customer\n")


def test_due_says_once_that_a_feed_is_down(run: Run) -> None:
    """A feed that is up is no work yet, though it goes down if nobody hears it."""
    fed = GOOD.replace("confirmations:", "feeds: {usage: {down_after: 3 days}}\nconfirmations:").replace(
        "signals: {left", "signals: {used: {feed: usage}, left"
    )
    Path("clubs.yaml").write_text(fed, encoding="utf-8")
    beat = {"kind": "feed", "feed": "usage", "account": "*", "at": "2026-01-07"}
    write_inputs("in.jsonl", *ALPHA, *BETA, beat)
    _, out, _ = run(*due("--at", "2026-01-08", "--within", "10 days"))
    assert out == "2 accounts as of 2026-01-08: 0 overdue, 0 due within 10 days\n"
    _, out, _ = run(*due("--at", "2026-01-14", "--within", "10 days"))
    assert out.splitlines()[2:] == ["feeds that are down", "  usage  in 2 accounts, for 4 days"]
    _, out, _ = run(*due("--at", "2026-01-14", "--within", "10 days", "--format", "json"))
    assert [(row["account"], row["name"], row["status"], row["track"]) for row in json.loads(out)] == [
        ("alpha", "usage", "down", None),
        ("beta", "usage", "down", None),
    ]
    assert run(*due("--at", "2026-01-14", "--within", "10 days", "--track", "renewal"))[1].count("\n") == 1


def test_due_fits_its_width(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for width in (60, 80, 120):
        monkeypatch.setenv("COLUMNS", str(width))
        _, out, _ = run(*due("--within", "2 years"))
        assert max(map(width_of, out.splitlines()[1:])) <= width
        assert "the term ends" in out


def test_due_for_programs(run: Run) -> None:
    words = ("--at", "2026-12-30", "--within", "1 month")
    code, out, err = run(*due(*words, "--format", "json"))
    assert (code, err) == (0, "")
    rows = json.loads(out)
    assert rows[-1] == {
        "on": "2027-01-04",
        "days": 5,
        "status": "due",
        "account": "alpha",
        "subject": "contract:C-1",
        "track": "renewal",
        "name": "end",
        "what": "the term ends; not renewed yet, needs signed given",
        "role": "customer",
        "at": "2027-01-05T00:00:00+00:00",
    }
    assert [row["status"] for row in rows] == ["overdue", "overdue", "due"]
    _, out, _ = run(*due(*words, "--format", "csv"))
    cells = list(csv.DictReader(out.splitlines()))
    assert [{key: str(value) for key, value in row.items()} for row in rows] == cells


def test_due_tells_what_was_left_out(run: Run) -> None:
    write_inputs("in.jsonl", *ALPHA, "{broken")
    for format_ in ("text", "json", "csv"):
        code, out, err = run(*due("--format", format_))
        assert code == 1
        assert out
        assert "line 4" in err


def test_due_of_an_account_that_would_harm_a_spreadsheet(run: Run) -> None:
    write_inputs("in.jsonl", BETA[0] | {"account": "=HYPERLINK(1)"})
    _, out, _ = run(*due("--format", "csv"))
    assert ",'=HYPERLINK(1)," in out


def test_due_as_a_calendar(run: Run) -> None:
    icalendar = pytest.importorskip("icalendar")
    words = ("--at", "2026-12-30", "--within", "1 month", "--format", "ics")
    write_inputs("in.jsonl", *ALPHA, BETA[0] | {"account": "bêta; & co, \\ltd"})
    code, out, _ = run(*due(*words))
    assert code == 0
    assert out == run(*due(*words))[1], "the same list, the same file"
    assert all(len(line.encode()) <= 75 for line in out.split("\r\n"))
    assert out.count("\n") == out.count("\r\n")
    calendar = icalendar.Calendar.from_ical(out)
    events = {str(event["uid"]): event for event in calendar.walk("VEVENT")}
    assert sorted(events) == [
        "alpha/contract:C-1/renewal/end/0@journeykit",
        "alpha/workstream:main/value/stuck/2026-01-05@journeykit",
        "bêta; & co, \\ltd/workstream:main/value/stuck/2026-01-06@journeykit",
    ]
    end = events["alpha/contract:C-1/renewal/end/0@journeykit"]
    assert str(end["summary"]) == "alpha C-1: end of the term"
    assert str(end["dtstart"].dt) == "2027-01-04"
    assert end["dtstamp"].dt.isoformat() == "2026-12-30T00:00:00+00:00"
    assert str(end["description"]).splitlines() == [
        "the term ends; not renewed yet, needs: signed",
        "Role: customer",
        "contract:C-1, renewal",
    ]
    assert [str(one) for one in end["categories"].cats] == ["renewal", "customer"]


def test_an_event_keeps_its_id_when_it_moves(run: Run) -> None:
    pytest.importorskip("icalendar")
    words = ("--within", "5 years", "--track", "renewal", "--format", "ics")
    uids = []
    for end in ("2027-01-04", "2027-03-31"):
        moved = {"kind": "observe", "account": "alpha", "at": "2026-02-01", "subject": "contract:C-1"}
        write_inputs("in.jsonl", *ALPHA, moved | {"facts": {"contract_end": end}})
        _, out, _ = run(*due(*words))
        assert end.replace("-", "") in out
        uids.append([line for line in out.splitlines() if line.startswith("UID")])
    assert uids[0] == uids[1]
    assert len(uids[0]) == 2


def test_a_calendar_needs_its_extra(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "icalendar", None)
    monkeypatch.delitem(sys.modules, "journeykit.cli.calendar_file", raising=False)
    code, out, err = run(*due("--format", "ics"))
    assert (code, out) == (2, "")
    assert err == "journeykit: --format ics needs the package icalendar: pip install 'journeykit[ics]'\n"


# -- as a program


def test_as_a_program_with_a_pipe_that_closes(run: Run) -> None:
    """``journeykit ... | head`` is no error, and standard input is read for ``-``."""
    lines = "".join(json.dumps(BETA[0] | {"account": f"a{n}"}) + "\n" for n in range(400))
    command = [sys.executable, "-m", "journeykit.cli", "replay", "-", "--profile", "clubs.yaml"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, env=os.environ | {"COLUMNS": "70"}, text=True, **pipes) as program:
        program.stdin.write(lines)
        program.stdin.close()
        assert program.stdout.readline().startswith("400 accounts")
        program.stdout.close()
        assert program.stderr.read() == ""
    assert program.returncode == 0


def test_version_and_help(run: Run) -> None:
    assert run("--version")[1].startswith("journeykit ")
    assert "Exit codes" in run("--help")[1]


# -- tables


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@x", "'@x"),
        ("  =1", "'  =1"),
        ("a=1", "a=1"),
        (-1, "-1"),
        (-0.5, "-0.5"),
        (None, ""),
        ("", ""),
    ],
)
def test_cells_are_no_formulas(value: object, cell: str) -> None:
    assert safe_cell(value) == cell


def test_csv_quotes_what_it_must() -> None:
    target = io.StringIO()
    write_csv(target, ("a", "b"), [('x"y', "1,2")])
    assert target.getvalue() == 'a,b\n"x""y","1,2"\n'


def test_control_characters_do_not_reach_a_terminal() -> None:
    assert printable("a\x1b[1mb\u202ec\nd\té") == "a\ufffd[1mb\ufffdc\nd\ufffdé"


def test_a_table_fits_its_width() -> None:
    rows = [("one", "words that go on and on", "onboarding.delivery.technical"), ("二", "", "x")]
    wide, narrow = table(("name", "said", "place"), rows, 200), table(("name", "said", "place"), rows, 36)
    assert wide.splitlines()[2] == "one   words that go on and on  onboarding.delivery.technical"
    assert wide.splitlines()[3].startswith("二    ")
    assert max(map(width_of, narrow.splitlines())) <= 36
    assert "onboarding." in narrow
    assert len(narrow.splitlines()) > len(wide.splitlines())


def test_a_table_too_narrow_for_its_words_becomes_paragraphs() -> None:
    text = table(("name", "place", "due"), [("acme", "onboarding", "2026-01-05"), ("b", "", "")], 18)
    assert text.splitlines() == ["acme", "  place  onboarding", "  due    2026-01-05", "b"]


# -- explain of an account that fills more than a screen

DONE = ("plan_agreed", "success_criteria_agreed", "configured", "data_migrated", "integrations_live")
DONE += ("implementation_complete", "core_users_trained", "initial_use_case_live", "first_value_documented")
DONE += ("initial_value_target_met", "core_users_active")


def big() -> Iterator[dict[str, Any]]:
    """An account of 12 workstreams and 8 contracts; in one of the first go_live was taken back after the move."""
    yield {"kind": "begin", "at": "2025-01-06", "profile": "enterprise"}
    for n in range(1, 12):
        yield {"kind": "open", "at": "2025-01-07", "subject": f"workstream:team-{n}"}
    for n in range(1, 9):
        facts = {"contract_start": "2025-01-07", "contract_end": f"2026-0{n}-06"}
        yield {"kind": "open", "at": "2025-01-07", "subject": f"contract:C-{n}", "facts": facts}
    about = {"subject": "workstream:team-1"}
    yield {"kind": "observe", "at": "2025-02-03", "facts": dict.fromkeys(DONE, True), **about}
    for word in ("go_live", "ready_to_expand"):
        yield {"kind": "confirm", "at": "2025-02-04", "confirmation": word, "by": "customer", **about}
    accepted = {"move": "value.onboarding.exit", "what": "accepted", "by": "csm"}
    yield {"kind": "handoff", "at": "2025-02-04", **accepted, **about}
    yield {"kind": "retract", "at": "2025-02-20", "confirmation": "go_live", "by": "customer", **about}


@pytest.mark.parametrize("columns", [80, 120])
def test_explain_of_a_big_account_is_one_screen(run: Run, monkeypatch: pytest.MonkeyPatch, columns: int) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    write_inputs("big.jsonl", *({"account": "big", **line} for line in big()))
    explain = ("explain", "big.jsonl", "--account", "big", "--until", "2025-11-30", "--names")
    code, out, err = run(*explain)
    lines = out.splitlines()
    assert (code, err) == (0, "")
    assert len(lines) <= 40
    assert all(len(line) <= columns for line in lines)
    for key in ("main", *(f"team-{n}" for n in range(1, 12)), *(f"C-{n}" for n in range(1, 9))):
        [line] = [one for one in lines if one.startswith(f"  {key} ")]
        assert re.search(r" 2025-\d\d-\d\d ", line)
    [stands] = [one for one in lines if one.startswith("  main ")]
    assert re.search(r"onboarding\.k.* 2025-01-06  2: plan.*overdue 2025-10-06", stands)
    assert "! go_live was taken back by customer on 2025-02-20, after the move of 2025-02-04" in " ".join(out.split())
    more = re.fullmatch(r"more: --track value --subject workstream:main; all (\d+) lines: --all", lines[-1])
    assert more
    code, out, err = run(*explain, "--all")
    assert (code, err) == (0, "")
    assert len(out.splitlines()) == int(more[1]) > 300
    assert "  go_live was taken back by customer on 2025-02-20, after the move of 2025-02-04\n" in out
    assert run(*explain, "--track", "value", "--subject", "workstream:main")[1] in out
