"""A brand that is added is rung at once, and nobody who is on the telephone notices."""

import asyncio
import shutil
from collections.abc import Iterator

import pytest

from domain.portal_facts import BalanceTold, CallArrived
from tests.phone import house
from tests.phone.house import House
from tests.phone.instance import ROOT, Instance, running

pytestmark = [pytest.mark.phone, pytest.mark.timeout(300)]

EXAMPLE = ROOT / "docs" / "examples" / "harbor-books.toml"


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """One whose tenants' files are its own."""
    home = tmp_path_factory.mktemp("growing")
    tenants = home.with_name(f"{home.name}-tenants")
    shutil.copytree(ROOT / "tenants", tenants)
    with running(home, tenants=str(tenants)) as growing:
        yield growing


async def test_a_third_brand_is_rung_while_another_brands_call_goes_on(
    instance: Instance, at: House
) -> None:
    (person,) = house.add_people(instance.settings, 1)
    calling = await at.dial()
    await at.follow(calling, [f"{person.number}#", "hear"])

    added = await asyncio.to_thread(instance.json, "tenant", "add", str(EXAMPLE))
    assert added["in_force"]
    new = await at.dial(number="555300")
    await at.follow(new, ["hear", "bye"])

    await at.follow(calling, [f"{person.pin}#", "1", "hear", "bye"])
    heard = await asyncio.to_thread(house.words, new, instance.settings)
    assert heard[:2] == ["Welcome to Harbor Books.", "Para español, almohadilla."]
    facts = await asyncio.to_thread(house.facts_by_call, instance.settings)
    assert facts[new.id][0].origin.tenant == "harbor-books"
    assert isinstance(facts[new.id][0].body, CallArrived)
    assert any(isinstance(fact.body, BalanceTold) for fact in facts[calling.id])
    clips = await asyncio.to_thread(house.heard, calling, instance.settings)
    assert "tenant/alpenrad/welcome:de" in clips
    assert clips.count("login/pin:de") == 1, "nothing was asked twice"
