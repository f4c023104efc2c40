"""What was done for a caller is recorded once, with its price, and corrected by a record that names the old."""

from dataclasses import replace
from datetime import timedelta

import pytest

from actions.desk import DeskError, IdTaken, NotYours
from actions.record_service import CorrectService, MayFinish, RecordService, RecordsOfCall, WasDone
from domain.desk_facts import NoConcern, ServiceCorrected, ServiceRecorded
from domain.ids import CallId, ParticipantId, RecordId
from domain.person import Actor
from domain.service_record import RecordField, ServiceRecord
from storage.unit_of_work import SqlTransactions
from tests.fakes.counter_desk import (
    ANNA,
    CALL,
    CLAIRE,
    EVAS,
    LENAS,
    LUNES_CALL,
    PROBE,
    STRANGERS,
    TOMS,
    CounterDesk,
)
from tests.fakes.desk import TOM

TOO_SMALL = {"reason": "Anna: too small"}


def returned(desk: CounterDesk, actor: Actor = EVAS) -> ServiceRecord:
    done = WasDone(desk.new(RecordId), ANNA.id, "return", TOO_SMALL)
    return RecordService(desk.desk)(actor, CALL, done)


def test_a_service_is_recorded_with_its_price(transactions: SqlTransactions) -> None:
    desk = CounterDesk(transactions)
    may_finish = MayFinish(transactions)
    assert not may_finish(CALL)
    record = returned(desk, replace(EVAS, checked_in=TOM.id))
    assert record.fields == {RecordField.REASON: "Anna: too small"}
    assert record.signature.author == TOM.id
    assert RecordsOfCall(desk.desk)(EVAS, CALL) == (record,)
    (fact,) = desk.facts()
    assert fact.body == ServiceRecorded(record.id, ANNA.id, "return", "2.40 EUR")
    assert (fact.origin.tenant, fact.origin.call, fact.origin.actor) == (ANNA.tenant, CALL, "p-eva")
    assert may_finish(CALL)
    assert not may_finish(LUNES_CALL)


def test_a_second_click_records_nothing_more(transactions: SqlTransactions) -> None:
    desk = CounterDesk(transactions)
    first = returned(desk)
    desk.clock.turn(timedelta(seconds=1))
    record, done = RecordService(desk.desk), WasDone(first.id, ANNA.id, "return", TOO_SMALL)
    assert record(EVAS, CALL, done) == first
    assert len(desk.facts()) == 1
    for actor, other in (
        (TOMS, done),
        (EVAS, replace(done, participant=None)),
        (EVAS, replace(done, fields={"reason": "too large"})),
    ):
        with pytest.raises(IdTaken):
            record(actor, CALL, other)


def test_no_concern_is_a_record_of_its_own_kind(lite: SqlTransactions) -> None:
    desk = CounterDesk(lite)
    nothing = WasDone(desk.new(RecordId), None)
    record = RecordService(desk.desk)(EVAS, CALL, nothing)
    assert (record.service, record.price, record.fields) == (None, None, {})
    assert desk.bodies() == [NoConcern(record.id, None)]
    assert MayFinish(lite)(CALL)
    returned(desk)  # he had one after all
    assert len(desk.facts()) == 2


def test_whoever_was_served_had_a_concern(lite: SqlTransactions) -> None:
    desk = CounterDesk(lite)
    returned(desk)
    with pytest.raises(DeskError, match="Correct that record"):
        RecordService(desk.desk)(EVAS, CALL, WasDone(desk.new(RecordId), ANNA.id))


