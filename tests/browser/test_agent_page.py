"""The agent's page when it is loaded again, at any moment, and what it says to who asks for what can't be."""

import pytest
from playwright.async_api import BrowserContext, Page, expect

from domain import field_facts as facts
from domain.desk_facts import ServiceCorrected, ServiceRecorded
from tests.browser.pages import REMEMBER, hear_each_other, leave, sign_in, sit_down, violations
from tests.phone import house
from tests.phone.floor import floor, wait_in_field
from tests.phone.instance import Instance

pytestmark = [pytest.mark.phone, pytest.mark.timeout(180)]


async def sits_down(window: BrowserContext, name: str) -> Page:
    page = await sign_in(window, name)
    await page.add_init_script(REMEMBER)
    await sit_down(page)
    return page


async def test_one_of_two_with_one_number_is_chosen_and_served_by_keys(
    instance: Instance, window: BrowserContext
) -> None:
    """Nothing but the keyboard: Peter is chosen, his service recorded, and then corrected."""
    page = await sits_down(window, "eva")
    card, said = page.locator("#card"), page.locator("#said")
    async with house.house(instance) as at, floor(instance.settings) as agents:
        called = await at.dial(caller="+491713920001")
        await at.follow(called, ("0#", "field"))
        heading = page.locator("#call").get_by_role("heading")
        await expect(heading).to_have_text("Several people have this number", timeout=30_000)
        await page.get_by_role("button", name="Answer").press("Enter")
        await expect(page.locator("#state strong")).to_have_text("Talking", timeout=20_000)
        await page.keyboard.press("b")
        peter = page.locator("#call").get_by_role("button", name="Peter Keller")
        await expect(peter).to_have_attribute("aria-pressed", "true")
        await page.get_by_label("Search").fill("10000003")
        await page.locator("#found").get_by_role("button").press("Enter")
        await expect(card.get_by_role("heading", name="Lucía Gómez")).to_be_visible()
        await page.reload()
        await expect(card.get_by_role("heading", name="Lucía Gómez")).to_be_visible()
        await page.keyboard.press("b")
        await expect(card.get_by_role("heading", name="Peter Keller")).to_be_visible()
        await page.get_by_label("Search").press("4")
        await expect(card).not_to_contain_text("✓")
        await page.get_by_label("Search").blur()
        await page.keyboard.press("4")
        await expect(card).to_contain_text("✓ Card")
        found = await violations(page)
        await page.get_by_role("button", name="Correct: Card").press("Enter")
        dialog = page.get_by_role("dialog")
        await expect(dialog).to_contain_text("Correct: Card")
        found += await violations(page)
        assert found == []
        await page.keyboard.press("3")
        await expect(dialog.locator("details[open]").get_by_label("Reason")).to_be_focused()
        await page.keyboard.type("4 weeks late")
        await page.keyboard.press("Enter")
        await expect(said).to_have_text("Corrected.")
        await expect(dialog).to_be_hidden()
        await expect(card).to_contain_text("✓ Complaint")
        (recorded,) = agents.of_call(called.id, ServiceRecorded)
        (corrected,) = agents.of_call(called.id, ServiceCorrected)
        assert corrected.corrects == recorded.record
        assert corrected.participant == recorded.participant is not None
        await page.get_by_label("Single keys").uncheck()
        await page.get_by_label("Single keys").blur()
        await page.keyboard.press("4")
        await page.get_by_label("Single keys").check()
        assert len(agents.of_call(called.id, ServiceRecorded)) == 1
        await called.wire.hang_up()
        await expect(page.locator("#state strong")).to_have_text("Wrap-up")
        await leave(page)


async def test_a_page_that_is_loaded_again_knows_all_it_knew(
    instance: Instance, window: BrowserContext
) -> None:
    page = await sits_down(window, "eva")
    await page.reload()
    await expect(page.locator("#state strong")).to_have_text("Ready")
    await expect(page.locator("#phone-state")).to_have_text("ready", timeout=20_000)
    await page.get_by_text("Pause", exact=False).first.click()
    await page.get_by_role("button", name="Lunch").click()
    await expect(page.locator("#state")).to_contain_text("Lunch")
    await leave(page)


async def test_what_she_cannot_do_is_said(instance: Instance, window: BrowserContext) -> None:
    page = await sign_in(window, "tom")
    await page.goto("/agent")
    await page.get_by_label("At the desk phone").fill("999")
    await page.get_by_role("button", name="Take this one").click()
    await expect(page.get_by_role("alert").last).to_contain_text("There is no phone 999")


async def test_a_page_loaded_again_in_a_conversation_has_it_again(
    instance: Instance, window: BrowserContext
) -> None:
    """Ringing, talking and on hold, the caller is with her each time; and then her work on him."""
    page = await sits_down(window, "eva")
    state = page.locator("#state strong")
    async with house.house(instance) as at, floor(instance.settings) as agents:
        called = await wait_in_field(at)
        await expect(state).to_have_text("It rings", timeout=30_000)
        await page.reload()
        await page.get_by_role("button", name="Answer").click(timeout=30_000)
        await expect(state).to_have_text("Talking", timeout=20_000)
        await page.reload()
        await expect(page.locator("#phone-state")).to_have_text("Talking", timeout=20_000)
        await expect(state).to_have_text("Talking")
        await hear_each_other(page, called.wire)
        await page.get_by_role("button", name="Hold").click()
        await expect(state).to_have_text("On hold")
        await page.reload()
        await expect(page.locator("#phone-state")).to_have_text("Talking", timeout=20_000)
        await page.get_by_role("button", name="Back to the caller").click()
        await expect(state).to_have_text("Talking")
        await hear_each_other(page, called.wire)
        await called.wire.hang_up()
        await expect(state).to_have_text("Wrap-up")
        await page.reload()
        await expect(state).to_have_text("Wrap-up")
        await expect(page.locator("#card")).to_contain_text("What you did for the caller")
        assert len(agents.of_call(called.id, facts.LegEnded)) <= 3
        await leave(page)
