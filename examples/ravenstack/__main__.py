"""Replay the export: ``python -m examples.ravenstack FOLDER`` from the root of the repository."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import UTC, date, datetime, time
from pathlib import Path
from time import perf_counter

import journeykit as jk

from .convert import SEGMENTS, convert
from .doubts import examine
from .report import print_doubts, print_moves, print_portfolio, print_rows
from .tables import ExportError, read_export

PROFILES = Path(__file__).parent / "profiles"


def main() -> int:
    """Read, convert, replay, print. Returns 2 where the folder does not hold the export."""
    options = _options()
    started = perf_counter()
    try:
        export = read_export(options.folder)
    except ExportError as error:
        print(error, file=sys.stderr)
        return 2
    sound = examine(export, options.until)
    converted = convert(sound.export, options.until)
    if options.out:
        options.out.write_text("".join(json.dumps(entry) + "\n" for entry in converted.inputs), encoding="utf-8")
    segments = ("product_led", *SEGMENTS.values())
    machines = {f"ravenstack_{name}": jk.load(PROFILES / f"{name}.yaml") for name in segments}
    evening = datetime.combine(options.until, time.max, UTC)
    book = jk.replay_book(converted.inputs, machines=machines.__getitem__, until=evening)
    histories = book.accounts.values()
    print_rows(export, converted, len(book.left_out))
    print_doubts(sound.doubts)
    print_portfolio(histories)
    print_moves(histories)
    records = sum(len(history.records) for history in histories)
    spent = perf_counter() - started
    print(f"{len(book.accounts)} accounts, {len(converted.inputs):,} inputs, {records:,} records in {spent:.1f} s")
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m examples.ravenstack", description=__doc__)
    parser.add_argument("folder", type=Path, help="the folder with the five ravenstack_*.csv files")
    last = date(2024, 12, 31)
    parser.add_argument(
        "--until", type=date.fromisoformat, default=last, help="last day to replay (the export's: 2024-12-31)"
    )
    parser.add_argument("--out", type=Path, help="write the inputs there too, one JSON object a line")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
