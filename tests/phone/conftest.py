"""One instance for all tests that only ring it; a test that breaks something takes one of its own."""

from collections.abc import AsyncIterator, Iterator

import pytest

from phone.caller import load_library
from phone.hearing import Library
from rufwerk import wiring
from tests.phone import house
from tests.phone.floor import Floor, floor
from tests.phone.house import House
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


@pytest.fixture
async def at(instance: Instance) -> AsyncIterator[House]:
    """Callers of the module's ``instance``; afterwards nobody is left on the telephone."""
    async with house.house(instance) as made:
        yield made
        await house.until(lambda: house.no_calls(made), 60)


@pytest.fixture
async def agents(instance: Instance, at: House) -> AsyncIterator[Floor]:
    """Agents of the module's ``instance``."""
    async with floor(instance.settings) as made:
        yield made
