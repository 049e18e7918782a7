"""Writes ``export.jsonl``: made-up accounts in four segments over 24 months, as a CRM might export them.

    python -m examples.export.make            writes the file beside this one
    python -m examples.export.make --check    says whether the file is what this program writes

Run it from the root of the repository. A *scene* (``scenes.py``) is something that happens to an account; a *story*
(``stories.py``) is scenes one after the other; the table ``CAST`` says which account lives which story; ``feed.py`` is
what the product itself tells. Days are drawn around usual figures from a seeded generator, so that the file is the same
everywhere.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from examples.export.feed import BROKE, check_ins, heartbeats, logins, reviews
from examples.export.keys import with_keys
from examples.export.scenes import Account
from examples.export.stories import (
    adrift,
    budget_cut,
    by_itself,
    by_the_month,
    called_off,
    champion_leaves,
    churned_and_won_back,
    competitor,
    extended,
    falls_silent,
    fast_lane,
    four_of_five,
    leadership_changes,
    looks_silent,
    merger,
    never_bought,
    new_release,
    notice_taken_back,
    notice_too_late,
    ran_out,
    signed_late,
    smooth,
    spoke_up,
    two_contracts,
    two_departments,
    unsigned,
    upgrade,
    withdrawn,
)

HERE = Path(__file__).resolve().parent

Story = Callable[[Account], None]
CAST: tuple[tuple[str, Story, str], ...] = (
    ("enterprise", smooth, "brindlewick corvanta"),
    ("enterprise", two_departments, "dunmarrow elspeth-rail"),
    ("enterprise", four_of_five, "farrowgate"),
    ("enterprise", withdrawn, "gillamoor"),
    ("enterprise", champion_leaves, "hestercombe ivorybank"),
    ("enterprise", leadership_changes, "jorvantis"),
    ("enterprise", merger, "kestrelmoor"),
    ("enterprise", signed_late, "lunderfell"),
    ("enterprise", competitor, "marrowby"),
    ("mid_market", smooth, "nettlestow oxenlade"),
    ("mid_market", new_release, "pellanova quarrendale"),
    ("mid_market", budget_cut, "rivermeadow-labs"),
    ("mid_market", notice_taken_back, "silverhythe"),
    ("mid_market", extended, "tamberlane"),
    ("mid_market", churned_and_won_back, "umberleigh-tools"),
    ("mid_market", competitor, "vantagroyne"),
    ("mid_market", two_departments, "wexcombe-foods"),
    ("mid_market", signed_late, "yarrowfield"),
    ("mid_market", unsigned, "thornmere"),
    ("mid_market", adrift, "ulverscroft"),
    ("smb", fast_lane, "applethwaite bramblecote"),
    ("smb", smooth, "candlebury dovecrag"),
    ("smb", spoke_up, "emberfold"),
    ("smb", upgrade, "fennimore-bikes glasswing"),
    ("smb", ran_out, "hollinsend"),
    ("smb", adrift, "sablewick"),
    ("smb", churned_and_won_back, "inkwell-row"),
    ("smb", new_release, "juniperlane"),
    ("product_led", by_itself, "kitewood larkrise"),
    ("product_led", by_the_month, "mossbank-io"),
    ("product_led", upgrade, "nimblefern"),
    ("product_led", never_bought, "ottergate pinecrest-app"),
    ("product_led", called_off, "quillmore"),
    ("product_led", notice_too_late, "rowanhythe"),
    ("enterprise", two_contracts, "stonefleet"),
    ("mid_market", falls_silent, "wetherlaw"),
    ("smb", looks_silent, "pebbleworth"),
)  # fmt: skip

LAST_LOGIN: dict[Story, date | None] = {
    falls_silent: date(2025, 11, 12),
    looks_silent: date(2025, 12, 5),
    never_bought: None,
    called_off: None,
    ran_out: None,
}
"""When somebody was last seen in the product; all others use it as long as the feed tells."""

REVIEWED = (smooth, two_departments, merger, champion_leaves, new_release, two_contracts, signed_late, extended)
"""The stories of those with whom somebody talks at regular times, and writes it down."""


def lines() -> list[str]:
    """The whole export, in the order of time."""
    told: list[dict[str, Any]] = []
    starts = random.Random("journeykit starts")
    for segment, story, names in CAST:
        for name in names.split():
            account = Account(name, segment, date(2024, 1, 2) + timedelta(days=starts.randrange(0, 150)))
            story(account)
            last = LAST_LOGIN.get(story, BROKE)
            if last:
                logins(account, last)
            if story in REVIEWED:
                if account.segment != "enterprise":
                    check_ins(account)
                if account.segment != "smb":
                    reviews(account)
            told += with_keys(account.sorted_lines(), segment)
    told += heartbeats()
    told.sort(key=lambda line: (line["at"], line["account"]))
    return [json.dumps(line) for line in told]


def main() -> int:
    """Write the file, or with ``--check`` compare it."""
    parser = argparse.ArgumentParser(description="Write the example export.")
    parser.add_argument("--check", action="store_true", help="compare the file with what would be written")
    target = HERE / "export.jsonl"
    text = "\n".join(lines()) + "\n"
    if parser.parse_args().check:
        same = target.read_text(encoding="utf-8") == text
        print("up to date" if same else f"{target.name} differs from what make.py writes")
        return 0 if same else 1
    target.write_text(text, encoding="utf-8")
    print(f"{len(text.splitlines())} inputs written to {target.name}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
