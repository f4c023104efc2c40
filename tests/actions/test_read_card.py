"""The card shows all of a participant and nobody else, the newest first; he is found by what he says."""

from dataclasses import replace
from datetime import timedelta

import pytest

from actions.block_participant import BlockParticipant, NewBlock
from actions.desk import DeskError, NotYours
from actions.errand import Wish
from actions.file_request import FileComplaint
from actions.read_card import (
    CALLS,
    ERRANDS,
    FOUND,
    MOVEMENTS,
    NOTES,
    ParticipantsByNumber,
    ParticipantsOfCall,
    ReadCard,
    Search,
    TenantOfCall,
    TenantOfParticipant,
)
from actions.record_service import CorrectService, RecordService, WasDone
from actions.write_note import ArchiveNote, MarkNoteDone, NewNote, WriteNote
from domain.customer_note import NoteKind
from domain.fact import Origin
from domain.field_facts import WaitAsked
from domain.ids import BlockId, CallId, ErrandId, NoteId, ParticipantId, Receipt, RecordId
from domain.loyalty import LedgerEntry
from domain.person import Actor
from domain.portal_facts import CallArrived
from rufwerk.telephone_numbers import e164
from storage.unit_of_work import SqlTransactions
from tests.fakes.counter_desk import (
    ANNA,
    CALL,
    CARD,
    CHLOES,
    CLAIRE,
    EVAS,
    LENAS,
    LUNE,
    PETER,
    STRANGERS,
    TOMS,
    CounterDesk,
)
from tests.fakes.desk import EVA, LENA, TOM

HOUR = timedelta(hours=1)


def record(desk: CounterDesk, call: CallId, participant: ParticipantId) -> RecordId:
    done = WasDone(desk.new(RecordId), participant, "advice")
    return RecordService(desk.desk)(EVAS, call, done).id


def note(desk: CounterDesk, text: str = "Wants a bell.") -> NoteId:
    new = NewNote(desk.new(NoteId), ANNA.id, NoteKind.INTERNAL, TOM.id, text)
    return WriteNote(desk.desk)(EVAS, new).id


def test_a_new_card_is_bare(transactions: SqlTransactions) -> None:
    desk = CounterDesk(transactions)
    card = ReadCard(desk.desk)(EVAS, ANNA.id)
    assert (card.participant, card.points, card.cards) == (ANNA, 500, [CARD])
    assert card.movements == [LedgerEntry(ANNA.id, 500, "purchase", desk.clock())]
    assert (card.calls, card.notes, card.errands) == ([], [], [])
    assert (card.block, card.names) == (None, {})


def test_a_card_shows_what_was_written(transactions: SqlTransactions) -> None:
    desk = CounterDesk(transactions)
    mine = record(desk, CALL, ANNA.id)
    record(desk, CALL, PETER.id)
    written = note(desk)
    errand = FileComplaint(desk.counter)(Actor(EVA, LENA.id), desk.wish(), "Too loud.")
    new = NewBlock(desk.new(BlockId), ANNA.id, "Shouted.", desk.clock() + HOUR)
    block = BlockParticipant(desk.desk)(LENAS, new)
    card = ReadCard(desk.desk)(TOMS, ANNA.id)
    assert [[one.id for one in call.records] for call in card.calls] == [[mine]]
    assert [one.id for one in card.notes] == [written]
    assert (card.errands, card.block) == ([errand], block)
    assert card.names == {EVA.id: "eva", TOM.id: "tom", LENA.id: "lena"}
    assert "names" not in repr(card)
    desk.clock.turn(HOUR)
    assert ReadCard(desk.desk)(TOMS, ANNA.id).block is None


def test_what_was_corrected_away_is_off_the_card(transactions: SqlTransactions) -> None:
    desk = CounterDesk(transactions)
    old = record(desk, CALL, ANNA.id)
    CorrectService(desk.desk)(EVAS, old, WasDone(desk.new(RecordId), PETER.id, "advice"))
    assert ReadCard(desk.desk)(EVAS, ANNA.id).calls == []
    (call,) = ReadCard(desk.desk)(EVAS, PETER.id).calls
    assert [one.corrects for one in call.records] == [old]


def test_a_note_in_the_archive_is_off_the_card(lite: SqlTransactions) -> None:
    desk = CounterDesk(lite)
    written = note(desk)
    MarkNoteDone(desk.desk)(TOMS, written)
    assert [one.id for one in ReadCard(desk.desk)(EVAS, ANNA.id).notes] == [written]
    ArchiveNote(desk.desk)(EVAS, written)
    assert ReadCard(desk.desk)(EVAS, ANNA.id).notes == []


def test_a_card_is_no_longer_than_it_may_be(transactions: SqlTransactions) -> None:
    desk = CounterDesk(transactions)
    start = desk.clock()
    calls = [CallId(f"b-{number}") for number in range(CALLS + 2)]
    with transactions.write() as uow:
        for call in calls:
            uow.facts.append(
                Origin(ANNA.tenant, call, "caller"), start, CallArrived("service", None)
            )
        for points in range(1, MOVEMENTS + 2):
            uow.ledger.add(LedgerEntry(ANNA.id, points, "purchase", start + points * HOUR))
        uow.commit()
    for call in calls:
        record(desk, call, ANNA.id)
        record(desk, call, ANNA.id)
        desk.clock.turn(HOUR)
    texts = [f"Note {number}" for number in range(NOTES + 1)]
    for text in texts:
        note(desk, text)
        wish = Wish(desk.new(ErrandId), ANNA.id)
        FileComplaint(desk.counter)(EVAS, wish, text)
    card = ReadCard(desk.desk)(EVAS, ANNA.id)
    assert [entry.points for entry in card.movements] == list(range(MOVEMENTS + 1, 1, -1))
    assert [call.call for call in card.calls] == calls[:1:-1]
    assert {len(call.records) for call in card.calls} == {2}
    assert [one.text for one in card.notes] == texts[:0:-1]
    assert [one.text for one in card.errands] == texts[: -ERRANDS - 1 : -1]


