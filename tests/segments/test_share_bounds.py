"""Every share of a shipped segment says what it may be: no percentage is taken for a share."""

from __future__ import annotations

import pytest
import yaml

import journeykit as jk
from journeykit.language import catalog
from journeykit.language.model.profile import FactRule

SEATS = (0, 2.0)
BOUNDS = {
    "active_seat_ratio": SEATS,
    "usage_of_limit": (0, 5.0),
    "net_revenue_retention": (0, 5.0),
    "revenue_retention": (0, 5.0),
}
SHARES = [
    (segment, rule) for segment in catalog.names() for rule in jk.read(segment).facts.values() if rule.type == "share"
]


@pytest.mark.parametrize(("segment", "rule"), SHARES, ids=lambda one: getattr(one, "name", one))
def test_every_share_has_bounds(segment: str, rule: FactRule) -> None:
    assert rule.between == BOUNDS[rule.name], f"{segment}: say what {rule.name} may be"


def test_the_bounds_are_written() -> None:
    """What a share may be without ``between`` is wide; in a shipped file it is said."""
    for segment in catalog.names():
        facts = (
            yaml.safe_load((catalog.segments_dir() / f"{segment}.yaml").read_text(encoding="utf-8")).get("facts") or {}
        )
        for kind, declared in facts.items():
            for name, said in declared.items():
                assert said.get("type") != "share" or "between" in said, f"{segment}: {kind}.{name}"
