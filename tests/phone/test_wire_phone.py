"""The light phone of loads and exact times, against a real Asterisk."""

import asyncio
from collections.abc import Iterator

import pytest

from phone.hearing import Hearing, hear
from phone.registered import RegisteredPhone
from phone.sip_dialog import Ending, State
from phone.wire import CallEndedError, CallRefusedError, WireCall, WirePhone
from tests.phone.scratch_asterisk import Portal, portal

pytestmark = pytest.mark.phone


@pytest.fixture(scope="module")
def asterisk() -> Iterator[Portal]:
    with portal() as running:
        yield running


def phone_of(asterisk: Portal) -> WirePhone:
    return WirePhone("127.0.0.1", asterisk.port)


def heard(call: WireCall, asterisk: Portal) -> Hearing:
    return hear(call.audio(), asterisk.library)


def prompts(hearing: Hearing) -> list[str]:
    return [each.prompt for each in hearing.heard]


async def test_hears_the_very_prompts_and_that_the_portal_hangs_up(asterisk: Portal) -> None:
    async with phone_of(asterisk) as phone:
        call = await phone.dial("100")
        assert await call.over() == Ending("portal")
    hearing = heard(call, asterisk)
    assert [(each.prompt, each.language, each.cut) for each in hearing.heard] == [
        ("welcome", "de", False),
        ("balance", "fr", False),
    ]
    assert hearing.heard[0].at_s < 0.2
    assert hearing.heard[1].at_s == pytest.approx(hearing.heard[0].at_s + 0.9, abs=0.05)
    assert not hearing.unknown


async def test_mu_law_too() -> None:
    with portal(codecs="ulaw") as asterisk:
        async with phone_of(asterisk) as phone:
            call = await phone.dial("200")
            await call.asked()
            await call.press("21#")
            await call.asked()
            await call.press("#")
            await call.asked()
            await call.hang_up()
        assert prompts(heard(call, asterisk)) == ["welcome", "number", "pin", "balance", "2", "1"]


async def test_types_when_asked_and_every_key_arrives(asterisk: Portal) -> None:
    async with phone_of(asterisk) as phone:
        call = await phone.dial("200", caller="+491713920001")
        await call.asked()
        pressed = await call.press("9203847561#")
        answered_at = await call.sound_after(pressed[-1].sent_at)
        await call.asked()
        await call.press("135790#")
        await call.asked()
        await call.hang_up()
    assert call.ending == Ending("caller")
    assert call.state is State.ENDED
    assert [press.key for press in pressed] == [*"9203847561#"]
    times = [press.sent_at for press in pressed]
    assert times == sorted(times)
    assert answered_at > times[-1]
    expected = ["welcome", "number", "pin", "balance", *"9203847561"]
    hearing = heard(call, asterisk)
    assert prompts(hearing) == expected
    assert not any(each.cut for each in hearing.heard)


async def test_a_key_cuts_the_prompt(asterisk: Portal) -> None:
    async with phone_of(asterisk) as phone:
        call = await phone.dial("200")
        await call.sound_after(call.answered_at + 2.1)  # into the second prompt
        pressed = await call.press("1")
        await call.press("2#")
        await call.asked()
        await call.hang_up()
    hearing = heard(call, asterisk)
    assert [(each.prompt, each.cut) for each in hearing.heard] == [
        ("welcome", False),
        ("number", True),
        ("pin", False),
    ]
    cut_at = hearing.heard[1].until_s
    assert cut_at == pytest.approx(pressed[0].sent_at - call.answered_at, abs=0.15)


async def test_a_number_withheld_and_one_shown(asterisk: Portal) -> None:
    async with phone_of(asterisk) as phone:
        withheld = await phone.dial("300")
        await withheld.over()
        shown = await phone.dial("300", caller="+4930", name='O\'Neill "Bob" ${X}')
        await shown.over()
    assert prompts(heard(withheld, asterisk)) == ["welcome"]
    assert prompts(heard(shown, asterisk)) == ["welcome", *"4930"]


@pytest.mark.parametrize(("number", "status"), [("404", 404), ("486", 486)])
async def test_a_call_that_is_refused(asterisk: Portal, number: str, status: int) -> None:
    async with phone_of(asterisk) as phone:
        with pytest.raises(CallRefusedError) as caught:
            await phone.dial(number)
    assert caught.value.status == status


