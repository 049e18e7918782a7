"""What can be wrong with a scenario: it cannot be meant (a fault), or the profile does not do what it expects."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from journeykit.errors import Location
from journeykit.language.text.nodes import suggest
from journeykit.plain import one_line

__all__ = ["Mismatch", "ScenarioError", "unknown"]


class ScenarioError(Exception):
    """A scenario that cannot be meant: what is wrong, where, and what to do.

    Attributes:
        at: the place in the scenario file.
        message: what is wrong, with what to do, in one line.
    """

    def __init__(self, at: Location, message: str, hint: str = "") -> None:
        self.at = at
        self.message: str = one_line(f"{message}; {hint}" if hint else message)
        super().__init__(self.message)


@dataclass(frozen=True, slots=True)
class Mismatch:
    """One expectation that is not met.

    Attributes:
        at: its place in the scenario file.
        what: what it is about, such as ``renewal C-1`` or ``moved renewal.renewed``.
        expected, actual: both in words.
        way: further lines, of the way from the actual place to the expected one.
    """

    at: Location
    what: str
    expected: str
    actual: str
    way: tuple[str, ...] = ()


def unknown(at: Location, message: str, word: object, known: Iterable[str]) -> ScenarioError:
    """Return the fault of a name that is not known, with the one that was probably meant."""
    return ScenarioError(at, message, suggest(str(word), known))
