"""Reads the five CSV files as they stand: each row becomes one typed tuple, in the order of its file.

A file that is missing, a column that is missing and a value that cannot be read are refused with their place; whether
the rows agree with one another is not asked here (see ``doubts``).
"""

from __future__ import annotations

import csv
from calendar import monthrange
from collections.abc import Callable, Collection, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple, TypeVar

__all__ = ["Account", "Churn", "Export", "ExportError", "Subscription", "Ticket", "Usage", "read_export"]

Row = TypeVar("Row")

PLANS = ("Basic", "Pro", "Enterprise")
REASONS = ("budget", "competitor", "features", "pricing", "support", "unknown")
TERMS = {"monthly": 1, "annual": 12}
"""The length of a subscription's term in months, by its billing frequency."""


class ExportError(Exception):
    """The folder does not hold the export: says the file, the line where there is one, and what was expected."""


class Account(NamedTuple):
    """A customer."""

    id: str
    signup_on: date
    plan: str
    trial: bool
    churned: bool


class Subscription(NamedTuple):
    """One subscription of an account."""

    id: str
    account: str
    start_on: date
    end_on: date | None
    plan: str
    seats: int
    trial: bool
    billing: str
    renews: bool

    @property
    def first_end_on(self) -> date:
        """The last day of its first term: a month or a year from the start."""
        months = TERMS[self.billing]
        return _months_later(self.start_on, months) - timedelta(days=1)


class Usage(NamedTuple):
    """Use of one feature on one day."""

    id: str
    subscription: str
    on: date
    feature: str
    uses: int
    errors: int


class Ticket(NamedTuple):
    """A support ticket."""

    id: str
    account: str
    submitted_on: date
    closed_at: datetime | None
    priority: str
    satisfaction: float | None
    escalated: bool


class Churn(NamedTuple):
    """An account said goodbye, if only to a part."""

    id: str
    account: str
    on: date
    reason: str
    feedback: str
    reactivation: bool


class Export(NamedTuple):
    """The whole export, each table in the order of its file."""

    accounts: list[Account]
    subscriptions: list[Subscription]
    usage: list[Usage]
    tickets: list[Ticket]
    churns: list[Churn]


def read_export(folder: Path) -> Export:
    """Read the five files of ``folder``.

    Raises:
        ExportError: where a file or a column is missing, or a value cannot be read.
    """
    if not folder.is_dir():
        raise ExportError(f"{folder}: no such folder; expected the one that holds the five ravenstack_*.csv files")
    return Export(
        accounts=list(_rows(folder, "accounts", _account)),
        subscriptions=list(_rows(folder, "subscriptions", _subscription)),
        usage=list(_rows(folder, "feature_usage", _usage)),
        tickets=list(_rows(folder, "support_tickets", _ticket)),
        churns=list(_rows(folder, "churn_events", _churn)),
    )


def _rows(folder: Path, table: str, make: Callable[[dict[str, str]], Row]) -> Iterator[Row]:
    path = folder / f"ravenstack_{table}.csv"
    try:
        file = path.open(encoding="utf-8", newline="")
    except OSError as error:
        raise ExportError(f"{path}: cannot be read ({error.strerror}); expected one of the five files") from error
    with file:
        reader = csv.DictReader(file)
        for row in reader:
            try:
                yield make(row)
            except KeyError as error:
                raise ExportError(f"{path}:1: has no column {error}") from error
            except (ValueError, TypeError) as error:
                raise ExportError(f"{path}:{reader.line_num}: cannot be read: {error}") from error


def _account(row: dict[str, str]) -> Account:
    return Account(
        id=row["account_id"],
        signup_on=date.fromisoformat(row["signup_date"]),
        plan=_one_of(row["plan_tier"], PLANS),
        trial=_flag(row["is_trial"]),
        churned=_flag(row["churn_flag"]),
    )


def _subscription(row: dict[str, str]) -> Subscription:
    return Subscription(
        id=row["subscription_id"],
        account=row["account_id"],
        start_on=date.fromisoformat(row["start_date"]),
        end_on=date.fromisoformat(row["end_date"]) if row["end_date"] else None,
        plan=_one_of(row["plan_tier"], PLANS),
        seats=int(row["seats"]),
        trial=_flag(row["is_trial"]),
        billing=_one_of(row["billing_frequency"], TERMS),
        renews=_flag(row["auto_renew_flag"]),
    )


def _usage(row: dict[str, str]) -> Usage:
    return Usage(
        id=row["usage_id"],
        subscription=row["subscription_id"],
        on=date.fromisoformat(row["usage_date"]),
        feature=row["feature_name"],
        uses=int(row["usage_count"]),
        errors=int(row["error_count"]),
    )


def _ticket(row: dict[str, str]) -> Ticket:
    return Ticket(
        id=row["ticket_id"],
        account=row["account_id"],
        submitted_on=date.fromisoformat(row["submitted_at"][:10]),
        closed_at=_instant(row["closed_at"]) if row["closed_at"] else None,
        priority=row["priority"],
        satisfaction=float(row["satisfaction_score"]) if row["satisfaction_score"] else None,
        escalated=_flag(row["escalation_flag"]),
    )


def _churn(row: dict[str, str]) -> Churn:
    return Churn(
        id=row["churn_event_id"],
        account=row["account_id"],
        on=date.fromisoformat(row["churn_date"]),
        reason=_one_of(row["reason_code"], REASONS),
        feedback=row["feedback_text"],
        reactivation=_flag(row["is_reactivation"]),
    )


def _one_of(text: str, known: Collection[str]) -> str:
    if text not in known:
        raise ValueError(f"expected one of {', '.join(known)}, found {text!r}")
    return text


def _flag(text: str) -> bool:
    if text not in ("True", "False"):
        raise ValueError(f"expected True or False, found {text!r}")
    return text == "True"


def _months_later(day: date, months: int) -> date:
    """The same day ``months`` later, or the last day of that month where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _instant(text: str) -> datetime:
    """The export names no zone; every account of this example lives in UTC, and so do its tickets."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
