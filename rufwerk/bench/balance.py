"""How long after the answer a caller has heard his balance: one who knows the keys, and one who listens to it all."""

import asyncio
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from rich.console import Console

from domain.language import Language
from ivr import speech
from ivr.speech import ClipKey, Noun
from phone.caller import load_library
from phone.hearing import Hearing, Library, hear
from phone.waves import RATE
from phone.wire import CallEndedError, CallRefusedError, WirePhone
from rufwerk import demo_data, wiring
from rufwerk.bench import machine, scratch
from rufwerk.bench.crowd import LINE
from rufwerk.bench.scratch import Scratch
from rufwerk.demo_data import DemoPerson
from rufwerk.settings import Settings

CALLS: Final = 3
"""Of each kind in each language."""

PEOPLE: Final = {
    language: next(one for one in demo_data.PEOPLE if one.participant.language is language)
    for language in Language
}
"""The first of each language; by his telephone the portal speaks it from the welcome on."""

_PATIENCE_S: Final = 60.0


def measure(settings: Settings, console: Console, calls: int = CALLS) -> dict[str, Any]:
    """The document that ``--json`` prints; seconds from the answer to the end of the balance, None where no call got
    so far.
    """
    with scratch.scratch(settings, console) as instance:
        instance.start_ivr()
        instance.start_asterisk()
        version = instance.asterisk.program.version
        described = machine.described(version, wiring.utc_now())
        console.print(f"{calls} calls of each kind, {len(PEOPLE)} languages at once ...")
        knowing, newcomer = scratch.run(_measured(instance, calls))
        load_after = machine.described(version, wiring.utc_now())["load"]
    failed = [took for took in chain(*knowing.values(), *newcomer.values()) if took is None]
    return {
        "knowing_s": _medians(knowing),
        "newcomer_s": _medians(newcomer),
        "failed": len(failed),
        "machine": described,
        "load_after": load_after,
    }


@dataclass(frozen=True, slots=True)
class Answer:
    """What was heard from the last key on, that many seconds after the answer: all else costs hearing for nothing."""

    samples: NDArray[np.int16]
    after_s: float


def told_at(hearing: Hearing, language: Language, points: int) -> float | None:
    """When the last word of the balance was over, in seconds; None where it wasn't heard."""
    spoken = [one for one in hearing.heard if one.language == language]
    keys = speech.told_apart(language, [ClipKey(one.prompt) for one in spoken])
    wanted = ("balance/told-1", *speech.counted(language, points, Noun.POINT))
    for first in range(len(keys) - len(wanted) + 1):
        if keys[first : first + len(wanted)] == wanted:
            return spoken[first + len(wanted) - 1].until_s
    return None


_Times = Mapping[Language, Sequence[float | None]]


async def _measured(instance: Scratch, calls: int) -> tuple[_Times, _Times]:
    settings = instance.settings
    folders = wiring.Folders.of(settings)
    library = load_library(folders.sounds, folders.own_sounds)
    knowing: dict[Language, list[float | None]] = {language: [] for language in PEOPLE}
    newcomer: dict[Language, list[float | None]] = {language: [] for language in PEOPLE}
    async with WirePhone(settings.sip.host, settings.sip.port) as phone:
        for _ in range(calls):
            for how, times in ((_knowing, knowing), (_newcomer, newcomer)):
                made = await asyncio.gather(*(how(phone, one) for one in PEOPLE.values()))
                for call, (language, person) in zip(made, PEOPLE.items(), strict=True):
                    took = await asyncio.to_thread(_told_at, call, person, library)
                    times[language].append(took)
    return knowing, newcomer


async def _knowing(phone: WirePhone, person: DemoPerson) -> Answer | None:
    """Keys all at once as soon as he hears anything."""
    return await _ring(phone, person, at_once=True, groups=["".join(_groups(person))])


async def _newcomer(phone: WirePhone, person: DemoPerson) -> Answer | None:
    """Hears each prompt to its end, then keys."""
    return await _ring(phone, person, at_once=False, groups=_groups(person))


def _groups(person: DemoPerson) -> Sequence[str]:
    return f"{person.participant.number}#", f"{person.pin}#", "1"


async def _ring(
    phone: WirePhone, person: DemoPerson, *, at_once: bool, groups: Iterable[str]
) -> Answer | None:
    """What came of a call up to the end of the balance; None where it broke off."""
    after_s = 0.0
    try:
        call = await phone.dial(LINE, caller=person.participant.phone)
        for group in groups:
            if at_once:
                await call.sound_after(call.answered_at, _PATIENCE_S)
            else:
                await call.asked(_PATIENCE_S)
            *_, last = await call.press(group)
            after_s = last.sent_at - call.answered_at
        await call.asked(_PATIENCE_S)
        await call.hang_up()
    except (CallRefusedError, CallEndedError, TimeoutError):
        return None
    return Answer(call.audio()[round(after_s * RATE) :], after_s)


def _told_at(answer: Answer | None, person: DemoPerson, library: Library) -> float | None:
    if answer is None:
        return None
    language = person.participant.language
    own = Library([clip for clip in library.clips if clip.language == language])
    at_s = told_at(hear(answer.samples, own), language, sum(person.bookings))
    return None if at_s is None else answer.after_s + at_s


def _medians(times: _Times) -> dict[str, float | None]:
    return {language.value: _median(took) for language, took in times.items()}


def _median(took: Iterable[float | None]) -> float | None:
    heard = [one for one in took if one is not None]
    return round(statistics.median(heard), 1) if heard else None
