"""What would happen if nothing else did: the real engine's own records, and what stops counting on the way."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from itertools import takewhile
from typing import Any, NamedTuple

from journeykit.answers.display_names import Names
from journeykit.answers.explain_text import value_text
from journeykit.answers.pace import behind_at
from journeykit.answers.sentences import Happening, in_words
from journeykit.dates import Period, first_instant, local_day, shift
from journeykit.engine.inputs import Input, instant_of
from journeykit.engine.step import step
from journeykit.errors import InputError
from journeykit.language.expressions.tree import ACCOUNT
from journeykit.machine.machine import Machine
from journeykit.machine.snapshot import Snapshot, Subject
from journeykit.naming.labels import Labels

__all__ = ["Until", "forecast", "until_of"]

Until = datetime | date | Period | str


def forecast(machine: Machine, snapshot: Snapshot, until: Until, labels: Labels | None = None) -> tuple[Happening, ...]:
    """What would happen up to an instant if no input came before it, in order. The snapshot stays as it is.

    Its happenings that are records are exactly those which a tick to that instant makes. Between them stand those that
    make no record: facts, signals and words that stop counting, and stages that take longer than is typical.

    Args:
        machine: the account's machine.
        state: where the account stands.
        until: an aware datetime, a date (its first instant in the account's zone), a period from the present, or one
            of these as text.
        labels: what things go by in words; by their names, if not given.

    Raises:
        InputError: ``until`` is none of these, or past.
    """
    end = until_of(snapshot, until)
    names = Names(machine.profile, labels)
    found: list[Happening] = []
    while True:
        ahead = [lapse for lapse in _lapses(machine, snapshot, names) if snapshot.now < lapse.at <= end]
        at = _next_stop(snapshot, ahead, end)
        outcome = step(machine, snapshot, Input("tick", snapshot.account, at))
        still = {lapse[:5] for lapse in _lapses(machine, outcome.snapshot, names)}
        lapsed = [lapse.told(snapshot) for lapse in ahead if lapse.at == at and lapse[:5] in still]
        told = [in_words(machine, snapshot, record, ahead=True, labels=labels) for record in outcome.records]
        found += _in_order(told, lapsed, at)
        snapshot = outcome.snapshot
        if at == end:
            return tuple(found)


def _next_stop(snapshot: Snapshot, ahead: list[_Lapse], end: datetime) -> datetime:
    """Where to look next: at the next lapse, or where the engine next does something, which may set off another."""
    due = snapshot.due if snapshot.due is not None and snapshot.due > snapshot.now else end
    return min(end, due, *(lapse.at for lapse in ahead))


def _in_order(told: list[Happening], lapsed: list[Happening], at: datetime) -> list[Happening]:
    """A feed that goes down comes first, then what stops counting at that instant, then what that sets off."""
    first = list(takewhile(lambda one: one.at < at or one.kind == "feed", told))
    return [*first, *lapsed, *told[len(first) :]]


def until_of(snapshot: Snapshot, until: Until) -> datetime:
    """The instant that is meant.

    Raises:
        InputError: ``bad_shape``: it is neither instant, date nor period; ``time_runs_back``: it is past.
    """
    period = until if isinstance(until, Period) else _period(until)
    if period is not None:
        end = shift(snapshot.now, period, snapshot.zone)
    else:
        assert not isinstance(until, Period)
        try:
            moment = instant_of(until, "until")
        except InputError as fault:
            raise InputError(fault.code, f'{fault.message}, or a period such as "30 days"') from None
        end = moment if isinstance(moment, datetime) else first_instant(moment, snapshot.zone)
    if end < snapshot.now:
        raise InputError(
            "time_runs_back",
            f"until: {end.isoformat()} is before the journey's present, {snapshot.now.isoformat()}; "
            "it is known already",
        )
    return end


def _period(text: object) -> Period | None:
    if not isinstance(text, str) or (text[:4].isdecimal() and text[4:5] == "-"):
        return None
    try:
        return Period.parse(text)
    except ValueError as fault:
        raise InputError(
            "bad_shape", f'until: expected an instant, a date, or a period such as "30 days": {fault}'
        ) from None


class _Lapse(NamedTuple):
    """Something that stops counting, or a stage that takes too long, from an instant on."""

    at: datetime
    subject: str
    track: str | None
    kind: str
    name: str
    what: str

    def told(self, snapshot: Snapshot) -> Happening:
        day = local_day(self.at, snapshot.zone)
        return Happening(self.at, day, snapshot.account, self.subject, self.track, self.kind, self.name, self.what)


def _lapses(machine: Machine, snapshot: Snapshot, names: Names) -> Iterator[_Lapse]:
    """Everything that stops counting by time alone, by row, whether that lies ahead or behind."""
    feeds = {feed.name: _down(machine, snapshot, feed.name) for feed in machine.feeds}
    for subject in snapshot.subjects.values():
        yield from _facts(machine, snapshot, subject, feeds, names)
        yield from _signals(machine, snapshot, subject, feeds, names)
        for name, (given, _, _) in subject.confirmations.items():
            lasts = machine.profile.confirmations[name].lasts
            if lasts is not None:
                what = f"the word {names.known(name)} of {local_day(given, snapshot.zone)} lasts no longer"
                yield _Lapse(shift(given, lasts, snapshot.zone), subject.key, None, "lapsed", name, what)
        for position in [] if subject.config.ended else subject.positions:
            at = behind_at(machine, snapshot, position)
            if at is not None and not position.stuck:
                leaf = position.leaf
                typical = machine.stages[leaf.region.track, leaf.chain[0]].typical
                place = names.place(leaf.region.track, leaf.chain[0])
                what = f"falls behind in {place}: longer there than the typical {typical}"
                yield _Lapse(at, subject.key, leaf.region.track, "behind", leaf.chain[0], what)


def _down(machine: Machine, snapshot: Snapshot, feed: str) -> datetime | None:
    known = snapshot.subjects[ACCOUNT].feeds.get(feed)
    return None if known is None else shift(known[1], machine.profile.feeds[feed].down_after, snapshot.zone)


def _facts(
    machine: Machine, snapshot: Snapshot, subject: Subject, feeds: dict[str, Any], names: Names
) -> Iterator[_Lapse]:
    for name, (value, _, seen, _) in subject.facts.items():
        rule = machine.profile.facts[name]
        stale = None if rule.stale_after is None else shift(seen, rule.stale_after, snapshot.zone)
        down = feeds[rule.feed] if rule.feed is not None else None
        if rule.feed is not None and down is None:
            continue  # it was never known
        first = min((at for at in (stale, down) if at is not None), default=None)
        if first is not None:
            why = "is stale" if first == stale else f"feed {names.of('feeds', rule.feed or '')} is down"
            was = f"{names.choice(name, value) or value_text(value, rule.type)} on {local_day(seen, snapshot.zone)}"
            yield _Lapse(
                first, subject.key, None, "unknown", name, f"{names.known(name)} turns unknown ({why}); it was {was}"
            )


def _signals(
    machine: Machine, snapshot: Snapshot, subject: Subject, feeds: dict[str, Any], names: Names
) -> Iterator[_Lapse]:
    for name, rule in machine.profile.signals.items():
        if rule.kind != subject.kind:
            continue
        down = feeds[rule.feed] if rule.feed is not None else None
        if down is not None:
            what = (
                f"whether {names.known(name)} happens turns unknown (feed {names.of('feeds', rule.feed or '')} is down)"
            )
            yield _Lapse(down, subject.key, None, "unknown", name, what)
        heard = subject.signals.get(name)
        if heard is not None and heard[1] and rule.lasts is not None:
            at = shift(heard[0], rule.lasts, snapshot.zone)
            if down is None or at < down:
                what = f"{names.known(name)} of {local_day(heard[0], snapshot.zone)} lasts no longer"
                yield _Lapse(at, subject.key, None, "lapsed", name, what)
