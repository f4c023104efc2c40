"""The waiting field with real phones: who rings, who talks, and what becomes of everybody when something fails."""

import os
import signal

import pytest

from domain import field_facts as facts
from domain.field_facts import OfferResult, Side
from tests.phone.floor import Floor, until, wait_in_field
from tests.phone.house import House
from tests.phone.instance import Instance

pytestmark = [pytest.mark.phone, pytest.mark.timeout(180)]

MAISON_LUNE = "555200"


@pytest.fixture(scope="module")
def instance(staffed: Instance) -> Instance:
    return staffed


async def test_a_caller_reaches_an_agent_and_she_wraps_up(at: House, agents: Floor) -> None:
    phone = await agents.seat("eva", "201")
    called = await wait_in_field(at)
    await phone.event("answered", 30)
    await agents.until_agent("eva", "talking")
    await called.wire.hang_up()
    await phone.event("over", 30)
    await agents.until_agent("eva", "wrap_up")
    await agents.wish("eva", "done")
    await agents.until_agent("eva", "ready")
    (offered,) = agents.of_call(called.id, facts.Offered)
    assert offered.reason[-2].startswith("skills alpenrad=")
    assert agents.of_call(called.id, facts.PhoneRang)
    assert agents.of_call(called.id, facts.Connected)
    assert agents.of_call(called.id, facts.CallEnded) == [facts.CallEnded(Side.CALLER)]


async def test_the_agents_hanging_up_ends_the_call(at: House, agents: Floor) -> None:
    phone = await agents.seat("eva", "201")
    called = await wait_in_field(at)
    await agents.until_agent("eva", "talking")
    await phone.hang_up()
    await at.gone(called)
    await agents.until_agent("eva", "wrap_up")
    (ended,) = agents.of_call(called.id, facts.LegEnded)
    assert ended.by is Side.AGENT


async def test_a_rejected_call_goes_to_the_next_agent(at: House, agents: Floor) -> None:
    """Eva is idle longer and so rings first; she declines."""
    evas = await agents.seat("eva", "201", answer_after_s=None)
    toms = await agents.seat("tom", "202", answer_after_s=None)
    called = await wait_in_field(at)
    rung = await agents.until_agent("eva", "ringing", timeout_s=30)
    assert rung["call"] == called.id
    await evas.event("ringing", 30)
    await evas.decline()
    await toms.event("ringing", 30)
    await toms.answer()
    await agents.until_agent("tom", "talking")
    (ended,) = agents.of_call(called.id, facts.OfferEnded)
    assert (ended.agent, ended.result) == (agents.agent_id("eva"), OfferResult.REJECTED)
    await called.wire.hang_up()


async def test_who_lets_two_calls_pass_is_paused(at: House, agents: Floor) -> None:
    """A caller of Maison Lune's, for whom phones ring shortly."""
    await agents.seat("chloe", "201", answer_after_s=None)
    called = await wait_in_field(at, MAISON_LUNE)
    row = await agents.until_agent("chloe", "paused", timeout_s=60)
    assert row["reason"] == "missed"
    results = [ended.result for ended in agents.of_call(called.id, facts.OfferEnded)]
    assert results == [OfferResult.NO_ANSWER, OfferResult.NO_ANSWER]
    await agents.until_call(called.id, "waiting")
    await called.wire.hang_up()


async def test_a_caller_who_leaves_while_it_rings_frees_the_agent(at: House, agents: Floor) -> None:
    phone = await agents.seat("eva", "201", answer_after_s=None)
    called = await wait_in_field(at)
    await phone.event("ringing", 30)
    await called.wire.hang_up()
    await phone.event("over", 30)
    await agents.until_agent("eva", "ready")
    await agents.until_call(called.id, "out")


async def test_a_phone_that_dies_makes_her_unreachable(at: House, agents: Floor) -> None:
    """Its OPTIONS go unanswered; who was talking there is told, and goes on to somebody else."""
    phone = await agents.seat("eva", "201")
    called = await wait_in_field(at)
    await agents.until_agent("eva", "talking")
    phone.vanish()
    await until(lambda: bool(agents.of_call(called.id, facts.LegEnded)), 30)
    (ended,) = agents.of_call(called.id, facts.LegEnded)
    assert ended.by is Side.NETWORK
    await agents.until_call(called.id, "waiting")
    await agents.wish("eva", "done")
    await agents.until_agent("eva", "unreachable")
    toms = await agents.seat("tom", "202")
    await toms.event("answered", 30)
    await called.wire.hang_up()


async def test_an_idle_phone_that_dies_makes_her_unreachable(at: House, agents: Floor) -> None:
    phone = await agents.seat("eva", "201")
    phone.vanish()
    await agents.until_agent("eva", "unreachable", timeout_s=12)
    called = await wait_in_field(at)
    await at.in_field(called)
    assert not agents.of_call(called.id, facts.Offered)
    await called.wire.hang_up()


async def test_a_killed_switchboard_loses_nobody(
    instance: Instance, at: House, agents: Floor
) -> None:
    """One caller talks, one waits; both go on, and the one who waits is answered once."""
    evas = await agents.seat("eva", "201")
    talking = await wait_in_field(at)
    await agents.until_agent("eva", "talking")
    waiting = await wait_in_field(at)
    await agents.until_call(waiting.id, "waiting")
    os.kill(instance.pids()["cti"], signal.SIGKILL)
    await agents.is_back()
    toms = await agents.seat("tom", "202")
    await toms.event("answered", 30)
    await agents.until_call(waiting.id, "talking_to")
    await agents.until_call(talking.id, "talking_to")
    assert not evas.events or evas.events[-1]["event"] != "over"
    for called in (talking, waiting):
        assert len(agents.of_call(called.id, facts.Connected)) == 1
        await called.wire.hang_up()


async def test_without_a_switchboard_the_phones_ring_in_turn(
    instance: Instance, at: House, agents: Floor
) -> None:
    phone = await agents.seat("eva", "201", answer_after_s=None)
    await agents.wish("eva", "pause", reason="lunch")
    called = await wait_in_field(at)
    await at.in_field(called)
    with instance.hanging():
        await phone.event("ringing", 60)
        await phone.answer()
        await phone.event("answered", 30)
    await called.wire.hang_up()
    await phone.event("over", 30)
