"""A debtor rings the number that he was shown, on a real line: by what was heard, up to a trained agent's phone."""

import asyncio
import secrets
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import pytest
from aiohttp import ClientSession, CookieJar

from domain.dunning import Case, CaseList, ListState
from domain.field_facts import Connected, Offered
from domain.ids import CaseId, ListId, Skill
from domain.language import Language
from domain.portal_facts import DebtorIdentified, DebtorNotIdentified
from phone.caller import load_library
from phone.hearing import Library, hear
from rufwerk import demo_data, wiring
from rufwerk.settings import Settings
from tests.fakes.debtors import debtor
from tests.phone.floor import Floor, until
from tests.phone.house import Called, House
from tests.phone.instance import Instance

pytestmark = [pytest.mark.phone, pytest.mark.timeout(180)]

LINE = "555101"
ZIP = "76275"
SAID = {"debtor", "language", "login", "person", "tenant"}


@pytest.fixture(scope="module")
def instance(staffed: Instance) -> Instance:
    return staffed


@pytest.fixture
def case(instance: Instance) -> Case:
    """An open one, whose reference nobody else has."""
    reference = "4" + "".join(secrets.choice("0123456789") for _ in range(9))
    of_list, case_id = ListId(secrets.token_hex(8)), CaseId(secrets.token_hex(8))
    who = replace(debtor(1).debtor, reference=f"AZ {reference[:5]}/{reference[5:]}")
    case = replace(debtor(1), id=case_id, list=of_list, debtor=who, tenant=demo_data.ALPENRAD)
    with (
        closing(wiring.transactions(instance.settings)) as transactions,
        transactions.write() as uow,
    ):
        made = CaseList(of_list, case.tenant, "l.xlsx", ListState.RUNNING, 3, 0, wiring.utc_now())
        uow.case_lists.add(made, b"a workbook")
        uow.cases.add([case])
        uow.commit()
    return case


@pytest.fixture
def polyglot(instance: Instance) -> Iterator[None]:
    """Tom speaks English, too, for as long as it takes."""
    _teach_tom(instance.settings, Skill("en"), 3)
    yield
    _teach_tom(instance.settings, Skill("en"), 0)


def _teach_tom(settings: Settings, skill: Skill, level: int) -> None:
    with closing(wiring.transactions(settings)) as transactions, transactions.write() as uow:
        tom = uow.agents.by_name("tom")
        assert tom is not None
        skills = {**tom.skills, skill: level}
        uow.agents.set_skills(tom.id, {one: had for one, had in skills.items() if had})
        uow.commit()


def digits(case: Case) -> str:
    return "".join(filter(str.isdigit, case.debtor.reference or ""))


def heard(called: Called, settings: Settings) -> list[str]:
    """The clips in order, as ``key:language``; what sounds alike goes by the debtors' name for it."""
    folders = wiring.Folders.of(settings)
    clips = load_library(folders.sounds, folders.own_sounds).clips
    ours = [clip for clip in clips if not clip.language or clip.key.split("/")[0] in SAID]
    found = hear(called.wire.audio(), Library(ours)).heard
    names = {"login/zip": "debtor/zip", "login/wrong": "debtor/wrong"}
    return [f"{names.get(one.prompt, one.prompt)}:{one.language}" for one in found if one.language]


async def test_in_german_after_a_mistake(
    instance: Instance, at: House, agents: Floor, case: Case
) -> None:
    evas = await agents.seat("eva", "201", answer_after_s=None)
    toms = await agents.seat("tom", "202", answer_after_s=None)
    called = await at.dial(number=LINE)
    await at.follow(called, [f"{digits(case)}#", "10115#", f"{digits(case)}#", f"{ZIP}#"])
    await toms.event("ringing", 60)
    clips = heard(called, instance.settings)
    start = clips.index("debtor/rung:de")
    assert clips[start:] == [
        *("debtor/rung:de", "debtor/reference:de", "debtor/zip:de"),
        *("debtor/wrong:de", "debtor/again:de", "debtor/zip:de", "person/connecting:de"),
    ]
    assert not evas.events or evas.events[-1]["event"] != "ringing", "she isn't trained for it"
    assert agents.of_call(called.id, DebtorNotIdentified) == [DebtorNotIdentified(False, None)]
    assert agents.of_call(called.id, DebtorIdentified) == [DebtorIdentified(case.id, case.list)]
    assert {one.agent for one in agents.of_call(called.id, Offered)} == {agents.agent_id("tom")}
    await toms.answer()
    await until(lambda: bool(agents.of_call(called.id, Connected)))
    await _takes_it_up(instance, called, case)
    await called.wire.hang_up()


async def _takes_it_up(instance: Instance, called: Called, case: Case) -> None:
    """As Tom's page does by itself, which shows the debtor and no sum."""
    web = instance.settings.web
    base = f"http://{web.host}:{web.port}"
    async with ClientSession(base, cookie_jar=CookieJar(unsafe=True)) as browser:
        form, headers = {"name": "tom", "password": demo_data.PASSWORD}, {"Origin": base}
        async with browser.post("/signin", data=form, headers=headers) as answer:
            assert answer.status == 200
        async with browser.get("/agent") as answer:
            page = await answer.text()
        assert 'hx-post="/agent/dunning/take-up"' in page
        assert case.debtor.name in page
        assert "12345" not in page.replace(digits(case), "")
        form = {"call": called.id}
        async with browser.post("/agent/dunning/take-up", data=form, headers=headers) as answer:
            assert answer.status == 200
    with (
        closing(wiring.transactions(instance.settings)) as transactions,
        transactions.read() as uow,
    ):
        taken = uow.cases.get(case.id)
        (attempt,) = uow.attempts.of_case(case.id)
    assert taken is not None
    assert taken.lease is not None
    assert (attempt.call, attempt.counts) == (called.id, False)


@pytest.mark.usefixtures("polyglot")
async def test_in_english(instance: Instance, at: House, agents: Floor, case: Case) -> None:
    toms = await agents.seat("tom", "202", answer_after_s=None)
    called = await at.dial(number=LINE)
    await at.follow(called, ["#", "2", f"{digits(case)}#", f"{ZIP}#"])
    await toms.event("ringing", 60)
    clips = heard(called, instance.settings)
    assert clips[clips.index("debtor/reference:en") :] == [
        *("debtor/reference:en", "debtor/zip:en", "person/connecting:en")
    ]
    options = [f"language/option:{language}" for language in Language]
    assert clips[clips.index(options[0]) :][:4] == options
    assert agents.of_call(called.id, DebtorIdentified) == [DebtorIdentified(case.id, case.list)]
    await asyncio.gather(toms.decline(), called.wire.hang_up())


async def test_the_scripted_caller_without_a_reference(instance: Instance, agents: Floor) -> None:
    """Nobody who is trained for it is there: he waits, and hears music."""
    report = await asyncio.to_thread(instance.json, "call", LINE, "--keys", "*")
    said = [one["prompt"] for one in report["heard"]]
    assert "debtor/rung" in said
    assert "person/connecting" in said
