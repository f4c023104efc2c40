"""Dynamics' client against the demo CRM, over real HTTP."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from uuid import UUID

import pytest

from crm_bridge.demo_crm.records import Records
from crm_bridge.dynamics import DynamicsCrm
from crm_bridge.entities import Option, Record, Reference
from domain.crm import ContactChange, CrmRefused, Trouble, activity_id
from domain.ids import ContactId
from tests.crm_bridge.people import ANNA, LUCIA, PETER, call, contact


def test_contacts_are_found_by_all_spellings_of_their_number(crm: DynamicsCrm) -> None:
    assert crm.contacts_by_phone("+491713920001") == [ANNA, PETER]
    assert crm.contacts_by_phone("+491713920003") == [LUCIA]
    assert crm.contacts_by_phone("+491713920009") == []


def test_contacts_are_found_by_customer_number(crm: DynamicsCrm) -> None:
    assert crm.contacts_by_number("10000001") == [ANNA]
    assert crm.contacts_by_number("%") == []
    assert crm.contacts_by_number("' or 1=1 --<x/>\x00\ud800") == []


def test_who_is_no_longer_active_is_not_found(crm: DynamicsCrm, records: Records) -> None:
    records.update(Record("contact", UUID(ANNA.id), {"statecode": Option(1)}))
    assert crm.contacts_by_phone("+491713920001") == [PETER]


def test_a_call_is_an_activity_of_its_contact(crm: DynamicsCrm, records: Records) -> None:
    incoming, outgoing, unknown = call(2), call(1, PETER), replace(call(3, None), number=None)
    for activity in (incoming, outgoing, unknown):
        crm.note_call(activity)
    received, made, alone = records.all("phonecall")
    assert (received.id, made.id) == (incoming.id, outgoing.id)
    assert received.id == activity_id(incoming.call)
    anna, peter = (Reference("contact", UUID(one.id)) for one in (ANNA, PETER))
    assert received.attributes["from"] == (Record("activityparty", None, {"partyid": anna}),)
    assert made.attributes["to"] == (Record("activityparty", None, {"partyid": peter}),)
    assert received.attributes["directioncode"] is False
    assert made.attributes["directioncode"] is True
    assert received.attributes["regardingobjectid"] == anna
    assert received.attributes["actualstart"] == incoming.began
    assert received.attributes["actualend"] == incoming.ended
    assert received.attributes["actualdurationminutes"] == 3
    assert received.attributes["phonenumber"] == "+491713920001"
    assert received.text("subject") == "Karte sperren"
    description = "Nr. 2: „entsperrt“ & </fertig>\n\neva, tom · Rufwerk a-1700000002.1"
    assert received.text("description") == description
    states = [
        (one.attributes["statecode"], one.attributes["statuscode"]) for one in (received, made)
    ]
    assert states == [(Option(1), Option(4)), (Option(1), Option(2))]
    assert "regardingobjectid" not in alone.attributes
    assert alone.attributes["phonenumber"] is None


def test_a_call_that_is_told_twice_is_there_once(crm: DynamicsCrm, records: Records) -> None:
    crm.note_call(call(1))
    crm.note_call(call(1, result="told again"))
    (activity,) = records.all("phonecall")
    assert "told again" not in (activity.text("description") or "")


def test_long_texts_are_cut_to_what_fits(crm: DynamicsCrm, records: Records) -> None:
    crm.note_call(replace(call(1, result="ü" * 5000), subject="ä" * 500))
    (activity,) = records.all("phonecall")
    assert len(activity.text("subject") or "") == 200
    description = activity.text("description") or ""
    assert len(description) == 2000
    assert description.endswith("eva, tom · Rufwerk a-1700000001.1")


def test_of_a_contact_only_what_changes_is_changed(crm: DynamicsCrm) -> None:
    crm.change_contact(ContactChange(ANNA.id, email="a@b.example", mobile="", city="Köln"))
    changed = replace(ANNA, email="a@b.example", mobile=None, city="Köln")
    assert crm.contacts_by_number("10000001") == [changed]


def test_a_contact_that_is_gone_is_told(crm: DynamicsCrm) -> None:
    gone = contact(77)
    with pytest.raises(CrmRefused) as changing:
        crm.change_contact(ContactChange(gone.id, city="Köln"))
    with pytest.raises(CrmRefused) as noting:
        crm.note_call(call(1, gone))
    assert changing.value.trouble is noting.value.trouble is Trouble.GONE


def test_a_contact_of_another_crm_is_told(crm: DynamicsCrm) -> None:
    with pytest.raises(CrmRefused) as caught:
        crm.change_contact(ContactChange(ContactId("4711"), city="Köln"))
    assert caught.value.trouble is Trouble.INVALID


def test_many_threads_may_ask_at_once(crm: DynamicsCrm) -> None:
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(crm.contacts_by_number, ["10000001", "10000003"] * 20))
    assert found == [[ANNA], [LUCIA]] * 20
