"""One instance for all tests that only ring it, one for those that seat agents too; a test that breaks something for
good takes one of its own.
"""

from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path

import pytest

from phone.caller import load_library
from phone.hearing import Library
from rufwerk import wiring
from tests.phone import house
from tests.phone.floor import Floor, floor
from tests.phone.house import House
from tests.phone.instance import ROOT, Instance, running


@pytest.fixture(scope="session")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    with running(tmp_path_factory.mktemp("home")) as instance:
        yield instance


@pytest.fixture(scope="session")
def staffed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """Supervisors may take part in conversations, and agents' phones ring shortly for Maison Lune's callers."""
    home = tmp_path_factory.mktemp("staffed")
    rules = {"alpenrad": "listening = true", "maison-lune": "ring_s = 5"}
    with running(home, tenants=str(tenants_under(rules, home / "tenants"))) as instance:
        yield instance


def tenants_under(rules: Mapping[str, str], folder: Path) -> Path:
    """The demo's tenants, each with a rule of its own for the field."""
    folder.mkdir()
    for file in (ROOT / "tenants").glob("*.toml"):
        text = file.read_text(encoding="utf-8")
        assert "[field]\n" in text
        changed = text.replace("[field]\n", f"[field]\n{rules[file.stem]}\n")
        (folder / file.name).write_text(changed, encoding="utf-8")
    return folder


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
