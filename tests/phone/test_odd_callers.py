"""Odd callers on the real portal: whatever they do, they are served or get a person, and nothing is left behind."""

import asyncio
import json
from pathlib import Path

import pytest

from domain.call import Certainty, Concern
from domain.portal_facts import (
    CallArrived,
    CardBlocked,
    DialogEnd,
    LogInFailed,
    LogInFailure,
)
from tests.phone import house
from tests.phone.house import MUSIC
from tests.phone.instance import ROOT, Instance
from tests.phone.odd_callers import (
    LEAVERS,
    NAMES,
    SAID,
    TALKERS,
    Outcome,
    Round,
    play,
)

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


@pytest.fixture(scope="module")
def made(portal: Instance) -> Round:
    """Everybody rings at the same time."""
    return asyncio.run(play(portal, {**TALKERS, **LEAVERS, **NAMES}))


# Heard, and in the log


def test_a_wrong_pin_three_times(made: Round) -> None:
    outcome = made["wrong PIN"]
    refused, again = ["login/moment:de", "login/wrong:de"], ["login/pin_again:de", "lost/offer:de"]
    assert outcome.heard == [
        *GREETING, "login/pin:de",
        *refused, *again, *refused, *again, *refused,
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
