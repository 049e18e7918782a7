"""The laws of journeys, on random profiles and histories.

A failure prints the profile, the inputs and the first breach. ``python tests/property/explore.py`` runs the same laws
over a range of seeds and can make a failing case small.
"""

from __future__ import annotations

import pytest
from driver import Case
from hypothesis import assume, event, given
from hypothesis import strategies as st
from laws import LAWS
from nested import nested_case
from random_cases import case_of

SEEDS = st.integers(min_value=0, max_value=2**32)
SIZES = st.integers(min_value=1, max_value=5)
LENGTHS = st.integers(min_value=2, max_value=50)


def drawn(seed: int, size: int, length: int) -> Case:
    case = case_of(seed, size, length)
    event("compiles" if case else "does not compile")
    assume(case is not None)
    assert case is not None
    return case


@given(SEEDS)
def test_order_of_choice(seed: int) -> None:
    """Of moves that exclude one another the reference's goes, with its records, in branches inside branches (R5)."""
    case = nested_case(seed)
    assume(case is not None)
    assert case is not None
    breach = LAWS["engine"](case)
    assert breach is None, f"engine is broken (nested, seed {seed}):\n{breach}\n\n{case}"


@pytest.mark.parametrize("law", LAWS)
def test_law(law: str) -> None:
    @given(SEEDS, SIZES, LENGTHS)
    def holds(seed: int, size: int, length: int) -> None:
        case = drawn(seed, size, length)
        breach = LAWS[law](case)
        assert breach is None, f"{law} is broken (seed {seed}, size {size}, length {length}):\n{breach}\n\n{case}"

    holds()
