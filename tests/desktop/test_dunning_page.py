"""Dunning calls on the agent's page: one case after the other, from "next case" to what came of it."""

import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

import pytest
from aiohttp import ClientSession, ClientWebSocketResponse

from desktop.money import told_sum
from desktop.texts import texts
from domain.dial_facts import DialEnded, DialRang, DialReached, DialResult
from domain.dunning import Attempt, CaseState, Reserved
from domain.dunning_facts import DebtorConfirmed
from domain.fact import Body, Origin
from domain.field_facts import Connected, LegEnded, Side
from domain.ids import AgentId, CallerId, CallId, LineId
from domain.language import Language
from domain.resubmission import read_again
from domain.tenant import TenantBook
from storage.unit_of_work import SqlTransactions
from tests.fakes.api_desk import ApiDesk, api_desk
from tests.fakes.counter_desk import ALPENRAD, ZONE
from tests.fakes.debtors import LIST, DebtDesk, debtor
from tests.fakes.desk import EVA, TOM, Clock
from tests.rufwerk.front_desk import TOM_IN
from tests.storage.conftest import open_storage, sqlite_url  # noqa: F401 - found by their names
from tests.storage.people import OpenStorage

TOMS = AgentId(TOM.id)
SUM = "12,345.67"


@dataclass
class Page:
    """Tom's."""

    api: ApiDesk
    browser: ClientSession

    @property
    def debts(self) -> DebtDesk:
        assert isinstance(self.api.counter, DebtDesk)
        return self.api.counter

    async def read(self, path: str = "") -> str:
        async with self.browser.get(f"/agent/dunning{path}") as answer:
            assert answer.status == 200
            return await answer.text()

    async def ask(self, step: str, **form: str) -> tuple[int, str, str]:
        """Status, text, and what the page says or asks anew."""
        posted = self.browser.post(
            f"/agent/dunning/{step}", data=form, headers=self.api.desk.origin
        )
        async with posted as answer:
            trigger = answer.headers.get("HX-Trigger", "")
            said = json.loads(trigger)["said"] if trigger.startswith("{") else trigger
            return answer.status, await answer.text(), said

    async def next(self) -> str:
        status, page, _ = await self.ask("next", tenant=ALPENRAD)
        assert status == 200
        return page

    async def do(self, step: str, page: str, **form: str) -> tuple[int, str, str]:
        """With the case that ``page`` shows."""
        found = {name: field(page, name) for name in ("case", "fence", "tenant")}
        return await self.ask(step, **found, **form)

    async def live(self) -> ClientWebSocketResponse:
        return await self.browser.ws_connect("/agent/live", headers=self.api.desk.origin)

    async def happens(self, *bodies: Body) -> None:
        """What the switchboard would hear of Asterisk about her call."""
        (call,) = self.api.door.switchboard.field.calls
        with self.debts.transactions.write() as uow:
            uow.facts.append(Origin(ALPENRAD, CallId(call), "cti"), self.debts.clock(), *bodies)
            uow.commit()
        await self.api.door.switchboard.caught_up()

    async def dialled(self, page: str, result: DialResult | None = None) -> str:
        """What the page shows once he was reached, or the dial ended with ``result``."""
        status, _, _ = await self.do("dial", page)
        assert status == 200
        end = DialReached(TOMS, LineId("7.1")) if result is None else DialEnded(TOMS, result)
        await self.happens(Connected(TOMS, 1), DialRang(TOMS), end)
        return await self.read()

    async def over(self) -> None:
        """Her conversation; the number is free again."""
        (call,) = self.api.door.switchboard.field.calls
        await self.happens(LegEnded(TOMS, Side.AGENT))
        with self.debts.transactions.write() as uow:
            uow.dials_under_way.release(CallId(call))
            uow.commit()


