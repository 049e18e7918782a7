"""Edited inputs and snapshots, a few of them: ``mutations`` edits as many as it is told to."""

from __future__ import annotations

import pytest
from mutations import breaches


@pytest.mark.parametrize("seed", range(20))
def test_edited_data_is_refused_or_whole(seed: int) -> None:
    assert next(breaches(seed), None) is None
