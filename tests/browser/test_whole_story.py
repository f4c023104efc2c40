"""A customer rings and is helped, from the first key to the CRM: in the browser, at a desk phone, known or not."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass

import pytest
from playwright.async_api import BrowserContext, Page, expect

from actions.block_card import BlockCard
from domain import field_facts as facts
from domain.crm import activity_id
from domain.desk_facts import CardUnblocked, ErrandDone, NoConcern, NoteWritten, ServiceRecorded
from domain.fact import Body, Origin
from domain.ids import CallId, ParticipantId
from domain.participant import Participant
from domain.portal_facts import CallArrived, HandedOver, LoggedIn
from phone.registered import RegisteredPhone
from rufwerk import crm_wiring, demo_data, wiring
from rufwerk.settings import Settings
from tests.browser.pages import (
    REMEMBER,
    hear_each_other,
    sign_in,
    sit_down,
    sit_down_at,
)
from tests.phone import house
from tests.phone.floor import Floor, floor, until
from tests.phone.house import Called, House
from tests.phone.instance import Instance

pytestmark = [pytest.mark.phone, pytest.mark.timeout(180)]

ANNA, JOHN, LUCIA, PETER = (
    next(one.participant for one in demo_data.PEOPLE if one.participant.number == number)
    for number in ("10000001", "10000002", "10000003", "10000005")
)
SHARED = "+491713920001"
UNKNOWN = "+493023125199"

ORDER = """
globalThis.seen = [];
const note = (what, there) => there && !seen.includes(what) && seen.push(what);
new MutationObserver(() => {
  note("pop", document.getElementById("call-title")?.textContent === "Anna Keller");
  note("ring", document.getElementById("phone")?.dataset.state === "ringing");
}).observe(document, { subtree: true, childList: true, attributes: true });
"""


@dataclass(frozen=True, slots=True)
class At:
    """Eva's page, the callers, and the log."""

    page: Page
    house: House
    floor: Floor

    async def is_now(self, state: str) -> None:
        await expect(self.page.locator("#state strong")).to_have_text(state, timeout=20_000)

    async def pops(self, title: str) -> None:
        heading = self.page.locator("#call-title")
        await expect(heading).to_have_text(title, timeout=30_000)

    async def shows(self, *words: str) -> None:
        for one in words:
            await expect(self.page.locator("#call")).to_contain_text(one)

    async def press(self, name: str) -> None:
        await self.page.get_by_role("button", name=name, exact=True).click()

    async def logs_in(self, who: Participant, pin: str, *then: str) -> Called:
        """A call from his own telephone; ``then`` are keys as ``House.follow`` takes them."""
        called = await self.house.dial(caller=who.phone)
        await self.house.follow(called, (f"!{who.number}#{pin}#",))
        await until(lambda: bool(self.floor.of_call(called.id, LoggedIn)))
        await self.house.follow(called, then)
        return called

    async def finish(self) -> None:
        await self.is_now("Wrap-up")
        await self.page.get_by_role("button", name="Finish").click()
        await self.is_now("Ready")

    def told(self, call: Called) -> list[Body]:
        """The bodies of the call's facts, in order."""
        return [fact.body for fact in self.floor.facts() if fact.origin.call == call.id]


@asynccontextmanager
async def at_work(instance: Instance, page: Page) -> AsyncIterator[At]:
    async with house.house(instance) as callers, floor(instance.settings) as agents:
        try:
            yield At(page, callers, agents)
        finally:
            await agents.wish("eva", "signout")
            await agents.until_agent("eva", "signed_out", timeout_s=60)


@asynccontextmanager
async def at_desk_phone(
    instance: Instance, window: BrowserContext
) -> AsyncIterator[tuple[At, RegisteredPhone]]:
    """Eva at phone 201, which rings until she is told to answer."""
    page = await sign_in(window, "eva")
    async with at_work(instance, page) as at:
        phone = await at.floor.phone_alone("201", answer_after_s=None)
        await sit_down_at(page, "201")
        yield at, phone


async def answers(at: At, phone: RegisteredPhone) -> None:
    await phone.event("ringing", 30)
    await phone.answer()
    await at.is_now("Talking")


