"""Why criteria stand as they do (R14, ``because``): the deciding values, by recursion over what was written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from journeykit.language.expressions import tree as ex
from journeykit.language.model.profile import Criterion, Stage, Track
from reference.state import Subject, Truth, kleene_and
from reference.values import WORDS, Values

Reason = tuple[str, str, str, Any, str]
"""The leaf criterion, the subject whose value it is, its name, the value that counts, and how the criterion stands."""


class Reasons(Values):
    """Tells what decides: of what is met its met parts, of what is not met those that are not, and so on."""

    def why_all(
        self, criteria: Iterable[Criterion], me: Subject, track: str | None, entered: datetime | None = None
    ) -> list[Reason]:
        """Why all of several criteria are met, or not."""
        stands = [(one, self.met(one, me, track, entered)) for one in criteria]
        whole = kleene_and([found for _, found in stands])
        return [
            reason for one, found in stands if found is whole for reason in self.why(one, found, me, track, entered)
        ]

    def why(
        self, one: Criterion, found: Truth, me: Subject, track: str | None, entered: datetime | None
    ) -> Iterator[Reason]:
        if self.is_waived(one, me):
            holder = me if one.id in me.waived else self.state.subjects["account"]
            yield (one.id, holder.key, "", None, "waived")
            return
        asked = self.asked(one, me, track, entered) if one.held else found
        if one.expr is not None:
            yield from self.why_expr(one.expr, asked, me, track, one.id, WORDS[found])
            return
        for member in one.members:
            stands = self.met(member, me, track, entered)
            if stands is asked:
                yield from self.why(member, stands, me, track, entered)

    def why_expr(
        self, expr: ex.Expr, found: Truth, me: Subject, track: str | None, ident: str, word: str
    ) -> Iterator[Reason]:
        def part(item: ex.Expr, stands: Truth, whose: Subject = me, asks: str | None = track) -> Iterator[Reason]:
            return self.why_expr(item, stands, whose, asks, ident, word)

        match expr:
            case ex.And(items) | ex.Or(items):
                for item in items:
                    if self.value(item, me, track) is found:
                        yield from part(item, found)
            case ex.Not(item):
                yield from part(item, None if found is None else not found)
            case ex.Derived(name, _, _) if self.profile.derived[name].criterion is not None:
                yield from self.why(self.profile.derived[name].criterion, found, me, track, None)
            case ex.Aggregate(how, kind, item) if how != "count_of":
                deciding = [one for one in self.opened(kind) if self.value(item, one, None) is found]
                for one in deciding:
                    yield from part(item, found, one, None)
                if not deciding:
                    yield (ident, me.key, kind, 0, word)
            case ex.Compare(_, left, right) if (counted := self.counted(left, right)) is not None:
                wanted = None if found is None else True
                deciding = [one for one in self.opened(counted.kind) if self.value(counted.item, one, None) is wanted]
                yield (ident, me.key, counted.kind, len(deciding), word)
                for one in deciding:
                    yield from part(counted.item, wanted, one, None)
            case _:
                yield from ((ident, *read, word) for read in self.values_of(expr, me, track))

    def counted(self, left: ex.Expr, right: ex.Expr) -> ex.Aggregate | None:
        for this, that in ((left, right), (right, left)):
            if isinstance(this, ex.Aggregate) and isinstance(that, ex.Const):
                return this
        return None

    def values_of(self, expr: ex.Expr, me: Subject, track: str | None) -> Iterator[tuple[str, str, Any]]:
        """Whose value, its name, and what counts: of everything that an expression reads, in the order of the text."""
        account, now = "account", self.value
        match expr:
            case ex.Const():
                return
            case ex.Fact(name, kind, _) | ex.Band(name, kind, _):
                yield self.owner(kind, me).key, name, now(expr, me, track)
                if isinstance(expr, ex.Band):
                    yield from self.values_of(self.profile.bands[name].of, me, track)
            case ex.Confirmed(name, kind):
                yield self.owner(kind, me).key, name, now(expr, me, track)
            case ex.Unsettled() | ex.Quiet() | ex.Seen():
                yield self.owner(expr.kind, me).key, expr.signal, now(expr, me, track)
            case ex.At(name, _, kind) | ex.Placed(name, _, kind):
                holder = self.owner(kind, me)
                paths = [leaf for home, leaf in self.in_order(holder) if home == name]
                yield holder.key, name, ", ".join(paths) or None
            case ex.Age(name, path, kind):
                told = f"{name}.{path}" if name else account
                yield self.owner(kind, me).key, told, None if self.entered_at(expr, me) is None else True
            case ex.Reached(name, _) | ex.HasDate(name, _):
                yield me.key, name, self.day_of(name, me)
            case ex.Covered():
                yield account, "covered", now(expr, me, track)
            case ex.Renewals(kind):
                mine = kind == me.kind and kind != account
                yield me.key if mine else account, "renewals", now(expr, me, track)
            case ex.Aggregate(_, kind, _):
                yield me.key, kind, now(expr, me, track)
            case ex.Derived(name, kind, _):
                rule = self.profile.derived[name]
                if rule.expr is None:
                    yield self.owner(kind, me).key, name, now(expr, me, track)
                else:
                    yield from self.values_of(rule.expr, me, track)
            case ex.DaysUntil(fact) | ex.EndMoved(fact):
                yield from self.values_of(fact, me, track)
            case ex.Negative(item) | ex.Not(item):
                yield from self.values_of(item, me, track)
            case ex.Compare(_, left, right) | ex.Arithmetic(_, left, right):
                yield from self.values_of(left, me, track)
                yield from self.values_of(right, me, track)
            case ex.And(items) | ex.Or(items):
                for item in items:
                    yield from self.values_of(item, me, track)

    def in_order(self, holder: Subject) -> list[tuple[str, str]]:
        """(track, leaf) of a subject, regions as written."""
        return [
            (track.name, holder.leaf[track.name, home])
            for track in self.tracks(holder)
            for home in self.homes(track, None)
            if (track.name, home) in holder.leaf
        ]

    def day_of(self, name: str, me: Subject) -> Any:
        """The day of a date of the countdown for the present end."""
        _, end = self.start_and_end(me)
        for track in self.countdowns(me):
            if end is not None and name in self.names(track):
                return self.days(me, track, end).get(name)
        return None

    def why_branches(self, me: Subject, track: Track, branches: Iterable[Stage]) -> list[tuple[Truth, list[Reason]]]:
        """How each branch stands, with why."""
        return [(self.over(me, track, one), self.why_branch(me, track, one)) for one in branches]  # type: ignore[attr-defined]

    def why_branch(self, me: Subject, track: Track, branch: Stage) -> list[Reason]:
        ident, leaf = f"{track.name}.{branch.path}", me.leaf.get((track.name, branch.path))
        entered = me.entered.get((track.name, branch.path))
        ends = leaf is not None and bool(self.ends_at(track, leaf))
        if ends or not (branch.success or branch.branches):
            return [] if leaf is None else [(ident, me.key, ident, leaf, WORDS[ends])]
        stands = [(one, self.met(one, me, track.name, entered)) for one in branch.success]
        parts = [(found, [*self.why(one, found, me, track.name, entered)]) for one, found in stands]
        parts += self.why_branches(me, track, branch.branches)
        whole = kleene_and([found for found, _ in parts])
        return [reason for found, why in parts if found is whole for reason in why]
