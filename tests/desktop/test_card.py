"""The customer's card: who sees it, what is done on it, and that nothing is done twice or by strangers."""

import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from aiohttp import ClientSession

from domain.desk_facts import NoConcern, NoteWritten, ServiceCorrected, ServiceRecorded
from domain.errand import ErrandKind
from domain.ids import CardId, ParticipantId, Receipt, RecordId
from domain.language import Language
from domain.participant import Loss, Replacement
from domain.pin_policy import Failures
from storage.unit_of_work import SqlTransactions
from tests.fakes.counter_desk import ANNA, CALL, CARD, CLAIRE, EVAS, PETER, CounterDesk
from tests.fakes.desk import EVA, Actions, Desk, account_of, served
from tests.fakes.shop import ADDRESS, NAMES, TREES, Shop
from tests.storage.conftest import open_storage, sqlite_url  # noqa: F401 - found by their names
from tests.storage.people import OpenStorage


@dataclass(frozen=True, slots=True)
class At:
    desk: Desk
    counter: CounterDesk
    page: ClientSession

    async def card(self, participant: str = ANNA.id, call: str = CALL) -> tuple[int, str]:
        given = {"participant": participant, "call": call}
        async with self.page.get("/agent/card", params=given) as answer:
            return answer.status, await answer.text()

    async def do(self, deed: str, /, **form: str) -> tuple[int, str, Any]:
        """What is said on the page, beside status and text."""
        given = {"participant": ANNA.id, "call": CALL, "id": str(uuid4())} | form
        path = f"/agent/card/{deed}"
        async with self.page.post(path, data=given, headers=self.desk.origin) as answer:
            said = json.loads(answer.headers.get("HX-Trigger", "{}")).get("said", "")
            return answer.status, await answer.text(), said


@asynccontextmanager
async def at_desk(transactions: SqlTransactions, name: str) -> AsyncIterator[At]:
    counter = CounterDesk(transactions)
    async with (
        served(Actions(transactions), book=counter.book) as desk,
        desk.browser(name) as page,
    ):
        yield At(desk, counter, page)


@pytest.fixture
async def at(sqlite_url: str, open_storage: OpenStorage) -> AsyncIterator[At]:  # noqa: F811
    """Eva's page."""
    async with at_desk(open_storage(sqlite_url, "a"), "eva") as made:
        yield made


async def test_the_card_shows_who_it_is(at: At) -> None:
    status, page = await at.card()
    assert status == 200
    for shown in ("Anna Keller", "10000001", "500", "17.05.1985", "76275", "Return", "Advice"):
        assert shown in page


async def test_what_is_typed_is_kept_for_each_form_and_its_author_alone(at: At) -> None:
    _, page = await at.card()
    kept = re.findall('data-draft="(.+?)" data-author="(.+?)"', page)
    assert len(set(kept)) == len(kept)
    assert {("service.return", EVA.id), ("return", EVA.id), ("note", EVA.id)} <= set(kept)


@pytest.mark.parametrize("participant", [CLAIRE.id, "nobody", "'; drop", "\0"])
async def test_another_brands_customer_is_nobody(at: At, participant: str) -> None:
    status, words = await at.card(participant)
    assert (status, "Search again" in words) == (409, True)
    status, words, _ = await at.do("note", participant=participant, text="x", kind="internal")
    assert status == 409
    assert at.counter.facts() == []


@pytest.mark.parametrize("name", ["max", "adler", "chloe"])
async def test_who_doesnt_serve_the_brand_sees_nothing(
    sqlite_url: str,  # noqa: F811
    open_storage: OpenStorage,  # noqa: F811
    name: str,
) -> None:
    async with at_desk(open_storage(sqlite_url, "a"), name) as at:
        assert (await at.card())[0] == 409
        assert (await at.do("record", service="advice"))[0] == 409
        async with at.page.get("/agent/search?q=Keller") as answer:
            assert "Keller" not in await answer.text()
        assert at.counter.facts() == []


