"""What an account lives through: a *story* is scenes one after the other."""

from __future__ import annotations

from datetime import date, timedelta

from examples.export.scenes import (
    LAST_DAY,
    LEAD,
    Account,
    adopt,
    build,
    deliver,
    feel,
    first_year,
    go_live,
    months,
    praise,
    renew,
    seats,
    sell,
    sign,
    talk,
    turn_down,
    win,
    year_after,
)

__all__ = [
    "adrift",
    "budget_cut",
    "by_itself",
    "by_the_month",
    "called_off",
    "champion_leaves",
    "churned_and_won_back",
    "competitor",
    "extended",
    "falls_silent",
    "fast_lane",
    "four_of_five",
    "leadership_changes",
    "looks_silent",
    "merger",
    "never_bought",
    "new_release",
    "notice_taken_back",
    "notice_too_late",
    "ran_out",
    "signed_late",
    "smooth",
    "spoke_up",
    "two_contracts",
    "two_departments",
    "unsigned",
    "upgrade",
    "withdrawn",
]


def smooth(a: Account) -> None:
    """Onboarding, adoption, a renewal in time, an advocate; a small one buys more, others do not want to."""
    steady = first_year(a)
    end = year_after(a.start)
    renew(a, "C-1", end)
    praised = max(steady, end) + timedelta(days=20)
    praise(a, praised)
    while steady < LAST_DAY:
        seats(a, steady, ratio=0.8)
        steady += timedelta(days=50)
    if a.segment != "enterprise":
        turn_down(a, end)
    if a.segment == "mid_market":
        turn_down(a, praised + timedelta(days=60), "thriving-1")
    elif a.segment == "smb":
        deliver(a, win(a, praised + timedelta(days=20), "thriving-1"), "workstream:thriving-1")


def two_departments(a: Account) -> None:
    """Overlap: one department in steady use, one that an expansion brought, and operations in onboarding at the end."""
    day = first_year(a, pace=0.7)
    new = "workstream:team_interest-1"
    deliver(a, sell(a, day + timedelta(days=30), "new_team_interest", "team_interest-1"), new, pace=0.7)
    renew(a, "C-1", year_after(a.start))
    turn_down(a, year_after(a.start))
    a.say(date(2025, 8, 20), "open", subject="workstream:operations")
    build(a, date(2025, 9, 1), "workstream:operations", pace=1.4)


def four_of_five(a: Account) -> None:
    """Everything is done, but the customer never says that it is live: stuck, and not carried on by a date."""
    sign(a, "C-1", a.start, year_after(a.start, years=3))
    months(a, a.start, (66, 64, 62, 60, 58, 57, 55))
    build(a, a.start, pace=1.3)


def withdrawn(a: Account) -> None:
    """Going live is confirmed, taken back before the handoff, and confirmed again two months later."""
    sign(a, "C-1", a.start, year_after(a.start, years=2))
    months(a, a.start, (70, 66, 64, 72, 76, 80))
    day = build(a, a.start)
    a.word(day, "ready_to_expand", "workstream:main")
    a.word(day, "go_live", "workstream:main")
    a.say(day + timedelta(days=2), "retract", confirmation="go_live", by="customer", subject="workstream:main")
    adopt(a, go_live(a, day + timedelta(days=60)))


def champion_leaves(a: Account) -> None:
    """The champion of the first workstream leaves and is replaced; the second workstream does not notice."""
    day = first_year(a, pace=0.6)
    a.say(a.start + timedelta(days=40), "open", subject="workstream:support")
    other = deliver(a, a.start + timedelta(days=45), "workstream:support", pace=0.6)
    gone = max(day, other) + timedelta(days=25)
    a.signal(gone, "champion_left", "workstream:main")
    a.word(gone + timedelta(days=50), "champion_in_place", "workstream:main")
    seats(a, gone + timedelta(days=55), "workstream:main", "workstream:support")
    a.facts(gone + timedelta(days=75), "workstream:main", runs_without_csm=True)
    renew(a, "C-1", year_after(a.start))
    turn_down(a, year_after(a.start))


