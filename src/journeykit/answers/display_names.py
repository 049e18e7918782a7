"""By which names things go in what people read: by those of the profile, or by labels."""

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
}
"""What falls due under a name that no profile gave."""
_SORTS = {"action": "actions", "feed": "feeds", "ready": "moves", "not_ready": "moves", "waived": "criteria"}
"""Of which sort the name of a record is, where it is no name of a fact, word or signal."""


@dataclass(frozen=True, slots=True)
class Names(Captions):
    """The names of one profile's things for what people read; without ``labels`` they are those of the profile."""

    @property
    def labelled(self) -> bool:
        """Whether things go by labels."""
        return self.labels is not None

    @property
    def english(self) -> bool:
        """Whether things go by names of the profile, or by English labels."""
        return self.labels is None or self.labels.language.partition("-")[0] == "en"

    def date(self, name: str, else_said: str = "") -> str:
        """What falls due: a milestone, a cadence, a feed, or one of the dates that every countdown has."""
        if self.labels is None:
            return else_said or name
        found = (self.labels.find(sort, name) for sort in ("milestones", "cadences", "feeds"))
        return next(filter(None, found), None) or else_said or _DATES.get(name) or name.replace("_", " ")

    def roles(self, text: str) -> str:
        """Roles, of which one is enough, as in ``customer or sales``."""
        return " or ".join(self.of("roles", role) for role in text.split(" or ")) if text else ""

    def given(self, confirmations: Iterable[str]) -> str:
        """What it takes, where one of these words is enough."""
        said = either(map(self.known, confirmations))
        return f": {said}" if self.labelled else f" {said} given"

    def criterion_in_short(self, criterion: Criterion) -> str:
        """A criterion in one line, without for how long it must hold and who may waive it."""
        if self.labels is not None and (label := self.labels.find("criteria", criterion.id)):
            return label
        if criterion.group == "is":
            return _WORD.sub(lambda found: f"{self.known(found[1])} given", criterion.text)
        members = ", ".join(map(self.criterion_in_short, criterion.members))
        return f"{criterion.needed if criterion.group == 'at_least' else criterion.group} of ({members})"

    def point(self, criterion: Criterion) -> str | None:
        """A criterion as a line of an explanation, with the figures that it compares with; None without labels."""
        if self.labels is None:
            return criterion.label
        if criterion.group == "is":
            return self.criterion(replace(criterion, held=None, waivable_by=None))
        if criterion.group == "all" and criterion.name == "success":
            return self.labels.find("criteria", criterion.id) or "all of its success"
        return self.labels.find("criteria", criterion.id) or criterion.name.replace("_", " ")

    def moved(self, move: str) -> str:
        """What made a move, as a word before it; nothing where nobody gave it a label."""
        label = self.labels.find("moves", move) if self.labels is not None else None
        return f"{label} " if label else ""

    def headed(self, record: Record) -> str:
        """What happened, as a word in front of its sentence, which is English: for those who read another language."""
        label = None if self.labels is None or self.english else self.labels.find("records", record.kind)
        return f"{label}: " if label else ""

    def doer(self, name: str) -> str:
        """A reaction or a move that named an action."""
        if self.labels is None:
            return name
        return self.labels.find("reactions" if name in self.profile.reactions else "moves", name) or name

    def choice(self, fact: str, value: object) -> str | None:
        """The label of a value of a choice, or of a level of a band; None where it has none."""
        if self.labels is None or not isinstance(value, str):
            return None
        label = self.labels.find("choices", f"{fact}.{value}") or self.labels.find("levels", f"{fact}.{value}")
        return None if label is None else label.lower()

    def subject_of(self, record: Record) -> str:
        """What a record is about, by its name."""
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
    """Names, of which one is enough."""
    *first, last = names
    return f"{', '.join(first)} or {last}" if first else last
