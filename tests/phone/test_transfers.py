"""What an agent does with a call on real phones: hold, transfers, somebody asked in, and a supervisor."""

import asyncio

import pytest

from domain import field_facts as facts
from phone.registered import RegisteredPhone
from tests.phone import house
from tests.phone.floor import Floor, until, wait_in_field
from tests.phone.house import Called, House
from tests.phone.instance import Instance

pytestmark = [pytest.mark.phone, pytest.mark.timeout(180)]


@pytest.fixture(scope="module")
def instance(staffed: Instance) -> Instance:
    return staffed


async def talk(at: House, agents: Floor) -> tuple[Called, RegisteredPhone]:
    """Eva and a caller talk."""
    evas = await agents.seat("eva", "201")
    called = await wait_in_field(at)
    await agents.until_agent("eva", "talking")
    await evas.event("answered", 30)
    return called, evas


async def talks_with(agents: Floor, called: Called, name: str) -> None:
    row = await agents.until_agent(name, "talking")
    assert row["call"] == called.id


async def no_longer_in_it(agents: Floor, name: str) -> None:
    """She wraps up, and may do so at once."""
    await agents.until_agent(name, "wrap_up")
    await agents.wish(name, "done")


async def test_on_hold_he_hears_music_until_she_is_back(at: House, agents: Floor) -> None:
    called, _ = await talk(at, agents)
    for _ in range(2):
        since = asyncio.get_running_loop().time()
        await agents.wish("eva", "hold")
        await agents.until_agent("eva", "on_hold")
        await called.wire.sound_after(since + 1.0)
        await agents.wish("eva", "resume")
        await agents.until_agent("eva", "talking")
    await called.wire.hang_up()
    await no_longer_in_it(agents, "eva")


async def test_her_hanging_up_in_the_room_ends_the_call(at: House, agents: Floor) -> None:
    called, evas = await talk(at, agents)
    await agents.wish("eva", "hold")
    await agents.until_agent("eva", "on_hold")
    await agents.wish("eva", "resume")
    await agents.until_agent("eva", "talking")
    await evas.hang_up()
    await at.gone(called)


async def test_whom_she_leaves_on_hold_waits_again(at: House, agents: Floor) -> None:
    called, evas = await talk(at, agents)
    await agents.wish("eva", "hold")
    await agents.until_agent("eva", "on_hold")
    await evas.hang_up()
    await agents.until_call(called.id, "waiting")
    await agents.seat("tom", "202")
    await talks_with(agents, called, "tom")
    await called.wire.hang_up()


async def test_where_nobody_decides_who_is_on_hold_is_put_to_his_agent(
    instance: Instance, at: House, agents: Floor
) -> None:
    """And into the field again as she leaves him, where her phone rings by itself."""
    called, evas = await talk(at, agents)
    await agents.wish("eva", "hold")
    await agents.until_agent("eva", "on_hold")
    with instance.hanging():
        await house.until(lambda: is_at(at, called, "ConfBridge"), 30)
        await evas.hang_up()
        await evas.event("over", 30)
        await evas.event("ringing", 60)
        await evas.event("answered", 30)
    await talks_with(agents, called, "eva")
    await called.wire.hang_up()
    await no_longer_in_it(agents, "eva")


async def is_at(at: House, called: Called, application: str) -> bool:
    """Whether he hears this application of the dialplan."""
    rows = await at.manager.ask("CoreShowChannels")
    his = [row for row in rows if row.get("Uniqueid", "").endswith(called.id.rpartition("-")[2])]
    return [row["Application"] for row in his] == [application]


async def test_a_blind_transfer_to_a_colleague(at: House, agents: Floor) -> None:
    called, _ = await talk(at, agents)
    await agents.seat("tom", "202")
    await agents.seat("luis", "203")
    await agents.wish("eva", "transfer", to="agent:luis")
    await talks_with(agents, called, "luis")
    await no_longer_in_it(agents, "eva")
    await called.wire.hang_up()
    assert not agents.of_call(called.id, facts.CallEnded)[1:]


async def test_a_blind_transfer_to_whoever_has_a_skill(at: House, agents: Floor) -> None:
    called, _ = await talk(at, agents)
    await agents.wish("eva", "transfer", to="skill:dunning")
    await agents.until_call(called.id, "waiting")
    await no_longer_in_it(agents, "eva")
    await agents.seat("luis", "203")
    await agents.seat("tom", "202")
    await talks_with(agents, called, "tom")
    await called.wire.hang_up()


