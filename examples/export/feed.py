"""What the product itself tells: a feed of usage, heard daily from its connection until it broke over the holidays.

A line of the account ``*`` is a heartbeat: it says that the feed is alive, for everybody. Only while it is can
silence be told from deafness: whoever does not log in while the feed is up is silent; of those who did not since it
broke nothing is known.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from examples.export.scenes import LAST_DAY, Account

__all__ = ["BROKE", "CONNECTED", "check_ins", "heartbeats", "logins", "reviews"]

CONNECTED = date(2025, 11, 3)
BROKE = date(2025, 12, 22)
"""The last day on which the feed was heard; it counts as down three days later."""

EVERY = {"product_led": 8}
"""Days from one login to the next that the export tells of; two weeks where nothing else is said."""


def heartbeats() -> Iterator[dict[str, Any]]:
    """One line a day, for all accounts."""
    for n in range((BROKE - CONNECTED).days + 1):
        day = (CONNECTED + timedelta(days=n)).isoformat()
        yield {"id": f"usage-{day}", "account": "*", "at": f"{day}T04:00:00Z", "kind": "feed", "feed": "usage"}


def logins(a: Account, last: date = BROKE) -> None:
    """Somebody of the account uses the product, up to the day ``last``."""
    day = CONNECTED + timedelta(days=a.rng.randrange(1, 7))
    while day < last:
        a.signal(day, "logged_in")
        day += timedelta(days=EVERY.get(a.segment, 14))
    a.signal(last, "logged_in")


def reviews(a: Account) -> None:
    """A business review in every quarter of the account, some days before it is due."""
    for quarter in range(1, 9):
        a.signal(a.start + timedelta(days=91 * quarter - a.rng.randrange(5, 15)), "review_held")


def check_ins(a: Account) -> None:
    """A check-in in each of the last months."""
    for n in range(6):
        day = LAST_DAY - timedelta(days=30 * n + a.rng.randrange(3, 9))
        if a.segment == "smb":
            a.signal(day, "check_in_answered")
        else:
            a.signal(day, "checked_in", "workstream:main")
