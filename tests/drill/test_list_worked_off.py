"""A client's list of 60 is worked off by two agents in Chromium: from his file to that with the results, by mail."""

import asyncio
from datetime import date
from pathlib import Path

import pytest
from playwright.async_api import BrowserContext, Page, expect

from domain.language import Language
from domain.outcome import USUAL_OUTCOMES
from reporting import mails
from reporting.mail_folder import MailFolder
from tests.browser.conftest import chromium, instance, window
from tests.browser.pages import sign_in, sit_down
from tests.fakes.list_files import HEADINGS, Row, read_back, row, workbook
from tests.phone.house import until
from tests.phone.instance import Instance

__all__ = ["chromium", "instance", "window"]

pytestmark = [pytest.mark.drill, pytest.mark.phone, pytest.mark.timeout(1500)]

CASES = 60
OUTCOMES = (
    *("paid", "refused", "busy", "not_reached", "wrong_number"),
    *("not_reached", "not_reached", "not_reached", "dispute", "not_reached"),
)
"""By the last digit of the number, as the demo's carrier goes: what the desk proposes, or the agent says."""

SPEAKS, PROPOSED = frozenset({0, 1, 8, 9}), frozenset({2, 3, 4, 5, 6})
CONFIRMED = frozenset({0, 1})
EVAS_SKILLS = ("de=5", "en=4", "alpenrad=5", "maison-lune=4", "dunning=3")


def debtors() -> list[Row]:
    return [
        row(number, number + 0.5, Telefon=f"0171 392{number:03}{number % 10}")
        for number in range(100, 100 + CASES)
    ]


async def takes(page: Page) -> int | None:
    """The next case's number, None where there is none any more."""
    await page.locator("#dunning-next").click()
    came = page.locator("#debtor, #dunning [role=status]").first
    await came.wait_for()
    found = await came.text_content() or ""
    return int(found.removeprefix("Debtor ")) if found.startswith("Debtor ") else None


async def rings(page: Page, number: int) -> None:
    """Her phone first, then his; and what came of it."""
    digit, told = number % 10, page.locator(f"#outcome-{OUTCOMES[number % 10]}")
    await page.locator("#dunning-dial").click()
    await page.get_by_role("button", name="Answer").click(timeout=30_000)
    if digit in SPEAKS:
        await expect(page.locator("#dunning-confirm")).to_be_visible(timeout=40_000)
    if digit in CONFIRMED:
        await expect(page.locator("#dunning")).not_to_contain_text(f"{number}.50")
        await page.locator("#dunning-confirm").click()
        await expect(page.locator("#owes")).to_contain_text(f"{number}.50")
    if digit in PROPOSED:
        await expect(told).to_have_class("proposed", timeout=60_000)
    await told.click(timeout=60_000)
    await expect(page.locator("#dunning-next")).to_be_visible()
    hang_up = page.get_by_role("button", name="Hang up")
    if await hang_up.is_visible():
        await hang_up.click()
    await expect(page.locator("#phone-state")).to_have_text("ready", timeout=40_000)


async def works(window: BrowserContext, name: str) -> list[int]:
    """Whom she has rung, until nobody is left."""
    page = await sign_in(window, name)
    await sit_down(page)
    await page.locator("#dunning-next").wait_for()
    rung = []
    while (number := await takes(page)) is not None:
        await rings(page, number)
        rung.append(number)
    return rung


async def test_a_list_is_worked_off_by_two(
    instance: Instance,
    window: BrowserContext,
    tmp_path: Path,
) -> None:
    source, own = tmp_path / "offene-posten.xlsx", debtors()
    source.write_bytes(workbook(*own))
    instance.run("agent", "skills", "eva", *EVAS_SKILLS)
    imported = ("dunning", "import", str(source), "--tenant", "alpenrad", "--attempts", "1")
    assert instance.json(*imported) == {"accepted": CASES, "rejected": 0, "rows": []}
    assert window.browser is not None
    web = instance.settings.web
    other = await window.browser.new_context(
        base_url=f"http://{web.host}:{web.port}", locale="en-US"
    )
    toms, evas = await asyncio.gather(works(window, "tom"), works(other, "eva"))
    await other.close()
    assert sorted(toms + evas) == list(range(100, 100 + CASES)), "each was rung once"
    assert toms
    assert evas
    (stands,) = instance.json("dunning", "status")
    assert (stands["state"], stands["open"]) == ("done", 0)

    result = tmp_path / "results.xlsx"
    instance.run("dunning", "export", stands["list"], "-o", str(result))
    folder = MailFolder(instance.home / "mail")

    async def has_come() -> bool:
        return any(True for _ in folder.newest())

    await until(has_come, 60)
    caught = folder.get(next(iter(folder.newest())).number)
    assert caught is not None
    (attached,) = mails.read(caught.content).attachments
    names = {one.key: one.names[Language.DE] for one in USUAL_OUTCOMES}
    for content in (result.read_bytes(), attached.content):
        headings, *rows = read_back(content)
        assert headings[: len(HEADINGS)] == list(HEADINGS)
        for before, after in zip(own, rows, strict=True):
            digit = int(str(before[0])[-1])
            added = [names[OUTCOMES[digit]], date.today(), 1, None, None]  # noqa: DTZ011
            assert after == [*before, *added]
