"""Rows to inputs: what each row says, in the words of the profiles beside this file, in the order in which it happened.

The inputs are the JSON objects of a journeykit input file, so they can be stored and replayed by anybody. Nothing is
said before the day on which it was known: an end date is a notice and an ending on that very day. Nothing is
confirmed that nobody confirmed: where an account stands is placed by one rule, and says so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any, NamedTuple

from .tables import Account, Churn, Export, Subscription, Ticket, Usage

__all__ = ["PLACED", "Converted", "convert", "segment_of"]

Mapping = dict[str, Any]

SEGMENTS = {"Basic": "smb", "Pro": "mid_market", "Enterprise": "enterprise"}
PERIODS = {"monthly": "1 month", "annual": "1 year"}
SIGNALS = {
    "budget": "left_over_budget",
    "competitor": "left_over_competitor",
    "features": "left_over_features",
    "pricing": "left_over_pricing",
    "support": "left_over_support",
    "unknown": "left_unexplained",
}
MAJOR = "urgent"
"""The priority of the tickets that count as the segments' ``open_major_issues``."""

PLACED = "adoption"
RULE = "first use inside a subscription: the product is in use; how far it is adopted, the export does not say"
"""The one rule of placing: on the day of its first use inside a subscription an account is placed in adoption."""


class Converted(NamedTuple):
    """The inputs of all accounts, each account's in order, and of how many rows of each table they were made."""

    inputs: list[Mapping]
    rows: Counter[str]


class _Event(NamedTuple):
    """Something that happened to one account. On one day the ``rank`` tells what comes first."""

    day: str
    rank: int
    say: Callable[[_Account], Iterator[Mapping]]


class _Account:
    """What was counted for one account so far: the export has single rows, a profile reads running counts."""

    def __init__(self, row: Account) -> None:
        self.row = row
        self.uses: list[tuple[date, int]] = []
        self.errors = 0
        self.features: set[str] = set()
        self.tickets = 0
        self.open_tickets = 0
        self.open_major = 0
        self.escalations = 0
        self.placed = False

    def input(self, kind: str, at: str, ident: str, **rest: Any) -> Mapping:
        return {"kind": kind, "account": self.row.id, "at": at, "id": ident, **rest}

    def trend(self, day: date) -> Mapping:
        """Use in the last 30 days against the 30 before, in percent; nothing where there was none before."""
        month = timedelta(days=30)
        last = sum(uses for on, uses in self.uses if day - month < on <= day)
        before = sum(uses for on, uses in self.uses if day - 2 * month < on <= day - month)
        return {"usage_trend": round((last / before - 1) * 100)} if before else {}

    def open_now(self) -> Mapping:
        """How many tickets are open."""
        return {"tickets_open": self.open_tickets, "open_major_issues": self.open_major}


def segment_of(account: Account) -> str:
    """The segment of an account: product-led while it is a trial, else by its plan."""
    return "product_led" if account.trial else SEGMENTS[account.plan]


def convert(export: Export, until: date) -> Converted:
    """The inputs that the rows of ``export`` make, as far as they had happened on the evening of ``until``."""
    last = until.isoformat()
    events: dict[str, list[_Event]] = {account.id: [_begun(account)] for account in export.accounts}
    owner = {subscription.id: subscription.account for subscription in export.subscriptions}
    rows: Counter[str] = Counter()
    for table, whose, made in _all_rows(export, owner):
        happened = [event for event in made if event.day[:10] <= last]
        events[whose].extend(happened)
        rows[table] += bool(happened)
    rows["accounts"] = sum(account.signup_on <= until for account in export.accounts)
    inputs: list[Mapping] = []
    for account in export.accounts:
        if account.signup_on <= until:
            so_far = _Account(account)
            for event in sorted(events[account.id], key=lambda event: event[:2]):
                inputs.extend(event.say(so_far))
    return Converted(inputs, rows)