def leadership_changes(a: Account) -> None:
    """From high adoption back to the basics, then up again."""
    day = first_year(a, pace=0.6) + timedelta(days=30)
    a.signal(day, "leadership_changed", "workstream:main")
    feel(a, day + timedelta(days=20), 55)
    again = day + timedelta(days=60)
    a.facts(again, "workstream:main", core_users_trained=True, core_users_active=True)
    a.word(again + timedelta(days=5), "ready_to_expand", "workstream:main")
    a.accepted(again + timedelta(days=8), "value.onboarding.exit", "csm", "workstream:main")
    seats(a, again + timedelta(days=20))
    renew(a, "C-1", year_after(a.start))
    turn_down(a, year_after(a.start))


def merger(a: Account) -> None:
    """A merger while the renewal is in conversation: one more onboarding, the renewal keeps its place and dates."""
    first_year(a, pace=0.6)
    end = year_after(a.start)
    renew(a, "C-1", end)
    a.signal(end - timedelta(days=55), "merger", name="acquired")
    turn_down(a, end)
    go_live(a, build(a, end + timedelta(days=20), "workstream:acquired"), "workstream:acquired")


def signed_late(a: Account) -> None:
    """Signed twelve days after the end, in grace; the new term still begins the day after the old one."""
    first_year(a, pace=0.7)
    renew(a, "C-1", year_after(a.start), late=12)
    seats(a, year_after(a.start) + timedelta(days=20))
    turn_down(a, year_after(a.start))


def unsigned(a: Account) -> None:
    """All is agreed, but nobody has signed: in grace on the last day of the export."""
    first_year(a)
    sign(a, "C-2", a.start + timedelta(days=330), date(2025, 12, 17))
    renew(a, "C-1", year_after(a.start))
    turn_down(a, year_after(a.start))
    talk(a, "contract:C-2", date(2025, 12, 17), until="bargaining")


def adrift(a: Account) -> None:
    """Renewed once; in the last weeks health falls and use with it."""
    first_year(a)
    renew(a, "C-1", year_after(a.start))
    turn_down(a, year_after(a.start))
    a.facts(date(2025, 11, 18), "workstream:main", active_seat_ratio=0.33)
    feel(a, date(2025, 11, 20), 41, usage_trend=-12, renewal_risk="high")


def competitor(a: Account) -> None:
    """A competitor's demo throws a negotiation back to the conversation; then the choice is reaffirmed."""
    first_year(a, pace=0.7)
    end = year_after(a.start)
    lead = LEAD[a.segment]
    talk(a, "contract:C-1", end, until="bargaining")
    a.signal(end - timedelta(days=round(58 * lead)), "competitor_demo")
    a.word(end - timedelta(days=round(36 * lead)), "choice_reaffirmed")
    seats(a, end - timedelta(days=round(32 * lead)))
    a.facts(end - timedelta(days=round(30 * lead)), "contract:C-1", proposal_sent=True)
    a.word(end - timedelta(days=5), "renewal_decision", "contract:C-1")
    a.word(end - timedelta(days=3), "contract_signed", "contract:C-1")
    turn_down(a, end)


def new_release(a: Account) -> None:
    """A release sends steady use back to learning; use falls, rises, and is steady again."""
    day = first_year(a, pace=0.7) + timedelta(days=20)
    a.signal(day, "product_release", "workstream:main")
    a.facts(day + timedelta(days=14), "workstream:main", active_seat_ratio=0.31)
    a.facts(day + timedelta(days=40), "workstream:main", active_seat_ratio=0.74, new_release_in_use=True)
    a.facts(day + timedelta(days=60), "workstream:main", runs_without_csm=True)
    renew(a, "C-1", year_after(a.start))
    turn_down(a, year_after(a.start))


