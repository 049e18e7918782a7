"""The subject that is meant by a key or a bare id: one way to find it, and one refusal, for all who are given one."""

from __future__ import annotations

from collections.abc import Iterable

from journeykit.errors import InputError
from journeykit.foreign_values import found as shown
from journeykit.language.expressions.tree import ACCOUNT
from journeykit.plain import near

__all__ = ["did_you_mean", "known_ones", "not_open", "own_id", "subject_meant"]

_SHOWN = 8
"""The number of names that a refusal lists at most; more would bury what it says."""


def own_id(key: str) -> str:
    """Return a subject's own id, which its key has behind its kind; the account's is ``account``."""
    return key.partition(":")[2] or key


def subject_meant(keys: Iterable[str], asked: str | None, kind: str | None = None, said_as: str = "subject") -> str:
    """Return the key of the subject that is meant.

    Args:
        keys: the keys of the open subjects among which it is.
        asked: its key (``contract:C-1``) or its bare id (``C-1``); None where only one can be meant.
        kind: the kind of all these subjects, where they are of one.
        said_as: the key of the input, or the name of the argument, that names it.

    Raises:
        InputError: ``unknown_subject``: there is none, or there are several; the message lists what there is.
    """
    known = list(keys)
    if asked is not None and not isinstance(asked, str):
        raise InputError("bad_shape", f"{said_as}: expected a key or id as text, found {shown(asked)}")
    if asked is not None and asked in known:
        return asked
    found = known if asked is None else [key for key in known if own_id(key) == asked]
    if len(found) == 1:
        return found[0]
    if not found:
        raise not_open(asked, known, kind, said_as=said_as)
    said = f"{asked!r} is the id of several; write the whole key of one"
    if asked is None:
        said = f"say which {kind or 'subject'} is meant; open ones"
    raise InputError("unknown_subject", f"{said_as}: {said}: {known_ones(found)}")


def not_open(
    asked: str | None, keys: Iterable[str], kind: str | None = None, note: str = "", said_as: str = "subject"
) -> InputError:
    """Return the refusal of a subject that is not open, with the one that was probably meant and those that are.

    Args:
        asked: what was asked for; None for any.
        keys: the keys of the open subjects among which it was looked for.
        kind: the kind of all these subjects, where they are of one.
        note: what else there is to say of it.
        said_as: the key of the input, or the name of the argument, that names it.
    """
    known = list(keys)
    what = kind or "subject"
    if asked is None:
        return InputError("unknown_subject", f"{said_as}: no {what} is open")
    whole = {own_id(key): key for key in known} | {key: key for key in known}
    meant = [whole[name] for name in near(asked, whole)]
    hint = did_you_mean(meant[0] if meant else asked, known)
    said = {None: "is not open", ACCOUNT: "is not the account itself"}.get(kind, f"is no open {kind}")
    return InputError("unknown_subject", f"{said_as}: {asked!r} {said}{note}; {hint}open ones: {known_ones(known)}")


def did_you_mean(asked: str, names: Iterable[str]) -> str:
    """Return a question, with a blank behind it, whether the nearest of some names was meant; empty if none is near."""
    folded = {name.casefold(): name for name in names}
    close = near(asked.casefold(), folded)
    return f'did you mean "{folded[close[0]]}"? ' if close else ""


def known_ones(names: Iterable[str]) -> str:
    """Return the first few names as text, and how many more there are."""
    listed = list(names)
    more = f" and {len(listed) - _SHOWN} more" if len(listed) > _SHOWN else ""
    return f"{', '.join(listed[:_SHOWN]) or 'none'}{more}"
