"""Rows that contradict each other: each kind of contradiction in one place, counted with its reason and never repaired.

A row is *left out* where it cannot be told what it would say (use of a subscription that had not begun). It is *kept*
where it says something plain that another row denies (a plan that is not the account's): the library can live with
both.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date
from typing import NamedTuple, TypeVar

from .tables import Account, Churn, Export, Subscription, Ticket, Usage

__all__ = ["KINDS", "Doubt", "Sound", "examine"]

Row = TypeVar("Row", Account, Subscription, Usage, Ticket, Churn)


class Doubt(NamedTuple):
    """A kind of contradiction: the table whose rows show it, why it is one, and whether such rows are kept."""

    table: str
    reason: str
    kept: bool


KINDS = {
    "account_flag_without_event": Doubt("accounts", "says it churned, and no churn event tells when", True),
    "event_without_account_flag": Doubt("accounts", "says it never churned, and churn events say it did", True),
    "repeated_account": Doubt("accounts", "its id was given to an earlier row", False),
    "repeated_subscription": Doubt("subscriptions", "its id was given to an earlier row", False),
    "subscription_of_nobody": Doubt("subscriptions", "belongs to an account that is not in the export", False),
    "subscription_before_signup": Doubt("subscriptions", "begins before its account signed up", False),
    "subscription_ends_before_start": Doubt("subscriptions", "ends before it begins", False),
    "other_plan": Doubt("subscriptions", "is on another plan than its account", True),
    "other_trial": Doubt("subscriptions", "is a trial and its account is not, or the reverse", True),
    "runs_on_unrenewed": Doubt(
        "subscriptions", "has no end, though its term is over and it does not renew by itself", True
    ),
    "ends_after_term": Doubt("subscriptions", "ends after its one term, though it does not renew by itself", True),
    "repeated_usage": Doubt("feature_usage", "its id was given to an earlier row", False),
    "usage_of_nothing": Doubt(
        "feature_usage", "names a subscription that is not in the export, or was left out", False
    ),
    "usage_before_subscription": Doubt("feature_usage", "happened before its subscription began", False),
    "usage_after_subscription": Doubt("feature_usage", "happened after its subscription ended", False),
    "repeated_ticket": Doubt("support_tickets", "its id was given to an earlier row", False),
    "ticket_of_nobody": Doubt("support_tickets", "belongs to an account that is not in the export", False),
    "ticket_before_signup": Doubt("support_tickets", "was filed before its account signed up", False),
    "ticket_closed_before_filed": Doubt("support_tickets", "was closed before it was filed", False),
    "repeated_churn": Doubt("churn_events", "its id was given to an earlier row", False),
    "churn_of_nobody": Doubt("churn_events", "belongs to an account that is not in the export", False),
    "churn_before_signup": Doubt("churn_events", "happened before its account signed up", False),
    "churn_before_subscription": Doubt("churn_events", "happened before the account had any subscription", True),
    "churn_while_subscribed": Doubt("churn_events", "happened while subscriptions of the account ran on", True),
    "first_return": Doubt(
        "churn_events", "speaks of a customer who had come back, and no earlier churn is known", True
    ),
}
"""Every kind of contradiction that is looked for, in the order of the tables."""


class Sound(NamedTuple):
    """The rows that can be understood, and how often each kind of contradiction was met."""

    export: Export
    doubts: Counter[str]


def examine(export: Export, until: date) -> Sound:
    """Count the contradictions as known at the end of ``until``; leave out what cannot be understood."""
    doubts: Counter[str] = Counter()
    accounts = _first_of_each(export.accounts, "repeated_account", doubts)
    known = {account.id: account for account in accounts}
    subscriptions = _subscriptions(export.subscriptions, known, until, doubts)
    by_id = {subscription.id: subscription for subscription in subscriptions}
    of_account: dict[str, list[Subscription]] = defaultdict(list)
    for subscription in subscriptions:
        of_account[subscription.account].append(subscription)
    churns = _churns(export.churns, known, of_account, doubts)
    _account_flags(accounts, churns, doubts)
    usage = [
        row
        for row in _first_of_each(export.usage, "repeated_usage", doubts)
        if not _left_out(_usage_doubt(row, by_id.get(row.subscription)), doubts)
    ]
    tickets = [
        row
        for row in _first_of_each(export.tickets, "repeated_ticket", doubts)
        if not _left_out(_ticket_doubt(row, known.get(row.account)), doubts)
    ]
    return Sound(Export(accounts, subscriptions, usage, tickets, churns), doubts)


def _left_out(doubt: str | None, doubts: Counter[str]) -> bool:
    if doubt is not None:
        doubts[doubt] += 1
    return doubt is not None and not KINDS[doubt].kept


def _first_of_each(rows: list[Row], doubt: str, doubts: Counter[str]) -> list[Row]:
    """Of rows with one id the first: an id names one thing, and which of two is meant is not ours to guess."""
    seen: dict[str, Row] = {}
    for row in rows:
        if seen.setdefault(row.id, row) is not row:
            doubts[doubt] += 1
    return list(seen.values())


def _subscriptions(
    rows: list[Subscription], known: dict[str, Account], until: date, doubts: Counter[str]
) -> list[Subscription]:
    sound = []
    for row in _first_of_each(rows, "repeated_subscription", doubts):
        account = known.get(row.account)
        if account is None:
            doubts["subscription_of_nobody"] += 1
        elif row.start_on < account.signup_on:
            doubts["subscription_before_signup"] += 1
        elif row.end_on is not None and row.end_on < row.start_on:
            doubts["subscription_ends_before_start"] += 1
        else:
            sound.append(row)
            doubts["other_plan"] += row.plan != account.plan
            doubts["other_trial"] += row.trial != account.trial
            if not row.renews:
                doubts["runs_on_unrenewed"] += row.end_on is None and row.first_end_on < until
                doubts["ends_after_term"] += row.end_on is not None and row.first_end_on < row.end_on
    return sound


def _usage_doubt(row: Usage, subscription: Subscription | None) -> str | None:
    if subscription is None:
        return "usage_of_nothing"
    if row.on < subscription.start_on:
        return "usage_before_subscription"
    if subscription.end_on is not None and row.on > subscription.end_on:
        return "usage_after_subscription"
    return None


def _ticket_doubt(row: Ticket, account: Account | None) -> str | None:
    if account is None:
        return "ticket_of_nobody"
    if row.submitted_on < account.signup_on:
        return "ticket_before_signup"
    if row.closed_at is not None and row.closed_at.date() < row.submitted_on:
        return "ticket_closed_before_filed"
    return None


def _churns(
    rows: list[Churn], known: dict[str, Account], of_account: dict[str, list[Subscription]], doubts: Counter[str]
) -> list[Churn]:
    sound = []
    churned: dict[str, date] = {}
    for row in sorted(_first_of_each(rows, "repeated_churn", doubts), key=lambda row: row.on):
        account = known.get(row.account)
        if account is None:
            doubts["churn_of_nobody"] += 1
        elif row.on < account.signup_on:
            doubts["churn_before_signup"] += 1
        else:
            sound.append(row)
            begun = [one for one in of_account[row.account] if one.start_on <= row.on]
            doubts["churn_before_subscription"] += not begun
            doubts["churn_while_subscribed"] += any(one.end_on is None or one.end_on > row.on for one in begun)
            doubts["first_return"] += row.reactivation and row.account not in churned
            churned.setdefault(row.account, row.on)
    return sound


def _account_flags(accounts: list[Account], churns: list[Churn], doubts: Counter[str]) -> None:
    churned = {row.account for row in churns}
    for account in accounts:
        doubts["account_flag_without_event"] += account.churned and account.id not in churned
        doubts["event_without_account_flag"] += not account.churned and account.id in churned
