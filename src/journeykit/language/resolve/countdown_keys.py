"""The countdown of a track of contracts: its milestones, its notice, and what follows the end of a term."""

from __future__ import annotations

from collections.abc import Iterator

from journeykit.dates import Period
from journeykit.language.model.profile import CLOSING_DATES, Countdown, Milestone, Move, Value
from journeykit.language.resolve.criterion_keys import criterion
from journeykit.language.resolve.declarations import given
from journeykit.language.resolve.move_keys import place
from journeykit.language.resolve.resolution import Resolution, one_source
from journeykit.language.resolve.values import check_fact, value
from journeykit.language.schema.models import (
    CountdownSpec,
    MilestoneSpec,
    NoticeSpec,
    RenewsSpec,
    StartedLateSpec,
    ValueSpec,
)
from journeykit.language.text.nodes import Path

__all__ = ["check_contract_facts", "dates_of", "resolve_countdown"]

_BY_ITSELF = frozenset({"automatically", "once", "evergreen"})


def dates_of(spec: CountdownSpec) -> tuple[str, ...]:
    """Return the names of the dates that ``reached`` may ask for, milestones first."""
    notice = ("notice",) if spec.notice is not None and spec.notice.before is not None else ()
    grace = ("grace_over",) if spec.grace is not None else ()
    return (*spec.milestones, *notice, "end", *grace)


def resolve_countdown(
    context: Resolution, spec: CountdownSpec, path: Path, track: str, moves: tuple[Move, ...]
) -> Countdown | None:
    """Resolve one countdown.

    Args:
        context: the profile; receives the faults.
        spec: what was written.
        path: its path in the text.
        track: the name of its track.
        moves: the track's own moves, among which the one that renews may be.

    Returns:
        The countdown, or None where the track is not for the kind of subject that has terms.
    """
    kind = context.track_kinds[track]
    term = context.kinds[kind].term
    if term is None:
        has = context.term_kind
        message = f"a countdown belongs to a track of a kind of subject with terms; {kind} has none"
        hint = f"write per: {has}" if has else "add term: [start, end] to a kind in subjects"
        context.fault_at_key("JK112", path, message, hint)
        return None
    others = [name for name, one in context.spec.tracks.items() if one.countdown and context.track_kinds[name] == kind]
    if others[0] != track:
        first = context.key_at(("tracks", others[0], "countdown"))
        context.fault_at_key("JK110", path, f"a term has one countdown; the track {others[0]} has it, at {first}")
    if spec.to is not None and spec.to != term[1]:
        message = f'a countdown runs to the end of the term, expected "{term[1]}"'
        context.fault("JK112", (*path, "to"), message, f"write to: {term[1]}")
    milestones = (
        _milestone(context, one, (*path, "milestones", name), track, kind) for name, one in spec.milestones.items()
    )
    found = tuple(one for one in milestones if one is not None)
    notice, given_by = _notice(context, spec.notice, (*path, "notice"), kind)
    automatically, at_end, length = _renews(context, spec.renews, (*path, "renews"), track, moves)
    grace = value(context, spec.grace, (*path, "grace"), kind, "duration")
    late = _started_late(context, spec.started_late, (*path, "started_late"), kind)
    at = context.key_at(path)
    return Countdown(term[1], found, at, notice, given_by, automatically, length, grace, at_end, late)


def _notice(context: Resolution, spec: NoticeSpec | None, path: Path, kind: str) -> tuple[Value | None, str | None]:
    if spec is None:
        return None, None
    if spec.given_by is not None:
        given(context, spec.given_by, kind, (*path, "given_by"))
    return value(context, spec.before, (*path, "before"), kind, "duration"), spec.given_by


def _started_late(context: Resolution, spec: StartedLateSpec | None, path: Path, kind: str) -> Value | None:
    if spec is None:
        return None
    if spec.inside is None and context.is_clean((*path, "inside")):
        message = "it says how close to the end a countdown counts as started late"
        context.fault_at_key("JK015", path, message, "write inside: 120 days")
    return value(context, spec.inside, (*path, "inside"), kind, "duration")


def _renews(
    context: Resolution, spec: RenewsSpec | None, path: Path, track: str, moves: tuple[Move, ...]
) -> tuple[Value | None, Value | None, Value | None]:
    """Return ``automatically``, ``at_end`` and ``term``; only one of the first two may be written."""
    if spec is None:
        return None, None, None
    kind = context.track_kinds[track]
    if spec.at_end is not None and spec.automatically is not None:
        message = "what follows the end is said once, expected at_end or automatically"
        context.fault_at_key("JK017", (*path, "automatically"), message, "delete one of the two")
    automatically = value(context, spec.automatically, (*path, "automatically"), kind, "boolean")
    at_end = value(context, spec.at_end, (*path, "at_end"), kind, "choice")
    for key, said in (("automatically", automatically), ("at_end", at_end)):
        if said is not None and _moves_by_itself(context, said):
            _check_renewing(context, (*path, key), track, moves)
    length = value(context, spec.term, (*path, "term"), kind, "duration")
    if length is not None and isinstance(length.default, Period) and length.default.span()[0] <= 0:
        message = f"a term lasts, expected a period longer than nothing, found {length.default}"
        context.fault("JK111", (*path, "term"), message, "write term: 1 year")
    return automatically, at_end, length


def _moves_by_itself(context: Resolution, said: Value) -> bool:
    """Tell whether, by this value or one that its fact may have, a term may renew by itself."""
    if isinstance(said.default, bool):
        return said.default or said.fact is not None
    rule = context.facts.get(said.fact or "")
    return not _BY_ITSELF.isdisjoint((said.default, *(rule.of if rule else ())))


