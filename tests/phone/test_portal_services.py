"""What callers get from the portal in each language, by what they heard: each service, and what the next call finds."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pytest

from domain.call import Concern
from domain.fact import Body, Fact
from domain.ids import Receipt
from domain.language import Language
from domain.participant import Loss
from domain.portal_facts import (
    CardBlocked,
    CardLossTold,
    HandedOver,
    PointsRedeemed,
    ReplacementAnswered,
)
from ivr.speech import Noun
from ivr.spoken import Counted, Day, Digits, Named
from tests.phone import house, speakers
from tests.phone.house import MUSIC, Called, House
from tests.phone.instance import Instance
from tests.phone.speakers import MOVEMENTS, POINTS, TAILS, Says, Speaker

pytestmark = [pytest.mark.phone, pytest.mark.timeout(600)]

LANGUAGES = list(Language)
APART_S = 0.4
_LAST_KEY_S = 0.3
"""How long before the end of typing the last key was pressed, at most: nothing is answered before."""

NEXT = {one: LANGUAGES[(place + 1) % 4] for place, one in enumerate(LANGUAGES)}
"""What each changes his language to."""

IN = "!{n}#{pin}#"
FIRST = {
    "voucher": f"{IN}2 1 1 * hear bye",
    "donation": f"{IN}2 2 1 hear bye",
    "cut off": f"{IN}2 1 1 >bye",
    "card": f"{IN}3 2 1 2 1 hear bye",
    "no PIN": "!{n}#{wrong}# * 1 {zip}# {born}# hear bye",
    "PIN": f"{IN}42 {{pin}}# {{new}}# {{new}}# hear bye",
    "movements": f"{IN}41 hear bye",
    "language": f"{IN}43 {{next}} hear bye",
    "form": f"{IN}44 hear bye",
    "person": f"{IN}4 0 2 field bye",
}
"""Of each language a caller for each of these, all at once (``House.follow``)."""

AGAIN = {
    "voucher": f"{IN}1 hear bye",
    "cut off": f"{IN}1 hear bye",
    "card": f"{IN}3 hear bye",
    "PIN": "!{n}#{pin}# {new}# hear bye",
    "language": f"{IN} hear bye",
    "form": "{n}# {pin}# hear bye",
}
"""The same callers ring once more."""

MENU = [f"menu.{item}" for item in ("balance", "redeem", "block_card", "more", "person")]
MORE = [f"menu.{item}" for item in ("movements", "change_pin", "language", "short_form", "back")]


@dataclass(frozen=True, slots=True)
class Rung:
    """A call, and when its keys had been typed into the first words (the loop's clock); 0: none were."""

    called: Called
    typed: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a caller heard, but for the words while a PIN is looked at, and what the log says of his call."""

    heard: list[str]
    bodies: Sequence[Body]

    def of_kind(self, *kinds: type[Body]) -> list[Body]:
        return [body for body in self.bodies if isinstance(body, kinds)]

    def redeemed(self) -> PointsRedeemed:
        (body,) = self.of_kind(PointsRedeemed)
        assert isinstance(body, PointsRedeemed)
        return body


Case = tuple[str, Language]
Outcomes = Mapping[Case, Outcome]


@dataclass(frozen=True, slots=True)
class Heard:
    """Of the first calls and of the second ones, by what was wanted and the language."""

    first: Outcomes
    again: Outcomes
    people: Mapping[Case, Speaker]


@pytest.fixture(scope="module")
def made(portal: Instance) -> Heard:
    return asyncio.run(play(portal))


@pytest.fixture(params=LANGUAGES)
def says(request: pytest.FixtureRequest, portal: Instance) -> Says:
    """The portal in each language."""
    return Says(portal.settings, Language(request.param))


async def play(portal: Instance) -> Heard:
    cases = [(wanted, language) for wanted in FIRST for language in LANGUAGES]
    added = speakers.add_speakers(portal.settings, [language for _, language in cases])
    people = dict(zip(cases, added, strict=True))
    async with house.house(portal) as at:
        first = await ring(at, {case: FIRST[case[0]] for case in cases}, people)
        scripts = {case: AGAIN[case[0]] for case in cases if case[0] in AGAIN}
        again = await ring(at, scripts, people)
        await house.until(lambda: house.no_calls(at), 60)
    told = house.facts_by_call(portal.settings)
    return Heard(listen(portal, first, told), listen(portal, again, told), people)


async def ring(
    at: House, scripts: Mapping[Case, str], people: Mapping[Case, Speaker]
) -> Mapping[Case, Rung]:
    """One after the other, but not when the one before has finished: so many PINs at once would take long."""
    acts = {}
    async with asyncio.TaskGroup() as group:
        for case, script in scripts.items():
            acts[case] = group.create_task(act(at, people[case], script, case))
            await asyncio.sleep(APART_S)
    return {case: done.result() for case, done in acts.items()}


async def act(at: House, speaker: Speaker, script: str, case: Case) -> Rung:
    called = await at.dial(speaker.phone)
    chosen = str(LANGUAGES.index(NEXT[speaker.language]) + 1)
    steps = [speaker.keys(step.replace("{next}", chosen)) for step in script.split()]
    try:
        await at.follow(called, steps[:1])
        typed = asyncio.get_running_loop().time() if steps[0].startswith("!") else 0.0
        await at.follow(called, steps[1:])
    except Exception as error:
        error.add_note(f"caller: {case}")
        raise
    return Rung(called, typed)


def listen(
    portal: Instance, calls: Mapping[Case, Rung], told: Mapping[str, list[Fact]]
) -> Outcomes:
    """Once nobody speaks any more: it takes the whole processor."""
    outcomes = {}
    for (wanted, language), rung in calls.items():
        languages = {language, NEXT[language]} if wanted == "language" else {language}
        begun = rung.typed - _LAST_KEY_S
        heard = speakers.sound(rung.called, portal.settings, *languages, begun_after=begun)
        moments = [clip for one in languages for clip in Says(portal.settings, one)("login.moment")]
        bodies = [fact.body for fact in told[rung.called.id]]
        outcomes[wanted, language] = Outcome(heard.without(moments), bodies)
    return outcomes


def points(value: int) -> Counted:
    return Counted(value, Noun.POINT)


def offered(says: Says, *rewards: tuple[str, int]) -> list[str]:
    """The menu of rewards."""
    said = []
    for place, (reward, cost) in enumerate(rewards, 1):
        named, key = Named(f"reward.{reward}"), Digits(str(place))
        said += says("redeem.option", reward=named, points=points(cost), key=key)
    return said + says("menu.back")


def asked(says: Says, reward: str, cost: int) -> list[str]:
    """What it costs, what remains, and whether he wants it."""
    named, left = Named(f"reward.{reward}"), points(POINTS - cost)
    said = says("redeem.cost", reward=named, points=points(cost), left=left)
    return said + says("redeem.confirm")


# Points


def test_a_voucher_with_its_receipt_and_the_receipt_again(made: Heard, says: Says) -> None:
    outcome = made.first["voucher", says.language]
    receipt = Digits(outcome.redeemed().receipt)
    end = [*says("redeem.done", receipt=receipt), *says("redeem.code_by_mail"), *says.all(*MENU)]
    assert outcome.heard == [
        *offered(says, ("voucher_5", 500), ("trees", 300)), *asked(says, "voucher_5", 500), *end, *end,
    ]  # fmt: skip
    assert outcome.redeemed().reward == "voucher_5"


def test_a_donation_with_its_receipt(made: Heard, says: Says) -> None:
    outcome = made.first["donation", says.language]
    receipt = Digits(outcome.redeemed().receipt)
    assert outcome.heard == [
        *offered(says, ("voucher_5", 500), ("trees", 300)), *asked(says, "trees", 300),
        *says("redeem.done", receipt=receipt), *says("redeem.thanks"), *says.all(*MENU),
    ]  # fmt: skip
    assert outcome.redeemed().reward == "trees"


@pytest.mark.parametrize("wanted", ["voucher", "cut off"])
def test_the_next_call_tells_what_is_left(made: Heard, says: Says, wanted: str) -> None:
    """Also to who has hung up while his receipt was said."""
    assert made.first[wanted, says.language].redeemed().points == 500
    told = says("balance.told", points=points(POINTS - 500))
    assert made.again[wanted, says.language].heard == [*told, *says.all(*MENU)]


def test_the_last_movements(made: Heard, says: Says) -> None:
    (earned_on, earned), (spent_on, spent) = MOVEMENTS
    assert made.first["movements", says.language].heard == [
        *says("movements.intro"),
        *says("movements.spent", day=Day(spent_on), points=points(-spent)),
        *says("movements.earned", day=Day(earned_on), points=points(earned)),
        *says.all(*MENU),
    ]


# Cards


def test_one_of_two_cards_its_loss_and_a_new_one(made: Heard, says: Says) -> None:
    outcome = made.first["card", says.language]
    ((blocked,), (loss,), (answer,)) = (
        outcome.of_kind(kind) for kind in (CardBlocked, CardLossTold, ReplacementAnswered)
    )
    assert isinstance(blocked, CardBlocked)
    older, newer = (Digits(tail) for tail in TAILS)
    assert outcome.heard == [
        *says("block.which"),
        *says("block.card", tail=newer, key=Digits("1")),
        *says("block.card", tail=older, key=Digits("2")),
        *says("block.all", key=Digits("3")),
        *says("block.ending", tail=older), *says("block.confirm"),
        *says("block.done", receipt=Digits(blocked.receipt)), *says.all("block.lost", "block.stolen"),
        *says("block.replacement"),
        *says("block.replacement_comes"), *says.all(*MENU),
    ]  # fmt: skip
    holder = made.people["card", says.language].id
    assert loss == CardLossTold(holder, blocked.card, Loss.STOLEN)
    assert answer == ReplacementAnswered(holder, blocked.card, wanted=True)


def test_the_next_call_offers_the_card_that_is_left(made: Heard, says: Says) -> None:
    ending = says("block.ending", tail=Digits(TAILS[1]))
    assert made.again["card", says.language].heard == [*ending, *says("block.confirm")]


def test_all_cards_without_a_pin(made: Heard, says: Says) -> None:
    outcome = made.first["no PIN", says.language]
    assert outcome.heard == [
        *says.all("login.wrong", "login.pin_again", "lost.offer"),
        *says.all("lost.all", "login.zip", "login.born", "lost.done", "menu.person"),
    ]
    assert len(outcome.of_kind(CardBlocked)) == len(TAILS)
    assert receipts(outcome.bodies)


def receipts(bodies: Sequence[Body]) -> set[Receipt]:
    return {body.receipt for body in bodies if isinstance(body, CardBlocked) and body.without_pin}


# How the caller wants it


def test_a_pin_is_changed(made: Heard, says: Says) -> None:
    assert made.first["PIN", says.language].heard == [
        *says("pin.old"), *says("pin.new", digits=Counted(6, Noun.DIGIT)), *says("pin.again"),
        *says("pin.changed"), *says.all(*MENU),
    ]  # fmt: skip


def test_the_old_pin_is_refused_then_and_the_new_one_opens(made: Heard, says: Says) -> None:
    assert made.again["PIN", says.language].heard == [
        *says.all("login.wrong", "login.pin_again", "lost.offer"), *says.all(*MENU)
    ]  # fmt: skip


def test_a_language_is_changed_and_remembered(made: Heard, says: Says, portal: Instance) -> None:
    other = Says(portal.settings, NEXT[says.language])
    options = [clip for one in LANGUAGES for clip in Says(portal.settings, one)("language.option")]
    assert made.first["language", says.language].heard == [
        *options, *other("language.remembered"), *other.all(*MENU)
    ]  # fmt: skip
    assert made.again["language", says.language].heard == other.all(*MENU)


def test_the_short_form_is_remembered(made: Heard, says: Says) -> None:
    short = [f"short.{prompt}" for prompt in MENU]
    assert made.first["form", says.language].heard == says.all("form.short", *short)
    heard = made.again["form", says.language].heard
    end = says.all("short.login.number", "short.login.pin", *short)
    assert heard[-len(end) :] == end
    assert heard[:1] == says("welcome")


def test_a_person_from_the_second_menu_with_what_it_is_about(made: Heard, says: Says) -> None:
    outcome = made.first["person", says.language]
    concerns = [f"concern.{one}" for one in ("intro", "pay_out", "return", "data", "other")]
    heard = outcome.heard
    assert heard[: heard.index(MUSIC) + 1] == [
        *says.all(*MORE), *says.all(*concerns), *says("person.connecting"), MUSIC
    ]  # fmt: skip
    (handed,) = outcome.of_kind(HandedOver)
    assert isinstance(handed, HandedOver)
    assert (handed.concern, handed.language) == (Concern.RETURN, says.language)
