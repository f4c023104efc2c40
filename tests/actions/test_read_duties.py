"""What waits for somebody at the desk, and notes that are found again: with names, and of his brands alone."""

from dataclasses import replace
from datetime import timedelta

import pytest

from actions.block_card import BlockCard
from actions.end_membership import AskToEnd
from actions.lost_card import AnswerReplacement
from actions.read_card import Search
from actions.read_duties import SHOWN, Duties, FindNotes, ReadDuties
from actions.replace_card import ReplaceCard
from actions.write_note import ArchiveNote, MarkNoteDone, NewNote, WriteNote
from domain.customer_note import CustomerNote, NoteKind
from domain.errand import ErrandKind
from domain.fact import Origin
from domain.ids import NoteId, PersonId, Receipt, SiteId
from domain.person import Actor, Site
from rufwerk.telephone_numbers import e164
from storage.unit_of_work import SqlTransactions
from tests.fakes.counter_desk import (
    ANNA,
    CARD,
    CLAIRE,
    EVAS,
    LENAS,
    PETER,
    STRANGERS,
    TOMS,
    CounterDesk,
)
from tests.fakes.desk import EVA, LENA, TOM


def note(
    desk: CounterDesk, text: str = "Wants a bell.", responsible: PersonId = TOM.id
) -> CustomerNote:
    new = NewNote(desk.new(NoteId), ANNA.id, NoteKind.OTHER, responsible, text)
    desk.clock.turn(timedelta(minutes=1))
    return WriteNote(desk.desk)(EVAS, new)


def found(desk: CounterDesk, actor: Actor, written: str) -> Duties:
    return FindNotes(desk.desk, Search(desk.desk, e164))(actor, written)


def test_what_waits_comes_with_names(transactions: SqlTransactions) -> None:
    desk = CounterDesk(transactions)
    office = Site(SiteId("s1"), "Karlsruhe")
    with transactions.write() as uow:
        uow.sites.add(office)
        uow.commit()
    first, second = note(desk), note(desk, "Wants two.")
    errand = AskToEnd(desk.counter)(EVAS, desk.wish(PETER), ErrandKind.LEAVE, "Moves away.")
    duties = ReadDuties(desk.desk)(TOMS)
    assert (duties.notes, duties.errands) == ([first, second], [errand])
    assert duties.participants == {ANNA.id: ANNA, PETER.id: PETER}
    assert duties.names[EVA.id] == "eva"
    assert duties.sites == {office.id: "Karlsruhe"}
    assert ReadDuties(desk.desk)(EVAS).notes == []
    assert ReadDuties(desk.desk)(Actor(EVA, TOM.id)).notes == [first, second]


def test_who_wants_a_new_card_is_named_until_it_is_sent(transactions: SqlTransactions) -> None:
    desk = CounterDesk(transactions)
    origin, receipt = Origin(ANNA.tenant, None, "caller"), Receipt("47110000")
    BlockCard(transactions, desk.clock, lambda: receipt)(origin, ANNA.id)
    AnswerReplacement(transactions, desk.clock)(origin, ANNA.id, receipt, wanted=True)
    duties = ReadDuties(desk.desk)(TOMS)
    assert [card.id for card in duties.replacements] == [CARD.id]
    assert duties.participants == {ANNA.id: ANNA}
    for stranger in STRANGERS:
        assert ReadDuties(desk.desk)(stranger).replacements == []
    ReplaceCard(desk.counter)(EVAS, desk.wish(), CARD.id)
    assert ReadDuties(desk.desk)(TOMS).replacements == []


def test_the_oldest_are_shown_of_very_many(lite: SqlTransactions) -> None:
    desk = CounterDesk(lite)
    written = [note(desk) for _ in range(SHOWN + 1)]
    duties = ReadDuties(desk.desk)(TOMS)
    assert (duties.notes, duties.notes_found) == (written[:-1], SHOWN + 1)
    assert found(desk, TOMS, "10000001").notes == written[:0:-1]


def test_nothing_is_told_of_who_has_been_erased(lite: SqlTransactions) -> None:
    """However late: the list may have been read right before."""
    desk = CounterDesk(lite)
    note(desk)
    with lite.write() as uow:
        uow.participants.change(ANNA.erased())
        uow.commit()
    duties = ReadDuties(desk.desk)(TOMS)
    assert (duties.notes, duties.participants, duties.notes_found) == ([], {}, 0)


@pytest.mark.parametrize("written", ["10000001", "Anna", "keller", "+49 171 3920001", "card-anna"])
def test_notes_are_found_by_all_that_finds_a_customer(lite: SqlTransactions, written: str) -> None:
    desk = CounterDesk(lite)
    archived, open_one = note(desk), note(desk, responsible=LENA.id)
    MarkNoteDone(desk.desk)(TOMS, archived.id)
    ArchiveNote(desk.desk)(TOMS, archived.id)
    now = desk.clock()
    duties = found(desk, LENAS, written)
    assert duties.notes == [open_one, replace(archived, done_at=now, archived_at=now)]
    assert duties.participants == {ANNA.id: ANNA}
    assert duties.errands == []


def test_nobody_is_found_by_too_little_or_another_brands_people(lite: SqlTransactions) -> None:
    desk = CounterDesk(lite)
    new = NewNote(desk.new(NoteId), CLAIRE.id, NoteKind.OTHER, LENA.id, "Wants a bell.")
    WriteNote(desk.desk)(LENAS, new)
    assert found(desk, LENAS, "Märtin").participants == {CLAIRE.id: CLAIRE}
    for written in ("", "M", "Märtin", "\0", "%"):
        assert found(desk, EVAS, written).notes == []


@pytest.mark.parametrize("stranger", STRANGERS, ids=lambda actor: actor.person.id)
def test_strangers_have_nothing_to_see_to(lite: SqlTransactions, stranger: Actor) -> None:
    desk = CounterDesk(lite)
    note(desk)
    AskToEnd(desk.counter)(EVAS, desk.wish(), ErrandKind.DELETE, "Please.")
    for actor in (stranger, Actor(stranger.person, TOM.id)):
        duties = ReadDuties(desk.desk)(actor)
        assert (duties.notes, duties.errands) == ([], [])
    assert found(desk, stranger, "10000001").notes == []
