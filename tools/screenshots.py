"""Pictures of every page for docs/, from a scratch instance of the demo with people at work: ``make screenshots``."""

import asyncio
import smtplib
import sys
import tempfile
from email.message import EmailMessage
from pathlib import Path
from typing import Literal

from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect

from rufwerk.bench.chromium import program_of
from tests.browser.pages import MICROPHONE, NO_CHROMIUM, sign_in, sit_down
from tests.phone import house
from tests.phone.floor import Floor, floor, wait_in_field
from tests.phone.house import House
from tests.phone.instance import Instance

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "screenshots"
LARGEST = 150_000
SHAPES: tuple[tuple[Literal["light", "dark"], int, int], ...] = (
    ("light", 1440, 900),
    ("dark", 390, 844),
)
FRENCH_LINE = "555200"
ANNA = ("!10000001#", "135790#", "0", "3")
"""She logs in, and wants a person about her card or her data."""

SLOW_MS = 60_000


async def take(page: Page, name: str) -> None:
    """What the page shows now, wide and light as well as narrow and dark."""
    for scheme, width, height in SHAPES:
        await page.set_viewport_size({"width": width, "height": height})
        await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        await page.evaluate("scrollTo(0, 0)")
        await page.screenshot(path=FOLDER / f"{name}-{scheme}.png", animations="disabled")
    print(name, flush=True)


async def open_pages(window: BrowserContext) -> None:
    """Those that everybody may open."""
    page = await window.new_page()
    for path, name in (("/", "status"), ("/signin", "signin"), ("/try", "try")):
        await page.goto(path)
        await take(page, name)
    await page.close()


async def mail_pages(window: BrowserContext, port: int) -> None:
    mail = EmailMessage()
    mail["From"] = "Rufwerk <rufwerk@alpenrad.example>"
    mail["To"] = "Max <max@alpenrad.example>"
    mail["Subject"] = "A mail that stays on this machine"
    mail.set_content("Hello Max,\n\nthe demo's mail box caught this mail.\n")
    mail.add_alternative(
        "<h1>Hello Max,</h1><p>the demo's <b>mail box</b> caught this mail.</p>", subtype="html"
    )
    mail.add_attachment("day;calls\r\nMonday;120\r\n", subtype="csv", filename="calls.csv")

    def send() -> None:
        with smtplib.SMTP("127.0.0.1", port, timeout=20) as client:
            client.send_message(mail)

    await asyncio.to_thread(send)
    page = await sign_in(window, "max")
    await page.goto("/mail")
    await take(page, "mail")
    await page.locator(".mails a").first.click()
    await page.frame_locator("iframe").get_by_role("heading").wait_for()
    await take(page, "mail-open")
    await page.close()


async def desk_pages(
    agent: BrowserContext, lead: BrowserContext, at: House, at_work: Floor
) -> None:
    """An agent waits, then talks with a customer, while the team lead looks on."""
    page = await sign_in(agent, "eva")
    await sit_down(page)
    await take(page, "agent-waiting")
    await at_work.seat("luis", "202")
    await at_work.seat("tom", "204")
    await at_work.wish("tom", "pause", reason="lunch")
    called = await at.dial(caller="+491713920001")
    await at.follow(called, ANNA)
    await page.get_by_role("button", name="Answer").click(timeout=SLOW_MS)
    await expect(page.locator("#state strong")).to_have_text("Talking", timeout=SLOW_MS)
    await expect(page.locator("#card")).to_contain_text("Anna Keller", timeout=SLOW_MS)
    await take(page, "agent-talking")
    waiting = await wait_in_field(at, FRENCH_LINE)
    await at.in_field(waiting)
    await lead_pages(lead, called.id)
    for caller in (waiting, called):
        await caller.wire.hang_up()
    await page.get_by_role("button", name="Leave the phone").click(timeout=SLOW_MS)
    await at_work.until_agent("eva", "signed_out")


async def lead_pages(window: BrowserContext, call: str) -> None:
    page = await sign_in(window, "lena")
    for path, name in (
        ("/lead", "lead"),
        ("/lead/wall", "wall"),
        (f"/lead/story?call={call}", "story"),
    ):
        await page.goto(path)
        await take(page, name)


async def figure_pages(window: BrowserContext) -> None:
    page = await sign_in(window, "max")
    for path, name in (("/reports", "reports"), ("/reports/sent", "reports-sent")):
        await page.goto(path)
        await page.wait_for_load_state("networkidle")
        await take(page, name)
    await page.close()


async def list_pages(window: BrowserContext) -> None:
    """A client's list as it is looked at before it is imported, and then as it stands."""
    page = await sign_in(window, "lena")
    await page.goto("/lead/lists")
    file = {"name": "November.csv", "mimeType": "text/csv", "buffer": clients_list().encode()}
    await page.get_by_label("The client's file").set_input_files(file)  # type: ignore[arg-type]
    await page.get_by_role("button", name="Check it").click()
    await expect(page.get_by_role("button", name="Import the list")).to_be_visible(timeout=SLOW_MS)
    await take(page, "list-upload")
    await page.get_by_role("button", name="Import the list").click()
    await expect(page.get_by_role("heading", name="Cases")).to_be_visible(timeout=SLOW_MS)
    await page.get_by_role("searchbox").fill("keller")
    await expect(page.locator("#cases")).to_contain_text("1 to 8 of 8")
    await take(page, "list")
    await page.goto("/lead/lists")
    await take(page, "lists")
    await page.close()


def clients_list() -> str:
    """Numbers of the demo's carrier, and two rows that aren't taken."""
    people = ("Anna Keller", "Peter Gro\u00df", "Luc\u00eda G\u00f3mez", "Jonas Weber")
    rows = [
        f"0171 39200{place:02};{people[place % 4]};K{place};Hauptstr. {place}, Ettlingen;76275;{place},50"
        for place in range(11, 41)
    ]
    rows += ["0171;Claire Martin;K41;Hauptstr. 41;76275;12,00", "0171 3920042;Marc Dubois;K42;;;0"]
    return "\n".join(("Telefon;Name;Kundennummer;Adresse;PLZ;Betrag", *rows))


async def all_pages(instance: Instance, browser: Browser) -> None:
    web = instance.settings.web

    async def window() -> BrowserContext:
        return await browser.new_context(base_url=f"http://{web.host}:{web.port}", locale="en-US")

    await open_pages(await window())
    await mail_pages(await window(), instance.settings.mail.port)
    await list_pages(await window())
    async with house.house(instance) as at, floor(instance.settings) as at_work:
        await desk_pages(await window(), await window(), at, at_work)
    await figure_pages(await window())


async def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    async with async_playwright() as playwright:
        program = program_of(playwright.chromium.executable_path)
        if program is None:
            sys.exit(NO_CHROMIUM)
        with tempfile.TemporaryDirectory(prefix="rufwerk-pages-") as home:
            instance = Instance(Path(home))
            try:
                await asyncio.to_thread(instance.start)
                browser = await playwright.chromium.launch(executable_path=program, args=MICROPHONE)
                await all_pages(instance, browser)
                await browser.close()
            finally:
                await asyncio.to_thread(instance.stop)
    large = [one.name for one in FOLDER.glob("*.png") if one.stat().st_size > LARGEST]
    if large:
        sys.exit(f"Larger than {LARGEST} bytes: {', '.join(large)}. Show less on these pages.")


if __name__ == "__main__":
    asyncio.run(main())
