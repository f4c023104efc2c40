"""Many callers at once: each hears his own balance, and none of his keys is lost."""

import asyncio
from collections.abc import Sequence
from contextlib import closing
from itertools import pairwise
from typing import Final

import numpy as np
import pytest
from numpy.typing import NDArray

from domain.language import Language
from domain.portal_facts import BalanceTold
from ivr import speech
from ivr.speech import ClipKey, Noun
from phone.hearing import Library, hear
from phone.sip_dialog import State
from phone.waves import RATE
from phone.wire import WireCall, WirePhone
from rufwerk import wiring
from rufwerk.bench import crowd
from rufwerk.bench.crowd import Member
from tests.phone.house import facts_by_call
from tests.phone.instance import Instance

# a drill: on two cores with other work on them the callers' own keys come late and are lost
pytestmark = [pytest.mark.phone, pytest.mark.drill]

CALLS: Final = 150
ARRIVE_IN_S: Final = 10.0
ANSWER_S: Final = 10.0
"""More than the longest balance and the first of the menu take."""

SILENT_S: Final = 0.5
"""Before the last key nothing was said; sound may stand a little early, by a clock of its own."""

BREATH_S: Final = 0.9
"""More than that, and than the pause between two clips."""

SAME: Final = 0.93
"""A clip, coded and decoded, is found with 0.99 and more; another word of the same voice with less than 0.9."""

LISTENED_TO: Final = 25
"""Each so many-th call is listened to without knowing what should be heard, and so is one whose sound has holes: on a
busy machine Asterisk sends late now and then."""

_PATIENCE_S: Final = 90.0

Samples = NDArray[np.int16]


async def balance_call(phone: WirePhone, member: Member, place: int) -> tuple[WireCall, float]:
    """Every second caller knows the way and keys into what is being said; the moment of his last key."""
    await asyncio.sleep(place * ARRIVE_IN_S / CALLS)
    call = await phone.dial(crowd.LINE)
    number, pin, choice = member.groups
    said_from = call.answered_at
    for group in (number, pin):
        if place % 2:
            await call.sound_after(said_from, _PATIENCE_S)
        else:
            await call.asked(_PATIENCE_S)
        said_from = (await call.press(group))[-1].sent_at
    await call.asked(_PATIENCE_S)
    (press,) = await call.press(choice)
    await call.asked(_PATIENCE_S)
    return call, press.sent_at


async def test_150_callers_at_once_all_hear_their_balance(
    portal: Instance, library: Library
) -> None:
    settings = portal.settings
    people = crowd.members(CALLS, more_each=137)
    with closing(wiring.transactions(settings)) as transactions:
        await asyncio.to_thread(crowd.add, transactions, wiring.pins(settings), people)
    async with WirePhone(settings.sip.host, settings.sip.port) as phone:
        calls = [balance_call(phone, member, place) for place, member in enumerate(people)]
        made = await asyncio.gather(*calls)
        assert {call.state for call, _ in made} == {State.TALKING}, "not all are up at once"
        answers = [answer(call, pressed_at) for call, pressed_at in made]
    german = {clip.key: clip for clip in library.clips if clip.language == Language.DE}
    for place, (member, sound) in enumerate(zip(people, answers, strict=True)):
        wanted, other = balance(member), balance(people[place - 1])
        assert not follow_each_other(sound, [german[key].samples for key in other])
        if place % LISTENED_TO == 0 or not follow_each_other(
            sound, [german[key].samples for key in wanted]
        ):
            assert heard(sound, library)[: len(wanted)] == wanted, member.id
    told = [fact.body for call in facts_by_call(settings).values() for fact in call]
    assert {body.participant for body in told if isinstance(body, BalanceTold)} >= {
        member.id for member in people
    }


def answer(call: WireCall, pressed_at: float) -> Samples:
    """What was heard after the last key, and of the silence before it."""
    begins = round((pressed_at - call.answered_at - SILENT_S) * RATE)
    return call.audio()[begins : begins + round(ANSWER_S * RATE)]


def balance(member: Member) -> list[str]:
    """The clips that tell a balance, up to the first of the question after it."""
    counted = speech.counted(Language.DE, member.points, Noun.POINT)
    return ["balance/told-1", *counted, "menu/balance"]


def heard(sound: Samples, library: Library) -> list[str]:
    """The clips heard, one that a hole in the sound has made two of counted once."""
    clips = hear(sound, library).heard
    goes_on = {
        place
        for place, (before, now) in enumerate(pairwise(clips), start=1)
        if before.cut and before.prompt == now.prompt
    }
    keys = [ClipKey(clip.prompt) for place, clip in enumerate(clips) if place not in goes_on]
    return list(speech.told_apart(Language.DE, keys))


def follow_each_other(sound: Samples, clips: Sequence[Samples]) -> bool:
    """Whether the sound holds these clips with a breath between them at most; quicker than hearing."""
    place = 0
    for clip in clips:
        window = sound[place : place + clip.size + round(BREATH_S * RATE)].astype(np.float64)
        if window.size < clip.size:
            return False
        wanted = clip.astype(np.float64)
        spectrum = np.fft.rfft(window) * np.conj(np.fft.rfft(wanted, window.size))
        products = np.fft.irfft(spectrum, window.size)[: window.size - clip.size + 1]
        energy = np.concatenate(([0.0], np.cumsum(window**2)))
        local = np.sqrt(np.maximum(energy[clip.size :] - energy[: -clip.size], 1.0))
        scores = products / local / np.linalg.norm(wanted)
        best = int(scores.argmax())
        if scores[best] < SAME:
            return False
        place += best + clip.size
    return True