async def test_a_call_that_nobody_answers_is_cancelled(asterisk: Portal) -> None:
    async with phone_of(asterisk) as phone:
        call = await phone.ring("180")
        await call.ringing()
        assert call.state is State.RINGING
        with pytest.raises(CallRefusedError) as caught:
            await call.answered(timeout_s=0.2)
        assert caught.value.status == 408
        assert call.ending == Ending("caller", 487, "Request Terminated")
    await nobody_is_left(asterisk)
    assert call.audio().size == 0


async def test_nobody_at_the_address() -> None:
    async with WirePhone("127.0.0.1", 9) as phone:
        with pytest.raises(CallRefusedError):
            await phone.dial("100", timeout_s=1.0)


async def test_waiting_ends_with_the_call(asterisk: Portal) -> None:
    async with phone_of(asterisk) as phone:
        call = await phone.dial("100")
        with pytest.raises(CallEndedError):
            await call.sound_after(call.answered_at + 30.0, timeout_s=20.0)
        with pytest.raises(CallEndedError):
            await call.press("1")
        await call.hang_up()
    assert call.ending == Ending("portal")


async def test_silence_is_no_question(asterisk: Portal) -> None:
    async with phone_of(asterisk) as phone:
        call = await phone.dial("900")
        with pytest.raises(TimeoutError):
            await call.asked(timeout_s=1.5)


async def test_a_phone_that_vanishes_says_nothing(asterisk: Portal) -> None:
    async with phone_of(asterisk) as phone:
        call = await phone.dial("900")
        call.vanish()
        assert call.state is State.ENDED
    assert asterisk.console.calls() == 1, "Asterisk can't know"
    asterisk.console.ask("channel request hangup all")
    await nobody_is_left(asterisk)


async def test_twenty_calls_at_once(asterisk: Portal) -> None:
    async def one(phone: WirePhone, number: str) -> WireCall:
        call = await phone.dial("200")
        await call.asked()
        await call.press(f"{number}#")
        await call.asked()
        await call.press("#")
        await call.asked()
        return call

    numbers = [f"{100 + place}" for place in range(20)]
    async with phone_of(asterisk) as phone:
        calls = await asyncio.gather(*(one(phone, number) for number in numbers))
    for call, number in zip(calls, numbers, strict=True):
        assert prompts(heard(call, asterisk)) == ["welcome", "number", "pin", "balance", *number]
    await nobody_is_left(asterisk)


async def test_an_operators_phone_rings_and_answers(asterisk: Portal) -> None:
    async with (
        RegisteredPhone("127.0.0.1", asterisk.port, "201", "demo-201", answer_after_s=0.3) as agent,
        phone_of(asterisk) as phone,
    ):
        call = await phone.dial("700")
        ringing = await agent.event("ringing")
        answered = await agent.event("answered")
        assert answered["at"] > ringing["at"]
        await agent.hang_up()
        assert (await agent.event("over"))["by"] == "caller"
        await call.hang_up()
    assert prompts(heard(call, asterisk))[0] == "music/hold"


async def test_an_operators_phone_declines_and_a_caller_leaves(asterisk: Portal) -> None:
    async with (
        RegisteredPhone("127.0.0.1", asterisk.port, "201", "demo-201") as agent,
        phone_of(asterisk) as phone,
    ):
        first = await phone.dial("700")
        await agent.event("ringing")
        await agent.decline()
        assert (await agent.event("over"))["by"] == "error"
        await first.over()
        assert prompts(heard(first, asterisk))[-1] == "bye"
        second = await phone.dial("700")
        await agent.event("ringing")
        await second.hang_up()
        over = await agent.event("over")
        assert (over["by"], over["status"]) == ("error", 487)
        third = await phone.dial("700")
        await agent.event("ringing")
        await agent.answer()
        await agent.event("answered")
        await third.hang_up()
        assert (await agent.event("over"))["by"] == "portal"


async def test_a_wrong_password_is_told(asterisk: Portal) -> None:
    with pytest.raises(TimeoutError):
        async with RegisteredPhone("127.0.0.1", asterisk.port, "201", "wrong", timeout_s=2.0):
            pass


async def nobody_is_left(asterisk: Portal) -> None:
    async with asyncio.timeout(5):
        while await asyncio.to_thread(asterisk.console.calls):
            pass
