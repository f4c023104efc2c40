"""Odd callers on the real portal: whatever they do, they are served or get a person, and nothing is left behind."""

import asyncio
import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from domain import facts
from domain.call import Certainty, Concern
from domain.facts import Body, DialogEnd, LogInFailure
from phone.wire import CallRefusedError
from tests.phone import house
from tests.phone.house import MUSIC, House, Person, digits
from tests.phone.instance import Instance

pytestmark = [pytest.mark.phone, pytest.mark.timeout(600)]

SERVICE = ["menu/balance:de", "menu/block_card:de", "menu/person:de"]
GREETING = [
    "tenant/alpenrad/welcome:de",
    "language/hint:en",
    "language/hint:es",
    "language/hint:fr",
    "login/number:de",
]
CONCERNS = [f"concern/{name}:de" for name in ("intro", "pay_out", "return", "data", "other")]
CUT_WELCOME = "tenant/alpenrad/welcome:de/"
BALANCE = ["balance/told-1:de", "number/21:de", "noun/point/many:de"]


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
    "wrong keys": Script("!1# {n}# {pin}# 7 8 # field bye"),
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
NAMES = {
    f"name {number}": Script(SERVED, listened=False, **said)
    for number, said in enumerate(
        (
            {"name": 'Robert"); DROP TABLE facts;--'},
            {"name": "${SHELL(touch INJECTED)}${EVAL(${CALLERID(num)})}"},
            {"name": "a,b|c;d=e&f^g"},
            {"name": "%0D%0AInjected: yes%0D%0A%0D%0AAction: Hangup"},
            {"name": "Žofie 😀 \\n\\r\\t \\"},
            {"name": "x" * 3000},
            {"caller": "%0AInjected%3A%20yes%0A%0AAction%3A%20Hangup"},
            {"caller": "%0Aagi_callerid%3A%20+4917100000"},
            {"caller": "49%0A%0Aagi_extension%3A%20555200%0A"},
            {"caller": "%24%7BSHELL(touch%20INJECTED)%7D"},
            {"caller": "%22,%7C,%3B;,"},
            {"caller": "1" * 400},
        )
    )
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a caller heard and what the log says of his call."""

    call: str
    heard: list[str]
    bodies: list[Body]

    def only(self, kind: type[Body]) -> Body:
        (found,) = (body for body in self.bodies if isinstance(body, kind))
        return found


@dataclass(frozen=True, slots=True)
class Round:
    """All callers' outcomes, and what Asterisk told the portal's user meanwhile."""

    outcomes: Mapping[str, Outcome]
    events: list[dict[str, str]]
    pids: Mapping[str, int]
    log_begins: Mapping[Path, int]

    def __getitem__(self, name: str) -> Outcome:
        return self.outcomes[name]


@pytest.fixture(scope="module")
def made(portal: Instance) -> Iterator[Round]:
    """Everybody rings at the same time."""
    logs = {path: path.stat().st_size for path in (portal.home / "log").glob("*.*")}
    pids = portal.pids()
    yield asyncio.run(play(portal, {**TALKERS, **LEAVERS, **NAMES}, pids, logs))


async def play(
    portal: Instance, scripts: Mapping[str, Script], pids: Mapping[str, int], logs: dict[Path, int]
) -> Round:
    people = house.add_people(portal.settings, len(scripts))
    async with house.house(portal) as at:
        async with asyncio.TaskGroup() as group:
            acts = [
                group.create_task(act(at, name, script, one))
                for (name, script), one in zip(scripts.items(), people, strict=True)
            ]
        calls = [one.result() for one in acts]
        events = at.manager.blocks
    told = house.facts_by_call(portal.settings)
    outcomes = {}
    for (name, script), called in zip(scripts.items(), calls, strict=True):
        sound = house.heard(called, portal.settings) if script.listened else []
        bodies = [fact.body for fact in told[called.id]]
        outcomes[name] = Outcome(called.id, sound, bodies)
    return Round(outcomes, events, pids, logs)


async def act(at: House, name: str, script: Script, person: Person) -> house.Called:
    called = await at.dial(script.caller, script.name)
    steps = script.steps.format(n=person.number, pin=person.pin, wrong=digits(7))
    try:
        await at.follow(called, steps.split())
        await at.gone(called)
    except Exception as error:
        error.add_note(f"caller: {name}")
        raise
    return called


def test_placeholder(made: Round) -> None:
    for name, outcome in made.outcomes.items():
        print(name, outcome)
