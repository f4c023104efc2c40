"""The demo CRM: its pages, what it keeps, and what it refuses."""

import io
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import pytest
from aiohttp.test_utils import TestClient, TestServer

from crm_bridge.demo_crm import ENDPOINT, RECORD, wire
from crm_bridge.demo_crm.records import Records
from crm_bridge.demo_crm.server import application
from crm_bridge.dynamics import DynamicsCrm
from crm_bridge.entities import NO_SUCH_ENTITY, NOT_FOUND, Query, Record, ServiceFault
from tests.crm_bridge.people import ANNA, NOW, NUMBER_FIELD, PETER, RECORDS, call

ENVELOPE = '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>{}</s:Body></s:Envelope>'
SERVICES = 'xmlns="http://schemas.microsoft.com/xrm/2011/Contracts/Services"'
XML = {"Content-Type": "text/xml; charset=utf-8"}


@pytest.fixture
async def browser(records: Records) -> AsyncIterator[TestClient]:  # type: ignore[type-arg]
    async with TestClient(TestServer(application(records, lambda: NOW))) as client:
        yield client


async def test_its_page_shows_records_and_activities(
    browser: TestClient,  # type: ignore[type-arg]
    records: Records,
) -> None:
    DynamicsCrm(records, NUMBER_FIELD).note_call(call(2))
    answer = await browser.get("/")
    page = await answer.text()
    assert answer.status == 200
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    for text in ("Contacts: 4", "Phone calls: 1", "Karte sperren", "Gómez", "completed"):
        assert text in page
    assert "<script" not in page
    assert "&lt;script&gt;alert" in page
    assert (await browser.get("/style.css")).status == 200


async def test_a_record_opens_at_its_address(
    browser: TestClient,  # type: ignore[type-arg]
    records: Records,
) -> None:
    DynamicsCrm(records, NUMBER_FIELD).note_call(call(2))
    at = RECORD.format(entity="contact", id=ANNA.id)
    page = await (await browser.get(at)).text()
    assert "Phone calls: 1" in page
    assert "Ettlingen" in page
    assert "<script" not in page
    page = await (await browser.get(RECORD.format(entity="phonecall", id=call(2).id))).text()
    assert "&lt;/fertig&gt;" in page
    assert f"contact {ANNA.id}" in page
    page = await (await browser.get(RECORD.format(entity="contact", id=PETER.id))).text()
    assert "Phone calls: 0" in page
    for gone in ("/main.aspx", "/main.aspx?etn=contact&id=7", "/main.aspx?etn=x&id=" + ANNA.id):
        assert (await browser.get(gone)).status == 404


@pytest.mark.parametrize(
    "body",
    [
        "",
        "<html>",
        "<a/>",
        '<!DOCTYPE s [<!ENTITY a "b">]>' + ENVELOPE.format("&a;"),
        ENVELOPE.format(""),
        ENVELOPE.format(f"<Destroy {SERVICES}/>"),
        ENVELOPE.format(f"<Create {SERVICES}/>"),
        ENVELOPE.format(f"<Create {SERVICES}><colour/></Create>"),
        ENVELOPE.format(f"<CreateResponse {SERVICES}/>"),
        ENVELOPE.format(f"<RetrieveMultiple {SERVICES}><query/></RetrieveMultiple>"),
    ],
)
async def test_nonsense_is_answered_with_a_fault(
    browser: TestClient,  # type: ignore[type-arg]
    body: str,
) -> None:
    answer = await browser.post(ENDPOINT, data=body.encode(), headers=XML)
    assert answer.status == 500
    assert answer.content_type == "text/xml"
    assert "OrganizationServiceFault" in await answer.text()


async def test_only_soap_is_taken(browser: TestClient) -> None:  # type: ignore[type-arg]
    answer = await browser.post(ENDPOINT, data=b"a=b", headers={"Content-Type": "text/plain"})
    assert answer.status == 415
    answer = await browser.post(ENDPOINT, data=io.BytesIO(b" " * (2 << 20)), headers=XML)
    assert answer.status == 413


def test_what_it_has_stays_over_a_restart(tmp_path: Path) -> None:
    file = tmp_path / "demo-crm.json"
    first = Records(file)
    first.seed(RECORDS)
    DynamicsCrm(first, NUMBER_FIELD).note_call(call(2))
    first.create(Record("contact", None, {"contactid": UUID(int=7), "firstname": None}))
    second = Records(file)
    second.seed(RECORDS)
    for entity in ("contact", "phonecall"):
        assert second.all(entity) == first.all(entity)


def test_other_entities_are_unknown(records: Records) -> None:
    for ask in (
        lambda: records.create(Record("account")),
        lambda: records.retrieve(Query("account", (), ())),
    ):
        with pytest.raises(ServiceFault) as caught:
            ask()
        assert caught.value.code == NO_SUCH_ENTITY
    with pytest.raises(ServiceFault) as caught:
        records.update(Record("contact", None, {}))
    assert caught.value.code == NOT_FOUND


def test_values_of_all_kinds_are_written(records: Records) -> None:
    DynamicsCrm(records, NUMBER_FIELD).note_call(call(2))
    text = wire.retrieved("phonecall", records.all("phonecall")).decode()
    for kind in ("string", "boolean", "int", "dateTime", "OptionSetValue", "ArrayOfEntity"):
        assert f":{kind}" in text