async def test_a_service_is_recorded_once(at: At) -> None:
    one = {"service": "return", "field.reason": "too <b>small</b>", "id": str(uuid4())}
    for _ in range(2):
        status, page, said = await at.do("record", **one)
        assert (status, said) == (200, "recorded")
        assert "✓ Return" in page
    (fact,) = at.counter.facts()
    assert isinstance(fact.body, ServiceRecorded)
    assert (fact.origin.call, fact.origin.actor) == (CALL, EVA.id)


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"service": "return"}, "Reason is empty"),
        ({"service": "nonsense"}, "has no such service"),
        ({"service": "advice", "field.reason": "x"}, "has no field “reason”"),
        ({"service": "advice", "id": "1"}, "The id is none"),
        ({"service": "advice", "call": "nonsense"}, "no such call"),
    ],
)
async def test_what_cannot_be_recorded_is_said(at: At, form: dict[str, str], said: str) -> None:
    status, words, _ = await at.do("record", **form)
    assert (status, said in words) == (409, True), words
    assert at.counter.facts() == []


async def test_it_is_said_in_her_language(at: At) -> None:
    form = {"participant": ANNA.id, "call": CALL, "id": str(uuid4()), "service": "return"}
    headers = {**at.desk.origin, "Accept-Language": "fr"}
    async with at.page.post("/agent/card/record", data=form, headers=headers) as answer:
        assert await answer.text() == "Il manque : Motif. Écrivez quelque chose."


async def test_no_concern_is_a_record(at: At) -> None:
    status, page, _ = await at.do("record", participant="")
    assert status == 200
    assert "✓ No concern" in page


async def recorded(at: At, **form: str) -> str:
    """The record's id."""
    assert (await at.do("record", **form))[0] == 200
    body = at.counter.bodies()[-1]
    assert isinstance(body, ServiceRecorded | NoConcern)
    return body.record


async def to_correct(at: At, record: str) -> tuple[int, str]:
    """What the dialog offers."""
    of = {"of": CALL, "record": record, "call": CALL, "participant": ANNA.id}
    async with at.page.get("/agent/card/correct", params=of) as answer:
        return answer.status, await answer.text()


async def test_a_record_is_corrected_by_one_that_names_it(at: At) -> None:
    old = await recorded(at, service="return", **{"field.reason": 'too "small"'})
    page = (await at.card())[1]
    assert f"record={old}" in page
    status, dialog = await to_correct(at, old)
    assert status == 200
    assert "Correct: Return" in dialog
    assert "whose card is open" not in dialog
    assert 'value="too &#34;small&#34;"' in dialog, "what was filled in needn't be typed again"
    advice = {"record": old, "whose": ANNA.id, "service": "advice", "id": str(uuid4())}
    for _ in range(2):
        status, page, said = await at.do("correct", **advice)
        assert (status, said) == (200, "corrected")
    assert "✓ Advice" in page
    assert "✓ Return" not in page
    (_, body) = at.counter.bodies()
    assert body == ServiceCorrected(
        RecordId(advice["id"]), RecordId(old), ANNA.id, "advice", "0.95 EUR"
    )
    assert (await to_correct(at, old))[0] == 409
    again = advice | {"id": str(uuid4())}
    assert "corrected already" in (await at.do("correct", **again))[1]
    assert len(at.counter.facts()) == 2


async def test_a_correction_is_for_whom_it_was_meant(at: At) -> None:
    """Nobody was known at first, and now it is Peter."""
    old = await recorded(at, service="advice", participant="")
    assert "whose card is open" in (await to_correct(at, old))[1]
    done = {"record": old, "service": "advice", "whose": PETER.id, "participant": PETER.id}
    assert (await at.do("correct", **done))[0] == 200
    body = at.counter.bodies()[-1]
    assert isinstance(body, ServiceCorrected)
    assert body.participant == PETER.id


async def test_what_is_logged_goes_to_the_chosen_one_only(at: At) -> None:
    """Anna and Peter have one number; Peter was chosen."""
    note = {"kind": "internal", "responsible": EVA.id, "text": "rang for Peter"}
    for deed, form in (
        ("record", {"service": "advice"}),
        ("note", note),
        ("complaint", {"text": "too slow"}),
    ):
        status, page, _ = await at.do(deed, participant=PETER.id, **form)
        assert status == 200
        assert f'data-participant="{PETER.id}"' in page
    named = [getattr(body, "participant", None) for body in at.counter.bodies()]
    assert named == [PETER.id] * 3
    page = (await at.card(ANNA.id))[1]
    assert "rang for Peter" not in page
    assert "for somebody else" in page, "what was recorded in this call isn't hers"
    assert "for somebody else" not in (await at.card(PETER.id))[1]
    assert "Advice</button>" not in (await at.card(ANNA.id, call=""))[1]


