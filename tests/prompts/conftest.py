"""Where the real Pico is, for the tests that need to hear it."""

import os
from pathlib import Path

import pytest

from prompts.engines.pico import Pico


@pytest.fixture(scope="session")
def pico_root() -> Path:
    """The folder Pico was unpacked into; in CI its absence is a failure."""
    places = [Path(os.environ.get("RUFWERK_CACHE", ".cache")) / "pico"]
    if "RUFWERK_TEST_PICO" in os.environ:
        places.append(Path(os.environ["RUFWERK_TEST_PICO"]))
    for place in places:
        if Pico(place).missing is None:
            return place
    message = f"Pico is in none of {', '.join(map(str, places))}: run make setup"
    if os.environ.get("CI") == "true":
        pytest.fail(message)
    pytest.skip(message)