def budget_cut(a: Account) -> None:
    """Budget is cut during an expansion: at risk, the opportunity back to its start, then lost; then it recovers."""
    day = first_year(a, pace=0.6) + timedelta(days=15)
    a.signal(day, "business_growth")
    of = "opportunity:growth-1"
    a.facts(day + timedelta(days=10), of, opportunity_qualified=True, conversation_started=True)
    a.accepted(day + timedelta(days=11), "expansion.pursuing.identified.exit", "sales", of)
    a.signal(day + timedelta(days=30), "budget_cut")
    a.signal(day + timedelta(days=45), "opportunity_lost", of)
    a.signal(day + timedelta(days=90), "budget_restored")
    seats(a, day + timedelta(days=95))
    renew(a, "C-1", year_after(a.start))
    turn_down(a, year_after(a.start))


def notice_taken_back(a: Account) -> None:
    """Notice in time, taken back a month later: at risk, recovered, renewed."""
    first_year(a, pace=0.7)
    end = year_after(a.start)
    a.word(end - timedelta(days=85), "notice_to_cancel", "contract:C-1")
    a.say(end - timedelta(days=55), "retract", confirmation="notice_to_cancel", by="customer", subject="contract:C-1")
    seats(a, end - timedelta(days=50))
    a.facts(end - timedelta(days=40), "contract:C-1", conversation_opened=True, proposal_sent=True)
    a.word(end - timedelta(days=33), "renewal_decision", "contract:C-1")
    a.word(end - timedelta(days=6), "contract_signed", "contract:C-1")
    turn_down(a, end)


def extended(a: Account) -> None:
    """The end is moved by half a year while the renewal is talked about: the window closes and opens again."""
    first_year(a, pace=0.8)
    end = year_after(a.start)
    a.facts(end - timedelta(days=40), "contract:C-1", conversation_opened=True)
    later = end + timedelta(days=182)
    a.facts(end - timedelta(days=30), "contract:C-1", contract_end=later.isoformat())
    renew(a, "C-1", later)
    turn_down(a, later)


def churned_and_won_back(a: Account) -> None:
    """Use fades, notice is given in time, the account lapses; four months later a new contract and a new onboarding."""
    first_year(a)
    end = year_after(a.start)
    feel(a, end - timedelta(days=120), 41, usage_trend=-14, open_major_issues=4)
    a.word(end - timedelta(days=75), "notice_to_cancel", "contract:C-1")
    back = end + timedelta(days=120)
    sign(a, "C-2", back, year_after(back))
    feel(a, back + timedelta(days=3), 72)
    deliver(a, back, "workstream:won_back-1")
    if a.segment == "smb":
        turn_down(a, back + timedelta(days=75))


def ran_out(a: Account) -> None:
    """Nobody signs: grace runs out and the account lapses."""
    first_year(a)
    feel(a, year_after(a.start) - timedelta(days=50), 44, open_major_issues=3)


def fast_lane(a: Account) -> None:
    """All six stages in ninety days; nothing has renewed yet, so the sponsor waives that criterion."""
    sign(a, "C-1", a.start, year_after(a.start))
    day = deliver(a, a.start)
    months(a, a.start, (82, 88, 90, 91))
    deliver(a, sell(a, day, "capability_requested", "capability-1"), "workstream:capability-1")
    a.say(
        a.start + timedelta(days=62),
        "waive",
        criterion="advocacy.not_yet.success.renewed_once",
        by="our_sponsor",
        why="a reference for a launch, agreed with the customer",
    )
    praise(a, a.start + timedelta(days=65))
    turn_down(a, a.start + timedelta(days=230), "thriving-1")
    renew(a, "C-1", year_after(a.start))
    turn_down(a, year_after(a.start))


def spoke_up(a: Account) -> None:
    """A review that nobody asked for, while still in onboarding."""
    sign(a, "C-1", a.start, year_after(a.start))
    a.signal(a.start + timedelta(days=3), "advocacy_given")
    deliver(a, a.start, pace=2)
    months(a, a.start, (78, 80, 79, 81, 80, 82))
    turn_down(a, a.start + timedelta(days=230), "thriving-1")
    renew(a, "C-1", year_after(a.start))
    turn_down(a, year_after(a.start))


