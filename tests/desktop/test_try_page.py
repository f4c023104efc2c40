"""A customer's phone in a page: open to all in the demo, closed elsewhere, and only for pages of ours."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace

import pytest
from aiohttp import ClientSession, ClientWebSocketResponse, WSServerHandshakeError, web

from desktop.application import desk
from desktop.phone import Login
from desktop.texts import texts
from desktop.try_page import PAGES_OF_AN_ADDRESS
from domain.health import Health, NumberToRing, PersonToTry
from domain.language import Language
from tests.desktop.test_phone import FakeAsterisk, closed, next_text
from tests.fakes.desk import Actions, Desk, listening
from tests.fakes.memory_log import MemoryLog

LOGINS = {
    "+49 171 3920001": Login("customer-491713920001", "secret-1"),
    "": Login("customer-withheld", "secret-withheld"),
}
ANNA = PersonToTry("10000001", "135790", "Anna <b>Keller", "Alpenrad", "de", "+49 171 3920001")
STRANGER = PersonToTry("10000009", "000000", "Without a phone", "Alpenrad", "de", "+49 171 3920009")


@dataclass
class Open:
    base: str
    browser: ClientSession
    asterisk: FakeAsterisk

    async def ring(self, **headers: str) -> ClientWebSocketResponse:
        given = headers or {"Origin": self.base}
        return await self.browser.ws_connect("/try/ws", protocols=("sip",), headers=given)

    async def refused(self, **headers: str) -> int:
        with pytest.raises(WSServerHandshakeError) as refused:
            await self.ring(**headers)
        return refused.value.status


@asynccontextmanager
async def opened(customers: Mapping[str, Login]) -> AsyncIterator[Open]:
    """A desk to which nobody is signed in, with a browser before it and an Asterisk behind."""
    async with AsyncExitStack() as stack:
        asterisk, behind = FakeAsterisk(), web.Application()
        behind.router.add_get("/secret/ws", asterisk.sip)
        url = f"ws{(await stack.enter_async_context(listening(behind))).removeprefix('http')}"
        made = Desk(Actions(MemoryLog()), f"{url}/secret/ws")
        exchange = replace(made.exchange, customers=customers)
        application = desk(
            _examine, "127.0.0.1:5060", made.entrance, exchange, made.floor, made.records
        )
        base = await stack.enter_async_context(listening(application))
        yield Open(base, await stack.enter_async_context(ClientSession(base)), asterisk)


def _examine() -> Health:
    numbers = [NumberToRing("+49 30 23125100", "555100", "Alpenrad", "de")]
    return Health("0.1.0", (), 0, numbers, [ANNA, STRANGER])


@pytest.mark.parametrize("language", list(Language))
async def test_everybody_sees_who_to_be_and_whom_to_ring(language: Language) -> None:
    async with opened(LOGINS) as at:
        async with at.browser.get("/try", headers={"Accept-Language": language}) as answer:
            page, policy = await answer.text(), answer.headers["Content-Security-Policy"]
        assert answer.status == 200
        assert "script-src 'self'" in policy
        for shown in ("10000001", "135790", "customer-491713920001", "555100", "secret-withheld"):
            assert shown in page
        assert "Anna &lt;b&gt;Keller" in page
        assert "Without a phone" not in page
        assert texts(language)["try_switch_on"] in page


async def test_the_status_page_leads_there_in_the_demo_alone() -> None:
    for customers in (LOGINS, {}):
        async with opened(customers) as at, at.browser.get("/") as answer:
            assert ('href="/try"' in await answer.text()) is bool(customers)


async def test_elsewhere_there_is_no_such_page() -> None:
    async with opened({}) as at:
        async with at.browser.get("/try") as answer:
            assert answer.status == 404
            assert "10000001" not in await answer.text()
        assert await at.refused(Origin=at.base) == 404
        assert at.asterisk.came_from == []


async def test_its_sip_goes_both_ways_without_a_session() -> None:
    async with opened(LOGINS) as at:
        socket = await at.ring()
        await socket.send_str("REGISTER")
        assert await next_text(socket) == "heard REGISTER"
        assert at.asterisk.came_from == ["127.0.0.211"]
        await socket.send_bytes(b"REGISTER")
        assert await closed(socket) == 1003
        await at.asterisk.until_open(0)


@pytest.mark.parametrize("origin", ["http://evil.example", "null", ""])
async def test_anothers_page_rings_nobody(origin: str) -> None:
    async with opened(LOGINS) as at:
        assert await at.refused(Origin=origin) == 403
        assert at.asterisk.came_from == []


async def test_pages_of_one_address_are_bounded() -> None:
    async with opened(LOGINS) as at:
        sockets = [await at.ring() for _ in range(PAGES_OF_AN_ADDRESS)]
        assert await at.refused(Origin=at.base) == 429
        for socket in sockets:
            await socket.close()
        await at.asterisk.until_open(0)
        await (await at.ring()).close()


def test_a_login_keeps_its_password_to_itself() -> None:
    assert "secret" not in repr(LOGINS)


async def test_who_is_not_signed_in_has_no_agents_phone_all_the_same() -> None:
    async with opened(LOGINS) as at:
        for path in ("/phone", "/agent"):
            async with at.browser.get(path) as answer:
                assert answer.status == 401
