"""Odd callers, what they do, and what is seen of the portal meanwhile."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from domain import facts
from domain.fact import Body
from domain.portal_facts import (
    PORTAL_FACTS,
    DialogEnd,
    DialogLeft,
    HandedOver,
)
from tests.phone import house
from tests.phone.house import House, Person, digits
from tests.phone.instance import Instance
from tests.phone.manager import Block


@dataclass(frozen=True, slots=True)
class Script:
    """What a caller does (``House.follow``; {n} is his number, {pin} his PIN), and who he says he is."""

    steps: str
    name: str = ""
    caller: str | None = field(default_factory=lambda: f"+4915790{digits(6)}")
    listened: bool = True


TALKERS = {
    "wrong PIN": Script("{n}# {wrong}# {wrong}# {wrong}# field bye"),
    "unknown number": Script("4711004711# {wrong}# {wrong}# {wrong}# field bye"),
    "silence": Script("field bye"),
    "wrong keys": Script("!1# {n}# {pin}# 7 8 # 5 field bye"),
    "pound from habit": Script("!{n}#{pin}# 1# hear bye"),
    "star": Script("!12*{n}# * 1357*{pin}# * hear bye"),
    "back": Script("!* 9# {n}# 9# {n}# {pin}# 9 hear bye"),
    "back without pound": Script("!{n}# 9 hear bye"),
    "person at once": Script("!0# field bye"),
    "person without pound": Script("!0 field bye"),
    "person before the PIN": Script("!{n}# 0# field bye"),
    "person, concern": Script("!{n}#{pin}# 0 2 field bye"),
    "person, twice": Script("!{n}#{pin}# !00 field bye"),
    "typed ahead": Script("!{n}#{pin}#1 hear bye"),
    "two Kellers": Script("!* 76275# 17051985# 10000005# 570913# 1 hear bye"),
    "one Miller": Script("!* 10115# 04071990# 246801# hear bye"),
    "Spanish": Script("!# 3 hear bye"),
    "withheld": Script("!{n}#{pin}# hear bye", caller=None),
}

STEPS = {
    "at once": "",
    "in the greeting": "!*",
    "with the number": "!{n}#",
    "asked for the PIN": "!{n}# hear",
    "with the PIN": "!{n}#{pin}#",
    "in the menu": "!{n}#{pin}# hear",
    "told the balance": "!{n}#{pin}#1",
    "asked about the block": "!{n}#{pin}#3 hear",
    "with the block": "!{n}#{pin}#31",
    "told the receipt": "!{n}#{pin}#31 hear",
    "on the way to a person": "!0#",
    "in the field": "!0# field",
}
LEAVERS = {
    f"{way} {step}": Script(f"{steps} {way}", listened=False)
    for step, steps in STEPS.items()
    for way in ("bye", "vanish")
}

SERVED = "!{n}#{pin}#1 hear bye"
SAID: Sequence[Mapping[str, str]] = (
    {"name": 'Robert"); DROP TABLE facts;--'},
    {"name": "${SHELL(touch INJECTED)}${EVAL(${CALLERID(num)})}"},
    {"name": "a,b|c;d=e&f^g"},
    {"name": "%0D%0AInjected: yes%0D%0A%0D%0AEvent: Forged"},
    {"name": "Žofie 😀 \\n\\r\\t \\"},
    {"name": "x" * 3000},
    {"caller": "%0D%0AInjected%3A%20yes%0D%0A%0D%0AEvent%3A%20Forged"},
    {"caller": "%0AInjected%3A%20yes%0A%0AEvent%3A%20Forged"},
    {"caller": "%0Aagi_callerid%3A%20+4917100000"},
    {"caller": "49%0A%0Aagi_extension%3A%20555200%0A"},
    {"caller": "%24%7BSHELL(touch%20INJECTED)%7D"},
    {"caller": "%22,%7C,%3B;,"},
    {"caller": "1" * 400},
)
NAMES = {
    f"name {number}": Script(SERVED, listened=False, **said) for number, said in enumerate(SAID)
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a caller heard and what the log says of his call."""

    heard: list[str]
    bodies: list[Body]

    @property
    def whole(self) -> list[str]:
        """What was heard without the bits that a key has cut."""
        return [clip for clip in self.heard if not clip.endswith("/")]

    @property
    def kinds(self) -> list[str]:
        return [facts.kind_of(body) for body in self.bodies]

    @property
    def handover(self) -> HandedOver:
        (found,) = (body for body in self.bodies if isinstance(body, HandedOver))
        return found

    @property
    def end(self) -> DialogEnd | None:
        """How the dialog was left, if that is its last fact, and there once; the waiting field's may follow."""
        last = [body for body in self.bodies if isinstance(body, PORTAL_FACTS)][-1]
        is_once = self.kinds.count("DialogLeft") == 1
        return last.end if isinstance(last, DialogLeft) and is_once else None


@dataclass(frozen=True, slots=True)
class Round:
    """All callers' outcomes, and what else is seen of the portal meanwhile."""

    outcomes: Mapping[str, Outcome]
    events: Sequence[Block]
    processes: Mapping[str, int]
    logs: Mapping[str, str]

    def __getitem__(self, name: str) -> Outcome:
        return self.outcomes[name]


async def play(portal: Instance, scripts: Mapping[str, Script]) -> Round:
    folder = portal.home / "log"
    begins = {path: path.stat().st_size for path in folder.glob("**/*.*")}
    processes = portal.pids()
    people = house.add_people(portal.settings, len(scripts))
    async with house.house(portal) as at:
        async with asyncio.TaskGroup() as group:
            acts = [
                group.create_task(act(at, name, script, one))
                for (name, script), one in zip(scripts.items(), people, strict=True)
            ]
        events = at.manager.blocks
    told = house.facts_by_call(portal.settings)
    outcomes = {}
    for name, one in zip(scripts, acts, strict=True):
        called, sound = one.result()
        outcomes[name] = Outcome(sound, [fact.body for fact in told[called.id]])
    logs = {
        path.name: path.read_bytes()[begins.get(path, 0) :].decode()
        for path in folder.glob("**/*.*")
    }
    return Round(outcomes, events, processes, logs)


async def act(
    at: House, name: str, script: Script, person: Person
) -> tuple[house.Called, list[str]]:
    called = await at.dial(script.caller, script.name)
    steps = script.steps.format(n=person.number, pin=person.pin, wrong=digits(7))
    try:
        await at.follow(called, steps.split())
        await at.gone(called)
    except Exception as error:
        error.add_note(f"caller: {name}")
        raise
    if not script.listened:
        return called, []
    return called, await asyncio.to_thread(house.heard, called, at.settings)
