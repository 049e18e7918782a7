"""The names of topics: what can change of a subject, as ``topics`` explains.

The topic of a fact, a confirmation or a signal that changed is its plain name.
"""

from __future__ import annotations

__all__ = [
    "EVERYTHING",
    "TERM",
    "TIME",
    "became_met",
    "date_came",
    "entered",
    "feed_came_up",
    "heard",
    "heard_for_account",
    "moved_in",
    "opened_or_closed",
    "waived",
]

TERM = "#term"
"""The dates or the count of a contract changed, or whether it stands at an end."""
TIME = "#time"
"""All that turns by time alone. No criterion reads it; it tells a subject what to judge."""
EVERYTHING = "*"
"""Everything that waits for no signal; not read by criteria either."""


def became_met(criterion: str) -> str:
    """Return the topic: the held criterion, by its id, became met, so its readers have a new instant to wake up at."""
    return f"%{criterion}"


def date_came(name: str) -> str:
    """Return the topic: that date of a contract, such as ``end``, had its turn."""
    return f"#{name}"


def moved_in(track: str) -> str:
    """Return the topic: the subject moved in the track."""
    return f"@{track}"


def opened_or_closed(kind: str) -> str:
    """Return the topic: a subject of the kind was opened or closed."""
    return f"+{kind}"


def feed_came_up(feed: str) -> str:
    """Return the topic: the feed came up."""
    return f"^{feed}"


def waived(criterion: str) -> str:
    """Return the topic: the criterion, by its id, was waived, or the waiver taken back."""
    return f"~{criterion}"


def heard(signal: str) -> str:
    """Return the topic of all that waits for a signal of the subject, which is present. No criterion reads it."""
    return f">{signal}"


def heard_for_account(signal: str) -> str:
    """Return the topic of all that waits for a signal of the account, which is present. No criterion reads it."""
    return f">account.{signal}"


def entered(region: str) -> str:
    """Return the topic of all moves of a region that wait for no signal, just entered. No criterion reads it."""
    return f"!{region}"