async def test_a_key_chooses_a_service(at: At) -> None:
    page = (await at.card())[1]
    assert '<summary aria-keyshortcuts="1">Return<kbd aria-hidden="true">1</kbd>' in page
    assert 'aria-keyshortcuts="2">Advice<kbd aria-hidden="true">2</kbd>' in page
    assert 'aria-keyshortcuts="0">No concern<kbd aria-hidden="true">0</kbd>' in page
    record = await recorded(at, service="advice")
    assert 'aria-keyshortcuts="0"' not in (await at.card())[1], "he had a concern"
    assert 'aria-keyshortcuts="0"' in (await to_correct(at, record))[1]


async def test_a_note_stands_on_the_card_as_text(at: At) -> None:
    note = {"kind": "house_rule", "responsible": EVA.id, "text": "<script>alert(1)</script>"}
    status, page, said = await at.do("note", **note)
    assert (status, said) == (200, "noted")
    assert "&lt;script&gt;" in page
    assert "<script>" not in page
    (body,) = at.counter.bodies()
    assert isinstance(body, NoteWritten)
    assert (await at.do("note-done", note=body.note))[0] == 200
    assert (await at.do("note", **(note | {"kind": "gossip"})))[0] == 409


async def test_a_blocked_card_is_unblocked_under_a_receipt(at: At) -> None:
    with at.counter.transactions.write() as uow:
        uow.cards.block(CARD.id, at.counter.clock(), next(at.counter.receipts))
        uow.commit()
    assert 'hx-post="/agent/card/unblock"' in (await at.card())[1]
    status, page, said = await at.do("unblock", card=CARD.id)
    assert status == 200
    assert 'hx-post="/agent/card/unblock"' not in page
    kind, receipt = said.split()
    assert kind == ErrandKind.UNBLOCK_CARD
    assert receipt in page


async def test_a_lost_card_is_told_of_and_replaced_under_a_receipt(at: At) -> None:
    lost = replace(CARD, id=CardId("lost"), tail="5192")
    told = replace(lost, loss=Loss.STOLEN, replacement=Replacement.WANTED)
    with at.counter.transactions.write() as uow:
        uow.cards.add(lost)
        uow.cards.block(lost.id, at.counter.clock(), Receipt("47110000"), without_pin=True)
        uow.cards.note(told)
        uow.commit()
    page = (await at.card())[1]
    for shown in ("ends in 5192", "blocked without PIN", "47110000, stolen, replacement wanted"):
        assert shown in page
    assert page.count('hx-post="/agent/card/unblock"') == 1, "the other card works"
    async with at.page.get("/agent/duties") as answer:
        assert "Replacement cards (1)" in await answer.text()
    status, page, said = await at.do("replace_card", card=lost.id)
    assert status == 200
    assert said.split()[0] == ErrandKind.REPLACE_CARD
    assert "replacement sent" in page
    assert 'hx-post="/agent/card/replace_card"' not in page
    assert (await at.do("replace_card", card=lost.id))[0] == 409


async def test_a_locked_pin_is_unlocked_under_a_receipt(at: At) -> None:
    button = 'hx-post="/agent/card/unlock_pin"'
    assert button not in (await at.card())[1]
    until = at.counter.clock() + timedelta(minutes=15)
    with at.counter.transactions.write() as uow:
        uow.pin_attempts.put(ANNA.tenant, {account_of(ANNA.id): Failures(0, 1, until)})
        uow.commit()
    page = (await at.card())[1]
    assert button in page
    assert "02.03.2026 13:15" in page, "by the brand's clock"
    status, page, said = await at.do("unlock_pin")
    assert status == 200
    assert button not in page
    kind, receipt = said.split()
    assert kind == ErrandKind.UNLOCK_PIN
    assert receipt in page
    assert (await at.do("unlock_pin"))[0] == 409, "it isn't locked any more"


async def test_points_are_booked_within_the_limit(at: At) -> None:
    booked = {"points": "80", "reason": "goodwill"}
    assert (await at.do("points", **booked))[0] == 200
    assert at.counter.balance() == 580
    for form in (booked, booked | {"points": "ten"}, booked | {"reason": "bribe"}):
        assert (await at.do("points", **form))[0] == 409
    assert (await at.do("pay_out", points="80"))[0] == 200
    assert at.counter.balance() == 500


