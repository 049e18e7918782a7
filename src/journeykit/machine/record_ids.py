"""The ids of records: made of content and cause, so that no late line, no order of a file and no version change them.

An id must be the same in every replay that lets the same thing happen, and differ from all others of the account. What
happened (the subject, the track, the kind, the name, the move or reaction behind it) is on the record. Its cause is, in
words: ``confirm crm-17``, ``milestone renewal.prepare``, ``observe``, ``time``. Where the words do not say which one,
an *occasion* does (rule R14):

- an input with an id: nothing, since the id is in the words;
- an input without one: a digest of its content, for there is nothing else to know it by;
- a date: the subject whose date it is, and the end, the day or the instant that it was counted from;
- time alone: the instant.

Two steps of one instant may still be the same by this, such as two equal observations. They are told apart by counting,
and only these: the snapshot keeps the causes without an id that were on the record at its present instant. So the count
hangs on nothing that happened at any other time. What one step does twice is counted as well.

Stepping makes no id. It keeps the occasion, which knows how to write itself once somebody asks for it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from hashlib import blake2b
from typing import Any, Protocol

from journeykit.plain import plain

__all__ = ["Occasion", "digest"]

_BYTES = 8


def digest(*parts: object) -> str:
    """Return 16 hexadecimal digits for some plain data: the BLAKE2b digest, of 8 bytes, of its canonical JSON text."""
    text = json.dumps(plain(parts), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=_BYTES).hexdigest()


class Said(Protocol):
    """An input, as far as its content goes."""

    @property
    def kind(self) -> str:
        """Its kind, such as ``observe``."""

    @property
    def subject(self) -> str:
        """The key of its subject."""

    @property
    def data(self) -> Mapping[str, Any]:
        """The keys of its kind."""


class Occasion:
    """The occasion of a step that no id names: an input without one, or time alone. ``str()`` writes it.

    Attributes:
        at: the instant of the step.
        before: the occasion before it at the same instant; None for the first.
        said: the input; None for time alone; or the text of its content, where it was read from a stored snapshot.
    """

    __slots__ = ("_content", "at", "before", "said")

    def __init__(self, at: datetime, before: Occasion | None, said: Said | str | None) -> None:
        self.at: datetime = at
        self.before: Occasion | None = before
        self.said: Said | str | None = said
        self._content: str | None = None

    @property
    def content(self) -> str:
        """The content by which it is known, without its number: the digest of an input, or an instant."""
        if self._content is None:
            self._content = self._written()
        return self._content

    def _written(self) -> str:
        said = self.said
        if said is None:
            return self.at.isoformat()
        if isinstance(said, str):
            return said
        return digest(said.kind, self.at.isoformat(), said.subject, dict(said.data))

    def of_this_instant(self) -> Iterator[Occasion]:
        """Yield it and those before it at its instant, the last first."""
        found: Occasion | None = self
        while found is not None:
            yield found
            found = found.before

    def __str__(self) -> str:
        number = sum(one.content == self.content for one in self.of_this_instant())
        return self.content if number == 1 else f"{self.content} ({number})"

    def __reduce__(self) -> tuple[type[str], tuple[str]]:
        """Pickle and copy it as its text: it would take the inputs along."""
        return str, (str(self),)

    def __repr__(self) -> str:
        return f"<Occasion {self}>"

    def __eq__(self, other: object) -> bool:
        return str(self) == str(other) if isinstance(other, Occasion | str) else NotImplemented

    def __hash__(self) -> int:
        return hash(str(self))