@pytest.mark.parametrize("stranger", STRANGERS, ids=lambda actor: actor.person.id)
def test_strangers_see_no_card(lite: SqlTransactions, stranger: Actor) -> None:
    desk = CounterDesk(lite)
    with pytest.raises(NotYours):
        ReadCard(desk.desk)(stranger, ANNA.id)
    with pytest.raises(NotYours):
        ParticipantsByNumber(desk.desk)(stranger, ANNA.tenant, "+491713920001")
    assert all(one.tenant == LUNE for one in Search(desk.desk, e164)(stranger, "0171 3920001"))


def test_several_may_share_a_number(transactions: SqlTransactions) -> None:
    desk = CounterDesk(transactions)
    by_number = ParticipantsByNumber(desk.desk)
    assert by_number(EVAS, ANNA.tenant, "+491713920001") == (ANNA, PETER)
    assert by_number(LENAS, CLAIRE.tenant, "+491713920001") == (CLAIRE,)
    assert by_number(EVAS, ANNA.tenant, "+491713920009") == ()


def test_who_may_be_calling(transactions: SqlTransactions) -> None:
    desk = CounterDesk(transactions)
    of_call = ParticipantsOfCall(desk.desk)
    assert of_call(EVAS, CALL) == (ANNA, PETER)
    withheld, odd = CallId("b-1"), CallId("b-2")
    with transactions.write() as uow:
        for call, first in ((withheld, CallArrived("service", None)), (odd, WaitAsked())):
            uow.facts.append(Origin(ANNA.tenant, call, "caller"), desk.clock(), first)
        uow.commit()
    assert of_call(EVAS, withheld) == of_call(EVAS, odd) == ()
    with pytest.raises(NotYours):
        of_call(CHLOES, CALL)
    with pytest.raises(DeskError, match="no such call"):
        of_call(EVAS, CallId("b-3"))


def test_whose_call_and_whose_customer_it_is(lite: SqlTransactions) -> None:
    desk = CounterDesk(lite)
    of_call, of_participant = TenantOfCall(desk.desk), TenantOfParticipant(desk.desk)
    assert of_call(EVAS, CALL) == of_participant(EVAS, ANNA.id) == desk.book.tenants[ANNA.tenant]
    with pytest.raises(NotYours):
        of_call(CHLOES, CALL)
    with pytest.raises(NotYours):
        of_participant(CHLOES, ANNA.id)
    with pytest.raises(DeskError, match="no such call"):
        of_call(EVAS, CallId("b-3"))


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("10000001", [ANNA]),
        (" anna ", [ANNA]),
        ("Kéller", [ANNA, PETER]),
        ("ler", [ANNA, PETER]),
        ("+49 171 3920001", [ANNA, PETER]),
        ("0171/3920001", [ANNA, PETER]),
        ("card-anna", [ANNA]),
        ("47110000", [ANNA]),
        ("10000005", [PETER]),
        ("20000001", []),
        ("martin", []),
        ("1000000", []),
        ("%", []),
        ("%e%", []),
        ("_nna", []),
        ("a", []),
        ("", []),
        ("\0\ud800", []),
        ("x" * 201, []),
    ],
)
def test_a_participant_is_found(
    transactions: SqlTransactions, written: str, found: list[object]
) -> None:
    desk = CounterDesk(transactions)
    with transactions.write() as uow:
        uow.cards.block(CARD.id, desk.clock(), Receipt("47110000"))
        uow.commit()
    assert list(Search(desk.desk, e164)(EVAS, written)) == found


def test_an_errand_is_found_by_its_receipt(transactions: SqlTransactions) -> None:
    desk = CounterDesk(transactions)
    errand = FileComplaint(desk.counter)(EVAS, desk.wish(PETER), "Too loud.")
    search = Search(desk.desk, e164)
    assert search(EVAS, errand.receipt) == (PETER,)
    assert search(CHLOES, errand.receipt) == ()
    assert search(LENAS, "0171 3920001") == (ANNA, PETER)  # in France that is no number of Claire's
    assert search(LENAS, "+491713920001") == (ANNA, CLAIRE, PETER)


def test_a_search_finds_no_more_than_can_be_read(lite: SqlTransactions) -> None:
    desk = CounterDesk(lite)
    with lite.write() as uow:
        for number in range(FOUND + 5):
            opaque, name = ParticipantId(f"p{number}"), f"Zoë {number:02}"
            uow.participants.add(replace(ANNA, id=opaque, number=opaque, name=name), "hash")
        uow.commit()
    found = Search(desk.desk, e164)(LENAS, "zoe")
    assert [one.name for one in found] == [f"Zoë {number:02}" for number in range(FOUND)]