async def test_data_is_changed_and_a_request_filed(at: At) -> None:
    data = {"name": "Anna Weber", "address": "Weg 1", "zip_code": "76275", "language": "fr"}
    assert (await at.do("data", phone="+491713920001", **data))[0] == 200
    assert at.counter.participant() == replace(
        at.counter.participant(), name="Anna Weber", address="Weg 1", language=Language.FR
    )
    for deed in ("return", "complaint", "leave"):
        assert (await at.do(deed, text="as he says"))[0] == 200
    assert (await at.do("delete", text="as he says"))[0] == 409, "one such wish waits already"


async def test_a_block_has_an_end_or_is_lifted(at: At) -> None:
    assert (await at.do("block", text="rude", until="yesterday"))[0] == 409
    status, page, _ = await at.do("block", text="rude", until="2026-03-31")
    assert status == 200
    assert "until 31.03.2026" in page
    with at.counter.transactions.read() as uow:
        block = uow.participant_blocks.in_force(ParticipantId(ANNA.id), at.counter.clock())
    assert block is not None
    assert block.signature == EVAS.sign(at.counter.clock())
    assert "rude" not in (await at.do("lift", block=block.id, text="he is sorry"))[1]


async def test_she_finds_whom_she_serves(at: At) -> None:
    async with at.page.get("/agent/search?q=kell") as answer:
        found = await answer.text()
    assert "Anna Keller" in found
    assert "Peter Keller" in found
    async with at.page.get("/agent/search?q=zzz") as answer:
        assert "nobody found" in await answer.text()
    async with at.page.get("/agent/search", params={"q": "anna", "call": CALL}) as answer:
        of_call = f"/agent/card?call={CALL}&amp;participant={ANNA.id}"
        assert of_call in await answer.text(), "what she records then is of the call she is in"


async def test_too_much_is_refused(at: At) -> None:
    assert (await at.do("complaint", text="x" * 30_000))[0] == 413
    assert (await at.do("complaint", text="x" * 4_001))[0] == 409


@pytest.mark.parametrize(
    ("kind", "status"),
    [("application/x-www-form-urlencoded", 413), ("multipart/form-data; boundary=b", 415)],
)
async def test_an_upload_that_hides_its_length_is_refused(at: At, kind: str, status: int) -> None:
    async def endless() -> AsyncIterator[bytes]:
        yield b'--b\r\nContent-Disposition: form-data; name="text"; filename="f"\r\n\r\ntext='
        for _ in range(100):
            yield b"x" * 10_000

    headers = {**at.desk.origin, "Content-Type": kind}
    async with at.page.post("/agent/card/complaint", data=endless(), headers=headers) as answer:
        assert answer.status == status
    assert at.counter.facts() == []


async def test_another_sites_page_does_nothing(at: At) -> None:
    form = {"participant": ANNA.id, "call": CALL, "id": str(uuid4()), "service": "advice"}
    for headers in ({}, {"Origin": "https://elsewhere.example"}):
        async with at.page.post("/agent/card/record", data=form, headers=headers) as answer:
            assert answer.status == 403
    assert at.counter.facts() == []


async def test_a_redemption_stands_on_the_card_with_its_code(
    sqlite_url: str,  # noqa: F811
    open_storage: OpenStorage,  # noqa: F811
) -> None:
    shop = Shop(open_storage(sqlite_url, "a"))
    voucher, donation = shop.have(), shop.have(TREES, "r-2")
    async with (
        served(Actions(shop.transactions), book=shop.book) as desk,
        desk.browser("eva") as page,
        page.get("/agent/card", params={"participant": ANNA.id, "call": CALL}) as answer,
    ):
        card = await answer.text()
        for shown in (NAMES[Language.EN], voucher.receipt, "valid until 01.04.2026", ADDRESS):
            assert shown in card
        assert f"<code>{voucher.code}</code>" in card
        assert card.count("<code>") == 1
        assert donation.receipt in card
        async with page.get(f"/agent/search?q={voucher.receipt}") as found:
            listed = await found.text()
    assert "Anna Keller" in listed
    assert str(voucher.code) not in listed
