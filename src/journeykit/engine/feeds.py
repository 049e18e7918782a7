"""Feeds: heard, so that they come up, or not heard for too long, so that they go down (rules R1 and R9)."""

from __future__ import annotations

from collections.abc import Iterable

from journeykit.dates import shift
from journeykit.engine.macrostep import Macrostep
from journeykit.language.expressions.tree import ACCOUNT
from journeykit.machine.entries import HeardFeed
from journeykit.machine.snapshot import Subject

__all__ = ["hear_carriers", "hear_feed", "lose_feed"]


def hear_feed(macro: Macrostep, name: str) -> None:
    """A feed is heard: it is up from now on, if it was not."""
    snapshot = macro.snapshot
    subject = snapshot.writable(snapshot.subjects[ACCOUNT])
    now, known = snapshot.now, subject.feeds.get(name)
    down_after = macro.machine.profile.feeds[name].down_after
    if known is not None and not known.is_down and now < shift(known.heard_at, down_after, snapshot.zone):
        subject.feeds = {
            **subject.feeds,
            name: HeardFeed(known.up_since, now, is_down=False),
        }  # who reads it wakes up too early once, and sees
        return
    subject.feeds = {**subject.feeds, name: HeardFeed(now, now, is_down=False)}
    macro.redue.add(subject.key)
    if known is not None:
        macro.record("feed", subject.key, None, name, data={"up": True})
    macro.touch(f"^{name}", subject, redue=True)


def hear_carriers(macro: Macrostep, names: Iterable[str]) -> None:
    """The feeds that carry these names are alive."""
    carried = macro.machine.carried
    heard = {carried[name] for name in names if name in carried}
    for feed in macro.machine.feeds if heard else ():
        if feed.name in heard:
            hear_feed(macro, feed.name)


def lose_feed(macro: Macrostep, subject: Subject, name: str) -> None:
    """Put on the record that a feed was not heard for too long. The account's row is ours to write.

    That moves nobody: what turns at this instant does so in the next step, of a timer or of time alone.
    """
    subject.feeds = {**subject.feeds, name: subject.feeds[name]._replace(is_down=True)}
    macro.begin(None, f"feed {name}")
    macro.record("feed", subject.key, None, name, data={"up": False})
