"""What waits at the desk, by keyboard: a note for a colleague who sits down there, and a team lead who approves."""

import pytest
from playwright.async_api import BrowserContext, Dialog, Page, expect

from tests.browser.pages import sign_in, violations
from tests.phone.instance import Instance

pytestmark = [pytest.mark.phone, pytest.mark.timeout(120)]

SAID = "#said"


async def on_card(window: BrowserContext) -> Page:
    """Eva's page, with John's card open."""
    page = await sign_in(window, "eva")
    await page.goto("/agent")
    await expect(page.locator("#writer")).to_have_text("Writing: eva")
    await page.locator("#q").fill("10000002")
    await page.locator("#found").get_by_role("button", name="John Miller").click()
    await expect(page.locator("#card-title")).to_have_text("John Miller")
    return page


async def test_a_note_reaches_who_sits_down_at_a_shared_desk(
    instance: Instance, window: BrowserContext
) -> None:
    page = await on_card(window)
    card, duties = page.locator("#card"), page.locator("#duties")
    await card.get_by_text("New note", exact=True).click()
    await card.locator("form[data-draft=note] select[name=responsible]").select_option(label="tom")
    await card.locator("form[data-draft=note] textarea").fill("Wants a bell.")
    await card.get_by_role("button", name="Write").click()
    await expect(duties).to_contain_text("My open notes (0)")
    await expect(card).to_contain_text("Wants a bell.")  # it is drawn anew with the note

    await card.get_by_text("New note", exact=True).click()
    unsent = card.locator("form[data-draft=note] textarea")
    await unsent.fill("Wants two.")
    other = await window.new_page()
    await other.goto("/agent")
    await page.get_by_text("Check in at this desk").first.press("Enter")
    form = page.locator("#check-in")
    await form.get_by_label("Name").fill("tom")
    await form.get_by_label("Password").fill("wrong horse")
    await page.keyboard.press("Enter")
    await expect(page.locator(SAID)).to_have_text("Name or password is wrong.")
    await expect(form.get_by_label("Password")).to_have_value("")
    await form.get_by_label("Password").fill("rufwerk")
    await page.keyboard.press("Enter")
    await expect(form).to_be_hidden()
    for one in (page, other):
        await expect(one.locator("#writer")).to_contain_text("Writing: tom")
        await expect(one.locator("#duties")).to_contain_text("My open notes (1)")
    await expect(unsent).to_have_value("")

    await duties.get_by_role("button", name="John Miller · 10000002").press("Enter")
    await expect(page.locator("#card-title")).to_be_focused()
    await page.get_by_text("Notes and archive", exact=True).click()
    await page.locator("#archive-q").fill("miller")
    await expect(page.locator("#archive")).to_contain_text("Wants a bell.")
    assert await violations(page) == []

    await duties.get_by_role("button", name="Done: John Miller").press("Enter")
    await expect(page.locator(SAID)).to_have_text("Noted.")
    await expect(duties).to_contain_text("My open notes (0)")
    await expect(page.locator("#duties-title")).to_be_focused()
    await page.locator("#archive").get_by_role("button", name="Into the archive").click()
    await expect(page.locator("#archive")).to_contain_text("in the archive")
    await page.locator("#check-out").click()
    for one in (page, other):
        await expect(one.locator("#writer")).to_have_text("Writing: eva")


async def test_a_team_lead_approves_what_an_agent_asked_for(
    instance: Instance, window: BrowserContext
) -> None:
    page = await on_card(window)
    await page.locator("#card").get_by_text("Leave the scheme", exact=True).click()
    await page.locator("form[data-draft=leave] textarea").fill("Moves away.")
    await page.locator("form[data-draft=leave]").get_by_role("button").click()
    hers = page.locator("#duties")
    await expect(hers).to_contain_text("Approvals (1)")
    await expect(hers.get_by_role("button", name="Take back")).to_be_visible()
    await expect(hers.get_by_role("button", name="Approve")).to_have_count(0)
    await page.get_by_role("button", name="Sign out").click()

    page = await sign_in(window, "lena")
    await page.goto("/lead")
    duties = page.locator("#duties")
    await expect(duties).to_contain_text("Moves away.")
    await duties.get_by_role("button", name="John Miller · 10000002").click()
    await expect(page.locator("#card-title")).to_be_focused()
    assert await violations(page) == []
    asked: list[str] = []

    async def agree(dialog: Dialog) -> None:
        asked.append(dialog.message)
        await dialog.accept()

    page.on("dialog", agree)
    await duties.get_by_role("button", name="Approve").press("Enter")
    await expect(page.locator(SAID)).to_have_text("Approved.")
    assert asked == ["Leave the scheme for John Miller: this can't be undone. Approve?"]
    await expect(duties).to_contain_text("Approvals (0)")
    for width in (390, 1440):
        await page.set_viewport_size({"width": width, "height": 900})
        seen = "document.documentElement"
        assert not await page.evaluate(f"{seen}.scrollWidth > {seen}.clientWidth"), width
