"""A real Chromium with a microphone that beeps, and a whole instance for it to open."""

import os
from collections.abc import AsyncIterator, Iterator

import pytest
from playwright.async_api import Browser, BrowserContext, async_playwright

from rufwerk.bench.chromium import program_of
from tests.browser.pages import MICROPHONE, NO_CHROMIUM
from tests.phone.instance import Instance, running


def program(own: str) -> str:
    """Chromium; where there is none the test is skipped, but not in CI."""
    if found := program_of(own):
        return found
    if os.environ.get("CI") == "true":
        pytest.fail(NO_CHROMIUM)
    pytest.skip(NO_CHROMIUM)


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    with running(tmp_path_factory.mktemp("desk")) as instance:
        yield instance


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
