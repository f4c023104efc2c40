"""What callers hear when nobody is there: what the call costs, when somebody is, and that they are rung back when they
chose; and what they hear who go on with a call that broke off, or are locked out.
"""

import asyncio
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from domain.fact import Body
from domain.field_facts import CallBackAsked
from domain.language import Language
from domain.opening_hours import OpenSpan
from domain.portal_facts import CallerLockedOut, LoggedIn, WentOn
from ivr.spoken import DayNear, Digits, Euros, Hours, Spans, TimeOfDay
from tests.phone import house, speakers
from tests.phone.house import Called, House
from tests.phone.instance import ROOT, Instance, running
from tests.phone.speakers import Says, Speaker

pytestmark = [pytest.mark.phone, pytest.mark.timeout(300)]

BERLIN = ZoneInfo("Europe/Berlin")
LOCKED_OUT = "+4915799999999"
PRICE = Euros(20)
OPEN = OpenSpan(time(8), time(20))

SCRIPTS = {
    "window": ["!{n}#{pin}#0", "2", "1630#", "1"],
    "broken off": ["!{n}#", "hear", "bye"],
    "gone on with": ["1#", "{pin}#", "hear", "bye"],
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a caller heard, and what the log says of his call."""

    heard: list[str]
    bodies: list[Body]


@dataclass(frozen=True, slots=True)
class Night:
    """The calls by what they were for and their language; the day they were made on, and that on which somebody is
    there again.
    """

    outcomes: Mapping[tuple[str, Language], Outcome]
    people: Mapping[Language, Speaker]
    today: date
    opens: date


@pytest.fixture(scope="module")
def opens() -> date:
    """Far enough ahead that a midnight which passes meanwhile changes nothing of how it is said."""
    return datetime.now(BERLIN).date() + timedelta(days=3)


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory, opens: date) -> Iterator[Instance]:
    """One whose people answer on a single day of the week."""
    home = tmp_path_factory.mktemp("closed")
    tenants = home.with_name(f"{home.name}-tenants")
    tenants.mkdir()
    for file in (ROOT / "tenants").glob("*.toml"):
        text = file.read_text(encoding="utf-8")
        if file.stem == "alpenrad":
            text = at_night(text, f"{opens:%a}".lower())
        (tenants / file.name).write_text(text, encoding="utf-8")
    with running(home, tenants=str(tenants)) as instance:
        yield instance


def at_night(text: str, day: str) -> str:
    """Alpenrad's file: open on one day, a number that costs, and one caller locked out."""
    text, count = re.subn(
        rf'^{day} = \["00:00-24:00"\]$', f'{day} = ["08:00-20:00"]', text, flags=re.MULTILINE
    )
    assert count == 2, "its hours and those of dialling"
    text = re.sub(r'^[a-z]{3} = \["00:00-24:00"\]\n', "", text, flags=re.MULTILINE)
    costs = 'name = "service"\ntariff = "shared"\nprice_per_call = "0.20 EUR"\n'
    return f'locked_out = ["{LOCKED_OUT}"]\n' + text.replace('name = "service"\n', costs)


@pytest.fixture(scope="module")
def night(instance: Instance, opens: date) -> Night:
    return asyncio.run(play(instance, opens))


async def play(instance: Instance, opens: date) -> Night:
    added = speakers.add_speakers(instance.settings, list(Language))
    people = {one.language: one for one in added}
    called: dict[tuple[str, Language], Called] = {}
    async with house.house(instance) as at:
        for wanted in SCRIPTS:
            calls = await asyncio.gather(*(act(at, one, wanted) for one in added))
            called |= {(wanted, one.language): call for one, call in zip(added, calls, strict=True)}
            for call in calls:
                await call.wire.over(90)
        turned_away = await at.dial(LOCKED_OUT)
        await turned_away.wire.over(90)
        called["locked out", Language.DE] = turned_away
        await house.until(lambda: house.no_calls(at), 60)
    told = house.facts_by_call(instance.settings)
    outcomes = {}
    for (wanted, language), call in called.items():
        # after the price no key is pressed into a word: what is cut is cut by a busy machine
        sound = speakers.sound(call, instance.settings, Language.DE, language, cut=True)
        moment = Says(instance.settings, language)("login.moment")
        bodies = [fact.body for fact in told[call.id]]
        outcomes[wanted, language] = Outcome(sound.without(moment), bodies)
    return Night(outcomes, people, opens - timedelta(days=3), opens)


async def act(at: House, speaker: Speaker, wanted: str) -> Called:
    called = await at.dial(speaker.phone)
    await at.follow(called, [speaker.keys(step) for step in SCRIPTS[wanted]])
    return called


@pytest.fixture(params=list(Language))
def says(request: pytest.FixtureRequest, instance: Instance) -> Says:
    """The portal in each language."""
    return Says(instance.settings, Language(request.param))


@pytest.fixture
def german(instance: Instance) -> Says:
    """What is said in the line's first language, whoever rings."""
    return Says(instance.settings, Language.DE)


def test_the_hours_and_a_call_back_at_an_hour_of_his_choice(
    night: Night, says: Says, german: Says
) -> None:
    """Keys that were pressed while the price was told count, and don't cut it; they leave cracks in it, by which not
    all of its words are known for certain.
    """
    outcome = night.outcomes["window", says.language]
    day, phone = DayNear(night.opens, night.today), night.people[says.language].phone
    starts, chosen = OpenSpan(time(8), time(19, 30)), OpenSpan(time(16, 30), time(18, 30))
    number = Digits("0" + phone.removeprefix("+49"))
    price = german("price", price=PRICE)
    assert outcome.heard[0] == price[0]
    after_price = len(outcome.heard) - outcome.heard[::-1].index(price[-1])
    assert outcome.heard[after_price:] == [
        *says("person.closed"), *says("person.next", day=day, time=TimeOfDay(time(8))),
        *says("person.hours", hours=Hours({night.opens.weekday(): (OPEN,)})),
        *says("call_back.soon"), *says("call_back.next_day", day=day),
        *says.all("call_back.other_day", "call_back.or_hang_up"),
        *says("call_back.time", day=day, times=Spans((starts,))),
        *says("call_back.within", day=day, times=Spans((chosen,)), number=number),
        *says.all("call_back.yes", "call_back.other_time", "call_back.another_number"),
        *says.all("call_back.noted_down", "farewell"),
    ]  # fmt: skip
    (asked,) = (body for body in outcome.bodies if isinstance(body, CallBackAsked))
    assert asked.not_before == datetime.combine(night.opens, chosen.start, BERLIN)
    assert asked.wanted_until == datetime.combine(night.opens, chosen.end, BERLIN)


def test_a_call_that_broke_off_is_gone_on_with(night: Night, says: Says, german: Says) -> None:
    """He keys his PIN alone, and nothing is told before it."""
    outcome = night.outcomes["gone on with", says.language]
    price = german("price", price=PRICE)
    assert outcome.heard[: len(price)] == price
    offer = outcome.heard.index(says("login.go_on")[0])
    menu = ("balance", "redeem", "block_card", "more", "person")
    assert outcome.heard[offer:] == [
        *says.all("login.go_on", "login.pin"), *says.all(*(f"menu.{item}" for item in menu))
    ]  # fmt: skip
    who = night.people[says.language].id
    (went_on,) = (body for body in outcome.bodies if isinstance(body, WentOn))
    assert went_on.participant == who
    broken = night.outcomes["broken off", says.language]
    assert not any(isinstance(body, LoggedIn) for body in broken.bodies)


def test_who_is_locked_out_is_turned_away_in_words(night: Night, german: Says) -> None:
    outcome = night.outcomes["locked out", Language.DE]
    assert outcome.heard == [
        *german("price", price=PRICE), *german.all("locked_out", "farewell")
    ]  # fmt: skip
    assert [body for body in outcome.bodies if isinstance(body, CallerLockedOut)]
