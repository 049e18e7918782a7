"""Taking inputs in: each is checked whole before anything is written, then written (rules R1, R7, R12 and R13)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from typing import Any

from journeykit.dates import zone
from journeykit.engine.due_dates import anchor_of
from journeykit.engine.evidence import give_fact, give_word, hear_feed, hear_signal, take_word_back
from journeykit.engine.inputs import EVERY_ACCOUNT, Input, fit_for_an_id
from journeykit.engine.macrostep import Work
from journeykit.engine.terms import begin_term
from journeykit.engine.transition import close, open_subject, relocate, start_tracks
from journeykit.errors import InputError
from journeykit.language.expressions.tree import ACCOUNT
from journeykit.machine.closures import Standing
from journeykit.machine.snapshot import Row
from journeykit.machine.tables import Leaf, Route
from journeykit.statechart.chart import inside

__all__ = ["TAKERS", "begin_subjects"]


_SHOWN = 8
"""How many known names a refusal lists; more would bury what it says."""


def _unknown(what: str, name: object, known: Iterable[str]) -> InputError:
    names = list(known)
    close_to = get_close_matches(str(name), names, 1, 0.75)
    if close_to:
        hint = f'did you mean "{close_to[0]}"?'
    else:
        more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
        hint = f"known: {', '.join(names[:_SHOWN]) or 'none'}{more}"
    return InputError("unknown_name", f"{what}: {name!r} is not in this profile; {hint}")


def _role(work: Work, entry: Input) -> str:
    by = entry.data["by"]
    if by not in work.machine.profile.roles:
        raise _unknown("by", by, work.machine.profile.roles)
    return str(by)


def _of_kind(work: Work, what: str, name: str, kind: str, given: str) -> None:
    """Refuse a name given for a subject of another kind, or for none."""
    if given == kind:
        return
    opened = ", ".join(key for key, other in work.state.rows.items() if other.kind == kind) or "none"
    whose = "the account" if kind == ACCOUNT else f"a {kind}"
    raise InputError(
        "wrong_subject", f"{what} {name!r} belongs to {whose}, not to a subject of kind {given!r}; open: {opened}"
    )


def _facts(work: Work, raw: Mapping[str, Any], kind: str) -> list[tuple[str, Any]]:
    """The facts of an input as values, all checked before any is written."""
    machine = work.machine
    checks = machine.checks_of[kind]
    try:
        found = [(name, checks[name](value)) for name, value in raw.items()]
    except (KeyError, ValueError, OverflowError):
        found = []
    if len(found) != len(raw):
        raise _bad_fact(work, raw, kind)
    if len(found) > 1 and machine.countdown is not None:
        # an input says everything at once: what the dates are counted by comes before the end, the end before what
        # follows it, and all of these before notice
        countdown = machine.countdown
        last = {countdown.end: 1, countdown.ending_fact: 2, countdown.given_by: 3}
        found.sort(key=lambda fact: last.get(fact[0], 0))
    return found


def _bad_fact(work: Work, raw: Mapping[str, Any], kind: str) -> InputError:
    """The refusal that names the first fact that is wrong, and what it may be."""
    rules = work.machine.profile.facts
    for name, value in raw.items():
        if name not in rules:
            return _unknown("facts", name, [known for known, rule in rules.items() if rule.kind == kind])
        try:
            _of_kind(work, "fact", name, rules[name].kind, kind)
            work.machine.checks[name](value)
        except InputError as refusal:
            return refusal
        except OverflowError as fault:
            return InputError("out_of_range", f"fact {name!r}: {fault}")
        except ValueError as fault:
            return InputError("wrong_type", f"fact {name!r}: {fault}")
    raise AssertionError(f"no fact of {raw!r} is wrong")


def _observe(work: Work, entry: Input) -> None:
    state = work.state
    row = state.rows.get(entry.subject) or work.row(entry.subject)
    facts = _facts(work, entry.data["facts"], row.kind)
    if work.machine.carried:
        _hear(work, entry.data["facts"])
    row = state.writable(row)
    for name, value in facts:
        give_fact(work, row, name, value)


def _hear(work: Work, names: Iterable[str]) -> None:
    """The feeds that carry these names are alive."""
    carried = work.machine.carried
    heard = {carried[name] for name in names if name in carried}
    for feed in work.machine.feeds if heard else ():
        if feed.name in heard:
            hear_feed(work, feed.name)


def _open(work: Work, entry: Input) -> None:
    state = work.state
    kind, _, ident = entry.subject.partition(":")
    kinds = work.machine.profile.kinds
    if not fit_for_an_id(entry.subject):
        raise InputError(
            "bad_shape", f"subject: {entry.subject!r} has characters that cannot be printed, or is too long"
        )
    if kind not in kinds or kind == ACCOUNT or not ident:
        raise _unknown("subject", entry.subject, [f"{name}:..." for name in kinds if name != ACCOUNT])
    if entry.subject in state.rows or entry.subject in state.closed:
        raise InputError("subject_taken", f"subject: {entry.subject!r} was opened before; ids are not used twice")
    facts = _facts(work, entry.data.get("facts", {}), kind)
    renewals = entry.data.get("renewals", 0)
    term_kind = work.machine.profile.term_kind
    if "renewals" in entry.data and (term_kind is None or kind != term_kind.name):
        raise InputError("wrong_subject", f"renewals: {entry.subject!r} has no terms; only a contract's are counted")
    _hear(work, entry.data.get("facts", {}))
    row = open_subject(work, entry.subject, None, renewals)
    assert row is not None
    for name, value in facts:
        give_fact(work, row, name, value)
    start_tracks(work, row)


def _close(work: Work, entry: Input) -> None:
    row = work.row(entry.subject)
    if row.kind == ACCOUNT:
        raise InputError("wrong_subject", "subject: the account itself cannot be closed")
    into = entry.data.get("into")
    if into is not None and (work.row(into).kind != row.kind or into == row.key):
        raise InputError("wrong_subject", f"into: {row.key!r} goes on in another {row.kind}, not in {into!r}")
    close(work, row, entry.data.get("reason"), into)


def _signal(work: Work, entry: Input) -> None:
    name = entry.data["signal"]
    signal = work.machine.profile.signals.get(name)
    if signal is None:
        raise _unknown("signal", name, work.machine.profile.signals)
    row = work.row(entry.subject)
    _of_kind(work, "signal", name, signal.kind, row.kind)
    for key, value in entry.data.get("carries", {}).items():
        if key not in signal.carries:
            raise _unknown(f"signal {name!r} carries", key, signal.carries)
        if not _fits(value, signal.carries[key]):
            raise InputError(
                "wrong_type", f"signal {name!r} carries {key}: expected {signal.carries[key]}, found {value!r}"
            )
    if signal.feed is not None:
        hear_feed(work, signal.feed)
    hear_signal(work, work.state.writable(row), name)


def _fits(value: object, type_name: str) -> bool:
    if type_name in ("number", "share", "money"):
        return isinstance(value, int | float) and not isinstance(value, bool)
    if type_name == "integer":
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, bool if type_name == "boolean" else str)


def _confirm(work: Work, entry: Input) -> None:
    profile = work.machine.profile
    name = entry.data["confirmation"]
    word = profile.confirmations.get(name)
    if word is None:
        raise _unknown("confirmation", name, profile.confirmations)
    by = _role(work, entry)
    if by not in word.by:
        raise InputError("wrong_role", f"by: {name!r} is for {' or '.join(word.by)} to say, not for {by}")
    row = work.row(entry.subject)
    _of_kind(work, "confirmation", name, word.kind, row.kind)
    give_word(work, work.state.writable(row), name, by, entry.data.get("evidence"))


def _retract(work: Work, entry: Input) -> None:
    profile = work.machine.profile
    by = _role(work, entry)
    name = entry.data.get("confirmation")
    if name is None:
        name = entry.data["criterion"]
        if name not in work.machine.waivable:
            raise _unknown("criterion", name, work.machine.waivable)
        row = work.row(entry.subject)
        _given_by(row.waived.get(name), name, by)
        row = work.state.writable(row)
        row.waived = {ident: waiver for ident, waiver in row.waived.items() if ident != name}
        work.record("retracted", row.key, None, name, data={"by": by})
        work.touch(f"~{name}", row)
        return
    if name not in profile.confirmations:
        raise _unknown("confirmation", name, profile.confirmations)
    row = work.row(entry.subject)
    _of_kind(work, "confirmation", name, profile.confirmations[name].kind, row.kind)
    _given_by(row.words.get(name), name, by)
    row = work.state.writable(row)
    work.record("retracted", row.key, None, name, data={"by": by})
    take_word_back(work, row, name)


def _given_by(said: Any, name: str, by: str) -> None:
    if said is None:
        raise InputError("not_given", f"{name!r} was not given, so it cannot be taken back")
    if said[1] != by:
        raise InputError("wrong_role", f"by: {name!r} was given by {said[1]}, who alone can take it back, not {by}")


def _handoff(work: Work, entry: Input) -> None:
    ident, what = entry.data["move"], entry.data["what"]
    move = work.machine.moves.get(ident)
    gates = {name: other for name, other in work.machine.moves.items() if other.handoff is not None}
    if move is None or move.handoff is None:
        refusal = _unknown("move", ident, gates)
        raise InputError("unknown_move", f"{refusal.message} (moves with a handoff)")
    by = _role(work, entry)
    expected = move.handoff.giver if what == "offered" else move.handoff.receiver
    if by != expected:
        raise InputError("wrong_role", f"by: a handoff of {ident!r} is {what} by {expected}, not by {by}")
    row = work.row(entry.subject)
    track = work.machine.profile.tracks[move.track]
    _of_kind(work, "move", ident, track.per, row.kind)
    stands = (s for s in row.places if s.leaf.region.track == move.track and inside(s.leaf.path, move.owner))
    if next(stands, None) is None:
        raise InputError("not_there", f"move: {row.key!r} does not stand in {move.track}.{move.owner}")
    row = work.state.writable(row)
    said = row.handoffs.get(ident)
    if what == "declined":
        row.handoffs = {name: kept for name, kept in row.handoffs.items() if name != ident}
    elif what == "accepted" or said is None or said[0] != "accepted":
        row.handoffs = {**row.handoffs, ident: (what, work.state.now, by)}
    work.look_again(row)


def _place(work: Work, entry: Input) -> None:
    profile = work.machine.profile
    track = profile.tracks.get(entry.data["track"])
    if track is None:
        raise InputError("unknown_place", _unknown("track", entry.data["track"], profile.tracks).message)
    target = entry.data["to"]
    paths = [stage.path for stage in track.walk()]
    if target not in paths:
        raise InputError("unknown_place", _unknown("to", target, paths).message)
    by = _role(work, entry)
    row = work.row(entry.subject)
    _of_kind(work, "track", track.name, track.per, row.kind)
    row = work.state.writable(row)
    standing, route = _route(work, row, track.name, target)
    source = standing.leaf.path
    data = {"by": by, "why": entry.data.get("why")}
    work.record("placed", row.key, standing.leaf.region.name, source, source, route.leaf.path, data=data)
    relocate(work, row, standing, route, placed=True)


def _route(work: Work, row: Row, track: str, target: str) -> tuple[Standing, Route]:
    """How to get from where a subject stands to any place of a track: in the innermost region that stands and holds
    it.
    """
    coordinator = work.machine.coordinator
    holding = [
        standing
        for standing in row.places
        if standing.leaf.region.track == track and inside(target, _root(standing.leaf))
    ]
    standing = holding[-1]
    leaf: Leaf = standing.leaf
    region = leaf.region
    plan = coordinator.plan(region.name, leaf.path, target)
    starts = tuple(work.machine.regions[start.region].leaves[start.leaf] for start in plan.starts)
    closes = frozenset(coordinator.closed_by(region.name, leaf.path))
    return standing, Route(region.leaves[plan.leaf], len(leaf.chain) - len(plan.exited), plan.exited, closes, starts)


def _root(leaf: Leaf) -> str:
    return leaf.chain[0] if leaf.parent else ""


def _waive(work: Work, entry: Input) -> None:
    ident = entry.data["criterion"]
    found = work.machine.waivable.get(ident)
    if found is None:
        refusal = _unknown("criterion", ident, work.machine.waivable)
        raise InputError("not_waivable", f"{refusal.message} (criteria that may be waived)")
    criterion, kind = found
    by = _role(work, entry)
    if by != criterion.waivable_by:
        raise InputError("wrong_role", f"by: {ident!r} may be waived by {criterion.waivable_by}, not by {by}")
    row = work.row(entry.subject)
    _of_kind(work, "criterion", ident, kind, row.kind)
    row = work.state.writable(row)
    why = entry.data.get("why")
    row.waived = {**row.waived, ident: (work.state.now, by, why)}
    work.record("waived", row.key, None, ident, data={"by": by, "why": why})
    work.touch(f"~{ident}", row)


def _term(work: Work, entry: Input) -> None:
    row = work.row(entry.subject)
    if row.term is None:
        raise InputError("wrong_subject", f"subject: {row.key!r} has no terms; only a contract's can begin")
    begin_term(work, work.state.writable(row))


def _feed(work: Work, entry: Input) -> None:
    """A heartbeat. One for all accounts concerns only those whose profile knows the feed."""
    name = entry.data["feed"]
    if name in work.machine.profile.feeds:
        hear_feed(work, name)
    elif entry.account != EVERY_ACCOUNT:
        raise _unknown("feed", name, work.machine.profile.feeds)


def _zone(work: Work, entry: Input) -> None:
    """The account counts its days in another zone: dates to come fall due there, what was stays as it was."""
    state, name = work.state, entry.data["timezone"]
    try:
        found = zone(name)
    except ValueError as fault:
        raise InputError("bad_shape", f"timezone: {fault}") from None
    for row in list(state.rows.values()):
        if row.config.kind.cadences:  # their anchors stay the days they were
            kept = {table.ident: anchor_of(state, row, table.ident) for table in row.config.kind.cadences}
            state.writable(row).beats = kept
    work.record("amended", ACCOUNT, None, "timezone", data={"from": state.frame.zone_name, "to": name})
    state.frame = state.frame._replace(zone_name=name, zone=found)
    for row in state.rows.values():
        work.look_again(row)
        work.redue.add(row.key)


def _tick(work: Work, entry: Input) -> None:
    """Nothing but time; that was attended to before."""


def begin_subjects(work: Work) -> None:
    """The account itself, and the subjects that every account starts with."""
    row = open_subject(work, ACCOUNT, None)
    assert row is not None
    work.state.account_row = row
    opened = [row]
    for kind in work.machine.profile.kinds.values():
        if kind.opens_with is not None:
            other = open_subject(work, f"{kind.name}:{kind.opens_with}", None)
            assert other is not None
            opened.append(other)
    for each in opened:
        start_tracks(work, each)


def _begin(work: Work, entry: Input) -> None:  # noqa: ARG001 -- every taker takes both
    raise InputError("already_begun", f"account {entry.account!r} has begun before; a journey begins once")


TAKERS: dict[str, Callable[[Work, Input], None]] = {
    "begin": _begin,
    "open": _open,
    "close": _close,
    "observe": _observe,
    "signal": _signal,
    "confirm": _confirm,
    "retract": _retract,
    "handoff": _handoff,
    "place": _place,
    "waive": _waive,
    "term": _term,
    "feed": _feed,
    "zone": _zone,
    "tick": _tick,
}
