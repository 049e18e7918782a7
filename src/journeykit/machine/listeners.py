"""Listening: who reads which topic, gathered while a profile is compiled and asked whenever something changed.

What a topic is, and why this is enough, stands in ``topics``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import chain
from typing import Any, TypeVar

from journeykit.language.expressions.tree import ACCOUNT
from journeykit.language.model.profile import Profile
from journeykit.machine.countdown import CountdownTable
from journeykit.machine.tables import MoveTable, ReactionTable, Topic
from journeykit.machine.topic_names import TIME, heard, heard_for_account
from journeykit.machine.topics import Read

__all__ = ["Listening", "index", "special_names"]

Key = TypeVar("Key")
Item = TypeVar("Item")


class Listening:
    """The readers of every topic, as they are noted."""

    def __init__(self) -> None:
        self._readers: dict[str, list[tuple[Read, str]]] = {}
        self._timed: set[str] = set()

    def note(self, found: Iterable[Read], kind: str, timed: Iterable[Read], *, turning: bool = False) -> frozenset[str]:
        """Note what something that is judged for subjects of a kind reads, and return the topics to judge it by.

        Args:
            found: all that it reads.
            kind: the kind of subject that it is judged for.
            timed: what of it decides *when* it turns by time alone.
            turning: whether it turns by time alone, so that ``#time`` is among its topics.
        """
        noted = list(found)
        for read in noted:
            self._readers.setdefault(read.topic, []).append((read, kind))
        topics = frozenset(read.topic for read in noted)
        self._timed.update(read.topic for read in timed)
        return topics | {TIME} if turning else topics

    def by_topic(self, tables: Iterable[MoveTable | ReactionTable], kind: str) -> dict[str, tuple[Any, ...]]:
        """Index moves or reactions by the topics upon which they must be judged.

        What waits for no signal is judged upon all that it reads; what waits for one, upon its signal alone.
        """
        pairs: list[tuple[str, MoveTable | ReactionTable]] = []
        for table in tables:
            said = table.move if isinstance(table, MoveTable) else table.reaction
            if said.upon is None:
                pairs += [(topic, table) for topic in sorted(table.topics)]
                continue
            of_account = said.upon_account and kind != ACCOUNT
            topic = heard_for_account(said.upon) if of_account else heard(said.upon)
            self.note([Read(topic, ACCOUNT if of_account else kind, of_account)], kind, ())
            pairs.append((topic, table))
        return index(pairs)

    def topics(self) -> dict[str, Topic]:
        """Return who must look again, by topic, from all that was noted."""
        return {topic: self._topic(topic, found) for topic, found in self._readers.items()}

    def _topic(self, topic: str, found: list[tuple[Read, str]]) -> Topic:
        near = any(not read.far for read, _ in found)
        far = tuple(sorted({kind for read, kind in found if read.far}))
        return Topic(near, far, topic in self._timed)


def special_names(
    profile: Profile, asked: Mapping[str, frozenset[str]], countdown: CountdownTable | None
) -> frozenset[str]:
    """Return the names whose being given does more than change a value.

    They settle signals, are asked again (R8), give notice, or are counted by a contract's dates.
    """
    names = {signal.settled_by for signal in profile.signals.values() if signal.settled_by}
    names |= set(chain.from_iterable(asked.values()))
    if countdown is not None:
        names |= countdown.reads | {str(countdown.given_by)}
    return frozenset(names)


def index(pairs: Iterable[tuple[Key, Item]]) -> dict[Key, tuple[Item, ...]]:
    """Group the items of (key, item) pairs by key, each group in the order of the pairs."""
    found: dict[Key, list[Item]] = {}
    for key, item in pairs:
        found.setdefault(key, []).append(item)
    return {key: tuple(items) for key, items in found.items()}
