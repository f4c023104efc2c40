"""What the bench of dialling computes, and its page against a server that rings at once."""

import time
from types import SimpleNamespace
from typing import Any, cast

import pytest
from aiohttp import ClientSession, web

from rufwerk.bench.desk_phones import DeskPhones
from rufwerk.bench.dial import Page, figures, until_it_rings
from tests.fakes.desk import listening


def test_figures() -> None:
    assert figures([10.0, 20.04, 30.0], [1.0]) == {
        "median_ms": 20.0,
        "p99_ms": 30.0,
        "originate_median_ms": 1.0,
        "originate_p99_ms": 1.0,
    }


async def test_from_the_click_to_the_ringing() -> None:
    rang_at: dict[str, float] = {"+49": 1.0}
    asked: list[Any] = []

    async def ring(request: web.Request) -> web.Response:
        form = await request.post()
        asked.append((form["tenant"], form["number"], request.headers["Origin"]))
        rang_at["+49"] = time.time()
        return web.Response(status=204)

    application = web.Application()
    application.router.add_post("/agent/dial", ring)
    async with listening(application) as base, ClientSession(base) as browser:
        page = Page(browser, base)
        phones = cast("DeskPhones", SimpleNamespace(rang_at=rang_at))
        began = time.time()
        took_ms = await until_it_rings(phones, "+49", lambda: page.dial(7))
        assert 0 <= took_ms <= (time.time() - began) * 1000
        assert asked == [("alpenrad", "+49 171 39200070", base)]
        with pytest.raises(RuntimeError, match="cancel_dial isn't granted"):
            await page.cancel()
