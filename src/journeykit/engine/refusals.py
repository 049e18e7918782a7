"""Refusals that many kinds of inputs share: an unknown name, the wrong role, the wrong kind of subject, the future."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, tzinfo
from difflib import get_close_matches

from journeykit.dates import Period, shift
from journeykit.engine.inputs import Input
from journeykit.engine.macrostep import Macrostep
from journeykit.errors import InputError
from journeykit.language.expressions.tree import ACCOUNT
from journeykit.machine.entries import GivenConfirmation, Waiver

__all__ = [
    "SURELY_NEAR",
    "check_not_after",
    "given_by",
    "not_known",
    "of_kind",
    "refuse_far",
    "refuse_later",
    "role_of",
    "too_far",
    "unknown",
]

SURELY_NEAR = 9
"""An instant whose year in UTC is fewer years after the present's is not too far for any input: that is fast to ask."""
_YEARS, _YEARS_OF_TIME = 10, 100
_REACH, _REACH_OF_TIME = Period(_YEARS * 12, 0), Period(_YEARS_OF_TIME * 12, 0)
"""How far an input may lie after the journey's present, and how far time alone may pass at once (rule R15)."""

_SHOWN = 8
"""The number of known names that a refusal lists at most; more would bury what it says."""


def unknown(what: str, name: object, known: Iterable[str]) -> InputError:
    """Return the refusal of a name that the profile does not have."""
    return InputError("unknown_name", not_known(what, name, known))


def not_known(what: str, name: object, known: Iterable[str]) -> str:
    """Return the message that a name is not in the profile, with the name that was probably meant, or those known."""
    names = list(known)
    close_to = get_close_matches(str(name), names, 1, 0.75)
    if close_to:
        hint = f'did you mean "{close_to[0]}"?'
    else:
        more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
        hint = f"known: {', '.join(names[:_SHOWN]) or 'none'}{more}"
    return f"{what}: {name!r} is not in this profile; {hint}"


def role_of(macro: Macrostep, entry: Input) -> str:
    """Return the role that speaks in an input (``by``); refuse one that the profile does not have."""
    by = entry.data["by"]
    if by not in macro.machine.profile.roles:
        raise unknown("by", by, macro.machine.profile.roles)
    return str(by)


def of_kind(macro: Macrostep, what: str, name: str, kind: str, given: str) -> None:
    """Refuse a name that belongs to subjects of one ``kind`` and was given for one of another (``given``)."""
    if given == kind:
        return
    opened = ", ".join(key for key, other in macro.snapshot.subjects.items() if other.kind == kind) or "none"
    whose = "the account" if kind == ACCOUNT else f"a {kind}"
    raise InputError(
        "wrong_subject", f"{what} {name!r} belongs to {whose}, not to a subject of kind {given!r}; open: {opened}"
    )


def given_by(said: GivenConfirmation | Waiver | None, name: str, by: str) -> None:
    """Refuse to take back what was not given, or what another role gave; ``said`` is what the subject keeps of it."""
    if said is None:
        raise InputError("not_given", f"{name!r} was not given, so it cannot be taken back")
    if said.by != by:
        raise InputError("wrong_role", f"by: {name!r} was given by {said.by}, who alone can take it back, not {by}")


def too_far(at: datetime, now: datetime, zone: tzinfo, time_alone: bool = False) -> bool:
    """Tell whether an instant lies too far after the present for an input, or for time that passes alone (R15)."""
    years, reach = (_YEARS_OF_TIME, _REACH_OF_TIME) if time_alone else (_YEARS, _REACH)
    return at.year - now.year >= years - 1 and at > shift(now, reach, zone)  # a zone can move it into the year before


def refuse_far(kind: str, at: datetime, now: datetime, zone: tzinfo, key: str = "at") -> None:
    """Refuse an input that lies too far after the journey's present: its year is mistyped (rule R15).

    Raises:
        InputError: ``in_the_future``.
    """
    alone = kind == "tick"
    if too_far(at, now, zone, alone):
        raise InputError(
            "in_the_future",
            f"{key}: {at.isoformat()} is more than {_YEARS_OF_TIME if alone else _YEARS} years after the journey's "
            f"present, {now.isoformat()}; send the right year"
            + ("" if alone else f", or if both are right, first a tick, which may pass {_YEARS_OF_TIME} years"),
        )


def check_not_after(not_after: object) -> None:
    """Refuse a limit that is no instant.

    Raises:
        InputError: ``naive_instant``.
    """
    if not_after is not None and (not isinstance(not_after, datetime) or not_after.tzinfo is None):
        raise InputError("naive_instant", f"not_after: {not_after} is no aware datetime; give one, with its time zone")


def refuse_later(at: datetime, not_after: datetime) -> None:
    """Refuse an input of an instant at which nothing can have happened yet.

    Raises:
        InputError: ``in_the_future``: it lies after ``not_after``. ``naive_instant``: that has no zone.
    """
    check_not_after(not_after)
    if at > not_after:
        raise InputError(
            "in_the_future",
            f"at: {at.isoformat()} is after {not_after.isoformat()}, the latest that is taken (not_after, or a day "
            "after the clock's present); send when it happened",
        )