def _check_renewing(context: Resolution, path: Path, track: str, moves: tuple[Move, ...]) -> None:
    stages = context.places[track].values()
    count = sum(one.kind == "renew" for stage in stages for one in (*stage.moves.values(), stage.exit) if one)
    count += sum(one.kind == "renew" for one in moves)
    if count != 1 and not context.dropped:  # A move that was left out may have been the one.
        message = f"an automatic renewal takes the track's one move of kind renew, and it has {count or 'none'}"
        context.fault_at_key("JK112", path, message, "write one move with kind: renew")


def _milestone(context: Resolution, spec: MilestoneSpec, path: Path, track: str, kind: str) -> Milestone | None:
    name = path[-1]
    if name in CLOSING_DATES:
        message = f'"{name}" cannot be the name of a milestone'
        context.fault_at_key("JK112", path, message, "a countdown has a date of that name itself")
    before = value(context, spec.before, (*path, "before"), kind, "duration")
    if spec.before is None and context.is_clean((*path, "before")):
        message = "a milestone needs its distance from the end of the term"
        context.fault_at_key("JK015", path, message, "write before: 90 days")
    work = [place(context, track, one, (*path, "work", str(index))) for index, one in enumerate(spec.work)]
    needs = None
    if spec.needs is not None:
        needs = criterion(context, spec.needs, (*path, "needs"), f"{track}.countdown.{name}.needs", kind)
    when = None
    if spec.when is not None:
        when = criterion(context, spec.when, (*path, "when"), f"{track}.countdown.{name}.when", kind)
    for_terms = _for_terms(context, spec.for_terms, (*path, "for_terms"), kind)
    if spec.again:
        _check_again(context, spec, path)
    if spec.of is not None:
        _counted_from(context, spec.of, (*path, "of"), kind)
    if spec.role is not None:
        context.role(spec.role, (*path, "role"))
    if before is None:
        return None
    done = tuple(one for one in work if one is not None)
    at = context.key_at(path)
    source = one_source(spec.source)
    named = (name, before, at, done, needs, spec.label, source, spec.of, spec.role)
    return Milestone(*named, when, for_terms, spec.again)


def _for_terms(context: Resolution, spec: ValueSpec | None, path: Path, kind: str) -> Value | None:
    least = value(context, spec, path, kind, "duration")
    if least is not None and least.fact is None and least.default.span()[0] <= 0:
        message = f"every term lasts, expected a period longer than nothing, found {least.default}"
        context.fault("JK111", path, message, "write for_terms: 60 days")
    return least


def _check_again(context: Resolution, spec: MilestoneSpec, path: Path) -> None:
    """Refuse beside ``again`` what belongs to the window (``work``, ``needs``), and a date that no end moves."""
    for key, written in (("work", bool(spec.work)), ("needs", spec.needs is not None)):
        if written:
            message = (
                f"again and {key} do not go together: a reminder comes with every end, work is done once in a window"
            )
            context.fault_at_key("JK017", (*path, key), message, f"delete one, or give {key} a milestone of its own")
    if spec.of is not None:
        message = "again is for what is counted from the end: it fires once for every end, and no end moves this date"
        context.fault_at_key("JK017", (*path, "of"), message, "delete one of the two")


def _counted_from(context: Resolution, name: str, path: Path, kind: str) -> None:
    """Check the date fact that ``of`` of a milestone names."""
    if name == (context.kinds[kind].term or ("", ""))[1]:
        message = f'"{name}" is the end of the term, from which a milestone is counted without of'
        context.fault_at_key("JK112", path, message, "delete this line")
    else:
        check_fact(context, name, path, kind, "date")


# What a contract says


def check_contract_facts(context: Resolution) -> None:
    """Refuse ``feed`` and ``stale_after`` for the dates of a term and for facts that a countdown counts by.

    They are what was agreed: a dead interface must not turn an automatic renewal off.
    """
    used: dict[str, str] = {}
    for kind in context.kinds.values():
        used |= dict.fromkeys(kind.term or (), f"subjects.{kind.name}.term")
    for track, spec in context.spec.tracks.items():
        for key, name in _counted_by(spec.countdown) if spec.countdown else ():
            used.setdefault(name, f"tracks.{track}.countdown.{key}")
    for name, user in used.items():
        path = context.declared.get(name, ())
        for key in ("feed", "stale_after") if path[:1] == ("facts",) else ():
            if getattr(context.spec.facts[path[1]][name], key) is not None:
                message = f"{user} counts by this fact, and what a contract says does not go stale"
                context.fault_at_key("JK112", (*path, key), message, "delete this line")


def _counted_by(spec: CountdownSpec) -> Iterator[tuple[str, str]]:
    """Yield each fact that a countdown counts by, as (key that names it, name)."""
    values: dict[str, ValueSpec | None] = {"grace": spec.grace}
    if spec.notice is not None:
        values["notice.before"] = spec.notice.before
    if spec.renews is not None:
        values |= {f"renews.{key}": getattr(spec.renews, key) for key in ("at_end", "automatically", "term")}
    if spec.started_late is not None:
        values["started_late.inside"] = spec.started_late.inside
    for name, milestone in spec.milestones.items():
        values[f"milestones.{name}.before"] = milestone.before
        values[f"milestones.{name}.for_terms"] = milestone.for_terms
        if milestone.of is not None:
            yield f"milestones.{name}.of", milestone.of
    yield from ((key, one.fact) for key, one in values.items() if one is not None and one.fact is not None)
