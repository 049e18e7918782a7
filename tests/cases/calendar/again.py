"""Asks a second library for every row of the calendar table, and prints where it says something else.

Run with a Python of its own: ``pip install whenever==0.11.0``, then ``python tests/cases/calendar/again.py``. Like
``Calendar.java`` it knows nothing of journeykit. What lies beyond the years 1 to 9999 it cannot say, and leaves out.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

from whenever import Date, OffsetDateTime, PlainDateTime, Time, ZonedDateTime, __version__

TABLE = Path(__file__).parent.parent / "calendar.csv"


def moved(day: Date, period: str, k: int) -> Date:
    """The day moved by k periods in one go."""
    words = period.split()
    units = {unit.rstrip("s") + "s": k * int(n) for n, unit in zip(words[::2], words[1::2], strict=True)}
    return day.add(**units)


def settled(day: Date, time: Time, zone: str) -> ZonedDateTime:
    """The local time in the zone: later by the gap in a gap, the first in a fold."""
    return PlainDateTime(day.year, day.month, day.day).replace_time(time).assume_tz(zone, disambiguation="compatible")


def answer(row: dict[str, str]) -> str:
    """What the library says."""
    period, k, zone = row["period"], int(row["k"]), row["zone"]
    if row["what"] == "instant":
        anchor = OffsetDateTime.parse_iso(row["anchor"]).to_tz(zone)
        day = moved(anchor.date(), period, k)
        # Moved by nothing, an instant stays itself.
        then = anchor if day == anchor.date() else settled(day, anchor.time(), zone)
        return then.to_instant().format_iso()
    day = moved(Date.parse_iso(row["anchor"]), period, k)
    if row["what"] == "date":
        return day.format_iso()
    if row["what"] == "term":
        return day.add(days=-1).format_iso()
    # Every day has a noon, or the day after it has: from there to where the day begins.
    return settled(day.add(days=row["what"] == "ends"), Time(12), zone).start_of("day").to_instant().format_iso()


def main() -> int:
    """How many rows agree; 1 where one does not."""
    rows = list(csv.DictReader(line for line in TABLE.read_text(encoding="utf-8").splitlines() if line[0] != "#"))
    same = beyond = 0
    for row in rows:
        try:
            found = answer(row)
        except (ValueError, OverflowError):
            beyond += 1
            print("beyond the calendar:", *row.values())
            continue
        same += found == row["expected"]
        if found != row["expected"]:
            print(f"whenever says {found}:", *row.values())
    print(f"whenever {__version__}: {same} of {len(rows)} rows the same, {beyond} left out")
    return 0 if same + beyond == len(rows) else 1


if __name__ == "__main__":
    sys.exit(main())
