"""A phone in a real browser: signs in, registers through our web server, is rung, answers, and both sides hear."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import BrowserContext, Page, Route, expect

from domain import field_facts as facts
from tests.browser.pages import leave, sign_in
from tests.phone import house
from tests.phone.floor import floor, wait_in_field
from tests.phone.instance import Instance

pytestmark = [pytest.mark.phone, pytest.mark.timeout(120)]

HERE = Path(__file__).parent

OTHER_MICROPHONES = """
const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
navigator.mediaDevices.getUserMedia = async (wanted) => {
  if (globalThis.none) throw new DOMException("Requested device not found", "NotFoundError");
  if (globalThis.mute) return new MediaStreamAudioDestinationNode(new AudioContext()).stream;
  return real(wanted);
};
"""


async def open_phone(page: Page) -> None:
    """Put a phone into the page as it is, under the desk's own policy."""

    async def serve(route: Route) -> None:
        await route.fulfill(path=HERE / "phone_page.js", content_type="text/javascript")

    await page.route("**/test/phone.js", serve)
    await page.add_script_tag(url="/test/phone.js", type="module")


async def look(page: Page, what: str) -> Any:
    """What the page's script says of its phone."""
    return await page.evaluate(f"window.phone?.{what}")


async def until_phone(page: Page, state: str) -> None:
    async def is_so() -> bool:
        assert not await look(page, "error")
        return bool(await look(page, "state") == state)

    await house.until(is_so, 30)


async def test_a_caller_reaches_an_agent_in_her_browser(
    instance: Instance, window: BrowserContext
) -> None:
    page = await sign_in(window, "eva")
    await open_phone(page)
    await until_phone(page, "registered")
    async with house.house(instance) as at, floor(instance.settings) as agents:
        await agents.wish("eva", "signin", phone=await look(page, "number"))
        await agents.wish("eva", "ready")
        called = await wait_in_field(at)
        await until_phone(page, "talking")
        await agents.until_agent("eva", "talking")
        assert agents.of_call(called.id, facts.Connected)

        heard = asyncio.get_running_loop().time() + 1.0

        async def she_hears() -> bool:
            sound = await page.evaluate("window.sound()")
            return bool(sound["sent"] > 100 and sound["received"] > 60 and sound["energy"] > 0)

        await house.until(she_hears, 30)  # the whisper, then the caller
        await called.wire.sound_after(heard)  # her microphone beeps each second
        await called.wire.hang_up()
        await until_phone(page, "over")
        await agents.until_agent("eva", "wrap_up")
        await agents.wish("eva", "signout")


async def test_a_reload_keeps_her_phone_and_signing_out_takes_it(window: BrowserContext) -> None:
    page = await sign_in(window, "tom")
    numbers = []
    for _ in range(2):
        await page.reload()
        await open_phone(page)
        await until_phone(page, "registered")
        numbers.append(await look(page, "number"))
    assert numbers[0] == numbers[1]
    elsewhere = await window.new_page()
    await elsewhere.goto("/signin")
    await elsewhere.get_by_role("button", name="Sign out").click()
    await elsewhere.get_by_label("Password").wait_for()
    await until_phone(page, "disconnected")


async def test_she_is_told_whether_she_is_heard(window: BrowserContext) -> None:
    page = await sign_in(window, "chloe")
    await page.add_init_script(OTHER_MICROPHONES)
    await page.goto("/agent")
    said, checked = page.locator("#said"), page.locator("#checked")

    await page.evaluate("globalThis.none = true")
    await page.get_by_role("button", name="In this browser").click()
    await expect(said).to_contain_text("has no microphone: allow it in the browser, or plug one in")
    await expect(page.locator("#state strong")).to_have_text("Not at a phone")

    await page.evaluate("globalThis.none = false")
    await page.get_by_role("button", name="In this browser").click()
    await expect(checked).to_have_text("We hear you.", timeout=10_000)

    await page.reload()
    await expect(page.locator("#phone-state")).to_have_text("ready", timeout=10_000)
    await page.get_by_role("button", name="Check microphone").click()
    await expect(checked).to_have_text("We hear you.", timeout=10_000)

    await page.evaluate("globalThis.mute = true")
    await page.locator("#microphone").dispatch_event("change")
    await page.get_by_role("button", name="Check microphone").click()
    await expect(checked).to_have_text("Say a few words …")
    await expect(checked).to_contain_text("We hear nothing. Choose another", timeout=10_000)
    await leave(page)
