"""The models of a profile's parts: which keys exist where, and what kind of value each takes.

The models say what may be written, not what it means: names, periods and expressions are still plain text here, to be
looked up by ``resolve``. A key that an author must write is None here where it is missing; ``resolve`` asks for it.
A model that may be written shorter says so itself (``short``); inheritance and the advice on unknown keys read the same
models, so that there is one list of keys. docs/reference/profile.md says what each key means.
"""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictFloat, StrictInt, StrictStr

from journeykit.language.schema.shapes import Shape, shape_of

__all__ = [
    "BandSpec",
    "CadenceSpec",
    "ConfirmationSpec",
    "CountdownSpec",
    "CriterionSpec",
    "FactSpec",
    "FeedSpec",
    "HandoffSpec",
    "MilestoneSpec",
    "MoveSpec",
    "NoteSpec",
    "NoticeSpec",
    "OpeningSpec",
    "PlainSpec",
    "ProfileSpec",
    "ReactionSpec",
    "RenewsSpec",
    "RoleSpec",
    "Shape",
    "SignalSpec",
    "StageSpec",
    "StartedLateSpec",
    "SubjectSpec",
    "TrackSpec",
    "ValueSpec",
    "shape_of",
]

Plain = StrictBool | StrictInt | StrictFloat | StrictStr
Source = StrictStr | list[StrictStr]
Names = list[StrictStr]

FactType = Literal["number", "integer", "boolean", "share", "date", "duration", "money", "choice", "text"]
MoveKindName = Literal["advance", "regress", "skip", "recover", "renew", "churn", "win_back", "move"]
SixStages = Literal["onboarding", "adoption", "retention", "expansion", "renewal", "advocacy"]


class _Spec(BaseModel):
    """The base of all models.

    Attributes:
        short: the key that is meant where a value is written that is not a map, if any.
        blank: whether null means a map without keys, rather than "nothing here".
        forms: keys that exclude each other, each with the form it belongs to; see ``Node.form``.
    """

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="forbid", frozen=True, strict=True)
    short: ClassVar[str | None] = None
    blank: ClassVar[bool] = False
    forms: ClassVar[dict[str, str]] = {}


class PlainSpec(_Spec):
    """A value with its source in a guide or contract, and the values that were not taken, by their sources."""

    short: ClassVar[str | None] = "is"
    is_: Plain | list[Plain] | None = Field(None, alias="is")
    source: Source | None = None
    instead_of: dict[str, Plain] = {}


class NoteSpec(PlainSpec):
    """An activity, a figure to watch or a reason to stall, in words."""

    label: StrictStr | None = None


Notes = dict[str, NoteSpec]


class ValueSpec(PlainSpec):
    """A value, or the fact it comes from with the value to take while that is unknown (``else``)."""

    forms: ClassVar[dict[str, str]] = {"is": "is", "fact": "fact", "else": "fact"}
    fact: StrictStr | None = None
    else_: Plain | None = Field(None, alias="else")


class CriterionSpec(_Spec):
    """One criterion: an expression, a group of criteria, or a signal ``quiet`` for or ``seen`` within a period."""

    short: ClassVar[str | None] = "is"
    forms: ClassVar[dict[str, str]] = {
        "is": "is",
        "any": "any",
        "all": "all",
        "at_least": "at_least",
        "of": "at_least",
    } | {
        "quiet": "quiet",
        "for": "quiet",
        "seen": "seen",
        "within": "seen",
    }
    is_: Plain | None = Field(None, alias="is")
    any_: dict[str, CriterionSpec] | None = Field(None, alias="any")
    all_: dict[str, CriterionSpec] | None = Field(None, alias="all")
    at_least: StrictInt | None = None
    of: dict[str, CriterionSpec] | None = None
    quiet: StrictStr | None = None
    for_: PlainSpec | None = Field(None, alias="for")
    seen: StrictStr | None = None
    within: PlainSpec | None = None
    held: PlainSpec | None = None
    label: StrictStr | None = None
    source: Source | None = None
    instead_of: dict[str, Plain] = {}
    waivable_by: StrictStr | None = None


Criteria = dict[str, CriterionSpec]


class HandoffSpec(_Spec):
    """The two roles of a handoff."""

    giver: StrictStr | None = None
    receiver: StrictStr | None = None


class OpeningSpec(_Spec):
    """A subject that a move or reaction opens; its kind is the key."""

    blank: ClassVar[bool] = True
    named: StrictStr | None = None
    unless_open: StrictBool = False


class MoveSpec(_Spec):
    """An exit, a regression or any other move; ``resolve`` decides which of the keys fit where."""

    to: StrictStr | None = None
    kind: MoveKindName | None = None
    upon: StrictStr | None = None
    when: Criteria | None = None
    cooldown: PlainSpec | None = None
    handoff: HandoffSpec | None = None
    asks_again: Names = []
    opens: dict[str, OpeningSpec] = {}
    closes: StrictBool = False
    begins_term: StrictBool = False
    do: Names = []
    from_: Names | None = Field(None, alias="from")
    except_: Names = Field([], alias="except")
    source: Source | None = None


class StageSpec(_Spec):
    """A stage, or a step or branch inside one."""

    label: StrictStr | None = None
    goal: PlainSpec | None = None
    counts_as: SixStages | None = None
    typical: PlainSpec | None = None
    stuck_after: PlainSpec | None = None
    activities: Notes = {}
    watch: Notes = {}
    stalls: Notes = {}
    success: Criteria = {}
    exit: MoveSpec | None = None
    regress: dict[str, MoveSpec] = {}
    moves: dict[str, MoveSpec] = {}
    steps: dict[str, StageSpec] = {}
    side_by_side: dict[str, StageSpec] = {}
    end: StrictStr | None = None
    source: Source | None = None


