"""What may happen to one made-up account: an ``Account`` collects inputs, a *scene* says a few that belong together."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

__all__ = [
    "LAST_DAY",
    "LEAD",
    "Account",
    "adopt",
    "build",
    "deliver",
    "feel",
    "first_year",
    "go_live",
    "months",
    "praise",
    "renew",
    "seats",
    "sell",
    "sign",
    "talk",
    "turn_down",
    "win",
    "year_after",
]

LAST_DAY = date(2025, 12, 31)
ZONES = ("America/Sao_Paulo", "Europe/Lisbon", "America/New_York", "Asia/Kolkata", "Pacific/Auckland", "UTC")
PACE = {"enterprise": 5.0, "mid_market": 2.0, "smb": 0.5, "product_led": 0.25}
"""Weeks that one piece of onboarding work takes."""

LEAD = {"enterprise": 1.0, "mid_market": 0.7, "smb": 0.45}
"""How early the talks about a renewal begin, by the enterprise's days."""

HANDED_OVER = ("enterprise", "mid_market")
"""Segments in which people, and not the product, take over an account."""


class Account:
    """One account's lines, written in any order and sorted at the end."""

    def __init__(self, key: str, segment: str, start: date) -> None:
        self.key, self.segment, self.start = key, segment, start
        self.rng = random.Random(f"journeykit {key}")
        self.lines: list[dict[str, Any]] = []
        self.say(start, "begin", profile=segment, timezone=self.rng.choice(ZONES))

    def say(self, day: date, kind: str, **keys: Any) -> None:
        """One input on ``day``; what is said later on one day comes later. Days after the last one are not said."""
        if day > LAST_DAY:
            return
        minute = sum(line["at"].startswith(day.isoformat()) for line in self.lines)
        at = f"{day.isoformat()}T{14 + minute // 60:02}:{minute % 60:02}:00Z"
        self.lines.append({"account": self.key, "at": at, "kind": kind, **keys})

    def facts(self, day: date, subject: str | None = None, **facts: Any) -> None:
        """What was observed, of the account or of a subject."""
        of = {"subject": subject} if subject else {}
        self.say(day, "observe", **of, facts=facts)

    def word(self, day: date, name: str, subject: str | None = None, by: str = "customer") -> None:
        """A word given on the record."""
        of = {"subject": subject} if subject else {}
        self.say(day, "confirm", confirmation=name, by=by, **of)

    def signal(self, day: date, signal: str, subject: str | None = None, **carries: str) -> None:
        """Something happened."""
        of = {"subject": subject} if subject else {}
        more = {"carries": carries} if carries else {}
        self.say(day, "signal", signal=signal, **of, **more)

    def accepted(self, day: date, move: str, by: str, subject: str | None = None) -> None:
        """A handoff accepted by a person; where the product takes over nobody has to say so."""
        if self.segment in HANDED_OVER:
            of = {"subject": subject} if subject else {}
            self.say(day, "handoff", move=move, what="accepted", by=by, **of)

    def around(self, days: float) -> timedelta:
        """About so many days, at least one."""
        return timedelta(days=max(1, round(days * self.rng.uniform(0.8, 1.2))))

    def sorted_lines(self) -> list[dict[str, Any]]:
        """The account's inputs in the order of time, each with an id."""
        ordered = sorted(self.lines, key=lambda line: line["at"])
        return [{"id": f"{self.key}-{n}", **line} for n, line in enumerate(ordered, 1)]


# ---------------------------------------------------------------- scenes


def build(a: Account, day: date, of: str = "workstream:main", pace: float = 1.0) -> date:
    """Onboarding up to the point where only the customer's words are missing; the day on which that is."""
    week = timedelta(days=1) * PACE[a.segment] * 7 * pace
    if a.segment in HANDED_OVER:
        day += a.around(week.days)
        a.facts(day, of, plan_agreed=True, success_criteria_agreed=True)
    if a.segment == "enterprise":
        for piece in ("configured", "data_migrated", "integrations_live"):
            day += a.around(week.days)
            a.facts(day, of, **{piece: True})
    day += a.around(week.days)
    a.facts(day, of, core_users_trained=True, implementation_complete=True)
    day += a.around(week.days)
    a.facts(day, of, core_users_active=True, initial_use_case_live=True, first_value_documented=True)
    a.facts(day, of, initial_value_target_met=True)
    return day


def go_live(a: Account, day: date, of: str = "workstream:main") -> date:
    """The customer's words and the handoff: the way into adoption."""
    a.word(day, "go_live", of)
    a.word(day, "ready_to_expand", of)
    day += a.around(4)
    a.accepted(day, "value.onboarding.exit", "csm", of)
    return day


def adopt(a: Account, day: date, of: str = "workstream:main", pace: float = 1.0) -> date:
    """From the first users to steady use, which is steady once it has held for a month."""
    step = PACE[a.segment] * 7 * pace
    for ratio in (0.35, 0.52, 0.66):
        day += a.around(step)
        a.facts(day, of, active_seat_ratio=ratio, usage_pattern="weekly")
    day += a.around(step)
    a.facts(day, of, active_seat_ratio=0.78, usage_pattern="daily", features_beyond_initial=3, power_users_engaged=True)
    day += a.around(step)
    a.facts(day, of, active_seat_ratio=0.79, use_cases=2, additional_teams=1, runs_without_csm=True)
    return day + timedelta(days=30)


