"""A team lead at work: she sees a caller wait whom nobody may take, helps him to the front, and finds him an agent."""

import re
from collections.abc import Iterator

import pytest
from playwright.async_api import BrowserContext, Locator, Page, expect

from domain import field_facts as facts
from tests.browser.pages import sign_in, violations
from tests.phone import house
from tests.phone.conftest import tenants_under
from tests.phone.floor import floor, wait_in_field
from tests.phone.instance import Instance, running

pytestmark = [pytest.mark.phone, pytest.mark.timeout(180)]

MAISON_LUNE = "555200"
"""Greets in French, which eva doesn't speak."""


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """Team leads may take part in conversations."""
    home = tmp_path_factory.mktemp("desk")
    rules = {"alpenrad": "listening = true", "maison-lune": ""}
    with running(home, tenants=str(tenants_under(rules, home / "tenants"))) as instance:
        yield instance


async def open_floor(window: BrowserContext) -> Page:
    page = await sign_in(window, "lena")
    await page.goto("/lead")
    await expect(page.get_by_role("heading", name="The floor")).to_be_visible()
    return page


async def fits(page: Page) -> None:
    """Nobody has to scroll sideways, on a telephone's screen or a desk's."""
    for width in (390, 1440):
        await page.set_viewport_size({"width": width, "height": 900})
        seen = "document.documentElement"
        assert not await page.evaluate(f"{seen}.scrollWidth > {seen}.clientWidth"), (
            page.url,
            width,
        )


def row(page: Page, table: str, words: str) -> Locator:
    return page.locator(f"#{table} tbody tr").filter(has_text=words)


async def test_whom_nobody_may_take_comes_to_eva(
    instance: Instance, window: BrowserContext
) -> None:
    page = await open_floor(window)
    async with house.house(instance) as at, floor(instance.settings) as agents:
        await agents.seat("eva", "201", ready=False)
        await agents.wish("eva", "skills", skills=["de=5", "alpenrad=5", "maison-lune=4"])
        await agents.wish("eva", "ready")
        called = await wait_in_field(at, MAISON_LUNE)
        await expect(page.get_by_role("status")).to_contain_text(
            "Nobody signed in may take: Maison Lune, French", timeout=30_000
        )
        caller = row(page, "calls", "Maison Lune")
        await expect(caller).to_contain_text("nobody may take it")
        await expect(row(page, "agents", "eva")).to_contain_text("Ready")

        await caller.get_by_role("button").press("Enter")
        dialog = page.get_by_role("dialog")
        await dialog.get_by_label("Priority").fill("5")
        await page.keyboard.press("Enter")
        await expect(dialog).to_be_hidden()
        await expect(caller.get_by_role("cell").nth(4)).to_have_text(
            re.compile("[5-7]")
        )  # it rises
        await expect(caller.get_by_role("button")).to_be_focused()

        await row(page, "agents", "eva").get_by_role("button").click()
        await expect(dialog.get_by_label("German")).to_have_value("de=5")
        await dialog.get_by_label("French").select_option("3")
        await dialog.get_by_label("Another skill").fill("dunning=9")
        await dialog.get_by_role("button", name="Save").click()
        await expect(dialog.get_by_role("alert")).to_be_visible()
        await dialog.get_by_label("Another skill").fill("")
        await dialog.get_by_role("button", name="Save").click()
        await expect(dialog).to_be_hidden()

        await expect(row(page, "agents", "eva")).to_contain_text("Talking", timeout=30_000)
        await expect(caller).to_contain_text("talks with")
        await expect(page.get_by_role("status")).not_to_contain_text("Nobody signed in may take")
        (offered,) = agents.of_call(called.id, facts.Offered)
        assert offered.agent == agents.agent_id("eva")
        assert offered.reason[0].startswith("priority ")
        assert agents.of_call(called.id, facts.PrioritySet) == [facts.PrioritySet(5)]

        await row(page, "agents", "eva").get_by_role("link").click()
        story = page.locator(".story")
        await expect(story).to_contain_text("Alarm: nobody signed in may take this call")
        await expect(row(page, "story-facts", "Priority set to 5")).to_contain_text("lena")
        await expect(row(page, "story-facts", "Offered to eva")).to_contain_text("priority")
        assert await violations(page) == []
        await fits(page)
        await called.wire.hang_up()


async def test_her_phone_in_the_page_rings_and_she_listens(
    instance: Instance, window: BrowserContext
) -> None:
    page = await open_floor(window)
    await page.get_by_role("button", name="In this browser").click()
    words = page.locator("#phone-state")
    await expect(words).to_have_text("ready", timeout=20_000)
    async with house.house(instance) as at, floor(instance.settings) as agents:
        await agents.seat("tom", "204")
        called = await wait_in_field(at)
        await agents.until_agent("tom", "talking")
        await row(page, "agents", "tom").get_by_role("button").click()
        await page.get_by_role("dialog").get_by_role("button", name="Listen", exact=True).click()
        await expect(words).to_have_text("It rings", timeout=20_000)
        await page.get_by_role("button", name="Answer").click()
        await expect(words).to_have_text("Talking", timeout=20_000)
        await page.get_by_role("button", name="Hang up").click()
        await expect(words).to_have_text("ready")
        (asked,) = agents.of_call(called.id, facts.ListeningAsked)
        assert (asked.agent, asked.how) == (agents.agent_id("tom"), facts.Listening.LISTEN)
        await called.wire.hang_up()


async def test_the_wall_follows(instance: Instance, window: BrowserContext) -> None:
    page = await sign_in(window, "lena")
    await page.goto("/lead/wall")
    async with floor(instance.settings) as agents:
        await agents.seat("tom", "204")
        tom = page.locator("#people li").filter(has_text="tom")
        await expect(tom).to_contain_text("Ready")
        await agents.wish("tom", "pause", reason="lunch")
        await expect(tom).to_contain_text("Pause")
    await expect(tom).to_be_hidden()


async def test_no_page_scrolls_sideways(instance: Instance, window: BrowserContext) -> None:
    page = await open_floor(window)
    for path in ("/lead", "/lead/wall"):
        await page.goto(path)
        await fits(page)
