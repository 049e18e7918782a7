"""Guards of all that counts only for a while: stale facts, what lasts, ``seen`` and ``quiet``, feeds that go down.

A snapshot keeps no mark that something is stale or over: that follows from the instant at which it was last given
(rules R9 and R10). So each thing here has two closures, made from the same entry and the same period: one judges it
now, the other (in ``instants``) yields the instant at which it ends. Everything counts until *given + period* and not
from that instant on, so at that very instant the first closure already answers anew.

While a feed is not up, all that it carries is unknown: nobody can tell whether nothing happened or nothing was told.
Hence ``quiet`` counts only while somebody listens, from the feed's last coming up at the earliest. Signals of an outage
may be lost; had it counted as silence, the first heartbeat after it would raise a false alarm.

A heartbeat, or a fact observed again, moves instants further away, and they are not computed anew for it: that is what
keeps heartbeats cheap. Readers wake up at the old instant once, find that nothing turned, and get the next. Only what
sets an instant where there was none, a fact fresh again or a feed up again, has those of its readers computed anew
(``Macrostep.touch``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from operator import attrgetter
from typing import Any

from journeykit.dates import Period, mover
from journeykit.language.expressions.tree import ACCOUNT, Confirmed, Expr, Fact, Quiet, Seen, Unsettled
from journeykit.language.model.profile import FactRule
from journeykit.machine.closures import Instant, Test, Valuer
from journeykit.machine.criteria.context import Context
from journeykit.machine.entries import SEEN_AT
from journeykit.machine.snapshot import Snapshot, Subject

__all__ = ["fresh_value", "instants", "lasting_confirmation", "own", "quiet", "seen", "unsettled"]


def own(kind: str, context: Context) -> bool:
    """Tell whether names of a kind are read from the subject that asks; otherwise they are the account's."""
    return kind == context.kind and kind != ACCOUNT


def fresh_value(rule: FactRule, context: Context, plain: Valuer) -> Valuer:
    """Compile the value of a fact that may go stale or has a feed: unknown while it is stale or the feed is not up.

    Args:
        rule: the fact.
        context: who asks.
        plain: yields its last value as far as that counts for who asks.
    """
    name, stale_after, mine = rule.name, rule.stale_after, own(rule.kind, context)
    ends = context.leaves.feed_ends(rule.feed) if rule.feed is not None else None
    goes_stale = mover(stale_after) if stale_after is not None else None

    def value(snapshot: Snapshot, subject: Subject) -> Any:
        if ends is not None and ends(snapshot) is None:
            return None
        if goes_stale is not None:
            entry = (subject if mine else snapshot.account_subject).facts.get(name)
            if entry is None or goes_stale(entry[SEEN_AT], snapshot.frame.zone) <= snapshot.now:
                return None
        return plain(snapshot, subject)

    return value


def lasting_confirmation(confirmation: str, mine: bool, lasts: Period, given: Test) -> Test:
    """Compile ``confirmed`` of a confirmation that lasts for a while; ``given`` tests that it was given at all."""
    lapses = mover(lasts)

    def lasting(snapshot: Snapshot, subject: Subject) -> bool:
        if not given(snapshot, subject):
            return False
        said = (subject if mine else snapshot.account_subject).confirmations[confirmation]
        return bool(lapses(said.at, snapshot.frame.zone) > snapshot.now)

    return lasting


def unsettled(node: Unsettled, context: Context) -> Test:
    """Compile ``unsettled``: the last occurrence of the signal was not settled, and it still lasts if it ``lasts``."""
    rule = context.profile.signals[node.signal]
    signal, mine = rule.name, own(node.kind, context)
    lapses = None if rule.lasts is None else mover(rule.lasts)

    def judge(snapshot: Snapshot, subject: Subject) -> bool:
        heard = (subject if mine else snapshot.account_subject).signals.get(signal)
        if heard is None or not heard.unsettled:
            return False
        return lapses is None or bool(lapses(heard.at, snapshot.frame.zone) > snapshot.now)

    return _while_up(rule.feed, context, judge)


def quiet(node: Quiet, context: Context) -> Test:
    """Compile ``quiet``: the signal was not heard for a period in which it could have been."""
    since, long_enough = _silent_since(node, context), mover(node.period)

    def judge(snapshot: Snapshot, subject: Subject) -> bool:
        return bool(long_enough(since(snapshot, subject), snapshot.frame.zone) <= snapshot.now)

    return _while_up(context.profile.signals[node.signal].feed, context, judge)


