"""The browser's phone: who gets which, and what the way to Asterisk lets through, over real WebSockets."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import ClientSession, ClientWebSocketResponse, WSMsgType, WSServerHandshakeError, web

from desktop.phone import PAGES_OF_A_PERSON
from desktop.relay import FRAME_BYTES, FRAMES_AT_ONCE
from domain.ids import AgentId, Phone
from domain.person import IDLE
from tests.fakes.desk import EVA, TOM, Actions, Desk, listening, served

IN_TIME = 10.0


class FakeAsterisk:
    """Echoes what it is told; ``HANG UP`` closes. Without ``answers`` it keeps who connects waiting."""

    def __init__(self) -> None:
        self.came_from: list[str | None] = []
        self.open = 0
        self.changed = asyncio.Event()
        self.asked, self.answers = asyncio.Event(), asyncio.Event()
        self.answers.set()

    async def sip(self, request: web.Request) -> web.WebSocketResponse:
        self.came_from.append(request.remote)
        self.asked.set()
        await self.answers.wait()
        socket = web.WebSocketResponse(protocols=("sip",))
        await socket.prepare(request)
        self._count(1)
        async for frame in socket:
            if frame.data == "HANG UP":
                break
            await socket.send_str(f"heard {frame.data}")
        self._count(-1)
        return socket

    async def until_open(self, count: int) -> None:
        async with asyncio.timeout(IN_TIME):
            while self.open != count:
                self.changed.clear()
                await self.changed.wait()

    def _count(self, change: int) -> None:
        self.open += change
        self.changed.set()


@asynccontextmanager
async def exchange(
    actions: Actions, look_again_s: float = 60.0
) -> AsyncIterator[tuple[Desk, FakeAsterisk]]:
    asterisk = FakeAsterisk()
    application = web.Application()
    application.router.add_get("/secret/ws", asterisk.sip)
    async with listening(application) as base:
        url = f"ws{base.removeprefix('http')}/secret/ws"
        async with served(actions, url, look_again_s) as desk:
            yield desk, asterisk


async def rung(
    desk: Desk, browser: ClientSession, protocol: str = "sip", **headers: str
) -> ClientWebSocketResponse:
    given = headers or {"Origin": desk.base}
    return await browser.ws_connect("/phone/ws", protocols=(protocol,), headers=given)


async def next_text(socket: ClientWebSocketResponse) -> str:
    return await socket.receive_str(timeout=IN_TIME)


async def closed(socket: ClientWebSocketResponse) -> int | None:
    """With which code the desk closes."""
    frame = await socket.receive(timeout=IN_TIME)
    assert frame.type is WSMsgType.CLOSE, frame
    return socket.close_code


async def told(browser: ClientSession) -> tuple[int, Any]:
    async with browser.get("/phone") as answer:
        return answer.status, await answer.json() if answer.status == 200 else await answer.text()


# Which phone


async def test_each_has_a_phone_of_her_own_and_keeps_it(actions: Actions) -> None:
    async with served(actions) as desk, desk.browser("eva") as eva, desk.browser("lena") as lena:
        for _ in range(2):
            assert await told(eva) == (200, {"number": "211", "password": "secret-211"})
            assert await told(lena) == (200, {"number": "212", "password": "secret-212"})


async def test_an_agents_phone_is_where_she_is_signed_in(actions: Actions) -> None:
    async with served(actions) as desk, desk.browser("eva") as eva, desk.browser("tom") as tom:
        assert (await told(tom))[1]["number"] == "211"
        desk.seats[AgentId(EVA.id)] = Phone("211")
        assert (await told(eva))[1]["number"] == "211"
        assert (await told(tom))[1]["number"] == "212"
        desk.seats[AgentId(EVA.id)] = Phone("201")  # a desk phone
        assert (await told(eva))[1]["number"] == "211"


async def test_nobody_is_given_anothers_phone(actions: Actions) -> None:
    async with served(actions) as desk, desk.browser("eva") as eva:
        desk.seats[AgentId(TOM.id)] = Phone("211")
        desk.seats[AgentId("somebody")] = Phone("212")
        assert (await told(eva))[0] == 409
        with pytest.raises(WSServerHandshakeError) as refused:
            await rung(desk, eva)
        assert refused.value.status == 409


async def test_a_phone_with_no_page_open_goes_to_who_asks(actions: Actions) -> None:
    async with (
        exchange(actions) as (desk, asterisk),
        desk.browser("eva") as eva,
        desk.browser("tom") as tom,
    ):
        socket = await rung(desk, eva)
        await asterisk.until_open(1)
        assert (await told(tom))[1]["number"] == "212"
        async with desk.browser("lena") as lena:
            assert (await told(lena))[1]["number"] == "212"
            second = await rung(desk, lena)
            await asterisk.until_open(2)
            assert (await told(tom))[0] == 409
            await second.close()
        await socket.close()


@pytest.mark.parametrize("name", ["max", "adler"])
async def test_who_has_no_business_on_the_phone_has_none(actions: Actions, name: str) -> None:
    async with served(actions) as desk, desk.browser(name) as browser:
        assert (await told(browser))[0] == 403
        with pytest.raises(WSServerHandshakeError) as refused:
            await rung(desk, browser)
        assert refused.value.status == 403


# The way to Asterisk


async def test_frames_go_both_ways_until_the_browser_leaves(actions: Actions) -> None:
    async with exchange(actions) as (desk, asterisk), desk.browser("eva") as eva:
        socket = await rung(desk, eva)
        assert socket.protocol == "sip"
        await socket.send_str("REGISTER")
        assert await next_text(socket) == "heard REGISTER"
        assert asterisk.came_from == ["127.0.0.211"]
        await socket.close()
        await asterisk.until_open(0)


async def test_when_asterisk_closes_so_do_we(actions: Actions) -> None:
    async with exchange(actions) as (desk, asterisk), desk.browser("eva") as eva:
        socket = await rung(desk, eva)
        await socket.send_str("HANG UP")
        assert await closed(socket) == 1013
        await asterisk.until_open(0)


@pytest.mark.parametrize(
    ("origin", "status"), [("http://evil.example", 403), ("null", 403), ("", 403)]
)
async def test_anothers_page_has_no_phone(actions: Actions, origin: str, status: int) -> None:
    async with exchange(actions) as (desk, asterisk), desk.browser("eva") as eva:
        with pytest.raises(WSServerHandshakeError) as refused:
            await rung(desk, eva, Origin=origin)
        assert refused.value.status == status
        assert asterisk.came_from == []


async def test_who_is_not_signed_in_reaches_nothing(actions: Actions) -> None:
    async with exchange(actions) as (desk, asterisk), desk.browser() as stranger:
        with pytest.raises(WSServerHandshakeError) as refused:
            await rung(desk, stranger)
        assert refused.value.status == 401
        assert asterisk.came_from == []


async def test_it_is_for_sip_and_nothing_else(actions: Actions) -> None:
    async with exchange(actions) as (desk, asterisk), desk.browser("eva") as eva:
        with pytest.raises(WSServerHandshakeError) as refused:
            await rung(desk, eva, protocol="ari")
        assert refused.value.status == 400
        async with eva.get("/phone/ws") as answer:
            assert answer.status == 400
        assert asterisk.came_from == []


async def test_frames_are_bounded(actions: Actions) -> None:
    async with exchange(actions) as (desk, asterisk), desk.browser("eva") as eva:
        socket = await rung(desk, eva)
        await socket.send_str("x" * (FRAME_BYTES + 1))
        assert await closed(socket) == 1009
        socket = await rung(desk, eva)
        await socket.send_bytes(b"REGISTER")
        assert await closed(socket) == 1003
        await asterisk.until_open(0)


async def test_a_flood_ends_it(actions: Actions) -> None:
    async with exchange(actions) as (desk, asterisk), desk.browser("eva") as eva:
        socket = await rung(desk, eva)
        for _ in range(round(FRAMES_AT_ONCE) * 2):
            await socket.send_str("OPTIONS")
        heard = 0
        while (frame := await socket.receive(timeout=IN_TIME)).type is WSMsgType.TEXT:
            heard += 1
        assert frame.type is WSMsgType.CLOSE
        assert socket.close_code == 1008
        assert heard < FRAMES_AT_ONCE * 1.5
        await asterisk.until_open(0)


async def test_pages_of_one_person_are_bounded(actions: Actions) -> None:
    async with exchange(actions) as (desk, asterisk), desk.browser("eva") as eva:
        sockets = [await rung(desk, eva) for _ in range(PAGES_OF_A_PERSON)]
        with pytest.raises(WSServerHandshakeError) as refused:
            await rung(desk, eva)
        assert refused.value.status == 429
        for socket in sockets:
            await socket.close()
        await asterisk.until_open(0)
        await (await rung(desk, eva)).close()


async def test_signing_out_ends_it_at_once(actions: Actions) -> None:
    async with exchange(actions) as (desk, asterisk), desk.browser("eva") as eva:
        socket = await rung(desk, eva)
        async with desk.browser("tom") as tom, tom.post("/signout", headers=desk.origin) as answer:
            assert answer.status == 200
        await socket.send_str("REGISTER")
        assert await next_text(socket) == "heard REGISTER"
        async with eva.post("/signout", headers=desk.origin) as answer:
            assert answer.status == 200
        assert await closed(socket) == 1008
        await asterisk.until_open(0)


async def test_an_open_phone_keeps_the_session_but_not_beyond_its_end(actions: Actions) -> None:
    async with exchange(actions, look_again_s=0.01) as (desk, asterisk), desk.browser("eva") as eva:
        socket = await rung(desk, eva)
        (token,) = [one.value for one in eva.cookie_jar]
        for _ in range(3):
            actions.clock.turn(IDLE - timedelta(seconds=1))
            await socket.send_str("OPTIONS")
            await next_text(socket)
            assert actions.who(token) == EVA
        actions.clock.turn(timedelta(hours=12))
        assert await closed(socket) == 1008
        await asterisk.until_open(0)


async def test_without_asterisk_it_says_so(actions: Actions) -> None:
    async with served(actions) as desk, desk.browser("eva") as eva:
        for _ in range(PAGES_OF_A_PERSON + 1):
            with pytest.raises(WSServerHandshakeError) as refused:
                await rung(desk, eva)
            assert refused.value.status == 503


async def test_a_server_that_stops_closes_all(actions: Actions) -> None:
    async with exchange(actions) as (desk, _), desk.browser("eva") as eva:
        socket = await rung(desk, eva)
        async with asyncio.TaskGroup() as group:
            waiting = group.create_task(closed(socket))
            await desk.stop()
        assert waiting.result() == 1001


async def test_a_server_that_stops_passes_over_who_is_still_connecting(actions: Actions) -> None:
    async with exchange(actions) as (desk, asterisk), desk.browser("eva") as eva:
        asterisk.answers.clear()
        async with asyncio.TaskGroup() as group:
            connecting = group.create_task(rung(desk, eva))
            await asterisk.asked.wait()
            await desk.stop()
            asterisk.answers.set()
        await connecting.result().close()
