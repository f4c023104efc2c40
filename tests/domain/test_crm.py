"""Contacts, spellings of numbers, activities with ids of our own, and what goes through the outbox."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from domain.crm import (
    Contact,
    ContactChange,
    CrmDown,
    CrmRefused,
    Direction,
    PhoneCallActivity,
    RecordUrls,
    Trouble,
    is_spelling_of,
    national,
)
from domain.crm_messages import as_message, from_body
from domain.ids import CallId, ContactId
from domain.outbox import pause_after

BEGAN = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
CALL = PhoneCallActivity(
    CallId("a-1700000000.1"),
    Direction.INCOMING,
    BEGAN,
    BEGAN + timedelta(minutes=3),
    "Karte sperren",
    "Karte entsperrt: „ü“ </x>",
    ContactId("c-1"),
    "+491713920001",
    ("eva", "tom"),
)


@pytest.mark.parametrize(
    "written",
    [
        "+49 171 3920001",
        "+491713920001",
        "0049 171 392 00 01",
        "0171 3920001",
        "0171/392 00 01",
        "(0171) 392-0001",
        "+49 (0)171 3920001",
        "0049 (0) 171/3920001",
        "1713920001",
        "011 49 171 3920001",
        " 0171.392.0001 privat",
    ],
)
def test_all_spellings_of_a_number_are_known(written: str) -> None:
    assert is_spelling_of(written, "+491713920001")


@pytest.mark.parametrize(
    "written",
    [
        "",
        "+43 171 3920001",
        "0171 39200012",
        "171 392000",
        "+1 713920001",
        "713920001",
        "0713920001",
    ],
)
def test_another_number_is_none(written: str) -> None:
    assert not is_spelling_of(written, "+491713920001")


@pytest.mark.parametrize(
    ("e164", "rest"),
    [
        ("+12125550123", "2125550123"),
        ("+33639980001", "639980001"),
        ("+4930231251", "30231251"),
        ("+35312345678", "12345678"),
        ("+390612345678", "0612345678"),
        ("+", ""),
    ],
)
def test_the_number_behind_the_countrys_code(e164: str, rest: str) -> None:
    assert national(e164) == rest


def test_a_contacts_name_and_numbers() -> None:
    anna = Contact(ContactId("c-1"), first_name="Anna", last_name="Keller", mobile="0171 3920001")
    assert (anna.name, anna.phones) == ("Anna Keller", ("0171 3920001",))
    assert "Anna" not in repr(anna)
    assert Contact(ContactId("c-2")).name == ""


def test_an_activitys_id_is_the_calls() -> None:
    assert CALL.id == replace(CALL, result="something else").id
    assert CALL.id != replace(CALL, call=CallId("a-1700000000.2")).id


def test_what_is_written_for_the_outbox_is_read_again() -> None:
    change = ContactChange(ContactId("c-1"), mobile="0171 1", city="")
    unknown = replace(CALL, contact=None, number=None, agents=())
    for what in (CALL, change, unknown):
        assert from_body(as_message(what).body) == what
    lanes = [as_message(what).lane for what in (CALL, change, unknown)]
    assert lanes == ["contact:c-1", "contact:c-1", "call:a-1700000000.1"]
    assert "sperren" not in repr(as_message(CALL))


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[]",
        "{}",
        '{"kind": "fax"}',
        '{"kind": "phone_call"}',
        '{"kind": "contact_change"}',
        as_message(CALL).body.replace("incoming", "sideways"),
    ],
)
def test_a_message_of_another_program_is_told(body: str) -> None:
    with pytest.raises(ValueError):
        from_body(body)


def test_retries_grow_apart() -> None:
    seconds = [pause_after(tries).total_seconds() for tries in (1, 2, 3, 10, 11, 1000)]
    assert seconds == [5, 10, 20, 2560, 3600, 3600]


@pytest.mark.parametrize("trouble", list(Trouble))
def test_each_trouble_is_told_in_words(trouble: Trouble) -> None:
    down, refused = CrmDown(trouble, "pii"), CrmRefused(trouble)
    assert str(down) == str(refused)
    assert str(down).startswith("The CRM")
    assert "pii" not in str(down)
    assert (down.trouble, down.detail) == (trouble, "pii")


def test_records_open_where_the_template_says() -> None:
    urls = RecordUrls("https://crm/?etn=contact&id={id}", "https://crm/?etn=phonecall&id={id}")
    assert urls.of_contact(ContactId("a b&c")) == "https://crm/?etn=contact&id=a%20b%26c"
    assert urls.of_call(CALL.call) == f"https://crm/?etn=phonecall&id={CALL.id}"
    assert RecordUrls().of_contact(ContactId("a")) is None
    assert RecordUrls().of_call(CALL.call) is None