async def test_a_blind_transfer_to_a_line_outside(at: House, agents: Floor) -> None:
    called, _ = await talk(at, agents)
    since = asyncio.get_running_loop().time()
    await agents.wish("eva", "transfer", to="line:workshop")
    await agents.until_call(called.id, "outside")
    await no_longer_in_it(agents, "eva")
    await called.wire.sound_after(since + 3.0)
    await called.wire.hang_up()
    await agents.until_call(called.id, "out")


async def test_she_asks_a_colleague_and_hands_the_caller_on(at: House, agents: Floor) -> None:
    called, _ = await talk(at, agents)
    toms = await agents.seat("tom", "202")
    await agents.wish("eva", "consult", to="agent:tom")
    await agents.until_agent("eva", "on_hold")
    await toms.event("answered", 30)
    await talks_with(agents, called, "tom")
    await agents.wish("eva", "handon")
    await no_longer_in_it(agents, "eva")
    await talks_with(agents, called, "tom")
    await called.wire.hang_up()
    await no_longer_in_it(agents, "tom")


async def test_her_hanging_up_hands_on_too(at: House, agents: Floor) -> None:
    called, evas = await talk(at, agents)
    await agents.seat("tom", "202")
    await agents.wish("eva", "consult", to="agent:tom")
    await talks_with(agents, called, "tom")
    await evas.hang_up()
    await no_longer_in_it(agents, "eva")
    await talks_with(agents, called, "tom")
    await called.wire.hang_up()


async def test_all_three_talk_and_the_colleague_leaves(at: House, agents: Floor) -> None:
    called, _ = await talk(at, agents)
    toms = await agents.seat("tom", "202")
    await agents.wish("eva", "consult", to="skill:dunning")
    await talks_with(agents, called, "tom")
    await agents.wish("eva", "join")
    await agents.until_agent("eva", "talking")
    await toms.hang_up()
    await no_longer_in_it(agents, "tom")
    await talks_with(agents, called, "eva")
    await called.wire.hang_up()
    await no_longer_in_it(agents, "eva")


async def test_a_colleague_who_declines_leaves_her_with_the_caller(
    at: House, agents: Floor
) -> None:
    called, _ = await talk(at, agents)
    toms = await agents.seat("tom", "202", answer_after_s=None)
    await agents.wish("eva", "consult", to="agent:tom")
    await toms.event("ringing", 30)
    await toms.decline()
    await agents.until_agent("tom", "ready")
    await agents.wish("eva", "resume")
    await talks_with(agents, called, "eva")
    await called.wire.hang_up()


async def test_a_line_outside_is_asked_in_and_the_caller_stays_with_it(
    at: House, agents: Floor
) -> None:
    called, _ = await talk(at, agents)
    await agents.wish("eva", "consult", to="line:workshop")
    await agents.until_agent("eva", "on_hold")
    await until(lambda: bool(agents.of_call(called.id, facts.LineAnswered)))
    await agents.wish("eva", "handon")
    await no_longer_in_it(agents, "eva")
    await agents.until_call(called.id, "outside")
    await called.wire.hang_up()
    await agents.until_call(called.id, "out")


async def test_the_caller_hangs_up_while_she_asks(at: House, agents: Floor) -> None:
    called, evas = await talk(at, agents)
    toms = await agents.seat("tom", "202", answer_after_s=None)
    await agents.wish("eva", "consult", to="agent:tom")
    await toms.event("ringing", 30)
    await called.wire.hang_up()
    await toms.event("over", 30)
    await evas.event("over", 30)
    await agents.until_agent("tom", "ready")
    await no_longer_in_it(agents, "eva")


@pytest.mark.parametrize("how", ["listen", "whisper", "join"])
async def test_a_supervisor_takes_part_and_both_are_told(
    at: House, agents: Floor, how: str
) -> None:
    called, _ = await talk(at, agents)
    lenas = await agents.phone_alone("204")
    since = asyncio.get_running_loop().time()
    await agents.wish("eva", "listen", phone="204", how=how)
    await lenas.event("answered", 30)

    async def is_told() -> bool:
        heard = await asyncio.to_thread(house.heard, called, at.settings, since)
        return "field/listened:de" in heard

    async def takes_part() -> bool:
        rows = await at.manager.ask("CoreShowChannels")
        does = {
            row["Application"] for row in rows if row.get("Channel", "").startswith("PJSIP/204-")
        }
        return does == {"ConfBridge" if how == "join" else "ChanSpy"}

    await house.until(is_told, 30)
    await house.until(takes_part, 30)
    await talks_with(agents, called, "eva")
    await lenas.hang_up()
    await talks_with(agents, called, "eva")
    await called.wire.hang_up()
    await no_longer_in_it(agents, "eva")
