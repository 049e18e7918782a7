"""A webhook in a CRM: one event in, one transaction, actions out. ``python examples/crm_webhook.py`` shows it.

The database holds the log, a snapshot for each account and the records; all three change together or not at all. The
same event twice changes nothing. Actions are handed out after the commit and marked when done: after a crash they are
handed out again, under the same record id, by which the receiver can tell. ``nightly`` lets time pass where it does
something, and looks at nobody else.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import journeykit as jk

Event = Mapping[str, Any]
Act = Callable[[str, str, str], None]
"""What is to be done: (record id, account, name of the action)."""

TABLES = """
CREATE TABLE IF NOT EXISTS inputs (account TEXT, id TEXT, said TEXT NOT NULL, body TEXT, PRIMARY KEY (account, id));
CREATE TABLE IF NOT EXISTS snapshots (account TEXT PRIMARY KEY, body TEXT NOT NULL, wakes_at TEXT);
CREATE INDEX IF NOT EXISTS wakes_at ON snapshots (wakes_at);
CREATE TABLE IF NOT EXISTS records (id TEXT PRIMARY KEY, account TEXT, name TEXT, body TEXT NOT NULL, done INTEGER);
"""


def connect(path: str) -> sqlite3.Connection:
    """Open the database; ``handle`` alone begins and ends transactions."""
    database = sqlite3.connect(path, isolation_level=None)
    database.executescript(TABLES)
    return database


def handle(database: sqlite3.Connection, machine: jk.Machine, event: Event, act: Act) -> bool:
    """Take in one event; False if it was taken in before.

    Raises:
        jk.InputError: the event was refused, or another event has its id; nothing has changed.
    """
    entry = jk.parse_input(event)
    if entry.id is None:
        raise jk.InputError("no_id", "id: missing; without one a repeated delivery cannot be told from a second event")
    said = json.dumps(event, sort_keys=True)
    with database:  # commits, or rolls back where anything is raised
        database.execute("BEGIN IMMEDIATE")  # two events of one account take turns
        new = _is_new(database, entry, said)
        if new:
            taken = json.dumps(_step(database, machine, entry).to_dict())
            database.execute("INSERT INTO inputs VALUES (?, ?, ?, ?)", (entry.account, entry.id, said, taken))
    hand_out(database, act)
    return new


def nightly(database: sqlite3.Connection, machine: jk.Machine, now: datetime, act: Act) -> int:
    """Wake each account at the instants at which something falls due in it by now; return how often that was.

    A tick at its own instant leaves the account's present there: what comes in later today is not late for it. Ticks
    are not logged, for they say nothing: who replays the log says until when.
    """
    due = "SELECT account, wakes_at FROM snapshots WHERE wakes_at <= ? ORDER BY wakes_at LIMIT 1"
    woken = 0
    while True:
        with database:
            database.execute("BEGIN IMMEDIATE")  # looked up inside, so that no event comes between
            row = database.execute(due, (now.astimezone(UTC).isoformat(),)).fetchone()
            if row is None:
                break
            _step(database, machine, jk.Input("tick", row[0], datetime.fromisoformat(row[1])))
        woken += 1
    hand_out(database, act)
    return woken


def _is_new(database: sqlite3.Connection, entry: jk.Input, said: str) -> bool:
    key = entry.account, entry.id
    known = database.execute("SELECT said FROM inputs WHERE account = ? AND id = ?", key).fetchone()
    if known is not None and known[0] != said:
        raise jk.InputError("conflict", f"id {entry.id!r} was given to another event before: {known[0]}")
    return known is None


def _step(database: sqlite3.Connection, machine: jk.Machine, entry: jk.Input) -> jk.Input:
    """Take an input, store where the account stands and what happened, and return the input as it was taken."""
    row = database.execute("SELECT body FROM snapshots WHERE account = ?", (entry.account,)).fetchone()
    snapshot = jk.load_snapshot(machine, json.loads(row[0])) if row else None
    outcome = jk.step(machine, snapshot, entry)
    wakes_at = jk.wakes_at(machine, outcome.snapshot)
    state = json.dumps(outcome.snapshot.to_dict()), wakes_at and wakes_at.isoformat()
    database.execute("INSERT OR REPLACE INTO snapshots VALUES (?, ?, ?)", (entry.account, *state))
    rows = [(r.id, r.account, r.name, json.dumps(r.to_dict()), r.kind != "action") for r in outcome.records]
    database.executemany("INSERT INTO records VALUES (?, ?, ?, ?, ?)", rows)
    return outcome.taken


def hand_out(database: sqlite3.Connection, act: Act) -> None:
    """Hand out what is to be done and not marked as done, oldest first; also to be called once after a restart."""
    for ident, account, name in database.execute(
        "SELECT id, account, name FROM records WHERE NOT done ORDER BY rowid"
    ).fetchall():
        act(ident, account, name)
        database.execute("UPDATE records SET done = 1 WHERE id = ?", (ident,))


def main() -> None:
    """Three events, the last of them delivered twice: open issues ask for help once. Then two quiet months pass."""
    database, machine = connect(":memory:"), jk.load("smb")
    events: list[Event] = [
        {"kind": "begin", "account": "acme", "at": "2026-01-05", "id": "crm-1", "profile": "smb"},
        {"kind": "observe", "account": "acme", "at": "2026-02-02", "id": "crm-2", "facts": {"health_score": 80}},
        {"kind": "observe", "account": "acme", "at": "2026-03-02", "id": "crm-3", "facts": {"open_major_issues": 4}},
    ]
    for event in [*events, events[-1]]:
        new = handle(database, machine, event, lambda ident, account, name: print(f"  {ident}: {name} for {account}"))
        print(event["id"], "taken in" if new else "known already")
    nightly(database, machine, datetime(2026, 5, 1, 4, tzinfo=UTC), lambda ident, *what: print(f"  {ident}:", *what))
    (wakes_at,) = database.execute("SELECT wakes_at FROM snapshots").fetchone()
    print("to be woken on", wakes_at[:10])


if __name__ == "__main__":
    main()
