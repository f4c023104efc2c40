"""One instance for all tests that only ring it; a test that breaks something takes one of its own."""

from collections.abc import Iterator

import pytest

from phone.caller import load_library
from phone.hearing import Library
from rufwerk import wiring
from tests.phone.instance import Instance


@pytest.fixture(scope="session")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    instance = Instance(tmp_path_factory.mktemp("home"))
    instance.start()
    try:
        yield instance
    finally:
        instance.stop()


@pytest.fixture(scope="session")
def library(portal: Instance) -> Library:
    """What can be heard there."""
    folders = wiring.Folders.of(portal.settings)
    return load_library(folders.sounds, folders.own_sounds)
