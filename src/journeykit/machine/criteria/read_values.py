"""The values that an expression reads, each with its holder, since when it has been so, and where it came from.

Reading and telling are apart (``Reader``): a value is read while it stands in the snapshot, and told if somebody asks.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

from journeykit.language.expressions import tree as ex
from journeykit.language.expressions.walk import parts
from journeykit.machine.closures import Valuer
from journeykit.machine.criteria.ages_and_days import since
from journeykit.machine.criteria.context import Context, within
from journeykit.machine.criteria.freshness import own
from journeykit.machine.criteria.guards import test, value
from journeykit.machine.criteria.verdicts import Reason, Result
from journeykit.machine.entries import SINCE, SOURCE, VALUE, FactEntry
from journeykit.machine.snapshot import Snapshot, Subject

__all__ = ["Reader", "readers"]

Told = tuple[Any, datetime | None, str | None]
"""The value that counts, since when it has been so, and its source."""


class Reader(NamedTuple):
    """Reads one value for a criterion.

    Attributes:
        read: reads it from a snapshot, for a subject, in whatever form is quickest.
        unfold: makes what was read the value that counts, its instant and its source.
        criterion, name: the id of the criterion, and the name of what is read.
        mine: whether the subject that asks holds it; else the account does.
    """

    read: Callable[[Snapshot, Subject], Any]
    unfold: Callable[[Any], Told]
    criterion: str
    name: str
    mine: bool

    def tell(self, found: Any, subject: str, result: Result) -> Reason:
        """Return what was read as a reason why the criterion stands as ``result`` says, for the subject that asked."""
        return Reason(self.criterion, subject if self.mine else ex.ACCOUNT, self.name, *self.unfold(found), result)


def readers(expr: ex.Expr, ident: str, context: Context) -> list[Reader]:
    """Compile what reads each value of an expression, in the order in which it names them, through derived numbers.

    ``ident`` is the id of the criterion whose expression it is.
    """
    match expr:
        case ex.Fact():
            return [_fact(expr, ident, context)]
        case ex.Confirmed():
            return [_confirmation(expr, ident, context)]
        case ex.Unsettled() | ex.Quiet() | ex.Seen():
            return [_signal(expr, ident, context)]
        case ex.Band(name, kind, _):
            measured = readers(context.profile.bands[name].of, ident, within(context, kind))
            return [_reckoned(name, value(expr, context), ident, mine=own(kind, context)), *measured]
        case ex.At() | ex.Placed():
            return [_place(expr, ident, context)]
        case ex.Age():
            return [_age(expr, ident, context)]
        case ex.Reached(name, _) | ex.HasDate(name, _):
            return [_reckoned(name, context.leaves.day(name), ident, mine=True)]
        case ex.Covered():
            return [_reckoned("covered", value(expr, context), ident, mine=False)]
        case ex.Renewals(kind):
            return [_reckoned("renewals", value(expr, context), ident, mine=own(kind, context))]
        case ex.Aggregate(_, kind, _):
            return [_reckoned(kind, value(expr, context), ident, mine=True)]
        case ex.Derived(name, kind, _):
            inside = context.profile.derived[name].expr
            if inside is None:
                return [_reckoned(name, value(expr, context), ident, mine=own(kind, context))]
            return readers(inside, ident, within(context, kind))
    return [reader for part in parts(expr) for reader in readers(part, ident, context)]


def _fact(node: ex.Fact, ident: str, context: Context) -> Reader:
    name, mine = node.name, own(node.kind, context)
    rule = context.profile.facts[name]

    def mine_read(_: Snapshot, subject: Subject) -> FactEntry | None:
        return subject.facts.get(name)

    def account_read(snapshot: Snapshot, _: Subject) -> FactEntry | None:
        return snapshot.account_subject.facts.get(name)

    read = mine_read if mine else account_read
    if rule.stale_after is None and rule.feed is None and name not in context.asked:
        return Reader(read, _entry, ident, name, mine)
    counts = value(node, context)
    return Reader(
        lambda snapshot, subject: (counts(snapshot, subject), read(snapshot, subject)), _counted, ident, name, mine
    )


def _entry(entry: FactEntry | None) -> Told:
    return (None, None, None) if entry is None else (entry[VALUE], entry[SINCE], entry[SOURCE])


def _counted(found: tuple[Any, FactEntry | None]) -> Told:
    counts, entry = found
    return counts, *_entry(entry)[1:]


def _as_it_is(found: Told) -> Told:
    return found


def _confirmation(node: ex.Confirmed, ident: str, context: Context) -> Reader:
    name, mine, counts = node.word, own(node.kind, context), test(node, context)

    def read(snapshot: Snapshot, subject: Subject) -> Told:
        given = (subject if mine else snapshot.account_subject).confirmations.get(name)
        now = counts(snapshot, subject)
        return (now, None, None) if given is None else (now, given.at, given.by)

    return Reader(read, _as_it_is, ident, name, mine)


def _signal(node: ex.Unsettled | ex.Quiet | ex.Seen, ident: str, context: Context) -> Reader:
    name, mine, counts = node.signal, own(node.kind, context), test(node, context)

    def read(snapshot: Snapshot, subject: Subject) -> Told:
        heard = (subject if mine else snapshot.account_subject).signals.get(name)
        return counts(snapshot, subject), None if heard is None else heard.at, None

    return Reader(read, _as_it_is, ident, name, mine)


def _place(node: ex.At | ex.Placed, ident: str, context: Context) -> Reader:
    track, mine = node.track, own(node.kind, context)

    def read(snapshot: Snapshot, subject: Subject) -> Told:
        positions = (subject if mine else snapshot.account_subject).positions
        standing = [position for position in positions if position.leaf.region.track == track]
        paths = ", ".join(position.leaf.path for position in standing) or None
        return paths, max((position.entered[-1] for position in standing), default=None), None

    return Reader(read, _as_it_is, ident, track, mine)


def _age(node: ex.Age, ident: str, context: Context) -> Reader:
    entering, name = since(node, context), f"{node.track}.{node.path}" if node.track else ex.ACCOUNT

    def unfold(entered: datetime | None) -> Told:
        return None if entered is None else True, entered, None

    return Reader(entering, unfold, ident, name, own(node.kind, context))


def _reckoned(name: str, counts: Valuer, ident: str, *, mine: bool) -> Reader:
    """Compile what is reckoned anew each time, so that nobody can say since when it has been so."""
    return Reader(counts, lambda found: (found, None, None), ident, name, mine)
