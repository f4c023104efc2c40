"""Every page, light and dark, as axe-core sees it (WCAG 2.2 AA and its best practices)."""

import pytest
from playwright.async_api import BrowserContext, expect

from rufwerk import wiring
from tests.browser.pages import sign_in, violations
from tests.fakes.mails import report
from tests.phone.floor import floor
from tests.phone.instance import Instance

pytestmark = [pytest.mark.phone, pytest.mark.timeout(120)]


@pytest.mark.parametrize("path", ["/", "/signin", "/try"])
async def test_what_is_open_to_everybody(window: BrowserContext, path: str) -> None:
    page = await window.new_page()
    await page.goto(path)
    assert await violations(page) == []


async def test_the_agents_page(instance: Instance, window: BrowserContext) -> None:
    page = await sign_in(window, "eva")
    await page.goto("/agent")
    found = await violations(page)
    await page.get_by_role("button", name="In this browser").click()
    await expect(page.locator("#phone-state")).to_have_text("ready", timeout=20_000)
    await page.get_by_text("Pause", exact=False).first.click()
    found += await violations(page)
    async with floor(instance.settings) as agents:
        await agents.wish("eva", "signout")
        await agents.until_agent("eva", "signed_out")
    assert found == []


async def test_the_mail_box(instance: Instance, window: BrowserContext) -> None:
    folder = wiring.mail_folder(instance.settings)
    assert folder is not None
    page = await sign_in(window, "lena")
    await page.goto("/mail")
    found = await violations(page)
    number = folder.keep("out@rufwerk.example", ["max@alpenrad.example"], report().as_bytes())
    for path in ("/mail", f"/mail/{number}"):
        await page.goto(path)
        found += await violations(page)
    assert found == []


async def test_the_team_leads_pages(instance: Instance, window: BrowserContext) -> None:
    page = await sign_in(window, "lena")
    async with floor(instance.settings) as agents:
        await agents.seat("eva", "201")
        found = []
        for path in ("/lead", "/lead/wall", "/lead/story?call=a-1.1"):
            await page.goto(path)
            found += await violations(page)
        await page.goto("/lead")
        await page.get_by_role("button", name="eva").click()
        await page.get_by_role("dialog").get_by_label("German").wait_for()
        found += await violations(page)
    assert found == []


async def test_the_pages_of_figures(instance: Instance, window: BrowserContext) -> None:
    page = await sign_in(window, "max")
    found = []
    for path in ("/reports", "/reports?period=month", "/reports/sent"):
        await page.goto(path)
        found += await violations(page)
    await page.goto("/reports")
    await expect(page.locator("#today-plot canvas")).to_be_visible()
    await page.get_by_label("Person", exact=True).select_option("eva")
    await page.get_by_label("Purpose").fill("Her own wish")
    await page.get_by_role("button", name="Look at it").click()
    await expect(page.get_by_role("heading", name="eva")).to_be_visible()
    found += await violations(page)
    assert found == []
