"""What all who open the desk in a browser do."""

import asyncio
from typing import Literal

import numpy as np
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import BrowserContext, Page, expect

from phone.wire import WireCall
from tests.phone import house

REMEMBER = """
const Real = RTCPeerConnection;
globalThis.RTCPeerConnection = class extends Real {
  constructor(...given) {
    super(...given);
    globalThis.connection = this;
  }
};
"""
"""A page's script: what its phone hears can be asked for."""

_ENERGY = """async () => {
  const all = [...(await globalThis.connection.getStats()).values()];
  return Math.max(0, ...all.map(({ type, totalAudioEnergy }) => (type === "inbound-rtp" && totalAudioEnergy) || 0));
}"""
_VOICE = (8000 * np.sin(np.arange(16000) * 2 * np.pi * 440 / 8000)).astype(np.int16)
"""Two seconds; what is heard of it has an energy of 0.06 (W3C webrtc-stats: squares of the level times seconds)."""

_A_GOOD_PART = 0.01

_SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")

MICROPHONE = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
"""It beeps."""

NO_CHROMIUM = (
    "Chromium is missing: apt-get install chromium, or .venv/bin/playwright install chromium"
)


async def sign_in(window: BrowserContext, name: str, password: str = "rufwerk") -> Page:
    page = await window.new_page()
    await page.goto("/signin?next=/signin")
    await page.get_by_label("Name").fill(name)
    await page.get_by_label("Password").fill(password)
    await page.get_by_role("button", name="Sign in").click()
    await page.get_by_role("button", name="Sign out").wait_for()
    return page


async def sit_down(page: Page) -> None:
    """At the phone in the browser; she is ready."""
    await page.goto("/agent")
    await page.get_by_role("button", name="In this browser").click()
    await expect(page.locator("#phone-state")).to_have_text("ready", timeout=20_000)
    await go_ready(page)


async def sit_down_at(page: Page, phone: str) -> None:
    """At a desk phone; she is ready."""
    await page.goto("/agent")
    await page.get_by_label("At the desk phone").fill(phone)
    await page.get_by_role("button", name="Take this one").click()
    await go_ready(page)


async def go_ready(page: Page) -> None:
    await page.get_by_role("button", name="Ready").click()
    await expect(page.locator("#state strong")).to_have_text("Ready")


async def leave(page: Page) -> None:
    await page.get_by_role("button", name="Leave the phone").click()
    await expect(page.locator("#state strong")).to_have_text("Not at a phone")


async def energy(page: Page) -> float:
    """Of all that the newest call of the page's phone has brought; the page has ``REMEMBER``."""
    return float(await page.evaluate(_ENERGY))


async def hear_each_other(page: Page, wire: WireCall) -> None:
    """Her microphone beeps each second, and the caller's voice comes to her."""
    await wire.sound_after(asyncio.get_running_loop().time() + 1.0)
    before = await energy(page)

    async def is_heard() -> bool:
        return await energy(page) > before + _A_GOOD_PART

    await wire.say(_VOICE)
    await house.until(is_heard, 10)


async def violations(page: Page) -> list[str]:
    """What is wrong with the page as it is, in both schemes."""
    found = []
    for scheme in _SCHEMES:
        await page.emulate_media(color_scheme=scheme)
        seen = await Axe().run(page)
        for one in seen.response["violations"]:
            where = [node["target"] for node in one["nodes"]]
            found.append(f"{page.url} {scheme}: {one['id']}: {one['help']} at {where}")
    return found