def _all_rows(export: Export, owner: dict[str, str]) -> Iterator[tuple[str, str, list[_Event]]]:
    for subscription in export.subscriptions:
        yield "subscriptions", subscription.account, _subscribed(subscription)
    for use in export.usage:
        yield "feature_usage", owner[use.subscription], [_used(use)]
    for ticket in export.tickets:
        yield "support_tickets", ticket.account, _asked(ticket)
    for churn in export.churns:
        yield "churn_events", churn.account, [_churned(churn)]


def _begun(row: Account) -> _Event:
    day = row.signup_on.isoformat()

    def say(account: _Account) -> Iterator[Mapping]:
        yield account.input("begin", day, row.id, profile=f"ravenstack_{segment_of(row)}", timezone="UTC")

    return _Event(day, 0, say)


def _subscribed(row: Subscription) -> list[_Event]:
    """A subscription is a contract from its start; its end, if it has one, is heard of on that day and not before."""
    subject = f"contract:{row.id}"
    start = row.start_on.isoformat()
    facts = {
        "contract_start": start,
        "contract_end": row.first_end_on.isoformat(),
        "term_length": PERIODS[row.billing],
        "auto_renews": row.renews,
        "notice_period": "0 days",  # the export knows of none: a subscription may be called off until its last day
        "seats": row.seats,
    }

    def begin(account: _Account) -> Iterator[Mapping]:
        yield account.input("open", start, row.id, subject=subject, facts=facts)

    events = [_Event(start, 1, begin)]
    if row.end_on is not None:
        end = row.end_on.isoformat()

        def finish(account: _Account) -> Iterator[Mapping]:
            notice = {"confirmation": "notice_to_cancel", "by": "customer", "evidence": "end_date of the subscription"}
            yield account.input("confirm", end, f"{row.id}/notice", subject=subject, **notice)
            yield account.input("observe", end, f"{row.id}/end", subject=subject, facts={"contract_end": end})

        events.append(_Event(end, 6, finish))
    return events


def _used(row: Usage) -> _Event:
    day = row.on.isoformat()

    def say(account: _Account) -> Iterator[Mapping]:
        account.uses.append((row.on, row.uses))
        account.errors += row.errors
        account.features.add(row.feature)
        uses = sum(uses for _, uses in account.uses)
        counts = {"uses": uses, "features_used": len(account.features), "errors_met": account.errors}
        yield account.input("observe", day, row.id, facts=counts | account.trend(row.on))
        if not account.placed:
            account.placed = True
            place = {"track": "value", "to": PLACED, "by": "export", "why": RULE}
            yield account.input("place", day, f"{account.row.id}/placed", subject="workstream:main", **place)

    return _Event(day, 2, say)


def _asked(row: Ticket) -> list[_Event]:
    filed = row.submitted_on.isoformat()

    def file(account: _Account) -> Iterator[Mapping]:
        account.tickets += 1
        account.open_tickets += 1
        account.open_major += row.priority == MAJOR
        account.escalations += row.escalated
        facts = account.open_now() | {"tickets_filed": account.tickets, "escalations": account.escalations}
        yield account.input("observe", filed, row.id, facts=facts)

    events = [_Event(filed, 3, file)]
    if row.closed_at is not None:
        closed = row.closed_at.isoformat()

        def close(account: _Account) -> Iterator[Mapping]:
            account.open_tickets -= 1
            account.open_major -= row.priority == MAJOR
            facts = account.open_now()
            if row.satisfaction is not None:
                facts["ticket_satisfaction"] = row.satisfaction
            yield account.input("observe", closed, f"{row.id}/closed", facts=facts)

        events.append(_Event(closed, 4, close))
    return events


def _churned(row: Churn) -> _Event:
    day = row.on.isoformat()

    def say(account: _Account) -> Iterator[Mapping]:
        carries = {"feedback": row.feedback} if row.feedback else {}
        yield account.input("signal", day, row.id, signal=SIGNALS[row.reason], carries=carries)

    return _Event(day, 5, say)
