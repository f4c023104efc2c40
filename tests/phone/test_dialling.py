"""Agents dial from their page, with real phones: all ten answers of a carrier, and what is cancelled."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest
from aiohttp import ClientSession, CookieJar

from domain import field_facts as facts
from domain.dial_facts import DialAsked, DialEnded, DialRang, DialReached, DialResult
from domain.fact import Body
from phone.registered import RegisteredPhone
from tests.phone.carriers import carrier, instance
from tests.phone.floor import Floor, Kind, until
from tests.phone.house import House
from tests.phone.instance import Instance

__all__ = ["carrier", "instance"]

pytestmark = [pytest.mark.phone, pytest.mark.timeout(240)]

RESULTS = {
    2: DialResult.BUSY,
    3: DialResult.NO_ANSWER,
    4: DialResult.WRONG_NUMBER,
    5: DialResult.SWITCHED_OFF,
    6: DialResult.DECLINED,
    7: DialResult.NETWORK_ERROR,
}
"""By the last digit; the others answer."""

HANGS_UP = 8
UNHEARD = 3


@dataclass
class Page:
    """An agent's page, as far as it posts."""

    name: str
    agents: Floor
    browser: ClientSession
    phone: RegisteredPhone
    origin: str

    async def post(self, wish: str, **form: str) -> tuple[int, str]:
        headers = {"Origin": self.origin, "Accept-Language": "en"}
        async with self.browser.post(f"/agent/{wish}", data=form, headers=headers) as answer:
            return answer.status, await answer.text()

    async def dial(self, number: str) -> str:
        """The call that it is."""
        assert await self.post("dial", tenant="alpenrad", number=number) == (204, "")
        agent = self.agents.agent_id(self.name)
        for one in reversed(self.agents.facts()):
            if isinstance(one.body, DialAsked) and one.body.agent == agent:
                return str(one.origin.call)
        raise AssertionError("nothing was written")

    def of(self, call: str, kind: type[Kind]) -> list[Kind]:
        return self.agents.of_call(call, kind)

    def results(self, call: str) -> list[DialResult]:
        return [one.result for one in self.of(call, DialEnded)]

    async def until(self, call: str, kind: type[Body], timeout_s: float = 50) -> Body:
        await until(lambda: bool(self.agents.of_call(call, kind)), timeout_s)
        return self.agents.of_call(call, kind)[-1]

    async def over(self, call: str) -> None:
        """What she had to write of it is taken for written."""
        await self.agents.until_call(call, "out")
        await self.agents.until_agent(self.name, "wrap_up")
        await self.agents.wish(self.name, "done")


@asynccontextmanager
async def page(
    instance: Instance, agents: Floor, name: str, number: str, answer_after_s: float | None = 0.2
) -> AsyncIterator[Page]:
    """She sits at a phone, in a pause."""
    web = instance.settings.web
    base = f"http://{web.host}:{web.port}"
    phone = await agents.seat(name, number, answer_after_s, ready=False)
    async with ClientSession(base, cookie_jar=CookieJar(unsafe=True)) as browser:
        form = {"name": name, "password": "rufwerk"}
        async with browser.post(
            "/signin", data=form, headers={"Origin": base}, allow_redirects=False
        ) as answer:
            assert answer.status == 303
        yield Page(name, agents, browser, phone, base)


async def test_dialling(instance: Instance, at: House, agents: Floor) -> None:
    """What takes its time goes on beside all the rest."""
    async with (
        page(instance, agents, "eva", "201") as eva,
        page(instance, agents, "luis", "202") as luis,
        page(instance, agents, "chloe", "203", answer_after_s=None) as chloe,
        page(instance, agents, "tom", "204") as tom,
        asyncio.TaskGroup() as beside,
    ):
        beside.create_task(_dials(eva, UNHEARD))
        async with asyncio.TaskGroup() as group:
            group.create_task(_dials(luis, 1, 2, 4, 9))
            group.create_task(_dials(tom, 5, 6, 7, 8))
        await _is_a_call_like_any_other(luis, tom)
        await _one_number_is_one_persons(chloe, luis, eva)
        await _cancels(chloe, tom)


async def _dials(she: Page, *digits: int) -> None:
    for digit in digits:
        call = await she.dial(f"0171 392000{digit}")
        if digit in RESULTS:
            ended = await she.until(call, DialEnded)
            assert isinstance(ended, DialEnded)
            assert ended.result is RESULTS[digit], digit
            assert bool(she.of(call, DialRang)) == (digit == UNHEARD)
            assert not she.of(call, facts.CallEnded)
        else:
            await she.until(call, DialReached)
            if digit != HANGS_UP:
                await she.phone.hang_up()
            await she.until(call, facts.CallEnded)
            assert not she.of(call, DialEnded)
        (rang,), (answered,) = she.of(call, facts.PhoneRang), she.of(call, facts.Connected)
        assert rang.agent == answered.agent
        await she.over(call)


async def _is_a_call_like_any_other(luis: Page, tom: Page) -> None:
    """Once he is reached: on hold and back, and sent on to a colleague, who talks with him."""
    agents = luis.agents
    call = await luis.dial("0171 3920000")
    await luis.until(call, DialReached)
    for wish, state in (("hold", "on_hold"), ("resume", "talking")):
        assert (await luis.post(wish))[0] == 204
        await agents.until_agent("luis", state)
    await agents.wish("tom", "ready")
    target = f"agent:{agents.agent_id('tom')}"
    assert await luis.post("transfer", to=target) == (204, "")
    await tom.phone.event("answered", 20)
    await agents.until_agent("tom", "talking")
    await agents.until_agent("luis", "wrap_up")
    await agents.wish("luis", "done")
    await tom.phone.hang_up()
    await tom.over(call)
    await agents.wish("tom", "pause", reason="lunch")


async def _one_number_is_one_persons(chloe: Page, luis: Page, eva: Page) -> None:
    """Whose phone rings for it, and whose phone it rings at."""
    call = await chloe.dial("0171 3920010")
    await chloe.phone.event("ringing", 10)
    for number, who in (("0171 3920010", chloe), ("0171 3920003", eva)):
        status, said = await luis.post("dial", tenant="alpenrad", number=number)
        assert (status, said.startswith(f"{who.name} dials this number already")) == (409, True)
    assert (await chloe.post("cancel_dial"))[0] == 204
    await chloe.phone.event("over", 10)
    await chloe.agents.until_agent("chloe", "paused")
    assert chloe.results(call) == [DialResult.CANCELLED]
    call = await luis.dial("0171 3920010")
    await luis.until(call, DialReached)
    await luis.phone.hang_up()
    await luis.over(call)


async def _cancels(chloe: Page, tom: Page) -> None:
    """While his phone rings, on the page and by hanging up; and her own phone lets it pass."""
    for on_page in (True, False):
        call = await tom.dial("0171 3920013")
        await tom.until(call, DialRang)
        if on_page:
            assert (await tom.post("cancel_dial"))[0] == 204
        else:
            await tom.phone.hang_up()
        await tom.over(call)
        assert tom.results(call) == [DialResult.CANCELLED]
    call = await chloe.dial("0171 3920013")
    await chloe.phone.event("ringing", 10)
    await chloe.phone.decline()
    await chloe.agents.until_agent("chloe", "paused")
    assert chloe.results(call) == [DialResult.NOT_TAKEN]
