"""150 callers at once on one machine: all of them hear their balance."""

import asyncio

import numpy as np
import pytest
from numpy.typing import NDArray

from domain.language import Language
from ivr import speech
from ivr.speech import ClipKey, Noun
from phone.hearing import Library, hear
from phone.wire import WirePhone
from rufwerk import demo_data
from tests.phone.instance import Instance

Samples = NDArray[np.int16]

# a drill: on two cores with anything else on them the callers' own keys come late and are lost
pytestmark = [pytest.mark.phone, pytest.mark.drill, pytest.mark.timeout(600)]

CALLERS = 150
ARRIVE_WITHIN_S = 10.0
KEY_WITHIN_S = 10.0
ANSWER_S = 6.0
"""The balance sentence of each demo participant is shorter than that."""

PEOPLE = [person for person in demo_data.PEOPLE if person.participant.tenant == "alpenrad"]


async def _hear_balance(phone: WirePhone, number: int, all_up: asyncio.Barrier) -> Samples:
    """The sound from the key for the balance on; nobody logs in before all callers are up."""
    person = PEOPLE[number % len(PEOPLE)]
    await asyncio.sleep(number * ARRIVE_WITHIN_S / CALLERS)
    call = await phone.dial("555100")
    await all_up.wait()
    await asyncio.sleep(number * KEY_WITHIN_S / CALLERS)
    for keys in (f"{person.participant.number}#", f"{person.pin}#"):
        await call.asked(90)
        await call.press(keys)
    await call.asked(90)
    before = len(call.audio())
    await call.press("1")
    await call.asked(90)
    sound = call.audio()[before:]
    await call.hang_up()
    return sound


async def test_all_of_150_callers_at_once_hear_their_balance(
    portal: Instance, library: Library
) -> None:
    settings = portal.settings
    all_up = asyncio.Barrier(CALLERS)
    async with WirePhone(settings.sip.host, settings.sip.port) as phone:
        sounds = await asyncio.gather(
            *(_hear_balance(phone, number, all_up) for number in range(CALLERS))
        )
    for number, sound in enumerate(sounds):
        person = PEOPLE[number % len(PEOPLE)]
        language = Language(person.participant.language)
        answer = await asyncio.to_thread(hear, sound[: int(ANSWER_S * 8000)], library)
        keys = [ClipKey(one.prompt) for one in answer.heard if one.language == language]
        wanted = ["balance/told-1", *speech.counted(language, sum(person.bookings), Noun.POINT)]
        heard = list(speech.told_apart(language, keys))
        assert "balance/told-1" in heard, (number, heard)
        start = heard.index(ClipKey("balance/told-1"))
        assert heard[start : start + len(wanted)] == wanted, (number, heard)
