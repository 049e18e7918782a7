"""``make demo``: the example export replayed through the command line, then what falls due in the next 30 days.

The dates are those of the export: everybody stands where they stood on ``UNTIL``.
"""

from __future__ import annotations

import sys
from pathlib import Path

from journeykit.cli import main

EXPORT = Path(__file__).parent / "export" / "export.jsonl"
UNTIL = "2025-12-31"
ACCOUNT = "kestrelmoor"
WITHIN = "30 days"


def heading(text: str) -> None:
    """Say what comes next, and how to get it by hand."""
    print(f"\n{'=' * len(text)}\n{text}\n{'=' * len(text)}\n", flush=True)


def demo() -> int:
    """Print the portfolio, one account explained, and what falls due next; 0 if nothing was left out."""
    export = str(EXPORT)
    heading(f"The portfolio:  journeykit replay {EXPORT.name} --until {UNTIL}")
    replayed = main(["replay", export, "--until", UNTIL])
    heading(f"One account:  journeykit explain {EXPORT.name} --account {ACCOUNT} --until {UNTIL}")
    explained = main(["explain", export, "--account", ACCOUNT, "--until", UNTIL])
    heading(f"The worklist:  journeykit due {EXPORT.name} --within '{WITHIN}' --at {UNTIL}")
    listed = main(["due", export, "--within", WITHIN, "--at", UNTIL])
    return max(replayed, explained, listed)


if __name__ == "__main__":
    sys.exit(demo())
