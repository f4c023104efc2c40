"""What all who open the desk in a browser do."""

import shutil

from playwright.async_api import BrowserContext, Page

MICROPHONE = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
"""It beeps."""

NO_CHROMIUM = (
    "Chromium is missing: apt-get install chromium, or .venv/bin/playwright install chromium"
)


def chromium_of(own: str) -> str | None:
    """The program: the system's, or Playwright's ``own``."""
    names = ("chromium", "chromium-browser", "google-chrome", own)
    return next(filter(None, map(shutil.which, names)), None)


async def sign_in(window: BrowserContext, name: str, password: str = "rufwerk") -> Page:
    page = await window.new_page()
    await page.goto("/signin?next=/signin")
    await page.get_by_label("Name").fill(name)
    await page.get_by_label("Password").fill(password)
    await page.get_by_role("button", name="Sign in").click()
    await page.get_by_role("button", name="Sign out").wait_for()
    return page