def test_a_correction_names_the_old_record(transactions: SqlTransactions) -> None:
    desk = CounterDesk(transactions)
    correct, old = CorrectService(desk.desk), returned(desk)
    advice = WasDone(desk.new(RecordId), None, "advice")
    new = correct(LENAS, old.id, advice)
    assert (new.corrects, new.service, new.call) == (old.id, "advice", CALL)
    assert correct(LENAS, old.id, advice) == new
    assert RecordsOfCall(desk.desk)(EVAS, CALL) == (old, new)
    withdrawn = correct(EVAS, new.id, WasDone(desk.new(RecordId), None))
    assert desk.bodies()[1:] == [
        ServiceCorrected(new.id, old.id, None, "advice", "0.95 EUR"),
        ServiceCorrected(withdrawn.id, new.id, None, None, None),
    ]
    with pytest.raises(DeskError, match="Correct its correction"):
        correct(EVAS, old.id, WasDone(desk.new(RecordId), ANNA.id, "advice"))
    with pytest.raises(NotYours):
        correct(EVAS, desk.new(RecordId), advice)


def test_a_record_keeps_the_price_of_its_day(lite: SqlTransactions) -> None:
    desk = CounterDesk(lite)
    first = returned(desk)
    alpenrad = desk.book.tenants[ANNA.tenant]
    dear = [replace(one, price=replace(one.price, currency="CHF")) for one in alpenrad.services]
    desk.book = type(desk.book).of([replace(alpenrad, services=tuple(dear))])
    again = WasDone(first.id, ANNA.id, "return", TOO_SMALL)
    assert RecordService(desk.desk)(EVAS, CALL, again) == first
    assert returned(desk).price != first.price


@pytest.mark.parametrize(
    ("done", "why"),
    [
        (WasDone(RecordId(""), None, "dance"), "has no such service. It has return, advice."),
        (WasDone(RecordId(""), None, "return"), "reason is empty: write something."),
        (WasDone(RecordId(""), None, "advice", TOO_SMALL), "no field 'reason': leave it out."),
        (WasDone(RecordId(""), CLAIRE.id, "advice"), "no such customer"),
        (WasDone(RecordId(""), ParticipantId("nobody"), "advice"), "no such customer"),
    ],
)
def test_what_cant_be_recorded(lite: SqlTransactions, done: WasDone, why: str) -> None:
    desk = CounterDesk(lite)
    with pytest.raises(DeskError, match=why):
        RecordService(desk.desk)(EVAS, CALL, replace(done, id=desk.new(RecordId)))
    assert desk.facts() == []


def test_a_record_belongs_to_a_call_and_its_brand(lite: SqlTransactions) -> None:
    desk = CounterDesk(lite)
    record = RecordService(desk.desk)
    for call, why in ((CallId("a-5"), "no such call"), (LUNES_CALL, "no such customer")):
        with pytest.raises(DeskError, match=why):
            record(EVAS, call, WasDone(desk.new(RecordId), None))
    with pytest.raises(DeskError, match="another brand's than the call"):
        record(LENAS, CALL, WasDone(desk.new(RecordId), CLAIRE.id, "advice"))
    with pytest.raises(DeskError, match="UUID"):
        record(EVAS, CALL, WasDone(RecordId("+491713920001"), None))


def test_a_record_of_a_probe_is_synthetic(lite: SqlTransactions) -> None:
    desk = CounterDesk(lite)
    RecordService(desk.desk)(EVAS, PROBE, WasDone(desk.new(RecordId), None))
    assert [fact.origin.synthetic for fact in desk.facts()] == [True]


@pytest.mark.parametrize("stranger", STRANGERS, ids=lambda actor: actor.person.id)
def test_strangers_neither_record_nor_read(lite: SqlTransactions, stranger: Actor) -> None:
    desk = CounterDesk(lite)
    record = returned(desk)
    done = WasDone(desk.new(RecordId), None)
    with pytest.raises(NotYours):
        RecordService(desk.desk)(stranger, CALL, done)
    with pytest.raises(NotYours):
        CorrectService(desk.desk)(stranger, record.id, done)
    with pytest.raises(NotYours):
        RecordsOfCall(desk.desk)(stranger, CALL)
    assert len(desk.facts()) == 1
