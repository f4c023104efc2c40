"""A client's list of 60 is worked off by two agents in Chromium: from his file to that with the results, by mail; over
the demo's carrier, and over one that isn't Asterisk.
"""

import asyncio
import re
from datetime import date
from pathlib import Path

import pytest
from playwright.async_api import BrowserContext, Page, expect

from domain.language import Language
from domain.outcome import USUAL_OUTCOMES
from reporting import mails
from reporting.mail_folder import MailFolder
from tests.browser.conftest import chromium, window
from tests.browser.pages import sign_in, sit_down
from tests.fakes.list_files import HEADINGS, Row, read_back, row, workbook
from tests.phone.carriers import carrier, instance
from tests.phone.house import until
from tests.phone.instance import Instance
from tests.phone.sip_carrier import Asked, SipCarrier

__all__ = ["carrier", "chromium", "instance", "window"]

pytestmark = [pytest.mark.drill, pytest.mark.phone, pytest.mark.timeout(1500)]

CASES = 60
OUTCOMES = (
    *("paid", "refused", "busy", "not_reached", "wrong_number"),
    *("not_reached", "not_reached", "not_reached", "dispute", "not_reached"),
)
"""By the last digit of the number, as both carriers go: what the desk proposes, or the agent says."""

SPEAKS, PROPOSED = frozenset({0, 1, 8, 9}), frozenset({2, 3, 4, 5, 6})
CONFIRMED = frozenset({0, 1})
STAYS = frozenset({0, 1, 9})
"""On the line; of the others hers ends by itself."""

EVAS_SKILLS = ("de=5", "en=4", "alpenrad=5", "maison-lune=4", "dunning=3")


NUMBERS = [f"171392{number:03}{number % 10}" for number in range(100, 100 + CASES)]
SHOWN = "+493023125101"
"""The line that debtors ring back."""


def debtors() -> list[Row]:
    return [
        row(number, number + 0.5, Telefon=f"0{telephone[:3]} {telephone[3:]}")
        for number, telephone in enumerate(NUMBERS, start=100)
    ]


async def takes(page: Page) -> int | None:
    """The next case's number, None where there is none any more."""
    # by the answer itself: that nobody is left may be gone from the page as soon as anything else is told there
    async with page.expect_response("**/agent/dunning/next") as answer:
        await page.locator("#dunning-next").click()
    html = await (await answer.value).text()
    found = re.search(r'id="debtor">Debtor (\d+)<', html)
    if found is None:
        assert 'role="status"' in html
        return None
    await expect(page.locator("#debtor")).to_have_text(f"Debtor {found[1]}")
    return int(found[1])


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
    if digit in STAYS:
        await page.get_by_role("button", name="Hang up").click()
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
    carrier: SipCarrier | None,
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
    if carrier is not None:
        asked = sorted(carrier.asked(), key=lambda one: one.number)
        assert asked == [Asked(f"+49{number}", SHOWN) for number in NUMBERS]
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