def seen(node: Seen, context: Context) -> Test:
    """Compile ``seen``: the signal occurred less than a period ago."""
    last, too_long = _last("signals", node.signal, own(node.kind, context)), mover(node.period)

    def judge(snapshot: Snapshot, subject: Subject) -> bool:
        at = last(snapshot, subject)
        return at is not None and too_long(at, snapshot.frame.zone) > snapshot.now

    return _while_up(context.profile.signals[node.signal].feed, context, judge)


def _while_up(feed: str | None, context: Context, judge: Test) -> Test:
    """Make a guard unknown while its feed is not up; without a feed it can always be judged."""
    if feed is None:
        return judge
    ends = context.leaves.feed_ends(feed)
    return lambda snapshot, subject: None if ends(snapshot) is None else judge(snapshot, subject)


def _last(field: str, name: str, mine: bool, place: int = 0) -> Instant:
    """Return a closure for the instant at which a name was last given, or None where it never was.

    Args:
        field: the attribute of the subject that keeps such names.
        name: a signal, a confirmation or a fact.
        mine: whether the subject that asks keeps it; otherwise the account does.
        place: the index of the instant in the entry.
    """
    kept = attrgetter(field)

    def last(snapshot: Snapshot, subject: Subject) -> datetime | None:
        found = kept(subject if mine else snapshot.account_subject).get(name)
        return None if found is None else found[place]

    return last


def _silent_since(node: Quiet, context: Context) -> Callable[[Snapshot, Subject], datetime]:
    """Return a closure for the instant from which a silence counts.

    It is the latest of the signal's last occurrence, the opening of its subject and its feed's last coming up.
    """
    mine, feed = own(node.kind, context), context.profile.signals[node.signal].feed
    last = _last("signals", node.signal, mine)

    def since(snapshot: Snapshot, subject: Subject) -> datetime:
        at: datetime = last(snapshot, subject) or (subject if mine else snapshot.account_subject).opened_at
        up = None if feed is None else snapshot.account_subject.feeds.get(feed)
        return at if up is None else max(at, up.up_since)

    return since


# -- when they turn


def instants(expr: Expr, context: Context) -> dict[object, Instant]:
    """Return the closures for the instants at which one of these expressions turns next by time alone.

    They are keyed by what they are about, so that several readers of one name ask once. Empty where it never turns.
    """
    found: dict[object, Instant] = {}
    profile = context.profile
    match expr:
        case Fact(name, kind):
            rule = profile.facts[name]
            if rule.stale_after is not None:
                entry = _last("facts", name, own(kind, context), SEEN_AT)
                found["stale", name, kind == context.kind] = _after(entry, rule.stale_after)
            found |= dict(_feed_down(rule.feed, context))
        case Confirmed(confirmation, kind):
            lasts = profile.confirmations[confirmation].lasts
            if lasts is not None:
                found["lasts", confirmation, kind == context.kind] = _after(
                    _last("confirmations", confirmation, own(kind, context)), lasts
                )
        case Unsettled(signal, kind):
            lasts = profile.signals[signal].lasts
            if lasts is not None:
                found["lasts", signal, kind == context.kind] = _after(
                    _last("signals", signal, own(kind, context)), lasts
                )
            found |= dict(_feed_down(profile.signals[signal].feed, context))
        case Seen(signal, kind, period):
            found[expr, kind == context.kind] = _after(_last("signals", signal, own(kind, context)), period)
            found |= dict(_feed_down(profile.signals[signal].feed, context))
        case Quiet(signal, kind, period):
            feed = profile.signals[signal].feed
            turn = _after(_silent_since(expr, context), period)
            found[expr, kind == context.kind] = _while_heard(feed, context, turn)
            found |= dict(_feed_down(feed, context))
    return found


def _after(since: Instant, period: Period) -> Instant:
    """Return a closure for the instant a period after another, as long as that lies ahead."""
    move = mover(period)

    def turn(snapshot: Snapshot, subject: Subject) -> datetime | None:
        at = since(snapshot, subject)
        if at is None:
            return None
        end = move(at, snapshot.frame.zone)
        return end if end > snapshot.now else None

    return turn


def _while_heard(feed: str | None, context: Context, turn: Instant) -> Instant:
    """Make the turn of a silence None while its feed is not up; on coming up it is computed anew."""
    if feed is None:
        return turn
    ends = context.leaves.feed_ends(feed)
    return lambda snapshot, subject: None if ends(snapshot) is None else turn(snapshot, subject)


def _feed_down(feed: str | None, context: Context) -> Iterator[tuple[object, Instant]]:
    """Yield the instant at which the feed goes down, from which all that it carries is unknown."""
    if feed is not None:
        ends = context.leaves.feed_ends(feed)
        yield ("feed", feed), lambda snapshot, subject: ends(snapshot)