def upgrade(a: Account) -> None:
    """The tier's limit comes near; the upgrade is bought without anybody's help and onboarded in its turn."""
    first_year(a)
    day = a.start + timedelta(days=210)
    a.facts(day, usage_of_limit=0.86)
    of = "opportunity:usage_near_limit-1"
    a.facts(day + timedelta(days=2), of, opportunity_qualified=True, conversation_started=True)
    a.word(day + timedelta(days=4), "order_signed", of)
    a.facts(day + timedelta(days=4), usage_of_limit=0.5)
    new = "workstream:usage_near_limit-1"
    deliver(a, day + timedelta(days=4), new)
    if a.segment == "smb":
        renew(a, "C-1", year_after(a.start))
        turn_down(a, year_after(a.start))


def by_itself(a: Account) -> None:
    """Signs up, buys a year three weeks later, and is renewed automatically."""
    months(a, a.start, (70, 78, 82, 81, 84, 85, 86))
    bought = a.start + timedelta(days=21)
    sign(a, "C-1", bought, year_after(bought))
    deliver(a, a.start)


def by_the_month(a: Account) -> None:
    """A contract of one month, renewed automatically ever since."""
    months(a, a.start, (72, 77, 80, 83))
    sign(a, "C-1", date(2025, 4, 30), date(2025, 5, 29), term_length="1 month")
    deliver(a, a.start)


def never_bought(a: Account) -> None:
    """A signup that asks for help and stays without a contract."""
    a.facts(a.start + timedelta(days=2), "workstream:main", core_users_trained=True)
    a.signal(a.start + timedelta(days=5), "help_needed", "workstream:main")


def called_off(a: Account) -> None:
    """Use fades before the customer notices; notice comes on the last day but one, and the contract is not renewed."""
    by_itself(a)
    end = year_after(a.start + timedelta(days=21))
    feel(a, end - timedelta(days=60), 58, usage_trend=-18)
    a.word(end - timedelta(days=1), "notice_to_cancel", "contract:C-1")


def notice_too_late(a: Account) -> None:
    """A notice period of thirty days is agreed, notice comes ten days before the end: committed for another year."""
    months(a, a.start, (70, 66, 61, 60, 58))
    sign(a, "C-1", a.start, year_after(a.start), auto_renews=True, notice_period="30 days")
    deliver(a, a.start)
    a.word(year_after(a.start) - timedelta(days=10), "notice_to_cancel", "contract:C-1")
    seats(a, year_after(a.start) + timedelta(days=20))
    feel(a, year_after(a.start) + timedelta(days=20), 64)


def falls_silent(a: Account) -> None:
    """Renewed once; then nobody answers, and nobody logs in any more, while the feed of usage is up."""
    first_year(a)
    renew(a, "C-1", year_after(a.start))
    turn_down(a, year_after(a.start))
    a.signal(date(2025, 10, 28), "replied")


def looks_silent(a: Account) -> None:
    """The same three weeks without a login, but the feed broke before they were over: nobody knows."""
    first_year(a)
    renew(a, "C-1", year_after(a.start))
    turn_down(a, year_after(a.start))
    a.signal(date(2025, 11, 20), "replied")


def two_contracts(a: Account) -> None:
    """A second contract half a year after the first; at the renewal both are brought to one end, and one is closed."""
    first_year(a, pace=0.6)
    more = a.start + timedelta(days=182)
    end = year_after(more)
    sign(a, "C-2", more, end)
    a.facts(year_after(a.start) - timedelta(days=110), "contract:C-1", conversation_opened=True)
    a.facts(year_after(a.start) - timedelta(days=60), "contract:C-1", contract_end=end.isoformat())
    a.say(end - timedelta(days=240), "close", subject="contract:C-2", reason="co-termed", into="contract:C-1")
    renew(a, "C-1", end)
    turn_down(a, end)
