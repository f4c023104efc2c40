"""Real calls to the whole portal, asserted on the sound that was heard."""

import asyncio
from collections.abc import Sequence

import pytest

from domain.language import Language
from ivr import speech
from ivr.speech import ClipKey, Noun
from phone.hearing import Hearing, Library, hear
from phone.wire import WireCall, WirePhone
from rufwerk import demo_data
from tests.phone.instance import Instance

pytestmark = pytest.mark.phone


async def key(
    phone: WirePhone, number: str, groups: Sequence[str], caller: str | None = None
) -> WireCall:
    """Ring, key each group when asked, hear the last answer to its end."""
    call = await phone.dial(number, caller=caller)
    for group in groups:
        await call.asked(60)
        await call.press(group)
    await call.asked(60)
    return call


async def hear_all(
    portal: Instance, calls: Sequence[tuple[str, Sequence[str]]], library: Library
) -> list[Hearing]:
    """Make the calls side by side; what each caller heard."""
    settings = portal.settings
    async with WirePhone(settings.sip.host, settings.sip.port) as phone:
        made = await asyncio.gather(*(key(phone, number, groups) for number, groups in calls))
        heard = [await asyncio.to_thread(hear, call.audio(), library) for call in made]
        for call in made:
            await call.hang_up()
    return heard


def prompts(hearing: Hearing, language: Language) -> list[str]:
    """The clips heard in a language; those that sound the same are told apart by what follows."""
    keys = [ClipKey(heard.prompt) for heard in hearing.heard if heard.language == language]
    return list(speech.told_apart(language, keys))


async def test_all_seven_hear_their_balance_in_their_language(
    portal: Instance, library: Library
) -> None:
    people = demo_data.PEOPLE
    line = {"alpenrad": "555100", "maison-lune": "555200"}
    calls = [
        (line[person.participant.tenant], [f"{person.participant.number}#", f"{person.pin}#", "1"])
        for person in people
    ]
    for person, hearing in zip(people, await hear_all(portal, calls, library), strict=True):
        language = Language(person.participant.language)
        counted = speech.counted(language, sum(person.bookings), Noun.POINT)
        wanted = ["balance/told-1", *counted, "menu/balance"]
        heard = prompts(hearing, language)
        start = heard.index(wanted[0])
        assert heard[start : start + len(wanted)] == wanted, (person.participant.number, heard)
        assert not hearing.unknown


def test_the_scripted_caller_tells_what_it_heard(portal: Instance) -> None:
    report = portal.json("call", "555100", "--keys", "10000001#,135790#,1")
    assert report["ended"] == "caller"
    heard = [clip["prompt"] for clip in report["heard"]]
    wanted = ["balance/told-1", *speech.counted(Language.DE, 1234, Noun.POINT), "menu/balance"]
    start = heard.index("balance/told-1")
    assert heard[start : start + len(wanted)] == wanted
    assert {clip["language"] for clip in report["heard"][start:]} == {"de"}
    assert all(
        set(clip) == {"prompt", "text", "language", "at_s", "cut"} for clip in report["heard"]
    )