def names(told: Iterable[Body], of: Iterable[type[Body]]) -> list[str]:
    """Which of these facts there are, in their order."""
    kinds = tuple(of)
    return [type(body).__name__ for body in told if isinstance(body, kinds)]


def block(settings: Settings, participant: ParticipantId) -> None:
    """As he did himself in a call before."""
    with closing(wiring.transactions(settings)) as transactions:
        before = Origin(demo_data.ALPENRAD, CallId("a-1.1"), "caller")
        BlockCard(transactions, wiring.utc_now, wiring.new_receipt)(before, participant)


async def record_in_crm(at: At, call: Called, *words: str) -> None:
    """Exactly one activity of this call stands there, and says this."""
    url = crm_wiring.record_urls(at.house.settings).of_call(CallId(call.id))
    assert url is not None
    page = await at.page.context.new_page()

    async def is_there() -> bool:
        answer = await page.goto(url)
        return answer is not None and answer.ok

    await house.until(is_there, 20)
    for one in (*words, call.id):
        await expect(page.locator("body")).to_contain_text(one)
    await page.goto(url.partition("/main.aspx")[0])
    assert await page.locator(f"a[href*='{activity_id(CallId(call.id))}']").count() == 1
    await page.close()


def discreet(told: Iterable[Body]) -> bool:
    """Nothing in the facts says who he is, or what he keyed."""
    words = ("Anna", "Keller", "491713920001", "10000001", "135790")
    return not any(word in repr(body) for body in told for word in words)


async def test_in_the_browser(instance: Instance, window: BrowserContext) -> None:
    block(instance.settings, ANNA.id)
    page = await sign_in(window, "eva")
    for script in (REMEMBER, ORDER):
        await page.add_init_script(script)
    await sit_down(page)
    async with at_work(instance, page) as at:
        called = await at.logs_in(ANNA, "135790", ">0", ">3")
        await at.pops("Anna Keller")
        await at.shows("Alpenrad", "German", "PIN checked", "Card or data", SHARED, "10000001")
        await at.press("AnswerA")
        await at.is_now("Talking")
        assert await page.evaluate("seen") == ["pop", "ring"]
        await hear_each_other(page, called.wire)
        await page.get_by_role("button", name="Hold").click()
        await at.is_now("On hold")
        await page.get_by_role("button", name="Back to the caller").click()
        await at.is_now("Talking")
        await hear_each_other(page, called.wire)

        async with page.expect_popup() as opened:
            await page.get_by_role("link", name="Open in the CRM: Anna Keller").click()
        crm = await opened.value
        await expect(crm.get_by_role("heading", level=1)).to_have_text("Anna Keller")

        await at.press("Unblock")
        await expect(page.locator("#said")).to_contain_text("Receipt")
        await expect(page.locator("#card")).to_contain_text("active")
        await page.get_by_role("button", name="Hang up").click()
        await at.is_now("Wrap-up")
        await page.get_by_role("button", name="Finish").click()
        await expect(page.locator("#said")).to_contain_text("Record what you did")
        await at.press("Card")
        await expect(page.locator("#card")).to_contain_text("✓ Card")
        await at.finish()

        told = at.told(called)
        wanted = (
            CallArrived, LoggedIn, HandedOver, facts.Offered, facts.PhoneRang, facts.Connected, facts.Held,
            facts.Resumed, CardUnblocked, ErrandDone, facts.LegEnded, ServiceRecorded, facts.WrapUpEnded,
        )  # fmt: skip
        assert names(told, wanted) == [kind.__name__ for kind in wanted]
        assert discreet(told)
        await record_in_crm(at, called, "Alpenrad: data", "Karte", "eva", SHARED)
        await crm.reload()
        await expect(crm.locator("body")).to_contain_text("Phone calls: 1")