class MilestoneSpec(_Spec):
    """A date counted back from the end of the term, or from the date fact ``of``."""

    before: ValueSpec | None = None
    of: StrictStr | None = None
    work: Names = []
    needs: CriterionSpec | None = None
    when: CriterionSpec | None = None
    for_terms: ValueSpec | None = None
    again: StrictBool = False
    role: StrictStr | None = None
    label: StrictStr | None = None
    source: Source | None = None


class NoticeSpec(_Spec):
    """The last day to give notice, and the signal, confirmation or boolean fact that gives it."""

    before: ValueSpec | None = None
    given_by: StrictStr | None = None
    source: Source | None = None


class RenewsSpec(_Spec):
    """What follows the end of a term, and how long the next term is."""

    forms: ClassVar[dict[str, str]] = {"automatically": "automatically", "at_end": "at_end"}
    at_end: ValueSpec | None = None
    automatically: ValueSpec | None = None
    term: ValueSpec | None = None
    source: Source | None = None


class StartedLateSpec(_Spec):
    """How long before the end a countdown counts as started late."""

    short: ClassVar[str | None] = "inside"
    inside: ValueSpec | None = None
    source: Source | None = None


class CountdownSpec(_Spec):
    """The dates of a contract's term."""

    to: StrictStr | None = None
    milestones: dict[str, MilestoneSpec] = {}
    notice: NoticeSpec | None = None
    renews: RenewsSpec | None = None
    grace: ValueSpec | None = None
    started_late: StartedLateSpec | None = None
    source: Source | None = None


class CadenceSpec(_Spec):
    """Something that is due again and again."""

    every: PlainSpec | None = None
    done_by: StrictStr | None = None
    role: StrictStr | None = None
    except_: Names = Field([], alias="except")
    label: StrictStr | None = None
    source: Source | None = None


class TrackSpec(_Spec):
    """One track: its stages, and for contracts its countdown."""

    per: StrictStr | None = None
    label: StrictStr | None = None
    goal: PlainSpec | None = None
    counts_as: SixStages | None = None
    never_ends: StrictBool = False
    activities: Notes = {}
    watch: Notes = {}
    stalls: Notes = {}
    countdown: CountdownSpec | None = None
    cadences: dict[str, CadenceSpec] = {}
    stages: dict[str, StageSpec] = {}
    moves: dict[str, MoveSpec] = {}
    source: Source | None = None


class RoleSpec(_Spec):
    """A role: somebody who acts, on our side or the customer's."""

    side: Literal["us", "customer"] | None = None
    played_by: Literal["product"] | None = None


class SubjectSpec(_Spec):
    """A kind of subject."""

    opens_with: StrictStr | None = None
    term: Names | None = None


class FeedSpec(_Spec):
    """A source of facts and signals."""

    short: ClassVar[str | None] = "down_after"
    down_after: PlainSpec | None = None
    label: StrictStr | None = None
    source: Source | None = None


class FactSpec(_Spec):
    """A fact: something that can be observed."""

    type: FactType | None = None
    between: PlainSpec | None = None
    of: Names | None = None
    measures: Literal["outcome", "activity", "status"] | None = None
    feed: StrictStr | None = None
    stale_after: PlainSpec | None = None
    label: StrictStr | None = None
    source: Source | None = None


class BandSpec(_Spec):
    """A number seen as a level, with memory."""

    of: StrictStr | None = None
    levels: dict[str, PlainSpec] = {}
    margin: PlainSpec | None = None
    source: Source | None = None


class SignalSpec(_Spec):
    """A signal: something that happens."""

    per: StrictStr | None = None
    carries: dict[str, FactType] = {}
    settled_by: StrictStr | None = None
    lasts: PlainSpec | None = None
    feed: StrictStr | None = None
    label: StrictStr | None = None
    source: Source | None = None


class ConfirmationSpec(_Spec):
    """A confirmation: something that a role states and may take back."""

    by: Names | None = None
    per: StrictStr | None = None
    lasts: PlainSpec | None = None
    label: StrictStr | None = None
    source: Source | None = None


class ReactionSpec(_Spec):
    """What a signal, or a condition that becomes met, causes beside all tracks."""

    per: StrictStr | None = None
    upon: StrictStr | None = None
    when: Criteria | None = None
    opens: dict[str, OpeningSpec] = {}
    do: Names = []
    cooldown: PlainSpec | None = None
    source: Source | None = None


class ProfileSpec(_Spec):
    """A whole profile."""

    profile: StrictStr | None = None
    version: StrictStr | None = None
    title: StrictStr | None = None
    about: StrictStr | None = None
    extends: StrictStr | None = None
    timezone: StrictStr | None = None
    roles: dict[str, RoleSpec] = {}
    subjects: dict[str, SubjectSpec] = {}
    feeds: dict[str, FeedSpec] = {}
    facts: dict[str, dict[str, FactSpec]] = {}
    bands: dict[str, BandSpec] = {}
    signals: dict[str, SignalSpec] = {}
    confirmations: dict[str, ConfirmationSpec] = {}
    derived: dict[str, CriterionSpec] = {}
    reactions: dict[str, ReactionSpec] = {}
    tracks: dict[str, TrackSpec] = {}


CriterionSpec.model_rebuild()
StageSpec.model_rebuild()
