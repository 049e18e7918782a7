"""Refusals that many kinds of inputs share: an unknown name, the wrong role, the wrong kind of subject."""

from __future__ import annotations

from collections.abc import Iterable

from journeykit.engine.inputs import Input, checked
from journeykit.engine.macrostep import Macrostep
from journeykit.errors import InputError
from journeykit.language.expressions.tree import ACCOUNT
from journeykit.machine.entries import GivenConfirmation, Waiver
from journeykit.plain import near

__all__ = ["free_text", "given_by", "not_known", "of_kind", "role_of", "unknown"]


_SHOWN = 8
"""The number of known names that a refusal lists at most; more would bury what it says."""


def unknown(what: str, name: object, known: Iterable[str]) -> InputError:
    """Return the refusal of a name that the profile does not have."""
    return InputError("unknown_name", not_known(what, name, known))


def not_known(what: str, name: object, known: Iterable[str]) -> str:
    """Return the message that a name is not in the profile, with the name that was probably meant, or those known."""
    names = list(known)
    close_to = near(name, names, 0.75)
    if close_to:
        hint = f'did you mean "{close_to[0]}"?'
    else:
        more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
        hint = f"known: {', '.join(names[:_SHOWN]) or 'none'}{more}"
    return f"{what}: {name!r} is not in this profile; {hint}"


def free_text(entry: Input, key: str) -> str | None:
    """Return what an input says in free words under a key; refuse, of one made by hand, what cannot be stored."""
    said = entry.data.get(key)
    if said is not None and not said.isprintable():
        checked(entry)
    return said


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
