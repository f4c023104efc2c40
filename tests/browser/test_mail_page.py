"""The demo's mail box: a report comes in over SMTP and is looked at; a hostile one does nothing."""

import asyncio
import smtplib
from email.policy import SMTP
from pathlib import Path

import pytest
from playwright.async_api import BrowserContext, Page, expect

from rufwerk import wiring
from tests.browser.pages import sign_in
from tests.fakes.mails import WORKBOOK, hostile, report
from tests.phone.instance import Instance

pytestmark = [pytest.mark.phone, pytest.mark.timeout(120)]


async def send(instance: Instance, mail: bytes) -> None:
    def talk() -> None:
        with smtplib.SMTP("127.0.0.1", instance.settings.mail.port, timeout=20) as client:
            client.sendmail("out@rufwerk.example", ["max@alpenrad.example"], mail)

    await asyncio.to_thread(talk)


async def newest(page: Page) -> None:
    """It comes into the open page by itself, and is opened."""
    await page.locator(".mails a").first.click(timeout=20_000)
    await page.locator("iframe").wait_for()


async def test_a_report_is_caught_and_looked_at(
    instance: Instance, window: BrowserContext, tmp_path: Path
) -> None:
    page = await sign_in(window, "max")
    await page.goto("/mail")
    await expect(page.get_by_role("main")).to_contain_text("No mail yet.")
    await send(instance, report().as_bytes(policy=SMTP))
    await newest(page)
    frame = page.frame_locator("iframe")
    await expect(frame.get_by_role("heading")).to_have_text("Servicelevel")
    assert str(await frame.locator("img").get_attribute("src")).startswith("data:image/png")
    await expect(page.get_by_text("Servicelevel 81,90 %.")).to_be_visible()
    async with page.expect_download() as started:
        await page.get_by_role("link", name="Bericht").click()
    download = await started.value
    assert download.suggested_filename == "Bericht_März.xlsx"
    await download.save_as(tmp_path / "saved")
    assert (tmp_path / "saved").read_bytes() == WORKBOOK


async def test_a_hostile_mail_runs_nothing_and_asks_nobody(
    instance: Instance, window: BrowserContext
) -> None:
    asked: list[asyncio.StreamWriter] = []

    def note(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(writer)
        writer.close()

    elsewhere = await asyncio.start_server(note, "127.0.0.1", 0)
    place = f"http://127.0.0.1:{elsewhere.sockets[0].getsockname()[1]}"
    page = await sign_in(window, "lena")
    await send(instance, hostile().replace(b"https://evil.example", place.encode()))
    folder = wiring.mail_folder(instance.settings)
    assert folder is not None
    await page.goto(f"/mail/{next(folder.newest()).number}")
    frame = page.frame_locator("iframe")
    await expect(frame.get_by_text("Hello")).to_be_visible()
    await frame.get_by_role("button").click()
    await frame.get_by_text("More").click()
    await expect(frame.get_by_text("Hello")).to_be_visible()
    assert await page.evaluate("globalThis.stolen === undefined")
    assert "/mail/" in page.url
    assert asked == []
    elsewhere.close()
