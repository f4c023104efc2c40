"""The WebSockets of live pages: whose are served, what a flood comes to, and who is woken by what."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp import ClientSession, ClientWebSocketResponse, WSCloseCode, WSServerHandshakeError

from desktop import live
from desktop.live import PAGES_OF_A_PERSON
from domain.fact import Origin
from domain.ids import CallerId, CallId
from domain.portal_facts import CallArrived
from tests.cti.paper import ALPENRAD, NOON
from tests.fakes.desk import Actions, Desk, served
from tests.rufwerk.front_desk import EVA_IN, TALKS, TOM_IN, FrontDesk, front_desk
from tests.storage.people import ANNA

IN_TIME, FLOOD = 10, 1000


@asynccontextmanager
async def desk(actions: Actions, home: Path, *rows: str) -> AsyncIterator[tuple[Desk, FrontDesk]]:
    async with front_desk(home, *rows) as floor, served(actions, door=floor.door) as made:
        yield made, floor


class Page:
    """A page's end of its WebSocket."""

    def __init__(self, socket: ClientWebSocketResponse) -> None:
        self.socket = socket

    async def told(self) -> str:
        return await self.socket.receive_str(timeout=IN_TIME)

    async def code(self) -> int | None:
        """That it is closed with, whatever is told before."""
        async for _ in self.socket:
            pass
        return self.socket.close_code


async def opened(at: Desk, browser: ClientSession, path: str = "/agent/live") -> Page:
    return Page(await browser.ws_connect(path, headers=at.origin))


async def test_pages_of_one_person_are_bounded(actions: Actions, tmp_path: Path) -> None:
    """Of all kinds together; others have theirs, and who closes one may open another."""
    async with (
        desk(actions, tmp_path / "home") as (at, _),
        at.browser("lena") as lena,
        at.browser("lena") as elsewhere,
        at.browser("eva") as eva,
    ):
        pages = []
        for number in range(PAGES_OF_A_PERSON):
            pages.append(await opened(at, lena, "/lead/live" if number % 2 else "/agent/live"))
            await pages[-1].told()
        for browser in (lena, elsewhere):
            assert await (await opened(at, browser)).code() == WSCloseCode.TRY_AGAIN_LATER
        assert 'id="state"' in await (await opened(at, eva)).told()
        await pages[0].socket.close()
        assert 'id="state"' in await (await opened(at, elsewhere)).told()


async def test_whom_a_fact_concerns_is_woken_by_it(
    actions: Actions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And not only when it is time to look again anyway."""
    monkeypatch.setattr(live, "_LOOK_AGAIN_S", 6 * IN_TIME)
    async with (
        desk(actions, tmp_path / "home", *EVA_IN, *TOM_IN) as (at, floor),
        at.browser("eva") as eva,
        at.browser("tom") as tom,
    ):
        hers, his = await opened(at, eva), await opened(at, tom)
        await hers.told()
        await his.told()
        for name, page in (("eva", hers), ("tom", his)):
            await floor.wish(name, "pause", reason="lunch")
            assert 'class="state paused"' in await page.told()


@pytest.mark.parametrize("frame", ["text", "bytes", "ping", "pong"])
async def test_a_flood_ends_her_page_and_nobody_elses(
    actions: Actions, tmp_path: Path, frame: str
) -> None:
    async with (
        desk(actions, tmp_path / "home", *EVA_IN, *TOM_IN) as (at, floor),
        at.browser("eva") as eva,
        at.browser("tom") as tom,
    ):
        flooding, his = await opened(at, eva), await opened(at, tom)
        await his.told()
        send: Callable[[], Awaitable[None]] = {
            "text": lambda: flooding.socket.send_str("x"),
            "bytes": lambda: flooding.socket.send_bytes(b"x"),
            "ping": flooding.socket.ping,
            "pong": flooding.socket.pong,
        }[frame]
        with suppress(ConnectionError):
            for _ in range(FLOOD):
                await send()
        assert await flooding.code() == WSCloseCode.UNSUPPORTED_DATA
        await floor.wish("tom", "pause", reason="lunch")
        assert 'class="state paused"' in await his.told()


async def test_a_long_frame_isnt_read(actions: Actions, tmp_path: Path) -> None:
    async with desk(actions, tmp_path / "home") as (at, _), at.browser("eva") as eva:
        page = await opened(at, eva)
        await page.socket.send_str("x" * 100_000)
        assert await page.code() == WSCloseCode.MESSAGE_TOO_BIG


@pytest.mark.parametrize("origin", [None, "null", "http://evil.example", "http://127.0.0.1:1"])
@pytest.mark.parametrize("path", ["/agent/live", "/lead/live", "/lead/wall/live"])
async def test_anothers_page_is_told_nothing(
    actions: Actions, tmp_path: Path, path: str, origin: str | None
) -> None:
    """However well the browser knows her: a WebSocket isn't bound to its page's origin by the browser."""
    headers = {} if origin is None else {"Origin": origin}
    async with desk(actions, tmp_path / "home") as (at, _), at.browser("lena") as lena:
        with pytest.raises(WSServerHandshakeError) as refused:
            await lena.ws_connect(path, headers=headers)
        assert refused.value.status == 403


async def test_a_callers_name_is_text_and_never_markup(actions: Actions, tmp_path: Path) -> None:
    name = '"><script>alert(1)</script>'
    with actions.transactions.write() as uow:
        uow.participants.add(replace(ANNA, name=name), "")
        uow.callers.note(ANNA.phone or "", CallerId("c"))
        arrived = CallArrived("service", CallerId("c"))
        uow.facts.append(Origin(ALPENRAD, CallId("A"), "caller"), NOON, arrived)
        uow.commit()
    async with desk(actions, tmp_path / "home", *TALKS) as (at, _), at.browser("eva") as eva:
        pop = await (await opened(at, eva)).told()
        async with eva.get("/agent") as answer:
            page = await answer.text()
    for shown in (pop, page):
        assert "&lt;script&gt;alert(1)" in shown
        assert "<script>alert" not in shown
