"""Odd callers on the real portal: whatever they do, they are served or get a person, and nothing is left behind."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from domain import facts
from domain.call import Certainty, Concern
from domain.fact import Body
from domain.portal_facts import (
    PORTAL_FACTS,
    CallArrived,
    CardBlocked,
    DialogEnd,
    DialogLeft,
    HandedOver,
    LogInFailed,
    LogInFailure,
)
from tests.phone import house
from tests.phone.house import MUSIC, House, Person, digits
from tests.phone.instance import ROOT, Instance
from tests.phone.manager import Block

# a drill: 55 calls side by side need the machine for themselves
pytestmark = [pytest.mark.phone, pytest.mark.drill, pytest.mark.timeout(600)]

SERVICE = [
    "menu/balance:de",
    "menu/redeem:de",
    "menu/block_card:de",
    "menu/more:de",
    "menu/person:de",
]
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


@pytest.fixture(scope="module")
def made(portal: Instance) -> Round:
    """Everybody rings at the same time."""
    return asyncio.run(play(portal, {**TALKERS, **LEAVERS, **NAMES}))


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


# Heard, and in the log


def test_a_wrong_pin_three_times(made: Round) -> None:
    outcome = made["wrong PIN"]
    refused = ["login/moment:de", "login/wrong:de"]
    assert outcome.heard == [
        *GREETING, "login/pin:de",
        *refused, "login/pin_again:de", *refused, "login/pin_again:de", *refused,
        "person/connecting:de", MUSIC,
    ]  # fmt: skip
    assert failures(outcome) == [LogInFailure.WRONG_PIN] * 3
    assert outcome.handover.certainty is Certainty.IDENTIFIED
    assert outcome.handover.failed_at == "login.pin"


def test_an_unknown_number_sounds_the_same(made: Round) -> None:
    outcome = made["unknown number"]
    assert outcome.heard == made["wrong PIN"].heard
    assert failures(outcome) == [LogInFailure.UNKNOWN] * 3
    assert outcome.handover.certainty is Certainty.UNKNOWN


def failures(outcome: Outcome) -> list[LogInFailure]:
    return [body.failure for body in outcome.bodies if isinstance(body, LogInFailed)]


def test_silence(made: Round) -> None:
    outcome = made["silence"]
    again = ["try/no_input:de", "login/number_help:de"]
    assert outcome.heard == [*GREETING, *again, *again, "person/failed:de", MUSIC]
    assert outcome.handover.failed_at == "login.number"


def test_wrong_keys(made: Round) -> None:
    outcome = made["wrong keys"]
    assert outcome.heard == [
        CUT_WELCOME, "try/too_short:de", "login/number_help:de", "login/pin:de", "login/moment:de",
        *SERVICE, "try/no_match:de", *SERVICE, "try/no_match:de", *SERVICE, *SERVICE,
        "person/failed:de", MUSIC,
    ]  # fmt: skip
    assert outcome.handover.failed_at == "main"


def test_a_pound_after_a_menus_key_hides_no_answer(made: Round) -> None:
    assert made["pound from habit"].heard[-6:] == [*BALANCE, *SERVICE]


def test_star_clears_and_repeats(made: Round) -> None:
    assert made["star"].heard == [
        CUT_WELCOME, "login/pin:de", "login/pin:de", "login/moment:de", *SERVICE, *SERVICE,
    ]  # fmt: skip


def test_nine_goes_back(made: Round) -> None:
    assert made["back"].heard == [
        CUT_WELCOME, "login/zip:de", "login/number:de", "login/pin:de", "login/number:de",
        "login/pin:de", "login/moment:de", *SERVICE, *SERVICE,
    ]  # fmt: skip
    assert made["back without pound"].heard == [CUT_WELCOME, "login/pin:de", "login/number:de"]


@pytest.mark.parametrize(
    ("name", "asked", "certainty"),
    [
        ("person at once", [], Certainty.UNKNOWN),
        ("person without pound", [], Certainty.UNKNOWN),
        ("person before the PIN", ["login/pin:de"], Certainty.IDENTIFIED),
    ],
)
def test_a_person_before_log_in(
    made: Round, name: str, asked: list[str], certainty: Certainty
) -> None:
    outcome = made[name]
    assert outcome.heard == [CUT_WELCOME, *asked, "person/connecting:de", MUSIC]
    assert outcome.handover.certainty is certainty
    assert outcome.handover.failed_at is None


def test_a_person_after_log_in(made: Round) -> None:
    outcome = made["person, concern"]
    assert outcome.whole == [
        "login/moment:de", *SERVICE, *CONCERNS, "person/connecting:de", MUSIC
    ]  # fmt: skip
    assert outcome.handover.concern is Concern.RETURN
    assert outcome.handover.certainty is Certainty.PIN_VERIFIED


def test_zero_twice_goes_straight_through(made: Round) -> None:
    outcome = made["person, twice"]
    assert not set(CONCERNS) & set(outcome.whole)
    assert outcome.heard[-1] == MUSIC
    assert outcome.handover.concern is None
    assert outcome.handover.path[-1] == "concern"


def test_all_typed_ahead_in_the_welcome(made: Round) -> None:
    heard = made["typed ahead"].heard
    assert heard[0] == CUT_WELCOME
    assert heard[-6:] == [*BALANCE, *SERVICE]
    assert not {"login/number:de", "login/pin:de", *GREETING[1:]} & set(heard)


def test_two_people_of_one_zip_and_birth_date(made: Round) -> None:
    outcome = made["two Kellers"]
    assert outcome.heard == [
        CUT_WELCOME, "login/zip:de", "login/born:de", "login/several:de", "login/pin:de",
        "login/moment:de", *SERVICE, "balance/told-1:de", "number/0:de", "noun/point/many:de",
        *SERVICE,
    ]  # fmt: skip


def test_one_person_of_a_zip_and_birth_date_in_his_language(made: Round) -> None:
    outcome = made["one Miller"]
    assert outcome.heard == [
        CUT_WELCOME, "login/zip:de", "login/born:de", "login/pin:de", "login/moment:de",
        *(clip.replace(":de", ":en") for clip in SERVICE),
    ]  # fmt: skip


def test_the_language_menu(made: Round) -> None:
    options = [f"language/option:{language}" for language in ("de", "en", "es", "fr")]
    assert made["Spanish"].heard == [CUT_WELCOME, *options, "login/number:es"]


def test_who_withholds_his_number_is_served(made: Round) -> None:
    outcome = made["withheld"]
    assert outcome.whole == ["login/moment:de", *SERVICE]
    (arrived,) = (body for body in outcome.bodies if isinstance(body, CallArrived))
    assert arrived.caller is None


# Whoever leaves, however


@pytest.mark.parametrize("name", LEAVERS)
def test_the_log_of_whoever_leaves_is_whole(made: Round, name: str) -> None:
    outcome = made[name]
    assert outcome.kinds[0] == "CallArrived"
    assert outcome.end in (
        {DialogEnd.HUNG_UP, DialogEnd.HANDOVER}
        if name.startswith("bye")
        else {DialogEnd.HUNG_UP, DialogEnd.HANDOVER, DialogEnd.FAREWELL}
    ), outcome.kinds
    if "receipt" in name:
        assert sum(isinstance(body, CardBlocked) for body in outcome.bodies) == 1
    elif "with the block" not in name:
        assert "CardBlocked" not in outcome.kinds


# What callers call themselves


@pytest.mark.parametrize("name", NAMES)
def test_no_name_and_no_number_does_anything(made: Round, name: str) -> None:
    outcome = made[name]
    assert "BalanceTold" in outcome.kinds
    assert outcome.end is DialogEnd.HUNG_UP
    (arrived,) = (body for body in outcome.bodies if isinstance(body, CallArrived))
    assert (arrived.caller is None) is ("caller" in SAID[int(name.split()[1])])


def test_nothing_is_injected(portal: Instance, made: Round) -> None:
    assert not [block for block in made.events if {"Injected", "\nInjected"} & block.keys()]
    assert not [block for block in made.events if block.get("Event", "").startswith("Forged")]
    assert "Injected" not in json.dumps(made.events)
    for folder in (Path.cwd(), ROOT, portal.home):
        assert not list(folder.glob("INJECTED"))


# What is left behind


def test_every_dialog_ends_once_and_last(made: Round) -> None:
    assert [name for name, outcome in made.outcomes.items() if outcome.end is None] == []


def test_nothing_fails_and_nothing_is_left(portal: Instance, made: Round) -> None:
    assert portal.pids() == made.processes
    told = [json.loads(line) for line in made.logs["ivr.log"].splitlines()]
    assert [line for line in told if line["level"] not in {"info", "debug"}] == []
    assert [line for line in made.logs["asterisk.log"].splitlines() if " ERROR[" in line] == []
    asyncio.run(nothing_left(portal))


async def nothing_left(portal: Instance) -> None:
    ivr = portal.pids()["ivr"]
    async with house.house(portal) as at:
        await house.until(lambda: house.no_calls(at), 60)
    await house.until(lambda: house.no_connections(portal.settings.agi.port), 60)
    # the main one, the one that accepts, and those beside prompts, which stay
    await house.until(lambda: house.at_most(ivr, 2 + house.POOL), 60)
