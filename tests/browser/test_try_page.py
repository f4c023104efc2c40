"""A customer's phone in a page: it rings a brand, logs in by its keypad, and is rung by the demo's carrier."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import BrowserContext, Page, expect

from domain import field_facts as facts
from domain.field_facts import CallBackResult
from domain.portal_facts import BalanceTold, CallArrived, LoggedIn
from rufwerk import demo_data
from tests.browser.pages import REMEMBER, energy
from tests.phone import house
from tests.phone.floor import Floor, floor, until, wanted_call_back
from tests.phone.house import House
from tests.phone.instance import Instance

pytestmark = [pytest.mark.phone, pytest.mark.timeout(120)]

ANNA = "+491713920001"


@pytest.fixture
async def page(window: BrowserContext) -> AsyncIterator[Page]:
    """Switched on. Nobody is signed in."""
    page = await window.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    await page.add_init_script(REMEMBER)
    await page.goto("/try")
    await page.get_by_role("button", name="Switch on").click()
    await until_it(page, "Waits for a call")
    yield page
    assert errors == []


async def until_it(page: Page, words: str) -> None:
    await expect(page.get_by_role("status")).to_have_text(words, timeout=20_000)


async def hears(page: Page) -> None:
    async def is_heard() -> bool:
        return await energy(page) > 0

    await house.until(is_heard, 20)


async def rings(page: Page, at: House) -> str:
    """Call what is chosen; the call's id."""
    before = len(at.manager.blocks)
    await page.locator("#call").click()
    new = await at.manager.event(
        lambda block: (
            block.get("Event") == "Newchannel" and block["Channel"].startswith("PJSIP/carrier-")
        ),
        before,
    )
    await until_it(page, "Connected")
    await hears(page)
    return f"{at.settings.node}-{new['Uniqueid']}"


async def logged(agents: Floor, call: str, kind: type[LoggedIn | BalanceTold]) -> None:
    await until(lambda: bool(agents.of_call(call, kind)), 30)


async def test_anna_logs_in_by_keyboard_and_keypad(instance: Instance, page: Page) -> None:
    async with house.house(instance) as at, floor(instance.settings) as agents:
        call = await rings(page, at)
        await page.keyboard.type("10000001#")
        for key in "135790":
            await page.get_by_role("button", name=key, exact=True).click()
        await page.get_by_role("button", name="Pound").click()
        await expect(page.locator("#keyed")).to_have_text("••••••••#••••••#"[-14:])
        await logged(agents, call, LoggedIn)
        await page.keyboard.press("1")
        await logged(agents, call, BalanceTold)
        (arrived,) = agents.of_call(call, CallArrived)
        assert arrived.caller is not None, "her number is shown"
        await page.get_by_role("button", name="Hang up").click()
        await until_it(page, "Waits for a call")
        await expect(page.get_by_role("alert")).to_have_text("The call is over.")
        await expect(page.locator("#call")).to_be_focused()
        await house.until(lambda: house.no_calls(at), 30)


async def test_a_withheld_number_is_nobodys_and_the_other_brand_answers(
    instance: Instance, page: Page
) -> None:
    async with house.house(instance) as at, floor(instance.settings) as agents:
        await page.get_by_label("Name").select_option(label="Claire Martin · Maison Lune")
        await page.get_by_label("Withhold my number").check()
        await until_it(page, "Waits for a call")
        call = await rings(page, at)
        (arrived,) = agents.of_call(call, CallArrived)
        assert arrived.caller is None
        tenants = {fact.origin.tenant for fact in agents.facts() if fact.origin.call == call}
        assert tenants == {demo_data.MAISON_LUNE}
        await page.close()  # whoever leaves without a word is missed soon
        await house.until(lambda: house.no_calls(at), 30)


async def test_it_is_rung_back(instance: Instance, page: Page) -> None:
    """The number that the demo's carrier would let be busy."""
    async with floor(instance.settings) as agents:
        called = wanted_call_back(agents, "+491713920002")
        phone = await agents.seat("eva", "201")
        await until_it(page, "It rings")
        await expect(page.locator("#other")).to_contain_text("+491713920002")
        await page.get_by_role("button", name="Answer").click()
        await until_it(page, "Connected")
        await agents.until_agent("eva", "talking")
        await until(lambda: bool(agents.of_call(called, facts.CallBackTried)), 30)
        (tried,) = agents.of_call(called, facts.CallBackTried)
        assert tried.result is CallBackResult.REACHED
        await hears(page)
        await phone.hang_up()
        await until_it(page, "Waits for a call")
        await agents.until_call(called, "out")


async def test_who_declines_has_declined(instance: Instance, page: Page) -> None:
    """And nobody else answers in his place: this number's last digit is that of a voice that talks."""
    async with floor(instance.settings) as agents:
        called = wanted_call_back(agents, ANNA)
        await agents.seat("eva", "201")
        await until_it(page, "It rings")
        await page.get_by_role("button", name="Decline").click()
        await until_it(page, "Waits for a call")
        await until(lambda: bool(agents.of_call(called, facts.CallBackTried)), 30)
        (tried,) = agents.of_call(called, facts.CallBackTried)
        assert tried.result is not CallBackResult.REACHED
        await agents.until_agent("eva", "wrap_up")
