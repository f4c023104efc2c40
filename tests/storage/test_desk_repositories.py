"""Records, notes, blocks, errands, check-ins and sites, as the database gives them back."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import text

from domain.customer_note import CustomerNote, NoteKind, ParticipantBlock
from domain.errand import Errand, ErrandKind, ErrandState
from domain.ids import (
    BlockId,
    CallId,
    ErrandId,
    NoteId,
    ParticipantId,
    PersonId,
    Receipt,
    RecordId,
    SiteId,
)
from domain.person import Person, Role, Session, Signature, Site
from domain.ports import UnitOfWork
from domain.service_record import Price, RecordField, ServiceRecord
from storage.engine import open_engine, writers
from storage.errors import StorageFault
from storage.migrations.versions.v0005_desk_work import fill_name_keys
from storage.unit_of_work import SqlTransactions
from tests.storage.people import ANNA, CARD, NOW, TENANT, add_anna

EVA, TOM = (Person(PersonId(f"p-{name}"), name, Role.AGENT) for name in ("eva", "tom"))
EVAS, TOMS = Signature(EVA.id, None, NOW), Signature(TOM.id, EVA.id, NOW + timedelta(hours=1))
OFFICE = Site(SiteId("s1"), "Karlsruhe")
RECORD = ServiceRecord(
    RecordId("r1"),
    TENANT,
    CallId("a-1"),
    ANNA.id,
    TOMS,
    "return",
    Price(Decimal("2.40"), "EUR"),
    {RecordField.REASON: "zu groß"},
)
NOTE = CustomerNote(
    NoteId("n1"), TENANT, ANNA.id, NoteKind.HOUSE_RULE, EVA.id, "laut", TOMS, OFFICE.id
)
BLOCK = ParticipantBlock(BlockId("b1"), ANNA.id, "laut", EVAS, NOW + timedelta(days=1))
ERRAND = Errand(
    ErrandId("e1"),
    ErrandKind.LEAVE,
    TENANT,
    ANNA.id,
    CallId("a-1"),
    TOMS,
    Receipt("70000001"),
    -5,
    "zieht um",
    ErrandState.ASKED,
)


@pytest.fixture
def desk(transactions: SqlTransactions) -> SqlTransactions:
    add_anna(transactions)
    with transactions.write() as uow:
        uow.sites.add(OFFICE)
        uow.people.add(EVA, "hash")
        uow.people.add(replace(TOM, site=OFFICE.id), "hash")
        uow.commit()
    return transactions


def test_everything_comes_back_as_it_was(desk: SqlTransactions) -> None:
    nothing = ServiceRecord(RecordId("r2"), TENANT, CallId("a-1"), None, EVAS)
    correction = replace(RECORD, id=RecordId("r3"), corrects=RECORD.id)
    with desk.write() as uow:
        for record in (RECORD, nothing, correction):
            uow.service_records.add(record)
        uow.notes.add(NOTE)
        uow.participant_blocks.add(BLOCK)
        uow.errands.add(ERRAND)
        uow.commit()
    with desk.read() as uow:
        assert uow.service_records.of_call(CallId("a-1")) == [RECORD, nothing, correction]
        assert uow.service_records.get(RECORD.id) == RECORD
        assert uow.service_records.correction_of(RECORD.id) == correction
        assert uow.service_records.correction_of(correction.id) is None
        assert uow.service_records.of_participant(ANNA.id, 5) == [correction]
        assert uow.notes.get(NOTE.id) == NOTE
        assert uow.participant_blocks.get(BLOCK.id) == BLOCK
        assert uow.errands.get(ERRAND.id) == ERRAND
        assert uow.errands.asked([TENANT]) == [ERRAND]
        assert uow.errands.asked([]) == []
        assert uow.people.get(TOM.id) == replace(TOM, site=OFFICE.id)
        assert uow.sites.get(OFFICE.id) == uow.sites.by_name("Karlsruhe") == OFFICE
        for unknown in (
            uow.service_records.get(RecordId("x")),
            uow.notes.get(NoteId("x")),
            uow.participant_blocks.get(BlockId("x")),
            uow.errands.get(ErrandId("x")),
            uow.sites.get(SiteId("x")),
            uow.sites.by_name("x"),
        ):
            assert unknown is None


def test_what_is_decided_and_lifted_comes_back(desk: SqlTransactions) -> None:
    with desk.write() as uow:
        uow.participant_blocks.add(BLOCK)
        uow.participant_blocks.lift(BLOCK.id, TOMS, "ruhig")
        uow.errands.add(ERRAND)
        uow.errands.decide(ERRAND.id, ErrandState.DECLINED, EVAS)
        uow.notes.add(NOTE)
        assert not uow.notes.archive(NOTE.id, NOW)
        assert uow.notes.mark_done(NOTE.id, NOW)
        assert not uow.notes.mark_done(NOTE.id, NOW)
        assert uow.notes.archive(NOTE.id, NOW)
        assert not uow.notes.archive(NOTE.id, NOW)
        uow.commit()
    with desk.read() as uow:
        assert uow.participant_blocks.get(BLOCK.id) == replace(
            BLOCK, lifted=TOMS, lifted_why="ruhig"
        )
        declined = replace(ERRAND, state=ErrandState.DECLINED, decided=EVAS)
        assert uow.errands.get(ERRAND.id) == declined
        assert uow.errands.asked([TENANT]) == []
        archived = replace(NOTE, done_at=NOW, archived_at=NOW)
        assert uow.notes.of(ANNA.id, 5, archived=True) == [archived]


@pytest.mark.parametrize(
    "add",
    [
        lambda uow: uow.service_records.add(RECORD),
        lambda uow: uow.notes.add(NOTE),
        lambda uow: uow.participant_blocks.add(BLOCK),
        lambda uow: uow.errands.add(ERRAND),
        lambda uow: uow.sites.add(Site(SiteId("s2"), "Berlin")),
    ],
    ids=["record", "note", "block", "errand", "site"],
)
def test_an_id_is_a_claim(desk: SqlTransactions, add: Callable[[UnitOfWork], None]) -> None:
    with desk.write() as uow:
        add(uow)
        uow.commit()
    with pytest.raises(StorageFault), desk.write() as uow:
        add(uow)


def test_a_record_is_corrected_once(desk: SqlTransactions) -> None:
    correction = replace(RECORD, id=RecordId("r2"), corrects=RECORD.id)
    with desk.write() as uow:
        uow.service_records.add(RECORD)
        uow.service_records.add(correction)
        uow.commit()
    with pytest.raises(StorageFault), desk.write() as uow:
        uow.service_records.add(replace(correction, id=RecordId("r3")))


def test_an_errand_is_decided_or_isnt(desk: SqlTransactions) -> None:
    with pytest.raises(StorageFault), desk.write() as uow:
        uow.errands.add(replace(ERRAND, state=ErrandState.DECLINED))


def test_points_are_summed_by_person_account_kind_and_time(desk: SqlTransactions) -> None:
    points = replace(ERRAND, kind=ErrandKind.BOOK_POINTS, state=ErrandState.DONE)
    with desk.write() as uow:
        uow.participants.add(replace(ANNA, id=ParticipantId("p-2"), number="2"), "hash")
        for number, one in enumerate(
            (
                points,
                replace(points, points=30),
                replace(points, signature=EVAS, points=500),
                replace(points, kind=ErrandKind.PAY_OUT, points=500),
                replace(points, participant=ParticipantId("p-2"), points=500),
            )
        ):
            uow.errands.add(replace(one, id=ErrandId(str(number))))
        by = uow.errands.points_by
        assert by(TOM.id, ANNA.id, ErrandKind.BOOK_POINTS, TOMS.at) == 25
        later = TOMS.at + timedelta(microseconds=1)
        assert by(TOM.id, ANNA.id, ErrandKind.BOOK_POINTS, later) == 0


def test_a_check_in_ends_with_its_session(desk: SqlTransactions) -> None:
    with desk.write() as uow:
        uow.sessions.add(Session("digest", EVA.id, NOW, NOW))
        uow.check_ins.put("digest", TOM.id, NOW)
        uow.check_ins.put("digest", EVA.id, NOW)
        assert uow.check_ins.at("digest") == EVA.id
        uow.sessions.end("digest")
        assert uow.check_ins.at("digest") is None
        uow.commit()


def test_a_card_is_unblocked_once(desk: SqlTransactions) -> None:
    with desk.write() as uow:
        assert not uow.cards.unblock(CARD.id)
        uow.cards.block(CARD.id, NOW, Receipt("471100"))
        assert uow.cards.unblock(CARD.id)
        assert uow.cards.of(ANNA.id) == [CARD]


def test_names_that_were_there_are_searched_for(desk: SqlTransactions, url: str) -> None:
    engine = open_engine(url, timedelta(seconds=2), pool_size=1)
    with writers(engine).begin() as connection:
        connection.execute(text("UPDATE participants SET name_key = ''"))
        fill_name_keys(connection)
    engine.dispose()
    with desk.read() as uow:
        assert uow.participants.search(TENANT, "keller", None, 5) == [ANNA]
