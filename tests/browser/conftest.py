"""A real Chromium with a microphone that beeps, and a whole instance for it to open."""

import os
import shutil
from collections.abc import AsyncIterator, Iterator

import pytest
from playwright.async_api import Browser, BrowserContext, async_playwright

from tests.phone.instance import Instance

MICROPHONE = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")


def program(own: str) -> str:
    """Chromium, the system's or Playwright's ``own``; where there is none the test is skipped, but not in CI."""
    for name in ("chromium", "chromium-browser", "google-chrome", own):
        if found := shutil.which(name):
            return found
    reason = (
        "Chromium is missing: apt-get install chromium, or .venv/bin/playwright install chromium"
    )
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    running = Instance(tmp_path_factory.mktemp("desk"))
    running.start()
    try:
        yield running
    finally:
        running.stop()


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=program(playwright.chromium.executable_path), args=MICROPHONE
        )
        try:
            yield browser
        finally:
            await browser.close()


@pytest.fixture
async def window(chromium: Browser, instance: Instance) -> AsyncIterator[BrowserContext]:
    """A browser's window of its own, with nobody signed in. No script on any of its pages may fail."""
    web = instance.settings.web
    context = await chromium.new_context(base_url=f"http://{web.host}:{web.port}", locale="en-US")
    failed: list[str] = []
    context.on("weberror", lambda one: failed.append(f"{one.page and one.page.url}: {one.error}"))
    try:
        yield context
    finally:
        await context.close()
    assert not failed
