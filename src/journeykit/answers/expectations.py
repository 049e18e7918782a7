"""Due dates in the words of a worklist: what is expected, which role sees to it, and whether it is done."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import NamedTuple

from journeykit.answers.awaited import confirmations_asked
from journeykit.answers.display_names import Names, either
from journeykit.dates import first_instant, local_day
from journeykit.engine.due_dates import DueTimer
from journeykit.engine.view import SubjectView, View
from journeykit.language.model.profile import Feed, Profile
from journeykit.machine.countdown import CountdownTable, Timer
from journeykit.machine.snapshot import Position
from journeykit.machine.tables import CadenceTable
from journeykit.naming.labels import Labels

__all__ = ["Expected", "expected"]


class Expected(NamedTuple):
    """The expectation that goes with one date, as :class:`~journeykit.answers.due_list.Due` tells it.

    Attributes:
        what: what is expected, in words.
        role: the role that sees to it; several as ``customer or sales``, empty for nobody.
        done: True if what it asks for is done already; what asks for nothing is never done.
        occasion: which one of its kind it is: how often the contract was renewed before, the number of the cadence's
            date, or the day from which the stay or the feed's silence counts.
    """

    what: str
    role: str = ""
    done: bool = False
    occasion: str = ""


def expected(subject: SubjectView, timer: DueTimer, labels: Labels | None = None, *, ahead: int = 0) -> Expected:
    """Return what is expected by a date, whether that is to come or has come.

    Args:
        subject: the subject for which it falls due.
        timer: the date.
        labels: the labels that its words use for things; profile names if not given.
        ahead: how many dates of the same cadence come before this one.
    """
    view = subject.view
    names = Names(view.machine.profile, labels)
    match timer.thing:
        case Timer() as date:
            return _of_date(subject, date, names)
        case CadenceTable() as table:
            if ahead:
                return _of_later(subject, table, ahead, names)
            return _of_cadence(subject, table, int(timer.at <= view.now), names)
        case Position() as position:
            return _of_stuck(view, position, names)
        case Feed() as feed:
            known, called = view.feed(feed.name), names.of("feeds", feed.name)
            if known is None:
                since = local_day(subject.opened_at, view.zone).isoformat()
                return Expected(f"{called} was never heard, so what it carries is unknown", occasion=since)
            heard = local_day(known.heard_at, view.zone)
            how = f", last heard on {heard}" if timer.at <= view.now else " if not heard until then"
            return Expected(f"{called} is down{how}", occasion=heard.isoformat())
    raise AssertionError(f"not a timer: {timer!r}")


def _roles(profile: Profile, confirmations: Iterable[str]) -> str:
    """Return the roles that may give one of some confirmations, as in ``customer or sales``."""
    return " or ".join(
        dict.fromkeys(role for confirmation in confirmations for role in profile.confirmations[confirmation].by)
    )


def _of_date(subject: SubjectView, timer: Timer, names: Names) -> Expected:
    countdown, profile = subject.view.machine.countdown, subject.view.machine.profile
    assert countdown is not None
    assert subject.term is not None
    occasion = str(subject.term.renewals)
    if timer.milestone is not None:
        milestone, lacks = timer.milestone, subject.missing(timer)
        role = milestone.role or _roles(
            profile, confirmations_asked(profile, [milestone.needs] if milestone.needs else [])
        )
        asks = bool(milestone.work or milestone.needs)
        if milestone.again:  # another end, another reminder
            occasion = f"{occasion} {subject.end}"
        return Expected(_milestone(countdown, subject, timer, names), role, asks and not lacks, occasion)
    if timer.name == "notice":
        what = _notice(countdown, subject, names)
        return Expected(what, _who_gives(profile, countdown.given_by), occasion=occasion)
    rolls = timer.name == "end" and subject.ask(countdown.rolls)  # then nobody has to see to it
    confirmations = [] if rolls else list(dict.fromkeys(confirmations_asked(profile, subject.view.machine.renewing)))
    needing = f", needs{names.given(confirmations)}" if confirmations else ""
    what = _end(countdown, subject, needing) if timer.name == "end" else _grace(subject, needing)
    return Expected(what, _roles(profile, confirmations), occasion=occasion)


def _milestone(countdown: CountdownTable, subject: SubjectView, timer: Timer, names: Names) -> str:
    milestone, lacks = timer.milestone, subject.missing(timer)
    assert milestone is not None
    wanted, colon = [], ":" if names.labelled else ""
    if milestone.work:
        title = partial(_title, names, countdown.track)
        now = next(
            (title(one.leaf.path) for one in subject.positions if one.leaf.region.name == countdown.track), "nowhere"
        )
        wanted.append(
            f"be at {either(map(title, milestone.work))} ({f'now{colon} {now}' if 'work' in lacks else 'done'})"
        )
    if milestone.needs is not None:
        asked = names.criterion_in_short(milestone.needs)
        wanted.append(f"needs{colon} {asked}{'' if 'needs' in lacks else ' (done)'}")
    said = ", ".join(wanted)
    if milestone.label and not names.labelled:  # with labels, the name of the date says it already
        return f"{milestone.label}: {said}" if said else milestone.label
    before = None if timer.before is None else subject.ask(timer.before)
    return said or f"{before} before {names.known(milestone.of or countdown.end)}"


def _title(names: Names, track: str, path: str) -> str:
    """Return a place by its own label, which no other place of the track has; without labels by its whole path."""
    return names.of("stages", f"{track}.{path}") if names.labelled else path


def _who_gives(profile: Profile, name: str | None) -> str:
    return _roles(profile, [name]) if name is not None and name in profile.confirmations else ""


def _notice_given(subject: SubjectView) -> str:
    term = subject.term
    if term is None or term.notice_at is None:
        return ""
    return (
        f"notice was given on {local_day(term.notice_at, subject.view.zone)}{', too late' if term.notice_late else ''}"
    )


def _notice(countdown: CountdownTable, subject: SubjectView, names: Names) -> str:
    by = f" ({names.known(countdown.given_by)})" if countdown.given_by and not names.labelled else ""
    said = _notice_given(subject) or ("after it the term renews by itself" if subject.ask(countdown.rolls) else "")
    if names.labels is not None and names.labels.find("milestones", "notice"):  # that label says what it is
        return said or f"by: {names.known(countdown.given_by or 'notice')}"
    return f"last day to give notice{by}{'; ' if said else ''}{said}"


def _end(countdown: CountdownTable, subject: SubjectView, needing: str) -> str:
    end, view = subject.end, subject.view
    over = end is not None and end < local_day(view.now, view.zone)
    if not over and subject.ask(countdown.rolls):
        return "the term ends and renews by itself"
    said = _notice_given(subject)
    if not said:
        said = "agreed to be over" if subject.ask(countdown.at_end) == "cancel" else f"not renewed yet{needing}"
    return f"the term {'ended' if over else 'ends'}; {said}"


def _grace(subject: SubjectView, needing: str) -> str:
    return f"last day of grace; {_notice_given(subject) or f'not renewed yet{needing}'}"


def _of_cadence(subject: SubjectView, table: CadenceTable, back: int, names: Names) -> Expected:
    """Return what the next date of a cadence asks for, or with ``back`` 1 the last one that fell due."""
    cadence, zone = table.cadence, subject.view.zone
    anchor, count, since = subject.cadence(table.ident)
    number = count + 1 - back
    if back:  # what is kept is when it fell due last, and that date looks back to the one before it
        since = first_instant(cadence.every.add(anchor, number - 1), zone)
        if number == 1:
            since = max(since, subject.opened_at)  # what was done earlier on the day of the opening does not count
    given = subject.given_at(cadence.done_by)
    done = given is not None and given >= since
    how = f"done on {local_day(given, zone)}" if given is not None and done else f"not since {local_day(since, zone)}"
    what = f"{f'{cadence.label}: ' if cadence.label else ''}{cadence.done_by}, {how}"
    if names.labelled:  # the name of the date is its label already
        what = how if done else f"not done since {local_day(since, zone)}"
    return Expected(what, cadence.role or _who_gives(subject.view.machine.profile, cadence.done_by), done, str(number))


def _of_later(subject: SubjectView, table: CadenceTable, ahead: int, names: Names) -> Expected:
    """Return what a date of a cadence asks for that comes after its next one: nothing done by now counts for it."""
    cadence = table.cadence
    anchor, count, _ = subject.cadence(table.ident)
    number = count + 1 + ahead
    how = f"from {table.day(anchor, number - 1)} on"
    what = f"{f'{cadence.label}: ' if cadence.label else ''}{cadence.done_by}, {how}"
    if names.labelled:  # the name of the date is its label already
        what = f"to be done {how}"
    role = cadence.role or _who_gives(subject.view.machine.profile, cadence.done_by)
    return Expected(what, role, done=False, occasion=str(number))


def _of_stuck(view: View, position: Position, names: Names) -> Expected:
    """Return what a stay that takes too long asks for; the giver of the innermost exit with a handoff sees to it."""
    leaf, entered = position.leaf, local_day(position.entered[0], view.zone)
    moves = [move for path in reversed(leaf.chain) for move in view.machine.stages[leaf.region.track, path].moves]
    giver = next((move.handoff.giver for move in moves if move.declared == "exit" and move.handoff is not None), "")
    how = f"since {entered}, longer than" if position.stuck else "if it is still there after"
    place = _title(names, leaf.region.track, leaf.chain[0])
    return Expected(f"stuck in {place}, {how} {leaf.stuck_after}", giver, occasion=entered.isoformat())
