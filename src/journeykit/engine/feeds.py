"""Feeds: heard, so that they come up, or not heard for too long, so that they go down (rules R1 and R9)."""

from __future__ import annotations

from collections.abc import Iterable

from journeykit.dates import shift
from journeykit.engine.macrostep import Work
from journeykit.language.expressions.tree import ACCOUNT
from journeykit.machine.snapshot import Row

__all__ = ["hear_carriers", "hear_feed", "lose_feed"]


def hear_feed(work: Work, name: str) -> None:
    """A feed is heard: it is up from now on, if it was not."""
    state = work.state
    row = state.writable(state.rows[ACCOUNT])
    now, known = state.now, row.feeds.get(name)
    down_after = work.machine.profile.feeds[name].down_after
    if known is not None and not known[2] and now < shift(known[1], down_after, state.zone):
        row.feeds = {**row.feeds, name: (known[0], now, False)}  # who reads it wakes up too early once, and sees
        return
    row.feeds = {**row.feeds, name: (now, now, False)}
    work.redue.add(row.key)
    if known is not None:
        work.record("feed", row.key, None, name, data={"up": True})
    work.touch(f"^{name}", row, redue=True)


def hear_carriers(work: Work, names: Iterable[str]) -> None:
    """The feeds that carry these names are alive."""
    carried = work.machine.carried
    heard = {carried[name] for name in names if name in carried}
    for feed in work.machine.feeds if heard else ():
        if feed.name in heard:
            hear_feed(work, feed.name)


def lose_feed(work: Work, row: Row, name: str) -> None:
    """Put on the record that a feed was not heard for too long. The account's row is ours to write.

    That moves nobody: what turns at this instant does so in the next step, of a timer or of time alone.
    """
    up_since, heard, _ = row.feeds[name]
    row.feeds = {**row.feeds, name: (up_since, heard, True)}
    work.begin(None, f"feed {name}")
    work.record("feed", row.key, None, name, data={"up": False})