def seats(a: Account, day: date, *of: str, ratio: float = 0.77) -> None:
    """Seats counted anew: after two months nobody knows any more how many are in use."""
    for one in of or ("workstream:main",):
        a.facts(day, one, active_seat_ratio=ratio)


def feel(a: Account, day: date, score: int, **more: Any) -> None:
    """The account's health and what else the customer team writes down once a month."""
    known: dict[str, Any] = {
        "usage_trend": 2,
        "open_major_issues": 0,
        "roi_demonstrated": True,
        "value_documented": True,
    }
    known |= {"stakeholders_active": True, "renewal_risk": "low"}
    a.facts(day, health_score=score, **(known | more))


def months(a: Account, start: date, scores: tuple[int, ...]) -> None:
    """One health reading about every 45 days."""
    for n, score in enumerate(scores):
        feel(a, start + timedelta(days=45 * n + 10), score)


def sign(a: Account, name: str, start: date, end: date, day: date | None = None, **facts: Any) -> None:
    """A contract; its first and last day are both in its term."""
    dates = {"contract_start": start.isoformat(), "contract_end": end.isoformat()}
    a.say(day or start, "open", subject=f"contract:{name}", facts=dates | facts)


def year_after(day: date, years: int = 1) -> date:
    """The last day of a term of so many years that starts on ``day``."""
    return day.replace(year=day.year + years) - timedelta(days=1)


def talk(a: Account, of: str, end: date, until: str = "decision") -> None:
    """The work of a renewal: preparing, talking, proposing, bargaining, deciding. One in five is tardy."""
    tardy = a.rng.choice((0, 0, 0, 0, 9))
    steps: tuple[tuple[int, dict[str, Any]], ...] = (
        (170, {"health_assessed": True, "value_summarised": True, "risks_identified": True}),
        (125, {"conversation_opened": True, "forecast": "likely"}),
        (95, {"proposal_sent": True}),
        (65, {"negotiation_started": True, "revenue_retention": 1.04, "annual_prepayment": True}),
    )
    for before, facts in steps:
        aligned = {"stakeholders_aligned": True} if before == 65 and a.segment == "enterprise" else {}
        a.facts(end - timedelta(days=round(before * LEAD[a.segment]) - tardy), of, **facts, **aligned)
    if until == "decision":
        a.word(end - timedelta(days=round(45 * LEAD[a.segment]) - tardy), "renewal_decision", of)


def renew(a: Account, name: str, end: date, late: int = 0) -> None:
    """A renewal in time, or signed so many days late; then the talks about the next one, as far as the export goes."""
    of = f"contract:{name}"
    talk(a, of, end, until="decision" if not late else "bargaining")
    a.word(end + timedelta(days=late) if late else end - timedelta(days=8), "contract_signed", of, by="sales")
    talk(a, of, year_after(end + timedelta(days=1)))


def sell(a: Account, day: date, signal: str, opportunity: str) -> date:
    """An opportunity from its first sign to the order; what was bought becomes a workstream of the same name."""
    a.signal(day, signal)
    return win(a, day, opportunity)


def win(a: Account, day: date, opportunity: str) -> date:
    """An opportunity that is there already, up to the order."""
    of = f"opportunity:{opportunity}"
    step = PACE[a.segment] * 7
    day += a.around(step)
    a.facts(day, of, opportunity_qualified=True, conversation_started=True, in_forecast=True)
    a.accepted(day + timedelta(days=2), "expansion.pursuing.identified.exit", "sales", of)
    day += a.around(step) + timedelta(days=3)
    a.facts(day, of, proposal_delivered=True)
    day += a.around(step)
    approval = {"enterprise": "executive_sponsor_committed", "mid_market": "department_approved"}.get(a.segment)
    a.facts(day, of, contracting_started=True, **({approval: True} if approval else {}))
    day += a.around(step)
    a.word(day, "order_signed", of)
    return day


def praise(a: Account, day: date) -> None:
    """All that makes an advocate, the customer's consent, and what comes of it."""
    a.facts(day, satisfaction=9.4, champion_willing=True, strategic_profile=True)
    a.word(day + timedelta(days=12), "advocacy_agreed")
    a.accepted(day + timedelta(days=15), "advocacy.candidate.exit", "marketing")
    a.facts(day + timedelta(days=40), references_given=1, reviews_published=1)


def deliver(a: Account, day: date, of: str = "workstream:main", pace: float = 1.0) -> date:
    """A workstream all the way from its opening to steady use."""
    return adopt(a, go_live(a, build(a, day, of, pace), of), of, pace)


def turn_down(a: Account, day: date, opportunity: str = "bundling-1") -> None:
    """The customer does not want more, along with the renewal or for other reasons."""
    a.signal(day, "opportunity_lost", f"opportunity:{opportunity}")


def first_year(a: Account, pace: float = 1.0) -> date:
    """Onboarding and adoption of the first workstream, with a contract of one year."""
    sign(a, "C-1", a.start, year_after(a.start))
    months(a, a.start, (70, 76, 80, 82, 84, 85, 86, 84, 86))
    return deliver(a, a.start, pace=pace)