async def test_at_a_desk_phone(instance: Instance, window: BrowserContext) -> None:
    async with at_desk_phone(instance, window) as (at, phone):
        called = await at.logs_in(JOHN, "246801", ">0", ">4")
        await at.pops("John Miller")
        await at.shows("English", "PIN checked", "Something else", "10000002")
        await expect(at.page.get_by_role("button", name="Answer")).to_be_hidden()
        await answers(at, phone)
        await at.press("Advice")
        await expect(at.page.locator("#card")).to_contain_text("✓ Advice")
        await called.wire.hang_up()
        await at.finish()
        wanted = (
            LoggedIn, facts.Offered, facts.PhoneRang, facts.Connected, ServiceRecorded, facts.CallEnded,
            facts.WrapUpEnded,
        )  # fmt: skip
        assert names(at.told(called), wanted) == [kind.__name__ for kind in wanted]
        await record_in_crm(at, called, "Alpenrad: other", "Auskunft", "eva")


async def test_two_people_on_one_number(instance: Instance, window: BrowserContext) -> None:
    """Who it is, she asks; what she writes is of the one she has chosen, and of nobody else."""
    async with at_desk_phone(instance, window) as (at, phone):
        called = await at.house.dial(caller=SHARED)
        await at.house.follow(called, ("!0#",))
        await at.pops("Several people have this number")
        await at.shows("Known by the number only", "Anna Keller · 10000001")
        await expect(at.page.locator("#card")).not_to_contain_text("10000001")
        await answers(at, phone)
        await at.press("Peter Keller · 10000005")
        card = at.page.locator("#card")
        await expect(card.get_by_role("heading", name="Peter Keller")).to_be_visible()
        await card.get_by_text("New note").click()
        await card.get_by_label("Sees to it").select_option(label="eva")
        await card.locator("form[data-draft=note]").get_by_label("Text").fill("wants a bell")
        await card.get_by_role("button", name="Write").click()
        await expect(card.get_by_text("wants a bell")).to_be_visible()
        await at.press("Data changed")
        await expect(card).to_contain_text("✓ Data changed")
        await called.wire.hang_up()
        await at.finish()
        written = [
            body for body in at.told(called) if isinstance(body, NoteWritten | ServiceRecorded)
        ]
        assert [body.participant for body in written] == [PETER.id, PETER.id]
        with (
            closing(wiring.transactions(instance.settings)) as transactions,
            transactions.read() as uow,
        ):
            assert not uow.notes.of(ANNA.id, 10, archived=False)
            annas = uow.service_records.of_participant(ANNA.id, 10)
        assert called.id not in [record.call for record in annas]
        peters = next(
            one for one in crm_wiring.demo_contacts(instance.settings)
            if one.text("lastname") == "Keller" and one.text("firstname") == "Peter"
        )  # fmt: skip
        await record_in_crm(at, called, f"contact {peters.id}", "Daten geändert")


async def test_nobody_we_know(instance: Instance, window: BrowserContext) -> None:
    """She finds out who it is, or doesn't: then the call is finished without anybody."""
    async with at_desk_phone(instance, window) as (at, phone):
        called = await at.house.dial(caller=UNKNOWN)
        await at.house.follow(called, ("!0#",))
        await at.pops("Unknown caller")
        await at.shows("Nobody we know by this number", UNKNOWN, "Not found in the CRM.")
        await answers(at, phone)
        await at.page.get_by_role("searchbox").fill("Gómez")
        await at.press("Lucía Gómez · 10000003 · Alpenrad")
        card = at.page.locator("#card")
        await expect(card.get_by_role("heading", name="Lucía Gómez")).to_be_visible()
        await at.press("Advice")
        await expect(card).to_contain_text("✓ Advice")
        await called.wire.hang_up()
        await at.finish()
        (recorded,) = at.floor.of_call(called.id, ServiceRecorded)
        assert recorded.participant == LUCIA.id
        await record_in_crm(at, called, UNKNOWN, "Auskunft")

        called = await at.house.dial()
        await at.house.follow(called, ("!0#",))
        await at.pops("Unknown caller")
        await at.shows("withheld", "Not found in the CRM.")
        await answers(at, phone)
        await at.press("No concern")
        await expect(card).to_contain_text("✓ No concern")
        await called.wire.hang_up()
        await at.finish()
        (nothing,) = at.floor.of_call(called.id, NoConcern)
        assert nothing.participant is None
        await record_in_crm(at, called, "Alpenrad")
