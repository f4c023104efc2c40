"""What all who open the desk in a browser do."""

from playwright.async_api import BrowserContext, Page


async def sign_in(window: BrowserContext, name: str, password: str = "rufwerk") -> Page:
    page = await window.new_page()
    await page.goto("/signin?next=/signin")
    await page.get_by_label("Name").fill(name)
    await page.get_by_label("Password").fill(password)
    await page.get_by_role("button", name="Sign in").click()
    await page.get_by_role("button", name="Sign out").wait_for()
    return page