def field(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found is not None, page
    return found[1]


@pytest.fixture
async def page(sqlite_url: str, open_storage: OpenStorage) -> AsyncIterator[Page]:  # noqa: F811
    storage: SqlTransactions = open_storage(sqlite_url, "a")
    async with api_desk(storage, *TOM_IN, house=DebtDesk) as api, api.desk.browser("tom") as tom:
        tom.headers["Accept-Language"] = "en"
        yield Page(api, tom)


async def test_exactly_one_case_with_why_and_what_to_say(page: Page) -> None:
    page.debts.put(debtor(1, 99), debtor(2, 12_345_67, languages=(Language.DE, Language.FR)))
    shown = await page.next()
    for words in (
        '<h3 id="debtor">Debtor 2</h3>',
        "+491713900002",
        "Hauptstr. 1, 76275 Ettlingen",
        "<span>German</span><span>French</span>",
        "Why this case: attempt 1 of 3 · due for",
        "Guten Tag, ich rufe im Auftrag von Alpenrad an. Spreche ich mit Debtor 2 persönlich?",
        '<blockquote lang="fr">Bonjour,',
        'id="dunning-dial"',
        'id="dunning-give-back"',
    ):
        assert words in shown
    for hidden in (SUM, "R-0002", "dunning-confirm", "outcome-paid", "mailbox"):
        assert hidden not in shown
    assert await page.read() == shown, "a page that is loaded again has it again"


async def test_the_tenants_own_script(page: Page) -> None:
    brand = page.debts.book.tenants[ALPENRAD]
    assert brand.dunning is not None
    own = {Language.DE: "Hier {brand}. Sind Sie {name}?"}
    page.api.desk.book = TenantBook.of([replace(brand, dunning=replace(brand.dunning, script=own))])
    page.debts.put(debtor(1))
    assert "Hier Alpenrad. Sind Sie Debtor 1?" in await page.next()


async def test_identity_first_and_then_the_sum(page: Page) -> None:
    page.debts.put(debtor(1, 12_345_67))
    shown = await page.next()
    status, said, _ = await page.do("confirm", shown)
    assert (status, "Nobody has answered" in said) == (409, True)
    reached = await page.dialled(shown)
    assert "I speak with Debtor 1" in reached
    assert "Bitte rufen Sie uns unter +493023125100 zurück" in reached
    assert SUM not in reached
    status, confirmed, _ = await page.do("confirm", reached)
    assert status == 200
    for words in ("12,345.67\N{NO-BREAK SPACE}EUR", "R-0001", 'id="outcome-paid"'):
        assert words in confirmed
    assert 'id="mailbox"' not in confirmed
    assert DebtorConfirmed(debtor(1).id, TOMS) in [body for _, body in page.api.written()]


async def test_a_mailbox_is_told_the_number_that_debtors_ring_back(page: Page) -> None:
    brand = page.debts.book.tenants[ALPENRAD]
    assert brand.dunning is not None
    rings_back = replace(brand, dunning=replace(brand.dunning, show="+493023125199"))
    page.api.desk.book = TenantBook.of([rings_back])
    page.debts.put(debtor(1))
    reached = await page.dialled(await page.next())
    assert "Bitte rufen Sie uns unter +493023125199 zurück" in reached


async def test_the_outcome_is_proposed_and_taken(page: Page) -> None:
    page.debts.put(debtor(1), debtor(2, 1))
    busy = await page.dialled(await page.next(), DialResult.BUSY)
    assert 'class="proposed" aria-keyshortcuts="5" data-next>Busy' in busy
    assert busy.count("data-next") == 1
    status, after, said = await page.do("outcome", busy, outcome="busy", remark="line 2")
    assert (status, said) == (200, "recorded")
    assert 'id="dunning-next"' in after
    assert page.debts.case(debtor(1).id).outcome == "busy"
    await page.over()
    assert "Debtor 2" in await page.next()


async def test_what_was_tried_before_is_told(page: Page) -> None:
    page.debts.put(debtor(1, attempts=1))
    with page.debts.transactions.write() as uow:
        noon = page.debts.clock()
        tried = Attempt(
            *(CallId("a-0"), debtor(1).id, LIST, CallerId("c"), AgentId(EVA.id), noon),
            outcome="not_reached",
            recorded=noon,
            remark="<b>dog</b>",
        )
        uow.attempts.add(tried)
        uow.commit()
    shown = await page.next()
    for words in ("Attempts so far (1 of 3)", "Not reached", "2026-03-02 13:00", "eva"):
        assert words in shown
    assert "dog" not in shown, "a remark may name the sum"
    _, confirmed, _ = await page.do("confirm", await page.dialled(shown))
    assert "&lt;b&gt;dog" in confirmed


async def test_a_promise_with_a_substitute_stands_on_both_boards(page: Page) -> None:
    page.debts.put(debtor(1))
    reached = await page.dialled(await page.next())
    assert f'<option value="{EVA.id}">I do; eva stands in</option>' in reached
    for day, why in (("", "by when"), ("2026-02-30", "is no day"), ("2020-01-01", "is past")):
        status, said, _ = await page.do("outcome", reached, outcome="promise", day=day)
        assert (status, why in said) == (409, True)
    keep = {"day": "2026-03-04", "keep": str(EVA.id)}
    status, _, _ = await page.do("outcome", reached, outcome="promise", **keep)
    assert status == 200
    assert page.debts.case(debtor(1).id).reserved == Reserved(TOMS, AgentId(EVA.id))
    board = await page.read("/board")
    for words in ("My promises (1)", "Debtor 1", "2026-03-07 08:00", "wants to pay by 04.03.2026"):
        assert words in board
    assert "for tom" not in board
    async with page.api.desk.browser("eva") as eva, eva.get("/agent/dunning/board") as answer:
        assert "for tom" in await answer.text()


async def test_overdue_promises_are_marked(page: Page) -> None:
    page.debts.put(debtor(1, reserved=Reserved(TOMS)))
    board = await page.read("/board")
    assert '<li class="overdue">' in board
    assert "overdue for <time data-since=" in board


@pytest.mark.parametrize("form", [{"when": "evenings"}, {"word": "evenings", "when": ""}])
async def test_again_by_a_word_or_a_click(page: Page, form: dict[str, str]) -> None:
    page.debts.put(debtor(1))
    reached = await page.dialled(await page.next())
    for when, why in (("", "Say when"), ("soon", "“soon” is no time to come")):
        status, said, _ = await page.do("outcome", reached, outcome="later", when=when)
        assert (status, why in said) == (409, True)
    status, _, _ = await page.do("outcome", reached, outcome="later", **form, keep="mine")
    assert status == 200
    case = page.debts.case(debtor(1).id)
    assert (case.due.astimezone(ZONE).hour, case.appointed) == (17, True)
    assert case.window is not None
    assert case.reserved == Reserved(TOMS)
    assert "in <time data-until=" in await page.read("/board")


async def test_a_case_is_given_back_before_it_was_rung_about(page: Page) -> None:
    page.debts.put(debtor(1))
    status, after, said = await page.do("give-back", await page.next())
    assert (status, said) == (200, "given_back")
    assert 'id="dunning-next"' in after
    assert page.debts.case(debtor(1).id).lease is None


async def test_a_batch_is_counted_on_her_board(page: Page) -> None:
    page.debts.put(debtor(1), debtor(2))
    status, _, said = await page.ask("batch", tenant=ALPENRAD)
    assert (status, said) == (200, "batch 2")
    assert "yours until the day ends: 2" in await page.read("/board")


async def test_where_nothing_is_due_it_is_said(page: Page) -> None:
    assert "No case is due for you now." in await page.next()


async def test_the_live_page_follows_her_dial(page: Page) -> None:
    page.debts.put(debtor(1))
    case = await page.next()
    socket = await page.live()

    async def follows() -> str:
        seen = await socket.receive_str(timeout=10)
        return seen if 'id="follows"' in seen else await follows()

    assert "hx-get" not in re.sub(r'(?s).*id="follows"', "", await follows())
    await page.do("dial", case)
    rings = await follows()
    assert "Call to a debtor" in rings
    assert 'hx-post="/agent/cancel_dial"' in rings
    assert "/agent/card?" not in rings, "no services are recorded by hand for it"
    for body, step in (
        (Connected(TOMS, 1), "dialling talking"),
        (DialRang(TOMS), "rings talking"),
        (DialReached(TOMS, LineId("7.1")), " talking"),
    ):
        await page.happens(body)
        seen = await follows()
        assert f'{step}" hx-get="/agent/dunning"' in seen
    await socket.close()


@pytest.mark.parametrize("step", ["dial", "confirm", "outcome", "give-back"])
@pytest.mark.parametrize(
    ("case", "fence"), [("case-00001", "2"), ("case-00001", "x"), ("none", "1"), ("\0", "1")]
)
async def test_nothing_is_done_with_a_case_that_isnt_hers(
    page: Page, step: str, case: str, fence: str
) -> None:
    page.debts.put(debtor(1))
    await page.next()
    status, _, again = await page.ask(step, case=case, fence=fence, outcome="paid")
    assert status == 409
    assert (again == "dunning") is (case == debtor(1).id), "she sees that she has lost it"
    assert page.debts.case(debtor(1).id).state is CaseState.OPEN


async def test_who_isnt_trained_has_no_such_part(page: Page) -> None:
    page.debts.put(debtor(1))
    async with page.browser.get("/agent") as answer:
        assert 'id="dunning"' in await answer.text()
    async with page.api.desk.browser("chloe") as chloe:
        async with chloe.get("/agent") as answer:
            assert 'id="dunning"' not in await answer.text()
        async with chloe.get("/agent/dunning") as answer:
            assert "You ring debtors of no brand any more." in await answer.text()
        headers = page.api.desk.origin
        form = {"tenant": ALPENRAD}
        for step in ("next", "batch"):
            posted = chloe.post(f"/agent/dunning/{step}", data=form, headers=headers)
            async with posted as answer:
                assert answer.status == 409


@pytest.mark.parametrize(
    ("amount", "currency", "language", "told"),
    [
        (123456789, "EUR", Language.DE, "1.234.567,89 EUR"),
        (123456789, "CHF", Language.EN, "1,234,567.89 CHF"),
        (5, "EUR", Language.ES, "0,05 EUR"),
        (1234, "JPY", Language.EN, "1,234 JPY"),
        (123456, "EUR", Language.FR, "1\N{NARROW NO-BREAK SPACE}234,56 EUR"),
    ],
)
def test_a_sum_as_people_write_it(
    amount: int, currency: str, language: Language, told: str
) -> None:
    assert told_sum(amount, currency, language) == told.replace(" EUR", "\xa0EUR").replace(
        " CHF", "\xa0CHF"
    ).replace(" JPY", "\xa0JPY")


# Texts

OF_DEBT = {
    Language.DE: "schuld|forder|mahn|zahl|betrag|rechnung|offen|geld|fällig|inkasso|euro",
    Language.EN: "debt|owe|pay|amount|bill|invoice|due|overdue|money|collect|dun|euro|dollar",
    Language.ES: "deud|deb|pag|importe|factura|cobr|venc|dinero|moros|euro",
    Language.FR: "dett|dû|doi|pay|pai|montant|facture|créance|relance|échéan|argent|recouv|euro",
}


@pytest.mark.parametrize("language", Language)
def test_a_mailbox_is_told_nothing_of_the_debt(language: Language) -> None:
    words = texts(language)["dunning_mailbox"]
    assert set(re.findall(r"\{(.*?)\}", words)) == {"name", "brand", "number"}
    assert not re.search(OF_DEBT[language], words.casefold())
    script = texts(language)["dunning_script"]
    assert set(re.findall(r"\{(.*?)\}", script)) == {"name", "brand"}
    assert not re.search(OF_DEBT[language], script.casefold()), "identity first"


@pytest.mark.parametrize("language", Language)
def test_the_times_that_are_offered_can_be_read(language: Language) -> None:
    words = texts(language)
    examples = words["dunning_when_hint"].partition(":")[2].split(", ")
    for one in (*words["dunning_words"].split(" | "), *examples):
        assert read_again(one, Clock()(), ZONE), one
