"""What the replay found, as plain tables."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence, Sized

import journeykit as jk

from .convert import Converted
from .doubts import KINDS
from .tables import Export

__all__ = ["print_doubts", "print_moves", "print_portfolio", "print_rows"]


def print_rows(export: Export, converted: Converted, refused: int) -> None:
    """How many rows of each table became inputs."""
    tables: dict[str, Sized] = {
        "accounts": export.accounts,
        "subscriptions": export.subscriptions,
        "feature_usage": export.usage,
        "support_tickets": export.tickets,
        "churn_events": export.churns,
    }
    rows = [
        (name, f"{len(table):,}", f"{converted.rows[name]:,}", f"{len(table) - converted.rows[name]:,}")
        for name, table in tables.items()
    ]
    total = sum(map(len, tables.values()))
    used = sum(converted.rows.values())
    rows.append(("together", f"{total:,}", f"{used:,}", f"{total - used:,}"))
    _print_table("Rows that became inputs", ("table", "rows", "became inputs", "left out"), rows)
    print(f"{used:,} of {total:,} rows became {len(converted.inputs):,} inputs, of which {refused} were refused.\n")


def print_doubts(doubts: Counter[str]) -> None:
    """Which rows contradict others, counted by kind."""
    rows = [
        (kind.table, f"{doubts[name]:,}", "kept" if kind.kept else "left out", kind.reason)
        for name, kind in KINDS.items()
        if doubts[name]
    ]
    _print_table("Rows that contradict others", ("table", "rows", "they are", "because such a row"), rows)
    print(f"Looked for and not found: {len(KINDS) - len(rows)} more kinds.\n")


def print_portfolio(histories: Collection[jk.History]) -> None:
    """Where everybody stands, by segment and place."""
    standing: Counter[tuple[str, str, str]] = Counter()
    placed: Counter[tuple[str, str, str]] = Counter()
    order: dict[tuple[str, str, str], int] = {}
    for history in histories:
        by_hand = _placed(history)
        assert history.snapshot is not None
        for position, place in history.snapshot.positions.items():
            key = (_segment(history), position[0], place)
            standing[key] += 1
            placed[key] += position in by_hand
        for track in history.machine.profile.tracks.values():
            for stage in track.walk():
                order.setdefault((_segment(history), track.name, stage.path), len(order))
    keys = sorted(standing, key=lambda key: (key[0], order[key[0], key[1].split(".")[0], key[2]], key[1]))
    rows = [(*key, f"{standing[key]:,}", f"{placed[key]:,}" if placed[key] else "") for key in keys]
    accounts = Counter(map(_segment, histories))
    title = "Portfolio: " + ", ".join(f"{accounts[name]} {name}" for name in sorted(accounts))
    _print_table(title, ("segment", "track", "place", "subjects", "placed by rule"), rows)
    print()


def print_moves(histories: Collection[jk.History]) -> None:
    """What moved, by segment."""
    times: Counter[tuple[str, str, str]] = Counter()
    whose: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    for history in histories:
        for record in history.records:
            if record.kind == "moved":
                kind = record.data["kind"] + (", automatic" if record.data.get("automatic") else "")
                key = (_segment(history), record.name, kind)
                times[key] += 1
                whose[key].add(history.account)
    keys = sorted(times, key=lambda key: (key[0], -times[key], key))
    rows = [(*key, f"{times[key]:,}", f"{len(whose[key]):,}") for key in keys]
    _print_table("What moved", ("segment", "move", "kind", "times", "accounts"), rows)
    print()


def _segment(history: jk.History) -> str:
    return history.machine.name.removeprefix("ravenstack_")


def _placed(history: jk.History) -> set[tuple[str | None, str]]:
    """The positions that stand where the rule placed them: nothing has moved them since."""
    found: set[tuple[str | None, str]] = set()
    for record in history.records:
        position = record.track, record.subject
        if record.kind == "placed":
            found.add(position)
        elif record.kind == "moved":
            found.discard(position)
    return found


def _print_table(title: str, head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> None:
    """Numbers to the right, words to the left; a first cell like the one above is left out."""
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(len(head))]
    numeric = [
        all(row[column].replace(",", "").isdigit() or not row[column] for row in rows) for column in range(len(head))
    ]
    print(title)
    above = ""
    for row in (head, *rows):
        cells = ("" if row[0] == above else row[0], *row[1:])
        above = row[0]
        line = (
            cell.rjust(width) if right else cell.ljust(width)
            for cell, width, right in zip(cells, widths, numeric, strict=True)
        )
        print("  " + "  ".join(line).rstrip())
