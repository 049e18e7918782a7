"""What the first users wanted to write, as they wrote it."""

from __future__ import annotations

import copy

import pytest

import journeykit as jk


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, jk.Journey.copy])
def test_a_what_if_leaves_the_original_alone(copied) -> None:
    m = jk.load("smb")
    j = jk.Journey(m, account="x", at="2026-01-05")
    w = copied(j)
    w.observe("workstream:main", at="2026-02-01", id="z", implementation_complete=True)
    assert (len(j.inputs), len(w.inputs)) == (1, 2)
    j.observe("workstream:main", at="2026-02-01", id="z", implementation_complete=True)
    assert len(j.inputs) == 2
    assert j.snapshot.to_dict() == w.snapshot.to_dict()
