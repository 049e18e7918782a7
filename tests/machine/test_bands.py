"""Bands count as people do who read decimals: start less margin, and shares as they are written."""

from __future__ import annotations

from decimal import Decimal

import pytest

import journeykit as jk
from journeykit.errors import Location
from journeykit.language.expressions.tree import Const
from journeykit.language.model.profile import BandRule
from journeykit.machine.bands import BandTable


def band(start: float, margin: float) -> BandTable:
    rule = BandRule("b", "account", Const(0, "number"), (("lo", 0), ("hi", start)), margin, Location("x"))
    return BandTable(rule, lambda *_: None)


@pytest.mark.parametrize("scale", [1, 2])
def test_a_level_is_left_only_below_its_start_less_the_margin(scale: int) -> None:
    """Of all pairs of so many decimals, the value that is exactly the margin below the start keeps the level."""
    unit = Decimal(1).scaleb(-scale)
    for start in range(1, 1000, 7) if scale == 1 else range(1, 100):
        for margin in range(1, min(start, 100)):
            table = band(float(start * unit), float(margin * unit))
            kept, left = float((start - margin) * unit), float((start - margin) * unit - unit / 100)
            assert table.level(kept, "hi") == "hi", (start, margin)
            assert table.level(left, "hi") == "lo", (start, margin)


def test_whole_numbers_stay_whole() -> None:
    """Beyond 2^53 a float could not tell neighbours apart."""
    table = band(10**17 + 1, 1)
    assert table.level(10**17, "hi") == "hi"
    assert table.level(10**17 - 1, "hi") == "lo"


SHARES = """\
profile: shares
version: "1"
facts: {account: {r: {type: share}}}
tracks: {t: {stages: {low: {moves: {up: {to: high, when: {high: r >= %d%%}}}}, high: {}}}}
"""


@pytest.mark.parametrize("percent", range(1, 101, 3))
def test_a_share_reaches_the_percentage_it_is(percent: int) -> None:
    machine = jk.compile_profile(jk.read_text(SHARES % percent))
    journey = jk.Journey(machine, account="acme", at="2026-01-05")
    journey.observe(r=float(Decimal(percent - 1) / 100))
    assert journey.positions["t"] == "low"
    journey.observe(r=float(Decimal(percent) / 100))
    assert journey.positions["t"] == "high"
