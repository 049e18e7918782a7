"""Display names for texts that people read: profile names, or labels in a language."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from journeykit.engine.records import Record
from journeykit.language.model.profile import Criterion
from journeykit.naming.captions import Captions

__all__ = ["Names", "either"]

_WORD = re.compile(r"\bconfirmed\((\w+)\)")
_DATES = {
    "notice": "notice deadline",
    "end": "end of the term",
    "grace_over": "end of grace",
    "stuck": "stuck",
    "end_unknown": "end not known",
    "after_end": "said to run after its end",
}
"""Display names of the dates that are there without being named in a profile, where they have no label."""
_SORTS = {"action": "actions", "feed": "feeds", "ready": "moves", "not_ready": "moves", "waived": "criteria"}
"""The sort of label for the name of a record, by the record's kind; all others name facts, confirmations or signals."""


@dataclass(frozen=True, slots=True)
class Names(Captions):
    """The display names of one profile's things: labels, or the profile's own names where ``labels`` is None."""

    @property
    def labelled(self) -> bool:
        """True if display names are labels."""
        return self.labels is not None

    @property
    def english(self) -> bool:
        """True if display names are profile names or English labels."""
        return self.labels is None or self.labels.language.partition("-")[0] == "en"

    def date(self, name: str, else_said: str = "") -> str:
        """Return the display name of something that falls due.

        Args:
            name: a milestone, a cadence, a feed, or one of the dates that every countdown has.
            else_said: the text to return where nobody gave the name a label.
        """
        if self.labels is None:
            return else_said or name
        found = (self.labels.find(sort, name) for sort in ("milestones", "cadences", "feeds"))
        return next(filter(None, found), None) or else_said or _DATES.get(name) or name.replace("_", " ")

    def roles(self, text: str) -> str:
        """Return the display names of roles in a text such as ``customer or sales``, put together in the same way."""
        return " or ".join(self.of("roles", role) for role in text.split(" or ")) if text else ""

    def given(self, confirmations: Iterable[str]) -> str:
        """Return the end of a phrase that says which confirmations are asked for, of which one is enough.

        It follows a verb such as ``needs``: a colon and labels, or a blank, names and ``given``.
        """
        said = either(map(self.known, confirmations))
        return f": {said}" if self.labelled else f" {said} given"

    def criterion_in_short(self, criterion: Criterion) -> str:
        """Return a criterion in one line, without its ``held`` and ``waivable_by``."""
        if self.labels is not None and (label := self.labels.find("criteria", criterion.id)):
            return label
        if criterion.group == "is":
            return _WORD.sub(lambda found: f"{self.known(found[1])} given", criterion.text)
        members = ", ".join(map(self.criterion_in_short, criterion.members))
        return f"{criterion.needed if criterion.group == 'at_least' else criterion.group} of ({members})"

    def point(self, criterion: Criterion) -> str | None:
        """Return what a point of an explanation is called.

        With labels it is the criterion's label and the figures that it compares with. Without them it is the ``label:``
        in the profile, None where that has none.
        """
        if self.labels is None:
            return criterion.label
        if criterion.group == "is":
            # An explanation says how long it must hold and who may waive it in notes of their own.
            return self.criterion(replace(criterion, held=None, waivable_by=None))
        if criterion.group == "all" and criterion.name == "success":
            return self.labels.find("criteria", criterion.id) or "all of its success"
        return self.labels.find("criteria", criterion.id) or criterion.name.replace("_", " ")

    def moved(self, move: str) -> str:
        """Return the label of a move with a blank behind it; empty where nobody gave it one."""
        label = self.labels.find("moves", move) if self.labels is not None else None
        return f"{label} " if label else ""

    def headed(self, record: Record) -> str:
        """Return the label of a record's kind and a colon, to stand before the record's sentence; empty in English.

        Sentences are always English: the label tells readers of another language what happened.
        """
        label = None if self.labels is None or self.english else self.labels.find("records", record.kind)
        return f"{label}: " if label else ""

    def doer(self, name: str) -> str:
        """Return the display name of the reaction or move that named an action."""
        if self.labels is None:
            return name
        return self.labels.find("reactions" if name in self.profile.reactions else "moves", name) or name

    def set_back(self, record: Record) -> str:
        """Return the phrase that says what a move or placing set back in other branches; empty where it did not."""
        track = (record.track or "").partition(".")[0]
        left = [self.place(track, path) for path in record.data.get("reset", {}).values()]
        return f", setting back what stood at {' and '.join(left)}" if left else ""

    def choice(self, fact: str, value: object) -> str | None:
        """Return the label of a value of a choice, or of a level of a band, in lower case; None where it has none."""
        if self.labels is None or not isinstance(value, str):
            return None
        label = self.labels.find("choices", f"{fact}.{value}") or self.labels.find("levels", f"{fact}.{value}")
        return None if label is None else label.lower()

    def subject_of(self, record: Record) -> str:
        """Return the display name of what a record is about."""
        name = record.name
        if self.labels is None or record.kind in ("term", "closed", "opened"):
            return name
        if record.kind == "stuck":
            return self.of("stages", f"{record.track}.{name}")
        if record.kind in ("milestone", "slipped", "cadence"):
            return self.date(name)
        sort = "criteria" if record.kind == "retracted" and "." in name else _SORTS.get(record.kind)
        return (self.labels.find(sort, name) or name) if sort else self.known(name)


def either(names: Iterable[str]) -> str:
    """Join names of which one is enough, as in ``a, b or c``; there must be at least one."""
    *first, last = names
    return f"{', '.join(first)} or {last}" if first else last
