"""Leaving and erasing take two people; who is erased is gone, and the figures stay."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from actions.block_participant import BlockParticipant, NewBlock
from actions.desk import DeskError, NotYours
from actions.end_membership import Approve, AskToEnd, Decline, End, WaitingErrands
from actions.file_request import FileComplaint
from actions.read_card import ReadCard, Search
from actions.record_service import RecordService, WasDone
from actions.write_note import NewNote, OpenNotes, WriteNote
from domain.customer_note import NoteKind
from domain.desk_facts import (
    ApprovalAsked,
    ErrandApproved,
    ErrandDeclined,
    MembershipEnded,
    ParticipantErased,
)
from domain.errand import Errand, ErrandKind, ErrandState
from domain.ids import BlockId, CallerId, CardId, ErrandId, NoteId, RecordId
from domain.participant import Card, CardState, Membership
from domain.person import Actor
from domain.portal_facts import CardBlocked
from rufwerk.telephone_numbers import e164
from storage.unit_of_work import SqlTransactions
from tests.fakes.counter_desk import (
    ANNA,
    CALL,
    CARD,
    CLAIRE,
    EVAS,
    LENAS,
    LUNE,
    PETER,
    STRANGERS,
    TOMS,
    CounterDesk,
)
from tests.fakes.desk import EVA, TOM


def ask(desk: CounterDesk, end: End = ErrandKind.LEAVE) -> Errand:
    return AskToEnd(desk.counter)(EVAS, desk.wish(), end, "Anna has no bicycle.")


def test_nothing_changes_before_somebody_else_approves(transactions: SqlTransactions) -> None:
    desk = CounterDesk(transactions)
    errand = ask(desk)
    assert errand.state is ErrandState.ASKED
    assert desk.participant() == ANNA
    assert WaitingErrands(desk.desk)(TOMS) == (errand,)
    approve = Approve(desk.desk)
    for actor in (EVAS, Actor(EVA, TOM.id), Actor(TOM, EVA.id)):
        with pytest.raises(DeskError, match="Somebody else has to approve"):
            approve(actor, errand.id)
    approved = approve(TOMS, errand.id)
    assert approved == replace(errand, state=ErrandState.DONE, decided=TOMS.sign(desk.clock()))
    assert approve(TOMS, errand.id) == approved, "a second click"
    assert WaitingErrands(desk.desk)(TOMS) == ()
    assert desk.participant() == replace(ANNA, membership=Membership.LEFT)
    assert desk.card().receipt == errand.receipt
    assert desk.bodies() == [
        ApprovalAsked(errand.id, ErrandKind.LEAVE, ANNA.id, errand.receipt),
        ErrandApproved(errand.id),
        CardBlocked(ANNA.id, CARD.id, errand.receipt),
        MembershipEnded(ANNA.id),
    ]
    with pytest.raises(DeskError, match="can't be declined any more"):
        Decline(desk.desk)(TOMS, errand.id)


def test_who_has_left_is_known_at_the_desk_alone(transactions: SqlTransactions) -> None:
    desk = CounterDesk(transactions)
    Approve(desk.desk)(LENAS, ask(desk).id)
    with transactions.read() as uow:
        assert uow.participants.by_number(ANNA.tenant, ANNA.number) is None
        assert uow.participants.by_phone(ANNA.tenant, "+491713920001") == [PETER]
        assert uow.participants.by_zip_and_birth_date(ANNA.tenant, "76275", ANNA.born) == [PETER]
        assert uow.participants.pin_hash(ANNA.id) is None
    (found,) = Search(desk.desk, e164)(EVAS, ANNA.number)
    assert found.membership is Membership.LEFT
    with pytest.raises(DeskError, match="has left already"):
        ask(desk)


def test_one_such_wish_at_a_time(lite: SqlTransactions) -> None:
    desk = CounterDesk(lite)
    errand = ask(desk)
    with pytest.raises(DeskError, match="waits already"):
        ask(desk, ErrandKind.DELETE)
    declined = Decline(desk.desk)(EVAS, errand.id)
    assert declined.state is ErrandState.DECLINED
    assert Decline(desk.desk)(TOMS, errand.id) == declined
    with pytest.raises(DeskError, match="Nothing waits here"):
        Approve(desk.desk)(TOMS, errand.id)
    assert desk.bodies()[1:] == [ErrandDeclined(errand.id)]
    assert desk.card().state is CardState.ACTIVE
    ask(desk, ErrandKind.DELETE)


def test_what_needs_no_second_is_neither_approved_nor_declined(lite: SqlTransactions) -> None:
    desk = CounterDesk(lite)
    errand = FileComplaint(desk.counter)(EVAS, desk.wish(), "Too loud.")
    for decide, why in ((Approve(desk.desk), "Nothing waits"), (Decline(desk.desk), "been done")):
        with pytest.raises(DeskError, match=why):
            decide(TOMS, errand.id)


def _everything_about_anna(desk: CounterDesk) -> None:
    fields = {"reason": "Anna: too small"}
    done = WasDone(desk.new(RecordId), ANNA.id, "return", fields)
    RecordService(desk.desk)(EVAS, CALL, done)
    note = NewNote(desk.new(NoteId), ANNA.id, NoteKind.OTHER, TOM.id, "Anna wants a bell.")
    WriteNote(desk.desk)(EVAS, note)
    BlockParticipant(desk.desk)(EVAS, NewBlock(desk.new(BlockId), ANNA.id, "Anna shouted."))
    FileComplaint(desk.counter)(EVAS, desk.wish(), "Anna finds it too loud.")


def test_who_is_erased_leaves_figures_and_no_word(transactions: SqlTransactions) -> None:
    desk = CounterDesk(transactions)
    _everything_about_anna(desk)
    with transactions.write() as uow:
        uow.cards.add(Card(CardId("second"), ANNA.id, CardState.ACTIVE, tail="5192"))
        uow.commit()
    errand = ask(desk, ErrandKind.DELETE)
    Approve(desk.desk)(TOMS, errand.id)
    assert desk.bodies()[-2:] == [MembershipEnded(ANNA.id), ParticipantErased(ANNA.id)]
    nobody = desk.participant()
    assert nobody == ANNA.erased()
    assert nobody.born == date.min
    assert desk.balance() == 500
    with transactions.read() as uow:
        (record,) = uow.service_records.of_call(CALL)
        assert (record.service, record.fields) == ("return", {})
        assert [one.text for one in uow.errands.of(ANNA.id, 9)] == ["", ""]
        assert uow.participant_blocks.in_force(ANNA.id, desk.clock()) is None
        assert uow.notes.of(ANNA.id, 9, archived=False) == []
        left = {(card.state, card.tail) for card in uow.cards.of(ANNA.id)}
    assert left == {(CardState.BLOCKED, "")}
    assert OpenNotes(desk.desk)(TOMS) == ()
    assert Search(desk.desk, e164)(LENAS, "Anna") == ()
    with pytest.raises(NotYours):
        ReadCard(desk.desk)(LENAS, ANNA.id)
    Approve(desk.desk)(TOMS, errand.id)  # a second click


def test_who_has_left_can_be_erased(lite: SqlTransactions) -> None:
    desk = CounterDesk(lite)
    left = ask(desk)
    Approve(desk.desk)(TOMS, left.id)
    before = len(desk.facts())
    erased = ask(desk, ErrandKind.DELETE)
    Approve(desk.desk)(TOMS, erased.id)
    assert desk.participant().membership is Membership.ERASED
    assert desk.bodies()[before + 1 :] == [ErrandApproved(erased.id), ParticipantErased(ANNA.id)]
    assert desk.card().receipt == left.receipt


def number_of_n1(desk: CounterDesk) -> str | None:
    with desk.transactions.read() as uow:
        return uow.callers.number_of(CallerId("n1"))


def test_a_number_is_erased_with_the_last_who_has_it(lite: SqlTransactions) -> None:
    desk = CounterDesk(lite)
    for someone in (ANNA, PETER, CLAIRE):
        assert number_of_n1(desk) == "+491713920001"
        wish = desk.wish(someone, None)
        errand = AskToEnd(desk.counter)(LENAS, wish, ErrandKind.DELETE, "Wants it.")
        Approve(desk.desk)(EVAS if someone.tenant != LUNE else STRANGERS[0], errand.id)
    assert number_of_n1(desk) is None


@pytest.mark.parametrize("stranger", STRANGERS, ids=lambda actor: actor.person.id)
def test_strangers_end_nothing(lite: SqlTransactions, stranger: Actor) -> None:
    desk = CounterDesk(lite)
    errand = ask(desk)
    ends: tuple[Callable[[Actor, ErrandId], object], ...] = (
        Approve(desk.desk),
        Decline(desk.desk),
    )
    for end in ends:
        with pytest.raises(NotYours):
            end(stranger, errand.id)
        with pytest.raises(NotYours):
            end(EVAS, desk.new(ErrandId))
    with pytest.raises(NotYours):
        AskToEnd(desk.counter)(stranger, desk.wish(PETER), ErrandKind.LEAVE, "Please.")
    assert WaitingErrands(desk.desk)(stranger) == ()
    assert len(desk.facts()) == 1
