"""``meanwhile``: the feeds and signals that come once a day, at its first instant, without being steps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from journeykit.language.text.nodes import Node
from journeykit.scenarios.faults import ScenarioError, unknown
from journeykit.scenarios.parts import keyed, texts
from journeykit.scenarios.words import Vocabulary

__all__ = ["Meanwhile", "meanwhile_of"]


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """The names of the feeds and signals that come every day."""

    feeds: tuple[str, ...] = ()
    signals: tuple[str, ...] = ()

    def inputs(self, words: Vocabulary, open_keys: list[str]) -> Iterator[dict[str, Any]]:
        """Yield what comes on one day: each feed, then each signal, for every open subject that can have it."""
        for feed in self.feeds:
            yield {"kind": "feed", "feed": feed}
        for signal in self.signals:
            kind = words.profile.signals[signal].kind
            for key in open_keys:
                if key.partition(":")[0] == kind:
                    yield {"kind": "signal", "signal": signal, "subject": key}


def meanwhile_of(node: Node, words: Vocabulary) -> Meanwhile:
    """Read what comes every day from now on; ``{}`` is nothing any more.

    Raises:
        ScenarioError: a feed or signal that the profile does not have.
    """
    if node.value == {}:
        return Meanwhile()
    keys = keyed(node, ("feed", "signal"), "meanwhile")
    feeds = texts(keys["feed"], "meanwhile") if "feed" in keys else []
    for name, one in feeds:
        if name not in words.profile.feeds:
            if not words.profile.feeds:
                raise ScenarioError(one.at, f"{words.profile.name} has no feeds")
            raise unknown(one.at, f'there is no feed "{name}" in {words.profile.name}', name, words.profile.feeds)
    signals = texts(keys["signal"], "meanwhile") if "signal" in keys else []
    for name, one in signals:
        words.kind_of("signal", name, one.at)
    return Meanwhile(tuple(name for name, _ in feeds), tuple(name for name, _ in signals))
