"""Pages in a real Chromium that tell when they have painted: the only module here that imports playwright."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:  # who only runs Rufwerk has no playwright
    from playwright.async_api import Browser, Page

_PROGRAMS: Final = ("chromium", "chromium-browser", "google-chrome")
_LIVE_WITHIN_S: Final = 30.0

_PAINTED: Final = """
globalThis.painted = {};
globalThis.isPainted = (call) => {
  if (!call || call in painted) return;
  painted[call] = 0;
  requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => { painted[call] = Date.now() + 1; };
    port2.postMessage("the frame is on its way to the screen");
  });
};
globalThis.live = new Promise((resolve) => { globalThis.isLive = resolve; });
document.addEventListener("htmx:wsOpen", isLive);
document.addEventListener("htmx:oobAfterSwap", () => {
  const { call, state } = document.getElementById("call").dataset;
  if (state === "ringing") isPainted(call);
});
"""
"""A moment is that of the first task after the frame in which the swap is shown, in whole milliseconds, rounded up."""


class NoBrowser(Exception):
    """There is no Chromium to open; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Address:
    """A page's, and the cookies that it is opened with."""

    url: str
    cookies: Mapping[str, str] = field(default_factory=dict, repr=False)


class Pages:
    def __init__(self, pages: "Sequence[Page]") -> None:
        self._pages = pages

    async def painted(self) -> dict[str, float]:
        """When each call's pop was painted, in seconds of the machine's clock."""
        found: dict[str, float] = {}
        for page in self._pages:
            moments: dict[str, float] = await page.evaluate("painted")
            found |= {call: at / 1000 for call, at in moments.items() if at}
        return found


def program_of(own: str) -> str | None:
    """Chromium: the system's, or Playwright's ``own``; None where there is neither."""
    return next(filter(None, map(shutil.which, (*_PROGRAMS, own))), None)


@asynccontextmanager
async def opened(addresses: Iterable[Address]) -> AsyncIterator[Pages]:
    """Each in a window of its own. Raises NoBrowser, TimeoutError where a page doesn't come to life."""
    try:
        from playwright.async_api import async_playwright  # noqa: PLC0415 - see above
    except ImportError:
        raise NoBrowser("Playwright is missing. Run make test once, which sets it up.") from None
    async with async_playwright() as playwright:
        program = program_of(playwright.chromium.executable_path)
        if program is None:
            raise NoBrowser("Chromium is missing. Install it: apt-get install chromium")
        browser = await playwright.chromium.launch(executable_path=program)
        try:
            yield Pages([await _opened(browser, one) for one in addresses])
        finally:
            await browser.close()


async def _opened(browser: "Browser", address: Address) -> "Page":
    context = await browser.new_context(locale="de-DE")
    await context.add_cookies(
        [
            {"name": name, "value": value, "url": address.url}
            for name, value in address.cookies.items()
        ]
    )
    await context.add_init_script(_PAINTED)
    page = await context.new_page()
    await page.goto(address.url)
    async with asyncio.timeout(_LIVE_WITHIN_S):
        await page.evaluate("async () => { await live; }")
    return page
