"""Play a scenario: step by step, each with at most one *when*, one *what* and one ``expect``."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from journeykit.dates import first_instant, local_day
from journeykit.engine import microsteps
from journeykit.engine.macrostep import Macrostep
from journeykit.engine.records import Record
from journeykit.engine.view import View
from journeykit.errors import InputError
from journeykit.journey.journey import Journey
from journeykit.language.text.nodes import Node
from journeykit.machine.machine import Machine
from journeykit.machine.snapshot import SETTLED
from journeykit.scenarios.dates_by_name import day_meant
from journeykit.scenarios.faults import Mismatch, ScenarioError, unknown
from journeykit.scenarios.given import ACCOUNT_ID, given_of
from journeykit.scenarios.inputs_said import INHERITED, SAYING, WITH, inputs_said
from journeykit.scenarios.meanwhile import Meanwhile, meanwhile_of
from journeykit.scenarios.model import Case
from journeykit.scenarios.parts import items, keyed, period, text, texts
from journeykit.scenarios.since import Since
from journeykit.scenarios.unmet import unmet
from journeykit.scenarios.words import Vocabulary

__all__ = ["Player"]

_WHEN = ("date", "after", "every", "for")
_WHAT = (*SAYING, "do", "meanwhile", "redeliver")
_STEP = (*_WHEN, *_WHAT, *WITH, "expect")
_DEEPEST = 8
_MOST_STEPS = 10_000
"""How many steps a scenario takes at most, shared and repeated ones counted as often as they are taken."""
_LONGEST_YEARS = 40
_FIT = {"do": ("of",), "meanwhile": (), "redeliver": ("refused",)}

OnStep = Callable[[Node, "Player", tuple[Record, ...]], None]


class Player:
    """A scenario being played on one machine.

    Attributes:
        journey: the journey that it drives.
        checks: how many expectations were looked at.

    Args:
        case: the scenario.
        machine: the machine of one of its profiles.
        frozen: whether no date falls due (to see whether the scenario tests anything).
        refusing: whether ``refused`` can be as expected (likewise).
        expecting: whether expectations are looked at.
        on_step: is called after each step, with what happened in it.

    Raises:
        ScenarioError: what is given cannot be meant.
    """

    def __init__(
        self,
        case: Case,
        machine: Machine,
        *,
        frozen: bool = False,
        refusing: bool = True,
        expecting: bool = True,
        on_step: OnStep | None = None,
    ) -> None:
        self.case = case
        self.words: Vocabulary = Vocabulary(machine, case.names)
        self.checks: int = 0
        self._frozen, self._refusing, self._expecting, self._on_step = frozen, refusing, expecting, on_step
        if case.given is None:
            raise ScenarioError(case.at, "nothing is given", "write given: {date: 2026-03-10}")
        given = given_of(case.given, self.words)
        self.journey: Journey = Journey.load(machine, given.snapshot)
        self._meanwhile: Meanwhile = given.meanwhile
        self._begun = self.today
        self._hidden: set[int] = set()
        self._sent: dict[str, list[dict[str, Any]]] = {}
        self._mark = self._steps = 0
        self._freeze()

    @property
    def today(self) -> date:
        """The day of the scenario's present, in the account's zone."""
        snapshot = self.journey.snapshot
        return local_day(snapshot.now, snapshot.zone)

    def play(self) -> tuple[Mismatch, ...]:
        """Play all steps up to the first that is not as expected; return what is not met.

        Raises:
            ScenarioError: a step cannot be meant.
        """
        for node in self.case.steps:
            made = len(self.journey.records)
            mismatches = self._step(node, 0)
            if self._on_step is not None:
                self._on_step(node, self, tuple(self.journey.records[made:]))
            if mismatches:
                return mismatches
        if not self.checks and self._expecting:
            raise ScenarioError(self.case.at, "nothing is expected", "add expect: to a step")
        return ()

    def look_again(self) -> None:
        """Have every subject judge all that it can do, as if time had turned it."""
        snapshot, records = self.journey.snapshot.copy(), list[Record]()
        macro = Macrostep(self.words.machine, snapshot, records)
        macro.begin_timed("time")
        for subject in snapshot.subjects.values():
            macro.look_again(subject)
        microsteps.run(macro)
        snapshot.fresh = SETTLED
        self.journey = Journey.load(self.words.machine, snapshot, records=records)

    def _step(self, node: Node, deep: int, of: Node | None = None) -> tuple[Mismatch, ...]:
        self._count(node)
        keys = dict(keyed(node, _STEP, "step"))
        if of is not None:
            keys[INHERITED] = of
        what = _the_one(node, keys)
        self._check_time(node, keys)
        if "date" in keys:
            self._go(day_meant(keys["date"], self.journey, self.words), keys["date"])
        if "after" in keys:
            self._go(period(keys["after"], "after").add(self.today), keys["after"])
        if "every" in keys:
            mismatches = self._repeat(what, keys, deep)
        else:
            mismatches = self._act(what, keys, deep) if what else ()
        if mismatches or "expect" not in keys or not self._expecting:
            return mismatches
        self.checks += 1
        since = Since(self.journey, self.words, self._mark, frozenset(self._hidden))
        self._mark = len(self.journey.records)
        return tuple(unmet(keys["expect"], since))

    def _count(self, node: Node) -> None:
        self._steps += 1
        if self._steps > _MOST_STEPS:
            raise ScenarioError(node.place, f"more than {_MOST_STEPS:,} steps, repeated ones counted each time")

    def _check_time(self, node: Node, keys: dict[str, Node]) -> None:
        said = [key for key in ("date", "after", "every") if key in keys]
        if len(said) > 1:
            raise ScenarioError(node.at, f"a step happens at one time; here are {' and '.join(said)}", "make two steps")
        if ("every" in keys) != ("for" in keys):
            raise ScenarioError(node.at, '"every" and "for" go together', "write every: 1 day, for: 9 days")

    # Time

    def _go(self, day: date, node: Node) -> None:
        """Let time pass to the first instant of a day; what comes every day comes on the way."""
        today = self.today
        if day < today:
            raise ScenarioError(
                node.place, f"{day} is before the scenario's present, {today}", "put the steps in order"
            )
        if (day - self._begun).days > _LONGEST_YEARS * 366:
            raise ScenarioError(node.place, f"{day} is more than {_LONGEST_YEARS} years after the scenario begins")
        if self._meanwhile != Meanwhile():
            while today < day:
                today += timedelta(days=1)
                self._daily(today, node)
        snapshot = self.journey.snapshot
        at = first_instant(day, snapshot.zone)
        if at > snapshot.now:
            self._take(lambda: self.journey.advance(at), node)

    def _daily(self, day: date, node: Node) -> None:
        for raw in self._meanwhile.inputs(self.words, list(self.journey.snapshot.subjects)):
            at = max(first_instant(day, self.journey.snapshot.zone), self.journey.now)
            sent = {"account": ACCOUNT_ID, "at": at.isoformat(), **raw}
            made = self._take(lambda sent=sent: self.journey.send(sent), node)  # type: ignore[misc]
            self._hidden.update(record.n for record in made if record.kind == "heard")

    def _repeat(self, what: str, keys: dict[str, Node], deep: int) -> tuple[Mismatch, ...]:
        start = self.today
        every, end = period(keys["every"], "every"), period(keys["for"], "for").add(start)
        if not what:
            raise ScenarioError(keys["every"].place, "every: there is nothing to repeat", "say after: to let time pass")
        times = 0
        while (day := every.add(start, times)) < end:
            self._count(keys["every"])
            self._go(day, keys["every"])
            mismatches = self._act(what, keys, deep)
            if mismatches:
                return mismatches
            times += 1
        self._go(end, keys["for"])
        return ()

    # What a step says

    def _act(self, what: str, keys: dict[str, Node], deep: int) -> tuple[Mismatch, ...]:
        said = keys[what]
        if what in _FIT:
            for name in WITH:
                if name in keys and name not in _FIT[what]:
                    raise ScenarioError(keys[name].place, f'"{name}" does not go with "{what}"')
        if what == "do":
            return self._do(said, keys.get("of", keys.get(INHERITED)), deep)
        if what == "meanwhile":
            self._meanwhile = meanwhile_of(said, self.words)
            self._daily(self.today, said)
            return ()
        if what == "redeliver":
            return self._send(self._again(said), keys, said)
        raws = inputs_said(what, keys, self.words, list(self.journey.snapshot.subjects))
        at = self.journey.now.isoformat()
        sent = [{"account": ACCOUNT_ID, "at": at, **raw} for raw in raws]
        if "id" in keys:
            self._sent[text(keys["id"], "id")] = sent
        return self._send(sent, keys, said)

    def _do(self, said: Node, of: Node | None, deep: int) -> tuple[Mismatch, ...]:
        if deep >= _DEEPEST:
            raise ScenarioError(said.place, "do: shared steps that do each other, too deep")
        for name, one in texts(said, "do"):
            if name not in self.case.shared:
                raise unknown(one.at, f'do: nothing is shared as "{name}"', name, self.case.shared)
            for step in items(self.case.shared[name], "shared"):
                mismatches = self._step(step, deep + 1, of)
                if mismatches:
                    return mismatches
        return ()

    def _again(self, said: Node) -> list[dict[str, Any]]:
        ident = text(said, "redeliver")
        if ident not in self._sent:
            raise unknown(said.at, f'redeliver: nothing was sent with the id "{ident}"', ident, self._sent)
        return self._sent[ident]

    def _send(self, sent: list[dict[str, Any]], keys: dict[str, Node], node: Node) -> tuple[Mismatch, ...]:
        expected = text(keys["refused"], "refused") if "refused" in keys else None
        for raw in sent:
            try:
                self.journey.send(raw)
            except InputError as refusal:
                self._freeze()
                if expected is None:
                    raise ScenarioError(node.place, f"this was refused: {refusal.message}") from None
                self.checks += 1
                if refusal.code != expected or not self._refusing:
                    said = f"{refusal.code}: {refusal.message}"
                    return (Mismatch(keys["refused"].at, "refused", expected, said),)
                continue
            self._freeze()
            if expected is not None:
                return (Mismatch(keys["refused"].at, "refused", expected, "it was taken"),)
        return ()

    def _take(self, taking: Callable[[], tuple[Record, ...]], node: Node) -> tuple[Record, ...]:
        try:
            return taking()
        except InputError as refusal:
            raise ScenarioError(node.place, f"this was refused: {refusal.message}") from None
        finally:
            self._freeze()

    def _freeze(self) -> None:
        """Forget what is due, where no date is to fall due; the snapshot is this player's own."""
        if self._frozen:
            snapshot = self.journey.snapshot
            snapshot.due = None
            for subject in snapshot.subjects.values():
                subject.due = subject.turns_at = None

    @property
    def view(self) -> View:
        """Where the journey stands."""
        return View(self.words.machine, self.journey.snapshot)


def _the_one(node: Node, keys: dict[str, Node]) -> str:
    """Return the key of what a step says, or an empty text for time and expectations alone."""
    said = [key for key in keys if key in _WHAT]
    if len(said) > 1:
        raise ScenarioError(node.at, f"a step does one thing; here are {' and '.join(said)}", "make two steps")
    if not said:
        if not any(key in keys for key in (*_WHEN, "expect")):
            raise ScenarioError(node.at, "a step that says nothing")
        for name in WITH:
            if name in keys and name != "of":
                raise ScenarioError(keys[name].place, f'"{name}" goes with something that is said')
        return ""
    return said[0]
