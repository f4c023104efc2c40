"""A team lead imports a client's list and sees to a case, in Chromium, with the keyboard where it matters."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect

from storage.migrations import upgrade
from storage.unit_of_work import SqlTransactions
from tests.browser.pages import violations
from tests.browser.test_lead_page import fits
from tests.desktop.lists_browser import FAULTY, with_debtors
from tests.fakes.desk import LENA, PASSWORD, Actions, Desk, served

pytestmark = pytest.mark.timeout(120)
SLOW_MS = 30_000


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    """Without Asterisk: none of these pages has a telephone."""
    url = f"sqlite:///{tmp_path / 'rufwerk.db'}"
    upgrade(url)
    actions = Actions(SqlTransactions(url, "a"))
    actions.enrol(LENA)
    async with served(actions, book=with_debtors()) as made:
        yield made


@pytest.fixture
async def window(chromium: Browser, desk: Desk) -> AsyncIterator[BrowserContext]:
    context = await chromium.new_context(base_url=desk.base, locale="en-US")
    failed: list[str] = []
    context.on("weberror", lambda one: failed.append(f"{one.page and one.page.url}: {one.error}"))
    try:
        yield context
    finally:
        await context.close()
    assert not failed


async def signed_in(window: BrowserContext) -> Page:
    page = await window.new_page()
    await page.goto("/signin?next=/lead/lists")
    await page.get_by_label("Name").fill(LENA.name)
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    return page


async def send(page: Page, content: str) -> None:
    file = {"name": "M\u00e4rz.csv", "mimeType": "text/csv", "buffer": content.encode()}
    await page.get_by_label("The client's file").set_input_files(file)  # type: ignore[arg-type]
    await page.get_by_role("button", name="Check it").press("Enter")


async def test_a_list_is_imported_and_a_case_seen_to(window: BrowserContext) -> None:
    page = await signed_in(window)
    found = await violations(page)
    await fits(page)
    await send(page, FAULTY)
    await expect(page.get_by_role("cell", name="is no telephone number")).to_be_visible(
        timeout=SLOW_MS
    )
    found += await violations(page)
    await fits(page)
    async with page.expect_download() as started:
        await page.get_by_role("link", name="Download all as CSV").click()
    assert (await started.value).suggested_filename == "M\u00e4rz Rejected rows.csv"

    await page.get_by_role("button", name="Import the list").press("Enter")
    case = page.get_by_role("button", name="Anna Keller")
    await expect(case).to_be_visible(timeout=SLOW_MS)
    found += await violations(page)
    await fits(page)

    await page.get_by_role("searchbox").fill("peter")
    await expect(case).to_be_hidden()
    await page.get_by_role("searchbox").fill("")
    await case.press("Enter")
    dialog = page.get_by_role("dialog")
    await expect(dialog).to_contain_text("12.50")
    found += await violations(page)
    await dialog.get_by_text("Withdraw").first.click()
    await dialog.get_by_label("Reason").last.fill("Paid at the counter.")
    await page.keyboard.press("Enter")
    await expect(dialog).to_be_hidden()
    await expect(page.locator("#cases tbody tr").first).to_contain_text("Withdrawn")
    await expect(case).to_be_focused()

    await page.get_by_role("button", name="Pause").press("Enter")
    await expect(page.locator("#now")).to_contain_text("Paused")
    await expect(page.get_by_role("button", name="Go on")).to_be_visible()
    page.once("dialog", lambda asked: asked.accept())
    await page.get_by_role("button", name="Stop").click()
    await expect(page.locator("#now")).to_contain_text("Stopped")
    assert found == []


async def test_a_file_that_is_too_long_isnt_sent(window: BrowserContext) -> None:
    page = await signed_in(window)
    await page.locator("#send").evaluate("form => { form.dataset.largest = 10; }")
    await send(page, FAULTY)
    assert await page.locator("#file").evaluate("file => file.validationMessage") == (
        "It is too large. Send the list in parts, without pictures."
    )
    assert page.url.endswith("/lead/lists")
