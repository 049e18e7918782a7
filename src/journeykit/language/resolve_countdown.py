"""The countdown of a track of contracts: its milestones, its notice, and how a term renews."""

from __future__ import annotations

from journeykit.dates import Period
from journeykit.language.context import Context, one_source
from journeykit.language.nodes import Path
from journeykit.language.profile import Countdown, Milestone, Move, Value
from journeykit.language.resolve_criteria import criterion
from journeykit.language.resolve_moves import place
from journeykit.language.resolve_names import given
from journeykit.language.spec import CountdownSpec, MilestoneSpec, NoticeSpec, RenewsSpec
from journeykit.language.values import value

__all__ = ["dates_of", "resolve_countdown"]

_OWN_DATES = ("notice", "end", "grace_over")


def dates_of(spec: CountdownSpec) -> tuple[str, ...]:
    """What ``reached`` may ask for."""
    notice = ("notice",) if spec.notice is not None and spec.notice.before is not None else ()
    grace = ("grace_over",) if spec.grace is not None else ()
    return (*spec.milestones, *notice, "end", *grace)


def resolve_countdown(
    context: Context, spec: CountdownSpec, path: Path, track: str, moves: tuple[Move, ...]
) -> Countdown | None:
    """One countdown, or None with a fault where its track has no terms."""
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
    automatically, length = _renews(context, spec.renews, (*path, "renews"), track, moves)
    grace = value(context, spec.grace, (*path, "grace"), kind, "duration")
    return Countdown(term[1], found, context.key_at(path), notice, given_by, automatically, length, grace)


def _notice(context: Context, spec: NoticeSpec | None, path: Path, kind: str) -> tuple[Value | None, str | None]:
    if spec is None:
        return None, None
    if spec.given_by is not None:
        given(context, spec.given_by, kind, (*path, "given_by"))
    return value(context, spec.before, (*path, "before"), kind, "duration"), spec.given_by


def _renews(
    context: Context, spec: RenewsSpec | None, path: Path, track: str, moves: tuple[Move, ...]
) -> tuple[Value | None, Value | None]:
    if spec is None:
        return None, None
    kind = context.track_kinds[track]
    automatically = value(context, spec.automatically, (*path, "automatically"), kind, "boolean")
    if automatically is not None and (automatically.default or automatically.fact):
        stages = context.places[track].values()
        count = sum(one.kind == "renew" for stage in stages for one in (*stage.moves.values(), stage.exit) if one)
        count += sum(one.kind == "renew" for one in moves)
        if count != 1 and not context.dropped:
            message = f"an automatic renewal takes the track's one move of kind renew, and it has {count or 'none'}"
            context.fault_at_key("JK112", (*path, "automatically"), message, "write one move with kind: renew")
    length = value(context, spec.term, (*path, "term"), kind, "duration")
    if length is not None and isinstance(length.default, Period) and length.default.span()[0] <= 0:
        message = f"a term lasts, expected a period longer than nothing, found {length.default}"
        context.fault("JK111", (*path, "term"), message, "write term: 1 year")
    return automatically, length


def _milestone(context: Context, spec: MilestoneSpec, path: Path, track: str, kind: str) -> Milestone | None:
    name = path[-1]
    if name in _OWN_DATES:
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
    if before is None:
        return None
    done = tuple(one for one in work if one is not None)
    return Milestone(name, before, context.key_at(path), done, needs, spec.label, one_source(spec.source))
