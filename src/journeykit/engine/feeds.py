"""Feeds: heard, they come up; not heard for too long, they go down (rules R1 and R9)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from journeykit.dates import shift
from journeykit.engine.macrostep import Macrostep
from journeykit.language.expressions.tree import ACCOUNT
from journeykit.machine.entries import HeardFeed
from journeykit.machine.snapshot import Subject
from journeykit.machine.topic_names import feed_came_up

__all__ = ["hear_carriers", "hear_feed", "lose_feed"]


def hear_feed(macro: Macrostep, name: str) -> None:
    """Hear a feed now; if it was not up, it comes up."""
    snapshot = macro.snapshot
    subject = snapshot.writable(snapshot.subjects[ACCOUNT])
    now, known = snapshot.now, subject.feeds.get(name)
    down_after = macro.machine.profile.feeds[name].down_after
    if known is not None and not known.is_down and now < shift(known.heard_at, down_after, snapshot.zone):
        # It goes down later than was computed. Its readers are not told: each wakes up too early once, sees that
        # nothing turned, and computes the next instant. So a heartbeat costs next to nothing (see due_dates).
        subject.feeds = {**subject.feeds, name: HeardFeed(known.up_since, now, is_down=False)}
        return
    subject.feeds = {**subject.feeds, name: HeardFeed(now, now, is_down=False)}
    macro.redue.add(subject.key)
    if known is not None:  # heard for the first time, it does not come up again, and makes no record
        macro.record("feed", subject.key, None, name, data={"up": True})
    macro.touch(feed_came_up(name), subject, redue=True)


def hear_carriers(macro: Macrostep, names: Iterable[str]) -> None:
    """Hear the feeds that carry these facts, in the order in which the feeds are declared."""
    carried = macro.machine.carried
    heard = {carried[name] for name in names if name in carried}
    for feed in macro.machine.feeds if heard else ():
        if feed.name in heard:
            hear_feed(macro, feed.name)


def lose_feed(macro: Macrostep, subject: Subject, name: str, due_at: datetime) -> None:
    """Put on the record that a feed was not heard for too long; ``subject`` is the account, writable.

    The step makes this record and nothing else, so that no move ever says that a dead feed caused it. What turns at
    this instant is looked at in the next step, of a timer or of time alone: ``fire_due`` comes round again, since
    nothing here moves the next due instant on.
    """
    subject.feeds = {**subject.feeds, name: subject.feeds[name]._replace(is_down=True)}
    macro.begin_timed(f"feed {name}", due_at.isoformat(), due_at)
    macro.record("feed", subject.key, None, name, data={"up": False})
