"""What all tests share: the folder with outside data, and how hard the property tests try."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from folders import ROOT

DATA = Path(os.environ.get("JOURNEYKIT_DATA") or ROOT.parent / "shared" / "data")

# Generating a whole profile takes longer than what Hypothesis expects of one example, and machines differ: no deadline.
CALM = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow], "print_blob": True}
settings.register_profile("default", max_examples=300, derandomize=True, **CALM)
settings.register_profile("laws", max_examples=int(os.environ.get("JOURNEYKIT_LAWS") or 300), database=None, **CALM)
settings.load_profile("laws" if os.environ.get("JOURNEYKIT_LAWS") else "default")


@pytest.fixture(scope="session")
def root() -> Path:
    """The root of the repository (or of the unpacked source distribution)."""
    return ROOT


@pytest.fixture(scope="session")
def data_folder() -> Path:
    """The folder with public data that is not part of the repository; without it the tests that need it are skipped."""
    if not DATA.is_dir():
        pytest.skip(f"no outside data: {DATA} is not a folder; set JOURNEYKIT_DATA to the folder that holds it")
    return DATA
