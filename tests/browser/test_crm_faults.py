"""The pop while the company's CRM hangs, breaks off or talks nonsense: at once, and with why the rest is missing."""

import socket
from collections.abc import Iterator

import pytest
from playwright.async_api import BrowserContext, expect

from crm_bridge.demo_crm import wire
from rufwerk import crm_wiring
from rufwerk.settings import Settings
from tests.browser.pages import leave, sign_in, sit_down_at
from tests.crm_bridge.behaviours import BOMB, HTML, XML, answer, reset, silent, streaming
from tests.crm_bridge.servers import Behave, behaving
from tests.phone import house
from tests.phone.floor import floor
from tests.phone.instance import Instance, running

pytestmark = [pytest.mark.phone, pytest.mark.timeout(180)]

SLOW = "The CRM doesn't answer in time."
GONE = "The CRM can't be reached."
BROKEN = "The CRM has a fault of its own."
NONSENSE = "The CRM's answer can't be read."
FOUND = "Open in the CRM: Anna Keller"

CALLS: tuple[tuple[str, str, str, tuple[tuple[Behave, str], ...]], ...] = (
    ("+491713920002", "555100", "John Miller", ((silent, SLOW), (reset, GONE))),
    (
        "+33639980002",
        "555200",
        "Jonas Weber",
        ((answer(500, "text/html", HTML), BROKEN), (answer(200, "text/html", HTML), NONSENSE)),
    ),
    (
        "+491713920001",
        "555100",
        "Several people have this number",
        ((streaming, NONSENSE), (answer(200, XML, BOMB), NONSENSE)),
    ),
)
"""Who rings whom, how the pop begins, and what the CRM does and the page says then. ``silent`` is a CRM that would take
half a minute: it is hung up on before. After three failures in a row it would not be asked any more.
"""


class Moody:
    """A CRM that does what it is told; it knows Anna alone."""

    def __init__(self) -> None:
        self.behave: Behave = self.well

    def __call__(self, connection: socket.socket) -> None:
        self.behave(connection)

    def well(self, connection: socket.socket) -> None:
        anna = crm_wiring.demo_contacts(Settings())[0]
        answer(200, XML, wire.retrieved("contact", [anna]).decode())(connection)


@pytest.fixture(scope="module")
def crm() -> Iterator[tuple[Moody, str]]:
    moody = Moody()
    with behaving(moody) as url:
        yield moody, url


@pytest.fixture(scope="module")
def instance(
    tmp_path_factory: pytest.TempPathFactory, crm: tuple[Moody, str]
) -> Iterator[Instance]:
    there = {"crm__url": crm[1], "crm__auth": "none", "crm__contact_url": "http://127.0.0.1:9/{id}"}
    with running(tmp_path_factory.mktemp("faults"), **there) as instance:
        yield instance


async def test_the_pop_waits_for_nobody(
    instance: Instance, crm: tuple[Moody, str], window: BrowserContext
) -> None:
    moody, _ = crm
    page = await sign_in(window, "eva")
    state, title = page.locator("#state strong"), page.locator("#call-title")
    theirs = page.locator("[data-crm-of]")
    async with house.house(instance) as at, floor(instance.settings) as agents:
        await agents.phone_alone("201", answer_after_s=None)
        await sit_down_at(page, "201")
        for number, line, who, faults in CALLS:
            moody.behave = faults[0][0]
            called = await at.dial(caller=number, number=line)
            await at.follow(called, ("!0#",))
            await expect(title).to_have_text(who, timeout=30_000)
            await expect(state).to_have_text("It rings")
            await expect(theirs).to_have_text(faults[0][1])
            moody.behave = faults[1][0]
            await page.reload()
            await expect(title).to_have_text(who)
            await expect(theirs).to_have_text(faults[1][1])
            moody.behave = moody.well
            await page.reload()
            await expect(theirs).to_have_text(FOUND)
            await called.wire.hang_up()
            await expect(state).to_have_text("Ready")
        await leave(page)
