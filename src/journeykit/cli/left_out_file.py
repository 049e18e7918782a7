"""The option ``--left-out``: every line that was left out and why, in a file for people and programs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence

from journeykit.cli.outputs import written
from journeykit.draw.text_tables import write_csv
from journeykit.plain import printable
from journeykit.portfolio.book import LeftOut

__all__ = ["HEAD", "write_left_out"]

HEAD = ("line", "file", "account", "code", "reason", "raw")


def write_left_out(name: str, file: str, left_out: Iterable[LeftOut], lines: Sequence[str]) -> None:
    """Write what was left out, a row a line: as CSV where the name ends in ``.csv``, else one JSON object a line.

    Args:
        name: the file to write.
        file: the name of the file of inputs.
        left_out: what was left out of it.
        lines: its lines, which stand in the last column as they are; a byte that is not UTF-8 is written as ``\\xfc``.

    Raises:
        JourneykitError: the file cannot be written.
    """
    rows = (_row(file, left, lines) for left in left_out)
    with written(name) as target:
        if name.lower().endswith(".csv"):
            write_csv(target, HEAD, rows)
        else:
            target.writelines(_json_lines(rows))


def _json_lines(rows: Iterable[tuple[object, ...]]) -> Iterator[str]:
    for row in rows:
        yield json.dumps(dict(zip(HEAD, row, strict=True)), ensure_ascii=False) + "\n"


def _row(file: str, left: LeftOut, lines: Sequence[str]) -> tuple[object, ...]:
    raw = None if left.line is None else lines[left.line - 1].rstrip("\r\n")
    account = left.account or _account_in(raw or "")
    shown = raw and raw.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return left.line, file, account, left.error.code, printable(left.error, keep=""), shown


def _account_in(raw: str) -> str | None:
    """Return the account that a line names which could not be read as an input; None where that is not to be seen."""
    try:
        found = json.loads(raw)
        account = found.get("account") if isinstance(found, dict) else None
        return account if isinstance(account, str) and account.encode() else None
    except (ValueError, RecursionError):  # no JSON, or not UTF-8
        return None
