"""Callers are rung back by real phones, through the demo's carrier, which answers by the last digit."""

import json
import os
import signal
from collections.abc import Iterator

import pytest

from domain import field_facts as facts
from domain.field_facts import CallBackResult, OfferResult, Side
from domain.ids import CallId
from tests.phone.conftest import tenants_under
from tests.phone.floor import Floor, until, wanted_call_back
from tests.phone.house import House
from tests.phone.instance import Instance, running

pytestmark = [pytest.mark.phone, pytest.mark.timeout(240)]

ANSWERS, BUSY, HANGS_UP = "+491713920000", "+491713920002", "+491713920008"


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """Phones ring on for longer than a killed switchboard takes to come back on a slow machine."""
    home = tmp_path_factory.mktemp("back")
    rules = {"alpenrad": "ring_s = 90", "maison-lune": ""}
    with running(home, tenants=str(tenants_under(rules, home / "tenants"))) as instance:
        yield instance


async def wants_call_back(at: House, agents: Floor, number: str) -> CallId:
    """He asks for a person, hears how long it takes, takes the call-back and hangs up."""
    called = await at.dial(caller=number)
    await at.follow(called, ["!0#", "1", "1"])
    await at.gone(called)
    assert agents.of_call(called.id, facts.CallBackAsked)
    return CallId(called.id)


def tries(agents: Floor, called: CallId) -> list[CallBackResult]:
    return [tried.result for tried in agents.of_call(called, facts.CallBackTried)]


def waits_to_be_rung(instance: Instance) -> dict[str, str]:
    """The state of each wish that isn't settled, by its call."""
    return {
        row["call"]: row["state"]
        for row in json.loads(instance.run("call-backs", "list", "--json"))
    }


async def test_he_is_rung_back_and_they_talk(instance: Instance, at: House, agents: Floor) -> None:
    called = await wants_call_back(at, agents, ANSWERS)
    assert waits_to_be_rung(instance)[called] == "open"
    phone = await agents.seat("eva", "201")
    await phone.event("answered", 30)
    await until(lambda: tries(agents, called) == [CallBackResult.REACHED], 30)
    row = await agents.until_agent("eva", "talking")
    assert row["call"] == called
    assert called not in waits_to_be_rung(instance)
    await phone.hang_up()
    await agents.until_agent("eva", "wrap_up")
    await agents.until_call(called, "out")
    (leg,) = agents.of_call(called, facts.LegEnded)
    assert leg.by is Side.AGENT


async def test_he_hangs_up(at: House, agents: Floor) -> None:
    called = wanted_call_back(agents, HANGS_UP)
    phone = await agents.seat("eva", "201")
    await phone.event("over", 30)
    await agents.until_agent("eva", "wrap_up")
    assert agents.of_call(called, facts.CallEnded)[-1].by is Side.CALLER
    await agents.until_call(called, "out")


async def test_who_is_busy_is_tried_again_later(
    instance: Instance, at: House, agents: Floor
) -> None:
    called = wanted_call_back(agents, BUSY)
    await agents.seat("eva", "201")
    await until(lambda: tries(agents, called) == [CallBackResult.BUSY], 30)
    await agents.until_agent("eva", "wrap_up")
    await agents.until_call(called, "awaits_call_back")
    assert waits_to_be_rung(instance)[called] == "open"


async def test_her_phone_is_let_pass_and_the_next_agent_rings_him(at: House, agents: Floor) -> None:
    called = wanted_call_back(agents, ANSWERS)
    evas = await agents.seat("eva", "201", answer_after_s=None)
    await evas.event("ringing", 30)
    toms = await agents.seat("tom", "202")
    await evas.decline()
    await toms.event("answered", 30)
    await until(lambda: tries(agents, called) == [CallBackResult.REACHED], 30)
    (ended,) = agents.of_call(called, facts.OfferEnded)
    assert (ended.agent, ended.result) == (agents.agent_id("eva"), OfferResult.REJECTED)
    await toms.hang_up()
    await agents.until_call(called, "out")


async def test_whom_her_dying_phone_leaves_alone_goes_on_to_the_next(
    at: House, agents: Floor
) -> None:
    called = wanted_call_back(agents, ANSWERS)
    evas = await agents.seat("eva", "201")
    await until(lambda: bool(tries(agents, called)), 30)
    evas.vanish()
    toms = await agents.seat("tom", "202")
    await toms.event("answered", 40)
    await agents.until_call(called, "talking_to")
    assert agents.of_call(called, facts.LegEnded)[0].by is Side.NETWORK
    await toms.hang_up()
    await agents.until_call(called, "out")


async def test_a_killed_switchboard_rings_nobody_twice(
    instance: Instance, at: House, agents: Floor
) -> None:
    """Her phone rings as it dies; she answers when it is back, and he is rung once."""
    called = wanted_call_back(agents, ANSWERS)
    evas = await agents.seat("eva", "201", answer_after_s=None)
    await evas.event("ringing", 30)
    os.kill(instance.pids()["cti"], signal.SIGKILL)
    await agents.is_back(60)
    await evas.answer()
    await until(lambda: tries(agents, called) == [CallBackResult.REACHED], 30)
    assert len(agents.of_call(called, facts.Offered)) == 1
    await evas.hang_up()
    await agents.until_call(called, "out")


async def test_who_rings_again_and_is_answered_is_not_rung_back(
    instance: Instance, at: House, agents: Floor
) -> None:
    asked = wanted_call_back(agents, ANSWERS)
    again = await at.dial(caller=ANSWERS)
    await at.follow(again, ["!0#", "field"])
    instance.run("priority", again.id, "2")
    phone = await agents.seat("eva", "201")
    await phone.event("answered", 30)
    await agents.until_call(again.id, "talking_to")
    await agents.until_call(asked, "out")
    assert asked not in waits_to_be_rung(instance)
    await again.wire.hang_up()
