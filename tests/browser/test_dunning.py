"""An agent rings two debtors with real phones and nothing but her keys: one promises to pay, the other is busy."""

import os
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from playwright.async_api import BrowserContext, Page, expect

from domain.dunning import Case, CaseList, CaseState, Debt, Debtor, ListState, Reserved
from domain.dunning_facts import DebtorConfirmed
from domain.ids import AgentId, CaseId, ListId, TenantId
from domain.language import Language
from rufwerk import wiring
from rufwerk.settings import Settings
from tests.browser.pages import leave, sign_in, sit_down, violations
from tests.phone.floor import floor
from tests.phone.instance import Instance

pytestmark = [pytest.mark.phone, pytest.mark.timeout(180)]

LIST, BRAND = ListId("browser-list"), TenantId("alpenrad")
ANSWERS, BUSY = "+491713925010", "+491713925012"
"""The demo's carrier goes by the last digit."""


def case(name: str, phone: str, amount: int) -> Case:
    who = Debtor(name, phone, "K-1", "Hauptstr. 1, 76275 Ettlingen", "76275", "DE", f"R-{name}")
    return Case(
        id=CaseId(f"case-{phone}"),
        list=LIST,
        tenant=BRAND,
        sheet="Liste",
        row=2,
        debtor=who,
        debt=Debt(amount, "EUR", date(2026, 2, 1)),
        languages=(Language.DE,),
        limit=3,
        due=datetime.now(UTC) - timedelta(hours=1),
    )


def put(settings: Settings, *cases: Case) -> None:
    with closing(wiring.transactions(settings)) as storage, storage.write() as uow:
        imported = datetime.now(UTC)
        made = CaseList(LIST, BRAND, "liste.xlsx", ListState.RUNNING, 3, 0, imported)
        uow.case_lists.add(made, b"")
        uow.cases.add(cases)
        uow.commit()


def stands(settings: Settings, of: CaseId) -> Case:
    with closing(wiring.transactions(settings)) as storage, storage.read() as uow:
        found = uow.cases.get(of)
    assert found is not None
    return found


async def fits(page: Page, name: str) -> None:
    """Nobody has to scroll sideways, on a telephone's screen or a desk's."""
    for width in (390, 1440):
        await page.set_viewport_size({"width": width, "height": 900})
        seen = "document.documentElement"
        assert not await page.evaluate(f"{seen}.scrollWidth > {seen}.clientWidth"), (name, width)
        if folder := os.environ.get("RUFWERK_PICTURES"):
            await page.screenshot(path=Path(folder) / f"{name}-{width}.png", full_page=True)


async def unfocused(page: Page) -> None:
    """As after a click beside everything."""
    await page.evaluate("document.activeElement.blur()")


async def answers(page: Page) -> None:
    """Her own phone, which rings first."""
    answer = page.get_by_role("button", name="Answer")
    await expect(answer).to_be_visible(timeout=20_000)
    await answer.press("Enter")


async def reaches_the_first(page: Page) -> list[str]:
    """She has confirmed whom she speaks with; what axe found."""
    await unfocused(page)
    await page.keyboard.press("n")
    await expect(page.locator("#debtor")).to_have_text("Berta Baum")
    await expect(page.locator("#dunning-dial")).to_be_focused()
    found = await violations(page)
    await fits(page, "case")
    await page.keyboard.press("w")
    await answers(page)
    confirm = page.get_by_role("button", name="I speak with Berta Baum")
    await expect(confirm).to_be_visible(timeout=30_000)
    await expect(page.locator("#dunning")).not_to_contain_text("12,345.67")
    await expect(page.locator("#mailbox")).to_contain_text("Nachricht für Berta Baum")
    found += await violations(page)
    await fits(page, "reached")
    await unfocused(page)
    await page.keyboard.press("y")
    await expect(page.locator("#owes")).to_have_text("12,345.67\N{NO-BREAK SPACE}EUR")
    return found


async def promises(page: Page, day: date) -> list[str]:
    """The debtor, to pay by then; she keeps his case. What axe found."""
    await page.locator("#dunning-remark").focus()
    await page.keyboard.type("asks for a receipt")
    await page.keyboard.press("Tab")
    await page.keyboard.press("ArrowDown")
    await expect(page.locator("#dunning-keep")).to_have_value("mine")
    await unfocused(page)
    await page.keyboard.press("2")
    await expect(page.locator("#dunning input[name=day]")).to_be_focused()
    found = await violations(page)
    await fits(page, "promise")
    await page.keyboard.type(day.strftime("%m%d%Y"))
    await page.keyboard.press("Enter")
    await expect(page.locator("#said")).to_have_text("Recorded.")
    await expect(page.locator("#dunning-board")).to_contain_text("My promises (1)")
    await expect(page.locator("#dunning-next")).to_be_focused()
    await fits(page, "promised")
    return found


async def takes_what_is_proposed(page: Page) -> list[str]:
    """For the second, who is busy; what axe found."""
    await page.get_by_role("button", name="Hang up").press("Enter")
    await expect(page.locator("#state strong")).to_have_text("Wrap-up", timeout=20_000)
    await unfocused(page)
    await page.keyboard.press("n")
    await expect(page.locator("#debtor")).to_have_text("Carl Cramer")
    await expect(page.locator("#dunning-dial")).to_be_focused()
    await page.keyboard.press("Enter")
    await answers(page)
    proposed = page.locator("#outcome-busy")
    await expect(proposed).to_be_visible(timeout=30_000)
    await expect(proposed).to_have_class("proposed")
    await expect(proposed).to_be_focused()
    found = await violations(page)
    await fits(page, "busy")
    await page.keyboard.press("Enter")
    await expect(page.locator("#said")).to_have_text("Recorded.")
    return found


async def test_one_promises_and_the_next_is_busy(
    instance: Instance, window: BrowserContext
) -> None:
    first, second = case("Berta Baum", ANSWERS, 12_345_67), case("Carl Cramer", BUSY, 50_00)
    put(instance.settings, first, second)
    page = await sign_in(window, "tom")
    await sit_down(page)
    day = datetime.now(UTC).date() + timedelta(days=7)
    found = await reaches_the_first(page) + await promises(page, day)
    promised = stands(instance.settings, first.id)
    assert (promised.outcome, promised.promised) == ("promise", day)
    async with floor(instance.settings) as agents:
        tom = AgentId(agents.agent_id("tom"))
        confirmed = [one.body for one in agents.facts() if isinstance(one.body, DebtorConfirmed)]
    assert promised.reserved == Reserved(tom)
    assert confirmed == [DebtorConfirmed(first.id, tom)]
    assert found + await takes_what_is_proposed(page) == []
    busy = stands(instance.settings, second.id)
    assert (busy.outcome, busy.state, busy.attempts) == ("busy", CaseState.OPEN, 1)
    await leave(page)
