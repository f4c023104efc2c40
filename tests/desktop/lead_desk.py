"""The team lead's pages beside a front desk, and a browser for them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import ClientSession

from tests.fakes.desk import Actions, Desk, served
from tests.rufwerk.front_desk import FrontDesk, front_desk


@asynccontextmanager
async def desk(actions: Actions, home: Path, *rows: str) -> AsyncIterator[tuple[Desk, FrontDesk]]:
    async with front_desk(home, *rows) as floor, served(actions, door=floor.door) as made:
        yield made, floor


async def page(browser: ClientSession, path: str, **headers: str) -> tuple[int, str]:
    async with browser.get(path, headers=headers) as answer:
        return answer.status, await answer.text()
